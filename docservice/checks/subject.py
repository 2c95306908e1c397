"""Does the document fit the event that it is about: not ahead of it? (DOMAIN §7.12)"""

from __future__ import annotations

from collections.abc import Iterator

from docservice.casefile.facts import Citation, HardshipRequest, Inspection, ServiceRecord, StopWorkOrder
from docservice.casefile.history import RecordedLien
from docservice.checks.examined import Sight
from docservice.checks.finding import error
from docservice.finding import Finding


def not_ahead(sight: Sight) -> Iterator[Finding]:
    """Nobody reports, orders or swears to what has not happened yet (DOMAIN §7.12)."""
    if sight.reckoning is None:
        return
    subject = sight.reckoning.subject
    match subject:
        case Inspection() | StopWorkOrder():
            field, day = "on", subject.on
        case Citation():
            field, day = "violation_on", subject.violation_on
        case RecordedLien():
            field, day = "paid_on", subject.paid_on or sight.reckoning.on
        case HardshipRequest():
            field, day = "decided_on", subject.decided_on or subject.on
        case ServiceRecord():
            field, day = "served_on", subject.served_on
        case _:
            return
    if sight.reckoning.on < day:
        message = f"The document is dated {sight.reckoning.on}, before what it is about: {day}."
        yield error("date_ahead", message, f"{sight.reckoning.subject_place}/{field}")
