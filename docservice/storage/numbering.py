"""Numbers without gaps: one series per prefix and year, counted from 1.

A number is taken in the transaction that adds the document it is for. If the transaction does not commit, the
number was never given.
"""

from __future__ import annotations

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from docservice.storage.models import SeriesRow


def upcoming(session: Session, prefix: str, year: int) -> int:
    """The number that would be given next. Not a promise: ``take`` decides."""
    last = session.scalar(select(SeriesRow.last).where(SeriesRow.prefix == prefix, SeriesRow.year == year))
    return (last or 0) + 1


def take(session: Session, prefix: str, year: int) -> int:
    """Take the next number; the series is locked against others until the transaction ends."""
    where = {"prefix": prefix, "year": year}
    row = session.get(SeriesRow, where, with_for_update=True)
    if row is None:
        try:
            with session.begin_nested():  # another transaction may make the row at the same time
                session.execute(insert(SeriesRow).values(**where, last=0))
        except IntegrityError:
            pass
        row = session.get(SeriesRow, where, with_for_update=True, populate_existing=True)
        assert row is not None
    row.last += 1
    session.flush()
    return row.last
