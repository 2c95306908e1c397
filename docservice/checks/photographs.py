"""Do the photographs show anything? They are evidence; an icon in the place of one is found before print."""

from __future__ import annotations

import io
from collections.abc import Iterator

from docservice.checks.examined import Sight
from docservice.checks.finding import error, warning
from docservice.checks.violations import spoken_of
from docservice.finding import Finding

# Pixels of the longer side. A thumbnail of a telephone has 160 to 320; at 96 an inch 480 fill the width that two
# photographs beside one another have.
SHOWS_NOTHING, _SMALL = 32, 480


def large_enough(sight: Sight) -> Iterator[Finding]:
    """Each photograph that the document shows has pixels enough to be seen (DOMAIN §7.10)."""
    for picture in sight.page.root.iter("img"):
        kind, _, name = (picture.get("src") or "").partition(":")
        size = _size(sight.attachments.get(name, b"")) if kind == "picture" else None
        if size is None:
            continue
        told = f"The photograph “{name}” has {size[0]} × {size[1]} pixels"
        if max(size) < SHOWS_NOTHING:
            yield error(
                "photo_tiny",
                f"{told}: it is too small to show anything. Attach the picture that the camera made.",
                name,
            )
        elif max(size) < _SMALL:
            yield warning("photo_small", f"{told} and is printed small. Is there a larger one?", name)


def attached(sight: Sight) -> Iterator[Finding]:
    """A photograph that a violation names came with the order; else the letter shows less (DOMAIN §7.10)."""
    if "clauses/violation.html" not in sight.bundle.files:
        return  # it shows none
    shown = {(picture.get("src") or "").partition(":")[2] for picture in sight.page.root.iter("img")}
    for place, violation in spoken_of(sight):
        for index, name in enumerate(violation.photographs):
            if name not in shown and name not in sight.attachments:
                message = f"The photograph “{name}” was not attached: violation “{violation.id}” is printed without it."
                yield warning("photo_missing", message, f"{place}/photographs/{index}")


def _size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None for what is not there or cannot be read, which rendering refuses."""
    from PIL import Image, UnidentifiedImageError  # few letters have photographs

    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.size
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return None
