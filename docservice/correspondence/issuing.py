"""Issuing: a number, a record, and bytes that stay; or nothing at all.

The number is printed on the document, so it must be known before rendering, and must not be used up when rendering or a
check refuses. So: the upcoming number is read, the document rendered and checked with it, its files staged; then one
short transaction takes the number and adds the record. If another process took the number meanwhile, the document is
rendered again inside the transaction, where the number cannot move. Files go to their place after the commit
(``storage.blobs``). A kill at any point leaves either all of the document or nothing.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docservice.correspondence import document_index, production
from docservice.correspondence.idempotency import Request, once
from docservice.correspondence.order import Order, is_plain
from docservice.correspondence.production import Earlier, Product
from docservice.correspondence.records import DocumentRecord, document_record, findings_to_plain
from docservice.correspondence.serving import with_register
from docservice.correspondence.shop import Prepared, Shop
from docservice.refusal import Problem, Refusal
from docservice.storage import audit, numbering
from docservice.storage.blobs import Stage
from docservice.storage.models import AttachmentRow, DocumentRow, IdempotencyRow
from docservice.storage.store import register

_CODE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O, 1 I L, no U
_CODE_LENGTH = 10


@dataclass(frozen=True, slots=True)
class _Made:
    """One document of a set, rendered: the English text, or its translation."""

    prepared: Prepared
    product: Product
    number: str
    code: str
    verify_url: str
    original: Earlier | None


class _NumberMovedError(Exception):
    """Another process took the number that was rendered."""


def issue(
    shop: Shop,
    order: Order,
    *,
    actor: str,
    idempotency_key: str | None = None,
    replaces: str | None = None,
    reason: str | None = None,
    precondition: Callable[[], None] | None = None,
) -> DocumentRecord:
    """Issue what is ordered; ``replaces`` is the id of a document this one supersedes, for ``reason``.

    ``precondition`` may refuse before the work begins; a request that was done before is past it. Raises ``Refusal``:
    ``checks.failed`` with every error found, ``document.not_issued`` (kind ``conflict``), ``template.not_approved``,
    what ``correspondence.idempotency`` refuses, and whatever the rooms below refuse.
    """
    request = None
    if idempotency_key is not None:
        asked = order.fingerprint()
        if replaces is not None:
            asked = hashlib.sha256(f"{asked}\0{replaces}\0{reason}".encode()).hexdigest()
        request = Request(actor, idempotency_key, asked)

    def make() -> DocumentRecord:
        if precondition is not None:
            precondition()
        return _issue(shop, order, actor, request, replaces, reason)

    return once(shop, request, _made_before, make)


def _made_before(session: Session, row: IdempotencyRow) -> DocumentRecord | None:
    document = session.get(DocumentRow, row.document_id) if row.document_id is not None else None
    return document_record(document) if document is not None else None


def _issue(
    shop: Shop, order: Order, actor: str, request: Request | None, replaces: str | None, reason: str | None
) -> DocumentRecord:
    prepared = shop.prepare(order)
    if prepared.version.status != "approved" or (
        prepared.version.effective_on is None or prepared.version.effective_on > prepared.on
    ):
        with shop.store.database.reading() as session:
            instead = shop.instead(session, order.template, prepared.on)
        message = f"{order.template} version {prepared.version.number} is not approved for {prepared.on}: preview only."
        raise Refusal(
            "template.not_approved",
            f"{message} {instead}",
            [Problem("template.not_approved", f"is {prepared.version.status}", "/version")],
        )
    prepared = with_register(shop, prepared)
    kind = prepared.edition.pack.document_types[prepared.bundle.meta.document_type]
    old: DocumentRow | None = None
    if replaces is not None:
        with shop.store.database.reading() as session:
            old = _replaceable(session, replaces, lock=False)[0]
    codes = [_code(), _code()]

    def make(sequence: int) -> list[_Made]:
        number = kind.number.format(year=prepared.on.year, n=sequence)
        return _make(shop, prepared, number, codes, old, reason)

    def keep(session: Session, stage: Stage, sequence: int, made: Sequence[_Made]) -> DocumentRecord:
        return _keep(shop, session, stage, sequence, kind.series, made, actor, replaces, reason, request)

    year = prepared.on.year
    with shop.series_lock(kind.series):
        with shop.store.database.reading() as session:
            sequence = numbering.upcoming(session, kind.series, year)
        made = make(sequence)
        with shop.store.blobs.staging() as stage:
            _stage(stage, made)
            try:
                with shop.store.database.writing() as session:
                    if numbering.take(session, kind.series, year) != sequence:
                        raise _NumberMovedError
                    record = keep(session, stage, sequence, made)
                stage.publish()
                return record
            except _NumberMovedError:
                pass
        with shop.store.blobs.staging() as stage:
            with shop.store.database.writing() as session:
                sequence = numbering.take(session, kind.series, year)
                made = make(sequence)
                _stage(stage, made)
                record = keep(session, stage, sequence, made)
            stage.publish()
            return record


def _make(
    shop: Shop, prepared: Prepared, number: str, codes: Sequence[str], old: DocumentRow | None, reason: str | None
) -> list[_Made]:
    """The English text, then the translation if one is ordered; refuses the set when either has an error."""
    english = _english(shop, prepared) if prepared.language != "en" else prepared
    wanted: list[tuple[Prepared, str, Earlier | None]] = [(english, number, None)]
    if prepared.language != "en":
        wanted.append((prepared, f"{number}-{prepared.language}", Earlier(number, prepared.on)))
    supersedes = Earlier(old.number, old.issued_on) if old else None
    made: list[_Made] = []
    for (one, its_number, original), code in zip(wanted, codes, strict=False):
        url = shop.verify_url(one.edition, code)
        task = shop.task(
            one, number=its_number, verify_url=url, supersedes=supersedes, reason=reason, original=original
        )
        product = shop.produce(one.parts, task, "pdf", one)
        made.append(_Made(one, product, its_number, code, url, original))
    errors = [(one, finding) for one in made for finding in one.product.errors]
    if errors:
        problems = dict.fromkeys(Problem(finding.code, finding.message, finding.place) for _, finding in errors)
        count = "One check refuses" if len(problems) == 1 else f"{len(problems)} checks refuse"
        raise Refusal("checks.failed", f"{count} this document. Nothing was issued.", problems)
    return made


def _english(shop: Shop, prepared: Prepared) -> Prepared:
    """The same order in English, from the version as it was frozen."""
    bundle = shop.bundle(prepared.version.sha256)
    return replace(
        prepared, language="en", bundle=bundle, parts={**prepared.parts, bundle.sha256: bundle.to_bytes()}
    )  # fmt: skip


def _stage(stage: Stage, made: Sequence[_Made]) -> None:
    for one in made:
        stage.put(one.product.content)
        stage.put(one.prepared.bundle.to_bytes())
    prepared = made[0].prepared
    for data in (prepared.snapshot, prepared.edition.data):
        stage.put(data)
    for sha256 in prepared.attachments.values():
        stage.put(prepared.parts[sha256])


def _keep(
    shop: Shop,
    session: Session,
    stage: Stage,
    sequence: int,
    series: str,
    made: Sequence[_Made],
    actor: str,
    replaces: str | None,
    reason: str | None,
    request: Request | None,
) -> DocumentRecord:
    """Add the rows of a set, in the caller's transaction; returns the record of the language asked for."""
    at = shop.clock()
    register(session, stage, at)
    old = _replaceable(session, replaces, lock=True) if replaces is not None else []
    rows: list[DocumentRow] = []
    for one in made:
        row = _row(one, sequence, series)
        row.created_at, row.created_by = at, actor
        row.original = rows[0].id if rows else None
        row.supersedes = _same_language(old, row.language).id if old else None
        detail = {"number": row.number, "sha256": row.sha256, "case": row.case_number, "supersedes": row.supersedes}
        row.position = audit.record(
            session, at=at, actor=actor, action="document.issued", subject=row.id, detail=detail
        )
        if old:
            earlier = _same_language(old, row.language)
            row.notice = {
                **row.notice,
                "supersedes": {"number": old[0].number, "issued_on": old[0].issued_on.isoformat()},
                "reason": reason,
            }
            row.supersedes = earlier.id
        session.add(row)
        session.flush()
        session.add_all(
            AttachmentRow(document_id=row.id, name=name, sha256=sha256)
            for name, sha256 in one.prepared.attachments.items()
        )
        session.add(document_index.entry(row, json.loads(one.prepared.snapshot)))
        rows.append(row)
    for earlier in old:
        earlier.status, earlier.reason = "superseded", reason
        earlier.superseded_by = next((row for row in rows if row.language == earlier.language), rows[0]).id
        audit.record(
            session, at=at, actor=actor, action="document.superseded", subject=earlier.id,
            detail={"by": earlier.superseded_by, "reason": reason},
        )  # fmt: skip
    if request is not None:
        request.remember(session, at, document=rows[-1].id)
    session.flush()
    return document_record(rows[-1])


def _row(one: _Made, sequence: int, series: str) -> DocumentRow:
    prepared, product = one.prepared, one.product
    notice: dict[str, Any] = {}
    if prepared.served is not None:
        notice["served"] = dict(prepared.served)
    if one.original is not None:
        notice["original"] = {"number": one.original.number, "issued_on": one.original.issued_on.isoformat()}
    return DocumentRow(
        id=str(uuid.uuid4()),
        number=one.number,
        series=series,
        year=prepared.on.year,
        sequence=sequence,
        case_number=prepared.casefile.case.number,
        template=prepared.version.template,
        version=prepared.version.number,
        language=prepared.language,
        recipient=prepared.recipient.id if prepared.recipient else None,
        recipient_name=product.recipient_name,
        about=prepared.about,
        title=product.title,
        status="issued",
        issued_on=prepared.on,
        pages=product.pages,
        sha256=hashlib.sha256(product.content).hexdigest(),
        casefile_sha256=hashlib.sha256(prepared.snapshot).hexdigest(),
        bundle_sha256=prepared.bundle.sha256,
        town_sha256=prepared.edition.sha256,
        town_version=prepared.edition.pack.version,
        engine=product.engine,
        fonts=product.fonts,
        verify_url=one.verify_url,
        verify_code=one.code,
        findings=findings_to_plain(product.findings),
        notice=notice,
        dates=document_index.dates(
            prepared.edition.pack, prepared.casefile, prepared.bundle.meta.document_type, on=prepared.on,
            recipient=prepared.recipient.id if prepared.recipient else None, about=prepared.about,
            language=prepared.language,
        ),
    )  # fmt: skip


def _replaceable(session: Session, document_id: str, *, lock: bool) -> list[DocumentRow]:
    """The English document and its translations, if they may be superseded or voided; the English one first."""
    row = session.get(DocumentRow, document_id)
    if row is None:
        raise Refusal("document.unknown", f"There is no document “{document_id}”.", kind="missing")
    first = row.original or row.id
    query = select(DocumentRow).where((DocumentRow.id == first) | (DocumentRow.original == first))
    query = query.order_by(DocumentRow.position)
    rows = list(session.scalars(query.with_for_update() if lock else query))
    for found in rows[:1]:
        if found.status != "issued":
            raise Refusal("document.not_issued", f"{found.number} is {found.status} already.", kind="conflict")
    return [found for found in rows if found.status == "issued"]


def _same_language(rows: Sequence[DocumentRow], language: str) -> DocumentRow:
    return next((row for row in rows if row.language == language), rows[0])


def refuse_reason(reason: str) -> None:
    """Raise ``Refusal("document.reason")`` for a reason that says nothing or cannot be kept."""
    if not is_plain(reason, 1000):
        message = "Say why, in at most 1000 characters."
        raise Refusal("document.reason", message, [Problem("document.reason", message, "/reason")])


def void(shop: Shop, document_id: str, *, reason: str, actor: str) -> DocumentRecord:
    """Void a document. With an English text goes its translation; a translation may be voided alone.

    Raises ``Refusal``: ``document.unknown``, ``document.not_issued`` (kind ``conflict``), ``document.reason``.
    """
    refuse_reason(reason)
    at = shop.clock()
    with shop.store.database.writing() as session:
        rows = _replaceable(session, document_id, lock=True)
        asked = session.get(DocumentRow, document_id)
        assert asked is not None
        if asked.original is not None:
            rows = [row for row in rows if row.id == document_id]
        if not rows:
            raise Refusal("document.not_issued", f"{asked.number} is {asked.status} already.", kind="conflict")
        for row in rows:
            row.status, row.reason = "void", reason
            session.flush()
            detail = {"number": row.number, "reason": reason}
            audit.record(session, at=at, actor=actor, action="document.voided", subject=row.id, detail=detail)
        return document_record(asked)


def _code() -> str:
    return "".join(secrets.choice(_CODE) for _ in range(_CODE_LENGTH))


def task_of(shop: Shop, row: DocumentRow, attachments: Mapping[str, str]) -> production.Task:
    """The task that made an issued document, from its record."""
    notice = row.notice
    return production.Task(
        bundle=row.bundle_sha256,
        pack=row.town_sha256,
        casefile=row.casefile_sha256,
        recipient=row.recipient,
        language=row.language,
        on=row.issued_on,
        about=row.about,
        number=row.number,
        verify_url=row.verify_url,
        fonts_home=shop.settings.fonts_home,
        fonts_search=shop.settings.fonts,
        attachments=attachments,
        supersedes=_earlier(notice.get("supersedes")),
        reason=notice.get("reason"),
        original=_earlier(notice.get("original")),
        served=notice.get("served"),
        engine=row.engine,
    )


def _earlier(value: Any) -> Earlier | None:
    return Earlier(value["number"], date.fromisoformat(value["issued_on"])) if value else None
