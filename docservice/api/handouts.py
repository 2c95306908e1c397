"""/api/v1/handouts: what the public may read; no key is needed."""

from __future__ import annotations

from typing import Any, cast

import marshmallow as ma
from flask import url_for
from marshmallow import fields

from docservice.api.access import public
from docservice.api.blueprint import Blueprint
from docservice.api.negotiation import FACE_OF, HTML, JSON, PDF, file, wanted
from docservice.api.wiring import office
from docservice.correspondence.choices import Face

blueprint = Blueprint("handouts", __name__, url_prefix="/api/v1", description="Handouts for the public")


class HandoutSchema(ma.Schema):
    key = fields.String(required=True)
    title = fields.String(required=True)
    languages = fields.List(fields.String(), required=True)
    links = fields.Dict(keys=fields.String(), values=fields.String(), metadata={"description": "Address by language"})


class HandoutListSchema(ma.Schema):
    items = fields.List(fields.Nested(HandoutSchema), required=True)


@blueprint.route("/handouts", methods=["GET"])
@public
@blueprint.response(200, HandoutListSchema)
def find() -> Any:
    """List handouts"""
    wanted((JSON,))
    items = [
        {
            "key": template.key,
            "title": template.title,
            "languages": list(template.languages),
            "links": {tag: url_for("handouts.read", key=template.key, language=tag) for tag in template.languages},
        }
        for template in office().templates()
        if template.face == "handout" and template.version is not None
    ]
    return {"items": items}


@blueprint.route("/handouts/<string:key>/<string:language>", methods=["GET"])
@public
@blueprint.response(200, content_type=HTML, schema={"type": "string"})
@blueprint.alt_response(200, content_type=PDF, schema={"type": "string", "format": "binary"}, success=True)
def read(key: str, language: str) -> Any:
    """Read a handout in a language, as a web page or PDF"""
    media_type = wanted((HTML, PDF))
    made = office().handout(key, language, cast(Face, FACE_OF[media_type]))
    return file(made.content, made.media_type, f"{key}-{language}", etag=made.sha256, cache="public, max-age=300")
