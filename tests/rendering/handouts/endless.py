"""What test_injections runs in a rendering process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from docservice.rendering.composing.semantic_text import compose
from docservice.rendering.composing.values import Record
from docservice.rendering.docx.own_file import to_docx
from docservice.wording.bundle import Bundle


@dataclass(frozen=True)
class Little:
    names: dict[str, Any] = field(
        default_factory=lambda: {"document": Record("document", {"language": "en", "direction": "ltr"})}
    )


def filled(parts: Mapping[str, bytes], sha256: str, face: str) -> int:
    """Compose a bundle, or make its Word face."""
    bundle = Bundle.from_bytes(parts[sha256])
    if face == "html":
        return len(compose(bundle, Little(), "en").html)
    title = compose(Bundle.of({"template.yaml": HEAD, "letter.html": PLAIN}), Little(), "en")
    return len(to_docx(bundle, Little(), title, attachments={}, issued_on=date(2026, 6, 1), draft=False))


HEAD = b"key: x\ntitle: X\n"
PLAIN = b'<article lang="en" dir="ltr" data-document="x"><h1>T</h1></article>'
