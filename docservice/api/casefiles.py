"""/api/v1/casefile/schema: what a casefile holds, as JSON Schema."""

from __future__ import annotations

from typing import Any

from flask import current_app, json

from docservice.api.access import public
from docservice.api.blueprint import Blueprint
from docservice.api.negotiation import JSON, wanted
from docservice.casefile import json_schema

blueprint = Blueprint("casefile", __name__, url_prefix="/api/v1", description="What a casefile holds")

MEDIA_TYPE = "application/schema+json"


@blueprint.route("/casefile/schema", methods=["GET"])
@public
@blueprint.response(200, content_type=MEDIA_TYPE, schema={"type": "object"})
@blueprint.alt_response(200, content_type=JSON, schema={"type": "object"}, success=True)
def schema() -> Any:
    """The JSON Schema (2020-12) of a casefile

    The same is in this document, as the component Casefile. What a schema cannot say is checked when a casefile is
    sent: dates in order, ids that exist, addresses.
    """
    media_type = wanted((MEDIA_TYPE, JSON))
    response = current_app.response_class(json.dumps(json_schema(), ensure_ascii=False), mimetype=media_type)
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Vary"] = "Accept"
    return response
