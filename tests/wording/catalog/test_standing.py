"""In force, scheduled, superseded: arithmetic over dates, held against a calendar walked day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docservice.refusal import Refusal
from docservice.wording.catalog.standing import pick_in_force, refuse_effective_date, standing

START = date(2026, 1, 1)


@dataclass(frozen=True)
class Dated:
    number: int
    status: str
    effective_on: date | None


def version(number: int, status: str, day: int | None) -> Dated:
    return Dated(number, status, START + timedelta(day) if day is not None else None)


STATES = ["draft", "in_review", "approved", "withdrawn"]
DATED = st.lists(st.tuples(st.sampled_from(STATES), st.none() | st.integers(0, 12)), max_size=8).map(
    lambda pairs: [version(n, s, d) for n, (s, d) in enumerate(pairs, 1)]
)


def walked(listed: list[Dated], day: int) -> Dated | None:
    """The naive way: each morning, whatever starts today takes over; of two, the higher number."""
    current: Dated | None = None
    for offset in range(-1, day + 1):
        for one in sorted(listed, key=lambda v: v.number):
            if one.status == "approved" and one.effective_on == START + timedelta(offset):
                current = one
    return current


@given(DATED, st.integers(-1, 13))
def test_in_force_is_what_a_calendar_walked_day_by_day_says(listed: list[Dated], day: int) -> None:
    assert pick_in_force(listed, START + timedelta(day)) == walked(listed, day)


@given(DATED, st.integers(-1, 13))
def test_a_standing_agrees_with_the_calendar(listed: list[Dated], day: int) -> None:
    on = START + timedelta(day)
    held = {one.number: standing(one, listed, on) for one in listed}
    current = walked(listed, day)
    assert [number for number, what in held.items() if what == "in_force"] == ([current.number] if current else [])
    for one in listed:
        if one.status != "approved" or one.effective_on is None:
            assert held[one.number] == one.status
        elif one.effective_on > on:
            assert held[one.number] == "scheduled"
        elif one != current:
            # It takes force on its own day, unless a higher number has the same, and never again after another did.
            assert held[one.number] == "superseded"


@given(DATED, st.integers(0, 12), st.integers(0, 12), st.booleans())
def test_what_is_allowed_takes_force_when_it_says(listed: list[Dated], effective: int, today: int, back: bool) -> None:
    """A date that is not refused is one on which this version, and no other, takes force."""
    number, day = len(listed) + 1, START + timedelta(effective)
    try:
        refuse_effective_date(listed, number, day, today=START + timedelta(today), backdated=back)
    except Refusal:
        return
    after = [*listed, version(number, "approved", effective)]
    assert walked(after, effective) == after[-1]
    if not back and effective <= today:
        assert walked(after, today) == after[-1]  # approved for today, it is in force today


STATED = [("approved", 0), ("approved", 20), ("withdrawn", 5), ("in_review", None)]
LISTED = [version(number, *stated) for number, stated in enumerate(STATED, 1)]


@pytest.mark.parametrize(
    ("effective", "today", "backdated", "code"),
    [
        (10, 10, False, None),
        (11, 10, False, None),
        (5, 5, False, None),  # a withdrawn version's day is free
        (20, 10, False, "template.effective_taken"),
        (20, 10, True, "template.effective_taken"),
        (9, 10, False, "template.effective_past"),
        (9, 10, True, None),
        (19, 25, True, None),
        (19, 19, False, None),
        (0, 0, True, "template.effective_taken"),
        (365 * 300, 10, False, "template.effective_year"),
        (-3, -3, False, None),  # before the first one: nothing is in force yet
    ],
)
def test_effective_dates(effective: int, today: int, backdated: bool, code: str | None) -> None:
    days = {"effective_on": START + timedelta(effective), "today": START + timedelta(today)}
    if code is None:
        refuse_effective_date(LISTED, 4, backdated=backdated, **days)
        return
    with pytest.raises(Refusal) as refused:
        refuse_effective_date(LISTED, 4, backdated=backdated, **days)
    assert refused.value.code == code
    assert refused.value.problems[0].place == "/effective_on"
