"""Attempts to serve the papers of a case, as the register was told of them, with what came of each leg by a day.

An attempt is one or several ways taken together to serve one document on one party; each way is a leg, and a leg is a
``ServiceRecord``. The short forms ``served`` and ``returned``, which trackers tell, are attempts of one leg to which
nobody swears. What an attempt amounts to is the town's to say (``town.service``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from docservice.casefile.envelopes import BY_MAIL as BY_MAIL
from docservice.casefile.envelopes import on_envelope
from docservice.casefile.evidence import Evidence, Photo
from docservice.casefile.record import CaseEvent, CaseRecord, IssuedDocument
from docservice.casefile.service import Declarant, ServiceRecord, ServiceTry

FAILED = frozenset(("returned", "unclaimed", "refused"))
"""Results by which a leg came to nothing."""

_NOBODY = Declarant("", None, (), False)
_DAYS = ("mailed_on", "seen_on")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt. ``on`` is the day it began, ``position`` that of its event; ``sworn``: somebody can swear to it."""

    position: int
    document: str
    party: str
    on: date
    legs: tuple[ServiceRecord, ...]
    rung: int | None = None
    sworn: bool = True


def attempts(record: CaseRecord, on: date) -> tuple[Attempt, ...]:
    """Every attempt made by a day, in the order of record, with the results known by it."""
    papers = {one.number: one for one in record.documents}
    found: dict[int, Attempt] = {}
    results: list[CaseEvent] = []
    for event in record.standing():
        if event.on > on:
            continue
        if event.type == "attempted":
            found[event.position] = _attempt(event, papers.get(event.subject))
        elif event.type == "served":
            found[event.position] = _short(event, papers.get(event.subject))
        elif event.type in ("service-result", "returned"):
            results.append(event)
    now = _in_place_of(record)
    for event in sorted(results, key=lambda one: (one.on, one.position)):
        if event.type == "service-result":
            _told(found, event, record, now)
        else:
            _came_back(found, event)
    return tuple(found.values())


def _attempt(event: CaseEvent, paper: IssuedDocument | None) -> Attempt:
    data = event.data
    sworn = data["declarant"]
    declarant = Declarant(
        sworn["name"], sworn.get("title"), tuple(sworn["address"]), sworn["over_18_and_not_a_party"]
    )  # fmt: skip
    id = attempt_id(event.position)
    legs = tuple(
        _leg(f"{id}-{number}", event, one, declarant, paper, id, data.get("rung"))
        for number, one in enumerate(data["legs"], 1)
    )
    return Attempt(
        event.position, event.subject, data["party"], min(leg.served_on for leg in legs), legs, data.get("rung")
    )  # fmt: skip


def attempt_id(position: int) -> str:
    """What an attempt is called in the casefile; its legs are this with ``-1``, ``-2`` …"""
    return f"attempt-{position}"


def _leg(
    id: str, event: CaseEvent, told: Mapping[str, Any], declarant: Declarant, paper: IssuedDocument | None,
    attempt: str | None, rung: int | None,
) -> ServiceRecord:  # fmt: skip
    given: dict[str, Any] = {name: told[name] for name in _PLAIN if name in told}
    given.update({name: date.fromisoformat(told[name]) for name in _DAYS if name in told})
    given.update({name: tuple(told[name]) for name in ("address", "enclosures") if name in told})
    if "at" in told:
        given["at"] = time.fromisoformat(told["at"])
    if "issues" in told:
        given["issues"] = tuple(map(date.fromisoformat, told["issues"]))
    if "tries" in told:
        given["tries"] = tuple(
            ServiceTry(date.fromisoformat(one["on"]), time.fromisoformat(one["at"]), one["place"], one["what"])
            for one in told["tries"]
        )
    if "photos" in told:
        given["photos"] = tuple(map(_photo, told["photos"]))
    if "evidence" in told:
        given["evidence"] = _evidence(told)
    day = date.fromisoformat(told["on"]) if "on" in told else event.on
    if told.get("result", "pending") != "pending":
        given["result_on"] = max(event.on, day)
    if paper is not None:
        given = {**on_envelope(paper, event.data["party"], told["method"]), **given}
    title = paper.title if paper is not None and paper.title else event.subject
    return ServiceRecord(
        id=id, document=event.subject, title=title, party=event.data["party"],
        served_on=day, place=told.get("place") or _place(told), declarant=declarant, attempt=attempt, rung=rung,
        sha256=paper.sha256 if paper is not None else None, pages=paper.pages if paper is not None else None, **given,
    )  # fmt: skip


_PLAIN = ("method", "article_number", "to_whom", "relation", "unit", "newspaper", "county", "result", "reason")


def _place(told: Mapping[str, Any]) -> str:
    """Where it was done, of a leg that does not say so in words."""
    if told.get("newspaper"):
        return str(told["newspaper"])
    return f"Unit {told['unit']}" if told.get("unit") else NOT_TOLD


NOT_TOLD = "Not told"
"""The place of a leg that was told without one."""


def _photo(one: Mapping[str, Any]) -> Photo:
    at = one.get("taken_at")
    return Photo(
        one["file"], one["caption"], one["alt"], date.fromisoformat(one["taken_on"]), one["taken_by"],
        time.fromisoformat(at) if at else None, one.get("sha256"),
    )  # fmt: skip


def _evidence(told: Mapping[str, Any]) -> tuple[Evidence, ...]:
    return tuple(Evidence(one["file"], one.get("what"), one.get("sha256")) for one in told.get("evidence", ()))


def _short(event: CaseEvent, paper: IssuedDocument | None) -> Attempt:
    leg = _leg(f"served-{event.position}", event, event.data, _NOBODY, paper, None, None)
    return Attempt(event.position, event.subject, event.data["party"], event.on, (leg,), sworn=False)


def _in_place_of(record: CaseRecord) -> Mapping[int, int]:
    """Position of what was corrected → position of what holds in its place."""
    by = {one.corrects: one.position for one in record.events if one.corrects is not None}
    found: dict[int, int] = {}
    for first in by:
        last = first
        while last in by:
            last = by[last]
        found[first] = last
    return found


def attempt_told(record: CaseRecord, position: int) -> CaseEvent | None:
    """The event of an attempt, by its position or that of one that it corrects; none that was taken back."""
    last = _in_place_of(record).get(position, position)
    return next((one for one in record.events if one.position == last and one.type == "attempted"), None)


def _told(found: dict[int, Attempt], event: CaseEvent, record: CaseRecord, now: Mapping[int, int]) -> None:
    """Put a result where it belongs: that an attempt was told anew does not make what came back go away."""
    position, place = event.data["attempt"], event.data["leg"] - 1
    one = found.get(now.get(position, position))
    if one is None:
        return
    if position != one.position:
        was = next((each.data["legs"] for each in record.events if each.position == position), ())
        method = was[place]["method"] if place < len(was) else None
        alike = [n for n, leg in enumerate(one.legs) if leg.method == method]
        place = place if place in alike or not alike else alike[0]
    if place >= len(one.legs):
        return
    leg, data = one.legs[place], event.data
    with_it = replace(
        leg, result=data["result"], result_on=event.on, reason=data.get("reason"),
        evidence=(*leg.evidence, *_evidence(data)),
    )  # fmt: skip
    found[one.position] = replace(one, legs=(*one.legs[:place], with_it, *one.legs[place + 1 :]))


def _came_back(found: dict[int, Attempt], event: CaseEvent) -> None:
    """All that was mailed of the last attempt before that day, of the document to the party, came back."""
    made = [
        one for one in found.values()
        if (one.document, one.party) == (event.subject, event.data["party"]) and one.on <= event.on
    ]  # fmt: skip
    if not made:  # what was mailed is known from elsewhere: a casefile's own record
        mailed = replace(event, data={**event.data, "method": "first_class_mail"})
        found[event.position] = _short(mailed, None)
        return
    last = max(made, key=lambda one: (one.on < event.on, one.on, one.position))  # nothing comes back the same day
    legs = tuple(
        replace(leg, result=event.data["result"], result_on=event.on, reason=event.data.get("reason"))
        if leg.method in BY_MAIL or not last.sworn else leg
        for leg in last.legs
    )  # fmt: skip
    found[last.position] = replace(last, legs=legs)


def by_document(made: Iterable[Attempt]) -> Mapping[str, Mapping[str, list[tuple[ServiceRecord, ...]]]]:
    """The legs of attempts, by the number of the document and by the party."""
    found: dict[str, dict[str, list[tuple[ServiceRecord, ...]]]] = {}
    for one in made:
        found.setdefault(one.document, {}).setdefault(one.party, []).append(one.legs)
    return found


def sworn_legs(made: tuple[Attempt, ...]) -> Iterator[ServiceRecord]:
    """The legs that somebody can swear to: those that stand in the casefile as service records."""
    for one in made:
        if one.sworn:
            yield from one.legs
