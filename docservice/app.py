"""The WSGI application: API and public pages on one office."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, NotFound

from docservice import api, web
from docservice.api import events, problems
from docservice.api.bodies import EXHIBITS_PATH, PACKET_FACTOR, advice, allowed_at
from docservice.config import Settings
from docservice.limiting import requests as limited
from docservice.limiting.counting import Limits
from docservice.refusal import Refusal

if TYPE_CHECKING:
    from docservice.correspondence.office import Office

__all__ = ["EXHIBITS_PATH", "PACKET_FACTOR", "advice", "allowed_at", "create_app", "end_streams"]

ORDER_TEXT = 16 * 2**20  # bytes of JSON beside the files of a multipart body


def create_app(
    office: Office,
    *,
    max_body_megabytes: int = 25,
    max_exhibit_megabytes: int = 256,
    limits: Limits | None = None,
    **config: Any,
) -> Flask:
    """The application that serves ``office``.

    ``max_body_megabytes`` bounds a request's body (a packet's: ten times that), ``max_exhibit_megabytes`` that of an
    uploaded exhibit; ``limits`` bounds how often somebody may ask (as the settings do when nobody changes them);
    ``config`` goes to Flask, and may have ``EVENT_STREAMS``, how many streams of events may be open.
    """
    app = Flask("docservice", static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=max_body_megabytes * 2**20,
        MAX_EXHIBIT_LENGTH=max_exhibit_megabytes * 2**20,
        MAX_FORM_MEMORY_SIZE=ORDER_TEXT,
        **config,
    )
    api.register(app, office)
    limited.install(app, limits or Limits.of(Settings()))
    web.register(app, office)

    @app.before_request
    def refuse_control_characters() -> None:
        # No name, number or code has one, and not every database takes them. An identity provider's account of what
        # went wrong may have line ends; nothing of it is kept.
        given = () if request.endpoint == "desk.from_provider" else request.args.values()
        if any(ord(character) < 32 for text in (request.path, *given) for character in text):
            raise NotFound

    def answer(error: Exception) -> Response:
        return problems.respond(error) if api.is_api(request.path) else web.respond(error)

    app.register_error_handler(Refusal, answer)
    app.register_error_handler(HTTPException, answer)
    app.register_error_handler(Exception, answer)
    return app


def end_streams(app: Flask) -> None:
    """End every stream of events, soon."""
    events.streams(app).closing.set()
