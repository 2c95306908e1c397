"""Calendars of what is due, at addresses that are secrets: /calendars/TOKEN.ics, for programs that ask every hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, Flask, Response, current_app, request

from docservice.limiting import requests as limited
from docservice.refusal import Refusal
from docservice.web.headers import protect

if TYPE_CHECKING:
    from docservice.office.facade import Office

_EXTENSION = "docservice.calendars"
blueprint = Blueprint("calendars", __name__)


def register(app: Flask, office: Office) -> None:
    """Put the calendars on ``app``, served by ``office``."""
    app.extensions[_EXTENSION] = office
    app.register_blueprint(blueprint)


@blueprint.after_request
def _protect(response: Response) -> Response:
    return protect(response)


@blueprint.get("/calendars/<token>.ics")
def read(token: str) -> Response:
    """What is due. Who guesses is counted, as who guesses the codes of notices is."""
    limited.refuse_spent("verify")
    try:
        file = cast("Office", current_app.extensions[_EXTENSION]).cases.due.calendar(token)
    except Refusal as refusal:
        if refusal.kind == "missing":
            limited.count_stranger("verify")
        raise
    known = request.if_none_match.contains(file.etag)
    response = current_app.response_class(b"" if known else file.content, mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'inline; filename="due.ics"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(file.etag)
    response.make_conditional(request)
    return response
