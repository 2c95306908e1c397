"""The audit trail: who did what, each line sealed by the SHA-256 of the one before.

A line is added in the transaction of what it tells, so the trail and the records cannot disagree. Changing,
removing or reordering a line breaks the chain from there on; ``verify`` says where. What it does not prove: that nobody
with the database in hand rewrote the chain from some line on, or cut it off there, and its head with it. Keep the last
seal elsewhere for that: ``sealed`` says whether it is still there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Text, cast, insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from docservice.storage.models import AuditHeadRow, AuditRow
from docservice.storage.outages import outage_of

GENESIS = "0" * 64
_HEAD = AuditHeadRow.__table__.c
_END = select(_HEAD.sequence, _HEAD.sha256).where(_HEAD.id == 1).with_for_update()
_ADD = insert(AuditRow.__table__)  # type: ignore[arg-type]
_MOVE_END = update(AuditHeadRow.__table__).where(AuditHeadRow.id == 1)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the trail."""

    sequence: int
    at: datetime
    actor: str
    action: str  # "document.issued", "document.voided", "template.imported", "key.added", …
    subject: str
    detail: Mapping[str, Any]
    previous: str
    sha256: str


def hold(session: Session) -> None:
    """Hold the end of the chain until the commit: whoever does that too waits, and then sees what was done here."""
    _hold(session)


def _hold(session: Session) -> tuple[int, str]:
    """The last line's number and seal, and none may be added by others until the commit."""
    end = session.execute(_END).one_or_none()
    if end is None:
        raise LookupError("the audit chain has no head: the database is not migrated")
    return end.sequence, end.sha256


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A line to be added."""

    action: str
    subject: str
    detail: Mapping[str, Any] = field(default_factory=dict)


def record(
    session: Session, *, at: datetime, actor: str, action: str, subject: str, detail: Mapping[str, Any] | None = None
) -> int:
    """Add a line, in the caller's transaction; returns its sequence number.

    It holds the end of the chain until the commit.
    """
    return record_many(session, [AuditLine(action, subject, detail or {})], at=at, actor=actor)[0]


def record_many(session: Session, lines: Sequence[AuditLine], *, at: datetime, actor: str) -> list[int]:
    """``record`` for many lines at once: the chain is held and its end moved once."""
    sequence, previous = _hold(session)
    rows: list[dict[str, Any]] = []
    for line in lines:
        sequence += 1
        plain = json.loads(json.dumps(dict(line.detail)))
        seal = _seal(sequence, at, actor, line.action, line.subject, plain, previous)
        rows.append(
            {
                "sequence": sequence, "at": at, "actor": actor, "action": line.action, "subject": line.subject,
                "detail": plain, "previous": previous, "sha256": seal,
            }
        )  # fmt: skip
        previous = seal
    if rows:
        session.execute(_ADD, rows)
        session.execute(_MOVE_END, {"sequence": sequence, "sha256": previous})
    return [row["sequence"] for row in rows]


def entries(
    session: Session, *, subject: str | None = None, below: str | None = None, last: int = 100
) -> tuple[AuditEntry, ...]:
    """The newest ``last`` lines, newest first: of one subject, or of all whose subject begins with ``below/``."""
    query = select(AuditRow).order_by(AuditRow.sequence.desc()).limit(last)
    if subject is not None:
        query = query.where(AuditRow.subject == subject)
    if below is not None:
        query = query.where(AuditRow.subject.startswith(f"{below}/", autoescape=True))
    return tuple(_entry(row) for row in session.scalars(query))


def verify(session: Session) -> int | None:
    """The sequence number of the first line that is not as it was written; None when the chain is whole.

    Lines are looked at as they lie in the database: a byte that changes a line's text and not its meaning is found too.
    """
    sqlite = session.get_bind().dialect.name == "sqlite"
    raw = (cast(AuditRow.detail, Text).label("detail_text"), cast(AuditRow.at, Text).label("at_text"))
    previous, last = GENESIS, 0
    try:
        query = select(AuditRow, *raw).order_by(AuditRow.sequence).execution_options(yield_per=1000)
        with session.execute(query) as rows:  # closed: a cursor may not be left open when a line is found
            for row, detail, at in rows:
                as_written = detail == json.dumps(row.detail) and (not sqlite or at == _sqlite_moment(row.at))
                if (
                    row.sequence != last + 1
                    or row.previous != previous
                    or row.sha256 != _seal_of(row)
                    or not as_written
                ):
                    return last + 1
                previous, last = row.sha256, row.sequence
    except (ValueError, TypeError, AttributeError, DBAPIError) as error:
        if outage_of(error) is not None:  # of a trail that cannot be reached nothing can be said
            raise
        return _first_unreadable(session, raw)
    head = session.get(AuditHeadRow, 1)
    expected = last + 1
    if head is None or head.sequence != expected - 1 or head.sha256 != previous:
        return expected  # lines are missing at the end
    return None


def sealed(session: Session, seal: str) -> int | None:
    """The line that has this seal; of a whole chain, everything up to there is as it was when the seal was kept."""
    return session.scalar(select(AuditRow.sequence).where(AuditRow.sha256 == seal))


def _first_unreadable(session: Session, raw: tuple[Any, ...]) -> int:
    """The first line that cannot even be read: asked for one by one, since many are read ahead."""
    sequence = 0
    while True:
        sequence += 1
        try:
            row = session.execute(select(AuditRow, *raw).where(AuditRow.sequence == sequence)).first()
            if row is None or _seal_of(row[0]) != row[0].sha256:
                return sequence
        except (ValueError, TypeError, AttributeError, DBAPIError) as error:
            if outage_of(error) is not None:
                raise
            return sequence


def _seal_of(row: AuditRow) -> str:
    return _seal(row.sequence, row.at, row.actor, row.action, row.subject, row.detail, row.previous)


def _sqlite_moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _entry(row: AuditRow) -> AuditEntry:
    return AuditEntry(row.sequence, row.at, row.actor, row.action, row.subject, row.detail, row.previous, row.sha256)


def _seal(
    sequence: int, at: datetime, actor: str, action: str, subject: str, detail: Mapping[str, Any], previous: str
) -> str:
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    line = [sequence, moment, actor, action, subject, dict(detail), previous]
    text = json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
