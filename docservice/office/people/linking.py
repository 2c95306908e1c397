"""Accounts and who their people are at the identity provider.

An administrator makes the account, and its login is what the provider's claim will say. At their first sign-in it is
bound to (issuer, subject), which the provider gives to nobody else; from then on the claim no longer matters. Nobody
is given an account here, and none changes hands.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from docservice.office.means.choices import ROLES
from docservice.office.means.means import Means
from docservice.office.means.records import AccountRecord
from docservice.office.people.accounts import audited, row_of
from docservice.refusal import Refusal
from docservice.storage import audit
from docservice.storage.models import AccountRow

MEANS = "single sign-on"


def arrive(
    means: Means, issuer: str, subject: str, login: str | None, *, roles: Iterable[str] | None, provider: str
) -> AccountRecord:
    """The account of somebody whom the provider has named, bound to them if this is their first time.

    ``login`` is what the claim says, None when it says nothing that can be relied on. ``roles``: those that the
    provider gives, in place of the ones on record; None when it gives none. ``provider`` is what people call it.
    Raises ``Refusal`` (kind ``forbidden``): ``sign_in.claim``, ``sign_in.unknown``, ``sign_in.subject``,
    ``sign_in.disabled``, ``sign_in.no_role``.
    """
    at = means.clock()
    with means.store.database.writing() as session:
        audit.hold(session)
        row = session.scalar(select(AccountRow).where(AccountRow.issuer == issuer, AccountRow.subject == subject))
        first = row is None
        if row is None:
            row = _meant(session, login, provider)
        refusal = _why_not(row, first=first, provider=provider)
        if refusal is None:
            actor, who = f"account:{row.login}", {"issuer": issuer, "subject": subject}
            if first:
                row.issuer, row.subject, row.linked_at = issuer, subject, at
                audited(session, row, "account.linked", actor, at, **who)
            if roles is not None:
                given = [role for role in ROLES if role in set(roles)]
                if given != list(row.roles):
                    before, row.roles = list(row.roles), given
                    audited(session, row, "account.roles", MEANS, at, before=before, roles=given)
                if not given:
                    refusal = _forbidden("no_role", f"{provider} gives you no role at this desk", "give you one there")
        if refusal is None:
            return audited(session, row, "account.signed_in", actor, at, means=MEANS, **who)
        detail = {"means": MEANS, "reason": refusal.code, "subject": subject}
        audited(session, row, "account.sign_in_failed", f"account:{row.login}", at, **detail)
    raise refusal


def _meant(session: Session, login: str | None, provider: str) -> AccountRow:
    if login is None:
        message = f"{provider} has signed you in, but did not say for certain who you are"
        raise _forbidden("claim", message, "look at the settings of single sign-on")
    try:
        return row_of(session, login)
    except Refusal:
        message = f"You are signed in at {provider} as “{login[:100]}”, and the desk has no account of that login"
        raise _forbidden("unknown", message, "make one") from None


def _why_not(row: AccountRow, *, first: bool, provider: str) -> Refusal | None:
    if first and row.issuer is not None:
        message = f"The account “{row.login}” is linked to somebody else at {provider}"
        return _forbidden("subject", message, "unlink it, if it is yours now")
    if row.disabled_at is not None:
        return _forbidden("disabled", f"The account “{row.login}” is disabled", "let it be used again")
    return None


def _forbidden(what: str, words: str, remedy: str) -> Refusal:
    return Refusal(f"sign_in.{what}", f"{words}. An administrator can {remedy}.", kind="forbidden")
