"""What is done to a letter that went out: void, replace, print again. Each has a page that says what follows."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from docservice.finding import Finding
from docservice.office.means.choices import Correction
from docservice.office.means.records import DocumentRecord
from docservice.office.writing import DraftLetter
from docservice.pipeline.order import Order
from docservice.refusal import Refusal
from docservice.web.desk.access import actor, allows, office
from docservice.web.desk.forms import Asked, DeskForm
from docservice.web.desk.letter_copies import found_letter
from docservice.web.desk.letter_dates import counted_dates
from docservice.web.desk.letter_pages import keep_pages

_REASON = Asked("reason", "Why?", "This stays on record; a new letter prints it. Name nobody who complained.", "text",
                required=True, most=1000)  # fmt: skip


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    for words, view in (("void", void_letter), ("replace", replace_letter), ("again", print_again)):
        blueprint.get(f"/documents/<number>/{words}", endpoint=f"{view.__name__}")(view)
    for words, view in (("void", voiding), ("replace", replacing), ("again", printing_again)):
        blueprint.post(f"/documents/<number>/{words}", endpoint=f"{view.__name__}")(view)


@dataclass(frozen=True, slots=True)
class NewPages:
    """The letter that would take its place: its pages, or why it cannot be made."""

    token: str = ""
    pages: int = 0
    draft: DraftLetter | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What stops it."""
        return tuple(one for one in self.findings if one.severity == "error")


def _page(name: str, number: str, form: DeskForm, status: int = 200, new: NewPages | None = None) -> BaseResponse:
    record, notice = found_letter(number)
    got = [one for one in notice.copies if one.status == "issued"]
    whole = len(got) > 1 and record.notice == number
    page = render_template(
        f"desk/letters/{name}.html", record=record, notice=notice, got=got, whole=whole, form=form, new=new,
        key=request.form.get("key") or str(uuid.uuid4()),
        dates=counted_dates(office().issuing.describe([record])[0].dates),
        new_dates=counted_dates(new.draft.dates) if new is not None and new.draft is not None else (),
    )  # fmt: skip
    return current_app.response_class(page, status)


@allows("issue")
def void_letter(number: str) -> BaseResponse:
    """What follows when it is void."""
    return _page("void", number, DeskForm([_REASON]))


@allows("issue")
def voiding(number: str) -> BaseResponse:
    """Void it: of a letter of which several have a copy, all of them."""
    form = DeskForm([_REASON]).sent()
    record, notice = found_letter(number)
    try:
        _refuse_empty(form)
        if len([one for one in notice.copies if one.status == "issued"]) > 1:
            office().issuing.notices.void(notice.number, reason=form["reason"].value, actor=actor().name)
        else:
            office().issuing.void(record.id, reason=form["reason"].value, actor=actor().name)
    except Refusal as refusal:
        if refusal.code in ("document.not_issued", "notice.not_in_force"):  # pressed twice, or somebody was faster
            return redirect(url_for("desk.document", number=number), 303)
        return _page("void", number, form.refused(refusal), 422)
    return redirect(url_for("desk.document", number=number, done="void"), 303)


def _refuse_empty(form: DeskForm) -> None:
    missing = form.missing()
    if missing:
        raise Refusal("desk.missing", "One thing is missing", missing)


_CORRECTION = Asked(
    "correction", "What changes?", kind="radio", required=True, values=("substantive",),
    choices=(("substantive", "What it says or asks. Its dates start anew."),
             ("clerical", "A slip of the pen only. Its dates stay.")),
)  # fmt: skip


@allows("issue")
def replace_letter(number: str) -> BaseResponse:
    """What would take its place, by the case as it is now."""
    record, _ = found_letter(number)
    return _page("replace", number, DeskForm([_REASON, _CORRECTION]), new=_new_pages(record))


@allows("issue")
def replacing(number: str) -> BaseResponse:
    """Issue what takes its place."""
    form = DeskForm([_REASON, _CORRECTION]).sent()
    record, _ = found_letter(number)
    try:
        _refuse_empty(form)
        correction: Correction = "clerical" if form["correction"].value == "clerical" else "substantive"
        made = office().issuing.supersede(
            record.id, _order(record), reason=form["reason"].value, actor=actor().name, correction=correction,
            idempotency_key=request.form.get("key", "")[:100] or None,
        )  # fmt: skip
    except Refusal as refusal:
        return _page("replace", number, form.refused(refusal), 422, new=_new_pages(record))
    return redirect(url_for("desk.document", number=made.notice, done="again" if made.replayed else "replaced"), 303)


@allows("issue")
def print_again(number: str) -> BaseResponse:
    """Another printing of a copy, with new dates, by the case and the address as they are now."""
    record, _ = found_letter(number)
    return _page("again", number, DeskForm([_REASON]), new=_new_pages(record))


@allows("issue")
def printing_again(number: str) -> BaseResponse:
    """Print a copy again."""
    form = DeskForm([_REASON]).sent()
    record, _ = found_letter(number)
    try:
        _refuse_empty(form)
        made = office().issuing.notices.print_again(
            record.notice, record.copy, replace(_order(record), recipient=None), reason=form["reason"].value,
            actor=actor().name, idempotency_key=request.form.get("key", "")[:100] or None,
        )  # fmt: skip
    except Refusal as refusal:
        return _page("again", number, form.refused(refusal), 422, new=_new_pages(record))
    return redirect(url_for("desk.document", number=made.notice, done="again" if made.replayed else "printed"), 303)


def _order(record: DocumentRecord) -> Order:
    """The same letter by the newest facts of its case. Raises ``Refusal("case.unknown")`` where it is not on record."""
    order = office().jobs.writing.order(record.case, record.template, record.about)
    return replace(order, recipient=record.recipient, language="en" if record.language == "en" else None)


def _new_pages(record: DocumentRecord) -> NewPages:
    try:
        made = office().jobs.writing.draft(_order(record))
    except Refusal as refusal:
        return NewPages(findings=tuple(refusal.findings) or (Finding.error(refusal.code, refusal.message),))
    token = keep_pages(made.preview.content, made.preview.pages or 0)
    # that the one before is in force is no news here
    found = tuple(one for one in made.preview.findings if one.code != "procedure.once")
    return NewPages(token, made.preview.pages or 0, made, found)
