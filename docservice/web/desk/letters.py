"""Letters on record: found by words, and the page of one with its copies, their service and its pages."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, render_template, request

from docservice.media_types import MEDIA_TYPES
from docservice.office.cases.serving import AttemptOnRecord, PartyServed
from docservice.office.issuing.mail_lists import MailList, MailQuery
from docservice.office.issuing.notices_on_record import CopyRecord, NoticeRecord
from docservice.office.means.choices import STATUSES
from docservice.office.means.records import DocumentRecord
from docservice.rendering.mail_lists import MailItem
from docservice.web.desk.access import allows, may, office
from docservice.web.desk.forms import Form
from docservice.web.desk.letter_dates import counted_dates
from docservice.web.desk.letter_forms import MAIL_WORDS

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


@dataclass(frozen=True, slots=True)
class CopyRow:
    """One copy on the page: its newest printing, what it is in, how it is mailed, and where its service stands."""

    copy: CopyRecord
    printing: DocumentRecord
    translations: tuple[DocumentRecord, ...]
    mail: tuple[MailItem, ...]
    attempts: tuple[AttemptOnRecord, ...]
    served: PartyServed | None

    @property
    def name(self) -> str:
        """To whom it is, in words."""
        return self.copy.recipient_name or "The file"

    @property
    def languages(self) -> tuple[str, ...]:
        """What it is in, English first."""
        return ("en", *(one.language for one in self.translations))

    @property
    def in_force(self) -> bool:
        """Whether its newest printing is neither void nor replaced."""
        return self.printing.status == "issued"

    @property
    def state(self) -> tuple[str, str]:
        """Where it stands: words, and the kind of its chip."""
        if not self.in_force:
            return ("Void", "bad") if self.printing.status == "void" else ("Replaced", "")
        if self.copy.recipient is None:
            return "On file", "good"
        if self.served is None:
            return "Nothing on record", "wait"
        later = self.served.on is not None and self.served.on > office().means.today()
        return {
            "holds": ("Served", "good") if not later else ("Counts from a later day", "wait"),
            "failed": ("Came to nothing", "bad"), "lacking": ("Something is missing", "wait"),
        }.get(self.served.state, ("Not known yet", "wait"))  # fmt: skip


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
    record = office().issuing.document(id)
    return pdf_answer(office().issuing.face(record.id, "pdf")[0], record.number)


@allows("read")
def document(number: str) -> Response:
    """One letter: its copies and their service, its pages, under which words and rules it is, what may be done."""
    return document_page_of(number)


def document_page_of(number: str, form: Form | None = None, status: int = 200) -> Response:
    """The page of a letter; with the form of a service that was refused."""
    from docservice.web.desk.letter_service import service_form  # it shows this page itself

    record = office().issuing.document(number)
    notice = office().issuing.notices.find(record.notice)
    rows, on_record = copies_of(notice)
    here = next((row for row in rows if row.copy.copy == record.copy), rows[0])
    open = [row for row in rows if row.in_force and row.copy.recipient is not None]
    described = office().issuing.describe([here.printing])[0]
    page = render_template(
        "desk/letters/document.html", record=record, notice=notice, rows=rows, here=here, on_record=on_record,
        dates=counted_dates(described.dates), service_key=str(uuid.uuid4()), mail_words=MAIL_WORDS,
        done=DONE.get(request.args.get("done", ""), ""),
        served=sum(row.served is not None and row.served.state == "holds" for row in open), open=open,
        form=(form or service_form(rows)) if on_record and open and may("issue") else None,
        sheets=sum(one.sheets for row in open for one in (row.printing, *row.translations)),
        pages=sum(one.pages for row in open for one in (row.printing, *row.translations)),
    )  # fmt: skip
    return current_app.response_class(page, status)


def copies_of(notice: NoticeRecord) -> tuple[tuple[CopyRow, ...], bool]:
    """The copies of a notice as rows; whether its case is on record, so that service can be."""
    mail = _mail(notice)
    on_record = office().cases.put_by(notice.case) is not None
    return tuple(_row(notice, copy, mail, on_record) for copy in notice.copies), on_record


def _row(notice: NoticeRecord, copy: CopyRecord, mail: dict[str, list[MailItem]], on_record: bool) -> CopyRow:
    printing = copy.printings[-1]
    translations = tuple(one for one in copy.translations if one.original == printing.id)
    attempts: tuple[AttemptOnRecord, ...] = ()
    served = None
    if on_record and copy.recipient is not None:
        found = office().cases.service(notice.case, printing.number)
        attempts = found.items
        served = next((one for one in found.served if one.party == copy.recipient), None)
    return CopyRow(copy, printing, translations, tuple(mail.get(printing.number, ())), attempts, served)


def _mail(notice: NoticeRecord) -> dict[str, list[MailItem]]:
    found: dict[str, list[MailItem]] = {}
    for item in listed_mail(notice).items:
        found.setdefault(item.document, []).append(item)
    return found


def listed_mail(notice: NoticeRecord) -> MailList:
    """The envelopes of a notice, also those of which no class of mail was said."""
    numbers = tuple(
        copy.printings[-1].number for copy in notice.copies
        if copy.recipient is not None and copy.printings[-1].status == "issued"
    )  # fmt: skip
    return office().issuing.mail_list(MailQuery(documents=numbers)) if numbers else MailList(notice.number, ())


def pdf_answer(content: bytes, name: str) -> Response:
    """A PDF, shown in the browser."""
    response = current_app.response_class(content, content_type=MEDIA_TYPES["pdf"])
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
