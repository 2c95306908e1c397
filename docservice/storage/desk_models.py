"""The tables of the desk: who is signed in, and what they typed and have not sent yet. No records."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from docservice.storage.tables import Base


class DeskSessionRow(Base):
    """A person signed in at the desk. It is forgotten when it ends. Only the hash of its secret is kept."""

    __tablename__ = "desk_session"

    secret_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class DeskDraftRow(Base):
    """A form as somebody left it. It is theirs alone, and forgotten when it is sent, thrown away or old."""

    __tablename__ = "desk_draft"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)  # which form of what
    title: Mapped[str] = mapped_column(String(300))
    address: Mapped[str] = mapped_column(String(500))  # where it goes on
    fields: Mapped[list[Any]]  # [[name, value], …]
    saved_at: Mapped[datetime] = mapped_column(index=True)
