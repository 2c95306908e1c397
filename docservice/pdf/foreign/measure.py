"""What only a page itself can tell a profile: the resolution of its scan, and where its ink stands.

Measured, not judged (:mod:`packets.forums.conformity` does that), and nothing is changed. A picture that a pattern or
a Type 3 font draws is not seen; pages of scanners do not use them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf
from PIL import Image

from docservice.pdf.foreign.glyphs import Matrix
from docservice.pdf.ink import Clear, FirstInk

_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_DEEPEST = 12  # forms within forms
_MOST_OPERATIONS = 50_000  # of one page; a scan needs a handful
_AS_LARGE = 0.5  # of the largest picture's area: a layer of the same scan, such as a mask over a coarse background
_OPERATORS = "q Q cm Do BI ID EI"  # what places pictures; passing over the rest is four times as fast
_INKY = 200  # of 255; paler is paper, or its grain


@dataclass(frozen=True, slots=True)
class Raster:
    """The picture of a page. ``across`` and ``down`` are dots per inch as it is drawn, along its own sides.

    ``share`` is how much of the page all pictures cover, from 0 to 1: near 1 for a scan, less for a letter with a logo.
    """

    across: float
    down: float
    share: float

    @property
    def dpi(self) -> float:
        """The finer of the two, which is what limits are meant for."""
        return max(self.across, self.down)


@dataclass(frozen=True, slots=True)
class _Drawn:
    pixels: tuple[int, int]
    sides: tuple[float, float]  # in points of the page's user space
    area: float


def raster(page: pikepdf.Page) -> Raster | None:
    """The resolution of the page's largest picture; where several are as large, of the finest of them.

    ``None`` where no picture is drawn. Never raises for odd content: what cannot be read counts as not drawn.
    """
    drawn = [each for each in _pictures(page) if each.area > 0 and min(each.sides) > 0 and min(each.pixels) > 0]
    if not drawn:
        return None
    unit = _number(page.obj.get("/UserUnit"), 1.0)
    left, bottom, right, top = (float(value) for value in page.cropbox)
    paper = abs((right - left) * (top - bottom)) or 1.0
    largest = max(each.area for each in drawn)
    per_inch = [
        tuple(pixels / (side * unit) * 72 for pixels, side in zip(each.pixels, each.sides, strict=True))
        for each in drawn
        if each.area >= largest * _AS_LARGE
    ]
    across, down = max(per_inch, key=max)
    return Raster(across, down, min(1.0, sum(each.area for each in drawn) / paper))


def clear(seen: Image.Image, width: float, height: float, band: float = 0.0) -> Clear:
    """How far from each edge the first ink stands, in points, on a page of ``width`` × ``height`` points as rendered
    in ``seen``. The lowest ``band`` points, where the packet's stamps are, do not count.

    An empty page is clear to the opposite edge. One dot per point is fine enough: what is less than half a point off
    does not matter to anybody.
    """
    across, down = width / seen.width, height / seen.height
    box = _inked(seen, (0, 0, seen.width, seen.height - round(band / down)))
    if box is None:
        return Clear(height, width, height, width)
    return Clear(box[1] * down, width - box[2] * across, height - box[3] * down, box[0] * across)


def first_page(seen: Image.Image, width: float, height: float, *, top: float, return_block: float) -> FirstInk:
    """The first page of a document to be recorded: what stands in the recorder's space (``top`` points, but for
    ``return_block`` points at the left), and how far down the next ink begins, which is to be the title."""
    across, down = width / seen.width, height / seen.height
    edge = round(top / down)
    reserved = _inked(seen, (round(return_block / across), 0, seen.width, seen.height))
    below = _inked(seen, (0, edge, seen.width, seen.height))
    return FirstInk(height if reserved is None else reserved[1] * down, None if below is None else below[1] * down)


def _inked(seen: Image.Image, part: tuple[int, int, int, int]) -> tuple[int, int, int, int] | None:
    """The box around the ink in a part of a picture, in pixels of the whole."""
    if part[2] <= part[0] or part[3] <= part[1]:
        return None
    ink = seen.crop(part).convert("L").point(lambda value: 255 if value < _INKY else 0)
    box = ink.getbbox()
    return box and (box[0] + part[0], box[1] + part[1], box[2] + part[0], box[3] + part[1])


def _pictures(page: pikepdf.Page) -> Iterator[_Drawn]:
    resources = page.obj.get("/Resources")
    if not _may_draw(resources, set()) and not _has_inline(page):
        return  # most pages: nothing to read
    budget = [_MOST_OPERATIONS]
    yield from _walk(page, resources, _IDENTITY, (), budget)


def _walk(
    content: pikepdf.Page | pikepdf.Object,
    resources: pikepdf.Object | None,
    matrix: Matrix,
    within: tuple[tuple[int, int], ...],
    budget: list[int],
) -> Iterator[_Drawn]:
    stack: list[Matrix] = []
    try:
        operations = pikepdf.parse_content_stream(content, _OPERATORS)
    except (pikepdf.PdfError, TypeError, ValueError):
        return
    for operation in operations:
        budget[0] -= 1
        if budget[0] < 0:
            return
        operator = str(operation.operator)
        try:
            if operator == "q":
                stack.append(matrix)
            elif operator == "Q":
                matrix = stack.pop() if stack else matrix
            elif operator == "cm":
                matrix = _times(_matrix(operation.operands), matrix)
            elif operator == "INLINE IMAGE":
                inline = operation.operands[0]
                yield _drawn((int(inline.width), int(inline.height)), matrix)
            elif operator == "Do" and resources is not None:
                named = resources.get("/XObject", pikepdf.Dictionary()).get(str(operation.operands[0]))
                yield from _shown(named, resources, matrix, within, budget)
        except (pikepdf.PdfError, TypeError, ValueError, AttributeError, IndexError, NotImplementedError):
            continue  # this one cannot be read; the page's picture may be another


def _shown(
    named: pikepdf.Object | None,
    resources: pikepdf.Object,
    matrix: Matrix,
    within: tuple[tuple[int, int], ...],
    budget: list[int],
) -> Iterator[_Drawn]:
    if not isinstance(named, pikepdf.Stream):
        return
    kind = named.get("/Subtype")
    if kind == pikepdf.Name.Image:
        yield _drawn((int(named.get("/Width", 0)), int(named.get("/Height", 0))), matrix)
    elif kind == pikepdf.Name.Form and len(within) < _DEEPEST and named.objgen not in within:
        own = named.get("/Matrix")
        inner = _times(_matrix(own), matrix) if own is not None else matrix
        yield from _walk(named, named.get("/Resources", resources), inner, (*within, named.objgen), budget)


def _drawn(pixels: tuple[int, int], matrix: Matrix) -> _Drawn:
    a, b, c, d, _, _ = matrix  # a picture fills the unit square, which the matrix turns into a parallelogram
    return _Drawn(pixels, (math.hypot(a, b), math.hypot(c, d)), abs(a * d - b * c))


def _may_draw(resources: pikepdf.Object | None, seen: set[tuple[int, int]]) -> bool:
    """Is there a picture among what the content may call?"""
    if not isinstance(resources, pikepdf.Dictionary):
        return False
    named = resources.get("/XObject")
    if not isinstance(named, pikepdf.Dictionary):
        return False
    for each in named.as_dict().values():
        if not isinstance(each, pikepdf.Stream) or each.objgen in seen:
            continue
        seen.add(each.objgen)
        if each.get("/Subtype") == pikepdf.Name.Image:
            return True
        if each.get("/Subtype") == pikepdf.Name.Form and _may_draw(each.get("/Resources"), seen):
            return True
    return False


def _has_inline(page: pikepdf.Page) -> bool:
    contents = page.obj.get("/Contents")
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    try:
        return any(b"BI" in each.read_bytes() for each in streams if isinstance(each, pikepdf.Stream))
    except pikepdf.PdfError:
        return False


def _matrix(values: object) -> Matrix:
    a, b, c, d, e, f = (float(value) for value in values)  # type: ignore[attr-defined]
    return a, b, c, d, e, f


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _number(value: object, otherwise: float) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return otherwise
    return number if number > 0 and math.isfinite(number) else otherwise
