"""Reading what a caller sends: strict JSON, or JSON with files as multipart/form-data, within a size limit.

Attachments travel with the order that uses them: inline as base64, or as file parts. Only the exhibits of packets,
which may be large and many, can be uploaded ahead (``api.exhibits``).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import marshmallow as ma
from flask import Request, current_app, request
from webargs.core import missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge

from docservice import strict_json
from docservice.finding import Finding
from docservice.places import each_error, pointer
from docservice.refusal import Refusal, things_are

PACKETS_PATH = "/api/v1/packets"
VERIFICATIONS_PATH = "/api/v1/packets/verifications"
EXHIBITS_PATH = "/api/v1/exhibits"
PACKET_FACTOR = 10  # a plan brings its exhibits along: it may be that many times larger than an order with its photos
MOST_TEXT = 64 * 2**20  # bytes of JSON in a part that is sent as a file
_FILES_OF_PLAN = re.compile(r"/desk/packets/plans/[^/]+/files\Z")
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


def allowed_at(path: str, order: int, exhibit: int) -> int:
    """How many bytes a body may have that is sent to ``path``, given what an order and an exhibit may have."""
    if path.startswith(EXHIBITS_PATH) or _FILES_OF_PLAN.match(path):
        return exhibit + (1 << 16)  # the frame of a multipart body; the file itself is measured as it comes
    return order * (PACKET_FACTOR if path in (PACKETS_PATH, VERIFICATIONS_PATH) else 1)


def advice(path: str) -> str:
    """What to do about a body that is too large."""
    if path.startswith(EXHIBITS_PATH):
        return "Split the file."
    return "Upload its exhibits one by one, and name them." if path == PACKETS_PATH else "Send smaller photographs."


def limit() -> None:
    """Before a body is read: refuse one that is too large, by its length alone."""
    config = current_app.config
    allowed = allowed_at(request.path, int(config["MAX_CONTENT_LENGTH"]), int(config["MAX_EXHIBIT_LENGTH"]))
    request.max_content_length = allowed
    if (request.content_length or 0) > allowed:
        raise too_large(allowed)


def too_large(allowed: int) -> Refusal:
    """The refusal of a body past ``allowed`` bytes."""
    message = f"The request body is too large: at most {allowed >> 20} MB are taken here. {advice(request.path)}"
    return Refusal("request.too_large", message, kind="too-large")


def multipart(part: str, files: str, **more: dict[str, str]) -> dict[str, Any]:
    """How OpenAPI says that a body may also come as multipart/form-data."""
    properties = {
        part: {"type": "string", "contentMediaType": "application/json", "description": f"The JSON, without {files}"},
        files: {
            "type": "array",
            "items": {"type": "string", "format": "binary"},
            "description": "Files, each under its file name",
        },
        **more,
    }
    schema = {"type": "object", "properties": properties, "required": [part]}
    return {"content": {"multipart/form-data": {"schema": schema}}, "required": True}


class Files(ma.fields.Field[dict[str, bytes]]):
    """Files by name: base64 strings in JSON, bytes when they came as parts of a multipart body."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, bytes]:
        if not isinstance(value, Mapping):
            raise ma.ValidationError("Must be an object of file names and their content in base64.")
        files: dict[str, bytes] = {}
        wrong: dict[str, list[str]] = {}
        for name, content in value.items():
            try:
                files[name] = content if isinstance(content, bytes) else base64.b64decode(content, validate=True)
            except (binascii.Error, ValueError, TypeError):
                wrong[name] = ["Is not base64."]
        if wrong:
            raise ma.ValidationError(wrong)
        return files


class UploadedExhibits(ma.fields.Field[dict[str, str]]):
    """SHA-256 by file name: an object, or its JSON text when it came as a field of a multipart body."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, str]:
        if isinstance(value, str):
            value = parse(value)
        if not isinstance(value, Mapping):
            raise ma.ValidationError("Must be an object of file names and SHA-256.")
        wrong = {
            name: ["Is no SHA-256: 64 hexadecimal digits, in small letters."]
            for name, sha256 in value.items()
            if not isinstance(sha256, str) or not _SHA256.match(sha256)
        }
        if wrong:
            raise ma.ValidationError(wrong)
        return dict(value)


class Parser(FlaskParser):
    """webargs, with our refusals: 415 for a wrong content type, 400 for broken JSON, 422 with JSON pointers."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": ma.RAISE}  # noqa: RUF012

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        """The request's JSON object. A schema with ``part`` and ``files`` takes multipart/form-data as well."""
        part, files = getattr(schema, "part", None), getattr(schema, "files_field", None)
        try:
            if part and files and req.mimetype == "multipart/form-data":
                return _multipart(req, part, files, bool(getattr(schema, "part_is_body", True)))
            if req.mimetype == "application/json" or req.mimetype.endswith("+json"):
                return _object(parse(req.get_data()))
        except RequestEntityTooLarge:
            raise too_large(req.max_content_length or 0) from None
        if not req.mimetype and not req.content_length and getattr(schema, "body_optional", False):
            return missing
        taken = "application/json or multipart/form-data" if part else "application/json"
        given = req.mimetype or "nothing"
        message = f"The body must be sent as {taken} (Content-Type); this one says {given}."
        raise Refusal("request.unsupported_media_type", message, kind="unsupported-media-type")

    def handle_error(self, error: ma.ValidationError, req: Request, schema: ma.Schema, **kwargs: Any) -> NoReturn:
        problems: list[Finding] = []
        for location, messages in error.messages_dict.items():
            for path, message in each_error(messages):
                place = pointer(path) if location == "json" else f"?{path[0] if path else ''}"
                problems.append(Finding.error("request.invalid", str(message), place))
        where = "request" if any(p.place.startswith("?") for p in problems) else "request body"
        raise Refusal("request.invalid", f"{things_are(problems)} wrong with the {where}.", problems)


def parse(data: bytes | str) -> Any:
    """What a body's text holds, by ``strict_json``, and no half of a character in it."""
    value = strict_json.read(data, what="The body", area="request")
    text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
    if _SURROGATE_ESCAPE.search(text):
        for string in _strings(value):
            if any("\ud800" <= c <= "\udfff" for c in string):
                raise _malformed("The body has half a character (an unpaired surrogate escape).")
    return value


def json_object(req: Request) -> dict[str, Any]:
    """The JSON object that is a request's whole body. Raises ``Refusal``: 400, 413, 415."""
    if not (req.mimetype == "application/json" or req.mimetype.endswith("+json")):
        message = (
            f"The body must be sent as application/json (Content-Type); this one says {req.mimetype or 'nothing'}."
        )
        raise Refusal("request.unsupported_media_type", message, kind="unsupported-media-type")
    try:
        return _object(parse(req.get_data()))
    except RequestEntityTooLarge:
        raise too_large(req.max_content_length or 0) from None


def _malformed(message: str) -> Refusal:
    return Refusal("request.malformed", message, kind="malformed")


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _malformed("The body must be a JSON object, in curly brackets.")
    return value


def _multipart(req: Request, part: str, files_field: str, part_is_body: bool) -> dict[str, Any]:
    uploads = list(req.files.items(multi=True))
    text: bytes | str | None = req.form.get(part)
    if text is None:
        text = next((upload.read() for name, upload in uploads if name == part), None)
    if text is None:
        raise _malformed(f"The part “{part}” with the JSON is missing from the multipart body.")
    value = _object(parse(text))
    body: dict[str, Any] = dict(value) if part_is_body else {part: value}
    files = dict(body.get(files_field) or {})
    for name, upload in uploads:
        if name == part:
            continue
        file = upload.filename or name
        if file in files:
            problem = Finding.error("request.duplicate_file", "Two files have this name.", pointer((files_field, file)))
            raise Refusal("request.invalid", f"The file “{file}” was sent twice.", [problem])
        files[file] = upload.read()
    for name in req.form:  # idempotency_key and the like may be plain fields beside the JSON
        if name != part:
            body.setdefault(name, req.form[name])
    return body | ({files_field: files} if files else {})


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
