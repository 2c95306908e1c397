"""Appeals as procedure sees them: which are timely and complete, and what they hold until they are decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from docservice.casefile.facts import Appeal, Hearing
from docservice.casefile.record import IssuedDocument
from docservice.town.deposits import deposit_by
from docservice.town.hearing_days import denied_on
from docservice.town.papers import Papers
from docservice.town.procedure import StayedThing

Wrong = tuple[str, str, bool]  # the code, the sentence, and whether it is a question


def wrong(papers: Papers, hearing: Hearing) -> Iterator[Wrong]:
    """What stands in the way of hearing the appeals that a hearing is set for."""
    appeals = [one for one in papers.casefile.appeals if one.id in (hearing.appeal, *hearing.joined)]
    if not appeals:
        yield "appeal", "The hearing is of an appeal, and names none.", False
    for appeal in appeals:
        yield from _wrong(papers, appeal)


def _wrong(papers: Papers, appeal: Appeal) -> Iterator[Wrong]:
    if appeal.withdrawn_on is not None and appeal.withdrawn_on <= papers.on:
        yield "appeal", f"The appeal {appeal.id} was withdrawn on {appeal.withdrawn_on}.", False
        return
    items = papers.live_items(appeal)
    if not items:
        yield "appeal", f"Nothing that the appeal {appeal.id} is of is in force.", False
        return
    yield from _late(papers, appeal, items)
    yield from _deposit(papers, appeal, items)


def _late(papers: Papers, appeal: Appeal, items: list[str]) -> Iterator[Wrong]:
    if appeal.late_for_cause is not None:
        return
    last = {item: last_day(papers, appeal, item) for item in items}
    known = [day for day in last.values() if day is not None]
    if any(appeal.filed_on <= day for day in known):
        return
    unknown = [item for item, day in last.items() if day is None]
    if unknown:
        question = f"By which day {', '.join(unknown)} could be contested, the facts do not say."
        yield "late_appeal", question, True  # alive: a question is procedure.unknown, whatever it is of
    else:
        message = f"The appeal {appeal.id} was filed on {appeal.filed_on}; it had to be by {max(known)}."
        yield "late_appeal", message, False


def last_day(papers: Papers, appeal: Appeal, item: str) -> date | None:
    """The last day to contest one item, for who appeals: the latest of its papers counts."""
    days = [_contest(papers, appeal, one) for one in papers.about_item(item)]
    return max((day for day in days if day is not None), default=None)


def _contest(papers: Papers, appeal: Appeal, one: IssuedDocument) -> date | None:
    """From its service on the appellant, else on anybody; else as it printed it."""
    for parties in (papers.stands_for(appeal.by), papers.stands_for(None)):
        served = papers.served(one, parties)
        if served.on is not None:
            return papers.date_of(one, "contest-by", one.recipient or appeal.by, served.on)
    return one.dates.get("contest-by")


def _deposit(papers: Papers, appeal: Appeal, items: list[str]) -> Iterator[Wrong]:
    """An appeal of a fine needs its deposit, or a request to waive it that was not denied."""
    if not any(item in papers.citations for item in items) or appeal.deposit:
        return
    if appeal.hardship_waiver == "denied":
        until = payable_until(papers, appeal, items)
        still = f" It is due by {until}." if until is not None else ""
        yield "deposit", f"The deposit for the appeal {appeal.id} was not waived and is not paid.{still}", False
    elif appeal.hardship_waiver == "not_requested":
        question = f"The casefile has no deposit for the appeal {appeal.id}. Was it paid?"
        yield "deposit", question, True  # alive: as in ``_late``


def payable_until(papers: Papers, appeal: Appeal, items: list[str]) -> date | None:
    """The day up to which a deposit may be paid whose waiver was denied; None where nothing says, or it is over."""
    denied = denied_on(papers, appeal)
    if denied is None:
        return None
    days = [last_day(papers, appeal, item) for item in items if item in papers.citations]
    until = deposit_by(papers.pack, denied, max((day for day in days if day is not None), default=None))
    return until if until is not None and papers.on <= until else None


def staying(papers: Papers, thing: StayedThing, sections: set[str] | None) -> Iterator[Appeal]:
    """The appeals that hold a thing: timely, complete, of something in force, and neither decided nor withdrawn.

    With ``sections`` only appeals of those sections count.
    """
    for appeal in papers.casefile.appeals:
        if appeal.filed_on > papers.on or (appeal.withdrawn_on is not None and appeal.withdrawn_on <= papers.on):
            continue
        heard = [one for one in papers.casefile.hearings if appeal.id in (one.appeal, *one.joined)]
        if any(one.decided_on is not None and one.decided_on <= papers.on for one in heard):
            continue
        if perfected(papers, appeal) and holds(papers, appeal, thing, sections):
            yield appeal


def perfected(papers: Papers, appeal: Appeal) -> bool:
    """Whether an appeal is of something in force, timely, and its deposit settled or to be paid yet, by the facts."""
    items = papers.live_items(appeal)
    late = any(not asks for _, _, asks in _late(papers, appeal, items)) if items else True  # alive: moot
    short = any(not asks for _, _, asks in _deposit(papers, appeal, items))
    return not late and (not short or payable_until(papers, appeal, items) is not None)


def holds(papers: Papers, appeal: Appeal, thing: StayedThing, sections: set[str] | None = None) -> bool:
    """Whether the procedure of what is appealed says that its appeal stays the thing; of ``sections`` if given."""
    items = papers.live_items(appeal)
    return any(thing in stays(papers, item) and _touches(papers, item, sections) for item in items)


def stays(papers: Papers, item: str) -> set[StayedThing]:
    """What an appeal of an item holds, by the procedure of its papers."""
    procedure = papers.pack.procedure
    if procedure is None:  # alive: nobody asks then; said for mypy
        return set()  # alive: as above
    types = {one.document_type for one in papers.about_item(item)} & procedure.types.keys()
    return {thing for type in types for thing in procedure.types[type].stays}


def _touches(papers: Papers, item: str, sections: set[str] | None) -> bool:
    citation = papers.citations.get(item)
    named = citation.violations if citation is not None else (item,)
    return sections is None or any(papers.sections.get(one) in sections for one in named)
