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
from docservice.rendering.textlayer.runs import Cluster, Glyph, Run, whole

# A reader tears words apart at a blank glyph without any width; two thousandths are not seen by anybody.
_BLANK = 2


@dataclass(slots=True)
class Spelled:
    """A glyph as it is to be written: its code, its place in the run in thousandths of the size, its text."""

    code: int
    x: float
    text: str


def spelled(runs: list[Run], fonts: Mapping[str, EmbeddedFont]) -> list[list[Spelled]]:
    """For each run the glyphs to write instead of its own, from left to right; a run may come out empty."""
    lines: dict[int, list[Spelled]] = {id(run): [] for run in runs}
    for pieces in whole(runs):
        home = pieces[0][0] if len(pieces) == 1 else _home(pieces, fonts)
        text = said(pieces[0][1].text)
        font = fonts[home.font]
        if len(pieces) == 1 and len(pieces[0][1].glyphs) == 1:
            glyph = pieces[0][1].glyphs[0]
            if len(text) == 1:
                lines[id(home)].append(Spelled(font.glyph(glyph.code, text), glyph.x, text))
                continue
            glyphs = [glyph]
        else:
            glyphs = list(_gathered(pieces, home))
        if not text:
            # Nothing is said here any more. What has no width is left out; a space stays one.
            if any(font.widths.get(glyph.code, 0.0) for glyph in glyphs):
                lines[id(home)] += [Spelled(glyph.code, glyph.x, font.meanings.get(glyph.code, "")) for glyph in glyphs]
            continue
        spell = _from_right if RIGHT_TO_LEFT.search(text) else _from_left
        lines[id(home)] += spell(text, glyphs, font)
    return [lines[id(run)] for run in runs]


def _home(pieces: list[tuple[Run, Cluster]], fonts: Mapping[str, EmbeddedFont]) -> Run:
    """The run whose baseline the cluster stands on: that of its widest glyph."""

    def width(piece: tuple[Run, Cluster]) -> float:
        run, cluster = piece
        return max(fonts[run.font].widths.get(glyph.code, 0.0) for glyph in cluster.glyphs)

    return max(pieces, key=width)[0]


def _gathered(pieces: Iterable[tuple[Run, Cluster]], home: Run) -> Iterator[Glyph]:
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
    alone = len(glyphs) == 1
    code = font.glyph(glyphs[0].code, pieces[0]) if alone else font.made(_parts(glyphs), width, pieces[0])
    yield Spelled(code, first, pieces[0])
    for piece in pieces[1:]:
        yield Spelled(font.blank(_BLANK, piece), first + width, piece)


def _from_right(text: str, glyphs: list[Glyph], font: EmbeddedFont) -> Iterator[Spelled]:
    if len(text) == len(glyphs) or not font.extensible:
        yield from _dealt(text, glyphs, font)
        return
    # Drawn once, under its last character; the others stand to the right of it without ink.
    width = sum(font.widths.get(glyph.code, 0.0) for glyph in glyphs)
    share = round(width / max(1, sum(map(is_wide, text))))
    x = glyphs[0].x
    for at, character in enumerate(reversed(text)):
        room = share if is_wide(character) else 0
        code = font.blank(room, character) if at else font.made(_parts(glyphs), room, character)
        yield Spelled(code, x, character)
        x += room


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


def _parts(glyphs: list[Glyph]) -> tuple[tuple[int, int, int], ...]:
    first = glyphs[0].x
    return tuple((glyph.code, round(glyph.x - first), round(glyph.rise)) for glyph in glyphs)
