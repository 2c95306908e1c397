"""The queue of long work: the tables ``job`` and ``job_part`` are the truth, whoever does the work.

A job is done in *parts*: a packet in one, a mailing in one for every ``LETTERS`` letters. A worker *claims* a part that
nobody holds, for the length of a *lease*, and extends the lease by its heartbeat. A worker that dies stops beating:
when its lease has run out, another takes the part over, and after ``ATTEMPTS`` deaths the job has failed. A lease is
known by its worker and its attempt; one that was taken over can change the part no more. That the work itself is done
once, however often it is begun, is the business of what is done (idempotency keys).

Claims are fair: the job with the fewest parts under way comes first, then the one whose last turn is the longest ago.
So a letter that is queued behind a mailing of thousands waits for the parts under way, and no mailing waits for ever.

Whoever changes a job or its parts locks the job's row first. Clocks of machines that share a queue may differ by less
than a lease.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from docservice.jobs.ending import end, outcomes_of, settle
from docservice.jobs.job import Ending, Hold, Job, JobPart, Outcome, job_of, outcome_to_plain, refusal_to_plain
from docservice.jobs.words import KINDS, JobKind, JobStage
from docservice.refusal import Refusal
from docservice.storage import audit
from docservice.storage.database import Database
from docservice.storage.models import JobPartRow, JobRow

ATTEMPTS = 3
LETTERS = 25  # of a mailing in one part: about a second's work, and a transaction
_OPEN = ("queued", "running")


class Queue:
    """The jobs of one database. Threads and processes may share it."""

    def __init__(self, database: Database, clock: Callable[[], datetime], lease_seconds: float = 60.0) -> None:
        self.lease_seconds = lease_seconds
        self._database, self._clock = database, clock

    # Who wants work done

    def add(
        self,
        session: Session,
        kind: JobKind,
        *,
        title: str,
        case: str | None,
        request: str,
        total: int,
        actor: str,
        stage: JobStage = "whole",
    ) -> Job:
        """Queue a job, in the caller's transaction, which has registered the file ``request``.

        ``stage`` is what its parts begin with; with ``whole`` there is one, else one for every ``LETTERS``.
        """
        at = self._clock()
        row = JobRow(
            id=str(uuid.uuid4()), kind=kind, state="queued", title=title, case_number=case, request_sha256=request,
            attempts=0, checked=0, done=0, total=total, label="", results=[], created_at=at, created_by=actor,
            turn=_turn(session),
        )  # fmt: skip
        detail = {"kind": kind, "case": case, "request": request}
        row.position = audit.record(session, at=at, actor=actor, action="job.queued", subject=row.id, detail=detail)
        session.add(row)
        session.flush()
        size = max(total, 1) if stage == "whole" else LETTERS
        session.add_all(
            JobPartRow(
                job_id=row.id, n=n, stage=stage, state="queued", first=first, last=min(first + size, total), attempts=0,
                claimable_at=at, outcomes=[],
            )
            for n, first in enumerate(range(0, max(total, 1), size))
        )  # fmt: skip
        session.flush()
        return job_of(row)

    def job(self, job_id: str) -> Job:
        """One job, with its outcomes. Raises ``Refusal("job.unknown", kind="missing")``."""
        with self._database.reading() as session:
            row = _known(session.get(JobRow, job_id), job_id)
            return job_of(row, tuple(outcomes_of(session, row)))

    def jobs(
        self,
        *,
        state: str | None = None,
        kind: str | None = None,
        case: str | None = None,
        by: str | None = None,
        before: int | None = None,
        last: int = 100,
    ) -> tuple[Job, ...]:
        """The newest ``last`` jobs, newest first; ``before`` a position, by whom, in a state, of a kind and case."""
        query = select(JobRow).order_by(JobRow.position.desc()).limit(last)
        for column, wanted in (
            (JobRow.state, state), (JobRow.kind, kind), (JobRow.case_number, case), (JobRow.created_by, by),
        ):  # fmt: skip
            if wanted is not None:
                query = query.where(column == wanted)
        if before is not None:
            query = query.where(JobRow.position < before)
        with self._database.reading() as session:
            return tuple(job_of(row) for row in session.scalars(query))

    def waiting(self) -> int:
        """How many jobs wait to be begun."""
        with self._database.reading() as session:
            return session.scalar(select(func.count()).select_from(JobRow).where(JobRow.state == "queued")) or 0

    def cancel(self, job_id: str, *, actor: str) -> Job:
        """Cancel a job: at once while nobody works on it, else before its next letter or part. What it made stays.

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
            settle(session, row, at)
            session.flush()
            return job_of(row)

    # Who does it

    def claim(self, worker: str, kinds: Collection[JobKind] = KINDS) -> JobPart | None:
        """The part whose turn it is, now held by ``worker``; None when there is none."""
        while True:
            at = self._clock()
            with self._database.reading() as session:  # an idle worker must not hold up who writes
                found = session.execute(_next(at, kinds)).first()
            if found is None:
                return None
            with self._database.writing() as session:
                row = session.get(JobRow, found.job_id, with_for_update=True)
                part = session.get(JobPartRow, (found.job_id, found.n), with_for_update=True)
                if row is None or part is None or row.state not in _OPEN:
                    continue
                if part.state == "done" or part.claimable_at > at:
                    continue  # another was faster
                if row.cancel_asked_at is not None or row.problem is not None:
                    part.state, part.worker = "done", None  # of a worker that died while the job was to end
                elif part.attempts >= ATTEMPTS:
                    message = f"The work was begun {part.attempts} times, and its worker ended each time."
                    part.state, part.worker = "done", None
                    row.problem = refusal_to_plain(Refusal("job.abandoned", message, kind="setup"))
                else:
                    self._take(session, row, part, worker, at)
                    session.flush()
                    return _part_of(row, part)
                settle(session, row, at)

    def _take(self, session: Session, row: JobRow, part: JobPartRow, worker: str, at: datetime) -> None:
        part.state, part.worker = "running", worker
        part.attempts += 1
        row.state, row.worker, row.attempts = "running", worker, max(row.attempts, part.attempts)
        row.started_at, row.turn = row.started_at or at, _turn(session)
        self._extend(row, part, at)

    def beat(self, part: JobPart) -> Hold:
        """Extend the lease on ``part``."""
        with self._database.writing() as session:
            row, held = _held(session, part)
            if row is None or held is None:
                return "lost"
            self._extend(row, held, self._clock())
            return _hold(row)

    def look(self, part: JobPart) -> Hold:
        """How ``part`` is held, without a word of one's own."""
        with self._database.reading() as session:
            row, held = _held(session, part, lock=False)
            return "lost" if row is None or held is None else _hold(row)

    def advance(self, part: JobPart, done: int, total: int, label: str, results: Sequence[str] = ()) -> Hold:
        """Note how far a job of one part is (``done`` of ``total``, now at ``label``), and extend the lease."""
        with self._database.writing() as session:
            row, held = _held(session, part)
            if row is None or held is None:
                return "lost"
            row.done, row.total, row.label, row.results = done, total, label, list(results)
            self._extend(row, held, self._clock())
            return _hold(row)

    def report(self, part: JobPart, label: str) -> Hold:
        """Say what is being done with the letters of ``part``, and extend the lease."""
        with self._database.writing() as session:
            row, held = _held(session, part)
            if row is None or held is None:
                return "lost"
            row.label = label
            self._extend(row, held, self._clock())
            return _hold(row)

    def end_part(self, part: JobPart, outcomes: Sequence[Outcome]) -> bool:
        """The letters of ``part`` came to these; False when the lease was lost and nothing changed.

        The last part of a stage decides what follows: the next stage, or the job's end.
        """
        at = self._clock()
        with self._database.writing() as session:
            row, held = _held(session, part)
            if row is None or held is None:
                return False
            held.state, held.worker, held.outcomes = "done", None, [outcome_to_plain(one) for one in outcomes]
            row.heartbeat_at = at
            session.flush()
            settle(session, row, at)
            return True

    def finish(
        self, part: JobPart, ending: Ending, *, results: Sequence[str] = (), problem: Refusal | None = None
    ) -> bool:
        """End the job of ``part``, once others under way have ended; False when the lease was lost: nothing changed."""
        at = self._clock()
        with self._database.writing() as session:
            row, held = _held(session, part)
            if row is None or held is None:
                return False
            held.state, held.worker = "done", None
            session.flush()
            if ending == "done":
                row.done, row.results = row.total, list(results)
                end(session, row, "done", at)
                return True
            if problem is not None:
                row.problem = refusal_to_plain(problem)
            elif row.cancel_asked_at is None:
                row.cancel_asked_at = at
            settle(session, row, at)
            return True

    def give_back(self, part: JobPart, *, after_seconds: float = 0.0, counted: bool = True) -> bool:
        """Queue ``part`` again, for a time after ``after_seconds``; without ``counted`` the attempt was none."""
        at = self._clock()
        with self._database.writing() as session:
            row, held = _held(session, part)
            if row is None or held is None:
                return False
            held.state, held.worker = "queued", None
            held.attempts -= 0 if counted else 1
            held.claimable_at = at + timedelta(seconds=after_seconds)
            session.flush()
            others = select(JobPartRow).where(JobPartRow.job_id == row.id)
            parts = list(session.scalars(others))
            row.attempts = max(one.attempts for one in parts)
            if not any(one.state == "running" for one in parts):
                row.worker = None
                row.state = "running" if any(one.state == "done" for one in parts) else "queued"
            settle(session, row, at)
            return True

    def _extend(self, row: JobRow, part: JobPartRow, at: datetime) -> None:
        row.heartbeat_at, part.claimable_at = at, at + timedelta(seconds=self.lease_seconds)


def _next(at: datetime, kinds: Collection[JobKind]) -> Select[str, int]:
    """Whose turn it is."""
    other = aliased(JobPartRow)
    under_way = (
        select(func.count())
        .select_from(other)
        .where(other.job_id == JobPartRow.job_id, other.state == "running", other.claimable_at > at)
        .scalar_subquery()
    )
    return (
        select(JobPartRow.job_id, JobPartRow.n)
        .join(JobRow, JobRow.id == JobPartRow.job_id)
        .where(JobPartRow.state.in_(_OPEN), JobPartRow.claimable_at <= at, JobRow.kind.in_(kinds))
        .order_by(under_way, JobRow.turn, JobRow.position, JobPartRow.n)
        .limit(1)
    )


def _turn(session: Session) -> int:
    """The turn after the last: whoever had none for the longest time has the lowest."""
    return (session.scalar(select(func.max(JobRow.turn)).where(JobRow.state.in_(_OPEN))) or 0) + 1


def _held(session: Session, part: JobPart, *, lock: bool = True) -> tuple[JobRow | None, JobPartRow | None]:
    row = session.get(JobRow, part.job.id, with_for_update=lock or None)
    held = session.get(JobPartRow, (part.job.id, part.n), with_for_update=lock or None)
    if row is None or held is None or row.state != "running":
        return None, None
    if (held.state, held.worker, held.attempts) != ("running", part.worker, part.attempts):
        return None, None
    return row, held


def _hold(row: JobRow) -> Hold:
    return "cancel asked" if row.cancel_asked_at is not None or row.problem is not None else "held"


def _part_of(row: JobRow, part: JobPartRow) -> JobPart:
    assert part.worker is not None
    return JobPart(job_of(row), part.n, part.stage, part.first, part.last, part.attempts, part.worker)  # type: ignore[arg-type]


def _known(row: JobRow | None, job_id: str) -> JobRow:
    if row is None:
        raise Refusal("job.unknown", f"There is no job “{job_id}”.", kind="missing")
    return row
