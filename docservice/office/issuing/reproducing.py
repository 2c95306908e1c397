"""Issued documents again: their faces as issued, and the proof that they can still be made."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from docservice.media_types import MEDIA_TYPES
from docservice.office.issuing.pinned import task_of
from docservice.office.means.means import Means
from docservice.office.means.records import Reproduction
from docservice.pipeline import producing
from docservice.pipeline.faces import Face
from docservice.pipeline.pinning import pinned_pack
from docservice.pipeline.product import Product
from docservice.refusal import Refusal
from docservice.storage.models import AttachmentRow, DocumentRow


def face(means: Means, document_id: str, wanted: Face) -> tuple[bytes, str]:
    """A face of an issued document and its media type.

    The PDF is the record and comes from the archive; the Word file and the web page are made from the pinned parts.
    """
    row, attachments = _pinned(means, document_id)
    if wanted == "pdf":
        return means.store.blobs.read(row.sha256), MEDIA_TYPES["pdf"]
    return _again(means, row, attachments, wanted).content, MEDIA_TYPES[wanted]


def reproduce(means: Means, document_id: str) -> Reproduction:
    """Render a document again from its pinned parts and compare the bytes."""
    row, attachments = _pinned(means, document_id)
    product = _again(means, row, attachments, "pdf")
    enclosed = [one.to_plain() for one in product.enclosures] == (row.enclosures or [])
    identical = product.sha256 == row.sha256 and enclosed
    return Reproduction(identical, row.sha256, product.sha256, row.engine, product.engine)


def enclosure(means: Means, document_id: str, key: str) -> bytes:
    """A form that went with a document, as it did: from the archive. Raises ``Refusal("enclosure.unknown")``."""
    row, _ = _pinned(means, document_id)
    for one in row.enclosures or ():
        if one["key"] == key:
            return means.store.blobs.read(one["sha256"])
    there = ", ".join(one["key"] for one in row.enclosures or ()) or "nothing"
    message = f"With {row.number} went {there}; no “{key}”."
    raise Refusal("enclosure.unknown", message, kind="missing")


def _pinned(means: Means, document_id: str) -> tuple[DocumentRow, Mapping[str, str]]:
    with means.store.database.reading() as session:
        row = session.get(DocumentRow, document_id)
        if row is None:
            raise Refusal("document.unknown", f"There is no document “{document_id}”.", kind="missing")
        listed = session.scalars(select(AttachmentRow).where(AttachmentRow.document_id == row.id))
        return row, {one.name: one.sha256 for one in listed}


def _again(means: Means, row: DocumentRow, attachments: Mapping[str, str], wanted: Face) -> Product:
    forms = (one["bundle"] for one in row.enclosures or ())
    names = {row.bundle_sha256, row.town_sha256, row.casefile_sha256, *attachments.values(), *forms}
    parts = {sha256: means.store.blobs.read(sha256) for sha256 in sorted(names)}
    return means.produce(parts, task_of(means, row, attachments), wanted)


def html_on_record(means: Means, row: DocumentRow) -> str:
    """The semantic text of a document on record, in HTML."""
    row, attachments = _pinned(means, row.id)
    return _again(means, row, attachments, "html").html


def semantic_text(means: Means, row: DocumentRow) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What a document on record says that all copies of its notice say (``producing.body``); and with its own day."""
    row, attachments = _pinned(means, row.id)
    task = task_of(means, row, attachments)
    pack = pinned_pack(row.town_sha256, {row.town_sha256: means.store.blobs.read(row.town_sha256)})
    kind = pack.document_types[means.bundle(row.bundle_sha256).meta.document_type]
    text = _again(means, row, attachments, "html").html
    without, dated = (producing.body(text, pack, kind, task, days=days) for days in (False, True))
    return without, dated
