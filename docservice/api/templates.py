"""/api/v1/templates and /api/v1/languages: what can be ordered."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields

from docservice.api.access import public, requires
from docservice.api.blueprint import Blueprint
from docservice.api.negotiation import JSON, wanted
from docservice.api.review_schemas import VersionListSchema, VersionSchema, version_answer, version_body
from docservice.api.wiring import office
from docservice.office.means.choices import SCOPES
from docservice.refusal import Refusal

blueprint = Blueprint("templates", __name__, url_prefix="/api/v1", description="Templates and their versions")


class TemplateSchema(ma.Schema):
    key = fields.String(required=True)
    title = fields.String(required=True)
    face = fields.String(required=True, metadata={"description": "letter or handout"})
    document_type = fields.String()
    languages = fields.List(fields.String(), required=True)
    version = fields.Integer(allow_none=True, metadata={"description": "The version in force today"})


class TemplateListSchema(ma.Schema):
    items = fields.List(fields.Nested(TemplateSchema), required=True)


class LanguageSchema(ma.Schema):
    tag = fields.String(required=True, metadata={"description": "BCP 47"})
    name = fields.String(required=True, metadata={"description": "In English"})
    own_name = fields.String(required=True, metadata={"description": "In the language itself"})
    direction = fields.String(required=True, metadata={"enum": ["ltr", "rtl"]})
    templates = fields.List(fields.String(), metadata={"description": "Keys of the templates offered in it"})


class LanguageListSchema(ma.Schema):
    items = fields.List(fields.Nested(LanguageSchema), required=True)


@blueprint.route("/templates", methods=["GET"])
@requires(*SCOPES)
@blueprint.response(200, TemplateListSchema)
def find() -> Any:
    """List templates"""
    wanted((JSON,))
    return {"items": office().templates()}


@blueprint.route("/templates/<string:key>", methods=["GET"])
@requires(*SCOPES)
@blueprint.response(200, TemplateSchema)
def read(key: str) -> Any:
    """Read one template"""
    wanted((JSON,))
    for template in office().templates():
        if template.key == key:
            return template
    raise Refusal("template.unknown", f"There is no template “{key}”.", kind="missing")


@blueprint.route("/templates/<string:key>/versions", methods=["GET"])
@requires(*SCOPES)
@blueprint.response(200, VersionListSchema)
def versions(key: str) -> Any:
    """List a template's versions"""
    wanted((JSON,))
    return {"items": [version_body(one) for one in office().review.versions(key)]}


@blueprint.route("/templates/<string:key>/versions/<int(max=999999):number>", methods=["GET"])
@requires(*SCOPES)
@blueprint.response(200, VersionSchema)
def version(key: str, number: int) -> Any:
    """Read one version

    Its state, and its standing today: an approved version is scheduled, in_force or superseded by its date alone.
    """
    wanted((JSON,))
    return version_answer(office().review.version(key, number))


@blueprint.route("/languages", methods=["GET"])
@public
@blueprint.response(200, LanguageListSchema)
def languages() -> Any:
    """List languages, with the templates offered in each"""
    wanted((JSON,))
    return {"items": office().languages()}
