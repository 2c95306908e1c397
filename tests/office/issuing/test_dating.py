"""A document is dated when it is issued: ahead only as far as the town allows, back only with a reason."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from docservice.checks.dated import dated
from docservice.cli import main
from docservice.config import Settings
from docservice.office import Office, Order, open_office, queueing
from docservice.refusal import Refusal
from docservice.town import load_pack
from docservice.town.dating import Dating, out_of_bounds
from tests.homes import furnish, ungoverned

TODAY = date(2026, 11, 28)
WHY = "Mailed on its date; recorded after the flood."


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory, fonts_folder: Path, shipped_town: Path) -> Iterator[Office]:
    """An office under the shipped rules. In the town it is still November 28."""
    home = ungoverned(furnish(tmp_path_factory.mktemp("dating") / "home", fonts_folder))
    opened = open_office(Settings(home=home, town=shipped_town), clock=lambda: datetime(2026, 11, 29, 3, tzinfo=UTC))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def letter(example: Callable[[str], tuple[dict[str, Any], dict[str, bytes]]]) -> Order:
    return Order("courtesy-letter", example("CE-2026-0147")[0], recipient="owner-trust", language="en")


DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))


@given(DAYS, DAYS, st.integers(0, 400), st.integers(0, 400), st.none() | st.just(WHY))
def test_any_date_is_refused_or_told_as_the_rules_say(
    on: date, today: date, ahead: int, back: int, reason: str | None
) -> None:
    found = dated(Dating(ahead, back), on, today, reason)
    distance = (on - today).days
    if -back <= distance <= ahead:
        assert found == ()
        return
    (one,) = found
    assert one.code == ("checks.dated_ahead" if distance > 0 else "checks.dated_back")
    assert one.severity == ("warning" if distance < 0 and reason is not None else "error")
    assert str(on) in one.message
    assert str(today) in one.message


@given(DAYS, st.integers(0, 60), st.integers(0, 60))
def test_the_bounds_are_the_last_days_that_are_allowed(today: date, ahead: int, back: int) -> None:
    rules = Dating(ahead, back)
    assert out_of_bounds(rules, today + timedelta(days=ahead), today) is None
    assert out_of_bounds(rules, today + timedelta(days=ahead + 1), today) == "ahead"
    assert out_of_bounds(rules, today - timedelta(days=back), today) is None
    assert out_of_bounds(rules, today - timedelta(days=back + 1), today) == "back"


def test_the_shipped_rules_allow_neither(shipped_town: Path) -> None:
    rules = load_pack(shipped_town / "madrona-hills").dating
    assert (rules.ahead, rules.back) == (0, 0)


@pytest.mark.parametrize("on", [date(2026, 11, 29), date(2030, 1, 2)])
@pytest.mark.parametrize("reason", [None, WHY])
def test_a_date_ahead_is_refused(strict: Office, letter: Order, on: date, reason: str | None) -> None:
    order = replace(letter, on=on, dated_back=reason)
    with pytest.raises(Refusal) as refused:
        strict.issuing.issue(order, actor="ana")
    assert refused.value.code == "order.date"
    assert [(one.code, one.place) for one in refused.value.problems] == [("checks.dated_ahead", "/on")]
    assert "today is 2026-11-28" in refused.value.message
    assert "checks.dated_ahead" in [one.code for one in strict.issuing.preview(order, "html").findings]


def test_a_date_back_needs_a_reason_which_stays_with_the_record(strict: Office, letter: Order) -> None:
    order = replace(letter, on=date(2026, 3, 4))
    with pytest.raises(Refusal) as refused:
        strict.issuing.issue(order, actor="ana")
    assert [(one.code, one.place) for one in refused.value.problems] == [("checks.dated_back", "/dated_back")]
    findings = strict.issuing.preview(order, "html").findings
    assert [one.severity for one in findings if one.code == "checks.dated_back"] == ["error"]
    record = strict.issuing.issue(replace(order, dated_back=WHY), actor="ana")
    kept = strict.issuing.document(record.id)
    (finding,) = [one for one in kept.findings if one.code == "checks.dated_back"]
    assert (finding.severity, finding.message) == (
        "warning", f"Issued on 2026-11-28, and dated back to 2026-03-04: {WHY}",
    )  # fmt: skip
    assert strict.issuing.reproduce(record.id).identical


def test_today_needs_nothing_wherever_the_server_is(strict: Office, letter: Order) -> None:
    assert (
        strict.issuing.preview(replace(letter, on=TODAY), "html").findings
        == strict.issuing.preview(letter, "html").findings
    )
    assert not [one for one in strict.issuing.preview(letter, "html").findings if one.code.startswith("checks.dated")]


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "a\x00b"])
def test_a_reason_says_something(strict: Office, letter: Order, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        strict.issuing.issue(replace(letter, on=date(2026, 3, 4), dated_back=reason), actor="ana")
    assert [one.place for one in refused.value.problems] == ["/dated_back"]


def test_a_key_stands_for_one_reason(letter: Order) -> None:
    assert letter.fingerprint() == replace(letter, dated_back=None).fingerprint()
    assert letter.fingerprint() != replace(letter, dated_back=WHY).fingerprint()


def test_a_mailing_that_waits_over_midnight_keeps_its_day(strict: Office, letter: Order) -> None:
    """What was ordered for today goes out under that date, though the queue comes to it tomorrow."""
    open_ended = [{**one, "comply_by": None} for one in letter.casefile["violations"]]
    facts = {**letter.casefile, "violations": open_ended}
    late = replace(letter, casefile=facts, on=TODAY - timedelta(days=1), ordered_on=TODAY - timedelta(days=1))
    queueing.queue_letters(strict.means, strict.jobs.queue, late, actor="ana", everyone=False)
    done = strict.jobs.worker.run_one()
    assert done is not None
    assert done.state == "done"
    (made,) = done.results
    assert strict.issuing.document(made).issued_on == TODAY - timedelta(days=1)
    assert not [one for one in strict.issuing.document(made).findings if one.code.startswith("checks.dated")]


def test_at_the_terminal(strict: Office, letter: Order, tmp_path: Path, shipped_town: Path) -> None:
    path = tmp_path / "casefile.json"
    path.write_text(json.dumps(letter.casefile), encoding="utf-8")
    env = {"DOCSERVICE_HOME": str(strict.means.settings.home), "DOCSERVICE_TOWN": str(shipped_town)}
    command = ["issue", "courtesy-letter", str(path), "--recipient", "owner-llc", "--on", "2026-03-04"]
    command += ["--language", "en", "--out", str(tmp_path)]
    refused = CliRunner().invoke(main, command, env=env)
    assert refused.exit_code != 0
    assert "say why it is dated back" in refused.output
    assert CliRunner().invoke(main, [*command, "--dated-back", WHY], env=env).exit_code == 0
