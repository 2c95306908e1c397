"""The last look at a letter, issuing it, and how far many copies are."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from docservice.finding import Finding
from docservice.office.means.records import DocumentRecord
from docservice.office.writing import Addressee, DraftLetter, Writing
from docservice.pipeline.order import Order
from docservice.refusal import Refusal
from docservice.town.envelopes import sheets_of
from docservice.web.desk import two_people
from docservice.web.desk.access import actor, allows, has_page, office
from docservice.web.desk.drafts import forget
from docservice.web.desk.forms import DeskForm
from docservice.web.desk.letter_dates import counted_dates
from docservice.web.desk.letter_forms import MAIL_WORDS, WAYS, LetterForm, held_answers, letter_form
from docservice.web.desk.letter_pages import keep_pages
from docservice.web.desk.letter_writing import form_page, said_about

_AT_ONCE = 1  # copies that are issued while somebody waits; more are a job
_PATIENCE = 30.0  # seconds for the first of two clicks


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.post("/cases/<path:number>/write/last")(last_look)
    blueprint.post("/cases/<path:number>/write/issue")(issue_letter)
    blueprint.get("/letters/jobs/<id>")(letter_job)


@dataclass(frozen=True, slots=True)
class LastCopy:
    """One copy as it would go out: in its language, and in English where that is another."""

    n: int
    whom: Addressee | None
    language: str
    mailing: str
    drafts: tuple[DraftLetter, ...]
    token: str
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What stops it."""
        return tuple(dict.fromkeys(one for one in self.findings if one.severity == "error"))

    @property
    def pages(self) -> int:
        """Pages of paper with something on them."""
        return sum(one.preview.pages or 0 for one in self.drafts)

    @property
    def sheets(self) -> int:
        """Sheets of paper, both sides printed."""
        return sum(sheets_of(one.preview.pages or 0) for one in self.drafts)


@allows("issue")
def last_look(number: str) -> BaseResponse | str:
    """What would go out, with its dates and what cannot be undone. What was answered is saved into the case first."""
    key, about = request.form.get("kind", ""), request.form.get("about") or None
    letter = letter_form(number, key, about, request.form)
    if letter.people and not letter.chosen:
        nobody = Finding.error("desk.nobody", "Tick at least one person.", "/to")
        return form_page(number, key, about, request.form, findings=(nobody,))
    try:
        saved = _save_answers(letter)
        if isinstance(saved, BaseResponse):
            return saved
        letter.orders()
    except Refusal as refusal:
        return form_page(number, key, about, request.form, refusal)
    if saved:
        letter = letter_form(number, key, about, request.form)
    return last_page(letter)


def last_page(letter: LetterForm, refusal: Refusal | None = None, status: int = 200) -> BaseResponse:
    """The last page before a letter goes out."""
    copies = _copies(letter)
    stopped = [one for one in copies if one.errors]
    together = "yes" in letter.form["together"].values
    going = [] if together and stopped else [one for one in copies if not one.errors]
    dated = next((one.drafts[0].dates for one in copies if one.drafts), ())
    warned = dict.fromkeys(
        Finding.warning(each.code, each.message) for one in copies for each in one.findings if each.severity != "error"
    )
    page = render_template(
        "desk/letters/last.html", letter=letter, copies=copies, going=going, stopped=stopped, refusal=refusal,
        warned=list(warned), dates=counted_dates(dated),
        drafts=[one for one in copies if one.whom and one.whom.draft and one.language != "en"],
        hidden=letter.hidden([one.whom.party.id for one in stopped if one.whom]), key=str(uuid.uuid4()),
        about_said=said_about(letter.facts, letter.about), mail_words=MAIL_WORDS, ways=WAYS,
        certified=sum("certified_mail" in one.mailing for one in going),
        first_class=sum("first_class_mail" in one.mailing for one in going),
    )  # fmt: skip
    return current_app.response_class(page, 422 if refusal is not None else status)


def _copies(letter: LetterForm) -> list[LastCopy]:
    wanted: list[tuple[Addressee | None, Order]] = []
    if letter.people:
        for one in letter.chosen:
            wanted += [(one, letter.order_for(one, each)) for each in dict.fromkeys(("en", letter.language_of(one)))]
    else:
        wanted = [(None, letter.orders()[0])]
    made = office().means.at_once(partial(_draft, office().jobs.writing), [order for _, order in wanted])
    copies: dict[str | None, list[tuple[Order, DraftLetter | Refusal]]] = {}
    for (whom, order), each in zip(wanted, made, strict=True):
        copies.setdefault(whom.party.id if whom else None, []).append((order, each))
    people = {one.party.id: one for one in letter.people}
    found = []
    for n, (id, each_made) in enumerate(copies.items(), 1):
        whom = people.get(id or "")
        drafts = tuple(one for _, one in each_made if isinstance(one, DraftLetter))
        findings: list[Finding] = []
        for _, draft in each_made:
            if isinstance(draft, DraftLetter):
                findings += draft.preview.findings
            else:
                findings += draft.findings or [Finding.error(draft.code, draft.message)]
        token = keep_pages(drafts[-1].preview.content, drafts[-1].preview.pages or 0) if drafts else ""
        language = letter.language_of(whom) if whom else "en"
        mailing = (letter.mailing_of(whom) or "") if whom else ""
        found.append(LastCopy(n, whom, language, mailing, drafts, token, tuple(dict.fromkeys(findings))))
    return found


def _draft(writing: Writing, order: Order) -> DraftLetter | Refusal:
    try:
        return writing.draft(order)
    except Refusal as refusal:
        return refusal


def _save_answers(letter: LetterForm) -> BaseResponse | bool:
    """Put the answers into the case; whether there was something to save. Who was faster is shown beside it (412)."""
    now = letter.facts_now()
    if now == dict(letter.facts):
        return False
    seen = request.form.get("seen", type=int) or letter.revision
    try:
        office().cases.put(letter.number, now, actor=actor().name, saw=seen)
    except Refusal as refusal:
        if refusal.kind != "precondition-failed":
            raise
        before = office().cases.read(letter.number, revision=seen).casefile
        base = DeskForm(letter.form).sent(_as_sent(letter, before))
        theirs = DeskForm(letter.form, seen=str(letter.revision)).sent(_as_sent(letter, letter.facts))
        yours = DeskForm(letter.form, seen=str(seen))
        return two_people.page(
            yours, base, theirs, action=url_for("desk.last_look", number=letter.number), what="the case"
        )
    return True


def _as_sent(letter: LetterForm, facts: Mapping[str, Any]) -> MultiDict[str, str]:
    """The form, its questions answered by other facts."""
    asked = DeskForm([letter.form[name] for name in letter.asked])
    held = asked.filled(held_answers(facts, list(asked)))
    made: MultiDict[str, str] = MultiDict()
    for one in letter.form:
        source = (held if one.name in held else letter.form)[one.name]
        made.setlist(one.name, list(source.values) if one.kind == "boxes" else [source.value])
    return made


@allows("issue")
def issue_letter(number: str) -> BaseResponse | str:
    """Issue it, once for each key: pressed twice, it is issued once."""
    key, about = request.form.get("kind", ""), request.form.get("about") or None
    once = request.form.get("key", "")[:100]
    letter = letter_form(number, key, about, request.form)
    try:
        orders = letter.orders()
        if not once or not orders:
            message = "Nobody is ticked."
            raise Refusal("desk.nobody", message, [Finding.error("desk.nobody", message, "/to")])
        if request.form.get("seen", type=int) != letter.revision:
            message = "Somebody changed the case while you looked. Look at the pages and dates again."
            raise Refusal("case.changed", message, kind="conflict")
        if len(orders) > _AT_ONCE:
            together = "yes" in letter.form["together"].values
            job = office().jobs.queue_letters(
                orders[0], everyone=False, copies=orders, actor=actor().name,
                mode="all_or_none" if together else "each", idempotency_key=once,
            )  # fmt: skip
            forget(letter.form)
            return redirect(url_for("desk.letter_job", id=job.id), 303)
        record = _issue_once(orders[0], once)
    except Refusal as refusal:
        return last_page(letter, refusal)
    forget(letter.form)
    return redirect(url_for("desk.document", number=record.notice, done="again" if record.replayed else "issued"), 303)


def _issue_once(order: Order, key: str) -> DocumentRecord:
    """Issue one letter; the second of two clicks waits for the first, and is answered with what that made."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            return office().issuing.issue(order, actor=actor().name, idempotency_key=key)
        except Refusal as refusal:
            if refusal.code != "idempotency.in_flight" or time.monotonic() > until:
                raise
        time.sleep(0.2)


@allows("issue")
def letter_job(id: str) -> BaseResponse | str:
    """How far the copies are; once all are out, the letter."""
    job = office().jobs.find(id)
    made = [one for one in job.outcomes if one.number]
    refused = [one for one in job.outcomes if one.problem]
    first = office().issuing.document(made[0].document or "").notice if made else ""
    whole = job.finished_at is not None and made and not refused and job.problem is None
    if whole:
        address = url_for("desk.document", number=first, done="issued")
        if "HX-Request" in request.headers:
            response: BaseResponse = current_app.response_class("", 200)
            response.headers["HX-Redirect"] = address
            return response
        return redirect(address, 303)
    names = _names(job.case)
    template = "desk/letters/job-part.html" if "HX-Request" in request.headers else "desk/letters/job.html"
    return render_template(template, job=job, made=made, refused=refused, first=first, names=names)


def _names(case: str | None) -> dict[str, str]:
    if case is None or not has_page("desk.document"):
        return {}
    try:
        facts = office().cases.read(case).casefile
    except Refusal:
        return {}
    return {one["id"]: one["name"].get("latin") or one["name"]["text"] for one in facts.get("parties") or ()}
