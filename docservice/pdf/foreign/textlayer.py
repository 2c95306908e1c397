"""The invisible text over a page that became a picture, so that it can still be searched and copied.

Text render mode 3 in a font without shapes, as in scanned books: every character is one blank glyph, and the Unicode
map says which it stands for. Runs lie where they stood and are as wide as they were.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from docservice.pdf.cmaps import unicode_map

_ADVANCE = 500  # 1/1000 em
_FROM_RIGHT = ("R", "AL")
_NAME = Name("/PACKET+Blank")


@dataclass(frozen=True, slots=True)
class TextRun:
    """A run of text and its box in points (left, bottom, right, top); ``turn``: quarter turns counterclockwise."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    turn: int = 0

    def placed(self, scale: float, x: float, y: float) -> TextRun:
        """The run on a page that shows its own page scaled, from the point (x, y)."""
        left, bottom, right, top = self.left * scale, self.bottom * scale, self.right * scale, self.top * scale
        return TextRun(self.text, x + left, y + bottom, x + right, y + top, self.turn)


def joined(runs: Iterable[TextRun]) -> list[TextRun]:
    """The runs with those made one that touch on a line: a word set in two fonts is still one word."""
    found: list[TextRun] = []
    for run in runs:
        last = found[-1] if found else None
        if last is not None and last.turn == run.turn == 0:
            height = min(last.top - last.bottom, run.top - run.bottom)
            overlap = min(last.top, run.top) - max(last.bottom, run.bottom)
            if overlap > 0.5 * height and -0.1 * height < run.left - last.right < 0.2 * height:
                found[-1] = TextRun(
                    last.text + run.text, last.left, min(last.bottom, run.bottom), run.right, max(last.top, run.top)
                )
                continue
        found.append(run)
    return found


@dataclass
class TextLayer:
    """The text layers of one file; ``content`` per page, then ``finish`` once."""

    pdf: pikepdf.Pdf
    _codes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.font = self.pdf.make_indirect(Dictionary(Type=Name.Font))

    def content(self, runs: Iterable[TextRun]) -> bytes:
        """Content that lays ``runs`` invisibly over the page; empty when there is nothing to say."""
        lines: list[str] = []
        for run in joined(runs):
            text = "".join(map(_sayable, run.text)).strip()
            width, height = run.right - run.left, run.top - run.bottom
            if run.turn % 2:
                width, height = height, width
            if not text or width <= 0 or height <= 0:
                continue
            codes = "".join(map(self._code, _visual(text) + " "))
            scale = 100 * width / (len(text) * _ADVANCE / 1000 * height)
            rise = height * 0.2  # the baseline above the foot of the box
            at = {
                0: f"1 0 0 1 {run.left:.2f} {run.bottom + rise:.2f}",
                1: f"0 1 -1 0 {run.right - rise:.2f} {run.bottom:.2f}",
                2: f"-1 0 0 -1 {run.right:.2f} {run.top - rise:.2f}",
                3: f"0 -1 1 0 {run.left + rise:.2f} {run.top:.2f}",
            }[run.turn]
            lines.append(f"/T0 {height:.2f} Tf {scale:.2f} Tz {at} Tm <{codes}> Tj")
        return ("BT 3 Tr\n" + "\n".join(lines) + "\nET").encode("ascii") if lines else b""

    def finish(self) -> None:
        """Write the font, now that all characters are known."""
        program = _blank_font()
        descriptor = Dictionary(
            Type=Name.FontDescriptor, FontName=_NAME, Flags=4, FontBBox=Array([0, -200, _ADVANCE, 800]), ItalicAngle=0,
            Ascent=800, Descent=-200, CapHeight=700, StemV=80,
            FontFile2=Stream(self.pdf, program, Length1=len(program)),
        )  # fmt: skip
        descendant = Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType2,
            BaseFont=_NAME,
            CIDSystemInfo=Dictionary(
                Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
            ),
            FontDescriptor=self.pdf.make_indirect(descriptor),
            CIDToGIDMap=Stream(self.pdf, b"\0\0" + b"\0\1" * len(self._codes)),
            DW=_ADVANCE,
        )
        self.font.Subtype = Name.Type0
        self.font.BaseFont = _NAME
        self.font.Encoding = Name("/Identity-H")
        self.font.DescendantFonts = Array([self.pdf.make_indirect(descendant)])
        self.font.ToUnicode = Stream(
            self.pdf, unicode_map({int(code, 16): char for char, code in self._codes.items()}, 4)
        )

    def _code(self, char: str) -> str:
        code = self._codes.get(char)
        if code is None:
            code = self._codes[char] = f"{len(self._codes) + 1:04X}" if len(self._codes) < 0xFFFE else self._code(" ")
        return code


def _visual(text: str) -> str:
    """Text in the order in which its letters stand from left to right, as readers of PDF expect it and turn it back.

    Arabic, Hebrew and their like run from the right, numbers and Latin words within them from the left; enough of
    Unicode's algorithm (UAX 9) for a line of an exhibit.
    """
    kinds = [unicodedata.bidirectional(char) for char in text]
    if not any(kind in _FROM_RIGHT for kind in kinds):
        return text
    from_right = next(kind for kind in kinds if kind == "L" or kind in _FROM_RIGHT) in _FROM_RIGHT
    stretches: list[list[Any]] = []  # [from the right, characters]
    for place, kind in enumerate(kinds):
        if kind == "L" or kind in _FROM_RIGHT or kind in ("EN", "AN"):
            way = kind in _FROM_RIGHT
        else:  # a mark or a space goes with its neighbors when they agree
            before = stretches[-1][0] if stretches else from_right
            after = next((k for k in kinds[place + 1 :] if k in ("L", "EN", "AN") or k in _FROM_RIGHT), None)
            way = before if after is not None and (after in _FROM_RIGHT) == before else from_right
        if stretches and stretches[-1][0] == way:
            stretches[-1][1].append(text[place])
        else:
            stretches.append([way, [text[place]]])
    ordered = reversed(stretches) if from_right else stretches
    return "".join("".join(reversed(chars) if way else chars) for way, chars in ordered)


@cache
def _sayable(char: str) -> str:
    """Level A wants real characters: no controls, no private use, no half pairs, no byte order marks."""
    unsaid = unicodedata.category(char) in ("Cc", "Co", "Cs", "Cn") or char in "\ufeff\ufffe\uffff"
    return "" if unsaid else char


@lru_cache(maxsize=1)
def _blank_font() -> bytes:
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib.tables._g_l_y_f import Glyph

    pen = TTGlyphPen(None)  # a contour without area: readers drop turned text whose characters have no extent
    pen.moveTo((0, 0))
    pen.lineTo((_ADVANCE, 700))
    pen.closePath()

    builder = FontBuilder(1000, isTTF=True)
    builder.updateHead(created=0, modified=0)
    builder.font.recalcTimestamp = False
    builder.setupGlyphOrder([".notdef", "blank"])
    builder.setupCharacterMap({0x20: "blank"})
    builder.setupGlyf({".notdef": Glyph(), "blank": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (_ADVANCE, 0), "blank": (_ADVANCE, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupOS2()
    builder.setupNameTable({"familyName": "Blank", "styleName": "Regular"})
    builder.setupPost()
    buffer = io.BytesIO()
    builder.save(buffer)
    return buffer.getvalue()
