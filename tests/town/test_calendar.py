from __future__ import annotations

import importlib
import sys
from dataclasses import replace
from datetime import date, timedelta

import pytest

from docservice.town import TownPack
from docservice.town.calendar import Calendar, holiday_names
from docservice.town.pack import Closure, OwnDay

# DOMAIN §3 and the shared case town.json.
HOLIDAYS_2026 = [
    "2026-01-01", "2026-01-19", "2026-02-16", "2026-05-25", "2026-06-19", "2026-07-03",
    "2026-09-07", "2026-11-11", "2026-11-26", "2026-11-27", "2026-12-24", "2026-12-25",
]  # fmt: skip


def test_the_holidays_of_2026_are_the_twelve_that_the_town_listed(calendar: Calendar) -> None:
    assert [day.isoformat() for day in calendar.holidays(2026)] == HOLIDAYS_2026


@pytest.mark.parametrize(
    ("day", "closed"),
    [
        ("2024-02-19", "Presidents' Day"),
        ("2024-03-31", "Sunday"),  # Cesar Chavez Day, not adopted, on a Sunday
        ("2024-04-01", None),
        ("2024-10-14", None),  # Columbus Day, not adopted
        ("2025-03-31", None),  # Cesar Chavez Day on a Monday
        ("2026-10-12", None),
        ("2026-07-03", "Independence Day (observed)"),
        ("2026-07-04", "Saturday"),
        ("2026-07-06", None),
        ("2026-07-11", "Saturday"),
        ("2027-07-05", "Independence Day (observed)"),  # July 4 on a Sunday
        ("2027-12-23", "Christmas Eve"),  # Christmas, a Saturday, is observed on the 24th
        ("2027-12-24", "Christmas Day (observed)"),
        ("2027-12-31", "New Year's Day (observed)"),  # observed in the year before
        ("2028-01-03", None),
        ("2028-12-22", "Christmas Eve"),  # the 24th is a Sunday
        ("2032-12-24", "Christmas Day (observed)"),
    ],
)
def test_closed(calendar: Calendar, day: str, closed: str | None) -> None:
    assert calendar.closed(date.fromisoformat(day)) == closed


@pytest.mark.parametrize("year", range(2024, 2033))
def test_every_year_has_its_holidays_on_weekdays(calendar: Calendar, year: int) -> None:
    found = calendar.holidays(year)
    assert 11 <= len(found) <= 13  # New Year's Day may be observed in the year before
    assert all(day.year == year and day.weekday() < 5 for day in found)
    assert [day for day, name in found.items() if name.startswith("Day After")] == [
        day + timedelta(days=1) for day, name in found.items() if name.startswith("Thanksgiving")
    ]


def test_closures_and_exceptions(pack: TownPack) -> None:
    rules = replace(
        pack.calendar,
        closures=(Closure(date(2026, 8, 10), date(2026, 8, 12), "Wildfire smoke"),),
        also_closed=(date(2026, 8, 14),),
        open_after_all=(date(2026, 12, 24),),
        own_days=(*pack.calendar.own_days, OwnDay("Leap Day", 2, 29, "not")),
    )
    calendar = Calendar(rules)
    assert calendar.closed(date(2026, 8, 11)) == "Wildfire smoke"
    assert calendar.roll(date(2026, 8, 10), "after") == date(2026, 8, 13)
    assert calendar.roll(date(2026, 8, 14), "after") == date(2026, 8, 17)
    assert calendar.is_open(date(2026, 12, 24))
    assert calendar.closed(date(2028, 2, 29)) == "Leap Day"
    assert calendar.is_open(date(2027, 3, 1))


def test_a_calendar_that_never_opens_is_an_error_and_no_endless_loop(pack: TownPack) -> None:
    never = Calendar(replace(pack.calendar, closures=(Closure(date(2026, 1, 1), date(2030, 1, 1), "Flood"),)))
    with pytest.raises(ValueError, match="no open day"):
        never.roll(date(2026, 5, 1), "after")


# Superior courts of California, as they post them (Code Civ. Proc. § 135; Cal. Rules of Court, rule 1.11).
COURT_2026 = [
    "2026-01-01", "2026-01-19", "2026-02-12", "2026-02-16", "2026-03-31", "2026-05-25", "2026-06-19", "2026-07-03",
    "2026-09-07", "2026-09-25", "2026-11-11", "2026-11-26", "2026-11-27", "2026-12-25",
]  # fmt: skip


@pytest.fixture(scope="module")
def court(pack: TownPack) -> Calendar:
    assert pack.court_calendar is not None
    return Calendar(pack.court_calendar)


def test_the_courts_holidays_are_not_the_towns(court: Calendar, calendar: Calendar) -> None:
    assert [day.isoformat() for day in court.holidays(2026)] == COURT_2026
    assert court.is_open(date(2026, 12, 24))
    assert not calendar.is_open(date(2026, 12, 24))


@pytest.mark.parametrize(
    ("day", "closed"),
    [
        ("2025-09-26", "Native American Day"),
        ("2027-09-24", "Native American Day"),
        ("2028-09-22", "Native American Day"),
        ("2028-09-29", None),  # the fifth Friday
        ("2029-09-28", "Native American Day"),  # of a month that begins on a Saturday
        ("2028-02-11", "Lincoln Day"),  # February 12 is a Saturday
        ("2028-02-14", None),
        ("2034-02-13", "Lincoln Day"),  # a Sunday
        ("2024-04-01", "Cesar Chavez Day"),  # March 31 is a Sunday
        ("2029-03-30", "Cesar Chavez Day"),  # a Saturday
        ("2026-10-12", None),  # Columbus Day
    ],
)
def test_days_that_the_court_is_closed(court: Calendar, day: str, closed: str | None) -> None:
    assert court.closed(date.fromisoformat(day)) == closed


def test_the_nth_weekday_of_a_month(pack: TownPack) -> None:
    fifth = OwnDay("Fifth Friday", 10, weekday="friday", nth=5)
    calendar = Calendar(replace(pack.calendar, own_days=(fifth,)))
    assert calendar.closed(date(2026, 10, 30)) == "Fifth Friday"
    assert calendar.holidays(2027).get(date(2027, 10, 29)) == "Fifth Friday"
    assert "Fifth Friday" not in calendar.holidays(2025).values() or date(2025, 10, 31) in calendar.holidays(2025)
    assert "Fifth Friday" not in calendar.holidays(2028).values()  # October 2028 has four


@pytest.mark.parametrize(
    ("own", "day", "open_instead"),
    [
        (OwnDay("A Day", 12, 31, "later"), "2029-01-02", "2028-12-31"),  # a Sunday, and then New Year's Day
        (OwnDay("A Day", 12, 31, "later"), "2028-01-03", "2027-12-31"),  # New Year's Day is observed on the Friday
        (OwnDay("A Day", 1, 2, "earlier"), "2026-12-31", "2027-01-02"),  # a Saturday, after New Year's Day on a Friday
        (OwnDay("A Day", 2, 14, "later"), "2026-02-17", "2026-02-14"),  # a Saturday, before Presidents' Day
    ],
)
def test_own_days_move_past_weekends_holidays_and_years(
    pack: TownPack, own: OwnDay, day: str, open_instead: str
) -> None:
    calendar = Calendar(replace(pack.calendar, own_days=(own,)))
    assert calendar.closed(date.fromisoformat(day)) == "A Day"
    assert "A Day" not in (calendar.closed(date.fromisoformat(open_instead)) or "")


def test_an_own_day_that_does_not_move_is_lost_on_a_weekend(pack: TownPack) -> None:
    calendar = Calendar(replace(pack.calendar, own_days=(OwnDay("A Day", 2, 14, "not"),)))
    assert "A Day" not in calendar.holidays(2026).values()
    assert calendar.holidays(2028)[date(2028, 2, 14)] == "A Day"


@pytest.mark.parametrize(
    "own", [OwnDay("A Day", 5), OwnDay("A Day", 5, weekday="monday"), OwnDay("A Day", 5, nth=1)], ids=repr
)
def test_an_own_day_that_does_not_say_when_is_no_day(pack: TownPack, own: OwnDay) -> None:
    """No pack is taken with one; one on record from before that was looked at may have it."""
    assert "A Day" not in Calendar(replace(pack.calendar, own_days=(own,))).holidays(2026).values()


COUNTRIES = "holidays.countries"


def test_of_all_countries_one_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """All 250 take a third of a second and 8 MB in every process. (The library keeps a country that it has loaded.)"""
    for name in [name for name in sys.modules if name.startswith(COUNTRIES)]:
        monkeypatch.delitem(sys.modules, name)
    assert "Waitangi Day" in holiday_names("NZ", "AUK", [2026])
    assert [name for name in sys.modules if name.startswith(COUNTRIES)] == [f"{COUNTRIES}.new_zealand"]


def test_a_country_that_nobody_knows_is_said_to_be_none() -> None:
    with pytest.raises(NotImplementedError):
        holiday_names("US", "XX", [2026])


def test_who_has_loaded_all_countries_keeps_them(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = importlib.import_module(COUNTRIES)
    monkeypatch.setitem(sys.modules, COUNTRIES, loaded)
    assert "Memorial Day" in holiday_names("US", "CA", [2026])
    assert sys.modules[COUNTRIES] is loaded
