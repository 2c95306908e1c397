"""A wording as a Word file to edit: fields and conditions visible, blocks and clauses as content controls.

Changes are tracked from the first keystroke. What is written here, ``reading.read_word`` reads as the same wording. The
file is made to be edited, not to be sent: its looks are those of the Word letterhead, without its head.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from xml.sax.saxutils import escape, quoteattr

from docservice.finding import Finding
from docservice.refusal import Refusal
from docservice.wording.bundle import Bundle
from docservice.wording.word import labels
from docservice.wording.word.parts import CONTENT_TYPES, PACKAGE_RELATIONS, SETTINGS, numbering, styles
from docservice.wording.word.tree import INLINE, Element, Jinja, Node, TextNode, inline, is_inline, parse

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{_RELATIONS}"'
)  # fmt: skip
_EPOCH = (1980, 1, 1, 0, 0, 0)
_HEADINGS = {"h1": "Heading1", "h2": "Heading2", "h3": "Heading3"}
_LEAVES = {**_HEADINGS, "p": "Normal", "address": "Address", "blockquote": "Quote", "figcaption": "Caption"}
_INCLUDE = re.compile(r"include\s+[\"']clauses/([a-z0-9-]+)\.html[\"']\Z")
_NUMBER = re.compile(r"(?:0|[1-9]\d{0,3})\Z")
_HIDDEN = ("trans", "endtrans")
_WIDTH = 9360  # twentieths of a point: 6.5 in


def to_word(bundle: Bundle) -> bytes:
    """The English wording of a letter as a Word file. The same version gives the same bytes.

    Raises ``Refusal``: ``word.handout`` for a handout, ``word.markup`` when its markup does not nest.
    """
    if bundle.meta.face != "letter":
        message = "A handout is a web page; it is not edited in Word."
        raise Refusal("word.handout", message, [Finding.error("word.handout", message)])
    sources = {path: data.decode() for path, data in bundle.files.items() if path.endswith(".html")}
    return written(sources, bundle.wording_path, bundle.meta.title, bundle.files.get("letterhead/letter.docx"))


def written(sources: Mapping[str, str], path: str, title: str, letterhead: bytes | None = None) -> bytes:
    """The wording at ``path`` among ``sources`` as a Word file, in the styles of a Word letterhead."""
    writer = _Writer(sources)
    nodes = parse(sources[path], path)
    article = next((node for node in nodes if isinstance(node, Element) and node.tag == "article"), None)
    body = "".join(writer.blocks(article.children if article is not None else nodes))
    document = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:document {_NAMESPACES}><w:body>{body}'
        '<w:sectPr><w:pgSz w:w="12240" w:h="15840"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" '
        'w:left="1440" w:header="720" w:footer="720" w:gutter="0"/></w:sectPr></w:body></w:document>'
    )
    links = "".join(
        f'<Relationship Id="{name}" Type="{_RELATIONS}/hyperlink" Target={quoteattr(target)} TargetMode="External"/>'
        for target, name in writer.links.items()
    )
    own = "".join(
        f'<Relationship Id="rId{at}" Type="{_RELATIONS}/{kind}" Target="{kind}.xml"/>'
        for at, kind in enumerate(("styles", "numbering", "settings"), start=1)
    )
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": PACKAGE_RELATIONS,
        "docProps/core.xml": _core(title),
        "word/document.xml": document,
        "word/styles.xml": styles(letterhead),
        "word/numbering.xml": numbering(writer.lists),
        "word/settings.xml": SETTINGS,
        "word/_rels/document.xml.rels": (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f"{own}{links}</Relationships>"
        ),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, date_time=_EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text)
    return buffer.getvalue()


def _core(title: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties '
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(title)}</dc:title>'
        "<dc:language>en</dc:language></cp:coreProperties>"
    )


@dataclass(frozen=True, slots=True)
class _Look:
    bold: bool = False
    italic: bool = False
    shift: str = ""


@dataclass
class _Writer:
    sources: Mapping[str, str]
    lists: list[tuple[str, int]] = field(default_factory=list)  # ul or ol, and where it starts, for each list
    links: dict[str, str] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)  # clauses that are in the file already
    _controls: int = 0

    # Blocks

    def blocks(self, nodes: list[Node], style: str = "Normal") -> Iterator[str]:
        loose: list[Node] = []
        for node in nodes:
            if is_inline(node):
                loose.append(node)
                continue
            if loose:
                yield _paragraph("WordingBare", self.runs(loose, _Look()))
                loose = []
            if isinstance(node, Jinja):
                yield from self._statement(node)
            elif isinstance(node, Element):
                yield from self._block(node, style)
        if loose:
            yield _paragraph("WordingBare", self.runs(loose, _Look()))

    def _statement(self, node: Jinja) -> Iterator[str]:
        clause = _INCLUDE.match(node.body)
        path = f"clauses/{clause[1]}.html" if clause else ""
        if clause and path in self.sources and path not in self.shown:
            self.shown.add(path)
            inside = "".join(self.blocks(parse(self.sources[path], path)))
            yield self._control(f"{labels.CLAUSE}:{clause[1]}", f"Clause: {clause[1].replace('-', ' ')}", inside)
        else:
            source = f"{node.source[:2]}p{node.source[2:]}"
            yield _paragraph("WordingTag", _run(source, '<w:rStyle w:val="WordingTagText"/>'))

    def _block(self, element: Element, style: str) -> Iterator[str]:
        tag = element.tag
        if tag == "ol" and _is_list(element) and _start(element) is not None:
            yield from self._list(element, 0)
        elif element.attributes and tag not in ("td", "th", "tr"):
            bare = Element(tag, {}, element.children)
            plain = tag in _LEAVES or tag in ("table", "ul", "ol", "dl")
            inside = "".join(self._block(bare, style) if plain else self.blocks(element.children))
            yield from self._held(element, inside)
        elif tag in _LEAVES and not _has_blocks(element):
            yield _paragraph(style if tag == "p" else _LEAVES[tag], self.runs(element.children, _Look()))
        elif tag in ("ul", "ol") and _is_list(element):
            yield from self._list(element, 0)
        elif tag == "dl" and _is_references(element):
            yield from self._references(element)
        elif tag == "table" and _is_table(element):
            yield from self._table(element)
        elif tag in ("li", "dt", "dd", "caption") and not _has_blocks(element):
            yield from self._held(element, _paragraph(style, self.runs(element.children, _Look())))
        else:
            yield from self._held(element, "".join(self.blocks(element.children)))

    def _held(self, element: Element, inside: str) -> Iterator[str]:
        label = labels.label(element)
        if len(label) <= labels.LONGEST:
            yield self._control(label, labels.title(element), inside)
        else:
            yield _paragraph("WordingTag", _run(f"[[{label}]]", ""))
            yield inside
            yield _paragraph("WordingTag", _run("[[end]]", ""))

    def _control(self, tag: str, title: str, inside: str) -> str:
        self._controls += 1
        properties = f"<w:alias w:val={quoteattr(title[: labels.LONGEST])}/><w:tag w:val={quoteattr(tag)}/>"
        return (
            f'<w:sdt><w:sdtPr>{properties}<w:id w:val="{self._controls}"/></w:sdtPr>'
            f"<w:sdtContent>{inside or _paragraph('Normal', '')}</w:sdtContent></w:sdt>"
        )

    def _list(self, element: Element, level: int) -> Iterator[str]:
        start = _start(element)
        self.lists.append((element.tag, 1 if start is None else start))
        number, style = len(self.lists), "ListBullet" if element.tag == "ul" else "ListNumber"
        properties = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
        for child in element.children:
            if isinstance(child, Jinja):
                yield from self._statement(child)
            elif isinstance(child, Element):
                nested = [c for c in child.children if isinstance(c, Element) and c.tag in ("ul", "ol")]
                words = [c for c in child.children if c not in nested]
                line = _paragraph(style, self.runs(words, _Look()), properties)
                bare = Element("li", child.attributes)
                yield from self._held(bare, line) if child.attributes else (line,)
                for inner in nested:
                    yield from self._list(inner, level + 1)

    def _references(self, element: Element) -> Iterator[str]:
        term: Element | None = None
        for child in element.children:
            if isinstance(child, Jinja):
                yield from self._statement(child)
            elif isinstance(child, Element) and child.tag == "dt":
                term = child
            elif isinstance(child, Element) and term is not None:
                definition = self.runs(child.children, _Look())
                words = self.runs(term.children, _Look(bold=True))
                yield _paragraph("Reference", f"{words}<w:r><w:tab/></w:r>{definition}")

    # Tables

    def _table(self, element: Element) -> Iterator[str]:
        for caption in element.children:
            if isinstance(caption, Element) and caption.tag == "caption":
                yield _paragraph("Caption", self.runs(caption.children, _Look()))
        rows = [row for part in _parts(element) for row in part.children if isinstance(row, Element)]
        columns = max((sum(_across(c) for c in row.children if isinstance(c, Element)) for row in rows), default=1)
        width = _WIDTH // max(columns, 1)
        lines = []
        for part in _parts(element):
            inside = "".join(self._row(row, part.tag, columns, width) for row in part.children)
            if part.tag == "tfoot":
                inside = self._control("tfoot", "tfoot", inside)
            lines.append(inside)
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for _ in range(columns))
        head = int(any(part.tag == "thead" for part in _parts(element)))
        look = (
            f'<w:tblLook w:val="{0x20 * head:04X}" w:firstRow="{head}" w:lastRow="0" w:firstColumn="0" '
            'w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        )
        yield (
            f'<w:tbl><w:tblPr><w:tblStyle w:val="TownTable"/><w:tblW w:w="5000" w:type="pct"/>{look}'
            f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(lines)}</w:tbl>"
        )
        yield _paragraph("TableText", "")

    def _row(self, row: Node, part: str, columns: int, width: int) -> str:
        head = "<w:tblHeader/>" if part == "thead" else ""
        properties = f"<w:trPr><w:cantSplit/>{head}</w:trPr>"
        if isinstance(row, Jinja):
            source = f"{row.source[:2]}tr{row.source[2:]}"
            line = _paragraph("WordingTag", _run(source, '<w:rStyle w:val="WordingTagText"/>'))
            return f"<w:tr>{properties}{_cell(line, width * columns, columns)}</w:tr>"
        if not isinstance(row, Element):
            return ""
        cells = "".join(self._cell(c, part, width) for c in row.children if isinstance(c, Element))
        line = f"<w:tr>{properties}{cells}</w:tr>"
        return self._control(labels.label(Element("tr", row.attributes)), "tr", line) if row.attributes else line

    def _cell(self, cell: Element, part: str, width: int) -> str:
        style = "TableHeader" if cell.tag == "th" else "TableText"
        across = _across(cell)
        given = {n: v for n, v in cell.attributes.items() if n != "colspan"}
        if cell.tag == "th" and given.get("scope") == ("col" if part == "thead" else "row"):
            del given["scope"]
        if _has_blocks(cell):
            inside = "".join(self.blocks(cell.children, style))
        else:
            inside = _paragraph(style, self.runs(cell.children, _Look()))
        if given:
            inside = "".join(self._held(Element(cell.tag, given), inside))
        if not inside.endswith("</w:p>"):  # Word wants a paragraph last
            inside += _paragraph(style, "")
        return _cell(inside, width * across, across)

    # Runs

    def runs(self, nodes: list[Node], look: _Look) -> str:
        parts: list[str] = []
        for node in nodes:
            if isinstance(node, TextNode):
                parts.append(_run(node.text, _properties("", look)))
            elif isinstance(node, Jinja):
                style = (
                    "WordingField" if node.is_field else "WordingSentence" if node.word in _HIDDEN else "WordingTagText"
                )
                parts.append(_run(node.source, _properties(style, look)))
            elif node.tag == "br":
                parts.append("<w:r><w:br/></w:r>")
            elif node.tag == "img":
                parts.append(_run(inline([node]), _properties("WordingTagText", look)))
            elif node.tag == "strong" and not node.attributes:
                parts.append(self.runs(node.children, replace(look, bold=True)))
            elif node.tag == "em" and not node.attributes:
                parts.append(self.runs(node.children, replace(look, italic=True)))
            elif node.tag in ("sup", "sub") and not node.attributes:
                parts.append(self.runs(node.children, replace(look, shift=node.tag)))
            elif node.tag == "a" and re.match(r"(https?|mailto|tel):[^{]*\Z", node.attributes.get("href", "")) and len(
                node.attributes
            ) == 1 and look == _Look():  # fmt: skip
                name = self.links.setdefault(node.attributes["href"], f"rIdLink{len(self.links) + 1}")
                parts.append(f'<w:hyperlink r:id="{name}">{self.runs(node.children, look)}</w:hyperlink>')
            else:
                parts.append(self._inline_control(node, look))
        return "".join(parts)

    def _inline_control(self, element: Element, look: _Look) -> str:
        label = labels.label(element)
        if len(label) > labels.LONGEST:
            message = f"The element <{element.tag}> with “{label[:80]}” is too long to be shown in Word."
            raise Refusal("word.cannot_show", message, [Finding.error("word.cannot_show", message)])
        self._controls += 1
        set_ = _properties("", look)
        properties = f"<w:rPr>{set_}</w:rPr>" if set_ else ""
        inside = self.runs(element.children, look) or _run(" ", "")
        return (
            f"<w:sdt><w:sdtPr>{properties}<w:alias w:val={quoteattr(labels.title(element))}/>"
            f'<w:tag w:val={quoteattr(label)}/><w:id w:val="{self._controls}"/></w:sdtPr>'
            f"<w:sdtContent>{inside}</w:sdtContent></w:sdt>"
        )


def _paragraph(style: str, runs: str, properties: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{runs}</w:p>'


def _run(text: str, properties: str) -> str:
    set_ = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{set_}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""


def _properties(style: str, look: _Look) -> str:
    named = f'<w:rStyle w:val="{style}"/>' if style else ""
    set_ = ("<w:b/><w:bCs/>" if look.bold else "") + ("<w:i/><w:iCs/>" if look.italic else "")
    set_ += {"sup": '<w:vertAlign w:val="superscript"/>', "sub": '<w:vertAlign w:val="subscript"/>'}.get(look.shift, "")
    # Hidden by its style, and once more by itself: not every program that opens Word files heeds the style.
    return named + set_ + ("<w:vanish/>" if style == "WordingSentence" else "")


def _cell(inside: str, width: int, across: int) -> str:
    span = f'<w:gridSpan w:val="{across}"/>' if across > 1 else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}</w:tcPr>{inside}</w:tc>'


def _has_blocks(element: Element) -> bool:
    return any(isinstance(child, Element) and child.tag not in INLINE for child in element.children)


def _is_list(element: Element) -> bool:
    """Whether a list can be shown as paragraphs: items of words, with lists at their ends."""
    for child in element.children:
        if isinstance(child, Jinja) and not child.is_field:
            continue
        if not isinstance(child, Element) or child.tag != "li":
            return False
        blocks = [c for c in child.children if isinstance(c, Element) and c.tag not in INLINE]
        last = child.children[len(child.children) - len(blocks) :] if blocks else []
        if (
            any(b.tag not in ("ul", "ol") or not _is_list(b) or (b.attributes and _start(b) is None) for b in blocks)
            or last != blocks
        ):
            return False
    return any(isinstance(child, Element) for child in element.children)


def _start(element: Element) -> int | None:
    """Where a numbered list starts that has no other attribute."""
    given = element.attributes.get("start", "")
    alone = element.tag == "ol" and set(element.attributes) == {"start"}
    return int(given) if alone and _NUMBER.match(given) else None


def _is_references(element: Element) -> bool:
    expected = "dt"
    for child in element.children:
        if isinstance(child, Jinja) and not child.is_field and expected == "dt":
            continue
        if not isinstance(child, Element) or child.tag != expected or child.attributes or _has_blocks(child):
            return False
        expected = "dd" if expected == "dt" else "dt"
    # Terms, or clauses of terms alone.
    return expected == "dt" and any(
        isinstance(one, Element) or (isinstance(one, Jinja) and _INCLUDE.match(one.body)) for one in element.children
    )


def _is_table(element: Element) -> bool:
    named = [child.tag for child in element.children if isinstance(child, Element)]
    order = [tag for tag in ("caption", "thead", "tbody", "tfoot") if tag in named]
    return named == order and all(isinstance(child, Element) for child in element.children) and all(
        not part.attributes for part in element.children if isinstance(part, Element)
    )  # fmt: skip


def _parts(table: Element) -> list[Element]:
    return [child for child in table.children if isinstance(child, Element) and child.tag != "caption"]


def _across(cell: Element) -> int:
    given = cell.attributes.get("colspan", "1")
    return int(given) if given.isdecimal() and 0 < int(given) < 64 else 1


__all__ = ["to_word", "written"]
