"""An English string that changed: what it was before, and what changed in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from docservice.wording.redlines import words
from docservice.wording.redlines.likeness import bag, share
from docservice.wording.redlines.tokens import tokens
from docservice.wording.redlines.values import Operation, Token

# Below this share of common words a sentence is a new one, not an edit of the old.
_ALIKE = 0.5
_CODE = re.compile(r"%\(\w+\)s|%%|<[^<>]*>|&#?\w+;")


@dataclass(frozen=True, slots=True)
class WordStretch:
    """Words with one fate: ``equal``, ``deleted`` or ``inserted``. Joined with spaces they give the sentence."""

    operation: Operation
    text: str


def earlier(text: str, candidates: Iterable[str]) -> str | None:
    """The candidate that ``text`` is an edit of; the first of those that are equally alike."""
    own = bag(tuple(_tokens(text)))
    best, most = None, _ALIKE
    for candidate in candidates:
        found = share(own, bag(tuple(_tokens(candidate))))
        if found > most:
            best, most = candidate, found
    return best


def redline(old: str, new: str) -> tuple[WordStretch, ...]:
    """What leads from one English to the other, in reading order."""
    runs = words.compare(tuple(_tokens(old)), tuple(_tokens(new)))
    return tuple(WordStretch(run.operation, _joined(run.shown)) for run in runs)


def _tokens(text: str) -> Iterator[Token]:
    """The tokens of a string; a blank or tag is one."""
    at = 0
    for match in _CODE.finditer(text):
        yield from _plain(text, at, match.start())
        yield Token("field", match.group(), match.group(), match.start() > 0 and text[match.start() - 1].isspace())
        at = match.end()
    yield from _plain(text, at, len(text))


def _plain(text: str, start: int, end: int) -> Iterator[Token]:
    return tokens(text[start:end], "en")


def _joined(run: tuple[Token, ...]) -> str:
    return "".join(f"{' ' if token.space else ''}{token.text}" for token in run)
