"""The WSGI application: API and public pages on one office."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Flask, Response, redirect, request
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Response as BaseResponse

from docservice import api, web
from docservice.api import events, problems
from docservice.api.bodies import EXHIBITS_PATH, PACKET_FACTOR, advice, allowed_at
from docservice.config import Settings
from docservice.finding import Finding
from docservice.limiting import requests as limited
from docservice.limiting.counting import Limits
from docservice.refusal import Refusal

if TYPE_CHECKING:
    from docservice.office.facade import Office

__all__ = ["EXHIBITS_PATH", "PACKET_FACTOR", "advice", "allowed_at", "create_app", "end_streams"]

ORDER_TEXT = 16 * 2**20  # bytes of JSON beside the files of a multipart body
HTTPS_SECONDS = 365 * 24 * 3600  # for which a browser that came by https comes by nothing else (RFC 6797)


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
        if _control(request.path):
            raise NotFound
        if request.endpoint == "desk.from_provider":
            return
        for name, text in request.args.items(multi=True):
            if _control(name) or _control(text):
                message = "What was asked for has a control character, which nothing here has."
                problem = Finding.error("request.control_character", message, f"?{name}" if not _control(name) else "")
                raise Refusal("request.control_character", message, [problem], kind="malformed")

    @app.before_request
    def without_slash() -> BaseResponse | None:
        # Flask leads from /handouts to /handouts/, which has such an address. The other way is ours: for people, who
        # type and copy addresses. A system that sends an empty id after a slash is told that there is nothing.
        adapter, path = request_ctx.url_adapter, request.path.rstrip("/")
        unknown = isinstance(request.routing_exception, NotFound) and path != request.path
        if not unknown or adapter is None or api.is_api(path):
            return None
        try:
            adapter.match(path, request.method)
        except HTTPException:
            return None
        query = request.query_string.decode("ascii", "ignore")
        return redirect(quote(path) + (f"?{query}" if query else ""), 308)

    @app.after_request
    def only_in_private(response: Response) -> Response:
        if request.is_secure:  # by the word of the trusted proxy (docs/limits.md), or of the server itself
            response.headers.setdefault("Strict-Transport-Security", f"max-age={HTTPS_SECONDS}")
        return response

    def answer(error: Exception) -> Response:
        return problems.respond(error) if api.is_api(request.path) else web.respond(error)

    app.register_error_handler(Refusal, answer)
    app.register_error_handler(HTTPException, answer)
    app.register_error_handler(Exception, answer)
    return app


def _control(text: str) -> bool:
    return any(ord(character) < 32 or ord(character) == 127 for character in text)


def end_streams(app: Flask) -> None:
    """End every stream of events, soon."""
    events.streams(app).closing.set()
