"""Who is let in: a session from a cookie, a permission for each page, a token in each form.

A route that does not say whom it lets in lets in nobody. Permissions come from the one table of the house
(``office.people.roles``), and so does the menu: nobody is shown a door that is locked.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from flask import Response, current_app, g, request

from docservice.limiting import requests as limited
from docservice.office.means.records import AccountRecord
from docservice.office.people.roles import PERMISSIONS, Actor, Permission, permissions_of
from docservice.office.people.sessions import DeskSession
from docservice.refusal import Refusal

if TYPE_CHECKING:
    from docservice.office.facade import Office

_View = TypeVar("_View", bound=Callable[..., Any])

EXTENSION = "docservice.web.desk"
COOKIE = "__Host-desk"
EVERYBODY, SIGNED_IN = frozenset({"everybody"}), frozenset[str]()

# What stands in the menu: words, endpoint, and what one must be allowed to see it. Pages not there are left out.
_MENU: tuple[tuple[str, str, Permission | None], ...] = (
    ("Today", "desk.home", None),
    ("Cases", "desk.cases", "read"),
    ("Write a letter", "desk.write", "issue"),
    ("Letters", "desk.documents", "read"),
    ("Hand out", "desk.hand_out", "read"),
    ("Packets", "desk.packets", "packets"),
    ("Wording", "desk.templates", "wording"),
    ("Translations", "desk.translations", "wording"),
    ("Rules", "desk.rules", "wording"),
    ("Accounts", "desk.accounts", "accounts"),
    ("API keys", "desk.keys", "keys"),
)


def allows(*permissions: Permission) -> Callable[[_View], _View]:
    """Let in people with one of ``permissions``."""
    if not permissions or set(permissions) - set(PERMISSIONS):
        raise ValueError(f"no such permissions: {permissions}")
    return lambda view: _mark(view, frozenset(permissions))


def signed_in(view: _View) -> _View:
    """Let in everybody who is signed in."""
    return _mark(view, SIGNED_IN)


def everybody(view: _View) -> _View:
    """Let in everybody. A form behind it looks after itself."""
    return _mark(view, EVERYBODY)


def _mark(view: _View, access: frozenset[str]) -> _View:
    view.access = access  # type: ignore[attr-defined]
    return view


def guard() -> None:
    """Before anything is done: who is it, may they, and is the form theirs?"""
    access = getattr(current_app.view_functions[request.endpoint or ""], "access", None)
    secret = request.cookies.get(COOKIE, "")
    g.desk = office().people.sessions.find(secret) if secret and access != EVERYBODY else None
    if request.method not in ("GET", "HEAD", "OPTIONS") and request.headers.get("Sec-Fetch-Site", "none") not in (
        "same-origin",
        "none",
    ):
        raise Refusal("desk.form", "This form was sent from another site.", kind="forbidden")
    if access == EVERYBODY:
        return
    if g.desk is None:
        if request.method in ("GET", "HEAD"):  # what a form holds is given back in any case
            limited.count_stranger("public")
        raise Refusal("desk.signed_out", "Please sign in.", kind="unauthenticated")
    if access is None or (access and not access & permissions_of(person().roles)):
        raise Refusal("access.role", "Your roles do not open this page.", kind="forbidden")
    if request.method not in ("GET", "HEAD", "OPTIONS") and not right_token(desk().form_token):
        message = "This form is not of your session. Open the page again and repeat what you did."
        raise Refusal("desk.form", message, kind="forbidden")
    limited.count_known(f"account:{person().id}")


def right_token(expected: str) -> bool:
    """Whether the form that was sent carries this token."""
    sent = request.form.get("form_token") or request.headers.get("X-Form-Token", "")
    return hmac.compare_digest(sent.encode(), expected.encode())


def office() -> Office:
    """The office behind the desk."""
    return cast("Office", current_app.extensions[EXTENSION])


def desk() -> DeskSession:
    """The session of whoever asks."""
    return cast(DeskSession, g.desk)


def person() -> AccountRecord:
    """Who asks."""
    return desk().account


def actor() -> Actor:
    """Who acts, for the record."""
    return Actor.person(person())


def may(permission: Permission) -> bool:
    """Whether whoever asks has this permission."""
    return g.get("desk") is not None and permission in permissions_of(person().roles)


def menu() -> tuple[tuple[str, str], ...]:
    """The menu of whoever asks: words and endpoint."""
    return tuple(
        (words, endpoint) for words, endpoint, needed in _MENU if has_page(endpoint) and (needed is None or may(needed))
    )


def has_page(endpoint: str) -> bool:
    """Whether the desk has this page."""
    return endpoint in current_app.view_functions


def set_cookie(response: Response, name: str, value: str) -> None:
    """A cookie that no script reads, no other site sends, and no plain connection carries; it ends with the browser."""
    response.set_cookie(name, value, secure=True, httponly=True, samesite="Lax", path="/")


def drop_cookie(response: Response, name: str) -> None:
    """Take a cookie back."""
    response.delete_cookie(name, secure=True, httponly=True, samesite="Lax", path="/")
