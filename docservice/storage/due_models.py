"""The tables of what is due: a projection that can be made again from the record, and the calendars that show it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from docservice.storage.tables import Base


class DeadlineRow(Base):
    """One date of a case as it was last reckoned. ``state`` is what it is whatever the day: late is found by asking."""

    __tablename__ = "deadline"
    __table_args__ = (Index("ix_deadline_due", "state", "due", "key", "id"),)

    key: Mapped[str] = mapped_column(ForeignKey("cases.key"), primary_key=True)
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    title: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    due: Mapped[date | None] = mapped_column(Date)  # the effective day
    printed: Mapped[date | None] = mapped_column(Date)
    legal: Mapped[date | None] = mapped_column(Date)
    differs: Mapped[date | None] = mapped_column(Date)
    lapses: Mapped[bool] = mapped_column(Boolean)
    document: Mapped[str | None] = mapped_column(Text)  # its number
    party: Mapped[str | None] = mapped_column(Text)
    about: Mapped[str | None] = mapped_column(Text)
    rule: Mapped[str | None] = mapped_column(Text)
    cause: Mapped[str | None] = mapped_column(Text)  # "service of NOV-2026-0007"
    caused_on: Mapped[date | None] = mapped_column(Date)
    do: Mapped[str | None] = mapped_column(Text)
    done_by: Mapped[str | None] = mapped_column(Text)
    explained: Mapped[str] = mapped_column(Text)
    officer: Mapped[str] = mapped_column(String(100))  # of the case
    sequence: Mapped[int] = mapped_column(Integer)  # how often it has changed
    previous: Mapped[date | None] = mapped_column(Date)  # the day before it was moved last
    changed_at: Mapped[datetime]


class DueHeadRow(Base):
    """Up to where the record is reckoned: one row. ``rules`` are those it was reckoned by."""

    __tablename__ = "due_head"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer)  # of the audit line
    rules: Mapped[str] = mapped_column(String(64))  # the SHA-256 of the pack
    day: Mapped[date | None] = mapped_column(Date)  # on which what waits was looked at last
    after_case: Mapped[int | None] = mapped_column(Integer)  # all are reckoned anew, up to this one; None: all are


class CalendarRow(Base):
    """An address at which a calendar program reads what is due. Its token is kept as a hash."""

    __tablename__ = "calendar"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    scope: Mapped[str] = mapped_column(String(10))  # office, officer, case
    subject: Mapped[str] = mapped_column(Text)  # the officer's id or the case's key; empty for the office
    name: Mapped[str] = mapped_column(Text)  # for whom it was made
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200))
    revoked_at: Mapped[datetime | None]
