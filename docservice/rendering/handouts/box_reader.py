"""The reading of a print, taken from WeasyPrint's page boxes.

``note_marks`` learns which box became which marked-content id, ``BoxReader`` walks the boxes of all pages in reading
order and hangs them under their HTML elements. This module knows WeasyPrint's insides (``_page_box``, ``_tags``,
``link_annotation``); the tests check it against every new version. It judges nothing and changes no PDF.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from docservice.rendering.finishing.reading import FontGlyph, LinkMark, MarkedPiece, PrintedElement, PrintedReading

POINTS = 0.75  # PDF points per CSS pixel
_SVG = "{http://www.w3.org/2000/svg}svg"


def note_marks(page: Any) -> dict[Any, int]:
    """Have the page remember which box became which marked-content id when it is painted."""
    marks: dict[Any, int] = {}
    paint: Callable[..., None] = page.paint

    def noting(stream: Any, scale: float = 1) -> None:
        paint(stream, scale)
        marks.update((box, mark["mcid"]) for box, mark in stream._tags.items())

    page.paint = noting
    return marks


class BoxReader:
    """Walks the boxes of all pages in reading order, and hangs their pieces under their HTML elements."""

    def __init__(self, tree: Any, glyphs: Mapping[Any, tuple[FontGlyph, ...]]) -> None:
        self.glyphs = glyphs
        self.parents = {child: parent for parent in tree.iter() for child in parent}
        self.root = PrintedElement("body")
        self.elements: dict[Any, PrintedElement] = {tree: self.root}
        for child in tree:
            if child.tag == "body":
                self.elements[child] = self.root
        self.generated: dict[tuple[Any, str], PrintedElement] = {}
        self.first_page: dict[Any, int] = {}
        self.artifacts: list[MarkedPiece] = []
        self.spare: list[LinkMark] = []
        self.nameless: dict[str, None] = {}

    def read(self, pages: list[Any], marks: list[dict[Any, int]]) -> PrintedReading:
        for number, (page, mark) in enumerate(zip(pages, marks, strict=True)):
            self.page, self.height, self.marks = number, page.height, mark
            self._walk(page._page_box)
        return PrintedReading(self.root, len(pages), tuple(self.artifacts), tuple(self.spare))

    def _walk(self, box: Any, *, furniture: bool = False, linked: bool = False) -> None:
        from weasyprint.formatting_structure import boxes
        from weasyprint.layout.absolute import AbsolutePlaceholder

        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        furniture = furniture or isinstance(box, boxes.MarginBox) or self._repeats(box)
        if box.element_tag in ("td", "th") and not furniture:
            self._of(box.element)  # an empty cell has its place in its row
        annotation = getattr(box, "link_annotation", None)
        if annotation is not None:
            mark = LinkMark(self.page, int(annotation.reference.split()[0]))
            if furniture or linked:
                self.spare.append(mark)
            else:
                self._element(box).children.append(mark)
            linked = True
        if box in self.marks:
            self._piece(box, furniture)
        for child in getattr(box, "children", ()):
            self._walk(child, furniture=furniture, linked=linked)

    def _repeats(self, box: Any) -> bool:
        """A table head or foot that WeasyPrint prints again on a later page."""
        if box.element_tag not in ("thead", "tfoot"):
            return False
        return self.first_page.setdefault(box.element, self.page) != self.page

    def _piece(self, box: Any, furniture: bool) -> None:
        left, width = box.content_box_x(), box.width
        top, height = box.content_box_y(), box.height
        bottom = (self.height - top - height) * POINTS
        place = (left * POINTS, bottom, (left + width) * POINTS, bottom + height * POINTS)
        text = getattr(box, "text", "") or ""
        piece = MarkedPiece(self.page, self.marks[box], text, place, self.glyphs.get(box, ()))
        picture = not hasattr(box, "text")
        decorative = picture and not _alternative(box.element)
        if decorative and not furniture and box.element.get("alt") is None:
            self.nameless.setdefault(str(box.element.get("src", "a drawing"))[:80])
        if furniture or decorative or (not picture and not text.strip()):
            self.artifacts.append(piece)
        else:
            self._element(box).children.append(piece)

    def _element(self, box: Any) -> PrintedElement:
        tag = str(box.element_tag or "")
        name, _, pseudo = tag.partition("::")
        own = self._of(box.element)
        if not pseudo:
            return own
        key = (box.element, pseudo)
        if key not in self.generated:
            self.generated[key] = PrintedElement(f"{name}::{pseudo}")
            own.children.append(self.generated[key])
        return self.generated[key]

    def _of(self, element: Any) -> PrintedElement:
        if element not in self.elements:
            parent = self._of(self.parents[element])
            attributes = dict(element.attrib)
            tag = str(element.tag)
            if tag in ("img", _SVG):
                tag, attributes["alt"] = "img", _alternative(element)
            self.elements[element] = PrintedElement(tag, attributes, [], "".join(element.itertext()))
            parent.children.append(self.elements[element])
        return self.elements[element]


def _alternative(element: Any) -> str:
    """What stands for a picture: ``alt``, or an SVG's ``aria-label`` or ``title``."""
    if element is None:
        return ""
    title = element.find("{http://www.w3.org/2000/svg}title") if element.tag == _SVG else None
    found = element.get("alt") or element.get("aria-label") or (title.text if title is not None else "")
    return " ".join((found or "").split())
