"""What an event told was decided, as the casefile's own fields say it: of a hearing, of more time, of a citation taken
back. A letter that tells of it prints these.

The register knows the day and what was decided. The words in which the casefile explains it stay: an event says why in
those of the office.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from docservice.casefile.record import CaseEvent, case_key

_Told = tuple[str, Any, str]
_ANSWERS = ("extension-granted", "extension-denied")


def taken_back(item: Mapping[str, Any], event: CaseEvent) -> Iterator[_Told]:
    """``citations[].taken_back`` by a ``withdrawn``: its day, and why where the casefile does not say.

    Nothing where the casefile's days contradict it: withdrawn before it was issued, paid back before it was withdrawn.
    """
    stated = item.get("taken_back")
    known = stated if isinstance(stated, Mapping) else {}
    day = event.on.isoformat()
    if str(item.get("issued_on") or "") <= day <= str(known.get("refund_by") or day):
        yield "taken_back", {"reason": event.data["reason"], **known, "on": day}, f"it was withdrawn on {day}"


def decisions(item: Mapping[str, Any], event: CaseEvent) -> Iterator[_Told]:
    """``hearings[].decisions`` by a ``decided``: what it says of an item takes the place of what the casefile says."""
    stated = item.get("decisions")
    listed = [one for one in stated if isinstance(one, Mapping)] if isinstance(stated, list | tuple) else []
    told = {one["id"]: one for one in event.data["items"]}
    found = [_decided(one, told.pop(one.get("item"), None)) for one in listed]
    yield "decisions", [*found, *(_decided({}, one) for one in told.values())], f"it was decided on {event.on}"


def _decided(stated: Mapping[str, Any], told: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """One item as told; of what was not told the casefile's word stays, of another outcome its reason alone."""
    if told is None:
        return stated
    said = {name: value for name, value in told.items() if name != "id" and value is not None}
    if _same_amount(stated.get("amount"), told.get("amount")):
        said |= {"amount": stated["amount"]}
    alike = stated.get("outcome") == told["outcome"]
    kept = {name: value for name, value in stated.items() if alike or name == "reason"}
    return {**kept, "item": told["id"], **said}


def _same_amount(stated: object, told: object) -> bool:
    try:
        return Decimal(str(stated)) == Decimal(str(told))
    except InvalidOperation:
        return False


def request_answer(
    item: Mapping[str, Any], events: Iterable[CaseEvent], key: str, violations: Collection[object]
) -> Iterator[_Told]:
    """``extension_requests[]`` by what was told of more time in answer to one (``request``), the earliest event first.

    ``key`` is the case's: more time for it is for all that the request is about; for one of the ``violations`` of the
    case, for that one. The last word on each counts.
    """
    asked = item.get("violations") or violations
    last: dict[str, CaseEvent] = {}
    for one in events:
        if one.type in _ANSWERS and one.data.get("request") is not None and one.data["request"] == item.get("id"):
            subject = "" if case_key(one.subject) == key else one.subject
            if not subject or subject in asked:
                last.pop(subject, None)
                last[subject] = one
    if not last:
        return
    newest = [*last.values()][-1]
    because = f"told on {newest.on}"
    granted = {subject: one.data["to"] for subject, one in last.items() if one.type == "extension-granted"}
    yield "decision", "granted" if granted else "denied", because
    yield "decided_on", newest.on.isoformat(), because
    if item.get("decision_reason") is None:
        yield "decision_reason", newest.data["reason"], because
    if "" in granted:
        yield "granted_until", granted[""], because
    if each := [_answered(subject, granted.get(subject)) for subject in last if subject]:
        yield "dates", each, because


def _answered(violation: str, until: str | None) -> Mapping[str, str]:
    if until is None:
        return {"violation": violation, "outcome": "denied"}
    return {"violation": violation, "outcome": "granted", "until": until}
