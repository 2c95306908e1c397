"""/api/v1/jobs: long work that was answered with 202, how far it is, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma
from flask import Response, current_app, g, json, request, url_for
from marshmallow import fields, validate

from docservice.api import access
from docservice.api.access import actor, requires
from docservice.api.blueprint import Blueprint
from docservice.api.idempotency import replay_of
from docservice.api.negotiation import JSON, wanted
from docservice.api.problems import ErrorItemSchema, describe
from docservice.api.wiring import office
from docservice.correspondence.choices import JOB_KINDS, JOB_STATES
from docservice.refusal import Refusal

if TYPE_CHECKING:
    from docservice.correspondence.records import JobRecord

blueprint = Blueprint("jobs", __name__, url_prefix="/api/v1", description="Long work: ask how far it is")

ASYNC = "respond-async"
PREFER = {
    "in": "header",
    "name": "Prefer",
    "schema": {"type": "string"},
    "description": "respond-async (RFC 7240): answer 202 at once with a job, and do the work after",
}
_RETRY_SECONDS = 1
_ENDPOINT = {"letters": ("document", "documents.read"), "packet": ("packet", "packets.read")}


class ProgressSchema(ma.Schema):
    done = fields.Integer(required=True)
    total = fields.Integer(
        required=True, metadata={"description": "Letters; of a packet, the parts of its plan and one for its writing"}
    )
    label = fields.String(required=True, metadata={"description": "The part under way"})


class ResultSchema(ma.Schema):
    type = fields.String(required=True, validate=validate.OneOf(("document", "packet")))
    id = fields.String(required=True)
    href = fields.String(required=True)


class JobProblemSchema(ma.Schema):
    """Why a job failed, as in problem+json; pointers are into the request that queued it."""

    code = fields.String(required=True)
    detail = fields.String(required=True)
    errors = fields.List(fields.Nested(ErrorItemSchema))


class JobSchema(ma.Schema):
    id = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(JOB_STATES))
    kind = fields.String(required=True, validate=validate.OneOf(JOB_KINDS))
    title = fields.String(required=True)
    case = fields.String(allow_none=True)
    progress = fields.Nested(ProgressSchema, required=True)
    results = fields.List(
        fields.Nested(ResultSchema),
        required=True,
        metadata={"description": "What has been made so far, in order; it stays also when the job fails"},
    )
    problem = fields.Nested(JobProblemSchema, allow_none=True)
    cancel_asked = fields.Boolean(required=True)
    attempts = fields.Integer(required=True)
    created_at = fields.DateTime(format="iso", required=True)
    started_at = fields.DateTime(format="iso", allow_none=True)
    finished_at = fields.DateTime(format="iso", allow_none=True)
    href = fields.String(required=True)


def prefers_async() -> bool:
    """Whether the caller prefers an answer before the work is done (RFC 7240)."""
    preferences = ",".join(request.headers.getlist("Prefer")).split(",")
    return any(one.partition(";")[0].strip().lower() == ASYNC for one in preferences)


def accepted(job: JobRecord) -> Response:
    """202: the work is queued; where to ask for it."""
    response = _answer(job, 202)
    if prefers_async():
        response.headers["Preference-Applied"] = ASYNC
    response.headers["Vary"] = "Prefer"
    response.headers.update(replay_of(job))
    return response


@blueprint.route("/jobs/<string:id>", methods=["GET"])
@requires("issue", "packets", "read")
@blueprint.response(200, JobSchema)
def read(id: str) -> Any:
    """How far is a job, and what came of it?

    Ask again after Retry-After, until status is done, failed or canceled. A key sees its own jobs; one with the scope
    read sees all.
    """
    wanted((JSON,))
    return _answer(visible(id, "read"))


@blueprint.route("/jobs/<string:id>/cancel", methods=["POST"])
@requires("issue", "packets")
@blueprint.response(200, JobSchema)
def cancel(id: str) -> Any:
    """Cancel a job of one's own

    At once while it waits, else before its next part (status running, cancel_asked true). What it has made stays on
    record. 409 when it has ended.
    """
    wanted((JSON,))
    return _answer(office().cancel_job(visible(id).id, actor=actor()))


def visible(id: str, *scopes: str) -> JobRecord:
    """The job, if the caller queued it or has ``admin`` or one of ``scopes``; to others it is not there."""
    job = office().job(id)
    if job.created_by != actor() and not access.scopes() & {"admin", *scopes}:
        raise Refusal("job.unknown", f"There is no job “{id}”.", kind="missing")
    return job


def _answer(job: JobRecord, status: int = 200) -> Response:
    response = current_app.response_class(as_json(job), status, mimetype=JSON)
    response.headers["Location"] = url_for("jobs.read", id=job.id)
    response.headers["Cache-Control"] = "no-store"
    if job.finished_at is None:
        response.headers["Retry-After"] = str(_RETRY_SECONDS)
    return response


def as_json(job: JobRecord) -> str:
    """A job as the API tells it."""
    return json.dumps(JobSchema().dump(_plain(job)))


def _plain(job: JobRecord) -> dict[str, Any]:
    kind, endpoint = _ENDPOINT[job.kind]
    problem: dict[str, Any] | None = None
    if job.problem is not None:
        if job.kind == "packet":
            g.pointer_base = "/plan"
        problem = {"code": job.problem.code, "detail": job.problem.message}
        problem |= {"errors": [describe(one) for one in job.problem.problems]} if job.problem.problems else {}
    return {
        "id": job.id,
        "status": job.state,
        "kind": job.kind,
        "title": job.title,
        "case": job.case,
        "progress": {"done": job.done, "total": job.total, "label": job.label},
        "results": [{"type": kind, "id": id, "href": url_for(endpoint, id=id)} for id in job.results],
        "problem": problem,
        "cancel_asked": job.cancel_asked,
        "attempts": job.attempts,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "href": url_for("jobs.read", id=job.id),
    }
