"""First start: the page on which the first account is made, with the code that the server printed."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from docservice.finding import Finding
from docservice.limiting import requests as limited
from docservice.office import examples
from docservice.office.people.sessions import form_token
from docservice.refusal import Refusal
from docservice.web.desk.access import everybody, office, set_cookie
from docservice.web.desk.forms import Asked, DeskForm
from docservice.web.desk.signing import FORM_COOKIE, let_in, refuse_form
from docservice.web.desk.words import ROLES

_SAID = {"login": "The login", "name": "The name", "password": "The password"}


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get("/first")(first)
    blueprint.post("/first")(make_first)


@everybody
def first() -> BaseResponse:
    """Where the first account is made; afterwards it leads to the sign-in."""
    if not office().people.first_start.waiting:
        return redirect(url_for("desk.sign_in"), 303)
    return _page(DeskForm(_asked(("staff",))))


@everybody
def make_first() -> BaseResponse:
    """Make the first account, sign its person in, and put the example cases on record if they are wanted."""
    form = DeskForm(_asked()).sent()
    if not office().people.first_start.waiting:
        refuse_form()
        return redirect(url_for("desk.sign_in"), 303)
    try:
        refuse_form()
        limited.refuse_spent("sign_in")
        single = office().people.single_sign_on
        problems = [one for one in form.missing() if not (single is not None and one.place == "/password")]
        if problems:
            raise Refusal("desk.missing", "The account was not made.", problems)
        password = form["password"].value
        account = office().people.first_start.make(
            form["code"].value, form["login"].value, form["name"].value, form["roles"].values, password=password or None
        )
    except Refusal as refusal:
        if refusal.code == "first.code":
            limited.count_stranger("sign_in")
        if not office().people.first_start.waiting:
            return redirect(url_for("desk.sign_in"), 303)
        said = [_whole(one) for one in refusal.findings]
        return _page(form.refused(findings=said), 422)
    if form["examples"].values:
        examples.load(office().cases, actor=f"account:{account.login}")
    if not password:  # they sign in at the provider
        return redirect(url_for("desk.sign_in"), 303)
    return let_in(office().people.sessions.begin(account), redirect(url_for("desk.home"), 303))


def _asked(roles: tuple[str, ...] = ()) -> tuple[Asked, ...]:
    single = office().people.single_sign_on
    hint = "At least 12 characters. A few words that only you put together are good."
    if single is not None:
        hint += f" Leave it empty if you sign in with {single.name}."
    others = tuple((role, f"{role.capitalize()}: {does}") for role, does in ROLES.items() if role != "administrator")
    return (
        Asked("code", "Code", "Twelve letters and digits. They stand where the server was started, at the end of "
              "what it said.", required=True, most=40),
        Asked("name", "Your name", "As it is to stand on the record.", required=True, most=200),
        Asked("login", "Login", "An e-mail address or a short name. It never changes.", required=True, most=100),
        Asked("password", "Password", hint, "password", required=single is None, most=200),
        Asked("roles", "What else will you do?", "You make the accounts of the others. In a small office one person "
              "does more than that.", "boxes", choices=others, values=roles),
        Asked("examples", "To try it", "Three invented cases, with people, photographs and dates.", "boxes",
              choices=(("yes", "Put the example cases on record"),)),
    )  # fmt: skip


def _whole(finding: Finding) -> Finding:
    """What ``accounts`` says of a field, as a whole sentence."""
    subject = _SAID.get(finding.place.strip("/").partition("/")[0])
    if subject is None or not finding.code.startswith("account."):
        return finding
    return Finding.error(finding.code, f"{subject} {finding.message}.", finding.place)


def _page(form: DeskForm, status: int = 200) -> Response:
    cookie = request.cookies.get(FORM_COOKIE, "") or secrets.token_urlsafe(24)
    g.desk, g.form_token = None, form_token(cookie)
    response = current_app.response_class(render_template("desk/first.html", form=form), status)
    set_cookie(response, FORM_COOKIE, cookie)
    return response
