"""What goes in and comes out of translations: how far they are, their strings, drafts and approvals."""

from __future__ import annotations

from typing import ClassVar

import marshmallow as ma
from marshmallow import fields, validate

from docservice.api.bodies import Files
from docservice.api.review_schemas import LintFindingSchema
from docservice.api.schemas import Strict
from docservice.office.translating.translations import LONGEST, MOST
from docservice.wording.catalog.exchange import FORMATS

STATES = ("missing", "stale", "draft", "approved")
_VERSION = {"description": "A version of the template; else the newest that is not withdrawn"}
_SEEN = {"description": "The etag of the string as you saw it"}


class OverviewQuerySchema(ma.Schema):
    template = fields.String(load_default=None, metadata={"description": "Key of a template"})
    language = fields.String(load_default=None, metadata={"description": "BCP 47"})


class SheetQuerySchema(ma.Schema):
    version = fields.Integer(load_default=None, validate=validate.Range(1, 10**6), metadata=_VERSION)
    state = fields.String(
        load_default=None, validate=validate.OneOf(STATES), metadata={"description": "Only strings in this state"}
    )


class FileQuerySchema(ma.Schema):
    version = fields.Integer(load_default=None, validate=validate.Range(1, 10**6), metadata=_VERSION)
    format = fields.String(load_default="po", validate=validate.OneOf(FORMATS))


class LanguageProgressSchema(ma.Schema):
    """How far a language is for one version of a template, in strings."""

    template = fields.String(required=True)
    title = fields.String()
    version = fields.Integer(required=True)
    standing = fields.String(metadata={"description": "What the version is today"})
    language = fields.String(required=True, metadata={"description": "BCP 47"})
    total = fields.Integer(required=True)
    approved = fields.Integer(required=True)
    draft = fields.Integer(required=True)
    stale = fields.Integer(required=True, metadata={"description": "The English was changed since"})
    missing = fields.Integer(required=True)
    offered = fields.Boolean(required=True, metadata={"description": "Whether documents in it may go out today"})
    incomplete = fields.String(
        required=True,
        metadata={"enum": ["draft-mark", "refuse"], "description": "What becomes of it until every string is approved"},
    )


class TranslationOverviewSchema(ma.Schema):
    items = fields.List(fields.Nested(LanguageProgressSchema), required=True)


class RedlineStretchSchema(ma.Schema):
    operation = fields.String(required=True, metadata={"enum": ["equal", "deleted", "inserted"]})
    text = fields.String(required=True)


class TranslationStringSchema(ma.Schema):
    """One string: its English, its translation, and what is known about both."""

    id = fields.String(required=True, metadata={"description": "Of the exact English: another English has another id"})
    etag = fields.String(required=True, metadata={"description": "To be sent as seen"})
    state = fields.String(required=True, metadata={"enum": list(STATES)})
    catalog = fields.String(metadata={"description": "The template's key, or clauses: shared by templates"})
    english = fields.String(required=True)
    plural = fields.String(allow_none=True, metadata={"description": "The English for many, for a string that counts"})
    translation = fields.List(fields.String(), required=True, metadata={"description": "Every plural form, or one"})
    translated_by = fields.String(allow_none=True)
    translated_at = fields.DateTime(format="iso", allow_none=True)
    in_use = fields.List(fields.String(), metadata={"description": "What documents print"})
    approved_by = fields.String(allow_none=True)
    approved_at = fields.DateTime(format="iso", allow_none=True)
    stale_since = fields.DateTime(format="iso", allow_none=True)
    was = fields.String(allow_none=True, metadata={"description": "The English that this one is an edit of"})
    was_translation = fields.List(fields.String())
    redline = fields.List(
        fields.Nested(RedlineStretchSchema), metadata={"description": "From the earlier English to this"}
    )
    suggestion = fields.List(fields.String(), metadata={"description": "What the catalog files have"})
    place = fields.String(metadata={"description": "file:line"})
    paths = fields.List(fields.String(), metadata={"description": "Block paths of the paragraphs that print it"})
    findings = fields.List(fields.Nested(LintFindingSchema))


class TranslationSheetSchema(ma.Schema):
    """Every string of one version in one language, in the order of the wording."""

    progress = fields.Nested(LanguageProgressSchema, required=True)
    sha256 = fields.String(required=True, metadata={"description": "Of the version's bundle"})
    direction = fields.String(metadata={"enum": ["ltr", "rtl"]})
    strings = fields.List(fields.Nested(TranslationStringSchema), required=True)


class TranslationDraftSchema(Strict):
    id = fields.String(required=True)
    seen = fields.String(required=True, metadata=_SEEN)
    translation = fields.List(
        fields.String(validate=validate.Length(max=LONGEST)), required=True, validate=validate.Length(1, 10)
    )


class SeenStringSchema(Strict):
    id = fields.String(required=True)
    seen = fields.String(required=True, metadata=_SEEN)


class TranslationDraftsSchema(Strict):
    version = fields.Integer(load_default=None, allow_none=True, strict=True, metadata=_VERSION)
    strings = fields.List(fields.Nested(TranslationDraftSchema), required=True, validate=validate.Length(1, MOST))


class TranslationApprovalsSchema(Strict):
    version = fields.Integer(load_default=None, allow_none=True, strict=True, metadata=_VERSION)
    on_behalf_of = fields.String(
        required=True, metadata={"description": "Login of the person who approves: the account this key acts for"}
    )
    strings = fields.List(fields.Nested(SeenStringSchema), required=True, validate=validate.Length(1, MOST))


class TranslationReopeningsSchema(TranslationApprovalsSchema):
    reason = fields.String(required=True)


class TranslationFileSchema(Strict):
    """A translator's file. As multipart/form-data: the part ``details`` holds this object as JSON, the file part is the
    file, PO or XLIFF 1.2."""

    part: ClassVar[str] = "details"
    files_field: ClassVar[str] = "files"

    version = fields.Integer(load_default=None, allow_none=True, strict=True, metadata=_VERSION)
    format = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(FORMATS), metadata={"description": "Else guessed"}
    )
    files = Files(
        required=True,
        validate=validate.Length(equal=1),
        metadata={"type": "object", "additionalProperties": {"type": "string", "format": "byte"}},
    )


class TakenFileSchema(ma.Schema):
    """What became of the entries of a file."""

    saved = fields.List(fields.String(), required=True, metadata={"description": "Ids of strings with a new draft"})
    same = fields.Integer(required=True)
    doubtful = fields.List(fields.String(), metadata={"description": "Marked fuzzy or to be reviewed: not taken"})
    foreign = fields.List(fields.String(), metadata={"description": "Not English of this version"})
    empty = fields.List(fields.String(), metadata={"description": "Without a translation"})
