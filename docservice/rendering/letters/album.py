"""The pictures of a letter as the letterhead gets them: photographs made ready, square codes and bar codes drawn.

A photograph is made as fine as paper shows it where it stands (300 dpi), once for all letters that have it.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from functools import lru_cache
from types import ModuleType
from typing import Any

from docservice.finding import Finding
from docservice.recent import RecentShelf
from docservice.refusal import Refusal
from docservice.rendering import barcodes
from docservice.wording.bundle import Bundle

_COARSEST = 96  # pixels an inch: a photograph of few pixels is printed small, not blown up
_PHOTOGRAPH = (1470, 1080)  # 300 dpi in the 4.9 x 3.6 in that the letterhead gives a photograph at most
_BESIDE = (474, 375)  # 300 dpi in the 1.58 x 1.25 in that one of a violation has at most, beside its text or below it
_BESIDE_IN = "letterhead/arranged.typ"  # the letterheads that set them so
_prepared_pictures: RecentShelf[Any] = RecentShelf(24)  # some 250 KB each


class Album:
    """The pictures of one letter, under names made of their content: ``files``, path → bytes."""

    def __init__(self, bundle: Bundle, attachments: Mapping[str, bytes], root: Any) -> None:
        self.bundle, self.attachments = bundle, attachments
        self.small = _of_violations(root) if _BESIDE_IN in bundle.files else frozenset[str]()
        self.files: dict[str, bytes] = {}

    def place(self, src: str, alt: str) -> Mapping[str, Any]:
        """Where the picture ``src`` lies for Typst, and its size in pixels."""
        kind, _, name = src.partition(":")
        if kind == "qr":
            return self._keep(_code(name), "svg", 100, 100)
        if kind == "barcode":
            drawn = self._keep(barcodes.as_drawing(name).encode(), "svg", barcodes.width(name), barcodes.HEIGHT)
            return {**drawn, "widest": barcodes.WIDEST}
        if kind == "bundle":
            return self._of_bundle(name)
        data = self.attachments.get(name)
        if data is None:
            raise Refusal(
                "picture.missing",
                f"The picture “{name}” is not among the attachments.",
                [Finding.error("picture.missing", "named in the document, not attached", name)],
            )
        placed = self._prepared(data, name, _BESIDE if name in self.small else _PHOTOGRAPH)
        return {**placed, "widest": placed["width"] / _COARSEST}

    def _of_bundle(self, name: str) -> Mapping[str, Any]:
        try:
            data = self.bundle.picture(name)
        except KeyError:
            raise Refusal("picture.missing", f"The picture “{name}” is not in the template.") from None
        if name.endswith(".svg"):
            width, height = _pictures().svg_size(data)
            return self._keep(data, "svg", width, height)
        return self._prepared(data, name)

    def _prepared(self, data: bytes, name: str, box: tuple[int, int] | None = None) -> Mapping[str, Any]:
        room = _pictures()
        pixels = box or room.PRINT_PIXELS
        # Each copy of a notice has the same photographs, and to make one ready costs as much as to set a letter.
        key = hashlib.sha256(data).digest(), pixels
        made = _prepared_pictures.take(key, lambda: room.prepare(data, name=name, max_pixels=pixels))
        return self._keep(made.data, made.media_type.rpartition("/")[2], made.width, made.height)

    def _keep(self, data: bytes, ending: str, width: int, height: int) -> Mapping[str, Any]:
        path = f"pictures/{hashlib.sha256(data).hexdigest()[:24]}.{ending}"
        self.files[path] = data
        return {"src": f"/{path}", "width": width, "height": height}


def _of_violations(root: Any) -> frozenset[str]:
    """The pictures that stand with violations and nowhere else: these are small on paper."""
    every = [image for image in root.iter("img") if (image.get("src") or "").startswith("picture:")]
    small = [
        image
        for image in every
        if any(one.get("data-violation") or one.get("data-block") == "violations" for one in image.iterancestors())
    ]
    named, elsewhere = (
        {image.get("src").partition(":")[2] for image in some} for some in (small, set(every) - set(small))
    )
    return frozenset(named - elsewhere)


def _pictures() -> ModuleType:
    """Pillow is 10 MB that a letter without photographs does not need; so is segno, below, without a code."""
    from docservice.rendering import pictures

    return pictures


@lru_cache(maxsize=64)
def _code(text: str) -> bytes:
    """A QR code as SVG, with the quiet zone of four modules that ISO/IEC 18004 asks for."""
    import segno

    buffer = io.BytesIO()
    segno.make(text, error="m", micro=False).save(buffer, kind="svg", border=4, xmldecl=False, svgns=True)
    return buffer.getvalue()
