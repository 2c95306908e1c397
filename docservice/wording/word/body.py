"""The body of a Word file, block by block: paragraphs with their meaning, tables, content controls.

Tracked changes are read as accepted. What wording has no place for (text boxes, floating pictures, columns, footnotes,
comments, headers) is left out and named with the text of its paragraph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from docservice.finding import Finding
from docservice.refusal import Refusal
from docservice.wording.word import labels
from docservice.wording.word.blocks import Control, Paragraph, WordBlock
from docservice.wording.word.package import Package, W
from docservice.wording.word.pieces import Stream, Tag, read
from docservice.wording.word.runs import Runs, WordExtras, streams_text
from docservice.wording.word.styles import Styles
from docservice.wording.word.tables import ROWS_WITHIN, WordTables
from docservice.wording.word.tree import Element
from docservice.wording.word.word_findings import FILE, Findings

MOST_PARAGRAPHS, MOST_CHARACTERS, MOST_IN_ONE, MOST_TAGS = 20_000, 2_000_000, 50_000, 10_000


class WordBody:
    """Reads the body of ``package``."""

    def __init__(self, package: Package, findings: Findings) -> None:
        self.package, self.findings, self.taken = package, findings, WordExtras()
        self.styles = Styles(package)
        self.runs = Runs(self.styles, package.parts, package.relations(), _notes(package), findings.lose, self.taken)
        self.tables = WordTables(self.styles, findings, self.taken, lambda cell: _folded(self._within(cell), findings))
        self._carried: Stream = []  # of a paragraph whose end is deleted: it runs on into the next
        self._count = self._characters = self._tags = 0

    def blocks(self, document: Any | None = None) -> list[WordBlock]:
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

    def _within(self, parent: Any) -> list[WordBlock]:
        found: list[WordBlock] = []
        for child in parent:
            name = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
            if name == "p":
                found += self.read_paragraph(child)
            elif name == "tbl":
                found.append(self.tables.table(child))
            elif name == "sdt":
                found += self._control(child)
            elif name in ROWS_WITHIN:
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

    def _control(self, element: Any) -> Iterable[WordBlock]:
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


def _folded(blocks: list[WordBlock], findings: Findings) -> list[WordBlock]:
    """Paragraphs between two markers in double brackets as a control."""
    open_: list[Control] = []
    found: list[WordBlock] = []

    def here() -> list[WordBlock]:
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
    return Refusal("word.too_large", message, [Finding.error("word.too_large", message, FILE)], kind="too-large")


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
