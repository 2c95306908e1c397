"""The desk's blueprint: its routes, its headers, its assets, and the office behind it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib import import_module, resources
from pkgutil import iter_modules
from types import ModuleType
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException, NotFound

from docservice.recent import RecentShelf
from docservice.refusal import Refusal
from docservice.web.desk import access, answers, translating, words
from docservice.web.desk.access import EXTENSION, everybody
from docservice.web.headers import protect

if TYPE_CHECKING:
    from docservice.office.facade import Office

blueprint = Blueprint("desk", __name__, url_prefix="/desk", template_folder="../pages")

# Nothing inline, nothing evaluated, nothing from elsewhere.
POLICY = "; ".join(
    ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'")
)
_ASSETS = {
    "desk.css": "text/css; charset=utf-8",
    "wording.css": "text/css; charset=utf-8",
    "redline.css": "text/css; charset=utf-8",
    "packet.js": "text/javascript; charset=utf-8",
    "htmx.min.js": "text/javascript; charset=utf-8",
    "htmx.LICENSE.txt": "text/plain; charset=utf-8",
}


def _rooms() -> Iterator[ModuleType]:
    """Every module of the desk that has pages: it says so by a function ``routes(blueprint)``."""
    here = __name__.rpartition(".")[0]
    for found in sorted(one.name for one in iter_modules(import_module(here).__path__)):
        module = import_module(f"{here}.{found}")
        if hasattr(module, "routes"):
            yield module


for room in _rooms():
    room.routes(blueprint)


def register(app: Flask, office: Office) -> None:
    """Put the desk on ``app``, served by ``office``."""
    app.extensions[EXTENSION] = office
    app.extensions[EXTENSION + ".shelf"] = RecentShelf[Any](room=64)
    app.jinja_env.filters.update(words.FILTERS, coded=translating.coded)
    app.register_blueprint(blueprint)


blueprint.before_request(access.guard)
blueprint.register_error_handler(Refusal, answers.respond)
blueprint.register_error_handler(HTTPException, answers.respond)
blueprint.register_error_handler(Exception, answers.respond)


@blueprint.context_processor
def _shared() -> dict[str, Any]:
    desk = g.get("desk")
    return {
        "desk": desk,
        "menu": access.menu() if desk is not None else (),
        "may": access.may,
        "has_page": access.has_page,
        "can_search": access.has_page("desk.search") and access.may("read"),
        "single": access.office().people.single_sign_on,
        "form_token": desk.form_token if desk is not None else g.get("form_token", ""),
        "hx": "HX-Request" in request.headers,
        "is_typed": answers.is_typed,
    }


@blueprint.after_request
def _protect(response: Response) -> Response:
    answers.elsewhere(response)
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("X-Robots-Tag", "noindex")
    response.vary.add("HX-Request")
    return protect(response)


@blueprint.get("/assets/<name>")
@everybody
def asset(name: str) -> Response:
    """The desk's stylesheets and its one script."""
    if name not in _ASSETS:
        raise NotFound
    content = _asset(name)
    if name == "desk.css":
        colors = access.office().town.look.colors
        content += f":root {{ --leaf: {colors.strong}; --bark: {colors.accent}; }}\n".encode()
    response = current_app.response_class(content, content_type=_ASSETS[name])
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.set_etag(hashlib.sha256(content).hexdigest())
    response.make_conditional(request)
    return response


@cache
def _asset(name: str) -> bytes:
    if name == "redline.css":
        from docservice.office.review import redlining

        return redlining.stylesheet().encode()
    return (resources.files("docservice.web") / "assets" / name).read_bytes()
