"""The queue of long work: the ``job`` table is the truth, whoever does the work.

A worker *claims* the oldest job that nobody holds, for the length of a *lease*, and extends the lease by its heartbeat.
A worker that dies stops beating: when its lease has run out, another takes the job over, and after ``ATTEMPTS`` deaths
the job has failed. A lease is known by its worker and its attempt; one that was taken over can change the job no more.
That the work itself is done once, however often it is begun, is the business of what is done (idempotency keys).

Clocks of machines that share a queue may differ by less than a lease.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docservice.jobs.words import Kind, State
from docservice.refusal import Problem, Refusal
from docservice.storage import audit
from docservice.storage.database import Database
from docservice.storage.models import JobRow

Ending = Literal["done", "failed", "canceled"]
Hold = Literal["held", "cancel asked", "lost"]  # what a worker learns of the job it works on

ATTEMPTS = 3
_OPEN = ("queued", "running")


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it was when it was read. ``results`` are ids of what it made: documents, or one packet."""

    id: str
    kind: Kind
    state: State
    title: str
    case: str | None
    request: str  # SHA-256 of what was asked for
    attempts: int
    worker: str | None
    heartbeat_at: datetime | None
    cancel_asked: bool
    done: int
    total: int
    label: str
    results: tuple[str, ...]
    problem: Refusal | None
    created_at: datetime
    created_by: str
    started_at: datetime | None
    finished_at: datetime | None
    replayed: bool = field(default=False, compare=False)  # it was queued before, by the same request


class Queue:
    """The jobs of one database. Threads and processes may share it."""

    def __init__(self, database: Database, clock: Callable[[], datetime], lease_seconds: float = 60.0) -> None:
        self.lease_seconds = lease_seconds
        self._database, self._clock = database, clock

    # Who wants work done

    def add(
        self, session: Session, kind: Kind, *, title: str, case: str | None, request: str, total: int, actor: str
    ) -> Job:
        """Queue a job, in the caller's transaction, which has registered the file ``request``."""
        at = self._clock()
        row = JobRow(
            id=str(uuid.uuid4()), kind=kind, state="queued", title=title, case_number=case, request_sha256=request,
            attempts=0, claimable_at=at, done=0, total=total, label="", results=[], created_at=at, created_by=actor,
        )  # fmt: skip
        detail = {"kind": kind, "case": case, "request": request}
        row.position = audit.record(session, at=at, actor=actor, action="job.queued", subject=row.id, detail=detail)
        session.add(row)
        session.flush()
        return job_of(row)

    def job(self, job_id: str) -> Job:
        """One job. Raises ``Refusal("job.unknown", kind="missing")``."""
        with self._database.reading() as session:
            return job_of(_known(session.get(JobRow, job_id), job_id))

    def jobs(self, *, state: str | None = None, last: int = 100) -> tuple[Job, ...]:
        """The newest ``last`` jobs, newest first."""
        query = select(JobRow).order_by(JobRow.position.desc()).limit(last)
        if state is not None:
            query = query.where(JobRow.state == state)
        with self._database.reading() as session:
            return tuple(job_of(row) for row in session.scalars(query))

    def waiting(self) -> int:
        """How many jobs wait to be begun."""
        with self._database.reading() as session:
            return session.scalar(select(func.count()).select_from(JobRow).where(JobRow.state == "queued")) or 0

    def cancel(self, job_id: str, *, actor: str) -> Job:
        """Cancel a job: at once while it waits, else before its next part. What it has made stays.

        Raises ``Refusal``: ``job.unknown`` (kind ``missing``), ``job.finished`` (kind ``conflict``).
        """
        at = self._clock()
        with self._database.writing() as session:
            row = _known(session.get(JobRow, job_id, with_for_update=True), job_id)
            if row.state not in _OPEN:
                raise Refusal("job.finished", f"The job is {row.state} already.", kind="conflict")
            if row.cancel_asked_at is None:
                row.cancel_asked_at = at
                audit.record(session, at=at, actor=actor, action="job.canceled", subject=row.id)
            if row.state == "queued":
                _end(row, "canceled", at)
            session.flush()
            return job_of(row)

    # Who does it

    def claim(self, worker: str) -> Job | None:
        """The oldest job that nobody holds, now held by ``worker``; None when there is none."""
        while True:
            at = self._clock()
            free = select(JobRow).where(JobRow.state.in_(_OPEN), JobRow.claimable_at <= at)
            free = free.order_by(JobRow.position).limit(1)
            with self._database.reading() as session:  # an idle worker must not hold up who writes
                if session.scalar(free) is None:
                    return None
            with self._database.writing() as session:
                # PostgreSQL steps over rows that another worker is claiming; on SQLite a write is alone anyway.
                row = session.scalar(free.with_for_update(skip_locked=True))
                if row is None:
                    return None
                if row.cancel_asked_at is not None:
                    _end(row, "canceled", at)
                elif row.attempts >= ATTEMPTS:
                    message = f"The work was begun {row.attempts} times, and its worker ended each time."
                    _end(row, "failed", at, Refusal("job.abandoned", message, kind="setup"))
                else:
                    row.state, row.worker = "running", worker
                    row.attempts += 1
                    row.started_at = row.started_at or at
                    self._extend(row, at)
                    session.flush()
                    return job_of(row)

    def beat(self, job: Job) -> Hold:
        """Extend the lease on ``job``."""
        with self._database.writing() as session:
            row = _held(session, job)
            if row is None:
                return "lost"
            self._extend(row, self._clock())
            return "cancel asked" if row.cancel_asked_at is not None else "held"

    def advance(self, job: Job, done: int, total: int, label: str, results: Sequence[str] = ()) -> Hold:
        """Note how far the work is (``done`` of ``total`` parts, now at ``label``), and extend the lease."""
        with self._database.writing() as session:
            row = _held(session, job)
            if row is None:
                return "lost"
            row.done, row.total, row.label, row.results = done, total, label, list(results)
            self._extend(row, self._clock())
            return "cancel asked" if row.cancel_asked_at is not None else "held"

    def finish(self, job: Job, ending: Ending, *, results: Sequence[str] = (), problem: Refusal | None = None) -> bool:
        """End ``job``; False when the lease was lost and nothing changed. Only a job that is done has new results."""
        with self._database.writing() as session:
            row = _held(session, job)
            if row is None:
                return False
            if ending == "done":
                row.done, row.label, row.results = row.total, "", list(results)
            _end(row, ending, self._clock(), problem)
            return True

    def give_back(self, job: Job, *, after_seconds: float = 0.0, counted: bool = True) -> bool:
        """Queue ``job`` again, for a time after ``after_seconds``; without ``counted`` the attempt was none."""
        with self._database.writing() as session:
            row = _held(session, job)
            if row is None:
                return False
            row.state, row.worker = "queued", None
            row.attempts -= 0 if counted else 1
            row.claimable_at = self._clock() + timedelta(seconds=after_seconds)
            if row.cancel_asked_at is not None:
                _end(row, "canceled", self._clock())
            return True

    def _extend(self, row: JobRow, at: datetime) -> None:
        row.heartbeat_at, row.claimable_at = at, at + timedelta(seconds=self.lease_seconds)


def _held(session: Session, job: Job) -> JobRow | None:
    row = session.get(JobRow, job.id, with_for_update=True)
    if row is None or (row.state, row.worker, row.attempts) != ("running", job.worker, job.attempts):
        return None
    return row


def _end(row: JobRow, ending: Ending, at: datetime, problem: Refusal | None = None) -> None:
    row.state, row.finished_at, row.worker = ending, at, None
    row.problem = _to_plain(problem) if problem is not None else None


def _known(row: JobRow | None, job_id: str) -> JobRow:
    if row is None:
        raise Refusal("job.unknown", f"There is no job “{job_id}”.", kind="missing")
    return row


def _to_plain(refusal: Refusal) -> dict[str, Any]:
    problems = [{"code": p.code, "message": p.message, "place": p.place} for p in refusal.problems]
    return {"code": refusal.code, "message": refusal.message, "kind": refusal.kind, "problems": problems}


def _from_plain(value: Mapping[str, Any]) -> Refusal:
    problems = [Problem(**one) for one in value["problems"]]
    return Refusal(value["code"], value["message"], problems, kind=value["kind"])


def job_of(row: JobRow) -> Job:
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
        done=row.done,
        total=row.total,
        label=row.label,
        results=tuple(row.results),
        problem=_from_plain(row.problem) if row.problem is not None else None,
        created_at=row.created_at,
        created_by=row.created_by,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
