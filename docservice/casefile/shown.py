"""What a document shows of a casefile's facts, and what of it has moved since: names, addresses, the site, violations.

Works on the plain JSON, which is what documents pin: two hundred of them are compared in a moment.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from docservice.places import pointer

_SITE = ("situs", "city_line", "apn", "legal_description")
_PARTY = ("name", "address", "unit", "attention", "agent")
_VIOLATION = ("section", "facts", "correction", "location", "observed_on")

_Path = tuple[str, str | None, str]  # list (or "property"), id in it, field


def digest(facts: Mapping[str, Any], recipient: str | None, violations: Collection[str]) -> str:
    """A SHA-256 over what a document to a party (by id) about violations (by id) shows of ``facts``."""
    plain = sorted([*map(str, path), value] for path, value in _shown(facts, recipient, violations).items())
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def moved(
    then: Mapping[str, Any], now: Mapping[str, Any], recipient: str | None, violations: Collection[str]
) -> tuple[str, ...]:
    """Where ``now`` says otherwise than ``then`` what a document shows: JSON pointers into ``now``.

    What is gone from ``now`` is named by its list.
    """
    old, new = _shown(then, recipient, violations), _shown(now, recipient, violations)
    found = [path for path in {**old, **new} if old.get(path) != new.get(path)]
    return tuple(dict.fromkeys(_place(now, path) for path in found))


def _shown(
    facts: Mapping[str, Any], recipient: str | None, violations: Collection[str]
) -> dict[_Path, Any]:  # fmt: skip
    site = facts.get("property") or {}
    found: dict[_Path, Any] = {("property", None, name): site.get(name) for name in _SITE}
    for name, ids, fields in (("parties", {recipient}, _PARTY), ("violations", {*violations}, _VIOLATION)):
        for item in facts.get(name) or ():
            if item.get("id") in ids:
                found.update({(name, item["id"], field): item.get(field) for field in fields})
    return {path: value for path, value in found.items() if value is not None}


def _place(facts: Mapping[str, Any], path: _Path) -> str:
    name, id, field = path
    if id is None:
        return pointer((name, field))
    index = next((n for n, item in enumerate(facts.get(name) or ()) if item.get("id") == id), None)
    return pointer((name,) if index is None else (name, index, field))


def differing(one: Any, other: Any, path: tuple[str | int, ...] = ()) -> Iterator[str]:
    """Every place at which two JSON values differ, as pointers; items of lists are held against each other by place."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in {**one, **other}:
            yield from differing(one.get(key), other.get(key), (*path, key))
    elif isinstance(one, list) and isinstance(other, list):
        for index in range(max(len(one), len(other))):
            left, right = (listed[index] if index < len(listed) else None for listed in (one, other))
            yield from differing(left, right, (*path, index))
    elif one != other:
        yield pointer(path)
