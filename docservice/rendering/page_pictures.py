"""The pages of a PDF as pictures, for people who look at it in a browser."""

from __future__ import annotations

import io
from threading import Lock

import pypdfium2

SCALE = 1.6  # 115 dpi: text of 9 points is read without effort
MOST_PAGES = 40
PDFIUM = Lock()  # it may not be entered by two threads at once


def page_pictures(pdf: bytes, *, scale: float = SCALE) -> tuple[bytes, ...]:
    """A PNG of each page, of the first ``MOST_PAGES``."""
    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return tuple(_png(document, number, scale) for number in range(min(len(document), MOST_PAGES)))
        finally:
            document.close()


def page_picture(pdf: bytes, page: int, *, scale: float = SCALE) -> bytes:
    """A PNG of one page, from 1."""
    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return _png(document, page - 1, scale)
        finally:
            document.close()


def _png(document: pypdfium2.PdfDocument, number: int, scale: float) -> bytes:
    page = document[number]
    try:
        stream = io.BytesIO()
        # A palette is a third of the bytes, and a letter has few colors.
        page.render(scale=scale).to_pil().convert("RGB").quantize(64).save(stream, "PNG", optimize=False)
        return stream.getvalue()
    finally:
        page.close()
