"""/api/v1/handouts: what the public may read; no key is needed."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, url_for
from marshmallow import fields

from docservice.api.access import public
from docservice.api.blueprint import Blueprint
from docservice.api.negotiation import (
    BYTES,
    FACE_OF,
    HANDOUT_FACE,
    HTML,
    JSON,
    PDF,
    bytes_of,
    file,
    wanted,
    wanted_file,
)
from docservice.api.wiring import office
from docservice.media_types import MEDIA_TYPES
from docservice.pipeline.faces import Face

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
        for template in office().review.templates()
        if template.face == "handout" and template.version is not None
    ]
    return {"items": items}


@blueprint.route("/handouts/<string:key>/<string:language>", methods=["GET"])
@public
@blueprint.response(200, content_type=HTML, schema=BYTES)
@blueprint.alt_response(200, content_type=PDF, schema=BYTES, success=True)
@blueprint.alt_response(304, success=True)
def read(key: str, language: str) -> Any:
    """Read a handout in a language, as a web page or PDF"""
    return _file(key, language, FACE_OF[wanted((HTML, PDF))])


@blueprint.route(f"/handouts/<string:key>/<string:language>/files/{HANDOUT_FACE}", methods=["GET"])
@public
@blueprint.doc(responses={200: bytes_of(PDF, HTML)})
@blueprint.response(200)
@blueprint.alt_response(304, success=True)
def read_file(key: str, language: str, face: Face) -> Any:
    """Fetch a handout as a file: the PDF or the web page"""
    return _file(key, language, face, wanted_file(MEDIA_TYPES[face]))


def _file(key: str, language: str, face: Face, media_type: str | None = None) -> Response:
    made = office().issuing.handout(key, language, face)
    return file(
        made.content, media_type or made.media_type, f"{key}-{language}", etag=made.sha256, cache="public, max-age=300",
        suffix=face,
    )  # fmt: skip
