"""A redline on paper: PDF/A-3a and PDF/UA-1, set by Typst (looks: ``law/us/letterhead/redline.typ``).

Insertions are underlined, deletions struck out, in colors that differ in gray too; a screen reader hears "inserted",
"deleted" and where a move went. The list of changes links to each change. Pure: the same redline and date give the same
bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import Any

from docservice import shipped
from docservice.finding import Finding
from docservice.refusal import Refusal
from docservice.rendering import textlayer
from docservice.rendering.fonts import FontSet
from docservice.rendering.language import direction, language_name
from docservice.rendering.letters.letter import Rendered
from docservice.rendering.letters.typst_language import split_language
from docservice.rendering.letters.typst_press import ENGINE, page_count, typst_pdf
from docservice.rendering.redline import labels as words
from docservice.town.look import Colors
from docservice.wording.redlines.values import Block, BlockChange, Redline, Token, TokenRun

_SHIFTS = ("sup", "sub")
_PLAIN = (False, False, "")  # bold, italic, raised or lowered
_HEADINGS = {"h1": 3, "h2": 4, "h3": 5}
_LEGEND = "⟨field⟩ is filled in from the case · [if …] decides what is printed · a move says where from and where to"
_ISOLATED = "\u2066{}\u2069"

_Item = dict[str, Any]


def print_pdf(redline: Redline, *, town: str, on: date, fonts: FontSet, colors: Colors | None = None) -> Rendered:
    """The redline as PDF. ``town`` is whose it is, in whose ``colors``; ``on`` the date that the file carries.

    Raises ``Refusal``: ``text.glyph_missing`` for a character that no font has, ``typeset.failed``.
    """
    _refuse_missing_glyphs(redline, fonts)
    title = f"{redline.title}: {redline.old_name} → {redline.new_name}"
    data = {
        "title": title,
        "heading": f"{redline.title}: what changed",
        "opening": f"From {redline.old_name} to {redline.new_name}, in {language_name(redline.language, 'en')}. "
        + words.headline(redline),
        "legend": _LEGEND,
        "town": town,
        "look": asdict(colors or Colors()),
        "stamp": [on.year, on.month, on.day],
        "language": {
            "tag": redline.language, **split_language(redline.language), "dir": direction(redline.language),
        },
        "topics": [{"title": t.title, "lines": list(t.lines), "urgent": t.urgent} for t in words.topics(redline)],
        "entries": [{"number": e.number, "where": e.where, "text": e.text} for e in words.entries(redline)],
        "flow": list(_Flow(redline).items()),
    }  # fmt: skip
    pdf = typst_pdf(_sources(), "redline.typ", data, fonts=fonts, stamp=on)
    if textlayer.needs_mending(json.dumps(data, ensure_ascii=False)):
        pdf = textlayer.mend(pdf)
    return Rendered(pdf, page_count(pdf), ENGINE)


@lru_cache(maxsize=1)
def _sources() -> dict[str, bytes]:
    folder = shipped.folder("law") / "us" / "letterhead"
    return {name: (folder / name).read_bytes() for name in ("redline.typ", "faces.typ")}


def _refuse_missing_glyphs(redline: Redline, fonts: FontSet) -> None:
    missing: dict[str, None] = {}
    for change in redline.blocks:
        for block in (*change.old, *change.new):
            for token in block.tokens:
                missing.update(dict.fromkeys(fonts.covers(token.text, redline.language)))
    if missing:
        problems = [Finding.error("text.glyph_missing", f"no font has “{c}” (U+{ord(c):04X})") for c in missing]
        raise Refusal("text.glyph_missing", "The wording has characters that cannot be printed.", problems)


class _Flow:
    """The blocks as items for the page: items of a list together, rows of a table together."""

    def __init__(self, redline: Redline) -> None:
        self.redline = redline
        self.rtl = direction(redline.language) == "rtl"
        self.level = 2
        self.numbers: dict[int, int] = {}  # how far the numbered list of each depth is

    def items(self) -> Iterator[_Item]:
        kept = [change for change in self.redline.blocks if not _is_frame(change)]
        for (role, _), group in groupby(kept, key=_together):
            changes = list(group)
            if role == "table":
                yield self._table(changes)
            elif role == "list":
                yield self._list(changes)
            elif role == "marker":
                text = " · ".join(words.marker_text(change.block) for change in changes)
                yield {"kind": "marker", "number": 0, "runs": [["equal", [["text", text, *_PLAIN]]]]}
            else:
                yield from (self._item(change) for change in changes)
            if role not in ("list", "marker", "change"):
                self.numbers.clear()

    def _item(self, change: BlockChange) -> _Item:
        block = change.block
        if block.structural:
            return self._marker(change)
        level = 0
        if block.role in _HEADINGS:
            # No level of the outline may be skipped in PDF/UA-1.
            level = self.level = min(_HEADINGS[block.role], self.level + 1)
        runs = self._runs(change.runs)
        if change.kind == "moved-from":
            runs = [["moved", pieces] for _, pieces in runs]
        return {"role": block.role, "level": level, "runs": runs, **self._said(change)}

    def _said(self, change: BlockChange) -> _Item:
        """What is said about a change beside it."""
        said, other, way = words.LABELS[change.kind], "", ""
        if change.move:
            other = words.other_half(change, self.redline).anchor
            said, way = ("moved from here", "to there") if change.kind == "moved-from" else ("moved here", "from there")
            if change.kind == "moved-to" and change.edited:
                said = "edited, and moved here"
        also = "; ".join(words.attribute_text(one, change.block.role) for one in change.attributes)
        return {
            "kind": change.kind, "number": change.number, "anchor": change.anchor, "said": said, "other": other,
            "way": way, "also": also,
        }  # fmt: skip

    def _marker(self, change: BlockChange) -> _Item:
        if change.kind == "changed":
            runs = self._runs(change.runs)
        else:
            operation = {"moved-to": "equal", "moved-from": "moved"}.get(change.kind, change.kind)
            runs = [[operation, [["text", words.marker_text(change.block), *_PLAIN]]]]
        return {"kind": "marker", "number": change.number, "anchor": change.anchor, "runs": runs}

    def _list(self, changes: Sequence[BlockChange]) -> _Item:
        block = changes[0].block
        ordered = dict(block.attributes).get("list") == "ol"
        start = self.numbers.get(block.depth, 0) + 1
        self.numbers[block.depth] = self.numbers.get(block.depth, 0) + len(changes)
        items = [self._item(change) for change in changes]
        return {"kind": "", "role": "list", "ordered": ordered, "start": start, "depth": block.depth, "items": items}

    def _table(self, changes: Sequence[BlockChange]) -> _Item:
        rows = [self._row(change) if change.block.role == "row" else self._marker(change) for change in changes]
        wide = [sum(cell["span"] for cell in row["cells"]) for row in rows if row["kind"] != "marker"]
        return {"kind": "", "role": "table", "columns": max(wide, default=1), "rows": rows}

    def _row(self, change: BlockChange) -> _Item:
        cells: list[_Item] = []
        for run in change.runs:
            for token in run.shown:
                if token.kind == "cell":
                    span = next((part[8:] for part in token.source.split(" ") if part.startswith("colspan=")), "1")
                    head = token.source.startswith("th")
                    cells.append({"head": head, "span": int(span) if span.isdecimal() else 1, "held": []})
                elif cells:
                    cells[-1]["held"].append((run.operation, token))
        for cell in cells:
            held = cell.pop("held")
            cell["runs"] = [
                [operation, self._pieces([token for _, token in group])]
                for operation, group in groupby(held, key=lambda pair: pair[0])
            ]
        return {"cells": cells, **self._said(change)}

    def _runs(self, runs: Sequence[TokenRun]) -> list[list[Any]]:
        found: list[list[Any]] = []
        for run in runs:
            if found and run.shown and run.shown[0].space:
                found.append(["equal", [["text", " ", *_PLAIN]]])
            found.append([run.operation, self._pieces(run.shown)])
        return found

    def _pieces(self, tokens: Sequence[Token]) -> list[list[Any]]:
        """Tokens of one kind and style together; names of ours are isolated in right-to-left text."""
        found: list[list[Any]] = []
        for at, token in enumerate(tokens):
            kind = token.kind if token.kind in ("field", "condition", "break") else "text"
            kind = "condition" if token.kind == "picture" else kind
            look = ["strong" in token.style, "em" in token.style, next((s for s in _SHIFTS if s in token.style), "")]
            said = words.token_text(token)
            said = _ISOLATED.format(said) if self.rtl and kind in ("field", "condition") else said
            lead = " " if token.space and at else ""
            if kind == "break":
                found += [["text", "¶", *look]] if token.text == "¶" else []
                found.append(["break", "", *_PLAIN])
            elif kind == "text" and found and found[-1][0] == "text" and found[-1][2:] == look:
                found[-1][1] += lead + said
            else:
                found += [["text", lead, *_PLAIN]] if lead and kind != "text" else []
                found.append([kind, (lead if kind == "text" else "") + said, *look])
        return found


def _is_frame(change: BlockChange) -> bool:
    """The article's own markers, when nothing about them changed."""
    block = change.block
    return change.kind == "equal" and block.role.startswith("section") and block.tokens[0].text == "article"


def _together(change: BlockChange) -> tuple[str, object]:
    """What stands together on the page."""
    block: Block = change.block
    if block.role == "row" or (block.table and block.structural):
        return "table", None
    if block.structural:
        return ("marker", None) if change.kind == "equal" else ("change", change.anchor)
    if block.role == "li":
        return "list", (block.depth, dict(block.attributes).get("list"))
    return "block", None
