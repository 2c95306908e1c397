"""A wording (semantic HTML with Jinja tags between and inside) as a tree, without running it.

Jinja tags are leaves that stand where they stand, so a tree can be changed and written out again. Two wordings are the
``same`` when their trees are: white space that a browser drops, the order of attributes and comments do not count.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from docservice.finding import Finding
from docservice.refusal import Refusal

INLINE = frozenset(("strong", "em", "sup", "sub", "span", "bdi", "time", "data", "a", "br", "img", "mark"))
VOID = frozenset(("br", "img"))
CONTAINERS = frozenset(
    ("article", "section", "aside", "ul", "ol", "dl", "table", "thead", "tbody", "tfoot", "tr", "figure")
)
# Possessive, and no tag inside a tag: what is never closed costs no more than what is.
JINJA = (
    r"\{\{(?:[^{}]|\}(?!\})|\{(?![{%#]))*+\}\}|\{%(?:[^%{]|%(?!\})|\{(?![{%#]))*+%\}|\{#(?:[^#{]|#(?!\})|\{(?!#))*+#\}"
)
_QUOTED = rf"\"(?:{JINJA}|[^\"{{]|\{{(?![{{%#]))*+\"|'(?:{JINJA}|[^'{{]|\{{(?![{{%#]))*+'"
_TOKEN = re.compile(
    rf"(?P<comment><!--(?:[^-<]|-(?!->)|<(?!!--))*+-->|\{{#(?:[^#{{]|#(?!\}})|\{{(?!#))*+#\}})|(?P<jinja>{JINJA})"
    rf"|</(?P<end>[A-Za-z][A-Za-z0-9]*)\s*+>|<(?P<tag>[A-Za-z][A-Za-z0-9]*)"
    rf"(?P<attributes>(?:\s++[^\s=<>/\"']++(?:\s*+=\s*+(?:{_QUOTED}|[^\s\"'<>/]++))?+)*+)\s*+(?P<closed>/?)>"
)
_ATTRIBUTE = re.compile(rf"([^\s=<>/\"']++)(?:\s*+=\s*+({_QUOTED}|[^\s\"'<>/]++))?+")
_TAG = re.compile(r"\{([{%])([-+]?)\s*(.*?)\s*([-+]?)[%}]\}", re.S)
_DEEPEST = 60
_SPACE = re.compile(r"[ \t\n\r\f]+")


@dataclass(frozen=True, slots=True)
class Text:
    """Words, with no character written as an entity."""

    text: str


@dataclass(frozen=True, slots=True)
class Jinja:
    """A tag of Jinja in its one spelling: ``{{ case.number }}``, ``{% if permit %}``."""

    source: str

    @property
    def is_field(self) -> bool:
        return self.source.startswith("{{")

    @property
    def body(self) -> str:
        found = _TAG.fullmatch(self.source)
        return found[3] if found else ""

    @property
    def word(self) -> str:
        """``if``, ``endfor``, …; empty for a field."""
        return "" if self.is_field else self.body.partition(" ")[0]


@dataclass(slots=True)
class Element:
    """An element of semantic HTML."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)


Node = Text | Jinja | Element


def jinja(source: str) -> Jinja:
    """A tag in its one spelling."""
    found = _TAG.fullmatch(source)
    if found is None:
        return Jinja(source)
    opens, closes = ("{{", "}}") if found[1] == "{" else ("{%", "%}")
    return Jinja(f"{opens}{found[2]} {' '.join(found[3].split(chr(10)))} {found[4]}{closes}")


def parse(source: str, file: str = "letter.html") -> list[Node]:
    """The tree of a wording. Raises ``Refusal("word.markup")`` for markup that does not nest, with its line."""
    source = re.sub(r"^[ \t]+(?=\{[%#])", "", source, flags=re.M)  # as rendering does: lstrip_blocks, trim_blocks
    roots: list[Node] = []
    open_: list[Element] = []

    def add(node: Node) -> None:
        (open_[-1].children if open_ else roots).append(node)

    def words(text: str, at: int) -> None:
        if "<" in text:
            raise _broken(source, at + text.index("<"), file, "this is no tag that a wording has")
        if text:
            add(Text(html.unescape(text)))

    position = 0
    for match in _TOKEN.finditer(source):
        words(source[position : match.start()], position)
        position = match.end()
        if match["comment"] or (match["jinja"] and match["jinja"].startswith("{%")):
            position += source.startswith("\n", position)
        if match["jinja"]:
            add(jinja(match["jinja"]))
        elif match["tag"]:
            element = Element(match["tag"].lower(), _attributes(match["attributes"]))
            add(element)
            if element.tag not in VOID:
                open_.append(element)
            if len(open_) > _DEEPEST:
                raise _broken(source, match.start(), file, "it is nested too deep")
        elif match["end"]:
            if not open_ or open_[-1].tag != match["end"].lower():
                raise _broken(source, match.start(), file, f"</{match['end']}> closes nothing that is open")
            open_.pop()
    words(source[position:], position)
    if open_:
        raise _broken(source, len(source), file, f"<{open_[-1].tag}> is not closed")
    return tidied(roots, container=True)


def _attributes(text: str) -> dict[str, str]:
    found = {}
    for match in _ATTRIBUTE.finditer(text):
        value = match[2] or ""
        found[match[1].lower()] = html.unescape(value[1:-1] if value[:1] in ("'", '"') else value)
    return found


def _broken(source: str, position: int, file: str, message: str) -> Refusal:
    place = f"{file}:{source.count(chr(10), 0, position) + 1}"
    return Refusal(
        "word.markup", f"The wording cannot be read: {message}.", [Finding.error("word.markup", message, place)]
    )


# White space


def tidied(nodes: Iterable[Node], *, container: bool) -> list[Node]:
    """``nodes`` with the white space that a browser shows, and no other."""
    merged: list[Node] = []
    for node in nodes:
        if isinstance(node, Text):
            text = _SPACE.sub(" ", node.text)
            if merged and isinstance(merged[-1], Text):
                text = _SPACE.sub(" ", merged.pop().text + text)  # type: ignore[union-attr]
            merged.append(Text(text))
        elif isinstance(node, Element):
            block = node.tag not in INLINE
            inside = tidied(node.children, container=block and _contains(node))
            if node.tag == "table":
                inside = _with_bodies(inside)
            merged.append(Element(node.tag, dict(node.attributes), inside if not block else _trimmed(inside)))
        else:
            merged.append(node)
    if container:
        return _between_blocks(merged)
    return merged


def _contains(element: Element) -> bool:
    """Whether what is in an element are blocks."""
    return element.tag in CONTAINERS or any(isinstance(c, Element) and c.tag not in INLINE for c in element.children)


def _between_blocks(nodes: list[Node]) -> list[Node]:
    kept: list[Node] = []
    for at, node in enumerate(nodes):
        if isinstance(node, Text):
            text = node.text
            if at == 0 or not is_inline(nodes[at - 1]):
                text = text.lstrip(" ")
            if at + 1 == len(nodes) or not is_inline(nodes[at + 1]):
                text = text.rstrip(" ")
            if text.strip(" ") or (text and 0 < at < len(nodes) - 1):
                kept.append(Text(text))
        else:
            kept.append(node)
    return kept


def is_inline(node: Node) -> bool:
    """Whether a node stands in a line of text."""
    return isinstance(node, Text) or (isinstance(node, Element) and node.tag in INLINE) or (
        isinstance(node, Jinja) and node.is_field
    )  # fmt: skip


def _trimmed(nodes: list[Node]) -> list[Node]:
    kept = list(nodes)
    if kept and isinstance(kept[0], Text):
        kept[0] = Text(kept[0].text.lstrip(" "))
    if kept and isinstance(kept[-1], Text):
        kept[-1] = Text(kept[-1].text.rstrip(" "))
    for at, node in enumerate(kept):
        if isinstance(node, Element) and node.tag == "br":
            for side, strip in ((at - 1, str.rstrip), (at + 1, str.lstrip)):
                if 0 <= side < len(kept) and isinstance(beside := kept[side], Text):
                    kept[side] = Text(strip(beside.text, " "))
    return [node for node in kept if not isinstance(node, Text) or node.text]


def _with_bodies(nodes: list[Node]) -> list[Node]:
    """Rows that stand in a table itself stand in its body."""
    kept: list[Node] = []
    rows: list[Node] = []
    for node in nodes:
        if isinstance(node, Element) and node.tag != "tr":
            kept += _body(rows)
            rows = []
            kept.append(node)
        else:
            rows.append(node)
    return kept + _body(rows)


def _body(rows: list[Node]) -> list[Node]:
    has_row = any(isinstance(row, Element) for row in rows)
    return [Element("tbody", {}, rows)] if has_row else rows


# Writing


def serialize(nodes: Iterable[Node]) -> str:
    """A wording as text: blocks on lines of their own, a paragraph on one line."""
    return "".join(f"{line}\n" for line in _lines(list(nodes)))


def canonical(nodes: Iterable[Node]) -> str:
    """The one text of a wording that has the same tree."""
    return "".join(f"{line}\n" for line in _lines(list(nodes), ordered=True))


def same(one: str, other: str) -> bool:
    """Whether two wordings say the same in the same structure. Raises ``Refusal`` when one does not nest."""
    return canonical(parse(one)) == canonical(parse(other))


def inline(nodes: Iterable[Node], *, ordered: bool = False) -> str:
    """``nodes`` as HTML on one line."""
    parts: list[str] = []
    for node in nodes:
        if isinstance(node, Text):
            parts.append(escaped(node.text))
        elif isinstance(node, Jinja):
            parts.append(node.source)
        else:
            head = _head(node, ordered)
            parts.append(f"<{head}/>" if node.tag in VOID else f"<{head}>{inline(node.children)}</{node.tag}>")
    return "".join(parts)


def escaped(text: str) -> str:
    """Words as HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _head(element: Element, ordered: bool) -> str:
    given = sorted(element.attributes.items()) if ordered else element.attributes.items()
    return element.tag + "".join(f' {name}="{_quoted(value)}"' for name, value in given)


def _quoted(value: str) -> str:
    """An attribute's value; the tags in it stay as they are."""
    parts = re.split(rf"({JINJA})", value)
    return "".join(p if at % 2 else html.escape(p, quote=True).replace("&#x27;", "'") for at, p in enumerate(parts))


def _lines(nodes: list[Node], ordered: bool = False) -> Iterator[str]:
    loose: list[Node] = []
    for node in nodes:
        if is_inline(node):
            loose.append(node)
            continue
        if loose:
            yield inline(loose, ordered=ordered)
            loose = []
        if isinstance(node, Jinja):
            yield node.source
        elif isinstance(node, Element):
            yield from _element(node, ordered)
    if loose:
        yield inline(loose, ordered=ordered)


def _element(element: Element, ordered: bool) -> Iterator[str]:
    head = _head(element, ordered)
    cells_only = element.tag == "tr" and all(isinstance(c, Element) and not _contains(c) for c in element.children)
    if cells_only:
        cells = "".join(line for cell in element.children for line in _lines([cell], ordered))
        yield f"<{head}>{cells}</tr>"
    elif not _contains(element):
        yield f"<{head}>{inline(element.children, ordered=ordered)}</{element.tag}>"
    else:
        yield f"<{head}>"
        yield from _lines(element.children, ordered)
        yield f"</{element.tag}>"
