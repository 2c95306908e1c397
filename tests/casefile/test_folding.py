"""What the register knows wins over what the casefile says, and nothing of it is dropped without a word."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docservice import casefile as casefiles
from docservice.casefile.folding import Folded, apart_from, fold
from docservice.casefile.happenings import read_data
from docservice.casefile.record import CaseEvent, CaseRecord, IssuedDocument, case_key, without
from docservice.refusal import Refusal
from tests.places import ROOT

FACTS: dict[str, Any] = json.loads((ROOT / "examples/CE-2026-0231/casefile.json").read_text("utf-8"))
SITE: dict[str, Any] = json.loads((ROOT / "examples/CE-2026-0147/casefile.json").read_text("utf-8"))
ON = date(2026, 12, 1)


def paper(number: str, about: str, on: str, position: int, **more: Any) -> IssuedDocument:
    given: dict[str, Any] = {"document_type": "administrative-citation", "template": "administrative-citation",
                             "puts": "cited", "recipient": "owner", **more}  # fmt: skip
    return IssuedDocument(number, issued_on=date.fromisoformat(on), about=about, position=position, **given)


def event(position: int, type: str, subject: str, on: str, corrects: int | None = None, **data: Any) -> CaseEvent:
    at = datetime(2026, 7, 1, tzinfo=UTC)
    return CaseEvent(
        position, date.fromisoformat(on), at, "clerk", type, subject, read_data(type, data), corrects  # type: ignore[arg-type]
    )  # fmt: skip


def folded(*what: IssuedDocument | CaseEvent, facts: dict[str, Any] = FACTS, on: date = ON) -> Folded:
    documents = tuple(one for one in what if isinstance(one, IssuedDocument))
    events = tuple(one for one in what if isinstance(one, CaseEvent))
    before = deepcopy(facts)
    found = fold(facts, CaseRecord("CE-2026-0231", documents, events), on)
    assert facts == before, "the caller's JSON is the caller's"
    casefiles.load(found.facts)  # it is a casefile still
    return found


C1 = paper("AC-2026-0001", "c1", "2026-05-29", 1)
C2 = paper("AC-2026-0003", "c2", "2026-06-17", 5)


def bare(*without: str) -> dict[str, Any]:
    """The example as a tracker may have it that forgets what the office did."""
    facts = deepcopy(FACTS)
    for citation in facts["citations"]:
        for name in without or ("number", "issued_on", "served_on", "status"):
            citation.pop(name, None)
    return facts


def test_a_record_of_nothing_changes_nothing() -> None:
    assert folded().facts is FACTS


def test_what_agrees_is_no_news() -> None:
    found = folded(C1, C2)
    assert found.facts == FACTS
    assert (found.changes, found.findings) == ((), ())


def test_numbers_and_days_of_issue_are_filled_in_without_a_word() -> None:
    found = folded(C1, C2, facts=bare())
    assert [(one["number"], one["issued_on"]) for one in found.facts["citations"][:2]] == [
        ("AC-2026-0001", "2026-05-29"), ("AC-2026-0003", "2026-06-17"),
    ]  # fmt: skip
    assert "number" not in found.facts["citations"][2]
    assert found.findings == ()


def test_the_register_wins_and_says_both_values_and_where() -> None:
    facts = bare("status")
    facts["citations"][0]["number"] = "AC-2026-0099"
    [finding] = folded(C1, facts=facts).findings
    assert (finding.code, finding.severity, finding.place) == ("case.differs", "warning", "/citations/0/number")
    assert "AC-2026-0099" in finding.message
    assert "AC-2026-0001" in finding.message


@pytest.mark.parametrize("status", ["void", "superseded"])
def test_a_citation_that_no_live_paper_holds_up_is_void(status: Any) -> None:
    found = folded(paper("AC-2026-0001", "c1", "2026-05-29", 1, status=status), C2, facts=bare())
    assert found.facts["citations"][0]["status"] == "void"
    assert not casefiles.load(found.facts).citations[0].counts
    assert "status" not in found.facts["citations"][1]


def test_one_copy_in_force_holds_a_citation_up() -> None:
    void = paper("AC-2026-0001", "c1", "2026-05-29", 1, status="void")
    other = paper("AC-2026-0002", "c1", "2026-05-29", 2, recipient="agent")
    assert folded(void, other, facts=bare()).facts["citations"][0]["number"] == "AC-2026-0002"


def test_a_translation_is_no_paper_of_its_own() -> None:
    spanish = paper("AC-2026-0001-es", "c1", "2026-05-29", 2, language="es", original="AC-2026-0001", status="void")
    assert "status" not in folded(C1, spanish, facts=bare()).facts["citations"][0]


def test_a_paper_about_what_the_casefile_lacks_is_told() -> None:
    facts = bare()
    del facts["citations"][0]
    facts["appeals"], facts["hearings"] = [], []
    [finding] = folded(C1, facts=facts).findings
    assert finding.code == "case.lacks"
    assert "AC-2026-0001" in finding.message


def test_the_day_counts() -> None:
    assert folded(C1, C2, facts=bare(), on=date(2026, 6, 1)).facts["citations"][1].get("number") is None
    lifted = event(9, "lifted", "swo1", "2026-06-20")
    assert "lifted_on" not in folded(lifted, facts=SITE, on=date(2026, 6, 19)).facts["stop_work_orders"][0]
    assert folded(lifted, facts=SITE).facts["stop_work_orders"][0]["lifted_on"] == "2026-06-20"


@pytest.mark.parametrize(
    ("outcome", "status"), [("upheld", "upheld"), ("dismissed", "dismissed"), ("modified", "upheld")]
)
def test_what_a_hearing_decided(outcome: str, status: str) -> None:
    items = [{"id": "c2", "outcome": outcome, **({"amount": 100} if outcome == "modified" else {})}]
    found = folded(C1, C2, event(9, "decided", "h1", "2026-08-03", items=items), facts=bare())
    first, second, _ = found.facts["citations"]
    assert second["status"] == status
    assert "status" not in first
    assert second.get("reduced_to") == ("100.00" if outcome == "modified" else None)
    assert found.facts["hearings"][0]["decided_on"] == "2026-08-03"


def test_a_wrong_event_is_corrected_by_another() -> None:
    wrong = event(9, "decided", "h1", "2026-08-03", items=[{"id": "c2", "outcome": "dismissed"}])
    right = event(10, "decided", "h1", "2026-08-03", corrects=9, items=[{"id": "c1", "outcome": "dismissed"}])
    first, second, _ = folded(C1, C2, wrong, right, facts=bare()).facts["citations"]
    assert (first["status"], second.get("status")) == ("dismissed", None)


def test_service_that_came_back_is_no_service() -> None:
    sent = event(7, "served", "AC-2026-0001", "2026-06-01", party="owner", method="certified_mail")
    assert folded(C1, sent, facts=bare()).facts["citations"][0]["served_on"] == "2026-06-01"
    back = event(8, "returned", "AC-2026-0001", "2026-06-09", party="owner", result="returned")
    found = folded(C1, sent, back)
    assert "served_on" not in found.facts["citations"][0]
    assert found.facts["service"][0]["result"] == "returned"
    assert {one.place for one in found.findings} == {
        "/citations/0/served_on", "/service/0/result", "/service/0/result_on"
    }  # fmt: skip


def test_a_hearing_that_was_continued_needs_its_notice_anew_unless_that_was_announced() -> None:
    notice = paper("NH-2026-0001", "h1", "2026-07-02", 7, puts="noticed")
    assert folded(notice).facts["hearings"][0]["noticed_on"] == "2026-07-02"
    for announced, kept in ((True, "2026-07-02"), (False, "2026-07-20")):
        moved = event(8, "hearing-continued", "h1", "2026-07-16", to="2026-08-13", announced=announced)
        again = paper("NH-2026-0009", "h1", "2026-07-20", 9, puts="noticed")
        hearing = folded(notice, moved, again).facts["hearings"][0]
        assert (hearing["on"], hearing["noticed_on"]) == ("2026-08-13", kept)


def test_closed_and_reopened() -> None:
    letter = paper("CL-2026-0001", "", "2026-09-01", 20, puts="closed")
    closed, reopened = (
        event(21, "closed", "case", "2026-09-02", reason="Done."),
        event(22, "reopened", "case", "2026-09-10", reason="It came back."),
    )
    assert folded(letter).facts["case"]["closed_on"] == "2026-09-01"
    assert folded(letter, closed).facts["case"]["closed_on"] == "2026-09-02"
    assert "closed_on" not in folded(letter, closed, reopened).facts["case"]
    stated = deepcopy(FACTS)
    stated["case"]["closed_on"] = "2026-09-05"
    assert "closed_on" not in folded(reopened, facts=stated).facts["case"]
    again = paper("CL-2026-0002", "", "2026-09-10", 23, puts="closed")
    assert folded(letter, reopened, again).facts["case"]["closed_on"] == "2026-09-10"
    void = paper("CL-2026-0001", "", "2026-09-01", 20, puts="closed", status="void")
    assert "closed_on" not in folded(void).facts["case"]


def test_other_events_reach_their_facts() -> None:
    found = folded(
        event(3, "extension-granted", "v1", "2026-06-01", to="2026-07-01", reason="Parts."),
        event(4, "appeal-withdrawn", "a1", "2026-07-01", reason="Paid."),
        event(5, "hardship-decided", "a2", "2026-07-01", granted=False, reason="No papers."),
        event(6, "mail-extension-decided", "owner", "2026-07-01", days=10, reason="APO."),
        event(7, "withdrawn", "c3", "2026-07-01", reason="Wrong house."),
    )
    read = casefiles.load(found.facts)
    assert read.violations[0].comply_by == date(2026, 7, 1)
    assert read.appeals[0].withdrawn_on == date(2026, 7, 1)
    assert read.appeals[1].hardship_waiver == "denied"
    assert next(one for one in read.parties if one.id == "owner").mail_extension_days == 10
    assert read.citations[2].status == "dismissed"


def test_more_time_for_the_whole_case_by_its_number_in_any_spelling() -> None:
    given = event(3, "extension-granted", "ce – 2026–0231", "2026-06-28", to="2026-08-01", reason="Parts.")
    assert {one["comply_by"] for one in folded(given).facts["violations"]} == {"2026-08-01"}


def test_an_order_that_is_one_more_copy_finds_the_facts_of_the_first() -> None:
    record = CaseRecord("CE-2026-0231", (C1, C2))
    facts = bare()
    found = fold(facts, apart_from(record, "cited", facts, "c2"), ON).facts["citations"]
    assert (found[0]["number"], found[1].get("number")) == ("AC-2026-0001", None)
    facts["citations"].pop()  # who names nothing means the last
    assert fold(facts, apart_from(record, "cited", facts, None), ON).facts["citations"][1].get("number") is None


def test_what_is_to_be_replaced_is_so_for_the_one_that_takes_its_place() -> None:
    record = without(CaseRecord("CE-2026-0231", (C1, C2)), "AC-2026-0001")
    assert [one.status for one in record.documents] == ["superseded", "issued"]


@pytest.mark.parametrize("typed", ["ce-2026-0231", "CE–2026–0231", " CE-2026-0231 ", "CE‑2026‑0231", "ＣＥ-2026-0231"])
def test_a_case_is_one_however_its_number_is_typed(typed: str) -> None:
    assert case_key(typed) == case_key("CE-2026-0231")


def test_other_numbers_are_other_cases() -> None:
    assert len({case_key(one) for one in ("CE-2026-0231", "CE-2026-0023", "CE-20260231", "CB-2026-0231")}) == 4


WORDS = st.sampled_from(["c1", "c2", "c3", "h1", "v1", "a1", "owner", "AC-2026-0001"])
DAYS = st.dates(date(2026, 5, 23), date(2026, 12, 31))
PAPERS = st.builds(
    IssuedDocument,
    st.sampled_from(["AC-2026-0001", "AC-2026-0002", "NH-2026-0001", "CL-2026-0001"]),
    st.just("x"), st.just("x"), DAYS, st.integers(1, 99),
    st.sampled_from(["cited", "noticed", "ordered", "closed", None]),
    WORDS, st.sampled_from(["owner", "agent", None]),
    status=st.sampled_from(["issued", "void", "superseded"]),
)  # fmt: skip
DATA: list[tuple[str, dict[str, Any]]] = [
    ("served", {"party": "owner", "method": "personal"}), ("returned", {"party": "owner", "result": "refused"}),
    ("lifted", {}), ("extension-granted", {"to": "2026-09-09", "reason": "x"}), ("hearing-held", {}),
    ("hearing-continued", {"to": "2026-10-10"}), ("decided", {"items": [{"id": "c1", "outcome": "dismissed"}]}),
    ("decided", {"items": [{"id": "c2", "outcome": "modified", "amount": "10.00"}]}),
    ("appeal-withdrawn", {"reason": "x"}), ("hardship-decided", {"granted": True, "reason": "x"}),
    ("withdrawn", {"reason": "x"}), ("closed", {"reason": "x"}), ("reopened", {"reason": "x"}),
]  # fmt: skip
EVENTS = st.builds(
    lambda position, on, kind, subject, corrects: CaseEvent(
        position, on, datetime(2026, 7, 1, tzinfo=UTC), "clerk", kind[0], subject, kind[1], corrects
    ),
    st.integers(100, 199), DAYS, st.sampled_from(DATA), WORDS, st.none() | st.integers(100, 199),
)  # fmt: skip


@given(
    st.lists(PAPERS, max_size=8, unique_by=lambda one: one.position),
    st.lists(EVENTS, max_size=8, unique_by=lambda one: one.position),
    st.randoms(use_true_random=False), DAYS, st.booleans(),
)  # fmt: skip
def test_the_fold_is_the_same_whatever_was_read_first_and_never_spoils_a_casefile(
    documents: list[IssuedDocument], events: list[CaseEvent], chance: Any, on: date, forgetful: bool
) -> None:
    facts = bare() if forgetful else FACTS
    found = fold(facts, CaseRecord("x", tuple(documents), tuple(events)), on)
    chance.shuffle(documents)
    chance.shuffle(events)
    assert fold(facts, CaseRecord("x", tuple(documents), tuple(events)), on) == found
    again = fold(found.facts, CaseRecord("x", tuple(documents), tuple(events)), on)
    assert again.changes == (), "folded once is folded"
    try:
        casefiles.load(found.facts)
    except Refusal as refusal:
        raise AssertionError(str(refusal)) from None


@pytest.mark.parametrize(
    "facts",
    [
        {}, {"case": None}, {"citations": 3}, {"citations": [None, {"id": []}]},
        {"case": {"number": 7}, "violations": [{}], "hearings": [{}], "parties": "x"},
    ],
)  # fmt: skip
def test_what_is_no_casefile_is_left_to_the_reading(facts: Any) -> None:
    everything = CaseRecord("x", (C1, C2), tuple(
        event(100 + index, type, "c1", "2026-07-01", **data) for index, (type, data) in enumerate(DATA)
    ))  # fmt: skip
    fold(facts, everything, ON)


def test_an_event_is_refused_by_its_field() -> None:
    with pytest.raises(Refusal) as refused:
        read_data("decided", {"items": [{"id": "c1", "outcome": "won"}], "by": "me"})
    assert refused.value.code == "event.invalid"
    assert {one.place for one in refused.value.problems} == {"/data/items/0/outcome", "/data/by"}
    with pytest.raises(Refusal) as unknown:
        read_data("forgiven", {})
    assert unknown.value.code == "event.type"
    assert "withdrawn" in unknown.value.message


def test_a_citation_of_several_copies_bears_the_number_of_its_notice() -> None:
    cited = {"document_type": "administrative-citation", "puts": "cited", "about": "c1", "notice": "AC-2026-0002"}
    papers = tuple(
        IssuedDocument(
            f"AC-2026-0002.{copy}", template="administrative-citation", issued_on=date(2026, 6, 17), copy=copy,
            position=copy, **cited,
        )
        for copy in (1, 2)
    )  # fmt: skip
    for stated in (None, "AC-2026-0002", "AC-2026-0002.2"):
        told = {"citations": [{"id": "c1"} | ({"number": stated} if stated else {})]}
        folded = fold(told, CaseRecord("CE-1", papers), date(2026, 7, 1))
        assert folded.facts["citations"][0]["number"] == "AC-2026-0002"


def test_events_that_correct_each_other_end() -> None:
    """No register has them; a record read from elsewhere must not hold up who reads it."""
    at = datetime(2026, 7, 1, tzinfo=UTC)
    data = {"party": "owner", "method": "personal"}
    events = tuple(
        CaseEvent(position, date(2026, 6, 1), at, "clerk", "served", "AC-2026-0001", data, corrects)
        for position, corrects in ((101, 102), (102, 101))
    )
    assert fold(bare(), CaseRecord("x", (), events), date(2026, 7, 1)).changes == ()


# What an event decided, as a letter prints it


def test_a_citation_taken_back_has_the_day_of_the_event_and_the_reason_of_the_casefile() -> None:
    gone = event(9, "withdrawn", "c1", "2026-07-06", reason="Another house.")
    assert folded(C1, gone).facts["citations"][0]["taken_back"] == {"on": "2026-07-06", "reason": "Another house."}
    facts = deepcopy(FACTS)
    facts["citations"][0]["taken_back"] = {
        "on": "2026-07-05",
        "reason": "Guests of next door.",
        "refund_by": "2026-08-05",
    }
    found = folded(C1, gone, facts=facts)
    assert found.facts["citations"][0]["taken_back"] == {
        "on": "2026-07-06", "reason": "Guests of next door.", "refund_by": "2026-08-05",
    }  # fmt: skip
    assert "/citations/0/taken_back" in [one.place for one in found.findings], "two days are told"
    facts["citations"][0]["taken_back"]["refund_by"] = "2026-07-05"
    assert folded(C1, gone, facts=facts).facts["citations"][0]["taken_back"]["on"] == "2026-07-05", "no day fits"
    before = event(9, "withdrawn", "c1", "2026-05-28", reason="Another house.")
    assert "taken_back" not in folded(C1, before).facts["citations"][0], "it was not issued yet"
    other = event(10, "withdrawn", "c2", "2026-07-06", corrects=9, reason="Another house.")
    assert "taken_back" not in folded(C1, C2, gone, other).facts["citations"][0], "it was the other one"


def test_what_was_told_of_a_decision_is_what_the_decision_prints() -> None:
    items = [{"id": "c2", "outcome": "modified", "amount": 900}, {"id": "c1", "outcome": "dismissed"}]
    told = event(9, "decided", "h1", "2026-08-03", items=items)
    assert folded(C1, C2, told).facts["hearings"][0]["decisions"] == [
        {"item": "c2", "outcome": "modified", "amount": "900.00"}, {"item": "c1", "outcome": "dismissed"},
    ]  # fmt: skip
    facts = deepcopy(FACTS)
    stated = {
        "item": "c2",
        "outcome": "modified",
        "amount": "900",
        "reason": "Mended.",
        "comply_by": "2026-09-01",
    }
    other = {"item": "c3", "outcome": "upheld"}
    facts["hearings"][0]["decisions"] = [stated, other]
    found = folded(C1, C2, told, facts=facts)
    assert found.facts["hearings"][0]["decisions"] == [
        {"item": "c2", "outcome": "modified", "amount": "900", "reason": "Mended.", "comply_by": "2026-09-01"}, other,
        {"item": "c1", "outcome": "dismissed"},
    ]  # fmt: skip
    stated["outcome"] = "upheld"
    assert folded(C1, C2, told, facts=facts).facts["hearings"][0]["decisions"][0] == {
        "item": "c2", "outcome": "modified", "amount": "900", "reason": "Mended.",
    }, "its own amount and day were of another outcome"  # fmt: skip
    assert "decisions" not in folded(C1, C2, told, on=date(2026, 8, 2)).facts["hearings"][0]


def asked(**more: Any) -> dict[str, Any]:
    return {**deepcopy(FACTS), "extension_requests": [{"id": "x1", "on": "2026-06-20", "by": "owner", **more}]}


def test_more_time_that_was_told_answers_the_request_that_it_names() -> None:
    def answer(*what: CaseEvent, **more: Any) -> dict[str, Any]:
        request: dict[str, Any] = folded(*what, facts=asked(**more)).facts["extension_requests"][0]
        return {name: value for name, value in request.items() if name not in ("id", "on", "by", "violations")}

    whole = event(3, "extension-granted", "CE-2026-0231", "2026-06-28", to="2026-08-01", reason="Parts.", request="x1")
    given = {"decision": "granted", "decided_on": "2026-06-28", "decision_reason": "Parts."}
    assert answer(whole) == {**given, "granted_until": "2026-08-01"}
    assert answer(whole, decision_reason="Parts come late.")["decision_reason"] == "Parts come late."
    no = event(4, "extension-denied", "CE-2026-0231", "2026-06-29", reason="None.", request="x1")
    assert answer(no) == {"decision": "denied", "decided_on": "2026-06-29", "decision_reason": "None."}
    assert answer(whole, no)["decision"] == "denied", "the last word"
    one = event(5, "extension-granted", "v1", "2026-06-28", to="2026-08-01", reason="Parts.", request="x1")
    other = event(6, "extension-denied", "v2", "2026-06-28", reason="No.", request="x1")
    each = [{"violation": "v1", "outcome": "granted", "until": "2026-08-01"}, {"violation": "v2", "outcome": "denied"}]
    assert answer(one, other) == {**given, "decision_reason": "No.", "dates": each}
    assert answer(one, other, violations=["v1"])["dates"] == each[:1], "it is not about the second"
    for strange in (
        event(3, "extension-granted", "v1", "2026-06-28", to="2026-08-01", reason="Parts."),
        event(3, "extension-granted", "v1", "2026-06-28", to="2026-08-01", reason="Parts.", request="x2"),
        event(3, "extension-granted", "v9", "2026-06-28", to="2026-08-01", reason="Parts.", request="x1"),
    ):
        assert answer(strange) == {}
