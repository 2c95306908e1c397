"""/api/v1/packets: bind documents and exhibits into one hearing packet."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import g, url_for
from marshmallow import fields

from docservice.api.access import actor, requires
from docservice.api.blueprint import Blueprint
from docservice.api.bodies import multipart
from docservice.api.idempotency import IDEMPOTENCY_HEADER, idempotency_key
from docservice.api.jobs import PREFER, JobSchema, accepted, prefers_async
from docservice.api.negotiation import JSON, PDF, file, wanted
from docservice.api.schemas import FindingSchema, PacketOrderSchema
from docservice.api.wiring import office
from docservice.packets import plan as plans

blueprint = Blueprint("packets", __name__, url_prefix="/api/v1", description="Hearing packets")


class EntrySchema(ma.Schema):
    """One line of the packet's contents."""

    title = fields.String()
    first_page = fields.Integer(metadata={"description": "Counted from 1, over all parts"})
    pages = fields.Integer()
    label = fields.String(allow_none=True, metadata={"description": "Exhibit letter or number"})
    level = fields.Integer()
    kind = fields.String()


class PacketSchema(ma.Schema):
    id = fields.String(required=True)
    status = fields.Constant("done", metadata={"type": "string", "enum": ["done"]})
    title = fields.String()
    case = fields.String(allow_none=True)
    pages = fields.Integer(required=True)
    sha256 = fields.String(required=True)
    entries = fields.List(fields.Nested(EntrySchema))
    findings = fields.List(fields.Nested(FindingSchema))
    created_at = fields.DateTime(format="iso")


class PacketListSchema(ma.Schema):
    items = fields.List(fields.Nested(PacketSchema), required=True)


@blueprint.route("/packets", methods=["POST"])
@requires("packets")
@blueprint.doc(parameters=[IDEMPOTENCY_HEADER, PREFER], requestBody=multipart("plan", "files"))
@blueprint.arguments(PacketOrderSchema, location="json")
@blueprint.response(201, PacketSchema)
@blueprint.alt_response(202, schema=JobSchema, success=True)
def bind(body: dict[str, Any]) -> Any:
    """Bind a packet

    The answer comes when the packet is bound, or at once with a job (202) under ``Prefer: respond-async``; a packet of
    many pages wants that.
    """
    wanted((JSON,))
    g.pointer_base = "/plan"
    key = idempotency_key(body)
    if prefers_async():
        return accepted(office().queue_packet(body["plan"], body["files"], actor=actor(), idempotency_key=key))
    record = office().bind(plans.load(body["plan"]), body["files"], actor=actor(), idempotency_key=key)
    return record, 201, {"Location": url_for("packets.read", id=record.id)}


@blueprint.route("/packets", methods=["GET"])
@requires("packets", "read")
@blueprint.response(200, PacketListSchema)
def find() -> Any:
    """List packets"""
    wanted((JSON,))
    return {"items": office().packets()}


@blueprint.route("/packets/<string:id>", methods=["GET"])
@requires("packets", "read")
@blueprint.response(200, PacketSchema)
@blueprint.alt_response(200, content_type=PDF, schema={"type": "string", "format": "binary"}, success=True)
def read(id: str) -> Any:
    """Read one packet: its record (JSON) or the PDF, as Accept decides"""
    media_type = wanted((JSON, PDF))
    record = office().packet(id)
    if media_type == JSON:
        return record
    return file(office().packet_pdf(record.id), PDF, f"packet-{record.id}", cache="private, no-cache")
