"""What lint holds a wording against."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What wording may say: the names it sees, every field that some record has, and the filters."""

    names: frozenset[str]
    fields: frozenset[str]
    filters: frozenset[str]
