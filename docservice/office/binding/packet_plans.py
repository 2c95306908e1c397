"""Packets that are being put together: kept with every change, so that nothing is lost and two people see each other.

A plan belongs to the office, not to who began it. Each change names the revision that it was made upon; what somebody
else changed meanwhile is never overwritten. Its files are exhibits of an owner of their own, and stay with it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docservice.casefile.record import case_key
from docservice.office.binding.examining import Examined, PageTurns, intake_key
from docservice.office.binding.kept_exhibits import OF_PLAN, KeptExhibits
from docservice.office.binding.uploading import Readable
from docservice.office.means.means import Means
from docservice.packets.worksheet import Worksheet
from docservice.pdf.shelf import FolderShelf
from docservice.refusal import Refusal
from docservice.storage.models import PacketPlanRow

_CHANGES = 30  # that are kept: to take one back, and to show two people what each did
PlanEdit = Callable[[Worksheet], Worksheet]


@dataclass(frozen=True, slots=True)
class PlanChange:
    """What somebody did, in words; ``revision`` is the one that it made."""

    revision: int
    by: str
    at: datetime
    said: str


@dataclass(frozen=True, slots=True)
class PlanJob:
    """What was bound of a plan: ``what`` is draft, full or public; ``rows`` the row of each part of the plan."""

    id: str
    what: str
    revision: int
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PacketPlan:
    """A packet that is being put together, as it was read."""

    id: str
    case: str
    sheet: Worksheet
    revision: int
    changes: tuple[PlanChange, ...]
    jobs: tuple[PlanJob, ...]
    created_at: datetime
    created_by: str
    changed_at: datetime
    changed_by: str

    def since(self, revision: int) -> tuple[PlanChange, ...]:
        """What was done after a revision."""
        return tuple(one for one in self.changes if one.revision > revision)


class PacketPlans:
    """The packets that an office is putting together. Threads may share it."""

    def __init__(self, means: Means, exhibits: KeptExhibits) -> None:
        self._means, self._exhibits = means, exhibits

    def begin(self, sheet: Worksheet, *, actor: str) -> PacketPlan:
        """Begin a packet."""
        at = self._means.clock()
        with self._means.store.database.writing() as session:
            row = PacketPlanRow(
                id=str(uuid.uuid4()), case_number=sheet.case, case_key=case_key(sheet.case), sheet=sheet.to_plain(),
                revision=1, changes=[], jobs=[], created_at=at, created_by=actor, changed_at=at, changed_by=actor,
            )  # fmt: skip
            session.add(row)
            session.flush()
            return _plan(row)

    def get(self, id: str) -> PacketPlan:
        """One. Raises ``Refusal("packet.plan_unknown", kind="missing")``."""
        with self._means.store.database.reading() as session:
            return _plan(_row(session, id))

    def listed(self, case: str | None = None) -> tuple[PacketPlan, ...]:
        """Those of a case, or all; the one last worked on first."""
        query = select(PacketPlanRow).order_by(PacketPlanRow.changed_at.desc(), PacketPlanRow.id)
        query = query.where(PacketPlanRow.case_key == case_key(case)) if case is not None else query
        with self._means.store.database.reading() as session:
            return tuple(map(_plan, session.scalars(query)))

    def change(self, id: str, change: PlanEdit, said: str, *, actor: str, saw: int | None = None) -> PacketPlan:
        """Change the sheet; ``saw`` is the revision that the change was made upon (None: it fits any).

        Raises ``Refusal``: ``packet.plan_moved`` (kind ``precondition-failed``) when somebody changed it meanwhile, and
        what ``change`` raises.
        """
        with self._means.store.database.writing() as session:
            row = _row(session, id, lock=True)
            if saw is not None and saw != row.revision:
                message = "The packet was changed while you were looking at it. Nothing of yours was done yet."
                raise Refusal("packet.plan_moved", message, kind="precondition-failed")
            before = dict(row.sheet)
            after = change(Worksheet.of(before)).to_plain()
            if after == before:
                return _plan(row)
            at = self._means.clock()
            row.sheet, row.revision = after, row.revision + 1
            line = {"revision": row.revision, "by": actor, "at": at.isoformat(), "said": said, "before": before}
            row.changes = [*row.changes, line][-_CHANGES:]
            row.changed_at, row.changed_by = at, actor
            session.flush()
            return _plan(row)

    def undo(self, id: str, revision: int, *, actor: str) -> PacketPlan:
        """Take back the change that made a revision, as long as it is the newest.

        Raises ``Refusal("packet.plan_moved", kind="precondition-failed")``.
        """
        before, said = self._before(id, revision)
        return self.change(id, lambda _: before, f"taken back: {said}", actor=actor, saw=revision)

    def at(self, id: str, revision: int) -> Worksheet | None:
        """The sheet as it was at a revision; None when that is too long ago."""
        with self._means.store.database.reading() as session:
            row = _row(session, id)
            if row.revision == revision:
                return Worksheet.of(row.sheet)
            found = next((one for one in row.changes if one["revision"] == revision + 1), None)
            return Worksheet.of(found["before"]) if found is not None else None

    def _before(self, id: str, revision: int) -> tuple[Worksheet, str]:
        with self._means.store.database.reading() as session:
            for one in _row(session, id).changes:
                if one["revision"] == revision:
                    return Worksheet.of(one["before"]), one["said"]
        raise Refusal("packet.plan_moved", "That was too long ago to be taken back.", kind="precondition-failed")

    def bound(self, id: str, job_id: str, what: str, revision: int, rows: Sequence[str]) -> None:
        """A job was queued that binds the plan as it was at a revision."""
        with self._means.store.database.writing() as session:
            row = _row(session, id, lock=True)
            if all(one["job"] != job_id for one in row.jobs):
                line = {"job": job_id, "what": what, "revision": revision, "rows": list(rows)}
                row.jobs = [*row.jobs, line][-_CHANGES:]

    def forget(self, id: str) -> None:
        """Throw a plan away, with the files that no packet was made of. What was bound of it stays on record."""
        with self._means.store.database.writing() as session:
            session.delete(_row(session, id, lock=True))

    # Its files

    def take_in(self, id: str, stream: Readable, name: str, media_type: str, *, actor: str) -> str:
        """Take in a file, which then waits to be put in; returns the id under which it does.

        Raises ``Refusal``: ``exhibit.too_large``, ``exhibit.too_many``, ``exhibit.name``.
        """
        self.get(id)
        record, _ = self._exhibits.add(stream, owner=_owner(id), name=name, media_type=media_type)
        made: list[str] = []

        def received(sheet: Worksheet) -> Worksheet:
            after, waits = sheet.received(name, record.sha256)
            made[:] = [waits]
            return after

        self.change(id, received, f"“{name}” came in", actor=actor)
        return made[0]

    def examined(self, plan: PacketPlan, name: str, turns: PageTurns = ()) -> Examined:
        """What intake says of a file of the plan, for its forum, with the pages turned that somebody turns.

        Raises what a rendering process may.
        """
        sha256 = plan.sheet.files[name]
        found = self._exhibits.examined(sha256, owner=_owner(plan.id), profile=plan.sheet.forum, turns=turns)
        if found is None:
            raise Refusal("exhibit.unknown", f"{name} did not come whole.", kind="missing")
        return found

    def taken(self, plan: PacketPlan, name: str, turns: PageTurns = ()) -> tuple[Path, str]:
        """The intake of a file of the plan, where it lies on the shelf, and its key.

        Raises ``Refusal("packet.page", kind="missing")`` for one that was refused.
        """
        if self.examined(plan, name, turns).verdict == "refused":
            raise Refusal("packet.page", "This file has no pages that could be shown.", kind="missing")
        key = intake_key(self._means, plan.sheet.files[name], plan.sheet.forum, turns)
        held = FolderShelf(self._means.settings.shelf).get(key)
        if not isinstance(held, Path):
            raise Refusal("packet.page", "This page cannot be shown just now.", kind="missing")
        return held, key

    def located(self, plan: PacketPlan) -> Mapping[str, Path]:
        """Where the files of the plan lie, by name."""
        return self._exhibits.located(plan.sheet.files, owner=_owner(plan.id))


def _owner(id: str) -> str:
    return f"{OF_PLAN}{id}"


def _row(session: Session, id: str, *, lock: bool = False) -> PacketPlanRow:
    row = session.get(PacketPlanRow, id, with_for_update=lock or None)
    if row is None:
        message = "This packet is not being put together any more. Perhaps somebody threw it away."
        raise Refusal("packet.plan_unknown", message, kind="missing")
    return row


def _plan(row: PacketPlanRow) -> PacketPlan:
    changes = tuple(_change(one) for one in row.changes)
    jobs = tuple(PlanJob(one["job"], one["what"], one["revision"], tuple(one["rows"])) for one in row.jobs)
    return PacketPlan(row.id, row.case_number, Worksheet.of(row.sheet), row.revision, changes, jobs, row.created_at,
                      row.created_by, row.changed_at, row.changed_by)  # fmt: skip


def _change(line: Mapping[str, Any]) -> PlanChange:
    return PlanChange(line["revision"], line["by"], datetime.fromisoformat(line["at"]), line["said"])
