"""API keys: shown once, kept as a hash, good until a day, and followed by others of the same name.

What a key made belongs to its name (``key:NAME`` on record). So a key that is about to end is rotated: another secret
under the same name, while the old one works for some days more.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from docservice.finding import Finding
from docservice.office.means.choices import SCOPES
from docservice.office.means.means import Means
from docservice.office.means.records import ApiKeyRecord, key_record
from docservice.office.people import accounts
from docservice.refusal import Refusal
from docservice.storage import audit
from docservice.storage.models import AccountRow, ApiKeyRow
from docservice.text import is_plain

log = logging.getLogger("docservice.keys")

OVERLAP_DAYS = 7  # for which a key that was rotated works beside its successor, unless another number is said
_MOST_OVERLAP = 365
_PREFIX = "dsk_"
_OF_SECRET = select(ApiKeyRow).where(ApiKeyRow.secret_sha256 == bindparam("sha256"), ApiKeyRow.revoked_at.is_(None))
_USE_KEPT = timedelta(hours=1)  # the last use is written down so often at most: not every question is a write


def add_key(
    means: Means,
    name: str,
    scopes: Iterable[str],
    actor: str,
    account: str | None = None,
    expires: date | None = None,
    officers: Iterable[str] = (),
) -> tuple[ApiKeyRecord, str]:
    """A new key: its record, and the secret, which nobody can read again.

    ``account`` is the login of the person it acts for; the scope ``approve`` needs one. ``expires`` is the last day on
    which it works, where the town is. ``officers`` are those of the town whose decisions it may bring. Raises
    ``Refusal``: ``key.invalid`` for an empty name, a scope or an officer that does not exist or a day that is over,
    ``account.unknown``.
    """
    wanted = tuple(dict.fromkeys(scopes))
    problems = [
        Finding.error("key.scope", f"“{scope}” is no scope; there are {', '.join(SCOPES)}", f"/scopes/{i}")
        for i, scope in enumerate(wanted)
        if scope not in SCOPES
    ]
    if not wanted:
        problems.append(Finding.error("key.scope", f"name at least one scope of {', '.join(SCOPES)}", "/scopes"))
    if "approve" in wanted and account is None:
        problems.append(
            Finding.error("key.account", "approving takes a person: name the account it acts for", "/account")
        )
    if not is_plain(name, 100):
        problems.append(Finding.error("key.name", "has from 1 to 100 characters", "/name"))
    problems += _over(means, expires)
    spoken = tuple(dict.fromkeys(officers))
    known = [one.id for one in means.current().officers]
    problems += [
        Finding.error("key.officer", f"the town has no officer “{one}”; there is {', '.join(known)}", f"/officers/{i}")
        for i, one in enumerate(spoken)
        if one not in known
    ]
    if problems:
        raise Refusal("key.invalid", "The key was not made.", problems)
    with means.store.database.writing() as session:
        person = accounts.row_of(session, account) if account is not None else None
        row, secret = _new(means, name.strip(), wanted, actor, person, _end_of(means, expires), spoken)
        _keep(session, row, person, actor)
        return key_record(row, person), secret


def rotate_key(
    means: Means, key_id: str, *, actor: str, overlap_days: int = OVERLAP_DAYS, expires: date | None = None
) -> tuple[ApiKeyRecord, str]:
    """Another secret under the name, the scopes and the person of a key, which itself ends after ``overlap_days``.

    The new one works until ``expires``, or as long as the old one was made for. Raises ``Refusal``: ``key.unknown``,
    ``key.ended`` (kind ``conflict``) for one that works no longer, ``key.invalid``.
    """
    problems = _over(means, expires)
    if not 0 <= overlap_days <= _MOST_OVERLAP:
        problems.append(Finding.error("key.overlap", f"is a number of days from 0 to {_MOST_OVERLAP}", "/overlap_days"))
    if problems:
        raise Refusal("key.invalid", "The key was not rotated.", problems)
    at = means.clock()
    with means.store.database.writing() as session:
        old = _row(session, key_id)
        state = key_record(old).state(at)
        if state != "in use":
            message = f"The key “{old.name}” ({key_id}) is {state}: make a new one."
            raise Refusal("key.ended", message, kind="conflict")
        until = _end_of(means, expires)
        if until is None and old.expires_at is not None:
            until = at + (old.expires_at - old.created_at)
        person = session.get(AccountRow, old.account_id) if old.account_id is not None else None
        row, secret = _new(means, old.name, old.scopes, actor, person, until, old.officers or ())
        _keep(session, row, person, actor)
        ends = at + timedelta(days=overlap_days)
        old.expires_at = min(ends, old.expires_at) if old.expires_at is not None else ends
        session.flush()
        detail = {"by": row.id, "until": old.expires_at.isoformat()}
        audit.record(session, at=at, actor=actor, action="key.rotated", subject=old.id, detail=detail)
        return key_record(row, person), secret


def key_for(means: Means, secret: str) -> ApiKeyRecord | None:
    """The key with this secret, unless it is revoked or the account it acts for is disabled.

    Raises ``Refusal("access.key_expired", kind="unauthenticated")`` for one whose time is over: who has its secret may
    know why it works no longer.
    """
    # The secret has 256 random bits: a plain hash is enough, and looking it up tells an attacker nothing.
    with means.store.database.reading() as session:
        row = session.scalar(_OF_SECRET, {"sha256": _hash(secret)})
        if row is None:
            return None
        person = session.get(AccountRow, row.account_id) if row.account_id is not None else None
        if person is not None and person.disabled_at is not None:
            return None
        found = key_record(row, person)
    at = means.clock()
    if found.state(at) == "expired":
        assert found.expires_at is not None
        day = found.expires_at.astimezone(_zone(means)).strftime("%Y-%m-%d %H:%M")
        message = f"This API key expired ({day}). Use its successor, or make a new one: docservice keys add"
        raise Refusal("access.key_expired", message, kind="unauthenticated")
    if found.last_used_at is None or at - found.last_used_at >= _USE_KEPT:
        _note_use(means, found.id, at)
    return found


def _note_use(means: Means, key_id: str, at: datetime) -> None:
    try:
        with means.store.database.writing() as session:
            session.execute(update(ApiKeyRow).where(ApiKeyRow.id == key_id).values(last_used_at=at))
    except SQLAlchemyError as error:  # what was asked for matters more
        log.warning("the use of key %s is not noted: %s", key_id, error)


def keys(means: Means) -> tuple[ApiKeyRecord, ...]:
    """Every key ever made, oldest first."""
    with means.store.database.reading() as session:
        query = (
            select(ApiKeyRow, AccountRow)
            .outerjoin(AccountRow, ApiKeyRow.account_id == AccountRow.id)
            .order_by(ApiKeyRow.created_at)
        )
        return tuple(key_record(row, person) for row, person in session.execute(query))


def revoke_key(means: Means, key_id: str, *, actor: str) -> ApiKeyRecord:
    """Revoke a key, now and for good. Raises ``Refusal("key.unknown", kind="missing")``."""
    at = means.clock()
    with means.store.database.writing() as session:
        row = _row(session, key_id)
        if row.revoked_at is None:
            row.revoked_at = at
            session.flush()
            audit.record(session, at=at, actor=actor, action="key.revoked", subject=row.id)
        return key_record(row)


def _row(session: Session, key_id: str) -> ApiKeyRow:
    row = session.get(ApiKeyRow, key_id, with_for_update=True)
    if row is None:
        raise Refusal("key.unknown", f"There is no key {key_id}.", kind="missing")
    return row


def _new(
    means: Means,
    name: str,
    scopes: Iterable[str],
    actor: str,
    person: AccountRow | None,
    until: datetime | None,
    officers: Iterable[str],
) -> tuple[ApiKeyRow, str]:
    secret = _PREFIX + secrets.token_urlsafe(32)
    row = ApiKeyRow(
        id=str(uuid.uuid4()), name=name, hint=secret[:8], secret_sha256=_hash(secret), scopes=list(scopes),
        created_at=means.clock(), created_by=actor, expires_at=until,
        account_id=person.id if person is not None else None, officers=list(officers),
    )  # fmt: skip
    return row, secret


def _keep(session: Session, row: ApiKeyRow, person: AccountRow | None, actor: str) -> None:
    session.add(row)
    session.flush()
    detail = {
        "name": row.name, "scopes": row.scopes, "account": person.login if person is not None else None,
        "expires": row.expires_at.isoformat() if row.expires_at is not None else None, "officers": row.officers,
    }  # fmt: skip
    audit.record(session, at=row.created_at, actor=actor, action="key.added", subject=row.id, detail=detail)


def _over(means: Means, expires: date | None) -> list[Finding]:
    if expires is None or means.today() <= expires <= date(2200, 12, 31):
        return []
    return [Finding.error("key.expires", "is the last day on which the key works: today or later", "/expires")]


def _end_of(means: Means, day: date | None) -> datetime | None:
    """The moment at which a day is over where the town is."""
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=1), time(), _zone(means)).astimezone(UTC)


def _zone(means: Means) -> ZoneInfo:
    return ZoneInfo(means.editions[-1].pack.identity.time_zone)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class Keys:
    """The office's API keys: the functions of this module, on the office's means."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def add(
        self,
        name: str,
        scopes: Iterable[str],
        actor: str,
        account: str | None = None,
        expires: date | None = None,
        officers: Iterable[str] = (),
    ) -> tuple[ApiKeyRecord, str]:
        """A new API key: its record, and its secret, shown this once. ``account``: the person it acts for;
        ``officers``: those whose decisions it may bring.
        """
        return add_key(self._means, name, scopes, actor, account, expires, officers)

    def speaks_in(self, officers: Iterable[str], role: str) -> bool:
        """Whether one of the officers has the role, by its name or its meaning."""
        pack = self._means.current()
        found = (pack.officer(one) for one in officers)
        return any(one is not None and (one.role == role or pack.plays(one.role, role)) for one in found)

    def rotate(self, id: str, *, actor: str, **more: Any) -> tuple[ApiKeyRecord, str]:
        """A successor of an API key, which ends after some days. See ``rotate_key``."""
        return rotate_key(self._means, id, actor=actor, **more)

    def working(self, secret: str) -> ApiKeyRecord | None:
        """The key with this secret, if it works."""
        return key_for(self._means, secret)

    def listed(self) -> tuple[ApiKeyRecord, ...]:
        """Every key, oldest first."""
        return keys(self._means)

    def revoke(self, id: str, *, actor: str = "operator") -> ApiKeyRecord:
        """Revoke a key."""
        return revoke_key(self._means, id, actor=actor)
