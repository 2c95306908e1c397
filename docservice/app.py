"""The WSGI application: API and public pages on one office."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, NotFound

from docservice import api, web
from docservice.api import problems
from docservice.api.bodies import PACKET_FACTOR
from docservice.refusal import Refusal

if TYPE_CHECKING:
    from docservice.correspondence.office import Office

__all__ = ["PACKET_FACTOR", "PACKET_PATH", "create_app"]

PACKET_PATH = "/api/v1/packets"
ORDER_TEXT = 16 * 2**20  # bytes of JSON beside the files of a multipart body


def create_app(office: Office, *, max_body_megabytes: int = 25, **config: Any) -> Flask:
    """The application that serves ``office``.

    ``max_body_megabytes`` bounds a request's body (a packet's: ten times that); ``config`` goes to Flask.
    """
    app = Flask("docservice", static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=max_body_megabytes * 2**20, MAX_FORM_MEMORY_SIZE=ORDER_TEXT, **config)
    api.register(app, office)
    web.register(app, office)

    @app.before_request
    def refuse_control_characters() -> None:
        # No name, number or code has one, and not every database takes them.
        if any(ord(character) < 32 for text in (request.path, *request.args.values()) for character in text):
            raise NotFound

    def answer(error: Exception) -> Response:
        return problems.respond(error) if api.is_api(request.path) else web.respond(error)

    app.register_error_handler(Refusal, answer)
    app.register_error_handler(HTTPException, answer)
    app.register_error_handler(Exception, answer)
    return app
