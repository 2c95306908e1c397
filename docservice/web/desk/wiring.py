"""The desk's blueprint: its routes, its headers, its assets, and the office behind it."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException, NotFound

from docservice.recent import RecentShelf
from docservice.refusal import Refusal
from docservice.web.desk import (
    access,
    accounts,
    answers,
    approving,
    home,
    keys,
    provider_signing,
    reviewing,
    signing,
    starting,
    template_heads,
    template_pictures,
    template_samples,
    translating,
    translation_approvals,
    translator_files,
    word_files,
    wording,
    words,
    work,
    writing,
)
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
    "redline.css": "text/css; charset=utf-8",
    "htmx.min.js": "text/javascript; charset=utf-8",
    "htmx.LICENSE.txt": "text/plain; charset=utf-8",
}

for room in (
    signing, provider_signing, home, wording, reviewing, approving, starting, writing, template_heads,
    template_samples, template_pictures, word_files, translating, translation_approvals,
    translator_files, accounts, keys, work,
):  # fmt: skip
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
