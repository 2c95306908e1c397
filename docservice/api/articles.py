"""/api/v1/articles and /api/v1/mail-list: article numbers of certified mail, and what goes into the mail."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response
from marshmallow import fields, validate

from docservice.api.access import actor, requires
from docservice.api.blueprint import Blueprint
from docservice.api.negotiation import BYTES, CSV, JSON, PDF, file, wanted
from docservice.api.schemas import SHORT, PlainDate, Strict
from docservice.api.wiring import office
from docservice.office.issuing.article_stock import MOST
from docservice.office.issuing.mail_lists import MailQuery, csv_of
from docservice.pipeline.mail_classes import MAIL_CLASSES
from docservice.storage.articles import ARTICLE_STATES

blueprint = Blueprint("articles", __name__, url_prefix="/api/v1", description="Certified mail, and what is mailed")


class ArticleSchema(ma.Schema):
    """An article number, and what became of it."""

    number = fields.String(required=True, metadata={"description": "Digits alone", "example": "9407111899223197428490"})
    batch = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(ARTICLE_STATES))
    document = fields.String(required=True, allow_none=True, metadata={"description": "That it is printed on"})
    why = fields.String(required=True, allow_none=True, metadata={"description": "Why it was spoiled"})
    added_at = fields.DateTime(format="iso", required=True)
    added_by = fields.String(required=True)
    state_at = fields.DateTime(format="iso", required=True)


class ArticleListSchema(ma.Schema):
    items = fields.List(fields.Nested(ArticleSchema), required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class ArticleQuerySchema(Strict):
    state = fields.String(load_default=None, validate=validate.OneOf(ARTICLE_STATES))
    batch = fields.String(load_default=None, validate=SHORT)
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 10_000))


class ArticlesAddSchema(Strict):
    """Numbers for the stock, all or none; they are used in this order."""

    numbers = fields.List(fields.String(validate=SHORT), required=True, validate=validate.Length(1, MOST))
    batch = fields.String(required=True, validate=SHORT, metadata={"description": "The roll or file they came in"})


class ArticlesAddedSchema(ma.Schema):
    added = fields.Integer(required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class SpoilSchema(Strict):
    reason = fields.String(required=True, validate=validate.Length(min=1, max=1000))


class MailQuerySchema(Strict):
    on = PlainDate(load_default=None, metadata={"description": "What is mailed on this day"})
    case = fields.String(load_default=None, validate=SHORT)
    notice = fields.String(load_default=None, validate=SHORT)
    document = fields.List(fields.String(validate=SHORT), load_default=list, metadata={"description": "Repeatable"})


class MailItemSchema(ma.Schema):
    """One envelope."""

    document = fields.String(required=True)
    notice = fields.String(required=True)
    case = fields.String(required=True)
    mail_on = PlainDate(required=True)
    mail_class = fields.String(
        required=True, metadata={"description": f"{', '.join(MAIL_CLASSES[:2])}; empty where nobody said"}
    )
    lines = fields.List(fields.String(), required=True, metadata={"description": "As the envelope shows them"})
    addressee = fields.String(required=True)
    zip = fields.String(required=True)
    article = fields.String(required=True, allow_none=True)
    sheets = fields.Integer(required=True, metadata={"description": "Of paper, printed on both sides, all together"})
    envelope = fields.String(required=True, metadata={"description": "The town's name for it; empty where not known"})


class MailListSchema(ma.Schema):
    title = fields.String(required=True)
    items = fields.List(fields.Nested(MailItemSchema), required=True)
    unsaid = fields.List(
        fields.String(), required=True, metadata={"description": "Documents of whose mailing nothing was said"}
    )


@blueprint.route("/articles", methods=["GET"])
@requires("records")
@blueprint.arguments(ArticleQuerySchema, location="query")
@blueprint.response(200, ArticleListSchema)
def find(query: dict[str, Any]) -> Any:
    """List article numbers of certified mail

    The newest first, and how many there are of each state.
    """
    wanted((JSON,))
    stock = office().issuing.articles
    return {"items": stock.listed(**query), "counts": stock.counts()}


@blueprint.route("/articles", methods=["POST"])
@requires("records")
@blueprint.arguments(ArticlesAddSchema, location="json")
@blueprint.response(201, ArticlesAddedSchema)
def add(body: dict[str, Any]) -> Any:
    """Take article numbers in

    All or none: one that is wrong, there twice or known is refused at its place. Letters by certified mail take them in
    this order, each once.
    """
    wanted((JSON,))
    stock = office().issuing.articles
    return {"added": stock.add(body["numbers"], batch=body["batch"], actor=actor()), "counts": stock.counts()}


@blueprint.route("/articles/<string:number>/spoil", methods=["POST"])
@requires("records")
@blueprint.arguments(SpoilSchema, location="json")
@blueprint.response(200, ArticleSchema)
def spoil(body: dict[str, Any], number: str) -> Any:
    """Say that an article number is not to be used

    Its label tore, or its letter was never mailed. One that was mailed is refused (409).
    """
    wanted((JSON,))
    return office().issuing.articles.spoil(number, reason=body["reason"], actor=actor())


@blueprint.route("/mail-list", methods=["GET"])
@requires("records")
@blueprint.arguments(MailQuerySchema, location="query")
@blueprint.response(200, MailListSchema)
@blueprint.alt_response(200, content_type=CSV, schema=BYTES, success=True)
@blueprint.alt_response(200, content_type=PDF, schema=BYTES, success=True)
def mail_list(query: dict[str, Any]) -> Any:
    """List what goes into the mail

    The envelopes of a day, a case, a notice, or of documents, by class and ZIP Code. Accept decides: JSON, CSV for the
    mail room's system, or PDF: a firm mailing book for the post office to sign.
    """
    media_type = wanted((JSON, CSV, PDF))
    asked = MailQuery(query["on"], query["case"], query["notice"], tuple(query["document"]))
    listed = office().issuing.mail_list(asked)
    if media_type == JSON:
        return listed
    return (
        _file(csv_of(listed), CSV, "csv")
        if media_type == CSV
        else _file(office().issuing.firm_book(listed), PDF, "pdf")
    )


def _file(content: bytes, media_type: str, suffix: str) -> Response:
    return file(content, media_type, "mail-list", suffix=suffix)
