"""Uploaded exhibits: files that a packet will name by their SHA-256.

An exhibit belongs to who uploaded it; nobody else learns that it is here. It waits some days for a packet
(``Settings.exhibit_days``) and is then forgotten. Once a job or packet has used it, it is in the archive and stays.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from docservice.finding import Finding
from docservice.office.binding.examining import Examined, PageTurns, examined
from docservice.office.binding.uploading import ByteSpan, Readable, Uploads, refuse_size, wrong_hash
from docservice.office.means.means import Means
from docservice.office.means.records import Page
from docservice.places import pointer
from docservice.refusal import Refusal
from docservice.storage.models import BlobRow, ExhibitRow, PacketPlanRow
from docservice.storage.store import register
from docservice.text import is_plain

_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
OF_PLAN = "packet-plan:"  # whose exhibits are those of a packet that is being put together; its id follows
_STRAY_SECONDS = 86400.0  # after which a file that no row names is nobody's


@dataclass(frozen=True, slots=True)
class ExhibitRecord:
    """An exhibit; ``received`` of its ``size`` bytes are there. ``expires_at`` is None once it has been used."""

    sha256: str
    name: str
    media_type: str
    size: int
    received: int
    complete: bool
    created_at: datetime
    expires_at: datetime | None


class KeptExhibits:
    """The uploaded exhibits of an installation. Threads may share it."""

    def __init__(self, means: Means) -> None:
        self._means = means

    # Uploading

    def add(
        self, stream: Readable, *, owner: str, name: str, media_type: str, sha256: str | None = None
    ) -> tuple[ExhibitRecord, bool]:
        """Take a whole file; tells also whether it is new. The same content again is the same exhibit.

        Raises ``Refusal``: ``exhibit.too_large``, ``exhibit.too_many``, ``exhibit.name``, and ``exhibit.hash`` when it
        is not the content that ``sha256`` names.
        """
        _refuse_name(name)
        uploads = self._uploads(owner)
        with uploads.spooled(stream, self._most) as (path, found, size):
            if sha256 is not None and found != sha256:
                raise wrong_hash(sha256, found)
            row = self._row(owner, found)
            new = row is None or not row.complete
            if new:
                self._begin(owner, found, name, media_type, size)
                uploads.settle(path, found)
                self._touch(owner, found, complete=True)
        return self.get(found, owner=owner), new

    def write(
        self, sha256: str, stream: Readable, span: ByteSpan, *, owner: str, name: str, media_type: str
    ) -> tuple[ExhibitRecord, bool]:
        """Take some bytes of a file; tells also whether these made it complete. Bytes that are there are skipped.

        Raises ``Refusal`` as ``add`` and ``Uploads.append`` do, and ``exhibit.total`` (kind ``conflict``) when the
        file was begun with another size.
        """
        refuse_size(span.total, self._most)
        _refuse_name(name)
        uploads = self._uploads(owner)
        row = self._row(owner, sha256)
        if row is not None and row.size != span.total:
            message = f"This exhibit was begun with {row.size} bytes, not {span.total}. Delete it to begin anew."
            raise Refusal("exhibit.total", message, kind="conflict")
        if row is not None and row.complete:
            return self.get(sha256, owner=owner), False
        self._begin(owner, sha256, name, media_type, span.total)
        if not uploads.is_whole(sha256):  # else a process ended before it could say so
            try:
                received = uploads.append(sha256, stream, span)
            except Refusal as refusal:
                if refusal.code == "exhibit.hash":
                    self.forget(sha256, owner=owner)
                raise
            if received < span.total:
                return self.get(sha256, owner=owner), False
        self._touch(owner, sha256, complete=True)
        return self.get(sha256, owner=owner), True

    def _begin(self, owner: str, sha256: str, name: str, media_type: str, size: int) -> None:
        """See that there is a row. Raises ``Refusal("exhibit.too_many", kind="conflict")``."""
        with suppress(IntegrityError):  # another request has begun the same in the meantime
            self._add(owner, sha256, name, media_type, size)

    def _add(self, owner: str, sha256: str, name: str, media_type: str, size: int) -> None:
        settings, at = self._means.settings, self._means.clock()
        with self._means.store.database.writing() as session:
            row = session.get(ExhibitRow, (owner, sha256))
            if row is not None:
                row.touched_at = at
                return
            waiting = select(func.count(), func.coalesce(func.sum(ExhibitRow.size), 0))
            count, total = session.execute(
                waiting.where(ExhibitRow.owner == owner, ExhibitRow.kept.is_(False))
            ).one()  # fmt: skip
            if count >= settings.max_exhibits or total + size > settings.max_exhibits_megabytes << 20:
                message = (
                    f"{count} exhibits of this key ({total / 2**20:.0f} MB) wait for a packet; at most "
                    f"{settings.max_exhibits} and {settings.max_exhibits_megabytes} MB may. Use or delete some."
                )
                raise Refusal("exhibit.too_many", message, kind="conflict")
            session.add(
                ExhibitRow(
                    owner=owner, sha256=sha256, name=name, media_type=media_type, size=size, complete=False,
                    kept=False, created_at=at, touched_at=at,
                )
            )  # fmt: skip

    def _touch(self, owner: str, sha256: str, *, complete: bool = False) -> None:
        with self._means.store.database.writing() as session:
            row = session.get(ExhibitRow, (owner, sha256))
            if row is not None:
                row.complete, row.touched_at = row.complete or complete, self._means.clock()

    # Asking

    def get(self, sha256: str, *, owner: str) -> ExhibitRecord:
        """One exhibit. Raises ``Refusal("exhibit.unknown", kind="missing")``."""
        row = self._row(owner, sha256)
        if row is None:
            raise Refusal("exhibit.unknown", f"You have not uploaded an exhibit {sha256}.", kind="missing")
        return self._record(row)

    def find(self, *, owner: str, page: int = 1, per_page: int = 50) -> Page[ExhibitRecord]:
        """The exhibits of ``owner``, newest first."""
        mine = ExhibitRow.owner == owner
        query = select(ExhibitRow).where(mine).order_by(ExhibitRow.created_at.desc(), ExhibitRow.sha256)
        with self._means.store.database.reading() as session:
            total = session.scalar(select(func.count()).select_from(ExhibitRow).where(mine)) or 0
            rows = session.scalars(query.limit(per_page).offset((max(page, 1) - 1) * per_page))
            return Page(tuple(map(self._record, rows)), total)

    def examined(self, sha256: str, *, owner: str, profile: str = "default", turns: PageTurns = ()) -> Examined | None:
        """What intake says of an exhibit, for packets of a profile; None while it is not complete.

        It is examined when this is first asked, and binding finds the result. Raises what a rendering process may.
        """
        if not self.get(sha256, owner=owner).complete:
            return None
        return examined(self._means, sha256, self._path(owner, sha256), profile, turns)

    # Using

    def located(self, exhibits: Mapping[str, str], *, owner: str) -> dict[str, Path]:
        """Where the exhibits (name in the plan → SHA-256) lie.

        Raises ``Refusal("packet.exhibit")`` with a pointer for each that is not there, or not complete.
        """
        found: dict[str, Path] = {}
        problems: list[Finding] = []
        for name, sha256 in exhibits.items():
            row = self._row(owner, sha256)
            if row is not None and row.complete:
                found[name] = self._path(owner, sha256)
                continue
            message = "You have not uploaded an exhibit with this SHA-256."
            if row is not None:
                received = self._uploads(owner).received(sha256)
                message = f"This exhibit is not complete: {received} of {row.size} bytes are there."
            problems.append(Finding.error("packet.exhibit", message, pointer(("exhibits", name))))
        if problems:
            raise Refusal("packet.exhibit", "The packet names exhibits that were not uploaded.", problems)
        for sha256 in set(exhibits.values()):
            self._touch(owner, sha256)  # or they might be forgotten while they are bound
        return found

    def keep(self, exhibits: Mapping[str, str], *, owner: str) -> None:
        """They were used by a job or packet: put them in the archive, where they stay."""
        at = self._means.clock()
        wanted = sorted(set(exhibits.values()))
        rows = [row for sha256 in wanted if (row := self._row(owner, sha256)) is not None and not row.kept]
        if not rows:
            return
        blobs = self._means.store.blobs
        with blobs.staging() as stage:
            for row in rows:
                if not blobs.path(row.sha256).is_file():
                    stage.copy(self._path(owner, row.sha256))
            with self._means.store.database.writing() as session:
                register(session, stage, at)
                for row in rows:
                    _keep(session, owner, row.sha256)
            stage.publish()

    # Forgetting

    def forget(self, sha256: str, *, owner: str) -> None:
        """Forget an exhibit, whole or in part.

        Raises ``Refusal``: ``exhibit.unknown`` (kind ``missing``), ``exhibit.used`` (kind ``conflict``).
        """
        with self._means.store.database.writing() as session:
            row = session.get(ExhibitRow, (owner, sha256))
            if row is None:
                raise Refusal("exhibit.unknown", f"You have not uploaded an exhibit {sha256}.", kind="missing")
            if row.kept:
                raise Refusal("exhibit.used", "A packet was made of this exhibit; it stays.", kind="conflict")
            session.delete(row)
        self._uploads(owner).remove(sha256)

    def sweep(self) -> int:
        """Forget what nobody used in time, and files that are nobody's; how many exhibits were forgotten."""
        before = self._means.clock() - timedelta(days=self._means.settings.exhibit_days)
        stale = select(ExhibitRow).where(ExhibitRow.kept.is_(False), ExhibitRow.touched_at < before)
        planned = select(literal(OF_PLAN) + PacketPlanRow.id)  # what a packet under work has stays with it
        stale = stale.where(ExhibitRow.owner.not_in(planned))
        with self._means.store.database.reading() as session:
            found = [(row.owner, row.sha256) for row in session.scalars(stale)]
        forgotten = 0
        for owner, sha256 in found:
            with self._means.store.database.writing() as session:
                row = session.get(ExhibitRow, (owner, sha256), with_for_update=True)
                if row is None or row.kept or row.touched_at >= before:
                    continue
                if row.complete and session.get(BlobRow, sha256) is not None:
                    row.kept = True  # a job was queued with it, by a process that ended before it could say so
                    continue
                session.delete(row)
            self._uploads(owner).remove(sha256)
            forgotten += 1
        self._sweep_files()
        return forgotten

    def _sweep_files(self) -> None:
        """Remove old files that no row names, and copies of what is in the archive."""
        root, limit = self._means.settings.uploads, time.time() - _STRAY_SECONDS
        old = [path for path in root.glob("*/*") if path.stat().st_mtime < limit] if root.is_dir() else []
        if not old:
            return
        with self._means.store.database.reading() as session:
            rows = {
                self._uploads(row.owner).path(row.sha256): row.kept
                and self._means.store.blobs.path(row.sha256).is_file()
                for row in session.scalars(select(ExhibitRow))
            }
        for path in old:
            if rows.get(path.with_suffix(""), True):
                path.unlink(missing_ok=True)

    @property
    def _most(self) -> int:
        return self._means.settings.max_exhibit_megabytes << 20

    def _uploads(self, owner: str) -> Uploads:
        return Uploads.of(self._means.settings.uploads, owner)

    def _row(self, owner: str, sha256: str) -> ExhibitRow | None:
        if not _SHA256.match(sha256):
            return None
        with self._means.store.database.reading() as session:
            return session.get(ExhibitRow, (owner, sha256))

    def _path(self, owner: str, sha256: str) -> Path:
        """Where a complete exhibit lies."""
        path = self._uploads(owner).path(sha256)
        return path if path.is_file() else self._means.store.blobs.where(sha256)

    def _record(self, row: ExhibitRow) -> ExhibitRecord:
        received = row.size if row.complete else self._uploads(row.owner).received(row.sha256)
        expires = None if row.kept else row.touched_at + timedelta(days=self._means.settings.exhibit_days)
        return ExhibitRecord(
            row.sha256, row.name, row.media_type, row.size, received, row.complete, row.created_at, expires
        )  # fmt: skip


def _keep(session: Session, owner: str, sha256: str) -> None:
    row = session.get(ExhibitRow, (owner, sha256))
    if row is not None:
        row.kept = True


def _refuse_name(name: str) -> None:
    if not is_plain(name, 300):
        message = "An exhibit's name has from 1 to 300 characters, and none that cannot be printed."
        raise Refusal("exhibit.name", message, [Finding.error("exhibit.name", message, "?name")])
