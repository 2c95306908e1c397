"""Procedure holds where a document is issued: asked, asked again under the lock, recorded where somebody decided."""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from docservice.office import Office, Order
from docservice.office.issuing import issuing
from docservice.pipeline.order import OrderDecision
from docservice.refusal import Refusal
from docservice.storage.models import BlobRow, CaseRow

Example = Callable[[str], tuple[dict[str, Any], dict[str, bytes]]]


@pytest.fixture
def enforcing(office: Office) -> Office:
    """An office that has the cases of the examples on record."""
    on_record(office, "CE-2026-0231")
    on_record(office, "CE-2026-0147")
    return office


def on_record(office: Office, number: str) -> None:
    """A case whose facts the register keeps."""
    at = office.means.clock()
    with office.means.store.database.writing() as session:
        session.merge(BlobRow(sha256="c" * 64, size=2, created_at=at))
        session.flush()
        session.add(
            CaseRow(
                key=number.lower(), number=number, position=-int(number[-4:]), revision=1, sha256="c" * 64, title="A",
                opened_on=date(2026, 5, 23), closed_on=None, merged_into=None, words="", created_at=at,
                created_by="ana", changed_at=at,
            )
        )  # fmt: skip


def codes(refused: pytest.ExceptionInfo[Refusal]) -> set[str]:
    return {one.code for one in refused.value.problems}


def test_the_same_fine_goes_out_once(enforcing: Office, citation: Order) -> None:
    first = enforcing.issuing.issue(citation, actor="ana")
    for actor in ("ana", "key:other"):
        with pytest.raises(Refusal) as refused:
            enforcing.issuing.issue(citation, actor=actor)
        assert (refused.value.code, refused.value.kind) == ("procedure.once", "input")
        assert first.number in refused.value.message
    assert [one.code for one in enforcing.issuing.preview(citation).findings if one.severity == "error"] == [
        "procedure.once"
    ]  # fmt: skip
    assert enforcing.issuing.documents().total == 1
    again = enforcing.issuing.supersede(first.id, citation, reason="A word.", actor="ana")
    assert again.number != first.number, "what takes its place is no second one"


def test_a_case_on_record_is_held_to_procedure_and_others_are_told(office: Office, citation: Order) -> None:
    office.issuing.issue(citation, actor="ana")
    told = office.issuing.issue(citation, actor="ana")
    assert [(one.code, one.severity) for one in told.findings if one.code.startswith("procedure")] == [
        ("procedure.once", "warning")
    ]  # fmt: skip
    on_record(office, "CE-2026-0231")
    with pytest.raises(Refusal) as refused:
        office.issuing.issue(citation, actor="ana")
    assert refused.value.code == "procedure.once"


def test_two_clerks_issue_one_citation(enforcing: Office, citation: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both were told yes; the second to use its number finds the first."""
    barrier, readied = threading.Barrier(2, timeout=60), issuing.readied

    def together(*args: Any, **more: Any) -> Any:
        prepared = readied(*args, **more)
        barrier.wait()
        return prepared

    monkeypatch.setattr(issuing, "readied", together)
    outcomes: list[object] = []

    def clerk(name: str) -> None:
        try:
            outcomes.append(enforcing.issuing.issue(citation, actor=name).number)
        except Refusal as refusal:
            outcomes.append((refusal.code, refusal.kind))

    threads = [threading.Thread(target=clerk, args=(name,)) for name in ("ana", "ben")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused, issued = sorted(map(str, outcomes))
    assert refused == "('procedure.once', 'conflict')"
    assert issued in ("AC-2026-0001", "AC-2026-0002")
    assert enforcing.issuing.documents().total == 1


def test_two_of_one_block(enforcing: Office, citation: Order) -> None:
    outcomes = issuing.issue_all(enforcing.means, [citation, citation], actor="ana")
    assert [type(one).__name__ for one in outcomes] == ["DocumentRecord", "Refusal"]
    assert isinstance(outcomes[1], Refusal)
    assert (outcomes[1].code, outcomes[1].kind) == ("procedure.once", "conflict")


def test_facts_that_move_while_a_letter_is_made(
    office: Office, example: Example, monkeypatch: pytest.MonkeyPatch
) -> None:
    """c1 is voided while c2 is typeset as the second: what is on paper is no longer so."""
    casefile, _ = example("CE-2026-0231")
    for one in casefile["citations"]:
        for name in ("number", "issued_on", "served_on", "status"):
            one.pop(name, None)
    casefile |= {"appeals": [], "hearings": [], "service": [], "memoranda": []}
    first = office.issuing.issue(
        Order("administrative-citation", casefile, on=date(2026, 5, 29), about="c1"), actor="ana"
    )
    readied = issuing.readied

    def meanwhile(*args: Any, **more: Any) -> Any:
        prepared = readied(*args, **more)
        office.issuing.void(first.id, reason="Another house.", actor="ben")
        return prepared

    monkeypatch.setattr(issuing, "readied", meanwhile)
    second = Order("administrative-citation", copy.deepcopy(casefile), on=date(2026, 6, 17), about="c2")
    with pytest.raises(Refusal) as refused:
        office.issuing.issue(second, actor="ana")
    assert (refused.value.code, refused.value.kind) == ("case.moved_on", "conflict")
    assert "/citations/0/status" in {one.place for one in refused.value.problems}
    assert office.issuing.documents().total == 1
    assert office.issuing.documents(status="void").total == 1


def test_who_may_goes_past_a_guard_and_it_is_told(enforcing: Office, citation: Order) -> None:
    enforcing.issuing.issue(citation, actor="ana")
    past = OrderDecision("procedure.once", "yes", "director", "The first burnt with the car.")
    record = enforcing.issuing.issue(replace(citation, decisions=(past,)), actor="ana")
    [told] = [one for one in record.findings if one.code == "procedure.once"]
    assert told.severity == "warning"
    assert "burnt" in told.message
    [entry] = [one for one in enforcing.audit(subject=record.id) if one.action == "document.issued"]
    assert entry.detail["decisions"][0]["role"] == "director"
    with pytest.raises(Refusal) as refused:
        enforcing.issuing.issue(replace(citation, decisions=(replace(past, by="clerk"),)), actor="ana")
    assert refused.value.code == "procedure.once"
    [told] = [one for one in refused.value.problems if one.code == "order.decisions"]
    assert told.place == "/decisions/0/by", "it is not dropped without a word"
    assert told.message.endswith("may not decide procedure.once. By the town's rules these may: director.")
    forged = json.loads(json.dumps(citation.casefile))
    forged["officers"] = [{"id": "me", "name": "Me", "title": "Director", "role": "director"}]
    with pytest.raises(Refusal) as unknown:
        enforcing.issuing.issue(replace(citation, casefile=forged, decisions=(replace(past, by="me"),)), actor="ana")
    assert (unknown.value.code, codes(unknown)) == ("order.decisions", {"order.decisions"})
    assert unknown.value.problems[0].place == "/decisions/0/by"


def test_a_building_fine_needs_its_notice(enforcing: Office, citation: Order) -> None:
    casefile = copy.deepcopy(dict(citation.casefile))
    casefile["violations"][0]["section"] = "CBC 105.1"
    with pytest.raises(Refusal) as refused:
        enforcing.issuing.issue(replace(citation, casefile=casefile), actor="ana")
    assert refused.value.code == "procedure.requires"
    assert "CBC 105.1" in refused.value.message


def test_a_closed_case_and_a_lifted_order(enforcing: Office, citation: Order, example: Example) -> None:
    casefile = copy.deepcopy(dict(citation.casefile))
    casefile["case"]["closed_on"] = "2026-05-28"
    with pytest.raises(Refusal) as refused:
        enforcing.issuing.issue(replace(citation, casefile=casefile), actor="ana")
    assert refused.value.code == "procedure.closed"
    site, _ = example("CE-2026-0147")
    site["stop_work_orders"][0]["lifted_on"] = "2026-05-20"
    order = Order("stop-work-order", site, on=date(2026, 5, 25), about="swo1", recipient="owner-llc")
    with pytest.raises(Refusal) as lifted:
        enforcing.issuing.issue(order, actor="ana")
    assert lifted.value.code == "procedure.lifted"
