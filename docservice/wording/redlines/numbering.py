"""The numbers of changes: what a reader calls one change has one number, and no number is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from docservice.wording.redlines.values import Block, BlockChange


def numbered(changes: Sequence[BlockChange]) -> tuple[BlockChange, ...]:
    """The same with ``number`` and ``part``: in the order of the new text, where a deletion stands where it was.

    Blocks that moved together are one change, which is counted where they are now. A marker that ends a section, a
    condition or a loop which came or went belongs to the one that began it.
    """
    numbers = [0] * len(changes)
    begins = {**_begins(changes, "old"), **_begins(changes, "new")}
    moves: dict[int, int] = {}
    last = 0
    for at, change in enumerate(changes):
        if change.kind in ("equal", "moved-from") or at in begins or change.move in moves:
            continue
        last += 1
        numbers[at] = last
        if change.kind == "moved-to":
            moves[change.move] = last
    for at, change in enumerate(changes):
        if change.move:
            numbers[at] = moves[change.move]
    for at, start in begins.items():
        if not changes[at].move:
            numbers[at] = numbers[start]
    # Where blocks are now comes first, it stands for the move; ends come after what they end.
    parts: Counter[int] = Counter()
    found = list(changes)
    for at in sorted(range(len(changes)), key=lambda at: (at in begins, changes[at].kind == "moved-from", at)):
        if numbers[at]:
            parts[numbers[at]] += 1
            found[at] = replace(changes[at], number=numbers[at], part=parts[numbers[at]])
    return tuple(found)


def _begins(changes: Sequence[BlockChange], side: Literal["old", "new"]) -> dict[int, int]:
    """For an end that one side alone has, the change that its section began with, where that came, went or moved too.

    One end is like another: of two sections that changed places the ends may be paired crosswise. Such an end belongs
    to the nearest section that came, went or moved. Without any it is a change of its own: something is nested anew.
    """
    found: dict[int, int] = {}
    begun: list[int] = []
    fresh = [
        at for at, change in enumerate(changes)
        if change.kind in ("inserted", "deleted", "moved-to") and _opens(change.block)
    ]  # fmt: skip
    for at, change in enumerate(changes):
        for block in change.old if side == "old" else change.new:
            if _opens(block):
                begun.append(at)
            elif closes(block) and begun:
                start = begun.pop()
                if change.kind not in (("deleted", "moved-from") if side == "old" else ("inserted", "moved-to")):
                    continue
                alike = [one for one in fresh if changes[one].block.role == changes[start].block.role]
                if changes[start].kind != "equal":
                    found[at] = start
                elif alike:
                    found[at] = min(alike, key=lambda one: abs(one - at))
    return found


def closes(block: Block) -> bool:
    """Whether it is the end of a section, a condition or a loop."""
    return block.role == "section-end" or (block.role == "condition" and block.tokens[0].key.startswith("end"))


def _opens(block: Block) -> bool:
    if block.role != "condition":
        return block.role == "section"
    key = block.tokens[0].key
    return key.split(" ")[0] in ("if", "for") or key.startswith("form 0 ")
