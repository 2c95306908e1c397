"""Which days an office or a court is closed: weekdays, adopted public holidays, the town's own days, closures."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from threading import Lock
from types import MappingProxyType, ModuleType
from typing import Literal, get_args

from docservice.town.closed_days import CalendarRules, OwnDay, Weekday

_WEEKDAYS: tuple[str, ...] = get_args(Weekday)
_DAY = timedelta(days=1)
_SUNDAY = 6
# An office that is closed for a year on end has a typing error in its calendar.
_LONGEST_CLOSURE = 366
_ONE_COUNTRY = Lock()
_OBSERVED = " (observed)"


class Calendar:
    """The open and closed days of one town, for any year that the ``holidays`` library knows.

    A calendar has no other state than a cache of the years it was asked about.
    """

    def __init__(self, rules: CalendarRules) -> None:
        self.rules = rules
        self._closed_weekdays = frozenset(_WEEKDAYS.index(name) for name in rules.closed_weekdays)

    def holidays(self, year: int) -> Mapping[date, str]:
        """The town's holidays on the days they are observed, closed weekdays left out."""
        return _holidays(self.rules, self._closed_weekdays, year)

    def closed(self, day: date) -> str | None:
        """Why the office is closed that day, or ``None`` when it is open."""
        if day in self.rules.open_after_all:
            return None
        if day.weekday() in self._closed_weekdays:
            return _WEEKDAYS[day.weekday()].capitalize()
        if day in self.rules.also_closed:
            return "Office closed"
        for closure in self.rules.closures:
            if closure.first <= day <= closure.last:
                return closure.reason
        return self.holidays(day.year).get(day)

    def is_open(self, day: date) -> bool:
        return self.closed(day) is None

    def roll(self, day: date, direction: Literal["after", "before"]) -> date:
        """The day itself when the office is open, else the next open day (``after``) or the last one (``before``)."""
        step = _DAY if direction == "after" else -_DAY
        for _ in range(_LONGEST_CLOSURE):
            if self.is_open(day):
                return day
            day += step
        raise ValueError(f"The calendar has no open day within a year of {day.isoformat()}.")


@lru_cache(maxsize=256)
def _holidays(rules: CalendarRules, closed_weekdays: frozenset[int], year: int) -> Mapping[date, str]:
    # Years beside it too: New Year's Day on a Saturday is observed in the year before.
    adopted: dict[date, str] = {}
    for near in (year - 1, year, year + 1):
        adopted.update(_adopted(rules, near))
    found = {day: name for day, name in adopted.items() if day.weekday() not in closed_weekdays}
    for near in (year - 1, year, year + 1):
        for own in rules.own_days:
            day = _own_day(own, near)
            if day is None:
                continue
            step = {
                "earlier": -_DAY,
                "later": _DAY,
                "nearest": _DAY if day.weekday() == _SUNDAY else -_DAY,
                "not": None,
            }[own.moves]
            while step is not None and (day.weekday() in closed_weekdays or day in found):
                day += step
            if day.weekday() not in closed_weekdays:
                found.setdefault(day, own.name)
    return MappingProxyType({day: name for day, name in sorted(found.items()) if day.year == year})


def _own_day(own: OwnDay, year: int) -> date | None:
    """The day itself, before it moves; none in a year that has no such day."""
    try:
        if own.weekday is None or own.nth is None:  # alive: no list of weekdays has None
            return date(year, own.month, own.day or 0)
        first = date(year, own.month, 1)
        days = (_WEEKDAYS.index(own.weekday) - first.weekday()) % 7 + 7 * (own.nth - 1)
        return first.replace(day=1 + days)
    except ValueError:  # February 29, a fifth Friday
        return None


def holiday_names(country: str, subdivision: str, years: Iterable[int]) -> frozenset[str]:
    """The public holidays that the library knows there, by the names that a calendar adopts them by.

    Raises ``NotImplementedError`` for a country or subdivision that it does not know.
    """
    return frozenset(name.removesuffix(_OBSERVED) for _, name in _public(country, subdivision, tuple(years)))


def _adopted(rules: CalendarRules, year: int) -> Mapping[date, str]:
    found = _public(rules.country, rules.subdivision, (year,))
    return {day: name for day, name in found if name.removesuffix(_OBSERVED) in rules.adopted}


def _public(country: str, subdivision: str, years: tuple[int, ...]) -> tuple[tuple[date, str], ...]:
    import holidays  # takes a tenth of a second; only who asks for a date should pay for it

    with _ONE_COUNTRY, _apart("holidays.countries", Path(holidays.__file__).parent / "countries"):
        english = "en_US"  # alive: for a language that it does not know the library takes English
        public = holidays.country_holidays(country, subdiv=subdivision, years=years, language=english)
    return tuple((day, name) for day in public for name in public.get_list(day))


@contextmanager
def _apart(package: str, folder: Path) -> Iterator[None]:
    """While it holds, the modules of a package can be loaded one by one, without the package's own ``__init__``.

    That of ``holidays.countries`` loads all 250 countries for one: 300 ms and 8 MB in every process.
    """
    if package in sys.modules:
        yield
        return
    bare = ModuleType(package)
    bare.__path__ = [str(folder)]
    sys.modules[package] = bare
    try:
        yield
    finally:
        del sys.modules[package]
