"""The words inside two blocks that belong together: what stayed, what went, what came.

``difflib`` finds what they have in common; what a reader would call one change is then made one. A "the" that survives
by chance between two replaced phrases is no island worth keeping; a field, a number or a condition that survives is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from docservice.catalog.redlines.values import Run, Token

_KEPT = frozenset({"field", "number", "condition", "picture", "cell"})
_MOST = 4_000_000  # pairs of tokens; a paragraph of 2,000 words
_SENTENCE_ENDS = frozenset(".!?。！？؟।።")
_PAUSES = frozenset(",;:，；：、،؛")


@dataclass(slots=True)
class _Piece:
    """A stretch of both sides: equal, or (each side may be empty) replaced."""

    equal: bool
    old: tuple[Token, ...]
    new: tuple[Token, ...]


def compare(old: Sequence[Token], new: Sequence[Token]) -> tuple[Run, ...]:
    """The runs that lead from ``old`` to ``new``, in reading order; what went stands before what came."""
    pieces = _settled(_islands_absorbed(_matched(old, new)))
    runs: list[Run] = []
    for piece in pieces:
        if piece.equal:
            runs.append(Run("equal", piece.old, piece.new))
        else:
            runs += [Run("deleted", piece.old, ())] if piece.old else []
            runs += [Run("inserted", (), piece.new)] if piece.new else []
    return tuple(runs)


def _matched(old: Sequence[Token], new: Sequence[Token]) -> list[_Piece]:
    names: dict[object, int] = {}
    a, b = ([names.setdefault(token.identity, len(names)) for token in side] for side in (old, new))
    # A wording from a hostile hand must not cost quadratic time.
    matcher = SequenceMatcher(None, a, b, autojunk=len(a) * len(b) > _MOST)
    return [
        _Piece(tag == "equal", tuple(old[i1:i2]), tuple(new[j1:j2])) for tag, i1, i2, j1, j2 in matcher.get_opcodes()
    ]


def _islands_absorbed(pieces: list[_Piece]) -> list[_Piece]:
    """Equal stretches that are shorter than the changes on both sides of them become part of the change."""
    again = True
    while again:
        again = False
        for at in range(1, len(pieces) - 1):
            before, island, after = pieces[at - 1 : at + 2]
            if not island.equal or _worth_keeping(before, island, after):
                continue
            whole = _Piece(False, before.old + island.old + after.old, before.new + island.new + after.new)
            pieces[at - 1 : at + 2] = [whole]
            again = True
            break
    return pieces


def _worth_keeping(before: _Piece, island: _Piece, after: _Piece) -> bool:
    if any(token.kind in _KEPT for token in island.old):
        return True
    if _one_for_one(before) and _one_for_one(after):
        return True
    size = weight(island.old)
    return size > max(weight(before.old), weight(before.new)) or size > max(weight(after.old), weight(after.new))


def _one_for_one(piece: _Piece) -> bool:
    """Whether a number or a field took the place of another."""
    both = piece.old + piece.new
    return len(piece.old) == 1 == len(piece.new) and all(token.kind in _KEPT for token in both)


def weight(tokens: Sequence[Token]) -> int:
    """How much there is to read in ``tokens``, in letters."""
    return sum(len(token.text) for token in tokens)


def _settled(pieces: list[_Piece]) -> list[_Piece]:
    """Moves an insertion or deletion that could stand at several places to where a sentence or clause begins.

    "A. B. C." → "A. B. X. C." could as well be "A. B[. X]. C."
    """
    for at in range(1, len(pieces) - 1):
        before, change, after = pieces[at - 1 : at + 2]
        if not (before.equal and after.equal) or bool(change.old) == bool(change.new):
            continue
        side = "old" if change.old else "new"
        text = list(getattr(change, side))
        best, best_by, by = _place(before.old[-1], text[-1]), 0, 0
        moved = text[:]
        while by < len(before.old) - 1 and moved[-1].identity == before.old[-1 - by].identity:
            moved = [getattr(before, side)[-1 - by], *moved[:-1]]
            by += 1
            score = _place(before.old[-1 - by], moved[-1])
            if score > best:
                best, best_by = score, by
        if best_by:
            _shift(before, change, after, side, best_by)
    return [piece for piece in pieces if piece.old or piece.new]


def _place(before: Token, last: Token) -> int:
    """How well a change stands after ``before`` when ``last`` is its own last token."""
    ends = (before.text[-1:] in _SENTENCE_ENDS) + (last.text[-1:] in _SENTENCE_ENDS)
    pauses = (before.text[-1:] in _PAUSES) + (last.text[-1:] in _PAUSES)
    return 2 * ends + pauses


def _shift(before: _Piece, change: _Piece, after: _Piece, side: str, by: int) -> None:
    """Moves ``change`` left by ``by`` tokens; both sides keep their own tokens in their own order."""
    other = "new" if side == "old" else "old"
    own, others = getattr(before, side), getattr(before, other)
    text = own[len(own) - by :] + getattr(change, side)
    setattr(before, side, own[: len(own) - by])
    setattr(before, other, others[: len(others) - by])
    setattr(change, side, text[: len(text) - by])
    setattr(after, side, text[len(text) - by :] + getattr(after, side))
    setattr(after, other, others[len(others) - by :] + getattr(after, other))
