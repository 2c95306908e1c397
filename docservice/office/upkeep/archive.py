"""The archive as its operator sees it: whether it can be read and written, and whether it is whole."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import func, select

from docservice.storage import audit, numbering
from docservice.storage.models import AuditHeadRow, AuditRow, BlobRow, DocumentRow, PacketRow
from docservice.storage.store import Store

_NAMED = 20  # files that are named one by one


@dataclass(frozen=True, slots=True)
class Wholeness:
    """What an examination found. ``line`` is the first line of the audit trail that is not as it was written.

    ``unknown`` counts files in the archive that no record names, ``missing`` those named that are not there, and
    ``changed`` those that are not what their name says (when they were read); ``named`` are some of all these.
    ``documents`` and ``packets`` are on record, and as many as the trail ``tells`` of, when nothing is lost.
    """

    line: int | None
    lines: int
    seal: str
    documents: int
    packets: int
    tells: tuple[int, int]
    unknown: int
    missing: int
    changed: int
    named: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.sentences()

    def sentences(self) -> list[str]:
        """What is wrong, for a person."""
        found = []
        if self.line is not None:
            found.append(f"Line {self.line} is not as it was written, or is missing.")
        for what, there, told in (
            ("documents", self.documents, self.tells[0]), ("packets", self.packets, self.tells[1]),
        ):  # fmt: skip
            if self.line is None and there != told:
                found.append(f"{there} {what} are on record; the trail tells of {told}.")
        if self.unknown:
            found.append(
                f"{self.unknown} files of the archive are named by no record, with {self.documents} documents on "
                "record: the database is older than its files, or was copied without its write-ahead log (-wal)."
            )
        if self.missing:
            found.append(f"{self.missing} files that records name are not there.")
        if self.changed:
            found.append(f"{self.changed} files are not what they were.")
        return found


class Archive:
    """Rows and files of an installation together. Threads may share it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def ready(self) -> None:
        """Raise ``Refusal`` (kind ``setup``) when records cannot be read, or nothing can be kept.

        ``database.unreachable``, ``database.busy``, ``storage.full``, ``storage.read_only``, ``storage.broken``.
        """
        with self._store.database.reading() as session:
            if session.get(AuditHeadRow, 1) is None:
                raise LookupError("the audit chain has no head: the database is not migrated")
        self._store.blobs.probe()

    def numbers_open(self) -> int:
        """How many numbers no document has (``office.issuing.missing_numbers`` says which, and why)."""
        with self._store.database.reading() as session:
            return len(numbering.standing_open(session))

    def whole(self, *, read: bool = False) -> Wholeness:
        """Hold the audit trail, the rows and the files against each other; with ``read`` every file's bytes too."""
        unknown, missing, changed = list[str](), list[str](), list[str]()
        for first in range(256):
            prefix = f"{first:02x}"
            there = self._store.blobs.below(prefix)  # before the rows: a file is in its place only after its commit
            with self._store.database.reading() as session:
                known = set(session.scalars(select(BlobRow.sha256).where(BlobRow.sha256.startswith(prefix))))
            unknown += sorted(there - known)
            missing += sorted(sha256 for sha256 in known - there if not self._store.blobs.has(sha256))
            if read:
                changed += sorted(sha256 for sha256 in known & there if not self._is_itself(sha256))
        with self._store.database.reading() as session:
            head = session.get(AuditHeadRow, 1)
            counts = [session.scalar(select(func.count()).select_from(row)) or 0 for row in (DocumentRow, PacketRow)]
            tells = [
                session.scalar(select(func.count()).select_from(AuditRow).where(AuditRow.action == action)) or 0
                for action in ("document.issued", "packet.bound")
            ]
            line = audit.verify(session)
        named = tuple([*missing, *changed, *unknown][:_NAMED])
        return Wholeness(
            line, head.sequence if head else 0, head.sha256 if head else "", counts[0], counts[1],
            (tells[0], tells[1]), len(unknown), len(missing), len(changed), named,
        )  # fmt: skip

    def sealed_line(self, seal: str) -> int | None:
        """The line of the audit trail with this seal, kept elsewhere since; None when it is gone."""
        with self._store.database.reading() as session:
            return audit.sealed(session, seal)

    def _is_itself(self, sha256: str) -> bool:
        with self._store.blobs.where(sha256).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == sha256
