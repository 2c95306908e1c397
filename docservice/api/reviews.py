"""/api/v1/templates/{key}/versions: propose, submit, comment, send back, approve, withdraw; and a template's audit.

A key acts for the account that it is bound to, else as a system. Approving, and withdrawing what was approved, takes a
person: the request names the account, and it must be the key's own.
"""

from __future__ import annotations

from typing import Any

from flask import url_for

from docservice.api.access import person, requires, reviewer, scopes
from docservice.api.blueprint import Blueprint
from docservice.api.bodies import multipart
from docservice.api.conditional import require_version
from docservice.api.consequence_schemas import ConsequencesSchema, consequences_body
from docservice.api.negotiation import JSON, wanted
from docservice.api.review_schemas import (
    AnswerSchema,
    ApprovedSchema,
    ApproveSchema,
    AssessmentQuerySchema,
    AssessmentSchema,
    AuditQuerySchema,
    AuditSchema,
    CommentInSchema,
    CommentListSchema,
    CommentQuerySchema,
    OutlineSchema,
    ProposalSchema,
    ReviewEntrySchema,
    SendBackSchema,
    SubmitSchema,
    VersionSchema,
    WithdrawSchema,
    comment_bodies,
    entry_body,
    version_answer,
)
from docservice.api.wiring import office
from docservice.office.means.versions import VersionRecord
from docservice.office.review.proposing import Proposal, unzip
from docservice.refusal import Refusal

blueprint = Blueprint("reviews", __name__, url_prefix="/api/v1", description="Wording: proposed, reviewed, approved")

IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "schema": {"type": "string"},
    "description": "The ETag of the version as you saw it, or its sha256",
}
VERSION = "/templates/<string:key>/versions/<int(max=999999):number>"


@blueprint.route("/templates/<string:key>/versions", methods=["POST"])
@requires("review")
@blueprint.doc(requestBody=multipart("proposal", "files"))
@blueprint.arguments(ProposalSchema, location="json")
@blueprint.response(201, VersionSchema)
def propose(body: dict[str, Any], key: str) -> Any:
    """Propose a version

    It becomes a draft with a number of its own, whose text never changes. The same text again is the same version, so
    that a request may be repeated.
    """
    wanted((JSON,))
    files = dict(body["files"])
    if len(files) == 1 and next(iter(files)).lower().endswith(".zip"):
        files = unzip(next(iter(files.values())))
    copied = (body["copy_of"]["template"], body["copy_of"]["version"]) if body["copy_of"] is not None else None
    proposal = Proposal(
        key, files, body["note"], body["based_on"], body["replaces"], frozenset(body["removes"]), body["new"], copied
    )  # fmt: skip
    record = office().review.propose(proposal, actor=reviewer())
    return version_answer(office().review.version(key, record.number), 201)


@blueprint.route(f"{VERSION}/assessment", methods=["GET"])
@requires("review", "approve", "read")
@blueprint.arguments(AssessmentQuerySchema, location="query")
@blueprint.response(200, AssessmentSchema)
def assessment(query: dict[str, Any], key: str, number: int) -> Any:
    """Is it fit to be approved?

    Lint, the statutory checklist, every sample in every language and face, what it would break and for whom. It is
    computed while you wait, in a few seconds.
    """
    wanted((JSON,))
    return office().review.assess(key, number, query["on"])


@blueprint.route(f"{VERSION}/consequences", methods=["GET"])
@requires("review", "approve", "read")
@blueprint.arguments(AssessmentQuerySchema, location="query")
@blueprint.response(200, ConsequencesSchema)
def consequences(query: dict[str, Any], key: str, number: int) -> Any:
    """What does approving it do?

    For a day: what changes against the version in force then, numbers first; what it takes away of other versions, or
    they of it; languages that stop; open comments; why drafts were sent back; and what approving asks to be confirmed.
    """
    wanted((JSON,))
    return consequences_body(office().review.consequences(key, number, query["on"]))


@blueprint.route(f"{VERSION}/outline", methods=["GET"])
@requires("review", "approve", "read")
@blueprint.response(200, OutlineSchema)
def outline(key: str, number: int) -> Any:
    """Read the wording, paragraph by paragraph"""
    wanted((JSON,))
    return office().review.outline(key, number)


@blueprint.route(f"{VERSION}/comments", methods=["GET"])
@requires("review", "approve", "read")
@blueprint.arguments(CommentQuerySchema, location="query")
@blueprint.response(200, CommentListSchema)
def comments(query: dict[str, Any], key: str, number: int) -> Any:
    """List the comments on a version, and where they stand"""
    wanted((JSON,))
    return {"items": comment_bodies(office().review.located(key, number, query["within"]))}


@blueprint.route(f"{VERSION}/comments", methods=["POST"])
@requires("review", "approve")
@blueprint.arguments(CommentInSchema, location="json")
@blueprint.response(201, ReviewEntrySchema)
def comment(body: dict[str, Any], key: str, number: int) -> Any:
    """Comment on a paragraph

    The same words at the same place, while they are open, are the same comment: a request may be repeated.
    """
    wanted((JSON,))
    entry = office().review.comment(key, number, actor=reviewer(), **body)
    location = url_for("reviews.comments", key=key, number=number)
    return entry_body(entry), 201, {"Location": location}


@blueprint.route(f"{VERSION}/comments/<string:id>/answers", methods=["POST"])
@requires("review", "approve")
@blueprint.arguments(AnswerSchema, location="json")
@blueprint.response(201, ReviewEntrySchema)
def answer(body: dict[str, Any], key: str, number: int, id: str) -> Any:
    """Reply to a comment, resolve it, or open it again"""
    wanted((JSON,))
    entry = office().review.answer(key, number, id, body["kind"], body=body["body"], actor=reviewer())
    return entry_body(entry), 201


@blueprint.route(f"{VERSION}/submit", methods=["POST"])
@requires("review")
@blueprint.doc(parameters=[IF_MATCH])
@blueprint.arguments(SubmitSchema, location="json")
@blueprint.response(200, VersionSchema)
def submit(body: dict[str, Any], key: str, number: int) -> Any:
    """Put a draft before its reviewers

    Refused (template.not_ready) while lint or the checklist has an error.
    """
    wanted((JSON,))
    office().review.submit(key, number, actor=reviewer(), seen=require_version, **body)
    return version_answer(office().review.version(key, number))


@blueprint.route(f"{VERSION}/send-back", methods=["POST"])
@requires("review", "approve")
@blueprint.doc(parameters=[IF_MATCH])
@blueprint.arguments(SendBackSchema, location="json")
@blueprint.response(200, VersionSchema)
def send_back(body: dict[str, Any], key: str, number: int) -> Any:
    """Send a version back to its author"""
    wanted((JSON,))
    office().review.send_back(key, number, actor=reviewer(), seen=require_version, **body)
    return version_answer(office().review.version(key, number))


@blueprint.route(f"{VERSION}/approve", methods=["POST"])
@requires("approve")
@blueprint.doc(parameters=[IF_MATCH])
@blueprint.arguments(ApproveSchema, location="json")
@blueprint.response(200, ApprovedSchema)
def approve(body: dict[str, Any], key: str, number: int) -> Any:
    """Approve a version

    By a person whose role the town's rules name, never by its author, and only when its assessment has no error
    (template.not_ready). What its consequences ask to be confirmed, ``confirmed`` names by id; else it is refused
    (template.unconfirmed) with each. What the assessment warns of comes along.
    """
    wanted((JSON,))
    _, passed = office().review.approve(
        key, number, effective_on=body["effective_on"], backdated=body["backdated"], confirmed=body["confirmed"],
        actor=person(body["on_behalf_of"]), seen=require_version,
    )  # fmt: skip
    body_of, status, headers = version_answer(office().review.version(key, number))
    return {**body_of, "warnings": passed.warnings, "open_comments": passed.open_comments}, status, headers


@blueprint.route(f"{VERSION}/withdraw", methods=["POST"])
@requires("approve", "review")
@blueprint.doc(parameters=[IF_MATCH])
@blueprint.arguments(WithdrawSchema, location="json")
@blueprint.response(200, VersionSchema)
def withdraw(body: dict[str, Any], key: str, number: int) -> Any:
    """Withdraw a version for good

    A draft of one's own; or, as its approver, any version. For one in force, ``replacement`` says what takes its place.
    """
    wanted((JSON,))
    named = body["on_behalf_of"]

    def seen(version: VersionRecord) -> None:
        require_version(version)
        if version.status == "approved" and not scopes() & {"approve", "admin"}:
            message = "Withdrawing what was approved needs the scope approve."
            raise Refusal("access.scope_missing", message, kind="forbidden")

    office().review.withdraw(
        key, number, reason=body["reason"], replacement=body["replacement"],
        actor=person(named) if named is not None else reviewer(), seen=seen,
    )  # fmt: skip
    return version_answer(office().review.version(key, number))


@blueprint.route("/templates/<string:key>/audit", methods=["GET"])
@requires("review", "approve", "read")
@blueprint.arguments(AuditQuerySchema, location="query")
@blueprint.response(200, AuditSchema)
def audit(query: dict[str, Any], key: str) -> Any:
    """The audit trail of a template, newest first"""
    wanted((JSON,))
    return {"items": office().review.trail(key, query["last"])}
