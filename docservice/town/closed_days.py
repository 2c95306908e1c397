"""Closed days as a pack lists them: of the town's office, and of the court that reviews its decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from docservice.town.source import Source

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A holiday that no library knows: on a ``day`` of a ``month``, or on its ``nth`` ``weekday`` (the fourth Friday).

    On a closed weekday or another holiday it moves as ``moves`` says; ``nearest``: from a Sunday to the Monday after,
    from any other day to the day before.
    """

    name: str
    month: int
    day: int | None = None
    moves: Literal["earlier", "later", "nearest", "not"] = "not"
    weekday: Weekday | None = None
    nth: int | None = None


@dataclass(frozen=True, slots=True)
class Closure:
    """Days the office is shut by decision, both included."""

    first: date
    last: date
    reason: str


@dataclass(frozen=True, slots=True)
class CalendarRules:
    """Which days are closed: weekdays, adopted public holidays (by their names in ``holidays``), own days, closures."""

    country: str
    subdivision: str
    adopted: tuple[str, ...]
    closed_weekdays: tuple[Weekday, ...]
    source: Source
    own_days: tuple[OwnDay, ...] = ()
    closures: tuple[Closure, ...] = ()
    also_closed: tuple[date, ...] = ()
    open_after_all: tuple[date, ...] = ()
