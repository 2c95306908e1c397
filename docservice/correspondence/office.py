"""The office: one object that does the main job. It only wires; each task has a module of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from docservice import casefile as casefiles
from docservice.catalog import versions as version_room
from docservice.catalog.lifecycle import Replacement
from docservice.catalog.lint import LintFinding
from docservice.catalog.versions import VersionRecord
from docservice.config import Settings
from docservice.correspondence import (
    binding,
    issuing,
    keys,
    pinning,
    previewing,
    production,
    queueing,
    reproducing,
    templates,
)
from docservice.correspondence.accounts import Accounts
from docservice.correspondence.choices import Face
from docservice.correspondence.order import Order
from docservice.correspondence.records import (
    ApiKeyRecord,
    DocumentRecord,
    JobRecord,
    LanguageRecord,
    PacketRecord,
    Page,
    Preview,
    Reproduction,
    TemplateRecord,
    document_record,
)
from docservice.correspondence.reviewing import Review
from docservice.correspondence.roles import Actor
from docservice.correspondence.shop import Shop, recipients_of
from docservice.correspondence.templates import ON_PAPER
from docservice.jobs.pool import Pool
from docservice.jobs.queue import Queue
from docservice.jobs.worker import Worker
from docservice.packets.plan import Plan
from docservice.refusal import Refusal
from docservice.storage import audit as audit_trail
from docservice.storage.audit import AuditEntry
from docservice.storage.models import DocumentRow
from docservice.storage.store import open_store
from docservice.town.pack import TownPack


def open_office(settings: Settings, *, clock: Callable[[], datetime] | None = None) -> Office:
    """Open the office on its data.

    Creates or migrates the database, settles what killed processes left, and puts the shipped templates on record when
    the catalog is empty. ``clock`` gives the time (aware); the real one unless a test says otherwise.
    """
    editions = pinning.load_editions(settings.town)
    store = open_store(settings.database, settings.blobs)
    pool = None
    if settings.isolated_rendering:
        pool = Pool(settings.workers, settings.render_seconds, settings.render_megabytes)
    shop = Shop(settings, store, editions, clock or (lambda: datetime.now(UTC)), pool)
    office = Office(shop)
    try:
        office.recover()
        with store.database.reading() as session:
            empty = not version_room.keys(session)
        if empty:
            templates.import_shipped(shop)
    except BaseException:
        office.close()
        raise
    return office


class Office:
    """The wired shell. Threads may share it; use it as a context manager or ``close`` it."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.review, self.accounts = Review(shop), Accounts(shop)
        self.queue = Queue(shop.store.database, shop.clock, shop.settings.lease_seconds)
        self.worker = Worker(self.queue, partial(queueing.perform, self))

    def __enter__(self) -> Office:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the worker, end rendering processes and let go of the store."""
        self.worker.stop()
        if self.shop.pool is not None:
            self.shop.pool.close()
        self.shop.store.close()

    @property
    def settings(self) -> Settings:
        return self.shop.settings

    @property
    def town(self) -> TownPack:
        """The newest edition of the town's rules."""
        return self.shop.editions[-1].pack

    def warm(self) -> None:
        """Start the rendering processes and let them read fonts and town rules, before the first order comes."""
        production.prepared_fonts(self.settings.fonts_home, self.settings.fonts)  # made once, not by each worker
        if self.shop.pool is not None:
            edition, settings = self.shop.editions[-1], self.settings
            parts = {edition.sha256: edition.data}
            self.shop.pool.warm(production.warm, parts, edition.sha256, settings.fonts_home, settings.fonts)

    # Documents

    def preview(self, order: Order, face: Face = "pdf") -> Preview:
        """A draft of what ``issue`` would make, with the same findings; kept nowhere."""
        return previewing.draft(self.shop, order, face)

    def recipients(self, order: Order) -> tuple[str, ...]:
        """The ids of the parties this template goes to, in the casefile's order."""
        casefile = casefiles.load(order.casefile)
        with self.shop.store.database.reading() as session:
            version = self.shop.version(session, order.template, order.version, order.on or self.shop.today())
        return recipients_of(casefile, self.shop.bundle(version.sha256))

    def issue(self, order: Order, *, actor: str, idempotency_key: str | None = None) -> DocumentRecord:
        """Issue a document: numbered, recorded, archived. See ``correspondence.issuing``."""
        return issuing.issue(self.shop, order, actor=actor, idempotency_key=idempotency_key)

    def supersede(
        self,
        id: str,
        order: Order,
        *,
        reason: str,
        actor: str,
        idempotency_key: str | None = None,
        precondition: Callable[[DocumentRecord], None] | None = None,
    ) -> DocumentRecord:
        """Issue a document that takes an issued one's place and says so on its face.

        ``precondition`` sees the document to be replaced and may refuse, unless the request was done before.
        """
        issuing.refuse_reason(reason)
        old = self.document(id)
        return issuing.issue(
            self.shop,
            order,
            actor=actor,
            idempotency_key=idempotency_key,
            replaces=old.id,
            reason=reason,
            precondition=partial(precondition, old) if precondition is not None else None,
        )

    def void(self, id: str, *, reason: str, actor: str) -> DocumentRecord:
        """Void a document; its bytes stay."""
        return issuing.void(self.shop, self.document(id).id, reason=reason, actor=actor)

    def documents(
        self,
        *,
        case: str | None = None,
        template: str | None = None,
        status: str | None = None,
        page: int = 1,
        per_page: int | None = None,
    ) -> Page[DocumentRecord]:
        """Documents on record, newest first."""
        wanted = {DocumentRow.case_number: case, DocumentRow.template: template, DocumentRow.status: status}
        conditions = [column == value for column, value in wanted.items() if value is not None]
        size = per_page or self.settings.per_page
        query = select(DocumentRow).where(*conditions).order_by(DocumentRow.position.desc())
        with self.shop.store.database.reading() as session:
            total = session.scalar(select(func.count()).select_from(DocumentRow).where(*conditions)) or 0
            rows = session.scalars(query.limit(size).offset((max(page, 1) - 1) * size))
            return Page(tuple(document_record(row) for row in rows), total)

    def document(self, id_or_number: str) -> DocumentRecord:
        """One document. Raises ``Refusal("document.unknown", kind="missing")``."""
        return self._document(DocumentRow.id == id_or_number, DocumentRow.number == id_or_number, name=id_or_number)

    def verify(self, code: str) -> DocumentRecord:
        """The document that carries this code. Raises ``Refusal("document.unknown", kind="missing")``."""
        cleaned = "".join(character for character in code.upper() if character.isalnum())
        return self._document(DocumentRow.verify_code == cleaned, name=cleaned[:20])

    def _document(self, *conditions: object, name: str) -> DocumentRecord:
        with self.shop.store.database.reading() as session:
            for condition in conditions:
                row = session.scalar(select(DocumentRow).where(condition))  # type: ignore[arg-type]
                if row is not None:
                    return document_record(row)
        raise Refusal("document.unknown", f"There is no document “{name}”.", kind="missing")

    def face(self, id: str, face: Face) -> tuple[bytes, str]:
        """A face of an issued document, and its media type."""
        return reproducing.face(self.shop, self.document(id).id, face)

    def reproduce(self, id: str) -> Reproduction:
        """Render an issued document again from its pinned parts and compare bytes."""
        return reproducing.reproduce(self.shop, self.document(id).id)

    # Templates and handouts

    def templates(self) -> tuple[TemplateRecord, ...]:
        """Every template, with the version in force today."""
        return templates.templates(self.shop)

    def languages(self) -> tuple[LanguageRecord, ...]:
        """The languages offered."""
        return templates.languages(self.shop)

    def versions(self, key: str) -> tuple[VersionRecord, ...]:
        """Every version of a template. Raises ``Refusal("template.unknown", kind="missing")``."""
        with self.shop.store.database.reading() as session:
            return version_room.versions(session, key)

    def version(self, key: str, number: int) -> VersionRecord:
        """One version. Raises ``Refusal("template.unknown", kind="missing")``."""
        with self.shop.store.database.reading() as session:
            return version_room.version(session, key, number)

    def add_template(
        self, folder: Path, *, effective_on: date, actor: str, approved_by: str = ON_PAPER
    ) -> VersionRecord:
        """Put a template folder that was approved elsewhere on record, in force from a day on."""
        return templates.add_template(
            self.shop, folder, effective_on=effective_on, actor=actor, approved_by=approved_by
        )  # fmt: skip

    def import_templates(self, *, actor: str = "docservice") -> tuple[VersionRecord, ...]:
        """Put the installation's templates on record; those that have not changed stay as they are."""
        return templates.import_shipped(self.shop, actor=actor)

    def withdraw(
        self, key: str, number: int, *, reason: str, actor: str, replacement: Replacement = None
    ) -> VersionRecord:
        """The operator takes a version out of force for good; people do it by ``review.withdraw``."""
        return self.review.withdraw(key, number, reason=reason, replacement=replacement, actor=Actor(actor))

    def lint(self, folder: Path) -> tuple[LintFinding, ...]:
        """What is wrong with a template folder, by file and line."""
        return templates.lint(self.shop, folder)

    def handout(self, key: str, language: str, face: Face, on: date | None = None) -> Preview:
        """A handout as it is in force on a day (today)."""
        return previewing.handout(self.shop, key, language, face, on or self.shop.today())

    # Packets

    def bind(
        self,
        plan: Plan,
        files: Mapping[str, bytes],
        *,
        actor: str,
        keep: bool = True,
        idempotency_key: str | None = None,
    ) -> PacketRecord:
        """Bind a packet. See ``correspondence.binding``."""
        return binding.bind(self.shop, plan, files, actor=actor, keep=keep, idempotency_key=idempotency_key)

    def packets(self) -> tuple[PacketRecord, ...]:
        """Packets on record, newest first."""
        return binding.packets(self.shop)

    def packet(self, id: str) -> PacketRecord:
        """One packet. Raises ``Refusal("packet.unknown", kind="missing")``."""
        return binding.packet(self.shop, id)

    def packet_pdf(self, id: str) -> bytes:
        """A packet's PDF, from the archive."""
        return self.shop.store.blobs.read(self.packet(id).sha256)

    # Long work: the worker does it (``worker.start()`` for a thread of this process)

    def queue_letters(
        self, order: Order, *, everyone: bool, actor: str, idempotency_key: str | None = None
    ) -> JobRecord:
        """Queue an order, or one for everyone its template goes to. See ``correspondence.queueing``."""
        job = queueing.queue_letters(self, order, everyone=everyone, actor=actor, idempotency_key=idempotency_key)
        self.worker.wake()
        return job

    def queue_packet(
        self, plan: Mapping[str, Any], files: Mapping[str, bytes], *, actor: str, idempotency_key: str | None = None
    ) -> JobRecord:
        """Queue a packet, by its plan as JSON values."""
        job = queueing.queue_packet(self, plan, files, actor=actor, idempotency_key=idempotency_key)
        self.worker.wake()
        return job

    def jobs(self, *, state: str | None = None, last: int = 100) -> tuple[JobRecord, ...]:
        """The newest jobs, newest first."""
        return self.queue.jobs(state=state, last=last)

    def job(self, id: str) -> JobRecord:
        """One job. Raises ``Refusal("job.unknown", kind="missing")``."""
        return self.queue.job(id)

    def cancel_job(self, id: str, *, actor: str) -> JobRecord:
        """Cancel a job, before its next part; what it has made stays."""
        return self.queue.cancel(id, actor=actor)

    # Keys, audit, upkeep

    def add_key(
        self, name: str, scopes: Iterable[str], actor: str, account: str | None = None
    ) -> tuple[ApiKeyRecord, str]:
        """A new API key: its record, and its secret, shown this once. ``account``: the person it acts for."""
        return keys.add_key(self.shop, name, scopes, actor, account)

    def key_for(self, secret: str) -> ApiKeyRecord | None:
        """The unrevoked key with this secret."""
        return keys.key_for(self.shop, secret)

    def keys(self) -> tuple[ApiKeyRecord, ...]:
        """Every key, oldest first."""
        return keys.keys(self.shop)

    def revoke_key(self, id: str, *, actor: str = "operator") -> ApiKeyRecord:
        """Revoke a key."""
        return keys.revoke_key(self.shop, id, actor=actor)

    def audit(self, *, subject: str | None = None, below: str | None = None, last: int = 100) -> tuple[AuditEntry, ...]:
        """The newest lines of the audit trail; of one subject, or of all ``below`` one (a template's key)."""
        with self.shop.store.database.reading() as session:
            return audit_trail.entries(session, subject=subject, below=below, last=last)

    def verify_audit(self) -> int | None:
        """The first line of the audit trail that is not as it was written; None when the chain is whole."""
        with self.shop.store.database.reading() as session:
            return audit_trail.verify(session)

    def recover(self) -> tuple[int, int]:
        """Settle what killed processes left behind: (files moved to their place, files deleted)."""
        return self.shop.store.recover()
