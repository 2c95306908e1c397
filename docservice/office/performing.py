"""Long work, done part by part: a packet, or some letters of a mailing.

What a job makes, it makes once: each letter is issued under the idempotency key ``job:ID:RECIPIENT`` and a packet is
bound under ``job:ID``, so that a part begun again after its worker died goes on where it was.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from docservice import disk
from docservice.jobs.job import Job, JobPart, Outcome
from docservice.jobs.queue import ATTEMPTS, Queue
from docservice.jobs.worker import TRANSIENT, Halt, JobStep, Worker
from docservice.office.binding import drafted
from docservice.office.issuing import checked, issuing, notice_numbers
from docservice.office.issuing.block import HALTED
from docservice.office.issuing.notice_numbers import Mailing
from docservice.office.means.means import Means
from docservice.office.means.records import DocumentRecord, PacketRecord
from docservice.packets import plan as plans
from docservice.pipeline.order import CaseReference, Order, OrderDecision
from docservice.refusal import Refusal


def perform(
    means: Means, bind: Callable[..., PacketRecord], part: JobPart, step: JobStep
) -> Sequence[str] | Sequence[Outcome]:
    """Do a part of a job; returns the ids of what it made, or what came of its letters. ``bind`` is the office's.

    Raises ``Halt`` between letters or parts of a plan, and what binding refuses.
    """
    read, job = means.store.blobs.read, part.job
    what = json.loads(read(job.request))
    if job.kind == "packet":
        plan = plans.parse(read(what["plan"]), means.forums)
        exhibits = {name: means.store.blobs.where(sha256) for name, sha256 in what["files"].items()}
        if what.get("draft"):
            lies = drafted.folder(means, job.id)
            bind(plan, exhibits, actor=job.created_by, copy=what["copy"], keep=False, into=lies, progress=step)
            return []
        bound = bind(
            plan, exhibits, actor=job.created_by, copy=what.get("copy", "full"), idempotency_key=f"job:{job.id}",
            progress=step,
        )  # fmt: skip
        return [bound.id]
    files = {name: read(sha256) for name, sha256 in what["files"].items()}
    casefile = json.loads(read(what["casefile"]))
    ordered_on = date.fromisoformat(what.get("ordered_on") or what["on"])
    order = Order(
        what["template"], casefile, None, what["language"], date.fromisoformat(what["on"]), what["about"],
        what["version"], files, what.get("dated_back"), ordered_on, _case(casefile, what.get("case_revision")),
        tuple(OrderDecision(**one) for one in what.get("decisions", ())), what.get("mailing"),
        date.fromisoformat(what["mail_on"]) if what.get("mail_on") else None, what.get("envelope"),
    )  # fmt: skip
    orders = [replace(order, recipient=recipient) for recipient in what["recipients"]]
    if what.get("copies"):  # each in its language, by its class of mail
        orders = [replace(one, **own) for one, own in zip(orders, what["copies"], strict=True)]
    orders = orders[part.first : part.last]
    mailing = _mailing(job.id, what["recipients"])
    if part.stage == "check":
        return _check(means, part, orders, step, mailing)
    was_checked = what.get("mode") == "all_or_none" and part.job.total > 1
    return _issue(means, part, orders, step, mailing, was_checked=was_checked)


def _case(casefile: Mapping[str, Any], revision: int | None) -> CaseReference | None:
    """The case on record that a mailing was ordered by. It goes out by the facts of the day it was sent in."""
    return CaseReference(casefile["case"]["number"], revision, strict=False) if revision is not None else None


def _mailing(job_id: str, recipients: Sequence[str | None]) -> Mailing:
    return Mailing(job_id, tuple(one or "" for one in recipients))


def _check(
    means: Means, part: JobPart, orders: Sequence[Order], step: JobStep, mailing: Mailing
) -> Sequence[Outcome]:  # fmt: skip
    step.say("checking" + _which(part))
    refusals, made = checked.check(
        means, orders, holder=_holder(part.job.id, part.n), name=f"job {part.job.id}", of=part.job.total,
        halted=step.halted, mailing=mailing,
    )  # fmt: skip
    outcomes = [Outcome(order.recipient, problem=why) for order, why in zip(orders, refusals, strict=True)]
    _go_on(part, outcomes, step)
    path = _made(means, part.job.id) / f"{part.n}.json"
    with disk.as_refusal():
        path.parent.mkdir(exist_ok=True)
        partial = path.with_suffix(".part")
        partial.write_bytes(made)
        partial.replace(path)
    return outcomes


def _issue(
    means: Means, part: JobPart, orders: Sequence[Order], step: JobStep, mailing: Mailing, *, was_checked: bool
) -> Sequence[Outcome]:
    step.say("issuing" + _which(part))
    keys = [f"job:{part.job.id}:{order.recipient or ''}" for order in orders]
    path = _made(means, part.job.id) / f"{part.n}.json"
    made: Sequence[DocumentRecord | Refusal]
    if was_checked:
        held = path.read_bytes() if path.is_file() else None
        made = checked.keep(
            means, orders, holder=_holder(part.job.id, part.n), checked=held, actor=part.job.created_by, keys=keys,
            mailing=mailing,
        )  # fmt: skip
    else:
        made = issuing.issue_all(
            means, orders, actor=part.job.created_by, idempotency_keys=keys, halted=step.halted, mailing=mailing
        )  # fmt: skip
    outcomes = [
        Outcome(order.recipient, problem=one)
        if isinstance(one, Refusal)
        else Outcome(order.recipient, one.id, one.number)
        for order, one in zip(orders, made, strict=True)
    ]
    _go_on(part, outcomes, step)
    return outcomes


def _go_on(part: JobPart, outcomes: Sequence[Outcome], step: JobStep) -> None:
    """Raise ``Halt`` for letters that were not begun, and a refusal that another try may not meet."""
    problems = [one.problem for one in outcomes if one.problem is not None]
    if any(one.code == HALTED for one in problems):
        done = [one for one in outcomes if one.problem is None or one.problem.code != HALTED]
        raise Halt(step.halted() or "stopping", done)
    if part.attempts < ATTEMPTS:
        for one in problems:
            if one.kind in TRANSIENT:
                raise one


def worker(
    means: Means, queue: Queue, *, bind: Callable[..., PacketRecord], tidy: Callable[[float], None]
) -> Worker:  # fmt: skip
    """What does the office's long work; ``bind`` and ``tidy`` are the office's."""
    return Worker(queue, partial(perform, means, bind), upkeep=partial(tidy, 120.0), ended=partial(ended, means))


def canceled(means: Means, queue: Queue, job_id: str, actor: str) -> Job:
    """Cancel a job; at once, when nobody works on it."""
    job = queue.cancel(job_id, actor=actor)
    if job.finished_at is not None:
        ended(means, job)
    return job


def ended(means: Means, job: Job) -> None:
    """Forget what a mailing kept between checking and issuing; numbers that it did not use are free."""
    folder = _made(means, job.id)
    if job.kind != "letters":
        return
    if folder.is_dir():
        shutil.rmtree(folder, ignore_errors=True)
        means.store.holding.dismiss([_holder(job.id, n) for n in range(job.total)])
    if job.total > 1:
        notice_numbers.end(means, _mailing(job.id, ()))
        means.store.recover()


def _made(means: Means, job_id: str) -> Path:
    """Where the letters of a mailing lie between checking and issuing (``working.sweep`` forgets it in any case)."""
    return means.settings.home / f"working-{job_id}"


def _holder(job_id: str, n: int) -> str:
    return str(uuid.uuid5(uuid.UUID(job_id), str(n)))


def _which(part: JobPart) -> str:
    """Which letters, for people."""
    if part.job.total == part.last - part.first:
        return ""
    return f" {part.first + 1} to {part.last} of {part.job.total}"
