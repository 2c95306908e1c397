"""/api/v1/events: what was put on record, in the order of record: the truth for outside systems."""

from __future__ import annotations

from typing import Any

from docservice.api.access import actor, requires, sees_all
from docservice.api.blueprint import Blueprint
from docservice.api.case_schemas import FeedQuerySchema, FeedSchema
from docservice.api.negotiation import JSON, wanted
from docservice.api.wiring import office

blueprint = Blueprint("feed", __name__, url_prefix="/api/v1", description="What was put on record, in its order")


@blueprint.route("/events", methods=["GET"])
@requires("issue", "read", "records")
@blueprint.arguments(FeedQuerySchema, location="query")
@blueprint.response(200, FeedSchema)
def read(query: dict[str, Any]) -> Any:
    """Read what was put on record after a position

    Documents issued, voided, superseded; cases put on record and changed; what happened in them. In order, without a
    gap, and nothing comes later before a position that was read: keep next, and ask from there again, at once while
    more is true. A key that can only issue is told of its own documents and cases.
    """
    wanted((JSON,))
    return office().cases.feed(query["after"], limit=query["limit"], owner=None if sees_all() else actor())
