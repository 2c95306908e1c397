"""The HTTP status of a page that says no."""

from __future__ import annotations

from docservice.refusal import Refusal

STATUS = {
    "unauthenticated": 401,
    "forbidden": 403,
    "missing": 404,
    "conflict": 409,
    "precondition-failed": 412,
    "input": 422,
    "malformed": 400,
    "too-large": 413,
    "too-many": 429,
    "setup": 503,
    "busy": 503,
    "timeout": 504,
}


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal."""
    return STATUS.get(refusal.kind, 422)
