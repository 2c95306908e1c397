"""API keys: shown once, kept as a hash."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Iterable

from sqlalchemy import select

from docservice.correspondence import accounts
from docservice.correspondence.choices import SCOPES
from docservice.correspondence.order import is_plain
from docservice.correspondence.records import ApiKeyRecord, key_record
from docservice.correspondence.shop import Shop
from docservice.refusal import Problem, Refusal
from docservice.storage import audit
from docservice.storage.models import AccountRow, ApiKeyRow

_PREFIX = "dsk_"


def add_key(
    shop: Shop, name: str, scopes: Iterable[str], actor: str, account: str | None = None
) -> tuple[ApiKeyRecord, str]:
    """A new key: its record, and the secret, which nobody can read again.

    ``account`` is the login of the person it acts for; the scope ``approve`` needs one. Raises ``Refusal``:
    ``key.invalid`` for an empty name or a scope that does not exist, ``account.unknown``.
    """
    wanted = tuple(dict.fromkeys(scopes))
    problems = [
        Problem("key.scope", f"“{scope}” is no scope; there are {', '.join(SCOPES)}", f"/scopes/{i}")
        for i, scope in enumerate(wanted)
        if scope not in SCOPES
    ]
    if not wanted:
        problems.append(Problem("key.scope", f"name at least one scope of {', '.join(SCOPES)}", "/scopes"))
    if "approve" in wanted and account is None:
        problems.append(Problem("key.account", "approving takes a person: name the account it acts for", "/account"))
    if not is_plain(name, 100):
        problems.append(Problem("key.name", "has from 1 to 100 characters", "/name"))
    if problems:
        raise Refusal("key.invalid", "The key was not made.", problems)
    secret = _PREFIX + secrets.token_urlsafe(32)
    at = shop.clock()
    row = ApiKeyRow(
        id=str(uuid.uuid4()), name=name.strip(), hint=secret[:8], secret_sha256=_hash(secret), scopes=list(wanted),
        created_at=at, created_by=actor,
    )  # fmt: skip
    with shop.store.database.writing() as session:
        person = accounts.row_of(session, account) if account is not None else None
        row.account_id = person.id if person is not None else None
        session.add(row)
        session.flush()
        detail = {"name": row.name, "scopes": list(wanted), "account": person.login if person is not None else None}
        audit.record(session, at=at, actor=actor, action="key.added", subject=row.id, detail=detail)
        return key_record(row, person), secret


def key_for(shop: Shop, secret: str) -> ApiKeyRecord | None:
    """The key with this secret, unless it is revoked or the account it acts for is disabled."""
    # The secret has 256 random bits: a plain hash is enough, and looking it up tells an attacker nothing.
    query = select(ApiKeyRow).where(ApiKeyRow.secret_sha256 == _hash(secret), ApiKeyRow.revoked_at.is_(None))
    with shop.store.database.reading() as session:
        row = session.scalar(query)
        if row is None:
            return None
        person = session.get(AccountRow, row.account_id) if row.account_id is not None else None
        if person is not None and person.disabled_at is not None:
            return None
        return key_record(row, person)


def keys(shop: Shop) -> tuple[ApiKeyRecord, ...]:
    """Every key ever made, oldest first."""
    with shop.store.database.reading() as session:
        query = (
            select(ApiKeyRow, AccountRow)
            .outerjoin(AccountRow, ApiKeyRow.account_id == AccountRow.id)
            .order_by(ApiKeyRow.created_at)
        )
        return tuple(key_record(row, person) for row, person in session.execute(query))


def revoke_key(shop: Shop, key_id: str, *, actor: str) -> ApiKeyRecord:
    """Revoke a key, now and for good. Raises ``Refusal("key.unknown", kind="missing")``."""
    at = shop.clock()
    with shop.store.database.writing() as session:
        row = session.get(ApiKeyRow, key_id)
        if row is None:
            raise Refusal("key.unknown", f"There is no key {key_id}.", kind="missing")
        if row.revoked_at is None:
            row.revoked_at = at
            session.flush()
            audit.record(session, at=at, actor=actor, action="key.revoked", subject=row.id)
        return key_record(row)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
