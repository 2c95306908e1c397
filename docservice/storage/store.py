"""Database and files as one store: opened, brought up to date, recovered, and kept in step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy import select
from sqlalchemy.orm import Session

from docservice.refusal import Refusal
from docservice.storage.blobs import Blobs, Stage
from docservice.storage.database import Database, before_commit
from docservice.storage.migrate import current, migrate
from docservice.storage.models import BlobRow
from docservice.storage.outages import Outage


@dataclass(frozen=True, slots=True)
class Store:
    """Where records live."""

    database: Database
    blobs: Blobs

    def recover(self) -> tuple[int, int]:
        """Settle the files that killed processes left behind: (moved to their place, deleted)."""
        with self.database.alone() as session:
            return self.blobs.recover(lambda sha256: session.get(BlobRow, sha256) is not None)

    def close(self) -> None:
        """Let go of the database and of the staging folder."""
        self.blobs.close()
        self.database.close()


def open_store(database_url: str, blobs: Path) -> Store:
    """Open the store, creating or migrating its tables.

    Raises ``Refusal`` (kind ``setup``): ``store.folder`` for a folder that cannot be made or written,
    ``store.files_without_records`` for a new database beside files of another, and what the database does not do
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
    files = Blobs(blobs)
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
    return Store(database, files)


def register(session: Session, stage: Stage, at: datetime) -> None:
    """Name the staged files in the caller's transaction: from its commit on they belong to a record."""
    stage.settle()
    before_commit(session, stage.hold)
    known = set(session.scalars(select(BlobRow.sha256).where(BlobRow.sha256.in_(stage.sizes))))
    for sha256 in sorted(stage.sizes.keys() - known):  # sorted: two transactions may not wait for each other crosswise
        _insert_unless_there(session, BlobRow(sha256=sha256, size=stage.sizes[sha256], created_at=at))
    session.flush()


def _insert_unless_there(session: Session, row: BlobRow) -> None:
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    values = {"sha256": row.sha256, "size": row.size, "created_at": row.created_at}
    session.execute(insert(BlobRow).values(values).on_conflict_do_nothing())
