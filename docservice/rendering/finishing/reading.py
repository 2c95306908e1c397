"""What a printed page says, in reading order: the values that the finishing pass builds tags from.

A ``PrintedReading`` is a tree of the page's HTML elements with, at its leaves, the pieces of marked content that the
printer drew for them. It knows neither WeasyPrint (``rendering.handouts.weasyprint_press`` takes the reading) nor PDF
objects (``finishing.structure`` writes them).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FontGlyph:
    """A glyph by its code in its font, and the letters it stands for: its share of those of its cluster."""

    code: int
    text: str


@dataclass(frozen=True, slots=True)
class MarkedPiece:
    """One marked-content sequence: ``mcid`` on ``page`` (both from 0).

    ``text`` is what it says, in logical order (empty for a picture); ``box`` is its place on the page in
    PDF points from the lower left corner: left, bottom, right, top. ``glyphs`` are those it is drawn with, in the order
    of drawing; none where one glyph is one letter in the whole print.
    """

    page: int
    mcid: int
    text: str
    box: tuple[float, float, float, float]
    glyphs: tuple[FontGlyph, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkMark:
    """A link annotation of the PDF: its object number, and the page it lies on."""

    page: int
    number: int


@dataclass(slots=True)
class PrintedElement:
    """An HTML element that has something on paper, or a generated part of one (``li::marker``).

    An element that a page break splits is one ``PrintedElement`` with pieces on both pages.
    """

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: list[PrintedElement | MarkedPiece | LinkMark] = field(default_factory=list)
    source: str = ""  # the whole text of the element, white space as it stands in the HTML

    def pieces(self) -> Iterator[MarkedPiece]:
        """Every piece below, in reading order."""
        for child in self.children:
            if isinstance(child, MarkedPiece):
                yield child
            elif isinstance(child, PrintedElement):
                yield from child.pieces()

    def text(self) -> str:
        """What the element says, white space collapsed."""
        return " ".join(self.source.split())


@dataclass(frozen=True, slots=True)
class PrintedReading:
    """A printed document: ``root`` is its ``body``; ``artifacts`` are the pieces that are furniture
    (running heads, page numbers, repeated table heads, decorative pictures, white space); ``spare`` are link
    annotations that say again what one around them says, or that lie on furniture."""

    root: PrintedElement
    pages: int
    artifacts: tuple[MarkedPiece, ...] = ()
    spare: tuple[LinkMark, ...] = ()
