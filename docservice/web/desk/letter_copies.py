"""The copies of a letter on record: how each is mailed, in which languages it is, where its service stands."""

from __future__ import annotations

from dataclasses import dataclass

from docservice.office.cases.serving import AttemptOnRecord, PartyServed
from docservice.office.issuing.mail_lists import MailList, MailQuery
from docservice.office.issuing.notices_on_record import CopyRecord, NoticeRecord
from docservice.office.means.records import DocumentRecord
from docservice.refusal import Refusal
from docservice.rendering.mail_lists import MailItem
from docservice.web.desk.access import office


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
        if any(one.state == "lacking" for one in self.attempts) and self.served.state == "unknown":
            return "Something is missing", "wait"
        return {
            "served": ("Served", "good"), "coming": ("Counts from a later day", "wait"),
            "failed": ("Came to nothing", "bad"),
        }.get(self.served.state, ("Not known yet", "wait"))  # fmt: skip


def found_letter(number: str) -> tuple[DocumentRecord, NoticeRecord]:
    """A letter by its number, or that of one of its copies: the copy meant (else the first), and all of it.

    Raises ``Refusal("document.unknown", kind="missing")``.
    """
    issuing = office().issuing
    try:
        notice = issuing.notices.find(number)
    except Refusal:
        record = issuing.document(number)
        return record, issuing.notices.find(record.notice)
    standing = [one for one in notice.copies if one.status == "issued"] or list(notice.copies)
    return standing[0].printings[-1], notice


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
