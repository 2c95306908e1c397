"""The tag tree of a printed page, written from its reading.

WeasyPrint's own tree follows its boxes: elements are split at page breaks, margin boxes are tagged, inner languages,
header scopes and list numbering are lost. This one follows the HTML. Roles are those of ISO 32000-1, 14.8.4; none needs
a role map.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from docservice.rendering.finishing.reading import LinkMark, MarkedPiece, PrintedElement, PrintedReading
from docservice.rendering.finishing.speech import needs_actual_text, spoken
from docservice.rendering.textlayer.characters import RIGHT_TO_LEFT

Child = PrintedElement | MarkedPiece | LinkMark

# Elements that hold blocks. "Div" and the like say nothing to a reader and are left out (unless they carry a language).
_GROUPS = {"article": "Art", "section": "Sect", "aside": "Sect", "nav": "Sect", "blockquote": "BlockQuote"}
_PLAIN = {"body", "div", "header", "footer", "main", "figure", "colgroup", "hgroup"}
# Elements that hold text.
_TEXTS = {"p": "P", "address": "P", "figcaption": "Caption", "caption": "Caption", "dt": "Lbl", "summary": "P"}
_TEXTS |= {f"h{n}": f"H{n}" for n in range(1, 7)}
_TABLE = {"thead": "THead", "tbody": "TBody", "tfoot": "TFoot", "tr": "TR"}
_LABELS = {"li::marker", "li::before"}
_LEADS = {"h2::before", "h3::before", "h4::before", "p::before"}  # labels too, when they begin an item of an ol
_BLOCKS = {*_GROUPS, *_PLAIN, *_TEXTS, *_TABLE, *_LABELS, "ul", "ol", "dl", "li", "dd", "table", "td", "th"}


def replace(pdf: pikepdf.Pdf, reading: PrintedReading, language: str, *, right_to_left_spoken: bool = False) -> None:
    """The document's structure tree is that of ``reading``: Document > the page's elements, in reading order.

    Each element is there once even where a page break splits it; lists have ListNumbering, Lbl and LBody; header cells
    have a Scope; figures an alternative text and a true BBox; ``lang`` is kept at every level; scripts whose letters
    are drawn in another order or shape than they are spelled carry ActualText; from right to left only if
    ``right_to_left_spoken``: MuPDF turns it around once more, and the glyphs say it already.
    It does not tag forms, footnotes or mathematics, and does not write ``Headers`` for irregular tables.
    """
    writer = _Writer(pdf, right_to_left_spoken)
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    document = writer.element("Document", root, lang=language)
    root.K = Array([document.object])
    writer.blocks(reading.root.children, document, reading.root)
    document.close()
    root.ParentTree = pdf.make_indirect(Dictionary(Nums=Array(writer.parent_tree())))
    root.ParentTreeNextKey = reading.pages + len(writer.annotations)
    pdf.Root.StructTreeRoot = root


@dataclass
class _Node:
    """A structure element being written; ``lang`` is the language in force inside it."""

    object: Any
    role: str
    lang: str
    kids: list[Any] = field(default_factory=list)
    page: int | None = None

    def close(self) -> None:
        if self.kids:
            self.object.K = Array(self.kids)


class _Writer:
    def __init__(self, pdf: pikepdf.Pdf, right_to_left_spoken: bool) -> None:
        self.right_to_left_spoken = right_to_left_spoken
        self.pdf = pdf
        self.pages = [page.obj for page in pdf.pages]
        self.owners: list[dict[int, Any]] = [{} for _ in self.pages]  # per page: mcid → structure element
        self.annotations: list[Any] = []

    def parent_tree(self) -> list[Any]:
        """Number tree: a page's elements by mcid, then each annotation's element."""
        nums: list[Any] = []
        for number, owners in enumerate(self.owners):
            row = [owners.get(mcid) for mcid in range(max(owners, default=-1) + 1)]
            self.pages[number].StructParents = number
            self.pages[number].Tabs = Name.S
            nums += [number, self.pdf.make_indirect(Array(row))]
        for number, owner in enumerate(self.annotations, start=len(self.pages)):
            nums += [number, owner]
        return nums

    def element(
        self, role: str, parent: Any, *, lang: str, inherited: str = "", attributes: Mapping[str, Any] | None = None
    ) -> _Node:
        entry = Dictionary(Type=Name.StructElem, S=Name("/" + role), P=parent)
        if lang != inherited:
            entry.Lang = String(lang)
        if attributes:
            entry.A = Dictionary({f"/{name}": value for name, value in attributes.items()})
        return _Node(self.pdf.make_indirect(entry), role, lang)

    def child(self, role: str, node: _Node, source: PrintedElement | None = None, **attributes: Any) -> _Node:
        lang = (source.attributes.get("lang") if source else None) or node.lang
        made = self.element(role, node.object, lang=lang, inherited=node.lang, attributes=attributes)
        node.kids.append(made.object)
        return made

    # --- blocks ---

    def blocks(self, children: Iterable[Child], node: _Node, source: PrintedElement) -> None:
        """Children of an element that holds blocks: stray text between them becomes paragraphs."""
        run: list[Child] = []
        for child in children:
            if isinstance(child, PrintedElement) and child.tag in _BLOCKS:
                self._paragraph(run, node, source)
                run = []
                self.block(child, node)
            else:
                run.append(child)
        self._paragraph(run, node, source)

    def _paragraph(self, run: list[Child], node: _Node, source: PrintedElement) -> None:
        if not run:
            return
        if all(isinstance(child, PrintedElement) and child.tag == "img" for child in run):
            self.line(run, node, source)
            return
        paragraph = self.child("P", node)
        self.line(run, paragraph, source)
        paragraph.close()

    def block(self, element: PrintedElement, node: _Node) -> None:
        tag = element.tag
        if tag in _PLAIN and element.attributes.get("lang", node.lang) == node.lang:
            self.blocks(element.children, node, element)
        elif tag in ("ul", "ol"):
            self._list(element, node)
        elif tag == "dl":
            self._definitions(element, node)
        elif tag == "table" or tag in _TABLE:
            part = self.child(_TABLE.get(tag, "Table"), node, element)
            for child in element.children:
                if isinstance(child, PrintedElement):
                    self.block(child, part)
            part.close()
        elif tag in ("td", "th"):
            self._cell(element, node)
        elif tag in _TEXTS and not any(isinstance(c, PrintedElement) and c.tag in _BLOCKS for c in element.children):
            self._fill(self.child(_TEXTS[tag], node, element), element)
        elif tag in _LABELS:
            self._fill(self.child("Lbl", node, element), element)
        else:
            group = self.child(_GROUPS.get(tag, "Div"), node, element)
            self.blocks(element.children, group, element)
            group.close()

    def _fill(self, node: _Node, element: PrintedElement) -> None:
        """Text alone directly; text among blocks as paragraphs."""
        if any(isinstance(child, PrintedElement) and child.tag in _BLOCKS for child in element.children):
            self.blocks(element.children, node, element)
        else:
            self.line(element.children, node, element)
        node.close()

    def _list(self, element: PrintedElement, node: _Node) -> None:
        items = [child for child in element.children if isinstance(child, PrintedElement)]
        if element.tag == "ol":
            items = [_led(item) for item in items]
        labelled = any(isinstance(c, PrintedElement) and c.tag in _LABELS for item in items for c in item.children)
        numbering = "None" if not labelled else "Decimal" if element.tag == "ol" else "Disc"
        made = self.child("L", node, element, O=Name.List, ListNumbering=Name("/" + numbering))
        for item in items:
            entry = self.child("LI", made, item)
            labels = [c for c in item.children if isinstance(c, PrintedElement) and c.tag in _LABELS]
            for label in labels:
                self.block(label, entry)
            rest = [c for c in item.children if c not in labels]
            self._fill(self.child("LBody", entry), PrintedElement("dd", {}, rest, item.source))
            entry.close()
        made.close()

    def _definitions(self, element: PrintedElement, node: _Node) -> None:
        """A definition list is a list whose labels are the terms."""
        made = self.child("L", node, element, O=Name.List, ListNumbering=Name("/None"))
        entry, complete = None, True
        for child in _flat(element):
            if (child.tag == "dt" and complete) or entry is None:
                if entry is not None:
                    entry.close()
                entry = self.child("LI", made)
            complete = child.tag == "dd"
            self._fill(self.child("LBody" if complete else "Lbl", entry, child), child)
        if entry is not None:
            entry.close()
        made.close()

    def _cell(self, element: PrintedElement, node: _Node) -> None:
        attributes: dict[str, Any] = {}
        for name, key in (("colspan", "ColSpan"), ("rowspan", "RowSpan")):
            if element.attributes.get(name, "1") != "1":
                attributes[key] = int(element.attributes[name])
        if element.tag == "th":
            scope = element.attributes.get("scope", "col")
            attributes["Scope"] = Name.Row if scope.startswith("row") else Name.Column
        if attributes:
            attributes["O"] = Name.Table
        self._fill(self.child(element.tag.upper(), node, element, **attributes), element)

    # --- text ---

    def line(self, children: Iterable[Child], node: _Node, source: PrintedElement) -> None:
        """Text, links and pictures, in order. Neighboring pieces that need ActualText share one Span."""
        run: list[MarkedPiece] = []
        for child in _inline(children, node.lang):
            if isinstance(child, MarkedPiece):
                run.append(child)
                continue
            self._pieces(run, node, source)
            run = []
            if isinstance(child, LinkMark):
                self._annotation(child, node)
            elif child.tag == "img":
                self._figure(child, node)
            else:
                inner = self.child("Link" if child.tag == "a" else "Span", node, child)
                self.line(child.children, inner, child)
                inner.close()
        self._pieces(run, node, source)

    def _pieces(self, run: list[MarkedPiece], node: _Node, source: PrintedElement) -> None:
        if any(self._needs_actual_text(piece.text) for piece in run):
            span = self.child("Span", node)
            span.object.ActualText = String(spoken([piece.text for piece in run], source.text()))
            self._content(run, span)
            span.close()
        else:
            self._content(run, node)

    def _needs_actual_text(self, text: str) -> bool:
        if RIGHT_TO_LEFT.search(text) and not self.right_to_left_spoken:
            return False
        return needs_actual_text(text)

    def _content(self, run: list[MarkedPiece], node: _Node) -> None:
        for piece in run:
            page = self.pages[piece.page]
            if node.page is None:
                node.page, node.object.Pg = piece.page, page
            if node.page == piece.page:
                node.kids.append(piece.mcid)
            else:
                node.kids.append(Dictionary(Type=Name.MCR, Pg=page, MCID=piece.mcid))
            self.owners[piece.page][piece.mcid] = node.object

    def _annotation(self, mark: LinkMark, node: _Node) -> None:
        annotation = self.pdf.get_object(mark.number, 0)
        annotation.StructParent = len(self.pages) + len(self.annotations)
        self.annotations.append(node.object)
        node.kids.append(Dictionary(Type=Name.OBJR, Obj=annotation, Pg=self.pages[mark.page]))

    def _figure(self, element: PrintedElement, node: _Node) -> None:
        pieces = list(element.pieces())
        if not pieces:
            return
        box = Array([round(value, 2) for value in pieces[0].box])
        figure = self.child("Figure", node, element, O=Name.Layout, BBox=box)
        figure.object.Alt = String(element.attributes.get("alt", ""))
        self._content(pieces, figure)
        figure.close()


def _led(item: PrintedElement) -> PrintedElement:
    """An item whose number is drawn before its first heading or paragraph, with that number as its label."""
    first = item.children[0] if item.children else None
    lead = first.children[0] if isinstance(first, PrintedElement) and first.children else None
    if not (isinstance(first, PrintedElement) and isinstance(lead, PrintedElement) and lead.tag in _LEADS):
        return item
    rest = PrintedElement(first.tag, first.attributes, first.children[1:], first.source)
    label = PrintedElement("li::before", {}, lead.children, lead.source)
    return PrintedElement(item.tag, item.attributes, [label, rest, *item.children[1:]], item.source)


def _inline(children: Iterable[Child], lang: str) -> Iterable[Child]:
    """Inline elements that mean nothing to a reader opened up; links, pictures and changes of language kept."""
    for child in children:
        if (
            isinstance(child, PrintedElement)
            and child.tag not in ("a", "img")
            and child.attributes.get("lang", lang) == lang
        ):
            yield from _inline(child.children, lang)
        else:
            yield child


def _flat(element: PrintedElement) -> Iterable[PrintedElement]:
    """The terms and definitions of a ``dl``, also those that are grouped in ``div``."""
    for child in element.children:
        if isinstance(child, PrintedElement):
            if child.tag in ("dt", "dd"):
                yield child
            else:
                yield from _flat(child)
