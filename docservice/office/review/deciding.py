"""Who may approve and withdraw wording: a person whose role the town names for that kind of document."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from docservice.office.means import lifecycle, versions
from docservice.office.means.means import Means
from docservice.office.means.versions import VersionRecord
from docservice.office.people import accounts
from docservice.office.people.roles import Actor
from docservice.pipeline import pinning
from docservice.refusal import Refusal


def refuse(means: Means, version: VersionRecord, actor: Actor) -> None:
    """Raise ``Refusal`` (kind ``forbidden``) for whom it is not to decide: ``approval.person``, ``approval.role``."""
    if actor.account is None:
        message = "Approving and withdrawing takes a person: an account, or an API key that acts for one."
        raise Refusal("approval.person", message, kind="forbidden")
    actor.require("approve")
    pack = pinning.edition_in_force(means.editions, means.today()).pack
    named = pack.approval.roles(version.document_type, version.face)
    if not set(named) & set(actor.account.roles):
        message = f"By the town's rules ({pack.version}) this is for: {', '.join(named)}."
        raise Refusal("approval.role", message, kind="forbidden")


def refuse_nobodys(listed: tuple[VersionRecord, ...], version: VersionRecord) -> None:
    """Raise ``Refusal("template.own_version")`` for what no person proposed, or what was made from such a draft.

    Who stood behind a terminal or a system's key cannot be told from who approves.
    """
    for made in lifecycle.never_approved(listed, version.number):
        if not made.author.startswith(Actor.PERSON):
            message = (
                f"{made.author} proposed version {made.number}, which is no account: it cannot be told from who "
                "approves. Withdraw it, and let a person propose it (docservice templates propose FOLDER --as LOGIN)."
            )
            raise Refusal("template.own_version", message, kind="forbidden")


def may_decide(means: Means, version: VersionRecord, actor: Actor) -> bool:
    """Whether this person may approve and withdraw versions like this one, their own apart."""
    try:
        refuse(means, version, actor)
    except Refusal:
        return False
    return True


def why_not(means: Means, version: VersionRecord, actor: Actor) -> str | None:
    """Why this person may not approve this version, as a sentence; None when they may, if it is fit to be."""
    with means.store.database.reading() as session:
        listed = versions.versions(session, version.template)
    try:
        refuse(means, version, actor)
        refuse_nobodys(listed, version)
    except Refusal as refusal:
        return refusal.message
    return lifecycle.OWN_VERSION if actor.name in lifecycle.authors(listed, version.number) else None


def as_now(session: Session, actor: Actor) -> Actor:
    """Who acts, with the roles they have in this transaction."""
    if actor.account is None:
        return actor
    return replace(actor, account=accounts.as_now(session, actor.account))
