"""Which glyphs WeasyPrint draws for which letters, noted while it draws.

WeasyPrint gives each glyph one text for the whole file: that of the first cluster (letter with its marks, syllable,
ligature) it stood in, and nothing to the cluster's other glyphs. Readers of the page then find other words than
those that were printed. Pango knows the clusters; this module asks it again after each line is drawn, and
``finishing.spelling`` gives each glyph its share.

It knows WeasyPrint's insides (``draw.text.draw_first_line``, Pango's glyph strings), and changes nothing on the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from docservice.rendering.finishing.reading import FontGlyph
from docservice.rendering.finishing.speech import needs_actual_text
from docservice.rendering.textlayer.characters import RIGHT_TO_LEFT, said, shares

_DOTTED_CIRCLE = 0x25CC


class Clusters:
    """What was noted: for each text box its glyphs in the order in which they are drawn.

    ``torn`` are the texts whose letters were not put together: those with space between the letters in scripts that
    join them (Khmer then shows dotted circles), and those for which the shaper drew a dotted circle that nobody wrote.
    """

    def __init__(self) -> None:
        self.glyphs: dict[Any, tuple[FontGlyph, ...]] = {}
        self.torn: dict[str, None] = {}
        self._circles: dict[int, int] = {}

    def note(self, box: Any) -> None:
        """Take the clusters of the line that was just drawn for ``box``."""
        from weasyprint.text.ffi import ffi, pango

        line, _ = box.pango_layout.get_first_line()
        text = box.pango_layout.text.encode()
        found: list[FontGlyph] = []
        run = line.runs[0]
        while run != ffi.NULL:
            item, run = run.data, run.next
            string = item.glyphs
            codes = [info.glyph for info in string.glyphs[0 : string.num_glyphs]]
            starts = list(string.log_clusters[0 : string.num_glyphs])
            of_run = text[item.item.offset : item.item.offset + item.item.length]
            circle = self._circle(item.item.analysis.font)
            spaced = box.style["letter_spacing"] not in ("normal", 0) and needs_actual_text(of_run.decode())
            if spaced or (circle in codes and "\u25cc" not in of_run.decode()):
                self.torn.setdefault(box.text.strip())
            found += [glyph for glyph in _dealt(codes, starts, of_run) if glyph.code != pango.PANGO_GLYPH_EMPTY]
        self.glyphs[box] = tuple(found)

    def _circle(self, font: Any) -> int:
        """The glyph of the dotted circle in a font; -1 where it has none."""
        from weasyprint.text.ffi import ffi, harfbuzz, pango

        key = int(ffi.cast("uintptr_t", font))
        if key not in self._circles:
            _declare_once()
            glyph = ffi.new("hb_codepoint_t *")
            drawn_by = pango.pango_font_get_hb_font(font)
            known = harfbuzz.hb_font_get_nominal_glyph(drawn_by, _DOTTED_CIRCLE, glyph)
            self._circles[key] = int(glyph[0]) if known else -1
        return self._circles[key]


def _dealt(codes: list[int], starts: list[int], text: bytes) -> Iterator[FontGlyph]:
    """Each glyph with its share of the text of its cluster. ``starts`` are bytes in ``text``, one for each glyph."""
    ends = dict(zip(bounds := sorted(set(starts)), [*bounds[1:], len(text)], strict=True))
    at = 0
    while at < len(codes):
        until = at
        while until < len(codes) and starts[until] == starts[at]:
            until += 1
        cluster = said(text[starts[at] : ends[starts[at]]].decode())
        dealt = shares(cluster, until - at)
        if RIGHT_TO_LEFT.search(cluster):
            dealt.reverse()
        yield from map(FontGlyph, codes[at:until], dealt)
        at = until


@contextmanager
def noted(wanted: bool) -> Iterator[Clusters]:
    """What WeasyPrint draws inside, if it is ``wanted``; prints follow one another, so one at a time."""
    from weasyprint.draw import text

    clusters = Clusters()
    draw: Callable[..., Any] = text.draw_first_line

    def noting(stream: Any, box: Any, *rest: Any) -> Any:
        emojis = draw(stream, box, *rest)
        if box.text.strip():
            clusters.note(box)
        return emojis

    if wanted:
        text.draw_first_line = noting
    try:
        yield clusters
    finally:
        text.draw_first_line = draw


@cache  # each time, a parser of C would read it
def _declare_once() -> None:
    from weasyprint.text.ffi import ffi

    ffi.cdef("int hb_font_get_nominal_glyph (hb_font_t *, hb_codepoint_t, hb_codepoint_t *);", override=True)
