"""What two editions of the rules make of the example cases: dates and amounts, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from docservice import casefile as casefiles
from docservice import shipped
from docservice.casefile.facts import Casefile
from docservice.refusal import Refusal
from docservice.town.pack import DocumentType, TownPack
from docservice.town.reckoning import Reckoning, reckon

_BEFORE_A_HEARING = timedelta(days=30)  # when a hearing of an example is noticed


@dataclass(frozen=True, slots=True)
class ExampleOutcome:
    """One date or amount of one document of an example case under both editions; empty where one gives none."""

    case: str
    document: str
    what: str
    old: str
    new: str

    @property
    def differs(self) -> bool:
        return self.old != self.new


def compared(old: TownPack, new: TownPack) -> tuple[ExampleOutcome, ...]:
    """Every date and amount of the example cases under both editions."""
    found = []
    for casefile in _examples():
        before, after = (dict(_of(pack, casefile)) for pack in (old, new))
        for key in dict.fromkeys((*after, *before)):
            found.append(ExampleOutcome(casefile.case.number, *key, before.get(key, ""), after.get(key, "")))
    return tuple(found)


@cache
def _examples() -> tuple[Casefile, ...]:
    folder = shipped.folder("examples")
    return tuple(casefiles.load(path.read_bytes()) for path in sorted(folder.glob("*/casefile.json")))


def _of(pack: TownPack, casefile: Casefile) -> Iterator[tuple[tuple[str, str], str]]:
    owner = next((party.id for party in casefile.parties if "owner" in party.roles), "")
    for key, kind in pack.document_types.items():
        for about, on in _subjects(kind, casefile):
            try:
                made = reckon(pack, casefile, key, on=on, recipient=owner, about=about)
            except Refusal:
                continue
            document = f"{kind.title} {about or ''}".strip() + f" of {on.isoformat()}"
            for what, said in _amounts_and_dates(made):
                yield (document, what), said


def _amounts_and_dates(made: Reckoning) -> Iterator[tuple[str, str]]:
    for name, computed in made.deadlines.items():
        yield name, computed.date.isoformat()
    if made.fines is not None:
        for line in made.fines.lines:
            yield f"fine, {line.section}", f"${line.amount:,.2f}"
        yield "fine, total", f"${made.fines.total:,.2f}"
    if made.penalty is not None and made.penalty.total:
        yield "penalty", f"${made.penalty.total:,.2f}"


def _subjects(kind: DocumentType, casefile: Casefile) -> Iterator[tuple[str | None, date]]:
    """What a document of this type can be about in the case, and the day on which it would go out."""
    seen = max((violation.observed_on for violation in casefile.violations), default=casefile.case.opened_on)
    if kind.subject == "case" and kind.deadlines:
        yield None, seen
    elif kind.subject == "citation":
        yield from ((one.id, one.issued_on or one.violation_on) for one in casefile.citations)
    elif kind.subject == "stop_work":
        yield from ((one.id, seen) for one in casefile.stop_work_orders)
    elif kind.subject == "placard":
        yield from ((one.id, seen) for one in casefile.placards)
    elif kind.subject == "hearing" and kind.deadlines:
        yield from ((one.id, one.on - _BEFORE_A_HEARING) for one in casefile.hearings)
    elif kind.subject == "permit":
        yield from ((one.number, seen) for one in casefile.permits if one.limit_months is not None)
