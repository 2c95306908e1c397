"""Long work, as the doors see it: mailings and packets queued, looked at, canceled; the worker does them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from docservice.finding import Finding
from docservice.jobs.queue import Queue
from docservice.jobs.words import Mode
from docservice.office import performing, queueing
from docservice.office.binding.packet_plans import PlanJob
from docservice.office.binding.room import Binding
from docservice.office.mailing import Mailings
from docservice.office.means.means import Means
from docservice.office.means.records import JobRecord
from docservice.office.writing import Writing
from docservice.packets.plan import Copy
from docservice.packets.worksheet import plan_of
from docservice.pdf.shelf import Held
from docservice.pipeline.order import Order
from docservice.refusal import Refusal

Bound = Literal["draft", "draft-public", "full", "public"]


class Jobs:
    """Long work (``worker.start()`` for a thread of this process), ``mailings`` that are issued here and now, and
    ``writing``: letters that are not issued yet."""

    def __init__(self, means: Means, binding: Binding, tidy: Callable[[float], None]) -> None:
        self._means, self._binding, self._exhibits = means, binding, binding.exhibits
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
        draft: bool = False,
        idempotency_key: str | None = None,
    ) -> JobRecord:
        """Queue a packet, by its plan as JSON values; a ``draft`` is to be looked at and does not go on record."""
        uploaded = exhibits or {}
        every = {**files, **self._exhibits.located(uploaded, owner=actor)}
        job = queueing.queue_packet(
            self._means, self.queue, plan, every, actor=actor, copy=copy, draft=draft, idempotency_key=idempotency_key
        )
        self._exhibits.keep(uploaded, owner=actor)
        self.worker.wake()
        return job

    def queue_plan(
        self, id: str, what: Bound, *, actor: str, saw: int, confirmed: bool = False, seal: bool = False
    ) -> JobRecord:  # fmt: skip
        """Queue the packet that is being put together under ``id``, as it was at a revision: the ``full`` packet or its
        ``public`` copy, or a draft of either. The same again is the same job.

        Raises ``Refusal``: ``packet.plan_moved`` when somebody changed it meanwhile; ``packet.wanting`` with what stops
        it, and with its gaps unless they are ``confirmed``; what reading the plan refuses.
        """
        binding = self._binding
        plan, draft = binding.plans.get(id), what.startswith("draft")
        if plan.revision != saw:
            message = "The packet was changed while you were looking at it. Nothing was bound."
            raise Refusal("packet.plan_moved", message, kind="precondition-failed")
        wants = binding.wants(plan, binding.papers(plan.case)) if not draft else ()
        stops = [one for one in wants if one.weight == "stops" or (one.weight == "gap" and not confirmed)]
        if stops:
            problems = [Finding.error(one.code or "packet.wanting", one.message) for one in stops]
            raise Refusal("packet.wanting", "The packet cannot be bound yet.", problems)
        values, rows = plan_of(plan.sheet, draft=draft)
        if any(one.weight == "gap" for one in wants):
            values["service"] = "first-page"
        if seal and not draft:
            values["seal"] = True
        asked = [one for one in plan.jobs if (one.what, one.revision) == (what, plan.revision)]
        again = sum(map(self._is_over, asked))
        copy: Copy = "public" if what.endswith("public") else "full"
        job = self.queue_packet(
            values, binding.plans.located(plan), actor=actor, copy=copy, draft=draft,
            idempotency_key=f"plan:{id}:{plan.revision}:{what}:{seal}:{again}",
        )  # fmt: skip
        binding.plans.bound(id, job.id, what, plan.revision, rows)
        return job

    def _is_over(self, job: PlanJob) -> bool:
        """Whether a job made nothing that is still there, so that the same may be asked for once more."""
        state = self.find(job.id).state
        gone = job.what.startswith("draft") and state == "done" and self._binding.draft(job.id) is None
        return gone or state in ("failed", "canceled")

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
