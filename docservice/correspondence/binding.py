"""Binding packets: documents from the register, exhibits from the caller, one PDF on record."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from docservice import casefile as casefiles
from docservice.checks import Finding
from docservice.correspondence import pinning, production
from docservice.correspondence.idempotency import Request, once
from docservice.correspondence.records import PacketRecord, findings_to_plain, packet_record
from docservice.correspondence.shop import Shop
from docservice.packets.plan import DocumentPart, IssuedPart, Plan
from docservice.refusal import Problem, Refusal
from docservice.storage import audit
from docservice.storage.models import AttachmentRow, DocumentRow, IdempotencyRow, PacketRow
from docservice.storage.store import register

if TYPE_CHECKING:  # the packets room brings the PDF libraries, which letters do not need
    from docservice.packets.assemble import Packet, ResolvedDocument

_SECONDS_OF_A_LETTER = 10  # a packet may take this many times the limit of one letter


def bind(
    shop: Shop,
    plan: Plan,
    files: Mapping[str, bytes],
    *,
    actor: str,
    keep: bool = True,
    idempotency_key: str | None = None,
) -> PacketRecord:
    """Bind the packet of ``plan``; ``files`` are the exhibits it names, by path.

    Documents, their proofs of service, the newest casefile of the case and the photographs filed with its documents
    come from the register. With ``keep`` the packet goes on record, else its PDF is in the record returned. Raises what
    ``packets.assemble`` and, for a key, ``correspondence.idempotency`` raise.
    """
    request = Request(actor, idempotency_key, fingerprint(plan, files)) if keep and idempotency_key else None
    return once(shop, request, _made_before, lambda: _bind(shop, plan, files, actor, keep, request))


def fingerprint(plan: Plan, files: Mapping[str, bytes]) -> str:
    """A SHA-256 over everything asked for."""
    digest = hashlib.sha256(_plain(plan))
    for name in sorted(files):
        digest.update(b"\0" + name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    return digest.hexdigest()


def _plain(plan: Plan) -> bytes:
    return json.dumps(asdict(plan), ensure_ascii=False, sort_keys=True, default=str).encode()


def _made_before(session: Session, row: IdempotencyRow) -> PacketRecord | None:
    found = session.get(PacketRow, row.packet_id) if row.packet_id is not None else None
    return packet_record(found) if found is not None else None


def _bind(
    shop: Shop, plan: Plan, files: Mapping[str, bytes], actor: str, keep: bool, request: Request | None
) -> PacketRecord:
    on = shop.today()
    rows, photos = _of_case(shop, plan.case)
    plan = plan.resolved(lambda part: _issued(rows, part))
    documents = {part.number: _resolved(shop, rows, part) for part in plan.parts if isinstance(part, DocumentPart)}
    available = {**{name: shop.store.blobs.read(sha256) for name, sha256 in photos.items()}, **files}
    edition = pinning.edition_in_force(shop.editions, on)
    snapshot = shop.store.blobs.read(rows[-1].casefile_sha256) if rows else None
    arguments = (plan, documents, available, edition.sha256, snapshot, on)
    parts = {edition.sha256: edition.data}
    if shop.pool is not None:
        seconds = shop.pool.seconds * _SECONDS_OF_A_LETTER
        packet = shop.pool.call_within(
            seconds, _assemble, parts, *arguments, shop.settings.fonts_home, shop.settings.fonts
        )  # fmt: skip
    else:
        packet = _assemble(parts, *arguments, shop.settings.fonts_home, shop.settings.fonts)
    return _keep(shop, plan, packet, actor, request) if keep else _unkept(shop, plan, packet, actor)


def _assemble(
    parts: Mapping[str, bytes],
    plan: Plan,
    documents: Mapping[str, ResolvedDocument],
    files: Mapping[str, bytes],
    pack: str,
    snapshot: bytes | None,
    on: date,
    fonts_home: Path,
    fonts_search: tuple[Path, ...],
) -> Packet:
    from docservice.packets.assemble import assemble

    return assemble(
        plan,
        documents=documents,
        files=files,
        pack=production.pinned_pack(pack, parts),
        fonts=production.prepared_fonts(fonts_home, fonts_search),
        on=on,
        casefile=casefiles.load(snapshot) if snapshot is not None else None,
    )


def _of_case(shop: Shop, case: str) -> tuple[list[DocumentRow], dict[str, str]]:
    """The documents in force in a case, in order of issue, and the pictures filed with them (name → sha256)."""
    with shop.store.database.reading() as session:
        query = select(DocumentRow).where(DocumentRow.case_number == case, DocumentRow.status != "void")
        rows = list(session.scalars(query.order_by(DocumentRow.position)))
        filed = select(AttachmentRow).where(AttachmentRow.document_id.in_([row.id for row in rows]))
        return rows, {one.name: one.sha256 for one in session.scalars(filed)}


def _issued(rows: list[DocumentRow], part: IssuedPart) -> list[str]:
    return [
        row.number
        for row in rows
        if row.template == part.template
        and row.status == "issued"
        and part.about in (None, row.about)
        and part.recipient in (None, row.recipient)
    ]


def _resolved(shop: Shop, rows: list[DocumentRow], part: DocumentPart) -> ResolvedDocument:
    by_number = {row.number: row for row in rows}
    row = by_number.get(part.number)
    if row is None:
        message = f"{part.number} is not on record in this case, or is void."
        raise Refusal("packet.document", message, [Problem("packet.document", message, part.number)])
    if part.proofs is None:
        proofs = [one for one in rows if one.notice.get("served", {}).get("number") == row.number]
    else:
        missing = [number for number in part.proofs if number not in by_number]
        if missing:
            problems = [
                Problem("packet.document", f"the proof {number} is not on record", number) for number in missing
            ]
            raise Refusal("packet.document", f"Proofs of {part.number} are not on record.", problems)
        proofs = [by_number[number] for number in part.proofs]
    found = [_document(shop, one) for one in proofs if one.status == "issued"]
    return _document(shop, row, tuple(found))


def _document(shop: Shop, row: DocumentRow, proofs: tuple[ResolvedDocument, ...] = ()) -> ResolvedDocument:
    from docservice.packets.assemble import ResolvedDocument

    pdf = shop.store.blobs.read(row.sha256)
    return ResolvedDocument(row.number, pdf, row.title, row.sha256, row.recipient_name or None, row.language, proofs)


def _keep(shop: Shop, plan: Plan, packet: Packet, actor: str, request: Request | None) -> PacketRecord:
    at = shop.clock()
    with shop.store.blobs.staging() as stage:
        sha256, plan_sha256 = stage.put(packet.pdf), stage.put(_plain(plan))
        with shop.store.database.writing() as session:
            register(session, stage, at)
            row = PacketRow(
                id=str(uuid.uuid4()),
                title=plan.title,
                case_number=plan.case,
                pages=packet.pages,
                sha256=sha256,
                plan_sha256=plan_sha256,
                entries=[asdict(entry) for entry in packet.entries],
                findings=findings_to_plain(_findings(packet)),
                created_at=at,
                created_by=actor,
            )
            detail = {"case": plan.case, "sha256": sha256, "pages": packet.pages}
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


def _findings(packet: Packet) -> tuple[Finding, ...]:
    return tuple(Finding(one.code, one.severity, one.message, one.place) for one in packet.findings)


def _unkept(shop: Shop, plan: Plan, packet: Packet, actor: str) -> PacketRecord:
    return PacketRecord(
        id="",
        title=plan.title,
        case=plan.case,
        pages=packet.pages,
        sha256=hashlib.sha256(packet.pdf).hexdigest(),
        entries=tuple(asdict(entry) for entry in packet.entries),
        findings=_findings(packet),
        created_at=shop.clock(),
        created_by=actor,
        pdf=packet.pdf,
    )


def packets(shop: Shop) -> tuple[PacketRecord, ...]:
    """Every packet on record, newest first."""
    with shop.store.database.reading() as session:
        return tuple(
            packet_record(row) for row in session.scalars(select(PacketRow).order_by(PacketRow.position.desc()))
        )


def packet(shop: Shop, packet_id: str) -> PacketRecord:
    """One packet. Raises ``Refusal("packet.unknown", kind="missing")``."""
    with shop.store.database.reading() as session:
        row = session.get(PacketRow, packet_id)
        if row is None:
            raise Refusal("packet.unknown", f"There is no packet “{packet_id}”.", kind="missing")
        return packet_record(row)
