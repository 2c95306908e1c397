"""How far a document's date may be from the day on which it is issued."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from docservice.town.source import Source

Distance = Literal["ahead", "back"]


@dataclass(frozen=True, slots=True)
class Dating:
    """How many days after the day of issue a document may be dated, and how many before it without a reason."""

    ahead: int = 0
    back: int = 0
    source: Source = field(default_factory=lambda: Source("Office practice", "P"))


def out_of_bounds(rules: Dating, on: date, today: date) -> Distance | None:
    """Whether a document dated ``on`` is dated too far ahead of ``today``, or back."""
    if on > today + timedelta(days=rules.ahead):
        return "ahead"
    return "back" if on < today - timedelta(days=rules.back) else None
