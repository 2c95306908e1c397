"""Cases as they are: the newest facts with what the register knows in them, and what papers in force say otherwise."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from docservice import casefile as casefiles
from docservice.casefile import shown
from docservice.casefile.attempts import attempts
from docservice.casefile.folding import Folded, fold
from docservice.casefile.record import CaseRecord, case_key
from docservice.finding import Finding
from docservice.office.cases.values import CaseOnRecord, CaseSummary, summary_of
from docservice.office.means import case_records
from docservice.office.means.means import Means
from docservice.office.means.records import Page
from docservice.office.means.spoken_of import spoken_of
from docservice.refusal import Refusal
from docservice.storage.folding import fold as fold_text
from docservice.storage.models import CaseRevisionRow, CaseRow, DocumentRow
from docservice.town.service_following import service_findings

_ROW = DocumentRow.__table__.c
_LIVE = select(
    _ROW.id, _ROW.number, _ROW.template, _ROW.version, _ROW.recipient, _ROW.about, _ROW.issued_on, _ROW.case_revision,
    _ROW.casefile_sha256, _ROW.speaks_of,
).where(
    _ROW.case_key == bindparam("key"), _ROW.status == "issued", _ROW.original.is_(None), _ROW.recipient.is_not(None)
).order_by(_ROW.position)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FoundCase:
    """A case as it was read at one moment: its row, what the register holds, its facts as they were told."""

    row: CaseRow
    summary: CaseSummary
    record: CaseRecord
    facts: Mapping[str, Any]
    live: Sequence[Any]  # documents in force that went to somebody


def found(means: Means, session: Session, number: str, revision: int | None = None) -> FoundCase:
    """A case by its number, however it is typed. Raises ``Refusal``: ``case.unknown``, ``case.unknown_revision``."""
    row = row_of(session, number)
    sha256: str | None = row.sha256
    if revision is not None:
        told = session.get(CaseRevisionRow, (row.key, revision))
        sha256 = told.sha256 if told is not None else None
    if sha256 is None:
        message = f"{row.number} has no revision {revision}; it is at {row.revision}."
        raise Refusal("case.unknown_revision", message, kind="missing")
    record = case_records.record_of(means, session, number)
    live = session.execute(_LIVE, {"key": row.key}).all()
    facts = json.loads(means.store.blobs.read(sha256))
    summary = summary_in(session, row, means.today())
    return FoundCase(row, replace(summary, revision=revision or row.revision), record, facts, live)


def summary_in(session: Session, row: CaseRow, today: date) -> CaseSummary:
    """A case as it stands in a list."""
    other = session.get(CaseRow, row.merged_into) if row.merged_into is not None else None
    return summary_of(row, today, other.number if other is not None else None)


def row_of(session: Session, number: str, *, lock: bool = False) -> CaseRow:
    """The row of a case. Raises ``Refusal("case.unknown", kind="missing")``."""
    query = select(CaseRow).where(CaseRow.key == case_key(number))
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise Refusal("case.unknown", f"There is no case “{number}” on record.", kind="missing")
    return row


def put_by(session: Session, number: str) -> str | None:
    """Who put a case on record; None: it is not."""
    return session.scalar(select(CaseRow.created_by).where(CaseRow.key == case_key(number)))


def owner_of(session: Session, number: str) -> str | None:
    """Whom a number belongs to: who put the case on record, or issued the first document under it; None: nobody yet."""
    key = case_key(number)
    owner = put_by(session, number)
    first = select(DocumentRow.created_by).where(DocumentRow.case_key == key).order_by(DocumentRow.position).limit(1)
    return owner if owner is not None else session.scalar(first)


def read(means: Means, number: str, on: date | None = None, revision: int | None = None) -> CaseOnRecord:
    """A case: the facts of its newest revision (or of ``revision``) with what the register knew on a day (today)."""
    with means.store.database.reading() as session:
        means.refresh(session)
        one = found(means, session, number, revision)
    return seen(means, one, on or means.today())


def seen(means: Means, one: FoundCase, on: date) -> CaseOnRecord:
    """A case that was read, as it is told."""
    folded = fold(one.facts, one.record, on)
    types = {paper.number: paper.document_type for paper in one.record.documents if paper.in_force}
    service = service_findings(means.current().service, attempts(one.record, on), types, folded.facts)
    findings = (*lacking(folded), *facts_moved(means, one, folded.facts), *service)
    return CaseOnRecord(one.summary, folded.facts, etag_of(one.summary, folded), findings)


def lacking(folded: Folded) -> tuple[Finding, ...]:
    """What the facts lack of what the register has papers about, and days of the register that they contradict.

    Other differing values are none: the register's stand.
    """
    return tuple(one for one in folded.findings if one.code != "case.differs" or one in folded.unplaced)


def etag_of(summary: CaseSummary, folded: Folded) -> str:
    """The ETag (unquoted): the revision read, and a digest of what is told. Who changes facts must know the newest."""
    told = casefiles.canonical(folded.facts) + str(summary.merged_into).encode()
    return f"{summary.revision}.{hashlib.sha256(told).hexdigest()[:16]}"


def facts_moved(means: Means, one: FoundCase, now: Mapping[str, Any]) -> Iterator[Finding]:
    """A warning for each paper in force that shows facts that are otherwise now."""
    for row in one.live:
        speaks_of = spoken_of(means, row)
        if speaks_of is None or speaks_of["sha256"] == shown.digest(now, row.recipient, speaks_of["violations"]):
            continue
        then = json.loads(means.store.blobs.read(row.casefile_sha256))
        by = f" (it was printed by revision {row.case_revision})" if row.case_revision is not None else ""
        message = f"{row.number} shows this otherwise{by}: offer another printing, or a correction."
        for place in shown.moved(then, now, row.recipient, speaks_of["violations"]):
            yield Finding.warning("notice.facts_moved", message, place)


def still_needed(means: Means, one: FoundCase, facts: Mapping[str, Any]) -> Iterator[Finding]:
    """An error for each party and violation that a paper in force went to or shows, and ``facts`` lack."""
    parties = {item.get("id") for item in facts.get("parties") or ()}
    violations = {item.get("id") for item in facts.get("violations") or ()}
    for row in one.live:
        if row.recipient not in parties:
            message = f"“{row.recipient}” has {row.number}, which is in force; it cannot be left out."
            yield Finding.error("case.party_served", message, "/parties")
        for id in (spoken_of(means, row) or {"violations": ()})["violations"]:
            if id not in violations:
                message = f"{row.number} cites “{id}” and is in force; it cannot be left out."
                yield Finding.error("case.violation_cited", message, "/violations")


def search(
    means: Means,
    *,
    q: str | None = None,
    number: str | None = None,
    status: str | None = None,
    owner: str | None = None,
    before: int | None = None,
    page: int = 1,
    per_page: int,
) -> Page[CaseSummary]:
    """Cases, the newest first: those ``before`` a place, or a page by its number.

    ``q`` is words that are all parts of the number, title, site, parcel, or a party's name or address; ``number`` one
    case; ``status`` open or closed; ``owner`` who put it on record.
    """
    today = means.today()
    conditions = [CaseRow.words.contains(word, autoescape=True) for word in fold_text(q or "").split()]
    if number is not None:
        conditions.append(CaseRow.key == case_key(number))
    if status is not None:
        is_closed = CaseRow.closed_on.is_not(None) & (CaseRow.closed_on <= today)
        conditions.append(~is_closed if status == "open" else is_closed)
    if owner is not None:
        conditions.append(CaseRow.created_by == owner)
    query = select(CaseRow).where(*conditions).order_by(CaseRow.position.desc()).limit(per_page + 1)
    query = query.where(CaseRow.position < before) if before is not None else query.offset((page - 1) * per_page)
    with means.store.database.reading() as session:
        total = session.scalar(select(func.count()).select_from(CaseRow).where(*conditions)) or 0
        rows = list(session.scalars(query))
        merged = {row.merged_into for row in rows if row.merged_into is not None}
        numbers = {one.key: one.number for one in session.scalars(select(CaseRow).where(CaseRow.key.in_(merged)))}
    following = rows[per_page - 1].position if len(rows) > per_page else None
    return Page(
        tuple(summary_of(row, today, numbers.get(row.merged_into or "")) for row in rows[:per_page]), total, following
    )  # fmt: skip
