"""What goes in and comes out of notices: a notice with its copies, what adds to it, what corrects it."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from docservice.api.problems import ErrorItemSchema
from docservice.api.schemas import (
    SHORT,
    DocumentSchema,
    FindingSchema,
    OnceSchema,
    OrderSchema,
    PlainDate,
)
from docservice.office.means.choices import CORRECTIONS, JOB_MODES, STATUSES


class NoticeOrderSchema(OrderSchema, OnceSchema):
    """An order for a notice: as for a document, and to whom it goes."""

    template = fields.String(load_default=None, allow_none=True, validate=SHORT)
    type = fields.String(
        load_default=None,
        allow_none=True,
        validate=SHORT,
        metadata={"description": "A document type, in place of the template, where one template makes it"},
    )
    recipients = fields.Raw(
        load_default="all",
        metadata={
            "oneOf": [
                {"type": "string", "enum": ["all"]},
                {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 500},
            ],
            "description": "all, or the ids of parties: the first gets copy 1",
        },
    )
    mode = fields.String(
        load_default="all_or_none",
        validate=validate.OneOf(JOB_MODES),
        metadata={"description": "all_or_none, or each: who is refused keeps their copy, the others go out"},
    )
    dry_run = fields.Boolean(load_default=False, metadata={"description": "Only tell what would hinder it"})

    @ma.validates_schema(skip_on_field_errors=True)
    def one_kind(self, data: dict[str, Any], **_: Any) -> None:
        if (data.get("template") is None) is (data.get("type") is None):
            raise ma.ValidationError("Name the template, or the type.", "template")
        if data.get("recipient") is not None:
            raise ma.ValidationError("Name them under recipients.", "recipient")
        named = data.get("recipients")
        if named == "all":
            return
        if not isinstance(named, list) or not 1 <= len(named) <= 500 or not all(isinstance(one, str) for one in named):
            raise ma.ValidationError("“all”, or a list of at most 500 ids of parties.", "recipients")
        if len(set(named)) != len(named):
            raise ma.ValidationError("One party is named twice.", "recipients")


class NoticeCopyOrderSchema(OrderSchema, OnceSchema):
    """An order for one more copy: to whom, and by which facts. The template and the subject are the notice's."""

    template = fields.String(load_default="", metadata={"description": "Not needed: it is the notice's"})


class PrintingOrderSchema(NoticeCopyOrderSchema):
    """An order to print a copy again. Without facts it is printed by those of the printing before, with new dates."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=1000))

    @ma.validates_schema(skip_on_field_errors=False, pass_original=True)
    def facts_from_one_place(self, data: dict[str, Any], given: dict[str, Any], **_: Any) -> None:
        if given.get("casefile") is not None and given.get("case") is not None:
            raise ma.ValidationError("Send the casefile, or the number of a case on record as case.", "casefile")


class NoticeCorrectionSchema(OrderSchema, OnceSchema):
    """The order for the notice that takes this one's place, for all who have a copy in force, and why."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=1000))
    correction = fields.String(
        load_default="substantive",
        validate=validate.OneOf(CORRECTIONS),
        metadata={"description": "clerical: keeps printed dates; no date, amount, section, person or site may change"},
    )

    @ma.validates_schema(skip_on_field_errors=True)
    def for_all(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("recipient") is not None:
            raise ma.ValidationError("A correction goes to all who have a copy in force.", "recipient")


class NoticeCopySchema(ma.Schema):
    """One copy of a notice: to whom, and its printings, the first one first."""

    copy = fields.Integer(required=True)
    recipient = fields.String(required=True, allow_none=True)
    recipient_name = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    printings = fields.List(fields.Nested(DocumentSchema), required=True)
    translations = fields.List(fields.Nested(DocumentSchema), required=True)


class RefusedCopySchema(ma.Schema):
    """Who got no copy, and why."""

    recipient = fields.String(required=True, allow_none=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)
    errors = fields.List(fields.Nested(ErrorItemSchema))


class NoticeSchema(ma.Schema):
    """A notice with its copies. ``sent_to`` are the ids of all who get one, by their copies."""

    number = fields.String(required=True)
    case = fields.String(required=True)
    template = fields.String(required=True)
    title = fields.String(required=True)
    about = fields.String(required=True, allow_none=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    issued_on = PlainDate(required=True)
    sent_to = fields.List(fields.String(), required=True)
    copies = fields.List(fields.Nested(NoticeCopySchema), required=True)
    refused = fields.List(fields.Nested(RefusedCopySchema), metadata={"description": "With mode: each"})
    etag = fields.String(metadata={"description": "For If-Match, also in the ETag header"})


class HinderedSchema(ma.Schema):
    """What would hinder a copy: errors refuse it."""

    recipient = fields.String(required=True, allow_none=True)
    may = fields.Boolean(required=True)
    findings = fields.List(fields.Nested(FindingSchema), required=True)


class DryRunSchema(ma.Schema):
    recipients = fields.List(fields.Nested(HinderedSchema), required=True)
