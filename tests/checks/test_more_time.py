"""Letters before a citation: more time, a visit, and the answer to who complained. What each must say, and must not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from docservice import casefile
from docservice.refusal import Refusal
from tests.checks.conftest import Paper, usual, write

MORE, VISIT, COMPLAINT, WARNING = (
    "extension-decision", "reinspection-notice", "complaint-acknowledgement", "citation-warning",
)  # fmt: skip
ASKED = "/extension_requests/0"


def text(paper: Paper) -> str:
    return " ".join("".join(paper.composition.root.itertext()).split())


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"decision": "pending"}, ("undecided", f"{ASKED}/decision")),
        ({"decision": None}, ("undecided", f"{ASKED}/decision")),
        ({"decided_on": None}, ("undecided", f"{ASKED}/decided_on")),
        ({"decided_on": "2026-06-27"}, ("date_ahead", f"{ASKED}/decided_on")),
        ({"decided_by": None}, ("undecided", f"{ASKED}/decided_by")),
        ({"decided_by": "clerk"}, ("signer", f"{ASKED}/decided_by")),
        ({"decided_by": "nobody"}, ("officer_unknown", f"{ASKED}/decided_by")),
        ({"granted_until": None}, ("new_date", f"{ASKED}/granted_until")),
        ({"granted_until": "2026-07-16"}, ("new_date", f"{ASKED}/granted_until")),
        ({"dates": [{"violation": "v2", "until": "2026-07-16"}]}, ("new_date", f"{ASKED}/dates/0/until")),
        ({"dates": [{"violation": "v2"}]}, ("new_date", f"{ASKED}/dates/0/until")),
        ({"dates": [{"violation": "v2", "outcome": "denied"}]}, ("decision_differs", f"{ASKED}/decision")),
        ({"dates": [{"violation": "v2", "outcome": "denied", "until": "2026-08-31"}]},
         ("decision_differs", f"{ASKED}/dates/0/until")),
        ({"decision": "denied"}, ("decision_differs", f"{ASKED}/granted_until")),
        ({"decision": "in_part", "decision_reason": None}, ("unresolved", f"{ASKED}/decision_reason")),
        ({"decision": "denied", "granted_until": None, "decision_reason": None},
         ("unresolved", f"{ASKED}/decision_reason")),
    ],
)  # fmt: skip
def test_a_decision_on_more_time_says_what_was_decided(letter: Any, changes: dict[str, Any], found: Any) -> None:
    paper = letter(MORE, *((f"{ASKED}/{field}", value) for field, value in changes.items()))
    assert found in paper.findings()


def test_a_denial_moves_no_date() -> None:
    denied = {**usual(MORE)["extension_requests"][0], "decision": "denied", "granted_until": None}
    paper = write(MORE, MORE, "2026-06-26", "e1", "owner-llc", ("/extension_requests/0", denied))
    assert paper.findings() == []
    assert "No more time. It is still due by July 17, 2026." in text(paper)
    unset = write(MORE, MORE, "2026-06-26", "e1", "owner-llc", ("/extension_requests/0", denied),
                  ("/violations/0/comply_by", None))  # fmt: skip
    assert unset.findings() == [], "nothing is counted from a denial"
    assert "It is still due by the date in your notice." in text(unset)
    assert not unset.reckoning.deadlines


@pytest.mark.parametrize(
    ("request_", "place"),
    [
        ({"dates": [{"violation": "v9"}]}, "/extension_requests/0/dates/0/violation"),
        ({"dates": [{"violation": "v2"}, {"violation": "v2"}]}, "/extension_requests/0/dates/1/violation"),
        ({"dates": [{"violation": "v2", "until": "2026-06-24"}]}, "/extension_requests/0/dates/0/until"),
        ({"granted_until": "2026-06-24"}, "/extension_requests/0/granted_until"),
    ],
)
def test_a_decision_that_cannot_be_is_no_casefile(request_: dict[str, Any], place: str) -> None:
    data = usual(MORE)
    data.pop("_order")
    data["extension_requests"][0] |= request_
    with pytest.raises(Refusal) as refused:
        casefile.load(json.loads(json.dumps(data)))
    assert [one.place for one in refused.value.problems] == [place]


def test_what_was_granted_holds_in_the_papers_after_it(letter: Any) -> None:
    granted = usual(MORE)["extension_requests"]
    notice = write("notice-of-violation", MORE, "2026-06-26", None, "owner-llc")
    assert notice.findings() == []
    assert notice.reckoning.deadlines["comply-by/v2"].date.isoformat() == granted[0]["granted_until"]
    # Once that is over too, a warning counts anew.
    warning = write(WARNING, MORE, "2026-09-01", None, "owner-llc", ("/stop_work_orders", []))
    assert warning.findings() == []
    assert warning.reckoning.deadlines["comply-by/v2"].date.isoformat() == "2026-09-15"
    assert "the next citation comes to $130.00" in text(warning)
    for amount in ("$130.00", "$700.00", "$1,300.00", "September 16, 2026"):
        assert amount in text(warning)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"from_at": None, "until_at": None}, ("visit_hour", "/visits/0/from_at")),
        ({"from_at": None, "until_at": None}, ("unresolved", "/visits/0/from_at")),
        ({"on": "2026-07-13"}, ("visit_past", "/visits/0/on")),
        ({"on": "2026-07-18"}, ("visit_closed_day", "/visits/0/on")),
        ({"inspector": "nobody"}, ("officer_unknown", "/visits/0/inspector")),
    ],
)
def test_a_visit_is_announced_with_its_hour(letter: Any, changes: dict[str, Any], found: Any) -> None:
    assert found in letter(VISIT, *((f"/visits/0/{field}", value) for field, value in changes.items())).findings()


def test_a_visit_tells_of_what_is_done_and_what_it_costs(letter: Any) -> None:
    first = letter(VISIT)
    assert "Still open. Its date is July 17, 2026." in text(first)
    assert "Done. We checked it on June 13, 2026." in text(first)
    assert "This visit is free. If work is still open and we have to come again, that visit costs $165.00." in text(
        first
    )
    made = {"id": "i9", "on": "2026-07-20", "inspector": "inspector", "basis_of_entry": "public_view",
            "observations": ["The wall stands."]}  # fmt: skip
    visits = usual(VISIT)["visits"]
    again = write(
        VISIT, VISIT, "2026-07-21", "visit-2", "owner-llc", ("/inspections", [made]),
        ("/violations", [{k: v for k, v in one.items() if k != "inspection"} for one in usual(VISIT)["violations"]]),
        ("/visits", [*visits, {**visits[0], "id": "visit-2", "on": "2026-07-28"}]),
    )  # fmt: skip
    assert "So this visit costs $165.00." in text(again)
    data = usual(VISIT)
    data.pop("_order")
    data["visits"][0]["until_at"] = "09:00"
    with pytest.raises(Refusal) as refused:
        casefile.load(data)
    assert [one.place for one in refused.value.problems] == ["/visits/0/until_at"]


def test_who_complained_reads_their_words_and_nothing_of_the_owner(letter: Any) -> None:
    paper = letter(COMPLAINT)
    assert paper.findings() == []
    said = text(paper)
    assert "cracks in the asphalt" in said
    for other in ("HOLDINGS", "Hernández", "O'Brien", "retaining wall of concrete", "stop work"):
        assert other not in said


@pytest.mark.parametrize(
    ("markup", "code", "place"),
    [
        ("GOLONDRINA HOLDINGS III, LLC, a Delaware limited liability company owns it.", "tells_of_others",
         "/parties/1/name"),
        ("Counsel advises against citing the lienholders at this stage.", "confidential",
         "/confidential/privileged_notes"),
    ],
)  # fmt: skip
def test_who_complained_is_not_told_what_stands_there_by_hand(letter: Any, markup: str, code: str, place: str) -> None:
    def add(root: Any) -> None:
        root.find(".//p").text = markup

    assert (code, place) in letter(COMPLAINT).spoiled(add).findings()


def test_a_fact_of_the_case_is_none_of_theirs(letter: Any) -> None:
    def mark(root: Any) -> None:
        root.find(".//bdi").set("data-fact", "/violations/0/facts")

    assert ("tells_of_others", "/violations/0/facts") in letter(COMPLAINT).spoiled(mark).findings()


def test_a_complaint_of_nobody_is_answered_to_nobody() -> None:
    paper = write(COMPLAINT, COMPLAINT, "2026-04-16", None, "owner-llc")
    assert ("recipient", "/confidential/complainant") in paper.findings()
