"""What a reader of the page's glyphs finds is what was printed, in every script.

Each glyph says its share of its cluster's letters (``rendering.handouts.drawn_text``). A glyph that says something else
elsewhere, or is raised, gets a glyph made of it, so that no use of it speaks for another. Pieces from left to right
whose letters are drawn in another order than they are spelled say their words besides (``ActualText`` on the content,
which poppler, PDFium and MuPDF believe; on right-to-left text MuPDF would turn it around once more).

It does not change what is seen. Fonts that are not TrueType (those for Chinese, Japanese and Korean) have one code for
a glyph and keep it.
"""

from __future__ import annotations

import math
import re
from functools import cached_property
from typing import Any

import pikepdf
from pikepdf import Array, Name

from docservice.casefile.direction import RTL_CHARACTERS
from docservice.rendering.finishing.ligatures import as_one
from docservice.rendering.finishing.reading import FontGlyph, MarkedPiece, PrintedReading
from docservice.rendering.textlayer import outlines
from docservice.rendering.textlayer.characters import RIGHT_TO_LEFT, needs_mending, said
from docservice.rendering.textlayer.outlines import MadeGlyph

_MARKED = re.compile(rb"/\w+\s*<</MCID (\d+)>>\s*BDC(.*?)EMC", re.DOTALL)
# A font and its size, a string, a rise, a move within an array of strings.
_DRAWN = re.compile(rb"/(\w+) ([\d.]+) Tf|<([0-9a-fA-F]+)>|(-?[\d.]+) Ts\n?|(?<=[>\[])(-\d+(?:\.\d+)?)(?=[<\]])")
_MAPPED = re.compile(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]*)>")
_LEFT_TO_RIGHT = re.compile(rf"[^\W{RTL_CHARACTERS}]|\d")
_SUPPLEMENTARY = "\U00010000"  # PDFium passes over ActualText with such a character, and over the glyphs under it
_STEP = 60  # thousandths; pypdf takes half the width of a space, moved at once, for a space
_NO_SHARE = "\u200b"  # an empty entry is read as no entry, and readers then print the code


def spell(pdf: pikepdf.Pdf, reading: PrintedReading) -> None:
    """Every piece of ``reading`` whose glyphs are known says its letters. Where none is, nothing is changed."""
    pieces = {
        (piece.page, piece.mcid): piece
        for piece in (*reading.root.pieces(), *reading.artifacts)
        if piece.glyphs
    }  # fmt: skip
    if not pieces:
        return
    fonts: dict[tuple[int, int], _Font] = {}
    for number, page in enumerate(pdf.pages):
        held = page.obj.get("/Resources", pikepdf.Dictionary()).get("/Font", pikepdf.Dictionary())
        named = {
            name.removeprefix("/").encode(): fonts.setdefault(font.objgen, _Font(font)) for name, font in held.items()
        }

        def write(match: re.Match[bytes], number: int = number, named: dict[bytes, _Font] = named) -> bytes:
            piece = pieces.get((number, int(match[1])))
            return match[0] if piece is None else _spelled(match, piece, named)

        page.Contents = pdf.make_stream(_MARKED.sub(write, page.Contents.read_bytes()))
    for font in fonts.values():
        font.write(pdf)


def _spelled(match: re.Match[bytes], piece: MarkedPiece, fonts: dict[bytes, _Font]) -> bytes:
    content, glyphs = match[2], iter(piece.glyphs)
    shown = sum(len(part[3]) // 4 for part in _DRAWN.finditer(content) if part[3])
    if shown != len(piece.glyphs):  # a font of bitmaps
        return match[0]
    font: _Font | None = None
    size, rise, risen = 1.0, 0.0, False

    def told(part: re.Match[bytes]) -> bytes:
        nonlocal font, size, rise, risen
        if part[1]:
            font, size = fonts[part[1]], float(part[2])
            return part[0]
        if part[4]:
            rise = float(part[4])
            # Raised by the glyph itself: a reader takes a word for ended where the baseline moves.
            lifted = font is not None and font.extensible
            return b"" if lifted else part[0]
        if part[5]:
            return _by_steps(part[5])
        assert font is not None
        up = round(rise / size * 1000) if font.extensible else 0
        return b"<%s>" % b"".join(b"%04x" % font.code(next(glyphs), up) for _ in range(0, len(part[3]), 4))

    content = _DRAWN.sub(told, content)
    words = said(" ".join(piece.text.split()))
    mark = b""
    if RIGHT_TO_LEFT.search(words):
        if not _LEFT_TO_RIGHT.search(words):  # drawn from its end to its beginning (ISO 32000-1, 14.8.2.3.3)
            content = b"\n/ReversedChars BMC%sEMC\n" % content
    elif needs_mending(words) and max(words) < _SUPPLEMENTARY:
        mark = b"/ActualText <%s>" % ("\ufeff" + words).encode("utf-16-be").hex().encode()
    return b"/Span <</MCID %s%s>> BDC%sEMC" % (match[1], mark, content)


def _by_steps(move: bytes) -> bytes:
    """A move to the right within a word, in as many steps as it takes for none to be read as a space."""
    distance = float(move)
    steps = math.ceil(-distance / _STEP)
    return move if steps <= 1 else b" ".join([b"%.6g" % (distance / steps)] * steps)


class _Font:
    """A font of the print: the text of each glyph, and the glyphs made where it says or stands otherwise."""

    def __init__(self, font: Any) -> None:
        self._font = font
        self._texts: dict[int, str] = {}
        self._made: dict[tuple[MadeGlyph, str], int] = {}
        self._program: bytes | None = None
        self._widths: dict[int, Any] = {}

    @cached_property
    def extensible(self) -> bool:
        """Whether glyphs can be made in it."""
        below = self._font.get("/DescendantFonts", [{}])[0]
        if "/CIDToGIDMap" not in below or "/FontFile2" not in below.FontDescriptor:
            return False
        program = below.FontDescriptor.FontFile2.read_bytes()
        if not outlines.has_outlines(program):
            return False
        self._program, self._widths = program, _widths(below)
        return True

    def code(self, glyph: FontGlyph, up: int) -> int:
        """The code under which the glyph is shown, so many thousandths above the line, where it says its text."""
        text = as_one(glyph.text) if len(glyph.text) > 1 else glyph.text
        if not self.extensible or (not up and self._texts.setdefault(glyph.code, text) == text):
            self._texts.setdefault(glyph.code, text)
            return glyph.code
        assert self._program is not None
        wish = MadeGlyph(((glyph.code, 0, up),), round(float(self._widths.get(glyph.code, 1000)))), text
        return self._made.setdefault(wish, outlines.count(self._program) + len(self._made))

    def write(self, pdf: pikepdf.Pdf) -> None:
        """Put what was said and made into the font's dictionaries."""
        if "/ToUnicode" not in self._font or not (self._texts or self._made):
            return
        stream = self._font.ToUnicode.read_bytes()
        head, _, rest = stream.partition(b"endcodespacerange")
        whole = {
            int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in _MAPPED.findall(rest)
        }
        whole |= self._texts | {code: text for (_, text), code in self._made.items()}
        rows = [
            b"<%04x> <%s>" % (code, (text or _NO_SHARE).encode("utf-16-be").hex().encode())
            for code, text in sorted(whole.items())
        ]
        parts = [rows[at : at + 100] for at in range(0, len(rows), 100)]
        maps = b"".join(b"%d beginbfchar\n%s\nendbfchar\n" % (len(part), b"\n".join(part)) for part in parts)
        tail = stream[stream.rindex(b"endbfchar") + len(b"endbfchar") :].lstrip(b"\n")
        self._font.ToUnicode.write(head + b"endcodespacerange\n" + maps + tail)
        if not self._made or self._program is None:
            return
        below = self._font.DescendantFonts[0]
        program = outlines.extended(self._program, [made for made, _ in self._made])
        below.FontDescriptor.FontFile2 = pdf.make_stream(program, Length1=len(program))
        for (made, _), code in self._made.items():
            below.W.extend([code, Array([made.width])])
        if "/CIDSet" in below.FontDescriptor:  # it would have to name the new glyphs; PDF/A-3 does not ask for one
            del below.FontDescriptor[Name.CIDSet]


def _widths(below: Any) -> dict[int, Any]:
    """The widths of a CID font by code (ISO 32000-1, 9.7.4.3)."""
    found: dict[int, Any] = {}
    listed = list(below.get("/W", []))
    at = 0
    while at < len(listed):
        first = int(listed[at])
        if isinstance(listed[at + 1], Array):
            found.update(enumerate(listed[at + 1], start=first))
            at += 2
        else:
            found.update(dict.fromkeys(range(first, int(listed[at + 1]) + 1), listed[at + 2]))
            at += 3
    return found
