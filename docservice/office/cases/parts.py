"""Facts changed in part: by a merge patch of objects, or by one item of a list. Pure; the whole is judged as ever."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from docservice.finding import Finding
from docservice.places import pointer
from docservice.refusal import Refusal

# list → what names an item. Services are told as events, or with the whole casefile.
LISTS: Mapping[str, str] = {
    "parties": "id", "permits": "number", "violations": "id", "inspections": "id", "citations": "id",
    "stop_work_orders": "id", "placards": "id", "appeals": "id", "hearings": "id", "costs": "id", "payments": "id",
    "memoranda": "id", "officers": "id", "extension_requests": "id", "visits": "id", "hardship_requests": "id",
    "building_orders": "id",
}  # fmt: skip


def patched(facts: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """The facts with a merge patch (RFC 7396) in them.

    RFC 7396 replaces a list as a whole, and what a client did not know of would be gone: raises
    ``Refusal("case.list_in_patch")`` for a patch that touches one.
    """
    problems = [
        Finding.error("case.list_in_patch", "Is a list: change its items at their own addresses, or send all.", place)
        for place in _lists_in(facts, patch)
    ]
    if problems:
        raise Refusal("case.list_in_patch", "A patch changes objects, and no lists.", problems)
    merged = _merged(facts, patch)
    assert isinstance(merged, dict)
    return merged


def _lists_in(target: Any, patch: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[str]:
    for name, value in patch.items():
        there = target.get(name) if isinstance(target, Mapping) else None
        if isinstance(value, list) or isinstance(there, list):
            yield pointer((*path, name))
        elif isinstance(value, Mapping):
            yield from _lists_in(there, value, (*path, name))


def _merged(target: Any, patch: Any) -> Any:
    if not isinstance(patch, Mapping):
        return patch
    result = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = _merged(result.get(name), value)
    return result


def with_item(facts: Mapping[str, Any], listed: str, id: str, item: Mapping[str, Any]) -> dict[str, Any]:
    """The facts with an item in one of their ``LISTS``: in the place of the one of that id, or at the end.

    Raises ``Refusal("case.item")`` for an item that names itself otherwise.
    """
    key = LISTS[listed]
    items = list(facts.get(listed) or ())
    place = next((n for n, one in enumerate(items) if one.get(key) == id), len(items))
    if item.get(key, id) != id:
        message = f"The item is “{item[key]}”, and its address says “{id}”."
        raise Refusal("case.item", message, [Finding.error("case.item", message, pointer((listed, place, key)))])
    items[place : place + 1] = [{**item, key: id}]
    return {**facts, listed: items}


def place_of(facts: Mapping[str, Any] | None, listed: str, id: str) -> int | None:
    """Where in its list an item is; None when it is not there."""
    items = (facts or {}).get(listed) or ()
    return next((n for n, one in enumerate(items) if one.get(LISTS[listed]) == id), None)


def without_item(facts: Mapping[str, Any], listed: str, id: str) -> dict[str, Any]:
    """The facts without an item. Raises ``Refusal("case.unknown_item", kind="missing")``."""
    key = LISTS[listed]
    items = list(facts.get(listed) or ())
    rest = [one for one in items if one.get(key) != id]
    if len(rest) == len(items):
        raise Refusal("case.unknown_item", f"The case has no “{id}” in {listed}.", kind="missing")
    return {**facts, listed: rest}
