"""The words inside two blocks that belong together: what stayed, what went, what came.

``difflib`` finds what they have in common; what a reader would call one change is then made one. A "the" that survives
by chance between two replaced phrases is no island worth keeping; a field, a number or a condition that survives is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from docservice.wording.redlines import cells
from docservice.wording.redlines.values import Token, TokenRun

_KEPT = frozenset({"field", "number", "condition", "picture", "cell"})
_MOST = 400_000  # pairs of tokens: a paragraph of 600 words; beyond it what repeats often is no anchor
_SENTENCE_ENDS = frozenset(".!?。！？؟।።")
_PAUSES = frozenset(",;:，；：、،؛")


@dataclass(slots=True)
class _Piece:
    """A stretch of both sides: equal, or (each side may be empty) replaced."""

    equal: bool
    old: tuple[Token, ...]
    new: tuple[Token, ...]


def compare(old: Sequence[Token], new: Sequence[Token]) -> tuple[TokenRun, ...]:
    """The runs that lead from ``old`` to ``new``, in reading order; what went stands before what came."""
    if any(token.kind == "cell" for token in (*old, *new)):
        return _row(old, new)
    return _words(old, new)


def _words(old: Sequence[Token], new: Sequence[Token]) -> tuple[TokenRun, ...]:
    pieces = _settled(_islands_absorbed(_matched(old, new)))
    runs: list[TokenRun] = []
    for piece in pieces:
        if piece.equal:
            runs.append(TokenRun("equal", piece.old, piece.new))
        else:
            runs += [TokenRun("deleted", piece.old, ())] if piece.old else []
            runs += [TokenRun("inserted", (), piece.new)] if piece.new else []
    return tuple(runs)


def _row(old: Sequence[Token], new: Sequence[Token]) -> tuple[TokenRun, ...]:
    runs: list[TokenRun] = []
    for before, after in cells.paired(old, new):
        signs = [side[:1] for side in (before, after) if side and side[0].kind == "cell"]
        if len(signs) == 2 or (before and after and not signs):
            runs += [TokenRun("equal", *signs)] if signs else []
            runs += _words(before[len(signs) // 2 :], after[len(signs) // 2 :])
        else:
            runs += [TokenRun("deleted", before, ())] if before else []
            runs += [TokenRun("inserted", (), after)] if after else []
    return _joined(runs)


def _joined(runs: list[TokenRun]) -> tuple[TokenRun, ...]:
    found: list[TokenRun] = []
    for run in runs:
        if found and found[-1].operation == run.operation:
            found[-1] = TokenRun(run.operation, found[-1].old + run.old, found[-1].new + run.new)
        else:
            found.append(run)
    return tuple(found)


def _matched(old: Sequence[Token], new: Sequence[Token]) -> list[_Piece]:
    names: dict[object, int] = {}
    a, b = ([names.setdefault(token.identity, len(names)) for token in side] for side in (old, new))
    # A wording from a hostile hand must not cost quadratic time.
    matcher = SequenceMatcher(None, a, b, autojunk=len(a) * len(b) > _MOST)
    return [
        piece
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        for piece in _by_value(_Piece(tag == "equal", tuple(old[i1:i2]), tuple(new[j1:j2])))
    ]


def _by_value(piece: _Piece) -> Iterator[_Piece]:
    """A replacement, apart where a number or field takes the place of another at its ends: an amount that changed is
    one change, whatever happened beside it.
    """
    old, new = piece.old, piece.new
    if piece.equal or min(len(old), len(new)) == 0 or len(old) + len(new) == 2:
        yield piece
    elif old[0].kind == new[0].kind and old[0].kind in ("number", "field"):
        yield _Piece(False, old[:1], new[:1])
        yield from _by_value(_Piece(False, old[1:], new[1:]))
    elif old[-1].kind == new[-1].kind and old[-1].kind in ("number", "field"):
        yield from _by_value(_Piece(False, old[:-1], new[:-1]))
        yield _Piece(False, old[-1:], new[-1:])
    else:
        yield piece


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
    if _one_for_one(before) or _one_for_one(after):
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

    "A. C." → "A. X. C." is found as "A{. X}. C." and read as "A. {X. }C.".
    """
    for at in range(1, len(pieces) - 1):
        before, change, after = pieces[at - 1 : at + 2]
        if before.equal and after.equal and bool(change.old) != bool(change.new):
            _settle(before, change, after, "old" if change.old else "new")
    return [piece for piece in pieces if piece.old or piece.new]


def _settle(before: _Piece, change: _Piece, after: _Piece, side: str) -> None:
    own = (*getattr(before, side), *getattr(change, side), *getattr(after, side))
    start, size = len(getattr(before, side)), len(getattr(change, side))
    first = last = start
    while first > 0 and own[first - 1].identity == own[first + size - 1].identity:
        first -= 1
    while last + size < len(own) and own[last].identity == own[last + size].identity:
        last += 1
    # The first of the best: what is added in a row of likes is added before them.
    best = max(range(first, last + 1), key=lambda at: (_place(own, at, size), at == start, -at))
    other = "new" if side == "old" else "old"
    others = (*getattr(before, other), *getattr(after, other))
    for piece, part, rest in (
        (before, own[:best], others[:best]),
        (change, own[best : best + size], ()),
        (after, own[best + size :], others[best:]),
    ):  # fmt: skip
        setattr(piece, side, part)
        setattr(piece, other, rest)


def _place(tokens: Sequence[Token], at: int, size: int) -> int:
    """How well a change of ``size`` tokens stands at ``at``: between sentences best, between clauses well."""
    score = 0
    for edge in (at - 1, at + size - 1):
        mark = tokens[edge].text[-1:] if edge >= 0 else "."
        score += 2 * (mark in _SENTENCE_ENDS) + (mark in _PAUSES)
    return score
