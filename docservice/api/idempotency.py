"""Idempotency-Key: the same request again gives what the first one made, and says so (``Idempotent-Replayed``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from flask import request

from docservice.finding import Finding
from docservice.refusal import Refusal

IDEMPOTENCY_HEADER = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "maxLength": 200},
    "description": "The same key and body again give what was made the first time; another body is refused (422)",
}


REPLAYED = "Idempotent-Replayed"


class Kept(Protocol):
    """What a request made, as the office tells it."""

    @property
    def replayed(self) -> bool: ...


def idempotency_key(body: Mapping[str, Any]) -> str | None:
    """The key of this request: the header, or the body's field for callers that cannot send headers."""
    given = request.headers.get("Idempotency-Key")
    header = given.strip() if given is not None else None
    if header == "":
        # A key that a caller forgot to fill in protects nothing, and nobody would notice before the second letter.
        problem = Finding.error("request.invalid", "Is empty. Leave it out, or send a key.", "?Idempotency-Key")
        raise Refusal("request.invalid", "The Idempotency-Key is empty.", [problem])
    field = body["idempotency_key"]
    if header and len(header) > 200:
        problem = Finding.error("request.invalid", "Longer than maximum length 200.", "?Idempotency-Key")
        raise Refusal("request.invalid", "The Idempotency-Key is too long.", [problem])
    if header and field and header != field:
        problem = Finding.error("request.invalid", "Differs from the Idempotency-Key header.", "/idempotency_key")
        raise Refusal("request.invalid", "Two different idempotency keys were sent.", [problem])
    key: str | None = header or field
    return key


def replay_of(record: Kept) -> dict[str, str]:
    """The header of an answer that tells what an earlier request with this key made; no header for a first one."""
    return {REPLAYED: "true"} if record.replayed else {}
