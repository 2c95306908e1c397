"""Who may do what: hashed API keys with scopes, and routes that are closed until they say whom they let in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import current_app, g, request

from docservice.api.wiring import office
from docservice.finding import Finding
from docservice.limiting import requests as limited
from docservice.office.means.choices import SCOPES
from docservice.office.people.roles import Actor
from docservice.refusal import Refusal

_View = TypeVar("_View", bound=Callable[..., Any])


def requires(*scopes: str) -> Callable[[_View], _View]:
    """Let in a key that has one of ``scopes``; a key with ``admin`` may do everything."""
    unknown = set(scopes) - set(SCOPES)
    if unknown:
        raise ValueError(f"unknown scopes {unknown}")

    def mark(view: _View) -> _View:
        return _mark(view, frozenset(scopes) | {"admin"}, [{"apiKey": list(scopes)}])

    return mark


def public(view: _View) -> _View:
    """Let in everybody."""
    return _mark(view, frozenset(), [])


def _mark(view: _View, scopes: frozenset[str], security: list[dict[str, list[str]]]) -> _View:
    view.access = scopes  # type: ignore[attr-defined]
    documented = getattr(view, "_apidoc", {})
    documented.setdefault("manual_doc", {})["security"] = security
    view._apidoc = documented  # type: ignore[attr-defined]
    return view


def guard() -> None:
    """Before any body is read: is the caller let in? A route without ``requires`` or ``public`` is closed to all."""
    scopes = getattr(current_app.view_functions[request.endpoint or ""], "access", None)
    if scopes == frozenset():
        return
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        limited.count_stranger("stranger")
        message = "This needs an API key, sent as “Authorization: Bearer KEY”. Make one with: docservice keys add"
        raise Refusal("access.key_missing", message, kind="unauthenticated")
    record = office().people.keys.working(secret.strip())
    if record is None:
        limited.count_stranger("stranger")
        raise Refusal("access.key_unknown", "This API key is unknown or was revoked.", kind="unauthenticated")
    if scopes is None or not scopes & set(record.scopes):
        needed = " or ".join(scope for scope in SCOPES if scopes and scope in scopes)
        message = f"This API key may not do that; it needs the scope {needed}." if needed else "Nobody may do that."
        raise Refusal("access.scope_missing", message, kind="forbidden")
    g.actor, g.scopes, g.account = f"key:{record.name}", frozenset(record.scopes), record.account
    g.officers = frozenset(record.officers)


def count() -> None:
    """Of a caller that is let in by its key: how often it has asked."""
    if "actor" in g:
        limited.count_known(actor(), tell=True)


def scopes() -> frozenset[str]:
    """What the caller's key may do."""
    return frozenset(g.scopes)


def actor() -> str:
    """Who acts, for the record: ``key:NAME``."""
    return str(g.actor)


def sees_all() -> bool:
    """Whether the caller may read what other systems issued; else what was issued under its key's name alone."""
    return bool(scopes() & {"read", "records", "admin"})


def refuse_unseen(issued_by: str, name: str) -> None:
    """Raise ``Refusal("document.unknown")`` for a document that the caller may not read: to it, it is not there."""
    if not (issued_by == actor() or sees_all()):
        raise Refusal("document.unknown", f"There is no document “{name}”.", kind="missing")


def refuse_unseen_case(owner: str, number: str) -> None:
    """Raise ``Refusal("case.unknown")`` for a case that the caller may not read: to it, it is not there."""
    if not (owner == actor() or sees_all()):
        raise Refusal("case.unknown", f"There is no case “{number}” on record.", kind="missing")


def acts_on(owner: str) -> bool:
    """Whether the caller may change what another put on record: its own, or with the scope records."""
    return owner == actor() or bool(scopes() & {"records", "admin"})


def refuse_foreign_case(owner: str) -> None:
    """Raise ``Refusal("access.not_own")`` unless the case is the caller's, or it may act on others' too."""
    if not acts_on(owner):
        message = (
            "Another system put this case on record, or issued under its number. To change it a key needs the scope "
            "records as well."
        )
        raise Refusal("access.not_own", message, kind="forbidden")


def refuse_foreign(issued_by: str) -> None:
    """Raise ``Refusal("access.not_own")`` unless the caller issued the document itself, or may act on others' too."""
    if not (issued_by == actor() or scopes() & {"records", "admin"}):
        message = "Another system issued this document. To void or supersede it a key needs the scope records as well."
        raise Refusal("access.not_own", message, kind="forbidden")


def refuse_speaking_for(officers: Sequence[str]) -> None:
    """Raise ``Refusal("access.officer")`` for decisions of officers for whom the caller's key does not speak."""
    problems = [
        Finding.error("access.officer", f"This API key does not speak for “{one}”.", f"/decisions/{index}/by")
        for index, one in enumerate(officers)
        if one not in g.officers
    ]
    if problems:
        message = f"{problems[0].message} Make one with: docservice keys add NAME --speaks-for OFFICER"
        raise Refusal("access.officer", message, problems, kind="forbidden")


def refuse_deciding(role: str) -> None:
    """Raise ``Refusal("access.officer")`` for a decision in a role of no officer for whom the caller's key speaks."""
    if not office().people.keys.speaks_in(sorted(g.officers), role):
        message = (
            f"This API key speaks for no officer who is {role}. Make one with: docservice keys add NAME --speaks-for "
            "OFFICER"
        )
        problem = Finding.error("access.officer", message, "/data/role")
        raise Refusal("access.officer", message, [problem], kind="forbidden")


def reviewer() -> Actor:
    """Who acts on wording: the person the key acts for, else the system itself."""
    name = str(g.actor).removeprefix("key:")
    return Actor.person(g.account, via=name) if g.account is not None else Actor(str(g.actor), via=name)


def person(login: str) -> Actor:
    """The person whom a request names, who must be the one the key acts for. Raises ``Refusal("approval.person")``."""
    acting = reviewer()
    if acting.account is None or acting.account.login != login.strip().lower():
        message = "This API key does not act for that person. Make one with: docservice keys add NAME --account LOGIN"
        problem = Finding.error("approval.person", message, "/on_behalf_of")
        raise Refusal("approval.person", message, [problem], kind="forbidden")
    return acting
