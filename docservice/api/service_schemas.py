"""What goes in and comes out of serving papers: attempts, their legs, results, and whom a document is served on."""

from __future__ import annotations

from typing import Any, ClassVar, get_args

import marshmallow as ma
from marshmallow import fields, validate

from docservice.api.bodies import Files
from docservice.api.schemas import SHORT, FindingSchema, OnceSchema, PlainDate
from docservice.casefile.service import ServiceResult

_STATES = ("holds", "failed", "lacking", "unknown")
_FILES: dict[str, Any] = {"type": "object", "additionalProperties": {"type": "string", "format": "byte"}}


class AttemptOrderSchema(OnceSchema):
    """An attempt to serve a document: who did it, when, in which ways. As multipart/form-data: the part ``attempt``
    holds this object as JSON, and every file part is a picture or scan that it names."""

    part: ClassVar[str] = "attempt"
    files_field: ClassVar[str] = "files"

    on = PlainDate(required=True, metadata={"description": "The day on which it began"})
    party = fields.String(
        load_default=None,
        allow_none=True,
        validate=SHORT,
        metadata={"description": "Id of the party served; the document's recipient when left out"},
    )
    declarant = fields.Dict(required=True, metadata={"description": "Who did it, and can swear to it: docs/service.md"})
    legs = fields.List(
        fields.Dict(), required=True, metadata={"description": "Each way in which it was done: docs/service.md"}
    )
    rung = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(1, 20),
        metadata={"description": "Which rung of the town's ladder it was; found by the ways when left out"},
    )
    files = Files(load_default=dict, metadata=_FILES)
    corrects = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(1, 2**53),
        metadata={"description": "The position of the attempt in whose place this one is put"},
    )
    reason = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(min=1, max=1000),
        metadata={"description": "Of a correction: why"},
    )


class ServiceResultOrderSchema(OnceSchema):
    """What became of a leg. As multipart/form-data: the part ``result`` holds this object as JSON, and every file part
    is evidence that it names."""

    part: ClassVar[str] = "result"
    files_field: ClassVar[str] = "files"

    on = PlainDate(required=True, metadata={"description": "The day on which that was known"})
    result = fields.String(required=True, validate=validate.OneOf(get_args(ServiceResult)))
    reason = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(min=1, max=1000),
        metadata={"description": "The reason on the envelope that came back", "example": "Attempted–Not Known"},
    )
    evidence = fields.List(
        fields.Dict(), load_default=list, metadata={"description": "Files that bear it out: file, what"}
    )
    after_replacement = fields.Boolean(
        load_default=False, metadata={"description": "It is told knowing that the paper was replaced since"}
    )
    correction = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(min=1, max=1000),
        metadata={"description": "Why the word before it was wrong; without it this is a later word"},
    )
    files = Files(load_default=dict, metadata=_FILES)


class LegOnRecordSchema(ma.Schema):
    """One leg, and what it amounts to."""

    leg = fields.Integer(required=True, metadata={"description": "From 1"})
    told = fields.Dict(required=True, metadata={"description": "As a service record: docs/casefile.md"})
    state = fields.String(required=True, validate=validate.OneOf(_STATES))
    holds_from = PlainDate(required=True, allow_none=True)
    why = fields.String(required=True, metadata={"description": "Why it does not hold; else empty"})


class AttemptOnRecordSchema(ma.Schema):
    """An attempt to serve a document, and what it amounts to."""

    position = fields.Integer(required=True, metadata={"description": "Of its event, in the order of record"})
    document = fields.String(required=True, metadata={"description": "Its number"})
    party = fields.String(required=True)
    on = PlainDate(required=True)
    rung = fields.Integer(required=True, allow_none=True)
    declarant = fields.Dict(required=True)
    state = fields.String(required=True, validate=validate.OneOf(_STATES))
    holds_from = PlainDate(required=True, allow_none=True)
    why = fields.String(required=True)
    legs = fields.List(fields.Nested(LegOnRecordSchema), required=True)
    findings = fields.List(
        fields.Nested(FindingSchema), required=True, metadata={"description": "What somebody should see to"}
    )
    at = fields.DateTime(format="iso", required=True)
    actor = fields.String(required=True)
    corrects = fields.Integer(required=True, allow_none=True)


class NextRungSchema(ma.Schema):
    """How to serve it next."""

    rung = fields.Integer(required=True)
    ways = fields.List(fields.String(), required=True)
    since = PlainDate(required=True, metadata={"description": "The day on which that was known"})
    why = fields.String(required=True)


class PartyServedSchema(ma.Schema):
    """Whether one party is served."""

    party = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(("served", "coming", "failed", "unknown")))
    on = PlainDate(required=True, allow_none=True)
    why = fields.String(required=True)
    next = fields.Nested(NextRungSchema, required=True, allow_none=True)
    settled_on = PlainDate(
        required=True,
        allow_none=True,
        metadata={"description": "From then on a letter of which nothing was heard is taken not to have come back"},
    )


class ServiceOnRecordSchema(ma.Schema):
    """The attempts to serve a document, in the order of record, and whom it is served on."""

    document = fields.String(required=True)
    items = fields.List(fields.Nested(AttemptOnRecordSchema), required=True)
    served = fields.List(fields.Nested(PartyServedSchema), required=True)


def attempt_data(body: dict[str, Any], recipient: str | None) -> dict[str, Any]:
    """What a loaded attempt says, as the data of its event."""
    told = {"party": body["party"] or recipient, "declarant": body["declarant"], "legs": body["legs"]}
    return {name: value for name, value in {**told, "rung": body["rung"]}.items() if value is not None}


def result_data(body: dict[str, Any]) -> dict[str, Any]:
    """What a loaded result says, as the data of its event."""
    told = {name: body[name] for name in ("result", "reason", "evidence", "after_replacement")}
    return {name: value for name, value in told.items() if value}
