"""Documents on record: one by its id, number or code; many, newest first."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select

from docservice.correspondence.records import DocumentRecord, Page, document_record
from docservice.correspondence.shop import Shop
from docservice.refusal import Refusal
from docservice.storage.models import DocumentRow


def documents(
    shop: Shop, *, case: str | None, template: str | None, version: int | None, status: str | None, page: int,
    per_page: int,
) -> Page[DocumentRecord]:  # fmt: skip
    """One page of the documents of a case, a template (and its version), a status; ``None`` is any."""
    wanted = {
        DocumentRow.case_number: case, DocumentRow.template: template, DocumentRow.version: version,
        DocumentRow.status: status,
    }  # fmt: skip
    conditions = [column == value for column, value in wanted.items() if value is not None]
    query = select(DocumentRow).where(*conditions).order_by(DocumentRow.position.desc())
    with shop.store.database.reading() as session:
        total = session.scalar(select(func.count()).select_from(DocumentRow).where(*conditions)) or 0
        rows = session.scalars(query.limit(per_page).offset((max(page, 1) - 1) * per_page))
        return Page(tuple(document_record(row) for row in rows), total)


def document(shop: Shop, id_or_number: str) -> DocumentRecord:
    """One document. Raises ``Refusal("document.unknown", kind="missing")``."""
    return _first(shop, DocumentRow.id == id_or_number, DocumentRow.number == id_or_number, name=id_or_number)


def verify(shop: Shop, code: str) -> DocumentRecord:
    """The document that carries this code. Raises ``Refusal("document.unknown", kind="missing")``."""
    cleaned = "".join(character for character in code.upper() if character.isalnum())
    return _first(shop, DocumentRow.verify_code == cleaned, name=cleaned[:20])


def _first(shop: Shop, *conditions: ColumnElement[bool], name: str) -> DocumentRecord:
    with shop.store.database.reading() as session:
        for condition in conditions:
            row = session.scalar(select(DocumentRow).where(condition))
            if row is not None:
                return document_record(row)
    raise Refusal("document.unknown", f"There is no document “{name}”.", kind="missing")
