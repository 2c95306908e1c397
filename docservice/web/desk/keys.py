"""API keys, for administrators. A key's secret is shown once, on the page that answers its making."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from docservice.finding import Finding
from docservice.office.means.choices import SCOPES
from docservice.refusal import Refusal
from docservice.web.desk import words
from docservice.web.desk.access import actor, allows, office
from docservice.web.desk.statuses import status_of


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get("/keys")(keys)
    blueprint.post("/keys")(add_key)
    blueprint.post("/keys/<id>/rotate")(rotate_key)
    blueprint.post("/keys/<id>/revoke")(revoke_key)


@allows("keys")
def keys() -> str:
    """Every key ever made."""
    return _page()


@allows("keys")
def add_key() -> BaseResponse:
    """A new key."""
    form = request.form
    try:
        record, secret = office().people.keys.add(
            form.get("name", ""), form.getlist("scopes"), actor().name, form.get("account") or None, _day("expires")
        )
    except Refusal as refusal:
        return current_app.response_class(_page(refusal=refusal), status_of(refusal))
    return current_app.response_class(_page(made=record.name, secret=secret), 201)


@allows("keys")
def rotate_key(id: str) -> BaseResponse:
    """A successor of a key, which works beside it for some days."""
    record, secret = office().people.keys.rotate(id, actor=actor().name)
    return current_app.response_class(_page(made=record.name, secret=secret), 201)


@allows("keys")
def revoke_key(id: str) -> BaseResponse:
    """Revoke a key, for good."""
    office().people.keys.revoke(id, actor=actor().name)
    return redirect(url_for("desk.keys", done="revoked"), 303)


def _day(name: str) -> date | None:
    given = request.form.get(name, "").strip()
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        problem = Finding.error("key.expires", "is no date; write it like 2027-06-30", f"/{name}")
        raise Refusal("key.invalid", "The key was not made.", [problem]) from None


def _page(*, refusal: Refusal | None = None, made: str = "", secret: str = "") -> str:
    people = [account for account in office().people.accounts.listed() if account.disabled_at is None]
    done = "The key is revoked." if request.args.get("done") == "revoked" else None
    return render_template(
        "desk/keys.html", keys=tuple(reversed(office().people.keys.listed())), now=office().means.clock(),
        people=people, scopes=SCOPES, means=words.SCOPES,
        refusal=refusal, made=made, secret=secret, form=request.form, done=done,
    )  # fmt: skip
