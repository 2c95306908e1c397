"""What was released, taken back, moved or received: what each paper must say, and what refuses it."""

from __future__ import annotations

from typing import Any

import pytest

from docservice import casefile
from docservice.refusal import Refusal
from tests.checks.conftest import Paper, sample_of, usual, write
from tests.shipped_wording import folder_of

RELEASE, WITHDRAWN, RECEIPT, MOVED = "stop-work-release", "withdrawal", "appeal-receipt", "hearing-continuance"
ORDERS = {RELEASE: ("2026-07-28", "swo1", "owner-llc"), WITHDRAWN: ("2026-07-06", "c1", "owner"),
          RECEIPT: ("2026-06-29", "a1", "owner"), MOVED: ("2026-07-10", "h1", "owner")}  # fmt: skip


def made(key: str, *changes: tuple[str, Any], on: str | None = None, to: str | None = None) -> Paper:
    day, about, recipient = ORDERS[key]
    return write(key, key, on or day, about, to or recipient, *changes)


def released(on: str, seen: str) -> dict[str, Any]:
    return {"on": on, "verified": [{"what": "The wall is shored.", "on": seen}]}


def text(paper: Paper) -> str:
    return " ".join("".join(paper.composition.root.itertext()).split())


@pytest.mark.parametrize("key", ORDERS)
def test_the_usual_one_goes_out(key: str) -> None:
    assert made(key).findings() == []


@pytest.mark.parametrize(
    ("key", "pointer", "value", "found"),
    [
        (RELEASE, "/stop_work_orders/0/releases", None, ("unresolved", "/stop_work_orders/0/releases/on")),
        (RELEASE, "/stop_work_orders/0/releases/0/by", "x", ("officer_unknown", "/stop_work_orders/0/releases/0/by")),
        (RELEASE, "/stop_work_orders/0/releases/0/verified/0/by", "x",
         ("officer_unknown", "/stop_work_orders/0/releases/0/verified/0/by")),
        (WITHDRAWN, "/citations/0/taken_back", None, ("unresolved", "/citations/0/taken_back/reason")),
        (WITHDRAWN, "/citations/0/taken_back/by", "x", ("officer_unknown", "/citations/0/taken_back/by")),
        (WITHDRAWN, "/citations/0/number", None, ("unresolved", "/citations/0/number")),
        (MOVED, "/hearings/0/continuance", None, ("unresolved", "/hearings/0/continuance/was_on")),
        (MOVED, "/hearings/0/continuance/was_on", "2026-08-13", ("hearing_not_moved", "/hearings/0/on")),
        (MOVED, "/hearings/0/continuance/asked_by", "x", ("officer_unknown", "/hearings/0/continuance/asked_by")),
        (MOVED, "/hearings/0/on", "2026-07-17", ("hearing_lead_time", "/hearings/0/on")),
        (MOVED, "/hearings/0/on", "2026-09-07", ("hearing_closed_day", "/hearings/0/on")),
    ],
)  # fmt: skip
def test_what_lacks_something_is_refused_by_its_place(
    key: str, pointer: str, value: Any, found: tuple[str, str]
) -> None:
    at_same_hour = [("/hearings/0/continuance/was_at", "10:00")] if found[0] == "hearing_not_moved" else []
    assert found in made(key, (pointer, value), *at_same_hour).findings()


@pytest.mark.parametrize(
    ("key", "change", "place"),
    [
        (RELEASE, ("stop_work_orders", "releases", [released("2026-04-16", "2026-04-16")]),
         "/stop_work_orders/0/releases/0/on"),
        (RELEASE, ("stop_work_orders", "releases", [released("2026-07-28", "2026-07-29")]),
         "/stop_work_orders/0/releases/0/verified/0/on"),
        (WITHDRAWN, ("citations", "taken_back", {"on": "2026-05-28", "reason": "x"}), "/citations/0/taken_back/on"),
        (WITHDRAWN, ("citations", "taken_back", {"on": "2026-07-06", "reason": "x", "refund_by": "2026-07-05"}),
         "/citations/0/taken_back/refund_by"),
    ],
)  # fmt: skip
def test_days_that_cannot_be_are_refused(key: str, change: tuple[str, str, Any], place: str) -> None:
    data = usual(key)
    data.pop("_order")
    where, field, value = change
    data[where][0][field] = value
    with pytest.raises(Refusal) as no:
        casefile.load(data)
    assert ("casefile.date_order", place) in [(one.code, one.place) for one in no.value.problems]


def test_a_part_is_released_and_the_rest_stays_stopped() -> None:
    part = {"on": "2026-07-28", "verified": [{"what": "The wall is shored.", "on": "2026-07-27"}],
            "may_go_on": ["Roofing."], "still_stopped": ["Grading."]}  # fmt: skip
    said = text(made(RELEASE, ("/stop_work_orders/0/releases", [part]), ("/stop_work_orders/0/lifted_on", None)))
    assert "Part of the work may start again" in said
    assert "The rest of it stays in force." in said
    assert "Grading." in said
    assert "Do not take it down." in said
    assert "Checked on July 27, 2026 by Rosalind Achterberg" in said, "who is in charge, where nobody is named"
    assert "That order is lifted as of July 28, 2026." in text(made(RELEASE))


def test_what_a_withdrawal_says_of_money_later_citations_and_the_hearing() -> None:
    said = text(made(WITHDRAWN))
    assert "$1,500.00 was paid on this citation" in said, "its share of the deposit"
    assert "Its fine falls from $3,000.00 to $1,500.00." in said
    assert "Its fine falls from $5,000.00 to $3,000.00." in said
    assert "The hearing on Thursday, July 16, 2026 takes place for the other citations." in said
    alone = text(
        made(WITHDRAWN, ("/appeals/0/of", ["c1"]), ("/appeals/0/deposit", "1500.00"), ("/hearings/0/joined", None))
    )
    assert "The hearing on Thursday, July 16, 2026 will not take place." in alone
    last = sample_of(folder_of(WITHDRAWN) / "samples" / "awkward.json")["_order"]
    assert last["about"] == "c3", "the last one: nothing later rests on it"
    nothing = text(made(WITHDRAWN, ("/appeals", None), ("/hearings", None)))
    assert "Nothing was paid on this citation" in nothing
    assert "There is no hearing on this citation." in nothing


@pytest.mark.parametrize(
    ("appeal", "on", "said"),
    [
        ({}, "2026-06-29",
         ["We have your appeal", "It came in time. The last day was June 29, 2026.", "deposit of $4,500.00",
          "You do not have to pay the fine.", "What is dangerous cannot wait."]),
        ({"deposit": None}, "2026-06-29", ["must be here by Monday, June 29, 2026"]),
        ({"deposit": None}, "2026-07-20", ["did not come in time", "does not put anything on hold"]),
        ({"deposit": None, "hardship_waiver": "requested"}, "2026-07-20",
         ["You asked us to waive the deposit.", "You do not have to pay the fine."]),
        ({"deposit": None, "hardship_waiver": "granted"}, "2026-07-20", ["We have waived it."]),
        ({"filed_on": "2026-08-01"}, "2026-08-03",
         ["Your appeal came late", "The last day to ask was Friday, July 17, 2026.", "does not put anything on hold"]),
        ({"filed_on": "2026-08-01", "late_for_cause": "The owner was in the hospital."}, "2026-08-03",
         ["We have your appeal", "the hearing officer has accepted it. Reason: The owner was in the hospital."]),
    ],
)  # fmt: skip
def test_what_a_receipt_says(appeal: dict[str, Any], on: str, said: list[str]) -> None:
    changes = [(f"/appeals/0/{field}", value) for field, value in appeal.items()]
    paper = made(RECEIPT, *changes, on=on)
    assert [one for one in said if one not in text(paper)] == []
    assert paper.findings() == []


def test_a_hearing_that_was_moved_before_those_who_came_needs_no_second_notice() -> None:
    told = ("/hearings/0/continuance/announced", True)
    late = made(MOVED, told, ("/hearings/0/on", "2026-07-23"), on="2026-07-16")
    assert late.findings() == []
    assert "The first notice of hearing still counts, and no other notice follows." in text(late)
    assert "Asked for by Château Nº 9 Vacation Rentals, LLC." in text(made(MOVED))
