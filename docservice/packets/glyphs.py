"""The characters of a foreign page, where they stand and which way they run, as pdfium reads them.

Every character is looked at by itself, because each may be outside the page or under a black box while its neighbors
are not (:mod:`covered`). :func:`runs` joins those that may be said into runs for the invisible text layer.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as raw  # type: ignore[import-untyped,unused-ignore]

from docservice.packets.textlayer import Run

Matrix = tuple[float, float, float, float, float, float]
_INVISIBLE = 3  # text render mode


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character and its box in points from the lower left of the page as a viewer shows it.

    ``turn`` is the way it runs, in quarter turns counterclockwise; ``invisible`` text is that of scanned pages. A
    space or a line end that pdfium found between characters has no box.
    """

    char: str
    box: tuple[float, float, float, float] | None
    turn: int = 0
    invisible: bool = False
    stated: bool = False  # from an ActualText, whose box pdfium guesses


def read(sheet: Any, upright: Matrix) -> list[Glyph]:
    """All characters of a pdfium page, in its order. ``upright`` leads from the page's space to the viewer's."""
    page = sheet.get_textpage()
    found: list[Glyph] = []
    try:
        handle = page.raw
        rect = raw.FS_RECTF()
        tilt = math.atan2(upright[1], upright[0])
        kinds: dict[int, tuple[int, bool, bool]] = {}
        high = 0
        for index in range(page.count_chars()):
            code = raw.FPDFText_GetUnicode(handle, index)
            if 0xD800 <= code < 0xDC00:
                high = code
                continue
            if high and 0xDC00 <= code < 0xE000:
                code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00
            high = 0
            if not 0 < code < 0x110000 or 0xD800 <= code < 0xE000:
                continue
            char = chr(code)
            if char in "\r\n" or (char in " -" and raw.FPDFText_IsGenerated(handle, index) == 1):
                found.append(Glyph("\n" if char in "\r\n" else char, None))
                continue
            if not raw.FPDFText_GetLooseCharBox(handle, index, ctypes.byref(rect)):
                continue
            shown = "\u00ad" if code == 2 else char  # pdfium marks the hyphen at a line's end so
            box = _moved((rect.left, rect.bottom, rect.right, rect.top), upright)
            found.append(Glyph(shown, box, *_kind(handle, index, tilt, kinds)))
    finally:
        page.close()
    return found


def _kind(page: Any, index: int, tilt: float, known: dict[int, tuple[int, bool, bool]]) -> tuple[int, bool, bool]:
    """A character's turn, whether it is invisible, whether an ActualText states it; asked once per text object."""
    item = raw.FPDFText_GetTextObject(page, index)
    if not item:
        return _turn(page, index, tilt), False, False
    address = ctypes.addressof(item.contents)
    if address not in known:
        hidden = raw.FPDFTextObj_GetTextRenderMode(item) == _INVISIBLE
        known[address] = _turn(page, index, tilt), hidden, _stated(item)
    return known[address]


def _turn(page: Any, index: int, tilt: float) -> int:
    angle = tilt - raw.FPDFText_GetCharAngle(page, index)  # which counts clockwise
    return round(angle / (math.pi / 2)) % 4 if math.isfinite(angle) else 0


def _stated(item: Any) -> bool:
    for number in range(raw.FPDFPageObj_CountMarks(item)):
        mark = raw.FPDFPageObj_GetMark(item, number)
        if raw.FPDFPageObjMark_GetParamValueType(mark, b"ActualText") == raw.FPDF_OBJECT_STRING:
            return True
    return False


def _moved(box: tuple[float, float, float, float], by: Matrix) -> tuple[float, float, float, float]:
    a, b, c, d, e, f = by
    xs = sorted((a * box[0] + c * box[1] + e, a * box[2] + c * box[3] + e))
    ys = sorted((b * box[0] + d * box[1] + f, b * box[2] + d * box[3] + f))
    return xs[0], ys[0], xs[1], ys[1]


def outside(glyph: Glyph, size: tuple[float, float]) -> bool:
    """Whether a character lies beyond the edges of the page, where no one sees it."""
    if glyph.box is None or not glyph.char.strip():
        return False
    x, y = (glyph.box[0] + glyph.box[2]) / 2, (glyph.box[1] + glyph.box[3]) / 2
    return not (-1 <= x <= size[0] + 1 and -1 <= y <= size[1] + 1)


def runs(glyphs: Iterable[Glyph]) -> list[Run]:
    """Characters that follow each other on a line, as runs of words."""
    found: list[Run] = []
    line: list[Glyph] = []
    text = ""

    def close() -> None:
        nonlocal text
        if line and text.strip():
            found.append(_run(text.strip(), line))
        line.clear()
        text = ""

    for glyph in glyphs:
        if glyph.char == "\n":
            close()
        elif glyph.box is None:
            text += glyph.char if line else ""
        else:
            if line and not _follows(line[-1], glyph):
                close()
            line.append(glyph)
            text += glyph.char
    close()
    return found


def _follows(last: Glyph, next_: Glyph) -> bool:
    """Whether a character stands on the line of the one before it, not far away."""
    assert last.box is not None
    assert next_.box is not None
    if last.turn != next_.turn:
        return False
    along = 0 if last.turn % 2 == 0 else 1
    across = 1 - along
    height = max(last.box[across + 2] - last.box[across], 0.1)
    overlap = min(last.box[across + 2], next_.box[across + 2]) - max(last.box[across], next_.box[across])
    gap = max(next_.box[along] - last.box[along + 2], last.box[along] - next_.box[along + 2])
    return overlap > 0.3 * min(height, next_.box[across + 2] - next_.box[across]) and gap < 3 * height


def _run(text: str, line: Sequence[Glyph]) -> Run:
    boxes = [glyph.box for glyph in line if glyph.box is not None]
    left, bottom = min(box[0] for box in boxes), min(box[1] for box in boxes)
    return Run(text, left, bottom, max(box[2] for box in boxes), max(box[3] for box in boxes), line[0].turn)
