"""Attempts to serve the papers of a case, as the register was told of them, with what came of each leg by a day.

An attempt is one or several ways taken together to serve one document on one party; each way is a leg, and a leg is a
service record. The short forms ``served`` and ``returned``, which trackers tell, are attempts of one leg to which
nobody swears. What an attempt amounts to is the town's to say (``town.service_standing``).

Legs are JSON until somebody judges them: a case has hundreds, and most are only shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from docservice.casefile.envelopes import BY_MAIL as BY_MAIL
from docservice.casefile.envelopes import on_envelope
from docservice.casefile.evidence import Evidence, Photo
from docservice.casefile.record import CaseEvent, CaseRecord, IssuedDocument
from docservice.casefile.service import Declarant, ServiceRecord, ServiceTry, is_leg_id

FAILED = frozenset(("returned", "unclaimed", "refused"))
"""Results by which a leg came to nothing."""
NOT_TOLD = "Not told"
"""The place of a leg that was told without one."""

_NOBODY = {"name": "", "address": (), "over_18_and_not_a_party": False}


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


class RegisterLeg(dict[str, Any]):
    """A leg as JSON, made by the register from what it has read: it needs not be read again."""


@dataclass(slots=True)
class ToldAttempt:
    """One attempt, its legs as JSON."""

    position: int
    document: str
    party: str
    on: date
    legs: list[RegisterLeg] = field(default_factory=list)
    rung: int | None = None
    sworn: bool = True

    def judged(self) -> Attempt:
        """It, its legs as values."""
        legs = tuple(map(leg_of, self.legs))
        return Attempt(self.position, self.document, self.party, self.on, legs, self.rung, self.sworn)


def attempts(record: CaseRecord, on: date) -> tuple[Attempt, ...]:
    """Every attempt made by a day, in the order of record, with the results known by it."""
    return tuple(one.judged() for one in told_attempts(record, on))


def told_attempts(record: CaseRecord, on: date) -> tuple[ToldAttempt, ...]:
    """The same, legs as JSON."""
    found: dict[int, ToldAttempt] = {}
    results: list[CaseEvent] = []
    papers: dict[str, IssuedDocument] = {}
    for event in record.standing():
        if event.type not in _OF_SERVICE or event.on > on:
            continue
        papers = papers or {one.number: one for one in record.documents}
        if event.type in ("attempted", "served"):
            found[event.position] = _attempt(event, papers.get(event.subject))
        else:
            results.append(event)
    now = _in_place_of(record) if results else {}
    for event in sorted(results, key=lambda one: (one.on, one.position)):
        if event.type == "service-result":
            _result(found, event, record, now)
        else:
            _came_back(found, event)
    return tuple(found.values())


_OF_SERVICE = frozenset(("attempted", "served", "service-result", "returned"))


def _attempt(event: CaseEvent, paper: IssuedDocument | None) -> ToldAttempt:
    data = event.data
    sworn = event.type == "attempted"
    shared: dict[str, Any] = {
        "document": event.subject, "title": paper.title if paper is not None and paper.title else event.subject,
        "party": data["party"], "declarant": data["declarant"] if sworn else _NOBODY,
    }  # fmt: skip
    if paper is not None and paper.sha256 is not None:
        shared |= {"sha256": paper.sha256, "pages": paper.pages}
    if sworn:
        shared["attempt"] = f"attempt-{event.position}"
    if data.get("rung") is not None:
        shared["rung"] = data["rung"]
    first = event.on.isoformat()
    prefix = f"{'attempt' if sworn else 'served'}-{event.position}"
    legs = []
    for number, told in enumerate(data["legs"] if sworn else (_short(data),), 1):
        leg = RegisterLeg(_enveloped(paper, data["party"], told))
        leg |= shared
        leg["id"] = f"{prefix}-{number}" if sworn else prefix
        day = leg.pop("on", first)
        leg["served_on"] = day
        leg["place"] = told.get("place") or _place(told)
        if told.get("result", "pending") != "pending":
            leg["result_on"] = max(first, day)
        legs.append(leg)
    on = date.fromisoformat(min(leg["served_on"] for leg in legs)) if sworn else event.on
    return ToldAttempt(event.position, event.subject, data["party"], on, legs, data.get("rung"), sworn)


def _enveloped(paper: IssuedDocument | None, party: str, told: Mapping[str, Any]) -> Mapping[str, Any]:
    """With what the register knows of the envelope, where it was not told."""
    known = on_envelope(paper, party, told["method"]) if paper is not None else {}
    if "address" in known:
        known["address"] = list(known["address"])
    return {**known, **told} if known else told


def _short(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in ("method", "place", "article_number", "result") if name in data}


def _place(told: Mapping[str, Any]) -> str:
    """Where it was done, of a leg that does not say so in words."""
    if told.get("newspaper"):
        return str(told["newspaper"])
    return f"Unit {told['unit']}" if told.get("unit") else NOT_TOLD


def _in_place_of(record: CaseRecord) -> Mapping[int, int]:
    """Position of what was corrected → position of what holds in its place."""
    # Only what was told before can be corrected: no chain comes back to where it began.
    by = {
        one.corrects: one.position for one in record.events if one.corrects is not None and one.corrects < one.position
    }
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


def _result(found: dict[int, ToldAttempt], event: CaseEvent, record: CaseRecord, now: Mapping[int, int]) -> None:
    """Put a result where it belongs: that an attempt was told anew does not make what came back go away."""
    position, place = event.data["attempt"], event.data["leg"] - 1
    one = found.get(now.get(position, position))
    if one is None:
        return
    if position != one.position:
        was = next((each.data["legs"] for each in record.events if each.position == position), ())
        method = was[place]["method"] if place < len(was) else None
        alike = [n for n, leg in enumerate(one.legs) if leg["method"] == method]
        place = place if place in alike or not alike else alike[0]
    if place < len(one.legs):
        leg = one.legs[place]
        _known(leg, event)
        if event.data.get("evidence"):
            leg["evidence"] = [*leg.get("evidence", ()), *event.data["evidence"]]


def _known(leg: RegisterLeg, event: CaseEvent) -> None:
    leg |= {"result": event.data["result"], "result_on": event.on.isoformat()}
    leg.pop("reason", None)
    if event.data.get("reason") is not None:
        leg["reason"] = event.data["reason"]


def _came_back(found: dict[int, ToldAttempt], event: CaseEvent) -> None:
    """All that was mailed of the last attempt before that day, of the document to the party, came back."""
    made = [
        one for one in found.values()
        if (one.document, one.party) == (event.subject, event.data["party"]) and one.on <= event.on
    ]  # fmt: skip
    if made:
        # nothing comes back on the day on which it was mailed
        last = max(made, key=lambda one: (one.on < event.on, one.on, one.position))
    else:  # what was mailed is known from elsewhere: a casefile's own record
        leg = RegisterLeg(
            id=f"served-{event.position}", document=event.subject, title=event.subject, party=event.data["party"],
            method="first_class_mail", served_on=event.on.isoformat(), place=NOT_TOLD, declarant=_NOBODY,
        )  # fmt: skip
        last = ToldAttempt(event.position, event.subject, event.data["party"], event.on, [leg], sworn=False)
        found[event.position] = last
    for leg in last.legs:
        if leg["method"] in BY_MAIL or not last.sworn:
            _known(leg, event)


def leg_of(leg: Mapping[str, Any]) -> ServiceRecord:
    """A leg as a value, from the JSON that the register made of it."""
    given = dict(leg)
    sworn = given["declarant"]
    given["declarant"] = Declarant(
        sworn["name"], sworn.get("title"), tuple(sworn["address"]), sworn["over_18_and_not_a_party"]
    )  # fmt: skip
    for name, value in leg.items():
        parse = _PARSED.get(name)
        if parse is not None:
            given[name] = parse(value)
    return ServiceRecord(**given)


def _photo(one: Mapping[str, Any]) -> Photo:
    at = one.get("taken_at")
    return Photo(
        one["file"], one["caption"], one["alt"], date.fromisoformat(one["taken_on"]), one["taken_by"],
        time.fromisoformat(at) if at else None, one.get("sha256"),
    )  # fmt: skip


def _try(one: Mapping[str, Any]) -> ServiceTry:
    return ServiceTry(date.fromisoformat(one["on"]), time.fromisoformat(one["at"]), one["place"], one["what"])


def _evidence(one: Mapping[str, Any]) -> Evidence:
    return Evidence(one["file"], one.get("what"), one.get("sha256"))


_PARSED: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("served_on", "result_on", "mailed_on", "seen_on"), date.fromisoformat),
    "at": time.fromisoformat,
    "address": tuple,
    "enclosures": tuple,
    "issues": lambda listed: tuple(map(date.fromisoformat, listed)),
    "photos": lambda listed: tuple(map(_photo, listed)),
    "tries": lambda listed: tuple(map(_try, listed)),
    "evidence": lambda listed: tuple(map(_evidence, listed)),
}


def by_document(made: Iterable[Attempt]) -> Mapping[str, Mapping[str, list[tuple[ServiceRecord, ...]]]]:
    """The legs of attempts, by the number of the document and by the party."""
    found: dict[str, dict[str, list[tuple[ServiceRecord, ...]]]] = {}
    for one in made:
        found.setdefault(one.document, {}).setdefault(one.party, []).append(one.legs)
    return found


def without_legs(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The casefile's JSON without the service records that the register puts there."""
    listed = facts.get("service")
    if not isinstance(listed, list | tuple) or not any(map(_is_leg, listed)):
        return dict(facts)
    kept = [item for item in listed if not _is_leg(item)]
    return {name: value for name, value in {**facts, "service": kept}.items() if name != "service" or kept}


def _is_leg(item: object) -> bool:
    return isinstance(item, Mapping) and is_leg_id(item.get("id"))


def what_did_not_come_back(
    paper: IssuedDocument, made: Sequence[Sequence[ServiceRecord]], on: date, consent: date | None
) -> date | None:
    """The day on which a paper was served, where no town's rules say it: the first leg that did not fail."""
    return min((leg.served_on for legs in made for leg in legs if leg.result not in FAILED), default=None)
