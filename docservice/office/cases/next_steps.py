"""What a case calls for on a day: what may go out next and why not, papers that are owed, money that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from docservice import casefile as casefiles
from docservice.casefile.facts import Casefile
from docservice.casefile.folding import fold
from docservice.casefile.record import CaseRecord
from docservice.office.cases import reading
from docservice.office.means.means import Means
from docservice.pipeline import pinning
from docservice.refusal import Refusal
from docservice.town import next_steps
from docservice.town.books import debts_of
from docservice.town.deadlines import ComputedDate
from docservice.town.debts import ZERO, DebtLedger
from docservice.town.held_papers import HeldPapers
from docservice.town.next_steps import NextStep
from docservice.town.owed_papers import OwedPaper, owed_papers
from docservice.town.pack import TownPack
from docservice.town.reckoning import reckon


def steps(means: Means, number: str, on: date | None = None) -> tuple[NextStep, ...]:
    """The steps of a case on a day (today), as its facts are now with what the register knew on that day.

    Raises ``Refusal``: ``case.unknown``, ``town.not_in_force`` for a day before the first edition of the rules.
    """
    asked = _asked(means, number, on)
    return next_steps.next_steps(*asked) if asked is not None else ()


def owed(means: Means, number: str, on: date | None = None) -> tuple[OwedPaper, ...]:
    """Papers that what happened calls for: corrections of fines that fell, withdrawals. Raises as ``steps``."""
    asked = _asked(means, number, on)
    return owed_papers(*asked) if asked is not None else ()


def ledger(means: Means, number: str, on: date | None = None) -> DebtLedger:
    """What is owed in a case at a day's end (today's). Raises as ``steps``."""
    asked = _asked(means, number, on)
    return debts_of(HeldPapers(*asked)) if asked is not None else DebtLedger((), (), (), ZERO, ZERO)


def _asked(means: Means, number: str, on: date | None) -> tuple[TownPack, Casefile, CaseRecord, date] | None:
    """What is asked of; None for a case that went into another, where all of it is asked."""
    with means.store.database.reading() as session:
        means.refresh(session)
        one = reading.found(means, session, number)
    if one.row.merged_into is not None:
        return None
    day = on or means.today()
    pack = pinning.edition_in_force(means.editions, day).pack
    return pack, casefiles.load(fold(one.facts, one.record, day).facts, on_record=True), one.record, day


@dataclass(frozen=True, slots=True)
class StepDates:
    """The dates that one kind of paper about one thing would say."""

    document_type: str
    about: str | None
    dates: tuple[ComputedDate, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What may go out next, and the dates that what may go out today would say."""

    steps: tuple[NextStep, ...] = ()
    dates: tuple[StepDates, ...] = ()


def outlook(means: Means, number: str) -> Outlook:
    """The steps of a case today with the dates of those that may be taken. Raises as ``steps``."""
    asked = _asked(means, number, None)
    if asked is None:
        return Outlook()
    pack, casefile, _, today = asked
    found = next_steps.next_steps(*asked)
    dates = []
    for one in {(step.document_type, step.about): step for step in found if step.answer.verdict == "yes"}.values():
        try:
            told = reckon(pack, casefile, one.document_type, on=today, recipient=one.recipient or "", about=one.about)
        except Refusal:  # what the facts lack is asked when the letter is written
            continue
        said = tuple(told.deadlines.values())
        if said:
            dates.append(StepDates(one.document_type, one.about, said))
    return Outlook(found, tuple(dates))
