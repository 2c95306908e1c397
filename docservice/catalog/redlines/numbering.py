"""The numbers of changes: what a reader calls one change has one number, and no number is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from docservice.catalog.redlines.values import Block, BlockChange


def numbered(changes: Sequence[BlockChange]) -> tuple[BlockChange, ...]:
    """The same with ``number`` and ``part``: in the order of the new text, where a deletion stands where it was.

    Blocks that moved together are one change, which is counted where they are now. A marker that ends a section, a
    condition or a loop which came or went belongs to the one that began it.
    """
    numbers = [0] * len(changes)
    moves: dict[int, int] = {}
    begun: dict[str, list[int]] = {"inserted": [], "deleted": []}
    last = 0
    for at, change in enumerate(changes):
        if change.kind in ("equal", "moved-from"):
            continue
        if change.kind == "moved-to" and change.move in moves:
            numbers[at] = moves[change.move]
            continue
        open_ones = begun.get(change.kind, [])
        if closes(change.block) and open_ones:
            numbers[at] = open_ones.pop()
            continue
        last += 1
        numbers[at] = last
        if change.kind == "moved-to":
            moves[change.move] = last
        elif change.kind in begun and _opens(change.block):
            open_ones.append(last)
    for at, change in enumerate(changes):
        if change.kind == "moved-from":
            numbers[at] = moves[change.move]
    # Where blocks are now comes first: it stands for the move.
    parts: Counter[int] = Counter()
    found = list(changes)
    for away in (False, True):
        for at, change in enumerate(changes):
            if numbers[at] and (change.kind == "moved-from") == away:
                parts[numbers[at]] += 1
                found[at] = replace(change, number=numbers[at], part=parts[numbers[at]])
    return tuple(found)


def closes(block: Block) -> bool:
    """Whether it is the end of a section, a condition or a loop."""
    return block.role == "section-end" or (block.role == "condition" and block.tokens[0].key.startswith("end"))


def _opens(block: Block) -> bool:
    if block.role != "condition":
        return block.role == "section"
    key = block.tokens[0].key
    return key.split(" ")[0] in ("if", "for") or key.startswith("form 0 ")
