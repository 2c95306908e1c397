"""What the faces of a redline say in words: labels, descriptions of changes, the summary before the wording.

One voice for the web page, the PDF and the Word file; the words are English, since those who sign wording read English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jinja2 import TemplateError, nodes

from docservice.rendering.language import language_name
from docservice.wording.messages import wording_environment
from docservice.wording.redlines.expressions import reading
from docservice.wording.redlines.values import AttributeChange, Block, BlockChange, Redline, RedlineLanguage, Token

LABELS = {
    "equal": "unchanged",
    "changed": "changed",
    "inserted": "inserted",
    "deleted": "deleted",
    "moved-from": "moved from here",
    "moved-to": "moved here",
    "split": "split in two or more",
    "merged": "merged into one",
}
_ROLES = {
    "h1": "title", "h2": "heading", "h3": "subheading", "p": "paragraph", "li": "list item", "dt": "term",
    "dd": "description", "row": "table row", "caption": "caption", "figcaption": "caption", "figure": "picture",
    "address": "address", "section": "block", "section-end": "end of block", "condition": "condition",
}  # fmt: skip
_SPANS = {"colspan": "over {} columns", "rowspan": "over {} rows", "scope": "of its {}"}
_MOST = 90
OPENS, CLOSES = "\u2068", "\u2069"
_NONE = dict.fromkeys(map(ord, OPENS + CLOSES))
_EDITS = 3
_FIELD = re.compile(r"\{\{\s*(.*?)\s*\}\}")
_STATEMENT = re.compile(r"\{%\s*(.*?)\s*%\}")


@dataclass(frozen=True, slots=True)
class Topic:
    """A paragraph of the summary. ``urgent``: somebody must act on it."""

    title: str
    lines: tuple[str, ...]
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of the list of changes: the change it leads to, and what it says.

    In another language than English, words of the wording stand between ``OPENS`` and ``CLOSES`` (Unicode's isolates).
    """

    number: int
    where: str
    text: str


def role_name(block: Block) -> str:
    """What a block is called."""
    return _ROLES.get(block.role, block.role)


def token_text(token: Token) -> str:
    """A token as it is shown: fields and conditions between brackets of their own."""
    if token.kind == "field":
        return f"⟨{token.text}⟩"
    if token.kind == "condition":
        return f"[{token.text}]"
    if token.kind == "picture":
        return f"[picture: {value_in_words(token.text)}]"
    return value_in_words(token.text) if token.kind == "attribute" else token.text


def shown(tokens: Sequence[Token], most: int = _MOST) -> str:
    """Tokens in one line, cut at a word when long."""
    text = in_line(tokens).strip(" |")
    return text if len(text) <= most else text[: max(text.rfind(" ", 0, most), most - 20)].rstrip(" ,;:") + " …"


def in_line(tokens: Sequence[Token]) -> str:
    """Tokens as one line of text; cells and breaks are signs."""
    signs = {"cell": " | ", "break": " / "}
    parts = [
        (" " if token.space and at else "") + (" ¶ " if token.text == "¶" else signs.get(token.kind, token_text(token)))
        for at, token in enumerate(tokens)
    ]
    return " ".join("".join(parts).split())


def value_in_words(value: str) -> str:
    """An attribute with its fields by the names that they have everywhere: ``violation ⟨violation id⟩``."""
    return _STATEMENT.sub("[\\1]", _FIELD.sub(_field_in_words, value))


def _field_in_words(match: re.Match[str]) -> str:
    try:
        parsed = wording_environment().parse(match[0])
    except TemplateError:
        return f"⟨{match[1]}⟩"
    found = next(iter(parsed.find_all(nodes.Output)), None)
    return f"⟨{reading(found.nodes[0])}⟩" if found is not None else ""


def field_in_words(name: str) -> str:
    """A field by the name that the wording shows: ``violation.facts`` → "⟨violation facts⟩"."""
    return f"⟨{name.replace('.', ' ').replace('_', ' ')}⟩"


def marker_text(block: Block) -> str:
    """What the marker of a section or condition says."""
    if block.role == "condition":
        return " ".join(token.text for token in block.tokens)
    if block.role == "section-end":
        return f"end of {block.within[-1].replace('-', ' ')}" if block.within else f"end of {block.tokens[0].text}"
    names = [value_in_words(token.text.removeprefix("data-")) for token in block.tokens[1:]]
    return f"block: {' · '.join(names)}" if names else block.tokens[0].text


def attribute_text(change: AttributeChange, role: str) -> str:
    """A changed attribute, in words."""
    if change.name == "element":
        old, new = _ROLES.get(change.old or "", change.old), _ROLES.get(change.new or "", change.new)
        if (change.old or "")[:1] == "h" == (change.new or "")[:1]:
            return f"heading level {(change.old or '')[1:]} is now level {(change.new or '')[1:]}"
        return f"{old} is now a {new}"
    if change.name == "list":
        kinds = {"ul": "bulleted", "ol": "numbered", "dl": "definition"}
        return f"{kinds.get(change.old or '', 'no')} list is now {kinds.get(change.new or '', 'none')}"
    if change.name == "cells":
        return f"cells: {_cells(change.old)}; now {_cells(change.new)}"
    if change.name == "part" and role == "row":
        return f"moved from the table's {change.old} to its {change.new}"
    old, new = (value_in_words(value) if value else "none" for value in (change.old, change.new))
    return f"{change.name}: {old} is now {new}"


def _cells(value: str | None) -> str:
    """The cells of a row, in words; cells of one kind that follow each other are one."""
    found = []
    for cell in (value or "").split(", "):
        tag, _, attributes = cell.partition(" ")
        more = [_SPANS[name].format(said) for name, said in (one.partition("=")[::2] for one in attributes.split(" "))
                if name in _SPANS]  # fmt: skip
        found.append(" ".join(["heading" if tag == "th" else "cell", *more]))
    return ", ".join(found) or "none"


def describe(change: BlockChange, redline: Redline) -> str:
    """One change in a sentence."""
    block = change.block
    name = role_name(block)
    if change.kind == "inserted":
        return f"{name} inserted: “{_said(block)}”"
    if change.kind == "deleted":
        return f"{name} deleted: “{_said(block)}”"
    if change.move:
        return _moved(change, redline)
    if change.kind in ("split", "merged"):
        count = max(len(change.old), len(change.new))
        how = f"{name} split into {count}" if change.kind == "split" else f"{count} {name}s merged into one"
        rest = "; ".join(edit for edit in _edits(change) if "¶" not in edit)
        return f"{how}: “{_said(block)}”" + (f"; {rest}" if rest else "")
    return f"{name} changed: {'; '.join(_edits(change))}"


def _moved(change: BlockChange, redline: Redline) -> str:
    """A move, of one block or of several together, and how they were edited on the way."""
    group = [one for one in redline.blocks if one.move == change.move and one.kind == "moved-to"]
    texts = [one for one in group if not one.block.structural]
    first = (texts or group)[0].block
    what = f"{len(texts)} blocks" if len(texts) > 1 else role_name(first)
    edits = [edit for one in group for edit in _edits(one)]
    more = len(edits) - _EDITS
    shown_ones = edits if more <= 1 else [*edits[:_EDITS], f"{more} more edits"]
    how = f", and edited: {'; '.join(shown_ones)}" if edits else ""
    return f"{what} moved {direction_of(change, redline)}: “{_said(first)}”{how}"


def direction_of(change: BlockChange, redline: Redline) -> str:
    """Which way a move went: ``up`` or ``down``."""
    kinds = [one.kind for one in redline.blocks if one.move == change.move]
    return "up" if kinds[0] == "moved-to" else "down"


def in_words(change: BlockChange, redline: Redline) -> str:
    """``describe`` for a line of English text."""
    return describe(change, redline).translate(_NONE)


def marked(change: BlockChange) -> str:
    """The text of a change with its marks, for a terminal: ``After [-that-] {+this+} date``."""
    parts: list[str] = []
    for at, run in enumerate(change.runs):
        lead = " " if at and run.shown and run.shown[0].space else ""
        before, after = {"equal": ("", ""), "deleted": ("[-", "-]"), "inserted": ("{+", "+}")}[run.operation]
        parts.append(f"{lead}{before}{in_line(run.shown)}{after}")
    return "".join(parts)


def other_half(change: BlockChange, redline: Redline) -> BlockChange:
    """The other half of a move."""
    wanted = "moved-to" if change.kind == "moved-from" else "moved-from"
    halves = [one for one in redline.blocks if one.move == change.move and one.kind == wanted]
    own = [one for one in redline.blocks if one.move == change.move and one.kind == change.kind]
    return halves[own.index(change)]


def _said(block: Block) -> str:
    return marker_text(block).removeprefix("block: ") if block.structural else _apart(shown(block.tokens))


def _apart(text: str) -> str:
    """Words of the wording in a sentence of ours: in Arabic the one would reorder the other."""
    return f"{OPENS}{text.translate(_NONE)}{CLOSES}"


def _edits(change: BlockChange) -> list[str]:
    """Its edits, the first few of them: what went → what came."""
    found = [attribute_text(one, change.block.role) for one in change.attributes]
    runs = list(change.runs)
    at = 0
    while at < len(runs):
        run = runs[at]
        after = runs[at + 1] if at + 1 < len(runs) else None
        if run.operation == "deleted" and after and after.operation == "inserted":
            old, new = _apart(shown(run.old, 60)), _apart(shown(after.new, 60))
            found.append(f"formatting of “{old}”" if old == new else f"“{old}” is now “{new}”")
            at += 1
        elif run.operation == "deleted":
            found.append(f"“{_apart(shown(run.old, 60))}” deleted")
        elif run.operation == "inserted":
            found.append(f"“{_apart(shown(run.new, 60))}” inserted")
        at += 1
    more = len(found) - _EDITS
    return found if more <= 1 else [*found[:_EDITS], f"{more} more edits"]


def entries(redline: Redline) -> Iterator[_Entry]:
    """The list of changes, one for each number.

    Empty where a version has nothing in the language: every block would be in it.
    """
    if redline.old_speech.none or redline.new_speech.none:
        return
    for entry in _entries(redline):
        if redline.language == "en":
            yield _Entry(entry.number, entry.where.translate(_NONE), entry.text.translate(_NONE))
        else:
            yield entry


def _entries(redline: Redline) -> Iterator[_Entry]:
    heading = ""
    for change in redline.blocks:
        block = change.block
        if block.role in ("h1", "h2", "h3") and change.kind != "moved-from":
            heading = _apart(shown(block.tokens, 50))
        if change.part == 1:
            where = block.within[-1].replace("-", " ") if block.within else heading
            yield _Entry(change.number, where, describe(change, redline))


def topics(redline: Redline) -> Iterator[Topic]:
    """The summary: what somebody must act on first."""
    spoken = tuple(spoken_lines(redline))
    if spoken:
        yield Topic(f"About the {language_name(redline.language, 'en')} text", spoken, urgent=True)
    if redline.breaking:
        names = tuple(f"{field_in_words(one.name)} ({one.change})" for one in redline.breaking)
        yield Topic("Breaking: fields that callers must send from now on", names, urgent=True)
    lost = [one for one in redline.statutory if one.change == "lost" and one.required]
    if lost:
        yield Topic("Required blocks that are gone", tuple(one.name.replace("-", " ") for one in lost), urgent=True)
    if redline.stale:
        yield Topic("Translations", tuple(_translations(redline)), urgent=any(not s.translation for s in redline.stale))
    if redline.statutory:
        yield Topic(
            "Statutory blocks and statements",
            tuple(
                f"{one.name.replace('-', ' ')}: {one.change}{' (required)' if one.required else ''}"
                for one in redline.statutory
            ),
        )
    if redline.fields:
        yield Topic("Fields", tuple(f"{field_in_words(one.name)}: {one.change}" for one in redline.fields))
    if redline.clauses:
        yield Topic("Clauses", tuple(f"{_clause(one.path)}: {one.change}" for one in redline.clauses))
    if redline.meta:
        yield Topic("About the template", tuple(_meta(one.name, one.old, one.new) for one in redline.meta))
    if redline.files:
        yield Topic("Other files (looks)", tuple(f"{one.path}: {one.change}" for one in redline.files))


def _translations(redline: Redline) -> Iterator[str]:
    for language in dict.fromkeys(one.language for one in redline.stale):
        own = [one for one in redline.stale if one.language == language]
        missing = sum(one.translation is None for one in own)
        count = f"{len(own)} sentence{'s' if len(own) > 1 else ''} new or changed in English"
        yield f"{language_name(language, 'en')}: {count}" + (
            f"; {missing} not translated, so the language is not offered" if missing else ""
        )


def _clause(path: str) -> str:
    return path.removeprefix("clauses/").removesuffix(".html").replace("-", " ")


def _meta(name: str, old: str, new: str) -> str:
    said = name.replace("_", " ")
    if old and new:
        return f"{said}: “{old}” is now “{new}”"
    return f"{said}: “{new}” added" if new else f"{said}: “{old}” removed"


def spoken_lines(redline: Redline) -> Iterator[str]:
    """What is to be said of a version that is not offered in the language of the redline."""
    old, new = (redline.old_name, redline.old_speech), (redline.new_name, redline.new_speech)
    language = language_name(redline.language, "en")
    for (name, one), effect in ((old, "all of it is new"), (new, "all of it is gone")):
        if one.none:
            yield f"{name[0].upper()}{name[1:]} has no {language} translation: {effect}. English has its own redline."
        elif not one.offered:
            yield f"{name[0].upper()}{name[1:]} is not offered in {language}: {_missing(one)}, after [not translated]."


def _missing(speech: RedlineLanguage) -> str:
    if speech.missing == 1:
        return f"1 of its {speech.total} sentences has no translation and stands in English"
    return f"{speech.missing} of its {speech.total} sentences have no translation and stand in English"


def headline(redline: Redline) -> str:
    """How much changed, in a sentence."""
    count = redline.count
    if not count:
        return "The wording is the same in both versions." + ("" if redline.empty else " Other things changed.")
    return f"{count} change{'s' if count > 1 else ''} in the wording."
