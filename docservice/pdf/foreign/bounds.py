"""What a foreign PDF may ask of its reader: pages, unpacked bytes, pixels.

Looked at before anything is unpacked for good, so that a file of a few kilobytes cannot become gigabytes. What slips
through (filters in filters) meets the memory limit of the process.
"""

from __future__ import annotations

import zlib

import pikepdf
from pikepdf import Array, Name

from docservice.pdf.foreign.intake import Intake, refused

MOST_PAGES = 2000
_MOST_UNPACKED = 300_000_000  # bytes of one stream
_MOST_UNPACKED_TOGETHER = 2_000_000_000
_MOST_PIXELS = 250_000_000  # one picture; an E-size drawing scanned at 400 dpi has 230 million
_CHUNK = 1 << 20


def too_many_pages(count: int) -> Intake | None:
    """The refusal of a file without pages, or with more than a packet takes."""
    if count < 1:
        return refused("intake.no_pages", "It has no pages.")
    if count > MOST_PAGES:
        return refused("intake.too_many_pages", f"It has {count:,} pages; {MOST_PAGES:,} are the most.")
    return None


def bomb(pdf: pikepdf.Pdf) -> Intake | None:
    """The refusal of a file that unpacks to far more than any page needs, or not to what was packed."""
    together = 0
    for item in pdf.objects:
        if not isinstance(item, pikepdf.Stream):
            continue
        width, height = _number(item.get(Name.Width)), _number(item.get(Name.Height))
        if width * height > _MOST_PIXELS:
            message = f"It holds a picture of {width:,} × {height:,} pixels; {_MOST_PIXELS:,} are the most."
            return refused("intake.bomb", message)
        filters = item.get(Name.Filter)
        first = filters[0] if isinstance(filters, Array) and len(filters) else filters
        if first != Name.FlateDecode and first != Name("/Fl"):
            continue
        count = _unpacked(item.read_raw_bytes())
        if count is None:
            return refused("intake.damaged", "It is damaged: the checksum of a part of it is wrong.")
        together += count
        if together > _MOST_UNPACKED_TOGETHER:
            break
    else:
        return None
    return refused("intake.bomb", "It unpacks to gigabytes of data, which no page needs.")


def _unpacked(packed: bytes) -> int | None:
    """How many bytes a deflated stream becomes; beyond the limit, more than all streams together may become.

    Nothing when its checksum is wrong (RFC 1950): viewers do not look at it, and would show something else.
    """
    inflater = zlib.decompressobj()
    count, rest = 0, packed
    try:
        while rest and not inflater.eof:
            count += len(inflater.decompress(rest, _CHUNK))
            rest = inflater.unconsumed_tail
            if count > _MOST_UNPACKED:
                return _MOST_UNPACKED_TOGETHER + 1
    except zlib.error as error:
        return None if "incorrect data check" in str(error) else count  # other damage is found, and named, elsewhere
    return count


def _number(value: object) -> int:
    return int(value) if isinstance(value, int) and value > 0 else 0
