"""Every "no" of the API as RFC 9457 problem+json: one shape, a stable code, nothing of the machine's inside.

A ``Refusal`` carries its kind; the API knows a few kinds more than the core does (who asks, which media type,
which state of the record was meant). What is no refusal and no HTTP error is a defect of ours: it is logged with
its trace id, and the answer says only that.
"""

from __future__ import annotations

import logging
import re
import secrets
from dataclasses import fields as fields_of
from http import HTTPStatus
from typing import Any

from flask import Response, current_app, g, json, request
from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException

from docservice import disk
from docservice.casefile.facts import Casefile
from docservice.finding import Finding
from docservice.refusal import Refusal

log = logging.getLogger("docservice.api")

BUSY_SECONDS = 5  # after which who was turned away may ask again
MEDIA_TYPE = "application/problem+json"

STATUS_OF_KIND = {
    "malformed": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "missing": 404,
    "not-acceptable": 406,
    "conflict": 409,
    "precondition-failed": 412,
    "too-large": 413,
    "unsupported-media-type": 415,
    "input": 422,
    "precondition-required": 428,
    "too-many": 429,
    "setup": 503,
    "busy": 503,
    "timeout": 504,
}

# What werkzeug says by itself, in our codes.
_HTTP_CODES = {
    400: ("request.malformed", "The request cannot be read."),
    404: ("request.not_found", "There is nothing at this address."),
    405: ("request.method_not_allowed", "This address does not take that method."),
    408: ("request.timeout", "The request took too long to arrive."),
    413: ("request.too_large", "The request body is too large."),
    414: ("request.uri_too_long", "The address is too long."),
    415: ("request.unsupported_media_type", "This media type is not taken here."),
}

_ORDER_MEMBERS = {
    "template", "casefile", "recipient", "language", "on", "about", "version", "reason", "recipients", "dated_back",
    "mailing", "mail_on", "envelope",
}  # fmt: skip
# Of what a version's review asks for: these point into the body as they are.
_REVIEW_MEMBERS = {
    "note",
    "effective_on",
    "replacement",
    "reviewer",
    "body",
    "path",
    "message",
    "on_behalf_of",
    "confirmed",
}
# Named with what is in them.
_DEEP_MEMBERS = {"attachments", "files", "exhibits", "certificate", "packet", "copy", "decisions"}
_CASEFILE_MEMBERS = {field.name for field in fields_of(Casefile)}
_AGAIN = {"database.unreachable", "database.busy"}
_TRACEPARENT = re.compile(r"^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$")


class ErrorItemSchema(Schema):
    """One thing that is wrong, and where."""

    code = fields.String(required=True, metadata={"description": "Stable code of this error"})
    detail = fields.String(required=True, metadata={"description": "A sentence for a person"})
    pointer = fields.String(metadata={"description": "JSON pointer (RFC 6901) into the request body"})
    parameter = fields.String(metadata={"description": "Name of the query parameter or header"})
    place = fields.String(metadata={"description": "Another place: a page, a file and line"})


class ProblemSchema(Schema):
    """RFC 9457 problem details."""

    type = fields.String(required=True, metadata={"description": "urn:docservice:problem:<code>"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True, metadata={"description": "Stable code, e.g. checks.failed"})
    detail = fields.String(required=True, metadata={"description": "A sentence for a person"})
    errors = fields.List(fields.Nested(ErrorItemSchema))
    trace_id = fields.String(required=True, metadata={"description": "Quote it when you ask for help"})


def trace_id() -> str:
    """This request's trace id: the caller's W3C ``traceparent``, or a fresh one (32 hexadecimal digits)."""
    if "trace_id" not in g:
        given = _TRACEPARENT.match(request.headers.get("Traceparent", ""))
        g.trace_id = given[1] if given and given[1].strip("0") else secrets.token_hex(16)
    return str(g.trace_id)


def respond(error: Exception) -> Response:
    """The answer to any exception a request may end in."""
    error = disk.refusal_of(error) or error
    if isinstance(error, Refusal):
        status = STATUS_OF_KIND.get(error.kind, 422)
        if status >= 500:
            log.warning("%s %s refused: %s trace_id=%s", request.method, request.path, error.code, trace_id())
        message = error.message
        if error.code in _AGAIN and request.method not in ("GET", "HEAD"):
            message += " With the same Idempotency-Key it is safe to send the same request again."
        response = problem(status, error.code, message, [describe(p) for p in error.problems])
        retry_after = BUSY_SECONDS if error.kind == "busy" else error.retry_after
        if retry_after is not None:
            response.headers["Retry-After"] = str(retry_after)
        return response
    if isinstance(error, HTTPException) and error.code is not None and error.code != 500:
        if error.code < 400:  # a redirect is no error
            return Response(error.get_response().get_data(), error.code, dict(error.get_headers()))
        phrase = HTTPStatus(error.code).phrase
        code, detail = _HTTP_CODES.get(error.code, (f"http.{error.code}", f"{phrase}."))
        response = problem(error.code, code, detail)
        allow = getattr(error, "valid_methods", None)
        if allow:
            response.headers["Allow"] = ", ".join(sorted(allow))
        return response
    log.error("%s %s failed, trace_id=%s", request.method, request.path, trace_id(), exc_info=error)
    message = "Something went wrong on our side. Please quote the trace id when you ask for help."
    if request.method not in ("GET", "HEAD"):
        message += (
            " Whether anything was kept is not known: send the same request again with the same Idempotency-Key, or "
            "look whether it is on record before you send it again."
        )
    return problem(500, "internal.error", message)


def problem(status: int, code: str, detail: str, errors: list[dict[str, str]] | None = None) -> Response:
    """A problem+json response."""
    g.problem_code = code
    body: dict[str, Any] = {
        "type": f"urn:docservice:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "trace_id": trace_id(),
    }
    if errors:
        body["errors"] = errors
    response = current_app.response_class(json.dumps(body), status, mimetype=MEDIA_TYPE)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="docservice"'
    response.headers["Cache-Control"] = "no-store"
    if "current_etag" in g and status == 412:
        response.headers["ETag"] = f'"{g.current_etag}"'
    return response


def describe(item: Finding) -> dict[str, str]:
    """One problem for ``errors``: its place becomes a pointer into the request body where it is one."""
    entry = {"code": item.code, "detail": item.message}
    if item.place.startswith("?"):
        entry["parameter"] = item.place[1:]
    elif (pointer := _pointer(item)) is not None:
        entry["pointer"] = pointer
    elif item.place:
        entry["place"] = item.place
    return entry


def _pointer(item: Finding) -> str | None:
    """The place as a pointer into the request's body, if it is one.

    The rooms below know no request: their pointers are into the casefile (or the plan), or name a member of the order.
    """
    if not item.place.startswith("/"):
        return None
    head, _, rest = item.place[1:].partition("/")
    if "place_in_body" in g and item.code != "request.invalid":
        found: str | None = g.place_in_body(item.place)
        return found
    if item.code == "request.invalid" or head in _DEEP_MEMBERS:
        return item.place
    if head in _ORDER_MEMBERS | _REVIEW_MEMBERS and not rest:
        return item.place
    if "pointer_base" in g:
        return str(g.pointer_base) + item.place
    return f"/casefile{item.place}" if head in _CASEFILE_MEMBERS else None
