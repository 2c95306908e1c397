"""Writing a letter: a case, a kind that the rules allow today, to whom, what is missing, the pages beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from docservice.finding import Finding
from docservice.office.writing import DraftLetter, LetterKind
from docservice.refusal import Refusal
from docservice.town.guard_answers import GuardReason
from docservice.web.desk.access import allows, has_page, office, person
from docservice.web.desk.letter_forms import (
    MAIL_WORDS,
    ROLE_WORDS,
    WAYS,
    LetterForm,
    asking,
    both,
    draft_key,
    field_of,
    letter_form,
)
from docservice.web.desk.letter_pages import keep_pages

_DATES = ("on", "held_on", "observed_on", "issued_on", "served_on", "requested_on", "received_on", "to")
_LISTS = ("inspections", "citations", "stop_work_orders", "hearings", "memoranda", "service", "permits", "visits",
          "extension_requests", "placards", "hardship_requests", "appeals", "liens")  # fmt: skip
_THING = {
    "inspections": "Visit", "citations": "Citation", "stop_work_orders": "Stop work order", "hearings": "Hearing",
    "memoranda": "Memorandum", "permits": "Permit", "visits": "Planned visit", "placards": "Placard",
    "extension_requests": "Request for more time", "hardship_requests": "Hardship request", "appeals": "Appeal",
    "liens": "Lien",
}  # fmt: skip


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get("/write")(write)
    blueprint.get("/cases/<path:number>/write")(write_letter)
    blueprint.post("/cases/<path:number>/write")(look_again)
    blueprint.post("/cases/<path:number>/write/pages")(letter_pages)


@dataclass(frozen=True, slots=True)
class Look:
    """The copy that is looked at: its pages, its findings, or why it cannot be made."""

    token: str = ""
    pages: int = 0
    value: str = ""
    findings: tuple[Finding, ...] = ()
    draft: DraftLetter | None = None

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What stops it."""
        return tuple(one for one in self.findings if one.severity == "error")


@allows("issue")
def write() -> str:
    """About which case?"""
    words = request.args.get("q", "").strip()[:200]
    found = office().cases.search(q=words or None, status="open", per_page=20)
    return render_template("desk/letters/choose-case.html", found=found, q=words)


@allows("issue")
def write_letter(number: str) -> BaseResponse | str:
    """The kinds of letter that the case allows today; with one chosen, its form."""
    key, about = request.args.get("kind", "").strip(), request.args.get("about", "").strip() or None
    case = office().cases.read(number)
    if case.summary.merged_into:
        return redirect(url_for("desk.write_letter", number=case.summary.merged_into, kind=key or None), 303)
    kinds = office().jobs.writing.kinds(case.summary.number)
    if not key:
        return render_template(
            "desk/letters/kinds.html", case=case, kinds=kinds, about_words=_abouts(case.casefile, kinds),
            outside=office().jobs.writing.outside_rules(case.summary.number), reason_words=reason_words,
        )  # fmt: skip
    if about is None:
        of_kind = [one for one in kinds if one.template == key]
        if len({one.about for one in of_kind}) > 1:
            return render_template(
                "desk/letters/about.html", case=case, kinds=of_kind, about_words=_abouts(case.casefile, of_kind),
                reason_words=reason_words, title=of_kind[0].title,
            )  # fmt: skip
        about = of_kind[0].about if of_kind else None
    draft = office().people.drafts.find(person().id, draft_key(case.summary.number, key, about))
    if draft is None:
        return form_page(number, key, about, kinds=kinds)
    return form_page(number, key, about, MultiDict(draft.fields), kinds=kinds, kept_at=draft.saved_at)


@allows("issue")
def look_again(number: str) -> BaseResponse | str:
    """The form as it was sent, with its pages: how it goes without a script, and the way back from the last page; or
    it is kept as a draft."""
    if "keep" in request.form:
        return _kept(number)
    return form_page(number, request.form.get("kind", ""), request.form.get("about") or None, request.form)


def _kept(number: str) -> BaseResponse:
    key, about = request.form.get("kind", ""), request.form.get("about") or None
    letter = letter_form(number, key, about, request.form)
    fields = [(name, value) for name, value in request.form.items(multi=True)
              if name not in ("form_token", "keep") and not name.startswith("draft")]  # fmt: skip
    address = url_for("desk.write_letter", number=letter.number, kind=key, about=about)
    office().people.drafts.keep(person().id, letter.form.draft, letter.form.title, address, fields)
    return redirect(url_for("desk.home"), 303)


@allows("issue")
def letter_pages(number: str) -> str:
    """The pages of the copy that is looked at, and what was found, as the form is now."""
    letter = letter_form(number, request.form.get("kind", ""), request.form.get("about") or None, request.form)
    look = look_at(letter)
    asked = asking(letter, look.findings)
    return render_template(
        "desk/letters/pages.html", letter=asked, look=look, field_of=field_of, new=len(asked.asked) > len(letter.asked)
    )


def form_page(
    number: str, key: str, about: str | None, sent: MultiDict[str, str] | None = None, refusal: Refusal | None = None,
    findings: tuple[Finding, ...] = (), kinds: Sequence[LetterKind] | None = None, kept_at: datetime | None = None,
) -> BaseResponse | str:  # fmt: skip
    """The form of a letter; with what is wrong with it, where it was refused (422). ``kept_at``: it was a draft."""
    letter = letter_form(number, key, about, sent)
    letter.form.kept_at = kept_at
    look = look_at(letter)
    letter = asking(letter, look.findings)
    form = letter.form.refused(refusal, findings) if refusal is not None or findings else letter.form
    page = render_template(
        "desk/letters/write.html", letter=letter, form=form, look=look, field_of=field_of, both=both,
        about_said=said_about(letter.facts, about), mail_words=MAIL_WORDS, role_words=ROLE_WORDS, ways=WAYS,
        left=office().jobs.writing.articles_left, kind=_kind_of(letter, kinds), reason_words=reason_words,
        case_page=has_page("desk.case"),
    )  # fmt: skip
    return current_app.response_class(page, 422 if refusal is not None or findings else 200)


def _kind_of(letter: LetterForm, kinds: Sequence[LetterKind] | None) -> LetterKind | None:
    kinds = office().jobs.writing.kinds(letter.number) if kinds is None else kinds
    return next((one for one in kinds if one.template == letter.version.template and one.about == letter.about), None)


def look_at(letter: LetterForm) -> Look:
    """The copy that is looked at, made now. What refuses it is told in its place."""
    try:
        shown = letter.shown()
        if shown is None:
            return Look()
        order, value = shown
        made = office().jobs.writing.draft(order)
    except Refusal as refusal:
        found = tuple(refusal.findings) or (Finding.error(refusal.code, refusal.message),)
        return Look(findings=found)
    token = keep_pages(made.preview.content, made.preview.pages or 0)
    return Look(token, made.preview.pages or 0, value, made.preview.findings, made)


def reason_words(reason: GuardReason) -> str:
    """Why not, without a list of ids that nobody reads."""
    first, are, rest = reason.message.rpartition(" are ")
    listed = first.split(", ")
    if are and len(listed) > 4 and all(len(one.split()) == 1 for one in listed):
        return f"{len(listed)} things are {rest}"
    return reason.message


def _abouts(facts: Mapping[str, Any], kinds: Any) -> dict[str | None, str]:
    return {one.about: said_about(facts, one.about) for one in kinds}


def said_about(facts: Mapping[str, Any], about: str | None) -> str:
    """What a letter is about, in words: the hearing of October 14; empty for the whole case."""
    if about is None:
        return ""
    for listed, item in _items(facts):
        if str(item.get("id") or item.get("number")) != about:
            continue
        if listed == "service":
            who = next((one["name"].get("latin") or one["name"]["text"] for one in facts.get("parties") or ()
                        if one.get("id") == item.get("party")), "")  # fmt: skip
            return f"{item.get('title', '')} {item.get('document', '')} to {who}, {_said_day(item.get('served_on'))}"
        day = next((item[name] for name in _DATES if item.get(name)), None)
        name = item.get("number") or item.get("subject") or ""
        words = _THING.get(listed, "")
        return " ".join(filter(None, (words, str(name), f"of {_said_day(day)}" if day else "")))
    return about


def _items(facts: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for listed in _LISTS:
        for item in facts.get(listed) or ():
            yield listed, item


def _said_day(value: Any) -> str:
    from babel.dates import format_date

    try:
        return format_date(date.fromisoformat(str(value)), "MMM d, y", locale="en_US")
    except ValueError:
        return str(value or "")
