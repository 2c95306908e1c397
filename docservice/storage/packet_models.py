"""The table of packets that are being put together. No record: what is bound is one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from docservice.storage.tables import Base


class PacketPlanRow(Base):
    """A packet that is being put together: its worksheet (``packets.worksheet``), and how it got there.

    ``changes`` are the newest changes, oldest first: the revision made, who, when, what in words, and the sheet before.
    ``jobs`` are what was bound of it: the id of the job, what (draft, full, public), of which revision, and for each
    part of the plan the id of its row.
    """

    __tablename__ = "packet_plan"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_number: Mapped[str] = mapped_column(String(100))
    case_key: Mapped[str] = mapped_column(String(200), index=True)
    sheet: Mapped[dict[str, Any]]
    revision: Mapped[int]
    changes: Mapped[list[Any]]
    jobs: Mapped[list[Any]]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime] = mapped_column(index=True)
    changed_by: Mapped[str] = mapped_column(String(200))
