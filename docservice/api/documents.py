"""/api/v1/documents: issue, find, read, void, supersede, reproduce."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from flask import Response, request, url_for

from docservice.api.access import actor, refuse_foreign, refuse_unseen, requires, sees_all
from docservice.api.blueprint import Blueprint
from docservice.api.bodies import multipart
from docservice.api.conditional import etag_of, require_if_match, require_match
from docservice.api.idempotency import IDEMPOTENCY_HEADER, idempotency_key, replay_of
from docservice.api.jobs import PREFER, JobSchema, accepted, prefers_async
from docservice.api.negotiation import (
    BYTES,
    DOCX,
    FACE_OF,
    HTML,
    JSON,
    LETTER_FACE,
    PDF,
    bytes_of,
    file,
    wanted,
    wanted_file,
)
from docservice.api.orders import order_of
from docservice.api.pages import page_from
from docservice.api.schemas import (
    DocumentPageSchema,
    DocumentQuerySchema,
    DocumentSchema,
    IssueSchema,
    ReproductionSchema,
    SupersedeSchema,
    VoidSchema,
)
from docservice.api.wiring import office
from docservice.media_types import MEDIA_TYPES
from docservice.pipeline.faces import Face

if TYPE_CHECKING:
    from docservice.office.means.records import DocumentRecord

blueprint = Blueprint("documents", __name__, url_prefix="/api/v1", description="Issued documents, kept as records")

IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "schema": {"type": "string"},
    "description": "The ETag of the document as you saw it",
}


@blueprint.route("/documents", methods=["POST"])
@requires("issue")
@blueprint.doc(parameters=[IDEMPOTENCY_HEADER, PREFER], requestBody=multipart("order", "attachments"))
@blueprint.arguments(IssueSchema, location="json")
@blueprint.response(201, DocumentSchema)
@blueprint.alt_response(202, schema=JobSchema, success=True)
def issue(body: dict[str, Any]) -> Any:
    """Issue a document

    The checks run; one error among them refuses the document, with every finding, and no number is used. An order
    in another language issues the controlling English text too and gives the translation. Send an Idempotency-Key
    so that a repeated request cannot issue twice.

    With ``"recipients": "all"`` one letter goes to each party the template goes to: the checks run for all before any
    is issued, or with ``"mode": "each"`` each goes out or is refused for itself. That is long work, answered with 202
    and a job, whose ``outcomes`` tell of each letter; so is any order with ``Prefer: respond-async``.
    """
    wanted((JSON,))
    order, key = order_of(body), idempotency_key(body)
    everyone = body["recipients"] == "all"
    if everyone or prefers_async():
        return accepted(
            office().jobs.queue_letters(order, everyone=everyone, actor=actor(), mode=body["mode"], idempotency_key=key)
        )
    record = office().issuing.issue(order, actor=actor(), idempotency_key=key)
    return described(record)[0], 201, headers_of(record) | replay_of(record)


@blueprint.route("/documents", methods=["GET"])
@requires("issue", "read", "records")
@blueprint.arguments(DocumentQuerySchema, location="query")
@blueprint.response(200, DocumentPageSchema)
def find(query: dict[str, Any]) -> Any:
    """List documents

    Newest first. ``q`` finds by parts of a number, case, name, address or code, in any case of letters. Go on by
    ``cursor`` (``links.next``, until there is none): unlike pages by number it neither skips nor repeats a document
    while others are issued. A key that can only issue sees what it issued.
    """
    wanted((JSON,))
    given = {name: value for name, value in query.items() if name not in ("page", "per_page", "cursor")}
    mine = None if sees_all() else actor()
    place = {"before": query["cursor"]} if query["cursor"] is not None else {"page": query["page"] or 1}
    found = office().issuing.documents(**given, issued_by=mine, per_page=query["per_page"], **place)
    return page_from(described(*found.items), found.total, query, found.following)


@blueprint.route("/documents/<string:id>", methods=["GET"])
@requires("issue", "read", "records")
@blueprint.response(200, DocumentSchema)
@blueprint.alt_response(200, content_type=PDF, schema=BYTES, success=True)
@blueprint.alt_response(200, content_type=DOCX, schema=BYTES, success=True)
@blueprint.alt_response(200, content_type=HTML, schema=BYTES, success=True)
@blueprint.alt_response(304, success=True)
def read(id: str) -> Any:
    """Read one document, by id or number

    Accept decides: its record (JSON), or the PDF, Word file or web page as issued.
    """
    media_type = wanted((JSON, PDF, DOCX, HTML))
    record = _seen(id)
    if media_type == JSON:
        if request.if_none_match.contains(etag_of(record)):
            return Response(status=304, headers=headers_of(record))
        return described(record)[0], 200, headers_of(record)
    return _file(record, FACE_OF[media_type])


@blueprint.route(f"/documents/<string:id>/files/{LETTER_FACE}", methods=["GET"])
@requires("issue", "read", "records")
@blueprint.doc(responses={200: bytes_of(PDF, DOCX, HTML)})
@blueprint.response(200)
@blueprint.alt_response(304, success=True)
def read_file(id: str, face: Face) -> Any:
    """Fetch a document as a file: the PDF, Word file or web page, as issued

    The same as at the document's own address under its media type, for clients that are generated from this document.
    """
    media_type = wanted_file(MEDIA_TYPES[face])
    return _file(_seen(id), face, media_type)


@blueprint.route("/documents/<string:id>/enclosures/<string:key>", methods=["GET"])
@requires("issue", "read", "records")
@blueprint.doc(responses={200: bytes_of(PDF)})
@blueprint.response(200)
@blueprint.alt_response(304, success=True)
def read_enclosure(id: str, key: str) -> Any:
    """Fetch a form that went with a document, as PDF

    As it was issued with it, under the document's number: ``enclosures`` of the document names them.
    """
    media_type = wanted_file(PDF)
    record = _seen(id)
    content = office().issuing.enclosure(record.id, key)
    response = file(content, media_type, f"{record.number}-{key}", cache="private, no-cache", suffix="pdf")
    response.headers["Document-Status"] = record.status
    return response


@blueprint.route("/documents/<string:id>/void", methods=["POST"])
@requires("issue")
@blueprint.doc(parameters=[IF_MATCH])
@blueprint.arguments(VoidSchema, location="json")
@blueprint.response(200, DocumentSchema)
def void(body: dict[str, Any], id: str) -> Any:
    """Void a document

    It stays on record, with the reason. One that another system issued takes the scope records as well. Needs If-Match
    (428 without, 412 when the document has changed).
    """
    wanted((JSON,))
    record = _seen(id)
    refuse_foreign(record.created_by)
    require_match(record)
    record = office().issuing.void(record.id, reason=body["reason"], actor=actor())
    return described(record)[0], 200, headers_of(record)


@blueprint.route("/documents/<string:id>/supersede", methods=["POST"])
@requires("issue")
@blueprint.doc(parameters=[IF_MATCH, IDEMPOTENCY_HEADER], requestBody=multipart("order", "attachments"))
@blueprint.arguments(SupersedeSchema, location="json")
@blueprint.response(201, DocumentSchema)
def supersede(body: dict[str, Any], id: str) -> Any:
    """Supersede a document

    Of a notice of which several have a copy, all get a corrected one.
    Issues the order as a new document that says on its face what it replaces. One that another system issued takes the
    scope records as well. Needs If-Match. The same request again
    under its Idempotency-Key, with the same If-Match, gives the document made the first time.
    """
    wanted((JSON,))
    require_if_match()
    key, old = idempotency_key(body), _seen(id)
    refuse_foreign(old.created_by)
    record = office().issuing.supersede(
        old.id,
        order_of(body),
        reason=body["reason"],
        correction=body["correction"],
        actor=actor(),
        idempotency_key=key,
        precondition=require_match,
    )
    return described(record)[0], 201, headers_of(record) | replay_of(record)


@blueprint.route("/documents/<string:id>/reproduce", methods=["POST"])
@requires("issue", "read", "records")
@blueprint.response(200, ReproductionSchema)
def reproduce(id: str) -> Any:
    """Render a document again

    From its pinned parts, comparing bytes with what was issued. Nothing is changed.
    """
    wanted((JSON,))
    return office().issuing.reproduce(_seen(id).id)


def _file(record: DocumentRecord, face: Face, media_type: str | None = None) -> Response:
    content, actual = office().issuing.face(record.id, face)
    response = file(content, media_type or actual, record.number, cache="private, no-cache", suffix=face)
    response.headers["Document-Status"] = record.status
    return response


def _seen(id: str) -> DocumentRecord:
    """The document, if the caller may read it; to others it is not there."""
    record = office().issuing.document(id)
    refuse_unseen(record.created_by, id)
    return record


def described(*records: DocumentRecord) -> list[dict[str, Any]]:
    """Documents as the API tells them."""
    return [
        {**{field.name: getattr(one.record, field.name) for field in fields(one.record)}, "etag": etag_of(one.record),
         "sheets": one.record.sheets, "duplex": one.record.duplex, "dates": one.dates, "copies": one.copies,
         "documents_of_case": one.documents_of_case}
        for one in office().issuing.describe(records, None if sees_all() else actor())
    ]  # fmt: skip


def headers_of(record: Any) -> dict[str, str]:
    location = url_for("documents.read", id=record.id)
    headers = {"Location": location, "ETag": f'"{etag_of(record)}"', "Vary": "Accept", "Cache-Control": "no-cache"}
    if record.superseded_by:
        headers["Link"] = f'<{url_for("documents.read", id=record.superseded_by)}>; rel="successor-version"'
    return headers
