"""What is printed at the foot of every page of a packet: case, exhibit label, page number.

A stamp is an artifact (ISO 32000-1, 14.8.2.2): screen readers skip it. It lies in the band that every page keeps
clear, on a small white plate, upright as the viewer shows the page, in one font that all pages share.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from docservice.pdf.cmaps import unicode_map
from docservice.pdf.splicing.fingerprints import STAMP_FONT
from docservice.pdf.splicing.part import PageSheet
from docservice.pdf.splicing.splice import Splice

BEFORE, AFTER = b"q", b"Q"  # around a page's own content, so that what follows finds the page as it was
_ASCII = "".join(map(chr, range(32, 127)))
_SIZE = 8.5  # points
_BASELINE = 16.0  # above the lower edge; most printers leave 12 points blank
_EDGE = 36.0  # from the sides
_PLATE = (11.0, 26.0)  # lower and upper edge of the plates
_GAP = 14.0


@dataclass(frozen=True, slots=True)
class Stamp:
    """The texts of one page, as they stand: left the case, right the exhibit label and the page number."""

    left: str
    label: str
    number: str


@dataclass(frozen=True, slots=True)
class _Face:
    """A subset of a font: its program, and per character glyph id and width (1/1000 em)."""

    name: str
    program: bytes
    glyphs: dict[str, int]
    widths: dict[str, float]
    box: tuple[int, ...]
    ascent: int
    descent: int


@lru_cache(maxsize=8)
def _face(path: Path, characters: str) -> _Face:
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(
        hinting=False, layout_features=[], notdef_outline=True, glyph_names=False, name_IDs=[], recalc_timestamp=False
    )
    font = TTFont(path, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(font)
    program = io.BytesIO()
    font.save(program, reorderTables=True)
    scale = 1000 / font["head"].unitsPerEm
    order = {name: number for number, name in enumerate(font.getGlyphOrder())}
    chars = {chr(point): name for point, name in font.getBestCmap().items() if chr(point) in characters}
    head, hhea = font["head"], font["hhea"]
    return _Face(
        name="PACKET+" + path.stem.replace(" ", ""),
        program=program.getvalue(),
        glyphs={char: order[name] for char, name in chars.items()},
        widths={char: font["hmtx"][name][0] * scale for char, name in chars.items()},
        box=tuple(round(value * scale) for value in (head.xMin, head.yMin, head.xMax, head.yMax)),
        ascent=round(hhea.ascent * scale),
        descent=round(hhea.descent * scale),
    )


class Stamper:
    """Makes the stamps of one packet, in one font (``path``: a TrueType file) that has the characters of ``texts``."""

    def __init__(self, path: Path, texts: Iterable[str]) -> None:
        extra = "".join(sorted(set("".join(texts)) - set(_ASCII)))
        self._face = _face(path, _ASCII + extra)

    def content(self, sheet: PageSheet, stamp: Stamp) -> bytes:
        """What follows a page's own content, which :data:`BEFORE` opened: ``stamp`` at the foot, upright."""
        left, bottom, right, top = sheet.box
        matrix = {
            0: f"1 0 0 1 {left:g} {bottom:g}",
            90: f"0 1 -1 0 {right:g} {bottom:g}",
            180: f"-1 0 0 -1 {right:g} {top:g}",
            270: f"0 -1 1 0 {left:g} {top:g}",
        }[sheet.turn]
        parts: list[str] = []
        number_at = sheet.size[0] - _EDGE - self._width(stamp.number)
        self._text(parts, number_at, stamp.number)
        if stamp.label:
            self._text(parts, number_at - _GAP - self._width(stamp.label), stamp.label)
        if stamp.left and all(char in self._face.glyphs for char in stamp.left):
            self._text(parts, _EDGE, stamp.left)
        drawn = "\n".join(parts)
        return f"Q\n/Artifact <</Type /Pagination /Subtype /Footer>> BDC\nq {matrix} cm\n{drawn}\nQ\nEMC".encode(
            "ascii"
        )

    def _width(self, text: str) -> float:
        return sum(self._face.widths.get(char, 0) for char in text) * _SIZE / 1000

    def _text(self, parts: list[str], at: float, text: str) -> None:
        codes = "".join(f"{self._face.glyphs[char]:04X}" for char in text if char in self._face.glyphs)
        low, high = _PLATE
        parts.append(f"1 g {at - 4:.2f} {low:g} {self._width(text) + 8:.2f} {high - low:g} re f")
        parts.append(f"0 g BT {STAMP_FONT} {_SIZE:g} Tf {at:.2f} {_BASELINE:g} Td <{codes}> Tj ET")

    def embed(self, into: Splice) -> int:
        """The face as a composite font (ISO 32000-1, 9.7): two-byte glyph ids, widths, Unicode values; its number."""
        face = self._face
        name = face.name.encode()
        by_glyph = sorted((glyph, char) for char, glyph in face.glyphs.items())
        widths = " ".join(f"{glyph} [{round(face.widths[char])}]" for glyph, char in by_glyph).encode()
        cmap = unicode_map(dict(by_glyph), 4)
        program = into.put_stream(b"/Length1 %d/Filter/FlateDecode" % len(face.program), zlib.compress(face.program, 9))
        to_unicode = into.put_stream(b"/Filter/FlateDecode", zlib.compress(cmap, 9))
        box = " ".join(map(str, face.box)).encode()
        descriptor = into.put(
            b"<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[%s]/ItalicAngle 0/Ascent %d/Descent %d/CapHeight 714"
            b"/StemV 80/FontFile2 %d 0 R>>" % (name, box, face.ascent, face.descent, program)
        )
        descendant = into.put(
            b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
            b"/Supplement 0>>/FontDescriptor %d 0 R/CIDToGIDMap/Identity/DW 0/W[%s]>>" % (name, descriptor, widths)
        )
        return into.put(
            b"<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
            % (name, descendant, to_unicode)
        )
