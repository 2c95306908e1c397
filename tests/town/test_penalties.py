from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docservice.casefile.facts import (
    Address,
    Case,
    Casefile,
    Name,
    Party,
    Permit,
    PermitExtension,
    Property,
    StopWorkOrder,
)
from docservice.checks.recount import Ordered, recount
from docservice.town import TownPack
from docservice.town.calendar import Calendar
from docservice.town.pack import Tolling
from docservice.town.penalties import penalty_of, penalty_problems
from docservice.town.reckoning import reckon

EXTENDED = PermitExtension(date(2026, 2, 28), date(2025, 11, 18))
PERMIT = Permit(
    "B23-0419", date(2023, 11, 30), limit_months=24, completion_due=date(2025, 11, 30), extensions=(EXTENDED,)
)


# Shared case CE-2026-0147: 48 days past → days 31–48 = 18 × 200 = 3600. The others count the tiers by hand.
@pytest.mark.parametrize(
    ("on", "past", "total", "tier", "next_on"),
    [
        ("2026-02-28", 0, 0, None, "2026-03-01"),
        ("2026-03-01", 1, 0, 1, "2026-03-31"),
        ("2026-03-30", 30, 0, 1, "2026-03-31"),
        ("2026-03-31", 31, 200, 31, "2026-04-30"),
        ("2026-04-17", 48, 3600, 31, "2026-04-30"),
        ("2026-04-29", 60, 6000, 31, "2026-04-30"),
        ("2026-04-30", 61, 6400, 61, "2026-06-29"),
        ("2026-06-28", 120, 30000, 61, "2026-06-29"),
        ("2026-06-29", 121, 31000, 121, None),
        ("2026-07-08", 130, 40000, 121, None),
    ],
)
def test_tiers(
    pack: TownPack, calendar: Calendar, on: str, past: int, total: int, tier: int | None, next_on: str | None
) -> None:
    found = penalty_of(pack.time_limit, PERMIT, date.fromisoformat(on), calendar)
    assert found is not None
    assert (found.days_past, found.total) == (past, total)
    assert (found.tier.from_day if found.tier else None) == tier
    assert (found.next_tier.starts_on.isoformat() if found.next_tier else None) == next_on


def test_the_breakdown_is_explained(pack: TownPack, calendar: Calendar) -> None:
    found = penalty_of(pack.time_limit, PERMIT, date(2026, 4, 17), calendar)
    assert found is not None
    assert found.limit == date(2026, 2, 28)  # a Saturday: the limit does not roll
    assert "Days 31 to 48: 18 × $200.00 = $3,600.00." in found.explain()


def test_an_extension_counts_from_the_day_it_was_granted(pack: TownPack, calendar: Calendar) -> None:
    later = PermitExtension(date(2026, 6, 30), date(2026, 4, 20))
    permit = replace(PERMIT, extensions=(later, EXTENDED))
    before, after = (penalty_of(pack.time_limit, permit, date(2026, 4, day), calendar) for day in (19, 20))
    assert before is not None
    assert after is not None
    assert (before.limit, before.total) == (date(2026, 2, 28), 4000)
    assert (after.limit, after.total, after.days_left) == (date(2026, 6, 30), 0, 71)


def test_days_stop_when_the_work_is_complete(pack: TownPack, calendar: Calendar) -> None:
    done = replace(PERMIT, completed_on=date(2026, 4, 17))
    found = penalty_of(pack.time_limit, done, date(2026, 9, 1), calendar)
    assert found is not None
    assert (found.days_past, found.total, found.next_tier) == (48, 3600, None)


def test_the_town_may_let_the_limit_roll(pack: TownPack, calendar: Calendar) -> None:
    rolling = replace(pack.time_limit, limit_rolls=True)
    found = penalty_of(rolling, PERMIT, date(2026, 4, 17), calendar)
    assert found is not None
    assert (found.original_limit, found.limit) == (date(2025, 12, 1), date(2026, 3, 2))


def test_a_permit_without_limit_has_no_penalty(pack: TownPack, calendar: Calendar) -> None:
    assert penalty_of(pack.time_limit, Permit("B1", date(2023, 1, 1)), date(2026, 4, 17), calendar) is None


def test_a_stated_completion_date_is_checked(pack: TownPack, calendar: Calendar) -> None:
    for stated, codes in (
        (date(2025, 11, 30), []),
        (date(2026, 2, 28), []),
        (date(2025, 12, 1), ["penalty.completion_due"]),
    ):
        permit = replace(PERMIT, completion_due=stated)
        found = penalty_of(pack.time_limit, permit, date(2026, 4, 17), calendar)
        assert found is not None
        assert [problem.code for problem in penalty_problems(permit, found, "/permits/0")] == codes


@given(st.integers(0, 400))
def test_the_total_is_the_sum_of_its_days(pack: TownPack, calendar: Calendar, past: int) -> None:
    on = date(2026, 2, 28) + timedelta(days=past)
    found = penalty_of(pack.time_limit, PERMIT, on, calendar)
    assert found is not None
    rates = (
        next(t.per_day for t in reversed(pack.time_limit.tiers) if t.from_day <= day) for day in range(1, past + 1)
    )
    assert found.total == sum(rates, Decimal(0))
    assert sum(line.days for line in found.tiers) == past


def test_before_the_limit_the_days_left_are_told(pack: TownPack, calendar: Calendar) -> None:
    found = penalty_of(pack.time_limit, PERMIT, date(2026, 2, 18), calendar)
    assert found is not None
    assert found.explain() == ("The limit is 2026-02-28; 10 days are left.",)
    assert (found.days_left, found.days_past) == (10, 0)
    past = penalty_of(pack.time_limit, PERMIT, date(2026, 4, 17), calendar)
    assert past is not None
    assert past.days_left == 0
    assert past.explain() == (
        "2026-04-17 is 48 days past the limit of 2026-02-28.",
        "Days 1 to 30: 30 × $0.00 = $0.00.",
        "Days 31 to 48: 18 × $200.00 = $3,600.00.",
        f"Total: $3,600.00 ({past.citation}).",
    )


def test_an_extension_to_the_limit_itself_extends_nothing(pack: TownPack, calendar: Calendar) -> None:
    permit = replace(PERMIT, extensions=(PermitExtension(date(2025, 11, 30), date(2025, 11, 18)),))
    found = penalty_of(pack.time_limit, permit, date(2025, 12, 30), calendar)
    assert found is not None
    assert found.extension is None


@pytest.mark.parametrize(("done", "goes_on"), [("2026-04-16", False), ("2026-04-17", False), ("2026-04-18", True)])
def test_work_that_is_done_has_no_next_tier(pack: TownPack, calendar: Calendar, done: str, goes_on: bool) -> None:
    permit = replace(PERMIT, completed_on=date.fromisoformat(done))
    found = penalty_of(pack.time_limit, permit, date(2026, 4, 17), calendar)
    assert found is not None
    assert (found.next is not None) is goes_on


def test_a_tier_ends_the_day_before_the_next(pack: TownPack, calendar: Calendar) -> None:
    found = penalty_of(pack.time_limit, PERMIT, date(2026, 4, 17), calendar)
    assert found is not None
    assert [(line.from_day, line.to_day) for line in found.tiers] == [(1, 30), (31, 60), (61, 120), (121, None)]
    assert [line.starts_on for line in found.tiers] == [date(2026, 2, 28) + timedelta(days=n) for n in (1, 31, 61, 121)]


def test_an_extension_without_a_day_of_its_own_counts_and_a_permit_may_state_no_day(
    pack: TownPack, calendar: Calendar
) -> None:
    assert pack.time_limit is not None
    extension = PermitExtension(date(2026, 2, 28))
    permit = Permit("B1", date(2023, 11, 30), limit_months=24, extensions=(extension,))
    assert extension.granted_on is None
    made = penalty_of(pack.time_limit, permit, date(2026, 4, 17), calendar)
    assert made is not None
    assert made.limit == date(2026, 2, 28)
    assert list(penalty_problems(permit, made, "/permits/0")) == []


# FAULTS L10: two months into a stop that nobody at the site brought about, the letter billed 108 days.
STOP = StopWorkOrder("swo1", date(2026, 4, 17), "A gas main.", ("It is mended.",), without_fault=True)
HOLDS: tuple[Tolling, ...] = ("stop_work_without_fault",)


@pytest.mark.parametrize(
    ("on", "lifted", "past", "total", "next_on", "held"),
    [
        ("2026-04-17", None, 48, 3600, None, 0),
        ("2026-06-16", None, 48, 3600, None, 60),
        ("2026-06-16", "2026-06-16", 48, 3600, "2026-06-29", 60),
        ("2026-06-01", "2026-06-16", 48, 3600, None, 45),
        ("2026-06-17", "2026-06-16", 49, 3800, "2026-06-29", 60),
        ("2026-06-29", "2026-06-16", 61, 6400, "2026-08-28", 60),
        ("2026-04-16", None, 47, 3400, "2026-04-30", 0),
    ],
)
def test_an_order_without_fault_holds_the_limit_where_the_town_says_so(
    pack: TownPack,
    calendar: Calendar,
    on: str,
    lifted: str | None,
    past: int,
    total: int,
    next_on: str | None,
    held: int,
) -> None:
    assert pack.time_limit is not None
    rule = replace(pack.time_limit, tolled_by=HOLDS)
    order = replace(STOP, lifted_on=date.fromisoformat(lifted) if lifted else None)
    found = penalty_of(rule, PERMIT, date.fromisoformat(on), calendar, [order])
    assert found is not None
    assert (found.days_past, found.total, found.held_days) == (past, total, held)
    assert (found.next_tier.starts_on.isoformat() if found.next_tier else None) == next_on
    assert (found.limit, found.under_order) == (date(2026, 2, 28), 0)
    held_days = f" (not counted: {held} days under a stop work order)" if held else ""
    assert found.explain()[0] == f"{on} is {past} days past the limit of 2026-02-28{held_days}."


def test_an_order_before_the_limit_makes_it_later(pack: TownPack, calendar: Calendar) -> None:
    assert pack.time_limit is not None
    rule = replace(pack.time_limit, tolled_by=HOLDS)
    early = replace(STOP, on=date(2025, 12, 1), lifted_on=date(2025, 12, 11))
    found = penalty_of(rule, PERMIT, date(2026, 4, 17), calendar, [early])
    assert found is not None
    assert (found.limit, found.days_past, found.held_days) == (date(2026, 3, 10), 38, 10)
    before = replace(early, on=date(2025, 11, 1), lifted_on=date(2025, 11, 18))  # who extended it knew of that one
    same = penalty_of(rule, PERMIT, date(2026, 4, 17), calendar, [before])
    assert same is not None
    assert (same.limit, same.days_past, same.held_days) == (date(2026, 2, 28), 48, 0)
    first = replace(early, on=date(2025, 11, 1), lifted_on=date(2025, 11, 11))
    never_extended = penalty_of(rule, replace(PERMIT, extensions=()), date(2026, 4, 17), calendar, [first])
    assert never_extended is not None
    assert (never_extended.limit, never_extended.held_days) == (date(2025, 12, 10), 10)
    until_the_limit = replace(early, on=date(2026, 2, 20), lifted_on=date(2026, 2, 28), without_fault=False)
    none_billed = penalty_of(rule, PERMIT, date(2026, 4, 17), calendar, [until_the_limit])
    assert none_billed is not None
    assert none_billed.under_order == 0


@pytest.mark.parametrize(("holds", "without_fault"), [((), True), (HOLDS, False), ((), False)])
def test_otherwise_its_days_count_and_that_is_told(
    pack: TownPack, calendar: Calendar, holds: tuple[Tolling, ...], without_fault: bool
) -> None:
    assert pack.time_limit is not None
    rule = replace(pack.time_limit, tolled_by=holds)
    found = penalty_of(rule, PERMIT, date(2026, 6, 16), calendar, [replace(STOP, without_fault=without_fault)])
    assert found is not None
    assert (found.days_past, found.held_days, found.under_order) == (108, 0, 60)
    [told] = penalty_problems(PERMIT, found, "/permits/0")
    assert (told.code, told.severity) == ("penalty.under_order", "warning")
    assert told.message.startswith("60 of the 108 days counted are days under a stop work order.")


DAYS = st.dates(date(2025, 6, 1), date(2026, 12, 31))


@given(DAYS, st.lists(st.tuples(DAYS, st.none() | st.integers(0, 90), st.booleans()), max_size=3))
def test_counted_again_day_by_day_it_is_the_same(
    pack: TownPack, calendar: Calendar, on: date, orders: list[tuple[date, int | None, bool]]
) -> None:
    assert pack.time_limit is not None
    town = replace(pack, time_limit=replace(pack.time_limit, tolled_by=HOLDS))
    stops = tuple(
        StopWorkOrder(
            f"s{i}", day, "Why.", ("If.",), without_fault=free,
            lifted_on=None if length is None else day + timedelta(days=length),
        )
        for i, (day, length, free) in enumerate(orders)
    )  # fmt: skip
    owner = Party("owner", ("owner",), Name("Ada Vale"), Address("street", ("8 TIMBER LN",), region="CA"))
    site = Property("031-220-118", "8 Timber Lane")
    facts = Casefile(
        Case("CE-2026-0001", "A", date(2025, 1, 2), "coordinator"), site, (owner,), permits=(PERMIT,),
        stop_work_orders=stops,
    )  # fmt: skip
    made = reckon(town, facts, "construction-time-limit", on=on, recipient="owner")
    kind = town.document_types["construction-time-limit"]
    again = recount(town, facts, kind, Ordered(on, on, "first_class_mail", "owner", None))
    names = ("time-limit", "next-tier")
    assert {name: made.deadlines[name].date for name in names if name in made.deadlines} == {
        name: again[name].day for name in names if name in again
    }
