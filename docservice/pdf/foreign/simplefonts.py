"""Simple fonts of foreign files (one byte a character): Type 1, CFF and TrueType programs that are embedded.

What PDF/A-3a asks of them (ISO 19005-3, 6.2.11): the encoding rules of TrueType, every width as in the program, and a
Unicode value for every character; where a file leaves the last to the names of its glyphs, the map is written.
"""

from __future__ import annotations

from collections.abc import Mapping

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from docservice.pdf.cmaps import to_unicode, unicode_map
from docservice.pdf.foreign import programs
from docservice.pdf.foreign.programs import NotCleanError

_SYMBOLIC = 4
_CODECS = {"/WinAnsiEncoding": "cp1252", "/MacRomanEncoding": "mac_roman"}


def read(pdf: pikepdf.Pdf, font: Object) -> tuple[dict[int, tuple[str, float]], Mapping[str, float], dict[int, str]]:
    """Per code the glyph and its declared width; the glyphs' widths; per code its Unicode value."""
    descriptor = font.FontDescriptor
    true_type = font.get(Name.Subtype) == Name.TrueType
    if true_type and Name.FontFile2 in descriptor:
        program = programs.true_type(descriptor.FontFile2.read_bytes())
        names, glyphs = _of_true_type(font, program)
    else:
        if not true_type and Name.FontFile in descriptor:
            program = programs.type_one(descriptor.FontFile.read_bytes())
        elif not true_type and descriptor.get(Name.FontFile3, Dictionary()).get(Name.Subtype) == Name.Type1C:
            program = programs.compact(descriptor.FontFile3.read_bytes())
        else:
            raise NotCleanError("a font is of an unusual kind")
        names = _names(font.get(Name.Encoding), program.encoding)
        glyphs = {code: name for code, name in names.items() if name in program.widths}
    declared = _widths(font)
    unicode = to_unicode(font.ToUnicode) if Name.ToUnicode in font else _from_names(pdf, font, names)
    known = {code: (glyph, declared[code]) for code, glyph in glyphs.items() if code in declared}
    return known, program.widths, unicode


def _of_true_type(font: Object, program: programs.Program) -> tuple[dict[int, str], dict[int, str]]:
    """The names and glyphs of the codes of a TrueType font, by the rules of ISO 32000-1, 9.6.6.4."""
    encoding = font.get(Name.Encoding)
    if int(font.FontDescriptor.get(Name.Flags, 0)) & _SYMBOLIC:
        if encoding is not None:
            raise NotCleanError("a font is both symbolic and encoded")
        table = program.tables.get((3, 0))
        if table is None:
            if len(program.tables) != 1:
                raise NotCleanError("a font has several encodings")
            (table,) = program.tables.values()
        codes = {code & 0xFF: glyph for code, glyph in table.items() if code < 0x100 or 0xF000 <= code <= 0xF0FF}
        return {}, codes
    base = encoding.get(Name.BaseEncoding) if isinstance(encoding, Dictionary) else encoding
    if str(base) not in _CODECS:
        raise NotCleanError("a font has an unusual encoding")
    names = _names(encoding, {})
    windows, mac = program.tables.get((3, 1)), program.tables.get((1, 0))
    if windows is None and (mac is None or isinstance(encoding, Dictionary)):
        raise NotCleanError("a font has an unusual encoding")
    glyphs = {}
    for code, name in names.items():
        text = _unicode(name)
        if not text and isinstance(encoding, Dictionary):
            raise NotCleanError("a font has an unusual encoding")
        if windows is not None:
            glyph = windows.get(ord(text)) if len(text) == 1 else None
        else:
            byte = text.encode("mac_roman", "ignore")
            glyph = mac.get(byte[0]) if mac and byte else None
        if glyph is not None:
            glyphs[code] = glyph
    return names, glyphs


def _names(encoding: Object | None, own: Mapping[int, str]) -> dict[int, str]:
    """The names of the codes: the base encoding, or the program's own, and the differences."""
    base = encoding.get(Name.BaseEncoding) if isinstance(encoding, Dictionary) else encoding
    if base is None:
        names = dict(own)
    elif str(base) in _CODECS:
        names = _of_codec(_CODECS[str(base)])
    elif base == Name.StandardEncoding:
        from fontTools.encodings.StandardEncoding import StandardEncoding

        names = {code: name for code, name in enumerate(StandardEncoding) if name != ".notdef"}
    else:
        raise NotCleanError("a font has an unusual encoding")
    code = 0
    differences = encoding.get(Name.Differences) if isinstance(encoding, Dictionary) else None
    for item in differences if isinstance(differences, Array) else ():
        if isinstance(item, Name):
            names[code] = str(item)[1:]
            code += 1
        else:
            code = int(item)
    return names


def _unicode(name: str) -> str:
    """What the name of a glyph stands for, by Adobe's glyph list; empty when it is no such name."""
    from fontTools.agl import toUnicode

    return str(toUnicode(name))


def _of_codec(codec: str) -> dict[int, str]:
    from fontTools.agl import UV2AGL

    names = {}
    for code in range(32, 256):
        text = bytes([code]).decode(codec, "ignore")
        name = UV2AGL.get(ord(text)) if text else None
        if name:
            names[code] = name
    if codec == "cp1252":
        names |= {0xA0: "space", 0xAD: "hyphen"}
    return names


def _from_names(pdf: pikepdf.Pdf, font: Object, names: Mapping[int, str]) -> dict[int, str]:
    """Unicode values by the names of the glyphs, written into the font where all of them are known."""
    found = {code: _unicode(name) for code, name in names.items()}
    found = {code: text for code, text in found.items() if text and "\ufffd" not in text}
    if found:
        font.ToUnicode = Stream(pdf, unicode_map(found, 2))
    return found


def _widths(font: Object) -> dict[int, float]:
    widths = font.get(Name.Widths)
    if not isinstance(widths, Array) or Name.FirstChar not in font or Name.LastChar not in font:
        raise NotCleanError("a font does not say how wide it is")
    first = int(font.FirstChar)
    if len(widths) != int(font.LastChar) - first + 1:
        raise NotCleanError("a font does not say how wide it is")
    return {first + place: float(width) for place, width in enumerate(widths)}
