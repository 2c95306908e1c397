"""The body of a Word file, block by block: paragraphs with their meaning, tables, content controls.

Tracked changes are read as accepted. What wording has no place for (text boxes, floating pictures, columns, footnotes,
comments, headers) is left out and named with the text of its paragraph.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from docservice.refusal import Problem, Refusal
from docservice.wording.lint_finding import LintFinding
from docservice.wording.word import labels
from docservice.wording.word.package import Package, Relation, W
from docservice.wording.word.pieces import Mark, Piece, Stream, Tag, Words, read
from docservice.wording.word.runs import Runs, Taken, streams_text
from docservice.wording.word.styles import Numbering, Styles, count
from docservice.wording.word.tree import Element

FILE = "letter.docx"
MOST_PARAGRAPHS, MOST_CHARACTERS, MOST_IN_ONE, MOST_TAGS = 20_000, 2_000_000, 50_000, 10_000
# What is lost of these is text, or what a reader would look for.
_WARNINGS = {
    "word.look", "word.tab", "word.page_break", "word.word_field", "word.tracked", "word.columns", "word.header",
    "word.comment", "word.contents", "word.numbering", "word.header_row",
}  # fmt: skip
_DESCEND = frozenset(("ins", "moveTo", "customXml", "smartTag"))


@dataclass(slots=True)
class Paragraph:
    """A paragraph: what its style means, the list that it is an item of, its pieces."""

    meaning: str
    numbering: Numbering | None
    pieces: list[Piece]
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
    blocks: list[Block]
    source: Any = field(repr=False, default=None)


@dataclass(slots=True)
class Cell:
    blocks: list[Block]
    across: int
    merged: str  # "", "restart", "continue": merged with the cell above
    source: Any = field(repr=False, default=None)  # the w:tc


@dataclass(slots=True)
class Row:
    """A table row; one that is only tags of docxtpl (``{%tr … %}``) has them in ``tags``."""

    head: bool
    cells: list[Cell]
    tags: list[Tag]
    around: list[Element]  # elements of controls around it: tr with its attributes, tfoot
    source: Any = field(repr=False, default=None)


@dataclass(slots=True)
class Table:
    rows: list[Row]
    first_column: bool  # its cells are headers of their rows
    last_row: bool  # is the foot
    source: Any = field(repr=False, default=None)  # the w:tbl


Block = Paragraph | Control | Table


class Findings:
    """What is to be said about a file, each by the paragraph it stands in."""

    def __init__(self) -> None:
        self.found: dict[LintFinding, None] = {}
        self.number, self.text = 0, ""

    def say(self, code: str, message: str, *, error: bool, number: int | None = None, text: str | None = None) -> None:
        words = self.text if text is None else text
        named = f"“{words[:60]}{'…' if len(words) > 60 else ''}”: {message}" if words else message
        place = f"{FILE}:{self.number if number is None else number}"
        self.found.setdefault(LintFinding(code, "error" if error else "warning", named, place))

    def lose(self, code: str, what: str) -> None:
        """Something that wording has no place for."""
        error = code not in _WARNINGS
        self.say(code, f"not kept: {what}" if code not in ("word.tab", "word.tracked") else what, error=error)


class Body:
    """Reads the body of ``package``."""

    def __init__(self, package: Package, findings: Findings) -> None:
        self.package, self.findings, self.taken = package, findings, Taken()
        self.styles = Styles(package)
        self.runs = Runs(self.styles, package.parts, package.relations(), _notes(package), findings.lose, self.taken)
        self._carried: Stream = []  # of a paragraph whose end is deleted: it runs on into the next
        self._count = self._characters = self._tags = 0

    def blocks(self, document: Any | None = None) -> list[Block]:
        """Every block, in order."""
        root = self.package.document if document is None else document
        body = root.find(f"{W}body")
        found = self._within(body) if body is not None else []
        if self.taken.changes:
            message = f"{self.taken.changes} tracked changes were read as accepted"
            self.findings.say("word.tracked", message, error=False, number=1, text="")
        self._frame()
        return _folded(found, self.findings)

    def _frame(self) -> None:
        """Headers and footers are the letterhead's."""
        for relation in self.package.relations().values():
            root = self.package.xml(relation.target) if relation.kind in ("header", "footer") else None
            if root is not None and not relation.external:
                text = _text(root)
                if text:
                    message = f"not kept: the {relation.kind} “{text[:120]}”; it is the letterhead's"
                    self.findings.say("word.header", message, error=False, number=1, text="")

    def _within(self, parent: Any) -> list[Block]:
        found: list[Block] = []
        for child in parent:
            name = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
            if name == "p":
                found += self.read_paragraph(child)
            elif name == "tbl":
                found.append(self._table(child))
            elif name == "sdt":
                found += self._control(child)
            elif name in _DESCEND:
                self.taken.changes += name in ("ins", "moveTo")
                found += self._within(child)
            elif name in ("del", "moveFrom"):
                self.taken.changes += 1
            elif name == "sectPr":
                self._section(child)
            elif name == "AlternateContent":
                self.findings.lose("word.text_box", f"a shape “{_text(child)[:200]}”")
            elif name and _text(child):
                self.findings.lose("word.layout", f"“{name}” of Word's with the text “{_text(child)[:200]}”")
        if self._carried:  # nothing follows that it could run on into
            stream, self._carried = self._carried, []
            found.append(Paragraph("p", None, read(stream), self._count, streams_text(stream)))
        return found

    def read_paragraph(self, element: Any) -> Iterator[Paragraph]:
        """The paragraph of a w:p; none when it runs on into the next."""
        self._count += 1
        length = sum(len(t.text or "") for t in element.iter(f"{W}t"))
        self._characters += length
        if self._count > MOST_PARAGRAPHS or self._characters > MOST_CHARACTERS:
            raise _too_large(
                f"The Word file has more than {MOST_PARAGRAPHS} paragraphs or {MOST_CHARACTERS} characters."
            )
        if length > MOST_IN_ONE:
            raise _too_large(f"Paragraph {self._count} of the Word file has more than {MOST_IN_ONE} characters.")
        self.findings.number, self.findings.text = self._count, _text(element)
        properties = element.find(f"{W}pPr")
        stream = self._carried + self.runs.stream(element)
        self._carried = []
        if properties is not None:
            if properties.find(f"{W}sectPr") is not None:
                self._section(properties.find(f"{W}sectPr"))
            if properties.find(f"{W}framePr") is not None:
                self.findings.lose("word.frame", "a frame; its text stands in line now")
            marks = properties.find(f"{W}rPr")
            if marks is not None and any(marks.find(f"{W}{name}") is not None for name in ("del", "moveFrom")):
                self.taken.changes += 1
                self._carried = stream
                return
        style = _value(properties, "pStyle")
        meaning = self.styles.meaning(style)
        if meaning == "toc":
            self.findings.lose("word.contents", "a table of contents")
            return
        numbering = self.styles.numbering(properties, style) if meaning in ("p", "tag") else None
        if meaning[:1] == "h" and self.styles.is_numbered(properties, style):
            self.findings.lose("word.numbering", "the number of a heading; wording numbers no headings")
        if numbering is not None and numbering.looks:
            what = f"how its number is written, {numbering.looks}; the letterhead writes 1, 2, 3"
            self.findings.lose("word.numbering", what)
        pieces = read(stream)
        self._tags += sum(isinstance(piece, Tag) for piece in pieces)
        if self._tags > MOST_TAGS:
            raise _too_large(f"The Word file has more than {MOST_TAGS} tags.")
        yield Paragraph(meaning, numbering, pieces, self._count, streams_text(stream), element)

    def _section(self, element: Any) -> None:
        columns = element.find(f"{W}cols")
        if columns is not None and (columns.get(f"{W}num") or "1") not in ("0", "1"):
            self.findings.lose("word.columns", "columns; the text runs on in one")

    def _control(self, element: Any) -> Iterable[Block]:
        properties, content = element.find(f"{W}sdtPr"), element.find(f"{W}sdtContent")
        if content is None:
            return []
        if properties is not None and properties.find(f"{W}showingPlcHdr") is not None:
            self.findings.say(
                "word.placeholder", "not kept: the placeholder of a field of Word's that nobody filled in", error=True,
                number=self._count + 1, text=_text(content),
            )  # fmt: skip
            return []
        if properties is not None and properties.find(f"{W}docPartObj") is not None:
            gallery = properties.find(f"{W}docPartObj/{W}docPartGallery")
            if gallery is not None and "Contents" in (gallery.get(f"{W}val") or ""):
                self.findings.lose("word.contents", "a table of contents")
                return []
        meant = labels.element_of(_value(properties, "tag"))
        inside = self._within(content)
        if meant is None:
            return inside
        if isinstance(meant, str):
            return [Control(None, meant, _folded(inside, self.findings), element)]
        return [Control(meant, "", _folded(inside, self.findings), element)]

    # Tables

    def _table(self, element: Any) -> Table:
        properties = element.find(f"{W}tblPr")
        look = properties.find(f"{W}tblLook") if properties is not None else None
        rows = list(self._rows(element, []))
        if _look(look, "firstRow", 0x0020):
            self._header_row(rows)
        last = _look(look, "lastRow", 0x0040)
        chosen = last or not _look(look, "firstRow", 0x0020)  # not as Word has it for every new table
        seen = chosen or self.styles.sets_first_column(_value(properties, "tblStyle")) or _is_bold(rows)
        return Table(rows, _look(look, "firstColumn", 0x0080) and seen, last, element)

    def _header_row(self, rows: list[Row]) -> None:
        """Word's Header Row, ticked for every new table: the first row is the head, unless the file marks another.

        Its First Column is ticked as well, and mostly not seen; that is believed only where it is.
        """
        first = rows[0] if rows else None
        if first is None or first.tags or len(rows) < 2 or any(row.head for row in rows):
            return
        paragraphs = [p for cell in first.cells for p in _paragraphs(cell.blocks)]
        if {p.meaning for p in paragraphs} & {"table text", "table header"}:
            return  # a file of ours, which says by the cell what is a header
        first.head = True
        text = " | ".join(p.text for p in paragraphs)
        number = paragraphs[0].number if paragraphs else self._count
        message = "the first row is read as the head of the table (Table Design, Header Row)"
        self.findings.say("word.header_row", message, error=False, number=number, text=text)

    def _rows(self, parent: Any, around: list[Element]) -> Iterator[Row]:
        for child in parent:
            name = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
            if name == "tr":
                properties = child.find(f"{W}trPr")
                if properties is not None and properties.find(f"{W}del") is not None:
                    self.taken.changes += 1
                    continue
                if properties is not None and properties.find(f"{W}ins") is not None:
                    self.taken.changes += 1
                cells = list(self._cells(child))
                head = properties is not None and _set(properties.find(f"{W}tblHeader"))
                yield Row(head, cells, list(_row_tags(cells)), around, child)
            elif name == "sdt":
                meant = labels.element_of(_value(child.find(f"{W}sdtPr"), "tag"))
                content = child.find(f"{W}sdtContent")
                if content is not None:
                    yield from self._rows(content, [*around, meant] if isinstance(meant, Element) else around)
            elif name in _DESCEND:
                yield from self._rows(child, around)

    def _cells(self, row: Any) -> Iterator[Cell]:
        for child in row:
            name = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
            if name == "tc":
                properties = child.find(f"{W}tcPr")
                across = _value(properties, "gridSpan")
                merge = properties.find(f"{W}vMerge") if properties is not None else None
                merged = "" if merge is None else merge.get(f"{W}val") or "continue"
                blocks = _folded(self._within(child), self.findings)
                yield Cell(blocks, max(count(across, 63), 1), merged, child)
            elif name in ("sdt", *_DESCEND):
                content = child.find(f"{W}sdtContent") if name == "sdt" else child
                if content is not None:
                    yield from self._cells(content)


def _is_bold(rows: list[Row]) -> bool:
    """Whether all words in the first column are bold, below the head."""
    cells = [row.cells[0] for row in rows if row.cells and not row.head and not row.tags]
    pieces = [p for cell in cells for one in _paragraphs(cell.blocks) for p in one.pieces]
    words = [p.format.bold for p in pieces if isinstance(p, Tag) or (isinstance(p, Words) and p.text.strip())]
    return bool(words) and all(words)


def _row_tags(cells: list[Cell]) -> Iterator[Tag]:
    """The tags of docxtpl that stand for the whole row."""
    for paragraph in _paragraphs([block for cell in cells for block in cell.blocks]):
        yield from (p for p in paragraph.pieces if isinstance(p, Tag) and p.scope == "tr")


def _paragraphs(blocks: list[Block]) -> Iterator[Paragraph]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        elif isinstance(block, Control):
            yield from _paragraphs(block.blocks)


def _folded(blocks: list[Block], findings: Findings) -> list[Block]:
    """Paragraphs between two markers in double brackets as a control."""
    open_: list[Control] = []
    found: list[Block] = []

    def here() -> list[Block]:
        return open_[-1].blocks if open_ else found

    for block in blocks:
        text = labels.marker(block.text) if isinstance(block, Paragraph) else None
        if text is None or not isinstance(block, Paragraph):
            here().append(block)
        elif labels.ends(text):
            if open_:
                open_.pop()
            else:
                message = "this marker ends nothing that was begun"
                findings.say("word.marker", message, error=True, number=block.number, text=block.text)
        else:
            meant = labels.element_of(text)
            if meant is None:
                message = "there is no such marker; write [[block: NAME]] … [[end]]"
                findings.say("word.marker", message, error=True, number=block.number, text=block.text)
                continue
            control = Control(
                meant if isinstance(meant, Element) else None, meant if isinstance(meant, str) else "", []
            )
            here().append(control)
            if not control.clause:  # a clause is named, not written
                open_.append(control)
    if open_:
        findings.say("word.marker", "a marker is not ended; write [[end]]", error=True, text="")
    return found


def _too_large(message: str) -> Refusal:
    return Refusal("word.too_large", message, [Problem("word.too_large", message, FILE)], kind="too-large")


def _notes(package: Package) -> dict[str, str]:
    found = {}
    for kind, tag in (("footnotes", "footnote"), ("endnotes", "endnote"), ("comments", "comment")):
        root = package.xml(package.beside(kind))
        for note in root.iter(f"{W}{tag}") if root is not None else ():
            found[f"{tag}:{note.get(f'{W}id')}"] = _text(note)
    return found


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


Complain = Callable[[str, str], None]
__all__ = ["FILE", "Block", "Body", "Cell", "Control", "Findings", "Paragraph", "Relation", "Row", "Table"]
