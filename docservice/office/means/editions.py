"""Editions of the town's rules on record: which are in force, and what a folder has that is not on record.

What lies in the folder of a fresh home is set up by its operator; after that an edition comes by proposal and approval
(``office.rules``). An edition on disk that is not on record is no rule of the town; one that has the version of another
text is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Literal, cast
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docservice.pipeline import pinning
from docservice.pipeline.pinning import PinnedPack
from docservice.refusal import Refusal
from docservice.storage import audit
from docservice.storage.models import DocumentRow, TownEditionRow
from docservice.storage.store import Store, register

EditionState = Literal["proposed", "approved", "sent_back"]
Origin = Literal["proposed", "set_up", "before_approval"]
ORIGINS: dict[Origin, str] = {
    "proposed": "proposed here",
    "set_up": "set up by the operator with a fresh home",
    "before_approval": "in force before approval was kept",
}


@dataclass(frozen=True, slots=True)
class EditionRecord:
    """One edition on record. ``sha256`` names its files, packed; ``effective_on`` is the day of its approval."""

    number: int
    key: str
    version: str
    sha256: str
    state: EditionState
    origin: Origin
    note: str
    proposed_by: str
    proposed_at: datetime
    effective_on: date | None
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None


def editions(session: Session) -> tuple[EditionRecord, ...]:
    """Every edition on record, by number."""
    return tuple(record_of(row) for row in session.scalars(select(TownEditionRow).order_by(TownEditionRow.number)))


def edition(session: Session, number: int) -> EditionRecord:
    """One edition. Raises ``Refusal("edition.unknown", kind="missing")``."""
    return record_of(row_of(session, number))


def row_of(session: Session, number: int) -> TownEditionRow:
    row = session.get(TownEditionRow, number)
    if row is None:
        raise Refusal("edition.unknown", f"There is no edition number {number} of the town's rules.", kind="missing")
    return row


def pack_at(store: Store, record: EditionRecord) -> PinnedPack:
    """The rules of an edition on record; in force from the day of its approval."""
    data = store.blobs.read(record.sha256)
    pack = pinning.pinned_pack(record.sha256, {record.sha256: data})
    if record.effective_on is not None:
        pack = replace(pack, effective_on=record.effective_on)
    return PinnedPack(pack, data, record.sha256)


def approved(store: Store, session: Session, folder: Path) -> tuple[PinnedPack, ...]:
    """The editions that are or come in force, oldest first; each with the folder where it lies, for the town's own
    wording beside it. One whose text is not on disk has the folder of the town's last one that is."""
    found = [pack_at(store, one) for one in editions(session) if one.state == "approved"]
    return _placed(sorted(found, key=lambda one: one.pack.effective_on), folder)


def _placed(found: Iterable[PinnedPack], folder: Path) -> tuple[PinnedPack, ...]:
    lying = {one.sha256: one.folder for one in pinning.files_of(folder)}
    last: Path | None = next(iter(lying.values()), None)
    placed = []
    for one in found:
        last = lying.get(one.sha256, last)
        placed.append(replace(one, folder=last))
    return tuple(placed)


def mark(session: Session) -> tuple[int, datetime | None]:
    """What changes when an edition is approved."""
    decided = select(func.count(), func.max(TownEditionRow.decided_at)).where(TownEditionRow.state == "approved")
    count, last = session.execute(decided).one()
    return count, last


def opened(store: Store, folder: Path, laws: Path, at: datetime) -> tuple[tuple[PinnedPack, ...], object]:
    """The editions of an office that is opened on ``folder``, and their ``mark``. What lies there is put on record in a
    home without any.

    Raises ``Refusal``: ``town.changed`` and ``town.other`` (kind ``setup``), and of a fresh home what
    ``pinning.load_editions`` and, of the wording in ``laws``, ``pinning.refuse_missing_clauses`` raise.
    """
    with store.database.reading() as session:
        listed = editions(session)
        held, marked = (approved(store, session, folder) if listed else ()), mark(session)
    if not listed:
        return _taken_over(store, folder, laws, at)
    refuse_changed(store, listed, folder)
    return held, marked


def unrecorded(store: Store, listed: tuple[EditionRecord, ...], folder: Path) -> tuple[PinnedPack, ...]:
    """The editions in ``folder`` that are not on record; a folder that cannot be read has none."""
    known = {one.sha256 for one in listed}
    try:
        found = [one for one in pinning.files_of(folder) if one.sha256 not in known]
        packs = [
            PinnedPack(
                replace(pinning.pinned_pack(one.sha256, {one.sha256: one.data}), folder=one.folder.name),
                one.data,
                one.sha256,
                one.folder,
            )
            for one in found
        ]
    except Refusal:
        return ()
    contents = {pack_at(store, one).pack.sha256 for one in listed} if packs else set()
    return tuple(one for one in packs if one.pack.sha256 not in contents)  # a comment is no change


def refuse_changed(store: Store, listed: tuple[EditionRecord, ...], folder: Path) -> None:
    """Raise ``Refusal`` (kind ``setup``) for a folder whose text goes by the version of another on record
    (``town.changed``), or that is another town's (``town.other``)."""
    for one in unrecorded(store, listed, folder):
        key, version = one.pack.key, one.pack.version
        if key != listed[0].key:
            raise _other(listed[0].key, key)
        for record in listed:
            if record.version == version and record.state == "approved":  # a proposal that is edited is no rule yet
                message = (
                    f"Edition {version} of {key} was changed in place: number {record.number} on record has another "
                    "text. Put the old text back, or give the new one a version of its own and propose it: "
                    "docservice town propose FOLDER --as LOGIN."
                )
                raise Refusal("town.changed", message, kind="setup")


def _other(kept: str, key: str) -> Refusal:
    message = f"This home keeps the documents of {kept}; the rules are of {key}. Give it its own home."
    return Refusal("town.other", message, kind="setup")


def _taken_over(store: Store, folder: Path, laws: Path, at: datetime) -> tuple[tuple[PinnedPack, ...], object]:
    found = pinning.load_editions(folder)
    pinning.refuse_missing_clauses(found, laws, at.date())
    with store.blobs.staging() as stage, store.database.writing() as session:
        audit.hold(session)
        if editions(session):  # another process was first
            return approved(store, session, folder), mark(session)
        used = _used(store, session)
        origin: Origin = "before_approval" if used is not None else "set_up"
        held = _with_used(found, used or (), at)
        for one in found:
            stage.put(one.data)
        register(session, stage, at)
        for number, one in enumerate(held, 1):
            row = TownEditionRow(
                number=number, key=one.pack.key, version=one.pack.version, sha256=one.sha256, state="approved",
                origin=origin, note="", proposed_by="operator", proposed_at=at, effective_on=one.pack.effective_on,
                decided_by=None, decided_at=at, reason=None,
            )  # fmt: skip
            session.add(row)
            audited(session, record_of(row), "town.taken_over", "operator", at, {"origin": ORIGINS[origin]})
        session.flush()
        return _placed(held, folder), mark(session)


def _used(store: Store, session: Session) -> tuple[PinnedPack, ...] | None:
    """The texts by which documents went out, by day: of two that take effect on one day, the later one holds from its
    first document on. None in a home without documents."""
    by_day: dict[date, PinnedPack] = {}
    first = func.min(DocumentRow.issued_on)
    texts = select(DocumentRow.town_sha256, first).group_by(DocumentRow.town_sha256)
    rows = session.execute(texts.order_by(func.min(DocumentRow.position))).all()
    for sha256, day in rows:
        data = store.blobs.read(sha256)
        pack = pinning.pinned_pack(sha256, {sha256: data})
        day = day if pack.effective_on in by_day else pack.effective_on
        by_day[day] = PinnedPack(replace(pack, effective_on=day), data, sha256)
    return tuple(by_day[day] for day in sorted(by_day)) if rows else None


def _with_used(found: tuple[PinnedPack, ...], used: tuple[PinnedPack, ...], at: datetime) -> tuple[PinnedPack, ...]:
    """The editions of a folder and those by which documents went out, oldest first. A text that none went out by holds
    from today, where another would hold beside it: what went out says which rules were in force until now."""
    texts = {sha256 for one in used for sha256 in (one.sha256, one.pack.sha256)}
    fresh = [one for one in found if not {one.sha256, one.pack.sha256} & texts]
    for one in fresh:
        if used and one.pack.key != used[0].pack.key:
            raise _other(used[0].pack.key, one.pack.key)
    today = at.astimezone(ZoneInfo(found[-1].pack.identity.time_zone)).date()
    by_day = {one.pack.effective_on: one for one in used}
    for one in fresh:
        day = one.pack.effective_on
        rival = any(day <= other <= today for other in by_day)
        by_day[today if rival else day] = one
    return tuple(replace(one, pack=replace(one.pack, effective_on=day)) for day, one in sorted(by_day.items()))


def audited(
    session: Session, record: EditionRecord, action: str, actor: str, at: datetime, detail: dict[str, object]
) -> None:
    """Write what was done with an edition into the audit trail."""
    more = {"key": record.key, "version": record.version, "sha256": record.sha256, **detail}
    audit.record(session, at=at, actor=actor, action=action, subject=f"town/{record.number}", detail=more)


def record_of(row: TownEditionRow) -> EditionRecord:
    return EditionRecord(
        row.number, row.key, row.version, row.sha256, cast("EditionState", row.state), cast("Origin", row.origin),
        row.note, row.proposed_by, row.proposed_at, row.effective_on, row.decided_by, row.decided_at, row.reason,
    )  # fmt: skip
