"""What a font of a foreign file can show: which codes have a glyph, the declared width, and a Unicode value.

Knows the composite fonts with an embedded TrueType program that today's programs write; whatever else there is, it
names as the reason why a page becomes a picture (ISO 19005-3, 6.2.11).
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Array, Name, Object


class NotCleanError(Exception):
    """Carries the reason, in words for the sheet of the exhibit."""


@dataclass
class Font:
    """What is known of one font: per code its two-byte or one-byte fault, or none."""

    wide: bool
    faults: dict[int, str | None] = field(default_factory=dict)
    glyphs: dict[int, tuple[int, float]] = field(default_factory=dict)  # code → glyph id, declared width
    advances: list[float] = field(default_factory=list)  # glyph id → width in the program
    unicode: dict[int, str] = field(default_factory=dict)


class Fonts:
    """The fonts of one file, each read once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], Font | str] = {}

    def get(self, font: Object) -> Font:
        key = font.objgen
        if key == (0, 0) or key not in self._known:
            try:
                read: Font | str = _read_font(font)
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
    text = font.unicode.get(code, "")
    if not text or any(char in "\0\ufeff\ufffe\ufffd" or 0xE000 <= ord(char) <= 0xF8FF for char in text):
        return "a font does not say which characters it shows"
    glyph, width = font.glyphs.get(code, (0, 0.0))
    if not 0 < glyph < len(font.advances):
        return "a font lacks a character"
    if abs(font.advances[glyph] - width) > 1:
        return "a font's widths are wrong"
    return None


def _read_font(font: Object) -> Font:
    kind = font.get(Name.Subtype)
    if kind == Name.Type0:
        return _composite(font)
    raise NotCleanError("a font is not embedded" if not _embedded(font) else "a font is of an older kind")


def _embedded(font: Object) -> bool:
    descriptor = font.get(Name.FontDescriptor)
    return descriptor is not None and any(key in descriptor for key in (Name.FontFile, Name.FontFile2, Name.FontFile3))


def _composite(font: Object) -> Font:
    """A Type 0 font with Identity-H and an embedded TrueType program: what today's programs write."""
    from fontTools.ttLib import TTFont

    descendant = font.DescendantFonts[0]
    if not _embedded(descendant):
        raise NotCleanError("a font is not embedded")
    if font.get(Name.Encoding) != Name("/Identity-H") or descendant.Subtype != Name.CIDFontType2:
        raise NotCleanError("a font is of an unusual kind")
    if Name.FontFile2 not in descendant.FontDescriptor or Name.ToUnicode not in font:
        raise NotCleanError("a font does not say which characters it shows")
    info = descendant.CIDSystemInfo
    if bytes(info.Registry) != b"Adobe" or bytes(info.Ordering) != b"Identity":
        raise NotCleanError("a font is of an unusual kind")
    program = TTFont(io.BytesIO(descendant.FontDescriptor.FontFile2.read_bytes()), lazy=True)
    scale = 1000 / program["head"].unitsPerEm
    metrics = program["hmtx"].metrics
    advances = [metrics[name][0] * scale for name in program.getGlyphOrder()]
    mapping = descendant.get(Name.CIDToGIDMap)
    table = mapping.read_bytes() if isinstance(mapping, pikepdf.Stream) else None
    widths, default = _widths(descendant.get(Name.W)), float(descendant.get(Name.DW, 1000))
    unicode = _to_unicode(font.ToUnicode)
    glyphs = {}
    for code in unicode:
        glyph = code if table is None else int.from_bytes(table[2 * code : 2 * code + 2], "big")
        glyphs[code] = (glyph, widths.get(code, default))
    return Font(True, glyphs=glyphs, advances=advances, unicode=unicode)


def _widths(array: Object | None) -> dict[int, float]:
    found: dict[int, float] = {}
    items = list(array) if array is not None else []
    place = 0
    while place + 1 < len(items):
        first = int(items[place])
        if isinstance(items[place + 1], Array):
            found.update((first + n, float(width)) for n, width in enumerate(items[place + 1]))
            place += 2
        else:
            last = min(int(items[place + 1]), first + 65535)
            found.update((code, float(items[place + 2])) for code in range(first, last + 1))
            place += 3
    return found


def _to_unicode(cmap: Object) -> dict[int, str]:
    """The single codes and ranges of a ToUnicode map (ISO 32000-1, 9.10.3)."""
    found: dict[int, str] = {}
    for instruction in pikepdf.parse_content_stream(cmap):
        name, values = str(instruction.operator), list(instruction.operands)
        if name == "endbfchar":
            for code, text in zip(values[::2], values[1::2], strict=False):
                found[int.from_bytes(bytes(code), "big")] = _utf16(bytes(text))
        elif name == "endbfrange":
            for low, high, target in zip(values[::3], values[1::3], values[2::3], strict=False):
                first, last = int.from_bytes(bytes(low), "big"), int.from_bytes(bytes(high), "big")
                if isinstance(target, Array):
                    found.update((first + n, _utf16(bytes(text))) for n, text in enumerate(target))
                    continue
                start = bytes(target)
                base = int.from_bytes(start, "big")
                for offset in range(min(last - first, 65535) + 1):
                    found[first + offset] = _utf16((base + offset).to_bytes(len(start), "big"))
    return found


def _utf16(data: bytes) -> str:
    return data.decode("utf-16-be", "replace")
