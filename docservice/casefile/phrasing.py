"""What a violation says in other words than its own: a phrase of the town's library, and translations of it.

A phrase is named by its id, with the values of its blanks; the library is the town's (``town.phrases``). A translation
is somebody's: who made it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

PhrasePart = Literal["facts", "correction", "location", "danger_reason"]
PARTS: tuple[PhrasePart, ...] = ("facts", "correction", "location", "danger_reason")


class BlankValues(dict[str, Any]):
    """The values of a phrase's blanks, by name: texts, whole numbers, or tuples of texts. Not changed once read."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted((name, repr(value)) for name, value in self.items())))


NONE = BlankValues()


@dataclass(frozen=True, slots=True)
class PhraseUse:
    """A phrase of the library, filled."""

    id: str
    values: BlankValues = NONE


@dataclass(frozen=True, slots=True)
class ViolationPhrases:
    """The phrases that a violation is told in; a part without one is told in its own words."""

    facts: PhraseUse | None = None
    correction: PhraseUse | None = None
    location: PhraseUse | None = None
    danger_reason: PhraseUse | None = None

    def used(self) -> Iterator[tuple[PhrasePart, PhraseUse]]:
        """Each part that a phrase tells."""
        for part in PARTS:
            use = getattr(self, part)
            if use is not None:
                yield part, use


@dataclass(frozen=True, slots=True)
class ViolationTranslation:
    """A violation's own words in another language. English controls."""

    language: str  # BCP 47
    by: str  # who made it
    on: date | None = None
    facts: str | None = None
    correction: str | None = None
    location: str | None = None
    danger_reason: str | None = None
