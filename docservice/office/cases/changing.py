"""What a change of a case's facts makes of what is due in it and of what may go out next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from docservice import casefile as casefiles
from docservice.casefile.folding import fold
from docservice.office.cases import reading
from docservice.office.cases.values import CaseChanges, CaseOnRecord
from docservice.office.means.means import Means
from docservice.refusal import Refusal
from docservice.town.deadlines_on_record import deadlines_on_record
from docservice.town.next_steps import NextStep, changed_steps, next_steps
from docservice.town.recorded_dates import DeadlineOnRecord, compared


@dataclass(frozen=True, slots=True)
class _Outlook:
    """What is due and what is next in a case; nothing in one that there is not."""

    due: tuple[DeadlineOnRecord, ...] = ()
    steps: tuple[NextStep, ...] = ()


def told(means: Means, number: str, write: Callable[[], CaseOnRecord]) -> CaseOnRecord:
    """What ``write`` came to, with what it changed in due dates and next steps."""
    before = _outlook(means, number)
    found = write()
    if found.outcome == "unchanged":
        return replace(found, changes=CaseChanges())
    after = _outlook(means, number)
    return replace(
        found, changes=CaseChanges(compared(before.due, after.due), changed_steps(before.steps, after.steps))
    )  # fmt: skip


def _outlook(means: Means, number: str) -> _Outlook:
    try:
        with means.store.database.reading() as session:
            means.refresh(session)
            one = reading.found(means, session, number)
    except Refusal as refusal:
        if refusal.kind != "missing":
            raise
        return _Outlook()
    if one.row.merged_into is not None:
        return _Outlook()
    today = means.today()
    pack = means.rules_of(today)
    casefile = casefiles.load(fold(one.facts, one.record, today).facts, on_record=True)
    return _Outlook(
        deadlines_on_record(pack, casefile, one.record, today, means.rules_of),
        next_steps(pack, casefile, one.record, today),
    )
