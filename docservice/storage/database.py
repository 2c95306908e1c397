"""The database: SQLite by default, PostgreSQL by URL. One way to read, one way to write.

A *write* is one transaction that is all there or not at all. On SQLite it begins IMMEDIATE, so that two writers
queue instead of failing halfway; on PostgreSQL the rows that must not race (a series, the end of the audit
chain) are locked where they are read.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.orm import Session

from docservice.refusal import Refusal
from docservice.storage import outages

_BUSY_SECONDS = 30  # less than a proxy waits: who is turned away should learn why
# A server that is gone without a word is noticed in this time, not in the minutes that TCP would take.
_POSTGRES = {"connect_timeout": 5, "tcp_user_timeout": 30_000}
_IN_FLIGHT = 0x646F6373  # advisory lock on PostgreSQL: shared by every write, exclusive to who must see none in flight
_HOLDERS = "docservice.holders"


class Database:
    """An open database. ``reading`` and ``writing`` give sessions.

    All of them raise ``storage.outages.Outage`` (a ``Refusal``) when the database does not answer, is locked, full or
    only to be read. Then nothing of a write was kept; ``OutcomeUnknown`` says that nobody can know.
    """

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._writer = self.engine.execution_options(docservice_write=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one consistent state and keeps nothing."""
        with outages.as_outage(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes are committed at the end, or rolled back when anything is raised."""
        with self._transaction("SELECT pg_advisory_xact_lock_shared(:key)") as session:
            yield session

    @contextmanager
    def alone(self) -> Iterator[Session]:
        """A write that waits for every write in flight and lets no other begin (a killed client's may still end)."""
        with self._transaction("SELECT pg_advisory_xact_lock(:key)") as session:
            yield session

    @contextmanager
    def rebuilding(self) -> Iterator[Session]:
        """``alone``, for migrations.

        SQLite changes many a table only by dropping it and making it anew, which it refuses while rows of others point
        at it: there references are looked at once, when all is done. Raises ``Refusal("database.references")``.
        """
        if not self.is_sqlite:
            with self.alone() as session:
                yield session
            return
        with outages.as_outage(), self._writer.execution_options(docservice_rebuild=True).connect() as connection:
            try:
                with Session(connection, expire_on_commit=False) as session:
                    yield session
                    session.flush()
                    lost = session.execute(text("PRAGMA foreign_key_check")).first()
                    if lost is not None:
                        message = (
                            f"A row of {lost[0]} points at a row of {lost[2]} that is not there. Nothing was changed."
                        )
                        raise Refusal("database.references", message, kind="setup")
                    _commit(session)
            finally:
                connection.connection.cursor().execute("PRAGMA foreign_keys = ON")

    @contextmanager
    def _transaction(self, lock: str) -> Iterator[Session]:
        with outages.as_outage(), Session(self._writer, expire_on_commit=False) as session:
            if not self.is_sqlite:
                session.execute(text(lock), {"key": _IN_FLIGHT})
            yield session
            session.flush()
            _commit(session)

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def before_commit(session: Session, hold: Callable[[bool], None]) -> None:
    """Have ``hold(True)`` called when the commit begins, and ``hold(False)`` when it is known that it kept nothing."""
    session.info.setdefault(_HOLDERS, []).append(hold)


def _commit(session: Session) -> None:
    holders = session.info.get(_HOLDERS, [])
    for hold in holders:
        hold(True)
    try:
        session.commit()
    except DBAPIError as error:
        if outages.outage_of(error) is not None and outages.is_kept_unknown(error):
            refusal = outages.unknown(error)
            outages.log.error("the database went away in a commit: %s", refusal.detail)
            raise refusal from error
        for hold in holders:
            hold(False)
        raise


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(url)
        if parsed.get_backend_name() != "postgresql":
            raise Refusal(
                "settings.database", f"The database {parsed.get_backend_name()} is not supported.", kind="setup"
            )
        given = {name: value for name, value in _POSTGRES.items() if name not in parsed.query}
        return create_engine(url, pool_pre_ping=True, connect_args=given)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise Refusal("settings.database", f"The database address does not do: {error}", kind="setup") from None


def _sqlite(url: str) -> Engine:
    name = make_url(url).database
    if name and name != ":memory:":
        Path(name).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        cursor = connection.cursor()
        _write_ahead(cursor)
        cursor.execute("PRAGMA synchronous = FULL")  # a number once given survives a power cut
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        options = connection.get_execution_options()
        writes = options.get("docservice_write")
        if options.get("docservice_rebuild"):  # within a transaction it would do nothing
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _write_ahead(cursor: Any) -> None:
    # Changing the mode does not wait for others that open the same new file: SQLite says "locked" at once.
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            held = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            if not held or time.monotonic() > deadline:  # a folder that cannot be written stays so
                raise
            time.sleep(0.02)


def reachable(url: str) -> bool:
    """Whether a database answers there."""
    try:
        database = Database(url)
    except Refusal:
        return False
    try:
        with outages.as_outage(), database.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        return True
    except outages.Outage:
        return False
    finally:
        database.close()
