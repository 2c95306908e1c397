"""Drafts of the desk: what somebody typed into a form and has not sent yet, kept for them alone.

No record: nothing of it counts until the form is sent. A draft is forgotten when its form is sent, when its person
throws it away, and after :data:`KEPT`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from docservice.office.means.means import Means
from docservice.refusal import Refusal
from docservice.storage.models import DeskDraftRow

KEPT = timedelta(days=60)
MOST_DRAFTS = 200  # of one person
MOST_CHARACTERS = 400_000  # of one draft
Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class DeskDraft:
    """A form as its person left it."""

    key: str
    title: str
    address: str
    fields: tuple[tuple[str, str], ...]
    saved_at: datetime


class Drafts:
    """Everybody's drafts. Threads may share it."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def keep(self, account_id: str, key: str, title: str, address: str, fields: Fields) -> datetime:
        """Keep what a form holds now, in place of what it held; returns when.

        Raises ``Refusal``: ``draft.too_long``, ``draft.too_many``.
        """
        if sum(len(name) + len(value) for name, value in fields) > MOST_CHARACTERS:
            message = "This is too long to be kept by itself. Save it soon."
            raise Refusal("draft.too_long", message, kind="too-large")
        at = self._means.clock()
        with self._means.store.database.writing() as session:
            row = session.get(DeskDraftRow, (account_id, key))
            if row is None:
                mine = select(func.count()).where(DeskDraftRow.account_id == account_id)
                if (session.scalar(mine) or 0) >= MOST_DRAFTS:
                    message = f"You have {MOST_DRAFTS} drafts. Throw some away first."
                    raise Refusal("draft.too_many", message, kind="conflict")
                row = DeskDraftRow(account_id=account_id, key=key)
                session.add(row)
            row.title, row.address, row.saved_at = title[:300], address[:500], at
            row.fields = [[name, value] for name, value in fields]
        return at

    def find(self, account_id: str, key: str) -> DeskDraft | None:
        """A draft of somebody, if there is one."""
        with self._means.store.database.reading() as session:
            row = session.get(DeskDraftRow, (account_id, key))
            return _draft(row) if row is not None else None

    def listed(self, account_id: str) -> tuple[DeskDraft, ...]:
        """Somebody's drafts, the newest first."""
        query = select(DeskDraftRow).where(DeskDraftRow.account_id == account_id)
        with self._means.store.database.reading() as session:
            return tuple(_draft(row) for row in session.scalars(query.order_by(DeskDraftRow.saved_at.desc())))

    def forget(self, account_id: str, key: str) -> None:
        """The form was sent, or its draft thrown away."""
        mine = (DeskDraftRow.account_id == account_id, DeskDraftRow.key == key)
        with self._means.store.database.writing() as session:
            session.execute(delete(DeskDraftRow).where(*mine))

    def sweep(self) -> None:
        """Forget drafts that nobody came back to."""
        with self._means.store.database.writing() as session:
            session.execute(delete(DeskDraftRow).where(DeskDraftRow.saved_at <= self._means.clock() - KEPT))


def _draft(row: DeskDraftRow) -> DeskDraft:
    fields = tuple((str(name), str(value)) for name, value in row.fields)
    return DeskDraft(row.key, row.title, row.address, fields, row.saved_at)
