"""Letters on record: found by words, and the page of one with its copies, their service and its pages."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from docservice.media_types import MEDIA_TYPES
from docservice.office.means.choices import STATUSES
from docservice.refusal import Refusal
from docservice.web.desk.access import allows, may, office
from docservice.web.desk.forms import DeskForm
from docservice.web.desk.letter_copies import copies_of, found_letter
from docservice.web.desk.letter_dates import counted_dates
from docservice.web.desk.letter_forms import MAIL_WORDS, WAYS
from docservice.web.desk.letter_service import record, service_form, service_problems

DONE = {
    "issued": "Issued. Print it, mail it, then say so here.",
    "again": "This was issued already. Nothing was done twice.",
    "recorded": "Recorded.",
    "result": "Recorded what became of it.",
    "printed": "The new printing is on record, and takes the place of the one before.",
    "replaced": "This letter takes the place of the one before.",
    "void": "It is void. Tell whoever got it.",
}


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get("/documents")(documents)
    blueprint.get("/documents/<id>.pdf")(document_pdf)
    blueprint.get("/documents/<number>")(document)
    blueprint.post("/documents/<number>/service")(record_service)


@allows("read")
def documents() -> str:
    """Documents on record, newest first: found by words; of a case, a template, a version."""
    given = request.args
    status = given.get("status") if given.get("status") in STATUSES else None
    number, size = max(given.get("page", 1, type=int), 1), office().settings.per_page
    wanted = {"q": given.get("q", "").strip()[:200] or None,
              "case": given.get("case", "").strip() or None,
              "template": given.get("template", "").strip() or None,
              "version": given.get("version", type=int), "status": status}  # fmt: skip
    found = office().issuing.documents(**wanted, page=number)  # type: ignore[arg-type]
    return render_template(
        "desk/documents.html", found=found, wanted={k: v for k, v in wanted.items() if v is not None}, page=number,
        pages=max(-(-found.total // size), 1), statuses=STATUSES,
    )  # fmt: skip


@allows("read")
def document_pdf(id: str) -> Response:
    """A document as it went out."""
    found = office().issuing.document(id)
    return pdf_answer(office().issuing.face(found.id, "pdf")[0], found.number)


@allows("read")
def document(number: str) -> Response:
    """One letter: its copies and their service, its pages, under which words and rules it is, what may be done."""
    return document_page_of(number)


def document_page_of(number: str, form: DeskForm | None = None, status: int = 200) -> Response:
    """The page of a letter; with the form of a service that was refused."""
    shown, notice = found_letter(number)
    rows, on_record = copies_of(notice)
    here = next((row for row in rows if row.copy.copy == shown.copy), rows[0])
    open = [row for row in rows if row.in_force and row.copy.recipient is not None]
    described = office().issuing.describe([here.printing])[0]
    page = render_template(
        "desk/letters/document.html", record=shown, notice=notice, rows=rows, here=here, on_record=on_record,
        dates=counted_dates(described.dates), service_key=str(uuid.uuid4()), mail_words=MAIL_WORDS, way_words=WAYS,
        first_ways=office().jobs.writing.first_ways(here.printing),
        done=DONE.get(request.args.get("done", ""), ""),
        served=sum(row.served is not None and row.served.state == "served" for row in open), open=open,
        form=(form or service_form(rows)) if on_record and open and may("issue") else None,
        sheets=sum(one.sheets for row in open for one in (row.printing, *row.translations)),
        pages=sum(one.pages for row in open for one in (row.printing, *row.translations)),
    )  # fmt: skip
    return current_app.response_class(page, status)


@allows("issue")
def record_service(number: str) -> BaseResponse:
    """Put on record how copies were served; each is an attempt of its own."""
    _, notice = found_letter(number)
    rows, _ = copies_of(notice)
    form = service_form(rows, request.form)
    on, problems = service_problems(form)
    if problems or on is None:
        return document_page_of(number, form.refused(findings=problems), 422)
    try:
        record(notice.case, rows, form, on)
    except Refusal as refusal:
        return document_page_of(number, form.refused(refusal), 422)
    return redirect(url_for("desk.document", number=number, done="recorded"), 303)


def pdf_answer(content: bytes, name: str) -> Response:
    """A PDF, shown in the browser."""
    response = current_app.response_class(content, content_type=MEDIA_TYPES["pdf"])
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
