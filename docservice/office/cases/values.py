"""What the office says of a case: in a list, as a whole, and what happened in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from docservice.finding import Finding
from docservice.office.means.choices import CaseStatus
from docservice.storage.models import CaseRow
from docservice.town.next_steps import StepChange
from docservice.town.recorded_dates import DeadlineMove


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """A case in a list. ``position`` is its place there; ``merged_into`` the number of the case it went into."""

    number: str
    title: str
    status: CaseStatus
    opened_on: date
    closed_on: date | None
    revision: int
    merged_into: str | None
    created_at: datetime
    created_by: str
    changed_at: datetime
    position: int


@dataclass(frozen=True, slots=True)
class CaseChanges:
    """What is otherwise in what is due and in what may go out next, since the facts are."""

    due: tuple[DeadlineMove, ...] = ()
    next: tuple[StepChange, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseOnRecord:
    """A case with its facts: ``casefile`` is JSON, what the register knows put in. ``etag`` names this state of it.

    ``findings`` are what the facts and the papers in force say otherwise than each other (``notice.facts_moved`` …).
    ``outcome`` is what a write came to: ``unchanged`` when the same was there already; ``changes`` what it changed in
    due dates and next steps, None where nothing was written.
    """

    summary: CaseSummary
    casefile: Mapping[str, Any] = field(repr=False)
    etag: str
    findings: tuple[Finding, ...] = ()
    outcome: Literal["read", "created", "changed", "unchanged"] = "read"
    changes: CaseChanges | None = None


@dataclass(frozen=True, slots=True)
class FeedLine:
    """Something that was put on record, thinly: who is told of it reads the rest. ``position`` is its audit line."""

    position: int
    at: datetime
    type: str  # document.issued, case.changed, event.lifted …
    case: str | None
    document: str | None  # its id
    number: str | None  # of the document
    subject: str | None = None  # of an event: the id of what it is about
    revision: int | None = None  # of the case


@dataclass(frozen=True, slots=True)
class Feed:
    """Lines after a position; ``next`` is where to go on, ``more`` whether there is more already."""

    lines: tuple[FeedLine, ...]
    next: int
    more: bool


def summary_of(row: CaseRow, today: date, merged_into: str | None = None) -> CaseSummary:
    """The summary of a row; ``merged_into`` is the number that its key means."""
    closed = row.closed_on is not None and row.closed_on <= today
    return CaseSummary(
        row.number, row.title, "closed" if closed else "open", row.opened_on, row.closed_on,
        row.revision, merged_into, row.created_at, row.created_by, row.changed_at, row.position,
    )  # fmt: skip
