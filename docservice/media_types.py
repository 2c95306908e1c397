"""Media types (RFC 6838) by the suffix of a file's name: of documents, and of the pictures in them."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from types import MappingProxyType

MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "pdf": "application/pdf",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "html": "text/html",
        "css": "text/css",
        "svg": "image/svg+xml",
        "png": "image/png",
        "jpg": "image/jpeg",
        "jpeg": "image/jpeg",
    }
)
OCTETS = "application/octet-stream"  # bytes of which no more is said


def media_type_of(name: str) -> str:
    """The media type of a file by its name."""
    return MEDIA_TYPES.get(name.rpartition(".")[2].lower(), OCTETS)


def data_uri(data: bytes, media_type: str) -> str:
    """Bytes as an address that holds them (RFC 2397)."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"
