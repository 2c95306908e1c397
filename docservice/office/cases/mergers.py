"""What is said of a case that goes into another: why, and which of its things are things of the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from docservice.finding import Finding
from docservice.places import pointer
from docservice.refusal import Refusal, things_are
from docservice.text import is_plain


def merged_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a merger as plain JSON. Raises ``Refusal("event.invalid")`` with every problem."""
    problems = []
    reason, ids = data.get("reason"), data.get("ids", {})
    if not isinstance(reason, str) or not is_plain(reason, 1000):
        problems.append(Finding.error("event.invalid", "Say why, as reason.", "/data"))
    if not isinstance(ids, Mapping) or not all(isinstance(one, str) and is_plain(one, 100) for one in ids.values()):
        message = "ids names things of the other case by those of this one: {“v1”: “v4”}."
        problems.append(Finding.error("event.invalid", message, "/data/ids"))
    for name in sorted(data.keys() - {"reason", "ids"}):
        problems.append(Finding.error("event.invalid", "There is no field of this name here.", pointer(("data", name))))
    if problems:
        raise Refusal("event.invalid", f"{things_are(problems)} wrong with the event.", problems)
    return dict(data)


def ids_of_nothing(facts: Mapping[str, Any], other: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[Finding]:
    """An error for each pair of ids of which one case or the other has none, or in another list."""
    for id, there in data.get("ids", {}).items():
        mine, theirs = _lists(facts, id), _lists(other, there)
        if not mine & theirs:
            message = f"“{id}” of this case and “{there}” of the other are not two things of one kind."
            yield Finding.error("event.subject", message, pointer(("data", "ids", id)))


def _lists(facts: Mapping[str, Any], id: str) -> set[str]:
    return {
        name
        for name, items in facts.items()
        if isinstance(items, list) and any(isinstance(one, Mapping) and one.get("id") == id for one in items)
    }
