"""Accounts, for administrators: who there is, what they may do, whether they may sign in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from docservice.office.means.choices import ROLES
from docservice.refusal import Refusal
from docservice.web.desk import words
from docservice.web.desk.access import actor, allows, office, person
from docservice.web.desk.statuses import status_of

DONE = {
    "added": "The account is made.",
    "roles": "The roles are changed.",
    "password": "The password is set; wherever they were signed in, they are signed out.",
    "unlinked": "The account is no longer linked; wherever they were signed in, they are signed out.",
    "disabled": "Nobody can sign in with it any more.",
    "enabled": "It may be used again.",
}


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get("/accounts")(accounts)
    blueprint.post("/accounts")(add_account)
    blueprint.get("/accounts/<login>")(account)
    blueprint.post("/accounts/<login>/<any(roles, password, unlink, disable, enable):what>")(change_account)


@allows("accounts")
def accounts() -> str:
    """Everybody."""
    return _list()


@allows("accounts")
def add_account() -> BaseResponse:
    """A new account."""
    form = request.form
    try:
        record = office().accounts.add(
            form.get("login", ""), form.get("name", ""), form.getlist("roles"), password=form.get("password") or None,
            actor=actor().name,
        )  # fmt: skip
    except Refusal as refusal:
        return current_app.response_class(_list(refusal), status_of(refusal))
    return redirect(url_for("desk.account", login=record.login, done="added"), 303)


@allows("accounts")
def account(login: str) -> str:
    """One account."""
    return _one(login)


@allows("accounts")
def change_account(login: str, what: str) -> BaseResponse:
    """Its roles, its password, who it is at the provider, whether it may be used."""
    me, form, room = actor().name, request.form, office().accounts
    steps: dict[str, tuple[str, Callable[[], Any]]] = {
        "roles": ("roles", lambda: room.set_roles(login, form.getlist("roles"), actor=me)),
        "password": ("password", lambda: room.set_password(login, form.get("password", ""), actor=me)),
        "unlink": ("unlinked", lambda: room.unlink(login, actor=me)),
        "disable": ("disabled", lambda: room.disable(login, actor=me)),
        "enable": ("enabled", lambda: room.enable(login, actor=me)),
    }
    done, step = steps[what]
    try:
        _refuse_own(login, what)
        step()
    except Refusal as refusal:
        if refusal.code == "account.unknown":
            raise
        return current_app.response_class(_one(login, refusal), status_of(refusal))
    return redirect(url_for("desk.account", login=login, done=done), 303)


def _refuse_own(login: str, what: str) -> None:
    """The last administrator who locks the door from outside would need a terminal to come back."""
    locks_out = what == "disable" or (what == "roles" and "administrator" not in request.form.getlist("roles"))
    if login.strip().lower() == person().login and locks_out:
        message = "You would lock yourself out. Another administrator can do that."
        raise Refusal("desk.own_account", message, kind="conflict")


def _list(refusal: Refusal | None = None) -> str:
    return render_template(
        "desk/accounts.html", accounts=office().accounts.listed(), roles=ROLES, means=words.ROLES, refusal=refusal,
        form=request.form,
    )  # fmt: skip


def _one(login: str, refusal: Refusal | None = None) -> str:
    return render_template(
        "desk/account.html", account=office().accounts.find(login), roles=ROLES, means=words.ROLES, refusal=refusal,
        done=DONE.get(request.args.get("done", "")) if refusal is None else None,
    )  # fmt: skip
