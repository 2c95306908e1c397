"""A font as it is embedded in the PDF: what its glyphs mean to readers, and glyphs that are made for a meaning.

Each glyph has one text in the font's ``ToUnicode`` map (ISO 32000-1, 9.10.3). Where the page needs it to say another
one, or several glyphs to say one text together, a glyph is made: a composite of those that are drawn, or a blank one.
"""

from __future__ import annotations

import re

from docservice.rendering.textlayer import outlines
from docservice.rendering.textlayer.characters import needs_mending
from docservice.rendering.textlayer.outlines import MadeGlyph
from docservice.rendering.typst_objects import Objects, number_of, numbers_of, packed, unpacked

_RANGES_END = b"endcodespacerange"
_MAPPING = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]*)>")
_WIDTHS = re.compile(rb"(\d+)\s+(?:(\d+)\s+([\d.]+)|\[([^\]]*)\])")
_BLOCK = 100  # mappings in one block, as the format asks


class EmbeddedFont:
    """One font of the file, by the number of its dictionary. Codes are glyph numbers (``Identity-H``)."""

    def __init__(self, file: Objects, number: int) -> None:
        font = file.body(number)
        self._map = number_of(b"ToUnicode", font)
        self._descendant = numbers_of(b"DescendantFonts", font)[0]
        descendant = file.body(self._descendant)
        self._descriptor = number_of(b"FontDescriptor", descendant)
        self._head, self.meanings = read_map(unpacked(file.body(self._map)))
        self.widths = read_widths(descendant)
        self._truetype = b"/CIDFontType2" in descendant and b"/CIDToGIDMap/Identity" in descendant
        self._file = file
        self._program: tuple[int, bytes] | None = None
        self._made: dict[tuple[MadeGlyph, str], int] = {}
        self.troubled = any(needs_mending(text) for text in self.meanings.values())
        # Where there is no trouble, not all runs are read: what a glyph means there it goes on to mean.
        self._spoken = {} if self.troubled else dict(self.meanings)

    @property
    def extensible(self) -> bool:
        """Whether glyphs can be made in it."""
        if self._truetype and self._program is None:
            number = number_of(b"FontFile2", self._file.body(self._descriptor))
            self._program = number, unpacked(self._file.body(number))
            self._truetype = outlines.has_outlines(self._program[1])
        return self._truetype

    def glyph(self, code: int, text: str) -> int:
        """The code by which this glyph says ``text``: its own when no other text has it, else that of a twin."""
        if self._spoken.setdefault(code, text) == text or not self.extensible:
            return code
        return self.made(((code, 0, 0),), round(self.widths.get(code, 0.0)), text)

    def made(self, parts: tuple[tuple[int, int, int], ...], width: int, text: str) -> int:
        """The code of a glyph made of ``parts`` (code, shift to the right and up), this wide, that says ``text``."""
        wish = (MadeGlyph(parts, width), text)
        code = self._made.get(wish)
        if code is None:
            assert self.extensible
            assert self._program is not None
            code = self._made[wish] = outlines.count(self._program[1]) + len(self._made)
            self.widths[code] = float(width)
        return code

    def blank(self, width: int, text: str) -> int:
        """The code of a glyph without ink that says ``text``."""
        return self.made((), width, text)

    def write(self) -> None:
        """Put into the file what was made and said."""
        said = {**self.meanings, **self._spoken, **{code: text for (_, text), code in self._made.items()}}
        if said != self.meanings:
            self._file.change(self._map, packed(self._head + _written_map(said), b"/Type/CMap/WMode 0"))
        if self._made and self._program is not None:
            number, program = self._program
            extended = outlines.extended(program, [glyph for glyph, _ in self._made])
            self._file.change(number, packed(extended, b"/Length1 %d" % len(extended)))
            # A CIDSet would have to list the new glyphs too; it is optional.
            descriptor = self._file.body(self._descriptor)
            self._file.change(self._descriptor, re.sub(rb"/CIDSet \d+ 0 R", b"", descriptor))
            descendant = self._file.body(self._descendant)
            end = descendant.rindex(b"]", descendant.index(b"/W["))
            widths = b"".join(b" %d %d %d" % (code, code, glyph.width) for (glyph, _), code in self._made.items())
            self._file.change(self._descendant, descendant[:end] + widths + descendant[end:])


def read_map(stream: bytes) -> tuple[bytes, dict[int, str]]:
    """Of a ``ToUnicode`` map, what stands before the mappings, and the mappings: code → text."""
    start = stream.index(_RANGES_END) + len(_RANGES_END)
    found = {}
    for code, text in _MAPPING.findall(stream, start):
        digits = text.decode()
        found[int(code, 16)] = chr(int(digits, 16)) if len(digits) == 4 else bytes.fromhex(digits).decode("utf-16-be")
    return stream[:start], found


def _written_map(texts: dict[int, str]) -> bytes:
    lines = [b"<%04X> <%s>\n" % (code, text.encode("utf-16-be").hex().upper().encode())
             for code, text in sorted(texts.items()) if text]  # fmt: skip
    blocks = [lines[at : at + _BLOCK] for at in range(0, len(lines), _BLOCK)]
    return (
        b"\n"
        + b"".join(b"%d beginbfchar\n%bendbfchar\n" % (len(block), b"".join(block)) for block in blocks)
        + b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n%%EndResource\n%%EOF"
    )


def read_widths(descendant: bytes) -> dict[int, float]:
    """The widths of a font's glyphs, in thousandths of the size; those that it does not list have none."""
    found: dict[int, float] = {}
    start = descendant.find(b"/W[")
    if start < 0:
        return found
    for first, last, width, listed in _WIDTHS.findall(descendant, start + 3, descendant.rindex(b"]")):
        if last:
            found.update(dict.fromkeys(range(int(first), int(last) + 1), float(width)))
        else:
            found.update(enumerate(map(float, listed.split()), start=int(first)))
    return found
