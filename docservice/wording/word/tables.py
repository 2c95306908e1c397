"""The tables of a Word file: rows, cells, which row is the head, and what a table hides or strikes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from docservice.wording.word import labels
from docservice.wording.word.blocks import Table, TableCell, TableRow, WordBlock, paragraphs
from docservice.wording.word.package import W
from docservice.wording.word.pieces import Tag, WordText
from docservice.wording.word.runs import WordExtras
from docservice.wording.word.styles import Styles, count
from docservice.wording.word.tree import Element
from docservice.wording.word.word_findings import Findings

ROWS_WITHIN = frozenset(("ins", "moveTo", "customXml", "smartTag"))


@dataclass(frozen=True, slots=True)
class WordTables:
    """Reads tables; ``within`` reads the blocks of a cell."""

    styles: Styles
    findings: Findings
    taken: WordExtras
    within: Callable[[Any], list[WordBlock]]

    def table(self, element: Any) -> Table:
        """The table of a w:tbl."""
        properties = element.find(f"{W}tblPr")
        look = properties.find(f"{W}tblLook") if properties is not None else None
        rows = list(self._rows(element, []))
        style = _value(properties, "tblStyle")
        for code, what, names in (("struck", "strikes out", ("strike", "dstrike")), ("hidden", "hides", ("vanish",))):
            if self.styles.table_sets(style, *names):
                message = f"not kept: that the style of this table {what} text"
                number = self.findings.number + 1
                self.findings.say(f"word.{code}", message, error=True, number=number, text=_text(element))
        if _look(look, "firstRow", 0x0020):
            self._header_row(rows)
        last = _look(look, "lastRow", 0x0040)
        chosen = last or not _look(look, "firstRow", 0x0020)  # not as Word has it for every new table
        seen = chosen or self.styles.sets_first_column(_value(properties, "tblStyle")) or _is_bold(rows)
        return Table(rows, _look(look, "firstColumn", 0x0080) and seen, last, element)

    def _header_row(self, rows: list[TableRow]) -> None:
        """Word's Header Row, ticked for every new table: the first row is the head, unless the file marks another.

        Its First Column is ticked as well, and mostly not seen; that is believed only where it is.
        """
        first = rows[0] if rows else None
        if first is None or first.tags or len(rows) < 2 or any(row.head for row in rows):
            return
        told = [p for cell in first.cells for p in paragraphs(cell.blocks)]
        if {p.meaning for p in told} & {"table text", "table header"}:
            return  # a file of ours, which says by the cell what is a header
        first.head = True
        text = " | ".join(p.text for p in told)
        number = told[0].number if told else self.findings.number
        message = "the first row is read as the head of the table (Table Design, Header Row)"
        self.findings.say("word.header_row", message, error=False, number=number, text=text)

    def _rows(self, parent: Any, around: list[Element]) -> Iterator[TableRow]:
        for child in parent:
            name = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
            if name == "tr":
                properties = child.find(f"{W}trPr")
                if properties is not None and properties.find(f"{W}del") is not None:
                    self.taken.changes += 1
                    continue
                if properties is not None and _set(properties.find(f"{W}hidden")):
                    self.findings.lose("word.hidden", f"a hidden row of a table “{_text(child)[:60]}”")
                    continue
                if properties is not None and properties.find(f"{W}ins") is not None:
                    self.taken.changes += 1
                cells = list(self._cells(child))
                head = properties is not None and _set(properties.find(f"{W}tblHeader"))
                yield TableRow(head, cells, list(_row_tags(cells)), around, child)
            elif name == "sdt":
                meant = labels.element_of(_value(child.find(f"{W}sdtPr"), "tag"))
                content = child.find(f"{W}sdtContent")
                if content is not None:
                    yield from self._rows(content, [*around, meant] if isinstance(meant, Element) else around)
            elif name in ROWS_WITHIN:
                yield from self._rows(child, around)

    def _cells(self, row: Any) -> Iterator[TableCell]:
        for child in row:
            name = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
            if name == "tc":
                properties = child.find(f"{W}tcPr")
                across = _value(properties, "gridSpan")
                merge = properties.find(f"{W}vMerge") if properties is not None else None
                merged = "" if merge is None else merge.get(f"{W}val") or "continue"
                blocks = self.within(child)
                yield TableCell(blocks, max(count(across, 63), 1), merged, child)
            elif name in ("sdt", *ROWS_WITHIN):
                content = child.find(f"{W}sdtContent") if name == "sdt" else child
                if content is not None:
                    yield from self._cells(content)


def _is_bold(rows: list[TableRow]) -> bool:
    """Whether all words in the first column are bold, below the head."""
    cells = [row.cells[0] for row in rows if row.cells and not row.head and not row.tags]
    pieces = [p for cell in cells for one in paragraphs(cell.blocks) for p in one.pieces]
    words = [p.format.bold for p in pieces if isinstance(p, Tag) or (isinstance(p, WordText) and p.text.strip())]
    return bool(words) and all(words)


def _row_tags(cells: list[TableCell]) -> Iterator[Tag]:
    """The tags of docxtpl that stand for the whole row."""
    for paragraph in paragraphs([block for cell in cells for block in cell.blocks]):
        yield from (p for p in paragraph.pieces if isinstance(p, Tag) and p.scope == "tr")


def _text(element: Any) -> str:
    return " ".join("".join(t.text or "" for t in element.iter(f"{W}t")).split())


def _value(properties: Any | None, name: str) -> str:
    found = properties.find(f"{W}{name}") if properties is not None else None
    return (found.get(f"{W}val") or "") if found is not None else ""


def _set(element: Any | None) -> bool:
    return element is not None and (element.get(f"{W}val") or "1").lower() not in ("0", "false", "off")


def _look(look: Any | None, name: str, bit: int) -> bool:
    """A flag of a table's look, as Word writes it now or wrote it before 2010."""
    if look is None:
        return False
    said = look.get(f"{W}{name}")
    if said is not None:
        return str(said) in ("1", "true", "on")
    try:
        return bool(int(look.get(f"{W}val") or "0", 16) & bit)
    except ValueError:
        return False
