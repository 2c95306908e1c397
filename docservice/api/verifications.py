"""/api/v1/packets/verifications: is this the packet that was certified, and is it sound?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import marshmallow as ma
from flask import request, url_for
from marshmallow import fields, validate
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from docservice.api import bodies
from docservice.api.access import requires
from docservice.api.blueprint import Blueprint
from docservice.api.negotiation import JSON, wanted
from docservice.api.schemas import FileFindingSchema, Strict
from docservice.api.wiring import office
from docservice.finding import Finding
from docservice.refusal import Refusal

blueprint = Blueprint("verifications", __name__, url_prefix="/api/v1", description="Packets held against certificates")

_MOST_FINDINGS = 500
_FORM = {
    "type": "object",
    "properties": {
        "files": {
            "type": "array",
            "items": {"type": "string", "format": "binary"},
            "description": "The packet’s files, under their names",
        },
        "certificate": {"type": "string", "contentMediaType": JSON, "description": "Its certificate"},
        "packet": {"type": "string", "description": "Or the id of the packet on record whose certificate it is"},
    },
}


class VerificationOrderSchema(Strict):
    """What is verified: a packet on record, read again from the archive."""

    packet = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=100))
    certificate = fields.Dict(load_default=None, allow_none=True)


class CertificateSchema(ma.Schema):
    title = fields.String()
    case = fields.String()
    on = fields.String()
    fingerprint = fields.String()


class VerificationSchema(ma.Schema):
    """What was found. ``different`` means: not what the certificate certifies, or not sound."""

    verdict = fields.String(required=True, validate=validate.OneOf(("verified", "different")))
    on_record = fields.Boolean(
        required=True, metadata={"description": "Whether the certificate is that of a packet on record here"}
    )
    packet = fields.String(allow_none=True, metadata={"description": "Its id"})
    href = fields.String(allow_none=True)
    certificate = fields.Nested(CertificateSchema, required=True)
    pages = fields.Integer(required=True)
    links = fields.Integer(required=True)
    bookmarks = fields.Integer(required=True)
    labels = fields.Integer(required=True)
    findings = fields.List(fields.Nested(FileFindingSchema), required=True)
    findings_total = fields.Integer(required=True, metadata={"description": f"Of which the first {_MOST_FINDINGS}"})


@blueprint.route("/packets/verifications", methods=["POST"])
@requires("packets", "read")
@blueprint.doc(
    requestBody={
        "content": {
            "multipart/form-data": {"schema": _FORM},
            JSON: {"schema": {"type": "object", "properties": {"packet": {"type": "string"}}}},
        },
        "required": True,
    }
)
@blueprint.response(200, VerificationSchema)
def verify() -> Any:
    """Verify a packet

    Send its files, with their certificate, or the id of the packet that they should be, or alone: then it is looked
    for by their SHA-256. With an id and no files, the files on record are read again. Look at ``on_record`` too:
    anybody can write a certificate. Nothing is kept.
    """
    wanted((JSON,))
    if request.mimetype != "multipart/form-data":
        body = bodies.Parser().parse(VerificationOrderSchema(), request, location="json")
        return _verified({}, body["packet"], body["certificate"])
    try:
        uploads, form = list(request.files.items(multi=True)), dict(request.form)
    except RequestEntityTooLarge:
        raise bodies.too_large(request.max_content_length or 0) from None
    unknown = [name for name in form if name not in ("packet", "certificate")]
    if unknown:
        problems = [Finding.error("request.invalid", "Unknown field.", f"/{name}") for name in unknown]
        raise Refusal("request.invalid", "The form has fields that are not known.", problems)
    text: Any = form.get("certificate")
    for name, upload in uploads:
        if name == "certificate":
            text = upload.read(bodies.MOST_TEXT)
    certificate = bodies.parse(text) if text is not None else None
    with office().binding.working_folder() as folder:
        return _verified(_saved(uploads, folder), form.get("packet"), certificate)


def _saved(uploads: list[tuple[str, FileStorage]], folder: Path) -> dict[str, Path]:
    """The files, on disk, by name."""
    files: dict[str, Path] = {}
    for field, upload in uploads:
        if field == "certificate":
            continue
        name = re.split(r"[/\\]", upload.filename or field)[-1]
        if name in files:
            problem = Finding.error("request.duplicate_file", "Two files have this name.", f"/files/{len(files)}")
            raise Refusal("request.invalid", f"The file “{name}” was sent twice.", [problem])
        files[name] = folder / f"{len(files)}.pdf"
        upload.save(files[name])
    return files


def _verified(files: Mapping[str, Path], packet: str | None, certificate: Any) -> dict[str, Any]:
    if packet is not None and certificate is not None:
        problem = Finding.error("request.invalid", "A certificate is sent as well; send one of the two.", "/packet")
        raise Refusal("request.invalid", "Which certificate is meant?", [problem])
    if packet is None and certificate is None and not files:
        problem = Finding.error("request.invalid", "Missing data for required field.", "/packet")
        raise Refusal("request.invalid", "Send a packet’s files, or its id.", [problem])
    found = office().binding.verify(files, certificate=certificate, packet=packet)
    return {
        "verdict": "verified" if found.sound else "different",
        "on_record": found.packet is not None,
        "packet": found.packet,
        "href": url_for("packets.read", id=found.packet) if found.packet is not None else None,
        "certificate": {name: found.certificate[name] for name in ("title", "case", "on", "fingerprint")},
        "pages": found.pages,
        "links": found.links,
        "bookmarks": found.bookmarks,
        "labels": found.labels,
        "findings": found.findings[:_MOST_FINDINGS],
        "findings_total": len(found.findings),
    }
