"""What goes in and comes out of the review of versions: proposals, assessments, comments, decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields as fields_of
from typing import Any, ClassVar

import marshmallow as ma
from flask import url_for
from marshmallow import fields, validate

from docservice.api.bodies import Files
from docservice.api.schemas import PlainDate, Strict
from docservice.office.means.remarks import Comment, Remark
from docservice.office.means.versions import VersionRecord
from docservice.office.review.looking import Standings, etag_of
from docservice.office.review.proposing import LONGEST_NOTE
from docservice.office.review.reviewing import LONGEST
from docservice.strict_fields import Flag
from docservice.wording.catalog.anchors import FoundAnchor

_STATES = ["draft", "in_review", "approved", "withdrawn"]
_STANDINGS = ["draft", "in_review", "scheduled", "in_force", "superseded", "withdrawn"]
_TEXT = validate.Length(max=LONGEST)


class VersionSchema(ma.Schema):
    """One frozen version of a template: its identity is the SHA-256 of its bundle."""

    template = fields.String(required=True)
    number = fields.Integer(required=True)
    status = fields.String(required=True, metadata={"enum": _STATES, "description": "What was decided about it"})
    standing = fields.String(required=True, metadata={"enum": _STANDINGS, "description": "What that means today"})
    etag = fields.String(required=True, metadata={"description": "For If-Match, also in the ETag header"})
    title = fields.String()
    document_type = fields.String()
    face = fields.String(metadata={"enum": ["letter", "handout"]})
    languages = fields.List(fields.String())
    note = fields.String(metadata={"description": "Why it was proposed"})
    based_on = fields.Integer(allow_none=True, metadata={"description": "The version it was made from"})
    author = fields.String()
    reviewer = fields.String(allow_none=True, metadata={"description": "Login of the account asked to look at it"})
    approver = fields.String(allow_none=True)
    effective_on = PlainDate(allow_none=True)
    sha256 = fields.String(required=True)
    created_at = fields.DateTime(format="iso")
    submitted_at = fields.DateTime(format="iso", allow_none=True)
    approved_at = fields.DateTime(format="iso", allow_none=True)
    withdrawn_at = fields.DateTime(format="iso", allow_none=True)
    withdrawn_by = fields.String(allow_none=True)
    withdrawn_reason = fields.String(allow_none=True)
    replacement = fields.Integer(allow_none=True, metadata={"description": "What took its place when it was withdrawn"})


class VersionListSchema(ma.Schema):
    items = fields.List(fields.Nested(VersionSchema), required=True)


class CopySchema(Strict):
    """A version of a template."""

    template = fields.String(required=True, validate=validate.Length(1, 60))
    version = fields.Integer(required=True, strict=True, validate=validate.Range(1, 10**6))


class ProposalSchema(Strict):
    """A proposed version. As multipart/form-data: the part ``proposal`` holds this object as JSON, and the file parts
    are the files, each under its path in the template folder, or one .zip of the folder."""

    part: ClassVar[str] = "proposal"
    files_field: ClassVar[str] = "files"

    note = fields.String(
        required=True,
        metadata={"minLength": 1, "maxLength": LONGEST_NOTE, "description": "Why: the reviewers read it first"},
    )
    based_on = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(1, 10**6),
        metadata={"description": "Files that are not sent are those of this version"},
    )
    replaces = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(1, 10**6),
        metadata={"description": "An earlier draft of one's own, which is withdrawn for this one"},
    )
    removes = fields.List(
        fields.String(validate=validate.Length(1, 300)),
        load_default=list,
        metadata={"description": "Files of the earlier version (samples, pictures) that this one does not have"},
    )
    new = Flag(load_default=False, metadata={"description": "A new template is meant: refused when the key is taken"})
    copy_of = fields.Nested(
        CopySchema,
        load_default=None,
        allow_none=True,
        metadata={"description": "Approved wording of another template, whose files hold where none are sent"},
    )
    files = Files(
        load_default=dict,
        metadata={"type": "object", "additionalProperties": {"type": "string", "format": "byte"}},
    )


class SubmitSchema(Strict):
    reviewer = fields.String(load_default=None, allow_none=True, metadata={"description": "Login of an account"})
    message = fields.String(load_default="", validate=_TEXT)


class SendBackSchema(Strict):
    reason = fields.String(required=True, validate=_TEXT, metadata={"minLength": 1})


class ApproveSchema(Strict):
    effective_on = PlainDate(required=True, metadata={"description": "In force from this day"})
    on_behalf_of = fields.String(
        required=True, metadata={"description": "Login of the person who approves: the account this key acts for"}
    )
    backdated = Flag(
        load_default=False,
        metadata={"description": "A date that is past, or before that of the version in force, is meant"},
    )
    confirmed = fields.List(
        fields.String(validate=validate.Length(1, 40)),
        load_default=list,
        validate=validate.Length(max=200),
        metadata={"description": "Ids of what its consequences ask to be confirmed (to_confirm)"},
    )


class _Replacement(fields.Field[Any]):
    """A version's number, or ``"none"``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if value == "none" or (isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**6):
            return value
        raise ma.ValidationError("Not a version's number, and not “none”.")


class WithdrawSchema(Strict):
    reason = fields.String(required=True, validate=_TEXT, metadata={"minLength": 1})
    on_behalf_of = fields.String(load_default=None, allow_none=True, metadata={"description": "As for approve"})
    replacement = _Replacement(
        load_default=None,
        allow_none=True,
        metadata={
            "oneOf": [{"type": "integer"}, {"type": "string", "enum": ["none"]}, {"type": "null"}],
            "description": "For a version in force: the version that then takes its place, or none",
        },
    )


class CommentInSchema(Strict):
    """A comment; without path and quote it is about the whole version."""

    path = fields.String(load_default="", metadata={"description": "Block path of a paragraph: penalties/p[1]"})
    quote = fields.String(load_default="", metadata={"description": "Words of the paragraph that are meant"})
    body = fields.String(required=True, validate=_TEXT, metadata={"minLength": 1})


class AnswerSchema(Strict):
    kind = fields.String(required=True, validate=validate.OneOf(("reply", "resolved", "reopened")))
    body = fields.String(load_default="", validate=_TEXT)


class ReviewEntrySchema(ma.Schema):
    """One thing said about a version. Nothing said is ever changed."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    about = fields.String(allow_none=True)
    path = fields.String()
    quote = fields.String()
    body = fields.String()
    author = fields.String(required=True)
    created_at = fields.DateTime(format="iso", required=True)


class CommentSchema(ma.Schema):
    """A comment with what came of it, and where it stands in the version asked about."""

    id = fields.String(required=True)
    body = fields.String(required=True)
    author = fields.String(required=True)
    created_at = fields.DateTime(format="iso", required=True)
    resolved = fields.Boolean(required=True)
    path = fields.String(metadata={"description": "Where it was made"})
    quote = fields.String()
    how = fields.String(metadata={"enum": ["same", "moved", "edited", "lost"]})
    now_at = fields.String(allow_none=True, metadata={"description": "Where it stands in this version"})
    answers = fields.List(fields.Nested(ReviewEntrySchema), required=True)


class CommentListSchema(ma.Schema):
    items = fields.List(fields.Nested(CommentSchema), required=True)


class CommentQuerySchema(ma.Schema):
    within = fields.Integer(
        load_default=None,
        validate=validate.Range(1, 10**6),
        metadata={"description": "Locate the comments in this version of the template instead"},
    )


class LintFindingSchema(ma.Schema):
    code = fields.String(required=True)
    severity = fields.String(required=True, metadata={"enum": ["error", "warning"]})
    message = fields.String(required=True)
    place = fields.String(required=True, metadata={"description": "file:line, or the sample, language and face"})


class ItemSchema(ma.Schema):
    """One thing that the document type, the town or the template asks for, and where it stands."""

    kind = fields.String(required=True, metadata={"enum": ["block", "statement"]})
    name = fields.String(required=True)
    title = fields.String()
    required_by = fields.List(fields.String())
    citation = fields.String()
    status = fields.String(required=True, metadata={"enum": ["there", "conditional", "missing"]})
    path = fields.String(allow_none=True, metadata={"description": "Block path"})
    place = fields.String(allow_none=True, metadata={"description": "file:line"})


class ChecklistSchema(ma.Schema):
    document_type = fields.String()
    rules = fields.String(metadata={"description": "The edition of the town's rules"})
    items = fields.List(fields.Nested(ItemSchema), required=True)


class SampleSchema(ma.Schema):
    name = fields.String()
    language = fields.String()
    face = fields.String()
    findings = fields.List(fields.Nested(LintFindingSchema))


class BreakSchema(ma.Schema):
    kind = fields.String(metadata={"enum": ["field", "language", "block"]})
    name = fields.String()
    message = fields.String()


class ClientSchema(ma.Schema):
    """Somebody who issued documents from this template."""

    actor = fields.String(required=True)
    documents = fields.Integer(required=True)
    last_issued_at = fields.DateTime(format="iso", required=True)


class AssessmentSchema(ma.Schema):
    """Is it fit to be approved? With an error among the findings it cannot be."""

    template = fields.String(required=True)
    number = fields.Integer(required=True)
    sha256 = fields.String(required=True)
    findings = fields.List(fields.Nested(LintFindingSchema), required=True)
    checklist = fields.Nested(ChecklistSchema, required=True)
    samples = fields.List(fields.Nested(SampleSchema), required=True)
    against = fields.Integer(allow_none=True, metadata={"description": "The version in force that it is held to"})
    breaks = fields.List(fields.Nested(BreakSchema), required=True, metadata={"description": "What may stop an order"})
    clients = fields.List(fields.Nested(ClientSchema), required=True)
    open_comments = fields.Integer(required=True, metadata={"description": "Comments not resolved"})
    milliseconds = fields.Float()


class ApprovedSchema(VersionSchema):
    """An approved version, and what its assessment warned of."""

    warnings = fields.List(fields.Nested(LintFindingSchema), required=True)
    open_comments = fields.Integer(required=True)


class AssessmentQuerySchema(ma.Schema):
    on = PlainDate(load_default=None, metadata={"description": "As if it took force on this day; today"})


class ParagraphSchema(ma.Schema):
    path = fields.String(required=True)
    text = fields.String(required=True)
    place = fields.String()


class MarkSchema(ma.Schema):
    kind = fields.String(metadata={"enum": ["block", "statement"]})
    name = fields.String()
    path = fields.String()
    place = fields.String()
    conditional = fields.Boolean()


class OutlineSchema(ma.Schema):
    """The English wording in order, with fields shown by name: what comments are anchored to."""

    paragraphs = fields.List(fields.Nested(ParagraphSchema), required=True)
    marks = fields.List(fields.Nested(MarkSchema), required=True)


class AuditLineSchema(ma.Schema):
    sequence = fields.Integer(required=True)
    at = fields.DateTime(format="iso", required=True)
    actor = fields.String(required=True)
    action = fields.String(required=True)
    subject = fields.String(required=True)
    detail = fields.Dict()
    sha256 = fields.String(required=True)


class AuditSchema(ma.Schema):
    items = fields.List(fields.Nested(AuditLineSchema), required=True)


class AuditQuerySchema(ma.Schema):
    last = fields.Integer(load_default=100, validate=validate.Range(1, 1000))


def version_body(one: Standings) -> dict[str, Any]:
    """A version as the API gives it."""
    values = {field.name: getattr(one.version, field.name) for field in fields_of(VersionRecord)}
    return {**values, "standing": one.standing, "etag": etag_of(one.version)}


def version_answer(one: Standings, status: int = 200) -> tuple[dict[str, Any], int, dict[str, str]]:
    """A version with its ETag and Location."""
    version = one.version
    location = url_for("templates.version", key=version.template, number=version.number)
    headers = {"ETag": f'"{etag_of(version)}"', "Location": location, "Cache-Control": "no-cache"}
    return version_body(one), status, headers


def entry_body(entry: Remark) -> dict[str, Any]:
    """Something said, as the API gives it."""
    return {
        "id": entry.id, "kind": entry.kind, "about": entry.about, "path": entry.anchor.path,
        "quote": entry.anchor.quote, "body": entry.body, "author": entry.author, "created_at": entry.created_at,
    }  # fmt: skip


def comment_bodies(located: Sequence[tuple[Comment, FoundAnchor]]) -> list[dict[str, Any]]:
    """Comments, as the API gives them."""
    return [
        {
            "id": comment.id, "body": comment.body, "author": comment.author, "created_at": comment.created_at,
            "resolved": comment.resolved, "path": comment.anchor.path, "quote": comment.anchor.quote,
            "how": found.how, "now_at": found.paragraph.path if found.paragraph is not None else None,
            "answers": [entry_body(entry) for entry in comment.answers],
        }
        for comment, found in located
    ]  # fmt: skip
