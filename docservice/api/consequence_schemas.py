"""What approving a version does, as the API gives it."""

from __future__ import annotations

from dataclasses import fields as fields_of
from typing import Any

import marshmallow as ma
from marshmallow import fields

from docservice.api.review_schemas import LintFindingSchema
from docservice.api.schemas import PlainDate
from docservice.office.review.consequences import NUMBER_KINDS, Consequences


class ChangedNumberSchema(ma.Schema):
    """A number of the wording that is another one now."""

    kind = fields.String(required=True, metadata={"enum": [*NUMBER_KINDS]})
    was = fields.String(required=True, metadata={"description": "Empty where there was none"})
    now = fields.String(required=True, metadata={"description": "Empty where there is none"})
    sentence = fields.String(required=True)
    where = fields.String(required=True)


class UndoingSchema(ma.Schema):
    """On a day one version takes another's place, and changes of that are gone."""

    id = fields.String(required=True)
    earlier = fields.Integer(required=True)
    later = fields.Integer(required=True)
    on = PlainDate(required=True)
    changes = fields.List(fields.String(), required=True)


class LanguageChangeSchema(ma.Schema):
    """A language that stops on the day, or starts."""

    language = fields.String(required=True)
    starts = fields.Boolean(required=True)
    sentences = fields.Integer(required=True, metadata={"description": "How many need a translation"})
    named = fields.Boolean(required=True, metadata={"description": "Whether the version names the language at all"})


class OpenCommentSchema(ma.Schema):
    number = fields.Integer(required=True, metadata={"description": "The version that it is on"})
    id = fields.String(required=True)
    body = fields.String(required=True)
    author = fields.String(required=True)
    created_at = fields.DateTime(format="iso", required=True)
    how = fields.String(required=True, metadata={"enum": ["same", "moved", "edited", "lost"]})
    now_at = fields.String(required=True, allow_none=True)


class ReturnedSchema(ma.Schema):
    """A version was sent back to its author."""

    number = fields.Integer(required=True)
    by = fields.String(required=True)
    at = fields.DateTime(format="iso", required=True)
    reason = fields.String(required=True)


class WithdrawnBaseSchema(ma.Schema):
    number = fields.Integer(required=True)
    by = fields.String(required=True, allow_none=True)
    at = fields.DateTime(format="iso", required=True, allow_none=True)
    reason = fields.String(required=True)


class ToConfirmSchema(ma.Schema):
    """What approving asks to be confirmed, by its id."""

    id = fields.String(required=True)
    code = fields.String(required=True, metadata={"enum": ["template.undoes", "wording.number"]})
    message = fields.String(required=True)


class ConsequencesSchema(ma.Schema):
    """What approving a version for a day does."""

    template = fields.String(required=True)
    number = fields.Integer(required=True)
    sha256 = fields.String(required=True)
    effective_on = PlainDate(required=True)
    against = fields.Integer(
        required=True, allow_none=True, metadata={"description": "The version in force on that day without it"}
    )
    followed_by = fields.Integer(required=True, allow_none=True, metadata={"description": "What takes its place"})
    until = PlainDate(required=True, allow_none=True, metadata={"description": "The day from which it does"})
    obstacle = fields.String(required=True, metadata={"description": "Why that day cannot be taken as it is, or empty"})
    obstacle_code = fields.String(required=True)
    numbers = fields.List(fields.Nested(ChangedNumberSchema), required=True)
    changes = fields.List(fields.String(), required=True, metadata={"description": "In the order of the wording"})
    undoes = fields.List(fields.Nested(UndoingSchema), required=True)
    languages = fields.List(fields.Nested(LanguageChangeSchema), required=True)
    open_comments = fields.List(fields.Nested(OpenCommentSchema), required=True)
    sent_back = fields.List(fields.Nested(ReturnedSchema), required=True)
    withdrawn_bases = fields.List(fields.Nested(WithdrawnBaseSchema), required=True)
    wrong_numbers = fields.List(
        fields.Nested(LintFindingSchema),
        required=True,
        metadata={"description": "The town's rules say otherwise"},
    )
    to_confirm = fields.List(fields.Nested(ToConfirmSchema), required=True)


def consequences_body(found: Consequences) -> dict[str, Any]:
    """Consequences as the API gives them."""
    values = {field.name: getattr(found, field.name) for field in fields_of(Consequences)}
    comments = [
        {
            "number": one.number, "id": one.comment.id, "body": one.comment.body, "author": one.comment.author,
            "created_at": one.comment.created_at, "how": one.found.how,
            "now_at": one.found.paragraph.path if one.found.paragraph is not None else None,
        }
        for one in found.open_comments
    ]  # fmt: skip
    return {**values, "open_comments": comments}
