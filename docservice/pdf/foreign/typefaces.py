"""What a font of a foreign file can show: which codes have a glyph, the declared width, and a Unicode value.

Knows the composite fonts that today's programs write; :mod:`simplefonts` knows the older kinds. Whatever else there
is, is named as the reason why a page becomes a picture (ISO 19005-3, 6.2.11).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Array, Name, Object

from docservice.pdf.cmaps import to_unicode
from docservice.pdf.foreign import programs, simplefonts
from docservice.pdf.foreign.programs import NotCleanError


@dataclass
class Font:
    """What is known of one font: per code its two-byte or one-byte fault, or none."""

    wide: bool
    glyphs: Mapping[int, tuple[str, float]]  # code → glyph, declared width
    advances: Mapping[str, float]  # glyph → width in the program
    unicode: Mapping[int, str]
    faults: dict[int, str | None] = field(default_factory=dict)


class Fonts:
    """The fonts of one file, each read once."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._known: dict[tuple[int, int], Font | str] = {}

    def get(self, font: Object) -> Font:
        key = font.objgen
        if key == (0, 0) or key not in self._known:
            try:
                read: Font | str = _read_font(self._pdf, font)
            except NotCleanError as error:
                read = str(error)
            except Exception:  # whatever a broken font does to its reader, the page can be shown as a picture
                read = "a font cannot be read"
            self._known[key] = read
        else:
            read = self._known[key]
        if isinstance(read, str):
            raise NotCleanError(read)
        return read


def code_fault(font: Font, code: int) -> str | None:
    """What is wrong with a character that is shown."""
    text = font.unicode.get(code, "")
    if not text or any(char in "\0\ufeff\ufffe\ufffd" or 0xE000 <= ord(char) <= 0xF8FF for char in text):
        return "a font does not say which characters it shows"
    glyph, width = font.glyphs.get(code, (".notdef", 0.0))
    if glyph == ".notdef" or glyph not in font.advances:
        return "a font lacks a character"
    if abs(font.advances[glyph] - width) > 1:
        return "a font's widths are wrong"
    return None


def _read_font(pdf: pikepdf.Pdf, font: Object) -> Font:
    kind = font.get(Name.Subtype)
    if kind == Name.Type0:
        return _composite(font)
    if not _embedded(font):
        raise NotCleanError("a font is not embedded")
    if kind not in (Name.Type1, Name.MMType1, Name.TrueType):
        raise NotCleanError("a font is of an unusual kind")
    return Font(False, *simplefonts.read(pdf, font))


def _embedded(font: Object) -> bool:
    descriptor = font.get(Name.FontDescriptor)
    return descriptor is not None and any(key in descriptor for key in (Name.FontFile, Name.FontFile2, Name.FontFile3))


def _composite(font: Object) -> Font:
    """A Type 0 font with Identity-H and an embedded program: what today's programs write."""
    descendant = font.DescendantFonts[0]
    if font.get(Name.Encoding) != Name("/Identity-H"):
        raise NotCleanError("a font is of an unusual kind")
    if Name.ToUnicode not in font:
        raise NotCleanError("a font does not say which characters it shows")
    widths, default = _widths(descendant.get(Name.W)), float(descendant.get(Name.DW, 1000))
    unicode = to_unicode(font.ToUnicode)
    descriptor = descendant.FontDescriptor
    if descendant.Subtype == Name.CIDFontType2 and Name.FontFile2 in descriptor:
        info = descendant.CIDSystemInfo
        if bytes(info.Registry) != b"Adobe" or bytes(info.Ordering) != b"Identity":
            raise NotCleanError("a font is of an unusual kind")
        program = programs.true_type(descriptor.FontFile2.read_bytes())
        order = list(program.widths)
        mapping = descendant.get(Name.CIDToGIDMap)
        table = mapping.read_bytes() if isinstance(mapping, pikepdf.Stream) else None
        ids = {
            code: code if table is None else int.from_bytes(table[2 * code : 2 * code + 2], "big") for code in unicode
        }
        names = {code: order[glyph] for code, glyph in ids.items() if 0 < glyph < len(order)}
    elif descendant.Subtype == Name.CIDFontType0 and _kind(descriptor) == Name.CIDFontType0C:
        program = programs.compact(descriptor.FontFile3.read_bytes())
        names = {code: program.cids[code] for code in unicode if code in program.cids}
    else:
        raise NotCleanError("a font is of an unusual kind")
    glyphs = {code: (name, widths.get(code, default)) for code, name in names.items()}
    return Font(True, glyphs, program.widths, unicode)


def _kind(descriptor: Object) -> Object | None:
    program = descriptor.get(Name.FontFile3)
    return program.get(Name.Subtype) if program is not None else None


def _widths(array: Object | None) -> dict[int, float]:
    """The widths that a font declares; readers differ on what is declared twice, so it may not be."""
    found: dict[int, float] = {}
    items = list(array) if array is not None else []
    place = 0
    while place + 1 < len(items):
        first = int(items[place])
        if isinstance(items[place + 1], Array):
            some = {first + n: float(width) for n, width in enumerate(items[place + 1])}
            place += 2
        else:
            some = dict.fromkeys(range(first, min(int(items[place + 1]), first + 65535) + 1), float(items[place + 2]))
            place += 3
        if not some or not found.keys().isdisjoint(some):
            raise NotCleanError("a font's widths are wrong")
        found |= some
    return found
