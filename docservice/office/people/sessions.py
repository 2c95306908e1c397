"""Sessions of people at the desk: begun by a sign-in, ended by time, by hand, by a new password, by disabling.

The secret is the browser's alone; here lies its hash, so that nobody who reads the database can sign in with it. A
session ends after half an hour without a request, and after ten hours in any case.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from docservice.office.means.means import Shop
from docservice.office.means.records import AccountRecord, account_record
from docservice.storage import audit
from docservice.storage.models import AccountRow, DeskSessionRow

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=10)
_SEEN_AGAIN = timedelta(minutes=1)  # a page with twenty pictures is not twenty writes


@dataclass(frozen=True, slots=True)
class DeskSession:
    """A person signed in. ``form_token`` stands in every form of theirs, and nobody else can know it."""

    account: AccountRecord
    started_at: datetime
    ends_at: datetime  # unless they do something before
    form_token: str = field(repr=False)


class Sessions:
    """The office's sessions. Threads may share it."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def begin(self, account: AccountRecord) -> str:
        """A session for somebody who has just shown their password: its secret, for the browser's cookie."""
        secret, at = secrets.token_urlsafe(32), self._shop.clock()
        with self._shop.store.database.writing() as session:
            session.add(
                DeskSessionRow(secret_sha256=_hash(secret), account_id=account.id, started_at=at, seen_at=at)
            )  # fmt: skip
        return secret

    def find(self, secret: str) -> DeskSession | None:
        """Who is signed in with this secret, if anybody still is; the half hour begins anew."""
        at = self._shop.clock()
        with self._shop.store.database.reading() as session:
            row = session.get(DeskSessionRow, _hash(secret))
            person = session.get(AccountRow, row.account_id) if row is not None else None
        if row is None or person is None or person.disabled_at is not None:
            return None
        if at >= min(row.seen_at + IDLE, row.started_at + LONGEST):
            return None
        if at - row.seen_at >= _SEEN_AGAIN:
            with self._shop.store.database.writing() as session:
                held = session.get(DeskSessionRow, row.secret_sha256)
                if held is None:  # ended a moment ago
                    return None
                held.seen_at = at
        ends = min(at + IDLE, row.started_at + LONGEST)
        return DeskSession(account_record(person), row.started_at, ends, form_token(secret))

    def end(self, secret: str) -> None:
        """Sign out: the secret is worth nothing from now on."""
        with self._shop.store.database.writing() as session:
            audit.hold(session)
            row = session.get(DeskSessionRow, _hash(secret))
            if row is not None:
                login = session.get_one(AccountRow, row.account_id).login
                session.delete(row)
                session.flush()
                audit.record(
                    session, at=self._shop.clock(), actor=f"account:{login}", action="account.signed_out",
                    subject=f"account/{login}",
                )  # fmt: skip

    def sweep(self) -> None:
        """Forget the sessions that have ended by time."""
        at = self._shop.clock()
        with self._shop.store.database.writing() as session:
            over = or_(DeskSessionRow.seen_at <= at - IDLE, DeskSessionRow.started_at <= at - LONGEST)
            session.execute(delete(DeskSessionRow).where(over))


def end_all(session: Session, account: AccountRow) -> None:
    """End every session of an account, in the caller's transaction."""
    session.execute(delete(DeskSessionRow).where(DeskSessionRow.account_id == account.id))


def form_token(secret: str) -> str:
    """What a form must carry to be of this session: it follows from the secret, and the secret does not from it."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
