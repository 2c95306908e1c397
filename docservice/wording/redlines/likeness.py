"""How alike two blocks are, and how much it is worth to set them side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from docservice.wording.redlines.values import Block, Token

ALIKE = 0.32  # share of common text from which two blocks are one block, edited
_SHORT = 6  # tokens: a label or a lone field that changed at its place is a change, however different it is now
_RUNNING = frozenset({"p", "li", "dd", "h1", "h2", "h3", "dt", "caption", "figcaption", "address", "figure"})
_AT_ITS_PLACE = 0.1


@dataclass(slots=True)
class Likeness:
    """Answers for pairs of blocks, each once."""

    old: Sequence[Block]
    new: Sequence[Block]
    _bags: dict[int, tuple[Counter[object], float]] = field(default_factory=dict)
    _shares: dict[tuple[int, int], float] = field(default_factory=dict)
    old_names: list[int] = field(init=False)
    new_names: list[int] = field(init=False)

    def __post_init__(self) -> None:
        # Equal blocks have one number: comparing two numbers is what most of the work is.
        names: dict[object, int] = {}
        self.old_names, self.new_names = (
            [names.setdefault(block.identity, len(names)) for block in side] for side in (self.old, self.new)
        )

    def same(self, i: int, j: int) -> bool:
        """Whether old block ``i`` and new block ``j`` are the same."""
        return self.old_names[i] == self.new_names[j]

    def share(self, i: int, j: int) -> float:
        """The share of text that old block ``i`` and new block ``j`` have in common, 0 to 1."""
        if (i, j) not in self._shares:
            self._shares[i, j] = share(self._bag(i), self._bag(~j))
        return self._shares[i, j]

    def size(self, i: int) -> float:
        """How much there is to read in old block ``i``."""
        return self._bag(i)[1]

    def value(self, i: int, j: int) -> float:
        """What setting the two side by side is worth; 0 when they have nothing to do with each other."""
        old, new = self.old[i], self.new[j]
        if old.role != new.role and (old.structural or new.structural or "row" in (old.role, new.role)):
            return 0
        if old.role == "section-end":
            return 0.5 if old.within == new.within else 0.1
        if self.same(i, j):
            return self._worth(i)
        found = self.share(i, j)
        if old.structural:
            same = old.role != "condition" or _verb(old) == _verb(new)
            return (_AT_ITS_PLACE + 0.5 * found) if same else 0
        if found >= ALIKE:
            return 0.9 * found * self._worth(i) * (1 if old.role == new.role else 0.9)
        if old.role == new.role in _RUNNING and max(len(old.tokens), len(new.tokens)) <= _SHORT:
            return _AT_ITS_PLACE * (2 if old.attributes == new.attributes else 1)
        return 0

    def _worth(self, i: int) -> float:
        if self.old[i].structural:
            return 0.2 if _verb(self.old[i]).startswith(("end", "else")) else 0.8
        return 1 + min(self.size(i), 200) / 20

    def _bag(self, at: int) -> tuple[Counter[object], float]:
        if at not in self._bags:
            self._bags[at] = bag((self.old[at] if at >= 0 else self.new[~at]).tokens)
        return self._bags[at]


def bag(tokens: Sequence[Token]) -> tuple[Counter[object], float]:
    """The words of ``tokens`` with their weight, and the weight of all."""
    counted: Counter[object] = Counter()
    for token in tokens:
        if token.key.startswith("element="):
            continue
        if token.kind in ("condition", "attribute"):
            for word in token.text.split():
                counted[word] += len(word)
        elif token.kind == "field":
            counted[token.key] += min(len(token.text), 12)
        elif token.kind == "number":
            counted["#"] += 2  # another amount does not make it another sentence
        elif token.kind not in ("cell", "break"):
            counted[token.key] += 1 if token.kind == "mark" else 1 + len(token.key)
    return counted, float(counted.total())


def share(one: tuple[Counter[object], float], other: tuple[Counter[object], float]) -> float:
    """Dice's coefficient of two bags."""
    total = one[1] + other[1]
    if not total:
        return 1.0
    if 2 * min(one[1], other[1]) / total < ALIKE / 2:
        return 0.0
    small, large = (one[0], other[0]) if len(one[0]) <= len(other[0]) else (other[0], one[0])
    return 2 * sum(min(count, large[word]) for word, count in small.items() if word in large) / total


def _verb(block: Block) -> str:
    """What kind of marker it is: the word that a condition begins with."""
    return block.tokens[0].key.split(" ")[0] if block.role == "condition" else block.role
