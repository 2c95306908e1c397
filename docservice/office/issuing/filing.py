"""Putting what was made on record: documents, their pictures, what they supersede, and the lines that say so."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from docservice.casefile.record import case_key
from docservice.office.issuing import document_index, pinned
from docservice.office.issuing.making import MadeSet, notice_number
from docservice.office.means.means import Prepared
from docservice.office.means.records import DocumentRecord, document_record
from docservice.office.means.spoken_of import speaks_of
from docservice.pipeline.product import Product
from docservice.refusal import Refusal
from docservice.storage import audit
from docservice.storage.audit import AuditLine
from docservice.storage.models import AttachmentRow, DocumentIndexRow, DocumentRow, IdempotencyRow

_ADD = insert(DocumentRow.__table__)  # type: ignore[arg-type]
_ADD_ENTRY = insert(DocumentIndexRow.__table__)  # type: ignore[arg-type]
_COLUMNS = tuple(DocumentRow.__table__.columns.keys())


def file_sets(
    session: Session,
    sets: Sequence[tuple[int, MadeSet]],
    *,
    at: datetime,
    actor: str,
) -> list[list[DocumentRow]]:
    """Add the rows of sets, each with its number in the series, in the caller's transaction.

    What they take the place of is superseded. Raises ``Refusal`` as ``replaceable``.
    """
    every: list[list[DocumentRow]] = []
    lines, ended = list[AuditLine](), list[AuditLine]()
    for sequence, made in sets:
        rows: list[DocumentRow] = []
        replaces = made[0][0].replaces
        old = replaceable(session, replaces, lock=True) if replaces is not None else []
        for prepared, product in made:
            row = _row(prepared, product, sequence)
            row.created_at, row.created_by = at, actor
            row.original = rows[0].id if rows else None
            if old:
                row.supersedes = _same_language(old, row.language).id
            detail: dict[str, Any] = {
                "number": row.number, "sha256": row.sha256, "case": row.case_number, "supersedes": row.supersedes
            }  # fmt: skip
            if prepared.decisions:
                detail["decisions"] = [asdict(one) for one in prepared.decisions]
            lines.append(AuditLine("document.issued", row.id, detail))
            rows.append(row)
        every.append(rows)
        for earlier in old:
            reason, successor = made[0][0].task.reason, _same_language(rows, earlier.language)
            earlier.status, earlier.reason, earlier.superseded_by = "superseded", reason, successor.id
            earlier.status_at = at
            ended.append(AuditLine("document.superseded", earlier.id, {"by": successor.id, "reason": reason}))
    lines += ended
    documents = [row for rows in every for row in rows]
    positions = audit.record_many(session, lines, at=at, actor=actor)
    for row, position in zip(documents, positions, strict=False):
        row.position = position
    for rank in (0, 1):  # a translation names its original
        ranked = [rows[rank] for rows in every if len(rows) > rank]
        if ranked:
            session.execute(_ADD, [{name: getattr(row, name) for name in _COLUMNS} for row in ranked])
    orders = [prepared for _, made in sets for prepared, _ in made]
    session.add_all(
        AttachmentRow(document_id=row.id, name=name, sha256=sha256)
        for prepared, row in zip(orders, documents, strict=True)
        for name, sha256 in prepared.task.attachments.items()
    )
    entries = [
        document_index.entry(row, json.loads(prepared.parts[prepared.task.casefile]))
        for prepared, row in zip(orders, documents, strict=True)
    ]
    session.execute(_ADD_ENTRY, entries)
    session.flush()
    return every


def issued_before(session: Session, row: IdempotencyRow) -> DocumentRecord | None:
    """The document that a request made when it was first done (``office.means.idempotency``)."""
    document = session.get(DocumentRow, row.document_id) if row.document_id is not None else None
    return document_record(document) if document is not None else None


def _row(prepared: Prepared, product: Product, sequence: int) -> DocumentRow:
    series, year = prepared.series
    task = prepared.task
    return DocumentRow(
        **pinned.columns(task),
        id=str(uuid.uuid4()),
        series=series,
        year=year,
        sequence=sequence,
        notice_number=notice_number(prepared, sequence),
        copy=prepared.copy.copy if prepared.copy is not None else 1,
        printing=prepared.copy.printing if prepared.copy is not None else 1,
        mailing=prepared.mailing,
        body_sha256=product.body_sha256,
        correction=prepared.correction,
        case_number=prepared.casefile.case.number,
        case_key=case_key(prepared.casefile.case.number),
        case_revision=prepared.case.revision if prepared.case is not None else None,
        template=prepared.version.template,
        version=prepared.version.number,
        recipient_name=product.recipient_name,
        title=product.title,
        status="issued",
        pages=product.pages,
        sha256=product.sha256,
        town_version=prepared.edition.pack.version,
        engine=product.engine,
        fonts=product.fonts,
        findings=[one.to_plain() for one in (*product.findings, *prepared.told)],
        dates=list(product.dates),
        window_lines=list(product.window) or None,
        envelope=product.envelope,
        enclosures=[one.to_plain() for one in product.enclosures] or None,
        speaks_of=speaks_of(
            json.loads(prepared.parts[task.casefile]),
            prepared.casefile,
            prepared.kind,
            task.about,
            task.recipient,
            task.on,
        ),
    )


def replaceable(session: Session, document_id: str, *, lock: bool) -> list[DocumentRow]:
    """The English document and its translations, if they may be superseded or voided; the English one first.

    Raises ``Refusal``: ``document.unknown`` (kind ``missing``), ``document.not_issued`` (kind ``conflict``).
    """
    row = session.get(DocumentRow, document_id)
    if row is None:
        raise Refusal("document.unknown", f"There is no document “{document_id}”.", kind="missing")
    first = row.original or row.id
    query = select(DocumentRow).where((DocumentRow.id == first) | (DocumentRow.original == first))
    query = query.order_by(DocumentRow.position)
    rows = list(session.scalars(query.with_for_update() if lock else query))
    for found in rows[:1]:
        if found.status != "issued":
            raise Refusal("document.not_issued", f"{found.number} is {found.status} already.", kind="conflict")
    return [found for found in rows if found.status == "issued"]


def _same_language(rows: Sequence[DocumentRow], language: str) -> DocumentRow:
    return next((row for row in rows if row.language == language), rows[0])
