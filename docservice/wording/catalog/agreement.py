"""Whether a template and the town's rules of its document type agree: each way round, at the line that says otherwise.

What a template asks for more than its type is its own affair; what it lacks, or what nobody knows, is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import get_args

from jinja2 import nodes

from docservice.casefile.facts import PartyRole
from docservice.finding import Finding
from docservice.town.pack import DocumentType, TownPack
from docservice.town.penalties import NEXT_TIER, TIME_LIMIT
from docservice.wording.bundle import Bundle
from docservice.wording.messages import wording_environment

CODE = "template.town"
# Periods that are no deadline rules: how far back one looks, and what follows a deposit that was not waived.
_OTHER_PERIODS = ("look-back", "deposit-after-denial", "deposit-waits")
_LIMITS = (TIME_LIMIT, NEXT_TIER)
_HEAD = "template.yaml"


def agreement(bundle: Bundle, pack: TownPack) -> tuple[Finding, ...]:
    """Where a template and the pack disagree. Of a handout the pack knows only the languages that it is in."""
    found = [*_excepted(bundle, pack)]
    if bundle.meta.face == "letter":
        kind = pack.document_types.get(bundle.meta.document_type)
        if kind is None:
            known = ", ".join(sorted(pack.document_types))
            message = f"the town has no document type “{bundle.meta.document_type}”; it has: {known}"
            found.append(Finding(CODE, "error", message, _line(bundle, "document_type")))
        else:
            found += (Finding(CODE, "error", said, _line(bundle, at)) for at, said in _head(bundle, pack, kind))
            found += _dates(bundle, kind)
            found += _periods_and_phrases(bundle, pack)
    return tuple(found)


def _excepted(bundle: Bundle, pack: TownPack) -> Iterator[Finding]:
    for tag in bundle.meta.not_in:
        if tag == "en":
            message = "English controls: no template is without it (not_in)"
            yield Finding(CODE, "error", message, _line(bundle, "not_in"))
        elif pack.language(tag) is None:
            message = f"the town has no language “{tag}” that it could be excepted from (not_in)"
            yield Finding(CODE, "warning", message, _line(bundle, "not_in"))


def _head(bundle: Bundle, pack: TownPack, kind: DocumentType) -> Iterator[tuple[str, str]]:
    meta = bundle.meta
    own = f"of the type “{meta.document_type}”"
    for block in _without(kind.required_blocks, meta.required_blocks):
        yield "required_blocks", f"the block “{block}” {own} is not required here"
    for role in _without(meta.signers, kind.signers):
        yield "signers", f"“{role}” is no signer {own}"
    if kind.signers and not meta.signers:
        yield "signers", f"nobody signs it; documents {own} are signed by: {', '.join(kind.signers)}"
    for role in _without(kind.served, meta.recipients):
        yield "recipients", f"“{role}”, who must be served, is no recipient"
    of_parties = get_args(PartyRole) if kind.addressee == "party" else (kind.addressee,)
    for role in _without(meta.recipients, of_parties):
        yield "recipients", f"there is no role “{role}” of a party"
    if "recipient" in kind.required_blocks and not meta.recipients:
        yield "recipients", f"documents {own} go to somebody, and it has no recipients"
    for key in _without(kind.statements, meta.statements):
        yield "statements", f"the statement “{key}” {own} is not listed"
    for key in _without(meta.statements, pack.statements):
        yield "statements", f"the town has no statement “{key}”"
    if kind.taglines and not meta.taglines:
        yield "taglines", f"documents {own} have the sheet of languages; this one has none"
    if meta.envelope is not None and meta.envelope not in pack.envelopes:
        yield "envelope", f"the town has no envelope “{meta.envelope}”; it has: {', '.join(sorted(pack.envelopes))}"
    printed = {name for each in pack.document_types.values() for name in each.deadlines}
    for name in _without(meta.dates or (), {*printed, *_LIMITS}):
        yield "dates", f"no document type of the town prints a date called “{name}”"


def _dates(bundle: Bundle, kind: DocumentType) -> Iterator[Finding]:
    """A date that the wording asks for is one of the type's, or the head says that it may be lacking (``dates``)."""
    has = {*kind.deadlines, *bundle.meta.may_lack, *(_LIMITS if kind.subject == "permit" else ())}
    for name, place in _asked(bundle, "deadlines"):
        if name not in has:
            message = f"a document of this type has no date “{name}”, and dates does not say that it may be lacking"
            yield Finding(CODE, "error", message, place)


def _periods_and_phrases(bundle: Bundle, pack: TownPack) -> Iterator[Finding]:
    """Not errors: a condition may keep a town that has no such thing from ever coming there."""
    for record, known in (
        ("periods", {*pack.deadlines, *_OTHER_PERIODS}),
        ("phrases", {*pack.phrases}),
        ("placard_words", {*pack.placards}),
    ):
        for name, place in _asked(bundle, record):
            if name not in known:
                message = f"the town's {record} have no “{name}”: a letter that comes to this line does not go out"
                yield Finding(CODE, "warning", message, place)


def _asked(bundle: Bundle, record: str) -> Iterator[tuple[str, str]]:
    """Each name that the wording asks a record for, as the pack writes it, and where."""
    environment = wording_environment()
    for path, data in bundle.files.items():
        if path.endswith(".html"):
            for node in environment.parse(data.decode()).find_all(nodes.Getattr):
                if isinstance(node.node, nodes.Name) and node.node.name == record:
                    yield node.attr.replace("_", "-"), f"{path}:{node.lineno}"


def _without(wanted: Iterable[str], among: Iterable[str]) -> list[str]:
    known = set(among)
    return [one for one in wanted if one not in known]


def _line(bundle: Bundle, field: str) -> str:
    """The line of a field of the head, else the first: it is not said at all."""
    said = re.compile(rf"{field}\s*:")
    lines = bundle.files[_HEAD].decode().splitlines()
    return f"{_HEAD}:{next((number for number, line in enumerate(lines, 1) if said.match(line)), 1)}"
