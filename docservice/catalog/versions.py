"""Template versions on record: numbered 1, 2, 3 per template, and which is in force on a day.

A version is ``draft``, ``in_review``, ``approved`` or ``withdrawn``. *In force on day D* is the approved version
with the latest effective date not after D; of two with the same date the higher number. Every change of
state goes through ``move``, so that what a review demands (another person's approval) has one place to stand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docservice.catalog.bundle import Bundle
from docservice.refusal import Refusal
from docservice.storage import audit
from docservice.storage.blobs import Stage
from docservice.storage.models import TemplateVersionRow
from docservice.storage.store import register

State = Literal["draft", "in_review", "approved", "withdrawn"]

# from → the states it may go to. A door for the review: draft → in_review → approved.
TRANSITIONS: dict[str, tuple[State, ...]] = {
    "draft": ("in_review", "approved", "withdrawn"),
    "in_review": ("draft", "approved", "withdrawn"),
    "approved": ("withdrawn",),
    "withdrawn": (),
}


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """One version of a template. ``sha256`` is its bundle's."""

    template: str
    number: int
    status: State
    title: str
    document_type: str
    face: Literal["letter", "handout"]
    languages: tuple[str, ...]
    sha256: str
    effective_on: date | None
    author: str
    approver: str | None
    created_at: datetime
    approved_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_reason: str | None


class Dated(Protocol):
    """What the in-force arithmetic needs to know of a version."""

    @property
    def number(self) -> int: ...
    @property
    def status(self) -> str: ...
    @property
    def effective_on(self) -> date | None: ...


V = TypeVar("V", bound=Dated)


def pick_in_force(versions: Iterable[V], on: date) -> V | None:
    """The version in force on ``on`` among ``versions`` of one template, or None."""
    candidates = [v for v in versions if v.status == "approved" and v.effective_on is not None and v.effective_on <= on]
    return max(candidates, key=lambda v: (v.effective_on, v.number), default=None)


def add(session: Session, stage: Stage, bundle: Bundle, *, author: str, at: datetime) -> VersionRecord:
    """Put a bundle on record as the next draft of its template; the same bundle again gives the version it has."""
    row = session.scalar(
        select(TemplateVersionRow).where(
            TemplateVersionRow.key == bundle.key, TemplateVersionRow.sha256 == _blob_of(stage, bundle)
        )
    )
    if row is not None:
        return _record(row)
    register(session, stage, at)
    highest = session.scalar(select(func.max(TemplateVersionRow.number)).where(TemplateVersionRow.key == bundle.key))
    row = TemplateVersionRow(
        key=bundle.key,
        number=(highest or 0) + 1,
        state="draft",
        title=bundle.meta.title,
        document_type=bundle.meta.document_type,
        face=bundle.meta.face,
        languages=list(bundle.languages),
        sha256=bundle.sha256,
        effective_on=None,
        author=author,
        created_at=at,
    )
    session.add(row)
    session.flush()
    audit.record(session, at=at, actor=author, action="template.added", subject=f"{row.key}/{row.number}",
                 detail={"sha256": row.sha256})  # fmt: skip
    return _record(row)


def move(
    session: Session,
    key: str,
    number: int,
    to: State,
    *,
    actor: str,
    at: datetime,
    effective_on: date | None = None,
    reason: str | None = None,
) -> VersionRecord:
    """Change a version's state. Approval needs ``effective_on``, withdrawal a ``reason``.

    Raises ``Refusal``: ``template.unknown``, ``template.transition`` when that step is not open (kind ``conflict``),
    ``template.effective_on`` or ``template.reason`` when what the step needs is not given.
    """
    row = _row(session, key, number, lock=True)
    if to not in TRANSITIONS[row.state]:
        raise Refusal(
            "template.transition", f"{key} version {number} is {row.state}; it cannot become {to}.", kind="conflict"
        )
    if to == "approved":
        if effective_on is None:
            raise Refusal("template.effective_on", "An approval says from which day the version is in force.")
        row.effective_on, row.approver, row.approved_at = effective_on, actor, at
    if to == "withdrawn":
        if not (reason or "").strip():
            raise Refusal("template.reason", "A withdrawal says why.")
        row.withdrawn_at, row.withdrawn_reason = at, reason
    row.state = to
    session.flush()
    detail = {"state": to, "effective_on": effective_on.isoformat() if effective_on else None, "reason": reason}
    audit.record(session, at=at, actor=actor, action=f"template.{to}", subject=f"{key}/{number}", detail=detail)
    return _record(row)


def keys(session: Session) -> tuple[str, ...]:
    """Every template that has a version."""
    return tuple(session.scalars(select(TemplateVersionRow.key).distinct().order_by(TemplateVersionRow.key)))


def versions(session: Session, key: str) -> tuple[VersionRecord, ...]:
    """Every version of a template, by number. Raises ``Refusal("template.unknown", kind="missing")``."""
    query = select(TemplateVersionRow).where(TemplateVersionRow.key == key).order_by(TemplateVersionRow.number)
    found = tuple(_record(row) for row in session.scalars(query))
    if not found:
        raise _unknown(key)
    return found


def version(session: Session, key: str, number: int) -> VersionRecord:
    """One version. Raises ``Refusal("template.unknown", kind="missing")``."""
    return _record(_row(session, key, number))


def in_force(session: Session, key: str, on: date) -> VersionRecord:
    """The version in force on a day.

    Raises ``Refusal``: ``template.unknown``, or ``template.not_in_force`` when there is none on that day.
    """
    found = pick_in_force(versions(session, key), on)
    if found is None:
        raise Refusal("template.not_in_force", f"No version of {key} is in force on {on}.")
    return found


def _blob_of(stage: Stage, bundle: Bundle) -> str:
    sha256 = stage.put(bundle.to_bytes())
    assert sha256 == bundle.sha256
    return sha256


def _row(session: Session, key: str, number: int, *, lock: bool = False) -> TemplateVersionRow:
    query = select(TemplateVersionRow).where(TemplateVersionRow.key == key, TemplateVersionRow.number == number)
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise _unknown(f"{key} version {number}")
    return row


def _unknown(what: str) -> Refusal:
    return Refusal("template.unknown", f"There is no template {what}.", kind="missing")


def _record(row: TemplateVersionRow) -> VersionRecord:
    return VersionRecord(
        template=row.key,
        number=row.number,
        status=row.state,  # type: ignore[arg-type]
        title=row.title,
        document_type=row.document_type,
        face=row.face,  # type: ignore[arg-type]
        languages=tuple(row.languages),
        sha256=row.sha256,
        effective_on=row.effective_on,
        author=row.author,
        approver=row.approver,
        created_at=row.created_at,
        approved_at=row.approved_at,
        withdrawn_at=row.withdrawn_at,
        withdrawn_reason=row.withdrawn_reason,
    )
