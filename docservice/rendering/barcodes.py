"""Bar codes of certified-mail article numbers, as modules, SVG and PNG.

The number of 22 digits is GS1-128, as the Postal Service's own labels have it (Publication 199); the one of 20, of a
label from the counter, is Code 128 without the mark of GS1 (39 CFR 111, 1999). Both in set C, two digits a character.
"""

from __future__ import annotations

import io
import re
from functools import lru_cache

QUIET = 10  # modules that stay white on either side (ISO/IEC 15417)
HEIGHT = 40  # modules
WIDEST = 2.05  # inches: the column of references has no more; a module is 0.011 in then


@lru_cache(maxsize=64)
def modules(digits: str) -> str:
    """The bars (1) and spaces (0) of an article number, without the quiet zones."""
    from barcode.codex import Code128, Gs1_128  # few letters have one

    kind = Gs1_128 if len(digits) == 22 else Code128
    [bars] = kind(digits).build()
    assert isinstance(bars, str)
    return bars


def width(digits: str) -> int:
    """Modules, the quiet zones with them."""
    return len(modules(digits)) + 2 * QUIET


def as_drawing(digits: str) -> str:
    """The bar code as an SVG element: black bars on white, sharp at any size."""
    wide = width(digits)
    bars = "".join(
        f"M{QUIET + bar.start()} 0h{len(bar[0])}v{HEIGHT}h-{len(bar[0])}z" for bar in re.finditer("1+", modules(digits))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {HEIGHT}" width="{wide}" height="{HEIGHT}">'
        f'<rect width="{wide}" height="{HEIGHT}" fill="#fff"/><path d="{bars}" fill="#000"/></svg>'
    )


def as_png(digits: str, scale: int = 4) -> bytes:
    """The same as a picture, ``scale`` pixels a module, for Word."""
    from PIL import Image

    row = bytes(0 if bar == "1" else 255 for bar in f"{'0' * QUIET}{modules(digits)}{'0' * QUIET}")
    line = Image.frombytes("L", (len(row), 1), row)
    buffer = io.BytesIO()
    line.resize((len(row) * scale, HEIGHT * scale), Image.Resampling.NEAREST).save(buffer, "PNG")
    return buffer.getvalue()
