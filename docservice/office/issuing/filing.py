"""Putting what was made on record: documents, their pictures, what they supersede, and the lines that say so."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from docservice.casefile.record import case_key
from docservice.office.issuing import document_index
from docservice.office.issuing.making import MadeDocument
from docservice.office.means.means import Means
from docservice.office.means.records import DocumentRecord, document_record, findings_to_plain
from docservice.office.means.spoken_of import speaks_of
from docservice.pipeline import producing
from docservice.pipeline.producing import Earlier
from docservice.refusal import Refusal
from docservice.storage import audit
from docservice.storage.audit import AuditLine
from docservice.storage.models import AttachmentRow, DocumentIndexRow, DocumentRow, IdempotencyRow

_ADD = insert(DocumentRow.__table__)  # type: ignore[arg-type]
_ADD_ENTRY = insert(DocumentIndexRow.__table__)  # type: ignore[arg-type]
_COLUMNS = tuple(DocumentRow.__table__.columns.keys())


def file_sets(
    session: Session,
    sets: Sequence[tuple[int, Sequence[MadeDocument]]],
    *,
    at: datetime,
    actor: str,
    replaces: str | None = None,
    reason: str | None = None,
) -> list[list[DocumentRow]]:
    """Add the rows of sets, each with its number in the series, in the caller's transaction.

    ``replaces`` is the document that the one set supersedes, for ``reason``. Raises ``Refusal`` as ``replaceable``.
    """
    old = replaceable(session, replaces, lock=True) if replaces is not None else []
    every: list[list[DocumentRow]] = []
    lines: list[AuditLine] = []
    for sequence, made in sets:
        rows: list[DocumentRow] = []
        for one in made:
            row = _row(one, sequence)
            row.created_at, row.created_by = at, actor
            row.original = rows[0].id if rows else None
            if old:
                row.supersedes = _same_language(old, row.language).id
                earlier = {"number": old[0].number, "issued_on": old[0].issued_on.isoformat()}
                row.notice = {**row.notice, "supersedes": earlier, "reason": reason}
            detail = {"number": row.number, "sha256": row.sha256, "case": row.case_number, "supersedes": row.supersedes}
            lines.append(AuditLine("document.issued", row.id, detail))
            rows.append(row)
        every.append(rows)
    for earlier_row in old:
        successor = next((row for row in every[0] if row.language == earlier_row.language), every[0][0])
        earlier_row.status, earlier_row.reason, earlier_row.superseded_by = "superseded", reason, successor.id
        earlier_row.status_at = at
        lines.append(AuditLine("document.superseded", earlier_row.id, {"by": successor.id, "reason": reason}))
    documents = [row for rows in every for row in rows]
    positions = audit.record_many(session, lines, at=at, actor=actor)
    for row, position in zip(documents, positions, strict=False):
        row.position = position
    for rank in (0, 1):  # a translation names its original
        ranked = [rows[rank] for rows in every if len(rows) > rank]
        if ranked:
            session.execute(_ADD, [{name: getattr(row, name) for name in _COLUMNS} for row in ranked])
    session.add_all(
        AttachmentRow(document_id=row.id, name=name, sha256=sha256)
        for (_, made), rows in zip(sets, every, strict=True)
        for one, row in zip(made, rows, strict=True)
        for name, sha256 in one.prepared.attachments.items()
    )
    entries = [
        document_index.entry(row, json.loads(one.prepared.snapshot))
        for (_, made), rows in zip(sets, every, strict=True)
        for one, row in zip(made, rows, strict=True)
    ]
    session.execute(_ADD_ENTRY, entries)
    session.flush()
    return every


def issued_before(session: Session, row: IdempotencyRow) -> DocumentRecord | None:
    """The document that a request made when it was first done (``office.means.idempotency``)."""
    document = session.get(DocumentRow, row.document_id) if row.document_id is not None else None
    return document_record(document) if document is not None else None


def _row(one: MadeDocument, sequence: int) -> DocumentRow:
    prepared, product = one.prepared, one.product
    kind = prepared.edition.pack.document_types[prepared.bundle.meta.document_type]
    notice: dict[str, Any] = {}
    if prepared.served is not None:
        notice["served"] = dict(prepared.served)
    if one.original is not None:
        notice["original"] = {"number": one.original.number, "issued_on": one.original.issued_on.isoformat()}
    return DocumentRow(
        id=str(uuid.uuid4()),
        number=one.number,
        series=kind.series,
        year=prepared.on.year,
        sequence=sequence,
        case_number=prepared.casefile.case.number,
        case_key=case_key(prepared.casefile.case.number),
        case_revision=prepared.case.revision if prepared.case is not None else None,
        template=prepared.version.template,
        version=prepared.version.number,
        language=prepared.language,
        recipient=prepared.recipient.id if prepared.recipient else None,
        recipient_name=product.recipient_name,
        about=prepared.about,
        title=product.title,
        status="issued",
        issued_on=prepared.on,
        pages=product.pages,
        sha256=one.sha256,
        casefile_sha256=one.task.casefile,
        bundle_sha256=one.task.bundle,
        town_sha256=one.task.pack,
        town_version=prepared.edition.pack.version,
        engine=product.engine,
        fonts=product.fonts,
        verify_url=one.verify_url,
        verify_code=one.code,
        findings=findings_to_plain((*product.findings, *prepared.told)),
        notice=notice,
        dates=list(product.dates),
        speaks_of=speaks_of(
            json.loads(prepared.snapshot),
            prepared.casefile,
            kind,
            prepared.about,
            prepared.recipient.id if prepared.recipient else None,
            prepared.on,
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


def task_of(means: Means, row: DocumentRow, attachments: Mapping[str, str]) -> producing.Task:
    """The task that made an issued document, from its record."""
    notice = row.notice
    return producing.Task(
        bundle=row.bundle_sha256,
        pack=row.town_sha256,
        casefile=row.casefile_sha256,
        recipient=row.recipient,
        language=row.language,
        on=row.issued_on,
        about=row.about,
        number=row.number,
        verify_url=row.verify_url,
        fonts_home=means.settings.fonts_home,
        fonts_search=means.settings.fonts,
        attachments=attachments,
        supersedes=_earlier(notice.get("supersedes")),
        reason=notice.get("reason"),
        original=_earlier(notice.get("original")),
        served=notice.get("served"),
        engine=row.engine,
    )


def _earlier(value: Any) -> Earlier | None:
    return Earlier(value["number"], date.fromisoformat(value["issued_on"])) if value else None
