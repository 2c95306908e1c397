"""Notices on record: their copies, the printings and translations of each, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from docservice.office.issuing.on_record import spellings
from docservice.office.means.choices import DocumentStatus
from docservice.office.means.means import Means
from docservice.office.means.records import DocumentRecord, document_record
from docservice.refusal import Refusal
from docservice.storage.models import DocumentRow


@dataclass(frozen=True, slots=True)
class CopyRecord:
    """One copy of a notice: to whom, and its printings, the first one first. Its state is that of the last."""

    copy: int
    recipient: str | None
    recipient_name: str
    status: DocumentStatus
    printings: tuple[DocumentRecord, ...]
    translations: tuple[DocumentRecord, ...]


@dataclass(frozen=True, slots=True)
class NoticeRecord:
    """A notice with its copies. It is in force while one of them is; ``sent_to`` are the party ids of all who get one,
    by their copies, also of those who have none yet."""

    number: str
    case: str
    template: str
    title: str
    about: str | None
    status: DocumentStatus
    issued_on: date
    sent_to: tuple[str, ...]
    copies: tuple[CopyRecord, ...]

    @property
    def documents(self) -> tuple[DocumentRecord, ...]:
        """Every printing and translation of every copy."""
        return tuple(one for copy in self.copies for one in (*copy.printings, *copy.translations))


def rows_of(session: Session, number: str, *, lock: bool = False) -> list[DocumentRow]:
    """Every row of a notice, in the order of record.

    Raises ``Refusal("notice.unknown", kind="missing")``.
    """
    own = select(DocumentRow).where(DocumentRow.notice_number.in_(spellings(number))).order_by(DocumentRow.position)
    rows = list(session.scalars(own.with_for_update() if lock else own))
    if not rows:
        raise Refusal("notice.unknown", f"There is no notice “{number}”.", kind="missing")
    return rows


def find(means: Means, number: str) -> NoticeRecord:
    """A notice by its number. Raises ``Refusal("notice.unknown", kind="missing")``."""
    with means.store.database.reading() as session:
        rows = rows_of(session, number)
        return notice_of(rows)


def is_shared(means: Means, number: str) -> bool:
    """Whether several had a copy of a notice."""
    with means.store.database.reading() as session:
        copies = select(DocumentRow.copy).where(DocumentRow.notice_number == number).distinct().limit(2)
        return len(session.scalars(copies).all()) > 1


def live(rows: Sequence[DocumentRow]) -> list[DocumentRow]:
    """The English printing in force of each copy that has one, by their copies."""
    found = [row for row in rows if row.original is None and row.status == "issued"]
    return sorted(found, key=lambda row: (row.copy, row.printing))


def recipients_of(rows: Sequence[DocumentRow]) -> tuple[str, ...]:
    """The party ids of all who get the notice, by their copies, as the copy that was made last names them."""
    named = [tuple(row.notice["copy"]["recipients"]) for row in rows if "copy" in row.notice]
    return max(named, key=len) if named else (rows[0].recipient or "",)


def notice_of(rows: Sequence[DocumentRow]) -> NoticeRecord:
    """The record of a notice's rows."""
    grouped: Mapping[int, list[DocumentRow]] = {
        number: [row for row in rows if row.copy == number] for number in sorted({row.copy for row in rows})
    }
    copies = tuple(_copy(number, of_copy) for number, of_copy in grouped.items())
    states: tuple[DocumentStatus, ...] = ("issued", "superseded", "void")
    status = next(state for state in states if any(one.status == state for one in copies))
    first = rows[0]
    return NoticeRecord(
        first.notice_number, first.case_number, first.template, first.title, first.about, status, first.issued_on,
        recipients_of(rows), copies,
    )  # fmt: skip


def _copy(number: int, rows: Sequence[DocumentRow]) -> CopyRecord:
    printings = sorted((row for row in rows if row.original is None), key=lambda row: row.printing)
    last = printings[-1]
    return CopyRecord(
        number, last.recipient, last.recipient_name, last.status,  # type: ignore[arg-type]
        tuple(map(document_record, printings)),
        tuple(document_record(row) for row in rows if row.original is not None),
    )  # fmt: skip
