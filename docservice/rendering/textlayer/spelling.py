"""Each cluster becomes glyphs that spell it: one glyph from left to right, one for each character from right to left.

Readers of a PDF differ in what they believe. All of them read a glyph's own text in the ``ToUnicode`` map; some compare
``ActualText`` with it; none expects that two glyphs share one text, which is what Typst writes for them. So:

- from left to right, the glyphs of a cluster become one composite glyph with the cluster's text. A combining mark in
  the text gets a blank glyph behind it, since a reader takes a glyph whose text has a mark for one without width.
- from right to left, readers turn the characters around glyph by glyph. Each glyph says one character; one that stands
  for several is followed by blank glyphs for the others, each with its share of the width.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from docservice.rendering.textlayer.characters import (
    RIGHT_TO_LEFT,
    is_wide,
    needs_mending,
    said,
    shares,
    split_at_marks,
)
from docservice.rendering.textlayer.embedded_font import EmbeddedFont
from docservice.rendering.textlayer.runs import Cluster, Glyph, GlyphRun, whole

# A reader tears words apart at a blank glyph without any width; two thousandths are not seen by anybody.
BLANK = 2


@dataclass(slots=True)
class Spelled:
    """A glyph as it is to be written: its code, its place in the run in thousandths of the size, its text."""

    code: int
    x: float
    text: str


def spelled(runs: list[GlyphRun], fonts: Mapping[str, EmbeddedFont]) -> list[list[Spelled]]:
    """For each run the glyphs to write instead of its own, from left to right; a run may come out empty."""
    lines: dict[int, list[Spelled]] = {id(run): [] for run in runs}
    for pieces in whole(runs):
        home, cluster = pieces[0]
        text = said(cluster.text)
        if len(pieces) == 1:
            glyphs = cluster.glyphs
            if len(text) == len(glyphs) == 1:
                glyph = glyphs[0]
                lines[id(home)].append(Spelled(fonts[home.font].glyph(glyph.code, text), glyph.x, text))
                continue
        else:
            home = _home(pieces, fonts)
            glyphs = list(_gathered(pieces, home))
        font = fonts[home.font]
        if not text:
            # Nothing is said here any more. What has no width is left out; a space stays one.
            if any(font.widths.get(glyph.code, 0.0) for glyph in glyphs):
                lines[id(home)] += [Spelled(glyph.code, glyph.x, font.meanings.get(glyph.code, "")) for glyph in glyphs]
            continue
        spell = _from_right if RIGHT_TO_LEFT.search(text) else _from_left
        lines[id(home)] += spell(text, glyphs, font)
    return [lines[id(run)] for run in runs]


def _home(pieces: list[tuple[GlyphRun, Cluster]], fonts: Mapping[str, EmbeddedFont]) -> GlyphRun:
    """The run whose baseline the cluster stands on: that of its widest glyph."""

    def width(piece: tuple[GlyphRun, Cluster]) -> float:
        run, cluster = piece
        return max(fonts[run.font].widths.get(glyph.code, 0.0) for glyph in cluster.glyphs)

    return max(pieces, key=width)[0]


def _gathered(pieces: Iterable[tuple[GlyphRun, Cluster]], home: GlyphRun) -> Iterator[Glyph]:
    """The glyphs of the pieces, where they stand as seen from the run ``home``."""
    for run, cluster in pieces:
        if run is home:
            yield from cluster.glyphs
            continue
        right = (run.x - home.x) / home.size * 1000
        up = (run.y - home.y) / home.size * 1000
        for glyph in cluster.glyphs:
            yield Glyph(glyph.code, glyph.x + right, glyph.rise + up)


def _from_left(text: str, glyphs: list[Glyph], font: EmbeddedFont) -> Iterator[Spelled]:
    pieces = split_at_marks(text) if needs_mending(text) else (text,)
    if not font.extensible:
        yield from _dealt(text, glyphs, font)
        return
    first = glyphs[0].x
    width = round(sum(font.widths.get(glyph.code, 0.0) for glyph in glyphs))
    # Each piece has its share of the width: PDFium drops a character that it meets twice in one place.
    share = width // len(pieces) if width >= 2 * BLANK * len(pieces) else 0
    room = width - share * (len(pieces) - 1)
    if len(glyphs) == len(pieces) == 1:
        code = font.glyph(glyphs[0].code, pieces[0])
    else:
        code = font.made(_parts(glyphs, first), room, pieces[0])
    yield Spelled(code, first, pieces[0])
    for at, piece in enumerate(pieces[1:]):
        yield Spelled(font.blank(share or BLANK, piece), first + room + at * share, piece)


def _from_right(text: str, glyphs: list[Glyph], font: EmbeddedFont) -> Iterator[Spelled]:
    wide = sum(map(is_wide, text))
    if not font.extensible or (len(text) == len(glyphs) == wide):
        yield from _dealt(text, glyphs, font)
        return
    # Drawn once, under its last letter; other letters stand to the right of it without ink, marks at the left edge of
    # theirs: a reader that meets the next character further left than it ended begins a new word.
    width = sum(font.widths.get(glyph.code, 0.0) for glyph in glyphs)
    share = round(width / max(1, wide))
    x = min(glyph.x for glyph in glyphs if font.widths.get(glyph.code, 0.0) or not width)
    drawn = False
    for character in reversed(text):
        if is_wide(character) != bool(wide):
            # To pypdf a mark of all scripts is Latin, unless it comes together with another character.
            told = character if RIGHT_TO_LEFT.match(character) else f"\u200f{character}"
            yield Spelled(font.blank(BLANK, told), x, told)
            continue
        code = font.blank(share, character) if drawn else font.made(_parts(glyphs, x), share, character)
        drawn = True
        yield Spelled(code, x, character)
        x += share


def _dealt(text: str, glyphs: list[Glyph], font: EmbeddedFont) -> Iterator[Spelled]:
    """Each glyph with its character, in the order in which they are drawn; all of them on the baseline."""
    right_to_left = RIGHT_TO_LEFT.search(text) is not None
    texts = shares(text, len(glyphs))
    for glyph, share in zip(glyphs, reversed(texts) if right_to_left else texts, strict=True):
        if glyph.rise and font.extensible:
            width = round(font.widths.get(glyph.code, 0.0))
            code = font.made(((glyph.code, 0, round(glyph.rise)),), width, share)
        else:
            code = font.glyph(glyph.code, share)
        yield Spelled(code, glyph.x, share)


def _parts(glyphs: list[Glyph], origin: float) -> tuple[tuple[int, int, int], ...]:
    """The glyphs as parts of one that stands at ``origin``."""
    return tuple((glyph.code, round(glyph.x - origin), round(glyph.rise)) for glyph in glyphs)
