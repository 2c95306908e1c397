"""Does nothing confidential reach the public? (DOMAIN §5, §7.10)

Looked for: the complainant's name in its own and its Latin form, street address, e-mail and telephone; the complaint
and the privileged notes, sentence by sentence. Case, accents, spaces and invisible marks make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from docservice.casefile.facts import Casefile, Name, Party
from docservice.checks.examined import Sight
from docservice.checks.finding import error, warning
from docservice.finding import Finding

# A shorter sentence ("Yes.", "No answer.") would be found by chance.
_LEAST_SENTENCE = 24
_LEAST_WORD = 5
_PHONE = re.compile(r"\d[\d\s().+\-]{5,}\d")
_SENTENCE = re.compile(r"(?<=[.!?。؟])\s+|\n")
_WORD = re.compile(r"\w+")


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Text as it is compared: no case, accents, invisible marks or uneven spaces."""
    if not text.isascii():  # alive: of ASCII nothing of this is left out, and most texts are ASCII
        text = unicodedata.normalize("NFKD", text)
        # M: accents and vowel marks; Cf: direction marks, joiners, soft hyphens.
        text = text.translate({ord(c): None for c in set(text) if unicodedata.category(c) in ("Mn", "Cf")})
    return " ".join(text.casefold().split())


def secrets(sight: Sight) -> Iterator[Finding]:
    """The text names no complainant and quotes no complaint and no privileged note (DOMAIN §7.10)."""
    casefile = sight.casefile
    if casefile is None or sight.kind is None:
        return
    if not sight.kind.public:  # what goes to who complained: their own words, and nobody's notes
        yield from _quoted(
            _text_without(sight, None), [("privileged_notes", n) for n in casefile.confidential.privileged_notes]
        )
        return
    party = _as_party(casefile)
    text = _text_without(sight, party)
    complainant = casefile.confidential.complainant
    if complainant is not None:
        yield from _complainant(casefile, complainant, party, text)
    hidden = [("privileged_notes", note) for note in casefile.confidential.privileged_notes]
    if casefile.confidential.complaint:
        hidden.append(("complaint", casefile.confidential.complaint))
    yield from _quoted(text, hidden)


def _quoted(text: str, hidden: Sequence[tuple[str, str]]) -> Iterator[Finding]:
    for field, words in hidden:
        if any(sentence in text for sentence in _sentences(words)):
            what = "the complaint" if field == "complaint" else "a privileged note"
            yield error("confidential", f"The text quotes {what}.", f"/confidential/{field}")


def _as_party(casefile: Casefile) -> int | None:
    """Where the complainant stands among the parties: there, the name is that of a tenant or owner like others."""
    complainant = casefile.confidential.complainant
    if complainant is None:
        return None
    same = (i for i, p in enumerate(casefile.parties) if p.id == complainant.id or p.name.text == complainant.name.text)
    return next(same, None)


def _text_without(sight: Sight, party: int | None) -> str:
    """The text as it is compared, without what it prints of that party as a party."""
    own = f"/parties/{party}/"
    shown = (text for pointer, text in sight.page.texts if not (pointer and pointer.startswith(own)))
    # Piece by piece: most pieces are those of the letter before.
    return " ".join(filter(None, map(folded, shown)))


def _complainant(casefile: Casefile, complainant: Party, party: int | None, text: str) -> Iterator[Finding]:
    found = False
    for field, what, wanted in _needles(complainant):
        if _contains(text, wanted):
            found = True
            place = f"/confidential/complainant/{field}"
            yield error("confidential", f"The text has the complainant's {what}.", place)
    digits = re.sub(r"\D", "", complainant.phone or "")[-10:]
    if len(digits) >= 7 and any(re.sub(r"\D", "", number).endswith(digits) for number in _PHONE.findall(text)):
        yield error(
            "confidential", "The text has the complainant's telephone number.", "/confidential/complainant/phone"
        )
    if not found:
        yield from _parts_of_the_name(casefile, complainant, party, text)


def _needles(complainant: Party) -> Iterator[tuple[str, str, str]]:
    yield "name", "name", folded(complainant.name.text)
    if complainant.name.latin:
        yield "name/latin", "name", folded(complainant.name.latin)
    if complainant.email:
        yield "email", "e-mail address", folded(complainant.email)
    if complainant.address is not None:
        # City, state and ZIP are everybody's.
        for line in complainant.address.lines[:-1]:
            yield "address", "address", folded(line)


def _contains(text: str, wanted: str) -> bool:
    # Whole words, in scripts that have spaces: "Li" is not in "liability".
    word = rf"(?<![^\W_]){re.escape(wanted)}(?![^\W_])"
    return wanted in text and (not wanted.isascii() or re.search(word, text) is not None)


def _parts_of_the_name(casefile: Casefile, complainant: Party, party: int | None, text: str) -> Iterator[Finding]:
    """A surname alone gives a person away too, but may be a common word: a person looks."""
    harmless = set(_words(*(other.name for index, other in enumerate(casefile.parties) if index != party)))
    harmless.update(_WORD.findall(folded(f"{casefile.property.situs or ''} {casefile.property.city_line or ''}")))
    # Looked for as letters first, which is quick: few are there at all.
    for word in filter(text.__contains__, _words(complainant.name)):
        if len(word) >= _LEAST_WORD and word not in harmless and word in _WORD.findall(text):
            message = f"The text has “{word}”, which is part of the complainant's name."
            yield warning("confidential_hint", message, "/confidential/complainant/name")


def _words(*names: Name) -> list[str]:
    return [word for name in names for text in (name.text, name.latin or "") for word in _WORD.findall(folded(text))]


def _sentences(words: str) -> list[str]:
    parts = [folded(part) for part in _SENTENCE.split(words)]
    long = [part for part in parts if len(part) >= _LEAST_SENTENCE]
    return long or [folded(words)]
