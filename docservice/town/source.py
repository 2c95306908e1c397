"""Where a legal value comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Confidence = Literal["H", "M", "P"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a legal value comes from: citation, confidence, and what the attorney should look at."""

    citation: str
    confidence: Confidence
    note: str | None = None
