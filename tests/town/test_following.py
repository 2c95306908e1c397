"""What is to be done after papers: by which day, what does it, and what leaves nothing to do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.town.test_deadlines_on_record import ORDER, due, everyone_mailed, notice, three, told
from tests.town.test_guards import Story, day, facts, fence, inspection, town, twelve_units, with_hearing


def tasks(story: Story, name: str, on: str, **more: Any) -> list[tuple[str | None, str, str | None]]:
    return [(str(one.effective)[5:] if one.effective else None, one.state, one.done_by)
            for one in due(story, on, **more).values() if one.name == name]  # fmt: skip


def test_copies_are_inspected_after_the_last_of_them_that_still_runs() -> None:
    story = twelve_units()
    numbers = everyone_mailed(story)
    story.tell("served", numbers["lender"], "06-08", party="lender", method="first_class_mail")
    first = story.documents[0]
    later = story.issue(ORDER, "06-10", None, "lender")
    story.documents[-1] = replace(story.documents[-1], notice=first.notice, copy=16)
    story.serve(later, "06-10", "lender")
    assert tasks(story, "inspection", "06-11") == [("06-25", "open", None)], "fourteen days after 06-10, and a day"
    story.void(later)
    assert tasks(story, "inspection", "06-11") == [("06-18", "open", None)]


def test_an_inspection_on_the_day_itself_is_too_early() -> None:
    story, _ = notice()
    story.facts["inspections"].append(inspection("i2", "06-15"))
    assert tasks(story, "inspection", "06-15") == [("06-16", "open", None)]
    story.facts["inspections"].append(inspection("i3", "06-16"))
    assert tasks(story, "inspection", "06-15") == [("06-16", "open", None)], "it is to come"
    assert tasks(story, "inspection", "06-16") == [("06-16", "done", "the inspection i3 of 2026-06-16")]


def test_a_task_has_its_rule_and_is_called_what_it_is() -> None:
    story, numbers = three()
    rows = due(story, "06-30")
    reminder = rows[f"{numbers['c1']}/payment-reminder"]
    assert reminder.title == "Payment reminder"
    assert "Rule: MHMC 1.20.070" in reminder.explain
    [seen] = [one for one in rows.values() if one.do == "inspection" and one.document == numbers["c1"]]
    assert (seen.title, seen.trigger) == ("Inspect again", f"the comply-by date of {numbers['c1']}, 2026-06-03")


def test_a_reminder_of_one_citation_reminds_of_no_other() -> None:
    story, numbers = three()
    paper = replace(
        story.documents[0], number="R-1", notice="R-1", document_type="payment-reminder", issued_on=day("07-15"),
        about="c1", puts=None, dates={},
    )  # fmt: skip
    story.documents.append(paper)
    rows = due(story, "07-31")
    assert rows[f"{numbers['c1']}/payment-reminder"].state == "done"
    assert rows[f"{numbers['c2']}/payment-reminder"].state == "late"


def test_tenants_are_told_with_the_hearing_and_of_none_that_is_decided() -> None:
    story = twelve_units()
    number = story.issue(ORDER, "06-01")
    story.serve(number, "06-01")
    assert tasks(story, "tenant-notice", "06-05") == [], "no hearing is set"
    with_hearing(story, kind="abatement", appeal=None)
    assert tasks(story, "tenant-notice", "06-05") == [("07-06", "open", None)]
    with_hearing(story, kind="abatement", appeal=None, held_on="2026-07-16", decided_on="2026-07-20")
    assert [state for _, state, _ in tasks(story, "tenant-notice", "07-21")] == ["moot"]
    with_hearing(story, kind="abatement", appeal=None)
    story.void(number)
    assert tasks(story, "tenant-notice", "06-05") == []


@pytest.mark.parametrize(
    ("payments", "due_on"),
    [
        ([(900, "costs", "07-24")], [("07-27", "open", None)]),
        ([(400, "costs", "07-20"), (500, "costs", "07-24")], [("07-27", "open", None)]),
        ([(899, "costs", "07-24")], []),
        ([(900, "fines", "07-24")], []),
        ([(900, "costs", "07-28")], []),  # not yet
    ],
)
def test_a_lien_is_released_when_all_costs_are_paid(payments: list[tuple[int, str, str]], due_on: list[Any]) -> None:
    story = twelve_units()
    lien = story.issue("lien-notice", "07-20")
    story.facts["payments"] = [
        {"id": f"p{n}", "on": str(day(on)), "amount": amount, "ledger": ledger}
        for n, (amount, ledger, on) in enumerate(payments)
    ]  # fmt: skip
    assert tasks(story, "lien-release", "07-24") == due_on
    if due_on:
        one = {"id": "l1", "recorded_on": "2026-07-21", "instrument": "2026-1", "costs": ["k1"]}
        story.facts["liens"] = [{**one, "released_on": "2026-07-24"}, {**one, "id": "l2", "instrument": "2026-2"}]
        assert tasks(story, "lien-release", "07-24") == due_on, "one of two"
        story.void(lien)
        assert tasks(story, "lien-release", "07-24") == []


def test_tiers_of_a_penalty_that_nobody_asks_for() -> None:
    limited = {"number": "B-1", "issued_on": "2024-11-20", "limit_months": 18}
    story = Story(facts(permits=[{"number": "B-0", "issued_on": "2026-01-20"}, limited], opened="01-05"))
    number = story.issue("construction-time-limit", "06-20", "B-1")  # the day on which the second tier starts
    assert [when for when, _, _ in tasks(story, "construction-time-limit", "06-20")] == ["07-20", "09-18"]
    story.facts["permits"][1]["completed_on"] = "2026-06-25"
    assert {state for _, state, _ in tasks(story, "construction-time-limit", "06-24")} == {"open"}
    assert {state for _, state, _ in tasks(story, "construction-time-limit", "06-25")} == {"moot"}
    del story.facts["permits"][1]["completed_on"]
    assert tasks(story, "construction-time-limit", "06-20", pack=replace(town(), time_limit=None)) == []
    story.void(number)
    assert tasks(story, "construction-time-limit", "06-20") == []


# Service


def test_who_asks_after_a_mailing_and_when() -> None:
    story = fence()
    number = story.issue("notice-of-violation", "06-01")
    assert tasks(story, "result", "06-02") == [("06-22", "open", None)]
    story.documents[-1] = replace(story.documents[-1], mail_on=day("06-03"))
    assert tasks(story, "result", "06-02") == [("06-24", "open", None)], "from the day of mailing"
    story.serve(number, "06-03")
    assert tasks(story, "result", "06-30") == [], "of first-class mail nobody hears anything"
    story.tell("served", number, "06-05", party="owner", method="certified_mail")
    assert tasks(story, "result", "06-06") == [("06-26", "open", None)]
    assert tasks(story, "result", "06-06", pack=replace(town(), service=None)) == [("06-26", "open", None)]
    silent = replace(town(), procedure=replace(town().procedure, no_result_after=None))  # type: ignore[type-var]
    assert tasks(story, "result", "06-06", pack=silent) == []
    story.void(number)
    assert tasks(story, "result", "06-06") == []


def test_what_came_back_is_served_again_on_the_next_open_day() -> None:
    story = fence()
    number = story.issue("notice-of-violation", "06-01")
    story.serve(number, "06-01")
    story.tell("returned", number, "06-05", party="owner", result="returned", reason="Vacant")
    assert tasks(story, "serve-again", "06-05") == [("06-08", "open", None)]  # a Friday, then Monday
    [row] = [one for one in due(story, "06-05").values() if one.name == "serve-again"]
    assert (row.do, row.party) == ("service", "owner")
    assert told(due(story, "06-05"), number)["contest-by"] == (None, "person")


def test_letters_that_are_no_formal_notices_and_papers_of_before_are_not_asked_after() -> None:
    story = fence()
    story.issue("citation-warning", "06-01")
    number = story.issue("notice-of-violation", "06-01")
    story.documents[-1] = replace(story.documents[-1], imported=True)
    assert tasks(story, "result", "06-02") == []
    assert told(due(story, "06-02"), number)["contest-by"] == ("06-11", "open")
