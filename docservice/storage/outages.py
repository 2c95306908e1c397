"""A database that does not answer, is locked, full or only to be read: what its errors mean to who asked.

An error of ours (a wrong statement, a value that a column does not hold) is none of these and stays what it is.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from docservice import disk
from docservice.finding import Finding
from docservice.refusal import Refusal

log = logging.getLogger(__name__)

AWAY_SECONDS = 10  # after which who was refused may ask again

# https://www.sqlite.org/rescode.html, primary codes; https://www.postgresql.org/docs/current/errcodes-appendix.html
_SQLITE_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_SQLITE_READ_ONLY = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}
_SQLITE_AWAY = {
    sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_AUTH, sqlite3.SQLITE_INTERRUPT,
}  # fmt: skip
_POSTGRES_AWAY = ("08", "28", "3D", "53", "57", "58", "F0", "XX", "42P01", "42501", "3F000")
_POSTGRES_BUSY = ("40", "55P03", "57014")
_POSTGRES_FULL, _POSTGRES_READ_ONLY = "53100", "25006"
# After these, or when the connection broke, a COMMIT may have been done all the same.
_COMMIT_UNKNOWN = ("08", "57", "58", "XX")


class Outage(Refusal):
    """The database cannot do what it was asked. ``detail`` is its own word, for the operator."""

    detail = ""


class OutcomeUnknown(Outage):
    """The database went away while it committed."""


def outage_of(error: BaseException) -> Outage | None:
    """What an error of the database means to who asked; None for an error of ours."""
    if isinstance(error, PoolTimeoutError):
        return _busy(str(error))
    original = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(original, sqlite3.Error):
        return _of_sqlite(original)
    if not isinstance(error, DBAPIError):
        return None
    state = str(getattr(original, "sqlstate", None) or "")
    if state == _POSTGRES_FULL:
        return _from(disk.full(), original)
    if state == _POSTGRES_READ_ONLY:
        return _from(disk.read_only(), original)
    if state.startswith(_POSTGRES_BUSY):
        return _busy(original)
    if state.startswith(_POSTGRES_AWAY):
        return _away(original)
    if error.connection_invalidated or (not state and isinstance(error, OperationalError | InterfaceError)):
        return _away(original)
    return None


def is_kept_unknown(error: BaseException) -> bool:
    """Whether after this error of a COMMIT nobody can know if it was done."""
    original = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(original, sqlite3.Error):
        # Whatever else it says, the transaction is open and is rolled back; what was written may come back after this.
        return _primary(original) == sqlite3.SQLITE_IOERR
    state = str(getattr(original, "sqlstate", None) or "")
    return not state or state.startswith(_COMMIT_UNKNOWN)


def unknown(error: BaseException) -> OutcomeUnknown:
    """The refusal of a COMMIT whose end nobody knows."""
    message = (
        "The database went away at the very moment of keeping: nobody can know yet whether this was kept. Send the "
        "same request again with the same Idempotency-Key: what was made is given, and nothing is made twice. Sent "
        "without one, look whether it is on record before you send it again."
    )
    made = OutcomeUnknown("database.outcome_unknown", message, kind="setup", retry_after=AWAY_SECONDS)
    made.detail = _words(error)
    return made


@contextmanager
def as_outage() -> Iterator[None]:
    """Raises an ``Outage`` in the place of the database's own error."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        outage = outage_of(error)
        if outage is None:
            raise
        log.warning("the database: %s", outage.detail)  # not the statement: its values are somebody's
        raise outage from error


def _of_sqlite(error: sqlite3.Error) -> Outage | None:
    code = _primary(error)
    if code in _SQLITE_BUSY:
        return _busy(error)
    if code == sqlite3.SQLITE_FULL:
        return _from(disk.full(), error)
    if code in _SQLITE_READ_ONLY:
        return _from(disk.read_only(), error)
    # A file that was taken away is made anew, empty, by the next connection.
    if code in _SQLITE_AWAY or str(error).startswith("no such table"):
        return _away(error)
    return None


def _primary(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _busy(error: object) -> Outage:
    message = "The records are held by other work. Ask again in a moment."
    made = Outage("database.busy", message, kind="setup", retry_after=AWAY_SECONDS)
    made.detail = _words(error)
    return made


def _away(error: object) -> Outage:
    message = "The records cannot be reached at the moment: the database does not answer. Ask again in a while."
    made = Outage("database.unreachable", message, kind="setup", retry_after=AWAY_SECONDS)
    made.detail = _words(error)
    return made


def _from(refusal: Refusal, error: object) -> Outage:
    problems: tuple[Finding, ...] = refusal.problems
    made = Outage(refusal.code, refusal.message, problems, kind=refusal.kind, retry_after=refusal.retry_after)
    made.detail = _words(error)
    return made


def _words(error: object) -> str:
    original = error.orig if isinstance(error, DBAPIError) else error
    return " ".join(str(original).split())
