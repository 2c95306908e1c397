"""What holds a date, what is left of it, and what settles it: one thing at a time, and what must not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from docservice.town.recorded_dates import DeadlineOnRecord, compared, copy_id, printed_short
from tests.town.test_deadlines_on_record import ORDER, due, notice, three, told
from tests.town.test_guards import Story, day, town, twelve_units, with_hearing

# Paid


@pytest.mark.parametrize(
    ("payments", "state"),
    [
        ([], "late"),
        ([("c1", 1499, "06-20")], "late"),
        ([("c1", 1500, "06-20")], "done"),
        ([("c1", 1000, "06-20"), ("c1", 500, "06-21")], "done"),
        ([("c2", 1500, "06-20")], "late"),  # another citation's
        ([("c1", 1500, "07-02")], "late"),  # not yet
        ([("c2", 9500, "06-20")], "late"),  # another citation's, however much: that is to be given back
        ([(None, 9500, "06-20")], "done"),  # everything that is owed
        ([(None, 1499, "06-20")], "late"),  # the oldest first
        ([(None, 1500, "06-20")], "done"),
    ],
)
def test_a_citation_is_paid_by_its_own_payments_or_when_nothing_is_owed(
    payments: list[tuple[str | None, int, str]], state: str
) -> None:  # fmt: skip
    story, numbers = three()
    story.facts["payments"] = [
        {"id": f"p{n}", "on": str(day(on)), "amount": amount, "ledger": "fines",
         **({"citation": about} if about else {})}
        for n, (about, amount, on) in enumerate(payments)
    ]  # fmt: skip
    assert told(due(story, "07-01"), numbers["c1"])["pay-by"][1] == state


def test_a_citation_that_its_tracker_calls_paid_is_paid() -> None:
    story, numbers = three()
    story.facts["citations"][0]["status"] = "paid"
    assert told(due(story, "07-01"), numbers["c1"])["pay-by"][1] == "done"


# Contested


@pytest.mark.parametrize(("deposit", "state"), [(1500, "done"), (1000, "open")])
def test_a_deposit_that_covers_what_was_decided_has_paid_it(deposit: int, state: str) -> None:
    story, numbers = three()
    story.facts["appeals"] = [
        {"id": "a1", "filed_on": "2026-06-20", "by": "owner", "of": ["c1"], "grounds": "No.", "deposit": deposit,
         "hardship_waiver": "granted"}
    ]  # fmt: skip
    with_hearing(story)
    assert told(due(story, "07-20"), numbers["c1"])["pay-by"][1] == "held"
    story.tell("decided", "h1", "07-21", items=[{"id": "c1", "outcome": "upheld"}])
    assert told(due(story, "07-21"), numbers["c1"])["pay-by"][1] == state


@pytest.mark.parametrize(
    ("appeal", "state"),
    [
        ({}, "done"),
        ({"of": ["c2"]}, "open"),  # another citation
        ({"by": "local-contact"}, "open"),  # another's right
        ({"filed_on": "2026-06-25"}, "open"),  # not yet
    ],
)
def test_only_an_appeal_of_it_by_who_got_it_uses_the_time_to_contest(appeal: dict[str, Any], state: str) -> None:
    story, numbers = three()
    base = {"id": "a1", "filed_on": "2026-06-20", "by": "owner", "of": ["c1"], "grounds": "No.", "deposit": 1500}
    story.facts["appeals"] = [base | appeal]
    assert told(due(story, "06-24"), numbers["c1"])["contest-by"][1] == state


# Held, and what is left


def appealed(filed: str = "06-05", **more: Any) -> tuple[Story, str]:
    story, number = notice()
    story.facts["appeals"] = [
        {"id": "a1", "filed_on": str(day(filed)), "by": "owner", "of": ["v1"], "grounds": "No.", **more}
    ]  # fmt: skip
    return story, number


def test_an_appeal_of_one_thing_holds_no_other() -> None:
    story, number = appealed(of=["v2"])
    assert told(due(story, "06-10"), number)["comply-by/v1"] == ("06-15", "open")
    story, number = appealed()
    assert told(due(story, "06-04"), number)["comply-by/v1"] == ("06-15", "open"), "not filed yet"
    assert told(due(story, "06-10"), number)["comply-by/v1"] == ("06-15", "held")
    assert told(due(story, "06-10"), number)["contest-by"] == ("06-11", "done"), "that it was contested is not held"


def test_costs_wait_for_an_appeal_of_what_caused_them() -> None:
    story = twelve_units()
    story.serve(story.issue(ORDER, "05-20"), "05-20")
    invoice = story.issue("cost-invoice", "06-05")
    story.serve(invoice, "06-05")
    story.facts["appeals"] = [{"id": "a1", "filed_on": "2026-05-29", "by": "owner", "of": ["v1"], "grounds": "No."}]
    assert told(due(story, "06-08"), invoice)["pay-by"][1] == "held"
    story.facts["appeals"][0]["filed_on"] = "2026-06-02"  # late: the order was to be contested by 06-01
    assert told(due(story, "06-08"), invoice)["pay-by"] == ("07-20", "open")


@pytest.mark.parametrize(
    ("filed", "ended", "left"),
    [
        ("06-05", "06-18", "06-29"),  # ten days, from Sunday 06-28
        ("06-11", "06-11", "06-15"),  # four
        ("06-01", "06-08", "06-22"),  # all fourteen
    ],
)
def test_what_was_left_when_it_was_filed_goes_on_when_it_ends(filed: str, ended: str, left: str) -> None:
    story, number = appealed(filed, withdrawn_on=str(day(ended)))
    before = due(story, ended)[f"{number}/comply-by/v1"]
    assert (before.effective, before.state) == (day(left), "open")
    assert "when the appeal a1 was filed" in before.explain or left == "06-15"


def test_time_that_began_while_an_appeal_was_on_is_left_whole() -> None:
    """A citation that takes the place of the appealed one has its own thirty days, not those since the filing."""
    story, _ = three()
    appeal: dict[str, Any] = {"id": "a1", "filed_on": "2026-06-20", "by": "owner", "of": ["c1"], "grounds": "No."}
    appeal["deposit"] = 1500
    story.facts["appeals"] = [appeal]
    first = next(one for one in story.documents if one.about == "c1")
    again = story.issue("administrative-citation", "07-16", "c1")
    at = story.documents.index(first)
    story.documents[at] = replace(first, status="superseded", replaced_by=again)
    story.serve(again, "07-16")
    assert told(due(story, "07-20"), again)["pay-by"] == ("08-17", "held")
    appeal["withdrawn_on"] = "2026-08-03"
    assert told(due(story, "08-03"), again)["pay-by"] == ("09-04", "open"), "32 days, from July 16 to August 17"


def test_a_hearing_of_several_appeals_ends_each_of_them() -> None:
    story, number = appealed()
    other: Any = {"id": "a0", "filed_on": "2026-06-05", "by": "owner", "of": ["v2"], "grounds": "No."}
    with_hearing(story, on="2026-06-25", appeal="a0", joined=["a1"])
    story.facts["appeals"].append(other)
    story.tell("decided", "h1", "06-26", items=[{"id": "v1", "outcome": "upheld"}, {"id": "v2", "outcome": "upheld"}])
    assert told(due(story, "06-25"), number)["comply-by/v1"][1] == "held"
    assert told(due(story, "06-26"), number)["comply-by/v1"] == ("07-06", "open")


@pytest.mark.parametrize("where", ["casefile", "event"])
def test_the_decision_names_the_day_or_dismisses_it(where: str) -> None:
    story, number = appealed()
    item = {"outcome": "modified", "comply_by": "2026-08-03"}
    hearing = {"id": "h1", "on": "2026-06-25", "at": "10:00", "place": ["Town Hall"], "kind": "appeal", "appeal": "a1",
               "officer": "hearing_officer"}  # fmt: skip
    other = {**hearing, "id": "h0", "appeal": None, "kind": "show_cause", "on": "2026-06-24"}
    story.facts["hearings"] = [other, hearing]
    if where == "casefile":
        hearing |= {"decided_on": "2026-06-26", "decisions": [{"item": "v1", **item}, {"item": "v2", **item}]}
    else:
        story.tell("decided", "h1", "06-26", items=[{"id": "v1", **item}])
    assert told(due(story, "06-26"), number)["comply-by/v1"] == ("08-03", "open")
    assert told(due(story, "06-25"), number)["comply-by/v1"][1] == "held"
    if where == "casefile":
        hearing["decisions"] = [{"item": "v1", "outcome": "dismissed"}]
    else:
        story.events.pop()
        story.tell("decided", "h1", "06-26", items=[{"id": "v2", "outcome": "upheld"},
                                                    {"id": "v1", "outcome": "dismissed"}])  # fmt: skip
    assert told(due(story, "06-26"), number)["comply-by/v1"][1] == "moot"
    assert told(due(story, "06-25"), number)["comply-by/v1"][1] == "held"


def test_a_violation_that_was_withdrawn_is_not_to_be_corrected_and_others_are() -> None:
    story, number = notice()
    story.tell("withdrawn", "v2", "06-02", reason="A mistake.")
    assert told(due(story, "06-03"), number)["comply-by/v1"][1] == "open"


# Deposits


def asked(**more: Any) -> Story:
    story, _ = three()
    story.facts["appeals"] = [
        {"id": "a1", "filed_on": "2026-07-01", "by": "owner", "of": ["c2"], "grounds": "No.",
         "hardship_waiver": "requested", **more}
    ]  # fmt: skip
    return story


def deposit(story: Story, on: str = "07-14", **more: Any) -> DeadlineOnRecord:
    return due(story, on, **more)["CE-2026-0231/a1/deposit-by"]


def test_a_request_after_the_time_to_contest_holds_nothing() -> None:
    late = deposit(asked(hardship_requested_on="2026-07-18", late_for_cause="In hospital."), "07-20")
    assert (late.effective, late.state) == (day("07-17"), "late")
    assert "holds nothing" in late.explain
    assert deposit(asked(hardship_requested_on="2026-07-17"), "07-20").state == "held"


def test_when_it_was_denied_the_register_knows_from_the_letter_too_and_else_a_person() -> None:
    story = asked(hardship_waiver="denied")
    assert (deposit(story).state, deposit(story).effective) == ("person", None)
    story.issue("hardship-decision", "07-08", "c2")
    assert deposit(story).effective == day("07-20")  # from Saturday 07-18
    types = dict(town().procedure.types)  # type: ignore[union-attr]
    types["hardship-decision"] = replace(types["hardship-decision"], deposit_after_denial=None)
    silent = replace(town(), procedure=replace(town().procedure, types=types))  # type: ignore[type-var]
    assert deposit(story, pack=silent).state == "person", "a town that says nothing of it"


def test_a_town_of_which_the_contest_date_does_not_hold_the_deposit() -> None:
    story = asked()
    story.tell("hardship-decided", "a1", "07-02", granted=False, reason="No.")
    types = dict(town().procedure.types)  # type: ignore[union-attr]
    rule = types["hardship-decision"].deposit_after_denial
    assert rule is not None
    types["hardship-decision"] = replace(
        types["hardship-decision"], deposit_after_denial=replace(rule, not_before=None)
    )
    other = replace(town(), procedure=replace(town().procedure, types=types))  # type: ignore[type-var]
    row = deposit(story, pack=other)
    assert (row.effective, row.state) == (day("07-13"), "late")  # from Sunday 07-12
    assert "not before" not in row.explain
    assert "not before" in deposit(story).explain


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"withdrawn_on": "2026-07-10"}, "moot"),
        ({"withdrawn_on": "2026-07-20"}, "held"),
        ({"deposit": 3000}, "done"),
        ({"of": ["c1", "c2"]}, "held"),
    ],
)
def test_when_a_deposit_is_no_longer_waited_for(change: dict[str, Any], state: str) -> None:
    assert deposit(asked(**change)).state == state


def test_an_appeal_of_no_fine_has_no_deposit() -> None:
    story, _ = appealed()
    assert not any(one.name == "deposit-by" for one in due(story, "06-10").values())


# Hearings


def heard(**more: Any) -> Story:
    story, _ = three()
    with_hearing(story, kind="show_cause", appeal=None, **more)
    return story


def states(story: Story, on: str) -> dict[str, str]:
    return {one.name: one.state for one in due(story, on).values() if one.about == "h1"}


def test_a_hearing_that_was_held_or_decided_needs_nothing_before_it_any_more() -> None:
    assert states(heard(), "07-15") == {
        "hearing-notice-by": "late", "staff-report-by": "late", "access-request-by": "done", "decision-by": "open",
    }  # fmt: skip
    held = states(heard(held_on="2026-07-16"), "07-17")
    assert (held["staff-report-by"], held["decision-by"]) == ("moot", "open")
    decided = states(heard(held_on="2026-07-16", decided_on="2026-07-20"), "07-21")
    assert (decided["staff-report-by"], decided["decision-by"]) == ("moot", "done")
    assert states(heard(held_on="2026-07-16", decided_on="2026-07-20"), "07-17")["decision-by"] == "open"


def test_a_hearing_that_was_noticed_elsewhere_counts_from_its_day() -> None:
    story = heard(noticed_on="2026-07-02")
    assert states(story, "07-01")["hearing-notice-by"] == "open"
    assert states(story, "07-02")["hearing-notice-by"] == "done"


def test_a_notice_of_another_hearing_or_one_that_was_put_off_is_none() -> None:
    story = heard()
    served = [one["id"] for one in story.facts["parties"] if {"owner", "agent", "appellant"} & {*one["roles"]}]
    for who in served:
        story.issue("notice-of-hearing", "06-20", "h1", who)
    assert states(story, "07-01")["hearing-notice-by"] == "done"
    story.tell("hearing-continued", "h1", "07-01", to="2026-08-13")
    assert states(story, "07-01")["hearing-notice-by"] == "open"


def test_notice_goes_out_in_time_for_who_lives_farthest() -> None:
    story = heard()
    adopted = replace(town(), mail_extension=replace(town().mail_extension, adopted=True))
    row = due(story, "06-20", adopted)["CE-2026-0231/h1/hearing-notice-by"]
    assert row.effective == day("07-01"), "five days of mail before the ten"


# Values


def test_what_moved_and_what_only_began() -> None:
    one = DeadlineOnRecord("x", "contest-by", "Contest", "open", day("06-11"), "")
    later, gone = replace(one, effective=day("06-15")), replace(one, effective=None, state="person")
    [move] = compared([one], [later])
    assert (move.id, move.name, move.moved) == ("x", "contest-by", True)
    for before, after in (
        ([], [one]),
        ([one], []),
        ([one], [gone]),
        ([gone], [one]),
        ([one], [replace(one, state="done")]),
    ):
        [move] = compared(before, after)
        assert not move.moved
    assert [one.waits, gone.waits, replace(one, state="late").waits, replace(one, state="held").waits] == [
        True, True, True, False
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "short"),
    [({}, True), ({"state": "held"}, True), ({"state": "late"}, True), ({"state": "done"}, False),
     ({"legal": day("06-11")}, False), ({"legal": None}, False), ({"printed": None}, False)],
)  # fmt: skip
def test_what_was_printed_too_short(change: dict[str, Any], short: bool) -> None:
    row = DeadlineOnRecord("x", "contest-by", "Contest", "open", day("06-15"), "", day("06-11"), day("06-15"), "NO-1")
    assert bool(list(printed_short([replace(row, **change)]))) is short


def test_a_copy_is_called_the_same_in_every_printing() -> None:
    story, _ = notice()
    one = story.documents[0]
    assert copy_id(one) == one.number
    assert copy_id(replace(one, number="NOV-1.3.2", notice="NOV-1", copy=3, printing=2)) == "NOV-1.3"
