"""Long work, queued and done: a packet, or the letters of a mailing (``docservice.jobs``).

What was asked for is kept as a file, with its pictures and exhibits, so that any worker can do it. What a job makes, it
makes once: each letter is issued under the idempotency key ``job:ID:RECIPIENT`` and a packet is bound under ``job:ID``,
so that a job begun again after its worker died goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from docservice import casefile as casefiles
from docservice.correspondence import binding, mailing
from docservice.correspondence.idempotency import Request, once
from docservice.correspondence.order import Order
from docservice.jobs.queue import Job, job_of
from docservice.jobs.words import Kind
from docservice.jobs.worker import Step
from docservice.packets import plan as plans
from docservice.packets.plan import Copy
from docservice.packets.shelf import Held
from docservice.storage.blobs import Stage
from docservice.storage.models import IdempotencyRow, JobRow
from docservice.storage.store import register

if TYPE_CHECKING:
    from docservice.correspondence.office import Office


def queue_letters(
    office: Office, order: Order, *, everyone: bool, actor: str, idempotency_key: str | None = None
) -> Job:
    """Queue the issue of ``order``, or of one letter to ``everyone`` its template goes to.

    The date and the template version are decided now: all letters of a mailing have the same. Raises what reading the
    order refuses; what the checks say is known when the job is done.
    """
    asked = hashlib.sha256(f"letters\0{everyone}\0{order.fingerprint()}".encode()).hexdigest()
    order.refuse_names()
    shop = office.shop
    today = order.ordered_on or shop.today()
    on = order.on or today
    with shop.store.database.reading() as session:
        version = shop.version(session, order.template, order.version, on)
    order = replace(order, on=on, version=version.number)
    casefile = casefiles.load(order.casefile)
    orders = mailing.to_everyone(office, order) if everyone else (order,)
    return _queue(
        office,
        "letters",
        {
            "template": order.template,
            "language": order.language,
            "on": on.isoformat(),
            "about": order.about,
            "dated_back": order.dated_back,
            "ordered_on": today.isoformat(),
            "version": order.version,
            "recipients": [one.recipient for one in orders],
        },
        {"casefile": casefiles.canonical(order.casefile)},
        order.attachments,
        title=version.title,
        case=casefile.case.number,
        total=len(orders),
        actor=actor,
        request=Request(actor, idempotency_key, asked) if idempotency_key else None,
    )


def queue_packet(
    office: Office,
    plan: Mapping[str, Any],
    files: Mapping[str, Held],
    *,
    actor: str,
    copy: Copy = "full",
    idempotency_key: str | None = None,
) -> Job:
    """Queue the binding of ``plan`` (JSON values). Raises what reading the plan refuses."""
    read = plans.load(plan)
    asked = hashlib.sha256(f"packet\0{binding.fingerprint(read, files, copy)}".encode()).hexdigest()
    return _queue(
        office,
        "packet",
        {"copy": copy},
        {"plan": casefiles.canonical(plan)},
        files,
        title=read.title,
        case=read.case,
        total=len(read.parts) + 1,
        actor=actor,
        request=Request(actor, idempotency_key, asked) if idempotency_key else None,
    )


def _queue(
    office: Office,
    kind: Kind,
    what: Mapping[str, Any],
    texts: Mapping[str, bytes],
    files: Mapping[str, Held],
    *,
    title: str,
    case: str,
    total: int,
    actor: str,
    request: Request | None,
) -> Job:
    shop = office.shop

    def made(session: Session, row: IdempotencyRow) -> Job | None:
        found = session.get(JobRow, row.job_id) if row.job_id is not None else None
        return job_of(found) if found is not None else None

    def make() -> Job:
        at = shop.clock()
        with shop.store.blobs.staging() as stage:
            plain = {
                **what,
                **{name: stage.put(data) for name, data in texts.items()},
                "files": {name: _put(stage, held) for name, held in files.items()},
            }
            sha256 = stage.put(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode())
            with shop.store.database.writing() as session:
                register(session, stage, at)
                job = office.queue.add(session, kind, title=title, case=case, request=sha256, total=total, actor=actor)
                if request is not None:
                    request.remember(session, at, job=job.id)
            stage.publish()
        return job

    return once(shop, request, made, make)


def _put(stage: Stage, held: Held) -> str:
    return stage.put(held) if isinstance(held, bytes) else stage.copy(held)


def perform(office: Office, job: Job, step: Step) -> Sequence[str]:
    """Do a job; returns the ids of what it made. Raises ``Halt`` between parts, and what issuing or binding refuses."""
    read = office.shop.store.blobs.read
    what = json.loads(read(job.request))
    if job.kind == "packet":
        plan = plans.parse(read(what["plan"]))
        exhibits = {name: office.shop.store.blobs.where(sha256) for name, sha256 in what["files"].items()}
        bound = office.bind(
            plan, exhibits, actor=job.created_by, copy=what.get("copy", "full"), idempotency_key=f"job:{job.id}",
            progress=step,
        )  # fmt: skip
        return [bound.id]
    files = {name: read(sha256) for name, sha256 in what["files"].items()}
    casefile = json.loads(read(what["casefile"]))
    ordered_on = date.fromisoformat(what.get("ordered_on") or what["on"])
    order = Order(
        what["template"], casefile, None, what["language"], date.fromisoformat(what["on"]), what["about"],
        what["version"], files, what.get("dated_back"), ordered_on,
    )  # fmt: skip
    orders = [replace(order, recipient=recipient) for recipient in what["recipients"]]
    return _issue_all(office, job, orders, step)


def _issue_all(office: Office, job: Job, orders: Sequence[Order], step: Step) -> Sequence[str]:
    if len(orders) > 1 and not job.results:
        step(0, len(orders), "checking")
        mailing.refuse_unless_all_pass(office, orders)
    issued: list[str] = []
    for number, order in enumerate(orders):
        step(number, len(orders), order.recipient or order.template, issued or job.results)
        key = f"job:{job.id}:{order.recipient or ''}"
        issued.append(office.issue(order, actor=job.created_by, idempotency_key=key).id)
    step(len(orders), len(orders), "", issued)
    return issued
