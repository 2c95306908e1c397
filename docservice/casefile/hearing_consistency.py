"""Whether what a casefile says of a hearing fits together: the minutes in order of time, exhibits numbered once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import time
from typing import Any

from docservice.finding import Finding

_Node = Mapping[str, Any]


def hearing_problems(data: _Node) -> Iterator[Finding]:
    """Every contradiction in the hearings of a casefile, as far as they could be read."""
    for index, hearing in enumerate(data.get("hearings", ())):
        place = f"/hearings/{index}"
        yield from _times(hearing.get("minutes") or {}, f"{place}/minutes")
        yield from _once(hearing, "exhibits", "number", place)


def _times(minutes: _Node, place: str) -> Iterator[Finding]:
    """No entry is before the one above it, or outside of the hearing."""
    before, what = minutes.get("opened_at"), "the hearing was called to order"
    for index, entry in enumerate(minutes.get("entries", ())):
        at = entry.get("at")
        if isinstance(at, time) and isinstance(before, time) and at < before:
            yield _early(at, before, what, f"{place}/entries/{index}/at")
        elif isinstance(at, time):
            before, what = at, "the entry above it"
    closed = minutes.get("closed_at")
    if isinstance(closed, time) and isinstance(before, time) and closed < before:
        yield _early(closed, before, what, f"{place}/closed_at")


def _early(at: time, before: time, what: str, place: str) -> Finding:
    return Finding.error("casefile.time_order", f"{at:%H:%M} is before {what} ({before:%H:%M}).", place)


def _once(hearing: _Node, name: str, key: str, place: str) -> Iterator[Finding]:
    first: dict[Any, str] = {}
    for index, one in enumerate(hearing.get(name, ())):
        value, here = one.get(key), f"{place}/{name}/{index}/{key}"
        if value is not None and value in first:
            yield Finding.error("casefile.duplicate_id", f"“{value}” is already used at {first[value]}.", here)
        elif value is not None:
            first[value] = here
