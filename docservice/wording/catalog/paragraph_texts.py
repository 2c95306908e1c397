"""A wording as paragraphs that a person edits where she reads: sentences in words, fields by name, conditions told.

A paragraph is an element of the wording (or of a clause, where it is included) with its sentences, each a
``{% trans %}`` of the source. Its text has ``{name of a field}`` for each field and ``**…**`` around strong words;
nothing else of the source is seen or touched. What cannot be told so (a link, a plural) says why and stays for the
source.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from jinja2 import Environment, TemplateSyntaxError

from docservice.finding import Finding
from docservice.refusal import Refusal
from docservice.wording.bundle import Bundle
from docservice.wording.redlines.expressions import condition

Step = Literal["up", "down", "out", "add"]
LEAVES = frozenset(("p", "h1", "h2", "h3", "li", "dt", "dd", "th", "td", "caption", "figcaption", "blockquote"))
_TOKEN = re.compile(
    r"\{#.*?#\}|<!--.*?-->|\{%[-+]?\s*(?P<statement>.*?)\s*[-+]?%\}|\{\{.*?\}\}"
    r"""|<(?P<close>/)?(?P<tag>[a-zA-Z][\w-]*)(?:[^<>"']|"[^"]*"|'[^']*')*>""",
    re.S,
)
_GIVEN = re.compile(r"(\w+)\s*=\s*(.+?)(?=,\s*\w+\s*=|\Z)", re.S)
_INCLUDE = re.compile(r"""include\s+["']([^"']+)["']""")
_FIELD, _CHIP = re.compile(r"\{\{-?\s*(\w+)\s*-?\}\}"), re.compile(r"\{([^{}]*)\}")
_STRONG, _STARS = re.compile(r"<strong>(.*?)</strong>", re.S), re.compile(r"\*\*(.+?)\*\*", re.S)
_VOID = frozenset(("br", "img"))
_MOST = 5000


@dataclass(frozen=True, slots=True)
class SentenceText:
    """One sentence (or a few) that is translated as one: its ``text`` in words, and the fields in it by name.

    ``fixed`` says why it is not changed in words; empty where it may be. ``conditions`` are those inside the paragraph.
    """

    text: str
    fields: Mapping[str, str]  # its name → the expression
    fixed: str
    conditions: tuple[str, ...]
    tag: tuple[int, int]  # where the {% trans %} stands
    inner: tuple[int, int]


@dataclass(slots=True)
class ParagraphText:
    """A paragraph: ``id`` names it in its file, ``place`` is ``file:line``, as comments have it."""

    id: str
    file: str
    place: str
    element: str  # "" for a sentence that stands in none
    span: tuple[int, int]
    conditions: tuple[str, ...]
    around: tuple[int, ...]  # what it stands in: the starts of statements and elements
    sentences: list[SentenceText] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All of it, in words."""
        return " ".join(one.text for one in self.sentences)

    @property
    def movable(self) -> bool:
        """Whether it is an element that may be moved and taken out."""
        return self.element in ("p", "h1", "h2", "h3", "li")


def paragraph_texts(bundle: Bundle) -> tuple[ParagraphText, ...]:
    """The paragraphs of a version's English wording, in the order in which they are read."""
    seen: set[str] = set()
    return tuple(_read(bundle, bundle.wording_path, (), seen))


def field_names(paragraphs: tuple[ParagraphText, ...], among: ParagraphText) -> dict[str, str]:
    """The fields that may be put into a paragraph: name → expression. Those that the same file prints and that are
    known there: of no loop, or of the one that the paragraph stands in."""
    found: dict[str, str] = {}
    mine = {name: expression for one in among.sentences for name, expression in one.fields.items()}
    for paragraph in paragraphs:
        loops = {at for at in paragraph.around if at >= 0}
        if paragraph.file != among.file or not loops <= set(among.around):
            continue
        for one in paragraph.sentences:
            for name, expression in one.fields.items():
                found.setdefault(name, expression)
    return {**found, **mine}


def said(bundle: Bundle, paragraph: ParagraphText, texts: list[str]) -> str:
    """The file of a paragraph with its sentences as they were typed.

    Raises ``Refusal("wording.text")`` with what is wrong at each sentence (``/sentence/0`` …).
    """
    paragraphs = paragraph_texts(bundle)
    known = field_names(paragraphs, paragraph)
    source, wrong, spans = bundle.files[paragraph.file].decode(), [], []
    for number, (one, text) in enumerate(zip(paragraph.sentences, texts, strict=True)):
        text = " ".join(text.split())
        if one.fixed or text == one.text:
            continue
        try:
            inner, used = _source_of(text, {**known, **one.fields})
        except ValueError as error:
            wrong.append(Finding.error("wording.text", str(error), f"/sentence/{number}"))
            continue
        spans += [(one.inner, inner), (one.tag, _tag(used))]
    if wrong:
        raise Refusal("wording.text", "Something cannot be kept so.", wrong)
    for (start, end), new in sorted(spans, reverse=True):
        source = source[:start] + new + source[end:]
    return source


def moved(bundle: Bundle, paragraph: ParagraphText, step: Step, text: str = "") -> str:
    """The file of a paragraph with it moved, taken out, or with ``text`` as a paragraph after it.

    Raises ``Refusal``: ``wording.move`` where it cannot be, ``wording.text``.
    """
    source = bundle.files[paragraph.file].decode()
    start, end = paragraph.span
    if not paragraph.movable:
        raise Refusal("wording.move", "This one is moved in the source.", [])
    if step == "add":
        words = " ".join(text.split())
        try:
            inner, used = _source_of(words, field_names(paragraph_texts(bundle), paragraph))
        except ValueError as error:
            raise Refusal("wording.text", "Something cannot be kept so.", [
                Finding.error("wording.text", str(error), "/added")
            ]) from None  # fmt: skip
        tag = "li" if paragraph.element == "li" else "p"
        return f"{source[:end]}\n<{tag}>{_tag(used)}{inner}{{% endtrans %}}</{tag}>{source[end:]}"
    if step == "out":
        after = end + (source[end : end + 1] == "\n")
        return source[:start] + source[after:]
    other = neighbour(paragraph_texts(bundle), paragraph, step)
    if other is None:
        message = "There is no place to move it to: it stands at the end of its part."
        raise Refusal("wording.move", message, [])
    first, second = sorted((paragraph.span, other.span))
    return (
        source[: first[0]] + source[slice(*second)] + source[first[1] : second[0]] + source[slice(*first)]
        + source[second[1] :]
    )  # fmt: skip


def neighbour(paragraphs: tuple[ParagraphText, ...], paragraph: ParagraphText, step: Step) -> ParagraphText | None:
    """The paragraph that one may change places with: the next in the same part, with nothing of another between."""
    same = [one for one in paragraphs if one.file == paragraph.file and one.around == paragraph.around and one.movable]
    at = next((n for n, one in enumerate(same) if one.id == paragraph.id), None)
    if at is None:
        return None
    to = at + (1 if step == "down" else -1)
    return same[to] if 0 <= to < len(same) else None


def _read(bundle: Bundle, path: str, outer: tuple[str, ...], seen: set[str]) -> Iterator[ParagraphText]:
    data = bundle.files.get(path)
    if data is None or path in seen:
        return
    seen.add(path)
    yield from _File(bundle, path, data.decode(), outer, seen).paragraphs()


class _File:
    """One file, read from top to bottom."""

    def __init__(self, bundle: Bundle, path: str, source: str, outer: tuple[str, ...], seen: set[str]) -> None:
        self.bundle, self.path, self.source, self.outer, self.seen = bundle, path, source, outer, seen
        self.statements: list[tuple[str, int, str]] = []  # word, where, told in words
        self.open: list[tuple[str, int]] = []
        self.leaf: ParagraphText | None = None
        self.leaf_depth = 0
        self.count = 0

    def paragraphs(self) -> Iterator[ParagraphText]:
        trans: re.Match[str] | None = None
        plural = False
        for token in _TOKEN.finditer(self.source):
            statement = token["statement"]
            word, _, rest = (statement or "").partition(" ")
            if trans is not None:
                plural = plural or word == "pluralize"
                if word == "endtrans":
                    alone = self._sentence(trans, token, plural)
                    if alone is not None:
                        yield alone
                    trans, plural = None, False
            elif word == "trans":
                trans = token
            elif statement is not None:
                yield from self._statement(statement, word, rest, token)
            elif token["tag"]:
                done = self._element(token)
                if done is not None:
                    yield done

    def _statement(self, statement: str, word: str, rest: str, token: re.Match[str]) -> Iterator[ParagraphText]:
        if word == "if":
            self.statements.append(("if", token.start(), _told(rest)))
        elif word == "for":
            self.statements.append(("for", token.start(), f"once for each {_plain(rest.partition(' in ')[0])}"))
        elif word in ("elif", "else") and self.statements:
            _, _, before = self.statements[-1]
            told = _told(rest) if word == "elif" else before.replace("only if ", "not if ", 1)
            self.statements[-1] = ("if", token.start(), told)
        elif word in ("endif", "endfor") and self.statements:
            self.statements.pop()
        elif word == "include" and (found := _INCLUDE.match(statement)):
            yield from _read(self.bundle, found[1], (*self.outer, *self._told()), self.seen)

    def _told(self) -> tuple[str, ...]:
        return tuple(told for _, _, told in self.statements)

    def _element(self, token: re.Match[str]) -> ParagraphText | None:
        tag = token["tag"].lower()
        if tag in _VOID:
            return None
        if not token["close"]:
            if tag in LEAVES:
                self.leaf, self.leaf_depth = self._new(tag, token.start()), len(self.statements)
            self.open.append((tag, token.start()))
            return None
        while self.open and self.open.pop()[0] != tag:
            pass
        leaf = self.leaf
        if leaf is None or tag != leaf.element:
            return None
        self.leaf = None
        leaf.span = (leaf.span[0], token.end())
        if len(self.statements) != self.leaf_depth:
            leaf.element = ""  # a condition begins in it and ends outside
        return leaf if leaf.sentences else None

    def _new(self, tag: str, start: int) -> ParagraphText:
        self.count += 1
        line = self.source.count("\n", 0, start) + 1
        # Statements by their starts; the elements around by the negative of theirs, so that the two are told apart.
        around = (*(at for _, at, _ in self.statements), *(-at - 1 for _, at in self.open))
        conditions = (*self.outer, *self._told())
        return ParagraphText(
            f"{self.path}:{self.count}", self.path, f"{self.path}:{line}", tag, (start, start), conditions, around
        )

    def _sentence(self, trans: re.Match[str], end: re.Match[str], plural: bool) -> ParagraphText | None:
        inner = (trans.end(), end.start())
        raw = (
            " ".join(self.source[slice(*inner)].split()).partition("{% pluralize")[0].strip()
        )  # fixed, and told for one
        given = (trans["statement"] or "").removeprefix("trans").strip().removeprefix("trimmed").strip()
        fields = {m[1]: m[2].strip() for m in _GIVEN.finditer(given)}
        fields |= {name: name for name in _FIELD.findall(raw) if name not in fields}
        text = _STRONG.sub(lambda m: f"**{m[1]}**", raw)
        text = html.unescape(_FIELD.sub(lambda m: f"{{{_plain(m[1])}}}", text))
        fixed = ""
        if plural:
            fixed = "It is said one way for one and another for more: change it in the source."
        elif "<" in _STRONG.sub("", raw) or "{" in _CHIP.sub("", text) or "*" in _STRONG.sub("", raw):
            fixed = "It has a link or a sign in it that words cannot show: change it in the source."
        inside = self._told()[self.leaf_depth :] if self.leaf is not None else ()
        named = {_plain(name): expression for name, expression in fields.items()}
        one = SentenceText(text, named, fixed, inside, (trans.start(), trans.end()), inner)
        if self.leaf is not None:
            self.leaf.sentences.append(one)
            return None
        alone = self._new("", trans.start())
        alone.span = (trans.start(), end.end())
        alone.sentences.append(one)
        return alone


def _plain(name: str) -> str:
    return name.replace("_", " ").strip()


def _told(expression: str) -> str:
    """A condition in words; as it is written where it cannot be read."""
    try:
        node = Environment().parse("{{ " + expression + " }}").body[0].nodes[0]  # type: ignore[attr-defined]
    except (TemplateSyntaxError, IndexError, AttributeError):
        return _plain(expression)
    return f"only if {condition(node)}"


def _source_of(text: str, known: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """What was typed as source, and the fields it uses. ValueError with a sentence for what cannot be kept."""
    if not text:
        raise ValueError("There is nothing in it. To take the paragraph out, use “Take out”.")
    if len(text) > _MOST:
        raise ValueError(f"A sentence has at most {_MOST} characters.")
    used: dict[str, str] = {}
    parts = []
    for n, part in enumerate(_CHIP.split(text)):
        if n % 2 == 0:
            if "{" in part or "}" in part:
                raise ValueError("A brace stands alone: a field is written {like this}.")
            parts.append(html.escape(part, quote=False))
            continue
        name = " ".join(part.split())
        if name not in known:
            raise ValueError(f"There is no field “{name}” here. There are: {', '.join(sorted(known)) or 'none'}.")
        variable = name.replace(" ", "_")
        used[variable] = known[name]
        parts.append("{{ " + variable + " }}")
    made = _STARS.sub(r"<strong>\1</strong>", "".join(parts))
    if "**" in made:
        raise ValueError("Two stars stand alone: strong words are written **like this**.")
    return made, used


def _tag(used: Mapping[str, str]) -> str:
    given = ", ".join(f"{name}={expression}" for name, expression in used.items() if name != expression)
    return "{% trans " + given + " %}" if given else "{% trans %}"
