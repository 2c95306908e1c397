from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docservice.casefile.facts import Address
from docservice.town import TownPack
from docservice.town.calendar import Calendar
from docservice.town.deadlines import add_months, compute, fixed, mail_extension
from docservice.town.pack import CountingDirection, CountingUnit, DeadlineRule, Source

SOURCE = Source("Rule 1", "P")


def rule(count: int, direction: CountingDirection = "after", unit: CountingUnit = "days", **more: Any) -> DeadlineRule:
    return DeadlineRule("A rule", "service", count, unit, direction, SOURCE, extends=True, **more)


# DOMAIN §3, and the `expect` of the shared cases.
@pytest.mark.parametrize(
    ("trigger", "count", "extension", "direction", "raw", "final"),
    [
        ("2026-05-29", 30, 0, "after", "2026-06-28", "2026-06-29"),
        ("2026-05-29", 30, 5, "after", "2026-07-03", "2026-07-06"),
        ("2026-06-05", 30, 5, "after", "2026-07-10", "2026-07-10"),
        ("2026-08-18", 20, 0, "after", "2026-09-07", "2026-09-08"),
        ("2026-09-01", 30, 0, "after", "2026-10-01", "2026-10-01"),
        ("2026-07-16", 5, 0, "before", "2026-07-11", "2026-07-10"),
        ("2026-07-16", 10, 0, "before", "2026-07-06", "2026-07-06"),
        ("2026-07-16", 10, 5, "before", "2026-07-01", "2026-07-01"),
    ],
)
def test_vectors(
    calendar: Calendar, trigger: str, count: int, extension: int, direction: CountingDirection, raw: str, final: str
) -> None:
    computed = compute(rule(count, direction), date.fromisoformat(trigger), calendar, extension)
    assert (computed.raw.isoformat(), computed.date.isoformat()) == (raw, final)


def test_extending_after_rolling_would_be_another_day(calendar: Calendar) -> None:
    trigger = date(2026, 6, 5)
    rolled = compute(rule(30), trigger, calendar).date
    wrong = calendar.roll(rolled + timedelta(days=5), "after")
    assert compute(rule(30), trigger, calendar, 5).date == date(2026, 7, 10)
    assert wrong == date(2026, 7, 13)


@pytest.mark.parametrize(
    ("trigger", "months", "expected"),
    [
        ("2023-11-30", 24, "2025-11-30"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2025-08-31", 6, "2026-02-28"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-12-31", 2, "2027-02-28"),
    ],
)
def test_months_end_where_the_month_ends(trigger: str, months: int, expected: str) -> None:
    assert add_months(date.fromisoformat(trigger), months).isoformat() == expected


def test_a_rule_in_months_rolls_too(calendar: Calendar) -> None:
    computed = compute(rule(1, unit="months"), date(2026, 1, 31), calendar)
    assert (computed.raw, computed.date) == (date(2026, 2, 28), date(2026, 3, 2))


def test_rules_decide_rolling_and_extending(calendar: Calendar) -> None:
    assert compute(rule(30, rolls=False), date(2026, 5, 29), calendar).date == date(2026, 6, 28)
    firm = replace(rule(30), extends=False)
    assert compute(firm, date(2026, 6, 5), calendar, 5) == replace(compute(firm, date(2026, 6, 5), calendar))


def test_explanations_read_like_a_wall_calendar(calendar: Calendar) -> None:
    forward = compute(rule(30), date(2026, 5, 29), calendar, 5)
    assert forward.explain() == (
        "30 days, and 5 days more for mailing, after Friday, May 29, 2026 (that day not counted) is Friday, July 3, "
        "2026. The office is closed that day (Independence Day (observed)), so the date moves to Monday, July 6, 2026. "
        "Rule: Rule 1."
    )
    backward = compute(rule(5, "before"), date(2026, 7, 16), calendar)
    assert backward.explain() == (
        "At least 5 days before Thursday, July 16, 2026 (that day not counted) is Saturday, July 11, 2026. The office "
        "is closed that day (Saturday), so the date moves back to Friday, July 10, 2026. Rule: Rule 1."
    )


IN_STATE = Address("street", ("A", "B CA 95999"), region="CA")


@pytest.mark.parametrize(
    ("address", "method", "adopted", "expected"),
    [
        (IN_STATE, "first_class_mail", False, 0),
        (IN_STATE, "first_class_mail", True, 5),
        (IN_STATE, "certified_mail", True, 5),
        (IN_STATE, "personal", True, 0),
        (IN_STATE, "posting", True, 0),
        (replace(IN_STATE, region="NV"), "first_class_mail", True, 10),
        (replace(IN_STATE, kind="foreign", region=None, country="MX"), "first_class_mail", True, 20),
        (replace(IN_STATE, kind="military", region="AE"), "first_class_mail", True, None),
        (replace(IN_STATE, kind="military", region="AE"), "first_class_mail", False, 0),
        (replace(IN_STATE, region=None), "first_class_mail", True, None),
        (Address("post_on_site", ()), "first_class_mail", True, 0),
        (None, "first_class_mail", True, 0),
    ],
)
def test_mail_extension(
    pack: TownPack, address: Address | None, method: Any, adopted: bool, expected: int | None
) -> None:
    adopting = replace(pack.mail_extension, adopted=adopted)
    assert mail_extension(adopting, "CA", address, method) == expected


DAYS = st.dates(date(2024, 1, 1), date(2032, 6, 30))
COUNTS = st.integers(1, 120)
EXTENSIONS = st.sampled_from((0, 5, 10, 20))


@given(DAYS, COUNTS, EXTENSIONS)
def test_forward_is_open_never_short_and_no_longer_than_it_must_be(
    calendar: Calendar, trigger: date, count: int, extension: int
) -> None:
    computed = compute(rule(count), trigger, calendar, extension)
    assert calendar.is_open(computed.date)
    assert (computed.date - trigger).days >= count + extension
    between = (computed.raw + timedelta(days=i) for i in range((computed.date - computed.raw).days))
    assert not any(calendar.is_open(day) for day in between)


@given(DAYS, COUNTS, EXTENSIONS)
def test_backward_is_open_and_never_later_than_the_count(
    calendar: Calendar, event: date, count: int, extension: int
) -> None:
    computed = compute(rule(count, "before"), event, calendar, extension)
    assert calendar.is_open(computed.date)
    assert computed.date <= computed.raw
    assert (event - computed.date).days >= count + extension


@given(DAYS, st.integers(0, 40), COUNTS, st.sampled_from(("after", "before")))
def test_a_later_trigger_never_gives_an_earlier_date(
    calendar: Calendar, trigger: date, later: int, count: int, direction: CountingDirection
) -> None:
    first = compute(rule(count, direction), trigger, calendar).date
    assert first <= compute(rule(count, direction), trigger + timedelta(days=later), calendar).date


@given(DAYS, COUNTS, EXTENSIONS)
def test_extending_first_is_never_later_than_extending_after_rolling(
    calendar: Calendar, trigger: date, count: int, extension: int
) -> None:
    rolled = compute(rule(count), trigger, calendar).date
    after = calendar.roll(rolled + timedelta(days=extension), "after")
    assert compute(rule(count), trigger, calendar, extension).date <= after


@given(DAYS, st.integers(-36, 36))
def test_months_keep_the_day_or_the_months_last(day: date, months: int) -> None:
    found = add_months(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found.day < day.day and (found + timedelta(days=1)).day == 1)


@pytest.mark.parametrize(
    ("direction", "extension", "raw"),
    [("after", 0, "2026-03-15"), ("after", 5, "2026-03-20"), ("before", 0, "2025-12-15"), ("before", 5, "2025-12-10")],
)
def test_months_are_extended_the_way_they_are_counted(
    calendar: Calendar, direction: CountingDirection, extension: int, raw: str
) -> None:
    event = date(2026, 2, 15) if direction == "after" else date(2026, 1, 15)
    computed = compute(rule(1, direction, "months"), event, calendar, extension)
    assert computed.raw.isoformat() == raw


def test_a_date_that_did_not_move_says_nothing_of_closed_days(calendar: Calendar) -> None:
    still = compute(rule(30), date(2026, 6, 5), calendar, 5)
    assert (still.date, still.closed) == (still.raw, None)
    assert "closed" not in still.explain()
    saturday = compute(rule(1, rolls=False), date(2026, 7, 10), calendar)
    assert (saturday.date, saturday.closed) == (date(2026, 7, 11), None)


def test_a_stated_date_counts_nothing(calendar: Calendar) -> None:
    stated = fixed(
        "x", "A title", date(2026, 7, 11), trigger=date(2026, 6, 1), reason="set by a person.", citation="§ 1"
    )
    assert (stated.count, stated.unit, stated.direction, stated.extension) == (0, "days", "after", 0)
    assert (stated.raw, stated.date, stated.trigger) == (date(2026, 7, 11), date(2026, 7, 11), date(2026, 6, 1))
    assert stated.explain() == "Saturday, July 11, 2026: set by a person. Rule: § 1."


def test_an_address_is_abroad_by_its_kind_or_its_country(pack: TownPack) -> None:
    adopting = replace(pack.mail_extension, adopted=True)
    for address in (replace(IN_STATE, country="MX"), replace(IN_STATE, kind="foreign")):
        assert mail_extension(adopting, "CA", address, "first_class_mail") == adopting.abroad


def test_months_are_counted_one_by_one_and_mail_in_days_where_the_rule_extends(calendar: Calendar) -> None:
    quarter = rule(3, unit="months", rolls=False)
    day = date(2026, 6, 16)
    assert compute(quarter, day, calendar, 5).date == date(2026, 9, 21)
    assert compute(replace(quarter, direction="before"), day, calendar, 5).date == date(2026, 3, 11)
    alone = compute(replace(quarter, extends=False), day, calendar, 5)
    assert (alone.date, alone.extension) == (date(2026, 9, 16), 0)


def test_who_is_closed_is_said(calendar: Calendar) -> None:
    day = date(2026, 6, 17)  # two days before a holiday of both
    for kind, whose in (("town", "office"), ("court", "court")):
        made = compute(rule(2, calendar=kind), day, calendar)
        assert f"The {whose} is closed that day (Juneteenth National Independence Day)" in made.explain()
