"""What a job is: the values that the queue hands out, and refusals as it keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from docservice.finding import Finding
from docservice.jobs.words import JobKind, JobStage, JobState
from docservice.refusal import Refusal
from docservice.storage.models import JobRow

Ending = Literal["done", "failed", "canceled"]
Hold = Literal["held", "cancel asked", "lost"]  # what a worker learns of the part it works on


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one letter: the document made, or why there is none; neither while it is only checked."""

    recipient: str | None
    document: str | None = None
    number: str | None = None
    problem: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it was when it was read. ``results`` are ids of what it made: documents, or one packet.

    ``checked`` and ``done`` count letters, of a packet the parts of its plan. ``outcomes`` are there when one job is
    read, not in lists.
    """

    id: str
    kind: JobKind
    state: JobState
    title: str
    case: str | None
    request: str  # SHA-256 of what was asked for
    attempts: int
    worker: str | None
    heartbeat_at: datetime | None
    cancel_asked: bool
    checked: int
    done: int
    total: int
    label: str
    results: tuple[str, ...]
    problem: Refusal | None
    created_at: datetime
    created_by: str
    started_at: datetime | None
    finished_at: datetime | None
    position: int
    outcomes: tuple[Outcome, ...] = ()
    replayed: bool = field(default=False, compare=False)  # it was queued before, by the same request


@dataclass(frozen=True, slots=True)
class JobPart:
    """A part of a job, held by ``worker`` as its ``attempts``-th try: letters ``first`` to ``last``, this excluded."""

    job: Job
    n: int
    stage: JobStage
    first: int
    last: int
    attempts: int
    worker: str


def job_of(row: JobRow, outcomes: tuple[Outcome, ...] = ()) -> Job:
    """The job of a row."""
    return Job(
        id=row.id,
        kind=row.kind,  # type: ignore[arg-type]
        state=row.state,  # type: ignore[arg-type]
        title=row.title,
        case=row.case_number,
        request=row.request_sha256,
        attempts=row.attempts,
        worker=row.worker,
        heartbeat_at=row.heartbeat_at,
        cancel_asked=row.cancel_asked_at is not None,
        checked=row.checked,
        done=row.done,
        total=row.total,
        label=row.label,
        results=tuple(row.results),
        problem=refusal_from(row.problem) if row.problem is not None else None,
        created_at=row.created_at,
        created_by=row.created_by,
        started_at=row.started_at,
        finished_at=row.finished_at,
        position=row.position,
        outcomes=outcomes,
    )


def refusal_to_plain(refusal: Refusal) -> dict[str, Any]:
    """A refusal as JSON values."""
    problems = [problem.to_plain() for problem in refusal.problems]
    return {"code": refusal.code, "message": refusal.message, "kind": refusal.kind, "problems": problems}


def refusal_from(value: Mapping[str, Any]) -> Refusal:
    """What ``refusal_to_plain`` made."""
    problems = [Finding.from_plain(one) for one in value["problems"]]
    return Refusal(value["code"], value["message"], problems, kind=value["kind"])


def outcome_to_plain(outcome: Outcome) -> dict[str, Any]:
    """An outcome as JSON values."""
    problem = refusal_to_plain(outcome.problem) if outcome.problem is not None else None
    return {
        "recipient": outcome.recipient, "document": outcome.document, "number": outcome.number, "problem": problem,
    }  # fmt: skip


def outcome_from(value: Mapping[str, Any]) -> Outcome:
    """What ``outcome_to_plain`` made."""
    problem = refusal_from(value["problem"]) if value["problem"] is not None else None
    return Outcome(value["recipient"], value["document"], value["number"], problem)
