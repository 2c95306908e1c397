"""The rows of an installation at one moment, taken while others write, and put back into an empty database.

SQLite: its own backup API, into one file. PostgreSQL: each table by COPY in one REPEATABLE READ transaction, which
sees one moment and holds nobody up; no program of the server's release is needed, and the values are its own text.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url

from docservice.refusal import Refusal
from docservice.storage import migrate
from docservice.storage.database import Database
from docservice.storage.models import Base
from docservice.storage.outages import as_outage

SQLITE_FILE = "docservice.db"
# Who was signed in signs in again: a session that was ended since must not come back. Nor does a holder: what it held
# and had not kept is free.
_FORGOTTEN = ("desk_session", "sign_in", "holder")
_WAIT_MS = 30_000

DatabaseKind = Literal["sqlite", "postgresql"]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was taken. ``blobs`` are (SHA-256, bytes), ``uploads`` (owner, SHA-256), ``tables`` name their columns."""

    kind: DatabaseKind
    revision: str
    tables: Mapping[str, Sequence[str]]
    blobs: Sequence[tuple[str, int]]
    uploads: Sequence[tuple[str, str]]
    documents: int
    packets: int
    line: int  # of the audit trail, the last
    seal: str


def kind_of(url: str) -> DatabaseKind:
    """The kind of database at a URL that ``Database`` takes."""
    return "sqlite" if make_url(url).get_backend_name() == "sqlite" else "postgresql"


def sqlite_path(url: str) -> Path:
    """The file of a SQLite database."""
    return Path(make_url(url).database or "")


def take(database: Database, folder: Path) -> Snapshot:
    """Write every row into files below ``folder``, which exists.

    Raises ``Refusal`` (kind ``setup``): ``backup.release`` for a database that this release does not know.
    """
    revision = migrate.current(database)
    if revision is None or not migrate.knows(revision):
        message = f"The database is of another release ({revision or 'none'}): back it up with that one."
        raise Refusal("backup.release", message, kind="setup")
    return (
        _take_sqlite(database, folder, revision) if database.is_sqlite else _take_postgres(database, folder, revision)
    )


def _take_sqlite(database: Database, folder: Path, revision: str) -> Snapshot:
    path = folder / SQLITE_FILE
    source = sqlite3.connect(sqlite_path(str(database.engine.url)), timeout=_WAIT_MS / 1000)
    with as_outage(), closing(source), closing(sqlite3.connect(path, isolation_level=None)) as target:
        source.backup(target)  # in one step: it sees one moment, and writers go on beside it
        target.execute("PRAGMA journal_mode = DELETE")  # one file; the service turns the log on again
        for table in _FORGOTTEN:
            target.execute(f"DELETE FROM {table}")
        target.execute("VACUUM")  # what was deleted is not left between the pages
        return _counted("sqlite", revision, {}, lambda query: target.execute(query).fetchall())


def _take_postgres(database: Database, folder: Path, revision: str) -> Snapshot:
    with as_outage(), database.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        connection.execute(text("SET TRANSACTION READ ONLY"))
        _plain_text(connection.exec_driver_sql)
        there = inspect(connection)
        names = set(there.get_table_names())
        tables = {
            table.name: [str(column["name"]) for column in there.get_columns(table.name)]
            for table in Base.metadata.sorted_tables
            if table.name in names and table.name not in _FORGOTTEN
        }
        with _cursor(connection) as cursor:
            for name, columns in tables.items():
                with (
                    (folder / f"{name}.copy").open("wb") as out,
                    cursor.copy(f"COPY {name} ({_list(columns)}) TO STDOUT") as rows,
                ):
                    for piece in rows:
                        out.write(piece)
        return _counted(
            "postgresql", revision, tables, lambda query: [tuple(row) for row in connection.exec_driver_sql(query)]
        )


def _counted(
    kind: DatabaseKind,
    revision: str,
    tables: Mapping[str, Sequence[str]],
    ask: Callable[[str], Sequence[tuple[Any, ...]]],
) -> Snapshot:
    ((line, seal),) = ask("SELECT sequence, sha256 FROM audit_head")
    return Snapshot(
        kind,
        revision,
        tables,
        [(sha256, size) for sha256, size in ask("SELECT sha256, size FROM blob ORDER BY sha256")],
        [(owner, sha256) for owner, sha256 in ask("SELECT owner, sha256 FROM exhibit WHERE complete ORDER BY sha256")],
        ask("SELECT count(*) FROM document")[0][0],
        ask("SELECT count(*) FROM packet")[0][0],
        line,
        seal,
    )


def refuse_filled(url: str) -> None:
    """Raise ``Refusal("restore.not_empty", kind="setup")`` when the database at ``url`` has records already."""
    if kind_of(url) == "sqlite":
        filled = sqlite_path(url).exists()
    else:
        database = Database(url)
        try:
            filled = migrate.current(database) is not None
        finally:
            database.close()
    if filled:
        message = "The database has records already; they are never written over. Name an empty one."
        raise Refusal("restore.not_empty", message, kind="setup")


def put_back(url: str, folder: Path, revision: str, tables: Mapping[str, Sequence[str]]) -> None:
    """Fill the empty PostgreSQL database at ``url`` with what ``take`` wrote into ``folder``: all of it, or nothing."""
    database = Database(url)
    try:
        with database.alone() as session:
            migrate.build(session, revision)
            connection = session.connection()
            _plain_text(connection.exec_driver_sql)
            for name in reversed(list(tables)):
                connection.exec_driver_sql(f"DELETE FROM {name}")  # what the migrations put there
            with _cursor(connection) as cursor:
                for name, columns in tables.items():
                    with (
                        (folder / f"{name}.copy").open("rb") as given,
                        cursor.copy(f"COPY {name} ({_list(columns)}) FROM STDIN") as rows,
                    ):
                        while piece := given.read(1 << 20):
                            rows.write(piece)
            for name, columns in tables.items():
                for column in columns:
                    _count_on(connection.exec_driver_sql, name, column)
    finally:
        database.close()


def _count_on(ask: Callable[[str], Any], table: str, column: str) -> None:
    """Have a column that counts by itself go on after its last."""
    sequence = ask(f"SELECT pg_get_serial_sequence('{table}', '{column}')").scalar()
    if sequence is not None:
        ask(f"SELECT setval('{sequence}', max({column})::bigint) FROM {table}")


def _cursor(connection: Connection) -> Any:
    """psycopg's own, which knows COPY."""
    return connection.connection.cursor()


def _plain_text(execute: Callable[[str], Any]) -> None:
    for setting in ("DateStyle = 'ISO, YMD'", "client_encoding = 'UTF8'", "extra_float_digits = 3"):
        execute(f"SET LOCAL {setting}")


def _list(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)
