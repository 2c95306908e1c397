"""What a wording says, in order, without rendering it: its paragraphs with fields shown by name, its blocks and
statements, and where each stands.

Clauses are followed where they are included, both sides of a condition are read, a loop once. ``{{ violation.facts }}``
reads ``{violation.facts}``. What it does not do: judge (``wording.catalog.lint``), or compute which condition holds.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from typing import Literal

from docservice.wording.bundle import Bundle
from docservice.wording.catalog.anchors import WordingParagraph

_PIECE = re.compile(
    r"\{#.*?#\}|<!--.*?-->|\{%[-+]?\s*(?P<statement>.*?)\s*[-+]?%\}|\{\{-?\s*(?P<field>.*?)\s*-?\}\}", re.S
)
_INCLUDE = re.compile(r"""include\s+["']([^"']+)["']""")
_GIVEN = re.compile(r"(\w+)\s*=\s*(.+?)(?=,\s*\w+\s*=|\Z)", re.S)
_LEAVES = frozenset(
    ("p", "h1", "h2", "h3", "li", "dt", "dd", "th", "td", "caption", "figcaption", "address", "blockquote")
)
_VOID = frozenset(("br", "img"))
_MOST = 2_000_000  # characters of one wording with its clauses; an include in a circle ends here


@dataclass(frozen=True, slots=True)
class OutlineMark:
    """A block or statement in a wording. ``conditional``: it stands inside an ``{% if %}``."""

    kind: Literal["block", "statement"]
    name: str
    path: str
    place: str
    conditional: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """A wording read from top to bottom."""

    paragraphs: tuple[WordingParagraph, ...]
    marks: tuple[OutlineMark, ...]


@lru_cache(maxsize=64)
def outline(bundle: Bundle) -> Outline:
    """The outline of a version's English wording."""
    reader = _Reader(bundle)
    reader.read(bundle.wording_path, ())
    reader.close()
    return Outline(tuple(reader.paragraphs()), tuple(reader.marks))


@dataclass(slots=True)
class _Text:
    path: str
    place: str
    parts: list[str]


class _Reader(HTMLParser):
    def __init__(self, bundle: Bundle) -> None:
        super().__init__(convert_charrefs=True)
        self.bundle = bundle
        self.marks: list[OutlineMark] = []
        self.file, self.line, self.conditions, self.length = "", 1, 0, 0
        # Open elements: tag, the block names it adds, the paragraph it is (if it is one).
        self.open: list[tuple[str, tuple[str, ...], _Text | None]] = []
        self.texts: list[_Text] = []
        self.counted: Counter[tuple[str, str]] = Counter()

    def paragraphs(self) -> list[WordingParagraph]:
        joined = ((text, " ".join("".join(text.parts).split())) for text in self.texts)
        return [WordingParagraph(text.path, words, text.place) for text, words in joined if words]

    def read(self, path: str, above: tuple[str, ...]) -> None:
        """Feed one file, and what it includes where it includes it."""
        data = self.bundle.files.get(path)
        if data is None or path in above:
            return
        source = data.decode()
        position, names = 0, dict[str, str]()
        skipping = False  # between {% pluralize %} and {% endtrans %}
        for piece in _PIECE.finditer(source):
            if not skipping:
                self._feed(source, path, position, piece.start(), source[position : piece.start()])
            position = piece.end()
            statement, field = piece["statement"], piece["field"]
            if field is not None and not skipping:
                self._feed(source, path, piece.start(), position, "{" + html.escape(_name(field, names)) + "}")
            elif statement is not None:
                word, _, rest = statement.partition(" ")
                if word == "trans":
                    names = {m[1]: m[2].strip() for m in _GIVEN.finditer(rest.removeprefix("trimmed").strip())}
                elif word == "pluralize":
                    skipping = True
                elif word == "endtrans":
                    names, skipping = {}, False
                elif word in ("else", "elif"):
                    self._feed(source, path, position, position, " ")
                elif word == "if":
                    self.conditions += 1
                elif word == "endif":
                    self.conditions -= 1
                elif word == "include" and (found := _INCLUDE.match(statement)) and self.length < _MOST:
                    self.read(found[1], (*above, path))
        self._feed(source, path, position, len(source), source[position:])

    def _feed(self, source: str, path: str, start: int, end: int, text: str) -> None:
        # Line by line, so that a tag knows its own line.
        line = source.count("\n", 0, start) + 1
        for part in text.splitlines(keepends=True):
            self.file, self.line = path, line
            self.length += len(part)
            self.feed(part)
            line += part.endswith("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        names = _names(given)
        blocks = (*self._blocks(), *names)
        place = f"{self.file}:{self.line}"
        for kind, attribute in (("block", "data-block"), ("statement", "data-statement")):
            if attribute in given:
                path = "/".join(blocks)
                self.marks.append(OutlineMark(kind, given[attribute], path, place, self.conditions > 0))  # type: ignore[arg-type]
        if tag == "img" and given.get("alt"):
            self._text("img", blocks, place).parts.append(given["alt"])
        if tag in _VOID:
            if tag == "br":
                self.handle_data(" ")
            return
        self.open.append((tag, names, self._text(tag, blocks, place) if tag in _LEAVES else None))

    def handle_endtag(self, tag: str) -> None:
        if any(one == tag for one, _, _ in self.open):
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        text = next((text for _, _, text in reversed(self.open) if text is not None), None)
        if text is not None:
            text.parts.append(data)

    def _blocks(self) -> tuple[str, ...]:
        return tuple(name for _, names, _ in self.open for name in names)

    def _text(self, tag: str, blocks: tuple[str, ...], place: str) -> _Text:
        inside = "/".join(blocks)
        self.counted[inside, tag] += 1
        step = f"{tag}[{self.counted[inside, tag]}]"
        text = _Text(f"{inside}/{step}" if inside else step, place, [])
        self.texts.append(text)
        return text


def _names(given: dict[str, str]) -> tuple[str, ...]:
    """What an element adds to the block path."""
    if "data-statement" in given:
        return (given["data-statement"],)
    if "data-block" in given:
        return (given["data-block"],)
    if "data-violation" in given:
        return ("violation",)
    return (given["data-part"],) if "data-part" in given else ()


def _name(field: str, names: dict[str, str]) -> str:
    """A field as a reader sees it: without filters, and by the record it is read from."""
    bare = field.partition("|")[0].strip()
    return names.get(bare, bare).partition("|")[0].strip()
