"""The table of certified-mail article numbers (``storage.articles``)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from docservice.storage.tables import Base


class ArticleRow(Base):
    """An article number that the office has had, from the day it came. It is used once, and never forgotten."""

    __tablename__ = "article"
    __table_args__ = (
        CheckConstraint("state IN ('free', 'reserved', 'printed', 'mailed', 'spoiled')", name="article_state"),
        Index("ix_article_state", "state", "position"),
        Index("ix_article_document", "document_id"),
    )

    number: Mapped[str] = mapped_column(String(22), primary_key=True)  # digits alone
    position: Mapped[int] = mapped_column(Integer, unique=True)  # the order in which they are taken
    batch: Mapped[str] = mapped_column(String(100))  # the roll or file that it came in
    state: Mapped[str] = mapped_column(String(20))
    holder: Mapped[str | None] = mapped_column(String(36))  # ``HolderRow.id`` while it is reserved
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))  # that it is printed on
    used_for: Mapped[str | None] = mapped_column(Text)  # document, party and day of the mailing, as it was told
    why: Mapped[str | None] = mapped_column(Text)  # it was spoiled
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(200))
    state_at: Mapped[datetime]
