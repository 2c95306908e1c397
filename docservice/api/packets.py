"""/api/v1/packets: bind documents and exhibits into hearing packets; their files and certificates."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import marshmallow as ma
from flask import g, request, url_for
from marshmallow import fields
from werkzeug.routing import BaseConverter, Map, UnicodeConverter

from docservice.api.access import actor, requires
from docservice.api.blueprint import Blueprint
from docservice.api.bodies import multipart
from docservice.api.idempotency import IDEMPOTENCY_HEADER, idempotency_key, replay_of
from docservice.api.jobs import PREFER, JobSchema, accepted, prefers_async
from docservice.api.negotiation import BYTES, JSON, PDF, bytes_of, file, stored, wanted, wanted_file
from docservice.api.pages import PageQuerySchema, PageSchema, page_of
from docservice.api.schemas import FindingSchema, PacketOrderSchema, case_field
from docservice.api.wiring import office
from docservice.finding import Finding
from docservice.packets import plan as plans
from docservice.places import pointer
from docservice.refusal import Refusal

if TYPE_CHECKING:
    from docservice.office.means.records import PacketRecord

blueprint = Blueprint("packets", __name__, url_prefix="/api/v1", description="Hearing packets")

RANGE = {
    "in": "header",
    "name": "Range",
    "schema": {"type": "string"},
    "description": "Some of the bytes (RFC 9110 § 14); answered with 206",
}


class PacketId(UnicodeConverter):
    """The id of a packet in a path; ``verifications`` is a place of its own beside them, with methods of its own."""

    regex = r"(?!verifications\Z)[^/]{1,}"

    def __init__(self, map: Map) -> None:
        BaseConverter.__init__(self, map)


class EntrySchema(ma.Schema):
    """One line of the packet's contents."""

    title = fields.String()
    first_page = fields.Integer(metadata={"description": "Counted from 1, over all files"})
    printed = fields.String(metadata={"description": "The number printed on that page"})
    pages = fields.Integer()
    volume = fields.Integer()
    label = fields.String(allow_none=True, metadata={"description": "Exhibit letter or number"})
    level = fields.Integer()
    kind = fields.String()


class PacketFileSchema(ma.Schema):
    """One file of a packet: the whole of it, or a volume."""

    name = fields.String(required=True)
    sha256 = fields.String(required=True)
    bytes = fields.Integer(allow_none=True)
    pages = fields.Integer(required=True)
    first = fields.String(metadata={"description": "The number printed on its first page"})
    last = fields.String(metadata={"description": "The number printed on its last page"})
    href = fields.String(required=True)


class PacketSchema(ma.Schema):
    """A packet on record."""

    id = fields.String(required=True)
    status = fields.Constant("done", metadata={"type": "string", "enum": ["done"]})
    title = fields.String()
    case = fields.String(allow_none=True)
    pages = fields.Integer(required=True)
    sha256 = fields.String(required=True, metadata={"description": "Of the first file"})
    copy = fields.String(required=True, metadata={"description": "full, or public: the public-records copy"})
    profile = fields.String(required=True)
    supplements = fields.String(allow_none=True, metadata={"description": "Id of the packet that this one adds to"})
    files = fields.List(fields.Nested(PacketFileSchema), required=True)
    certificate = fields.String(
        allow_none=True, metadata={"description": "Where its certificate is; null for one of an earlier release"}
    )
    entries = fields.List(fields.Nested(EntrySchema))
    findings = fields.List(fields.Nested(FindingSchema))
    created_at = fields.DateTime(format="iso")
    href = fields.String(required=True)


class PacketQuerySchema(PageQuerySchema):
    case = case_field()


class PacketPageSchema(PageSchema):
    items = fields.List(fields.Nested(PacketSchema), required=True)


@blueprint.route("/packets", methods=["POST"])
@requires("packets")
@blueprint.doc(
    parameters=[IDEMPOTENCY_HEADER, PREFER],
    requestBody=multipart("plan", "files", copy={"type": "string"}, exhibits={"type": "string"}),
)
@blueprint.arguments(PacketOrderSchema, location="json")
@blueprint.response(201, PacketSchema)
@blueprint.alt_response(202, schema=JobSchema, success=True)
def bind(body: dict[str, Any]) -> Any:
    """Bind a packet

    The answer comes when the packet is bound, or at once with a job (202) under ``Prefer: respond-async``; a packet of
    many pages wants that. Its exhibits come along (``files``), or were uploaded ahead (``exhibits``).
    """
    wanted((JSON,))
    g.pointer_base = "/plan"
    key = idempotency_key(body)
    twice = [
        Finding.error("request.duplicate_file", "Is sent as a file too; do one.", pointer(("exhibits", name)))
        for name in body["exhibits"]
        if name in body["files"]
    ]
    if twice:
        raise Refusal("request.invalid", "Files are sent that are also named as uploaded exhibits.", twice)
    rest: dict[str, Any] = {
        "actor": actor(), "copy": body["copy"], "exhibits": body["exhibits"], "idempotency_key": key
    }  # fmt: skip
    if prefers_async():
        return accepted(office().jobs.queue_packet(body["plan"], body["files"], **rest))
    record = office().binding.bind(plans.load(body["plan"], office().binding.forums), body["files"], **rest)
    return _plain(record), 201, {"Location": url_for("packets.read", id=record.id)} | replay_of(record)


@blueprint.route("/packets", methods=["GET"])
@requires("packets", "read")
@blueprint.arguments(PacketQuerySchema, location="query")
@blueprint.response(200, PacketPageSchema)
def find(query: dict[str, Any]) -> Any:
    """List packets

    Newest first, of one case or of all, page by page; ``Link`` and the body name the other pages.
    """
    wanted((JSON,))
    found = office().binding.find(**query)
    return page_of([_plain(record) for record in found.items], found.total, query)


@blueprint.route("/packets/<packet:id>", methods=["GET"])
@requires("packets", "read")
@blueprint.doc(parameters=[RANGE], responses={206: bytes_of(PDF)})
@blueprint.response(200, PacketSchema)
@blueprint.alt_response(200, content_type=PDF, schema=BYTES, success=True)
@blueprint.alt_response(206, description="The bytes asked for", success=True)
@blueprint.alt_response(304, success=True)
def read(id: str) -> Any:
    """Read one packet: its record (JSON) or its first file (PDF), as Accept decides"""
    media_type = wanted((JSON, PDF))
    record = office().binding.packet(id)
    if media_type == JSON:
        return _plain(record)
    return _file(record, record.files[0])


@blueprint.route("/packets/<packet:id>/files/<string:name>", methods=["GET"])
@requires("packets", "read")
@blueprint.doc(parameters=[RANGE], responses={200: bytes_of(PDF), 206: bytes_of(PDF)})
@blueprint.response(200)
@blueprint.alt_response(206, description="The bytes asked for", success=True)
@blueprint.alt_response(304, success=True)
def read_file(id: str, name: str) -> Any:
    """Fetch one file of a packet: the whole of it, or a volume"""
    media_type = wanted_file(PDF)
    record = office().binding.packet(id)
    for each in record.files:
        if each["name"] == name:
            return _file(record, each, media_type)
    raise Refusal("packet.file_unknown", f"The packet has no file “{name}”.", kind="missing")


@blueprint.route("/packets/<packet:id>/certificate", methods=["GET"])
@requires("packets", "read")
@blueprint.response(200, content_type=JSON, schema={"type": "object"})
@blueprint.alt_response(304, success=True)
def read_certificate(id: str) -> Any:
    """Fetch a packet's certificate: every part, page, link and bookmark, as verified on the finished files"""
    wanted((JSON,))
    record = office().binding.packet(id)
    if record.certificate_sha256 is None:
        message = f"The packet {record.id} was bound by an earlier release, without a certificate."
        raise Refusal("packet.uncertified", message, kind="missing")
    # Written as in the archive, so that its SHA-256 is the one on record.
    text = json.dumps(office().binding.certificate(record.id), ensure_ascii=False, indent=1)
    name = f"packet-{record.id}.certificate"
    return file(text.encode(), JSON, name, etag=record.certificate_sha256, cache="private, no-cache", suffix="json")


def _file(record: PacketRecord, described: Any, media_type: str = PDF) -> Any:
    path = office().binding.file(record.id, described["name"])
    response = stored(path, media_type, described["name"], sha256=described["sha256"])
    if request.range is None or response.status_code == 200:
        response.headers["Accept-Ranges"] = "bytes"
    return response


def _plain(record: PacketRecord) -> dict[str, Any]:
    files = [
        {**each, "href": url_for("packets.read_file", id=record.id, name=each["name"])} for each in record.files
    ]  # fmt: skip
    certificate = url_for("packets.read_certificate", id=record.id) if record.certificate_sha256 is not None else None
    return {
        "id": record.id,
        "title": record.title,
        "case": record.case,
        "pages": record.pages,
        "sha256": record.sha256,
        "copy": record.copy,
        "profile": record.profile,
        "supplements": record.supplements,
        "files": files,
        "certificate": certificate,
        "entries": record.entries,
        "findings": record.findings,
        "created_at": record.created_at,
        "href": url_for("packets.read", id=record.id),
    }
