"""/api/v1/previews: see a document before it goes out. Nothing is kept."""

from __future__ import annotations

from typing import Any, cast

from flask import Response

from docservice.api.access import requires
from docservice.api.blueprint import Blueprint
from docservice.api.bodies import multipart
from docservice.api.negotiation import DOCX, FACE_OF, HTML, JSON, PDF, file, wanted
from docservice.api.schemas import OrderSchema, PreviewSchema, order_of
from docservice.api.wiring import office
from docservice.correspondence.choices import Face

blueprint = Blueprint("previews", __name__, url_prefix="/api/v1", description="Drafts; nothing is kept")


@blueprint.route("/previews", methods=["POST"])
@requires("preview", "issue")
@blueprint.doc(requestBody=multipart("order", "attachments"))
@blueprint.arguments(OrderSchema, location="json")
@blueprint.response(200, PreviewSchema)
@blueprint.alt_response(200, content_type=PDF, schema={"type": "string", "format": "binary"}, success=True)
@blueprint.alt_response(200, content_type=DOCX, schema={"type": "string", "format": "binary"}, success=True)
@blueprint.alt_response(200, content_type=HTML, schema={"type": "string"}, success=True)
def preview(body: dict[str, Any]) -> Any:
    """Preview a document

    Accept decides what comes back: JSON (findings of the checks, pages, the text as HTML), the watermarked PDF,
    the Word file or the web page. A preview is made even when the checks would refuse the document.
    """
    media_type = wanted((JSON, PDF, DOCX, HTML))
    face = "pdf" if media_type == JSON else FACE_OF[media_type]
    made = office().preview(order_of(body), cast(Face, face))
    if media_type == JSON:
        return made
    response: Response = file(made.content, made.media_type, f"draft-{made.template}")
    errors = sum(1 for finding in made.findings if finding.severity == "error")
    response.headers["Docservice-Findings"] = f"errors={errors}, warnings={len(made.findings) - errors}"
    return response
