"""Numbers without gaps: one series per prefix and year, counted from 1.

A number is printed on the document, so it is reserved before the document is rendered, in a short transaction of its
own: the lowest that stand open first, then new ones at the end of the series. The transaction that adds the document
uses it. What is refused stands open until the next reservation takes it, and so does what a dead process reserved, once
its holder is given up (``storage.holding``). Open numbers at the end of a series are taken back. So the numbers of
documents and the open ones are together 1 … last, at every moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from docservice.storage.holding import HolderLostError
from docservice.storage.models import HolderRow, OpenNumberRow, SeriesRow

RESERVED, LOST = "reserved", "lost"  # why a number stands open, unless it is the code of a refusal


@dataclass(frozen=True, slots=True)
class OpenNumber:
    """A number below the end of its series that no document has. ``holder`` names the process that makes one."""

    prefix: str
    year: int
    sequence: int
    why: str
    since: datetime
    holder: str | None


def reserve(session: Session, prefix: str, year: int, count: int, *, holder: str, at: datetime) -> list[int]:
    """``count`` numbers for ``holder``, rising: open ones that nobody holds, then new ones.

    The series is locked against other reservations until the transaction ends.
    """
    series = _series(session, prefix, year)
    free = _of(prefix, year).where(_nobodys()).order_by(OpenNumberRow.sequence).limit(count)
    taken = list(session.scalars(free.with_for_update(skip_locked=True)))
    for row in taken:
        row.holder, row.why, row.since = holder, RESERVED, at
    numbers = [row.sequence for row in taken]
    for _ in range(count - len(taken)):
        series.last += 1
        numbers.append(series.last)
        session.add(
            OpenNumberRow(prefix=prefix, year=year, sequence=series.last, holder=holder, why=RESERVED, since=at)
        )
    session.flush()
    return numbers


def use(session: Session, prefix: str, year: int, numbers: Sequence[int], *, holder: str) -> None:
    """The documents with these numbers are added in this transaction. Raises ``HolderLostError``."""
    used = delete(OpenNumberRow).where(*_these(prefix, year, numbers, holder))
    if session.execute(used).rowcount != len(numbers):  # type: ignore[attr-defined]
        raise HolderLostError


def release(
    session: Session, prefix: str, year: int, numbers: Sequence[int], *, holder: str, why: str, at: datetime
) -> None:
    """Let go of numbers that were not used. What ``holder`` has lost already is left alone."""
    let_go = update(OpenNumberRow).where(*_these(prefix, year, numbers, holder))
    session.execute(let_go.values(holder=None, why=why[:100], since=at))
    _take_back(session, prefix, year)


def free(session: Session, holder: str, *, at: datetime) -> None:
    """Let go of all that ``holder`` has reserved: it begins again, and takes the same numbers first."""
    session.execute(update(OpenNumberRow).where(OpenNumberRow.holder == holder).values(holder=None, why=LOST, since=at))


def any_lost(session: Session) -> bool:
    """Whether a number is held by a process that cannot keep it."""
    return session.scalar(_lost().limit(1)) is not None


def settle(session: Session, at: datetime) -> None:
    """Free the numbers of holders that were given up, and take back those at the end of their series."""
    for row in session.scalars(_lost().with_for_update(skip_locked=True)).all():
        row.holder, row.why, row.since = None, LOST, at
    session.flush()
    series = select(OpenNumberRow.prefix, OpenNumberRow.year).distinct()
    for prefix, year in session.execute(series.order_by(OpenNumberRow.prefix, OpenNumberRow.year)).all():
        _take_back(session, prefix, year)


def standing_open(session: Session) -> list[OpenNumber]:
    """Every open number, by series."""
    query = select(OpenNumberRow, HolderRow.name).outerjoin(
        HolderRow, (HolderRow.id == OpenNumberRow.holder) & HolderRow.lost_at.is_(None)
    )
    query = query.order_by(OpenNumberRow.prefix, OpenNumberRow.year, OpenNumberRow.sequence)
    return [
        OpenNumber(row.prefix, row.year, row.sequence, LOST if row.holder and not name else row.why, row.since, name)
        for row, name in session.execute(query)
    ]


def _take_back(session: Session, prefix: str, year: int) -> None:
    series = _series(session, prefix, year)
    free = _of(prefix, year).where(OpenNumberRow.holder.is_(None)).order_by(OpenNumberRow.sequence.desc())
    for row in session.scalars(free).all():
        if row.sequence != series.last:
            break
        session.delete(row)
        series.last -= 1
    session.flush()


def _lost() -> Select[Any]:
    return select(OpenNumberRow).where(OpenNumberRow.holder.is_not(None), _nobodys())


def _of(prefix: str, year: int) -> Select[Any]:
    return select(OpenNumberRow).where(OpenNumberRow.prefix == prefix, OpenNumberRow.year == year)


def _these(prefix: str, year: int, numbers: Sequence[int], holder: str) -> tuple[ColumnElement[bool], ...]:
    return (
        OpenNumberRow.prefix == prefix, OpenNumberRow.year == year, OpenNumberRow.sequence.in_(numbers),
        OpenNumberRow.holder == holder,
    )  # fmt: skip


def _nobodys() -> ColumnElement[bool]:
    living = select(HolderRow.id).where(HolderRow.lost_at.is_(None))
    return or_(OpenNumberRow.holder.is_(None), OpenNumberRow.holder.not_in(living))


def _series(session: Session, prefix: str, year: int) -> SeriesRow:
    """The row of a series, made if need be, and locked until the transaction ends."""
    where = {"prefix": prefix, "year": year}
    row = session.get(SeriesRow, where, with_for_update=True, populate_existing=True)
    if row is None:
        try:
            with session.begin_nested():  # another transaction may make the row at the same time
                session.execute(insert(SeriesRow).values(**where, last=0))
        except IntegrityError:
            pass
        row = session.get(SeriesRow, where, with_for_update=True, populate_existing=True)
        assert row is not None
    return row
