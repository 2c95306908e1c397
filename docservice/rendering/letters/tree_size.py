"""How much room the nodes of a letter take, estimated before they are set.

The letterhead keeps together what fits a page (a violation, a part) and gives a table of many words the whole width. To
measure each of them would set it twice; an estimate from the text is as good, as long as it is not too small.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from math import ceil
from typing import Any

from docservice.rendering.letters.tree_text import TypstNode, plain

_LINE, _GAP = 12.8, 8.0  # points: a line of the running text, and between paragraphs
_COLUMN = 70  # letters in a line of the text column
_PICTURE = 110.0  # a photograph in the side column, with its caption
_WIDE = 110  # letters: rows as long as this do not fit the text column well
_MANY_ROWS = 9
_BESIDE_HEAD = 2  # lines that a head in the side column wants beside it


def tall(nodes: Sequence[TypstNode]) -> int:
    """The height of ``nodes`` in the text column, in points at the usual size; rather too much than too little."""
    pictures = sum(_PICTURE for node in nodes if _tag(node) == "figure")
    return round(max(pictures, sum(_height(node) for node in nodes)))


def lead(nodes: Sequence[TypstNode]) -> int:
    """How many of the ``nodes`` after a head stand beside it: none where the first needs the whole width."""
    count, lines = 0, 0
    for node in nodes:
        if lines >= _BESIDE_HEAD or (count and _tag(node) != "p") or _whole_width(node):
            break
        count += 1
        lines += _lines(plain([node])) if _tag(node) == "p" else _BESIDE_HEAD
    return count


def is_wide(widest: Sequence[int], rows: int) -> bool:
    """Whether a table whose longest texts by column are ``widest`` is given the whole width."""
    return rows > _MANY_ROWS or sum(min(one, 60) for one in widest) > _WIDE


def _whole_width(node: TypstNode) -> bool:
    tag = _tag(node)
    return tag == "figure" or (tag == "table" and node[1].get("wide")) or (tag == "section" and "violation" in node[1])


def _tag(node: TypstNode) -> str:
    return "" if isinstance(node, str) else str(node[0])


def _lines(text: str) -> int:
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text) if not text.isascii() else 0
    return max(1, ceil((len(text) + wide) / _COLUMN))


def _height(node: TypstNode) -> float:
    tag = _tag(node)
    if tag in ("", "figure"):
        return 0.0
    inside: list[Any] = node[2]
    if tag == "p":
        breaks = sum(_tag(one) == "br" for one in inside)
        return (_lines(plain(inside)) + breaks) * _LINE + _GAP
    if tag == "h":
        return _lines(plain(inside)) * _LINE + 2 * _GAP
    if tag in ("ul", "ol"):
        return sum(_blocks(item) for item in inside)
    if tag == "dl":
        return sum(_blocks(description) for _, description in inside)
    if tag == "table":
        rows = ([len(plain(nodes)) for _, nodes in row] for row in inside)
        return sum(ceil(max([sum(row) / _COLUMN, max(row, default=0) / 30, 1])) * _LINE + _GAP for row in rows)
    if tag == "section":
        return sum(map(_height, inside)) + _GAP
    return _LINE


def _blocks(nodes: list[Any]) -> float:
    """An item or a description: blocks, or one run of text."""
    if any(_tag(node) in ("p", "ul", "ol", "dl", "table", "section") for node in nodes):
        return sum(map(_height, nodes))
    return _lines(plain(nodes)) * _LINE + _GAP
