"""Cases that went into another: what they hold is counted there, each thing once.

Ids are of one case: ``v1`` of the one that was merged is ``v1`` of the one that goes on only where both say the same of
it, or where whoever merged them said so. Else it is brought in beside, under an id of its own (``v1.ce-2026-0500``),
with the papers, services and decisions about it. A case that was merged neither closes nor opens the other, and what
persons decided of its guards was decided of it alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from docservice.casefile.consistency import REFERENCES
from docservice.casefile.record import BroughtIn, CaseEvent, CaseRecord, IssuedDocument, case_key
from docservice.casefile.service import is_leg_id

_Facts = Mapping[str, Any]
_Ids = dict[str, dict[str, str]]  # list → id there → id here

# The lists that go along, what is referred to first; and what tells that two items are one thing.
_SAME: Mapping[str, tuple[str, ...]] = {
    "officers": ("id",),
    "parties": ("name",),
    "permits": ("number",),
    "inspections": ("on", "at", "inspector"),
    "violations": ("section", "observed_on", "facts"),
    "citations": ("violation_on", "violations"),
    "stop_work_orders": ("on", "violations", "reason"),
    "placards": ("on", "reason"),
    "appeals": ("filed_on", "by"),
    "hearings": ("on", "at", "kind"),
    "extension_requests": ("on", "by"),
    "hardship_requests": ("on", "by", "remedy"),
    "building_orders": ("on", "action"),
    "visits": ("on", "from_at"),
    "costs": ("on", "amount", "description"),
    "payments": ("on", "amount", "ledger", "citation"),
    "liens": ("instrument",),
    "notices": ("number",),
    "service": ("document", "party", "served_on", "method"),
}
_ABOUT = {"cited": ("citations",), "ordered": ("stop_work_orders",), "lifted": ("stop_work_orders",),
          "noticed": ("hearings",), "decided": ("hearings", "hardship_requests")}  # fmt: skip
_DECIDED = ("citations", "violations", "stop_work_orders")
_SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "lifted": ("stop_work_orders",), "hearing-held": ("hearings",), "hearing-continued": ("hearings",),
    "decided": ("hearings",), "appeal-withdrawn": ("appeals",), "hardship-decided": ("appeals",),
    "withdrawn": _DECIDED, "mail-extension-decided": ("parties",), "extension-granted": ("violations",),
    "extension-denied": ("violations",),
}  # fmt: skip
_ALONE = frozenset({"closed", "reopened", "guard-answered", "guard-waived", "handout-given"})


@dataclass(frozen=True, slots=True)
class MergedCase:
    """A case that went into another: its facts, what is on record of it, and what whoever merged them said is the same
    (an id there: the id here)."""

    facts: _Facts
    record: CaseRecord
    same: Mapping[str, str]


def merged(facts: _Facts, record: CaseRecord, others: Sequence[MergedCase]) -> CaseRecord:
    """The record of a case, by whose facts (nothing folded in) things are told to be the same, with others in it."""
    for other in others:
        record = _with(facts, record, other)
    return record


def with_brought(facts: _Facts, record: CaseRecord) -> _Facts:
    """A casefile's JSON with what merged cases bring, at the ends of its lists, unless it has that already."""
    brought, case = record.brought, facts.get("case")
    if brought is None or not isinstance(case, Mapping):
        return facts
    found = dict(facts)
    if str(brought.opened_on) < str(case.get("opened_on")):
        found["case"] = {**case, "opened_on": brought.opened_on}
    for listed, items in brought.items.items():
        there = facts.get(listed) or ()
        if isinstance(there, list | tuple):
            ids = {one.get(_key(listed)) for one in there if isinstance(one, Mapping)}
            found[listed] = [*there, *(one for one in items if one[_key(listed)] not in ids)]
    return found


def without_brought(
    facts: _Facts, record: CaseRecord, apart_from: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> dict[str, Any]:
    """The casefile without what merged cases bring, where it says the same as they do.

    ``apart_from`` are fields, by list, that the register puts in.
    """
    brought = record.brought
    if brought is None:
        return dict(facts)
    found = dict(facts)
    for listed, items in brought.items.items():
        there = facts.get(listed)
        if isinstance(there, list | tuple):
            known = [_but(one, apart_from.get(listed, ())) for one in items]
            found[listed] = [one for one in there if _but(one, apart_from.get(listed, ())) not in known]
    return found


def _but(item: _Facts, names: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in names}


def _key(listed: str) -> str:
    return "number" if listed in ("permits", "notices") else "id"


def _items(facts: _Facts, listed: str) -> list[_Facts]:
    return [one for one in facts.get(listed) or () if isinstance(one, Mapping)]


def _with(facts: _Facts, record: CaseRecord, other: MergedCase) -> CaseRecord:
    mine = with_brought(facts, record)
    ids, brought = _brought(mine, other)
    documents = [_document(one, ids) for one in other.record.documents if one.puts != "closed"]
    events = [each for one in other.record.events if one.type not in _ALONE for each in _events(one, other, ids)]
    named = {one.recipient for one in documents} | {one.data.get("party") for one in events}
    named |= {value for items in brought.values() for one in items for value in _named(one)}
    brought["parties"] = [one for one in brought.get("parties", ()) if one["id"] in named]
    before = record.brought.items if record.brought is not None else {}
    items = {listed: (*before.get(listed, ()), *brought.get(listed, ())) for listed in _SAME}
    opened = min(str(mine["case"]["opened_on"]), str(other.facts["case"]["opened_on"]))
    return replace(
        record,
        documents=(*record.documents, *documents),
        events=(*record.events, *events),
        brought=BroughtIn(opened, {listed: some for listed, some in items.items() if some}),
    )


def _brought(mine: _Facts, other: MergedCase) -> tuple[_Ids, dict[str, list[_Facts]]]:
    """What each thing of the other case is called here, and those that are not here yet."""
    ids: _Ids = {}
    brought: dict[str, list[_Facts]] = {}
    for listed in _SAME:
        key, here = _key(listed), _items(mine, listed)
        known = {str(one.get(key)) for one in here}
        taken: set[str] = set()
        for item in _items(other.facts, listed):
            id = str(item.get(key))
            if listed == "service" and (is_leg_id(id) or item.get("party") not in ids.get("parties", {})):
                continue
            renamed = _renamed(listed, item, ids)
            now = _called(listed, id, renamed, here, known - taken, other)
            taken.add(now)
            ids.setdefault(listed, {})[id] = now
            if now not in known:
                kept = {name: value for name, value in renamed.items() if name != "photos"}  # those lie with its papers
                brought.setdefault(listed, []).append({**kept, key: now})
    return ids, brought


def _called(listed: str, id: str, item: _Facts, here: Sequence[_Facts], free: set[str], other: MergedCase) -> str:
    if _key(listed) == "number" or listed == "officers":
        return id
    apart = _apart(id, other.record.number)
    for said in (other.same.get(id), apart):
        if said is not None and said in free:
            return said
    alike = [str(one["id"]) for one in here if one["id"] in free and _says(listed, one) == _says(listed, item)]
    return id if id in alike else alike[0] if alike else apart


def _apart(id: str, number: str) -> str:
    made = f"{id}.{re.sub(r'[^A-Za-z0-9-]+', '-', case_key(number))}"
    return made if len(made) <= 64 else f"{id[:40]}.{hashlib.sha256(made.encode()).hexdigest()[:16]}"


def _says(listed: str, item: _Facts) -> tuple[str, ...]:
    return tuple(_plain(item.get(name)) for name in _SAME[listed])


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):  # a name
        return _plain(value.get("text"))
    if isinstance(value, list | tuple):
        return "\n".join(sorted(map(str, value)))
    text = " ".join(str(value).split()).casefold()
    return text.rstrip("0").rstrip(".") if re.fullmatch(r"\d+\.\d+", text) else text


def _renamed(listed: str, item: _Facts, ids: _Ids) -> dict[str, Any]:
    found = dict(item)
    for (name, field), targets in REFERENCES.items():
        if name == listed and found.get(field) is not None:
            value = found[field]
            many = isinstance(value, list | tuple)
            found[field] = [_of(one, targets, ids) for one in value] if many else _of(value, targets, ids)
    if listed == "extension_requests" and isinstance(found.get("dates"), list | tuple):
        found["dates"] = [{**one, "violation": _of(one["violation"], ("violations",), ids)} for one in found["dates"]]
    if isinstance(found.get("decisions"), list | tuple):
        found["decisions"] = [{**one, "item": _of(one["item"], _DECIDED, ids)} for one in found["decisions"]]
    return found


def _of(id: Any, lists: Sequence[str], ids: _Ids) -> Any:
    return next((ids[listed][id] for listed in lists if id in ids.get(listed, {})), id)


def _named(item: _Facts) -> Iterator[Any]:
    """The parties that an item may name."""
    yield from (item.get(name) for name in ("by", "party", "recipient"))


def _document(one: IssuedDocument, ids: _Ids) -> IssuedDocument:
    lists = _ABOUT.get(one.puts or "", ("citations", "stop_work_orders", "hearings", "inspections", "violations"))
    about = _of(one.about, lists, ids) if one.about is not None else None
    dates = {name: day for name, day in one.dates.items() if "/" not in name}
    for name, day in one.dates.items():
        base, _, violation = name.partition("/")
        if violation:
            dates[f"{base}/{_of(violation, ('violations',), ids)}"] = day
    return replace(one, about=about, recipient=_of(one.recipient, ("parties",), ids), dates=dates)


def _events(one: CaseEvent, other: MergedCase, ids: _Ids) -> Iterator[CaseEvent]:
    data = dict(one.data)
    for name in ("party", "request"):
        if name in data:
            data[name] = _of(data[name], ("parties", "extension_requests"), ids)
    if "absent" in data:
        data["absent"] = [_of(id, ("parties",), ids) for id in data["absent"]]
    if "items" in data:
        data["items"] = [{**item, "id": _of(item["id"], _DECIDED, ids)} for item in data["items"]]
    if case_key(one.subject) == case_key(other.record.number):  # more time for all of that case
        for id in ids.get("violations", {}).values():
            yield replace(one, subject=id, data=data)
        return
    yield replace(one, subject=_of(one.subject, _SUBJECTS.get(one.type, ()), ids), data=data)
