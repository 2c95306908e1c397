"""What goes in and comes out of cases on record: the case, its list, what happened, the feed."""

from __future__ import annotations

from typing import Any, get_args

import marshmallow as ma
from marshmallow import fields, validate

from docservice.api.due_schemas import CaseChangesSchema, DueItemSchema
from docservice.api.pages import CursorPageSchema, CursorQuerySchema
from docservice.api.schemas import SHORT, FindingSchema, OnceSchema, PlainDate, Strict
from docservice.office.cases.happening import TYPES
from docservice.office.means.choices import CASE_STATUSES, VERDICTS
from docservice.town.debts import DebtEntryKind


def _dollars(description: str = "Dollars") -> fields.Decimal:
    """Money as text with its cents, as the casefile has it."""
    return fields.Decimal(2, as_string=True, required=True, metadata={"type": "string", "description": description})


class CaseSummarySchema(ma.Schema):
    """A case on record."""

    number = fields.String(required=True, metadata={"example": "CE-2026-0231"})
    title = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(CASE_STATUSES))
    opened_on = PlainDate(required=True)
    closed_on = PlainDate(required=True, allow_none=True)
    revision = fields.Integer(required=True, metadata={"description": "Of its facts; orders pin one"})
    merged_into = fields.String(required=True, allow_none=True, metadata={"description": "The case that goes on"})
    created_at = fields.DateTime(format="iso", required=True)
    changed_at = fields.DateTime(format="iso", required=True)


class CaseOnRecordSchema(CaseSummarySchema):
    """A case with its facts, what the register knows put in."""

    etag = fields.String(required=True, metadata={"description": "For If-Match, also in the ETag header"})
    casefile = fields.Dict(required=True, metadata={"description": "The facts: docs/casefile.md"})
    findings = fields.List(
        fields.Nested(FindingSchema),
        required=True,
        metadata={"description": "What papers in force and the facts say otherwise than each other"},
    )
    outcome = fields.String(
        required=True,
        validate=validate.OneOf(("read", "created", "changed", "unchanged")),
        metadata={"description": "What this request came to"},
    )
    changes = fields.Nested(
        CaseChangesSchema, required=True, allow_none=True,
        metadata={"description": "What a write changed in due dates and next steps; null where nothing was written"},
    )  # fmt: skip


class CaseQuerySchema(CursorQuerySchema):
    q = fields.String(
        load_default=None,
        validate=SHORT,
        metadata={"description": "Words: parts of a number, title, site, parcel, or a party's name or address"},
    )
    number = fields.String(load_default=None, validate=SHORT, metadata={"description": "However it is typed"})
    status = fields.String(load_default=None, validate=validate.OneOf(CASE_STATUSES))


class CasePageSchema(CursorPageSchema):
    items = fields.List(fields.Nested(CaseSummarySchema), required=True)


class CaseReadQuerySchema(Strict):
    on = PlainDate(load_default=None, metadata={"description": "With what the register knew on this day; today"})
    revision = fields.Integer(
        load_default=None, validate=validate.Range(1, 10**9), metadata={"description": "Of the facts; the newest"}
    )


class CaseEventOrderSchema(OnceSchema):
    """Something that happened in a case."""

    type = fields.String(required=True, validate=validate.OneOf(TYPES))
    on = PlainDate(required=True, metadata={"description": "The day on which it happened"})
    subject = fields.String(
        required=True,
        validate=SHORT,
        metadata={"description": "What it is about: an id of the casefile, or the number of a document or case"},
    )
    data = fields.Dict(
        load_default=dict, metadata={"description": "What the type asks for: docs/cases.md", "type": "object"}
    )
    corrects = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(1, 2**53),
        metadata={"description": "The position of the event in whose place this one is put"},
    )
    reason = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(min=1, max=1000),
        metadata={"description": "Of a correction: why"},
    )


class CaseEventSchema(ma.Schema):
    """Something that happened in a case, as it was told."""

    position = fields.Integer(required=True, metadata={"description": "In the order of record"})
    case = fields.String(required=True)
    type = fields.String(required=True, validate=validate.OneOf(TYPES))
    on = PlainDate(required=True)
    subject = fields.String(required=True)
    data = fields.Dict(required=True)
    at = fields.DateTime(format="iso", required=True)
    actor = fields.String(required=True, metadata={"description": "Who told it"})
    corrects = fields.Integer(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    corrected_by = fields.Integer(required=True, allow_none=True, metadata={"description": "It holds no longer"})


class CaseEventListSchema(ma.Schema):
    items = fields.List(fields.Nested(CaseEventSchema), required=True)


class NextReasonSchema(ma.Schema):
    """Why a document may not go out, or what a person must say first."""

    code = fields.String(required=True, metadata={"example": "procedure.requires"})
    message = fields.String(required=True)
    starts = PlainDate(required=True, allow_none=True, metadata={"description": "From when it would hold, if ever"})
    asks = fields.Boolean(required=True, metadata={"description": "The facts leave it open: a person decides"})
    place = fields.String(required=True, metadata={"description": "JSON pointer into the casefile, or empty"})


class NextStepSchema(ma.Schema):
    """A document that the case could call for, and whether it may go out."""

    document_type = fields.String(required=True)
    about = fields.String(required=True, allow_none=True)
    recipient = fields.String(required=True, allow_none=True)
    verdict = fields.String(required=True, attribute="answer.verdict", validate=validate.OneOf(VERDICTS))
    starts = PlainDate(
        required=True, allow_none=True, attribute="answer.starts", metadata={"description": "The day from which it may"}
    )
    reasons = fields.List(fields.Nested(NextReasonSchema), required=True, attribute="answer.reasons")


class OwedPaperSchema(ma.Schema):
    """A paper that what happened calls for."""

    code = fields.String(required=True, validate=validate.OneOf(("recount.due", "withdrawal.due")))
    document_types = fields.List(
        fields.String(), required=True, metadata={"description": "Those that would do; empty where the town has none"}
    )
    about = fields.String(required=True, allow_none=True)
    recipient = fields.String(required=True, allow_none=True)
    number = fields.String(required=True, metadata={"description": "The paper that it is because of"})
    message = fields.String(required=True)


class NextStepsSchema(ma.Schema):
    number = fields.String(required=True)
    on = PlainDate(required=True)
    items = fields.List(fields.Nested(NextStepSchema), required=True)
    owed = fields.List(fields.Nested(OwedPaperSchema), required=True)
    due = fields.List(fields.Nested(DueItemSchema), required=True, metadata={"description": "docs/due.md"})


class DebtEntrySchema(ma.Schema):
    """What changed a debt: above zero what is owed, below what was given."""

    on = PlainDate(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(get_args(DebtEntryKind)))
    amount = _dollars()
    balance = _dollars("After it")
    why = fields.String(required=True)
    id = fields.String(required=True, allow_none=True, metadata={"description": "Of the payment, appeal or cost"})


class DebtSchema(ma.Schema):
    """One citation, however many have a copy of it; or the costs of the case."""

    number = fields.String(required=True, allow_none=True, metadata={"description": "Of the notice that charges it"})
    ledger = fields.String(required=True, validate=validate.OneOf(("fines", "costs")))
    citation = fields.String(required=True, allow_none=True)
    liable = fields.List(fields.String(), required=True, metadata={"description": "Parties who owe it, together"})
    charged = _dollars()
    owed = _dollars("After adjustments")
    paid = _dollars("Less what was given back")
    balance = _dollars("Below zero: to give back")
    refund = _dollars()
    entries = fields.List(fields.Nested(DebtEntrySchema), required=True)


class RecountSchema(ma.Schema):
    """A citation in force whose paper says more than it costs now."""

    citation = fields.String(required=True)
    number = fields.String(required=True)
    printed = _dollars()
    now = _dollars()
    fallen = fields.List(fields.String(), required=True, metadata={"description": "Earlier ones that fell away"})


class CaseLedgerSchema(ma.Schema):
    number = fields.String(required=True)
    on = PlainDate(required=True)
    debts = fields.List(fields.Nested(DebtSchema), required=True)
    recounts = fields.List(fields.Nested(RecountSchema), required=True)
    findings = fields.List(fields.Nested(FindingSchema), required=True)
    balance = _dollars("What is still owed")
    refund = _dollars("What is to be given back")


class CaseDayQuerySchema(Strict):
    on = PlainDate(load_default=None, metadata={"description": "At the end of this day; today's"})


class NextQuerySchema(Strict):
    on = PlainDate(load_default=None, metadata={"description": "On this day; today"})
    verdict = fields.String(load_default=None, validate=validate.OneOf(VERDICTS))


class FeedQuerySchema(Strict):
    after = fields.Integer(
        load_default=0,
        validate=validate.Range(0, 2**53),
        metadata={"description": "The position up to which you have read: next of the answer before; 0 at first"},
    )
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 1000))


class FeedLineSchema(ma.Schema):
    """Something that was put on record, thinly: read the rest at its address."""

    position = fields.Integer(required=True)
    at = fields.DateTime(format="iso", required=True)
    type = fields.String(required=True, metadata={"example": "document.issued"})
    case = fields.String(required=True, allow_none=True)
    document = fields.String(required=True, allow_none=True, metadata={"description": "Its id"})
    number = fields.String(required=True, allow_none=True, metadata={"description": "Of the document"})
    subject = fields.String(required=True, allow_none=True, metadata={"description": "Of an event of the case"})
    revision = fields.Integer(required=True, allow_none=True, metadata={"description": "Of the facts of the case"})


class FeedSchema(ma.Schema):
    events = fields.List(fields.Nested(FeedLineSchema), required=True, attribute="lines")
    next = fields.Integer(required=True, metadata={"description": "Go on after this position, now or later"})
    more = fields.Boolean(required=True, metadata={"description": "There is more already"})


def event_values(body: dict[str, Any]) -> dict[str, Any]:
    """What a loaded event says, without how it is sent."""
    return {name: body[name] for name in ("type", "on", "subject", "data", "corrects", "reason")}
