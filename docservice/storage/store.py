"""Database and files as one store: opened, brought up to date, recovered, and kept in step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from docservice.refusal import Refusal
from docservice.storage import numbering
from docservice.storage.articles import any_articles_lost, settle_articles
from docservice.storage.blobs import Blobs, Stage
from docservice.storage.database import Database, before_commit
from docservice.storage.holding import Holding
from docservice.storage.migrate import current, migrate
from docservice.storage.models import BlobRow, HolderRow
from docservice.storage.outages import Outage


@dataclass(frozen=True, slots=True)
class Store:
    """Where records live."""

    database: Database
    blobs: Blobs
    holding: Holding

    def recover(self) -> tuple[int, int]:
        """Settle what dead processes held: their numbers are free, their files (moved to their place, deleted).

        Nobody waits for it: it takes no lock that a write of the living needs.
        """
        with self.database.reading() as session:
            anything = self.holding.any_lost(session) or numbering.any_lost(session) or any_articles_lost(session)
        if anything:
            with self.database.writing() as session:
                self.holding.give_up(session)
                numbering.settle(session, self.holding.now())
                settle_articles(session, self.holding.now())
        with self.database.reading() as session:
            holders = list(session.execute(select(HolderRow.id, HolderRow.lost_at)))
            lost = [holder for holder, lost_at in holders if lost_at is not None]
            known = [holder for holder, _ in holders]
            settled = self.blobs.recover(known, lost, lambda sha256: session.get(BlobRow, sha256) is not None)
        if lost:
            with self.database.writing() as session:
                session.execute(delete(HolderRow).where(HolderRow.id.in_(lost)))
        return settled

    def close(self) -> None:
        """Let go of the database and of the staging folder."""
        self.blobs.close()
        self.database.close()


def open_store(
    database_url: str, blobs: Path, *, clock: Callable[[], datetime] | None = None, lease_seconds: float = 60.0
) -> Store:
    """Open the store, creating or migrating its tables.

    ``lease_seconds`` is how long what a dead process held waits for others. Raises ``Refusal`` (kind ``setup``):
    ``store.folder`` for a folder that cannot be made or written, ``store.files_without_records`` for a new database
    beside files of another, and what the database does not do
    (``storage.outages``).
    """
    try:
        blobs.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=blobs.parent, prefix="working-"):
            pass
        database = Database(database_url)
    except OSError as error:
        message = f"The data folder {blobs.parent} cannot be used: {error.strerror}."
        raise Refusal("store.folder", message, kind="setup") from None
    holding = Holding(database, clock or (lambda: datetime.now(UTC)), lease_seconds)
    files = Blobs(blobs, holding)
    try:
        if current(database) is None and not files.is_empty():
            raise Refusal(
                "store.files_without_records",
                f"The database is empty, but {blobs} holds files of earlier records. It is another database, or was "
                "copied without its write-ahead log (-wal): name the right one, or restore a backup.",
                kind="setup",
            )
        migrate(database)
    except Outage as outage:
        database.close()
        raise Refusal(outage.code, f"{outage.message} ({outage.detail})", kind="setup") from None
    except BaseException:
        database.close()
        raise
    return Store(database, files, holding)


_INSERT_UNLESS_THERE: dict[str, Any] = {
    "sqlite": sqlite.insert(BlobRow.__table__).on_conflict_do_nothing(),  # type: ignore[arg-type]
    "postgresql": postgresql.insert(BlobRow.__table__).on_conflict_do_nothing(),  # type: ignore[arg-type]
}


def register(session: Session, stage: Stage, at: datetime) -> None:
    """Name the staged files in the caller's transaction: from its commit on they belong to a record.

    Raises ``HolderLostError``.
    """
    stage.confirm(session)
    stage.settle()
    before_commit(session, stage.hold)
    # Sorted: two transactions may not wait for each other crosswise.
    rows = [{"sha256": sha256, "size": stage.sizes[sha256], "created_at": at} for sha256 in sorted(stage.sizes)]
    if rows:
        session.execute(_INSERT_UNLESS_THERE[session.get_bind().dialect.name], rows)
