"""Putting the API on a Flask app, with its OpenAPI 3.1 document."""

from __future__ import annotations

import http
from threading import Lock
from typing import TYPE_CHECKING, Any

import flask_smorest
from flask import Flask, Response, current_app, json

from docservice import __version__
from docservice.api import (
    articles,
    case_numbers,
    casefiles,
    cases,
    description,
    documents,
    due,
    editions,
    events,
    exhibits,
    feed,
    handouts,
    jobs,
    notices,
    observing,
    packets,
    previews,
    problems,
    profiles,
    reviews,
    service,
    templates,
    translations,
    verifications,
    wiring,
    word_files,
)
from docservice.api.blueprint import Blueprint
from docservice.api.negotiation import JSON
from docservice.api.wiring import EXTENSION

if TYPE_CHECKING:
    from docservice.office.facade import Office

_PREFIXES = ("/api/", "/health/", "/metrics", "/openapi.json")

DESCRIPTION = """\
Facts in, documents out: a casefile and a template become a letter that is complete by law, right in its dates and
archived unchanged. Errors are RFC 9457 problem+json with a stable `code`. Accept decides the face of a document.
"""


class Api(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest, with errors documented as what they are: application/problem+json."""

    ERROR_SCHEMA = problems.ProblemSchema

    def _register_responses(self) -> None:
        content = {problems.MEDIA_TYPE: {"schema": self.ERROR_SCHEMA}}
        for status in http.HTTPStatus:
            response: dict[str, Any] = {"description": status.phrase}
            if status >= 400:
                response["content"] = content
            self.spec.components.response(status.name, response, lazy=True)
        default = {"description": "Any error", "content": content}
        self.spec.components.response("DEFAULT_ERROR", default, lazy=True)

    def _register_error_handlers(self) -> None:
        """The app decides which room answers an error."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        self._untold: list[Blueprint] = []
        self._telling, self._written = Lock(), ""
        super().__init__(*arguments, **more)

    def register_blueprint(self, blueprint: Blueprint) -> None:
        """Put a room's routes on the app. The document tells of them when somebody asks for it: few ever do."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        self._app.register_blueprint(blueprint)
        self._untold.append(blueprint)

    def openapi(self, app: Flask, server: str) -> dict[str, Any]:
        """The OpenAPI document of ``app`` at the address ``server``."""
        with self._telling:
            while self._untold:
                room = self._untold.pop(0)
                room.register_views_in_doc(self, app, self.spec, name=room.name, parameters=None)
                self.spec.tag({"name": room.name, "description": room.description})
            return description.whole(self.spec.to_dict(), app, server)

    def _openapi_json(self) -> Response:
        if not self._written:  # it does not change while the service runs
            server = str(wiring.office().settings.public_url) or "/"
            app = current_app._get_current_object()  # type: ignore[attr-defined]
            self._written = json.dumps(self.openapi(app, server), indent=1)
        return current_app.response_class(self._written, mimetype=JSON)


def register(app: Flask, office: Office) -> None:
    """Put the API on ``app``, served by ``office``."""
    app.extensions[EXTENSION] = office
    app.config.update(
        API_TITLE="docservice",
        API_VERSION=__version__,
        OPENAPI_VERSION="3.1.1",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.converters["packet"] = packets.PacketId
    app.url_map.converters["number"] = case_numbers.CaseNumber
    observing.install(app)
    api = Api(app, spec_kwargs={"info": {"description": DESCRIPTION}})
    scheme = {"type": "http", "scheme": "bearer", "description": "An API key: docservice keys add"}
    api.spec.components.security_scheme("apiKey", scheme)
    events.install(app)
    rooms = (
        casefiles, cases, due, feed, templates, reviews, translations, word_files, previews, documents, notices,
        articles, packets, profiles, verifications, editions, exhibits, jobs, events, handouts, observing, service,
    )  # fmt: skip
    for room in rooms:
        api.register_blueprint(room.blueprint)


def is_api(path: str) -> bool:
    """Whether an error at ``path`` is answered as problem+json (rather than as a page)."""
    return path.startswith(_PREFIXES)
