"""One edition of the town's rules at the desk: what it says otherwise, what follows for the examples, and the yes or no
of somebody else than who proposed it."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from docservice.finding import Finding
from docservice.office.rules.rules import Edition
from docservice.refusal import Refusal
from docservice.town.told_rules import told
from docservice.web.desk.access import actor, allows, may, office
from docservice.web.desk.answers import whole
from docservice.web.desk.forms import Asked, DeskForm
from docservice.web.desk.rules import otherwise
from docservice.web.desk.statuses import status_of

EDITION = "/rules/<int(max=999999):number>"
DONE = {
    "proposed": "It is on record. Somebody else approves it.",
    "approved": "Approved.",
    "sent-back": "It is sent back.",
}
_HEAD = ("version", "effective_on", "adopted_by")  # of every edition


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get(EDITION)(rule_edition)
    blueprint.post(f"{EDITION}/approve")(approve_rules)
    blueprint.post(f"{EDITION}/send-back")(send_back_rules)


@allows("wording")
def rule_edition(number: int) -> str:
    """One edition against the one in force, or another (``?against=``)."""
    return _page(office().review.rules.edition(number))


@allows("approve")
def approve_rules(number: int) -> BaseResponse:
    """Approve it, in force from a day on."""
    room, form = office().review.rules, _approval().sent()
    try:
        day = _day(form["effective_on"].value)
        if day is None:
            message = "Say from which day it is in force."
            raise Refusal("edition.day", message, [Finding.error("edition.day", message, "/effective_on")])
        if "read" not in request.form:
            message = "Say that you have read what changes."
            raise Refusal("edition.read", message, [Finding.error("edition.read", message, "/read")])
        room.approve(number, effective_on=day, actor=actor())
    except Refusal as refusal:
        return _refused(number, refusal, form.refused(refusal))
    return redirect(url_for("desk.rule_edition", number=number, done="approved"), 303)


@allows("send_back", "propose")
def send_back_rules(number: int) -> BaseResponse:
    """Send it back to who proposed it; who proposed it takes it back."""
    reason = request.form.get("reason", "").replace("\r\n", "\n").strip()
    try:
        office().review.rules.send_back(number, reason=reason, actor=actor())
    except Refusal as refusal:
        return _refused(number, refusal, _approval())
    return redirect(url_for("desk.rule_edition", number=number, done="sent-back"), 303)


def _refused(number: int, refusal: Refusal, form: DeskForm) -> BaseResponse:
    page = _page(office().review.rules.edition(number), form=form, refusal=refusal)
    return whole(current_app.response_class(page, status_of(refusal)))


def _page(edition: Edition, *, form: DeskForm | None = None, refusal: Refusal | None = None) -> str:
    room, record = office().review.rules, edition.record
    others = [one for one in room.editions() if one.record.number != record.number]
    asked = request.args.get("against", type=int)
    against = asked if asked in {one.record.number for one in others} else None
    compared = room.compare(record.number, against)
    old = room.pack(_number(edition, against))
    new = room.pack(record.number)
    plain = {one.group for one in told(new)} - {"sections"}
    return render_template(
        "desk/rules/edition.html", edition=edition, record=record, others=others, against=_number(edition, against),
        compared=compared, said=otherwise(old, new), refusal=refusal,
        further=[one for one in compared.changes if one.group not in plain and one.group not in _HEAD],
        differing=[one for one in compared.outcomes if one.differs], form=form or _approval().filled(
            {"effective_on": new.effective_on.isoformat() if new.effective_on >= office().means.today() else ""}
        ), own=record.proposed_by == actor().name, may_approve=may("approve") and room.may_approve(actor()),
        approvers=office().town.approval.rules, adopted_by=new.adopted_by,
        may_send_back=may("send_back") or record.proposed_by == actor().name,
        done=DONE.get(request.args.get("done", "")) if refusal is None else None,
    )  # fmt: skip


def _number(edition: Edition, against: int | None) -> int:
    current = office().review.rules.in_force()
    return against or (current.record.number if current is not None else edition.record.number)


def _approval() -> DeskForm:
    hint = "Today or later. What goes out before that day keeps the old rules."
    return DeskForm([Asked("effective_on", "In force from", hint, "date", required=True)])


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None
