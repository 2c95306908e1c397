"""Wording in Word at the desk: a version to edit in Word, and a file back in as a new draft."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, render_template, request

from docservice.refusal import Refusal
from docservice.web.desk.access import actor, allows, office
from docservice.web.desk.answers import status_of
from docservice.web.desk.translator_files import sent_file
from docservice.web.desk.wording import VERSION, template_page

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get(f"{VERSION}/word")(word)
    blueprint.post("/templates/<key>/word")(propose_word)


@allows("wording")
def word(key: str, number: int) -> Response:
    """A version as a Word file to edit."""
    response = current_app.response_class(office().review.to_word(key, number), content_type=DOCX)
    response.headers["Content-Disposition"] = f'attachment; filename="{key}-{number}.docx"'
    return response


@allows("propose")
def propose_word(key: str) -> Response:
    """A Word file as a new draft; what could not be kept of it is listed. Nothing is kept of a file that is refused."""
    listed = {one.version.number: one.version for one in office().review.versions(key)}
    newest = max(listed)
    based_on = request.form.get("based_on", type=int)
    base = listed.get(based_on or 0)
    try:
        name, data = sent_file()
        if request.form.get("latest", str(newest)) != str(newest) and "anyway" not in request.form:
            message = f"Meanwhile there is version {newest}. Look at it, and send yours again if you still want to."
            raise Refusal("desk.stale", message, kind="precondition-failed")
        own = base is not None and base.author == actor().name and base.status == "draft"
        note = request.form.get("note", "").replace("\r\n", "\n").strip()
        record, reading = office().review.from_word(
            key, data, note=note, actor=actor(), based_on=based_on, replaces=based_on if own else None
        )
    except Refusal as refusal:
        return current_app.response_class(template_page(key, refusal=refusal), status_of(refusal))
    page = render_template("desk/word.html", version=record, findings=reading.findings, name=name)
    return current_app.response_class(page, 201)
