"""/api/v1/due: what is due in cases on record; /api/v1/calendars: addresses at which calendar programs read it."""

from __future__ import annotations

from typing import Any

from docservice.api.access import actor, refuse_unseen_case, requires, scopes, sees_all
from docservice.api.blueprint import Blueprint
from docservice.api.due_schemas import (
    CalendarListSchema,
    CalendarMadeSchema,
    CalendarOrderSchema,
    CalendarSchema,
    DueCursorField,
    DueListSchema,
    DueQuerySchema,
)
from docservice.api.negotiation import JSON, wanted
from docservice.api.wiring import office
from docservice.refusal import Refusal

blueprint = Blueprint("due", __name__, url_prefix="/api/v1", description="What is due, and calendars of it")


@blueprint.route("/due", methods=["GET"])
@requires("issue", "read", "records")
@blueprint.arguments(DueQuerySchema, location="query")
@blueprint.response(200, DueListSchema)
def find(query: dict[str, Any]) -> Any:
    """List what is due in all cases, the earliest first

    Dates of papers, of hearings and appeals, and what is to be done after them: what is open or late, or what is in a
    state. Go on by cursor. A key that can only issue sees the cases that it put on record.
    """
    wanted((JSON,))
    found = office().cases.due.listed(
        until=query["until"], officer=query["officer"], state=query["state"], case=query["case"],
        owner=None if sees_all() else actor(), after=query["cursor"], per_page=query["per_page"],
    )  # fmt: skip
    cursor = DueCursorField.at(found.following) if found.following is not None else None
    return {"on": found.on, "complete": found.complete, "items": found.items, "cursor": cursor}


@blueprint.route("/calendars", methods=["POST"])
@requires("issue", "read", "records")
@blueprint.arguments(CalendarOrderSchema, location="json")
@blueprint.response(201, CalendarMadeSchema)
def add_calendar(body: dict[str, Any]) -> Any:
    """Make an address at which calendar programs read what is due

    Of the office, an officer or a case. The address is told this once; who has it reads numbers and kinds of dates, no
    names. A key that can only issue makes those of its own cases.
    """
    wanted((JSON,))
    if body["scope"] == "case":
        refuse_unseen_case(office().cases.summary(body["subject"]).created_by, body["subject"])
    elif not sees_all():
        message = "That calendar shows every case; it needs the scope read. A calendar of your own case does not."
        raise Refusal("access.scope_missing", message, kind="forbidden")
    record, token = office().cases.due.make_calendar(body["scope"], body["subject"], body["name"], actor=actor())
    base = office().settings.public_url or office().town.identity.public_address
    return {"calendar": record, "url": f"{base}/calendars/{token}.ics"}


@blueprint.route("/calendars", methods=["GET"])
@requires("issue", "read", "records")
@blueprint.response(200, CalendarListSchema)
def find_calendars() -> Any:
    """List calendars, the newest first: one's own; with the scope records everybody's"""
    wanted((JSON,))
    return {"items": office().cases.due.calendars(_whose())}


@blueprint.route("/calendars/<string:id>", methods=["DELETE"])
@requires("issue", "read", "records")
@blueprint.response(200, CalendarSchema)
def revoke_calendar(id: str) -> Any:
    """End a calendar: its address leads nowhere from now on

    One's own; with the scope records anybody's.
    """
    return office().cases.due.revoke_calendar(id, actor=actor(), created_by=_whose())


def _whose() -> str | None:
    """Whose calendars the caller may see and end: its own, or with the scope records anybody's (None)."""
    return None if scopes() & {"records", "admin"} else actor()
