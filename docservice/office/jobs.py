"""Long work, as the doors see it: mailings and packets queued, looked at, canceled; the worker does them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from docservice.jobs.queue import Queue
from docservice.jobs.words import Mode
from docservice.office import performing, queueing
from docservice.office.binding.room import Binding
from docservice.office.mailing import Mailings
from docservice.office.means.means import Means
from docservice.office.means.records import JobRecord
from docservice.office.writing import Writing
from docservice.packets.plan import Copy
from docservice.pdf.shelf import Held
from docservice.pipeline.order import Order


class Jobs:
    """Long work (``worker.start()`` for a thread of this process), ``mailings`` that are issued here and now, and
    ``writing``: letters that are not issued yet."""

    def __init__(self, means: Means, binding: Binding, tidy: Callable[[float], None]) -> None:
        self._means, self._exhibits = means, binding.exhibits
        self.queue = Queue(means.store.database, means.clock, means.settings.lease_seconds)
        self.worker = performing.worker(means, self.queue, bind=binding.bind, tidy=tidy)
        self.mailings = Mailings(means)
        self.writing = Writing(means)

    def queue_letters(
        self, order: Order, *, everyone: bool, actor: str, mode: Mode = "all_or_none",
        idempotency_key: str | None = None, copies: Sequence[Order] = (),
    ) -> JobRecord:  # fmt: skip
        """Queue an order, one for everyone its template goes to, or ``copies`` of it. See ``office.queueing``."""
        given: dict[str, Any] = {
            "actor": actor, "mode": mode, "idempotency_key": idempotency_key, "copies": copies,
        }  # fmt: skip
        job = queueing.queue_letters(self._means, self.queue, order, everyone=everyone, **given)
        self.worker.wake()
        return job

    def queue_packet(
        self,
        plan: Mapping[str, Any],
        files: Mapping[str, Held],
        *,
        actor: str,
        copy: Copy = "full",
        exhibits: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> JobRecord:
        """Queue a packet, by its plan as JSON values."""
        uploaded = exhibits or {}
        every = {**files, **self._exhibits.located(uploaded, owner=actor)}
        job = queueing.queue_packet(
            self._means, self.queue, plan, every, actor=actor, copy=copy, idempotency_key=idempotency_key
        )
        self._exhibits.keep(uploaded, owner=actor)
        self.worker.wake()
        return job

    def listed(self, **wanted: Any) -> tuple[JobRecord, ...]:
        """The newest jobs, newest first. See ``jobs.queue.Queue.jobs``."""
        return self.queue.jobs(**wanted)

    def find(self, id: str) -> JobRecord:
        """One job. Raises ``Refusal("job.unknown", kind="missing")``."""
        return self.queue.job(id)

    def is_by_case(self, job: JobRecord) -> bool:
        """Whether letters were ordered by the number of a case: then their casefile was not in the request."""
        if job.kind != "letters":
            return False
        return json.loads(self._means.store.blobs.read(job.request)).get("case_revision") is not None

    def cancel(self, id: str, *, actor: str) -> JobRecord:
        """Cancel a job, before its next part; what it has made stays."""
        return performing.canceled(self._means, self.queue, id, actor)
