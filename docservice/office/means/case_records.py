"""Cases on record, as every room reads them: what was issued under a number, and what happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from docservice.casefile.record import CaseEvent, CaseRecord, Effect, IssuedDocument, case_key
from docservice.office.means import dates_on_record
from docservice.office.means.means import Means
from docservice.storage.models import CaseEventRow, CaseRow, DocumentRow, TemplateVersionRow
from docservice.town.effects import effect_of
from docservice.town.pack import TownPack

IMPORTED, MERGED = "notice-imported", "merged"  # events of the office that are no ``CaseEvent`` of the core

_DOCUMENTS = (
    select(DocumentRow, TemplateVersionRow.document_type)
    .join(
        TemplateVersionRow,
        (TemplateVersionRow.key == DocumentRow.template) & (TemplateVersionRow.number == DocumentRow.version),
    )
    .where(DocumentRow.case_key == bindparam("key")).order_by(DocumentRow.position)
)  # fmt: skip
_EVENTS = select(CaseEventRow).where(CaseEventRow.key == bindparam("key")).order_by(CaseEventRow.position)


def record_of(means: Means, session: Session, number: str) -> CaseRecord:
    """What the register holds under a case number, however it is typed; empty for one that it does not know."""
    key = case_key(number)
    row = session.get(CaseRow, key)
    found = [(document, kind) for document, kind in session.execute(_DOCUMENTS, {"key": key})]
    told = list(session.scalars(_EVENTS, {"key": key}))
    corrected = {one.corrects for one in told}
    zone = ZoneInfo(means.editions[-1].pack.identity.time_zone)
    pack = means.current()
    documents = [_issued(means, document, kind, effect_of(pack, kind), found, zone) for document, kind in found]
    documents += [_imported(one, pack) for one in told if one.type == IMPORTED and one.position not in corrected]
    events = tuple(_event(one) for one in told if one.type not in (IMPORTED, MERGED))
    return CaseRecord(row.number if row is not None else number, tuple(documents), events)


def _issued(
    means: Means,
    row: DocumentRow,
    document_type: str,
    puts: Effect | None,
    others: Sequence[tuple[DocumentRow, str]],
    zone: ZoneInfo,
) -> IssuedDocument:
    numbers = {other.id: other.number for other, _ in others} if row.original or row.superseded_by else {}
    return IssuedDocument(
        number=row.number,
        document_type=document_type,
        template=row.template,
        issued_on=row.issued_on,
        position=row.position,
        puts=puts,
        about=row.about,
        recipient=row.recipient,
        language=row.language,
        original=numbers.get(row.original or ""),
        status=row.status,  # type: ignore[arg-type]
        status_reason=row.reason,
        status_on=row.status_at.astimezone(zone).date() if row.status_at is not None else None,
        replaced_by=numbers.get(row.superseded_by or ""),
        dates={one["name"]: date.fromisoformat(one["date"]) for one in dates_on_record.dates_of(means, row)},
    )


def _imported(row: CaseEventRow, pack: TownPack) -> IssuedDocument:
    data = row.data
    served = data.get("served_on")
    return IssuedDocument(
        number=row.subject,
        document_type=data["document_type"],
        template=data["document_type"],
        issued_on=row.on,
        position=row.position,
        puts=effect_of(pack, data["document_type"]),
        about=data.get("about"),
        recipient=data.get("recipient"),
        dates={name: date.fromisoformat(day) for name, day in (data.get("dates") or {}).items()},
        imported=True,
        served_on=date.fromisoformat(served) if served else None,
    )


def _event(row: CaseEventRow) -> CaseEvent:
    return CaseEvent(
        row.position, row.on, row.at, row.actor, row.type, row.subject, row.data, row.corrects  # type: ignore[arg-type]
    )  # fmt: skip
