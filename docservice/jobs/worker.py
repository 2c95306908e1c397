"""The worker: claims parts of jobs and does them; threads of ``docservice serve``, or a process of its own.

While it works it beats. Between letters, and between the parts of a packet, it learns whether the job was canceled, the
part taken over, or whether the worker itself is to stop; then ``Halt`` ends the work where it is. What is refused for
good fails the job; what another try may mend (an engine that ended, a database that does not answer) goes back into the
queue, ``ATTEMPTS`` times.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from threading import Event, Thread, get_ident

from docservice import disk
from docservice.jobs.job import Hold, Job, JobPart, Outcome
from docservice.jobs.queue import ATTEMPTS, Queue
from docservice.jobs.words import KINDS, JobKind
from docservice.refusal import Refusal

log = logging.getLogger(__name__)

TRANSIENT = {"setup", "timeout"}  # kinds of refusal that another try may not meet
_SHORT: tuple[JobKind, ...] = ("letters",)
_RETRY_SECONDS = 5.0  # then twice that
_BEATS_PER_LEASE = 4
_UPKEEP_SECONDS = 3600.0
_DATABASE_SECONDS = 10.0  # between tries while the database does not answer


class Halt(Exception):
    """The work must not go on: it was canceled, its lease is lost, or the worker stops.

    ``outcomes`` are those of the letters that were made before.
    """

    def __init__(self, why: str, outcomes: Sequence[Outcome] = ()) -> None:
        super().__init__(why)
        self.why, self.outcomes = why, outcomes


class JobStep:
    """How the work tells how far it is: ``step(2, 3, "part 3 of 3: Map")``. Raises ``Halt``."""

    def __init__(self, queue: Queue, part: JobPart, stopping: Event) -> None:
        self._queue, self._part, self._stopping = queue, part, stopping

    def __call__(self, done: int, total: int, label: str, results: Sequence[str] = ()) -> None:
        self._go_on(self._queue.advance(self._part, done, total, label, results))

    def say(self, label: str) -> None:
        """What is being done with the letters of the part."""
        self._go_on(self._queue.report(self._part, label))

    def halted(self) -> str | None:
        """Why the work must not go on; None when it may."""
        hold = self._queue.look(self._part)
        return hold if hold != "held" else "stopping" if self._stopping.is_set() else None

    def _go_on(self, hold: Hold) -> None:
        if hold != "held":
            raise Halt(hold)
        if self._stopping.is_set():
            raise Halt("stopping")


# The ids of what a job of one part made, or what came of the letters of a part.
_Run = Callable[[JobPart, JobStep], Sequence[str] | Sequence[Outcome]]


class Worker:
    """Does the parts of ``queue`` through ``run``; ``upkeep`` when idle, ``ended`` with each job that has."""

    def __init__(
        self,
        queue: Queue,
        run: _Run,
        *,
        poll_seconds: float = 1.0,
        upkeep: Callable[[], None] | None = None,
        ended: Callable[[Job], None] | None = None,
    ) -> None:
        self.name = f"{socket.gethostname()[:100]}:{os.getpid()}:{secrets.token_hex(3)}"
        self._queue, self._run, self._poll, self._upkeep, self._ended = queue, run, poll_seconds, upkeep, ended
        self._upkeep_at = time.monotonic() + _UPKEEP_SECONDS
        self._stopping, self._wake = Event(), Event()
        self._threads: list[Thread] = []
        self._current: dict[int, JobPart] = {}  # by thread

    def start(self) -> None:
        """Work in threads until ``stop``: one takes what there is; the other only letters, which wait for no packet."""

        def work(kinds: Sequence[JobKind]) -> None:
            for job in self.finished(kinds=kinds):
                log.info("job %s ended: %s", job.id, job.state)

        for kinds in (KINDS, _SHORT):
            thread = Thread(target=work, args=(kinds,), name="docservice-worker", daemon=True)
            self._threads.append(thread)
            thread.start()

    def wake(self) -> None:
        """There is a new job: look now."""
        self._wake.set()

    def halt(self) -> None:
        """Begin no other part."""
        self._stopping.set()
        self._wake.set()

    def stop(self, seconds: float = 5.0) -> None:
        """``halt`` the threads; wait so long for the parts under way, then give them back to the queue."""
        self.halt()
        until = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        for part in list(self._current.values()) if self._threads else ():
            self._queue.give_back(part, counted=False)

    def finished(self, *, drain: bool = False, kinds: Sequence[JobKind] = KINDS) -> Iterator[Job]:
        """Work until ``halt`` (with ``drain``: until nothing waits), giving each job as it ended.

        A database that does not answer is asked again.
        """
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                job = self.run_part(kinds)
                if job is None and self._upkeep is not None and time.monotonic() > self._upkeep_at:
                    self._upkeep_at = time.monotonic() + _UPKEEP_SECONDS
                    self._upkeep()
            except Exception:
                log.exception("the worker cannot reach the queue")
                self._stopping.wait(_DATABASE_SECONDS)
                continue
            if job is None:
                if drain:
                    return
                self._wake.wait(self._poll)
            elif job.state != "running":
                yield job

    def run_one(self) -> Job | None:
        """Do parts until a job has ended or was given back; returns it, or None when nothing waits."""
        while True:
            job = self.run_part()
            if job is None or job.state != "running":
                return job

    def run_part(self, kinds: Sequence[JobKind] = KINDS) -> Job | None:
        """Do the part whose turn it is, if there is one; returns its job as it is then."""
        part = self._queue.claim(self.name, kinds)
        if part is None:
            return None
        self._current[get_ident()] = part
        over = Event()
        beating = Thread(target=self._beat, args=(part, over), name="docservice-heartbeat", daemon=True)
        beating.start()
        try:
            self._do(part)
        finally:
            over.set()
            beating.join()
            del self._current[get_ident()]
        job = self._queue.job(part.job.id)
        if job.finished_at is not None and self._ended is not None:
            self._ended(job)
        return job

    def _do(self, part: JobPart) -> None:
        job = part.job
        log.info("job %s (%s, part %d, attempt %d) begins", job.id, job.kind, part.n, part.attempts)
        try:
            made = self._run(part, JobStep(self._queue, part, self._stopping))
        except Halt as halt:
            if halt.why == "cancel asked" and part.stage == "whole":
                self._queue.finish(part, "canceled")
            elif halt.why == "cancel asked":
                self._queue.end_part(part, halt.outcomes)
            elif halt.why == "stopping":
                self._queue.give_back(part, counted=False)
        except Refusal as refusal:
            self._fail(part, refusal, again=refusal.kind in TRANSIENT)
        except Exception as error:
            log.exception("job %s failed", job.id)
            message = "Something went wrong on our side. The log of the worker says more."
            ours = Refusal("internal.error", message, kind="setup")
            self._fail(part, disk.refusal_of(error) or ours, again=True)
        else:
            if part.stage == "whole":
                self._queue.finish(part, "done", results=[str(one) for one in made])
            else:
                self._queue.end_part(part, [one for one in made if isinstance(one, Outcome)])

    def _fail(self, part: JobPart, refusal: Refusal, *, again: bool) -> None:
        if again and self._stopping.is_set():
            self._queue.give_back(part, counted=False)
        elif again and part.attempts < ATTEMPTS:
            self._queue.give_back(part, after_seconds=_RETRY_SECONDS * part.attempts)
        else:
            self._queue.finish(part, "failed", problem=refusal)

    def _beat(self, part: JobPart, over: Event) -> None:
        while not over.wait(self._queue.lease_seconds / _BEATS_PER_LEASE):
            try:
                if self._queue.beat(part) == "lost":
                    log.warning("part %d of job %s was taken over", part.n, part.job.id)
                    return
            except Exception:
                log.exception("the heartbeat of job %s did not reach the queue", part.job.id)
