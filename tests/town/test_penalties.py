from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docservice.casefile.facts import Permit, PermitExtension
from docservice.town import TownPack
from docservice.town.calendar import Calendar
from docservice.town.penalties import penalty_of, penalty_problems

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
