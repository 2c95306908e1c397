"""What an appeal does to time: which dates it holds, and what is left of them when it is decided or withdrawn.

Only a timely and complete appeal of something in force holds anything (``town.appeals``), and only what the procedure
of the paper says that its appeal stays: a stop work order goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from docservice.casefile.facts import Appeal, Hearing
from docservice.casefile.record import CaseEvent, IssuedDocument
from docservice.town import appeals
from docservice.town.calendar import Calendar
from docservice.town.meanings import Meaning
from docservice.town.pack import TownPack
from docservice.town.papers import Papers
from docservice.town.procedure import StayedThing

# A date of this meaning is held where the appeal stays one of these things.
_HOLDS: Mapping[Meaning, frozenset[StayedThing]] = {
    "cure": frozenset(("notice", "order")),
    "pay": frozenset(("fines",)),
    "pay_costs": frozenset(("costs",)),
}


@dataclass(frozen=True, slots=True)
class TimeHeld:
    """That an appeal holds a date: until it ends, or until the day on which it ended and what the date is since."""

    appeal: Appeal
    ended_on: date | None = None
    resumes: date | None = None
    decided: bool = False  # the decision named the day
    why: str = ""


def perfected(papers: Papers) -> tuple[Appeal, ...]:
    """The appeals that hold what their procedure says, or held it until they were decided."""
    filed = [one for one in papers.casefile.appeals if one.filed_on <= papers.on]
    return tuple(one for one in filed if appeals.perfected(papers, one))


def holding(
    papers: Papers, pack: TownPack, one: IssuedDocument, meaning: Meaning | None, filed: Iterable[Appeal]
) -> Iterator[Appeal]:
    """Those of the perfected appeals that held or hold the dates of a meaning of a paper."""
    things = _HOLDS.get(meaning, frozenset()) if meaning is not None else frozenset()
    of_type = pack.procedure.types.get(one.document_type) if pack.procedure is not None else None
    if not things or of_type is None:
        return
    for appeal in filed:
        if meaning == "pay_costs":  # an invoice is of the order that caused the costs
            if appeals.holds(papers, appeal, "costs"):
                yield appeal
        elif things & set(of_type.stays) and _of(papers, one, appeal):
            yield appeal


def _of(papers: Papers, one: IssuedDocument, appeal: Appeal) -> bool:
    items = set(papers.live_items(appeal))
    return one.about in items or (one.puts is None and bool(items & papers.named(one)))


def held(
    papers: Papers, appeal: Appeal, day: date, about: str | None, calendar: Calendar, began: date
) -> TimeHeld:  # fmt: skip
    """What an appeal does to a date ``day``. As the decision says, else what was left of it when it was filed: all of
    it, where its time ``began`` only afterwards, as that of a citation which takes the place of the one appealed."""
    ended = _ended(papers, appeal)
    if ended is None:
        return TimeHeld(appeal)
    decided = _decided(papers, appeal, about)
    if decided is not None:
        return TimeHeld(appeal, ended, decided, True, f"The decision of {ended} on the appeal {appeal.id} says so.")
    left = max((day - max(appeal.filed_on, began)).days, 0)
    resumes = calendar.roll(ended + timedelta(days=left), "after")
    why = f"{left} days were left when the appeal {appeal.id} was filed on {appeal.filed_on}; it ended on {ended}."
    if began > appeal.filed_on:
        why = f"It began on {began}, when the appeal {appeal.id} held it already, which ended on {ended}."
    return TimeHeld(appeal, ended, resumes, why=why)


def anew(appeal: Appeal, ended: date, count: int, calendar: Calendar) -> TimeHeld:
    """All of a time again, from the end of the appeal."""
    resumes = calendar.roll(ended + timedelta(days=count), "after")
    return TimeHeld(appeal, ended, resumes, why=f"It runs anew from {ended}, when the appeal {appeal.id} ended.")


def _ended(papers: Papers, appeal: Appeal) -> date | None:
    days = [one.decided_on for one in papers.casefile.hearings if _hears(one, appeal)]
    ends = [day for day in (*days, appeal.withdrawn_on) if day is not None and day <= papers.on]
    return min(ends, default=None)


def _hears(hearing: Hearing, appeal: Appeal) -> bool:
    return appeal.id in (hearing.appeal, *hearing.joined)


def _decided(papers: Papers, appeal: Appeal, violation: str | None) -> date | None:
    """The day to comply that the decision names, in the casefile or as the register was told."""
    heard = {one.id for one in papers.casefile.hearings if _hears(one, appeal)}
    for event in _known(papers):
        if event.type == "decided" and event.subject in heard:
            for item in event.data.get("items", ()):
                if item.get("id") == violation and item.get("comply_by"):
                    return date.fromisoformat(str(item["comply_by"]))
    for hearing in papers.casefile.hearings:
        for one in hearing.decisions if hearing.id in heard else ():
            if one.item == violation and one.comply_by is not None:
                return one.comply_by
    return None


def _known(papers: Papers) -> Iterator[CaseEvent]:
    return (event for event in papers.record.standing() if event.on <= papers.on)


def dismissed(papers: Papers, item: str | None) -> bool:
    """Whether a hearing dismissed it, or it was withdrawn."""
    for event in _known(papers):
        if event.type == "withdrawn" and event.subject == item:
            return True
        if event.type == "decided" and any(
            one.get("id") == item and one.get("outcome") == "dismissed" for one in event.data.get("items", ())
        ):  # fmt: skip
            return True
    return any(
        one.item == item and one.outcome == "dismissed"
        for hearing in papers.casefile.hearings if hearing.decided_on is not None and hearing.decided_on <= papers.on
        for one in hearing.decisions
    )  # fmt: skip
