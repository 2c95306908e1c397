"""Several letters as one file for the printer: each begins on the front of a sheet, printed on both sides."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pikepdf


def for_both_sides(parts: Sequence[bytes]) -> bytes:
    """The PDFs one after the other; a blank page follows each of an odd count of pages but the last.

    It is for paper: what screen readers use of each part is not in it.
    """
    with pikepdf.new() as whole:
        for at, part in enumerate(parts):
            with pikepdf.open(io.BytesIO(part)) as one:
                whole.add_pages_from(one)
                odd, last = len(one.pages) % 2, one.pages[-1]
                size = [float(value) for value in last.mediabox]
            if odd and at < len(parts) - 1:
                whole.add_blank_page(page_size=(size[2] - size[0], size[3] - size[1]))
        stream = io.BytesIO()
        whole.save(stream)
        return stream.getvalue()
