"""Arabic ligatures are spelled by the one character that Unicode has for them."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import pikepdf

_ENTRY = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]{8,})>")
_FORMS = (range(0xFB50, 0xFDFC), range(0xFE70, 0xFEFD))  # Arabic Presentation Forms A and B


def spell_as_one(pdf: pikepdf.Pdf) -> None:
    """A glyph that joins several Arabic letters (lam-alef) maps to its presentation form in the font's ToUnicode.

    Readers of the page's glyphs turn right-to-left words around glyph by glyph; many turn the letters of a ligature
    around too (``الأول`` came out as ``األول``). A single character cannot be turned around, and compatibility
    normalization (NFKC), which every search does, gives the letters back in order. It does not change what assistive
    technology reads (that is ActualText), nor ligatures for which Unicode has no character.
    """
    done: set[tuple[int, int]] = set()
    for page in pdf.pages:
        fonts = page.obj.get("/Resources", pikepdf.Dictionary()).get("/Font", pikepdf.Dictionary())
        for font in fonts.values():
            stream = font.get("/ToUnicode")
            if isinstance(stream, pikepdf.Stream) and stream.objgen not in done:
                done.add(stream.objgen)
                stream.write(_ENTRY.sub(_single, stream.read_bytes()))


def as_one(letters: str) -> str:
    """The one character for several Arabic letters that a glyph joins; the letters where there is none."""
    form = _presentation_forms().get(letters)
    return chr(form) if form else letters


def _single(entry: re.Match[bytes]) -> bytes:
    letters = bytes.fromhex(entry[2].decode()).decode("utf-16-be", "replace")
    one = as_one(letters)
    return b"<%s> <%04x>" % (entry[1], ord(one)) if one != letters else entry[0]


@cache
def _presentation_forms() -> dict[str, int]:
    """Two or more letters → the first presentation form that stands for them without a space of its own."""
    forms: dict[str, int] = {}
    for codes in _FORMS:
        for code in codes:
            letters = unicodedata.normalize("NFKC", chr(code))
            if len(letters) > 1 and " " not in letters:
                forms.setdefault(letters, code)
    return forms
