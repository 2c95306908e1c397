"""The translator's pages: how far each language is, and English and translation side by side, string by string.

A form is one string. It names the translation that it shows; what somebody changed meanwhile is shown again beside what
was typed. With htmx only that string is made anew, so what is typed at the others stays.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as BaseResponse

from docservice.catalog.messages import plural_rule
from docservice.correspondence.translation_sheets import Sheet, TranslationString
from docservice.correspondence.translations import Draft, Seen
from docservice.refusal import Problem, Refusal
from docservice.web.desk.access import actor, allows, may, office
from docservice.web.desk.answers import status_of

ONE = "/translations/<key>/<language>"
STATES = ("stale", "missing", "draft", "approved")
DONE = {
    "saved": "Saved as a draft.",
    "same": "Nothing was changed, so there was nothing to save.",
    "approved": "Approved.",
    "reopened": "Taken back: it is a draft again.",
}
_BLANK = re.compile(r"%\(\w+\)s|%%|<[^<>]*>|&#?\w+;")


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get("/translations")(translations)
    blueprint.get(ONE)(sheet)
    blueprint.post(f"{ONE}/drafts")(save_translation)
    blueprint.post(f"{ONE}/approvals")(approve_translation)
    blueprint.post(f"{ONE}/reopenings")(reopen_translation)


@allows("wording")
def translations() -> str:
    """How far each language is, for every template."""
    every = office().translations.overview()
    tags = list(dict.fromkeys(row.language for row in every))
    asked = request.args.get("language", "")
    chosen = asked if asked in tags else ""
    rows: dict[tuple[str, int], list[Any]] = {}
    for row in every:
        if chosen in ("", row.language):
            rows.setdefault((row.template, row.version), []).append(row)
    return render_template("desk/translations.html", groups=list(rows.values()), tags=tags, chosen=chosen)


@allows("wording")
def sheet(key: str, language: str) -> str:
    """Every string of a version in one language."""
    return page(office().translations.sheet(key, language, asked_version()))


@allows("translate")
def save_translation(key: str, language: str) -> BaseResponse:
    """Keep what was typed as a draft."""
    before = office().translations.sheet(key, language, asked_version()).string(_id())

    def step() -> Sheet:
        draft = Draft(_id(), typed_forms(), request.form.get("seen", ""))
        return office().translations.save(key, language, [draft], actor=actor(), version=asked_version())

    same = before is not None and before.translation == typed_forms()
    return _step(key, language, "same" if same else "saved", step)


@allows("approve_translations")
def approve_translation(key: str, language: str) -> BaseResponse:
    """Approve a translation as it was seen."""

    def step() -> Sheet:
        _refuse_unsaved(key, language)
        return office().translations.approve(key, language, _seen(), actor=actor(), version=asked_version())

    return _step(key, language, "approved", step)


@allows("approve_translations")
def reopen_translation(key: str, language: str) -> BaseResponse:
    """Take an approval back."""

    def step() -> Sheet:
        _refuse_unsaved(key, language)
        reason = request.form.get("reason", "").replace("\r\n", "\n").strip()
        return office().translations.reopen(
            key, language, _seen(), reason=reason, actor=actor(), version=asked_version()
        )

    return _step(key, language, "reopened", step)


def _step(key: str, language: str, done: str, step: Callable[[], Sheet]) -> BaseResponse:
    """Do it, and show the string again: alone for htmx, else on its page."""
    try:
        made = step()
    except Refusal as refusal:
        made = office().translations.sheet(key, language, asked_version())
        if made.string(_id()) is None:
            raise
        return _again(made, refusal)
    if "HX-Request" not in request.headers:
        address = url_for("desk.sheet", key=key, language=language, version=made.progress.version, done=done)
        return redirect(f"{address}#s-{_id()[:12]}", 303)
    return current_app.response_class(_alone(made, done=DONE[done]))


def _again(made: Sheet, refusal: Refusal) -> BaseResponse:
    """What was refused: both texts, the one on record and the one that was typed."""
    kept = {"id": _id(), "forms": typed_forms(), "reason": request.form.get("reason", ""), "refusal": refusal}
    text = _alone(made, kept=kept) if "HX-Request" in request.headers else page(made, kept=kept)
    return current_app.response_class(text, status_of(refusal))


def _alone(made: Sheet, *, kept: dict[str, Any] | None = None, done: str = "") -> str:
    return render_template(
        "desk/string-alone.html", one=made.string(_id()), kept=kept, done=done, fresh=True, **_shared(made)
    )


def page(made: Sheet, *, kept: dict[str, Any] | None = None, refusal: Refusal | None = None) -> str:
    """The page of a version in one language; ``refusal`` is of a file."""
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    shown = [one for one in made.strings if state in ("", one.state)]
    done = DONE.get(request.args.get("done", "")) if kept is None and refusal is None else None
    languages = [row.language for row in office().translations.overview(made.progress.template)
                 if row.version == made.progress.version]  # fmt: skip
    return render_template(
        "desk/translation.html", strings=shown, state=state, states=STATES, kept=kept, page_done=done, done="",
        refusal=refusal, languages=languages, **_shared(made),
    )  # fmt: skip


def _shared(made: Sheet) -> dict[str, Any]:
    progress = made.progress
    numbers = plural_labels(progress.language)
    return {
        "sheet": made, "progress": progress, "numbers": numbers, "writes": may("translate"),
        "approves": may("approve_translations"), "fields": lambda one: _fields(one, len(numbers)),
        "own": lambda one: office().town.translations.second_person and one.translated_by == actor().name,
    }  # fmt: skip


def _fields(one: TranslationString, count: int) -> tuple[tuple[str, ...], str]:
    """What stands in a string's fields at first, and where it is from when nobody has written it for this English."""
    found = (
        (one.translation, ""),
        (one.was_translation, "the translation of the earlier English"),
        (one.suggestion, "what the catalog files have"),
    )
    wanted = count if one.plural is not None else 1
    forms, source = next((each for each in found if each[0]), ((), ""))
    return (*forms, *[""] * (wanted - len(forms)))[:wanted], source


@cache
def plural_labels(language: str) -> tuple[str, ...]:
    """For each plural form of a language the numbers that it is for: ``for 1``, ``for 2, 3, 4 and others``."""
    rule = plural_rule(language)
    pick = gettext.c2py(rule.expression)
    said = []
    for form in range(rule.count):
        numbers = [str(n) for n in range(1000) if pick(n) == form]
        said.append(f"for {', '.join(numbers[:3])}{' and others' if len(numbers) > 3 else ''}")
    return tuple(said)


def coded(text: str) -> Markup:
    """A string with its blanks and tags set apart."""
    parts, at = [], 0
    for match in _BLANK.finditer(text):
        parts += [escape(text[at : match.start()]), Markup('<code dir="ltr">{}</code>').format(match.group())]
        at = match.end()
    return Markup("").join((*parts, escape(text[at:])))


def asked_version() -> int | None:
    """The version that a form or an address names; without it the newest."""
    given = request.form.get("version") or request.args.get("version", "")
    if not given:
        return None
    if not given.isascii() or not given.isdecimal() or len(given) > 6:
        raise Refusal("template.unknown", "There is no such version.", kind="missing")
    return int(given)


def typed_forms() -> tuple[str, ...]:
    """What was typed, every plural form."""
    return tuple(text.replace("\r\n", "\n").replace("\r", "\n") for text in request.form.getlist("text"))


def _id() -> str:
    return request.form.get("string", "")


def _seen() -> list[Seen]:
    return [Seen(_id(), request.form.get("seen", ""))]


def _refuse_unsaved(key: str, language: str) -> None:
    """What is approved is what is on record: text that was typed and not saved is not passed over."""
    one = office().translations.sheet(key, language, asked_version()).string(_id())
    typed = typed_forms()
    if one is not None and typed and request.form.get("seen") == one.etag and typed != one.translation:
        message = "What you typed is not saved yet. Save it first, or put back what was there."
        raise Refusal("desk.unsaved", message, [Problem("desk.unsaved", message)], kind="conflict")
