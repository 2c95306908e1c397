"""The cells of two rows that belong together: a column that came or went is whole cells, words change inside a cell.

Were a row compared as one text, a change could reach over the edge of a cell, and whoever accepts it in Word would lose
the words of the next one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docservice.wording.redlines.likeness import bag, share
from docservice.wording.redlines.values import Token

_Cell = tuple[Token, ...]  # begins with the sign of the cell
_MOST = 2500  # pairs of cells; a wider table is compared from its first column on


def of(tokens: Sequence[Token]) -> list[_Cell]:
    """The cells of a row; what stands before the first is one without a sign."""
    found: list[list[Token]] = []
    for token in tokens:
        if token.kind == "cell" or not found:
            found.append([])
        found[-1].append(token)
    return [tuple(cell) for cell in found]


def paired(old: Sequence[Token], new: Sequence[Token]) -> Iterator[tuple[_Cell, _Cell]]:
    """The cells of two rows, in order, each with the one that it was; an empty one where there is none."""
    before, after = of(old), of(new)
    pairs = range(min(len(before), len(after)))
    same = [(at, at) for at in pairs]
    if len(before) != len(after) and len(before) * len(after) <= _MOST:
        same = _alike(before, after)
    at = to = 0
    for i, j in [*same, (len(before), len(after))]:
        yield from ((cell, ()) for cell in before[at:i])
        yield from (((), cell) for cell in after[to:j])
        if i < len(before) and j < len(after):
            yield before[i], after[j]
        at, to = i + 1, j + 1


def _alike(before: list[_Cell], after: list[_Cell]) -> list[tuple[int, int]]:
    """Which cells are the same, so that the most of their words are."""
    bags = [[bag(cell) for cell in side] for side in (before, after)]
    best = [[0.0] * (len(after) + 1) for _ in range(len(before) + 1)]
    worth = [[share(a, b) + 0.01 for b in bags[1]] for a in bags[0]]  # a cell with other words is rather that than none
    for i in range(len(before) - 1, -1, -1):
        for j in range(len(after) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + worth[i][j])
    found, i, j = [], 0, 0
    while i < len(before) and j < len(after):
        if best[i][j] == best[i + 1][j + 1] + worth[i][j]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return found
