"""/api/v1/templates/{key}: wording as a Word file, out to be edited and in as the next draft."""

from __future__ import annotations

from typing import Any, ClassVar

import marshmallow as ma
from marshmallow import fields, validate

from docservice.api.access import requires, reviewer
from docservice.api.blueprint import Blueprint
from docservice.api.bodies import Files, multipart
from docservice.api.negotiation import DOCX, JSON, bytes_of, file, wanted, wanted_file
from docservice.api.review_schemas import LintFindingSchema, VersionSchema, version_answer
from docservice.api.schemas import Strict
from docservice.api.wiring import office
from docservice.finding import Finding
from docservice.refusal import Refusal
from docservice.strict_fields import Flag

blueprint = Blueprint("word_files", __name__, url_prefix="/api/v1", description="Wording in Word files")

_NUMBER = validate.Range(1, 10**6)


class WordReadingInSchema(Strict):
    """A Word file to be read. As multipart/form-data: the part ``reading`` holds this object as JSON, the file part is
    the file; in JSON, ``files`` has the one file in base64 under its name."""

    part: ClassVar[str] = "reading"
    files_field: ClassVar[str] = "files"

    based_on = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=_NUMBER,
        metadata={"description": "The version it was made from; the one in force"},
    )
    files = Files(
        load_default=dict,
        metadata={"type": "object", "additionalProperties": {"type": "string", "format": "byte"}},
    )


class WordProposalSchema(WordReadingInSchema):
    """A Word file as the next draft. As multipart/form-data: the part ``proposal`` holds this object as JSON."""

    part: ClassVar[str] = "proposal"

    note = fields.String(required=True, metadata={"description": "Why: the reviewers read it first"})
    replaces = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=_NUMBER,
        metadata={"description": "An earlier draft of one's own, which is withdrawn for this one"},
    )
    keep = Flag(
        load_default=False,
        metadata={"description": "The file itself stays the wording, and is the Word face of the letter"},
    )


class WordReadingSchema(ma.Schema):
    """What a Word file says as wording, and what could not be kept or is wrong with its tags."""

    files = fields.Dict(keys=fields.String(), values=fields.String(), required=True, metadata={
        "description": "letter.html and the clauses that the file changes"})  # fmt: skip
    pictures = fields.List(fields.String(), required=True)
    findings = fields.List(fields.Nested(LintFindingSchema), required=True)


class WordDraftSchema(VersionSchema):
    """The draft that a Word file became, and what could not be kept of the file."""

    findings = fields.List(fields.Nested(LintFindingSchema), required=True)


@blueprint.route("/templates/<string:key>/versions/<int(max=999999):number>/word", methods=["GET"])
@requires("review", "approve", "read")
@blueprint.doc(responses={200: bytes_of(DOCX)})
@blueprint.response(200)
@blueprint.alt_response(304, success=True)
def write(key: str, number: int) -> Any:
    """A version as a Word file to edit

    Fields and conditions are visible, blocks and clauses are content controls, changes are tracked. Send it back as the
    next draft.
    """
    media_type = wanted_file(DOCX)
    return file(office().review.to_word(key, number), media_type, f"{key}-{number}", suffix="docx")


@blueprint.route("/templates/<string:key>/word", methods=["POST"])
@requires("review")
@blueprint.doc(requestBody=multipart("reading", "files"))
@blueprint.arguments(WordReadingInSchema, location="json")
@blueprint.response(200, WordReadingSchema)
def read(body: dict[str, Any], key: str) -> Any:
    """Read a Word file as wording

    Nothing is kept: what it would propose, what could not be kept of it, and which of its tags are unknown.
    """
    wanted((JSON,))
    reading = office().review.read_word(key, _only(body["files"]), based_on=body["based_on"], actor=reviewer())
    texts = {name: data.decode() for name, data in reading.files.items() if name.endswith(".html")}
    pictures = [name for name in reading.files if name not in texts]
    return {"files": texts, "pictures": pictures, "findings": reading.findings}


@blueprint.route("/templates/<string:key>/versions/from-word", methods=["POST"])
@requires("review")
@blueprint.doc(requestBody=multipart("proposal", "files"))
@blueprint.arguments(WordProposalSchema, location="json")
@blueprint.response(201, WordDraftSchema)
def propose(body: dict[str, Any], key: str) -> Any:
    """Propose a version as a Word file

    Tracked changes are read as accepted. Macros, links to other files and embedded objects are refused by name
    (word.refused).
    """
    wanted((JSON,))
    record, reading = office().review.from_word(
        key, _only(body["files"]), note=body["note"], based_on=body["based_on"], replaces=body["replaces"],
        keep=body["keep"], actor=reviewer(),
    )  # fmt: skip
    answer, status, headers = version_answer(office().review.version(key, record.number), 201)
    return {**answer, "findings": reading.findings}, status, headers


def _only(files: dict[str, bytes]) -> bytes:
    if len(files) != 1:
        message = f"Send one Word file; this request has {len(files)}."
        raise Refusal("request.invalid", message, [Finding.error("request.invalid", message, "/files")])
    return next(iter(files.values()))
