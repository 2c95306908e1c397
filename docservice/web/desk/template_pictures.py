"""The pictures of a template at the desk: seen, added, replaced, removed; each save is a new draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.utils import secure_filename
from werkzeug.wrappers import Response as BaseResponse

from docservice.finding import Finding
from docservice.media_types import MEDIA_TYPES
from docservice.refusal import Refusal
from docservice.web.desk.access import allows, office
from docservice.web.desk.drafting import keep, shared
from docservice.web.desk.statuses import status_of
from docservice.web.desk.template_heads import by_field
from docservice.web.desk.wording import VERSION
from docservice.wording import pictures as drawn
from docservice.wording.bundle import Bundle

_FIELD = "replace:"


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get(f"{VERSION}/pictures")(pictures)
    blueprint.post(f"{VERSION}/pictures")(save_pictures)
    blueprint.get(f"{VERSION}/pictures/<path:name>")(picture)


@allows("propose")
def pictures(key: str, number: int) -> str:
    """The pictures of a version."""
    return _page(key, number)


@allows("wording")
def picture(key: str, number: int, name: str) -> Response:
    """One picture."""
    data = office().review.bundle(key, number).files.get(name)
    kind = drawn.kind_of(name)
    if data is None or kind is None:
        raise NotFound
    response = current_app.response_class(data, content_type=MEDIA_TYPES[kind.lower()])
    # A drawing may hold style of its own; nothing in it runs, and it loads nothing.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=300"
    return response


@allows("propose")
def save_pictures(key: str, number: int) -> BaseResponse:
    """Keep what was uploaded and ticked off as a new draft."""
    bundle = office().review.bundle(key, number)
    own = _own(bundle)
    try:
        files = {name: data for name in own if (data := _sent(_FIELD + name))}
        texts = {path: data.decode() for path, data in bundle.files.items() if path.endswith(".html")}
        name, data = _added(bundle)
        if data:
            line, alternative = _place(bundle)
            texts[bundle.wording_path] = drawn.put(bundle.wording, name, alternative, line)
            files[name] = data
        removed = [name for name in request.form.getlist("remove") if name in own and name not in files]
        for name in removed:
            texts = {path: drawn.taken_out(text, name) for path, text in texts.items()}
        files |= {path: text.encode() for path, text in texts.items() if text.encode() != bundle.files[path]}
        record = keep(key, number, files, removed)
    except Refusal as refusal:
        return current_app.response_class(_page(key, number, refusal), status_of(refusal))
    return redirect(url_for("desk.pictures", key=key, number=record.number, done="saved"), 303)


def _added(bundle: Bundle) -> tuple[str, bytes]:
    """The picture that is to be added, under a name that can stand in a wording."""
    sent, data = request.files.get("file"), _sent("file")
    if sent is None or not data:
        if request.form.get("alternative", "").strip():
            message = "Choose the picture: a file that has something in it."
            raise Refusal("desk.picture", message, [Finding.error("desk.picture", message, "/file")])
        return "", b""
    name = secure_filename(sent.filename or "").lower()
    message = ""
    if drawn.kind_of(name) is None:
        message = "A picture is a PNG, JPEG or SVG file, and its name says so."
    elif name in bundle.files:
        message = f"There is a picture {name} already: replace that one, or give yours another name."
    if message:
        raise Refusal("desk.picture", message, [Finding.error("desk.picture", message, "/file")])
    return name, data


def _place(bundle: Bundle) -> tuple[int, str]:
    """Where the picture is to stand, and what it says to people who cannot see it."""
    problems = []
    line, alternative = request.form.get("spot", type=int) or 0, request.form.get("alternative", "").strip()
    if not alternative:
        problems.append(
            Finding.error("desk.picture", "Say what it shows, for people who cannot see it.", "/alternative")
        )
    if all(spot.line != line for spot in drawn.spots(bundle.wording)):
        problems.append(Finding.error("desk.picture", "Say where in the wording it stands.", "/spot"))
    if problems:
        raise Refusal("desk.picture", "Something is missing to add the picture.", problems)
    return line, alternative


def _sent(field: str) -> bytes:
    sent = request.files.get(field)
    return sent.read() if sent is not None else b""


def _own(bundle: Bundle) -> tuple[str, ...]:
    """The pictures that are the template's own."""
    shared_ones = ("letterhead/", "clauses/", "messages/")
    return tuple(name for name in bundle.files if drawn.is_picture(name) and not name.startswith(shared_ones))


def _page(key: str, number: int, refusal: Refusal | None = None) -> str:
    bundle = office().review.bundle(key, number)
    own, removed = _own(bundle), request.form.getlist("remove")
    rows: list[Mapping[str, Any]] = [
        {"name": name, "own": name in own, "bytes": len(data), "removed": name in removed,
         "uses": drawn.uses(bundle.files, name.removeprefix("letterhead/"))}
        for name, data in bundle.files.items() if drawn.is_picture(name)
    ]  # fmt: skip
    errors = by_field(refusal)
    for problem in refusal.problems if refusal is not None else ():
        if problem.code == "proposal.picture":
            name = problem.place.removeprefix("/files/")
            errors[name if name in own else "file"] = [problem.message]
    return render_template(
        "desk/pictures.html", rows=sorted(rows, key=lambda row: (not row["own"], row["name"])), errors=errors,
        spots=drawn.spots(bundle.wording), form=request.form, in_word=bundle.written_in_word,
        **shared(key, number, "pictures", refusal),
    )  # fmt: skip
