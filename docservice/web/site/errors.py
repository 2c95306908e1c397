"""An error as a page that says what to do next."""

from __future__ import annotations

import logging
import secrets

from flask import Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException

from docservice import disk
from docservice.refusal import Refusal
from docservice.web.headers import protect
from docservice.web.site import around, tongues

log = logging.getLogger("docservice.web")

_KINDS = {
    "missing": 404,
    "malformed": 400,
    "input": 404,
    "conflict": 409,
    "setup": 503,
    "timeout": 503,
    "too-many": 429,
}


def respond(error: Exception) -> Response:
    """An error as a page that says what to do next."""
    error = disk.refusal_of(error) or error
    if isinstance(error, Refusal):
        status = _KINDS.get(error.kind, 404)
    elif isinstance(error, HTTPException) and error.code is not None:
        if error.code < 400:
            return Response(error.get_response().get_data(), error.code, dict(error.get_headers()))
        status = error.code
    else:
        status = 500
    trace = ""
    if status == 500:
        trace = secrets.token_hex(16)
        log.error("%s %s failed, trace_id=%s", request.method, request.path, trace, exc_info=error)
    refusal = error if isinstance(error, Refusal) else None
    tongues.settle(around.office().town)
    page = render_template("error.html", status=status, trace=trace, refusal=refusal)
    response = protect(current_app.response_class(page, status))
    response.headers["Content-Language"] = tongues.language()
    response.vary.add("Accept-Language")
    allow = getattr(error, "valid_methods", None)
    if allow:
        response.headers["Allow"] = ", ".join(sorted(allow))
    if refusal is not None and refusal.retry_after is not None:
        response.headers["Retry-After"] = str(refusal.retry_after)
    response.headers["Cache-Control"] = "no-store"
    return response
