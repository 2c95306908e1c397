"""The archive as its operator sees it: whether it can be read and written, and whether it is whole."""

from __future__ import annotations

from docservice.storage.models import AuditHeadRow
from docservice.storage.store import Store


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
