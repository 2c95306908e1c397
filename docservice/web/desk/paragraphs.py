"""Wording edited where it is read: paragraph by paragraph, fields by name; each step is kept as a draft."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from docservice.refusal import Refusal
from docservice.web.desk.access import allows, office
from docservice.web.desk.answers import whole
from docservice.web.desk.drafting import keep, shared
from docservice.web.desk.statuses import status_of
from docservice.web.desk.wording import VERSION
from docservice.web.desk.words import place
from docservice.wording.bundle import Bundle
from docservice.wording.catalog.paragraph_texts import (
    ParagraphText,
    Step,
    field_names,
    moved,
    neighbour,
    paragraph_texts,
    said,
)


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get(f"{VERSION}/paragraphs")(paragraphs)
    blueprint.post(f"{VERSION}/paragraphs")(save_paragraph)


@allows("propose")
def paragraphs(key: str, number: int) -> str:
    """The wording as it is read; with ``?at=``, one paragraph open."""
    return _page(key, number, request.args.get("at", ""))


@allows("propose")
def save_paragraph(key: str, number: int) -> BaseResponse:
    """Keep a paragraph's words, move it, take it out, add one after it: as a draft, one's own replaced by it."""
    bundle = office().review.bundle(key, number)
    at, step = request.form.get("at", ""), request.form.get("step", "keep")
    found = next((one for one in paragraph_texts(bundle) if one.id == at), None)
    if found is None:
        raise Refusal("wording.paragraph", "There is no such paragraph in this version.", kind="missing")
    try:
        text = _changed(bundle, found, step)
        record = keep(key, number, {found.file: text.encode()} if text != bundle.files[found.file].decode() else {})
    except Refusal as refusal:
        page = _page(key, number, at, refusal=refusal)
        return whole(current_app.response_class(page, status_of(refusal)))
    address = url_for("desk.paragraphs", key=key, number=record.number, done="saved")
    return redirect(f"{address}#{place(at)}", 303)


def _changed(bundle: Bundle, found: ParagraphText, step: str) -> str:
    if step in ("up", "down", "out", "add"):
        return moved(bundle, found, cast(Step, step), request.form.get("added", ""))
    typed = [request.form.get(f"sentence/{n}", one.text) for n, one in enumerate(found.sentences)]
    return said(bundle, found, typed)


def _page(key: str, number: int, at: str, *, refusal: Refusal | None = None) -> str:
    bundle = office().review.bundle(key, number)
    listed = paragraph_texts(bundle)
    opened = next((one for one in listed if at in (one.id, one.place)), None)
    typed = [request.form.get(f"sentence/{n}", one.text) for n, one in enumerate(opened.sentences if opened else ())]
    errors = {finding.place: finding.message for finding in refusal.findings} if refusal is not None else {}
    sent_back = [one for one in office().review.entries(key, number) if one.kind == "sent_back"]
    return render_template(
        "desk/paragraphs.html", paragraphs=listed, opened=opened, typed=typed, errors=errors, sent_back=sent_back,
        added=request.form.get("added", ""), known=field_names(listed, opened) if opened is not None else {},
        up=opened is not None and neighbour(listed, opened, "up") is not None,
        down=opened is not None and neighbour(listed, opened, "down") is not None,
        in_word=bundle.written_in_word, main_file=bundle.wording_path,
        **shared(key, number, "paragraphs", refusal),
    )  # fmt: skip
