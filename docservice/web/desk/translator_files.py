"""A translator's files at the desk: PO and XLIFF out, and back in with a page that says what became of each entry."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, current_app, render_template, request

from docservice.finding import Finding
from docservice.refusal import Refusal
from docservice.text import printable
from docservice.web.desk.access import actor, allows, office
from docservice.web.desk.statuses import status_of
from docservice.web.desk.translating import ONE, asked_version
from docservice.wording.catalog.exchange import ExchangeFormat


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get(f"{ONE}/file.<any(po, xliff):format>")(translator_file)
    blueprint.post(f"{ONE}/file")(take_file)


@allows("wording")
def translator_file(key: str, language: str, format: str) -> Response:
    """A file for a translator."""
    made = office().review.translations.export(key, language, cast(ExchangeFormat, format), asked_version())
    response = current_app.response_class(made.content, content_type=f"{made.media_type}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return response


@allows("translate")
def take_file(key: str, language: str) -> Response:
    """Take a file back, and say what was saved, what was doubtful, and what was refused and where."""
    version = asked_version()
    sheet = office().review.translations.sheet(key, language, version)
    taken, refused, name = None, None, ""
    try:
        name, data = sent_file()
        taken = office().review.translations.take(key, language, data, actor=actor(), name=name, version=version)
    except Refusal as refusal:
        refused = refusal
    english = {one.id: one.english for one in sheet.strings}
    page = render_template(
        "desk/taken.html", sheet=sheet, progress=sheet.progress, taken=taken, refusal=refused, name=name,
        saved=[english.get(id, id) for id in taken.saved] if taken is not None else [],
    )  # fmt: skip
    return current_app.response_class(page, status_of(refused) if refused is not None else 200)


def sent_file() -> tuple[str, bytes]:
    """The file of a form: its name and what is in it."""
    sent = request.files.get("file")
    data = sent.read() if sent is not None else b""
    if sent is None or not data:
        message = "Choose a file that has something in it."
        raise Refusal("desk.file", message, [Finding.error("desk.file", message)])
    name = printable(sent.filename or "")
    return name[-200:] or "the file", data
