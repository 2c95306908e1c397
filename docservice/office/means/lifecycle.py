"""What is decided about a version: submitted, sent back, approved, withdrawn. Each step is on the audit trail.

``draft → in_review → approved``, and ``withdrawn`` from anywhere; ``in_review → draft`` when it is sent back. Whoever
changes a state says which one was seen (``seen``, looked at when nobody else can change it any more). Changes of the
catalog wait for each other at the end of the audit chain, on SQLite and on PostgreSQL, so that what one of them has
looked at (other versions, effective dates) holds when it is done.

Who may do what beyond "not the author" is decided outside (``office.review.reviewing``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal

from sqlalchemy.orm import Session

from docservice.finding import Finding
from docservice.office.means import remarks
from docservice.office.means.versions import VersionRecord, add, record_of, row_of, versions
from docservice.refusal import Refusal
from docservice.storage import audit
from docservice.storage.blobs import Stage
from docservice.storage.models import TemplateVersionRow
from docservice.wording.bundle import Bundle
from docservice.wording.catalog.standing import VersionState, pick_in_force, refuse_effective_date

# state → the states it may go to.
TRANSITIONS: Mapping[str, tuple[VersionState, ...]] = MappingProxyType(
    {
        "draft": ("in_review", "withdrawn"),
        "in_review": ("draft", "approved", "withdrawn"),
        "approved": ("withdrawn",),
        "withdrawn": (),
    }
)

_STEPS = {
    "in_review": "be submitted",
    "draft": "be sent back",
    "approved": "be approved",
    "withdrawn": "be withdrawn",
}

REPLACED = "Replaced by version {}."  # why a draft was withdrawn that its author proposed anew
OWN_VERSION = "You wrote this version, or a draft that it was made from; somebody else approves it."

VersionPrecondition = Callable[[VersionRecord], None]
Replacement = int | Literal["none"] | None


def submit(
    session: Session,
    key: str,
    number: int,
    *,
    actor: str,
    at: datetime,
    reviewer: str | None = None,
    message: str = "",
    seen: VersionPrecondition | None = None,
) -> VersionRecord:
    """Put a draft before its reviewers; ``reviewer`` is the login of one who is asked to look at it."""
    row = _open(session, key, number, "in_review", seen)
    row.state, row.submitted_at, row.reviewer = "in_review", at, reviewer
    remarks.note(session, key, number, "submitted", body=message, author=actor, at=at)
    return _done(session, row, "template.submitted", actor, at, {"reviewer": reviewer, "message": message})


def assign(
    session: Session,
    key: str,
    number: int,
    reviewer: str | None,
    *,
    actor: str,
    at: datetime,
    seen: VersionPrecondition | None = None,
) -> VersionRecord:
    """Ask another reviewer, or nobody in particular."""
    audit.hold(session)
    row = row_of(session, key, number)
    if seen is not None:
        seen(record_of(row))
    if row.state not in ("draft", "in_review"):
        raise _closed(record_of(row), "be given a reviewer")
    row.reviewer = reviewer
    return _done(session, row, "template.assigned", actor, at, {"reviewer": reviewer})


def send_back(
    session: Session,
    key: str,
    number: int,
    *,
    reason: str,
    actor: str,
    at: datetime,
    seen: VersionPrecondition | None = None,
) -> VersionRecord:
    """Send a version under review back to its author, who is told why."""
    _say(reason, "A version that is sent back says why.")
    row = _open(session, key, number, "draft", seen)
    row.state = "draft"
    remarks.note(session, key, number, "sent_back", body=reason, author=actor, at=at)
    return _done(session, row, "template.sent_back", actor, at, {"reason": reason})


def approve(
    session: Session,
    key: str,
    number: int,
    *,
    effective_on: date,
    today: date,
    actor: str,
    at: datetime,
    backdated: bool = False,
    seen: VersionPrecondition | None = None,
    detail: Mapping[str, Any] | None = None,
) -> VersionRecord:
    """Approve a version under review; it is in force from ``effective_on``.

    Raises ``Refusal``: ``template.transition``, and what ``refuse_approval`` refuses.
    """
    row = _open(session, key, number, "approved", seen)
    listed = versions(session, key)
    refuse_approval(listed, record_of(row), actor, effective_on=effective_on, today=today, backdated=backdated)
    row.state, row.effective_on, row.approver, row.approved_at = "approved", effective_on, actor, at
    told = {"effective_on": effective_on.isoformat(), "sha256": row.sha256, "backdated": backdated, **(detail or {})}
    return _done(session, row, "template.approved", actor, at, told)


def withdraw(
    session: Session,
    key: str,
    number: int,
    *,
    reason: str,
    today: date,
    actor: str,
    at: datetime,
    replacement: Replacement = None,
    seen: VersionPrecondition | None = None,
) -> VersionRecord:
    """Withdraw a version for good. For one in force, ``replacement`` says what takes its place: a number, or ``none``.

    It must be the version that the dates then give; so that whoever withdraws knows what goes out tomorrow. Raises
    ``Refusal``: ``template.reason``, ``template.replacement``, ``template.transition``.
    """
    _say(reason, "A withdrawal says why.")
    row = _open(session, key, number, "withdrawn", seen)
    listed = versions(session, key)
    current = pick_in_force(listed, today)
    next_one: int | None = None
    if current is not None and current.number == number:
        found = pick_in_force([v for v in listed if v.number != number], today)
        next_one = found.number if found is not None else None
        _refuse_replacement(key, number, replacement, next_one)
    row.state, row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = "withdrawn", at, actor, reason
    row.replacement = next_one
    return _done(session, row, "template.withdrawn", actor, at, {"reason": reason, "replacement": next_one})


def install(
    session: Session,
    stage: Stage,
    bundle: Bundle,
    *,
    samples: bytes | None,
    author: str,
    approver: str,
    effective_on: date,
    at: datetime,
) -> VersionRecord:
    """Put a text that was approved elsewhere (with a release, on paper) on record and in force.

    The same text again stays the version that it is, whatever became of it.
    """
    if approver == author:
        raise Refusal("template.own_version", "Somebody else than the author approves.", kind="forbidden")
    record = add(session, stage, bundle, author=author, at=at, samples=samples)
    if record.status != "draft":
        return record
    row = row_of(session, record.template, record.number)
    row.state, row.effective_on, row.approver, row.approved_at = "approved", effective_on, approver, at
    told = {"effective_on": effective_on.isoformat(), "sha256": row.sha256, "approver": approver, "installed": True}
    return _done(session, row, "template.approved", author, at, told)


def refuse_approval(
    listed: tuple[VersionRecord, ...],
    version: VersionRecord,
    actor: str,
    *,
    effective_on: date,
    today: date,
    backdated: bool,
) -> None:
    """Raise ``Refusal`` when ``actor`` may not approve ``version``, one of ``listed``, for that day.

    ``template.transition`` unless it is under review; ``template.own_version`` (kind ``forbidden``) for its author, and
    for the author of the unapproved versions it was made from; what ``refuse_effective_date`` refuses.
    """
    if "approved" not in TRANSITIONS[version.status]:
        raise _closed(version, "be approved")
    if actor in authors(listed, version.number):
        raise Refusal("template.own_version", OWN_VERSION, kind="forbidden")
    refuse_effective_date(listed, version.number, effective_on, today=today, backdated=backdated)


def authors(listed: tuple[VersionRecord, ...], number: int) -> frozenset[str]:
    """Everybody who wrote version ``number``: its author, and those of the never approved versions it was made from.

    A text proposed a second time is its first author's too.
    """
    found: set[str] = set()
    for made in never_approved(listed, number):
        found.update(v.author for v in listed if v.sha256 == made.sha256 and (v is made or v.approved_at is None))
    return frozenset(found)


def never_approved(listed: tuple[VersionRecord, ...], number: int) -> Iterator[VersionRecord]:
    """Version ``number``, and the never approved versions it was made from, one by one."""
    by_number = {version.number: version for version in listed}
    current = by_number.get(number)
    while current is not None:
        yield current
        earlier = by_number.get(current.based_on) if current.based_on is not None else None
        # A version is made from an earlier one, so this ends.
        current = earlier if earlier is not None and earlier.approved_at is None else None


def _open(
    session: Session, key: str, number: int, to: VersionState, seen: VersionPrecondition | None
) -> TemplateVersionRow:
    """The row, held against other changes, when the step to ``to`` is open."""
    audit.hold(session)
    row = row_of(session, key, number)
    if seen is not None:
        seen(record_of(row))
    if to not in TRANSITIONS[row.state]:
        raise _closed(record_of(row), _STEPS[to])
    return row


def _closed(version: VersionRecord, step: str) -> Refusal:
    state = {"draft": "a draft", "in_review": "under review"}.get(version.status, version.status)
    hint = " Submit it first." if (version.status, step) == ("draft", "be approved") else ""
    message = f"{version.template} version {version.number} is {state}; it cannot {step}.{hint}"
    return Refusal("template.transition", message, kind="conflict")


def _done(
    session: Session, row: TemplateVersionRow, action: str, actor: str, at: datetime, detail: Mapping[str, Any]
) -> VersionRecord:
    session.flush()
    audit.record(session, at=at, actor=actor, action=action, subject=f"{row.key}/{row.number}", detail=detail)
    return record_of(row)


def _say(reason: str, message: str) -> None:
    if not reason.strip():
        raise Refusal("template.reason", message, [Finding.error("template.reason", message, "/reason")])


def _refuse_replacement(key: str, number: int, said: Replacement, next_one: int | None) -> None:
    truth = f"version {next_one}" if next_one is not None else "none"
    if said is None:
        message = f"{key} version {number} is in force. Say what takes its place (replacement); it would be {truth}."
    elif said != ("none" if next_one is None else next_one):
        named = "none" if said == "none" else f"version {said}"
        message = f"After {key} version {number} the version in force would be {truth}, not {named}."
    else:
        return
    raise Refusal("template.replacement", message, [Finding.error("template.replacement", message, "/replacement")])
