"""Glyphs made of other glyphs, appended to an embedded TrueType font (OpenType 1.9, ``glyf``, composite glyphs)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot

from docservice.rendering import font_files

UNITS = 1000  # to the em: what all faces of fonts-noto-core have, and what a PDF's widths are in

_DOTS = 8  # of a dotted circle, at least
_WORDS_ARE_OFFSETS = 0x0003
_MORE_PARTS = 0x0020


@dataclass(frozen=True, slots=True)
class MadeGlyph:
    """A glyph to make: which glyphs with which shift, in units, and its own width. Without parts it is blank."""

    parts: tuple[tuple[int, int, int], ...]
    width: int


def count(font: bytes) -> int:
    """How many glyphs the font has."""
    return int(struct.unpack_from(">H", _table(font, "maxp"), 4)[0])


def has_outlines(font: bytes) -> bool:
    """Whether glyphs can be appended: TrueType outlines, a thousand units to the em."""
    tables = font_files.tables(font)
    return "glyf" in tables and struct.unpack_from(">H", font, tables["head"][0] + 18)[0] == UNITS


def extended(font: bytes, made: Sequence[MadeGlyph]) -> bytes:
    """The font with these glyphs behind its own, in their order."""
    tables = {tag: font[start : start + length] for tag, (start, length) in font_files.tables(font).items()}
    number = count(font)
    places = _places(tables, number)
    metrics = _metrics(tables, number)
    outlines = bytearray(tables["glyf"][: places[-1]])
    most_parts = 1
    for glyph in made:
        real = [part for part in glyph.parts if places[part[0] + 1] > places[part[0]]]
        left = 0
        if real:
            composite, left = _composite(outlines, places, real)
            outlines += composite
            most_parts = max(most_parts, len(real))
        places.append(len(outlines))
        metrics.append((glyph.width, left))
    number += len(made)
    tables["glyf"] = bytes(outlines)
    tables["loca"] = struct.pack(f">{number + 1}I", *places)
    tables["hmtx"] = b"".join(struct.pack(">Hh", *metric) for metric in metrics)
    tables["hhea"] = tables["hhea"][:34] + struct.pack(">H", number) + tables["hhea"][36:]
    tables["head"] = tables["head"][:50] + struct.pack(">h", 1) + tables["head"][52:]
    tables["maxp"] = _limits(tables["maxp"], number, most_parts)
    return font_files.written(tables)


def dotted_circles(font: bytes) -> frozenset[int]:
    """The glyphs that draw a dotted circle, alone or in a composite.

    A shaper puts one where a mark has no letter to stand on. It is known by its outline: eight dots or more, all of one
    size, on a circle.
    """
    tables = font_files.tables(font)
    if "glyf" not in tables:
        return frozenset()
    base = tables["glyf"][0]
    places = _places({tag: _table(font, tag) for tag in ("head", "loca")}, count(font))
    found: set[int] = set()
    for glyph, (start, end) in enumerate(pairwise(places)):
        if start == end:
            continue
        (contours,) = struct.unpack_from(">h", font, base + start)
        if contours < 0:
            dotted = any(part in found for part in _parts_of(font, base + start))
        else:
            dotted = contours >= _DOTS and _is_circle_of_dots(_contours(font, base + start, contours))
        if dotted:
            found.add(glyph)
    return frozenset(found)


def _is_circle_of_dots(boxes: list[tuple[int, int, int, int]]) -> bool:
    widths = [right - left for left, _, right, _ in boxes]
    if max(widths) - min(widths) > 0.2 * max(widths):
        return False
    centers = [((left + right) / 2, (bottom + top) / 2) for left, bottom, right, top in boxes]
    x, y = (sum(values) / len(centers) for values in zip(*centers, strict=True))
    radii = [hypot(across - x, up - y) for across, up in centers]
    return min(radii) > 1.5 * max(widths) and max(radii) - min(radii) < 0.1 * max(radii)


def _contours(font: bytes, at: int, count: int) -> list[tuple[int, int, int, int]]:
    """The box around each contour of a simple glyph, by its points."""
    ends = struct.unpack_from(f">{count}H", font, at + 10)
    at += 10 + 2 * count
    at += 2 + struct.unpack_from(">H", font, at)[0]  # instructions
    points = ends[-1] + 1
    flags: list[int] = []
    while len(flags) < points:
        flag = font[at]
        at += 1
        repeats = 1
        if flag & 0x08:
            repeats += font[at]
            at += 1
        flags += [flag] * repeats
    values = []
    for short, same in ((0x02, 0x10), (0x04, 0x20)):
        value, line = 0, []
        for flag in flags[:points]:
            if flag & short:
                value += font[at] if flag & same else -font[at]
                at += 1
            elif not flag & same:
                value += struct.unpack_from(">h", font, at)[0]
                at += 2
            line.append(value)
        values.append(line)
    across, up = values
    starts = (0, *(end + 1 for end in ends[:-1]))
    return [
        (min(across[a : b + 1]), min(up[a : b + 1]), max(across[a : b + 1]), max(up[a : b + 1]))
        for a, b in zip(starts, ends, strict=True)
    ]


def _parts_of(font: bytes, at: int) -> Iterator[int]:
    """The glyphs that a composite is made of."""
    at += 10
    more = True
    while more:
        flags, glyph = struct.unpack_from(">HH", font, at)
        yield glyph
        at += 8 if flags & 0x0001 else 6
        at += 2 if flags & 0x0008 else 4 if flags & 0x0040 else 8 if flags & 0x0080 else 0
        more = bool(flags & _MORE_PARTS)


def _table(font: bytes, tag: str) -> bytes:
    start, length = font_files.tables(font)[tag]
    return font[start : start + length]


def _places(tables: dict[str, bytes], number: int) -> list[int]:
    """Where each outline starts in ``glyf``, and where the last one ends."""
    if struct.unpack_from(">h", tables["head"], 50)[0]:
        return list(struct.unpack_from(f">{number + 1}I", tables["loca"]))
    return [2 * half for half in struct.unpack_from(f">{number + 1}H", tables["loca"])]


def _metrics(tables: dict[str, bytes], number: int) -> list[tuple[int, int]]:
    """Width and left bearing of each glyph."""
    (full,) = struct.unpack_from(">H", tables["hhea"], 34)
    metrics = list(struct.iter_unpack(">Hh", tables["hmtx"][: 4 * full]))
    bearings = struct.unpack_from(f">{number - full}h", tables["hmtx"], 4 * full)
    return [*metrics, *((metrics[-1][0], left) for left in bearings)]


def _composite(outlines: bytes | bytearray, places: list[int], parts: list[tuple[int, int, int]]) -> tuple[bytes, int]:
    """A composite glyph of these parts, and how far left it reaches."""
    boxes = []
    for glyph, right, up in parts:
        _, left, bottom, far, top = struct.unpack_from(">5h", outlines, places[glyph])
        boxes.append((left + right, bottom + up, far + right, top + up))
    lefts, bottoms, fars, tops = zip(*boxes, strict=True)
    written = [struct.pack(">5h", -1, min(lefts), min(bottoms), max(fars), max(tops))]
    for at, (glyph, right, up) in enumerate(parts, start=1):
        flags = _WORDS_ARE_OFFSETS | (_MORE_PARTS if at < len(parts) else 0)
        written.append(struct.pack(">HHhh", flags, glyph, right, up))
    body = b"".join(written)
    return body + bytes(-len(body) % 4), min(lefts)


def _limits(maxp: bytes, number: int, most_parts: int) -> bytes:
    """``maxp`` for so many glyphs. The limits of composites are raised to what no letter reaches."""
    changed = bytearray(maxp)
    struct.pack_into(">H", changed, 4, number)
    if len(changed) >= 32:
        points, contours = 20_000, 2_000
        parts, depth = struct.unpack_from(">HH", changed, 28)
        struct.pack_into(">HH", changed, 10, points, contours)
        struct.pack_into(">HH", changed, 28, max(parts, most_parts), max(depth, 1) + 2)
    return bytes(changed)
