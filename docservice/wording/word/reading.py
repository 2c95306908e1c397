"""A Word file as wording: ``letter.html``, the clauses that it changes, its pictures; and what is to be said about it.

Pure: the same file gives the same wording. What it does not do: judge the wording as lint does
(``wording.catalog.lint``), or run it. Reading is bounded, but a hostile file may still take seconds: the shell reads
it in a process with limits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import jinja2
from jinja2 import nodes as jinja_nodes

from docservice.finding import Finding
from docservice.refusal import Refusal
from docservice.wording.allowed_names import Vocabulary
from docservice.wording.elements import may_have
from docservice.wording.messages import wording_environment
from docservice.wording.word.blocks import Paragraph
from docservice.wording.word.body import Body
from docservice.wording.word.building import Builder, paragraphs
from docservice.wording.word.names import unknown
from docservice.wording.word.package import open_package
from docservice.wording.word.pieces import Tag
from docservice.wording.word.tree import Element, Node, canonical, parse, serialize
from docservice.wording.word.word_findings import FILE, Findings

__all__ = ["FILE", "Reading", "read_word"]

WORDING = "letter.html"
_CLOSERS = {"if": "{% endif %}", "for": "{% endfor %}", "trans": "{% endtrans %}", "with": "{% endwith %}"}
_MARKS = re.compile(r'(?:data-(?:block|statement|part)=|include )"[^"]*"')
_LONE = ("else", "elif", "endif", "endfor", "endwith", "endtrans", "pluralize")


@dataclass(frozen=True)
class Reading:
    """What a Word file says. ``files`` as in a template folder: the wording, changed clauses, pictures.

    ``findings``: what could not be kept and what is wrong with its tags, errors first; ``place`` is
    ``letter.docx:`` and the number of the paragraph.
    """

    files: Mapping[str, bytes]
    findings: tuple[Finding, ...]

    @property
    def wording(self) -> str:
        return self.files[WORDING].decode()

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity == "error")


def read_word(
    data: bytes, key: str, *, known: Mapping[str, str] | None = None, vocabulary: Vocabulary | None = None
) -> Reading:
    """The wording in a Word file, for the template ``key``.

    ``known`` are the sources of the version that it was made from, by canonical path: what says the same keeps their
    very text. With a ``vocabulary``, unknown fields and filters are found. Raises ``Refusal``: ``word.refused``,
    ``word.too_large``, ``word.encrypted``, ``word.file`` (``wording.word.package``); ``word.empty``.
    """
    try:
        return _read(data, key, known or {}, vocabulary)
    except RecursionError:
        message = "The Word file is nested too deep."
        raise Refusal(
            "word.too_large", message, [Finding.error("word.too_large", message, FILE)], kind="too-large"
        ) from None


def _read(data: bytes, key: str, known: Mapping[str, str], vocabulary: Vocabulary | None) -> Reading:
    package = open_package(data)
    findings = Findings()
    body = Body(package, findings)
    blocks = body.blocks()
    builder = Builder(findings)
    inside = builder.wording(blocks)
    if not inside:
        message = "The Word file has no text."
        raise Refusal("word.empty", message, [Finding.error("word.empty", message, FILE)])
    _check_tags(paragraphs(blocks), findings, vocabulary)
    _check_elements(inside, findings)
    article = _article(key, known.get(WORDING), inside)
    files = {WORDING: _kept([article], known.get(WORDING)).encode()}
    _check_marks(known.get(WORDING, ""), files[WORDING].decode(), findings)
    for name, clause in builder.clauses.items():
        path = f"clauses/{name}.html"
        text = _kept(clause, known.get(path))
        if text != known.get(path):
            files[path] = text.encode()
    for name, part in body.taken.pictures.items():
        files[name] = package.parts.get(part, b"")
    ordered = sorted(findings.found, key=lambda f: (f.severity != "error", int(f.place.rpartition(":")[2])))
    return Reading(files, tuple(ordered))


def _article(key: str, known: str | None, inside: list[Node]) -> Element:
    attributes = {
        "lang": "{{ document.language }}", "dir": "{{ document.direction }}", "data-document": key,
    }  # fmt: skip
    if known is not None:
        for node in parse(known):
            if isinstance(node, Element) and node.tag == "article":
                attributes = node.attributes
    return Element("article", dict(attributes), inside)


def _kept(made: list[Node], known: str | None) -> str:
    """What was made, in the words of the known source when it is the same."""
    text = serialize(made)
    if known is not None:
        try:
            if canonical(parse(text)) == canonical(parse(known)):
                return known
        except Refusal:
            pass
    return text


def _check_marks(before: str, now: str, findings: Findings) -> None:
    """Blocks, parts and clauses of the version it was made from that are not in it: whoever edits sees no control go.

    Some programs know no content controls: they keep the words and lose what the words are.
    """
    had, has = (dict.fromkeys(m[0] for m in _MARKS.finditer(text)) for text in (before, now))
    lost = [mark for mark in had if mark not in has]
    called = (mark.split('"')[1].removeprefix("clauses/").removesuffix(".html") for mark in lost)
    names = ", ".join(f"“{name}”" for name in called)
    if lost and not has:
        message = (
            f"its content controls are gone, and with them which words are {names}. Edit the file in Word, or mark the "
            "blocks by paragraphs: [[block: NAME]] … [[end]], [[clause: NAME]]"
        )
        findings.say("word.marks", message, error=True, number=1, text="")
    elif lost:
        message = f"the version that it was made from has {names}; here each was deleted, or lost its control"
        findings.say("word.marks", message, error=False, number=1, text="")


# Tags


def _check_tags(found: list[Paragraph], findings: Findings, vocabulary: Vocabulary | None) -> None:
    environment = wording_environment()
    parsed: list[tuple[Paragraph, jinja_nodes.Template]] = []
    for paragraph in found:
        for piece in paragraph.pieces:
            if not isinstance(piece, Tag):
                continue
            if piece.scope == "tc":
                message = f"not kept: {piece.jinja.source} repeats a column; wording has no such tag"
                findings.say("word.tag", message, error=True, number=paragraph.number, text=paragraph.text)
            source = piece.jinja.source
            word = piece.jinja.word
            if word in _LONE and word != "elif":
                continue
            if word == "elif":
                source = source.replace("elif", "if", 1)
            try:
                parsed.append(
                    (paragraph, environment.parse(source + _CLOSERS.get("if" if word == "elif" else word, "")))
                )
            except (jinja2.TemplateSyntaxError, RecursionError) as error:
                message = f"the tag {piece.jinja.source[:80]} cannot be read: {getattr(error, 'message', error)}"
                findings.say("word.tag", message, error=True, number=paragraph.number, text=paragraph.text)
        _check_rest(paragraph, findings)
    if vocabulary is not None:
        for at, message, certain in unknown(parsed, vocabulary):
            findings.say("template.field", message, error=certain, number=at.number, text=at.text)


def _check_rest(paragraph: Paragraph, findings: Findings) -> None:
    """Half a tag: braces that belong to none."""
    words = "".join(piece.text for piece in paragraph.pieces if not isinstance(piece, Tag) and hasattr(piece, "text"))
    for brace in ("{{", "}}", "{%", "%}", "{#"):
        if brace in words:
            message = f"“{brace}” belongs to no tag; a tag begins and ends in one paragraph"
            findings.say("word.tag", message, error=True, number=paragraph.number, text=paragraph.text)
            return


def _check_elements(inside: list[Node], findings: Findings) -> None:
    for node in inside:
        if isinstance(node, Element):
            if node.tag == "img" and not node.attributes.get("alt", "").strip():
                message = "a picture needs an alternative text (in Word: Edit Alt Text)"
                findings.say("word.alt", message, error=True, number=1, text="")
            for name in node.attributes:
                if not may_have(node.tag, name, "letter"):
                    message = f"the attribute {name} is not allowed on {node.tag}"
                    findings.say("word.attribute", message, error=True, number=1, text="")
            _check_elements(node.children, findings)
