"""What is owed: one debt for each citation, adjusted when earlier ones fall away, never above what was printed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docservice.casefile import load
from docservice.casefile.facts import Casefile, Citation, Cost, Payment, Violation
from docservice.casefile.record import IssuedDocument
from docservice.refusal import Refusal
from docservice.town import TownPack
from docservice.town.books import debts_by_facts, debts_of
from docservice.town.debts import Debt, DebtLedger
from docservice.town.held_papers import HeldPapers
from docservice.town.owed_papers import owed_papers
from tests.town.test_guards import Story, cited, day, rental, site


def ledger(story: Story, on: str = "07-25") -> DebtLedger:
    found = debts_of(HeldPapers(story.pack, story.casefile(day(on)), story.record, day(on)))
    for debt in found.debts:
        assert sum((one.amount for one in debt.entries), Decimal(0)) == debt.balance == debt.owed - debt.paid
        assert debt.entries[-1].balance == debt.balance
        assert debt.owed <= debt.charged
    return found


def owed(story: Story, on: str = "07-25") -> dict[str, int]:
    return {debt.citation or "costs": int(debt.owed) for debt in ledger(story, on).debts if debt.citation}


def debt(story: Story, citation: str, on: str = "07-25") -> Debt:
    return next(one for one in ledger(story, on).debts if one.citation == citation)


def void(story: Story, number: str) -> None:
    """As the register has it: with the day."""
    story.documents = [
        replace(one, status="void", status_on=day("07-20")) if one.number == number else one for one in story.documents
    ]


def pay(story: Story, amount: str, on: str = "07-10", **more: Any) -> None:
    listed = story.facts.setdefault("payments", [])
    paid = {"id": f"p{len(listed)}", "on": f"2026-{on}", "amount": amount, "ledger": "fines"}
    story.facts["payments"] = [*listed, {**paid, **more}]


def test_c_each_citation_is_a_debt_by_its_number() -> None:
    story = rental()
    numbers = cited(story)
    found = ledger(story)
    assert owed(story) == {"c1": 1500, "c2": 3000, "c3": 5000}
    assert [one.number for one in found.debts if one.citation] == [*numbers.values()]
    assert {one.liable for one in found.debts if one.citation} == {("owner",)}
    assert (int(found.balance) - int(sum(one.amount for one in story.casefile(day("07-25")).costs)), found.refund) == (
        9500, 0,
    )  # fmt: skip
    assert (found.recounts, found.findings) == ((), ())


def test_nothing_is_owed_before_a_paper_says_so() -> None:
    story = rental()
    assert owed(story) == {}, "drafts"
    pay(story, "200.00", citation="c2")
    pay(story, "100.00")
    found = ledger(story)
    assert owed(story) == {"c2": 0, "c3": 0}, "what was paid is not lost"
    assert (int(found.refund), [one.code for one in found.findings]) == (300, ["ledger.overpaid"] * 2)
    story.facts["citations"][0] |= {"number": "OLD-1"}
    assert "c1" not in owed(story), "a number alone is no paper"
    story.facts["citations"][0] |= {"issued_on": "2026-05-29"}
    assert (debt(story, "c1").number, int(debt(story, "c1").owed)) == ("OLD-1", 1500)


def test_c_one_withdrawn_and_the_others_are_counted_anew() -> None:
    story = rental()
    cited(story)
    story.tell("withdrawn", "c1", "07-01", reason="Another house.")
    assert owed(story) == {"c1": 0, "c2": 1500, "c3": 3000}
    c2 = debt(story, "c2")
    assert [(one.kind, int(one.amount), str(one.on), one.why) for one in c2.entries[1:]] == [
        ("adjust", -1500, "2026-07-01", "It is the first citation since c1 fell away")
    ]  # fmt: skip
    found = ledger(story)
    assert [(one.citation, int(one.printed), int(one.now)) for one in found.recounts] == [
        ("c2", 3000, 1500), ("c3", 5000, 3000),
    ]  # fmt: skip
    assert {one.code for one in found.findings} == {"recount.due"}
    assert owed(story, "06-30") == {"c1": 1500, "c2": 3000, "c3": 5000}, "as of a day before"
    fines = debts_by_facts(story.pack, story.casefile(day("07-25")), day("07-25")).fines
    assert int(fines.balance) == 4500, "the letters, which see the casefile alone, say the same"


def test_a_void_paper_charges_nothing_and_one_in_its_place_what_it_prints() -> None:
    story = rental()
    numbers = cited(story)
    void(story, numbers["c1"])
    assert owed(story) == {"c1": 0, "c2": 1500, "c3": 3000}
    void(story, numbers["c2"])
    story.issue("administrative-citation", "07-20", "c2")
    assert owed(story)["c2"] == 1500
    assert [one.citation for one in ledger(story).recounts] == ["c3"]
    assert debt(story, "c2").number == story.documents[-1].number


def test_a_tracker_that_states_another_fine_corrects_no_paper() -> None:
    story = rental()
    cited(story)
    story.tell("withdrawn", "c1", "07-01", reason="Another house.")
    story.facts["citations"][1] |= {"fine": "1500.00", "ordinal": 1}
    assert (int(debt(story, "c2").charged), owed(story)["c2"]) == (3000, 1500)
    assert [one.citation for one in ledger(story).recounts] == ["c2", "c3"]


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([{"id": "c2", "outcome": "modified", "amount": "1000"}], {"c1": 1500, "c2": 1000, "c3": 5000}),
        ([{"id": "c2", "outcome": "dismissed"}], {"c1": 1500, "c2": 0, "c3": 3000}),
        ([{"id": "c1", "outcome": "dismissed"}, {"id": "c2", "outcome": "modified", "amount": "1000"}],
         {"c1": 0, "c2": 1000, "c3": 3000}),
        ([{"id": "c1", "outcome": "dismissed"}, {"id": "c2", "outcome": "modified", "amount": "2500"}],
         {"c1": 0, "c2": 1500, "c3": 3000}),  # a recount and a decision: the less of both
        ([{"id": "c1", "outcome": "upheld"}], {"c1": 1500, "c2": 3000, "c3": 5000}),
    ],
)  # fmt: skip
def test_what_a_hearing_decided(items: list[dict[str, Any]], expected: dict[str, int]) -> None:
    story = rental()
    cited(story)
    story.tell("decided", "h1", "07-20", items=items)
    assert owed(story) == expected
    assert owed(story, "07-19") == {"c1": 1500, "c2": 3000, "c3": 5000}


def test_c_paid_by_one_of_two_and_then_by_the_other() -> None:
    story = rental()
    cited(story)
    pay(story, "3000", citation="c2", by="owner")
    assert (debt(story, "c2").balance, ledger(story).findings) == (0, ())
    pay(story, "3000", "07-12", citation="c2", by="local-contact")
    found = ledger(story)
    assert (int(debt(story, "c2").refund), int(found.refund)) == (3000, 3000)
    assert [(one.code, one.place) for one in found.findings] == [("ledger.overpaid", "/citations/1")]
    pay(story, "3000", "07-14", citation="c2", by="local-contact", kind="refund")
    assert (debt(story, "c2").balance, ledger(story).findings) == (0, ())
    assert debt(story, "c2").entries[-1].why == "Refund to local-contact"


def test_a_deposit_is_money_for_what_is_appealed_and_what_is_too_much_goes_back() -> None:
    story = rental()
    cited(story)
    story.facts["appeals"] = [
        {"id": "a1", "filed_on": "2026-06-26", "by": "owner", "of": ["c1", "c2"], "grounds": "No.", "deposit": "4500"}
    ]  # fmt: skip
    assert [int(debt(story, one).balance) for one in ("c1", "c2", "c3")] == [0, 0, 5000]
    story.tell("withdrawn", "c1", "07-01", reason="Another house.")
    assert [int(debt(story, one).refund) for one in ("c1", "c2")] == [1500, 1500]
    assert int(ledger(story).refund) == 3000


def test_a_payment_of_no_citation_goes_to_the_oldest_debts() -> None:
    story = rental()
    cited(story)
    pay(story, "2000")
    assert [int(debt(story, one).balance) for one in ("c1", "c2", "c3")] == [0, 2500, 5000]
    pay(story, "8000", "07-11")
    assert [int(debt(story, one).balance) for one in ("c1", "c2", "c3")] == [0, 0, -500]


def test_costs_are_a_debt_of_their_own() -> None:
    story = site()
    story.facts["costs"] = [
        {"id": "k1", "on": "2026-06-02", "description": "Boards", "amount": "900", "kind": "abatement"}
    ]  # fmt: skip
    pay(story, "1000", "06-10", ledger="costs")
    [costs] = ledger(story).debts
    assert (costs.ledger, costs.number, costs.liable, int(costs.refund)) == ("costs", None, ("owner",), 100)
    assert ledger(story, "06-01").debts == ()


def test_a_payment_names_a_party_that_there_is() -> None:
    story = rental()
    pay(story, "1", by="nobody")
    with pytest.raises(Refusal) as refused:
        load(story.facts)
    assert [one.place for one in refused.value.problems] == ["/payments/0/by"]


MOVE = st.tuples(st.sampled_from(["withdrawn", "dismissed", "void", "pay", "reduced"]), st.integers(0, 2))


@given(st.lists(MOVE, max_size=5))
def test_a_fine_only_falls_and_what_fell_away_is_owed_by_nobody(moves: list[tuple[str, int]]) -> None:
    story = rental()
    numbers = cited(story)
    before = owed(story)
    for n, (move, which) in enumerate(moves):
        id = f"c{which + 1}"
        if move == "withdrawn":
            story.tell("withdrawn", id, "07-21", reason="No.")
        elif move == "void":
            void(story, numbers[id])
        elif move == "pay":
            pay(story, "700", citation=id)
        else:
            item = {"id": id, "outcome": "dismissed"} if move == "dismissed" else {
                "id": id, "outcome": "modified", "amount": str(100 * n)}  # fmt: skip
            story.tell("decided", "h1", "07-22", items=[item])
        now = owed(story)
        casefile: Casefile = story.casefile(day("07-25"))
        assert all(now[one.id] == 0 for one in casefile.citations if not one.counts)
        if move in ("withdrawn", "void"):  # a later decision may put another in the place of an earlier one
            assert all(now[id] <= before[id] for id in now)
        before = now


def due(story: Story, on: str = "07-25") -> list[tuple[str, str | None, str | None, str]]:
    found = owed_papers(story.pack, story.casefile(day(on)), story.record, day(on))
    return [(one.code, one.about, one.recipient, one.number) for one in found]


def test_what_fell_is_told_to_who_was_served_and_what_costs_less_is_printed_anew() -> None:
    story = rental()
    numbers = cited(story)
    assert due(story) == []
    story.tell("withdrawn", "c1", "07-01", reason="Another house.")
    withdrawal = ("withdrawal.due", "c1", "owner", numbers["c1"])
    assert due(story) == [
        ("recount.due", "c2", "owner", numbers["c2"]), ("recount.due", "c3", "owner", numbers["c3"]), withdrawal,
    ]  # fmt: skip
    assert due(story, "06-30") == []
    story.facts["citations"][1] |= {"fine": "1500.00", "ordinal": 1}
    instead = story.issue("administrative-citation", "07-20", "c2")
    story.documents = [
        replace(one, status="superseded", replaced_by=instead) if one.number == numbers["c2"] else one
        for one in story.documents
    ]
    assert due(story) == [("recount.due", "c3", "owner", numbers["c3"]), withdrawal]
    story.documents.append(
        IssuedDocument("W-1", "withdrawal", "withdrawal", day("07-20"), position=99, about="c1", recipient="owner")
    )
    assert due(story) == [("recount.due", "c3", "owner", numbers["c3"])]


def test_a_void_paper_is_told_only_to_who_had_it() -> None:
    story = rental()
    served = story.issue("administrative-citation", "05-29", "c1")
    kept = story.issue("administrative-citation", "05-29", "c1", "local-contact")
    story.serve(served, "05-29")
    void(story, served)
    void(story, kept)
    assert due(story) == [("withdrawal.due", "c1", "owner", served)]


def test_a_citation_that_the_facts_call_paid_is_owed_no_longer() -> None:
    story = rental()
    cited(story)
    story.facts["citations"][0]["status"] = "paid"
    assert (debt(story, "c1").balance, debt(story, "c1").entries[-1].why) == (0, "Paid, as the facts say")
    pay(story, "1500", citation="c1")
    assert [one.kind for one in debt(story, "c1").entries] == ["charge", "payment"], "told once"


def test_who_owes_is_who_the_stub_says_owes() -> None:
    """A paper may have to be served on more persons than owe what it sets."""
    story = rental()
    story.facts["parties"].append({"id": "bank", "roles": ["lienholder"], "name": {"text": "A Bank"}})
    pack = story.pack
    kind = replace(pack.document_types["administrative-citation"], served=("owner", "agent", "lienholder"))
    story.pack = replace(pack, document_types={**pack.document_types, "administrative-citation": kind})
    cited(story)
    story.issue("administrative-citation", "05-29", "c1", "bank")
    assert debt(story, "c1").liable == ("owner",)


def test_what_a_decision_says_is_what_is_owed_from_its_day() -> None:
    """The paper does it, without an event told: one set aside, one lowered, and the ordinals counted anew."""
    story = rental()
    cited(story)
    story.facts["appeals"] = [
        {"id": "a1", "filed_on": "2026-06-26", "by": "owner", "of": ["c1", "c2"], "grounds": "No.",
         "deposit": "4500.00"},
    ]  # fmt: skip
    story.facts["hearings"] = [{
        "id": "h1", "on": "2026-07-16", "at": "10:00", "place": ["Town Hall"], "kind": "appeal", "appeal": "a1",
        "officer": "hearing_officer", "held_on": "2026-07-16",
        "decision": {"issues": ["Is it so?"], "findings": ["It is."], "evidence": ["What was seen."]},
        "decisions": [
            {"item": "c1", "outcome": "dismissed"}, {"item": "c2", "outcome": "modified", "amount": "900.00"},
        ],
    }]  # fmt: skip
    assert owed(story, "07-29") == {"c1": 1500, "c2": 3000, "c3": 5000}, "nothing is decided before its paper"
    number = story.issue("hearing-decision", "07-30", "h1")
    assert owed(story, "07-30") == {"c1": 0, "c2": 900, "c3": 3000}, "the third is the second now"
    assert (int(debt(story, "c1", "07-30").refund), int(debt(story, "c2", "07-30").refund)) == (1500, 2100)
    casefile = story.casefile(day("07-31"))
    assert (casefile.hearings[0].decided_on, casefile.citations[0].status) == (day("07-30"), "dismissed")
    assert [one.on for one in debt(story, "c1", "07-31").entries if one.kind == "adjust"] == [day("07-30")]
    story.void(number)
    assert owed(story, "07-31") == {"c1": 1500, "c2": 3000, "c3": 5000}, "void, it decided nothing"


def test_a_fine_that_was_lowered_for_hardship_is_owed_so() -> None:
    story = rental()
    cited(story)
    story.facts["hardship_requests"] = [{
        "id": "hr1", "on": "2026-07-06", "by": "owner", "remedy": "fine_reduction", "citations": ["c1"],
        "grounds": "No money.", "decision": "granted", "amount": "400.00", "decided_on": "2026-07-20",
        "decided_by": "director", "reason": "So it is.",
    }]  # fmt: skip
    assert owed(story, "07-19")["c1"] == 1500
    assert story.codes("hardship-decision", "07-20", "hr1") == []
    story.issue("hardship-decision", "07-20", "hr1")
    assert owed(story, "07-20") == {"c1": 400, "c2": 3000, "c3": 5000}
    assert story.codes("hardship-decision", "07-21", "hr1") == ["once"]


# By the casefile alone, as letters see it


def test_fines_and_costs_are_never_mixed(pack: TownPack, make: Any) -> None:
    seen = date(2026, 5, 23)
    casefile = make(
        violations=(Violation("v1", "MHMC 5.60.070", seen, "Seen.", "Stop."),),
        citations=(
            Citation("c1", 1, ("v1",), seen, issued_on=date(2026, 5, 29), number="AC-1"),  # no fine stated
            Citation("c2", 2, ("v1",), seen, Decimal(3000), number="AC-2", issued_on=date(2026, 6, 17),
                     status="dismissed"),
        ),
        costs=(
            Cost("k1", seen, "Night response", Decimal("372.00"), "administrative"),
            Cost("k2", date(2026, 8, 1), "Later", Decimal(50), "abatement"),
        ),
        payments=(
            Payment("p1", date(2026, 5, 29), Decimal(500), "fines", "c1"),
            Payment("p2", date(2026, 6, 2), Decimal("400.00"), "costs"),
        ),
    )  # fmt: skip
    found = debts_by_facts(pack, casefile, date(2026, 7, 1))
    fines, costs = found.fines, found.costs
    assert (fines.charged, fines.paid, fines.balance, fines.refund) == (1500, 500, 1000, 0)
    assert [(line.why, line.amount, line.balance) for line in fines.lines] == [
        ("Citation AC-1", 1500, 1500), ("Payment", -500, 1000),
        ("Citation AC-2", 3000, 4000), ("c2 is dismissed", -3000, 1000),
    ]  # fmt: skip
    assert (costs.charged, costs.paid, costs.balance, costs.refund) == (372, 400, 0, 28)
    assert [(one.code, one.place) for one in found.findings] == [("ledger.overpaid", "/payments")]
    before = debts_by_facts(pack, casefile, date(2026, 5, 28))
    assert (before.fines.lines, before.costs.balance) == ((), 372)


def test_a_day_counts_to_its_end_and_what_is_charged_on_it_comes_before_what_is_paid(pack: TownPack, make: Any) -> None:
    today, later = date(2026, 5, 23), date(2026, 5, 24)
    casefile = make(
        costs=(
            Cost("k1", today, "Call", Decimal(30), "abatement"),
            Cost("k2", today, "Free advice", Decimal(0), "administrative"),
            Cost("k3", later, "Call", Decimal(40), "abatement"),
        ),
        payments=(Payment("p1", today, Decimal(30), "costs"), Payment("p2", later, Decimal(5), "costs")),
    )
    found = debts_by_facts(pack, casefile, today)
    assert [(line.id, line.balance) for line in found.costs.lines] == [("k1", 30), ("k2", 30), ("p1", 0)]
    assert (found.costs.balance, found.findings) == (0, ()), "a balance of nought is no overpayment"
    assert [line.id for line in debts_by_facts(pack, casefile, later).costs.lines] == ["k1", "k2", "p1", "k3", "p2"]


def test_a_fine_paid_where_nothing_is_cited_is_no_payment_of_costs(pack: TownPack, make: Any) -> None:
    today = date(2026, 5, 23)
    facts = make(
        costs=(Cost("k1", today, "Call", Decimal(2000), "abatement"),),
        payments=(Payment("p1", today, Decimal("1250.50"), "fines"),),
    )
    found = debts_by_facts(pack, facts, today)
    assert (found.costs.balance, found.fines.charged, found.fines.refund) == (2000, 0, Decimal("1250.50"))
    [problem] = found.findings
    assert problem.message == "$1,250.50 more was paid on the fines than is owed: give it back."
    assert problem.place == "/payments"


def test_what_is_paid_too_much_on_one_pays_no_other_and_a_refund_gives_it_back() -> None:
    """A payment that names a citation is for that one; a refund that names none is of where too much is."""
    story = rental()
    cited(story)
    pay(story, "4000", citation="c2")
    found = ledger(story)
    assert (int(found.fines.balance), int(found.fines.refund)) == (6500, 1000)
    assert found.fines.charged - found.fines.paid == found.fines.balance - found.fines.refund
    pay(story, "1000", "07-12", kind="refund")
    found = ledger(story)
    assert ([int(one.balance) for one in found.debts if one.citation], found.refund) == ([1500, 0, 5000], 0)


def test_a_citation_is_charged_from_the_day_it_was_issued_as_it_states() -> None:
    story = rental()
    story.facts["citations"][0] |= {"number": "OLD-1", "issued_on": "2026-05-29", "fine": "0"}
    assert owed(story, "05-28") == {}
    [line] = ledger(story, "05-29").fines.lines
    assert (line.on, line.why, line.amount) == (day("05-29"), "Citation OLD-1", 0)
    pay(story, "50", "05-28", citation="c1")
    [early] = ledger(story, "05-28").fines.lines
    assert (early.kind, early.balance) == ("payment", -50), "what was paid before its day is not lost"
