"""Resolved HTML → blocks.

Read as a stream, since the HTML of a wording is whole only once its conditions are decided: both branches of an
``{% if %}`` may open the same element. A condition between blocks is a block, one inside a sentence is a token.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import groupby

from docservice.wording.redlines.resolving import Resolved
from docservice.wording.redlines.tokens import tokens
from docservice.wording.redlines.values import Block, Token

_SECTIONS = frozenset({"article", "section", "aside", "blockquote", "figure"})
_TEXT = frozenset({"h1", "h2", "h3", "h4", "p", "li", "dt", "dd", "caption", "figcaption", "address"})
_CELLS = frozenset({"td", "th"})
_STYLES = frozenset({"strong", "em", "b", "i", "a", "mark", "span", "bdi", "time", "data", "sub", "sup"})
_LISTS = frozenset({"ul", "ol", "dl"})
_ROWS = {"thead": "head", "tfoot": "foot"}
_ATOMS = re.compile("([\U000f0000-\U000ffffd])")
_MARKERS = ("data-block", "data-statement")


def parse(resolved: Resolved, language: str) -> tuple[Block, ...]:
    """The blocks of a resolved wording, in reading order."""
    reader = _Reader(resolved, language)
    reader.feed(resolved.html)
    reader.close()
    reader.flush()
    return tuple(reader.blocks)


class _Reader(HTMLParser):
    def __init__(self, resolved: Resolved, language: str) -> None:
        super().__init__(convert_charrefs=True)
        self.resolved, self.language = resolved, language
        self.blocks: list[Block] = []
        self.open: list[tuple[str, str, tuple[tuple[str, str], ...]]] = []  # element, statutory name, attributes
        self.said: set[int] = set()  # open lists, by their place, whose first item was read
        self.styles: list[tuple[str, str]] = []
        self.files: list[str] = []
        self.tokens: list[Token] = []
        self.space = False
        self.origin: str | None = None
        self.role: tuple[str, tuple[tuple[str, str], ...]] | None = None

    # What HTMLParser calls ----------------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = tuple(sorted((name, self._shown(value or "")) for name, value in attrs))
        if tag == "br":
            self._token(Token("break", "↵", "br", self.space))
        elif tag == "img":
            self._picture(dict(given))
        elif tag in _STYLES:
            self.styles.append((tag, _style(tag, dict(given))))
        elif tag in _SECTIONS:
            self.flush()
            self._open(tag, given)
            self._marker("section", tag, given)
        elif tag in _CELLS:
            self._cell(tag, given)
        elif self._in("tr") and tag != "tr":
            self._token(Token("break", "↵", tag, self.space))
        elif tag in _TEXT or tag == "tr":
            self.flush()
            self._open(tag, given)
            self.role = self._role(tag, given)
        else:
            self.flush()
            self._open(tag, given)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in ("br", "img"):
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _STYLES:
            at = next((i for i in range(len(self.styles) - 1, -1, -1) if self.styles[i][0] == tag), None)
            if at is not None:
                del self.styles[at]
            return
        if tag in ("br", "img") or tag in _CELLS or (self._in("tr") and tag != "tr"):
            return
        self.flush()
        at = next((i for i in range(len(self.open) - 1, -1, -1) if self.open[i][0] == tag), None)
        if at is None:
            return
        if tag in _SECTIONS:
            self._marker("section-end", tag, self.open[at][2])
        del self.open[at]
        last = self.open[-1] if self.open else None
        self.role = self._role(last[0], last[2]) if last and last[0] in _TEXT else None

    def handle_data(self, data: str) -> None:
        for piece in _ATOMS.split(data):
            if _ATOMS.fullmatch(piece):
                self._atom(piece)
            elif piece.strip():
                for token in tokens(piece, self.language, style=self._style(), space=self.space):
                    self._token(token)
                self.space = piece[-1].isspace()
            elif piece:
                self.space = True

    # Blocks -------------------------------------------------------------------------------------------------

    def flush(self) -> None:
        """End the block under way."""
        held, self.tokens, self.space = self.tokens, [], False
        origin, self.origin = self.origin, None
        if held and all(token.kind == "condition" for token in held):
            # Conditions alone in a list item or a cell stand between its blocks.
            for token in held:
                self._block("condition", (token,), (), origin)
        elif held:
            role, attributes = self.role or ("p", ())
            cells = [token.source for token in held if token.kind == "cell"]
            if cells:
                attributes = (*attributes, ("cells", ", ".join(kind for kind, _ in groupby(cells))))
            role = "figure" if all(token.kind == "picture" for token in held) else role
            first, *rest = held
            start = Token(first.kind, first.text, first.key, False, first.source, first.style)
            self._block(role, (start, *rest), attributes, origin)

    def _block(
        self, role: str, held: tuple[Token, ...], attributes: tuple[tuple[str, str], ...], origin: str | None
    ) -> None:
        within = tuple(name for _, name, _ in self.open if name)
        depth = sum(tag in _LISTS and tag != "dl" for tag, _, _ in self.open)
        file = origin if origin is not None else (self.files[-1] if self.files else "")
        self.blocks.append(Block(role, held, attributes, within, depth, self._in("table"), file))

    def _marker(self, role: str, tag: str, attributes: tuple[tuple[str, str], ...]) -> None:
        """The start or end of a section, its attributes as tokens."""
        held = [Token("attribute", tag, f"element={tag}")]
        if role == "section":  # at its end nothing is said again: one change would be two
            for name, value in attributes:
                shown = value if name in _MARKERS else f"{name} {value}"
                held.append(Token("attribute", shown, f"{name}={value}", True))
        self._block(role, tuple(held), (), None)

    def _open(self, tag: str, attributes: tuple[tuple[str, str], ...]) -> None:
        given = dict(attributes)
        name = given.get("data-block", "")
        if "data-statement" in given and name in ("", "statements"):
            name = (
                f"statement {given['data-statement']}"  # each is by itself required by law; their common block is not
            )
        self.said.discard(len(self.open))
        self.open.append((tag, name if tag in _SECTIONS or name else "", attributes))

    def _role(self, tag: str, attributes: tuple[tuple[str, str], ...]) -> tuple[str, tuple[tuple[str, str], ...]]:
        if tag == "li":
            kind = next((name for name, _, _ in reversed(self.open) if name in ("ul", "ol")), "ul")
            return "li", (("list", kind), *self._counted(), *attributes)
        if tag == "tr":
            part = next((_ROWS[name] for name, _, _ in reversed(self.open) if name in _ROWS), "body")
            return "row", (("part", part), *attributes)
        return tag, attributes

    def _counted(self) -> tuple[tuple[str, str], ...]:
        """How the list of an item is counted, said with its first item."""
        at = next((i for i in reversed(range(len(self.open))) if self.open[i][0] in ("ul", "ol")), None)
        if at is None or at in self.said:
            return ()
        self.said.add(at)
        held = [
            f"{name} {value}" for name, value in self.open[at][2] if name in ("start", "data-numbering", "reversed")
        ]
        return (("numbers", ", ".join(held)),) if held else ()

    def _in(self, tag: str) -> bool:
        return any(name == tag for name, _, _ in self.open)

    # Tokens -------------------------------------------------------------------------------------------------

    def _token(self, token: Token) -> None:
        if not self.tokens:
            self.origin = self.files[-1] if self.files else ""
        self.tokens.append(token)
        self.space = False

    def _style(self) -> tuple[str, ...]:
        return tuple(shown for _, shown in self.styles if shown)

    def _atom(self, character: str) -> None:
        atom = self.resolved.atom(character)
        if atom.kind == "file":
            if atom.source:
                self.files.append(atom.source)
            elif self.files:
                self.files.pop()
            return
        if atom.kind == "condition":
            token = Token("condition", atom.text, atom.source, self.space, f"{{% {atom.source} %}}")
            if self.role is None and self._closes(atom.source):
                self.flush()
                self._block("condition", (token,), (), None)
            else:
                self._token(token)
            return
        key = atom.source
        self._token(Token("field", atom.text, key, self.space, f"{{{{ {atom.source} }}}}", self._style()))

    def _closes(self, source: str) -> bool:
        """Whether a condition in loose text stands between blocks: it opens nothing that this text would close."""
        if not self.tokens:
            return True
        begun = sum(_opens(token.key) for token in self.tokens if token.kind == "condition")
        return begun == 0 and not _opens(source) > 0

    def _cell(self, tag: str, attributes: tuple[tuple[str, str], ...]) -> None:
        if not self._in("tr"):
            self.flush()
            self.open.append(("tr", "", ()))
            self.role = self._role("tr", ())
        exact = " ".join([tag, *(f"{name}={value}" for name, value in attributes)])
        # What a cell is, is the row's: were it the cell's, one that becomes wider would be another with the same words.
        self._token(Token("cell", "heading cell" if tag == "th" else "cell", "cell", self.space, exact))

    def _picture(self, given: dict[str, str]) -> None:
        source = given.get("src") or f"code for {given.get('data-qr') or given.get('data-barcode', '')}"
        self._token(Token("picture", given.get("alt", ""), f"{source} {given.get('alt', '')}", self.space, source))

    def _shown(self, value: str) -> str:
        """An attribute's value, its fields by their source."""

        def named(match: re.Match[str]) -> str:
            atom = self.resolved.atom(match[1])
            if atom.kind == "file":
                return ""
            return f"{{{{ {atom.source} }}}}" if atom.kind == "field" else f"{{% {atom.source} %}}"

        return " ".join(_ATOMS.sub(named, value).split())


def _opens(source: str) -> int:
    """1 for the start of a condition, -1 for its end, else 0."""
    word = source.split(" ")[0]
    return (word in ("if", "for") or source.startswith("form 0 ")) - word.startswith("end")


def _style(tag: str, given: dict[str, str]) -> str:
    name = {"b": "strong", "i": "em"}.get(tag, tag)
    if name in ("strong", "em", "sup", "sub") and not given:
        return name
    if name == "a":
        return f"a={given.get('href', '')}"
    said = " ".join(f"{key}={value}" for key, value in sorted(given.items()))
    return f"{name} {said}" if said else ""
