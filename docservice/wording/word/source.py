"""A Word file that is a letter's wording, as XML to be filled: its own paragraphs and tables, their text as wording.

In every paragraph stands the same inline HTML, with the same sentences and tags, that ``reading`` gives to the other
faces; tags for paragraphs and rows stand between them, a clause is included. Rendering fills it in the same sandbox and
makes Word's runs of the HTML. Everything else of the file's own is escaped: no tag hides in a property.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from lxml import etree

from docservice.wording.word.blocks import Control, Paragraph, Table, TableRow, WordBlock
from docservice.wording.word.body import WordBody
from docservice.wording.word.building import at_tab, is_reference, own_tags
from docservice.wording.word.package import Package, W
from docservice.wording.word.pieces import WordPiece, nodes, sentences
from docservice.wording.word.tree import inline, tidied
from docservice.wording.word.word_findings import Findings

# Runs whose text is wording; nothing else in a document has this.
SLOT = "docservice-wording"
_FRAMES = ("header", "footer")


def sources(package: Package) -> dict[str, str]:
    """The parts to fill, as Jinja sources: the document, and the headers and footers that have tags."""
    body = WordBody(package, Findings())
    found = {package.main: _document(package, body)}
    for relation in package.relations().values():
        root = package.xml(relation.target) if relation.kind in _FRAMES and not relation.external else None
        if root is not None and b"{" in package.parts[relation.target]:
            found[relation.target] = _frame(root, body)
    return found


def _document(package: Package, body: WordBody) -> str:
    root = package.document
    blocks = body.blocks(root)
    inside = _emitted(blocks)
    section = root.find(f"{W}body/{W}sectPr")
    end = _raw(section) if section is not None else ""
    return _around(root, root.find(f"{W}body"), inside + end)


def _around(root: Any, holder: Any, inside: str) -> str:
    """``root`` with nothing in it but ``holder`` (its body, or itself), and ``inside`` in that."""
    bare = etree.Element(root.tag, dict(root.attrib), nsmap=root.nsmap)
    within = bare if holder is root else etree.SubElement(bare, holder.tag)
    within.text = "\ufffc"
    text: str = _escaped(etree.tostring(bare, encoding="unicode"))
    return text.replace("\ufffc", inside)


def _frame(root: Any, body: WordBody) -> str:
    """A header or footer: the paragraphs with tags as wording, the others as they are."""
    copied = deepcopy(root)
    written = []
    for paragraph in list(copied.iter(f"{W}p")):
        text = "".join(t.text or "" for t in paragraph.iter(f"{W}t"))
        if "{{" in text or "{%" in text:
            blocks = body.read_paragraph(paragraph)
            written.append(_emitted(list(blocks)))
            slot = etree.Element(SLOT)
            slot.text = str(len(written) - 1)
            slot.tail = paragraph.tail
            paragraph.getparent().replace(paragraph, slot)
    source = _escaped(etree.tostring(copied, encoding="unicode"))
    for at, text in enumerate(written):
        source = source.replace(f"<{SLOT}>{at}</{SLOT}>", text)
    return source


def _emitted(blocks: list[WordBlock]) -> str:
    parts: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            parts.append(_paragraph(block))
        elif isinstance(block, Control):
            if block.element is None:
                parts.append(f'{{% include "clauses/{block.clause}.html" %}}')
            else:
                parts.append(_emitted(block.blocks))
        else:
            parts.append(_table(block))
    return "".join(parts)


def _paragraph(paragraph: Paragraph) -> str:
    tags = own_tags(paragraph)
    if tags is not None:
        return "".join(tag.jinja.source for tag in tags)
    properties = _properties(paragraph.source, "pPr")
    if paragraph.is_empty():
        return f"<w:p>{properties}</w:p>"
    pieces = sentences(paragraph.pieces, lambda _code, _message: None)
    if is_reference(paragraph):
        term, definition = at_tab(pieces)
        runs = f"{_run(paragraph, term)}<w:r><w:tab/></w:r>{_run(paragraph, definition)}"
    else:
        runs = _run(paragraph, pieces)
    return f"<w:p>{properties}{runs}</w:p>"


def _run(paragraph: Paragraph, pieces: list[WordPiece]) -> str:
    inside = tidied(nodes(pieces, lambda _code, _message: None), container=False)
    first = next(paragraph.source.iter(f"{W}r"), None) if paragraph.source is not None else None
    look = _properties(first, "rPr") if first is not None else ""
    return f"<w:r>{look}<{SLOT}>{inline(inside)}</{SLOT}></w:r>"


def _table(table: Table) -> str:
    head = "".join(_raw(one) for one in table.source if one.tag in (f"{W}tblPr", f"{W}tblGrid"))
    return f"<w:tbl>{head}{''.join(map(_row, table.rows))}</w:tbl>"


def _row(row: TableRow) -> str:
    if row.tags:
        return "".join(tag.jinja.source for tag in row.tags)
    cells = []
    for cell in row.cells:
        inside = _emitted(cell.blocks)
        if not inside.rstrip().endswith("</w:p>"):  # Word wants a paragraph last
            inside += "<w:p/>"
        cells.append(f"<w:tc>{_properties(cell.source, 'tcPr')}{inside}</w:tc>")
    return f"<w:tr>{_properties(row.source, 'trPr')}{''.join(cells)}</w:tr>"


_LEFT_OUT = (
    "ins",
    "del",
    "moveFrom",
    "moveTo",
    "rStyle",
    "b",
    "bCs",
    "i",
    "iCs",
    "vanish",
    "lang",
    "cellIns",
    "cellDel",
)


def _properties(element: Any | None, name: str) -> str:
    """The properties of an element, without tracked changes and without what wording says itself."""
    found = element.find(f"{W}{name}") if element is not None else None
    if found is None:
        return ""
    kept = deepcopy(found)
    for one in list(kept.iter()):
        local = one.tag.rpartition("}")[2] if isinstance(one.tag, str) else ""
        in_run = one.getparent() is not None and one.getparent().tag == f"{W}rPr"
        said = local in _LEFT_OUT and (in_run or name in ("rPr", "trPr", "tcPr"))
        if (local.endswith("Change") or said) and one.getparent() is not None:
            one.getparent().remove(one)
    return _raw(kept)


def _raw(element: Any) -> str:
    copied = deepcopy(element)
    copied.tail = None
    return _escaped(etree.tostring(copied, encoding="unicode"))


def _escaped(xml: str) -> str:
    """XML in which Jinja finds no tag."""
    return xml.replace("{", "&#123;")
