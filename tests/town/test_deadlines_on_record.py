"""What is due in a case: the stories of the trade with their days, states, and what moves them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docservice.town.closed_days import Closure
from docservice.town.deadlines_on_record import deadlines_on_record
from docservice.town.pack import TownPack
from docservice.town.papers import Papers
from docservice.town.recorded_dates import DeadlineOnRecord, compared, printed_short
from tests.town.test_guards import (
    Story,
    day,
    facts,
    fence,
    inspection,
    rental,
    site,
    town,
    twelve_units,
    violation,
    with_hearing,
)

ORDER = "substandard-notice-and-order"


def due(story: Story, on: str, pack: TownPack | None = None, **more: Any) -> dict[str, DeadlineOnRecord]:
    when = day(on)
    rows = deadlines_on_record(pack or story.pack, story.casefile(when), story.record, when, **more)
    assert len({one.id for one in rows}) == len(rows)
    return {one.id: one for one in rows}


def told(rows: dict[str, DeadlineOnRecord], number: str) -> dict[str, tuple[str | None, str]]:
    """The dates of a paper: its effective day and state, by name."""
    return {
        one.name: (one.effective.strftime("%m-%d") if one.effective else None, one.state)
        for one in rows.values() if one.document == number
    }  # fmt: skip


# A. Twelve units


def everyone_mailed(story: Story, on: str = "06-03") -> dict[str, str]:
    numbers = {one["id"]: story.issue(ORDER, "06-01", None, one["id"]) for one in story.facts["parties"]}
    for who, number in numbers.items():
        story.serve(number, on, who)
    return numbers


def test_a_mailed_late_the_later_day_holds_and_a_second_printing_is_offered() -> None:
    story = twelve_units()
    numbers = everyone_mailed(story)
    rows = due(story, "06-04")
    mine = rows[f"{numbers['owner']}/contest-by"]
    assert (mine.printed, mine.legal, mine.effective) == (day("06-11"), day("06-15"), day("06-15"))
    assert "Saturday, June 13" in mine.explain
    comply = rows[f"{numbers['owner']}/comply-by/v1"]
    assert (comply.printed, comply.legal, comply.state) == (day("06-15"), day("06-17"), "open")
    assert told(rows, numbers["owner"])["inspection"] == ("06-18", "open"), "once for all fifteen"
    assert [one.name for one in rows.values()].count("inspection") == 1
    short = list(printed_short(rows.values()))
    assert len(short) == 3 * 15
    assert short[0].code == "deadline.printed_short"
    assert "second printing" in short[0].message


def test_a_what_came_back_runs_no_time_until_it_is_served() -> None:
    story = twelve_units()
    numbers = everyone_mailed(story)
    story.tell("returned", numbers["owner"], "06-12", party="owner", result="returned", reason="Attempted–Not Known")
    rows = due(story, "06-13")
    assert told(rows, numbers["owner"]) | {"inspection": None} == {
        "contest-by": (None, "person"), "comply-by/v1": (None, "person"), "comply-by/v2": (None, "person"),
        "serve-again": ("06-15", "open"), "inspection": None,
    }  # fmt: skip
    assert told(rows, numbers["lender"])["contest-by"] == ("06-15", "open"), "the others stand"
    story.serve(numbers["owner"], "06-24", "owner", "posting")
    after = told(due(story, "06-25"), numbers["owner"])
    assert (after["contest-by"], after["comply-by/v1"]) == (("07-06", "open"), ("07-08", "open"))  # from Saturday 07-04
    assert "serve-again" not in after


def test_a_a_second_printing_moves_the_dates_of_its_copy() -> None:
    story = twelve_units()
    numbers = everyone_mailed(story)
    story.tell("returned", numbers["owner"], "06-12", party="owner", result="returned", reason="Attempted–Not Known")
    story.issue(ORDER, "06-24")
    first, second = story.documents[0], story.documents[-1]
    story.documents[0] = replace(first, status="superseded", replaced_by=second.number)
    story.documents[-1] = replace(second, notice=first.number, printing=2)
    story.serve(second.number, "06-24", "owner", "posting")
    rows = due(story, "06-25")
    row = rows[f"{first.number}/contest-by"]
    assert (row.document, row.effective, row.state) == (second.number, day("07-06"), "open")
    assert [one.effective for one in rows.values() if one.name == "inspection"] == [day("07-09")]


def test_a_an_appeal_holds_what_its_procedure_says_and_what_was_left_goes_on() -> None:
    story = twelve_units()
    number = story.issue(ORDER, "06-01")
    story.serve(number, "06-24", "owner", "posting")
    story.facts["appeals"] = [
        {"id": "a1", "filed_on": "2026-07-06", "by": "owner", "of": ["v1", "v2"], "grounds": "It was mended."}
    ]  # fmt: skip
    with_hearing(story)
    rows = due(story, "07-06")
    assert {one.name: one.effective for one in rows.values() if one.about == "h1"} == {
        "hearing-notice-by": day("07-06"), "staff-report-by": day("07-10"), "access-request-by": day("07-13"),
        "decision-by": day("08-17"), "tenant-notice": day("07-06"),
    }  # fmt: skip
    assert rows["CE-2026-0310/h1/decision-by"].legal == day("08-17"), "from Saturday 08-15"
    mine = told(rows, number)
    assert mine["contest-by"] == ("07-06", "done")
    assert mine["comply-by/v1"] == ("07-08", "held")
    assert mine["inspection"] == ("07-09", "held")
    assert due(story, "07-07")["CE-2026-0310/h1/hearing-notice-by"].state == "late"
    # Decided: two days were left; or as the decision says; or all of it anew.
    story.tell("hearing-held", "h1", "07-16")
    named = {"id": "v2", "outcome": "upheld", "comply_by": "2026-09-01"}
    story.tell("decided", "h1", "08-03", items=[{"id": "v1", "outcome": "upheld"}, named])
    rows = due(story, "08-04")
    assert told(rows, number)["comply-by/v1"] == ("08-05", "open")
    assert told(rows, number)["comply-by/v2"] == ("09-01", "open")
    assert rows["CE-2026-0310/h1/decision-by"].state == "done"
    types = dict(story.pack.procedure.types)  # type: ignore[union-attr]
    types[ORDER] = replace(types[ORDER], after_stay="anew")
    anew = replace(story.pack, procedure=replace(story.pack.procedure, types=types))  # type: ignore[type-var]
    assert told(due(story, "08-04", anew), number)["comply-by/v1"] == ("08-17", "open")


def test_a_late_or_withdrawn_appeal_holds_nothing() -> None:
    story = twelve_units()
    number = story.issue(ORDER, "06-01")
    story.serve(number, "06-01")
    appeal = {"id": "a1", "filed_on": "2026-06-12", "by": "owner", "of": ["v1"], "grounds": "No."}
    story.facts["appeals"] = [appeal]
    assert told(due(story, "06-12"), number)["comply-by/v1"] == ("06-15", "open")
    appeal |= {"filed_on": "2026-06-11"}
    assert told(due(story, "06-12"), number)["comply-by/v1"] == ("06-15", "held")
    appeal |= {"withdrawn_on": "2026-06-18"}
    assert told(due(story, "06-18"), number)["comply-by/v1"] == ("06-22", "open"), "four days were left"


# B. Stop work


def test_b_an_appeal_leaves_a_stop_work_order_and_its_inspection_as_they_are() -> None:
    story = site()
    number = story.issue("stop-work-order", "06-01", "s1", "builder")
    story.serve(number, "06-01", "builder", "posting")
    story.facts["appeals"] = [
        {"id": "a1", "filed_on": "2026-06-08", "by": "builder", "of": ["s1"], "grounds": "There was a permit."}
    ]  # fmt: skip
    assert told(due(story, "06-08"), number) == {"contest-by": ("06-11", "done"), "inspection": ("06-02", "late")}
    story.facts["inspections"].append(inspection("i2", "06-08"))
    assert told(due(story, "06-08"), number)["inspection"] == ("06-02", "done")
    story.tell("lifted", "s1", "06-22")
    assert told(due(story, "06-22"), number) == {"contest-by": ("06-11", "moot")}


# C. Three citations


def three() -> tuple[Story, dict[str, str]]:
    story, numbers = rental(), {}
    for about, on in (("c1", "05-29"), ("c2", "06-17"), ("c3", "06-30")):
        numbers[about] = story.issue("administrative-citation", on, about)
        story.serve(numbers[about], on)
    return story, numbers


def test_c_three_citations_their_payment_and_what_follows() -> None:
    story, numbers = three()
    rows = due(story, "06-30")
    for about, contest, reminded in (("c1", "06-29", "06-30"), ("c2", "07-17", "07-20"), ("c3", "07-30", "07-31")):
        mine = told(rows, numbers[about])
        assert mine["contest-by"][0] == mine["pay-by"][0] == contest
        assert mine["payment-reminder"][0] == reminded
    c1 = told(rows, numbers["c1"])
    assert c1["contest-by"][1] == "done", "a right that lapsed makes nobody late"
    assert c1["pay-by"][1] == "late"
    story.facts["payments"] = [
        {"id": "p1", "on": "2026-06-29", "amount": 1500, "ledger": "fines", "citation": "c1"}
    ]  # fmt: skip
    paid = told(due(story, "06-30"), numbers["c1"])
    assert (paid["pay-by"][1], paid["payment-reminder"][1]) == ("done", "done")
    assert told(due(story, "06-30"), numbers["c2"])["pay-by"][1] == "open"
    story.void(numbers["c2"])
    assert {state for _, state in told(due(story, "06-30"), numbers["c2"]).values()} == {"moot"}


def test_c_an_appeal_of_a_fine_holds_its_payment_and_not_the_order_to_correct() -> None:
    story, numbers = three()
    story.facts["appeals"] = [
        {"id": "a1", "filed_on": "2026-07-10", "by": "owner", "of": ["c2"], "grounds": "No.", "deposit": 3000}
    ]  # fmt: skip
    rows = due(story, "07-10")
    mine = told(rows, numbers["c2"])
    assert mine["pay-by"] == ("07-17", "held")
    assert mine["payment-reminder"][1] == "held"
    assert [one.state for one in rows.values() if one.document == numbers["c2"] and one.name.startswith("comply")] == [
        "late"
    ]  # fmt: skip
    assert told(rows, numbers["c3"])["pay-by"] == ("07-30", "open")


@pytest.mark.parametrize(
    ("waiver", "decided", "day_due", "state"),
    [
        ("not_requested", None, "07-17", "open"),
        ("requested", None, None, "held"),
        ("denied", "07-02", "07-17", "open"),  # ten days are 07-13 (07-12 is a Sunday): the time to contest is later
        ("denied", "07-13", "07-23", "open"),
        ("denied", "07-08", "07-20", "open"),  # from Saturday 07-18
        ("granted", "07-08", "07-17", "moot"),
    ],
)
def test_c_the_deposit_and_the_request_to_waive_it(
    waiver: str, decided: str | None, day_due: str | None, state: str
) -> None:  # fmt: skip
    story, _ = three()
    story.facts["appeals"] = [
        {"id": "a1", "filed_on": "2026-07-01", "by": "owner", "of": ["c2"], "grounds": "No.",
         "hardship_waiver": "requested" if waiver != "not_requested" else waiver}
    ]  # fmt: skip
    if decided is not None:
        story.tell("hardship-decided", "a1", decided, granted=waiver == "granted", reason="Looked at.")
    row = due(story, "07-14")["CE-2026-0231/a1/deposit-by"]
    assert (row.effective, row.state) == (day(day_due) if day_due else None, state)


def test_c_a_denied_deposit_that_nobody_pays_lets_the_appeal_fall() -> None:
    story, _ = three()
    story.facts["appeals"] = [
        {"id": "a1", "filed_on": "2026-07-01", "by": "owner", "of": ["c2"], "grounds": "No.",
         "hardship_waiver": "requested"}
    ]  # fmt: skip
    story.tell("hardship-decided", "a1", "07-13", granted=False, reason="No.")
    number = story.issue("hardship-decision", "07-13", "c2")
    falls = due(story, "07-14")[f"{number}/appeal-falls"]
    assert (falls.effective, falls.state) == (day("07-24"), "open")
    story.facts["appeals"][0]["deposit"] = 3000
    assert due(story, "07-14")[f"{number}/appeal-falls"].state in ("done", "moot")


def test_c_a_denied_waiver_holds_the_payment_until_the_deposit_can_no_longer_be_paid() -> None:
    story, numbers = three()
    story.facts["appeals"] = [
        {"id": "a1", "filed_on": "2026-07-01", "by": "owner", "of": ["c2"], "grounds": "No.",
         "hardship_waiver": "requested"}
    ]  # fmt: skip
    story.tell("hardship-decided", "a1", "07-13", granted=False, reason="No.")
    assert told(due(story, "07-23"), numbers["c2"])["pay-by"] == ("07-17", "held")
    assert told(due(story, "07-24"), numbers["c2"])["pay-by"] == ("07-17", "late"), "the appeal has fallen"


# What moves a date


def notice(served: str = "06-01") -> tuple[Story, str]:
    story = fence()
    number = story.issue("notice-of-violation", "06-01")
    story.serve(number, served)
    return story, number


def test_more_time_moves_the_day_to_comply_and_never_the_day_to_contest() -> None:
    story, number = notice()
    before = due(story, "06-02")
    assert told(before, number)["comply-by/v1"] == ("06-15", "open")
    story.tell("extension-granted", "v1", "06-10", to="2026-07-10", reason="Asked.")
    after = due(story, "06-10")
    assert told(after, number)["comply-by/v1"] == ("07-10", "open")
    assert told(after, number)["contest-by"] == ("06-11", "open")
    moves = [one for one in compared(before.values(), after.values()) if one.moved]
    assert {one.name for one in moves} == {"comply-by/v1", "inspection"}


def test_a_hearing_that_is_moved_takes_its_days_along() -> None:
    story, _ = three()
    with_hearing(story, kind="show_cause", appeal=None)
    before = due(story, "06-30")
    story.tell("hearing-continued", "h1", "07-01", to="2026-08-13")
    after = due(story, "07-01")
    assert before["CE-2026-0231/h1/hearing-notice-by"].effective == day("07-06")
    assert after["CE-2026-0231/h1/hearing-notice-by"].effective == day("08-03")


def test_a_storm_closes_the_office_whatever_the_edition_and_new_rules_are_only_told() -> None:
    story, number = notice()
    first = story.pack
    storm = replace(first.calendar, closures=(Closure(day("06-11"), day("06-12"), "Storm"),))
    rules = dict(first.deadlines)
    rules["contest-notice"] = replace(rules["contest-notice"], count=20)
    later = replace(first, calendar=storm, deadlines=rules, version="2026.9")
    row = due(story, "06-05", later, rules_of=lambda _: first)[f"{number}/contest-by"]
    assert (row.printed, row.effective, row.differs) == (day("06-11"), day("06-15"), day("06-22"))
    assert "Storm" in row.explain
    same = due(story, "06-05", replace(first, calendar=storm), rules_of=lambda _: first)[f"{number}/contest-by"]
    assert same.differs is None


@pytest.mark.parametrize(
    ("change", "state"),
    [
        (lambda story: story.facts["violations"][0].update(corrected_on="2026-06-12"), "done"),
        (lambda story: story.tell("closed", "CE-2026-0310", "06-12", reason="Done."), "moot"),
        (lambda story: story.tell("withdrawn", "v1", "06-12", reason="A mistake."), "moot"),
        (lambda story: story.facts.update(parties=story.facts["parties"]), "late"),
    ],
)
def test_when_a_day_to_comply_is_done_moot_or_late(change: Any, state: str) -> None:
    story, number = notice()
    change(story)
    assert due(story, "06-20")[f"{number}/comply-by/v1"].state == state


def test_what_ran_before_a_case_was_closed_stays_moot_when_it_is_opened_again() -> None:
    story, number = notice()
    story.tell("closed", "CE-2026-0310", "06-12", reason="Done.")
    story.tell("reopened", "CE-2026-0310", "06-20", reason="It is back.")
    story.facts["violations"].append(violation("v3", "MHMC 17.52.030", "06-20"))
    again = story.issue("notice-of-violation", "06-22")
    story.serve(again, "06-22")
    rows = due(story, "06-23")
    assert rows[f"{number}/comply-by/v1"].state == "moot"
    assert rows[f"{again}/comply-by/v3"].state == "open"


def test_nothing_is_known_of_its_service() -> None:
    story = fence()
    number = story.issue("notice-of-violation", "06-01")
    rows = due(story, "06-02")
    row = rows[f"{number}/contest-by"]
    assert (row.legal, row.effective, row.state) == (None, day("06-11"), "open")
    assert "Nothing says yet" in row.explain
    assert (rows[f"{number}/result"].effective, rows[f"{number}/result"].state) == (day("06-22"), "open")
    story.serve(number, "06-01", method="certified_mail")
    assert due(story, "06-23")[f"{number}/result"].state == "late", "a receipt is waited for"
    story.tell("served", number, "06-05", party="owner", method="certified_mail", result="delivered")
    assert due(story, "06-23")[f"{number}/result"].state == "done"


def test_mail_adds_its_days_where_the_town_has_adopted_them() -> None:
    adopted = replace(town(), mail_extension=replace(town().mail_extension, adopted=True))
    seen = {"violations": [violation("v1", "MHMC 17.52.030", "05-06")], "inspections": [inspection("i1", "05-06")]}
    story = Story(facts(**seen), adopted)
    number = story.issue("notice-of-violation", "06-01")
    story.serve(number, "06-01")
    assert due(story, "06-02")[f"{number}/contest-by"].effective == day("06-16"), "five days for mail"


def test_the_penalty_of_a_permit_names_the_day_of_each_tier() -> None:
    made = facts(permits=[{"number": "B-1", "issued_on": "2024-11-20", "limit_months": 18}], opened="01-05")
    story = Story(made)
    story.issue("construction-time-limit", "05-25", "B-1")
    rows = due(story, "06-25")
    assert {one.name + one.id[-3:]: (one.effective, one.state) for one in rows.values() if "tier" in one.id} == {
        "construction-time-limit-31": (day("06-20"), "late"), "construction-time-limit-61": (day("07-20"), "open"),
        "construction-time-limit121": (day("09-18"), "open"),
    }  # fmt: skip
    story.issue("construction-time-limit", "06-22", "B-1")
    assert due(story, "06-25")["CE-2026-0310/B-1/tier-31"].state == "done"
    story.facts["permits"][0]["completed_on"] = "2026-06-24"
    assert due(story, "06-25")["CE-2026-0310/B-1/tier-61"].state == "moot"


def test_a_letter_about_more_time_sets_the_day_of_earlier_papers_and_none_of_its_own() -> None:
    story, number = notice()
    story.issue("extension-decision", "06-10")
    story.documents[-1] = replace(story.documents[-1], dates={"comply-by": day("07-15"), "comply-by/v1": day("07-15")})
    row = due(story, "06-12")[f"{number}/comply-by/v1"]
    assert row.effective == day("07-15")
    assert story.documents[-1].number in row.explain
    assert told(due(story, "06-12"), story.documents[-1].number).keys() <= {"inspection"}
    story.void(story.documents[-1].number)
    assert due(story, "06-12")[f"{number}/comply-by/v1"].effective == day("06-15")


def test_each_day_to_comply_has_its_inspection() -> None:
    story = fence()
    story.facts["violations"][1] |= {"observed_on": "2026-05-20", "comply_by": "2026-07-31"}
    number = story.issue("notice-of-violation", "06-01")
    story.serve(number, "06-01")
    rows = due(story, "06-02")
    assert [(one.id, one.effective) for one in rows.values() if one.name == "inspection"] == [
        (f"{number}/inspection/v1", day("06-16")), (f"{number}/inspection/v2", day("08-03"))
    ]  # fmt: skip
    story.facts["violations"][0]["corrected_on"] = "2026-06-10"
    rows = due(story, "06-17")
    assert [one.state for one in rows.values() if one.name == "inspection"] == ["done", "open"]


def test_a_reinspection_notice_tells_of_a_day_and_starts_none() -> None:
    story, _ = notice()
    number = story.issue("reinspection-notice", "06-02", "i1")
    assert told(due(story, "06-02"), number) == {}


def test_who_is_told_of_a_hearing_and_what_goes_before_it_is_done() -> None:
    story = twelve_units()
    story.serve(story.issue(ORDER, "06-01"), "06-01")
    with_hearing(story, kind="abatement", appeal=None)
    place = "CE-2026-0310/h1/hearing-notice-by"
    tenants = next(one.id for one in due(story, "06-05").values() if one.name == "tenant-notice")
    assert due(story, "06-05")[place].state == due(story, "06-05")[tenants].state == "open"
    story.issue("notice-of-hearing", "06-05", "h1")
    assert due(story, "06-05")[place].state == "open", "the agent has none"
    story.issue("notice-of-hearing", "06-05", "h1", "agent")
    assert due(story, "06-05")[place].state == "done"
    for who in (one["id"] for one in story.facts["parties"] if "tenant" in one["roles"]):
        assert due(story, "06-06")[tenants].state == "open"
        story.issue("tenant-notice", "06-06", "h1", who)
    assert due(story, "06-06")[tenants].state == "done"
    assert due(story, "06-06")["CE-2026-0310/h1/staff-report-by"].do == "memorandum"
    story.issue("memorandum", "07-08")
    assert due(story, "07-08")["CE-2026-0310/h1/staff-report-by"].state == "done"
    assert due(story, "07-20")["CE-2026-0310/h1/access-request-by"].state == "done", "a right that lapsed"
    assert due(story, "08-18")["CE-2026-0310/h1/decision-by"].state == "late"


def test_an_appeal_that_is_withdrawn_takes_its_hearing_along() -> None:
    story, _ = three()
    story.facts["appeals"] = [
        {"id": "a1", "filed_on": "2026-07-10", "by": "owner", "of": ["c2"], "grounds": "No.", "deposit": 3000}
    ]  # fmt: skip
    with_hearing(story)
    story.tell("appeal-withdrawn", "a1", "07-12", reason="They agree.")
    rows = due(story, "07-13")
    assert {one.state for one in rows.values() if one.about == "h1" and one.name != "hearing-notice-by"} == {"moot"}
    c2 = next(one for one in rows.values() if one.name == "pay-by" and one.about == "c2")
    assert (c2.state, c2.effective) == ("open", day("07-20")), "seven days were left, from Sunday 07-19"


def test_who_stands_for_somebody_contests_for_them() -> None:
    story, number = notice()
    story.facts["parties"][0]["agent"] = "agent"
    story.facts["appeals"] = [{"id": "a1", "filed_on": "2026-06-05", "by": "agent", "of": ["v1"], "grounds": "No."}]
    assert told(due(story, "06-05"), number)["contest-by"][1] == "done"


@pytest.mark.parametrize("named", [True, False])
def test_the_copy_of_the_agent_serves_the_owner_for_the_dates_as_for_the_guards(named: bool) -> None:
    story, mine = notice()
    if named:
        story.facts["parties"][0]["agent"] = "agent"
    theirs = story.issue("notice-of-violation", "06-01", None, "agent")
    story.documents[-1] = replace(story.documents[-1], notice=mine, copy=2)
    story.serve(theirs, "06-03", "agent", "personal")
    story.tell("returned", mine, "06-08", party="owner", result="returned", reason="Vacant")
    rows = due(story, "06-09")
    owner, agent = rows[f"{mine}/contest-by"], rows[f"{mine}.2/contest-by"]
    on = day("06-09")
    papers = Papers(story.pack, story.casefile(on), story.record, on)
    guards = any(papers.served(one, papers.stands_for("owner")).state == "served" for one in papers.every)
    assert guards is named
    assert (owner.state, f"{mine}/serve-again" in rows) == (("open", False) if named else ("person", True))
    assert (owner.legal, owner.trigger) == (
        (agent.legal, f"service of {theirs}") if named else (None, f"service of {mine}")
    )  # fmt: skip
    assert agent.legal is not None


def test_costs_that_are_paid_ask_for_the_release_of_their_lien() -> None:
    story = twelve_units()
    story.serve(story.issue(ORDER, "05-01"), "05-01")
    invoice = story.issue("cost-invoice", "06-01")
    story.serve(invoice, "06-01")
    mine = told(due(story, "07-17"), invoice)
    assert (mine["pay-by"], mine["lien-notice"]) == (("07-16", "late"), ("07-17", "open"))
    lien = story.issue("lien-notice", "07-20")
    assert told(due(story, "07-20"), invoice)["lien-notice"][1] == "done"
    assert "lien-release" not in told(due(story, "07-20"), lien)
    story.facts["payments"] = [{"id": "p1", "on": "2026-07-24", "amount": 900, "ledger": "costs"}]
    assert told(due(story, "07-24"), lien)["lien-release"] == ("07-27", "open")  # the Monday after
    story.facts["liens"] = [
        {"id": "l1", "recorded_on": "2026-07-21", "instrument": "2026-1", "costs": ["k1"], "released_on": "2026-07-27"}
    ]  # fmt: skip
    assert told(due(story, "07-27"), lien)["lien-release"][1] == "done"


def test_what_is_served_only_when_it_has_hung_for_ten_days_has_its_day_before() -> None:
    story = fence()
    number = story.issue("notice-of-violation", "06-01")
    story.serve(number, "06-01", method="substituted")
    row = due(story, "06-02")[f"{number}/contest-by"]
    assert row.effective is not None
    assert row.effective >= day("06-11")


# What always holds


@given(
    served=st.dates(date(2026, 5, 11), date(2026, 12, 31)),
    back=st.one_of(st.none(), st.integers(0, 30)),
    on=st.integers(0, 120),
)
def test_a_paper_may_promise_more_than_the_law_never_less(served: date, back: int | None, on: int) -> None:
    story = fence()
    number = story.issue("notice-of-violation", "05-11")
    story.serve(number, served.strftime("%m-%d"))
    if back is not None and (served + timedelta(days=back)).year == 2026:
        when = (served + timedelta(days=back)).strftime("%m-%d")
        story.tell("returned", number, when, party="owner", result="returned", reason="Vacant")
    today = min(served + timedelta(days=on), date(2026, 12, 31)).strftime("%m-%d")
    rows = due(story, today)
    for row in rows.values():
        if row.printed is not None and row.legal is not None and row.state != "person":
            assert row.effective is not None
            assert row.effective >= max(row.printed, row.legal)
        if row.state == "late":
            assert row.effective is not None
            assert row.effective < day(today)
    assert due(story, today) == rows
    assert compared(rows.values(), rows.values()) == ()
