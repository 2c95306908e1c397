"""Where the ink of a page stands, as values: lengths in points, on the page as it is shown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clear:
    """How far from each edge of the page, as it is shown, the first ink stands; the packet's own stamps left out."""

    top: float
    right: float
    bottom: float
    left: float


@dataclass(frozen=True, slots=True)
class FirstInk:
    """The first page of a document to be recorded: from its upper edge to the first ink right of the return block, and
    to the title (``None``: not found)."""

    reserved: float
    title: float | None = None
