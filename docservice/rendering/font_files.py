"""Font files, read and written at the level of their tables (OpenType 1.9; Adobe Technical Note 5176 for CFF).

``fonts`` needs two things quickly, once per machine: which characters a file draws, and one face of a collection as a
small file of its own; ``textlayer`` appends glyphs to embedded fonts. All are a matter of copying bytes; decompiling
the fonts would take a hundred times as long and as much memory. What this module does *not* do: read outlines, subset
layout tables, or check a font.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Callable, Iterator
from itertools import accumulate, pairwise
from pathlib import Path
from typing import BinaryIO

_Tables = dict[str, tuple[int, int]]  # tag → offset and length in the file

_NOTHING = b"\x0e"  # the charstring "endchar": an empty outline
_LEFT_OUT = ("GSUB", "vmtx", "vhea", "VORG", "BASE", "DSIG")


def characters(path: Path) -> set[int]:
    """The code points that the face in this file has a glyph for."""
    with path.open("rb") as file:
        start, length = _directory(file, 0)["cmap"]
        file.seek(start)
        return set(_mapping(file.read(length)))


def tables(font: bytes) -> _Tables:
    """Where each table of a font file lies."""
    return _tables(font, 0)


def take_apart(collection: bytes, family: str, wanted: Callable[[int], bool]) -> bytes:
    """One face of a font collection as a font of its own, with the ``wanted`` code points only.

    The faces of a CJK collection share 65,000 outlines. Glyph numbers stay; an outline that nothing can reach is
    emptied, and the substitutions go (they choose other regions' forms and vertical ones). Raises ``ValueError`` when
    there is no face of this family.
    """
    face = _face(collection, family)
    content = {tag: collection[start : start + length] for tag, (start, length) in face.items() if tag not in _LEFT_OUT}
    mapping = {point: glyph for point, glyph in _mapping(content["cmap"]).items() if wanted(point)}
    content["cmap"] = _format_12(mapping)
    if "CFF " in content:
        content["CFF "] = _emptied(content["CFF "], {0, *mapping.values()})
    return written(content)


def _face(collection: bytes, family: str) -> _Tables:
    if collection[:4] != b"ttcf":
        raise ValueError("not a font collection")
    (count,) = struct.unpack_from(">I", collection, 8)
    for offset in struct.unpack_from(f">{count}I", collection, 12):
        face = _tables(collection, offset)
        start, length = face["name"]
        if family in _families(collection[start : start + length]):
            return face
    raise ValueError(f"no face {family}")


def _directory(file: BinaryIO, offset: int) -> _Tables:
    file.seek(offset)
    head = file.read(12)
    return _tables(head + file.read(16 * struct.unpack_from(">H", head, 4)[0]), 0)


def _tables(data: bytes, offset: int) -> _Tables:
    (count,) = struct.unpack_from(">H", data, offset + 4)
    found: _Tables = {}
    for record in range(offset + 12, offset + 12 + 16 * count, 16):
        tag, _, start, length = struct.unpack_from(">4sIII", data, record)
        found[tag.decode("latin-1")] = (start, length)
    return found


def _families(name: bytes) -> Iterator[str]:
    """The family names (name 1) for Windows and Unicode."""
    count, strings = struct.unpack_from(">HH", name, 2)
    for record in range(6, 6 + 12 * count, 12):
        platform, _, _, kind, length, start = struct.unpack_from(">6H", name, record)
        if kind == 1 and platform in (0, 3):
            yield name[strings + start : strings + start + length].decode("utf-16-be", "replace")


def _mapping(cmap: bytes) -> dict[int, int]:
    """Code point → glyph, from the widest Unicode subtable (format 12, else 4)."""
    (count,) = struct.unpack_from(">H", cmap, 2)
    subtables: dict[int, int] = {}
    for record in range(4, 4 + 8 * count, 8):
        platform, encoding, start = struct.unpack_from(">HHI", cmap, record)
        if platform == 0 or (platform == 3 and encoding in (1, 10)):
            subtables[struct.unpack_from(">H", cmap, start)[0]] = start
    if 12 in subtables:
        return dict(_read_format_12(cmap, subtables[12]))
    if 4 in subtables:
        return dict(_read_format_4(cmap, subtables[4]))
    return {}


def _read_format_12(cmap: bytes, start: int) -> Iterator[tuple[int, int]]:
    (groups,) = struct.unpack_from(">I", cmap, start + 12)
    for first, last, glyph in struct.iter_unpack(">III", cmap[start + 16 : start + 16 + 12 * groups]):
        yield from zip(range(first, last + 1), range(glyph, glyph + last - first + 1), strict=True)


def _read_format_4(cmap: bytes, start: int) -> Iterator[tuple[int, int]]:
    (double,) = struct.unpack_from(">H", cmap, start + 6)
    segments = double // 2
    ends = struct.unpack_from(f">{segments}H", cmap, start + 14)
    starts = struct.unpack_from(f">{segments}H", cmap, start + 16 + double)
    deltas = struct.unpack_from(f">{segments}H", cmap, start + 16 + 2 * double)
    ranges_at = start + 16 + 3 * double
    ranges = struct.unpack_from(f">{segments}H", cmap, ranges_at)
    for segment, (first, last, delta, shift) in enumerate(zip(starts, ends, deltas, ranges, strict=True)):
        for point in range(first, min(last, 0xFFFE) + 1):
            glyph = point
            if shift:
                (glyph,) = struct.unpack_from(">H", cmap, ranges_at + 2 * segment + shift + 2 * (point - first))
                if not glyph:
                    continue
            if glyph := (glyph + delta) & 0xFFFF:
                yield point, glyph


def _format_12(mapping: dict[int, int]) -> bytes:
    """A ``cmap`` table of one subtable, that of Windows for all of Unicode."""
    groups: list[list[int]] = []
    for point, glyph in sorted(mapping.items()):
        if groups and groups[-1][1] == point - 1 and groups[-1][2] + point - groups[-1][0] == glyph:
            groups[-1][1] = point
        else:
            groups.append([point, point, glyph])
    body = b"".join(struct.pack(">III", *group) for group in groups)
    return struct.pack(">HHHHIHHIII", 0, 1, 3, 10, 12, 12, 0, 16 + len(body), 0, len(groups)) + body


# CFF: header, then the indexes of names, top dictionaries, strings and subroutines; the rest is found by offsets.


def _emptied(cff: bytes, used: set[int]) -> bytes:
    """The table with the outlines of all other glyphs emptied.

    What follows the outlines moves up, so the two kinds of offsets that point there (FDArray in the top dictionary,
    Private in each font dictionary) are written anew, in their place. A table that is laid out in another way is
    returned as it is: larger, not wrong.
    """
    top = _index(cff, _index(cff, cff[2])[-1])
    found = {operator: (at, value) for operator, at, value in _integers(cff, top[0], top[-1])}
    if not {b"\x11", b"\x0c\x24"} <= found.keys():
        return cff
    outlines_at, (array_field, array_at) = found[b"\x11"][1], found[b"\x0c\x24"]
    bounds = _index(cff, outlines_at)
    after = bounds[-1]
    kept = [cff[bounds[i] : bounds[i + 1]] if i in used else _NOTHING for i in range(len(bounds) - 1)]
    outlines = _packed(kept)
    shift = len(outlines) - (after - outlines_at)
    fields = [(array_field, array_at)]
    dictionaries = _index(cff, array_at)
    for start, end in pairwise(dictionaries):
        fields += [(at, value) for operator, at, value in _integers(cff, start, end) if operator == b"\x12"]
    if any(value < after or cff[field] != 29 for field, value in fields):
        return cff
    elsewhere = [found[operator][1] for operator in (b"\x0f", b"\x10", b"\x0c\x25") if operator in found]
    if any(offset > outlines_at for offset in elsewhere):  # charset, Encoding, FDSelect
        return cff
    # Nothing between the two pieces points anywhere: the outlines stand there.
    before, behind = bytearray(cff[:outlines_at]), bytearray(cff[after:])
    for field, value in fields:
        piece, at = (before, field) if field < outlines_at else (behind, field - after)
        struct.pack_into(">i", piece, at + 1, value + shift)
    return b"".join((before, outlines, behind))


def _index(cff: bytes, at: int) -> list[int]:
    """The bounds of an INDEX's items: item i is from bound i to bound i + 1; the last bound is the INDEX's end."""
    (count,) = struct.unpack_from(">H", cff, at)
    if not count:
        return [at + 2]
    size = cff[at + 2]
    base = at + 2 + (count + 1) * size
    end = at + 3 + (count + 1) * size
    return [base + int.from_bytes(cff[i : i + size], "big") for i in range(at + 3, end, size)]


def _packed(items: list[bytes]) -> bytes:
    offsets = list(accumulate(map(len, items), initial=1))
    return struct.pack(f">HB{len(offsets)}I", len(items), 4, *offsets) + b"".join(items)


def _integers(cff: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Of a DICT's operators: the operator, where its last operand stands, and that operand's value (0 for a real)."""
    field, value = at, 0
    while at < end:
        first = cff[at]
        if first <= 21:
            length = 2 if first == 12 else 1
            yield cff[at : at + length], field, value
            at += length
            continue
        field, value = at, 0
        if first == 28:
            (value,) = struct.unpack_from(">h", cff, at + 1)
            at += 3
        elif first == 29:
            (value,) = struct.unpack_from(">i", cff, at + 1)
            at += 5
        elif first == 30:  # a real: nibbles up to one that is 15
            at += 1
            while cff[at] & 0x0F != 0x0F and cff[at] >> 4 != 0x0F:
                at += 1
            at += 1
        elif first <= 246:
            value, at = first - 139, at + 1
        else:
            value = (
                (first - 247) * 256 + cff[at + 1] + 108 if first <= 250 else -(first - 251) * 256 - cff[at + 1] - 108
            )
            at += 2


def written(content: dict[str, bytes]) -> bytes:
    """A font file of these tables, with its checksums."""
    head = content["head"]
    content = {**content, "head": head[:8] + bytes(4) + head[12:]}
    tags = sorted(content)
    power = len(tags).bit_length() - 1
    kind = b"OTTO" if "CFF " in content else b"\x00\x01\x00\x00"
    front = kind + struct.pack(">HHHH", len(tags), 16 << power, power, (len(tags) - (1 << power)) * 16)
    places = list(accumulate((len(content[tag]) + 3 & ~3 for tag in tags), initial=len(front) + 16 * len(tags)))
    sums = [_sum(content[tag]) for tag in tags]
    for tag, place, checksum in zip(tags, places, sums, strict=False):
        front += struct.pack(">4sIII", tag.encode("latin-1"), checksum, place, len(content[tag]))
    whole = (0xB1B0AFBA - _sum(front) - sum(sums)) & 0xFFFFFFFF
    content["head"] = head[:8] + struct.pack(">I", whole) + head[12:]
    return b"".join((front, *(part for tag in tags for part in (content[tag], bytes(-len(content[tag]) % 4)))))


def _sum(table: bytes) -> int:
    """The checksum of a table: the sum of its big-endian words of 32 bits."""
    words = array("I", table + bytes(-len(table) % 4))
    if sys.byteorder == "little":
        words.byteswap()
    return sum(words) & 0xFFFFFFFF
