"""Documents on record: one by its id, number or code; many, newest first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

from sqlalchemy import ColumnElement, and_, bindparam, case, func, select

from docservice.casefile.record import case_key
from docservice.office.issuing import document_index
from docservice.office.means import dates_on_record
from docservice.office.means.means import Means
from docservice.office.means.records import DocumentRecord, Page, document_record
from docservice.refusal import Refusal
from docservice.storage.models import DocumentIndexRow, DocumentRow


class DocumentQuery(TypedDict, total=False):
    """What somebody looks for; what is not named, or None, is any. ``q`` is words that a document is found by
    (``office.issuing.document_index``), ``name`` parts of the recipient's name, ``issued_by`` who issued it
    (``key:NAME``); ``issued_from`` and ``issued_to`` are days, both included; ``case`` is a number, however typed.
    The others are exact."""

    number: str | None
    case: str | None
    recipient: str | None
    name: str | None
    about: str | None
    language: str | None
    template: str | None
    version: int | None
    status: str | None
    issued_from: date | None
    issued_to: date | None
    issued_by: str | None
    q: str | None


@dataclass(frozen=True, slots=True)
class Described:
    """A document, and what is around it.

    ``dates`` are those that it sets (``producing.set_by``); ``copies`` counts the letters of its template about the
    same thing, to whomever, that are in force (translations not counted, itself counted); ``documents_of_case`` all of
    its case, in every state.
    """

    record: DocumentRecord
    dates: tuple[Mapping[str, Any], ...]
    copies: int
    documents_of_case: int


# What stands between the characters of a number that is copied from the narrow column of a letter, or from a web page.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]|\\s")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-")
_WRITTEN = re.compile(
    r"(?P<number>[^-]+-[0-9]+-[0-9]+(?:\.[0-9]+)*)(?:-(?P<language>[a-z]{2,3})(?P<script>-[a-z]{4})?)?", re.I
)
_COPY = re.compile(
    r"(?P<notice>.+?)\.(?P<copy>[0-9]{1,6})(?:\.(?P<printing>[0-9]{1,6}))?(?:-(?P<language>[A-Za-z-]{2,20}))?"
)
_DOCUMENT = DocumentRow.__table__.c
_IN_FORCE = case(((_DOCUMENT.status == "issued") & _DOCUMENT.original.is_(None), 1), else_=0)
_KIND = _DOCUMENT.case_key, _DOCUMENT.template, _DOCUMENT.about
_AROUND = (
    select(*_KIND, func.count().label("documents"), func.sum(_IN_FORCE).label("letters"))
    .where(_DOCUMENT.case_key.in_(bindparam("cases", expanding=True))).group_by(*_KIND)
)  # fmt: skip
_AROUND_MINE = _AROUND.where(_DOCUMENT.created_by == bindparam("issued_by"))
_DATES = select(_DOCUMENT.id, _DOCUMENT.dates).where(_DOCUMENT.id.in_(bindparam("ids", expanding=True)))
_EXACT = {
    "recipient": DocumentRow.recipient, "about": DocumentRow.about,
    "language": DocumentRow.language, "template": DocumentRow.template, "version": DocumentRow.version,
    "status": DocumentRow.status, "issued_by": DocumentRow.created_by,
}  # fmt: skip


def documents(
    means: Means, wanted: DocumentQuery, *, page: int = 1, per_page: int, before: int | None = None
) -> Page[DocumentRecord]:
    """Documents, newest first: a page by its number, or those ``before`` a place in the order of issue.

    Pages by number move while letters go out; what stands before a place does not. ``following`` of the page is the
    place from which to go on.
    """
    conditions, looked_up = _conditions(wanted)
    only_looked_up = bool(looked_up) and not conditions
    if looked_up:
        conditions.append(DocumentRow.position.in_(select(DocumentIndexRow.position).where(*looked_up)))
    if only_looked_up:  # then the records need not be read to be counted
        counted = select(func.count()).select_from(DocumentIndexRow).where(*looked_up)
    else:
        counted = select(func.count()).select_from(DocumentRow).where(*conditions)
    query = select(DocumentRow).where(*conditions).order_by(DocumentRow.position.desc())
    if before is not None:
        query = query.where(DocumentRow.position < before)
    else:
        query = query.offset((max(page, 1) - 1) * per_page)
    with means.store.database.reading() as session:
        total = session.scalar(counted) or 0
        rows = list(session.scalars(query.limit(per_page + 1)))
        following = rows[per_page - 1].position if len(rows) > per_page else None
        return Page(tuple(document_record(row) for row in rows[:per_page]), total, following)


def _conditions(wanted: DocumentQuery) -> tuple[list[ColumnElement[bool]], list[ColumnElement[bool]]]:
    """Conditions on the records, and on what they are found by."""
    given: Mapping[str, Any] = {name: value for name, value in wanted.items() if value is not None}
    found = [column == given[name] for name, column in _EXACT.items() if name in given]
    if case_number := given.get("case"):
        found.append(DocumentRow.case_key == case_key(case_number))
    if number := given.get("number"):
        found.append(DocumentRow.number.in_(spellings(number)))
    if "issued_from" in given:
        found.append(DocumentRow.issued_on >= given["issued_from"])
    if "issued_to" in given:
        found.append(DocumentRow.issued_on <= given["issued_to"])
    return found, [*document_index.matching(given.get("q", "")), *document_index.named(given.get("name", ""))]


def describe(means: Means, records: Sequence[DocumentRecord], issued_by: str | None = None) -> tuple[Described, ...]:
    """Documents with what is around them; of others only what ``issued_by`` issued counts, when it is named."""
    with means.store.database.reading() as session:
        given = {"cases": list({case_key(record.case) for record in records}), "issued_by": issued_by}
        counted = session.execute(_AROUND_MINE if issued_by is not None else _AROUND, given).all()
        known = session.execute(_DATES, {"ids": [record.id for record in records]})
        dates: dict[str, Any] = {row.id: row.dates for row in known}
        uncounted = [id for id, set_by in dates.items() if set_by is None]  # of an earlier release
        rows = list(session.scalars(select(DocumentRow).where(DocumentRow.id.in_(uncounted)))) if uncounted else []
    dates |= {row.id: list(dates_on_record.dates_of(means, row)) for row in rows}
    cases: Counter[str] = Counter()
    for row in counted:
        cases[row.case_key] += row.documents
    letters = {(row.case_key, row.template, row.about): row.letters for row in counted}
    return tuple(
        Described(
            record, tuple(dates[record.id] or ()), letters.get((key, record.template, record.about), 0),
            cases[key],
        )
        for record in records for key in [case_key(record.case)]
    )  # fmt: skip


def spellings(number: str) -> tuple[str, ...]:
    """A number as it was typed, without what nobody sees, and as the register writes numbers."""
    typed = _UNSEEN.sub("", number).translate(_DASHES)
    found = _WRITTEN.fullmatch(typed)
    if found is None:
        return (typed,)
    language, script = (found["language"] or "").lower(), (found["script"] or "").title()
    written = f"{found['number'].upper()}{'-' * bool(language)}{language}{script}"
    return tuple(dict.fromkeys((typed, written)))


def document(means: Means, id_or_number: str) -> DocumentRecord:
    """One document, by its id or number, however typed; a lone copy is found by ``NOV-2026-0007.1`` as well.

    Raises ``Refusal("document.unknown", kind="missing")``.
    """
    names = spellings(id_or_number)
    ways = [column == name for name in names for column in (DocumentRow.id, DocumentRow.number)]
    for name in names:
        if (copy := _COPY.fullmatch(name)) is not None:
            numbered = DocumentRow.copy == int(copy["copy"]), DocumentRow.printing == int(copy["printing"] or 1)
            language = DocumentRow.language == (copy["language"] or "en")
            ways.append(and_(DocumentRow.notice_number == copy["notice"], language, *numbered))
    return _first(means, *ways, name=id_or_number)


def verify(means: Means, code: str) -> DocumentRecord:
    """The document that carries this code. Raises ``Refusal("document.unknown", kind="missing")``."""
    cleaned = "".join(character for character in code.upper() if character.isalnum())
    return _first(means, DocumentRow.verify_code == cleaned, name=cleaned[:20])


def _first(means: Means, *conditions: ColumnElement[bool], name: str) -> DocumentRecord:
    with means.store.database.reading() as session:
        for condition in conditions:
            row = session.scalar(select(DocumentRow).where(condition))
            if row is not None:
                return document_record(row)
    raise Refusal("document.unknown", f"There is no document “{name}”.", kind="missing")
