"""/api/v1/previews: see a document before it goes out. Nothing is kept."""

from __future__ import annotations

from typing import Any

from flask import Response

from docservice.api.access import requires
from docservice.api.blueprint import Blueprint
from docservice.api.bodies import multipart
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
from docservice.api.schemas import OrderSchema, PreviewSchema
from docservice.api.wiring import office
from docservice.media_types import MEDIA_TYPES
from docservice.pipeline.faces import Face

blueprint = Blueprint("previews", __name__, url_prefix="/api/v1", description="Drafts; nothing is kept")


@blueprint.route("/previews", methods=["POST"])
@requires("preview", "issue")
@blueprint.doc(requestBody=multipart("order", "attachments"))
@blueprint.arguments(OrderSchema, location="json")
@blueprint.response(200, PreviewSchema)
@blueprint.alt_response(200, content_type=PDF, schema=BYTES, success=True)
@blueprint.alt_response(200, content_type=DOCX, schema=BYTES, success=True)
@blueprint.alt_response(200, content_type=HTML, schema=BYTES, success=True)
def preview(body: dict[str, Any]) -> Any:
    """Preview a document

    Accept decides what comes back: JSON (findings of the checks, pages, the text as HTML), the watermarked PDF,
    the Word file or the web page. A preview is made even when the checks would refuse the document.
    """
    media_type = wanted((JSON, PDF, DOCX, HTML))
    if media_type == JSON:
        return office().issuing.preview(order_of(body), "pdf")
    return _file(body, FACE_OF[media_type])


@blueprint.route(f"/previews/files/{LETTER_FACE}", methods=["POST"])
@requires("preview", "issue")
@blueprint.doc(requestBody=multipart("order", "attachments"), responses={200: bytes_of(PDF, DOCX, HTML)})
@blueprint.arguments(OrderSchema, location="json")
@blueprint.response(200)
def preview_file(body: dict[str, Any], face: Face) -> Any:
    """Preview a document as a file: the watermarked PDF, the Word file or the web page"""
    return _file(body, face, wanted_file(MEDIA_TYPES[face]))


def _file(body: dict[str, Any], face: Face, media_type: str | None = None) -> Response:
    made = office().issuing.preview(order_of(body), face)
    response = file(
        made.content, media_type or made.media_type, f"draft-{made.template}", etag=made.sha256, suffix=face
    )
    errors = sum(1 for finding in made.findings if finding.severity == "error")
    response.headers["Docservice-Findings"] = f"errors={errors}, warnings={len(made.findings) - errors}"
    return response
