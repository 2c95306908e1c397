"""Approving at the desk: what it does, on a page of its own, and then the button with the day on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from docservice.finding import Finding
from docservice.office.review import redlining
from docservice.refusal import Refusal
from docservice.web.desk.access import actor, allows, may, office
from docservice.web.desk.answers import whole
from docservice.web.desk.reviewing import seen, shown_state, stale, why_not_approved
from docservice.web.desk.statuses import status_of
from docservice.web.desk.wording import VERSION, issued
from docservice.wording.redlines import changes_alone

_NO_DAY = "Say from which day on it is in force."


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get(f"{VERSION}/approval")(approval)
    blueprint.post(f"{VERSION}/approve")(approve)


@allows("wording")
def approval(key: str, number: int) -> str:
    """What approving a version for a day does; without a day, what it would do today, and no button."""
    given = request.args.get("effective_on", "")
    refusal = _no_day() if given and _day(given) is None else None
    return _page(key, number, _day(given), refusal=refusal)


@allows("approve")
def approve(key: str, number: int) -> BaseResponse:
    """Approve it, in force from a day on."""
    day = _day(request.form.get("effective_on", ""))
    try:
        if day is None:
            raise _no_day()
        office().review.approve(
            key, number, effective_on=day, actor=actor(), backdated="backdated" in request.form,
            confirmed=request.form.getlist("confirmed"), seen=seen,
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.code == "desk.stale":
            return stale(key, number)
        if refusal.code == "template.unknown":
            raise
        page = _page(key, number, day, refusal=refusal, kept=request.form)
        return whole(current_app.response_class(page, status_of(refusal)))
    return redirect(url_for("desk.version", key=key, number=number, done="approved"), 303)


def _page(
    key: str, number: int, day: date | None, *, refusal: Refusal | None = None, kept: MultiDict[str, str] | None = None
) -> str:  # fmt: skip
    one = office().review.version(key, number)
    found = office().review.consequences(key, number, day)
    version = one.version
    return render_template(
        "desk/approval.html", one=one, version=version, found=found, day=day, refusal=refusal,
        kept=kept or MultiDict(), why_not=why_not_approved(version), **shown_state(version),
        changed=_changes(key, found.against, number) if found.changes else "",
        issued=issued(key, found.against) if found.against is not None else None,
        may_send_back=may("send_back") or version.author == actor().name,
    )  # fmt: skip


def _changes(key: str, against: int | None, number: int) -> str:
    """The changes alone, word by word, against the version that is in force on that day without it."""
    made = changes_alone(office().review.redline(key, against or 0, number))
    return redlining.embedded(replace(made, stale=()))  # what follows for translations stands below


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


def _no_day() -> Refusal:
    return Refusal("desk.date", _NO_DAY, [Finding.error("desk.date", _NO_DAY, "/effective_on")])
