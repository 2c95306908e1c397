"""Which face the caller wants (``Accept``), and the answer that carries it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Response, current_app, request, send_file

from docservice.media_types import MEDIA_TYPES, OCTETS
from docservice.pipeline.faces import FACES
from docservice.refusal import Refusal

PDF, DOCX, HTML = (MEDIA_TYPES[face] for face in FACES["letter"])
JSON = "application/json"
CSV = "text/csv"

BYTES = {"type": "string", "format": "binary"}
# The part of a route that names a face.
LETTER_FACE, HANDOUT_FACE = (f"<any({', '.join(FACES[kind])}):face>" for kind in ("letter", "handout"))
FACE_OF = {MEDIA_TYPES[face]: face for face in FACES["letter"]}


def wanted(offered: Sequence[str]) -> str:
    """The media type to answer with: the best of ``offered`` for the request's Accept, the first when it has none.

    Raises ``Refusal("request.not_acceptable")`` (406), before any work is done.
    """
    accept = request.accept_mimetypes
    if not accept:
        return offered[0]
    best = accept.best_match(offered)
    if best is None:
        message = f"This can be had as {', '.join(offered)}; the Accept header asks for something else."
        raise Refusal("request.not_acceptable", message, kind="not-acceptable")
    return best


def bytes_of(*media_types: str) -> dict[str, Any]:
    """How OpenAPI says that an answer is bytes, of one of these media types or unnamed.

    Unnamed comes first: it is what generated clients take for bytes, where they take HTML for text and do not know PDF.
    """
    return {"content": {each: {"schema": BYTES} for each in (OCTETS, *media_types)}}


def wanted_file(media_type: str) -> str:
    """The media type of a file that can be had as what it is, or unnamed. Raises as ``wanted``."""
    return wanted((media_type, OCTETS))


def stored(path: Path, media_type: str, name: str, *, sha256: str) -> Response:
    """A file of the archive, ``name`` and all, streamed from disk; Range and If-None-Match hold (its ETag: ``sha256``).

    It never changes, so a client may keep it; but only that client, and it asks again whether it still may see it.
    """
    response = send_file(path, media_type, download_name=name, etag=sha256, conditional=True, max_age=None)
    response.headers["Content-Disposition"] = f'inline; filename="{_plain(name)}"'
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _plain(name: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in name)


def file(
    content: bytes, media_type: str, name: str, *, suffix: str, etag: str | None = None, cache: str = "no-store"
) -> Response:
    """``content`` as a response named ``name`` plus ``suffix``, with a strong ETag (its SHA-256 unless given)."""
    response = current_app.response_class(content, mimetype=media_type)  # werkzeug names the charset of text
    response.headers["Content-Disposition"] = f'inline; filename="{_plain(name)}.{suffix}"'
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Control"] = cache
    response.headers["X-Content-Type-Options"] = "nosniff"
    if response.mimetype == HTML:
        # A letter's web face brings its own style and pictures, and nothing else may run or load.
        policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox"
        response.headers["Content-Security-Policy"] = policy
    response.set_etag(etag or hashlib.sha256(content).hexdigest())
    response.make_conditional(request)
    return response
