"""What cannot be told of a case after what is known of it: a day ahead, a return before its mailing, a lift of nothing.

An event that contradicts what is on record is refused when it is told: later, every date that rests on it would be
wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from docservice.casefile.attempts import attempt_told
from docservice.casefile.record import CaseEvent, CaseRecord, IssuedDocument, case_key
from docservice.finding import Finding

# type → the lists of the casefile in which its subject is found, by its id; "case": the case itself.
_SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "lifted": ("stop_work_orders",),
    "extension-granted": ("violations", "case"),
    "extension-denied": ("violations", "case"),
    "hearing-held": ("hearings",),
    "hearing-continued": ("hearings",),
    "decided": ("hearings",),
    "appeal-withdrawn": ("appeals",),
    "hardship-decided": ("appeals",),
    "withdrawn": ("citations", "violations", "stop_work_orders"),
    "mail-extension-decided": ("parties",),
    "closed": ("case",),
    "reopened": ("case",),
    "handout-given": ("case",),
}
# type → the field of its subject before whose day it cannot be
_NOT_BEFORE: Mapping[str, tuple[str, ...]] = {
    "lifted": ("on",),
    "hearing-held": ("on",),
    "decided": ("on",),
    "appeal-withdrawn": ("filed_on",),
    "hardship-decided": ("filed_on",),
    "withdrawn": ("issued_on", "violation_on", "observed_on", "on"),
    "extension-granted": ("observed_on",),
    "extension-denied": ("observed_on",),
}
# once for each subject
_NEVER_BOTH = {"lifted", "appeal-withdrawn", "hardship-decided", "withdrawn", "hearing-held", "decided"}


def without_corrected(record: CaseRecord, position: int) -> CaseRecord:
    """The record as if an event, and what it corrected itself, had never been told."""
    gone = {position}
    for event in sorted(record.events, key=lambda event: -event.position):
        if event.position in gone and event.corrects is not None:
            gone.add(event.corrects)
    return replace(
        record,
        events=tuple(event for event in record.events if event.position not in gone),
        documents=tuple(one for one in record.documents if not (one.imported and one.position in gone)),
    )


def contradictions(
    type: str,
    subject: str,
    on: date,
    data: Mapping[str, Any],
    facts: Mapping[str, Any],
    record: CaseRecord,
    today: date,
) -> Iterator[Finding]:
    """What speaks against an event: each with its place in the request (``/on``, ``/subject``, ``/data/…``).

    ``facts`` is the casefile's JSON with the register folded in, as of ``today``; ``record`` what is known besides this
    event, and without the one that it corrects.
    """
    if on > today:
        yield Finding.error("event.date", f"The day is ahead of today ({today}): tell it when it has happened.", "/on")
    opened = facts["case"]["opened_on"]
    if on.isoformat() < opened:
        yield Finding.error("event.date", f"The case was opened on {opened}.", "/on")
    yield from _SERVICE.get(type, _of_subject)(type, subject, on, data, facts, record)


def _of_subject(
    type: str, subject: str, on: date, data: Mapping[str, Any], facts: Mapping[str, Any], record: CaseRecord
) -> Iterator[Finding]:
    lists = _SUBJECTS.get(type)
    if lists is None:  # of a guard: the subject is a type of document
        return
    item = _found(facts, lists, subject)
    if item is None:
        names = " or ".join(name.replace("_", " ") for name in lists)
        yield Finding.error("event.subject", f"“{subject}” is not among the case's {names}.", "/subject")
        return
    start = next((item[name] for name in _NOT_BEFORE.get(type, ()) if item.get(name)), None)
    if start is not None and on.isoformat() < start:
        yield Finding.error("event.date", f"That was before “{subject}” itself, of {start}.", "/on")
    if type in ("extension-granted", "hearing-continued") and data["to"] < on.isoformat():
        yield Finding.error("event.date", f"The new date is before {on}, when that was said.", "/data/to")
    if type in _NEVER_BOTH and (before := _told(record, type, subject)) is not None:
        message = f"That was told already, of {before.on}: correct it (position {before.position}) if it is wrong."
        yield Finding.error("event.twice", message, "/type")
    closed = facts["case"].get("closed_on")
    if type == "closed" and closed:
        yield Finding.error("event.closed", f"The case is closed since {closed}.", "/type")
    if type == "reopened" and not closed:
        yield Finding.error("event.not_closed", "The case is open.", "/type")
    if type == "reopened" and closed and on.isoformat() < closed:
        yield Finding.error("event.date", f"The case was closed on {closed}, later than that.", "/on")
    if type == "closed" and (last := _last_while_closed(record, on)) is not None:
        message = f"Something happened later than that: {last.type} on {last.on}."
        yield Finding.error("event.date", message, "/on")
    if type == "handout-given" and "party" in data and _found(facts, ("parties",), data["party"]) is None:
        yield Finding.error("event.subject", f"“{data['party']}” is no party of the case.", "/data/party")
    yield from _of_decisions(type, subject, on, data, record)
    if type == "lifted":
        dated = [one for one in record.documents if one.puts == "ordered" and one.about == subject and one.in_force]
        first = min(dated, key=lambda one: one.issued_on, default=None)
        if first is not None and on < first.issued_on:
            message = f"{first.number}, by which it was ordered, is of {first.issued_on}, later than that."
            yield Finding.error("event.date", message, "/on")
    if type == "decided":
        ids = {one["id"] for name in ("citations", "violations", "stop_work_orders") for one in facts.get(name) or ()}
        for place, one in enumerate(data["items"]):
            if one["id"] not in ids:
                message = f"“{one['id']}” is no citation, violation or order of the case."
                yield Finding.error("event.subject", message, f"/data/items/{place}/id")


def _of_decisions(
    type: str, subject: str, on: date, data: Mapping[str, Any], record: CaseRecord
) -> Iterator[Finding]:  # fmt: skip
    """A hearing does not go on after its decision; what was withdrawn is not decided any more, nor the other way."""
    for event in record.standing():
        of_this = event.type == "decided" and event.subject == subject
        if type == "hearing-continued" and of_this and event.on.isoformat() < data["to"]:
            message = f"“{subject}” was decided on {event.on}: it does not go on on {data['to']}."
            yield Finding.error("event.decided", message, "/data/to")
        if type == "decided" and event.type == "withdrawn" and event.on <= on:
            for place, one in enumerate(data["items"]):
                if one["id"] == event.subject:
                    message = f"“{event.subject}” was withdrawn on {event.on}: nothing of it is left to decide."
                    yield Finding.error("event.withdrawn", message, f"/data/items/{place}/id")
        named = [one["id"] for one in event.data["items"]] if event.type == "decided" else []
        if type == "withdrawn" and subject in named and on <= event.on:
            message = f"“{subject}” was decided on {event.on}, as something that stood."
            yield Finding.error("event.decided", message, "/on")


def _found(facts: Mapping[str, Any], lists: tuple[str, ...], subject: str) -> Mapping[str, Any] | None:
    for name in lists:
        if name == "case":
            if case_key(subject) == case_key(facts["case"]["number"]):
                return {}
            continue
        for item in facts.get(name) or ():
            if item.get("id") == subject:
                found: Mapping[str, Any] = item
                return found
    return None


def _told(record: CaseRecord, type: str, subject: str) -> CaseEvent | None:
    return next((event for event in record.standing() if event.type == type and event.subject == subject), None)


def _last_while_closed(record: CaseRecord, on: date) -> CaseEvent | None:
    """The last thing that happened after a day, before the case was reopened."""
    later = [event for event in record.standing() if event.on > on and event.type != "handout-given"]
    reopened = min((event.on for event in later if event.type == "reopened"), default=date.max)
    return max((event for event in later if event.on < reopened), key=lambda event: event.on, default=None)


def _service(
    type: str, subject: str, on: date, data: Mapping[str, Any], facts: Mapping[str, Any], record: CaseRecord
) -> Iterator[Finding]:
    paper: IssuedDocument | None = next((one for one in record.documents if one.number == subject), None)
    if paper is None:
        yield Finding.error("event.subject", f"The case has no document {subject}.", "/subject")
        return
    if not paper.in_force and type != "attempted":  # of which ``town.service_telling`` says so
        instead = f" by {paper.replaced_by}" if paper.replaced_by else ""
        message = f"{subject} is {paper.status}{instead}: nothing can be served by it any more."
        yield Finding.error("event.document_replaced", message, "/subject")
    if on < paper.issued_on:
        yield Finding.error("event.date", f"{subject} is of {paper.issued_on}, later than that.", "/on")
    party = data["party"]
    if all(item.get("id") != party for item in facts.get("parties") or ()):
        yield Finding.error("event.subject", f"The case has no party “{party}”.", "/data/party")
    if type != "returned":
        return
    mailed = [
        event.on for event in record.standing()
        if event.type in ("served", "attempted") and event.subject == subject and event.data.get("party") == party
    ]  # fmt: skip
    mailed += [
        date.fromisoformat(str(item["served_on"])) for item in facts.get("service") or ()
        if item.get("document") == subject and item.get("party") == party
    ]  # fmt: skip
    if not mailed:
        message = f"Nothing is on record of {subject} having been served on “{party}”: tell that first."
        yield Finding.error("event.not_served", message, "/subject")
    elif on < min(mailed):
        yield Finding.error("event.date", f"It was mailed on {min(mailed)}, later than that.", "/on")


def _result(
    type: str, subject: str, on: date, data: Mapping[str, Any], facts: Mapping[str, Any], record: CaseRecord
) -> Iterator[Finding]:
    attempt = attempt_told(record, data["attempt"])
    if attempt is None or attempt.subject != subject:
        message = f"No attempt to serve {subject} is on record at position {data['attempt']}."
        yield Finding.error("event.subject", message, "/data/attempt")
        return
    legs = attempt.data["legs"]
    if data["leg"] > len(legs):
        if attempt.position == data["attempt"]:
            yield Finding.error("event.subject", f"That attempt has {len(legs)} legs.", "/data/leg")
        return
    day = legs[data["leg"] - 1].get("on", attempt.on.isoformat())
    if on.isoformat() < day:
        yield Finding.error("event.date", f"That leg is of {day}, later than that.", "/on")


_Check = Callable[
    [str, str, date, Mapping[str, Any], Mapping[str, Any], CaseRecord], Iterator[Finding]
]  # fmt: skip
_SERVICE: Mapping[str, _Check] = {"served": _service, "returned": _service, "attempted": _service,
                                  "service-result": _result}  # fmt: skip
