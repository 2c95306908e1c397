"""Which blocks of two wordings belong together.

First the blocks that keep their order: the pairing that is worth most, by dynamic programming (Needleman and Wunsch,
1970) between what the wordings share at both ends. Then paragraphs that were split or merged. Then moves: blocks that
went here and came there, whole or edited, with the markers around them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from docservice.wording.redlines.likeness import Likeness, bag, share
from docservice.wording.redlines.values import Block

_MOST_PAIRS = 60_000
_MOVED = 0.6
_LEAST_MOVED = 12.0  # letters: less is not recognized as the same when it turns up elsewhere
_PARTS = 4
_NEAR = 12  # blocks after the last paired one in which the parts of a paragraph are looked for
_LEAST_SPLIT = 24.0
_WHOLE = 0.8  # share of a paragraph that its parts must have in common with it
_BETTER = 0.08


@dataclass(frozen=True, slots=True)
class AlignedBlocks:
    """Blocks that belong together, by index: ``old`` and ``new`` are ranges, one of them may be empty.

    ``partner`` is the block on the other side when it moved, ``group`` numbers moves.
    """

    old: range
    new: range
    partner: int | None = None
    group: int = 0


def align(old: Sequence[Block], new: Sequence[Block]) -> tuple[AlignedBlocks, ...]:
    """Units in reading order that cover every block of both sides once."""
    likeness = Likeness(old, new)
    pairs = dict(_pairs(likeness, range(len(old)), range(len(new))))
    units = [(range(i, i + 1), window) for i, window in _windows(old, new, pairs)]
    left = _without(pairs, units)
    taken = {j for _, window in units for j in window}
    units += [
        (window, range(j, j + 1))
        for j, window in _windows(new, old, {j: i for i, j in left.items()})
        if j not in taken and not any(i in whole for i in window for whole, _ in units)
    ]
    units += [(range(i, i + 1), range(j, j + 1)) for i, j in _without(pairs, units).items()]
    units.sort(key=lambda unit: (unit[0].start, unit[1].start))
    stayed, kept = {i for a, _ in units for i in a}, {j for _, b in units for j in b}
    gone = [i for i in range(len(old)) if i not in stayed]
    come = [j for j in range(len(new)) if j not in kept]
    return tuple(_in_order(units, _moves(likeness, gone, come), len(old), len(new)))


def _without(pairs: dict[int, int], units: Sequence[tuple[range, range]]) -> dict[int, int]:
    """The pairs of which no block is in ``units``."""
    old, new = {i for a, _ in units for i in a}, {j for _, b in units for j in b}
    return {i: j for i, j in pairs.items() if i not in old and j not in new}


# Order kept ----------------------------------------------------------------------------------------------------


def _pairs(likeness: Likeness, old: range, new: range) -> Iterator[tuple[int, int]]:
    """Pairs in order, worth most together."""
    while old and new and likeness.same(old[0], new[0]):
        yield old[0], new[0]
        old, new = old[1:], new[1:]
    tail: list[tuple[int, int]] = []
    while old and new and likeness.same(old[-1], new[-1]):
        tail.append((old[-1], new[-1]))
        old, new = old[:-1], new[:-1]
    if not old or not new:
        pass
    elif len(old) * len(new) <= _MOST_PAIRS:
        yield from _best(likeness, old, new)
    else:
        yield from _by_identity(likeness, old, new)
    yield from reversed(tail)


def _best(likeness: Likeness, old: range, new: range) -> Iterator[tuple[int, int]]:
    width = len(new) + 1
    best = [[0.0] * width for _ in range(len(old) + 1)]
    for a in range(len(old) - 1, -1, -1):
        row, below = best[a], best[a + 1]
        for b in range(len(new) - 1, -1, -1):
            value = likeness.value(old[a], new[b])
            row[b] = max(below[b], row[b + 1], below[b + 1] + value if value else 0.0)
    a = b = 0
    while a < len(old) and b < len(new):
        value = likeness.value(old[a], new[b])
        if value and best[a][b] == best[a + 1][b + 1] + value:
            yield old[a], new[b]
            a, b = a + 1, b + 1
        elif best[a][b] == best[a + 1][b]:
            a += 1
        else:
            b += 1


def _by_identity(likeness: Likeness, old: range, new: range) -> Iterator[tuple[int, int]]:
    """For wordings too long to weigh every pair: equal blocks first, then what lies between them."""
    a, b = [likeness.old_names[i] for i in old], [likeness.new_names[j] for j in new]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, a, b).get_opcodes():
        if tag == "equal":
            yield from zip(old[i1:i2], new[j1:j2], strict=True)
        elif tag == "replace" and (i2 - i1) * (j2 - j1) <= _MOST_PAIRS:
            yield from _best(likeness, old[i1:i2], new[j1:j2])


# Split and merged ----------------------------------------------------------------------------------------------


def _windows(one: Sequence[Block], many: Sequence[Block], pairs: dict[int, int]) -> Iterator[tuple[int, range]]:
    """Blocks of ``one`` that are several blocks of ``many`` now, given which are paired."""
    back = set(pairs.values())
    used: set[int] = set()
    above = -1  # the last block of ``many`` that a block before this one is paired with
    for i, block in enumerate(one):
        j = pairs.get(i)
        low, above = above + 1, above if j is None else j
        if block.structural or block.role == "row" or (j is not None and block.identity == many[j].identity):
            continue
        whole = bag(block.tokens)
        if whole[1] < _LEAST_SPLIT:
            continue
        start, stop = (low, low) if j is None else (j, j + 1)
        while start > max(low, stop - _PARTS) and start - 1 not in back:
            start -= 1
        while stop < len(many) and stop not in back and stop < (low if j is None else j) + _NEAR:
            stop += 1
        alone = share(whole, bag(many[j].tokens)) if j is not None else 0.5
        best: tuple[float, range] | None = None
        for first in range(start, stop - 1):
            for last in range(first + 2, min(first + _PARTS, stop) + 1):
                window = range(first, last)
                if (j is not None and j not in window) or not _of_one_kind(block, many, window, used):
                    continue
                found = share(whole, bag([token for at in window for token in many[at].tokens]))
                if found >= _WHOLE and found > alone + _BETTER and (best is None or found > best[0]):
                    best = (found, window)
        if best:
            used.update(best[1])
            yield i, best[1]


def _of_one_kind(block: Block, many: Sequence[Block], window: range, used: set[int]) -> bool:
    return all(many[at].role == block.role and at not in used for at in window)


# Moves ---------------------------------------------------------------------------------------------------------


def _moves(likeness: Likeness, gone: Sequence[int], come: Sequence[int]) -> dict[int, int]:
    """Blocks that went at one place and came at another: old index → new index."""
    found: list[tuple[float, int, int]] = []
    if len(gone) * len(come) <= 4 * _MOST_PAIRS:
        for i in gone:
            old = likeness.old[i]
            if old.structural:
                continue
            for j in come:
                new = likeness.new[j]
                if new.structural or (old.role == "row") != (new.role == "row"):
                    continue
                same = likeness.same(i, j)
                if likeness.size(i) >= (_LEAST_MOVED / 2 if same else _LEAST_MOVED):
                    alike = 2.0 if same else likeness.share(i, j)
                    if alike >= _MOVED:
                        found.append((-alike, i, j))
    moves: dict[int, int] = {}
    for _, i, j in sorted(found):
        if i not in moves and j not in moves.values():
            moves[i] = j
    return _with_markers(likeness, moves, set(gone), set(come))


def _with_markers(likeness: Likeness, moves: dict[int, int], gone: set[int], come: set[int]) -> dict[int, int]:
    """Markers and short labels next to a moved block that went the same way."""
    waiting = list(moves.items())
    while waiting:
        i, j = waiting.pop()
        for step in (1, -1):
            a, b = i + step, j + step
            free = a in gone and b in come and a not in moves and b not in moves.values()
            if free and likeness.same(a, b):
                moves[a] = b
                waiting.append((a, b))
    return moves


def _in_order(
    units: Sequence[tuple[range, range]], moves: dict[int, int], old_length: int, new_length: int
) -> Iterator[AlignedBlocks]:
    groups: dict[int, int] = {}
    count = 0
    for i in sorted(moves):
        if i - 1 in moves and moves[i - 1] == moves[i] - 1:
            groups[i] = groups[i - 1]
        else:
            count += 1
            groups[i] = count
    origin = {j: i for i, j in moves.items()}
    i = j = 0
    for a, b in [*units, (range(old_length, old_length), range(new_length, new_length))]:
        for at in range(i, a.start):
            yield AlignedBlocks(range(at, at + 1), range(0), moves.get(at), groups.get(at, 0))
        for at in range(j, b.start):
            yield AlignedBlocks(range(0), range(at, at + 1), origin.get(at), groups.get(origin.get(at, -1), 0))
        if a or b:
            yield AlignedBlocks(a, b)
        i, j = a.stop, b.stop
