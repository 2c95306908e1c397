"""Binding a packet that was put together: the last page before it, how far it is, the draft to look at."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, redirect, render_template, request, send_file, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from docservice.media_types import MEDIA_TYPES
from docservice.office.binding.packet_plans import PlanJob
from docservice.office.jobs import Bound
from docservice.packets.worksheet import named
from docservice.refusal import Refusal
from docservice.web.desk.access import actor, allows, office
from docservice.web.desk.packing import hearing_of, plan_page
from docservice.web.desk.statuses import status_of


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get("/packets/plans/<id>/bind")(before_binding)
    blueprint.post("/packets/plans/<id>/bind")(bind_packet)
    blueprint.get("/packets/plans/<id>/jobs/<job>")(packet_job)
    blueprint.get("/packets/plans/<id>/jobs/<job>/<name>")(draft_file)


@allows("packets")
def before_binding(id: str) -> str:
    """The last page: what it will be, what is still open, what cannot be taken back."""
    return _last_page(id)


def _last_page(id: str, refusal: Refusal | None = None) -> str:
    binding = office().binding
    plan = binding.plans.get(id)
    papers = binding.papers(plan.case)
    drafted = next((job for job in reversed(plan.jobs) if job.what == "draft" and job.revision == plan.revision
                    and office().jobs.find(job.id).state == "done"), None)  # fmt: skip
    hidden = [row for row in plan.sheet.rows if row.get("confidential") or row.get("redactions")]
    return render_template(
        "desk/packet-bind.html", plan=plan, wants=binding.wants(plan, papers), refusal=refusal, drafted=drafted,
        hearing=hearing_of(papers.casefile, plan.sheet.hearing), hidden=hidden, named=named,
        can_seal=office().settings.seal_key is not None, forum=binding.forums[plan.sheet.forum], given=request.form,
    )  # fmt: skip


@allows("packets")
def bind_packet(id: str) -> BaseResponse:
    """Queue a draft, or the packet and its public copy."""
    given = request.form
    saw = given.get("seen", -1, type=int)
    draft = given.get("what", "").startswith("draft")
    wanted: list[Bound] = ["full"] if not draft else ["draft-public" if given["what"] == "draft-public" else "draft"]
    if not draft and given.get("public"):
        wanted.append("public")
    jobs = []
    try:
        for what in wanted:
            jobs.append(
                office().jobs.queue_plan(
                    id, what, actor=actor().name, saw=saw, confirmed=bool(given.get("open")),
                    seal=bool(given.get("seal")),
                )
            )  # fmt: skip
    except Refusal as refusal:
        if refusal.code == "packet.plan_moved":
            now = office().binding.plans.get(id)
            missed = "Binding the draft" if draft else "Binding the packet"
            return current_app.response_class(plan_page(now, missed=missed), status_of(refusal))
        page = plan_page(office().binding.plans.get(id), refusal=refusal) if draft else _last_page(id, refusal)
        return current_app.response_class(page, status_of(refusal))
    return redirect(url_for("desk.packet_job", id=id, job=jobs[0].id), 303)


@allows("packets")
def packet_job(id: str, job: str) -> str:
    """How far it is; a draft when it is done."""
    plan = office().binding.plans.get(id)
    mine = next((one for one in plan.jobs if one.id == job), None)
    if mine is None:
        raise NotFound
    found = office().jobs.find(job)
    draft = office().binding.draft(job) if _is_draft(mine) and found.state == "done" else None
    beside = [one for one in plan.jobs if one.id != job and one.revision == mine.revision and not _is_draft(one)]
    others = [(one, office().jobs.find(one.id)) for one in beside] if not _is_draft(mine) else []
    problems = [(_row(mine.rows, one.place), one.message) for one in found.problem.findings] if found.problem else []
    part = "HX-Request" in request.headers
    return render_template(
        "desk/packet-job-part.html" if part else "desk/packet-job.html", plan=plan, mine=mine, job=found, draft=draft,
        others=others, problems=problems, newer=plan.revision > mine.revision, named=named,
    )  # fmt: skip


def _is_draft(job: PlanJob) -> bool:
    return job.what.startswith("draft")


def _row(rows: tuple[str, ...], place: str) -> str:
    """The row that a place in the plan means."""
    steps = place.split("/")
    if len(steps) > 2 and steps[1] == "parts" and steps[2].isdigit() and int(steps[2]) < len(rows):
        return rows[int(steps[2])]
    return ""


@allows("packets")
def draft_file(id: str, job: str, name: str) -> Response:
    """A file of a draft."""
    plan = office().binding.plans.get(id)
    draft = office().binding.draft(job) if any(one.id == job for one in plan.jobs) else None
    for path in draft.files if draft is not None else ():
        if path.name == name:
            response = send_file(path, mimetype=MEDIA_TYPES["pdf"], download_name=f"draft-{name}", conditional=True)
            response.headers["Cache-Control"] = "private, max-age=60"
            return response
    raise NotFound
