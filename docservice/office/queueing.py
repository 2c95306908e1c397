"""Long work, queued: a packet, or the letters of a mailing (``docservice.jobs``); ``performing`` does it.

What was asked for is kept as a file, with its pictures and exhibits, so that any worker can do it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from docservice import casefile as casefiles
from docservice.jobs.job import Job, job_of
from docservice.jobs.queue import Queue
from docservice.jobs.words import JobKind, JobStage, Mode
from docservice.office.binding import binding
from docservice.office.issuing import addressing
from docservice.office.means import case_records
from docservice.office.means.idempotency import Request, once
from docservice.office.means.means import Means
from docservice.packets import plan as plans
from docservice.packets.plan import Copy
from docservice.pdf.shelf import Held
from docservice.pipeline.order import CaseReference, Order
from docservice.storage import blobs
from docservice.storage.models import IdempotencyRow, JobRow
from docservice.storage.store import register


def queue_letters(
    means: Means,
    queue: Queue,
    order: Order,
    *,
    everyone: bool,
    actor: str,
    mode: Mode = "all_or_none",
    idempotency_key: str | None = None,
    copies: Sequence[Order] = (),
) -> Job:
    """Queue the issue of ``order``, or of one letter to ``everyone`` its template goes to; or of these ``copies``.

    Copies are ``order`` but for their recipient, language and class of mail.

    With ``all_or_none`` each letter is checked before the first is issued; with ``each`` it goes out for itself.

    The date and the template version are decided now: all letters of a mailing have the same. Raises what reading the
    order refuses; what the checks say is known when the job is done.
    """
    words = f"letters\0{everyone}" if mode == "all_or_none" else f"letters\0{everyone}\0{mode}"
    words = "\0".join((words, *(one.fingerprint() for one in copies)))
    asked = hashlib.sha256(f"{words}\0{order.fingerprint()}".encode()).hexdigest()
    order.refuse_names()
    today = order.ordered_on or means.today()
    on = order.on or today
    with means.store.database.reading() as session:
        version = means.version(session, order.template, order.version, on)
    order = replace(order, on=on, version=version.number)
    casefile, snapshot = means.read(order.casefile)
    orders = tuple(copies) or (addressing.to_everyone(means, order) if everyone else (order,))
    return _queue(
        means,
        queue,
        "letters",
        {
            "template": order.template,
            "language": order.language,
            "on": on.isoformat(),
            "about": order.about,
            "dated_back": order.dated_back,
            "mailing": order.mailing,
            "mail_on": order.mail_on.isoformat() if order.mail_on is not None else None,
            "envelope": order.envelope,
            "decisions": [asdict(one) for one in order.decisions],
            "ordered_on": today.isoformat(),
            "version": order.version,
            "case_revision": order.case.revision if order.case is not None else None,
            "recipients": [one.recipient for one in orders],
            "copies": [{"language": one.language, "mailing": one.mailing} for one in copies],
            "mode": mode,
        },
        {"casefile": snapshot},
        order.attachments,
        title=version.title,
        case=casefile.case.number,
        total=len(orders),
        stage="check" if mode == "all_or_none" and len(orders) > 1 else "issue",
        actor=actor,
        request=Request(actor, idempotency_key, asked) if idempotency_key else None,
        hold=partial(_refuse_moved, order.case),
    )


def _refuse_moved(case: CaseReference | None, session: Session) -> None:
    if case is not None and case.strict:
        case_records.refuse_moved(session, case.number, case.revision, lock=True)


def queue_packet(
    means: Means,
    queue: Queue,
    plan: Mapping[str, Any],
    files: Mapping[str, Held],
    *,
    actor: str,
    copy: Copy = "full",
    draft: bool = False,
    idempotency_key: str | None = None,
) -> Job:
    """Queue the binding of ``plan`` (JSON values); a ``draft`` does not go on record (``binding.drafted``).

    Raises what reading the plan refuses.
    """
    read = plans.load(plan, means.forums)
    what = "draft" if draft else "packet"
    asked = hashlib.sha256(f"{what}\0{binding.fingerprint(read, files, copy)}".encode()).hexdigest()
    return _queue(
        means,
        queue,
        "packet",
        {"copy": copy, **({"draft": True} if draft else {})},
        {"plan": casefiles.canonical(plan)},
        files,
        title=read.title,
        case=read.case,
        total=len(read.parts) + 1,
        stage="whole",
        actor=actor,
        request=Request(actor, idempotency_key, asked) if idempotency_key else None,
    )


def _queue(
    means: Means,
    queue: Queue,
    kind: JobKind,
    what: Mapping[str, Any],
    texts: Mapping[str, bytes],
    files: Mapping[str, Held],
    *,
    title: str,
    case: str,
    total: int,
    stage: JobStage,
    actor: str,
    request: Request | None,
    hold: Callable[[Session], None] = lambda _: None,
) -> Job:

    def made(session: Session, row: IdempotencyRow) -> Job | None:
        found = session.get(JobRow, row.job_id) if row.job_id is not None else None
        return job_of(found) if found is not None else None

    def make() -> Job:
        at = means.clock()
        with means.store.blobs.staging() as staged:
            plain = {
                **what,
                **{name: staged.put(data) for name, data in texts.items()},
                "files": {name: _put(staged, held) for name, held in files.items()},
            }
            sha256 = staged.put(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode())
            with means.store.database.writing() as session:
                hold(session)
                register(session, staged, at)
                job = queue.add(
                    session, kind, title=title, case=case, request=sha256, total=total, actor=actor, stage=stage
                )
                if request is not None:
                    request.remember(session, at, job=job.id)
            staged.publish()
        return job

    return once(means, request, made, make)


def _put(stage: blobs.Stage, held: Held) -> str:
    return stage.put(held) if isinstance(held, bytes) else stage.copy(held)
