"""Where a comment stands: a paragraph's block path, and words quoted from it; found again after small edits.

A block path leads from the document to a paragraph by its blocks and elements, as ``penalties/p[2]`` or
``violations/violation/p[1]``: the nearest blocks of the trade around it, then its place among its kind in the nearest
one. Words move less than places do, so the quote decides, and the path where the quote stands in several paragraphs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

# Below this share of common letters two texts are not the same paragraph after an edit.
_ALIKE = 0.6

How = Literal["same", "moved", "edited", "lost"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """A paragraph's ``path`` and the words meant in it. Both empty: the whole version."""

    path: str
    quote: str


@dataclass(frozen=True, slots=True)
class WordingParagraph:
    """One paragraph (heading, list item, cell …) of a wording: its block path, text, and ``file:line``."""

    path: str
    text: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class FoundAnchor:
    """Where an anchor stands in a text. ``paragraph`` is None when it is lost, or means the whole version."""

    how: How
    paragraph: WordingParagraph | None


def find(anchor: Anchor, paragraphs: Sequence[WordingParagraph]) -> FoundAnchor:
    """Where ``anchor`` stands among ``paragraphs``.

    ``same``: at its path, with its words. ``moved``: its words stand elsewhere. ``edited``: the likest paragraph.
    ``lost``: none is like it.
    """
    quote = _even(anchor.quote)
    if not anchor.path and not quote:
        return FoundAnchor("same", None)
    at_path = next((p for p in paragraphs if p.path == anchor.path), None)
    if not quote:
        return FoundAnchor("same", at_path) if at_path is not None else FoundAnchor("lost", None)
    if at_path is not None and quote in _even(at_path.text):
        return FoundAnchor("same", at_path)
    holding = [p for p in paragraphs if quote in _even(p.text)]
    if holding:
        return FoundAnchor("moved", max(holding, key=lambda p: _nearness(p.path, anchor.path)))
    best, score = None, _ALIKE
    for paragraph in paragraphs:
        likeness = _likeness(quote, _even(paragraph.text))
        # At its own path, and in its own block, a paragraph may have changed more.
        likeness += 0.1 * _nearness(paragraph.path, anchor.path)
        if likeness > score:
            best, score = paragraph, likeness
    return FoundAnchor("edited", best) if best is not None else FoundAnchor("lost", None)


def _likeness(quote: str, text: str) -> float:
    """How much of ``quote`` is in ``text``, in order: 1 when all of it is, in runs of some length."""
    matcher = SequenceMatcher(None, quote, text, autojunk=False)
    if matcher.real_quick_ratio() == 0:
        return 0.0
    common = sum(block.size for block in matcher.get_matching_blocks() if block.size >= 4)
    return common / len(quote)


def _nearness(path: str, other: str) -> float:
    """1 for the same path, less for the same beginning, 0 for another block."""
    if path == other:
        return 1.0
    mine, theirs = path.split("/"), other.split("/")
    shared = 0
    for one, two in zip(mine, theirs, strict=False):
        if one != two:
            break
        shared += 1
    return shared / max(len(mine), len(theirs))


def _even(text: str) -> str:
    return " ".join(text.split())
