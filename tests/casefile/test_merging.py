"""A case that went into another is counted there: the same things once, others beside, nothing taken for another."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docservice import casefile as casefiles
from docservice.casefile.folding import fold
from docservice.casefile.merging import MergedCase, merged, with_brought, without_brought
from docservice.casefile.record import CaseEvent, CaseRecord
from docservice.office.cases.ownership import own
from docservice.town import load_pack
from docservice.town.books import debts_of
from docservice.town.fines import fines_of
from docservice.town.guards import may
from docservice.town.held_papers import HeldPapers
from tests.casefile.test_folding import C1, bare, event
from tests.places import ROOT

TOWN = load_pack(ROOT / "town" / "madrona-hills")
ON = date(2026, 7, 25)
THERE = "CE-2026-0500"
APART = ".ce-2026-0500"


def other(**change: Any) -> dict[str, Any]:
    """The same site under another number."""
    facts = bare() | {"service": [], "appeals": [], "hearings": [], "memoranda": []}
    return facts | {"case": {**facts["case"], "number": THERE}} | change


def into(facts: dict[str, Any], theirs: dict[str, Any], *what: Any, same: dict[str, str] | None = None) -> CaseRecord:
    documents = tuple(one for one in what if not isinstance(one, CaseEvent))
    events = tuple(one for one in what if isinstance(one, CaseEvent))
    record = CaseRecord(facts["case"]["number"], (), (), on_record=True)
    before = deepcopy((facts, theirs))
    found = merged(facts, record, [MergedCase(theirs, CaseRecord(THERE, documents, events), same or {})])
    assert (facts, theirs) == before
    casefiles.load(fold(facts, found, ON).facts)
    return found


def test_the_same_things_are_one() -> None:
    facts = bare() | {"service": []}
    served = event(3, "served", C1.number, "2026-05-29", party="owner", method="personal")
    record = into(facts, other(), C1, served)
    folded = fold(facts, record, ON)
    assert [one["id"] for one in folded.facts["citations"]] == ["c1", "c2", "c3"]
    assert folded.facts["citations"][0]["number"] == C1.number
    assert {listed: len(items) for listed, items in (record.brought.items if record.brought else {}).items()} == {}
    casefile = casefiles.load(folded.facts)
    answer = may(TOWN, casefile, record, "administrative-citation", "c1", "owner", ON)
    assert "procedure.once" in {one.code for one in answer.reasons}


def test_the_same_id_of_something_else_is_something_else() -> None:
    facts = bare() | {"service": []}
    theirs = other()
    theirs["violations"][0] |= {"observed_on": "2026-05-24", "facts": "Another night."}
    theirs["citations"] = [{**theirs["citations"][0], "violation_on": "2026-05-24"}]
    record = into(facts, theirs, C1)
    folded = fold(facts, record, ON).facts
    assert [one["id"] for one in folded["citations"]] == ["c1", "c2", "c3", f"c1{APART}"]
    brought = folded["citations"][3]
    assert (brought["violations"], brought["number"]) == ([f"v1{APART}"], C1.number)
    assert "number" not in folded["citations"][0], "of the same id, and not of the paper"
    casefile = casefiles.load(folded)
    answer = may(TOWN, casefile, record, "administrative-citation", "c1", "owner", ON)
    assert "procedure.once" not in {one.code for one in answer.reasons}
    c2 = next(one for one in casefile.citations if one.id == "c2")
    assert max(line.ordinal for line in fines_of(TOWN, casefile, c2).lines) == 3, "it counts for what comes after it"
    assert f"c1{APART}" in {one.citation for one in debts_of(HeldPapers(TOWN, casefile, record, ON)).debts}


def test_who_merges_may_say_what_is_the_same() -> None:
    facts = bare() | {"service": []}
    theirs = other()
    theirs["violations"][0] |= {"facts": "Said in other words."}
    record = into(facts, theirs, C1, same={"v1": "v1"})
    assert fold(facts, record, ON).facts["citations"][0]["number"] == C1.number
    assert len(fold(facts, record, ON).facts["violations"]) == len(facts["violations"])


def test_what_it_brings_is_asked_of_and_sent_back_without_harm() -> None:
    facts = bare() | {"service": []}
    theirs = other()
    theirs["citations"] = [{**theirs["citations"][0], "violation_on": "2026-05-24"}]
    theirs["case"]["opened_on"] = "2026-05-20"
    record = into(facts, theirs, C1)
    read = fold(facts, record, ON).facts
    assert read["case"]["opened_on"] == "2026-05-20"
    kept = own(read, record, ON)
    assert kept["citations"] == facts["citations"]
    assert fold(kept, record, ON).facts == read
    assert without_brought(with_brought(facts, record), record)["citations"] == facts["citations"]
    taken = deepcopy(read)  # the tracker makes it its own
    taken["citations"][3]["fine"] = "1500.00"
    assert len(fold(own(taken, record, ON), record, ON).facts["citations"]) == 4


@pytest.mark.parametrize("type", ["closed", "reopened"])
def test_its_closing_closes_nothing_here(type: str) -> None:
    facts = bare()
    letter = replace(C1, number="CL-1", puts="closed", document_type="closure-letter", about=None)
    record = into(facts, other(), letter, event(9, type, THERE, "2026-07-01", reason="So."))
    assert record.documents == record.events == ()
    assert "closed_on" not in fold(facts, record, ON).facts["case"]


def test_more_time_for_all_of_it_is_for_its_own_violations() -> None:
    facts = bare()
    theirs = other()
    theirs["violations"] = [{**theirs["violations"][0], "facts": "Another."}]
    theirs["citations"] = []
    more = event(9, "extension-granted", THERE, "2026-06-20", to="2026-08-01", reason="Rain.")
    folded = fold(facts, into(facts, theirs, more), ON).facts
    assert {one["id"]: one.get("comply_by") for one in folded["violations"] if one.get("comply_by")} == {
        f"v1{APART}": "2026-08-01"
    }  # fmt: skip


def test_the_dates_of_a_decision_are_those_of_its_own_violations() -> None:
    theirs = other()
    theirs["violations"] = [{**theirs["violations"][0], "facts": "Another."}]
    theirs["citations"] = []
    theirs["extension_requests"] = [
        {"id": "e1", "on": "2026-06-18", "by": theirs["parties"][0]["id"], "decision": "granted",
         "decided_on": "2026-06-20", "dates": [{"violation": "v1", "until": "2026-08-01"}]}
    ]  # fmt: skip
    [brought] = fold(bare(), into(bare(), theirs), ON).facts["extension_requests"]
    assert brought["dates"] == [{"violation": f"v1{APART}", "until": "2026-08-01"}]


def test_a_party_comes_along_with_what_names_it() -> None:
    theirs = other()
    theirs["parties"].append({**theirs["parties"][0], "id": "buyer", "name": {"text": "A Buyer"}})
    theirs["parties"].append({**theirs["parties"][0], "id": "stranger", "name": {"text": "A Stranger"}})
    facts = bare()
    record = into(facts, theirs, replace(C1, recipient="buyer"))
    names = {one["name"]["text"] for one in fold(facts, record, ON).facts["parties"]}
    assert "A Buyer" in names
    assert "A Stranger" not in names
    assert record.documents[0].recipient == f"buyer{APART}"


CHANGE = st.sampled_from(["none", "facts", "observed_on", "less"])


@given(st.lists(CHANGE, min_size=3, max_size=3), st.lists(CHANGE, min_size=3, max_size=3))
def test_whatever_is_merged_gives_a_casefile_and_each_thing_once(first: list[str], second: list[str]) -> None:
    def changed(number: str, how: list[str]) -> dict[str, Any]:
        facts = other()
        facts["case"]["number"] = number
        for index, one in enumerate(how):
            if one == "facts":
                facts["violations"][index]["facts"] = f"Other words of {number}."
            elif one == "observed_on":
                facts["violations"][index]["observed_on"] = facts["citations"][index]["violation_on"] = "2026-06-01"
        kept = [index for index, one in enumerate(how) if one != "less"]
        facts["citations"] = [facts["citations"][index] for index in kept]
        return facts

    facts, record = bare() | {"service": []}, CaseRecord("CE-2026-0231", (), (), on_record=True)
    cases = [MergedCase(changed(number, how), CaseRecord(number), {})
             for number, how in ((THERE, first), ("CE-2026-0501", second))]  # fmt: skip
    found = merged(facts, record, cases)
    read = fold(facts, found, ON).facts
    casefiles.load(read)
    told = [(one["section"], one["observed_on"], one["facts"]) for one in read["violations"]]
    assert len(told) == len(set(told))
    assert own(read, found, ON)["violations"] == facts["violations"]
