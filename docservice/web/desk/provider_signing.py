"""Signing in through the identity provider: there by a link, back by an address with a code (single sign-on).

By a link, since a form may not lead to another site here (the policy's ``form-action``).
"""

from __future__ import annotations

import secrets

from flask import Blueprint, redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from docservice.office.people.single_sign_on import SingleSignOn
from docservice.refusal import Refusal
from docservice.web.desk.access import everybody, office, set_cookie
from docservice.web.desk.signing import FORM_COOKIE, form, let_in, ours
from docservice.web.desk.statuses import status_of


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get("/sign-in/provider")(to_provider)
    blueprint.get("/sign-in/callback")(from_provider)


@everybody
def to_provider() -> BaseResponse:
    """To the provider. ``next``: where to go afterwards; ``again``: the provider must ask who they are."""
    single = _single_sign_on()
    browser = request.cookies.get(FORM_COOKIE, "") or secrets.token_urlsafe(24)
    try:
        address = single.begin(browser, ours(request.args.get("next", "")), again="again" in request.args)
    except Refusal as refusal:
        return form(status_of(refusal), refusal=refusal)
    response = redirect(address, 303)
    set_cookie(response, FORM_COOKIE, browser)  # type: ignore[arg-type]
    return response


@everybody
def from_provider() -> BaseResponse:
    """Back from the provider: signed in, or told why not."""
    single = _single_sign_on()
    next = ""
    try:
        attempt = single.come_back(request.cookies.get(FORM_COOKIE, ""), request.args.get("state", ""))
        next = attempt.next
        account = single.finish(attempt, request.args)
    except Refusal as refusal:
        return form(status_of(refusal), refusal=refusal, next=next)
    return let_in(office().sessions.begin(account), redirect(ours(next) or url_for("desk.home"), 303))


def _single_sign_on() -> SingleSignOn:
    single = office().single_sign_on
    if single is None:
        raise NotFound
    return single
