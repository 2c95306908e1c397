"""Who changed the facts of a case, when, and what: each revision against the one before."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from docservice.office.cases import reading
from docservice.office.cases.parts import LISTS
from docservice.office.means.means import Means
from docservice.storage.models import CaseRevisionRow

NEWEST = 50  # revisions that are told
_MOST = 200  # changes of one


@dataclass(frozen=True, slots=True)
class FactChange:
    """One fact that is otherwise: where it stands (names and ids, not places in lists), before and after; None: not
    there."""

    path: tuple[str, ...]
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class CaseRevision:
    """One change of the facts: by whom, when, and what was otherwise then."""

    revision: int
    at: datetime
    actor: str
    changes: tuple[FactChange, ...]


def of(means: Means, number: str) -> tuple[CaseRevision, ...]:
    """The newest 50 revisions of a case, the newest first. Raises ``Refusal("case.unknown", kind="missing")``."""
    with means.store.database.reading() as session:
        row = reading.row_of(session, number)
        query = select(CaseRevisionRow).where(CaseRevisionRow.key == row.key)
        rows = list(session.scalars(query.order_by(CaseRevisionRow.revision.desc()).limit(NEWEST + 1)))
    facts = [json.loads(means.store.blobs.read(one.sha256)) for one in rows]
    found = []
    for index, one in enumerate(rows[:NEWEST]):
        before = facts[index + 1] if index + 1 < len(rows) else None
        changes = tuple(changed(before, facts[index])) if before is not None else ()
        found.append(CaseRevision(one.revision, one.at, one.actor, changes[:_MOST]))
    return tuple(found)


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FactChange]:
    """Each fact that is otherwise. Items of lists are held against each other by their ids, wherever they stand."""
    yield from _changed(before, after, ())


def _changed(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[FactChange]:
    old, new = _keyed(before, path), _keyed(after, path)
    if old is not None and new is not None:
        for name in {**old, **new}:
            yield from _changed(old.get(name), new.get(name), (*path, name))
    elif before != after:
        yield FactChange(path, before, after)


def _keyed(value: Any, path: tuple[str, ...]) -> Mapping[str, Any] | None:
    if isinstance(value, Mapping):
        return value
    if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        key = LISTS.get(path[-1], "id") if path else "id"
        if all(key in one for one in value):
            return {str(one[key]): one for one in value}
    return None
