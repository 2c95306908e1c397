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

from sqlalchemy import Select, bindparam, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from docservice.storage.holding import HolderLostError
from docservice.storage.models import HolderRow, OpenNumberRow, SeriesRow

RESERVED, LOST = "reserved", "lost"  # why a number stands open, unless it is the code of a refusal

_Series = dict[str, Any]  # ``of`` a prefix, ``in_year``
_SERIES, _NUMBER = SeriesRow.__table__.c, OpenNumberRow.__table__.c
_THIS_SERIES = _SERIES.prefix == bindparam("of"), _SERIES.year == bindparam("in_year")
_NOBODYS = or_(_NUMBER.holder.is_(None), _NUMBER.holder.not_in(select(HolderRow.id).where(HolderRow.lost_at.is_(None))))
_THESE = (
    _NUMBER.prefix == bindparam("of"), _NUMBER.year == bindparam("in_year"),
    _NUMBER.sequence.in_(bindparam("numbers", expanding=True)),
)  # fmt: skip
# Executed with every letter, so they are put together once.
_LAST = select(_SERIES.last).where(*_THIS_SERIES).with_for_update()
_FREE = (
    select(_NUMBER.sequence)
    .where(_NUMBER.prefix == bindparam("of"), _NUMBER.year == bindparam("in_year"), _NOBODYS)
    .order_by(_NUMBER.sequence).limit(bindparam("count")).with_for_update(skip_locked=True)
)  # fmt: skip
_TAKE = update(OpenNumberRow.__table__).where(*_THESE)  # type: ignore[arg-type]
_OPEN = insert(OpenNumberRow.__table__)  # type: ignore[arg-type]
_SET_LAST = update(SeriesRow.__table__).where(*_THIS_SERIES)  # type: ignore[arg-type]
_USE = delete(OpenNumberRow.__table__).where(*_THESE, _NUMBER.holder == bindparam("holder"))  # type: ignore[arg-type]


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
    series: _Series = {"of": prefix, "in_year": year}
    last = _last(session, series)
    free = list(session.scalars(_FREE, {**series, "count": count}))
    new = list(range(last + 1, last + 1 + count - len(free)))
    held: dict[str, Any] = {"holder": holder, "why": RESERVED, "since": at}
    if free:
        session.execute(_TAKE.values(held), {**series, "numbers": free})
    if new:
        row = {"prefix": prefix, "year": year, **held}
        session.execute(_OPEN, [{**row, "sequence": number} for number in new])
        _set_last(session, series, new[-1])
    return free + new


def use(session: Session, prefix: str, year: int, numbers: Sequence[int], *, holder: str) -> None:
    """The documents with these numbers are added in this transaction. Raises ``HolderLostError``."""
    used = session.execute(_USE, {"of": prefix, "in_year": year, "numbers": list(numbers), "holder": holder})
    if used.rowcount != len(numbers):  # type: ignore[attr-defined]
        raise HolderLostError


def release(
    session: Session, prefix: str, year: int, numbers: Sequence[int], *, holder: str, why: str, at: datetime
) -> None:
    """Let go of numbers that were not used. What ``holder`` has lost already is left alone."""
    let_go = _TAKE.where(OpenNumberRow.holder == holder).values(holder=None, why=why[:100], since=at)
    session.execute(let_go, {"of": prefix, "in_year": year, "numbers": list(numbers)})
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
    series: _Series = {"of": prefix, "in_year": year}
    last = end = _last(session, series)
    of_series = OpenNumberRow.prefix == prefix, OpenNumberRow.year == year
    free = select(OpenNumberRow.sequence).where(*of_series, OpenNumberRow.holder.is_(None))
    for number in session.scalars(free.order_by(OpenNumberRow.sequence.desc())).all():
        if number != last:
            break
        last -= 1
    if last != end:
        session.execute(delete(OpenNumberRow).where(*of_series, OpenNumberRow.sequence > last))
        _set_last(session, series, last)


def _lost() -> Select[Any]:
    return select(OpenNumberRow).where(OpenNumberRow.holder.is_not(None), _NOBODYS)


def _last(session: Session, series: _Series) -> int:
    """The last number of a series, whose row is made if need be, and locked until the transaction ends."""
    last: int | None = session.scalar(_LAST, series)
    if last is None:
        try:
            with session.begin_nested():  # another transaction may make the row at the same time
                session.execute(insert(SeriesRow).values(prefix=series["of"], year=series["in_year"], last=0))
        except IntegrityError:
            pass
        last = session.scalar(_LAST, series)
        assert last is not None
    return last


def _set_last(session: Session, series: _Series, last: int) -> None:
    session.execute(_SET_LAST, {**series, "last": last})
