"""The worker: claims jobs and does them, one at a time; a thread of ``docservice serve``, or a process of its own.

While it works it beats. Between the parts of a job it learns whether the job was canceled, taken over, or whether the
worker itself is to stop; then ``Halt`` ends the work where it is. What is refused for good fails the job; what another
try may mend (an engine that ended, a database that does not answer) goes back into the queue, ``ATTEMPTS`` times.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from threading import Event, Thread

from docservice import disk
from docservice.jobs.queue import ATTEMPTS, Hold, Job, Queue
from docservice.refusal import Refusal

log = logging.getLogger(__name__)

_TRANSIENT = {"setup", "timeout"}  # kinds of refusal that another try may not meet
_RETRY_SECONDS = 5.0  # then twice that
_BEATS_PER_LEASE = 4
_UPKEEP_SECONDS = 3600.0
_DATABASE_SECONDS = 10.0  # between tries while the database does not answer


class Halt(Exception):
    """The work must not go on: it was canceled, its lease is lost, or the worker stops."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Step:
    """How the work tells how far it is: ``step(2, 3, "Notice of hearing to o1", ids)``. Raises ``Halt``."""

    def __init__(self, queue: Queue, job: Job, stopping: Event) -> None:
        self._queue, self._job, self._stopping = queue, job, stopping

    def __call__(self, done: int, total: int, label: str, results: Sequence[str] = ()) -> None:
        hold: Hold = self._queue.advance(self._job, done, total, label, results)
        if hold != "held":
            raise Halt(hold)
        if self._stopping.is_set():
            raise Halt("stopping")


Run = Callable[[Job, Step], Sequence[str]]


class Worker:
    """Does the jobs of ``queue`` through ``run``, which returns the ids of what it made; ``upkeep`` when idle."""

    def __init__(
        self, queue: Queue, run: Run, *, poll_seconds: float = 1.0, upkeep: Callable[[], None] | None = None
    ) -> None:
        self.name = f"{socket.gethostname()[:100]}:{os.getpid()}:{secrets.token_hex(3)}"
        self._queue, self._run, self._poll, self._upkeep = queue, run, poll_seconds, upkeep
        self._upkeep_at = time.monotonic() + _UPKEEP_SECONDS
        self._stopping, self._wake = Event(), Event()
        self._thread: Thread | None = None
        self._current: Job | None = None

    def start(self) -> None:
        """Work in a thread until ``stop``."""

        def work() -> None:
            for job in self.finished():
                log.info("job %s ended: %s", job.id, job.state)

        self._thread = Thread(target=work, name="docservice-worker", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """There is a new job: look now."""
        self._wake.set()

    def halt(self) -> None:
        """Begin no other part."""
        self._stopping.set()
        self._wake.set()

    def stop(self, seconds: float = 5.0) -> None:
        """``halt`` the thread; wait so long for the part under way, then give its job back to the queue."""
        self.halt()
        if self._thread is None:
            return
        self._thread.join(seconds)
        job = self._current
        if self._thread.is_alive() and job is not None:
            self._queue.give_back(job, counted=False)

    def finished(self, *, drain: bool = False) -> Iterator[Job]:
        """Work until ``halt`` (with ``drain``: until nothing waits), giving each job as it ended.

        A database that does not answer is asked again.
        """
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                job = self.run_one()
                if job is None and self._upkeep is not None and time.monotonic() > self._upkeep_at:
                    self._upkeep_at = time.monotonic() + _UPKEEP_SECONDS
                    self._upkeep()
            except Exception:
                log.exception("the worker cannot reach the queue")
                self._stopping.wait(_DATABASE_SECONDS)
                continue
            if job is not None:
                yield job
            elif drain:
                return
            else:
                self._wake.wait(self._poll)

    def run_one(self) -> Job | None:
        """Do the next job, if there is one; returns it as it ended."""
        job = self._queue.claim(self.name)
        if job is None:
            return None
        self._current = job
        over = Event()
        beating = Thread(target=self._beat, args=(job, over), name="docservice-heartbeat", daemon=True)
        beating.start()
        try:
            self._do(job)
        finally:
            over.set()
            beating.join()
            self._current = None
        return self._queue.job(job.id)

    def _do(self, job: Job) -> None:
        log.info("job %s (%s, attempt %d) begins", job.id, job.kind, job.attempts)
        try:
            results = self._run(job, Step(self._queue, job, self._stopping))
        except Halt as halt:
            if halt.why == "cancel asked":
                self._queue.finish(job, "canceled")
            elif halt.why == "stopping":
                self._queue.give_back(job, counted=False)
        except Refusal as refusal:
            self._fail(job, refusal, again=refusal.kind in _TRANSIENT)
        except Exception as error:
            log.exception("job %s failed", job.id)
            message = "Something went wrong on our side. The log of the worker says more."
            ours = Refusal("internal.error", message, kind="setup")
            self._fail(job, disk.refusal_of(error) or ours, again=True)
        else:
            self._queue.finish(job, "done", results=results)

    def _fail(self, job: Job, refusal: Refusal, *, again: bool) -> None:
        if again and self._stopping.is_set():
            self._queue.give_back(job, counted=False)
        elif again and job.attempts < ATTEMPTS:
            self._queue.give_back(job, after_seconds=_RETRY_SECONDS * job.attempts)
        else:
            self._queue.finish(job, "failed", problem=refusal)

    def _beat(self, job: Job, over: Event) -> None:
        while not over.wait(self._queue.lease_seconds / _BEATS_PER_LEASE):
            try:
                if self._queue.beat(job) == "lost":
                    log.warning("job %s was taken over", job.id)
                    return
            except Exception:
                log.exception("the heartbeat of job %s did not reach the queue", job.id)
