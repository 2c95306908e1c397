"""The font in which fields of forms are filled in: Noto Sans with the letters of Western Europe, embedded whole.

A reader that fills a field in draws its text anew, in the font that the form brings (ISO 32000-1, 12.7.3.3); PDF/A has
it embedded (ISO 19005-3, 6.2.11.4.1). A simple font with WinAnsiEncoding is what every reader can write with. Other
scripts are written in a font of the reader's own.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

NAME = "NotoSansForms"  # a font of its own: it has these letters and no others
FIRST, LAST = 32, 255
_FILE = "NotoSans-Regular.ttf"
_UNDEFINED = (0x81, 0x8D, 0x8F, 0x90, 0x9D)


@dataclass(frozen=True, slots=True)
class FieldFont:
    """The font's program, and its measures in thousandths of its size."""

    program: bytes = field(repr=False)
    widths: tuple[int, ...]  # of FIRST to LAST
    box: tuple[int, int, int, int]
    ascent: int
    descent: int
    cap_height: int


@lru_cache(maxsize=4)
def field_font(folder: Path) -> FieldFont:
    """The font of the font folder, cut down to its letters. The same bytes in any process."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    codes = {code: bytes((code,)).decode("cp1252") for code in range(FIRST, LAST + 1) if code not in _UNDEFINED}
    options = subset.Options(
        hinting=False, layout_features=[], notdef_outline=True, glyph_names=False, name_IDs=[], recalc_timestamp=False
    )
    font = TTFont(folder / _FILE, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(codes.values()))
    subsetter.subset(font)
    program = io.BytesIO()
    font.save(program, reorderTables=True)
    scale: float = 1000 / font["head"].unitsPerEm
    glyphs, measures = font.getBestCmap(), font["hmtx"]
    head, hhea, os2 = font["head"], font["hhea"], font["OS/2"]

    def width(code: int) -> int:
        glyph = glyphs.get(ord(codes.get(code, "\0")), ".notdef")
        wide: int = measures[glyph][0]
        return round(wide * scale)

    return FieldFont(
        program.getvalue(),
        tuple(map(width, range(FIRST, LAST + 1))),
        (round(head.xMin * scale), round(head.yMin * scale), round(head.xMax * scale), round(head.yMax * scale)),
        round(hhea.ascent * scale),
        round(hhea.descent * scale),
        round(os2.sCapHeight * scale),
    )
