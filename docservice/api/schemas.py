"""What goes in and comes out of the API, as marshmallow schemas; the OpenAPI document is made from them."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, ClassVar

import marshmallow as ma
from marshmallow import fields, validate

from docservice.api.bodies import Files, UploadedExhibits
from docservice.api.pages import CursorPageSchema, CursorQuerySchema
from docservice.casefile.fields import FIRST_YEAR, LAST_YEAR
from docservice.office.means.choices import CORRECTIONS, JOB_MODES, STATUSES
from docservice.pipeline.mail_classes import MAIL_CLASSES

SHORT = validate.And(
    validate.Length(min=1, max=200), validate.Regexp(r"[^\x00-\x1f]*\Z", error="Has a control character.")
)


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


class PlainDate(fields.Field[date]):
    """A calendar day as ISO 8601, ``2026-06-29``, and nothing looser."""

    def __init__(self, *, metadata: dict[str, Any] | None = None, **more: Any) -> None:
        super().__init__(metadata={"type": "string", "format": "date", **(metadata or {})}, **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        try:
            if (
                isinstance(value, str)
                and _DAY.match(value)  # Python reads weeks as well: 2026-W01-1
                and FIRST_YEAR <= (day := date.fromisoformat(value)).year <= LAST_YEAR
            ):
                return day
        except ValueError:
            pass
        raise ma.ValidationError("Not a date. Write it like 2026-06-29.")

    def _serialize(self, value: date | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return value.isoformat() if value else None


class Strict(ma.Schema):
    """What is not known is refused, so that a misspelled field is not silently ignored."""

    class Meta:
        unknown = ma.RAISE


class DecisionSchema(Strict):
    """What a person decided of a guard of procedure; it stays with the document and in the audit trail."""

    guard = fields.String(required=True, validate=SHORT, metadata={"example": "procedure.once"})
    answer = fields.String(required=True, validate=validate.OneOf(("yes", "no")))
    by = fields.String(required=True, validate=SHORT, metadata={"description": "An officer's id of the town's rules"})
    reason = fields.String(required=True, validate=validate.Length(min=1, max=1000))


class OrderSchema(Strict):
    """An order for one document. As multipart/form-data: the part ``order`` holds this object as JSON, and every
    file part is an attachment under its file name."""

    part: ClassVar[str] = "order"
    files_field: ClassVar[str] = "attachments"

    template = fields.String(required=True, validate=SHORT, metadata={"example": "notice-of-violation"})
    casefile = fields.Dict(
        load_default=None,
        metadata={"description": "The facts of the case (docs/casefile.md), unless it is on record: then send case"},
    )
    case = fields.String(
        load_default=None,
        allow_none=True,
        validate=SHORT,
        metadata={"description": "The number of a case on record, in place of its casefile"},
    )
    revision = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(1, 10**9),
        metadata={"description": "With case: the revision that you saw; refused (409) when the case has moved on"},
    )
    recipient = fields.String(
        load_default=None,
        allow_none=True,
        validate=SHORT,
        metadata={"description": "A party's id; without it, the first party the template goes to"},
    )
    language = fields.String(
        load_default=None,
        allow_none=True,
        validate=SHORT,
        metadata={"description": "BCP 47; without it, the recipient's language if offered, else English"},
    )
    on = PlainDate(load_default=None, allow_none=True, metadata={"description": "The document's date; today"})
    dated_back = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(min=1, max=500),
        metadata={"description": "Why the document is dated before today; kept with the record as a finding"},
    )
    about = fields.String(
        load_default=None,
        allow_none=True,
        validate=SHORT,
        metadata={"description": "Id of the inspection, citation, hearing, memorandum or service record meant"},
    )
    version = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(1, 10**6),
        metadata={"description": "Pin a template version; without it, the one in force on the document's date"},
    )
    decisions = fields.List(
        fields.Nested(DecisionSchema),
        load_default=list,
        metadata={"description": "What persons decided of guards of procedure: docs/cases.md"},
    )
    mail_on = PlainDate(
        load_default=None,
        allow_none=True,
        metadata={"description": "The day on which it is mailed, from which its dates count; its own"},
    )
    mailing = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf(MAIL_CLASSES),
        metadata={"description": "The class of mail; certified mail takes an article number and prints it"},
    )
    envelope = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(min=1, max=60),
        metadata={
            "description": "The window envelope it goes in, by the town's name for it; the document's own, or a larger "
            "one where its sheets need it. One that does not take its sheets is refused (order.envelope)",
            "example": "flat-9x12",
        },
    )
    attachments = Files(
        load_default=dict,
        metadata={"type": "object", "additionalProperties": {"type": "string", "format": "byte"}},
    )

    @ma.validates_schema(skip_on_field_errors=False, pass_original=True)
    def facts_from_one_place(self, data: dict[str, Any], given: dict[str, Any], **_: Any) -> None:
        if (given.get("casefile") is None) is (given.get("case") is None):
            raise ma.ValidationError("Send the casefile, or the number of a case on record as case.", "casefile")
        if given.get("revision") is not None and given.get("case") is None:
            raise ma.ValidationError("Goes with case.", "revision")


class OnceSchema(Strict):
    """What may be asked for twice and is done once."""

    idempotency_key = fields.String(
        load_default=None,
        allow_none=True,
        validate=SHORT,
        metadata={"description": "For callers that cannot send the header Idempotency-Key"},
    )


class IssueSchema(OrderSchema, OnceSchema):
    """An order to issue."""

    recipients = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf(("all",)),
        metadata={"description": "all: one letter to each party the template goes to; answered with a job (202)"},
    )
    mode = fields.String(
        load_default="all_or_none",
        validate=validate.OneOf(JOB_MODES),
        metadata={
            "description": "With recipients: all. all_or_none: every letter is checked before the first is issued, and "
            "one that is refused stops all; each: each letter is issued or refused for itself"
        },
    )


class SupersedeSchema(OrderSchema, OnceSchema):
    """The order for the document that takes an issued one's place, and why."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=1000))
    correction = fields.String(
        load_default="substantive",
        validate=validate.OneOf(CORRECTIONS),
        metadata={"description": "clerical: keeps printed dates; no date, amount, section, person or site may change"},
    )


class VoidSchema(Strict):
    reason = fields.String(required=True, validate=validate.Length(min=1, max=1000))


class FindingSchema(ma.Schema):
    """One result of the checks: an error refuses the document, a warning does not."""

    code = fields.String(required=True)
    severity = fields.String(required=True, validate=validate.OneOf(("error", "warning")))
    message = fields.String(required=True)
    place = fields.String(required=True)


class FileFindingSchema(ma.Schema):
    """Something to know about a file: an error makes it unusable, a warning does not."""

    code = fields.String(required=True)
    severity = fields.String(required=True, validate=validate.OneOf(("error", "warning")))
    message = fields.String(required=True)
    page = fields.Integer(allow_none=True, metadata={"description": "Of the file, counted from 1"})
    file = fields.String(attribute="place", metadata={"description": "Which file, where there are several"})


class PreviewSchema(ma.Schema):
    template = fields.String(required=True)
    version = fields.Integer(required=True)
    language = fields.String(required=True)
    recipient = fields.String(allow_none=True)
    pages = fields.Integer(allow_none=True)
    findings = fields.List(fields.Nested(FindingSchema), required=True)
    html = fields.String(required=True, metadata={"description": "The text as semantic HTML"})
    milliseconds = fields.Float(required=True)


class DateSchema(ma.Schema):
    """A date that a document sets, as it was counted when it was issued."""

    name = fields.String(required=True, metadata={"example": "contest-by"})
    title = fields.String(required=True)
    date = fields.String(required=True, metadata={"format": "date"})
    explained = fields.String(required=True, metadata={"description": "How it was counted, in words"})
    source = fields.String(required=True, metadata={"description": "The rule"})


class EnclosureSchema(ma.Schema):
    """A form that went with a document."""

    key = fields.String(required=True, metadata={"description": "The form's template"})
    title = fields.String(required=True)
    pages = fields.Integer(required=True)
    sha256 = fields.String(required=True, metadata={"description": "Of the PDF"})


class DocumentSchema(ma.Schema):
    """An issued document's record. Its faces are at the same address under other media types."""

    id = fields.String(required=True)
    number = fields.String(required=True)
    notice = fields.String(required=True, metadata={"description": "The number of the notice that it is a copy of"})
    copy = fields.Integer(required=True, metadata={"description": "Which copy of the notice, counted from 1"})
    printing = fields.Integer(required=True, metadata={"description": "Which printing of the copy, counted from 1"})
    correction = fields.String(
        allow_none=True,
        validate=validate.OneOf(CORRECTIONS),
        metadata={"description": "What kind of correction it is of the document that it supersedes"},
    )
    mail_on = PlainDate(
        allow_none=True, metadata={"description": "The day from which its dates were counted, where not its own"}
    )
    body_sha256 = fields.String(allow_none=True, metadata={"description": "Of what all copies of the notice say"})
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    etag = fields.String(metadata={"description": "For If-Match, also in the ETag header"})
    case = fields.String(required=True)
    template = fields.String(required=True)
    version = fields.Integer(required=True)
    language = fields.String(required=True)
    title = fields.String(required=True)
    recipient = fields.String(allow_none=True)
    recipient_name = fields.String(allow_none=True)
    about = fields.String(
        allow_none=True, metadata={"description": "Id of the inspection, citation, hearing … that was ordered"}
    )
    issued_on = PlainDate(required=True)
    dates = fields.List(fields.Nested(DateSchema), required=True, metadata={"description": "The dates that it sets"})
    copies = fields.Integer(
        required=True,
        metadata={"description": "Letters in force of its template about the same thing, to whomever; itself counted"},
    )
    documents_of_case = fields.Integer(required=True, metadata={"description": "All of its case, in every state"})
    pages = fields.Integer(required=True)
    sheets = fields.Integer(required=True, metadata={"description": "Of paper, as it is to be printed"})
    duplex = fields.Boolean(required=True, metadata={"description": "To be printed on both sides"})
    envelope = fields.String(
        allow_none=True,
        metadata={"description": "The envelope that it was set for, by the town's name for it", "example": "window-10"},
    )
    sha256 = fields.String(required=True, metadata={"description": "Of the PDF"})
    enclosures = fields.List(
        fields.Nested(EnclosureSchema), metadata={"description": "Forms in its envelope, with its number on them"}
    )
    casefile_sha256 = fields.String()
    bundle_sha256 = fields.String()
    town_version = fields.String()
    engine = fields.String()
    supersedes = fields.String(allow_none=True)
    superseded_by = fields.String(allow_none=True)
    original = fields.String(allow_none=True, metadata={"description": "The English document this one translates"})
    void_reason = fields.String(allow_none=True)
    verify_code = fields.String()
    findings = fields.List(fields.Nested(FindingSchema))
    created_at = fields.DateTime(format="iso")


def case_field() -> fields.String:
    """Which case, in a query."""
    return fields.String(load_default=None, validate=SHORT)


def _exactly(description: str) -> fields.String:
    return fields.String(load_default=None, validate=SHORT, metadata={"description": description})


class DocumentQuerySchema(CursorQuerySchema):
    q = _exactly("Words: parts of a number, case, name, address or code, in any case of letters; all must be there")
    number = _exactly("The printed number")
    case = case_field()
    recipient = _exactly("A party's id")
    name = _exactly("Parts of the recipient's name")
    about = _exactly("Id of the inspection, citation, hearing … that was ordered")
    language = _exactly("BCP 47")
    template = _exactly("A template's key")
    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))
    issued_from = PlainDate(load_default=None, metadata={"description": "Dated on this day or later"})
    issued_to = PlainDate(load_default=None, metadata={"description": "Dated on this day or before"})


class DocumentPageSchema(CursorPageSchema):
    items = fields.List(fields.Nested(DocumentSchema), required=True)


class ReproductionSchema(ma.Schema):
    identical = fields.Boolean(required=True)
    expected = fields.String(required=True)
    actual = fields.String(required=True)


class PacketOrderSchema(OnceSchema):
    """A packet's plan and the files it names. As multipart/form-data: the part ``plan`` holds the plan as JSON,
    every file part is an exhibit under its file name, and ``exhibits`` is JSON text."""

    part: ClassVar[str] = "plan"
    files_field: ClassVar[str] = "files"
    part_is_body: ClassVar[bool] = False

    plan = fields.Dict(required=True, metadata={"description": "docs/packets.md"})
    files = Files(
        load_default=dict,
        metadata={"type": "object", "additionalProperties": {"type": "string", "format": "byte"}},
    )
    exhibits = UploadedExhibits(
        load_default=dict,
        metadata={
            "type": "object",
            "additionalProperties": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "description": "Files that were uploaded ahead: the path in the plan → SHA-256",
        },
    )
    copy = fields.String(
        load_default="full",
        validate=validate.OneOf(("full", "public")),
        metadata={"description": "public: the public-records copy, without confidential parts, redactions burned in"},
    )
