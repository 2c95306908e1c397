"""The town's seal in the forms that the faces need: an SVG for Typst and the web, a PNG for Word."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path

from docservice.media_types import MEDIA_TYPES, data_uri
from docservice.town.look import Seal

NOTHING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" width="1" height="1"/>'
_PAGE = b"""#set page(width: 85pt, height: 85pt, margin: 0pt, fill: none)
#image("seal.svg", width: 100%, height: 100%, fit: "contain")"""


def as_svg(seal: Seal | None) -> bytes:
    """The seal as an SVG; an empty drawing where there is none. A photograph stands in the middle of a square."""
    if seal is None:
        return NOTHING
    if seal.media_type == MEDIA_TYPES["svg"]:
        return seal.data
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200" width="200" height="200">'
        f'<image href="{data_uri(seal.data, seal.media_type)}" width="200" height="200"/></svg>'
    ).encode()


@lru_cache(maxsize=4)
def as_png(seal: Seal) -> bytes:
    """The seal as a PNG of 340 × 340 pixels, for Word."""
    import typst

    with tempfile.TemporaryDirectory(prefix="docservice-seal-") as folder:
        (Path(folder) / "seal.svg").write_bytes(as_svg(seal))
        source = Path(folder) / "seal.typ"
        source.write_bytes(_PAGE)
        drawn = typst.compile(source, root=Path(folder), format="png", ppi=288, ignore_system_fonts=True)
    return bytes(drawn)
