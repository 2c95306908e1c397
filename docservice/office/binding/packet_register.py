"""What the register has for a packet: documents of a case, their proofs of service, the pictures filed with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import select

from docservice.finding import Finding
from docservice.office.means.means import Means
from docservice.packets.pieces import ProvenService, ResolvedDocument
from docservice.packets.plan import DocumentPart, IssuedPart, Plan
from docservice.refusal import Refusal
from docservice.storage.models import AttachmentRow, DocumentRow

_OF_ONE = ("number", "title", "pages", "sha256")  # what a proof has on record of a document served
_PART = re.compile(r"/parts/(\d+)")


def of_case(means: Means, case: str) -> tuple[list[DocumentRow], dict[str, str]]:
    """The documents in force in a case, in order of issue, and the pictures filed with them (name → sha256)."""
    with means.store.database.reading() as session:
        query = select(DocumentRow).where(DocumentRow.case_number == case, DocumentRow.status != "void")
        rows = list(session.scalars(query.order_by(DocumentRow.position)))
        filed = select(AttachmentRow).where(AttachmentRow.document_id.in_([row.id for row in rows]))
        return rows, {one.name: one.sha256 for one in session.scalars(filed)}


def issued_from(rows: Sequence[DocumentRow], part: IssuedPart) -> list[str]:
    """The numbers of the documents that an ``issued`` part of a plan means."""
    return [
        row.number
        for row in rows
        if row.template == part.template
        and row.status == "issued"
        and part.about in (None, row.about)
        and part.recipient in (None, row.recipient)
    ]


@contextmanager
def places_of(plan: Plan, rows: Sequence[DocumentRow]) -> Iterator[None]:
    """Let what is refused in here point into ``plan`` as it was sent, before ``issued`` parts became documents."""
    counts = [len(issued_from(rows, part)) or 1 if isinstance(part, IssuedPart) else 1 for part in plan.parts]
    sent = [place for place, count in enumerate(counts) for _ in range(count)]

    def place_of(pointer: str) -> str:
        found = _PART.match(pointer)
        if found is None or int(found[1]) >= len(sent) or pointer.endswith("/issued"):  # that is as sent
            return pointer
        return f"/parts/{sent[int(found[1])]}{pointer[found.end() :]}"

    try:
        yield
    except Refusal as refusal:
        if len(sent) == len(plan.parts):
            raise
        problems = [replace(one, place=place_of(one.place)) for one in refusal.problems]
        raise Refusal(refusal.code, refusal.message, problems, kind=refusal.kind) from refusal


def documents_for(means: Means, rows: Sequence[DocumentRow], plan: Plan) -> dict[str, ResolvedDocument]:
    """The documents that a plan names, by number, each with its proofs of service.

    Raises ``Refusal("packet.document")`` with a problem for each that is not on record in the case, or is not public.
    """
    by_number = {row.number: row for row in rows}
    ids = {row.id: row.number for row in rows}
    problems = [problem for place, part in enumerate(plan.parts) if isinstance(part, DocumentPart)
                for problem in _missing(means, part, by_number, f"/parts/{place}")]  # fmt: skip
    if problems:
        message = " ".join(problem.message for problem in problems)
        raise Refusal("packet.document", message, problems)
    return {
        part.number: _resolved(means, rows, by_number, ids, part)
        for part in plan.parts
        if isinstance(part, DocumentPart)
    }


def _missing(
    means: Means, part: DocumentPart, by_number: Mapping[str, DocumentRow], at: str
) -> Iterator[Finding]:  # fmt: skip
    named = [(part.number, f"{at}/document")]
    named += [(number, f"{at}/proofs/{n}") for n, number in enumerate(part.proofs or ())]
    for number, place in named:
        if number not in by_number:
            yield Finding.error("packet.document", f"{number} is not on record in this case, or is void.", place)
        elif not is_public(means, by_number[number]):
            yield Finding.error("packet.document", f"{number} is not public: it names who complained.", place)


def is_public(means: Means, row: DocumentRow) -> bool:
    """Whether a document of its type may go to somebody outside the office who is not its recipient."""
    type = means.bundle(row.bundle_sha256).meta.document_type
    kind = means.rules_of(row.issued_on).document_types.get(type)
    return kind is None or kind.public


def _resolved(
    means: Means,
    rows: Sequence[DocumentRow],
    by_number: dict[str, DocumentRow],
    ids: dict[str, str],
    part: DocumentPart,
) -> ResolvedDocument:
    row = by_number[part.number]
    if part.proofs is None:
        proofs = [one for one in rows if row.number in served(one)]
    else:
        proofs = [by_number[number] for number in part.proofs]
    found = [_document(means, one, ids) for one in proofs if one.status == "issued"]
    return _document(means, row, ids, tuple(found))


def served(row: DocumentRow) -> set[str]:
    """The numbers of the documents that a sworn paper says were served; none of what is no such paper."""
    served = row.notice.get("served", {})
    return {served.get("number"), *(one["number"] for one in served.get("records", {}).values())} - {None}


def _document(
    means: Means, row: DocumentRow, ids: dict[str, str], proofs: tuple[ResolvedDocument, ...] = ()
) -> ResolvedDocument:
    document_type = means.bundle(row.bundle_sha256).meta.document_type
    served = row.notice.get("served", {})
    return ResolvedDocument(
        row.number,
        means.store.blobs.where(row.sha256),
        row.title,
        row.sha256,
        row.recipient_name or None,
        row.language,
        proofs,
        template=row.template,
        document_type=document_type,
        packet_part=means.rules_of(row.issued_on).packet_part(document_type),
        party=row.recipient,
        about=row.about,
        issued_on=row.issued_on,
        pages=row.pages,
        served=tuple(sorted((name, served[name]) for name in _OF_ONE if name in served)),
        proves=tuple(
            ProvenService(record, *(one[name] for name in _OF_ONE)) for record, one in served.get("records", {}).items()
        ),
        original=ids.get(row.original) if row.original is not None else None,
        notice=row.notice_number,
    )
