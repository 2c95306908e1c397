"""The dates of a letter for people: those of one count together, the soonest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class CountedDate:
    """A day with what it is for, how it was counted (each way once), and how many things have it."""

    day: date
    title: str
    why: tuple[str, ...]
    things: int


def counted_dates(dates: Iterable[Mapping[str, Any]]) -> tuple[CountedDate, ...]:
    """The dates as ``pipeline.producing.set_by`` gives them. Where each thing has its own (``comply-by/v1``), the one
    of all of them is left out."""
    dates = list(dates)
    apart = {one["name"].partition("/")[0] for one in dates if "/" in one["name"]}
    found: dict[tuple[str, str], tuple[list[str], int]] = {}
    for one in dates:
        if one["name"] in apart:
            continue
        why, things = found.get((one["date"], one["title"]), ([], 0))
        if one["explained"] not in why:
            why.append(one["explained"])
        found[one["date"], one["title"]] = why, things + ("/" in one["name"])
    return tuple(
        sorted(
            (CountedDate(date.fromisoformat(day), title, tuple(why), things)
             for (day, title), (why, things) in found.items()),
            key=lambda one: (one.day, one.title),
        )
    )  # fmt: skip
