"""What a letter prints and the case does not say, as questions: each field of the casefile that a finding points at."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from docservice.casefile.fields import FactField, Inner
from docservice.casefile.schema import CasefileSchema
from docservice.casefile.schema_people import FactsSchema
from docservice.finding import Finding
from docservice.web.desk.forms import Asked, DeskForm, ask, words_of

MOST = 40  # questions of one page
_ITEMS = {
    "violations": "Number {n}", "inspections": "Visit {n}", "citations": "Citation {n}", "hearings": "Hearing {n}",
    "permits": "Permit {n}", "costs": "Cost {n}", "appeals": "Appeal {n}", "visits": "Planned visit {n}",
    "stop_work_orders": "Stop work order {n}", "placards": "Placard {n}", "memoranda": "Memorandum {n}",
    "extension_requests": "Request for more time {n}", "hardship_requests": "Hardship request {n}",
    "building_orders": "Order about the building {n}",
}  # fmt: skip
_FIELDS = {
    "facts": "what was seen", "correction": "what is to be done", "danger_reason": "why it is a danger",
    "comply_by": "by when", "location": "where", "situs": "street address", "apn": "parcel number",
    "observed_on": "day on which it was seen", "place": "where", "at": "time of day", "on": "day",
}  # fmt: skip
_NOT_ASKED = ("id", "sha256", "number")
_BEGUN = {"building_orders": "order-1"}  # lists whose first item is told here, and its id
_NOT_HERE = ("service", "notices", "parties", "officers")  # lists that have a page of their own


def question(place: str, facts: Mapping[str, Any]) -> Asked | None:
    """The field that a JSON pointer of the casefile means, named by it; None where it is none that one answer fills."""
    way = place.strip("/").split("/")
    if not place.startswith("/") or way[0] in _NOT_HERE:
        return None
    schema: Any = CasefileSchema()
    held: Any = facts
    before: list[str] = []
    label = ""
    while way and isinstance(schema, FactsSchema):
        name, *way = way
        field = schema.load_fields.get(name)
        before.append(name)
        if isinstance(field, FactField):
            if name in _NOT_ASKED or any(not one.isdigit() for one in way):
                return None
            said = _FIELDS.get(name) or words_of(name).lower()
            found = ask(schema, only=(name,), labels={name: _upper(f"{label}: {said}" if label else said)})[0]
            return replace(found, name="/".join(before))
        if not isinstance(field, Inner):
            return None
        schema = field.schema
        held = held.get(name) if isinstance(held, Mapping) else None
        if field.many:
            there = held if isinstance(held, Sequence) else ()
            if not way or not way[0].isdigit() or int(way[0]) >= max(len(there), name in _BEGUN):
                return None
            index, *way = way
            before.append(index)
            held = there[int(index)] if there else {}
            label = _ITEMS.get(name, words_of(name) + " {n}").format(n=int(index) + 1)
        elif not label and name not in ("case", "property"):
            label = words_of(name)
    return None


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def questions(places: Iterable[str], facts: Mapping[str, Any]) -> tuple[Asked, ...]:
    """The questions of these places, each once."""
    found: dict[str, Asked] = {}
    for place in places:
        for each in _each(place, facts):
            one = question(each, facts)
            if one is not None and len(found) < MOST:
                found.setdefault(one.name, one)
    return tuple(found.values())


def _each(place: str, facts: Mapping[str, Any]) -> Iterable[str]:
    """The place; of a list that has nothing in it yet, what its first item must say."""
    name = place.strip("/")
    if name not in _BEGUN or facts.get(name):
        return (place,)
    schema: Any = cast("Inner", CasefileSchema().load_fields[name]).schema
    return [f"/{name}/0/{key}" for key, field in schema.load_fields.items() if field.required and key != "id"]


def unsaid(place: str, facts: Mapping[str, Any]) -> bool:
    """Whether the case says nothing at this place: what it says is put right there, and not asked again."""
    held: Any = facts
    for step in place.strip("/").split("/"):
        if isinstance(held, Mapping):
            held = held.get(step)
        elif isinstance(held, Sequence) and not isinstance(held, str) and step.isdigit() and int(step) < len(held):
            held = held[int(step)]
        else:
            return True
    return held is None or held in ("", [])


def places_of(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The places of what stops the letter."""
    return tuple(dict.fromkeys(one.place for one in findings if one.severity == "error" and one.place))


def answered(facts: Mapping[str, Any], form: DeskForm, names: Iterable[str]) -> dict[str, Any]:
    """The facts with the answers in them; an empty answer changes nothing."""
    made: dict[str, Any] = copy.deepcopy(dict(facts))
    for name in names:
        value = _typed(form, name)
        if value is None:
            continue
        *way, last = name.split("/")
        inner: Any = made
        for step in way:
            inner = inner[int(step)] if step.isdigit() else inner.setdefault(step, _beginning(step))
        inner[last] = value
    return made


def _beginning(step: str) -> Any:
    return [{"id": _BEGUN[step]}] if step in _BEGUN else {}


def _typed(form: DeskForm, name: str) -> Any:
    alone = DeskForm([replace(form[name], name="value")]).facts()
    return alone.get("value")
