"""What a pack says about the law that holds there, held against itself and against the layers of wording.

Which statutes hold is not guessed: a pack names its law, and of a law only its own wording may go out
(``docs/law.md``).
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping

from docservice.layers import NATION
from docservice.town.pack import TownPack

_STATEMENT = re.compile(r"""data-statement\s*=\s*["']([^"'{}]+)["']""")
_Incoherence = tuple[tuple[Hashable, ...], str]


def own_layers(pack: TownPack) -> frozenset[str]:
    """The layers that wording of this town's documents may come from."""
    return frozenset((pack.key, pack.law, NATION))


def incoherences(pack: TownPack) -> Iterator[_Incoherence]:
    """Contradictions in what the pack says of its law, its bodies and its deposit: the path of keys, a sentence."""
    own = f"{NATION}-{pack.identity.state.lower()}"
    if pack.law not in (NATION, own):
        sentence = (
            f"The law {pack.law} is not that of {pack.identity.state}: say {own} where there is one, or {NATION} for "
            "wording that cites no state's law."
        )
        yield ("law",), sentence
    if pack.key == NATION or pack.key.startswith(f"{NATION}-"):
        yield ("key",), f"{pack.key} is the name of a law; give the town one of its own, such as heron-pass."
    spoken = {language.tag for language in pack.languages}
    for where, said in (("phrases", pack.phrases), ("placards", pack.placards)):
        for name, phrase in said.items():
            if "en" not in phrase:
                yield (where, name), "English controls; the phrase is needed in it."
            for tag in phrase:
                if tag not in spoken and tag != "en":
                    yield (where, name, tag), f"{tag} is not a language of the town."
    for key, envelope in pack.envelopes.items():
        if envelope.kind == "recorder" and envelope.return_block is None:
            yield ("envelopes", key), "A recorder's page needs the place of the return address (return_block)."


def missing_clauses(pack: TownPack, clauses: Mapping[str, str]) -> Iterator[_Incoherence]:
    """Statements whose clause is not among ``clauses`` (by canonical path), or says another statement."""
    for key, statement in pack.statements.items():
        text = clauses.get(f"clauses/{statement.clause}.html")
        if text is None:
            where = " and ".join(dict.fromkeys((f"town/{pack.key}", f"law/{pack.law}", f"law/{NATION}")))
            yield ("statements", key, "clause"), f"There is no clause {statement.clause} in {where}."
        elif key not in _STATEMENT.findall(text):
            yield ("statements", key, "clause"), f"The clause {statement.clause} does not print the statement {key}."
