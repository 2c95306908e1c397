"""The public pages. They read handouts and records; they change nothing, set no cookie and run no script."""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, cast
from unicodedata import category

from babel import Locale
from babel.dates import format_date
from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Response as BaseResponse

from docservice import disk
from docservice.refusal import Refusal
from docservice.web import reader_language
from docservice.web.headers import policy, protect, style_hashes

if TYPE_CHECKING:
    from docservice.office.facade import Office
    from docservice.pipeline.faces import Face

log = logging.getLogger("docservice.web")

EXTENSION = "docservice.web"
blueprint = Blueprint("public", __name__, template_folder="pages")

# What people come with, as the list of handouts calls it (``office.review.handout_list.NEEDS``).
_NEEDS = {
    "building": "I want to build or change something",
    "yard": "My yard, my street, my things",
    "renting": "Renting, and renting out",
    "office": "A letter from you, or a problem to report",
    "other": "More",
}
_FIRST = 2  # handouts of each need on the front page

_KINDS = {
    "missing": 404,
    "malformed": 400,
    "input": 404,
    "conflict": 409,
    "setup": 503,
    "timeout": 503,
    "too-many": 429,
}


def register(app: Flask, office: Office) -> None:
    """Put the public pages on ``app``, served by ``office``."""
    app.extensions[EXTENSION] = office
    app.register_blueprint(blueprint)


def _office() -> Office:
    return cast("Office", current_app.extensions[EXTENSION])


@blueprint.after_request
def _protect(response: Response) -> Response:
    return protect(response)


@blueprint.app_context_processor
def _shared() -> dict[str, Any]:
    return {"town": _office().town.identity, "seal": _seal_name()}


@blueprint.get("/")
def front() -> str:
    """The front page."""
    listed = _office().review.handouts()
    first = [one for need in _NEEDS for one in [some for some in listed if some.need == need][:_FIRST]]
    return render_template("front.html", handouts=first)


@blueprint.get("/handouts/")
def handouts() -> str:
    """Every handout, by need, with its question in the language asked for (``language``), and every other language."""
    languages = {language.tag: language for language in _office().review.languages()}
    asked = request.args.get("language", "en")
    chosen = asked if asked in languages else "en"
    listed = _office().review.handouts(chosen)
    offered = [tag for tag in languages if any(tag in one.languages for one in listed)]
    return render_template(
        "handouts.html", handouts=listed, languages=languages, chosen=chosen, offered=offered, needs=_NEEDS
    )


@blueprint.get("/handouts/<key>")
def handout_in_own_language(key: str) -> BaseResponse:
    """A handout whose address was typed or printed without a language: to the reader's own, where it is offered."""
    listed = next((one for one in _office().review.handouts() if one.key == key), None)
    if listed is None:
        raise NotFound
    wanted = reader_language.best(request.accept_languages.values(), listed.languages)
    response = redirect(url_for("public.handout", key=key, language=wanted))
    response.headers["Vary"] = "Accept-Language"
    return response


@blueprint.get("/handouts/<key>/picture")
def handout_picture(key: str) -> Response:
    """A handout's picture, without words, for the list."""
    content, media_type = _office().review.handout_picture(key)
    return _kept(current_app.response_class(content, mimetype=media_type))


@blueprint.get("/handouts/<key>/<language>")
def handout(key: str, language: str) -> Response:
    """A handout's web face; ``<language>.pdf`` is its PDF."""
    tag, dot, suffix = language.partition(".")
    if dot and suffix != "pdf":
        raise NotFound
    face: Face = "pdf" if dot else "html"
    made = _office().issuing.handout(key, tag, face)
    content = made.content if dot else _led_home(made.content)
    response = current_app.response_class(content, mimetype=made.media_type)
    if dot:
        response.headers["Content-Disposition"] = f'inline; filename="{key}-{tag}.pdf"'
    else:
        response.headers["Content-Security-Policy"] = policy(*style_hashes(made.content))
        response.headers["Content-Language"] = tag
    response.headers["Cache-Control"] = "public, max-age=300"
    response.set_etag(made.sha256)
    response.make_conditional(request)
    return response


def _led_home(page: bytes) -> bytes:
    """A handout's page whose links to handouts stay on the address at which the reader is.

    What is printed of it, and its square code, keep the public address: they are read elsewhere.
    """
    office = _office()
    public = office.settings.public_url or office.town.identity.public_address
    here = request.script_root
    return page.replace(f'href="{public}/handouts/'.encode(), f'href="{here}/handouts/'.encode())


@blueprint.get("/verify/")
def ask() -> BaseResponse | str:
    """Where a resident types the code printed on a notice."""
    code = clean_code(request.args.get("code", ""))
    return redirect(url_for("public.verify", code=code), 303) if code else render_template("ask.html")


@blueprint.get("/verify/<code>")
def verify(code: str) -> tuple[str, int]:
    """Whether a notice in hand is genuine: number, date, kind, status, pages; nothing about any person."""
    cleaned = clean_code(code)
    try:
        record = _office().issuing.verify(cleaned) if cleaned else None
    except Refusal as refusal:
        if refusal.kind != "missing":
            raise
        record = None
    if record is None:
        return render_template("unknown.html", code=code[:40]), 404
    replaced_by = _office().issuing.document(record.superseded_by) if record.superseded_by else None
    english = Locale.parse(record.language.replace("-", "_")).get_display_name("en") or record.language
    page = render_template(
        "verify.html",
        record=record,
        replaced_by=replaced_by,
        kind=_kind(record.template),
        issued_on=format_date(record.issued_on, "long", locale="en_US"),
        language_in_english=english,
    )
    return page, 200


@blueprint.get("/assets/site.css")
def style() -> Response:
    """The stylesheet."""
    colors = _office().town.look.colors
    style = _style() + f":root {{ --leaf: {colors.strong}; --bark: {colors.accent}; }}\n".encode()
    return _kept(current_app.response_class(style, mimetype="text/css"))


@blueprint.get("/favicon.ico")
def favicon() -> BaseResponse:
    """What browsers ask for that read a page without an icon of its own: the seal."""
    if not _seal_name():
        return _kept(current_app.response_class(status=204))
    return redirect(url_for("public.seal", name=_seal_name()))


@blueprint.get("/assets/seal/<name>")
def seal(name: str) -> Response:
    """The town's seal; its address changes when the seal does."""
    held = _office().town.appearance.seal
    if held is None or name != _seal_name():
        raise NotFound
    return _kept(current_app.response_class(held.data, mimetype=held.media_type))


def _kept(response: Response) -> Response:
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest())
    response.make_conditional(request)
    return response


def _seal_name() -> str:
    """What the seal is called in its address; empty where the town has none."""
    held = _office().town.appearance.seal
    return f"{hashlib.sha256(held.data).hexdigest()[:16]}.{held.name.rpartition('.')[2]}" if held else ""


@cache
def _style() -> bytes:
    return (resources.files("docservice.web") / "assets" / "site.css").read_bytes()


def clean_code(text: str) -> str:
    """A verification code as it was printed, empty when it cannot be one.

    Whatever spaces, hyphens, dashes and other marks were typed between its letters, or came along where it was copied
    from (soft hyphens, characters that cannot be seen), is left out.
    """
    code = "".join(character for character in text if category(character)[0] not in "CZP" and character != "\u2212")
    code = code.upper()
    return code if re.fullmatch(r"[A-Z0-9]{4,40}", code) else ""


def _kind(key: str) -> str:
    """The kind of a document in plain words. Its own title may name a person or a place, so that is not shown."""
    return next(
        (str(t.title) for t in _office().review.templates() if t.key == key), key.replace("-", " ").capitalize()
    )


def respond(error: Exception) -> Response:
    """An error as a page that says what to do next."""
    error = disk.refusal_of(error) or error
    if isinstance(error, Refusal):
        status = _KINDS.get(error.kind, 404)
    elif isinstance(error, HTTPException) and error.code is not None:
        if error.code < 400:
            return Response(error.get_response().get_data(), error.code, dict(error.get_headers()))
        status = error.code
    else:
        status = 500
    trace = ""
    if status == 500:
        trace = secrets.token_hex(16)
        log.error("%s %s failed, trace_id=%s", request.method, request.path, trace, exc_info=error)
    refusal = error if isinstance(error, Refusal) else None
    page = render_template("error.html", status=status, trace=trace, refusal=refusal)
    response = protect(current_app.response_class(page, status))
    allow = getattr(error, "valid_methods", None)
    if allow:
        response.headers["Allow"] = ", ".join(sorted(allow))
    if refusal is not None and refusal.retry_after is not None:
        response.headers["Retry-After"] = str(refusal.retry_after)
    response.headers["Cache-Control"] = "no-store"
    return response
