"""A template that is not there yet, begun at the desk: a form, and its first draft with the editor open."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from docservice.finding import Finding
from docservice.office.review import heads
from docservice.office.review import starting as beginning
from docservice.office.review.starting import Start
from docservice.refusal import Refusal
from docservice.web.desk.access import actor, allows, office
from docservice.web.desk.drafting import note
from docservice.web.desk.statuses import status_of
from docservice.web.desk.template_heads import LISTS, by_field
from docservice.web.desk.translator_files import sent_file

_MORE = ("signers", "recipients", "required_blocks", "envelope", "audience")  # in the part that is folded at first


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get("/templates/new")(start)
    blueprint.post("/templates/new")(start_now)


@allows("propose")
def start() -> str:
    """The form."""
    return _page()


@allows("propose")
def start_now() -> BaseResponse:
    """The first draft of a new template."""
    try:
        begun, name = _begun()
        record, findings = beginning.start(office().means, begun, actor=actor())
    except Refusal as refusal:
        return current_app.response_class(_page(refusal), status_of(refusal))
    if name:
        page = render_template("desk/word.html", version=record, findings=findings, name=name)
        return current_app.response_class(page, 201)
    blanks = "document.data.to_write." in office().review.bundle(record.template, record.number).wording
    done = "to-write" if blanks else "started"
    return redirect(url_for("desk.edit", key=record.template, number=record.number, done=done), 303)


def _begun() -> tuple[Start, str]:
    """What the form says, and the name of its Word file."""
    form = request.form
    begin, face = form.get("begin", "skeleton"), "handout" if form.get("face") == "handout" else "letter"
    head: dict[str, object] = {name: form.getlist(name) for name in LISTS if name != "statements"}
    head |= {name: form.get(name, "") for name in ("document_type", "audience", "envelope")}
    copy_of, word, name = None, None, ""
    if begin == "copy":
        key, _, number = form.get("copy_of", "").partition("/")
        if not number.isdecimal():
            raise _refused("Say which template it is a copy of.", "/copy_of")
        copy_of = key, int(number)
        face = office().review.version(key, int(number)).version.face
    elif begin == "word":
        if face == "handout":
            raise _refused("A handout is not written in Word; begin a letter, or another way.", "/begin")
        try:
            name, word = sent_file()
        except Refusal as refusal:
            raise _refused(refusal.message, "/file") from None
    if face == "letter" and begin != "copy" and not head["document_type"]:
        raise _refused("Say what type of document it is.", "/document_type")
    begun = Start(
        form.get("key", "").strip(), " ".join(form.get("title", "").split()), note(),
        "handout" if face == "handout" else "letter", head, copy_of, word, "keep" in form,
    )  # fmt: skip
    return begun, name


def _refused(message: str, place: str) -> Refusal:
    return Refusal("desk.start", message, [Finding.error("desk.start", message, place)])


def _page(refusal: Refusal | None = None) -> str:
    means, form = office().means, request.form
    return render_template(
        "desk/start.html", known=heads.choices(means), copyable=beginning.copyable(means), form=form, refusal=refusal,
        errors=by_field(refusal), begin=form.get("begin", "skeleton"), note=form.get("note", ""),
        more=any(any(form.getlist(name)) for name in _MORE),
    )  # fmt: skip
