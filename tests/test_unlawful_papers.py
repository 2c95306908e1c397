"""What went out once and must not again: rows L1 to L13 of the faults that were found by using it, each with its tests.

| row | what happened |
|---|---|
| L1 | a fine on a building before its owner was told and had time |
| L2 | a void citation raised the next one |
| L3 | the same citation seven times |
| L4 | one citation to two parties as two debts |
| L5 | an order that was lifted, a dismissed citation, a closed case |
| L6 | a hearing notice of every violation instead of what is appealed; a late appeal without a word |
| L7 | a proof of service that swears to what the window did not show |
| L8 | the served person's name gone from the window |
| L9 | a military address that could never be served |
| L10 | an order to stop and to finish; days of a stop billed; a fine and no fine; a danger due on the mailing date |
| L11 | a sworn consent that no field records |
| L12 | article numbers whose check digit is wrong, and that no letter printed |
| L13 | what the owner was asked to repair, told where nothing was asked; other tenants' rooms |
"""

from __future__ import annotations

import pytest

from tests.places import ROOT

ROWS: dict[str, list[str]] = {
    "L1": [
        "office/issuing/test_unrecorded.py::test_no_fine_on_a_building_before_the_owner_was_told_and_had_time",
        "town/test_guards.py::test_the_notice_must_have_reached_who_is_cited_and_its_time_be_over",
        "town/test_lawful_examples.py::test_every_letter_of_a_story_may_go_out_after_those_before_it",
    ],
    "L2": ["office/issuing/test_folded.py::test_a_void_citation_no_longer_raises_the_next"],
    "L3": [
        "office/issuing/test_guarded.py::test_the_same_fine_goes_out_once",
        "office/issuing/test_guarded.py::test_two_clerks_issue_one_citation",
    ],
    "L4": [
        "town/test_guards.py::test_c_a_second_citation_for_the_same_day_is_a_second_debt",
        "town/test_debts.py::test_c_paid_by_one_of_two_and_then_by_the_other",
    ],
    "L5": [
        "town/test_guards.py::test_b_the_same_order_again",
        "town/test_guards.py::test_c_dismissed_closed_corrected",
        "office/issuing/test_unrecorded.py::test_nothing_goes_out_in_a_closed_case",
    ],
    "L6": [
        "checks/test_contradictions.py::test_a_hearing_notice_names_what_is_appealed_by_number_and_fine",
        "town/test_subjects.py::test_a_hearing_of_appeals_is_about_what_they_are_of_alone",
        "office/issuing/test_unrecorded.py::test_a_late_appeal_is_told_in_the_preview_and_not_heard",
    ],
    "L7": ["office/issuing/test_sworn_papers.py::test_a_proof_of_several_swears_to_what_the_windows_showed"],
    "L8": ["rendering/letters/test_letter.py::test_an_address_that_does_not_fit_is_refused"],
    "L9": ["town/test_deadlines.py::test_mail_extension"],
    "L10": [
        "checks/test_contradictions.py::test_while_work_is_stopped_nobody_is_ordered_to_go_on",
        "checks/test_contradictions.py::test_days_under_an_order_are_billed_and_that_is_told",
        "checks/test_contradictions.py::test_no_promise_of_no_fine_where_one_can_come_at_once",
        "checks/test_contradictions.py::test_a_danger_is_due_at_once_and_not_on_the_day_of_mailing",
        "town/test_penalties.py::test_an_order_without_fault_holds_the_limit_where_the_town_says_so",
    ],
    "L11": ["checks/test_sworn.py::test_a_spoiled_one_is_told"],
    "L12": ["casefile/test_loading.py::test_a_wrong_field_is_named"],
    "L13": [
        "checks/test_contradictions.py::test_a_tenant_is_told_of_their_own_rooms_and_of_what_all_share",
        "checks/test_contradictions.py::test_a_hearing_notice_does_not_speak_of_repairs_to_a_tenant",
        "town/test_statements.py::test_what_is_owed",
    ],
}


def test_every_row_has_its_tests() -> None:
    rows = [line.split("|")[1].strip() for line in (__doc__ or "").splitlines() if line.startswith("| L")]
    assert rows == list(ROWS) == [f"L{number}" for number in range(1, 14)]


@pytest.mark.parametrize("test", [test for tests in ROWS.values() for test in tests])
def test_which_are_there(test: str) -> None:
    path, _, name = test.partition("::")
    assert f"def {name}(" in (ROOT / "tests" / path).read_text(encoding="utf-8")
