"""Accounts of people: who they are, what roles they have, whether a password is theirs.

Passwords are kept as argon2id hashes (RFC 9106). Guessing is slowed by waits that grow with every failure in a row, and
an attempt is counted before the password is looked at, so that many at once gain nothing. What it does not do: sessions
(the desk's), and what a role may do (``office.people.roles``).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from docservice.finding import Finding
from docservice.office.means.choices import ROLES, Role
from docservice.office.means.means import Means
from docservice.office.means.records import AccountRecord, account_record
from docservice.office.people.sessions import end_all
from docservice.refusal import Refusal
from docservice.storage import audit
from docservice.storage.models import AccountRow
from docservice.text import is_plain

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
FREE_ATTEMPTS = 5
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._+-]*(@[a-z0-9-]+(\.[a-z0-9-]+)+)?\Z")


def add(
    means: Means,
    login: str,
    name: str,
    roles: Iterable[str],
    *,
    password: str | None,
    actor: str,
    first: bool = False,
) -> AccountRecord:
    """A new account; without a password nobody can sign in to it yet. ``first``: there must be none before it.

    Raises ``Refusal``: ``account.invalid`` with everything that is wrong, ``account.exists``, ``first.over`` (kind
    ``conflict``).
    """
    wanted, problems = _roles(roles)
    login = login.strip().lower()
    if not _LOGIN.match(login) or len(login) > 100:
        problems.append(
            Finding.error("account.login", "is an e-mail address, or letters, digits, dots and hyphens", "/login")
        )
    if not is_plain(name, 200):
        problems.append(Finding.error("account.name", "has from 1 to 200 characters", "/name"))
    if password is not None:
        problems += _weak(password, login)
    if problems:
        raise Refusal("account.invalid", "The account was not made.", problems)
    hashed = _hasher().hash(password) if password is not None else None
    at = means.clock()
    with means.store.database.writing() as session:
        audit.hold(session)
        if first and session.scalar(select(AccountRow.id).limit(1)) is not None:
            raise Refusal("first.over", "There is an account already. Sign in with it.", kind="conflict")
        if session.scalar(select(AccountRow.id).where(AccountRow.login == login)) is not None:
            raise Refusal("account.exists", f"There is an account “{login}” already.", kind="conflict")
        row = AccountRow(
            id=str(uuid.uuid4()), login=login, name=name.strip(), roles=list(wanted), password_hash=hashed,
            password_changed_at=at if hashed else None, failures=0, created_at=at, created_by=actor,
        )  # fmt: skip
        session.add(row)
        return audited(session, row, "account.added", actor, at, name=row.name, roles=list(wanted))


def find(means: Means, login: str) -> AccountRecord:
    """An account. Raises ``Refusal("account.unknown", kind="missing")``."""
    with means.store.database.reading() as session:
        return account_record(row_of(session, login))


def listed(means: Means) -> tuple[AccountRecord, ...]:
    """Every account, by login."""
    with means.store.database.reading() as session:
        return tuple(account_record(row) for row in session.scalars(select(AccountRow).order_by(AccountRow.login)))


def set_roles(means: Means, login: str, roles: Iterable[str], *, actor: str) -> AccountRecord:
    """Give an account these roles and no others. Raises ``Refusal``: ``account.unknown``, ``account.invalid``."""
    wanted, problems = _roles(roles)
    if problems:
        raise Refusal("account.invalid", "The roles were not changed.", problems)
    at = means.clock()
    with means.store.database.writing() as session:
        row = row_of(session, login, hold=True)
        before, row.roles = list(row.roles), list(wanted)
        return audited(session, row, "account.roles", actor, at, before=before, roles=list(wanted))


def disable(means: Means, login: str, *, actor: str) -> AccountRecord:
    """Nobody signs in with it any more, and the keys that act for it no longer work. Nothing it did changes."""
    at = means.clock()
    with means.store.database.writing() as session:
        row = row_of(session, login, hold=True)
        if row.disabled_at is not None:
            return account_record(row)
        row.disabled_at = at
        end_all(session, row)
        return audited(session, row, "account.disabled", actor, at)


def enable(means: Means, login: str, *, actor: str) -> AccountRecord:
    """Let it be used again."""
    at = means.clock()
    with means.store.database.writing() as session:
        row = row_of(session, login, hold=True)
        if row.disabled_at is None:
            return account_record(row)
        row.disabled_at = None
        return audited(session, row, "account.enabled", actor, at)


def unlink(means: Means, login: str, *, actor: str) -> AccountRecord:
    """Forget who the account's person is at the identity provider.

    The next one there whose claim is its login is bound to it. Wherever they are signed in, they are signed out.
    Raises ``Refusal``: ``account.unknown``, ``account.not_linked`` (kind ``conflict``).
    """
    at = means.clock()
    with means.store.database.writing() as session:
        row = row_of(session, login, hold=True)
        if row.issuer is None:
            raise Refusal("account.not_linked", f"The account “{row.login}” is not linked.", kind="conflict")
        was = {"issuer": row.issuer, "subject": row.subject}
        row.issuer, row.subject, row.linked_at = None, None, None
        end_all(session, row)
        return audited(session, row, "account.unlinked", actor, at, **was)


def set_password(means: Means, login: str, password: str, *, actor: str) -> AccountRecord:
    """Set a password, and let the account be tried again at once. Raises ``Refusal("account.password")``."""
    problems = _weak(password, login.strip().lower())
    if problems:
        raise Refusal("account.password", "The password was not changed.", problems)
    hashed, at = _hasher().hash(password), means.clock()
    with means.store.database.writing() as session:
        row = row_of(session, login, hold=True)
        row.password_hash, row.password_changed_at = hashed, at
        row.failures, row.failed_at = 0, None
        end_all(session, row)  # whoever knew the old one is out
        return audited(session, row, "account.password", actor, at)


def change_password(means: Means, login: str, old: str, new: str) -> AccountRecord:
    """A person changes their own password. Raises what ``sign_in`` and ``set_password`` raise."""
    record = sign_in(means, login, old)
    return set_password(means, record.login, new, actor=f"account:{record.login}")


def sign_in(means: Means, login: str, password: str) -> AccountRecord:
    """The account, when the password is its own.

    Raises ``Refusal``: ``account.sign_in`` (kind ``unauthenticated``), the same whether the account is unknown or
    disabled or the password wrong; ``account.wait`` (kind ``too-many``) after many failures.
    """
    login, at = login.strip().lower(), means.clock()
    with means.store.database.writing() as session:
        row = _find(session, login, lock=True)
        hashed = row.password_hash if row is not None and row.disabled_at is None else None
        if row is not None:
            _refuse_haste(row, at)
            row.failures, row.failed_at = row.failures + 1, at  # taken back below when the password is right
    right = _matches(hashed, password)
    with means.store.database.writing() as session:
        audit.hold(session)  # before the row, as everybody does: two may not wait for each other crosswise
        row = _find(session, login, lock=True)
        if row is None or not right or row.disabled_at is not None:
            if row is not None:
                detail = {"means": "password", "failures": row.failures}
                audited(session, row, "account.sign_in_failed", f"account:{login}", at, **detail)
        else:
            row.failures, row.failed_at = 0, None
            assert hashed is not None
            if _hasher().check_needs_rehash(hashed):
                row.password_hash = _hasher().hash(password)
            return audited(session, row, "account.signed_in", f"account:{login}", at, means="password")
    raise Refusal("account.sign_in", "The login or the password is not right.", kind="unauthenticated")


def wait_after(failures: int) -> timedelta:
    """How long to wait after so many failures in a row: not at all at first, then twice as long each time."""
    if failures < FREE_ATTEMPTS:
        return timedelta(0)
    doubled: int = 1 << min(failures - FREE_ATTEMPTS, 10)
    return min(FIRST_WAIT * doubled, LONGEST_WAIT)


def row_of(session: Session, login: str, *, hold: bool = False) -> AccountRow:
    """The row of an account. Raises ``Refusal("account.unknown", kind="missing")``."""
    if hold:
        audit.hold(session)
    row = _find(session, login.strip().lower())
    if row is None:
        raise Refusal("account.unknown", f"There is no account “{login}”.", kind="missing")
    return row


def as_now(session: Session, account: AccountRecord) -> AccountRecord:
    """An account as it is in this transaction. Raises ``Refusal("account.disabled", kind="forbidden")``."""
    row = row_of(session, account.login)
    if row.disabled_at is not None:
        raise Refusal("account.disabled", f"The account “{row.login}” is disabled.", kind="forbidden")
    return account_record(row)


def _find(session: Session, login: str, *, lock: bool = False) -> AccountRow | None:
    if not is_plain(login, 100):
        return None
    query = select(AccountRow).where(AccountRow.login == login)
    return session.scalar(query.with_for_update() if lock else query)


def _refuse_haste(row: AccountRow, at: datetime) -> None:
    until = row.failed_at + wait_after(row.failures) if row.failed_at is not None else at
    if until > at:
        seconds = int((until - at).total_seconds()) + 1
        message = f"Too many failed attempts. Try again in {seconds} seconds."
        raise Refusal("account.wait", message, kind="too-many", retry_after=seconds)


def audited(
    session: Session, row: AccountRow, action: str, actor: str, at: datetime, **detail: object
) -> AccountRecord:
    """The account as it is now, with a line on the audit trail of what was done."""
    session.flush()
    audit.record(session, at=at, actor=actor, action=action, subject=f"account/{row.login}", detail=detail)
    return account_record(row)


def _roles(given: Iterable[str]) -> tuple[tuple[Role, ...], list[Finding]]:
    asked = tuple(dict.fromkeys(given))
    problems = [
        Finding.error("account.role", f"“{role}” is no role; there are {', '.join(ROLES)}", f"/roles/{i}")
        for i, role in enumerate(asked)
        if role not in ROLES
    ]
    return tuple(role for role in ROLES if role in asked), problems


def _weak(password: str, login: str) -> list[Finding]:
    """What is wrong with a password: length counts, not kinds of characters (NIST SP 800-63B)."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        words = f"has from {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters"
    elif login and login.partition("@")[0] in password.lower() and len(password) < 2 * SHORTEST_PASSWORD:
        words = "must not be made from the login"
    elif len(set(password)) < 5:
        words = "repeats the same few characters"
    else:
        return []
    return [Finding.error("account.password", words, "/password")]


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys() -> str:
    """A hash that no password fits; an unknown login takes as long as a known one."""
    return _hasher().hash(uuid.uuid4().hex)


def _matches(hashed: str | None, password: str) -> bool:
    try:
        _hasher().verify(hashed or _nobodys(), password[: LONGEST_PASSWORD + 1])
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None


class Accounts:
    """The office's accounts: the functions of this module, on one means."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def add(
        self, login: str, name: str, roles: Iterable[str], *, password: str | None = None, actor: str
    ) -> AccountRecord:
        """A new account."""
        return add(self._means, login, name, roles, password=password, actor=actor)

    def find(self, login: str) -> AccountRecord:
        """An account. Raises ``Refusal("account.unknown", kind="missing")``."""
        return find(self._means, login)

    def listed(self) -> tuple[AccountRecord, ...]:
        """Every account, by login."""
        return listed(self._means)

    def set_roles(self, login: str, roles: Iterable[str], *, actor: str) -> AccountRecord:
        """Give an account these roles and no others."""
        return set_roles(self._means, login, roles, actor=actor)

    def disable(self, login: str, *, actor: str) -> AccountRecord:
        """Nobody signs in with it any more; its keys no longer work."""
        return disable(self._means, login, actor=actor)

    def enable(self, login: str, *, actor: str) -> AccountRecord:
        """Let it be used again."""
        return enable(self._means, login, actor=actor)

    def unlink(self, login: str, *, actor: str) -> AccountRecord:
        """Forget who the account's person is at the identity provider."""
        return unlink(self._means, login, actor=actor)

    def set_password(self, login: str, password: str, *, actor: str) -> AccountRecord:
        """Set a password for somebody."""
        return set_password(self._means, login, password, actor=actor)

    def change_password(self, login: str, old: str, new: str) -> AccountRecord:
        """A person changes their own password."""
        return change_password(self._means, login, old, new)

    def sign_in(self, login: str, password: str) -> AccountRecord:
        """The account, when the password is its own."""
        return sign_in(self._means, login, password)
