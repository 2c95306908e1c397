"""Idempotency-Key: the same request again gives what the first one made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from docservice.refusal import Problem, Refusal

IDEMPOTENCY_HEADER = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "maxLength": 200},
    "description": "The same key and body again give what was made the first time; another body is refused (422)",
}


def idempotency_key(body: Mapping[str, Any]) -> str | None:
    """The key of this request: the header, or the body's field for callers that cannot send headers."""
    header = request.headers.get("Idempotency-Key", "").strip() or None
    field = body["idempotency_key"]
    if header and len(header) > 200:
        problem = Problem("request.invalid", "Longer than maximum length 200.", "?Idempotency-Key")
        raise Refusal("request.invalid", "The Idempotency-Key is too long.", [problem])
    if header and field and header != field:
        problem = Problem("request.invalid", "Differs from the Idempotency-Key header.", "/idempotency_key")
        raise Refusal("request.invalid", "Two different idempotency keys were sent.", [problem])
    key: str | None = header or field
    return key
