"""The office: its rooms, wired. What a room does stands in the room."""

from __future__ import annotations

from docservice.config import Settings
from docservice.office import warming
from docservice.office.binding.room import Binding
from docservice.office.cases.room import Cases
from docservice.office.issuing import document_index
from docservice.office.issuing.room import Issuing
from docservice.office.jobs import Jobs
from docservice.office.means import working_folders
from docservice.office.means.means import Means
from docservice.office.people.room import People
from docservice.office.review.reviewing import Review
from docservice.office.searching import Searching
from docservice.office.upkeep.archive import Archive
from docservice.storage import audit as audit_trail
from docservice.storage.audit import AuditEntry
from docservice.town.pack import TownPack

_DUE_SECONDS = 20.0  # an hour, for what is due: all of it after new rules, else little or nothing


class Office:
    """The wired shell. Threads may share it; use it as a context manager or ``close`` it.

    Its rooms: ``issuing`` (documents), ``cases`` (on record), ``review`` (what is proposed and approved: versions of
    wording, with their ``translations`` and the town's ``rules``), ``binding`` (packets and exhibits), ``people``
    (accounts, sessions, keys), ``searching`` (cases and papers by any word) and ``jobs`` (long work).
    ``means`` is what all of them work with.
    What is left here keeps the house itself: warm, tidy, audited, closed.
    """

    def __init__(self, means: Means) -> None:
        self.means = means
        self.issuing, self.review = Issuing(means), Review(means)
        self.cases = Cases(means)
        self.binding, self.people = Binding(means), People(means, self.town.identity.name)
        self.searching = Searching(means)
        self.jobs = Jobs(means, self.binding, self.tidy)

    def __enter__(self) -> Office:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the worker, end rendering processes and let go of the store."""
        self.jobs.worker.stop()
        self.means.apart.close()  # the pool itself, where there is one
        self.means.store.close()

    @property
    def settings(self) -> Settings:
        return self.means.settings

    @property
    def town(self) -> TownPack:
        """The town's rules as they are in force today."""
        return self.means.current()

    @property
    def archive(self) -> Archive:
        """The archive as its operator sees it."""
        return Archive(self.means.store)

    def warm(self, *, wait: bool = True) -> None:
        """Start the rendering processes, each with a first letter behind it, before the first order comes."""
        thread = warming.begin(self.means)
        if thread is not None and wait:
            thread.join()

    @property
    def warmth(self) -> warming.Warmth:
        """How many rendering processes there are, and how many are warm."""
        return warming.warmth(self.means)

    def audit(self, *, subject: str | None = None, below: str | None = None, last: int = 100) -> tuple[AuditEntry, ...]:
        """The newest lines of the audit trail; of one subject, or of all ``below`` one (a template's key)."""
        with self.means.store.database.reading() as session:
            return audit_trail.entries(session, subject=subject, below=below, last=last)

    def verify_audit(self) -> int | None:
        """The first line of the audit trail that is not as it was written; None when the chain is whole."""
        with self.means.store.database.reading() as session:
            return audit_trail.verify(session)

    def tidy(self, seconds: float = 1.0) -> None:
        """Settle what dead processes left; forget what nobody needs. Fill the index for some ``seconds``."""
        self.recover()
        self.binding.exhibits.sweep()
        working_folders.sweep(self.means)
        self.people.sessions.sweep()
        self.people.drafts.sweep()
        document_index.fill(self.means, seconds)
        self.cases.due.freshen(_DUE_SECONDS)

    def recover(self) -> tuple[int, int]:
        """Settle what killed processes left behind: (files moved to their place, files deleted)."""
        return self.means.store.recover()
