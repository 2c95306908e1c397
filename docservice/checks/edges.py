"""Does everything that is printed lie on the paper? (docs/checks.md)

Long names and numbers get places to break where they are set (``rendering.letters.tree_text``, the letterhead), so
this finds what nobody thought of. It reads the page with PDFium, and only where the text has a word long enough to do
harm.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from lxml import etree

from docservice.checks.examined import Sight
from docservice.checks.finding import error
from docservice.finding import Finding
from docservice.town.pack import Box

if TYPE_CHECKING:
    import pypdfium2

# Characters without a space. A line of text holds 45 of the widest letters, the narrowest column about 13; what stands
# in a column and is not a fact of the case is the wording's own.
_LONG, _LONG_FACT, _LONG_IN_COLUMN = 60, 45, 14
_FACTS: Callable[[Any], Any] = etree.XPath(".//*[starts-with(@data-fact, '/')]")
_IN_COLUMNS: Callable[[Any], Any] = etree.XPath(
    ".//*[self::dl or self::table or self::address]//*[starts-with(@data-fact, '/')]"
)
_SPECK = 0.1  # points: less is nothing that is seen
_PRINTABLE = 9  # points from the edge that no printer reaches


def on_paper(sight: Sight) -> Iterator[Finding]:
    """Each line of text lies wholly on its page (DOMAIN §5)."""
    if sight.rendered is None or not _may_overflow(sight):
        return
    import pypdfium2  # 5 MB that few letters need

    from docservice.rendering.page_pictures import PDFIUM

    with PDFIUM:
        try:
            document = pypdfium2.PdfDocument(sight.rendered.pdf)
        except pypdfium2.PdfiumError:
            return  # checks.paper says what is wrong with it
        try:
            # The sheet of languages has none of the letter's words.
            for number in sorted(set(range(len(document))) - set(sight.rendered.apart)):
                yield from _beyond(document, number)
        finally:
            document.close()


def recorder_space(sight: Sight) -> Iterator[Finding]:
    """What is the recorder's stays clear: their part of the first page, and the margins of the two vertical sides
    (Gov. Code § 27361.6; DOMAIN §6)."""
    envelope = sight.pack.envelopes.get(sight.bundle.meta.envelope or "")
    if sight.rendered is None or envelope is None or envelope.kind != "recorder":
        return
    import pypdfium2

    from docservice.rendering.page_pictures import PDFIUM

    margin = float(envelope.margin or 0) * 72
    with PDFIUM:
        try:
            document = pypdfium2.PdfDocument(sight.rendered.pdf)
        except pypdfium2.PdfiumError:
            return  # checks.paper says what is wrong with it
        try:
            for number in range(len(document)):
                yield from _in_margins(document, number, margin)
            yield from _in_clear(document, envelope.clear)
        finally:
            document.close()


def _inked(page: pypdfium2.PdfPage) -> Iterator[tuple[float, float, float, float]]:
    """What is drawn, as left, top, right, bottom in points from the page's top left corner."""
    height = page.get_height()
    for item in page.get_objects():
        left, bottom, right, top = item.get_bounds()
        if right - left > _SPECK or top - bottom > _SPECK:
            yield left, height - top, right, height - bottom


def _in_margins(document: pypdfium2.PdfDocument, number: int, margin: float) -> Iterator[Finding]:
    page = document[number]
    try:
        width = page.get_width()
        for left, _, right, _ in _inked(page):
            if left >= margin - 1 and right <= width - margin + 1:
                continue
            message = f"It stands in the side margin of {margin / 72:.2g} inches that a recorder asks for."
            yield error("recorder_margin", message, f"page {number + 1}")
            return
    finally:
        page.close()


def _in_clear(document: pypdfium2.PdfDocument, areas: Sequence[Box]) -> Iterator[Finding]:
    page = document[0]
    try:
        inked = list(_inked(page))
        for area in areas:
            west, north, east, south = (float(side) * 72 for side in (area.left, area.top, area.right, area.bottom))
            if any(
                left < east - 1 and right > west + 1 and top < south - 1 and bottom > north + 1
                for left, top, right, bottom in inked
            ):
                message = "It stands in the part of the first page that the recorder keeps free."
                yield error("recorder_space", message, "page 1")
    finally:
        page.close()


def _may_overflow(sight: Sight) -> bool:
    root = sight.page.root
    columns = (text for fact in _IN_COLUMNS(root) for text in fact.itertext())
    facts = (text for fact in _FACTS(root) for text in fact.itertext())
    every = (text for _, text in sight.page.texts)
    return any(
        len(text) >= longest and re.search(rf"\S{{{longest}}}", text)  # alive: the length spares most the search
        for longest, texts in ((_LONG_IN_COLUMN, columns), (_LONG_FACT, facts), (_LONG, every))
        for text in texts
    )


def _beyond(document: pypdfium2.PdfDocument, number: int) -> Iterator[Finding]:
    from pypdfium2 import raw

    page = document[number]
    try:
        width, height = page.get_size()
        beyond = []
        for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
            left, bottom, right, top = bounds = item.get_bounds()
            inside = left >= _PRINTABLE and bottom >= _PRINTABLE
            if not (inside and right <= width - _PRINTABLE and top <= height - _PRINTABLE):
                beyond.append(bounds)
        for bounds in beyond:
            shown = " ".join(_said(page, bounds).split())[:60] or "a line"
            yield error("paper_edge", f"“{shown}” runs off the sheet.", f"page {number + 1}")
    finally:
        page.close()


def _said(page: pypdfium2.PdfPage, bounds: tuple[float, float, float, float]) -> str:
    words = page.get_textpage()
    try:
        return str(words.get_text_bounded(*bounds))
    finally:
        words.close()
