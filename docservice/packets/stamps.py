"""What is printed at the foot of every page of a packet: case, exhibit label, page number.

A stamp is an artifact (ISO 32000-1, 14.8.2.2): screen readers skip it. It lies in the band that every page keeps
clear, on a small white plate, upright as the viewer shows the page, in one font that all pages share.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

_FONT = "/PacketStamp"
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
    """Stamps pages of one PDF with one font (``path``: a TrueType file) that is embedded once."""

    def __init__(self, pdf: pikepdf.Pdf, path: Path, texts: set[str]) -> None:
        extra = "".join(sorted(set("".join(texts)) - set(_ASCII)))
        self._pdf = pdf
        self._face = _face(path, _ASCII + extra)
        self._font = _embed(pdf, self._face)
        self._open = pdf.make_stream(b"q")
        self._done: set[tuple[int, int]] = set()

    def stamp(self, page: pikepdf.Page, stamp: Stamp) -> None:
        """Put ``stamp`` on ``page``; what was there is kept, wrapped in its own graphics state."""
        left, bottom, right, top = _visible(page)
        rotation = int(page.obj.get(Name.Rotate, 0)) % 360
        width = top - bottom if rotation in (90, 270) else right - left
        matrix = {
            0: f"1 0 0 1 {left:g} {bottom:g}",
            90: f"0 1 -1 0 {right:g} {bottom:g}",
            180: f"-1 0 0 -1 {right:g} {top:g}",
            270: f"0 -1 1 0 {left:g} {top:g}",
        }[rotation]
        parts: list[str] = []
        number_at = width - _EDGE - self._width(stamp.number)
        self._text(parts, number_at, stamp.number)
        if stamp.label:
            self._text(parts, number_at - _GAP - self._width(stamp.label), stamp.label)
        if stamp.left and all(char in self._face.glyphs for char in stamp.left):
            self._text(parts, _EDGE, stamp.left)
        content = (
            f"Q\n/Artifact <</Type /Pagination /Subtype /Footer>> BDC\nq {matrix} cm\n" + "\n".join(parts) + "\nQ\nEMC"
        )
        contents = page.obj.get(Name.Contents)
        before = list(contents) if isinstance(contents, Array) else [contents] if contents is not None else []
        page.obj.Contents = Array([self._open, *before, self._pdf.make_stream(content.encode("ascii"))])
        self._give_font(page)

    def _give_font(self, page: pikepdf.Page) -> None:
        resources = page.obj.get(Name.Resources)
        if resources is None:
            resources = page.obj.Resources = Dictionary()
        if resources.is_indirect:
            if resources.objgen in self._done:  # pages often share their resources
                return
            self._done.add(resources.objgen)
        if Name.Font not in resources:
            resources.Font = Dictionary()
        resources.Font[_FONT] = self._font

    def _width(self, text: str) -> float:
        return sum(self._face.widths.get(char, 0) for char in text) * _SIZE / 1000

    def _text(self, parts: list[str], at: float, text: str) -> None:
        codes = "".join(f"{self._face.glyphs[char]:04X}" for char in text if char in self._face.glyphs)
        low, high = _PLATE
        parts.append(f"1 g {at - 4:.2f} {low:g} {self._width(text) + 8:.2f} {high - low:g} re f")
        parts.append(f"0 g BT {_FONT} {_SIZE:g} Tf {at:.2f} {_BASELINE:g} Td <{codes}> Tj ET")


def _visible(page: pikepdf.Page) -> tuple[float, float, float, float]:
    """What a viewer shows: the crop box within the media box, as (left, bottom, right, top)."""
    media, crop = _box(page.mediabox), _box(page.cropbox)
    return max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3])


def _box(box: Array) -> tuple[float, float, float, float]:
    a, b, c, d = (float(value) for value in box)
    return min(a, c), min(b, d), max(a, c), max(b, d)


def _embed(pdf: pikepdf.Pdf, face: _Face) -> pikepdf.Object:
    """The face as a composite font (ISO 32000-1, 9.7): two-byte glyph ids, widths, Unicode values."""
    by_glyph = sorted((glyph, char) for char, glyph in face.glyphs.items())
    widths = Array([item for glyph, char in by_glyph for item in (glyph, Array([round(face.widths[char])]))])
    maps = [f"<{glyph:04X}> <{char.encode('utf-16-be').hex().upper()}>" for glyph, char in by_glyph]
    blocks = [maps[start : start + 100] for start in range(0, len(maps), 100)]
    cmap = (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        + "".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks)
        + "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    )
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name("/" + face.name),
        Flags=4,
        FontBBox=Array(face.box),
        ItalicAngle=0,
        Ascent=face.ascent,
        Descent=face.descent,
        CapHeight=714,
        StemV=80,
        FontFile2=Stream(pdf, face.program, Length1=len(face.program)),
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name("/" + face.name),
        CIDSystemInfo=Dictionary(Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor),
        CIDToGIDMap=Name.Identity,
        DW=0,
        W=widths,
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name("/" + face.name),
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=Stream(pdf, cmap.encode("ascii")),
        )
    )
