"""The tables of numbers (``storage.numbering``) and of who holds them (``storage.holding``)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from docservice.storage.tables import Base


class SeriesRow(Base):
    """The last number given or reserved in a series and year. Locked while numbers are reserved."""

    __tablename__ = "series"

    prefix: Mapped[str] = mapped_column(String(100), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    last: Mapped[int] = mapped_column(Integer)


class OpenNumberRow(Base):
    """A number of a series that no document has: reserved by a holder, or left for the next reservation. No record."""

    __tablename__ = "number_open"

    prefix: Mapped[str] = mapped_column(String(100), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    sequence: Mapped[int] = mapped_column(Integer, primary_key=True)
    holder: Mapped[str | None] = mapped_column(String(36))  # ``HolderRow.id``; none: nobody's
    why: Mapped[str] = mapped_column(String(100))
    since: Mapped[datetime]


class HolderRow(Base):
    """A process that holds reserved numbers or staged files. No record: it is forgotten. See ``storage.holding``."""

    __tablename__ = "holder"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))  # host and process, for people
    alive_until: Mapped[datetime]
    lost_at: Mapped[datetime | None]  # given up: it can keep nothing any more
