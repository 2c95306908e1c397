"""Does the casefile say that something is so? Yes, no, or it does not say: then the answer is a question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from docservice.casefile.facts import (
    Appeal,
    Casefile,
    Citation,
    HardshipRequest,
    Hearing,
    Inspection,
    Permit,
    ServiceRecord,
    StopWorkOrder,
)
from docservice.town.procedure import KnownFact
from docservice.town.subjects import Subject

_Said = tuple[bool | None, str]  # whether it is so, and the sentence for no or for the question


def known(casefile: Casefile, subject: Subject | None, fact: KnownFact, on: date) -> _Said:
    """Whether ``fact`` is so on a day; ``None`` with a question where the casefile does not say."""
    return _FACTS[fact](casefile, subject, on)


def _if(there: object, question: str) -> _Said:
    return (True, "") if there else (None, question)


def _by(day: date | None, on: date, what: str) -> _Said:
    """Whether a day that the casefile may give has come."""
    if day is None:
        return None, f"The casefile does not say that {what}. Is it so?"
    return day <= on, f"The casefile says that {what} on {day}, after the document."


def _complaint(casefile: Casefile, subject: Subject | None, on: date) -> _Said:
    held = casefile.confidential
    return _if(
        held.complaint or held.complaint_received_on or held.complainant,
        "The casefile has no complaint. Was there one?",
    )


def _inspection(casefile: Casefile, subject: Subject | None, on: date) -> _Said:
    return _if([one for one in casefile.inspections if one.on <= on], "The casefile has no inspection. Who saw it?")


def _planned(casefile: Casefile, subject: Subject | None, on: date) -> _Said:
    days = [one.reinspection_on for one in casefile.inspections if one.reinspection_on is not None]
    days += [one.on for one in casefile.inspections] + [one.on for one in casefile.visits]
    return _if([day for day in days if day > on], "No inspection is planned in the casefile. Is there one?")


def _inspected(casefile: Casefile, subject: Subject | None, on: date) -> _Said:
    return _by(subject.on if isinstance(subject, Inspection) else None, on, "the inspection was made")


def _request(casefile: Casefile, subject: Subject | None, on: date) -> _Said:
    return _if(casefile.extension_requests, "Nobody has asked for more time in the casefile. Did anybody?")


def _violation_day(casefile: Casefile, subject: Subject | None, on: date) -> _Said:
    return _by(subject.violation_on if isinstance(subject, Citation) else None, on, "the violation was seen")


def _limit(casefile: Casefile, subject: Subject | None, on: date) -> _Said:
    limited = isinstance(subject, Permit) and subject.limit_months is not None
    return _if(limited, "The permit has no time limit in the casefile. Has it one?")


def _legal_description(casefile: Casefile, subject: Subject | None, on: date) -> _Said:
    return _if(casefile.property.legal_description, "The casefile has no legal description of the property.")


def _title_report(casefile: Casefile, subject: Subject | None, on: date) -> _Said:
    return _by(casefile.property.title_report_on, on, "the title report was made")


def _hearing_set(casefile: Casefile, subject: Subject | None, on: date) -> _Said:
    set_for = isinstance(subject, Hearing) or any(one.decided_on is None for one in casefile.hearings)
    return _if(set_for, "No hearing is set in the casefile. Is there one?")


def _hearing_held(casefile: Casefile, subject: Subject | None, on: date) -> _Said:
    if not isinstance(subject, Hearing):
        return None, "Which hearing was held?"
    if subject.held_on is None and subject.on > on:
        return False, f"The hearing is set for {subject.on} and was not held by {on}."
    return _by(subject.held_on, on, "the hearing was held")


def _decision(casefile: Casefile, subject: Subject | None, on: date) -> _Said:
    return _by(subject.decided_on if isinstance(subject, Hearing) else None, on, "the hearing was decided")


def _waiver(casefile: Casefile, subject: Subject | None, on: date) -> _Said:
    if isinstance(subject, HardshipRequest):
        if subject.decision == "pending":
            return False, f"The request {subject.id} is not decided."
        return _by(subject.on, on, "the request was made")
    asked = [one for one in casefile.appeals if one.hardship_waiver != "not_requested" and one.filed_on <= on]
    if isinstance(subject, Citation):
        asked = [one for one in asked if subject.id in one.of]
    return _if(asked, "Nobody has asked to waive the deposit in the casefile. Did anybody?")


def _appeal(casefile: Casefile, subject: Subject | None, on: date) -> _Said:
    if isinstance(subject, Appeal):
        return _by(subject.filed_on, on, "the appeal was filed")
    return _if([one for one in casefile.appeals if one.filed_on <= on], "The casefile has no appeal. Is there one?")


def _costs(casefile: Casefile, subject: Subject | None, on: date) -> _Said:
    return _if([one for one in casefile.costs if one.on <= on], "The casefile has no costs. Are there any?")


def _lien(casefile: Casefile, subject: Subject | None, on: date) -> _Said:
    return _if(casefile.liens, "The casefile has no lien on record. Is there one?")


def _attempt(casefile: Casefile, subject: Subject | None, on: date) -> _Said:
    return _by(subject.served_on if isinstance(subject, ServiceRecord) else None, on, "it was served")


def _posting(casefile: Casefile, subject: Subject | None, on: date) -> _Said:
    posted = subject if isinstance(subject, ServiceRecord) and subject.method.startswith("posting") else None
    return _by(posted.served_on if posted is not None else None, on, "it was posted")


def _lifted(casefile: Casefile, subject: Subject | None, on: date) -> _Said:
    if last_release(subject, on) is not None:
        return True, ""  # a part of it may go on; the rest stays stopped
    return _by(subject.lifted_on if isinstance(subject, StopWorkOrder) else None, on, "the order was lifted")


def last_release(subject: Subject | None, on: date) -> date | None:
    """The day of the last release of a stop work order by a day, of all of it or of a part."""
    releases = subject.releases if isinstance(subject, StopWorkOrder) else ()
    return max((one.on for one in releases if one.on <= on), default=None)


def _withdrawn(casefile: Casefile, subject: Subject | None, on: date) -> _Said:
    if not isinstance(subject, Citation):
        return None, "Which citation was taken back?"
    if subject.taken_back is not None:
        return _by(subject.taken_back.on, on, "the citation was taken back")
    return (True, "") if not subject.counts else (False, f"The citation {subject.id} was not taken back.")


def _continued(casefile: Casefile, subject: Subject | None, on: date) -> _Said:
    told = subject.continuance if isinstance(subject, Hearing) else None
    return _by(told.on if told is not None else None, on, "the hearing was moved")


_FACTS: Mapping[KnownFact, Callable[[Casefile, Subject | None, date], _Said]] = {
    "complaint": _complaint,
    "inspection": _inspection,
    "inspection-planned": _planned,
    "inspection-held": _inspected,
    "extension-request": _request,
    "violation-day": _violation_day,
    "permit-limit": _limit,
    "legal-description": _legal_description,
    "title-report": _title_report,
    "hearing-set": _hearing_set,
    "hearing-held": _hearing_held,
    "decision": _decision,
    "waiver-request": _waiver,
    "appeal": _appeal,
    "costs": _costs,
    "lien": _lien,
    "attempt-made": _attempt,
    "posting-made": _posting,
    "lifted": _lifted,
    "withdrawn": _withdrawn,
    "continued": _continued,
}
