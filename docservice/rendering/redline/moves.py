"""Passages that went from one place of a text to another, found among the words that went and the words that came.

A comparison in reading order takes a passage that moved for one that is gone and another that is new, and what was
edited inside it is lost in the crowd. Here the same words are looked for in any order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise, product

_SHORTEST = 4  # words in a row that are the same
_PASSAGE = 7  # words that are the same, of a passage
_GAP = 8  # words between them that may be others: the edit
_MOST = 4_000_000  # pairs of words looked at
_ROUNDS = 60

_Stretch = tuple[int, int]  # from, to (not included)


@dataclass(frozen=True, slots=True)
class Moved:
    """``old`` words are now at ``new``; ``edits`` are what is not the same in them, a pair of stretches each."""

    old: _Stretch
    new: _Stretch
    edits: tuple[tuple[_Stretch, _Stretch], ...]


def moved(gone: Sequence[Sequence[str]], come: Sequence[Sequence[str]]) -> tuple[Moved, ...]:
    """The passages that moved. ``gone`` and ``come`` are runs of words; places count through all runs of a side.

    Stretches never reach over the end of a run.
    """
    if sum(map(len, gone)) * sum(map(len, come)) > _MOST:
        return ()
    matches = sorted(_matches(gone, come))
    passages: list[list[tuple[int, int, int]]] = []
    for match in matches:
        if passages and _follows(passages[-1][-1], match, gone, come):
            passages[-1].append(match)
        else:
            passages.append([match])
    # A passage ends, at the latest, where its run does or another match begins.
    left = sorted({a for a, _, _ in matches} | {end for _, end in _bounds(gone)})
    right = sorted({b for _, b, _ in matches} | {end for _, end in _bounds(come)})
    return tuple(one for held in passages for one in _passage(held, left, right))


def _matches(gone: Sequence[Sequence[str]], come: Sequence[Sequence[str]]) -> Iterator[tuple[int, int, int]]:
    """The longest stretches that are the same, longest first, none twice: place in each, and length."""
    old, new = [word for run in gone for word in run], [word for run in come for word in run]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    left, right = list(_bounds(gone)), list(_bounds(come))
    for _ in range(_ROUNDS):
        best = max(
            (matcher.find_longest_match(a[0], a[1], b[0], b[1]) for a, b in product(left, right)),
            key=lambda match: match.size,
            default=None,
        )
        if best is None or best.size < _SHORTEST:
            return
        yield best.a, best.b, best.size
        left, right = list(_without(left, best.a, best.size)), list(_without(right, best.b, best.size))


def _bounds(runs: Sequence[Sequence[str]]) -> Iterator[_Stretch]:
    at = 0
    for run in runs:
        yield at, at + len(run)
        at += len(run)


def _without(stretches: Sequence[_Stretch], at: int, size: int) -> Iterator[_Stretch]:
    for first, last in stretches:
        if first <= at < last:
            yield from ((one, other) for one, other in ((first, at), (at + size, last)) if other - one >= _SHORTEST)
        else:
            yield first, last


def _follows(
    one: tuple[int, int, int], other: tuple[int, int, int], gone: Sequence[Sequence[str]],
    come: Sequence[Sequence[str]],
) -> bool:  # fmt: skip
    """Whether two matches are of one passage, with few words between them on either side."""
    before, after = other[0] - one[0] - one[2], other[1] - one[1] - one[2]
    if not (0 <= before <= _GAP and 0 <= after <= _GAP):
        return False
    return _in_one(gone, one[0], other[0]) and _in_one(come, one[1], other[1])


def _in_one(runs: Sequence[Sequence[str]], first: int, last: int) -> bool:
    return any(start <= first and last < end for start, end in _bounds(runs))


def _passage(matches: Sequence[tuple[int, int, int]], left: Sequence[int], right: Sequence[int]) -> Iterator[Moved]:
    if sum(size for _, _, size in matches) < _PASSAGE:
        return
    edits = []
    for (a, b, size), (later_a, later_b, _) in pairwise(matches):
        edits.append(((a + size, later_a), (b + size, later_b)))
    a, b, size = matches[-1]
    end_a, end_b = a + size, b + size
    # The last words of it may be those that were edited.
    rest_a, rest_b = (min(at for at in ends if at >= end) for ends, end in ((left, end_a), (right, end_b)))
    if 0 < rest_a - end_a <= _GAP and 0 < rest_b - end_b <= _GAP:
        edits.append(((end_a, rest_a), (end_b, rest_b)))
        end_a, end_b = rest_a, rest_b
    yield Moved((matches[0][0], end_a), (matches[0][1], end_b), tuple(edits))
