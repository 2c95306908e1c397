"""/api/v1/town/editions: the town's rules, proposed, read, compared, approved by somebody else."""

from __future__ import annotations

from typing import Any, ClassVar

import marshmallow as ma
from flask import url_for
from marshmallow import fields, validate

from docservice.api.access import person, requires, reviewer, scopes
from docservice.api.blueprint import Blueprint
from docservice.api.bodies import Files, multipart
from docservice.api.negotiation import JSON, wanted
from docservice.api.schemas import PlainDate, Strict
from docservice.api.wiring import office
from docservice.office.rules.rules import LONGEST, Edition
from docservice.refusal import Refusal

blueprint = Blueprint("editions", __name__, url_prefix="/api/v1", description="The town's rules: editions of the pack")

_STANDINGS = ["proposed", "sent_back", "scheduled", "in_force", "superseded"]
EDITION = "/town/editions/<int(max=999999):number>"


class EditionSchema(ma.Schema):
    """One edition of the town's rules; its text never changes."""

    number = fields.Integer(required=True)
    key = fields.String(required=True, metadata={"description": "Of the town"})
    version = fields.String(required=True, metadata={"description": "As the pack calls it"})
    standing = fields.String(required=True, metadata={"enum": _STANDINGS, "description": "Today"})
    origin = fields.String(
        required=True,
        metadata={
            "enum": ["proposed", "set_up", "before_approval"],
            "description": "By proposal, with a fresh home, or in force before approval was kept",
        },
    )
    note = fields.String(required=True, metadata={"description": "Why it was proposed"})
    proposed_by = fields.String(required=True)
    proposed_at = fields.DateTime(required=True)
    effective_on = fields.Date(required=True, allow_none=True, metadata={"description": "In force from this day"})
    decided_by = fields.String(required=True, allow_none=True)
    decided_at = fields.DateTime(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True, metadata={"description": "Why it was sent back"})
    sha256 = fields.String(required=True, metadata={"description": "Of its files, packed; documents pin it"})


class EditionListSchema(ma.Schema):
    items = fields.List(fields.Nested(EditionSchema), required=True)


class SentenceSchema(ma.Schema):
    group = fields.String(required=True, metadata={"example": "deadlines"})
    name = fields.String(required=True, metadata={"example": "cure"})
    text = fields.String(required=True)


class ReadEditionSchema(EditionSchema):
    """An edition, and everything it says."""

    sentences = fields.List(fields.Nested(SentenceSchema), required=True)


class RuleChangeSchema(ma.Schema):
    group = fields.String(required=True)
    name = fields.String(required=True)
    old = fields.String(required=True, metadata={"description": "Empty for what is new"})
    new = fields.String(required=True, metadata={"description": "Empty for what is gone"})


class ExampleOutcomeSchema(ma.Schema):
    case = fields.String(required=True, metadata={"description": "An example case"})
    document = fields.String(required=True)
    what = fields.String(required=True, metadata={"description": "A date or an amount", "example": "contest-by"})
    old = fields.String(required=True)
    new = fields.String(required=True)
    differs = fields.Boolean(required=True)


class ComparisonSchema(ma.Schema):
    """What an edition says otherwise than another, and what the example cases come to under both."""

    old = fields.String(required=True)
    new = fields.String(required=True)
    changes = fields.List(fields.Nested(RuleChangeSchema), required=True)
    outcomes = fields.List(fields.Nested(ExampleOutcomeSchema), required=True)


class ComparisonQuerySchema(ma.Schema):
    against = fields.Integer(
        load_default=None, validate=validate.Range(1, 10**6 - 1),
        metadata={"description": "The number of another edition; without it, the one in force"},
    )  # fmt: skip


class EditionProposalSchema(Strict):
    """A proposed edition: the files of a pack. As multipart/form-data, the part ``proposal`` holds this as JSON."""

    part: ClassVar[str] = "proposal"
    files_field: ClassVar[str] = "files"

    note = fields.String(
        required=True,
        metadata={"minLength": 1, "maxLength": LONGEST, "description": "Why: who approves reads it first"},
    )
    files = Files(
        load_default=dict,
        metadata={"type": "object", "additionalProperties": {"type": "string", "format": "byte"}},
    )


class ApproveEditionSchema(Strict):
    effective_on = PlainDate(required=True, metadata={"description": "In force from this day, today or later"})
    on_behalf_of = fields.String(
        required=True, metadata={"description": "Login of the person who approves: the account this key acts for"}
    )


class SendBackEditionSchema(Strict):
    reason = fields.String(required=True, metadata={"minLength": 1, "maxLength": LONGEST})


@blueprint.route("/town/editions", methods=["GET"])
@requires("review", "approve", "read")
@blueprint.response(200, EditionListSchema)
def find() -> Any:
    """List the editions of the town's rules"""
    wanted((JSON,))
    return {"items": [_body(one) for one in office().review.rules.editions()]}


@blueprint.route("/town/editions", methods=["POST"])
@requires("review")
@blueprint.doc(requestBody=multipart("proposal", "files"))
@blueprint.arguments(EditionProposalSchema, location="json")
@blueprint.response(201, EditionSchema)
def propose(body: dict[str, Any]) -> Any:
    """Propose an edition

    Every mistake in the files is told at once, with file and line. It changes nothing until somebody else approves it.
    The same text again is the edition that it is, so that a request may be repeated. The key acts for a person.
    """
    wanted((JSON,))
    made = office().review.rules.propose(body["files"], note=body["note"], actor=reviewer())
    return _body(made), 201, {"Location": url_for("editions.read", number=made.record.number)}


@blueprint.route(EDITION, methods=["GET"])
@requires("review", "approve", "read")
@blueprint.response(200, ReadEditionSchema)
def read(number: int) -> Any:
    """Read an edition, as sentences"""
    wanted((JSON,))
    found = office().review.rules.edition(number)
    return {**_body(found), "sentences": office().review.rules.sentences(number)}


@blueprint.route(f"{EDITION}/changes", methods=["GET"])
@requires("review", "approve", "read")
@blueprint.arguments(ComparisonQuerySchema, location="query")
@blueprint.response(200, ComparisonSchema)
def compare(query: dict[str, Any], number: int) -> Any:
    """What does an edition change?

    Sentence by sentence against the one in force (or another), and the dates and amounts of the example cases under
    both.
    """
    wanted((JSON,))
    return office().review.rules.compare(number, query["against"])


@blueprint.route(f"{EDITION}/approve", methods=["POST"])
@requires("approve")
@blueprint.arguments(ApproveEditionSchema, location="json")
@blueprint.response(200, EditionSchema)
def approve(body: dict[str, Any], number: int) -> Any:
    """Approve an edition

    By a person whose role the rules in force name, never by who proposed it.
    """
    wanted((JSON,))
    made = office().review.rules.approve(number, effective_on=body["effective_on"], actor=person(body["on_behalf_of"]))
    return _body(made)


@blueprint.route(f"{EDITION}/send-back", methods=["POST"])
@requires("review", "approve")
@blueprint.arguments(SendBackEditionSchema, location="json")
@blueprint.response(200, EditionSchema)
def send_back(body: dict[str, Any], number: int) -> Any:
    """Send a proposed edition back

    Or one that is approved, before its day: as who may approve, with the scope approve.
    """
    wanted((JSON,))
    if office().review.rules.edition(number).standing == "scheduled" and not scopes() & {"approve", "admin"}:
        message = "This edition is approved. To send it back a key needs the scope approve."
        raise Refusal("access.scope_missing", message, kind="forbidden")
    return _body(office().review.rules.send_back(number, reason=body["reason"], actor=reviewer()))


def _body(edition: Edition) -> dict[str, Any]:
    record = edition.record
    return {name: getattr(record, name) for name in EditionSchema().fields if name != "standing"} | {
        "standing": edition.standing
    }
