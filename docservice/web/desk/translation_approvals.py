"""Approving several translations at once: chosen on the translator's page, read side by side, then approved together.

Nothing is approved on the first page: it leads to the second, which has every chosen string to read. What is approved
is what that page showed, all of it or nothing. Text that was typed and not saved is not passed over.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from docservice.finding import Finding
from docservice.office.translating.translation_sheets import TranslationSheet, TranslationString
from docservice.office.translating.translations import StringSeen
from docservice.refusal import Refusal
from docservice.web.desk.access import actor, allows, office
from docservice.web.desk.statuses import status_of
from docservice.web.desk.string_forms import chosen, listed, seen, unsaved
from docservice.web.desk.translating import ONE, asked_state, asked_version, is_plain, page, why_not


@dataclass(frozen=True, slots=True)
class _Row:
    """A chosen string as it is now: whether it is ticked, changed since it was chosen, or cannot be approved."""

    string: TranslationString
    ticked: bool
    changed: bool
    obstacle: str | None


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.post(f"{ONE}/chosen")(choose)
    blueprint.post(f"{ONE}/chosen/approvals")(approve_chosen)


@allows("approve_translations")
def choose(key: str, language: str) -> BaseResponse:
    """The chosen strings, to be read before they are approved; or back to the page that they were chosen on."""
    made = office().review.translations.sheet(key, language, asked_version())
    known = {one.id: one for one in made.strings}
    picked = [id for id in chosen() if id in known]
    if "back" in request.form:
        return current_app.response_class(page(made, ticked=picked))
    if "all" in request.form:
        picked += [id for id in listed() if id in known and id not in picked and is_plain(known[id])]
    typed = unsaved()
    try:
        _refuse_unsaved([known[id] for id in typed if id in known])
        if not picked:
            message = "Tick the translations that you want to approve."
            raise Refusal("desk.chosen", message, [Finding.error("desk.chosen", message)])
    except Refusal as refusal:
        text = page(made, kept=typed, refusal=refusal, ticked=picked)
        return current_app.response_class(text, status_of(refusal))
    return current_app.response_class(_list(made, picked, ticked=picked))


@allows("approve_translations")
def approve_chosen(key: str, language: str) -> BaseResponse:
    """Approve what is ticked, as it was read; or nothing, and say what is in the way."""
    version, picked = asked_version(), chosen()
    try:
        if not picked:
            message = "Nothing is ticked, so nothing was approved."
            raise Refusal("desk.chosen", message, [Finding.error("desk.chosen", message)])
        if "read" not in request.form:
            message = "Nothing was approved yet. Say that you have read each translation: the box is below the list."
            raise Refusal("desk.read", message, [Finding.error("desk.read", message)])
        strings = [StringSeen(id, seen(id)) for id in picked]
        made = office().review.translations.approve(key, language, strings, actor=actor(), version=version)
    except Refusal as refusal:
        if refusal.kind == "missing":
            raise
        made = office().review.translations.sheet(key, language, version)
        text = _list(made, listed(), ticked=picked, refusal=refusal)
        return current_app.response_class(text, status_of(refusal))
    number, state = made.progress.version, asked_state()
    return redirect(
        url_for("desk.sheet", key=key, language=language, version=number, state=state or None, done="chosen"), 303
    )


def _list(
    made: TranslationSheet, ids: Collection[str], *, ticked: Collection[str], refusal: Refusal | None = None
) -> str:
    """English and translation side by side; what the machine warns of comes first."""
    rows = []
    for one in made.strings:
        if one.id in ids:
            changed, obstacle = seen(one.id) != one.etag, why_not(one)
            rows.append(_Row(one, one.id in ticked and not changed and obstacle is None, changed, obstacle))
    halted = [row for row in rows if row.changed or row.obstacle]
    warned = [row for row in rows if row not in halted and row.string.findings]
    plain = [row for row in rows if row not in halted and row not in warned]
    return render_template(
        "desk/chosen.html", sheet=made, progress=made.progress, halted=halted, groups=(
            ("Not as you chose it", halted), ("With a warning", warned), ("Without a warning", plain),
        ), count=len(rows), refusal=refusal, state=asked_state(),
    )  # fmt: skip


def _refuse_unsaved(strings: list[TranslationString]) -> None:
    if strings:
        message = "Some text is typed and not saved yet. Save it first, or put back what was there."
        problems = [Finding.error("desk.unsaved", f"“{one.english[:60]}”", f"/{one.id}") for one in strings]
        raise Refusal("desk.unsaved", message, problems, kind="conflict")
