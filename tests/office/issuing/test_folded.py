"""What the register knows of a case reaches every document of it, whatever its order says (FAULTS L2, L5)."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from docservice.office import Office, Order
from docservice.refusal import Refusal

Example = Callable[[str], tuple[dict[str, Any], dict[str, bytes]]]


@pytest.fixture
def forgetful(example: Example) -> dict[str, Any]:
    """The casefile of a tracker that knows nothing of what was issued; its fines are counted, not stated."""
    casefile, _ = example("CE-2026-0231")
    for citation in casefile["citations"]:
        for name in ("number", "issued_on", "served_on", "status", "fine"):
            citation.pop(name, None)
    for name in ("appeals", "hearings", "service", "memoranda"):
        casefile[name] = []
    return casefile


def cite(casefile: dict[str, Any], about: str, on: date, ordinal: int | None = None) -> Order:
    facts = copy.deepcopy(casefile)
    for citation in facts["citations"]:
        if citation["id"] == about and ordinal is not None:
            citation["ordinal"] = ordinal
    return Order("administrative-citation", facts, on=on, about=about)


def test_a_void_citation_no_longer_raises_the_next(office: Office, forgetful: dict[str, Any]) -> None:
    first = office.issuing.issue(cite(forgetful, "c1", date(2026, 5, 29)), actor="ana")
    office.issuing.void(first.id, reason="Another house.", actor="ana")
    with pytest.raises(Refusal) as refused:
        office.issuing.issue(cite(forgetful, "c2", date(2026, 6, 17)), actor="ana")
    assert "checks.ordinal" in {one.code for one in refused.value.problems}
    issued = office.issuing.issue(cite(forgetful, "c2", date(2026, 6, 17), ordinal=1), actor="ana")
    page = office.issuing.face(issued.id, "html")[0].decode()
    assert "$1,500" in page
    assert "$3,000" not in page.split('data-block="payment-stub"')[-1]


def test_the_folded_casefile_is_what_is_pinned(office: Office, forgetful: dict[str, Any]) -> None:
    first = office.issuing.issue(cite(forgetful, "c1", date(2026, 5, 29)), actor="ana")
    asked = cite(forgetful, "c2", date(2026, 6, 17))
    second = office.issuing.issue(asked, actor="ana")
    pinned = json.loads(office.means.store.blobs.read(second.casefile_sha256))
    assert pinned["citations"][0]["number"] == first.number
    assert pinned["citations"][0]["issued_on"] == "2026-05-29"
    assert "number" not in pinned["citations"][1]
    assert "number" not in asked.casefile["citations"][0], "the order is the caller's"
    office.issuing.void(first.id, reason="Another house.", actor="ana")
    assert office.issuing.reproduce(second.id).identical, "what was known then stays with the document"


def test_every_way_folds_and_tells(office: Office, forgetful: dict[str, Any]) -> None:
    first = office.issuing.issue(cite(forgetful, "c1", date(2026, 5, 29)), actor="ana")
    forgetful["citations"][0]["number"] = "AC-2025-0009"
    wrong = cite(forgetful, "c2", date(2026, 6, 17))
    told = [one for one in office.issuing.preview(wrong).findings if one.code == "case.differs"]
    assert [(one.place, one.severity) for one in told] == [("/citations/0/number", "warning")]
    assert first.number in told[0].message
    assert "AC-2025-0009" in told[0].message
    issued = office.issuing.issue(wrong, actor="ana")
    assert told[0] in issued.findings
    again = office.issuing.supersede(issued.id, wrong, reason="A word.", actor="ana")
    assert told[0] in again.findings


def test_a_case_is_found_however_its_number_is_typed(office: Office, forgetful: dict[str, Any]) -> None:
    first = office.issuing.issue(cite(forgetful, "c1", date(2026, 5, 29)), actor="ana")
    office.issuing.void(first.id, reason="Another house.", actor="ana")
    forgetful["case"]["number"] = "ce–2026–0231"
    with pytest.raises(Refusal) as refused:
        office.issuing.issue(cite(forgetful, "c2", date(2026, 6, 17)), actor="ana")
    assert "checks.ordinal" in {one.code for one in refused.value.problems}


def test_a_letters_own_subject_is_named_where_the_order_leaves_it_open(
    office: Office, forgetful: dict[str, Any]
) -> None:  # fmt: skip
    del forgetful["citations"][1:]
    open_one = replace(cite(forgetful, "c1", date(2026, 5, 29)), about=None)
    assert office.issuing.issue(open_one, actor="ana").about == "c1"
