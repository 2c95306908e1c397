"""The feed: what was put on record after a position, in the order of record. The truth for outside systems.

A position is a line of the audit trail. Whoever adds a line holds the end of the trail until the commit, so positions
become visible in their order, whatever the database: who has read up to one has missed none before it.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from docservice.casefile.record import case_key
from docservice.finding import Finding
from docservice.office.cases import due_projection
from docservice.office.cases.values import Feed, FeedLine
from docservice.office.means.means import Means
from docservice.refusal import Refusal
from docservice.storage.models import AuditHeadRow, AuditRow, CaseRow, DocumentRow

_FRESH_SECONDS = 0.5
_DOCUMENTS = ("document.issued", "document.superseded", "document.voided")
_CASES = ("case.created", "case.changed", "case.event", "deadline.moved")


def after(means: Means, position: int, *, limit: int, owner: str | None = None) -> Feed:
    """The next ``limit`` lines after a position; with ``owner`` only of what they issued and of their cases.

    A position that was read is never told again; lines that are not for ``owner`` count towards the limit. Raises
    ``Refusal("feed.position")`` for one that the register has not come to: who went on from there would miss what
    comes until then.
    """
    due_projection.freshen(means, _FRESH_SECONDS)  # a day that was moved is told beside what moved it
    with means.store.database.reading() as session:
        # The end first: what is committed between the two questions comes with the next reading.
        head = session.scalar(select(AuditHeadRow.sequence)) or 0
        if position > head:
            message = f"The register is at position {head}. If it was restored from a backup, read it from 0 again."
            raise Refusal("feed.position", message, [Finding.error("feed.position", message, "?after")])
        wanted = or_(AuditRow.action.in_(_DOCUMENTS), AuditRow.action.in_(_CASES))
        query = select(AuditRow).where(AuditRow.sequence > position, AuditRow.sequence <= head, wanted)
        rows = list(session.scalars(query.order_by(AuditRow.sequence).limit(limit + 1)))
        more = len(rows) > limit
        lines = tuple(_lines(session, rows[:limit], owner))
    return Feed(lines, rows[limit - 1].sequence if more else head, more)


def _lines(session: Session, rows: list[AuditRow], owner: str | None) -> Iterator[FeedLine]:
    ids = {row.subject for row in rows if row.action in _DOCUMENTS}
    documents = {
        row.id: row
        for row in session.execute(
            select(DocumentRow.id, DocumentRow.number, DocumentRow.case_number, DocumentRow.created_by).where(
                DocumentRow.id.in_(ids)
            )
        )
    }
    keys = {case_key(row.detail["case"]) for row in rows if row.action in _CASES}
    held = session.execute(select(CaseRow.key, CaseRow.created_by).where(CaseRow.key.in_(keys)))
    owners = {row.key: row.created_by for row in held}
    for row in rows:
        if row.action in _DOCUMENTS:
            document = documents.get(row.subject)
            if document is not None and owner in (None, document.created_by):
                yield FeedLine(row.sequence, row.at, row.action, document.case_number, row.subject, document.number)
        elif owner in (None, owners.get(case_key(row.detail["case"]))):
            told = row.detail
            type = f"event.{told['type']}" if row.action == "case.event" else row.action
            yield FeedLine(
                row.sequence, row.at, type, told["case"], None, None, told.get("subject") or told.get("deadline"),
                told.get("revision"),
            )  # fmt: skip
