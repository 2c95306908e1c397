"""The characters of a foreign page, where they stand and which way they run, as pdfium reads them.

:class:`PageText` gives the words and the stretches they fill at little cost, which is enough for most pages. Where a
page is not above suspicion, every character is looked at by itself (:func:`PageText.glyphs`), because each may be
outside the page or under a black box while its neighbors are not (:mod:`covered`). :func:`runs` joins those that may
be said into runs for the invisible text layer.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import pypdfium2.raw as raw  # type: ignore[import-untyped,unused-ignore]

from docservice.pdf.foreign.textlayer import TextRun

Matrix = tuple[float, float, float, float, float, float]
Rectangle = tuple[float, float, float, float]
_INVISIBLE = 3  # text render mode


class PageGlyph(NamedTuple):
    """A character and its box in points from the lower left of the page as a viewer shows it.

    ``turn`` is the way it runs, in quarter turns counterclockwise; ``invisible`` text is that of scanned pages. A
    space or a line end that pdfium found between characters has no box.
    """

    char: str
    box: Rectangle | None
    turn: int = 0
    invisible: bool = False
    stated: bool = False  # from an ActualText, whose box pdfium guesses


def _direct(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    """A pdfium function that takes plain addresses: half the time of a call through typed pointers."""
    return ctypes.PYFUNCTYPE(result, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


_unicode = _direct(raw.FPDFText_GetUnicode, ctypes.c_uint, ctypes.c_void_p, ctypes.c_int)
_generated = _direct(raw.FPDFText_IsGenerated, ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
_loose_box = _direct(
    raw.FPDFText_GetLooseCharBox, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(raw.FS_RECTF)
)
_text_object = _direct(raw.FPDFText_GetTextObject, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)


class PageText:
    """The text of a pdfium page; ``close`` it. ``upright`` leads from the page's space to the viewer's."""

    def __init__(self, sheet: Any, upright: Matrix) -> None:
        self._page = sheet.get_textpage()
        self._upright = upright

    def close(self) -> None:
        self._page.close()

    def words(self) -> str:
        """All of it, lines ended by line ends."""
        return str(self._page.get_text_range()) if self._page.count_chars() else ""

    def stretches(self) -> list[Rectangle]:
        """What the text fills, one box for each line of each text object."""
        boxes = []
        handle = self._page.raw
        left, top, right, bottom = (ctypes.c_double() for _ in range(4))
        for index in range(self._page.count_rects()):
            if raw.FPDFText_GetRect(handle, index, left, top, right, bottom):
                boxes.append(_moved((left.value, bottom.value, right.value, top.value), self._upright))
        return boxes

    def glyphs(self) -> list[PageGlyph]:
        """All characters, in pdfium's order."""
        found: list[PageGlyph] = []
        handle = ctypes.cast(self._page.raw, ctypes.c_void_p).value
        rect = raw.FS_RECTF()
        target = ctypes.pointer(rect)
        a, b, c, d, e, f = self._upright
        tilt = math.atan2(b, a)
        straight = b == c == 0 and a > 0 and d > 0
        kinds: dict[int | None, tuple[int, bool, bool]] = {}
        high = 0
        for index in range(self._page.count_chars()):
            code = _unicode(handle, index)
            if 0xD800 <= code < 0xE000:
                if code < 0xDC00:
                    high = code
                    continue
                if not high:
                    continue
                code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00
            high = 0
            if not 0 < code < 0x110000:
                continue
            if code in (10, 13) or (code in (0x20, 0x2D) and _generated(handle, index) == 1):
                found.append(PageGlyph("\n" if code in (10, 13) else chr(code), None))
                continue
            if not _loose_box(handle, index, target):
                continue
            box = rect.left, rect.bottom, rect.right, rect.top
            if straight:
                box = a * box[0] + e, d * box[1] + f, a * box[2] + e, d * box[3] + f
            if not straight or box[0] > box[2] or box[1] > box[3]:
                box = _moved((rect.left, rect.bottom, rect.right, rect.top), self._upright)
            item = _text_object(handle, index)
            kind = kinds.get(item)
            if kind is None:
                kind = kinds[item] = self._kind(index, item, tilt)
            char = "\u00ad" if code == 2 else chr(code)  # pdfium marks the hyphen at a line's end so
            found.append(PageGlyph(char, box, *kind))
        return found

    def _kind(self, index: int, item: int | None, tilt: float) -> tuple[int, bool, bool]:
        """The turn of a text object, whether it is invisible, whether an ActualText states what it says."""
        turn = _turn(self._page.raw, index, tilt)
        if item is None:
            return turn, False, False
        pointer = ctypes.cast(item, raw.FPDF_PAGEOBJECT)
        return turn, raw.FPDFTextObj_GetTextRenderMode(pointer) == _INVISIBLE, _stated(pointer)


def read(sheet: Any, upright: Matrix) -> list[PageGlyph]:
    """All characters of a pdfium page. ``upright`` leads from the page's space to the viewer's."""
    text = PageText(sheet, upright)
    try:
        return text.glyphs()
    finally:
        text.close()


def _turn(page: Any, index: int, tilt: float) -> int:
    angle = tilt - raw.FPDFText_GetCharAngle(page, index)  # which counts clockwise
    return round(angle / (math.pi / 2)) % 4 if math.isfinite(angle) else 0


def _stated(item: Any) -> bool:
    for number in range(raw.FPDFPageObj_CountMarks(item)):
        mark = raw.FPDFPageObj_GetMark(item, number)
        if raw.FPDFPageObjMark_GetParamValueType(mark, b"ActualText") == raw.FPDF_OBJECT_STRING:
            return True
    return False


def _moved(box: Rectangle, by: Matrix) -> Rectangle:
    a, b, c, d, e, f = by
    xs = sorted((a * box[0] + c * box[1] + e, a * box[2] + c * box[3] + e))
    ys = sorted((b * box[0] + d * box[1] + f, b * box[2] + d * box[3] + f))
    return xs[0], ys[0], xs[1], ys[1]


def outside(glyphs: Iterable[PageGlyph], size: tuple[float, float]) -> set[int]:
    """The places of the characters that lie beyond the edges of the page, where no one sees them."""
    right, top = 2 * (size[0] + 1), 2 * (size[1] + 1)
    return {
        place
        for place, (char, box, *_) in enumerate(glyphs)
        if box is not None and not (-2 <= box[0] + box[2] <= right and -2 <= box[1] + box[3] <= top) and char.strip()
    }


def runs(glyphs: Iterable[PageGlyph]) -> list[TextRun]:
    """Characters that follow each other on a line, as runs of words."""
    found: list[TextRun] = []
    line: list[PageGlyph] = []
    said: list[str] = []

    def close() -> None:
        text = "".join(said).strip()
        if line and text:
            found.append(_run(text, line))
        line.clear()
        said.clear()

    for glyph in glyphs:
        char, box = glyph[0], glyph[1]
        if box is None:
            if char == "\n":
                close()
            elif line:
                said.append(char)
            continue
        if line and not _follows(line[-1], glyph):
            close()
        line.append(glyph)
        said.append(char)
    close()
    return found


def _follows(last: PageGlyph, next_: PageGlyph) -> bool:
    """Whether a character stands on the line of the one before it, not far away."""
    one, two = last[1], next_[1]
    assert one is not None
    assert two is not None
    if last[2] != next_[2]:
        return False
    if last[2] % 2:
        height, low, high = one[2] - one[0], one[0], one[2]
        least, most, gap, back = two[0], two[2], two[1] - one[3], one[1] - two[3]
    else:
        height, low, high = one[3] - one[1], one[1], one[3]
        least, most, gap, back = two[1], two[3], two[0] - one[2], one[0] - two[2]
    height = height if height > 0.1 else 0.1
    overlap = (most if most < high else high) - (least if least > low else low)
    other = most - least
    return overlap > 0.3 * (height if height < other else other) and gap < 3 * height and back < 3 * height


def _run(text: str, line: Sequence[PageGlyph]) -> TextRun:
    lefts, bottoms, rights, tops = zip(*[glyph[1] for glyph in line if glyph[1] is not None], strict=True)
    return TextRun(text, min(lefts), min(bottoms), max(rights), max(tops), line[0][2])
