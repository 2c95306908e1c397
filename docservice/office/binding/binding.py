"""Binding packets: documents from the register, exhibits from the caller, files and a certificate on record."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from docservice import casefile as casefiles
from docservice.finding import Finding
from docservice.office.binding import drafted
from docservice.office.binding.case_facts import facts_on_record, photographs_of
from docservice.office.binding.packet_register import documents_for, issued_from, of_case, places_of
from docservice.office.means import working_folders
from docservice.office.means.idempotency import Request, once
from docservice.office.means.means import Means
from docservice.office.means.records import PacketRecord, Page, packet_record
from docservice.packets.forums.rules import Profile
from docservice.packets.plan import Copy, Plan
from docservice.packets.plan_parts import named
from docservice.pdf.shelf import FolderShelf, Held, sha256_of
from docservice.pipeline import pinning
from docservice.refusal import Refusal
from docservice.rendering.fonts import FontPlaces
from docservice.storage import audit
from docservice.storage.models import DocumentRow, IdempotencyRow, PacketRow
from docservice.storage.store import register

if TYPE_CHECKING:  # the packets room brings the PDF libraries, which letters do not need
    from docservice.packets.assemble import Bindery, Packet
    from docservice.packets.finishing import Sealing
    from docservice.packets.pieces import ResolvedDocument

_Progress = Callable[[int, int, str], None]
_SECONDS_OF_A_PART = 3600.0  # recognizing the text of hundreds of scanned pages takes long; each page has its own limit
_SECONDS_OF_WRITING = 1200.0


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a packet is made of, as the processes that make it need it: values, and where files lie."""

    plan: Plan
    documents: Mapping[str, ResolvedDocument]
    files: Mapping[str, Held]
    pack: str  # SHA-256 of the town pack
    snapshot: bytes | None  # the casefile
    on: date
    copy: Copy
    shelf: Path
    into: Path
    fonts: FontPlaces
    seal: Sealing | None = None
    base: Mapping[str, Any] | None = None  # the certificate of the packet that is supplemented
    base_files: tuple[Path, ...] = ()
    forums: Mapping[str, Profile] | None = None


def bind(
    means: Means,
    plan: Plan,
    files: Mapping[str, Held],
    *,
    actor: str,
    copy: Copy = "full",
    keep: bool = True,
    into: Path | None = None,
    idempotency_key: str | None = None,
    progress: _Progress | None = None,
) -> PacketRecord:
    """Bind the packet of ``plan``; ``files`` are the exhibits it names, by path.

    Documents, their proofs of service, the newest casefile of the case and the photographs filed with its documents
    come from the register. With ``keep`` the packet goes on record, else its PDF is in the record returned,
    and its files lie in the folder ``into``.
    ``progress`` (done, total, label) is called between parts, and may raise to stop. Raises what ``packets.assemble``
    and, for a key, ``office.means.idempotency`` raise.
    """
    fingerprinted = fingerprint(plan, files, copy) if keep and idempotency_key else ""
    request = Request(actor, idempotency_key, fingerprinted) if keep and idempotency_key else None
    return once(
        means, request, _made_before, lambda: _bind(means, plan, files, actor, copy, keep, into, request, progress)
    )


def fingerprint(plan: Plan, files: Mapping[str, Held], copy: Copy) -> str:
    """A SHA-256 over everything asked for."""
    digest = hashlib.sha256(_plain(plan) + copy.encode())
    for name in sorted(files):
        digest.update(b"\0" + name.encode() + b"\0" + bytes.fromhex(sha256_of(files[name])))
    return digest.hexdigest()


def _plain(plan: Plan) -> bytes:
    return json.dumps(asdict(plan), ensure_ascii=False, sort_keys=True, default=str).encode()


def _made_before(session: Session, row: IdempotencyRow) -> PacketRecord | None:
    found = session.get(PacketRow, row.packet_id) if row.packet_id is not None else None
    return packet_record(found) if found is not None else None


def _bind(
    means: Means,
    plan: Plan,
    files: Mapping[str, Held],
    actor: str,
    copy: Copy,
    keep: bool,
    drafts: Path | None,
    request: Request | None,
    progress: _Progress | None,
) -> PacketRecord:
    rows, photos = of_case(means, plan.case)
    with working_folders.folder(means) as into, places_of(plan, rows):
        asked, parts = _asked(means, plan, files, copy, into, rows, photos)
        total = len(asked.plan.parts) + 1
        for place, part in enumerate(asked.plan.parts):
            if progress is not None:
                progress(place, total, f"part {place + 1} of {total - 1}: {named(part)}")
            means.make_within(_SECONDS_OF_A_PART, _make_ready, parts, asked, place)
        if progress is not None:
            progress(total - 1, total, "putting the parts together")
        packet = means.make_within(_SECONDS_OF_WRITING, _assemble, parts, asked)
        if drafts is not None and not keep:
            drafted.put(drafts, packet)
        return _keep(means, asked, packet, actor, request) if keep else _unkept(means, plan, packet, actor, copy)


def _asked(
    means: Means,
    plan: Plan,
    files: Mapping[str, Held],
    copy: Copy,
    into: Path,
    rows: Sequence[DocumentRow],
    photos: Mapping[str, str],
) -> tuple[_Asked, Mapping[str, bytes]]:
    on = means.today()
    plan = plan.resolved(lambda part: issued_from(rows, part))
    edition = pinning.edition_in_force(means.editions, on)
    snapshot = facts_on_record(means, plan.case, rows)
    photos = {**photographs_of(means, snapshot), **photos}
    base = _supplemented(means, plan)
    asked = _Asked(
        plan=plan,
        documents=documents_for(means, rows, plan),
        files={**{name: means.store.blobs.where(sha256) for name, sha256 in photos.items()}, **files},
        pack=edition.sha256,
        snapshot=snapshot,
        on=on,
        copy=copy,
        shelf=means.settings.shelf,
        into=into,
        fonts=means.fonts,
        seal=_sealing(means, plan),
        base=certificate(means, base) if base is not None else None,
        base_files=tuple(means.store.blobs.where(file["sha256"]) for file in base.files) if base is not None else (),
        forums=means.forums,
    )
    return asked, {edition.sha256: edition.data}


def _sealing(means: Means, plan: Plan) -> Sealing | None:
    """What the plan's seal is made with, where the installation has a key. Raises ``Refusal("seal.key")``."""
    from docservice.packets.finishing import Sealing
    from docservice.pdf.sealing.seal import Credentials

    settings = means.settings
    if not plan.seal or settings.seal_key is None:
        return None
    try:
        key = settings.seal_key.read_bytes()
    except OSError as error:
        message = f"The key of the seal, {settings.seal_key}, cannot be read: {error.strerror}."
        raise Refusal("seal.key", message, kind="setup") from None
    town = means.current().identity.name
    return Sealing(
        Credentials(key, settings.seal_passphrase or None), means.clock(), town, settings.seal_timestamps or None
    )  # fmt: skip


def _supplemented(means: Means, plan: Plan) -> PacketRecord | None:
    if plan.supplements is None:
        return None
    try:
        record = packet(means, plan.supplements)
        certificate(means, record)
    except Refusal as refusal:
        problem = Finding.error("packet.supplement", refusal.message, "/supplements")
        raise Refusal("packet.supplement", refusal.message, [problem]) from None
    return record


def _make_ready(parts: Mapping[str, bytes], asked: _Asked, place: int) -> None:
    from docservice.packets.assemble import make_ready

    make_ready(
        asked.plan, place, _bindery(parts, asked), documents=asked.documents, files=asked.files, copy=asked.copy,
        terms=_terms(asked),
    )  # fmt: skip


def _assemble(parts: Mapping[str, bytes], asked: _Asked) -> Packet:
    from docservice.packets.assemble import assemble
    from docservice.packets.supplement import supplement

    bindery, terms = _bindery(parts, asked), _terms(asked)
    if asked.base is not None:
        return supplement(
            asked.plan, bindery, asked.base, asked.base_files, documents=asked.documents, files=asked.files
        )
    return assemble(
        asked.plan, bindery, documents=asked.documents, files=asked.files, copy=asked.copy, terms=terms
    )  # fmt: skip


def _bindery(parts: Mapping[str, bytes], asked: _Asked) -> Bindery:
    from docservice.packets.assemble import Bindery

    return Bindery(
        pinning.pinned_pack(asked.pack, parts),
        asked.fonts.prepared(),
        asked.on,
        asked.into,
        casefiles.load(asked.snapshot, on_record=True) if asked.snapshot is not None else None,
        FolderShelf(asked.shelf),
        seal=asked.seal,
        forums=asked.forums,
    )


def _terms(asked: _Asked) -> tuple[str, ...]:
    if asked.copy == "full" or asked.snapshot is None:
        return ()
    from docservice.pdf.redaction.wanted import confidential_terms

    return confidential_terms(casefiles.load(asked.snapshot, on_record=True))


def _keep(means: Means, asked: _Asked, packet: Packet, actor: str, request: Request | None) -> PacketRecord:
    at = means.clock()
    plan = asked.plan
    with means.store.blobs.staging() as stage:
        for file in packet.files:
            stage.take(file.path, file.sha256)
        plan_sha256 = stage.put(_plain(plan))
        certificate_sha256 = stage.put(_certificate_bytes(packet.certificate))
        with means.store.database.writing() as session:
            register(session, stage, at)
            row = PacketRow(
                id=str(uuid.uuid4()),
                title=str(packet.certificate["title"]),
                case_number=plan.case,
                pages=packet.pages,
                sha256=packet.files[0].sha256,
                plan_sha256=plan_sha256,
                certificate_sha256=certificate_sha256,
                copy=asked.copy,
                profile=plan.profile,
                supplements=plan.supplements,
                files=list(packet.certificate["files"]),
                entries=[asdict(entry) for entry in packet.entries],
                findings=[one.to_plain() for one in _findings(packet)],
                created_at=at,
                created_by=actor,
            )
            detail = {"case": plan.case, "sha256": row.sha256, "pages": packet.pages, "files": len(packet.files),
                      "certificate": certificate_sha256, "copy": asked.copy}  # fmt: skip
            row.position = audit.record(
                session, at=at, actor=actor, action="packet.bound", subject=row.id, detail=detail
            )
            session.add(row)
            session.flush()
            if request is not None:
                request.remember(session, at, packet=row.id)
            record = packet_record(row)
        stage.publish()
    return record


def _certificate_bytes(certificate: Mapping[str, Any]) -> bytes:
    return json.dumps(certificate, ensure_ascii=False, indent=1).encode()


def _findings(packet: Packet) -> tuple[Finding, ...]:
    return tuple(packet.findings)


def _unkept(means: Means, plan: Plan, packet: Packet, actor: str, copy: Copy) -> PacketRecord:
    return PacketRecord(
        id="",
        title=str(packet.certificate["title"]),
        case=plan.case,
        pages=packet.pages,
        sha256=packet.files[0].sha256,
        entries=tuple(asdict(entry) for entry in packet.entries),
        findings=_findings(packet),
        created_at=means.clock(),
        created_by=actor,
        files=tuple(packet.certificate["files"]),
        copy=copy,
        profile=plan.profile,
        pdf=packet.files[0].path.read_bytes(),
    )


def find(means: Means, *, case: str | None, page: int, per_page: int) -> Page[PacketRecord]:
    """Packets on record, of one case or of all, newest first."""
    conditions = [PacketRow.case_number == case] if case is not None else []
    query = select(PacketRow).where(*conditions).order_by(PacketRow.position.desc())
    with means.store.database.reading() as session:
        total = session.scalar(select(func.count()).select_from(PacketRow).where(*conditions)) or 0
        rows = session.scalars(query.limit(per_page).offset((max(page, 1) - 1) * per_page))
        return Page(tuple(packet_record(row) for row in rows), total)


def packets(means: Means) -> tuple[PacketRecord, ...]:
    """Every packet on record, newest first."""
    with means.store.database.reading() as session:
        return tuple(
            packet_record(row) for row in session.scalars(select(PacketRow).order_by(PacketRow.position.desc()))
        )


def packet(means: Means, packet_id: str) -> PacketRecord:
    """One packet. Raises ``Refusal("packet.unknown", kind="missing")``."""

    with means.store.database.reading() as session:
        row = session.get(PacketRow, packet_id)
        if row is None:
            raise Refusal("packet.unknown", f"There is no packet “{packet_id}”.", kind="missing")
        return packet_record(row)


def certificate(means: Means, record: PacketRecord) -> dict[str, Any]:
    """The certificate of a packet. Raises ``Refusal("packet.uncertified")`` for one bound by an earlier release."""
    if record.certificate_sha256 is None:
        message = f"The packet {record.id} was bound by an earlier release, without a certificate."
        raise Refusal("packet.uncertified", message)
    found: dict[str, Any] = json.loads(means.store.blobs.read(record.certificate_sha256))
    return found
