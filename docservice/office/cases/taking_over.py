"""A whole case of the time before this register, taken over from one JSON: its facts, and what happened in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from docservice import casefile as casefiles
from docservice.finding import Finding
from docservice.office.cases import happening, keeping
from docservice.office.cases.happening import CaseEventOrder
from docservice.office.cases.values import CaseOnRecord
from docservice.office.means.means import Means
from docservice.places import pointer
from docservice.refusal import Refusal, things_are

_MEMBERS = ("type", "on", "subject", "data")


@dataclass(frozen=True, slots=True)
class CaseTakenOver:
    """The case, how many events were put on record, and how many were there ``before``."""

    case: CaseOnRecord
    told: int
    before: int


def take_over(means: Means, told: Mapping[str, Any], *, actor: str) -> CaseTakenOver:
    """Put ``casefile`` on record, and then each of ``events`` in their order: all of them, or none.

    Raises ``Refusal``: ``case.import`` for another shape, and whatever keeping facts and telling events refuse, the
    places in ``told``.
    """
    orders = []
    for place, order in enumerate(_orders(told)):  # before anything is kept
        try:
            orders.append(replace(order, data=happening.event_data(means, order)))
        except Refusal as refusal:
            raise _below(refusal, f"/events/{place}") from None
    facts = told["casefile"]
    number = (facts.get("case") or {}).get("number")
    if not isinstance(number, str):
        raise _wrong(Finding.error("case.import", "Say the number of the case.", "/casefile/case/number"))
    try:
        case = keeping.keep(means, number, lambda _: facts, actor=actor, saw="new", whole=True)
    except Refusal as refusal:
        raise _below(refusal, "/casefile") from None
    known = {_said(one.type, one.on, one.subject, one.data) for one in happening.told(means, number)}
    new = [(place, one) for place, one in enumerate(orders)
           if _said(one.type, one.on, one.subject, one.data) not in known]  # fmt: skip
    with means.store.database.writing() as session:
        for place, order in new:
            try:
                happening.tell_in(means, session, number, order, actor=actor)
            except Refusal as refusal:
                raise _below(refusal, f"/events/{place}") from None
    return CaseTakenOver(case, len(new), len(orders) - len(new))


def _said(type: str, on: date, subject: str, data: Mapping[str, Any]) -> tuple[Any, ...]:
    return type, on, subject, casefiles.canonical(data)


def _orders(told: Mapping[str, Any]) -> list[CaseEventOrder]:
    problems = list(_shape(told))
    if problems:
        raise _wrong(*problems)
    return [
        CaseEventOrder(one["type"], date.fromisoformat(one["on"]), one["subject"], one.get("data") or {})
        for one in told.get("events", ())
    ]


def _shape(told: Mapping[str, Any]) -> Iterator[Finding]:
    for name in sorted(told.keys() - {"casefile", "events"}):
        yield Finding.error("case.import", "There is no field of this name here.", pointer((name,)))
    if not isinstance(told.get("casefile"), Mapping):
        yield Finding.error("case.import", "This is the casefile, a JSON object.", "/casefile")
    events = told.get("events", [])
    if not isinstance(events, list):
        yield Finding.error("case.import", "This is a list of events.", "/events")
        return
    for place, one in enumerate(events):
        if not isinstance(one, Mapping):
            yield Finding.error("case.import", "An event is a JSON object.", f"/events/{place}")
            continue
        for name in sorted(one.keys() - set(_MEMBERS)):
            yield Finding.error("case.import", "There is no field of this name here.", pointer(("events", place, name)))
        for name in ("type", "on", "subject"):
            if not isinstance(one.get(name), str):
                yield Finding.error("case.import", "Say it, as text.", f"/events/{place}/{name}")
        if not isinstance(one.get("data", {}), Mapping):
            yield Finding.error("case.import", "This is a JSON object.", f"/events/{place}/data")
        if isinstance(one.get("on"), str) and not _is_day(one["on"]):
            yield Finding.error("case.import", "This is a day: 2026-06-30.", f"/events/{place}/on")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _below(refusal: Refusal, place: str) -> Refusal:
    problems = [replace(one, place=f"{place}{one.place}") for one in refusal.problems] or [
        Finding.error(refusal.code, refusal.message, place)
    ]
    return Refusal(refusal.code, refusal.message, problems, kind=refusal.kind)


def _wrong(*problems: Finding) -> Refusal:
    return Refusal("case.import", f"{things_are(problems)} wrong with the import.", problems)
