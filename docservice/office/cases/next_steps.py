"""What a case calls for on a day: what may go out next and why not, papers that are owed, money that is."""

from __future__ import annotations

from datetime import date

from docservice import casefile as casefiles
from docservice.casefile.facts import Casefile
from docservice.casefile.folding import fold
from docservice.casefile.record import CaseRecord
from docservice.office.cases import reading
from docservice.office.means.means import Means
from docservice.pipeline import pinning
from docservice.town import next_steps
from docservice.town.books import debts_of
from docservice.town.debts import ZERO, DebtLedger
from docservice.town.held_papers import HeldPapers
from docservice.town.next_steps import NextStep
from docservice.town.owed_papers import OwedPaper, owed_papers
from docservice.town.pack import TownPack


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
