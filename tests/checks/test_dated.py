"""A document is dated on the day on which it is issued, or says why not."""

from __future__ import annotations

from datetime import date

import pytest

from docservice.checks.dated import dated
from docservice.town.dating import Dating

TODAY = date(2026, 7, 1)
AHEAD = ("checks.dated_ahead", "error", "/on")
UNTOLD = ("checks.dated_back", "error", "/dated_back")
TOLD = ("checks.dated_back", "warning", "/on")


@pytest.mark.parametrize(
    ("ahead", "back", "on", "reason", "found"),
    [
        (0, 0, "2026-07-01", None, []),
        (0, 0, "2026-07-01", "Typed late.", []),
        (0, 0, "2026-07-02", None, [AHEAD]),
        (0, 0, "2026-07-02", "Typed early.", [AHEAD]),
        (2, 0, "2026-07-03", None, []),
        (2, 0, "2026-07-04", None, [AHEAD]),
        (0, 0, "2026-06-30", None, [UNTOLD]),
        (0, 0, "2026-06-30", "Typed late.", [TOLD]),
        (0, 3, "2026-06-28", None, []),
        (0, 3, "2026-06-27", None, [UNTOLD]),
    ],
)
def test_how_far_a_date_may_be_from_today(
    ahead: int, back: int, on: str, reason: str | None, found: list[tuple[str, str, str]]
) -> None:
    said = dated(Dating(ahead, back), date.fromisoformat(on), TODAY, reason)
    assert [(one.code, one.severity, one.place) for one in said] == found


def test_the_day_and_the_reason_are_told() -> None:
    def message(rules: Dating, on: date, reason: str | None) -> str:
        (said,) = dated(rules, on, TODAY, reason)
        return said.message

    later, earlier = date(2026, 7, 9), date(2026, 6, 1)
    assert message(Dating(), later, None) == "The document is dated 2026-07-09, and today is 2026-07-01."
    assert message(Dating(ahead=5), later, None).endswith("today is 2026-07-01; the town allows 5 days ahead.")
    assert (
        message(Dating(), earlier, "Typed late.") == "Issued on 2026-07-01, and dated back to 2026-06-01: Typed late."
    )
