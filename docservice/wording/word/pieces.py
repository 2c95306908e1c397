"""The text of one Word paragraph: its words, its tags, and the sentences in it.

Word splits a tag over runs, curls its quotes and puts hard spaces in: here it is put together again. Every sentence
that stands outside ``{% trans %}`` gets one, with a name for each field in it, so that it can be translated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from docservice.refusal import Refusal
from docservice.wording.word.tree import JINJA, Element, Jinja, Node, TextNode, jinja, parse


@dataclass(frozen=True, slots=True)
class TextFormat:
    """How a piece of text is set, as far as wording has a word for it. ``source``: in the style of tags."""

    bold: bool = False
    italic: bool = False
    shift: str = ""  # sup or sub
    language: str | None = None
    source: bool = False


PLAIN = TextFormat()


@dataclass(frozen=True, slots=True)
class WordText:
    """Text between tags."""

    text: str
    format: TextFormat = PLAIN


@dataclass(frozen=True, slots=True)
class Tag:
    """A Jinja tag. ``scope`` is docxtpl's: ``p`` for the paragraph, ``tr`` for the row, ``r`` for the run, ``tc``."""

    jinja: Jinja
    format: TextFormat = PLAIN
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands between words: the begin or end of an inline element, a line break, a tab, a picture."""

    kind: Literal["open", "close", "br", "tab", "element"]
    element: Element | None = None
    format: TextFormat = PLAIN  # how the element as a whole is set


WordPiece = WordText | Tag | Mark
Stream = list[tuple[str, TextFormat] | Mark]
_Complain = Callable[[str, str], None]  # code, message

_MARK = "\ufffc"
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u2060\ufeff\ufffc]")
_TAGS = re.compile(JINJA)
_IMAGE = re.compile(rf"<img\b(?:{JINJA}|[^<>{{]|\{{(?![{{%#]))*+>")
_SCOPE = re.compile(r"\{([{%])(p|tr|tc|r)\s+")
_STRAIGHT = str.maketrans({
    "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "″": '"', "‘": "'", "’": "'", "‚": "'", "‛": "'",
    "′": "'", "\u00a0": " ", "\u202f": " ", "\u2007": " ", "\t": " ", "\n": " ", "\u2011": "-", "\u2212": "-",
    "\u2026": "...",
})  # fmt: skip
_GIVEN = re.compile(r"(\w+)\s*=\s*(.+?)(?=,\s*\w+\s*=|\Z)", re.S)
_LAST_NAME = re.compile(r"([A-Za-z_]\w*)\s*(?:\[[^\]]*\]\s*)*(?:\(.*\))?\s*\Z", re.S)
_LETTER = re.compile(r"[^\W\d_]")
_TAKEN = frozenset(
    ("trimmed", "notrimmed", "context", "num", "loop", "true", "false", "none", "and", "or", "not", "if")
)
_OPENERS = {"if": "endif", "for": "endfor", "trans": "endtrans", "with": "endwith"}


def read(stream: Stream) -> list[WordPiece]:
    """The pieces of a paragraph: tags put together again, whatever Word did to them."""
    text, formats, marks = _flat(stream)
    pieces: list[WordPiece] = []

    def words(start: int, end: int) -> None:
        at = start
        while at < end:
            if text[at] == _MARK:
                pieces.append(marks[at])
                at += 1
                continue
            to = at
            while to < end and text[to] != _MARK and formats[to] == formats[at]:
                to += 1
            pieces.append(WordText(text[at:to], replace(formats[at], source=False)))
            at = to

    position = 0
    while position < len(text):
        found = _next(text, formats, position)
        if found is None:
            break
        words(position, found.start())
        position = found.end()
        inside = [marks[at] for at in range(found.start(), position) if at in marks]
        characters = "".join(_in_a_tag(text[at], marks.get(at)) for at in range(found.start(), position))
        pieces += _tag(_INVISIBLE.sub("", characters), replace(formats[found.start()], source=False))
        pieces += [mark for mark in inside if mark.kind in ("open", "close", "element")]
    words(position, len(text))
    return pieces


def _in_a_tag(character: str, mark: Mark | None) -> str:
    if mark is None:
        return character
    return " " if mark.kind in ("br", "tab") else ""


def _flat(stream: Stream) -> tuple[str, list[TextFormat], dict[int, Mark]]:
    parts: list[str] = []
    formats: list[TextFormat] = []
    marks: dict[int, Mark] = {}
    for one in stream:
        if isinstance(one, Mark):
            marks[len(formats)] = one
            parts.append(_MARK)
            formats.append(formats[-1] if formats else PLAIN)
        else:
            text = _INVISIBLE.sub("", one[0])
            parts.append(text)
            formats += [one[1]] * len(text)
    return "".join(parts), formats, marks


def _next(text: str, formats: list[TextFormat], position: int) -> re.Match[str] | None:
    tag = _TAGS.search(text, position)
    end = tag.start() if tag is not None else len(text)
    at = text.find("<img", position, end)
    while at >= 0:
        if formats[at].source and (image := _IMAGE.match(text, at)):  # in ordinary text it is ordinary text
            return image
        at = text.find("<img", at + 1, end)
    return tag


def _tag(source: str, format: TextFormat) -> list[WordPiece]:
    if source.startswith("{#"):
        return []
    if source.startswith("<"):
        return _image(source, format)
    source = source.translate(_STRAIGHT)
    scope = _SCOPE.match(source)
    if scope:
        source = f"{{{scope[1]} {source[scope.end() :]}"
    return [Tag(jinja(source), format, scope[2] if scope else "")]


def _image(source: str, format: TextFormat) -> list[WordPiece]:
    """The picture that a piece of source means: as it stands, else with straight quotes; else it is words."""
    for text in (source, source.translate(_STRAIGHT)):
        try:
            found = [Mark("element", one) for one in parse(text) if isinstance(one, Element)]
        except Refusal:
            continue
        return list(found)
    return [WordText(source, format)]


# Sentences


def sentences(pieces: list[WordPiece], complain: _Complain) -> list[WordPiece]:
    """``pieces`` with every sentence in ``{% trans %}``. Where Word lost one end of one, it is made anew."""
    pieces, given = _whole_trans(pieces, complain)
    result: list[WordPiece] = []
    stretch: list[WordPiece] = []
    inside = False
    for piece in pieces:
        word = piece.jinja.word if isinstance(piece, Tag) else ""
        if word == "trans":
            result += _sentence(stretch, given)
            stretch, inside = [piece], True
        elif word == "endtrans":
            if any(isinstance(p, Mark | Tag) or p.text.strip() for p in stretch[1:]):
                result += [*stretch, piece]
            stretch, inside = [], False
        elif inside or isinstance(piece, WordText) or (isinstance(piece, Tag) and piece.jinja.is_field):
            stretch.append(piece)
        else:
            result += [*_sentence(stretch, given), piece]
            stretch = []
    return _paired(result + _sentence(stretch, given))


def _whole_trans(pieces: list[WordPiece], complain: _Complain) -> tuple[list[WordPiece], dict[str, str]]:
    """The pieces, without ``trans`` tags when they do not pair; and what names those gave."""
    open_ = False
    whole = True
    given: dict[str, str] = {}
    for piece in pieces:
        word = piece.jinja.word if isinstance(piece, Tag) else ""
        if isinstance(piece, Tag) and word == "trans":
            whole &= not open_
            open_ = True
            given |= {m[1]: m[2].strip() for m in _GIVEN.finditer(piece.jinja.body.removeprefix("trans").strip())}
        elif word in ("endtrans", "pluralize"):
            whole &= open_
            open_ = word == "pluralize"
        elif word and open_:
            whole = False
    if whole and not open_:
        return pieces, {}
    complain("word.sentence", "the marks around a sentence were damaged and are made anew")
    bad = ("trans", "endtrans", "pluralize")
    return [p for p in pieces if not isinstance(p, Tag) or p.jinja.word not in bad], given


def _sentence(stretch: list[WordPiece], given: dict[str, str]) -> list[WordPiece]:
    english = "".join(p.text for p in stretch if isinstance(p, WordText) and p.format.language is None)
    if not _LETTER.search(english):
        return stretch
    before, middle, after = _bare(stretch)
    names: dict[str, str] = {}
    written: list[WordPiece] = []
    for piece in middle:
        if isinstance(piece, Tag):
            body = piece.jinja.body
            expression = given.get(body, body)
            name = body if body in given else _name(expression, names)
            if name != expression:
                names[name] = expression
            written.append(replace(piece, jinja=Jinja(f"{{{{ {name} }}}}"), scope=""))
        else:
            written.append(piece)
    values = ", ".join(f"{name}={expression}" for name, expression in names.items())
    formats = {p.format for p in middle if isinstance(p, WordText | Tag)}
    format = formats.pop() if len(formats) == 1 else PLAIN
    opens = Tag(Jinja(f"{{% trans {values} %}}" if values else "{% trans %}"), format)
    return [*before, opens, *written, Tag(Jinja("{% endtrans %}"), format), *after]


def _bare(stretch: list[WordPiece]) -> tuple[list[WordPiece], list[WordPiece], list[WordPiece]]:
    """A stretch without the white space at its ends."""
    first, last = stretch[0], stretch[-1]
    before: list[WordPiece] = []
    after: list[WordPiece] = []
    middle = list(stretch)
    if isinstance(first, WordText) and (lead := len(first.text) - len(first.text.lstrip())):
        before.append(WordText(first.text[:lead], first.format))
        middle[0] = replace(first, text=first.text[lead:])
    last = middle[-1]
    if isinstance(last, WordText) and (text := last.text.rstrip()) != last.text:
        after.append(WordText(last.text[len(text) :], last.format))
        middle[-1] = replace(last, text=text)
    return before, [p for p in middle if not isinstance(p, WordText) or p.text], after


def _name(expression: str, names: dict[str, str]) -> str:
    """A name for a field inside a sentence: the last one it has itself."""
    found = _LAST_NAME.search(expression.partition("|")[0].strip())
    base = found[1].lower() if found else "value"
    if base in _TAKEN or base.startswith("_"):
        base = "value"
    name, number = base, 2
    while names.get(name, expression) != expression:
        name, number = f"{base}{number}", number + 1
    return name


def _paired(pieces: list[WordPiece]) -> list[WordPiece]:
    """Tags that belong together are set alike, so that bold text begins and ends on one side of a condition."""
    result = list(pieces)
    open_: list[list[int]] = []
    for at, piece in enumerate(pieces):
        word = piece.jinja.word if isinstance(piece, Tag) else ""
        if word in _OPENERS:
            open_.append([at])
        elif word in ("else", "elif", "pluralize") and open_:
            open_[-1].append(at)
        elif word in _OPENERS.values() and open_:
            places = [*open_.pop(), at]
            formats = {tag.format for place in places if isinstance(tag := result[place], Tag)}
            between = {p.format for p in result[places[0] : at + 1] if isinstance(p, WordText | Tag)}
            if len(formats) > 1 or (formats != {PLAIN} and len(between) > 1):
                for place in places:
                    tag = result[place]
                    if isinstance(tag, Tag):
                        result[place] = replace(tag, format=PLAIN)
    return result


# As semantic HTML


def nodes(pieces: Iterable[WordPiece], complain: _Complain) -> list[Node]:
    """The pieces of a paragraph as the inside of an element. Tabs, which wording has not, become spaces."""
    levels: list[tuple[Mark, list[tuple[TextFormat | None, Node]]]] = [(Mark("open"), [])]
    for piece in pieces:
        around, here = levels[-1]
        if isinstance(piece, WordText | Tag):
            format = replace(
                piece.format,
                bold=piece.format.bold and not around.format.bold,
                italic=piece.format.italic and not around.format.italic,
            )
            here.append((format, TextNode(piece.text) if isinstance(piece, WordText) else piece.jinja))
        elif piece.kind == "open":
            levels.append((piece, []))
        elif piece.kind == "close" and len(levels) > 1:
            around, inside = levels.pop()
            if around.element is not None:
                made = Element(around.element.tag, dict(around.element.attributes), _nested(inside))
                levels[-1][1].append((around.format, made))
        elif piece.kind == "br":
            here.append((None, Element("br")))
        elif piece.kind == "element" and piece.element is not None:
            here.append((PLAIN, piece.element))
        elif piece.kind == "tab":
            complain("word.tab", "a tab became a space; wording has none")
            here.append((None, TextNode(" ")))
    return _nested(levels[0][1])


def _nested(loose: list[tuple[TextFormat | None, Node]]) -> list[Node]:
    """Runs of a kind inside ``strong``, ``em``, ``span lang``, and ``sup`` or ``sub``."""
    flat: list[tuple[TextFormat, Node]] = []
    for at, (format, node) in enumerate(loose):
        if format is None:  # a break is set as what is on both sides of it
            before = flat[-1][0] if flat else PLAIN
            after = next((other for other, _ in loose[at + 1 :] if other is not None), PLAIN)
            format = before if before == after else PLAIN
        flat.append((format, node))
    whole: list[tuple[TextFormat, Node]] = []
    for italic, run in _runs(flat, lambda format: format.italic):
        if italic and len({format.bold for format, _ in run}) > 1:  # bold words in italic ones
            whole.append((PLAIN, Element("em", {}, _set(run, italic=False))))
        else:
            whole += run
    return _set(whole, italic=True)


def _set(flat: list[tuple[TextFormat, Node]], *, italic: bool) -> list[Node]:
    result: list[Node] = []
    for bold, run in _runs(flat, lambda format: format.bold):
        inner: list[Node] = []
        for slanted, part in _runs(run, lambda format: format.italic):
            deep: list[Node] = []
            for language, most in _runs(part, lambda format: format.language):
                leaves: list[Node] = []
                for shift, shifted in _runs(most, lambda format: format.shift):
                    words = [node for _, node in shifted]
                    leaves += [Element(str(shift), {}, words)] if shift else words
                deep += [Element("span", {"lang": str(language)}, leaves)] if language else leaves
            inner += [Element("em", {}, deep)] if slanted and italic else deep
        result += [Element("strong", {}, inner)] if bold else inner
    return result


def _runs(
    flat: list[tuple[TextFormat, Node]], key: Callable[[TextFormat], object]
) -> Iterator[tuple[object, list[tuple[TextFormat, Node]]]]:
    run: list[tuple[TextFormat, Node]] = []
    for one in flat:
        if run and key(run[0][0]) != key(one[0]):
            yield key(run[0][0]), run
            run = []
        run.append(one)
    if run:
        yield key(run[0][0]), run
