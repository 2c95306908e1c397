"""Links of a foreign file that stay: to web and mail addresses, and to other pages of the same file.

A link is a rectangle and where it leads, so it outlives every conversion of the page under it. It is taken down before
the file is cleaned (:func:`Links.take`), named destinations resolved, and laid anew over the finished pages, clean
(:func:`Links.lay`); :mod:`tagging` gives it its tag. Everything else that a link may do is for :mod:`sanitize` to tell.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, String

from docservice.pdf.foreign.glyphs import Matrix, Rectangle
from docservice.pdf.foreign.pages import PagePlacement
from docservice.text import printable

_SCHEMES = ("http", "https", "mailto")
_HIDDEN = 2 | 32  # flags Hidden and NoView (ISO 32000-1, 12.5.3)
_LONGEST = 2000  # characters of an address
_MOST = 10_000  # links of one file
_MOST_NODES = 20_000  # of a tree of names
_SMALLEST = 1.0  # points a side; less cannot be hit
_SAFE = "!#$%&'()*+,/:;=?@[]~-._"


@dataclass(frozen=True, slots=True)
class _Link:
    page: int  # from 1
    box: Rectangle  # in the page's own space
    address: str = ""
    target: int = 0  # page, from 1
    at: tuple[float, float] | None = None  # point of the target page, in its own space


@dataclass(frozen=True, slots=True)
class Lain:
    """How a page lies on its finished page: ``upright``, then scaled, then at ``place``."""

    upright: Matrix
    scale: float
    place: PagePlacement

    def box(self, box: Rectangle) -> Rectangle:
        points = [self.point(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return (
            max(min(xs), 0.0), max(min(ys), 0.0), min(max(xs), self.place.width), min(max(ys), self.place.height),
        )  # fmt: skip

    def point(self, x: float, y: float) -> tuple[float, float]:
        a, b, c, d, e, f = self.upright
        return (
            self.place.box[0] + self.scale * (a * x + c * y + e),
            self.place.box[1] + self.scale * (b * x + d * y + f),
        )


def is_address(target: str) -> bool:
    """Whether a link may lead there: a web or mail address."""
    return target.partition(":")[0].strip().lower() in _SCHEMES


class Links:
    """The links of one file."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
        self._old = pdf.Root.get(Name.Dests)
        names = pdf.Root.get(Name.Names)
        self._tree = names.get(Name.Dests) if isinstance(names, Dictionary) else None
        self._known: dict[bytes, Object] | None = None
        self._kept: list[_Link] = []

    def take(self, annotation: Object, page: int) -> bool:
        """Keep what a link annotation does, if it is harmless and leads somewhere."""
        flags = annotation.get(Name.F)
        if len(self._kept) >= _MOST or (isinstance(flags, int) and flags & _HIDDEN):
            return False
        box = _box(annotation.get(Name.Rect))
        action = annotation.get(Name.A)
        destination = annotation.get(Name.Dest)
        if box is None:
            return False
        if destination is None and isinstance(action, Dictionary):
            if action.get(Name.S) == Name.URI:
                address = _address(action.get(Name.URI))
                if address:
                    self._kept.append(_Link(page, box, address))
                return bool(address)
            if action.get(Name.S) == Name.GoTo:
                destination = action.get(Name.D)
        found = self._explicit(destination)
        if found is None:
            return False
        self._kept.append(_Link(page, box, target=found[0], at=found[1]))
        return True

    def forget(self, page: int, upright: Matrix, covered: Iterable[Rectangle | None]) -> None:
        """Drop the links of ``page`` that lie over what may not be read there: an address may say the same."""
        boxes = [box for box in covered if box is not None]
        if boxes:
            lain = Lain(upright, 1.0, PagePlacement(math.inf, math.inf, (0.0, 0.0, 0.0, 0.0)))
            self._kept = [
                link for link in self._kept
                if link.page != page or not any(_overlap(lain.box(link.box), box) for box in boxes)
            ]  # fmt: skip

    def lay(self, pdf: pikepdf.Pdf, pages: Sequence[Lain]) -> None:
        """Lay the links over the pages of ``pdf``; ``pages`` say how each page of the file lies on them."""
        annotations: dict[int, list[Object]] = {}
        for link in self._kept:
            box = pages[link.page - 1].box(link.box)
            if min(box[2] - box[0], box[3] - box[1]) < _SMALLEST:
                continue
            made = Dictionary(
                Type=Name.Annot, Subtype=Name.Link, Rect=Array([round(side, 2) for side in box]),
                Border=Array([0, 0, 0]), F=4,
            )  # fmt: skip
            if link.address:
                made.A = Dictionary(Type=Name.Action, S=Name.URI, URI=String(link.address))
                made.Contents = String(f"Link: {link.address}")
            else:
                view = [None, None]
                if link.at is not None:
                    x, y = pages[link.target - 1].point(*link.at)
                    view = [round(x, 2), round(y, 2)]  # type: ignore[list-item]
                made.Dest = Array([pdf.pages[link.target - 1].obj, Name.XYZ, *view, None])
                made.Contents = String(f"Page {link.target} of this exhibit")
            annotations.setdefault(link.page, []).append(pdf.make_indirect(made))
        for number, listed in annotations.items():
            pdf.pages[number - 1].obj.Annots = Array(listed)

    def _explicit(self, destination: Any) -> tuple[int, tuple[float, float] | None] | None:
        """The page (from 1) and point that a destination names, or nothing when it leads nowhere."""
        if isinstance(destination, Name):
            destination = self._old.get(destination) if isinstance(self._old, Dictionary) else None
        elif isinstance(destination, String):
            if self._known is None:
                self._known = _names(self._tree)
            destination = self._known.get(bytes(destination))
        if isinstance(destination, Dictionary):
            destination = destination.get(Name.D)
        if not isinstance(destination, Array) or not len(destination):
            return None
        page = destination[0]
        if isinstance(page, Dictionary):
            number = self._numbers.get(page.objgen)
        else:
            number = page + 1 if isinstance(page, int) and 0 <= page < len(self._numbers) else None
        return None if number is None else (number, _point(list(destination)[1:]))


def _point(view: Sequence[Any]) -> tuple[float, float] | None:
    """The upper left point that a view shows, where it says one."""
    kind = str(view[0]) if view else ""
    wanted = {"/XYZ": (1, 2), "/FitR": (1, 4), "/FitH": (None, 1), "/FitBH": (None, 1)}.get(kind)
    if wanted is None or wanted[1] is None or len(view) <= wanted[1]:
        return None
    top = _real(view[wanted[1]])
    left = _real(view[wanted[0]]) if wanted[0] is not None else 0.0
    return None if top is None else (left or 0.0, top)


def _address(value: Any) -> str:
    """An address in plain ASCII, as PDF wants it; empty when it is none that may stay."""
    if not isinstance(value, String):
        return ""
    try:
        text = bytes(value).decode("utf-8")
    except UnicodeDecodeError:
        text = str(value)
    text = printable(text.strip())
    address = quote(text, safe=_SAFE)
    return address if is_address(text) and 8 <= len(address) <= _LONGEST else ""


def _names(tree: Any) -> dict[bytes, Object]:
    """The entries of a tree of names, however it is knotted."""
    found: dict[bytes, Object] = {}
    stack, seen, steps = [tree], set[tuple[int, int]](), 0
    while stack and steps < _MOST_NODES:
        steps += 1
        node = stack.pop()
        if not isinstance(node, Dictionary) or (node.is_indirect and node.objgen in seen):
            continue
        seen.add(node.objgen)
        names, kids = node.get(Name.Names), node.get(Name.Kids)
        pairs = list(names) if isinstance(names, Array) else []
        for key, value in zip(pairs[::2], pairs[1::2], strict=False):
            if isinstance(key, String):
                found.setdefault(bytes(key), value)
        stack += reversed(list(kids)) if isinstance(kids, Array) else []
    return found


def _box(value: Any) -> Rectangle | None:
    sides = [_real(side) for side in value] if isinstance(value, Array) else []
    if len(sides) != 4 or None in sides:
        return None
    a, b, c, d = (side or 0.0 for side in sides)
    return min(a, c), min(b, d), max(a, c), max(b, d)


def _real(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) and abs(number) < 1e6 else None


def _overlap(one: Rectangle, two: Rectangle) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]
