"""Template versions on record: numbered 1, 2, 3 per template, and which is in force on a day.

A version's text is frozen from the day it is put on record, drafts too: another text is another number. What is decided
about a version (``office.means.lifecycle``) and said about it (``office.means.remarks``) is kept beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.orm import Session

from docservice.refusal import Refusal
from docservice.storage import audit
from docservice.storage.blobs import Stage
from docservice.storage.models import TemplateVersionRow
from docservice.storage.store import register
from docservice.wording.bundle import Bundle
from docservice.wording.catalog.standing import VersionState, pick_in_force

__all__ = ["VersionRecord", "VersionState", "add", "in_force", "keys", "pick_in_force", "row_of", "version", "versions"]


_VERSION = TemplateVersionRow.__table__
# Asked for with every letter and handout: put together once, and read past the session's objects.
_OF_TEMPLATE = select(_VERSION).where(_VERSION.c.key == bindparam("of")).order_by(_VERSION.c.number)


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """One version of a template. ``sha256`` is its bundle's; ``samples_sha256`` that of the samples it came with.

    ``note`` says why it was proposed, ``based_on`` from which version it was made; ``reviewer`` is the login of the
    account asked to review it; ``replacement`` the version that took its place when it was withdrawn.
    """

    template: str
    number: int
    status: VersionState
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
    withdrawn_by: str | None = None
    replacement: int | None = None
    note: str = ""
    based_on: int | None = None
    samples_sha256: str | None = None
    submitted_at: datetime | None = None
    reviewer: str | None = None


def add(
    session: Session,
    stage: Stage,
    bundle: Bundle,
    *,
    author: str,
    at: datetime,
    samples: bytes | None = None,
    note: str = "",
    based_on: int | None = None,
    again: bool = False,
    by_samples: bool = False,
) -> VersionRecord:
    """Put a bundle on record as the next draft of its template; the same bundle again gives the version it has.

    ``samples`` are the casefiles it must render, packed (``wording.container``). With ``again`` a text whose every
    version was withdrawn becomes a new version; ``by_samples``, so does one that has other samples.
    """
    audit.hold(session)  # two that propose at once may not take the same number
    same = TemplateVersionRow.key == bundle.key, TemplateVersionRow.sha256 == _blob_of(stage, bundle)
    found = session.scalars(select(TemplateVersionRow).where(*same).order_by(TemplateVersionRow.number.desc())).all()
    samples_sha256 = stage.put(samples) if samples is not None else None
    same_samples = (row for row in found if not by_samples or row.samples_sha256 == samples_sha256)
    known = next((row for row in same_samples if not again or row.state != "withdrawn"), None)
    if known is not None:
        return record_of(known)
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
        note=note,
        based_on=based_on,
        samples_sha256=samples_sha256,
    )
    session.add(row)
    session.flush()
    detail = {"sha256": row.sha256, "samples": samples_sha256, "note": note, "based_on": based_on}
    audit.record(session, at=at, actor=author, action="template.added", subject=f"{row.key}/{row.number}",
                 detail=detail)  # fmt: skip
    return record_of(row)


def keys(session: Session) -> tuple[str, ...]:
    """Every template that has a version."""
    return tuple(session.scalars(select(TemplateVersionRow.key).distinct().order_by(TemplateVersionRow.key)))


def keys_under_way(session: Session, today: date) -> tuple[str, ...]:
    """Every template with a draft, with a version under review, or with one approved for a day to come."""
    coming = (TemplateVersionRow.state == "approved") & (TemplateVersionRow.effective_on > today)
    of = select(TemplateVersionRow.key).where(TemplateVersionRow.state.in_(("draft", "in_review")) | coming)
    return tuple(session.scalars(of.distinct().order_by(TemplateVersionRow.key)))


def versions(session: Session, key: str) -> tuple[VersionRecord, ...]:
    """Every version of a template, by number. Raises ``Refusal("template.unknown", kind="missing")``."""
    session.flush()
    found = tuple(record_of(row) for row in session.execute(_OF_TEMPLATE, {"of": key}))
    if not found:
        raise _unknown(key)
    return found


def version(session: Session, key: str, number: int) -> VersionRecord:
    """One version. Raises ``Refusal("template.unknown", kind="missing")``."""
    return record_of(row_of(session, key, number))


def in_force(session: Session, key: str, on: date) -> VersionRecord:
    """The version in force on a day.

    Raises ``Refusal``: ``template.unknown``, or ``template.not_in_force`` when there is none on that day.
    """
    return in_force_of(versions(session, key), on)


def in_force_of(listed: Sequence[VersionRecord], on: date) -> VersionRecord:
    """The same of all versions of a template, once they are read. Raises ``Refusal("template.not_in_force")``."""
    found = pick_in_force(listed, on)
    if found is None:
        raise Refusal("template.not_in_force", f"No version of {listed[0].template} is in force on {on}.")
    return found


def row_of(session: Session, key: str, number: int) -> TemplateVersionRow:
    """The row of a version, as it is now. Raises ``Refusal("template.unknown", kind="missing")``."""
    if not 0 < number < 2**31:  # what PostgreSQL takes for a number of a version
        raise _unknown(f"{key} version {number}")
    query = select(TemplateVersionRow).where(TemplateVersionRow.key == key, TemplateVersionRow.number == number)
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise _unknown(f"{key} version {number}")
    return row


def _blob_of(stage: Stage, bundle: Bundle) -> str:
    sha256 = stage.put(bundle.to_bytes())
    assert sha256 == bundle.sha256
    return sha256


def _unknown(what: str) -> Refusal:
    return Refusal("template.unknown", f"There is no template {what}.", kind="missing")


def record_of(row: TemplateVersionRow | Row[Any]) -> VersionRecord:
    """The record of a row."""
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
        withdrawn_by=row.withdrawn_by,
        replacement=row.replacement,
        note=row.note,
        based_on=row.based_on,
        samples_sha256=row.samples_sha256,
        submitted_at=row.submitted_at,
        reviewer=row.reviewer,
    )
