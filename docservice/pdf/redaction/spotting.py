"""Where on a page the words stand that are to be blackened.

A page is read in several ways, because a reader can find words in each: as pdfium gives the text (with what an
ActualText says), as the glyphs are drawn, and line by line as they lie on the paper, whatever order they are drawn in.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pypdfium2.raw as raw  # type: ignore[import-untyped,unused-ignore]

from docservice.pdf.foreign import glyphs
from docservice.pdf.foreign.glyphs import Matrix, PageGlyph
from docservice.pdf.foreign.textlayer import TextRun
from docservice.pdf.redaction.wanted import LABEL, WantedTerms

_Box = tuple[float, float, float, float]
_PAD = 0.08  # of a bar's height, around what pdfium says of a glyph: overhanging tails, edges of the rasterizer
_PAD_ALONG = 0.04  # the same before and after, where other words stand
_PAD_SCAN = 2.0  # points; the text of a scan is only about where the ink is
_HIDDEN_BY = 0.25  # of a glyph's area
_LABEL_HEIGHT = 24.0  # points, at most
_EVEN = 0.02  # points; glyphs of one run of a scan's text layer are equally wide


@dataclass(slots=True)
class Hit:
    """One place to blacken: its bars (none for words that are not drawn), and which terms or boxes asked for it."""

    bars: list[TextRun]
    asked: set[int]
    estimated: bool = False  # of a scan: the bars cover more than the words
    boxed: bool = False


@dataclass(slots=True)
class Spotted:
    """What was found on a page. ``said`` is its text as pdfium gives it; ``gone`` leads from places in it to hits."""

    said: list[PageGlyph]
    hits: list[Hit] = field(default_factory=list)
    gone: dict[int, int] = field(default_factory=dict)

    def hide(self, box: _Box, asked: int) -> str:
        """Blacken a box; the words that lay under it."""
        left, bottom, right, top = box
        number = len(self.hits)
        self.hits.append(Hit([TextRun("", left, bottom, right, top)], {asked}, boxed=True))
        under = [place for place, glyph in enumerate(self.said) if glyph.box and _share(glyph.box, box) > _HIDDEN_BY]
        for place in under:
            self.gone.setdefault(place, number)
        return "\n".join(run.text for run in glyphs.runs(self.said[place] for place in under))

    def layer(self) -> list[TextRun]:
        """The text that is left, with a label in the place of each hit."""
        found: list[TextRun] = []
        kept: list[PageGlyph] = []
        labeled: set[int] = set()
        for place, glyph in enumerate(self.said):
            number = self.gone.get(place)
            if number is None:
                kept.append(glyph)
            elif number not in labeled:
                found += [*glyphs.runs(kept), *self._label(number)]
                labeled.add(number)
                kept = []
            elif glyph.box is not None:
                kept.append(PageGlyph("\n", None))
        found += glyphs.runs(kept)
        for number in range(len(self.hits)):
            if number not in labeled:
                found += self._label(number)
        return found

    def _label(self, number: int) -> list[TextRun]:
        return [
            TextRun(f" {LABEL} ", bar.left, max(bar.bottom, bar.top - _LABEL_HEIGHT), bar.right, bar.top)
            if bar.turn == 0
            else TextRun(f" {LABEL} ", bar.left, bar.bottom, bar.right, bar.top, bar.turn)
            for bar in self.hits[number].bars[:1]
        ]


def spot(
    said: list[PageGlyph], drawn: Sequence[PageGlyph], tight: Callable[[], Sequence[tuple[str, _Box]]],
    wanted: WantedTerms,
    asked: Callable[[int], bool],
) -> Spotted:  # fmt: skip
    """Find ``wanted`` on a page read as ``said`` and ``drawn`` (the same list where no ActualText speaks).

    ``tight`` gives the ink boxes of the characters; ``asked`` says which terms are asked for on this page.
    """
    spotted = Spotted(said)
    for reading in [said] if drawn is said else [said, drawn]:
        for order in (list(enumerate(reading)), list(_as_laid_out(reading))):
            for match in wanted.find([glyph.char for _, glyph in order]):
                if asked(match.which):
                    places = [place for place, _ in order[match.start : match.end] if place >= 0]
                    _add(spotted, reading, places, match.which, tight)
    for number, hit in enumerate(spotted.hits):
        for place, glyph in enumerate(said):
            if glyph.box and any(_share(glyph.box, _box(bar)) > 0.5 for bar in hit.bars):
                spotted.gone.setdefault(place, number)
    return spotted


def _add(
    spotted: Spotted,
    reading: Sequence[PageGlyph],
    places: Sequence[int],
    which: int,
    tight: Callable[[], Sequence[tuple[str, _Box]]],
) -> None:
    scanned = any(reading[place].invisible for place in places)
    wide = _around(reading, places) if scanned or any(reading[place].stated for place in places) else places
    members = [reading[place] for place in wide if reading[place].box is not None]
    for number, hit in enumerate(spotted.hits):  # noqa: B007
        if hit.bars and all(any(_inside(glyph.box, _box(bar)) for bar in hit.bars) for glyph in members):
            hit.asked.add(which)
            break
    else:
        number = len(spotted.hits)
        grown = [_grown(glyph, tight()) for glyph in members]
        pad = _PAD_SCAN if scanned else 0.5
        spotted.hits.append(Hit(_bridged([_padded(run, pad) for run in glyphs.runs(grown)]), {which}, scanned))
    if reading is spotted.said:
        for place in wide:
            spotted.gone.setdefault(place, number)


def _around(reading: Sequence[PageGlyph], places: Sequence[int]) -> list[int]:
    """The places with the rest of their words, of their runs in a scan's layer, or of what an ActualText says.

    Where the glyphs of these stand within their run is a guess, so all of the run is taken.
    """
    found = set(places)
    for start, way in ((min(places), -1), (max(places), 1)):
        place = start
        while 0 <= place + way < len(reading):
            last, next_ = reading[place], reading[place + way]
            if next_.char == "\n" or not (_one_run(last, next_) or (last.char.strip() and next_.char.strip())):
                break
            if next_.box is not None and last.turn != next_.turn:
                break
            place += way
            found.add(place)
    return sorted(found)


def _one_run(one: PageGlyph, other: PageGlyph) -> bool:
    if one.stated or other.stated:
        return one.stated and other.stated
    if one.box is None or other.box is None:
        return False
    along = 0 if one.turn % 2 == 0 else 1
    widths = [box[along + 2] - box[along] for box in (one.box, other.box)]
    return abs(widths[0] - widths[1]) < _EVEN


def _grown(glyph: PageGlyph, tight: Sequence[tuple[str, _Box]]) -> PageGlyph:
    """A glyph whose box holds its ink too: some fonts lie about how high they are."""
    assert glyph.box is not None
    left, bottom, right, top = glyph.box
    for char, ink in tight:
        x, y = (ink[0] + ink[2]) / 2, (ink[1] + ink[3]) / 2
        near = left - 0.5 <= x <= right + 0.5 and bottom - 0.5 <= y <= top + 0.5
        if char == glyph.char and (near or _share(glyph.box, ink) > 0.5):
            left, bottom = min(left, ink[0]), min(bottom, ink[1])
            right, top = max(right, ink[2]), max(top, ink[3])
    return PageGlyph(glyph.char, (left, bottom, right, top), glyph.turn)


def ink(sheet: Any, upright: Matrix) -> list[tuple[str, _Box]]:
    """The characters of a pdfium page with the boxes of their ink, in points of the upright page."""
    page = sheet.get_textpage()
    found: list[tuple[str, _Box]] = []
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    a, b, c, d, e, f = upright
    try:
        for index in range(page.count_chars()):
            code = raw.FPDFText_GetUnicode(page.raw, index)
            given = [ctypes.byref(value) for value in (left, right, bottom, top)]
            if not 0x20 < code < 0x110000 or not raw.FPDFText_GetCharBox(page.raw, index, *given):
                continue
            xs = sorted((a * left.value + c * bottom.value + e, a * right.value + c * top.value + e))
            ys = sorted((b * left.value + d * bottom.value + f, b * right.value + d * top.value + f))
            found.append((chr(code), (xs[0], ys[0], xs[1], ys[1])))
    finally:
        page.close()
    return found


def without_meaning(sheet: Any) -> int:
    """How many characters of a pdfium page say nothing, because their font does not tell what they stand for."""
    page = sheet.get_textpage()
    try:
        indexes = range(page.count_chars())
        return sum(
            raw.FPDFText_GetUnicode(page.raw, index) in (0, 0xFFFD)
            or raw.FPDFText_HasUnicodeMapError(page.raw, index) == 1
            for index in indexes
        )
    finally:
        page.close()


def _as_laid_out(reading: Sequence[PageGlyph]) -> Iterator[tuple[int, PageGlyph]]:
    """Places and glyphs line by line, from the top, for each way that text runs; (-1, …) for a blank or line end."""
    for turn in range(4):
        placed = [(place, glyph) for place, glyph in enumerate(reading) if glyph.box is not None and glyph.turn == turn]
        framed = [(*_framed(glyph.box, turn), place, glyph) for place, glyph in placed if glyph.box is not None]
        for line in _lines(sorted(framed, key=lambda item: -(item[2] + item[3]))):
            end = None
            for start, stop, low, high, place, glyph in sorted(line, key=lambda item: item[0]):
                if end is not None and start - end > 0.15 * (high - low):
                    yield -1, PageGlyph(" ", None)
                yield place, glyph
                end = stop
            yield -1, PageGlyph("\n", None)


_Framed = tuple[float, float, float, float, int, PageGlyph]


def _lines(items: Iterable[_Framed]) -> Iterator[list[_Framed]]:
    line: list[_Framed] = []
    for item in items:
        if line:
            center, other = (line[0][2] + line[0][3]) / 2, (item[2] + item[3]) / 2
            if center - other > 0.5 * max(line[0][3] - line[0][2], 0.1):
                yield line
                line = []
        line.append(item)
    if line:
        yield line


def _framed(box: _Box, turn: int) -> _Box:
    """Start and end along the way of the text, foot and head across it."""
    left, bottom, right, top = box
    return {
        0: (left, right, bottom, top),
        1: (bottom, top, -right, -left),
        2: (-right, -left, -top, -bottom),
        3: (-top, -bottom, left, right),
    }[turn]


def _padded(run: TextRun, least: float) -> TextRun:
    thickness = run.top - run.bottom if run.turn % 2 == 0 else run.right - run.left
    along, across = max(least, _PAD_ALONG * thickness), max(least, _PAD * thickness)
    x, y = (along, across) if run.turn % 2 == 0 else (across, along)
    return TextRun("", run.left - x, run.bottom - y, run.right + x, run.top + y, run.turn)


def _bridged(bars: Sequence[TextRun]) -> list[TextRun]:
    """One bar for the words of a line: gaps between bars would tell how many words there were, and how long."""
    found: list[TextRun] = []
    for bar in bars:
        last = found[-1] if found else None
        if last is not None and last.turn == bar.turn:
            start, stop, low, high = _framed(_box(bar), bar.turn)
            before, after, foot, head = _framed(_box(last), bar.turn)
            overlap = min(high, head) - max(low, foot)
            if overlap > 0.5 * (high - low) and max(start - after, before - stop) < high - low:
                left, bottom = min(last.left, bar.left), min(last.bottom, bar.bottom)
                found[-1] = TextRun("", left, bottom, max(last.right, bar.right), max(last.top, bar.top), bar.turn)
                continue
        found.append(bar)
    return found


def _box(bar: TextRun) -> _Box:
    return bar.left, bar.bottom, bar.right, bar.top


def _inside(box: _Box | None, other: _Box) -> bool:
    assert box is not None
    return (
        box[0] >= other[0] - 0.1 and box[1] >= other[1] - 0.1 and box[2] <= other[2] + 0.1 and box[3] <= other[3] + 0.1
    )


def _share(box: _Box, other: _Box) -> float:
    """How much of ``box`` lies within ``other``, from 0 to 1."""
    wide = min(box[2], other[2]) - max(box[0], other[0])
    high = min(box[3], other[3]) - max(box[1], other[1])
    if wide < 0 or high < 0:
        return 0.0
    area = (box[2] - box[0]) * (box[3] - box[1])
    return wide * high / area if area > 0 else 1.0
