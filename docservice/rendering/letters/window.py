"""What of a letter shows through the window of its envelope: which of the ways to write an address was set there."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import pypdfium2

from docservice.rendering.page_pictures import PDFIUM
from docservice.town.pack import Box

_INCH = 72
_TOLERANCE = 3.0  # points: accents and descenders reach over the box that the lines stand in


def window_lines(pdf: bytes, window: Box) -> tuple[str, ...]:
    """The lines of text in the window of a letter's first page, as a reader extracts them."""
    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            page = document[0]
            height = page.get_height()
            words = page.get_textpage()
            text = words.get_text_bounded(
                left=float(window.left) * _INCH - _TOLERANCE,
                bottom=height - float(window.bottom) * _INCH - _TOLERANCE,
                right=float(window.right) * _INCH + _TOLERANCE,
                top=height - float(window.top) * _INCH + _TOLERANCE,
            )
        finally:
            document.close()
    return tuple(line.strip() for line in str(text).splitlines() if line.strip())


def not_shown(lines: Sequence[str], shown: Sequence[str]) -> tuple[int, ...]:
    """Places of those of ``lines`` with a word that is not among what a window ``shown``; capitals do not matter.

    By words, since a long line is broken in the window, and a reader gives text from right to left in another order.
    """
    known = {word for one in shown for word in _words(one)}
    return tuple(place for place, line in enumerate(lines) if not known.issuperset(_words(line)))


def _words(text: str) -> list[str]:
    """Letters with their marks, and figures; what stands between them parts words."""
    even = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one if unicodedata.category(one)[0] in "LMN" else " " for one in even).split()
