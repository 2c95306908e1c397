"""Bring a database to the tables of this release (Alembic; the migrations travel in the package)."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from docservice.refusal import Refusal
from docservice.storage.database import Database
from docservice.storage.outages import as_outage

HEAD = "0025"
_MIGRATIONS = Path(__file__).resolve().parent / "migrations"


def current(database: Database) -> str | None:
    """The revision of the database; None when it is empty."""
    with as_outage(), database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def migrate(database: Database) -> bool:
    """Bring the database up to ``HEAD``; True when something was done.

    Many processes may call this at once: one migrates, the others wait and find it done. Raises
    ``Refusal("database.newer", kind="setup")`` for a database of a later release.
    """
    if current(database) == HEAD:
        return False
    # The write (BEGIN IMMEDIATE, or the exclusive lock) is what makes the others wait.
    with database.rebuilding() as session:
        build(session, "head")
    return True


def build(session: Session, revision: str) -> None:
    """Bring the database up to ``revision``, in the caller's transaction."""
    # Imported here: alembic costs more time than a preview, and most starts need none of it.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = session.connection()
    try:
        command.upgrade(config, revision)
    except CommandError as error:
        raise Refusal("database.newer", f"The database is of another release: {error}", kind="setup") from None


def knows(revision: str) -> bool:
    """Whether a revision is of this release or an earlier one."""
    return any((_MIGRATIONS / "versions").glob(f"{revision}_*.py"))
