"""What an event does to those that were told before it: none may be left without what it rests on.

Taking back a service leaves its return, an earlier closing the hearing that was held after it, a new date the decision
before it. An event is therefore judged by what the case is with it: what contradicts itself then, and did not before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from docservice.casefile.believing import contradictions, without_corrected
from docservice.casefile.folding import fold
from docservice.casefile.record import CaseEvent, CaseRecord

# What does not happen in a closed case: it is reopened first.
_GOES_ON = frozenset(
    {"extension-granted", "extension-denied", "hearing-held", "hearing-continued", "decided", "hardship-decided"}
)
_MORE_TIME = frozenset({"extension-granted", "extension-denied"})  # nor on its day, once it is closed
_ALONE = frozenset({"closed", "reopened", "guard-answered", "guard-waived", "handout-given"})  # rest on the case


def left_broken(facts: Mapping[str, Any], before: CaseRecord, after: CaseRecord, today: date) -> tuple[str, ...]:
    """Why an event cannot be told: what contradicts itself in the record ``after`` it, and not ``before``.

    ``facts`` are the case's own, nothing folded in.
    """
    known = set(_broken(facts, before, today))
    return tuple(dict.fromkeys(one for one in _broken(facts, after, today) if one not in known))


def _broken(facts: Mapping[str, Any], record: CaseRecord, today: date) -> Iterator[str]:
    folded = fold(facts, record, today)
    standing = tuple(record.standing())
    for event in standing:
        if event.type not in _ALONE:
            # What it corrects would stand again, were it alone left out.
            rest = replace(record, events=without_corrected(record, event.position).events)
            said = event.type, event.subject, event.on, event.data
            for problem in contradictions(*said, folded.facts, rest, today):
                yield f"{_called(event)}: {problem.message}"
    yield from _after_closing(facts, record, standing)
    yield from (f"{one.place}: {one.message}" for one in folded.unplaced)


def _after_closing(
    facts: Mapping[str, Any], record: CaseRecord, standing: tuple[CaseEvent, ...]
) -> Iterator[str]:  # fmt: skip
    stated = facts["case"].get("closed_on")
    closings = [(one.issued_on, one.position) for one in record.documents if one.puts == "closed" and one.in_force]
    closings += [(date.fromisoformat(str(stated)), 0)] if stated else []
    moments: list[tuple[date, int, CaseEvent | None]] = [(day, position, None) for day, position in closings]
    moments += [(event.on, event.position, event) for event in standing]
    closed: date | None = None
    for day, _, event in sorted(moments, key=lambda moment: moment[:2]):
        if event is None:
            closed = closed or day
        elif event.type == "closed":
            if closed is not None:
                yield f"{_called(event)}: the case was closed on {closed} already."
            closed = day
        elif event.type == "reopened":
            if closed is None:
                yield f"{_called(event)}: the case was not closed then."
            closed = None
        elif closed is not None and event.type in (_GOES_ON if closed < day else _MORE_TIME):
            yield f"{_called(event)}: the case was closed on {closed}; it is reopened first."


def _called(event: CaseEvent) -> str:
    return f"{event.type} of {event.on} (position {event.position})"
