"""Issued documents again: their faces as issued, and the proof that they can still be made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from sqlalchemy import select

from docservice.office.issuing.filing import task_of
from docservice.office.means.means import Shop
from docservice.office.means.records import Reproduction
from docservice.pipeline.faces import Face
from docservice.pipeline.order import MEDIA_TYPES
from docservice.pipeline.producing import Product
from docservice.refusal import Refusal
from docservice.storage.models import AttachmentRow, DocumentRow


def face(shop: Shop, document_id: str, wanted: Face) -> tuple[bytes, str]:
    """A face of an issued document and its media type.

    The PDF is the record and comes from the archive; the Word file and the web page are made from the pinned parts.
    """
    row, attachments = _pinned(shop, document_id)
    if wanted == "pdf":
        return shop.store.blobs.read(row.sha256), MEDIA_TYPES["pdf"]
    return _again(shop, row, attachments, wanted).content, MEDIA_TYPES[wanted]


def reproduce(shop: Shop, document_id: str) -> Reproduction:
    """Render a document again from its pinned parts and compare the bytes."""
    row, attachments = _pinned(shop, document_id)
    product = _again(shop, row, attachments, "pdf")
    actual = hashlib.sha256(product.content).hexdigest()
    return Reproduction(actual == row.sha256, row.sha256, actual, row.engine, product.engine)


def _pinned(shop: Shop, document_id: str) -> tuple[DocumentRow, Mapping[str, str]]:
    with shop.store.database.reading() as session:
        row = session.get(DocumentRow, document_id)
        if row is None:
            raise Refusal("document.unknown", f"There is no document “{document_id}”.", kind="missing")
        listed = session.scalars(select(AttachmentRow).where(AttachmentRow.document_id == row.id))
        return row, {one.name: one.sha256 for one in listed}


def _again(shop: Shop, row: DocumentRow, attachments: Mapping[str, str], wanted: Face) -> Product:
    names = {row.bundle_sha256, row.town_sha256, row.casefile_sha256, *attachments.values()}
    parts = {sha256: shop.store.blobs.read(sha256) for sha256 in sorted(names)}
    return shop.produce(parts, task_of(shop, row, attachments), wanted)
