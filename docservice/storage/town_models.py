"""The table of the editions of the town's rules (``office.means.editions``)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from docservice.storage.tables import Base


class TownEditionRow(Base):
    """One edition of the town's rules: proposed, then approved by somebody else or sent back. Its text stays."""

    __tablename__ = "town_edition"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(100))
    version: Mapped[str] = mapped_column(String(60))
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"))  # its files, packed
    state: Mapped[str] = mapped_column(String(20))  # proposed, approved, sent_back
    origin: Mapped[str] = mapped_column(String(20))  # proposed, set_up, before_approval
    note: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[str] = mapped_column(String(200))
    proposed_at: Mapped[datetime]
    effective_on: Mapped[date | None] = mapped_column(Date)
    decided_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Text)  # why it was sent back
