"""Does everything that is printed lie on the paper? (docs/checks.md)

Long names and numbers get places to break where they are set (``rendering.tree_text``, the letterhead), so this finds
what nobody thought of. It reads the page with PDFium, and only where the text has a word long enough to do harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pypdfium2
from pypdfium2 import raw

from docservice.checks.finding import Finding, error
from docservice.checks.sight import Sight
from docservice.rendering.page_pictures import PDFIUM

# Characters without a space. A line of text holds 45 of the widest letters, the narrowest column about 13.
_LONG, _LONG_FACT = 60, 14
_PRINTABLE = 9  # points from the edge that no printer reaches


def on_paper(sight: Sight) -> Iterator[Finding]:
    """Each line of text lies wholly on its page (DOMAIN §5)."""
    if sight.rendered is None or not _may_overflow(sight):
        return
    with PDFIUM:
        try:
            document = pypdfium2.PdfDocument(sight.rendered.pdf)
        except pypdfium2.PdfiumError:
            return  # checks.paper says what is wrong with it
        try:
            for number in range(len(document)):
                yield from _beyond(document, number)
        finally:
            document.close()


def _may_overflow(sight: Sight) -> bool:
    for place, text in sight.page.texts:
        longest = _LONG_FACT if place is not None and place.startswith("/") else _LONG
        if len(text) >= longest and re.search(rf"\S{{{longest}}}", text):
            return True
    return False


def _beyond(document: pypdfium2.PdfDocument, number: int) -> Iterator[Finding]:
    page = document[number]
    try:
        width, height = page.get_size()
        words = page.get_textpage()
        try:
            for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
                left, bottom, right, top = item.get_bounds()
                inside = left >= _PRINTABLE and bottom >= _PRINTABLE
                if inside and right <= width - _PRINTABLE and top <= height - _PRINTABLE:
                    continue
                said = words.get_text_bounded(left, bottom, right, top).split()
                shown = " ".join(said)[:60] or "a line"
                yield error("paper_edge", f"“{shown}” runs off the sheet.", f"page {number + 1}")
        finally:
            words.close()
    finally:
        page.close()
