"""What is said about a version: comments on a paragraph, replies, and the steps of its review, in one order.

Nothing said is ever changed. A comment is *open* until an entry about it says ``resolved``, and again after one that
says ``reopened``. Where a comment stands is its anchor: the block path of the paragraph and words quoted from it
(``wording.catalog.anchors``), so that it is found again in the next version.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docservice.office.means.versions import row_of
from docservice.refusal import Refusal
from docservice.storage import audit
from docservice.storage.models import ReviewEntryRow
from docservice.wording.catalog.anchors import Anchor

RemarkKind = Literal["comment", "reply", "resolved", "reopened", "submitted", "sent_back"]


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing said. ``about`` is the id of the comment that it answers, resolves or reopens."""

    id: str
    template: str
    number: int
    kind: RemarkKind
    about: str | None
    anchor: Anchor
    body: str
    author: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with what came of it."""

    id: str
    anchor: Anchor
    body: str
    author: str
    created_at: datetime
    resolved: bool
    answers: tuple[Remark, ...]  # replies, resolutions and reopenings, in order


def comments(entries: Iterable[Remark]) -> tuple[Comment, ...]:
    """The comments among the entries of a version, in the order in which they were made."""
    listed = tuple(entries)
    found = []
    for entry in listed:
        if entry.kind != "comment":
            continue
        answers = tuple(one for one in listed if one.about == entry.id)
        turns = [one.kind for one in answers if one.kind in ("resolved", "reopened")]
        resolved = bool(turns) and turns[-1] == "resolved"
        found.append(
            Comment(entry.id, entry.anchor, entry.body, entry.author, entry.created_at, resolved, answers)
        )  # fmt: skip
    return tuple(found)


def comment(session: Session, key: str, number: int, anchor: Anchor, *, body: str, author: str, at: datetime) -> Remark:
    """Comment on a paragraph. The same words of the same author at the same place, while open, are the same comment.

    Raises ``Refusal``: ``template.unknown``, ``template.transition`` for a withdrawn version.
    """
    audit.hold(session)
    row = row_of(session, key, number)
    if row.state == "withdrawn":
        raise Refusal(
            "template.transition", f"{key} version {number} is withdrawn; nobody comments on it.", kind="conflict"
        )
    listed = entries(session, key, number)
    still_open = {one.id for one in comments(listed) if not one.resolved}
    for entry in listed:
        if (entry.id in still_open) and (entry.author, entry.body, entry.anchor) == (author, body, anchor):
            return entry
    return note(session, key, number, "comment", body=body, author=author, at=at, anchor=anchor)


def answer(
    session: Session,
    key: str,
    number: int,
    comment_id: str,
    kind: Literal["reply", "resolved", "reopened"],
    *,
    body: str = "",
    author: str,
    at: datetime,
) -> Remark:
    """Reply to a comment, resolve or reopen it. Resolving what is resolved says nothing new.

    Raises ``Refusal("comment.unknown", kind="missing")``.
    """
    audit.hold(session)
    listed = entries(session, key, number)
    found = next((one for one in comments(listed) if one.id == comment_id), None)
    if found is None:
        raise Refusal("comment.unknown", f"{key} version {number} has no such comment.", kind="missing")
    if kind != "reply" and not body and found.resolved == (kind == "resolved"):
        return next(one for one in reversed((*(e for e in listed if e.id == comment_id), *found.answers)))
    return note(session, key, number, kind, body=body, author=author, at=at, about=comment_id)


def entries(session: Session, key: str, number: int) -> tuple[Remark, ...]:
    """Everything said about a version, in order."""
    query = (
        select(ReviewEntryRow)
        .where(ReviewEntryRow.key == key, ReviewEntryRow.number == number)
        .order_by(ReviewEntryRow.position)
    )
    return tuple(_entry(row) for row in session.scalars(query))


def note(
    session: Session,
    key: str,
    number: int,
    kind: RemarkKind,
    *,
    body: str,
    author: str,
    at: datetime,
    anchor: Anchor | None = None,
    about: str | None = None,
) -> Remark:
    """Add an entry in the caller's transaction, which holds the audit chain."""
    where = anchor or Anchor("", "")
    position = (session.scalar(select(func.max(ReviewEntryRow.position))) or 0) + 1
    row = ReviewEntryRow(
        id=str(uuid.uuid4()), position=position, key=key, number=number, kind=kind, about=about, path=where.path,
        quote=where.quote, body=body, author=author, created_at=at,
    )  # fmt: skip
    session.add(row)
    session.flush()
    if kind not in ("submitted", "sent_back"):  # those are on the trail as steps of the lifecycle
        audit.record(
            session, at=at, actor=author, action=f"review.{kind}", subject=f"{key}/{number}",
            detail={"id": row.id, "about": about, "path": where.path, "quote": where.quote, "body": body},
        )  # fmt: skip
    return _entry(row)


def _entry(row: ReviewEntryRow) -> Remark:
    return Remark(
        row.id, row.key, row.number, row.kind, row.about, Anchor(row.path, row.quote), row.body, row.author,  # type: ignore[arg-type]
        row.created_at,
    )  # fmt: skip
