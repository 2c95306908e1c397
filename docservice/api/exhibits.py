"""/api/v1/exhibits: upload the files of a packet ahead, one by one, resumably; each is named by its SHA-256.

A body is streamed to disk. One that breaks off is sent again from where it stopped: in pieces, each a PUT with
Content-Range, of which the ones that arrived are kept (RFC 9110 § 14.5 leaves partial PUT to the resource).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import marshmallow as ma
from flask import Response, current_app, json, request, url_for
from marshmallow import fields, validate
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header

from docservice.api.access import actor, requires
from docservice.api.blueprint import Blueprint
from docservice.api.bodies import too_large
from docservice.api.negotiation import BYTES, JSON, wanted
from docservice.api.pages import PageQuerySchema, PageSchema, page_of
from docservice.api.schemas import FileFindingSchema, Strict
from docservice.api.wiring import office
from docservice.media_types import OCTETS
from docservice.office.binding.uploading import ByteSpan
from docservice.packets.forums.profiles import PROFILES
from docservice.refusal import Refusal

if TYPE_CHECKING:
    from docservice.office.binding.kept_exhibits import ExhibitRecord

blueprint = Blueprint("exhibits", __name__, url_prefix="/api/v1", description="Files for packets, uploaded ahead")

MEDIA_TYPES = (
    "application/pdf", "image/jpeg", "image/png", "image/tiff", "image/heic", "image/heif", "image/gif", "image/bmp",
    "image/webp", OCTETS,
)  # fmt: skip
_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})\Z")
_SHA256 = r"[0-9a-f]{64}\Z"
_TAKEN = f"The file, as what it is ({', '.join(MEDIA_TYPES[:-1])}) or unnamed"
_BINARY = {OCTETS: {"schema": BYTES}}
_FORM = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "properties": {"file": {"type": "string", "format": "binary"}},
            "required": ["file"],
        }
    }
}
CONTENT_RANGE = {
    "in": "header",
    "name": "Content-Range",
    "schema": {"type": "string", "example": "bytes 0-8388607/20971520"},
    "description": "Which bytes of the file are sent; without it, all",
}


class UploadQuerySchema(Strict):
    name = fields.String(
        load_default=None,
        validate=validate.Length(min=1, max=300),
        metadata={"description": "The file's name; else that of Content-Disposition"},
    )
    profile = fields.String(
        load_default="default",
        validate=validate.OneOf(list(PROFILES)),
        metadata={"description": "Examine it for packets of this profile"},
    )


class ExhibitQuerySchema(Strict):
    profile = UploadQuerySchema().fields["profile"]


class IntakeSchema(ma.Schema):
    """What intake says of a file: docs/packets.md."""

    profile = fields.String(required=True)
    verdict = fields.String(required=True, validate=validate.OneOf(("usable", "converted", "refused")))
    pages = fields.Integer(required=True)
    findings = fields.List(fields.Nested(FileFindingSchema), required=True)


class ExhibitStateSchema(ma.Schema):
    """An uploaded file, and how much of it is there."""

    sha256 = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(("partial", "complete")))
    name = fields.String(required=True)
    media_type = fields.String(required=True)
    bytes = fields.Integer(required=True, metadata={"description": "Of the whole file"})
    received = fields.Integer(required=True, metadata={"description": "Bytes that are there: go on from here"})
    created_at = fields.DateTime(format="iso", required=True)
    expires_at = fields.DateTime(
        format="iso", allow_none=True, metadata={"description": "When it is forgotten; null once a packet has used it"}
    )
    href = fields.String(required=True)


class ExhibitSchema(ExhibitStateSchema):
    """An uploaded file, and what intake says of it."""

    intake = fields.Nested(
        IntakeSchema, allow_none=True, metadata={"description": "null while it is not complete or not examined"}
    )


class ExhibitPageSchema(PageSchema):
    items = fields.List(fields.Nested(ExhibitStateSchema), required=True)


@blueprint.route("/exhibits", methods=["POST"])
@requires("packets")
@blueprint.doc(requestBody={"content": {**_BINARY, **_FORM}, "required": True, "description": _TAKEN})
@blueprint.arguments(UploadQuerySchema, location="query")
@blueprint.response(201, ExhibitSchema)
@blueprint.alt_response(200, schema=ExhibitSchema, description="It was here already", success=True)
def add(query: dict[str, Any]) -> Any:
    """Upload an exhibit

    One file: as the body with its Content-Type, or as the only file of a multipart body. The same content again is
    the same exhibit (200). The answer says what intake makes of it.
    """
    wanted((JSON,))
    media_type = _media_type("multipart/form-data")
    try:
        if media_type == "multipart/form-data":
            name, media_type, stream = _only_file()
        else:
            _refuse_nothing()
            name, stream = "", request.stream
        record, new = office().binding.exhibits.add(
            stream, owner=actor(), name=query["name"] or _given_name() or name or "exhibit", media_type=media_type
        )
    except RequestEntityTooLarge:
        raise too_large(request.max_content_length or 0) from None
    return _answer(record, 201 if new else 200, query["profile"])


@blueprint.route("/exhibits", methods=["GET"])
@requires("packets")
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, ExhibitPageSchema)
def find(query: dict[str, Any]) -> Any:
    """List one's own exhibits, newest first"""
    wanted((JSON,))
    found = office().binding.exhibits.find(owner=actor(), **query)
    return page_of([_plain(record) for record in found.items], found.total, query)


@blueprint.route("/exhibits/<string:sha256>", methods=["PUT"])
@requires("packets")
@blueprint.doc(parameters=[CONTENT_RANGE], requestBody={"content": _BINARY, "required": True, "description": _TAKEN})
@blueprint.arguments(UploadQuerySchema, location="query")
@blueprint.response(201, ExhibitSchema)
@blueprint.alt_response(200, schema=ExhibitSchema, description="It was here already", success=True)
@blueprint.alt_response(202, schema=ExhibitSchema, description="Kept; go on at received", success=True)
def put(query: dict[str, Any], sha256: str) -> Any:
    """Upload an exhibit under its SHA-256, at once or in pieces

    Without Content-Range the body is the whole file. With it, a piece: 202 with ``received`` and ``Range`` tell what is
    there; go on from that byte, after a broken connection too (HEAD tells it). Pieces come in order, and bytes that
    are there already are skipped. Content that has another SHA-256 is refused (422) and forgotten.
    """
    wanted((JSON,))
    if not re.match(_SHA256, sha256):
        message = "An exhibit is named by its SHA-256: 64 hexadecimal digits, in small letters."
        raise Refusal("exhibit.hash", message)
    media_type, name = _media_type(), query["name"] or _given_name() or "exhibit"
    store, span = office().binding.exhibits, _span()
    _refuse_nothing()
    try:
        if span is None:
            record, new = store.add(request.stream, owner=actor(), name=name, media_type=media_type, sha256=sha256)
        else:
            record, new = store.write(
                sha256, request.stream, span, owner=actor(), name=name, media_type=media_type
            )  # fmt: skip
    except RequestEntityTooLarge:
        raise too_large(request.max_content_length or 0) from None
    return _answer(record, 202 if not record.complete else 201 if new else 200, query["profile"])


@blueprint.route("/exhibits/<string:sha256>", methods=["GET"])
@requires("packets")
@blueprint.arguments(ExhibitQuerySchema, location="query")
@blueprint.response(200, ExhibitSchema)
def read(query: dict[str, Any], sha256: str) -> Any:
    """How much of an exhibit is there, and what intake says of it

    HEAD tells the first part alone: Range (what is there), Upload-Length and Upload-Complete (?1 or ?0).
    """
    wanted((JSON,))
    return _answer(office().binding.exhibits.get(sha256, owner=actor()), 200, query["profile"])


@blueprint.route("/exhibits/<string:sha256>", methods=["DELETE"])
@requires("packets")
@blueprint.response(204)
def forget(sha256: str) -> Any:
    """Forget an exhibit that no packet has used, whole or in part"""
    office().binding.exhibits.forget(sha256, owner=actor())


def _refuse_nothing() -> None:
    """Refuse a request that has no body: a file was forgotten, and an empty one is of use to no packet."""
    if not request.content_length and "Transfer-Encoding" not in request.headers:
        raise Refusal("exhibit.empty", "The body is empty: send the file.")


def _media_type(*more: str) -> str:
    """The Content-Type of the body. Raises 415 for one that no exhibit has."""
    given = request.mimetype or "application/octet-stream"
    return _taken(given, *more)


def _taken(given: str, *more: str) -> str:
    if given not in (*MEDIA_TYPES, *more):
        message = f"An exhibit is sent as {', '.join((*MEDIA_TYPES, *more))} (Content-Type); this one says {given}."
        raise Refusal("request.unsupported_media_type", message, kind="unsupported-media-type")
    return given


def _only_file() -> tuple[str, str, Any]:
    """The one file of a multipart body, which werkzeug has spooled to disk: name, media type, stream."""
    uploads = list(request.files.values())
    if len(uploads) != 1 or request.form:
        message = "Send one file, and nothing else, in a multipart body."
        raise Refusal("request.malformed", message, kind="malformed")
    (upload,) = uploads
    return upload.filename or "", _taken(upload.mimetype or "application/octet-stream"), upload.stream


def _given_name() -> str:
    """The file's name by Content-Disposition (RFC 6266), without folders."""
    header = request.headers.get("Content-Disposition", "")
    name = str(parse_options_header(header)[1].get("filename", ""))
    return re.split(r"[/\\]", name)[-1]


def _span() -> ByteSpan | None:
    """What Content-Range says. Raises 400 for one that is none, or not of the body's length."""
    header = request.headers.get("Content-Range", "").strip()
    if not header:
        return None
    found = _RANGE.match(header)
    if found is None:
        message = "Content-Range reads: bytes FIRST-LAST/TOTAL, such as bytes 0-8388607/20971520."
        raise Refusal("request.malformed", message, kind="malformed")
    span = ByteSpan(*map(int, found.groups()))
    if not span.first <= span.last < span.total:
        message = f"Content-Range {header} names bytes that the file does not have."
        raise Refusal("request.malformed", message, kind="malformed")
    if request.content_length not in (None, span.last + 1 - span.first):
        message = f"Content-Range says {span.last + 1 - span.first} bytes; the body has {request.content_length}."
        raise Refusal("request.malformed", message, kind="malformed")
    return span


def _answer(record: ExhibitRecord, status: int, profile: str) -> Response:
    body = _plain(record) | {"intake": None if request.method == "HEAD" else _intake(record, profile)}
    response = current_app.response_class(json.dumps(ExhibitSchema().dump(body)), status, mimetype=JSON)
    response.headers["Location"] = body["href"]
    response.headers["Upload-Length"] = str(record.size)
    response.headers["Upload-Complete"] = "?1" if record.complete else "?0"
    if record.received:
        response.headers["Range"] = f"bytes=0-{record.received - 1}"
    response.headers["Cache-Control"] = "no-store"
    return response


def _intake(record: ExhibitRecord, profile: str) -> dict[str, Any] | None:
    try:
        found = office().binding.exhibits.examined(record.sha256, owner=actor(), profile=profile)
    except Refusal as refusal:
        if request.method == "GET" or refusal.kind not in ("setup", "timeout"):
            raise
        return None  # the upload is done all the same; who asks again learns it
    if found is None:
        return None
    return {"profile": profile, "verdict": found.verdict, "pages": found.pages, "findings": found.findings}


def _plain(record: ExhibitRecord) -> dict[str, Any]:
    return {
        "sha256": record.sha256,
        "status": "complete" if record.complete else "partial",
        "name": record.name,
        "media_type": record.media_type,
        "bytes": record.size,
        "received": record.received,
        "created_at": record.created_at,
        "expires_at": record.expires_at,
        "href": url_for("exhibits.read", sha256=record.sha256),
    }
