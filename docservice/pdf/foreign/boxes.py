"""The boxes and rotations of foreign pages: one sane box, a right angle, and the way from it to what a viewer shows."""

from __future__ import annotations

import math
from typing import Any

import pikepdf
from pikepdf import Array, Name

from docservice.pdf.foreign.glyphs import Matrix

_SMALLEST_SIDE = 9.0  # points
_LARGEST_SIDE = 14_400.0  # 200 inches, ISO 32000-1, annex C
_LETTER = (0.0, 0.0, 612.0, 792.0)

_Box = tuple[float, float, float, float]


def normalize(page: pikepdf.Page) -> str | None:
    """Give the page one sane box and a rotation that is a right angle, its own; says what was odd."""
    note = None
    media = _box(_given(page, Name.MediaBox))
    if media is None:
        note, media = "Its page size was unusable; letter size was assumed.", _LETTER
    crop = _box(_given(page, Name.CropBox)) or media
    shown = (max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3]))
    if min(shown[2] - shown[0], shown[3] - shown[1]) < _SMALLEST_SIDE:
        shown = media
    unit = _real(page.obj.get(Name.UserUnit, 1)) or 1.0
    if unit <= 0 or max(shown[2] - shown[0], shown[3] - shown[1]) * unit > _LARGEST_SIDE:
        unit = min(1.0, _LARGEST_SIDE / max(shown[2] - shown[0], shown[3] - shown[1]))
        note = "It is larger than a PDF page may be and was scaled down."
    for name in (Name.TrimBox, Name.BleedBox, Name.ArtBox, Name.UserUnit):
        if name in page.obj:
            del page.obj[name]
    if unit != 1:
        page.obj.UserUnit = unit
    page.obj.MediaBox = Array(shown)
    page.obj.CropBox = Array(shown)
    turn = _given(page, Name.Rotate)
    angle = 0.0 if turn is None else _real(turn)
    if angle is None or angle % 90:
        told = "" if angle is None else f" ({angle:g} degrees)"
        note = f"Its rotation{told} is not a right angle and was ignored, as viewers do."
        angle = 0.0
    page.obj.Rotate = int(angle) % 360
    return note


def upright_size(page: pikepdf.Page) -> tuple[float, float]:
    """Width and height in points as a viewer shows a normalized page."""
    left, bottom, right, top = (float(value) for value in page.obj.MediaBox)
    unit = float(page.obj.get(Name.UserUnit, 1))
    width, height = (right - left) * unit, (top - bottom) * unit
    return (height, width) if int(page.obj.Rotate) in (90, 270) else (width, height)


def upright_matrix(page: pikepdf.Page) -> Matrix:
    """From the space of a normalized page to points from the lower left of what a viewer shows."""
    left, bottom, right, top = (float(value) for value in page.obj.MediaBox)
    unit = float(page.obj.get(Name.UserUnit, 1))
    a, b, c, d, e, f = {
        0: (1, 0, 0, 1, -left, -bottom),
        90: (0, -1, 1, 0, -bottom, right),
        180: (-1, 0, 0, -1, right, top),
        270: (0, 1, -1, 0, top, -left),
    }[int(page.obj.Rotate)]
    return a * unit, b * unit, c * unit, d * unit, e * unit, f * unit


def _given(page: pikepdf.Page, name: Name) -> Any:
    """An entry of a page, or of the page tree above it."""
    node: Any = page.obj
    for _ in range(64):
        if not isinstance(node, pikepdf.Dictionary):
            return None
        if name in node:
            return node[name]
        node = node.get(Name.Parent)
    return None


def _box(value: Any) -> _Box | None:
    try:
        a, b, c, d = (float(item) for item in value)
    except (TypeError, ValueError):
        return None
    left, bottom, right, top = min(a, c), min(b, d), max(a, c), max(b, d)
    if not all(map(math.isfinite, (a, b, c, d))) or max(map(abs, (a, b, c, d))) > 1e6:
        return None
    if right - left < _SMALLEST_SIDE or top - bottom < _SMALLEST_SIDE:
        return None
    return left, bottom, right, top


def _real(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None
