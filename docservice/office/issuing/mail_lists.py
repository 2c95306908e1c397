"""The mail list: which envelopes go out on a day, of a case, of a notice, or with the documents that somebody names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from docservice.casefile.record import case_key
from docservice.finding import Finding
from docservice.office.issuing.on_record import spellings
from docservice.office.means.means import Means
from docservice.pipeline.mail_classes import CERTIFIED, classes_of
from docservice.refusal import Refusal
from docservice.rendering.fonts import FontPlaces
from docservice.rendering.mail_lists import MailItem, as_csv, as_firm_book, in_mail_order
from docservice.storage.models import CaseRow, DocumentRow
from docservice.town.envelopes import sheets_of
from docservice.town.look import Colors
from docservice.town.pack import TownIdentity

MOST = 2000  # envelopes of one list


@dataclass(frozen=True, slots=True)
class MailQuery:
    """What a list is of: all that is said must hold. ``documents`` are numbers or ids, ``notice`` a notice's number."""

    on: date | None = None
    case: str | None = None
    notice: str | None = None
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MailList:
    """Envelopes in the order of the mail room. ``unsaid`` are documents of whose mailing nothing was said."""

    title: str
    items: tuple[MailItem, ...]
    unsaid: tuple[str, ...] = ()


def mail_list(means: Means, query: MailQuery) -> MailList:
    """The envelopes of documents in force; a translation goes with its English text in one.

    A document that is named is listed also where no class of mail was said. Raises ``Refusal``: ``mail.query`` when
    nothing is asked for, ``mail.too_many``, and of kind ``missing`` ``case.unknown``, ``notice.unknown`` or
    ``document.unknown`` for what is named and is not there.
    """
    if query.on is None and query.case is None and query.notice is None and not query.documents:
        message = "Say of what: a day, a case, a notice, or documents."
        raise Refusal("mail.query", message, [Finding.error("mail.query", message, "/on")])
    rows = _rows(means, query)
    said = [row for row in rows if row.mail_class is not None or query.documents]
    translated = _translated(means, said)
    items = [item for row in said for item in _items(means, row, translated.get(row.id, 0))]
    unsaid = tuple(row.number for row in rows if row.mail_class is None and not query.documents)
    return MailList(_title(query), in_mail_order(items), unsaid)


def csv_of(listed: MailList) -> bytes:
    """A list for spreadsheets and for the mail room's system."""
    return as_csv(listed.items)


def firm_book_of(means: Means, listed: MailList, on: date) -> bytes:
    """A list on paper, for the post office to sign."""
    pack = means.rules_of(on)
    return means.make(_printed, {}, listed, pack.identity, pack.look.colors, on, means.fonts)


def _printed(
    _: Mapping[str, bytes], listed: MailList, town: TownIdentity, colors: Colors, on: date, fonts: FontPlaces
) -> bytes:
    return as_firm_book(
        listed.items, title=listed.title, town=town, on=on, fonts=fonts.prepared(), colors=colors
    )  # fmt: skip


def _rows(means: Means, query: MailQuery) -> Sequence[DocumentRow]:
    wanted = select(DocumentRow).where(DocumentRow.status == "issued", DocumentRow.original.is_(None))
    wanted = wanted.where(DocumentRow.recipient.is_not(None)).order_by(DocumentRow.position).limit(MOST + 1)
    if query.on is not None:
        wanted = wanted.where(func.coalesce(DocumentRow.mail_on, DocumentRow.issued_on) == query.on)
    if query.case is not None:
        wanted = wanted.where(DocumentRow.case_key == case_key(query.case))
    if query.notice is not None:
        wanted = wanted.where(DocumentRow.notice_number.in_(spellings(query.notice)))
    if query.documents:
        named = or_(DocumentRow.number.in_(query.documents), DocumentRow.id.in_(query.documents))
        wanted = wanted.where(named)
    with means.store.database.reading() as session:
        _refuse_unknown(session, query)
        rows = list(session.scalars(wanted))
    if len(rows) > MOST:
        raise Refusal("mail.too_many", f"More than {MOST} envelopes; ask for less at once.", kind="too-large")
    known = {name for row in rows for name in (row.number, row.id)}
    problems = [
        Finding.error("document.unknown", f"No document in force that goes to somebody is “{name}”.", f"/document/{at}")
        for at, name in enumerate(query.documents)
        if name not in known
    ]
    if problems:
        raise Refusal("document.unknown", problems[0].message, problems, kind="missing")
    return rows


def _refuse_unknown(session: Session, query: MailQuery) -> None:
    """A case is known by its own row or by its documents: not all that have letters are on record."""
    of_case = select(DocumentRow.id).where(DocumentRow.case_key == case_key(query.case or "")).limit(1)
    on_record = select(CaseRow.key).where(CaseRow.key == case_key(query.case or ""))
    if query.case is not None and session.scalar(on_record) is None and session.scalar(of_case) is None:
        raise Refusal("case.unknown", f"There is no case “{query.case}”.", kind="missing")
    of_notice = select(DocumentRow.id).where(DocumentRow.notice_number.in_(spellings(query.notice or ""))).limit(1)
    if query.notice is not None and session.scalar(of_notice) is None:
        raise Refusal("notice.unknown", f"There is no notice “{query.notice}”.", kind="missing")


def _translated(means: Means, rows: Sequence[DocumentRow]) -> Mapping[str, int]:
    """The sheets of the translations that go into the envelopes of ``rows`` with their enclosures, by the id of the
    English text."""
    of = DocumentRow.original
    wanted = select(of, DocumentRow.pages, DocumentRow.enclosures)
    wanted = wanted.where(of.in_([row.id for row in rows]), DocumentRow.status == "issued")
    found: dict[str, int] = {}
    with means.store.database.reading() as session:
        for original, pages, enclosed in session.execute(wanted):
            found[str(original)] = found.get(str(original), 0) + _sheets(pages, enclosed)
    return found


def _sheets(pages: int, enclosed: Sequence[Mapping[str, Any]] | None) -> int:
    return sheets_of(pages) + sum(sheets_of(one["pages"]) for one in enclosed or ())


def _items(means: Means, row: DocumentRow, more: int) -> Iterator[MailItem]:
    sheets = _sheets(row.pages, row.enclosures) + more
    lines = tuple(row.window_lines or _of_casefile(means, row))
    for name in classes_of(row.mail_class) or ("",):
        article = row.notice.get("article") if name == CERTIFIED else None
        day = row.mail_on or row.issued_on
        yield MailItem(
            row.number, row.notice_number, row.case_number, day, name, lines, article, sheets, row.envelope or ""
        )


def _of_casefile(means: Means, row: DocumentRow) -> tuple[str, ...]:
    """Name and address of one whose window is not on record: as its casefile has them."""
    facts = json.loads(means.store.blobs.read(row.casefile_sha256))
    complained = (facts.get("confidential") or {}).get("complainant")
    known = [*facts.get("parties", ()), *([complained] if complained else ())]
    party: dict[str, Any] = next((one for one in known if one.get("id") == row.recipient), {})
    attention = [f"ATTN {party['attention']}"] if party.get("attention") else []
    return (row.recipient_name, *attention, *(party.get("address") or {}).get("lines", ()))


def _title(query: MailQuery) -> str:
    parts = [
        f"{query.on:%B} {query.on.day}, {query.on.year}" if query.on is not None else "",
        f"case {query.case}" if query.case is not None else "",
        f"notice {query.notice}" if query.notice is not None else "",
        f"{len(query.documents)} documents" if query.documents else "",
    ]
    return f"Mail list of {', '.join(part for part in parts if part)}"
