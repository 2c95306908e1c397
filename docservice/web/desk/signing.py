"""Signing in and out, and one's own password. Through the identity provider: ``provider_signing.py``."""

from __future__ import annotations

import re
import secrets

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from docservice.limiting import requests as limited
from docservice.office.means.records import AccountRecord
from docservice.office.people.sessions import form_token
from docservice.refusal import Refusal
from docservice.web.desk.access import (
    COOKIE,
    drop_cookie,
    everybody,
    office,
    person,
    right_token,
    set_cookie,
    signed_in,
)
from docservice.web.desk.statuses import status_of

# Before there is a session, this cookie and the form's token belong together: nobody signs another person in.
FORM_COOKIE = "__Host-desk-form"
# Refused at the provider's word; there they are signed in, so only as somebody else it can go otherwise.
SOMEONE_ELSE = {"sign_in.claim", "sign_in.unknown", "sign_in.subject", "sign_in.disabled", "sign_in.no_role"}
_OURS = re.compile(r"/desk/[A-Za-z0-9._~/-]*(\?[A-Za-z0-9._~/=&%+-]*)?\Z")


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get("/sign-in")(sign_in)
    blueprint.post("/sign-in")(signing_in)
    blueprint.post("/sign-in/kept")(go_on)
    blueprint.post("/sign-out")(sign_out)
    blueprint.get("/password")(password)
    blueprint.post("/password")(change_password)


@everybody
def sign_in() -> Response:
    """Where to sign in."""
    return form(200)


@everybody
def signing_in() -> BaseResponse:
    """Sign in, and go on where one was: with a form that was sent too late, to a page that sends it again."""
    sent, kept_to = _kept()
    try:
        refuse_form()
        single = office().people.single_sign_on
        if single is not None and single.only:
            raise Refusal("desk.password_off", f"People sign in with {single.name} here.", kind="forbidden")
        account = _try()
    except Refusal as refusal:
        return form(status_of(refusal), refusal=refusal, kept=sent, kept_to=kept_to)
    secret = office().people.sessions.begin(account)
    if sent and kept_to:
        return let_in(secret, _sending(secret, sent, kept_to))
    return let_in(secret, redirect(ours(request.form.get("next", "")) or url_for("desk.home"), 303))


@everybody
def go_on() -> BaseResponse:
    """Send what a form held, by somebody who has signed in in another tab meanwhile."""
    sent, kept_to = _kept()
    secret = request.cookies.get(COOKIE, "")
    try:
        refuse_form()
        if office().people.sessions.find(secret) is None:
            message = "You are not signed in yet. Your text is still here."
            raise Refusal("desk.signed_out", message, kind="unauthenticated")
    except Refusal as refusal:
        return form(status_of(refusal), refusal=refusal, kept=sent, kept_to=kept_to)
    return _sending(secret, sent, kept_to or url_for("desk.home"))


def _try() -> AccountRecord:
    """Try a login and a password. What fails is counted by address, known login or not; past that nothing is tried."""
    limited.refuse_spent("sign_in")
    try:
        return office().people.accounts.sign_in(request.form.get("login", ""), request.form.get("password", ""))
    except Refusal:
        limited.count_stranger("sign_in")
        raise


@signed_in
def sign_out() -> BaseResponse:
    """Sign out."""
    office().people.sessions.end(request.cookies.get(COOKIE, ""))
    response = redirect(url_for("desk.sign_in", bye=1), 303)
    assert isinstance(response, Response)
    drop_cookie(response, COOKIE)
    drop_cookie(response, FORM_COOKIE)
    return response


@signed_in
def password() -> str:
    """Where one changes one's password."""
    return render_template("desk/password.html", refusal=None)


@signed_in
def change_password() -> BaseResponse:
    """Change one's password; everywhere else one is signed out."""
    new = request.form.get("new", "")
    try:
        if new != request.form.get("again", ""):
            raise Refusal("account.password", "The new password was typed in two ways.")
        account = office().people.accounts.change_password(person().login, request.form.get("old", ""), new)
    except Refusal as refusal:
        status = 422 if refusal.code == "account.sign_in" else status_of(refusal)
        if refusal.code == "account.sign_in":
            refusal = Refusal("account.password", "The password you have now is not right.")
        return current_app.response_class(render_template("desk/password.html", refusal=refusal), status)
    response = redirect(url_for("desk.home", done="password"), 303)
    assert isinstance(response, Response)
    set_cookie(response, COOKIE, office().people.sessions.begin(account))
    return response


def refuse_form() -> None:
    """A sign-in form that is not of this browser: nobody signs another person in."""
    cookie = request.cookies.get(FORM_COOKIE, "")
    if not cookie:
        message = "Your browser sent no cookie. Signing in takes cookies, and an address that begins with https."
        raise Refusal("desk.form", message, kind="forbidden")
    if not right_token(form_token(cookie)):
        message = "This page had been open for too long. Please sign in now."
        raise Refusal("desk.form", message, kind="forbidden")


def _kept() -> tuple[list[tuple[str, str]], str]:
    """What a form held that was sent too late, and where it was to go."""
    sent = [(name.removeprefix("kept-"), value) for name, value in request.form.items(multi=True)
            if name.startswith("kept-")]  # fmt: skip
    return sent, ours(request.form.get("kept_to", ""))


def _sending(secret: str, sent: list[tuple[str, str]], kept_to: str) -> Response:
    """The page that sends a form again, with the token of the new session."""
    g.desk = office().people.sessions.find(secret)
    return current_app.response_class(render_template("desk/go-on.html", kept=sent, kept_to=kept_to))


def let_in(secret: str, response: BaseResponse) -> Response:
    """Somebody is signed in. The form's cookie stays: a form may wait in another tab."""
    assert isinstance(response, Response)
    set_cookie(response, COOKIE, secret)
    return response


def form(
    status: int,
    *,
    refusal: Refusal | None = None,
    kept: list[tuple[str, str]] | None = None,
    kept_to: str = "",
    expired: bool = False,
    next: str | None = None,
) -> Response:
    """The sign-in form; ``kept`` is what another form held, which goes to ``kept_to`` afterwards.

    ``next`` is where they go without one: what the request says, if nothing is said.
    """
    cookie = request.cookies.get(FORM_COOKIE, "") or secrets.token_urlsafe(24)
    g.desk, g.form_token = None, form_token(cookie)
    single, bye = office().people.single_sign_on, "bye" in request.args
    page = render_template(
        "desk/sign-in.html", refusal=refusal, kept=kept or [], kept_to=kept_to, expired=expired,
        next=ours(request.values.get("next", "") if next is None else next), login=request.form.get("login", ""),
        first_start=office().people.first_start.waiting, bye=bye,
        someone_else=SOMEONE_ELSE, sign_out=single.sign_out_address() if single is not None and bye else None,
    )  # fmt: skip
    response = current_app.response_class(page, status)
    if refusal is not None and refusal.retry_after is not None:
        response.headers["Retry-After"] = str(refusal.retry_after)
    set_cookie(response, FORM_COOKIE, cookie)
    return response


def ours(address: str) -> str:
    """An address of the desk, or nothing: nobody is sent elsewhere from here."""
    return address if _OURS.match(address) and "//" not in address and not address.startswith("/desk/sign-") else ""
