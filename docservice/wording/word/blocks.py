"""What a Word file holds, block by block: paragraphs, tables, and what content controls hold together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docservice.wording.word.pieces import Mark, Tag, WordPiece
from docservice.wording.word.styles import Numbering
from docservice.wording.word.tree import Element


@dataclass(slots=True)
class Paragraph:
    """A paragraph: what its style means, the list that it is an item of, its pieces."""

    meaning: str
    numbering: Numbering | None
    pieces: list[WordPiece]
    number: int
    text: str
    source: Any = field(repr=False, default=None)  # the w:p

    def is_empty(self) -> bool:
        return not any(isinstance(p, Tag | Mark) or p.text.strip() for p in self.pieces)


@dataclass(slots=True)
class Control:
    """Blocks that a content control or a pair of markers holds together: an element, or the clause of a name."""

    element: Element | None
    clause: str
    blocks: list[WordBlock]
    source: Any = field(repr=False, default=None)


@dataclass(slots=True)
class TableCell:
    blocks: list[WordBlock]
    across: int
    merged: str  # "", "restart", "continue": merged with the cell above
    source: Any = field(repr=False, default=None)  # the w:tc


@dataclass(slots=True)
class TableRow:
    """A table row; one that is only tags of docxtpl (``{%tr … %}``) has them in ``tags``."""

    head: bool
    cells: list[TableCell]
    tags: list[Tag]
    around: list[Element]  # elements of controls around it: tr with its attributes, tfoot
    source: Any = field(repr=False, default=None)


@dataclass(slots=True)
class Table:
    rows: list[TableRow]
    first_column: bool  # its cells are headers of their rows
    last_row: bool  # is the foot
    source: Any = field(repr=False, default=None)  # the w:tbl


WordBlock = Paragraph | Control | Table


def paragraphs(blocks: list[WordBlock]) -> Iterator[Paragraph]:
    """Every paragraph of these blocks, in order, but for those of tables."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        elif isinstance(block, Control):
            yield from paragraphs(block.blocks)
