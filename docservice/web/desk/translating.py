"""The translator's pages: how far each language is, and English and translation side by side, string by string.

The page is one form (``string_forms``); each button is for one string. The form names the translations that it shows;
what somebody changed meanwhile is shown again beside what was typed. With htmx only that string is made anew, else
the page, with what was typed at the others. Several strings are approved at once by ``translation_approvals``.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as BaseResponse

from docservice.finding import Finding
from docservice.office.translating.approvable import is_plain_draft, obstacle
from docservice.office.translating.translation_sheets import TranslationSheet, TranslationString
from docservice.office.translating.translations import Draft, StringSeen
from docservice.refusal import Refusal
from docservice.web.desk.access import actor, allows, may, office
from docservice.web.desk.statuses import status_of
from docservice.web.desk.string_forms import KeptEntry, acted_on, chosen, is_unsaved, mark, reason, seen, typed, unsaved
from docservice.wording.plurals import plural_rule

ONE = "/translations/<key>/<language>"
STATES = ("stale", "missing", "draft", "approved")
DONE = {
    "saved": "Saved as a draft.",
    "same": "Nothing was changed, so there was nothing to save.",
    "approved": "Approved.",
    "reopened": "Taken back: it is a draft again.",
    "chosen": "What you chose is approved.",
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
    every = office().review.translations.overview()
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
    return page(office().review.translations.sheet(key, language, asked_version()))


@allows("translate")
def save_translation(key: str, language: str) -> BaseResponse:
    """Keep what was typed as a draft."""
    id = acted_on()
    before = office().review.translations.sheet(key, language, asked_version()).string(id)

    def step() -> TranslationSheet:
        draft = Draft(id, typed(id), seen(id))
        return office().review.translations.save(key, language, [draft], actor=actor(), version=asked_version())

    same = before is not None and before.translation == typed(id)
    return _step(key, language, "same" if same else "saved", step)


@allows("approve_translations")
def approve_translation(key: str, language: str) -> BaseResponse:
    """Approve a translation as it was seen."""

    def step() -> TranslationSheet:
        _refuse_unsaved()
        return office().review.translations.approve(key, language, _seen(), actor=actor(), version=asked_version())

    return _step(key, language, "approved", step)


@allows("approve_translations")
def reopen_translation(key: str, language: str) -> BaseResponse:
    """Take an approval back."""

    def step() -> TranslationSheet:
        _refuse_unsaved()
        return office().review.translations.reopen(
            key, language, _seen(), reason=reason(acted_on()), actor=actor(), version=asked_version()
        )

    return _step(key, language, "reopened", step)


def _step(key: str, language: str, done: str, step: Callable[[], TranslationSheet]) -> BaseResponse:
    """Do it, and show the string again: alone for htmx, else on its page, with what was typed at the others."""
    id = acted_on()
    try:
        made = step()
    except Refusal as refusal:
        made = office().review.translations.sheet(key, language, asked_version())
        if made.string(id) is None:
            raise
        return _again(made, KeptEntry(typed(id), reason(id), refusal))
    if "HX-Request" in request.headers:
        return current_app.response_class(_alone(made, done=DONE[done]))
    others = unsaved(but=id)
    if others:
        return current_app.response_class(page(made, kept=others, done=DONE[done]))
    address = url_for("desk.sheet", key=key, language=language, version=made.progress.version, done=done)
    return redirect(f"{address}#s-{id[:12]}", 303)


def _again(made: TranslationSheet, mine: KeptEntry) -> BaseResponse:
    """What was refused: both texts, the one on record and the one that was typed."""
    id = acted_on()
    text = _alone(made, kept=mine) if "HX-Request" in request.headers else page(made, kept={**unsaved(), id: mine})
    assert mine.refusal is not None
    return current_app.response_class(text, status_of(mine.refusal))


def _alone(made: TranslationSheet, *, kept: KeptEntry | None = None, done: str = "") -> str:
    id = acted_on()
    return render_template(
        "desk/string-alone.html", one=made.string(id), kept={id: kept} if kept else {}, done=done, fresh=True,
        chosen=chosen(), **_shared(made),
    )  # fmt: skip


def page(
    made: TranslationSheet, *, kept: Mapping[str, KeptEntry] | None = None, refusal: Refusal | None = None,
    done: str = "",
    ticked: Collection[str] = (),
) -> str:  # fmt: skip
    """The page of a version in one language; ``refusal`` is of what was done with several strings."""
    state = asked_state()
    shown = [one for one in made.strings if state in ("", one.state) or one.id in (kept or {})]
    if not kept and refusal is None:
        done = done or DONE.get(request.args.get("done", ""), "")
    languages = [row.language for row in office().review.translations.overview(made.progress.template)
                 if row.version == made.progress.version]  # fmt: skip
    return render_template(
        "desk/translation.html", strings=shown, state=state, states=STATES, kept=kept or {}, page_done=done, done="",
        refusal=refusal, languages=languages, chosen=ticked or chosen(),
        plain=sum(map(is_plain, shown)), **_shared(made),
    )  # fmt: skip


def is_plain(one: TranslationString) -> bool:
    """Whether whoever asks may approve a string among others, without having ticked it."""
    return is_plain_draft(one, actor(), second_person=office().town.translations.second_person)


def why_not(one: TranslationString) -> str | None:
    """Why whoever asks cannot approve a string."""
    return obstacle(one, actor(), second_person=office().town.translations.second_person)


def _shared(made: TranslationSheet) -> dict[str, Any]:
    progress = made.progress
    numbers = plural_labels(progress.language)
    return {
        "sheet": made, "progress": progress, "numbers": numbers, "writes": may("translate"),
        "approves": may("approve_translations"), "fields_of": lambda one: _fields(one, len(numbers)),
        "why_not": why_not, "mark": mark,
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


def asked_state() -> str:
    """The state of which the strings are shown; empty for all."""
    state = request.form.get("state") or request.args.get("state", "")
    return state if state in STATES else ""


def _seen() -> list[StringSeen]:
    return [StringSeen(acted_on(), seen(acted_on()))]


def _refuse_unsaved() -> None:
    """What is approved is what is on record: text that was typed and not saved is not passed over."""
    if is_unsaved(acted_on()):
        message = "What you typed is not saved yet. Save it first, or put back what was there."
        raise Refusal("desk.unsaved", message, [Finding.error("desk.unsaved", message)], kind="conflict")
