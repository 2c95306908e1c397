"""The office: one object that does the main job. It only wires; each task has a module of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Unpack

from docservice.config import Settings
from docservice.jobs.queue import Queue
from docservice.jobs.words import Mode
from docservice.office import mailing, performing, queueing, warming
from docservice.office.binding import binding, verifying
from docservice.office.binding.kept_exhibits import Exhibits
from docservice.office.binding.verifying import Verification
from docservice.office.issuing import document_index, issuing, on_record, previewing, reproducing
from docservice.office.issuing.on_record import Described, Wanted
from docservice.office.mailing import Mailings
from docservice.office.means import template_folders, working_folders
from docservice.office.means.lifecycle import Replacement
from docservice.office.means.means import Shop
from docservice.office.means.records import (
    ApiKeyRecord,
    DocumentRecord,
    JobRecord,
    LanguageRecord,
    PacketRecord,
    Page,
    Preview,
    Reproduction,
    TemplateRecord,
)
from docservice.office.means.versions import VersionRecord
from docservice.office.people import keys, single_sign_on
from docservice.office.people.accounts import Accounts
from docservice.office.people.roles import Actor
from docservice.office.people.sessions import Sessions
from docservice.office.review import redlining, showing, templates
from docservice.office.review.reviewing import Review
from docservice.office.rules.rules import TownRules
from docservice.office.translating.translations import Translations
from docservice.office.upkeep.archive import Archive
from docservice.packets.forums.rules import Profile
from docservice.packets.plan import Copy, Plan
from docservice.pdf.shelf import Held
from docservice.pipeline.faces import Face
from docservice.pipeline.order import Order
from docservice.refusal import Refusal
from docservice.storage import audit as audit_trail
from docservice.storage.audit import AuditEntry
from docservice.town.pack import TownPack
from docservice.wording.catalog.lint import LintFinding
from docservice.wording.redlines import Redline


class Office:
    """The wired shell. Threads may share it; use it as a context manager or ``close`` it."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.review, self.accounts, self.sessions = Review(shop), Accounts(shop), Sessions(shop)
        self.single_sign_on = single_sign_on.configured(shop, self.town.identity.name)
        self.translations, self.rules = Translations(shop), TownRules(shop)
        self.queue = Queue(shop.store.database, shop.clock, shop.settings.lease_seconds)
        self.exhibits, self.archive, self.mailings = Exhibits(shop), Archive(shop.store), Mailings(shop)
        self.worker = performing.worker(shop, self.queue, bind=self.bind, tidy=self.tidy)

    def __enter__(self) -> Office:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the worker, end rendering processes and let go of the store."""
        self.worker.stop()
        self.shop.apart.close()  # the pool itself, where there is one
        self.shop.store.close()

    @property
    def forums(self) -> Mapping[str, Profile]:
        """The forums that packets may be made for, by key."""
        return self.shop.forums

    @property
    def settings(self) -> Settings:
        return self.shop.settings

    @property
    def town(self) -> TownPack:
        """The town's rules as they are in force today."""
        return self.shop.current()

    def warm(self, *, wait: bool = True) -> None:
        """Start the rendering processes, each with a first letter behind it, before the first order comes."""
        thread = warming.begin(self.shop)
        if thread is not None and wait:
            thread.join()

    @property
    def warmth(self) -> warming.Warmth:
        """How many rendering processes there are, and how many are warm."""
        return warming.warmth(self.shop)

    # Documents

    def preview(self, order: Order, face: Face = "pdf") -> Preview:
        """A draft of what ``issue`` would make, with the same findings; kept nowhere."""
        return previewing.draft(self.shop, order, face)

    def recipients(self, order: Order) -> tuple[str, ...]:
        """The ids of the parties this template goes to, in the casefile's order."""
        return mailing.recipients(self.shop, order)

    def issue(self, order: Order, *, actor: str, idempotency_key: str | None = None) -> DocumentRecord:
        """Issue a document: numbered, recorded, archived. See ``office.issuing.issuing``."""
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
        reason = issuing.plain_reason(reason)
        old = self.document(id)
        return issuing.issue(
            self.shop, order, actor=actor, idempotency_key=idempotency_key, replaces=old.id, reason=reason,
            precondition=partial(precondition, old) if precondition is not None else None,
        )  # fmt: skip

    def void(self, id: str, *, reason: str, actor: str) -> DocumentRecord:
        """Void a document; its bytes stay."""
        return issuing.void(self.shop, self.document(id).id, reason=reason, actor=actor)

    def documents(
        self, *, page: int = 1, per_page: int | None = None, before: int | None = None, **wanted: Unpack[Wanted]
    ) -> Page[DocumentRecord]:
        """Documents on record, newest first. See ``office.issuing.on_record``."""
        size = per_page or self.settings.per_page
        return on_record.documents(self.shop, wanted, page=page, per_page=size, before=before)

    def describe(self, records: Sequence[DocumentRecord], issued_by: str | None = None) -> tuple[Described, ...]:
        """Documents with the dates that they set, and how many others there are."""
        return on_record.describe(self.shop, records, issued_by)

    def document(self, id_or_number: str) -> DocumentRecord:
        """One document. Raises ``Refusal("document.unknown", kind="missing")``."""
        return on_record.document(self.shop, id_or_number)

    def verify(self, code: str) -> DocumentRecord:
        """The document that carries this code. Raises ``Refusal("document.unknown", kind="missing")``."""
        return on_record.verify(self.shop, code)

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
        return tuple(one.version for one in self.review.versions(key))

    def version(self, key: str, number: int) -> VersionRecord:
        """One version. Raises ``Refusal("template.unknown", kind="missing")``."""
        return self.review.version(key, number).version

    def add_template(self, folder: Path, **given: Any) -> VersionRecord:
        """Put a folder that was approved elsewhere on record, in force from a day on: ``templates.add_template``."""
        return templates.add_template(self.shop, folder, **given)

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
        return template_folders.linted(self.shop, folder)

    def redline(self, key: str, old: redlining.Version, new: redlining.Version, language: str = "en") -> Redline:
        """What changed between two versions of a template: numbers on record, or folders."""
        return redlining.between(self.shop, key, old, new, language)

    def shown(self, key: str, number: int, sample: str = "", language: str = "en") -> showing.Shown:
        """A version as it will look: one of its samples as PDF and as pictures of its pages."""
        return showing.shown(self.shop, key, number, sample, language)

    def redline_face(self, made: Redline, face: redlining.RedlineFace, *, author: str = "") -> bytes:
        """A redline as web page, PDF or Word file with tracked changes."""
        return redlining.face(self.shop, made, face, author=author)

    def redline_sheets(
        self,
        key: str,
        old: redlining.Version,
        new: redlining.Version,
        sample: str | Mapping[str, Any] = "",
        language: str = "en",
    ) -> redlining.Sheets:
        """A sample letter under both versions, page beside page, what differs outlined."""
        return redlining.sheets(self.shop, key, old, new, sample, language)

    def handout(self, key: str, language: str, face: Face, on: date | None = None) -> Preview:
        """A handout as it is in force on a day (today)."""
        return previewing.handout(self.shop, key, language, face, on or self.shop.today())

    # Packets

    def bind(
        self,
        plan: Plan,
        files: Mapping[str, Held],
        *,
        actor: str,
        copy: Copy = "full",
        keep: bool = True,
        exhibits: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
        progress: Callable[[int, int, str], None] | None = None,
    ) -> PacketRecord:
        """Bind a packet of ``files`` and of uploaded ``exhibits`` (name → SHA-256). See ``office.binding.binding``."""
        uploaded = exhibits or {}
        record = binding.bind(
            self.shop, plan, {**files, **self.exhibits.located(uploaded, owner=actor)}, actor=actor, copy=copy,
            keep=keep, idempotency_key=idempotency_key, progress=progress,
        )  # fmt: skip
        if keep:
            self.exhibits.keep(uploaded, owner=actor)
        return record

    def find_packets(
        self, *, case: str | None = None, page: int = 1, per_page: int | None = None
    ) -> Page[PacketRecord]:
        """Packets on record, newest first."""
        return binding.find(self.shop, case=case, page=page, per_page=per_page or self.settings.per_page)

    def packets(self) -> tuple[PacketRecord, ...]:
        """Packets on record, newest first."""
        return binding.packets(self.shop)

    def packet(self, id: str) -> PacketRecord:
        """One packet. Raises ``Refusal("packet.unknown", kind="missing")``."""
        return binding.packet(self.shop, id)

    def packet_file(self, id: str, name: str | None = None) -> Path:
        """A file of a packet (the first), where it lies in the archive. Raises ``Refusal("packet.file_unknown")``."""
        record = self.packet(id)
        for file in record.files:
            if name in (None, file["name"]):
                return self.shop.store.blobs.where(file["sha256"])
        raise Refusal("packet.file_unknown", f"The packet has no file “{name}”.", kind="missing")

    def packet_pdf(self, id: str) -> bytes:
        """The first file of a packet, from the archive."""
        return self.shop.store.blobs.read(self.packet(id).sha256)

    def packet_certificate(self, id: str) -> dict[str, Any]:
        """A packet's certificate. Raises ``Refusal("packet.uncertified")`` for one that has none."""
        return binding.certificate(self.shop, self.packet(id))

    def verify_packet(
        self, files: Mapping[str, Path], *, certificate: Any = None, packet: str | None = None
    ) -> Verification:
        """Hold files against a certificate."""
        return verifying.verify(self.shop, files, certificate=certificate, packet=packet)

    def working_folder(self) -> AbstractContextManager[Path]:
        """A folder for files that are on their way in."""
        return working_folders.folder(self.shop)

    # Long work: the worker does it (``worker.start()`` for a thread of this process)

    def queue_letters(
        self, order: Order, *, everyone: bool, actor: str, mode: Mode = "all_or_none",
        idempotency_key: str | None = None,
    ) -> JobRecord:  # fmt: skip
        """Queue an order, or one for everyone its template goes to. See ``office.queueing``."""
        given: dict[str, Any] = {"actor": actor, "mode": mode, "idempotency_key": idempotency_key}
        job = queueing.queue_letters(self.shop, self.queue, order, everyone=everyone, **given)
        self.worker.wake()
        return job

    def queue_packet(
        self,
        plan: Mapping[str, Any],
        files: Mapping[str, Held],
        *,
        actor: str,
        copy: Copy = "full",
        exhibits: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> JobRecord:
        """Queue a packet, by its plan as JSON values."""
        uploaded = exhibits or {}
        every = {**files, **self.exhibits.located(uploaded, owner=actor)}
        job = queueing.queue_packet(
            self.shop, self.queue, plan, every, actor=actor, copy=copy, idempotency_key=idempotency_key
        )
        self.exhibits.keep(uploaded, owner=actor)
        self.worker.wake()
        return job

    def jobs(self, **wanted: Any) -> tuple[JobRecord, ...]:
        """The newest jobs, newest first. See ``jobs.queue.Queue.jobs``."""
        return self.queue.jobs(**wanted)

    def job(self, id: str) -> JobRecord:
        """One job. Raises ``Refusal("job.unknown", kind="missing")``."""
        return self.queue.job(id)

    def cancel_job(self, id: str, *, actor: str) -> JobRecord:
        """Cancel a job, before its next part; what it has made stays."""
        return performing.canceled(self.shop, self.queue, id, actor)

    # Keys, audit, upkeep

    def add_key(
        self, name: str, scopes: Iterable[str], actor: str, account: str | None = None, expires: date | None = None
    ) -> tuple[ApiKeyRecord, str]:
        """A new API key: its record, and its secret, shown this once. ``account``: the person it acts for."""
        return keys.add_key(self.shop, name, scopes, actor, account, expires)

    def rotate_key(self, id: str, *, actor: str, **more: Any) -> tuple[ApiKeyRecord, str]:
        """A successor of an API key, which ends after some days. See ``office.people.keys``."""
        return keys.rotate_key(self.shop, id, actor=actor, **more)

    def key_for(self, secret: str) -> ApiKeyRecord | None:
        """The key with this secret, if it works."""
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

    def tidy(self, seconds: float = 1.0) -> None:
        """Settle what dead processes left; forget what nobody needs. Fill the index for some ``seconds``."""
        self.recover()
        self.exhibits.sweep()
        working_folders.sweep(self.shop)
        self.sessions.sweep()
        document_index.fill(self.shop, seconds)

    def recover(self) -> tuple[int, int]:
        """Settle what killed processes left behind: (files moved to their place, files deleted)."""
        return self.shop.store.recover()
