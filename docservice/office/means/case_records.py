"""Cases on record, as every room reads them: what was issued under a number, and what happened."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from docservice.casefile import merging
from docservice.casefile.merging import MergedCase
from docservice.casefile.record import CaseEvent, CaseRecord, IssuedDocument, case_key
from docservice.office.means import dates_on_record
from docservice.office.means.means import Means
from docservice.refusal import Refusal
from docservice.storage.models import CaseEventRow, CaseRow, DocumentRow, TemplateVersionRow
from docservice.town.effects import effect_of
from docservice.town.pack import TownPack
from docservice.town.service_standing import judge_of

# Events that are no ``CaseEvent``: a document of before, a case that went into another, a mistake.
IMPORTED, MERGED, RETRACTED = "notice-imported", "merged", "retracted"

_ROW, _VERSION = DocumentRow.__table__.c, TemplateVersionRow.__table__.c
_ENGLISH, _SUCCESSOR = DocumentRow.__table__.alias("english"), DocumentRow.__table__.alias("successor")
_DOCUMENTS = (
    select(
        _ROW.id, _ROW.position, _ROW.number, _ROW.template, _ROW.issued_on, _ROW.about, _ROW.recipient, _ROW.language,
        _ROW.status, _ROW.reason, _ROW.status_at, _ROW.dates, _ROW.case_number, _VERSION.document_type,
        _ROW.title, _ROW.sha256, _ROW.pages,
        _ROW.notice_number, _ROW.copy, _ROW.printing, _ROW.mail_on, _ROW.window_lines, _ROW.notice,
        _ENGLISH.c.number.label("english"), _SUCCESSOR.c.number.label("successor"),
    )
    .join(TemplateVersionRow, (_VERSION.key == _ROW.template) & (_VERSION.number == _ROW.version))
    .outerjoin(_ENGLISH, _ENGLISH.c.id == _ROW.original)
    .outerjoin(_SUCCESSOR, _SUCCESSOR.c.id == _ROW.superseded_by)
    .where(_ROW.case_key == bindparam("key")).order_by(_ROW.position)
)  # fmt: skip
_DOCUMENT_STAMP = select(func.count(), func.max(DocumentRow.position), func.max(DocumentRow.status_at)).where(
    DocumentRow.case_key == bindparam("key")
)
_EVENT_STAMP = select(func.max(CaseEventRow.position)).where(CaseEventRow.key == bindparam("key"))
_REVISION = select(CaseRow.revision).where(CaseRow.key == bindparam("key"))
_EVENTS = select(CaseEventRow).where(CaseEventRow.key == bindparam("key")).order_by(CaseEventRow.position)
_CASE = select(CaseRow).where(CaseRow.key == bindparam("key"))
_MERGED_INTO = select(CaseRow).where(CaseRow.merged_into == bindparam("key")).order_by(CaseRow.position)


def record_of(means: Means, session: Session, number: str) -> CaseRecord:
    """What the register holds under a case number, however it is typed; empty for one that it does not know."""
    key = {"key": case_key(number)}
    rows = session.execute(_DOCUMENTS, key).all()
    told = list(session.scalars(_EVENTS, key))
    case = session.scalar(_CASE, key)
    pack = means.current()
    zone = ZoneInfo(pack.identity.time_zone)
    dates = _dates(means, session, rows)
    retracted = {one.corrects for one in told if one.type == RETRACTED}
    corrected = {one.corrects for one in told if one.position not in retracted}
    documents = [_document(row, pack, zone, dates) for row in rows]
    documents += [_imported(one, pack) for one in told if one.type == IMPORTED and one.position not in corrected]
    events = tuple(
        _event(one) for one in told if one.type not in (IMPORTED, MERGED, RETRACTED) and one.position not in retracted
    )
    known = case.number if case is not None else rows[0].case_number if rows else number
    record = CaseRecord(known, tuple(documents), events, case is not None, judge_of(pack.service))
    others = list(session.scalars(_MERGED_INTO, key)) if case is not None else []
    if not others or case is None:
        return record
    facts = json.loads(means.store.blobs.read(case.sha256))
    return merging.merged(facts, record, [_merged(means, session, one) for one in others])


def _merged(means: Means, session: Session, row: CaseRow) -> MergedCase:
    record = record_of(means, session, row.number)
    facts = merging.with_brought(json.loads(means.store.blobs.read(row.sha256)), record)
    told = [one for one in session.scalars(_EVENTS, {"key": row.key}) if one.type == MERGED]
    return MergedCase(facts, record, told[-1].data.get("ids") or {} if told else {})


def stamp_of(session: Session, number: str) -> tuple[object, ...]:
    """What changes whenever anything of a case does: a document of it, the state of one, an event, a revision."""
    key = {"key": case_key(number)}
    row = session.execute(_DOCUMENT_STAMP, key).one()
    others = [stamp_of(session, one.number) for one in session.scalars(_MERGED_INTO, key)]
    return (*row, session.scalar(_EVENT_STAMP, key), session.scalar(_REVISION, key), *others)


def _dates(means: Means, session: Session, rows: Sequence[Any]) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The dates that documents printed, by their ids; those of an earlier release are counted again."""
    uncounted = [row.id for row in rows if row.dates is None]
    found = session.scalars(select(DocumentRow).where(DocumentRow.id.in_(uncounted))) if uncounted else ()
    return {row.id: row.dates for row in rows if row.dates is not None} | {
        row.id: dates_on_record.dates_of(means, row) for row in found
    }


def _document(
    row: Any, pack: TownPack, zone: ZoneInfo, dates: Mapping[str, Sequence[Mapping[str, Any]]]
) -> IssuedDocument:
    return IssuedDocument(
        number=row.number, document_type=row.document_type, template=row.template, issued_on=row.issued_on,
        position=row.position, puts=effect_of(pack, row.document_type), about=row.about, recipient=row.recipient,
        language=row.language, original=row.english, status=row.status, status_reason=row.reason,
        status_on=row.status_at.astimezone(zone).date() if row.status_at is not None else None,
        replaced_by=row.successor, dates={one["name"]: date.fromisoformat(one["date"]) for one in dates[row.id]},
        title=row.title, sha256=row.sha256, pages=row.pages,
        notice=row.notice_number, copy=row.copy, printing=row.printing, mail_on=row.mail_on,
        window=tuple(row.window_lines or ()), article=row.notice.get("article"),
    )  # fmt: skip


def _imported(row: CaseEventRow, pack: TownPack) -> IssuedDocument:
    data = row.data
    served = data.get("served_on")
    return IssuedDocument(
        number=row.subject, document_type=data["document_type"], template=data["document_type"], issued_on=row.on,
        position=row.position, puts=effect_of(pack, data["document_type"]), about=data.get("about"),
        recipient=data.get("recipient"), imported=True, served_on=date.fromisoformat(served) if served else None,
        dates={name: date.fromisoformat(day) for name, day in (data.get("dates") or {}).items()},
    )  # fmt: skip


def _event(row: CaseEventRow) -> CaseEvent:
    return CaseEvent(
        row.position, row.on, row.at, row.actor, row.type, row.subject, row.data, row.corrects  # type: ignore[arg-type]
    )  # fmt: skip


def refuse_merged(session: Session, number: str) -> None:
    """Raise ``Refusal("case.merged", kind="conflict")`` for a number of a case that goes on under another."""
    case = session.scalar(_CASE, {"key": case_key(number)})
    if case is not None and case.merged_into is not None:
        into = session.get(CaseRow, case.merged_into)
        message = f"{case.number} was merged into {into.number if into is not None else case.merged_into}: go on there."
        raise Refusal("case.merged", message, kind="conflict")


def goes_on_as(session: Session, key: str) -> str:
    """The key of the case that a case goes on as: its own, or that of the one it went into."""
    case = session.scalar(_CASE, {"key": key})
    return key if case is None or case.merged_into is None else goes_on_as(session, case.merged_into)


def refuse_moved(session: Session, number: str, revision: int, *, lock: bool) -> None:
    """Raise ``Refusal("case.moved_on", kind="conflict")`` unless a case is at the revision that a letter is made by.

    With ``lock`` it stays so until the commit.
    """
    case = session.scalar(_CASE.with_for_update() if lock else _CASE, {"key": case_key(number)})
    if case is None or case.revision != revision:
        now = f"it is at revision {case.revision}" if case is not None else "it is not on record"
        message = f"The case {number} has moved on: {now}, not {revision}. Nothing was issued; look at it again."
        raise Refusal("case.moved_on", message, kind="conflict")
