"""Forms that keep themselves: what is typed is kept a second later, and is there again when its person comes back.

A form takes part by its ``draft`` (a key such as ``case/CE-2026-0203/property``) and ``title``. Without a script
nothing is kept by itself; what was sent and refused is on its page in any case.
"""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, request, url_for
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from docservice.office.people.drafts import DeskDraft
from docservice.refusal import Refusal
from docservice.web.desk.access import office, person, signed_in
from docservice.web.desk.forms import DeskForm
from docservice.web.desk.signing import ours
from docservice.web.desk.words import clock

_NOT_KEPT = ("form_token", "password", "old", "new", "again")


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.post("/drafts")(keep_draft)
    blueprint.post("/drafts/forget")(forget_draft)


def restored(form: DeskForm) -> DeskForm:
    """The form as its person left it, where they left one; else as it is. For the page that shows it (GET)."""
    draft = office().people.drafts.find(person().id, form.draft) if form.draft else None
    if draft is None:
        return form
    made = form.sent(MultiDict(draft.fields))
    if made.texts() == form.texts():  # it is what is on record by now
        return form
    made.kept_at = draft.saved_at
    return made


def forget(form: DeskForm) -> None:
    """The form was sent and is done: its draft is forgotten."""
    if form.draft:
        office().people.drafts.forget(person().id, form.draft)


def mine() -> tuple[DeskDraft, ...]:
    """What whoever asks left unsent, the newest first."""
    return office().people.drafts.listed(person().id)


@signed_in
def keep_draft() -> BaseResponse:
    """Keep what a form holds now; answers with the line that says so."""
    key, title = request.form.get("draft", "")[:200], request.form.get("draft-title", "")
    address = ours(request.form.get("draft-at", ""))
    fields = [
        (name, value) for name, value in request.form.items(multi=True)
        if name not in _NOT_KEPT and not name.startswith("draft")
    ]  # fmt: skip
    if not key or not address:
        return current_app.response_class("", 422)
    try:
        at = office().people.drafts.keep(person().id, key, title, address, fields)
        said = f"Kept by itself at {clock(at)}."
    except Refusal as refusal:
        said = refusal.message
    return current_app.response_class(Markup("<span>{}</span>").format(said))


@signed_in
def forget_draft() -> BaseResponse:
    """Throw a draft away, and begin again from what is on record."""
    office().people.drafts.forget(person().id, request.form.get("draft", "")[:200])
    return redirect(ours(request.form.get("draft-at", "")) or url_for("desk.home"), 303)
