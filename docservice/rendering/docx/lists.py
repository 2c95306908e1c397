"""Numbered lists in a Word file: each with its own start, and counted as it was pasted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

_FORMATS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_STEP = 360  # twentieths of a point by which a level stands farther in, as in the letterhead


@dataclass(frozen=True, slots=True)
class Numbered:
    """A list: its level from 0, its first number, and how it counts (``1)``, ``(a)``) where not as the letterhead."""

    level: int
    start: int = 1
    pattern: str = ""


def nums(lists: Sequence[Numbered], *, first: int, abstract: int) -> str:
    """The ``w:num`` of each list, numbered from ``first``, on the letterhead's numbering ``abstract``."""
    return "".join(
        f'<w:num w:numId="{first + index}"><w:abstractNumId w:val="{abstract}"/><w:lvlOverride w:ilvl="{one.level}">'
        f'<w:startOverride w:val="{one.start}"/>{_level(one)}</w:lvlOverride></w:num>'
        for index, one in enumerate(lists)
    )


def _level(one: Numbered) -> str:
    kind = next((sign for sign in one.pattern if sign in _FORMATS), None)
    if kind is None:
        return ""
    text = one.pattern.replace(kind, f"%{one.level + 1}")
    return (
        f'<w:lvl w:ilvl="{one.level}"><w:start w:val="{one.start}"/><w:numFmt w:val="{_FORMATS[kind]}"/>'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="start"/>'
        f'<w:pPr><w:ind w:start="{_STEP * (one.level + 1)}" w:hanging="{_STEP}"/></w:pPr></w:lvl>'
    )


def in_order(item: Any) -> Iterator[Any]:
    """What an item holds, in order: the content between its nested lists (as items), and those lists."""
    if not any(child.tag in ("ul", "ol") for child in item):
        yield item
        return
    run = _empty(item)
    run.text = item.text
    for child in item:
        if child.tag in ("ul", "ol"):
            yield run
            yield child
            run = _empty(item)
            run.text = child.tail
        else:
            run.append(deepcopy(child))
    yield run


def _empty(item: Any) -> Any:
    made = item.makeelement(item.tag, {})
    for name, value in item.attrib.items():
        made.set(name, value)
    return made
