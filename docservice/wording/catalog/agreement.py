"""Whether a template says what the town's rules say of its document type: blocks, signers, statements, dates, envelope.

What a template asks for more than its type is its own affair; what it lacks, or what nobody knows, is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import get_args

from docservice.casefile.facts import PartyRole
from docservice.finding import Finding
from docservice.town.pack import TownPack
from docservice.wording.bundle import Bundle

CODE = "template.town"
_LIMITS = ("time-limit", "next-tier")  # counted from the permit itself (town.reckoning), by no rule's name


def agreement(bundle: Bundle, pack: TownPack) -> tuple[Finding, ...]:
    """Where a letter's template.yaml and the pack disagree, each with its line. Of a handout the pack knows nothing."""
    if bundle.meta.face == "handout":
        return ()
    lines = bundle.files["template.yaml"].decode().splitlines()
    return tuple(
        Finding(CODE, "error", message, f"template.yaml:{_line(lines, field)}")
        for field, message in _disagreements(bundle, pack)
    )


def _disagreements(bundle: Bundle, pack: TownPack) -> Iterator[tuple[str, str]]:
    meta = bundle.meta
    kind = pack.document_types.get(meta.document_type)
    if kind is None:
        known = ", ".join(sorted(pack.document_types))
        yield "document_type", f"the town has no document type “{meta.document_type}”; it has: {known}"
        return
    own = f"of the type “{meta.document_type}”"
    for block in _without(kind.required_blocks, meta.required_blocks):
        yield "required_blocks", f"the block “{block}” {own} is not required here"
    for role in _without(meta.signers, kind.signers):
        yield "signers", f"“{role}” is no signer {own}"
    for role in _without(kind.served, meta.recipients):
        yield "recipients", f"“{role}”, who must be served, is no recipient"
    for role in _without(meta.recipients, get_args(PartyRole)):
        yield "recipients", f"there is no role “{role}” of a party"
    for key in _without(kind.statements, meta.statements):
        yield "statements", f"the statement “{key}” {own} is not listed"
    for key in _without(meta.statements, pack.statements):
        yield "statements", f"the town has no statement “{key}”"
    if kind.taglines and not meta.taglines:
        yield "taglines", f"documents {own} have the sheet of languages; this one has none"
    if meta.envelope is not None and meta.envelope not in pack.envelopes:
        yield "envelope", f"the town has no envelope “{meta.envelope}”"
    printed = {name for each in pack.document_types.values() for name in each.deadlines}
    for name in _without(meta.dates or (), {*printed, *_LIMITS}):
        yield "dates", f"no document type of the town prints a date called “{name}”"


def _without(wanted: Iterable[str], among: Iterable[str]) -> list[str]:
    known = set(among)
    return [one for one in wanted if one not in known]


def _line(lines: list[str], field: str) -> int:
    """The line of a field, else the first: it is not said at all."""
    return next((n for n, line in enumerate(lines, 1) if re.match(rf"{field}\s*:", line)), 1)
