"""One version at the desk: everything there is to see about it, what is said about it, and the steps it may take.

Approving has a page of its own (``approving``). A form names the state that it shows. When somebody else has decided
meanwhile, nothing is done, and a page says what changed; what was typed is given back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from docservice.office.means.versions import VersionRecord
from docservice.office.people.roles import permissions_of
from docservice.office.review.looking import Standings, etag_of
from docservice.refusal import Refusal
from docservice.web.desk import wording
from docservice.web.desk.access import actor, allows, may, office
from docservice.web.desk.answers import typed, whole
from docservice.web.desk.sentences import sentences
from docservice.web.desk.statuses import status_of
from docservice.web.desk.wording import VERSION
from docservice.web.desk.words import place
from docservice.wording.catalog.anchors import WordingParagraph

DONE = {
    "saved": "Saved as a new draft.",
    "started": "The first draft is there.",
    "to-write": "The first draft is there. Where it says document.data.to_write, your own words are missing; without "
    "them it cannot be approved.",
    "submitted": "It is under review now.",
    "sent-back": "It is back with its author.",
    "approved": "Approved.",
    "withdrawn": "Withdrawn.",
    "assigned": "The reviewer is named.",
    "said": "Your comment is there.",
}


def routes(blueprint: Blueprint) -> None:
    """Put the pages on the blueprint."""
    blueprint.get(VERSION)(version)
    blueprint.post(f"{VERSION}/comments")(comment)
    blueprint.post(f"{VERSION}/comments/<id>")(answer)
    blueprint.post(f"{VERSION}/submit")(submit)
    blueprint.post(f"{VERSION}/reviewer")(assign)
    blueprint.post(f"{VERSION}/send-back")(send_back)
    blueprint.post(f"{VERSION}/withdraw")(withdraw)


@allows("wording")
def version(key: str, number: int) -> str:
    """One version."""
    return _page(key, number)


@allows("comment")
def comment(key: str, number: int) -> BaseResponse:
    """Comment on a paragraph, or a sentence of it."""
    path = request.form.get("path", "")
    body = _text("body")
    try:
        entry = office().review.comment(
            key, number, path=path, quote=_text("quote"), body=body, actor=actor()
        )  # fmt: skip
    except Refusal as refusal:
        return _refused(key, number, refusal)
    return _said(key, number, entry.anchor.path, "said")


@allows("comment")
def answer(key: str, number: int, id: str) -> BaseResponse:
    """Reply to a comment, resolve it, open it again."""
    kinds = {"reply": "reply", "resolved": "resolved", "reopened": "reopened"}
    kind: Any = kinds.get(request.form.get("kind", ""), "reply")
    try:
        office().review.answer(key, number, id, kind, body=_text("body"), actor=actor())
    except Refusal as refusal:
        return _refused(key, number, refusal)
    found = next((one for one in office().review.comments(key, number) if one.id == id), None)
    return _said(key, number, found.anchor.path if found else "", "said")


@allows("propose")
def submit(key: str, number: int) -> BaseResponse:
    """Put a draft before its reviewers."""
    return _step(key, number, "submitted", lambda: office().review.submit(
        key, number, actor=actor(), reviewer=request.form.get("reviewer") or None, message=_text("message"),
        seen=seen,
    ))  # fmt: skip


@allows("comment")
def assign(key: str, number: int) -> BaseResponse:
    """Ask somebody else to look at it."""
    reviewer = request.form.get("reviewer") or None
    return _step(key, number, "assigned", lambda: office().review.assign(
        key, number, reviewer, actor=actor(), seen=seen
    ))  # fmt: skip


@allows("send_back", "propose")
def send_back(key: str, number: int) -> BaseResponse:
    """Send it back to its author; its author takes it back."""
    return _step(key, number, "sent-back", lambda: office().review.send_back(
        key, number, reason=_text("reason"), actor=actor(), seen=seen
    ))  # fmt: skip


@allows("propose", "approve")
def withdraw(key: str, number: int) -> BaseResponse:
    """Withdraw it for good; for one in force, the form said what takes its place."""
    said = request.form.get("replacement", "")
    replacement: Any = int(said) if said.isdecimal() else "none" if said == "none" else None
    return _step(key, number, "withdrawn", lambda: office().review.withdraw(
        key, number, reason=_text("reason"), replacement=replacement, actor=actor(), seen=seen
    ))  # fmt: skip


def _step(key: str, number: int, done: str, step: Callable[[], Any]) -> BaseResponse:
    try:
        step()
    except Refusal as refusal:
        if refusal.code == "desk.stale":
            return stale(key, number)
        return _refused(key, number, refusal)
    return redirect(url_for("desk.version", key=key, number=number, done=done), 303)


def seen(found: VersionRecord) -> None:
    """The form shows the state that is there now, or nothing is done."""
    if request.form.get("seen") != etag_of(found):
        raise Refusal("desk.stale", "It has changed meanwhile.", kind="precondition-failed")


def shown_state(version: VersionRecord) -> dict[str, Any]:
    """What a form says that it shows: the version's state, and how far the trail was."""
    newest = office().review.trail(version.template, last=1)
    return {"etag": etag_of(version), "trail": newest[0].sequence if newest else 0}


def stale(key: str, number: int) -> BaseResponse:
    """What happened while a form was open, and what was typed into it."""
    since = request.form.get("trail", type=int) or 0
    one = office().review.version(key, number)
    lines = [line for line in office().review.trail(key, last=100) if line.sequence > since]
    page = render_template("desk/stale.html", one=one, version=one.version, lines=lines, typed=typed())
    return whole(current_app.response_class(page, 412))


def _refused(key: str, number: int, refusal: Refusal) -> BaseResponse:
    if refusal.code == "template.unknown":
        raise refusal
    page = _page(key, number, refusal=refusal, kept=request.form)
    return whole(current_app.response_class(page, status_of(refusal)))


def _said(key: str, number: int, path: str, done: str) -> BaseResponse:
    """After a comment: the paragraph again for htmx, else the page at that place."""
    if "HX-Request" not in request.headers:
        address = url_for("desk.version", key=key, number=number, done=done)
        return redirect(f"{address}#{place(path)}", 303)
    one = office().review.version(key, number)
    paragraphs = _paragraphs(key, one.version)
    found = next((row for row in paragraphs if row["path"] == path), paragraphs[0])
    return current_app.response_class(
        render_template("desk/paragraph.html", row=found, version=one.version, fresh=True, done=DONE[done])
    )


def _page(
    key: str, number: int, *, refusal: Refusal | None = None, kept: MultiDict[str, str] | None = None
) -> str:  # fmt: skip
    one = office().review.version(key, number)
    version = one.version
    changed = wording.changed(key, number)
    return render_template(
        "desk/version.html",
        one=one,
        version=version,
        changed=changed,
        other_samples=_other_samples(version, changed.against),
        paragraphs=_paragraphs(key, version),
        earlier=_earlier(key, version),
        entries=[e for e in office().review.entries(key, number) if e.kind in ("submitted", "sent_back")],
        issued=wording.issued(key, number),
        **shown_state(version),
        refusal=refusal,
        kept=kept or MultiDict(),
        done=DONE.get(request.args.get("done", "")) if refusal is None else None,
        **_steps(one),
    )


def _other_samples(version: VersionRecord, against: int | None) -> bool:
    """Whether a version is tried with other samples than the one that it is held against."""
    if against is None:
        return False
    return office().review.version(version.template, against).version.samples_sha256 != version.samples_sha256


def _steps(one: Standings) -> dict[str, Any]:
    """Which steps are open to whoever asks, and why one is not."""
    version, me = one.version, actor()
    own = version.author == me.name
    why_not = why_not_approved(version)
    decides = may("approve") and office().review.may_decide(version, me)
    others = [each for each in office().review.versions(version.template) if each.version.number != version.number]
    return {
        "own": own,
        "why_not": why_not,
        "may_submit": version.status == "draft" and may("propose"),
        "may_send_back": version.status == "in_review" and (may("send_back") or own),
        "may_withdraw": version.status != "withdrawn" and (decides or (own and version.status != "approved")),
        "may_edit": may("propose") and version.status != "withdrawn",
        "replacement": _replacement(one, others),
        "reviewers": [
            account for account in office().people.accounts.listed()
            if account.disabled_at is None and "send_back" in permissions_of(account.roles)
            and f"account:{account.login}" != version.author
        ],
        "today": office().means.today(),
    }  # fmt: skip


def why_not_approved(version: VersionRecord) -> str | None:
    """Why whoever asks may not approve a version, as a sentence; None when they may."""
    if may("approve"):
        return office().review.why_not(version, actor())
    roles = office().town.approval.roles(version.document_type, version.face)
    return f"Approving this is for people with the role {' or '.join(roles)}."


def _replacement(one: Standings, others: list[Standings]) -> str | None:
    """For a version in force: the number that would be in force without it, or ``none``."""
    if one.standing != "in_force":
        return None
    today = office().means.today()
    dated = [
        (each.version.effective_on, each.version.number)
        for each in others
        if each.version.status == "approved" and each.version.effective_on and each.version.effective_on <= today
    ]
    return str(max(dated)[1]) if dated else "none"


def _paragraphs(key: str, version: VersionRecord) -> list[dict[str, Any]]:
    """Every paragraph with what was said about it; the first row is about the whole version."""
    outline = office().review.outline(key, version.number)
    held: dict[str, list[Any]] = {}
    for comment, found in office().review.located(key, version.number):
        held.setdefault(found.paragraph.path if found.paragraph else "", []).append(comment)
    whole_version = WordingParagraph("", "The whole version")
    return [
        {
            "path": each.path, "slug": place(each.path), "text": each.text, "block": each.path.rpartition("/")[0],
            "heading": each.path.rpartition("/")[2][:2] in ("h1", "h2", "h3"),
            "comments": held.get(each.path, []), "sentences": sentences(each.text) if each.path else (),
        }
        for each in (whole_version, *outline.paragraphs)
    ]  # fmt: skip


def _earlier(key: str, version: VersionRecord) -> list[tuple[int, Any, Any]]:
    """Open comments on the drafts that this version was made from, and where they stand in it."""
    found: list[tuple[int, Any, Any]] = []
    listed = {one.version.number: one.version for one in office().review.versions(key)}
    before = listed.get(version.based_on or 0)
    while before is not None and before.approved_at is None:
        located = office().review.located(key, before.number, version.number)
        found += [(before.number, comment, place) for comment, place in located if not comment.resolved]
        before = listed.get(before.based_on or 0)
    return found


def _text(name: str) -> str:
    """What was typed, with one kind of line break."""
    return request.form.get(name, "").replace("\r\n", "\n").strip()
