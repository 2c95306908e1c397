"""What may go out in a case next, and to whom; what not yet and why: the guards of procedure, asked for every type."""

from __future__ import annotations

from datetime import date

from docservice import casefile as casefiles
from docservice.casefile.folding import fold
from docservice.office.cases import reading
from docservice.office.means.means import Means
from docservice.pipeline import pinning
from docservice.town import next_steps
from docservice.town.next_steps import NextStep


def steps(means: Means, number: str, on: date | None = None) -> tuple[NextStep, ...]:
    """The steps of a case on a day (today), as its facts are now with what the register knew on that day.

    Raises ``Refusal``: ``case.unknown``, ``town.not_in_force`` for a day before the first edition of the rules.
    """
    with means.store.database.reading() as session:
        means.refresh(session)
        one = reading.found(means, session, number)
    day = on or means.today()
    pack = pinning.edition_in_force(means.editions, day).pack
    return next_steps.next_steps(
        pack, casefiles.load(fold(one.facts, one.record, day).facts, on_record=True), one.record, day
    )
