"""What one version changed that another, made from older text, does not have: on its day it takes that away again.

Three texts are held against each other: ``base``, which both were made from; ``kept``, whose changes are meant to stay;
``later``, which takes its place. A change of ``kept`` is there in ``later`` when its words stand at the same place.
Where ``later`` changed the same words in another way, the change counts as taken away: somebody must look.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docservice.wording.bundle import Bundle
from docservice.wording.redlines import besides
from docservice.wording.redlines.comparing import compare, redline, wording
from docservice.wording.redlines.likeness import bag, share
from docservice.wording.redlines.numbering import closes
from docservice.wording.redlines.values import Block, BlockChange, FileChange, MetaChange, Redline, Token, TokenRun

_Identity = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Undone:
    """The changes that are taken away. ``made`` is the redline that made them; ``words`` are some of its changes.

    ``translations`` are (language, English sentence) whose translation was changed and is as before again.
    """

    made: Redline
    words: tuple[BlockChange, ...]
    meta: tuple[MetaChange, ...]
    files: tuple[FileChange, ...]
    translations: tuple[tuple[str, str], ...]

    def __bool__(self) -> bool:
        return bool(self.words or self.meta or self.files or self.translations)


def undone(base: Bundle, kept: Bundle, later: Bundle) -> Undone:
    """The changes from ``base`` to ``kept`` that ``later`` does not have. Raises ``Refusal``: as ``redline``."""
    made = redline(base, kept)
    return Undone(
        made, tuple(_words(made, wording(base, "en"), wording(later, "en"))), tuple(_meta(made, kept, later)),
        tuple(one for one in made.files if later.files.get(one.path) != kept.files.get(one.path)),
        tuple(_translations(base, kept, later)),
    )  # fmt: skip


def _words(made: Redline, base: Sequence[Block], later: Sequence[Block]) -> Iterator[BlockChange]:
    known = Counter(block.identity for block in later)
    kept = Counter(block.identity for block in made.new_blocks())
    became = _became(base, later)
    beside = _beside(later)
    places = _places(made)
    at = 0  # where we are in the base
    where = {}  # a block that moved, by its place in the base
    for change in made.blocks:
        for block in change.old:
            where[id(block)] = at
            at += 1
    for change in made.changes:
        if change.kind == "moved-from" or closes(change.block):
            continue
        if all(known[block.identity] >= kept[block.identity] for block in change.new) and change.new:
            if change.kind != "moved-to" or beside[change.new[0].identity] & places[id(change)]:
                continue
        elif change.kind == "deleted":
            # A short line in its place that shares no word with it is not what was deleted.
            gone = bag(change.old[0].tokens)
            if not any(_like(gone, block) for block in became[where[id(change.old[0])]]):
                continue
        elif change.kind in ("changed", "moved-to"):
            old = change.was or change.old[0]
            stands = became[where[id(old)]]
            moved = change.kind == "moved-to" and not any(beside[one.identity] & places[id(change)] for one in stands)
            if not change.attributes and not moved and stands and all(_there(h, stands) for h in _hunks(change.runs)):
                continue
        yield change


def _like(gone: tuple[Counter[object], float], block: Block) -> bool:
    """Whether something of a deleted block stands in ``block``; of one without words, whether it is a block at all."""
    return not gone[1] or share(gone, bag(block.tokens)) > 0


def _became(base: Sequence[Block], later: Sequence[Block]) -> list[tuple[Block, ...]]:
    """For each block of the base, what stands for it in the later text."""
    found: list[tuple[Block, ...]] = []
    changes = compare(base, later)
    moved: dict[int, list[BlockChange]] = {}
    for change in changes:
        if change.kind == "moved-to":
            moved.setdefault(change.move, []).append(change)
    for change in changes:
        stands = change.new
        if change.kind == "moved-from":
            stands = moved[change.move].pop(0).new
        found += [stands] * len(change.old)
    return found


def _beside(blocks: Sequence[Block]) -> dict[_Identity, set[tuple[str, _Identity | None]]]:
    """For each block, what stands before and after it somewhere; None at the ends."""
    ends: list[_Identity | None] = [None, *(block.identity for block in blocks), None]
    found: dict[_Identity, set[tuple[str, _Identity | None]]] = {}
    for at, block in enumerate(blocks):
        found.setdefault(block.identity, set()).update((("before", ends[at]), ("after", ends[at + 2])))
    return found


def _places(made: Redline) -> dict[int, set[tuple[str, _Identity | None]]]:
    """For each change with one new block, what that stands between."""
    new = [(change, block.identity) for change in made.blocks for block in change.new]
    ends = [None, *(identity for _, identity in new), None]
    return {id(change): {("before", ends[at]), ("after", ends[at + 2])} for at, (change, _) in enumerate(new)}


@dataclass(frozen=True, slots=True)
class _Hunk:
    """Words that went and words that came between two that stayed; None at the edge of the block."""

    before: Token | None
    gone: tuple[Token, ...]
    come: tuple[Token, ...]
    after: Token | None


def _hunks(runs: Sequence[TokenRun]) -> Iterator[_Hunk]:
    before: Token | None = None
    gone: tuple[Token, ...] = ()
    come: tuple[Token, ...] = ()
    for run in runs:
        if run.operation != "equal":
            gone, come = gone + run.old, come + run.new
            continue
        if gone or come:
            yield _Hunk(before, gone, come, run.new[0])
        before, gone, come = run.new[-1], (), ()
    if gone or come:
        yield _Hunk(before, gone, come, None)


def _there(hunk: _Hunk, blocks: Sequence[Block]) -> bool:
    """Whether the words came, beside one of the words that they came beside, and those that went are not there."""
    for block in blocks:
        tokens = [None, *(token.identity for token in block.tokens), None]
        before = hunk.before.identity if hunk.before is not None else None
        after = hunk.after.identity if hunk.after is not None else None
        come, gone = [t.identity for t in hunk.come], [t.identity for t in hunk.gone]
        if gone and _holds(tokens, [before, *gone, after]):
            return False
        if come and (_holds(tokens, [before, *come]) or _holds(tokens, [*come, after])):
            return True
        if not come and _holds(tokens, [before, after]):
            return True
    return False


def _holds(tokens: Sequence[object], wanted: Sequence[object]) -> bool:
    return any(list(tokens[at : at + len(wanted)]) == list(wanted) for at in range(len(tokens) - len(wanted) + 1))


def _meta(made: Redline, kept: Bundle, later: Bundle) -> Iterator[MetaChange]:
    back = {one.name: one for one in besides.meta(kept, later)}
    for one in made.meta:
        other = back.get(one.name)
        if other is not None and (_parts(one.new) & _parts(other.old) or _parts(one.old) & _parts(other.new)):
            yield one


def _parts(said: str) -> set[str]:
    return set(said.split(", ")) - {""}


def _translations(base: Bundle, kept: Bundle, later: Bundle) -> Iterator[tuple[str, str]]:
    for language in kept.languages[1:]:
        if language not in base.languages or language not in later.languages:
            continue  # what a language lacks is told as the language that stops
        was, now, then = (one.messages(language).texts for one in (base, kept, later))
        for english, text in now.items():
            if english in was and was[english] != text and then.get(english, text) != text:
                yield language, english
