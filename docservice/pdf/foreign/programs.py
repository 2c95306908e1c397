"""Font programs embedded in foreign files: which glyphs they hold, and how wide each is, in thousandths of an em."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any


class NotCleanError(Exception):
    """Why a page cannot go in as it is, in words for the sheet of the exhibit."""


@dataclass
class Program:
    """One font program. ``widths`` by the name of the glyph; ``encoding``: its own codes, where it has some."""

    widths: dict[str, float]
    encoding: dict[int, str] = field(default_factory=dict)
    cids: dict[int, str] = field(default_factory=dict)  # of a CID-keyed CFF: CID → glyph
    tables: dict[tuple[int, int], dict[int, str]] = field(default_factory=dict)  # of TrueType: platform, encoding


def true_type(data: bytes) -> Program:
    """A TrueType program (FontFile2)."""
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(data), lazy=True)
    scale = 1000 / font["head"].unitsPerEm
    metrics = font["hmtx"].metrics
    widths = {name: metrics[name][0] * scale for name in font.getGlyphOrder()}
    tables = {}
    if "cmap" in font:
        tables = {(table.platformID, table.platEncID): dict(table.cmap) for table in font["cmap"].tables}
    return Program(widths, tables=tables)


def compact(data: bytes) -> Program:
    """A CFF program (FontFile3 with Type1C or CIDFontType0C)."""
    from fontTools.cffLib import CFFFontSet
    from fontTools.pens.basePen import NullPen

    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(data), None)
    top = fonts[0]
    scale = 1000 * float(top.FontMatrix[0])
    strings = top.CharStrings
    widths: dict[str, float] = {}
    for name in top.charset:
        string = strings[name]
        string.draw(NullPen())
        widths[name] = float(string.width) * scale
    if hasattr(top, "ROS"):
        return Program(widths, cids={int(name[3:]): name for name in top.charset if name.startswith("cid")})
    return Program(widths, _codes(top.Encoding), cids=dict(enumerate(top.charset)))


def type_one(data: bytes) -> Program:
    """A Type 1 program (FontFile): clear text, then an encrypted part."""
    from fontTools.pens.basePen import NullPen
    from fontTools.t1Lib import T1Font

    font = T1Font.__new__(T1Font)
    font.data = data.rstrip(b"0 \r\n\t").removesuffix(b"cleartomark").rstrip(b"0 \r\n\t") + _END
    font.encoding = "ascii"
    font.parse()
    scale = 1000 * float(font.font["FontMatrix"][0])
    glyphs = font.getGlyphSet()
    widths: dict[str, float] = {}
    for name in font.font["CharStrings"]:
        glyphs[name].draw(NullPen())
        widths[name] = float(glyphs[name].width) * scale
    return Program(widths, _codes(font.font["Encoding"]))


_END = b"\n" + (b"0" * 64 + b"\n") * 8 + b"cleartomark\n"


def _codes(encoding: Any) -> dict[int, str]:
    from fontTools.encodings.StandardEncoding import StandardEncoding

    listed = StandardEncoding if encoding == "StandardEncoding" else encoding
    if not isinstance(listed, list):
        return {}
    return {code: name for code, name in enumerate(listed) if name and name != ".notdef"}
