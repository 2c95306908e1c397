"""The blocks of a Word file as wording: paragraphs, headings, lists, tables, blocks and clauses of semantic HTML."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeGuard

from docservice.wording.word.blocks import Control, Paragraph, Table, TableCell, TableRow, WordBlock
from docservice.wording.word.grouping import MIDDLES, OPENERS, ListItem, grouped
from docservice.wording.word.pieces import Mark, Tag, WordPiece, WordText, nodes, sentences
from docservice.wording.word.tree import Element, Jinja, Node, tidied
from docservice.wording.word.word_findings import Findings

_MANY = frozenset(("p", "h1", "h2", "h3", "li", "dt", "dd", "address", "blockquote"))
_TRANS = ("trans", "endtrans", "pluralize")
DEEPEST = 3  # headings of a wording


@dataclass
class Builder:
    """Makes wording of blocks. ``clauses``: the text of every clause that the file holds, by name."""

    findings: Findings
    clauses: dict[str, list[Node]] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)

    def wording(self, blocks: list[WordBlock]) -> list[Node]:
        """The inside of the article."""
        meanings = [p.meaning for p in _all(blocks)]
        titled = "title" in meanings and "h1" in meanings
        for level in range(1, 10):
            to = level + titled
            self.headings[f"h{level}"] = f"h{min(to, DEEPEST)}"
            if to > DEEPEST and f"h{level}" in meanings:
                number = next(p.number for p in _all(blocks) if p.meaning == f"h{level}")
                message = f"wording has {DEEPEST} levels of headings; deeper ones are of the last"
                self.findings.say("word.heading", message, error=False, number=number, text="")
        self.headings["title"] = "h1"
        found = self._inside(blocks)
        titles = sum(1 for one in _elements(found) if one.tag == "h1")
        if titles != 1:
            message = f"a letter has one title (style Title, or Heading 1); this one has {titles}"
            self.findings.say("word.title", message, error=True, number=1, text="")
        return found

    def _inside(self, blocks: list[WordBlock]) -> list[Node]:
        found = grouped(self._entries(blocks), self._complain)
        return tidied(_captions(found), container=True)

    def _complain(self, code: str, message: str) -> None:
        if code in ("word.tab", "word.sentence", "word.numbering", "word.merged"):
            self.findings.say(code, message, error=False)
        else:
            self.findings.say(code, message, error=True, text="" if code == "word.unbalanced" else None)

    def _entries(self, blocks: list[WordBlock]) -> list[Node | ListItem]:
        found: list[Node | ListItem] = []
        for block in blocks:
            if isinstance(block, Paragraph):
                made = self._paragraph(block)
                before = found[-1] if found else None
                if (block.meaning == "address" and isinstance(before, Element) and before.tag == "address"
                        and made and isinstance(made[0], Element) and not before.attributes):  # fmt: skip
                    before.children += [Element("br"), *made[0].children]  # one address, line by line
                else:
                    found += made
            elif isinstance(block, Control):
                found += self._control(block)
            else:
                found.append(self._table(block))
        return found

    # Paragraphs

    def _paragraph(self, paragraph: Paragraph) -> list[Node | ListItem]:
        self.findings.number, self.findings.text = paragraph.number, paragraph.text
        tags = own_tags(paragraph)
        if tags is not None:
            if any(isinstance(p, WordText) and p.text.strip() for p in paragraph.pieces):
                self._complain("word.lost", "what stands beside a tag for the paragraph ({%p … %}) is not printed")
            return [tag.jinja for tag in tags]
        if paragraph.is_empty():
            return []
        pieces = sentences(paragraph.pieces, self._complain)
        self._balanced(pieces)
        if is_reference(paragraph):
            term, definition = (nodes(side, self._complain) for side in at_tab(pieces))
            both = [Element("dt", {}, _unbold(term)), Element("dd", {}, definition)]
            return [ListItem([one for one in both if one.children], "dl", "")]
        inside = nodes(pieces, self._complain)
        if paragraph.meaning == "bare":
            return list(inside)
        tag = self.headings.get(paragraph.meaning, paragraph.meaning)
        if paragraph.numbering is not None:
            number = paragraph.numbering
            return [ListItem([Element("li", {}, inside)], number.kind, number.list, number.level, number.ordinal)]
        if tag not in ("h1", "h2", "h3", "blockquote", "address", "caption"):
            tag = "p"
        if tag in ("h1", "h2", "h3"):
            inside = _unbold(inside)
        return [Element(tag, {}, inside)]

    def _balanced(self, pieces: list[WordPiece]) -> None:
        open_: list[str] = []
        for piece in pieces:
            word = piece.jinja.word if isinstance(piece, Tag) else ""
            if word in OPENERS:
                open_.append(word)
            elif word in MIDDLES or word in OPENERS.values():
                good = open_ and (open_[-1] in MIDDLES[word] if word in MIDDLES else OPENERS[open_[-1]] == word)
                if not good:
                    self.findings.say("word.unbalanced", f"{{% {word} %}} belongs to nothing in it", error=True)
                    return
                if word not in MIDDLES:
                    open_.pop()
        if open_:
            message = (
                f"{{% {open_[-1]} … %}} is not ended in it; give the tag a paragraph of its own: {{%p {open_[-1]} … %}}"
            )
            self.findings.say("word.unbalanced", message, error=True)

    # Controls

    def _control(self, control: Control) -> list[Node | ListItem]:
        if control.element is None:
            if control.blocks:
                inside = self._inside(control.blocks)
                if inside:
                    self.clauses.setdefault(control.clause, inside)
            include = Jinja(f'{{% include "clauses/{control.clause}.html" %}}')
            # A clause of terms alone is part of the list that it stands in.
            terms = {one.tag if isinstance(one, Element) else "" for one in self.clauses.get(control.clause, ())}
            return [ListItem([include], "dl", "") if terms and terms <= {"dt", "dd"} else include]
        element = control.element
        entries = self._entries(control.blocks)
        alike = [one for one in entries if _tag_of(one) == element.tag]
        if element.tag in _MANY and alike and len(alike) == len(entries):
            # A paragraph that was divided in two is twice what it was.
            for one in alike:
                (one.elements[0] if isinstance(one, ListItem) else one).attributes.update(element.attributes)  # type: ignore[union-attr]
            return entries
        inside = _captions(grouped(entries, self._complain), figure=element.tag == "figure")
        if element.tag == "dl":  # a clause of terms in it is no list of its own
            inside = [node for one in inside for node in (one.children if _is_plain_list(one) else [one])]
        only = _only(inside)
        if only is not None and only.tag == element.tag and element.attributes:
            return [Element(element.tag, dict(element.attributes), only.children)]
        if only is not None and only.tag == "p" and element.tag in (*_MANY, "td", "th", "caption"):
            return [Element(element.tag, dict(element.attributes), only.children)]
        return [Element(element.tag, dict(element.attributes), inside)] if inside else []

    # Tables

    def _table(self, table: Table) -> Element:
        parts: dict[str, list[Node]] = {"thead": [], "tbody": [], "tfoot": []}
        above: dict[int, Element] = {}  # cells that may reach down, by column
        part = "thead" if any(row.head for row in table.rows) else "tbody"
        last = next((row for row in reversed(table.rows) if not row.tags), None)
        reached = part
        for row in table.rows:
            foot = any(one.tag == "tfoot" for one in row.around) or (table.last_row and row is last and not row.head)
            if part == "thead" and not row.head and not (row.tags and not parts["thead"]):
                part = "tbody"
            if foot:
                part = "tfoot"
            if part != reached:  # a cell reaches no further than its part of the table
                if any(cell.merged == "continue" for cell in row.cells):
                    self._complain("word.merged", "a cell that is merged over the head and the rows below is divided")
                above.clear()
                reached = part
            if row.tags:
                parts[part] += [tag.jinja for tag in row.tags]
            else:
                parts[part].append(self._row(row, table, part, above))
        made = [Element(name, {}, rows) for name, rows in parts.items() if rows]
        return Element("table", {}, list(made))

    def _row(self, row: TableRow, table: Table, part: str, above: dict[int, Element]) -> Element:
        attributes = {n: v for one in row.around if one.tag == "tr" for n, v in one.attributes.items()}
        made = Element("tr", attributes)
        column = 0
        for cell in row.cells:
            if cell.merged == "continue" and column in above:
                upper = above[column]
                upper.attributes["rowspan"] = str(int(upper.attributes.get("rowspan", "1")) + 1)
            else:
                element = self._cell(cell, row, part, table.first_column and column == 0 and part != "thead")
                made.children.append(element)
                above.pop(column, None)
                if cell.merged:
                    above[column] = element
            column += cell.across
        return made

    def _cell(self, cell: TableCell, row: TableRow, part: str, first: bool) -> Element:
        blocks, given = cell.blocks, None
        filled = [b for b in blocks if not isinstance(b, Paragraph) or not b.is_empty()]
        whole = filled[0] if len(filled) == 1 else None
        if isinstance(whole, Control) and whole.element is not None and whole.element.tag in ("td", "th"):
            given, blocks = whole.element, whole.blocks
        meanings = {p.meaning for p in _all(blocks)}
        header = given.tag == "th" if given else "table header" in meanings or (
            (row.head and "table text" not in meanings) or first
        )  # fmt: skip
        attributes = {"scope": "col" if part == "thead" else "row"} if header else {}
        if cell.across > 1:
            attributes["colspan"] = str(cell.across)
        if given:
            attributes |= given.attributes
        inside = _captions(grouped(self._entries(blocks), self._complain))
        one = _only(inside)
        if one is not None and one.tag == "p":
            inside = one.children
        return Element("th" if header else "td", attributes, _unbold(inside) if header else inside)


def is_reference(paragraph: Paragraph) -> bool:
    """Whether it is a line "term <tab> definition"."""
    return paragraph.meaning == "reference" and paragraph.numbering is None


def at_tab(pieces: list[WordPiece]) -> tuple[list[WordPiece], list[WordPiece]]:
    """What stands before and after the first tab; without one, all of it is after."""
    tabs = [at for at, piece in enumerate(pieces) if isinstance(piece, Mark) and piece.kind == "tab"]
    return (pieces[: tabs[0]], pieces[tabs[0] + 1 :]) if tabs else ([], pieces)


def own_tags(paragraph: Paragraph) -> list[Tag] | None:
    """The tags of a paragraph that holds nothing else, or of one that ``{%p … %}`` stands for; None for any other."""
    tags = [p for p in paragraph.pieces if isinstance(p, Tag)]
    whole = [tag for tag in tags if tag.scope == "p"]
    if whole:
        return whole
    if any(
        (isinstance(p, Mark) and p.kind != "tab") or (isinstance(p, WordText) and p.text.strip())
        for p in paragraph.pieces
    ):
        return None
    statements = [tag for tag in tags if not tag.jinja.is_field]
    if tags and len(statements) == len(tags):
        return [tag for tag in statements if tag.jinja.word not in _TRANS]
    return None


def _tag_of(entry: Node | ListItem) -> str:
    if isinstance(entry, ListItem):
        entry = entry.elements[0]
    return entry.tag if isinstance(entry, Element) else ""


def _captions(found: list[Node], *, figure: bool = False) -> list[Node]:
    """A caption belongs to the table after it, or to the figure that it stands in."""
    result: list[Node] = []
    for node in found:
        before = result[-1] if result else None
        if (
            isinstance(node, Element)
            and node.tag == "table"
            and isinstance(before, Element)
            and before.tag == "caption"
        ):
            result.pop()
            node.children.insert(0, before)
        result.append(node)
    for node in result:
        if isinstance(node, Element) and node.tag == "caption":
            node.tag = "figcaption" if figure else "p"
    return result


def _is_plain_list(node: Node) -> TypeGuard[Element]:
    return isinstance(node, Element) and node.tag == "dl" and not node.attributes


def _only(inside: list[Node]) -> Element | None:
    """The one element that is all there is, when nothing is said about it."""
    one = inside[0] if len(inside) == 1 else None
    return one if isinstance(one, Element) and not one.attributes else None


def _unbold(inside: list[Node]) -> list[Node]:
    """What is bold by its place need not be bold by itself."""
    if len(inside) == 1 and isinstance(one := inside[0], Element) and one.tag == "strong" and not one.attributes:
        return one.children
    return inside


def _all(blocks: list[WordBlock]) -> list[Paragraph]:
    found: list[Paragraph] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            found.append(block)
        elif isinstance(block, Control):
            found += _all(block.blocks)
        else:
            found += [p for row in block.rows for cell in row.cells for p in _all(cell.blocks)]
    return found


def _elements(nodes: list[Node]) -> list[Element]:
    found: list[Element] = []
    for node in nodes:
        if isinstance(node, Element):
            found += [node, *_elements(node.children)]
    return found


paragraphs = _all
