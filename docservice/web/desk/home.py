"""The desk's first page: what waits for me."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, render_template, request

from docservice.office.means.versions import VersionRecord
from docservice.office.review.looking import Standings
from docservice.office.translating.due_translations import DueTranslation
from docservice.web.desk.access import actor, may, office, person, signed_in

DONE = {
    "password": "Your password is changed. Everywhere else you are signed out.",
    "kept": "You are signed in. What you typed waits in the other tab: go back there and send it.",
}

UNDER_WAY = ("queued", "running")


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get("/")(home)


@signed_in
def home() -> str:
    """What waits for me, what I have under way, what is about to take force."""
    every = list(_versions()) if may("wording") else []
    me = actor().name
    waiting = [one.version for one in every if one.standing == "in_review"]
    waiting.sort(key=lambda version: version.submitted_at or version.created_at)
    asked = [version for version in waiting if version.reviewer == person().login]
    due = office().review.translations.due() if may("wording") else ()
    stops: dict[tuple[str, int], list[DueTranslation]] = {}
    for one_due in due:
        stops.setdefault((one_due.template, one_due.version), []).append(one_due)
    mine = [one for one in every if one.version.author == me and one.standing in ("draft", "in_review")]
    return render_template(
        "desk/home.html",
        asked=asked,
        decide=[v for v in waiting if v not in asked and office().review.why_not(v, actor()) is None],
        others=[v for v in waiting if v not in asked and office().review.why_not(v, actor()) is not None
                and v.author != me],
        mine=[(one, _sent_back(one.version), _open_comments(one.version)) for one in mine],
        coming=[one.version for one in every if one.standing == "scheduled"],
        due=due, stops=stops,
        jobs=[job for job in office().jobs.listed(last=20) if job.state in UNDER_WAY] if may("packets") else [],
        done=DONE.get(request.args.get("done", "")),
    )  # fmt: skip


def _versions() -> Iterator[Standings]:
    for key in office().review.template_keys():
        yield from office().review.versions(key)


def _sent_back(version: VersionRecord) -> str:
    """Why a draft came back, when that is the last thing that was done with it."""
    steps = [
        e for e in office().review.entries(version.template, version.number) if e.kind in ("submitted", "sent_back")
    ]
    return steps[-1].body if version.status == "draft" and steps and steps[-1].kind == "sent_back" else ""


def _open_comments(version: VersionRecord) -> int:
    return sum(not one.resolved for one in office().review.comments(version.template, version.number))
