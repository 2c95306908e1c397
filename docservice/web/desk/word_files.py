"""Wording in Word at the desk: a version to edit in Word; a file read to look at; a file back in as a new draft."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, render_template, request

from docservice.media_types import MEDIA_TYPES
from docservice.office.review import redlining, word_proposals
from docservice.refusal import Refusal
from docservice.web.desk.access import actor, allows, office
from docservice.web.desk.drafting import latest, note, refuse_stale
from docservice.web.desk.statuses import status_of
from docservice.web.desk.translator_files import sent_file
from docservice.web.desk.wording import VERSION, template_page


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get(f"{VERSION}/word")(word)
    blueprint.post("/templates/<key>/word")(propose_word)
    blueprint.post("/templates/<key>/word/read")(read_word)


@allows("wording")
def word(key: str, number: int) -> Response:
    """A version as a Word file to edit."""
    response = current_app.response_class(office().review.to_word(key, number), content_type=MEDIA_TYPES["docx"])
    response.headers["Content-Disposition"] = f'attachment; filename="{key}-{number}.docx"'
    return response


@allows("propose")
def read_word(key: str) -> Response:
    """What a Word file would propose: what was found, and the redline. Nothing is kept."""
    listed = office().review.versions(key)  # refuses a template that is not there
    look, refused, name = None, None, ""
    try:
        name, data = sent_file()
        based_on = request.form.get("based_on", type=int)
        look = word_proposals.look(office().means, key, data, based_on=based_on, keep="keep" in request.form)
    except Refusal as refusal:
        refused = refusal
    shown: dict[str, Any] = {
        "look": look, "name": name, "refusal": refused or (look.refusal if look is not None else None),
        "redline": redlining.embedded(look.redline) if look is not None and look.redline is not None else "",
    }  # fmt: skip
    if "HX-Request" in request.headers:
        return current_app.response_class(render_template("desk/word-look-alone.html", **shown))
    page = render_template(
        "desk/word-look.html", key=key, title=listed[-1].version.title, versions=tuple(reversed(listed)),
        current=None, kept=request.form, latest=latest(key), stale=False, **shown,
    )  # fmt: skip
    return current_app.response_class(page, status_of(refused) if refused is not None else 200)


@allows("propose")
def propose_word(key: str) -> Response:
    """A Word file as a new draft; what could not be kept of it is listed. Nothing is kept of a file that is refused."""
    listed = {one.version.number: one.version for one in office().review.versions(key)}
    based_on = request.form.get("based_on", type=int)
    base = listed.get(based_on or 0)
    try:
        name, data = sent_file()
        refuse_stale(key)
        own = base is not None and base.author == actor().name and base.status == "draft"
        record, reading = office().review.from_word(
            key, data, note=note(), actor=actor(), based_on=based_on, replaces=based_on if own else None,
            keep="keep" in request.form,
        )  # fmt: skip
    except Refusal as refusal:
        return current_app.response_class(template_page(key, refusal=refusal), status_of(refusal))
    page = render_template("desk/word.html", version=record, findings=reading.findings, name=name)
    return current_app.response_class(page, 201)
