"""Can somebody be at home for a visit: is it to come, on an open day, and is the hour told? (DOMAIN §1)"""

from __future__ import annotations

from collections.abc import Iterator

from docservice.casefile.history import PlannedVisit
from docservice.checks.examined import Sight
from docservice.checks.finding import error, warning
from docservice.finding import Finding


def announced(sight: Sight) -> Iterator[Finding]:
    """A visit is announced before it, with the hour from which somebody may come; on a closed day a person looks."""
    if sight.reckoning is None or not isinstance(sight.reckoning.subject, PlannedVisit):
        return
    visit, place = sight.reckoning.subject, sight.reckoning.subject_place
    if visit.on <= sight.reckoning.on:
        message = f"The visit is on {visit.on}; a letter of {sight.reckoning.on} does not announce it."
        yield error("visit_past", message, f"{place}/on")
    if visit.from_at is None:
        yield error("visit_hour", f"The visit {visit.id} has no hour from which somebody comes.", f"{place}/from_at")
    closed = sight.calendar.closed(visit.on)
    if closed is not None:
        yield warning("visit_closed_day", f"The office is closed on {visit.on} ({closed}).", f"{place}/on")
