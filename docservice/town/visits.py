"""Visits that are planned: what one costs, by how many came before it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from docservice.casefile.facts import Casefile
from docservice.casefile.history import PlannedVisit
from docservice.town.source import Source


@dataclass(frozen=True, slots=True)
class VisitFee:
    """What a visit costs in dollars that only looks whether the work is done, after so many for nothing."""

    amount: Decimal
    free: int
    source: Source


def visits_before(casefile: Casefile, visit: PlannedVisit) -> int:
    """How many of the visits that were planned before one were made: an inspection of the day says so."""
    made = {one.on for one in casefile.inspections}
    return len({one.on for one in casefile.visits if one.on < visit.on and one.on in made})
