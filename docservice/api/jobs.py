"""/api/v1/jobs: long work that was answered with 202, how far it is, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import marshmallow as ma
from flask import Response, current_app, g, json, request, url_for
from marshmallow import fields, validate

from docservice.api import access
from docservice.api.access import actor, requires
from docservice.api.blueprint import Blueprint
from docservice.api.idempotency import replay_of
from docservice.api.negotiation import JSON, wanted
from docservice.api.orders import place_in_case_order
from docservice.api.pages import Cursor
from docservice.api.problems import ErrorItemSchema, describe
from docservice.api.wiring import office
from docservice.office.means.choices import JOB_KINDS, JOB_STATES
from docservice.refusal import Refusal

if TYPE_CHECKING:
    from docservice.office.means.records import JobRecord

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
    checked = fields.Integer(required=True, metadata={"description": "Letters that have been checked; never fewer"})
    done = fields.Integer(required=True, metadata={"description": "Letters that have been issued or refused"})
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


class OutcomeSchema(ma.Schema):
    """What came of one letter of a mailing. Neither result nor problem: it was checked, and not issued."""

    recipient = fields.String(allow_none=True, required=True)
    result = fields.Nested(ResultSchema, allow_none=True, required=True)
    number = fields.String(allow_none=True, required=True)
    problem = fields.Nested(JobProblemSchema, allow_none=True, required=True)


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
    outcomes = fields.List(
        fields.Nested(OutcomeSchema),
        metadata={"description": "Of letters: what came of each so far, in the order of recipients; not in lists"},
    )
    problem = fields.Nested(JobProblemSchema, allow_none=True)
    cancel_asked = fields.Boolean(required=True)
    attempts = fields.Integer(required=True)
    created_at = fields.DateTime(format="iso", required=True)
    started_at = fields.DateTime(format="iso", allow_none=True)
    finished_at = fields.DateTime(format="iso", allow_none=True)
    href = fields.String(required=True)


class JobQuerySchema(ma.Schema):
    status = fields.String(load_default=None, validate=validate.OneOf(JOB_STATES))
    kind = fields.String(load_default=None, validate=validate.OneOf(JOB_KINDS))
    case = fields.String(load_default=None, validate=validate.Length(min=1, max=100))
    cursor = Cursor(
        load_default=None,
        metadata={"type": "string", "description": "Go on here: the cursor of the answer before, as it is"},
    )
    per_page = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class JobPageSchema(ma.Schema):
    items = fields.List(fields.Nested(JobSchema), required=True)
    cursor = fields.String(required=True, allow_none=True, metadata={"description": "To go on; null at the end"})
    links = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


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


@blueprint.route("/jobs", methods=["GET"])
@requires("issue", "packets", "read")
@blueprint.arguments(JobQuerySchema, location="query")
@blueprint.response(200, JobPageSchema)
def find(query: dict[str, Any]) -> Any:
    """List jobs

    Newest first, by status, kind and case; ``Link`` and the body name the next page. A key sees its own jobs; one with
    the scope read sees all.
    """
    wanted((JSON,))
    cursor, size = query.pop("cursor"), query["per_page"]
    mine = None if access.scopes() & {"admin", "read"} else actor()
    found = office().jobs.listed(
        state=query["status"], kind=query["kind"], case=query["case"], by=mine, before=cursor, last=size + 1
    )
    following = Cursor.at(found[size - 1].position) if len(found) > size else None
    given = {name: value for name, value in {**query, "cursor": following}.items() if value is not None}
    links = {"next": f"{request.path}?{urlencode(given)}"} if following is not None else {}
    items = [JobSchema().dump(_plain(job)) for job in found[:size]]
    response = current_app.response_class(
        json.dumps({"items": items, "cursor": following, "links": links}), 200, mimetype=JSON
    )
    response.headers["Cache-Control"] = "no-store"
    if links:
        response.headers["Link"] = f'<{links["next"]}>; rel="next"'
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
    return _answer(office().jobs.cancel(visible(id).id, actor=actor()))


def visible(id: str, *scopes: str) -> JobRecord:
    """The job, if the caller queued it or has ``admin`` or one of ``scopes``; to others it is not there."""
    job = office().jobs.find(id)
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
    g.pop("pointer_base", None)
    g.pop("place_in_body", None)
    if job.kind == "packet":
        g.pointer_base = "/plan"
    refused = job.problem is not None or any(one.problem is not None for one in job.outcomes)
    if refused and office().jobs.is_by_case(job):
        g.place_in_body = place_in_case_order
    outcomes = [
        {
            "recipient": one.recipient,
            "result": _result(kind, endpoint, one.document) if one.document is not None else None,
            "number": one.number,
            "problem": _problem(one.problem),
        }
        for one in job.outcomes
    ]
    return {
        "id": job.id,
        "status": job.state,
        "kind": job.kind,
        "title": job.title,
        "case": job.case,
        "progress": {"checked": job.checked, "done": job.done, "total": job.total, "label": job.label},
        "results": [_result(kind, endpoint, id) for id in job.results],
        **({"outcomes": outcomes} if outcomes else {}),
        "problem": _problem(job.problem),
        "cancel_asked": job.cancel_asked,
        "attempts": job.attempts,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "href": url_for("jobs.read", id=job.id),
    }


def _result(kind: str, endpoint: str, id: str) -> dict[str, str]:
    return {"type": kind, "id": id, "href": url_for(endpoint, id=id)}


def _problem(refusal: Refusal | None) -> dict[str, Any] | None:
    if refusal is None:
        return None
    errors = {"errors": [describe(one) for one in refusal.problems]} if refusal.problems else {}
    return {"code": refusal.code, "detail": refusal.message, **errors}
