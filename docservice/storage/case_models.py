"""The tables of cases on record: the case, its revisions, and what happened in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from docservice.storage.tables import Base


class CaseRow(Base):
    """One case: its newest revision, and what it is found by. Locked while it is changed."""

    __tablename__ = "cases"
    __table_args__ = (Index("ix_cases_owner", "created_by", "position"), Index("ix_cases_merged_into", "merged_into"),
                      Index("ix_cases_officer", "officer"), Index("ix_cases_street", "street"))  # fmt: skip

    key: Mapped[str] = mapped_column(Text, primary_key=True)  # the number, however it is typed
    number: Mapped[str] = mapped_column(String(100))  # as it was first written
    position: Mapped[int] = mapped_column(Integer, unique=True)  # of the audit line that tells of its making
    revision: Mapped[int] = mapped_column(Integer)  # the newest
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"))  # of the newest
    title: Mapped[str] = mapped_column(Text)
    opened_on: Mapped[date] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)  # None: open; a day ahead: until then
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("cases.key"))
    words: Mapped[str] = mapped_column(Text)  # number, title, site, parcel, names, addresses; folded
    # What lists are by; ``officer`` is None where an earlier release kept the case, until a list is read.
    officer: Mapped[str | None] = mapped_column(String(64))
    site: Mapped[str] = mapped_column(Text, server_default="")  # its address as one line
    street: Mapped[str] = mapped_column(Text, server_default="")  # without the house number
    topics: Mapped[str] = mapped_column(Text, server_default="")  # one line each, with a line end before and after
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime]


class CaseRevisionRow(Base):
    """The facts of a case as they were told once. Added, never changed."""

    __tablename__ = "case_revisions"

    key: Mapped[str] = mapped_column(ForeignKey("cases.key"), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, unique=True)  # of its audit line
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"))  # canonical JSON
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(200))


class CaseEventRow(Base):
    """Something that happened in a case. Added, never changed: another one corrects it."""

    __tablename__ = "case_events"
    __table_args__ = (Index("ix_case_events_key", "key", "position"),)

    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)  # of its audit line
    key: Mapped[str] = mapped_column(ForeignKey("cases.key"))
    type: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(200))
    on: Mapped[date] = mapped_column("happened_on", Date)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(200))
    data: Mapped[dict[str, Any]]
    corrects: Mapped[int | None] = mapped_column(ForeignKey("case_events.position"))
    reason: Mapped[str | None] = mapped_column(Text)  # of a correction
