"""What happened to the record after a packet was bound: it keeps its pages and its certificate, and says so."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from docservice.casefile.record import case_key
from docservice.finding import Finding
from docservice.office.means.means import Means
from docservice.office.means.records import PacketRecord
from docservice.storage.models import AuditRow, CaseEventRow, DocumentRow

_GONE = {"document.voided": "is void", "document.superseded": "was superseded"}


def since(means: Means, packet: PacketRecord) -> Iterator[Finding]:
    """A warning for each document of the packet that is void or superseded since, and each event corrected."""
    if packet.case is None:
        return
    text = repr(packet.entries)
    with means.store.database.reading() as session:
        bound = session.scalar(
            select(AuditRow.sequence).where(AuditRow.action == "packet.bound", AuditRow.subject == packet.id)
        )
        if bound is None:
            return
        key = case_key(packet.case)
        held = select(DocumentRow.id, DocumentRow.number).where(
            DocumentRow.case_key == key, DocumentRow.position < bound
        )  # fmt: skip
        numbers = {row.id: row.number for row in session.execute(held) if row.number in text}
        lines = select(AuditRow).where(
            AuditRow.sequence > bound, AuditRow.action.in_(_GONE), AuditRow.subject.in_(numbers)
        )
        for line in session.scalars(lines.order_by(AuditRow.sequence)):
            yield _changed(f"{numbers[line.subject]} {_GONE[line.action]}")
        told = select(CaseEventRow).where(CaseEventRow.key == key, CaseEventRow.corrects < bound)
        for event in session.scalars(told.where(CaseEventRow.position > bound).order_by(CaseEventRow.position)):
            what = "taken back" if event.type == "retracted" else "corrected"
            yield _changed(f"what was told of {event.subject} (position {event.corrects}) was {what}")


def _changed(what: str) -> Finding:
    return Finding.warning("packet.record_changed", f"The record changed since the packet was bound: {what}.")
