"""A case as one folder, packed: facts, papers as issued, who was served, what happened, and the trail of it all."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, BinaryIO

from sqlalchemy import or_, select

from docservice.casefile.folding import fold
from docservice.office.cases import evidence, reading
from docservice.office.means.means import Means
from docservice.office.means.records import case_event_record, document_record
from docservice.storage.models import AttachmentRow, AuditRow, CaseEventRow, CaseRevisionRow, DocumentRow


def export(means: Means, number: str, out: BinaryIO) -> None:
    """Write the case into ``out`` as a .zip. Raises ``Refusal("case.unknown")``, and what the archive does not have."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in _files(means, number):
            packed.writestr(name, data if isinstance(data, bytes) else _json(data))


def _files(means: Means, number: str) -> Iterator[tuple[str, Any]]:
    today = means.today()
    with means.store.database.reading() as session:
        means.refresh(session)
        one = reading.found(means, session, number)
        folded = fold(one.facts, one.record, today)
        documents = list(
            session.scalars(
                select(DocumentRow).where(DocumentRow.case_key == one.row.key).order_by(DocumentRow.position)
            )
        )
        ids = [row.id for row in documents]
        pictures = list(session.scalars(select(AttachmentRow).where(AttachmentRow.document_id.in_(ids))))
        told = select(CaseEventRow).where(CaseEventRow.key == one.row.key).order_by(CaseEventRow.position)
        events = [case_event_record(row, one.row.number) for row in session.scalars(told)]
        revisions = list(
            session.scalars(
                select(CaseRevisionRow).where(CaseRevisionRow.key == one.row.key).order_by(CaseRevisionRow.revision)
            )
        )
        subjects = or_(AuditRow.subject == f"case/{one.row.number}", AuditRow.subject.in_(ids))
        trail = list(session.scalars(select(AuditRow).where(subjects).order_by(AuditRow.sequence)))
    yield "case.json", {**asdict(one.summary), "exported_on": today}
    yield "casefile.json", folded.facts
    for revision in revisions:
        yield f"revisions/{revision.revision:04}.json", means.store.blobs.read(revision.sha256)
    yield "events.json", [asdict(event) for event in events]
    yield "service.json", _served(folded.facts, events)
    yield "documents.json", [asdict(document_record(row)) for row in documents]
    for row in documents:
        yield f"documents/{row.number}.pdf", means.store.blobs.read(row.sha256)
        for one in row.enclosures or ():
            yield f"documents/{row.number}-{one['key']}.pdf", means.store.blobs.read(one["sha256"])
        yield f"documents/{row.number}.casefile.json", means.store.blobs.read(row.casefile_sha256)
    numbers = {row.id: row.number for row in documents}
    for picture in pictures:
        name = picture.name.replace("/", "_")
        yield f"pictures/{numbers[picture.document_id]}/{name}", means.store.blobs.read(picture.sha256)
    for position, name, sha256 in evidence.files_of(one.record.events):
        yield f"evidence/{position}/{name.replace('/', '_')}", means.store.blobs.read(sha256)
    lines = [
        {name: getattr(row, name) for name in
         ("sequence", "at", "actor", "action", "subject", "detail", "previous", "sha256")}
        for row in trail
    ]  # fmt: skip
    yield "audit.json", lines


def _served(facts: Mapping[str, Any], events: list[Any]) -> list[Mapping[str, Any]]:
    """Who was served: what the casefile holds, and what was told."""
    told = [asdict(event) for event in events if event.type in _OF_SERVICE]
    return [*(facts.get("service") or ()), *told]


_OF_SERVICE = ("served", "returned", "attempted", "service-result")


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, default=_plain).encode()


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)
