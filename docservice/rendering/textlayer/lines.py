"""Runs that continue one another on a line, joined and written anew.

Typst ends a run at every raised glyph and wherever another font gives the space. Readers then guess where words end,
and guess wrong; a line in one string leaves nothing to guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from docservice.rendering.textlayer.characters import RIGHT_TO_LEFT, UNKNOWN_RIGHT_TO_LEFT, is_mark, needs_mending
from docservice.rendering.textlayer.embedded_font import EmbeddedFont
from docservice.rendering.textlayer.runs import GlyphRun
from docservice.rendering.textlayer.spelling import BLANK, Spelled

_NEAR = 120  # thousandths of the size: less than half a space
# What an outline can hold, in units; what a mapping can that poppler reads, in characters outside the first plane.
_WIDEST, _LONGEST = 30_000, 31
_LOOSE, _FAR = 30, 2_000  # the room, in thousandths of the size, that may be taken for a space
_STILL = 0.0005  # what is not worth a shift


@dataclass(slots=True)
class RunStretch:
    """A run with what is to be drawn in it, and whether that differs from what stands there."""

    run: GlyphRun
    glyphs: list[Spelled]
    stop: float
    changed: bool
    right_to_left: bool
    blank: bool

    @classmethod
    def of(cls, run: GlyphRun, glyphs: list[Spelled]) -> RunStretch:
        changed = (
            run.pieces > 1
            or len(glyphs) != len(run.clusters)
            or any(
                glyph.code != cluster.glyphs[0].code or len(cluster.glyphs) > 1 or glyph.text != cluster.text
                for glyph, cluster in zip(glyphs, run.clusters, strict=True)
            )
        )
        text = "".join(glyph.text for glyph in glyphs)
        right_to_left = run.reversed or RIGHT_TO_LEFT.search(text) is not None
        return cls(run, glyphs, run.width, changed, right_to_left, text == " ")


def joined(
    stretches: list[RunStretch], fonts: Mapping[str, EmbeddedFont], owner: Callable[[int | None], int | None]
) -> None:
    """Move what continues a line into the run that begins it. ``owner`` tells the tag of a run's marked content."""
    drawn = [stretch for stretch in stretches if stretch.glyphs]
    start: RunStretch | None = None
    for at, stretch in enumerate(drawn):
        if start is not None and _continues(start, stretch, fonts, owner):
            follower = drawn[at + 1] if at + 1 < len(drawn) else None
            if _fits(start, stretch):
                _move(start, stretch, fonts, None)
                continue
            if (
                stretch.blank
                and follower is not None
                and (start.changed or follower.changed or start.right_to_left)
                and fonts[start.run.font].extensible
                and _fits(start, follower)
                and _continues(stretch, follower, fonts, owner)
            ):
                _move(start, stretch, fonts, " ")
                continue
        start = stretch


def _fits(start: RunStretch, stretch: RunStretch) -> bool:
    return start.run.font == stretch.run.font and start.right_to_left == stretch.right_to_left


def _continues(
    start: RunStretch, stretch: RunStretch, fonts: Mapping[str, EmbeddedFont], owner: Callable[[int | None], int | None]
) -> bool:
    run, later = start.run, stretch.run
    if (run.size, run.paint) != (later.size, later.paint) or abs(run.y - later.y) > 0.01:
        return False
    if run.mcid != later.mcid and (owner(run.mcid) is None or owner(run.mcid) != owner(later.mcid)):
        return False
    shift = (later.x - run.x) / run.size * 1000
    last = start.glyphs[-1]
    end = last.x + fonts[run.font].widths.get(last.code, 0.0)
    gaps = (later.clusters[0].glyphs[0].x + shift - start.stop, stretch.glyphs[0].x + shift - end)
    return min(map(abs, gaps)) < _NEAR


def _move(start: RunStretch, stretch: RunStretch, fonts: Mapping[str, EmbeddedFont], blank: str | None) -> None:
    shift = (stretch.run.x - start.run.x) / start.run.size * 1000
    for glyph in stretch.glyphs:
        code = glyph.code
        if blank is not None:
            code = fonts[start.run.font].blank(round(fonts[stretch.run.font].widths.get(code, 0.0)), blank)
        start.glyphs.append(Spelled(code, glyph.x + shift, glyph.text))
    start.stop = stretch.stop + shift
    start.changed = stretch.changed = True
    stretch.glyphs = []


def closed_up(stretch: RunStretch, font: EmbeddedFont) -> None:
    """Give a glyph the room behind it where the font leaves some inside of a word: a reader takes that for a space."""
    if not stretch.changed or not font.extensible:
        return
    for glyph, then in pairwise(stretch.glyphs):
        width = font.widths.get(glyph.code, 0.0)
        room = then.x - glyph.x - width
        if _LOOSE < room < _FAR and not glyph.text.isspace() and not then.text.isspace():
            glyph.code = font.made(((glyph.code, 0, 0),), round(width + room), glyph.text)


def begun_from_right(stretch: RunStretch, font: EmbeddedFont) -> None:
    """Put a mark of direction at the left edge of a line from right to left where poppler does not see one.

    It counts marks, and letters of N'Ko, Samaritan and Mandaic, to whatever stands before them.
    """
    first = stretch.glyphs[0] if stretch.glyphs else None
    if first is None or not stretch.right_to_left or not font.extensible or UNKNOWN_RIGHT_TO_LEFT.search(first.text):
        return
    if is_mark(first.text[:1] or " ") or any("\u07c0" <= glyph.text[:1] <= "\u085f" for glyph in stretch.glyphs):
        stretch.glyphs.insert(0, Spelled(font.blank(BLANK, "\u200f"), first.x, "\u200f"))
        stretch.changed = True


def told_as_one(stretch: RunStretch, font: EmbeddedFont) -> None:
    """Where readers do not know that a script runs from right to left, make its words one glyph with their text.

    What is too long for one is several, cut between words, in the order in which they are read.
    """
    if not font.extensible or not any(UNKNOWN_RIGHT_TO_LEFT.search(glyph.text) for glyph in stretch.glyphs):
        return
    told = []
    for part in _parts(stretch.glyphs, font):
        first, last = part[0], part[-1]
        width = round(last.x + font.widths.get(last.code, 0.0) - first.x)
        text = "".join(glyph.text for glyph in reversed(part))
        pieces = tuple((glyph.code, round(glyph.x - first.x), 0) for glyph in part)
        told.append(Spelled(font.made(pieces, width, text), first.x, text))
    stretch.glyphs = told
    stretch.changed = True


def _parts(glyphs: list[Spelled], font: EmbeddedFont) -> Iterator[list[Spelled]]:
    """Glyphs of a line, from left to right, in parts that one glyph can hold, the rightmost first."""
    words: list[list[Spelled]] = [[]]
    for glyph in reversed(glyphs):
        if glyph.text.isspace():
            words += [[glyph], []]
        else:
            words[-1].insert(0, glyph)
    part: list[Spelled] = []
    for word in filter(None, words):
        together = [*word, *part]
        width = together[-1].x + font.widths.get(together[-1].code, 0.0) - together[0].x
        if part and (width > _WIDEST or sum(len(glyph.text) for glyph in together) > _LONGEST):
            # The space between two parts stays by itself: whoever reads them the other way around finds it too.
            space = part[:1] if len(part) > 1 and part[0].text.isspace() else []
            yield part[len(space) :]
            together = word
            if space:
                yield space
        part = together
    yield part


def written(stretch: RunStretch, font: EmbeddedFont) -> bytes:
    """The block of content that draws the stretch."""
    if not stretch.glyphs:
        return b""
    items: list[bytes] = []
    pen = 0.0
    codes: list[str] = []
    for glyph in stretch.glyphs:
        shift = round(pen - glyph.x, 3)
        if abs(shift) > _STILL:
            if codes:
                items.append(f"<{''.join(codes)}>".encode())
                codes = []
            items.append(_number(shift))
            pen -= shift
        codes.append(f"{glyph.code:04X}")
        pen += font.widths.get(glyph.code, 0.0)
    items.append(f"<{''.join(codes)}>".encode())
    run = stretch.run
    shown = b"0 Tr/%b %b Tf 1 0 0 -1 0 0 Tm[%b]TJ" % (run.font.encode(), _number(run.size), b"".join(items))
    if stretch.right_to_left and len(stretch.glyphs) > 1:
        shown = b"/ReversedChars BMC %b\nEMC" % shown
    else:
        text = "".join(glyph.text for glyph in stretch.glyphs)
        # PDFium reads a character outside the first plane as two there.
        if needs_mending(text) and max(text) < "\U00010000":
            shown = b"/Span<</ActualText<FEFF%b>>>BDC %b\nEMC" % (
                text.encode("utf-16-be").hex().upper().encode(),
                shown,
            )
    return b"q 1 0 0 -1 %b %b cm%b\nBT %b\nET\nQ" % (_number(run.x), _number(run.y), run.paint, shown)


def _number(value: float) -> bytes:
    return b"%d" % value if value == int(value) else (b"%.5f" % value).rstrip(b"0")
