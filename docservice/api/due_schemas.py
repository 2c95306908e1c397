"""What goes in and comes out of what is due: the list, the dates of one case, calendars."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import date
from typing import Any

import marshmallow as ma
from marshmallow import ValidationError, fields, validate

from docservice.api.schemas import SHORT, FindingSchema, PlainDate, Strict
from docservice.office.cases.due_list import DueCursor, DueItem
from docservice.office.means.choices import CALENDAR_SCOPES, DUE_STATES


class DueCursorField(fields.Field[DueCursor]):
    """A place in the list of what is due, as an earlier answer named it. Its meaning is ours."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> DueCursor:
        try:
            told = json.loads(base64.urlsafe_b64decode(str(value).encode() + b"=" * (-len(value) % 4)))
            day, key, id = told
            if isinstance(key, str) and isinstance(id, str):
                return date.fromisoformat(day), key, id
        except (ValueError, TypeError, binascii.Error):
            pass
        raise ValidationError("Is no cursor of this list. Take it from an answer as it is.")

    @staticmethod
    def at(place: DueCursor) -> str:
        """The cursor that goes on after a place."""
        told = json.dumps([place[0].isoformat(), *place[1:]]).encode()
        return base64.urlsafe_b64encode(told).decode().rstrip("=")


class DueQuerySchema(Strict):
    until = PlainDate(load_default=None, metadata={"description": "Up to this day, itself included"})
    officer = fields.String(load_default=None, validate=SHORT, metadata={"description": "The id of who has the case"})
    state = fields.String(
        load_default=None, validate=validate.OneOf(DUE_STATES), metadata={"description": "Without it: open and late"}
    )
    case = fields.String(load_default=None, validate=SHORT, metadata={"description": "A case's number"})
    cursor = DueCursorField(
        load_default=None,
        metadata={"type": "string", "description": "Go on here: the cursor of the answer before, as it is"},
    )
    per_page = fields.Integer(load_default=100, validate=validate.Range(1, 500))


class DueItemSchema(ma.Schema):
    """One date of a case, or one thing that is to be done by a date."""

    case = fields.String(required=True)
    id = fields.String(required=True, metadata={"description": "Stays the same while the date moves"})
    name = fields.String(required=True, metadata={"description": "What a letter calls it, or what is to be done"})
    title = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(DUE_STATES))
    due = PlainDate(required=True, allow_none=True, metadata={"description": "The effective day"})
    printed = PlainDate(required=True, allow_none=True, metadata={"description": "What the paper says"})
    legal = PlainDate(required=True, allow_none=True, metadata={"description": "What counts from its service"})
    previous = PlainDate(required=True, allow_none=True, metadata={"description": "Before it was moved last"})
    differs = PlainDate(required=True, allow_none=True, metadata={"description": "What the rules of today would say"})
    document = fields.String(required=True, allow_none=True, metadata={"description": "The number of the copy"})
    party = fields.String(required=True, allow_none=True)
    about = fields.String(required=True, allow_none=True)
    rule = fields.String(required=True, allow_none=True, metadata={"description": "The town's"})
    trigger = fields.String(required=True, allow_none=True)
    triggered_on = PlainDate(required=True, allow_none=True)
    do = fields.String(required=True, allow_none=True, metadata={"description": "A type of document, or a task"})
    done_by = fields.String(required=True, allow_none=True, metadata={"description": "What settles or holds it"})
    explain = fields.String(required=True, metadata={"description": "How the day comes about"})
    officer = fields.String(required=True, metadata={"description": "Who has the case"})

    @ma.pre_dump
    def flat(self, item: DueItem, **_: Any) -> dict[str, Any]:
        one = item.deadline
        return {
            "case": item.case, "officer": item.officer, "previous": item.previous, "due": one.effective,
            **{name: getattr(one, name) for name in self.fields if hasattr(one, name)},
        }  # fmt: skip


class DueListSchema(ma.Schema):
    on = PlainDate(required=True, metadata={"description": "The day of which states are told"})
    complete = fields.Boolean(
        required=True, metadata={"description": "Everything on record is reckoned; else ask again in a moment"}
    )
    items = fields.List(fields.Nested(DueItemSchema), required=True)
    cursor = fields.String(required=True, allow_none=True, metadata={"description": "To go on; null at the end"})


class DueOfCaseSchema(ma.Schema):
    number = fields.String(required=True)
    on = PlainDate(required=True)
    items = fields.List(fields.Nested(DueItemSchema), required=True)
    findings = fields.List(fields.Nested(FindingSchema), required=True)


class DueChangeSchema(ma.Schema):
    """A date of the case that is otherwise now."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    due_before = PlainDate(required=True, allow_none=True, attribute="before.effective", dump_default=None)
    due = PlainDate(required=True, allow_none=True, attribute="after.effective", dump_default=None)
    state_before = fields.String(required=True, allow_none=True, attribute="before.state", dump_default=None)
    state = fields.String(required=True, allow_none=True, attribute="after.state", dump_default=None)
    explain = fields.String(required=True, allow_none=True, attribute="after.explain", dump_default=None)


class StepChangeSchema(ma.Schema):
    """A document that may go out now, or may no longer, or from another day."""

    document_type = fields.String(required=True)
    about = fields.String(required=True, allow_none=True)
    recipient = fields.String(required=True, allow_none=True)
    verdict_before = fields.String(required=True, allow_none=True, attribute="before.verdict", dump_default=None)
    verdict = fields.String(required=True, allow_none=True, attribute="after.verdict", dump_default=None)
    starts = PlainDate(required=True, allow_none=True, attribute="after.starts", dump_default=None)


class CaseChangesSchema(ma.Schema):
    """What a write changed in what is due and in what may go out next."""

    due = fields.List(fields.Nested(DueChangeSchema), required=True)
    next = fields.List(fields.Nested(StepChangeSchema), required=True)


class CalendarOrderSchema(Strict):
    scope = fields.String(required=True, validate=validate.OneOf(CALENDAR_SCOPES))
    subject = fields.String(
        load_default="", validate=validate.Length(max=200),
        metadata={"description": "An officer's id or a case's number; nothing for the office"},
    )  # fmt: skip
    name = fields.String(required=True, validate=SHORT, metadata={"description": "For whom it is"})


class CalendarSchema(ma.Schema):
    """A calendar; its address is told once, when it is made."""

    id = fields.String(required=True)
    scope = fields.String(required=True, validate=validate.OneOf(CALENDAR_SCOPES))
    subject = fields.String(required=True)
    name = fields.String(required=True)
    created_at = fields.DateTime(format="iso", required=True)
    created_by = fields.String(required=True)
    revoked_at = fields.DateTime(format="iso", required=True, allow_none=True)


class CalendarMadeSchema(ma.Schema):
    calendar = fields.Nested(CalendarSchema, required=True)
    url = fields.String(required=True, metadata={"description": "Shown this once; who has it can read the calendar"})


class CalendarListSchema(ma.Schema):
    items = fields.List(fields.Nested(CalendarSchema), required=True)
