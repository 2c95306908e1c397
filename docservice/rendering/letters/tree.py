"""Semantic HTML → a compact tree of JSON that the letterhead sets.

The HTML is that of ``docs/house.md`` and nothing else. Text stays text: the letterhead puts strings on the page and
evaluates none of them.

A node is a string, or ``[tag, attributes, children]``:

- inline: ``strong em sup sub mark br``, ``token`` (a fingerprint, set small), ``phone``, ``a {href, whole?}``,
  ``span {lang, region, dir}``, ``image {src, alt, …}``
- blocks: ``p {part?, sticky?}``, ``h {level}``, ``section {block?, violation?, part?, keep?, sticky?, tall, lead?}``
  (also aside, blockquote, address; ``tree_size``), ``ul {sticky?}``, ``ol {start, numbering?, sticky?}`` (children:
  items, each a list of nodes), ``dl`` (children: ``[term, description]``), ``table {columns, aligns, head, foot,
  wide}`` (children: rows of ``[cell attributes, nodes]``), ``figure {src, alt, sticky?, …}`` (children: caption)

White space is collapsed as a browser does. Bidirectional isolation (UAX #9) is put in where a fact could be misread:
everywhere in a right-to-left document, elsewhere around right-to-left text only, so that plain letters carry no
invisible characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from docservice.casefile.direction import RTL_CHARACTERS, direction
from docservice.finding import Finding
from docservice.refusal import Refusal
from docservice.rendering.letters.tree_size import is_wide, lead, tall
from docservice.rendering.letters.tree_text import SPACE, TypstNode, plain, trim
from docservice.rendering.letters.typst_language import Directions, split_language

_Picture = Callable[[str, str], Mapping[str, Any]]

_RTL = re.compile(f"[{RTL_CHARACTERS}]")
_NUMERIC = re.compile(r"^[\W\d]*\d[\W\d]*$")

_INLINE = frozenset(["strong", "em", "span", "bdi", "time", "data", "a", "br", "mark", "img", "b", "i", "sup", "sub"])
_SECTIONS = frozenset(["section", "aside", "blockquote", "address"])
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3}
_ISOLATES = {"ltr": "\u2066", "rtl": "\u2067", "": "\u2068"}
_END = "\u2069"
_ONE_LINE = 70  # characters: an address of the web up to here is not broken
_KEPT_WHOLE = 600  # characters: a violation up to here is not split over two pages; other sections up to three quarters


@dataclass(frozen=True, slots=True)
class AddressLine:
    """One line of the address: ``kind`` is name, latin, attention or line."""

    kind: str
    nodes: list[TypstNode]
    text: str


@dataclass(slots=True)
class Tree:
    """A letter, sorted into what the letterhead lifts to a fixed place and what flows."""

    title: str
    language: str
    direction: str
    recipient: list[AddressLine] = field(default_factory=list)
    identification: list[TypstNode] = field(default_factory=list)
    body: list[TypstNode] = field(default_factory=list)
    stub: list[TypstNode] = field(default_factory=list)
    taglines: list[TypstNode] = field(default_factory=list)


def build(root: etree._Element, picture: _Picture, directions: Directions = direction) -> Tree:
    """The tree of an ``<article>``.

    ``picture(src, alt)`` answers for ``picture:…``, ``bundle:…``, ``qr:…`` and ``barcode:…`` with attributes for the
    letterhead (``src`` inside the press's root, ``width`` and ``height`` in pixels), ``directions`` for the way of a
    language. Raises ``Refusal("typeset.element")`` for an element that the house's HTML does not have.
    """
    article = root if root.tag == "article" else root.find(".//article")
    if article is None:
        raise Refusal("typeset.element", "The wording has no <article>.")
    language = article.get("lang") or "en"
    way = article.get("dir") or direction(language)
    builder = _Builder(language, way, picture, directions)
    heading = article.find(".//h1")
    tree = Tree("" if heading is None else text_of(heading), language, way)
    for child in article:
        block = child.get("data-block") if isinstance(child.tag, str) else None
        if block == "recipient":
            tree.recipient = builder.address(child)
        elif block == "identification":
            tree.identification = builder.blocks(child)
        elif block == "payment-stub":
            tree.stub = builder.blocks(child)
        elif block == "taglines":
            tree.taglines = builder.blocks(child)
        elif isinstance(child.tag, str):
            if block in ("signature", "verify", "enclosures") and tree.body:
                _hold(tree.body)
            tree.body += builder.block(child)
    if builder.unknown:
        names = sorted(builder.unknown)
        raise Refusal(
            "typeset.element",
            "The wording uses elements that letters do not have.",
            [Finding.error("typeset.element", f"<{name}> is not one of the elements of a letter") for name in names],
        )
    return tree


def _strings(element: etree._Element) -> Iterator[str]:
    return (text for text in element.itertext() if isinstance(text, str))


def text_of(element: etree._Element) -> str:
    """The text of an element, white space collapsed."""
    return SPACE.sub(" ", "".join(_strings(element))).strip()


class _Builder:
    def __init__(self, language: str, direction: str, picture: _Picture, directions: Directions) -> None:
        self.language, self.direction, self.picture, self.directions = language, direction, picture, directions
        self.unknown: set[str] = set()
        self.level = 0

    # Blocks

    def blocks(self, element: etree._Element) -> list[TypstNode]:
        """The children of ``element`` as blocks; runs of bare inline content become paragraphs."""
        found: list[TypstNode] = []
        run: list[TypstNode] = [element.text] if element.text else []
        for child in element:
            if not isinstance(child.tag, str):
                run += [child.tail] if child.tail else []
            elif child.tag in _INLINE:
                run += self._inline(child)
                run += [child.tail] if child.tail else []
            else:
                found += _paragraph(run)
                run = [child.tail] if child.tail else []
                found += self.block(child)
        return found + _paragraph(run)

    def block(self, element: etree._Element) -> list[TypstNode]:
        """One block element."""
        nodes = self._block(element)
        language = element.get("lang")
        if language and language != self.language:
            return [["section", split_language(language, self.directions), nodes]]
        return nodes

    def _block(self, element: etree._Element) -> list[TypstNode]:
        tag = element.tag
        if tag in ("p", "figcaption"):
            return _paragraph(self.inline(element), _marks(element))
        if tag in _HEADINGS:
            # A clause may bring an h3 to a letter without h2; PDF/UA-1 allows no gap in the outline.
            self.level = min(_HEADINGS[tag], self.level + 1)
            return [["h", {"level": self.level}, self.inline(element)]]
        if tag in _SECTIONS:
            marks = _marks(element)
            if marks and len(text_of(element)) <= (_KEPT_WHOLE if "violation" in marks else 3 * _KEPT_WHOLE // 4):
                marks["keep"] = True
            inside = self.blocks(element)
            if "violation" in marks and len(inside) > 2:
                _hold(inside[:-1])  # its last line, the date, is not left alone on the next page
            marks["tall"] = tall(inside)
            if inside and inside[0][0] == "h":
                marks["lead"] = lead(inside[1:])
            return [["section", {**marks, "tag": tag}, inside]]
        if tag in ("ul", "ol"):
            return [[tag, _numbered(element), [self.content(item) for item in element.iterchildren("li")]]]
        if tag == "dl":
            return [["dl", {}, list(self._definitions(element))]]
        if tag == "table":
            return [self._table(element)]
        if tag == "figure":
            return self._figure(element)
        self.unknown.add(str(tag))
        return []

    def content(self, element: etree._Element) -> list[TypstNode]:
        """What is inside an item, a cell or a description: inline when there is no block in it."""
        blocks = any(isinstance(child.tag, str) and child.tag not in _INLINE for child in element)
        nodes = self.blocks(element) if blocks else self.inline(element)
        language = element.get("lang")
        if language and language != self.language and nodes:
            return [["section" if blocks else "span", split_language(language, self.directions), nodes]]
        return nodes

    def _definitions(self, element: etree._Element) -> Iterator[list[list[TypstNode]]]:
        term: list[TypstNode] = []
        description: list[TypstNode] = []
        for child in element.iterchildren("dt", "dd"):
            if child.tag == "dt":
                if description:
                    yield [term, description]
                    term, description = [], []
                term = [*term, ["br", {}, []], *self.inline(child)] if term else self.inline(child)
            else:
                more = self.content(child)
                if description and isinstance(description[-1], str):
                    description.append(["br", {}, []])
                description += more
        if term or description:
            yield [term, description]

    def _figure(self, element: etree._Element) -> list[TypstNode]:
        image = element.find(".//img")
        caption = element.find("figcaption")
        words = [] if caption is None else self.inline(caption)
        if image is None:
            return _paragraph(words)
        return [["figure", self._image(image), words]]

    def _table(self, element: etree._Element) -> TypstNode:
        rows: list[list[list[Any]]] = []
        head = foot = 0
        numeric: dict[int, bool] = {}
        widest: dict[int, int] = {}
        columns = 0
        for row in element.iter("tr"):
            cells: list[list[Any]] = []
            at = 0
            part = row.getparent()
            in_head = part is not None and part.tag == "thead"
            for cell in row.iterchildren("td", "th"):
                across, down = int(cell.get("colspan", "1")), int(cell.get("rowspan", "1"))
                attributes: dict[str, Any] = {}
                if cell.tag == "th":
                    attributes["th"] = cell.get("scope", "col")
                if across > 1:
                    attributes["colspan"] = across
                if down > 1:
                    attributes["rowspan"] = down
                text = text_of(cell)
                if across == 1:
                    widest[at] = max(widest.get(at, 0), len(text) if not in_head else min(len(text), 14))
                    if not in_head and text:
                        numeric[at] = numeric.get(at, True) and bool(_NUMERIC.match(text))
                cells.append([attributes, self.content(cell)])
                at += across
            columns = max(columns, at)
            rows.append(cells)
            head += in_head
            foot += part is not None and part.tag == "tfoot"
        caption = element.find("caption")
        return [
            "table",
            {
                "columns": [_share(widest.get(i, 0), numeric.get(i, False)) for i in range(columns)],
                "aligns": ["end" if numeric.get(i, False) else "start" for i in range(columns)],
                "head": head,
                "foot": foot,
                "wide": is_wide([*widest.values()], len(rows)),
                "caption": [] if caption is None else self.inline(caption),
            },
            rows,
        ]

    # Inline

    def inline(self, element: etree._Element) -> list[TypstNode]:
        """The content of ``element`` as inline nodes, trimmed."""
        nodes = trim(self._inside(element))
        if self.direction == "rtl" and len(nodes) > 1 and _left_to_right(element):
            # English facts in a row, or figures: their points and commas belong to them.
            return [_ISOLATES["ltr"], *nodes, _END]
        return nodes

    def _inside(self, element: etree._Element) -> list[TypstNode]:
        nodes: list[TypstNode] = [element.text] if element.text else []
        for child in element:
            if isinstance(child.tag, str):
                nodes += self._inline(child)
            if child.tail:
                nodes.append(child.tail)
        return nodes

    def _inline(self, element: etree._Element) -> list[TypstNode]:
        tag = element.tag
        if tag == "br":
            return [["br", {}, []]]
        if tag == "img":
            return [["image", self._image(element), []]]
        inside = self._inside(element)
        if tag == "a":
            href = element.get("href", "")
            if not href.startswith(("https:", "http:", "mailto:", "tel:")):
                return inside
            whole = {"whole": True} if inside == [href] and len(href) <= _ONE_LINE else {}
            return [["a", {"href": href, **whole}, inside]]
        if tag in ("strong", "em", "mark", "sup", "sub"):
            return [[tag, {}, inside]]
        if tag in ("span", "bdi", "time", "data"):
            return self._isolated(element, inside)
        self.unknown.add(str(tag))
        return []

    def _isolated(self, element: etree._Element, inside: list[TypstNode]) -> list[TypstNode]:
        language = element.get("lang")
        isolate = element.tag != "span" or element.get("dir") is not None
        if language is not None and language != self.language:
            inside = [["span", split_language(language, self.directions), inside]]
            isolate |= self.direction == "rtl"
        # Around the change of language: Typst embeds it, and an embedding alone would pull its neighbors along.
        if isolate and (self.direction == "rtl" or _RTL.search("".join(_strings(element)))):
            return [_ISOLATES[element.get("dir") or ""], *inside, _END]
        return inside

    def _image(self, element: etree._Element) -> dict[str, Any]:
        alt = element.get("alt", "")
        address, digits = element.get("data-qr"), element.get("data-barcode")
        src = f"qr:{address}" if address else f"barcode:{digits}" if digits else element.get("src", "")
        kind = {"qr": True} if address else {"bars": True} if digits else {}
        return {**self.picture(src, alt), "alt": alt, **kind}

    # The window

    def address(self, section: etree._Element) -> list[AddressLine]:
        """The lines of the ``<address>``, split at line breaks and blocks."""
        home = section.find(".//address")
        home = section if home is None else home
        lines: list[AddressLine] = []
        nodes: list[TypstNode] = []
        kinds: list[str] = []

        def close() -> None:
            trimmed = trim(nodes)
            if trimmed:
                kind = next((k for k in ("name", "latin", "attention") if k in kinds), "line")
                lines.append(AddressLine(kind, trimmed, plain(trimmed)))
            nodes.clear()
            kinds.clear()

        if home.text:
            nodes.append(home.text)
        for child in home:
            if child.tag == "br":
                close()
            elif isinstance(child.tag, str) and child.tag in _INLINE:
                kinds += [_address_kind(e.get("data-fact", "")) for e in child.iter() if isinstance(e.tag, str)]
                nodes += self._inline(child)
            elif isinstance(child.tag, str):
                close()
                lines += self.address(child)
            if child.tail:
                nodes.append(child.tail)
        close()
        return lines


def _address_kind(pointer: str) -> str:
    if pointer.endswith("/latin"):
        return "latin"
    if pointer.endswith("/attention"):
        return "attention"
    return "name" if pointer.endswith(("/name", "/name/text")) else "line"


def _marks(element: etree._Element) -> dict[str, Any]:
    marks = ("block", "violation", "part", "field", "kind", "lines")
    return {key: value for key in marks if (value := element.get(f"data-{key}")) is not None}


def _numbered(element: etree._Element) -> dict[str, Any]:
    if element.tag == "ul":
        return {}
    pattern = element.get("data-numbering")
    return {"start": int(element.get("start", "1")), **({"numbering": pattern} if pattern else {})}


def _hold(nodes: list[TypstNode]) -> None:
    """Bind the last block to what follows: a signature, or what comes after it, never stands alone on a page."""
    tag, attributes, inside = nodes[-1]
    if tag in ("p", "ul", "ol", "figure"):
        attributes["sticky"] = True
    elif tag == "section" and inside and not isinstance(inside[-1], str):
        if attributes.get("keep"):
            attributes["sticky"] = True
        _hold(inside)


def _left_to_right(element: etree._Element) -> bool:
    """Whether an element, one line of text in the document's language, has nothing that runs the other way."""
    if element.get("lang") is not None or element.find(".//br") is not None:
        return False
    text = "".join(_strings(element))
    return _RTL.search(text) is None and any(map(str.isalnum, text))


def _paragraph(nodes: list[TypstNode], attributes: dict[str, Any] | None = None) -> list[TypstNode]:
    trimmed = trim(nodes)
    return [["p", attributes or {}, trimmed]] if trimmed else []


def _share(widest: int, numeric: bool) -> float:
    """The width of a column: 0 fits its content, otherwise a share of what is left that grows with the text."""
    return 0 if numeric or widest <= 22 else round(max(widest, 12) ** 0.5, 1)
