from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from docservice.casefile.facts import Citation, Cost, Payment, Violation
from docservice.town import TownPack
from docservice.town.ledgers import Ledger, ledger_problems, ledgers_of


def test_fines_and_costs_are_never_mixed(pack: TownPack, make: Any) -> None:
    day = date(2026, 5, 23)
    casefile = make(
        violations=(Violation("v1", "MHMC 5.60.070", day, "Seen.", "Stop."),),
        citations=(
            Citation("c1", 1, ("v1",), day, issued_on=date(2026, 5, 29)),  # no fine stated: from the schedule
            Citation("c2", 2, ("v1",), day, Decimal(3000), issued_on=date(2026, 6, 17), status="dismissed"),
        ),
        costs=(
            Cost("k1", day, "Night response", Decimal("372.00"), "administrative"),
            Cost("k2", date(2026, 8, 1), "Later", Decimal(50), "abatement"),
        ),
        payments=(
            Payment("p1", date(2026, 5, 29), Decimal(500), "fines", "c1"),
            Payment("p2", date(2026, 6, 2), Decimal("400.00"), "costs"),
        ),
    )
    found = ledgers_of(pack, casefile, date(2026, 7, 1))
    assert (found.fines.charged, found.fines.paid, found.fines.balance) == (1500, 500, 1000)
    assert [(line.id, line.amount, line.balance) for line in found.fines.lines] == [
        ("c1", 1500, 1500),
        ("p1", -500, 1000),
    ]
    assert (found.costs.charged, found.costs.paid, found.costs.balance) == (372, 400, -28)
    assert [problem.code for problem in ledger_problems(found)] == ["ledger.overpaid"]
    before = ledgers_of(pack, casefile, date(2026, 5, 28))
    assert (before.fines.balance, before.costs.balance) == (0, 372)


def test_a_day_counts_from_its_beginning_to_its_end(pack: TownPack, make: Any) -> None:
    """What is charged or paid on the day itself is in; what comes after is not."""
    day, later = date(2026, 5, 23), date(2026, 5, 24)
    casefile = make(
        violations=(Violation("v1", "MHMC 5.60.070", day, "Seen.", "Stop."),),
        citations=(Citation("c1", 1, ("v1",), day, Decimal(700)), Citation("c2", 2, ("v1",), later, Decimal(900))),
        costs=(Cost("k1", day, "Call", Decimal(30), "abatement"), Cost("k2", later, "Call", Decimal(40), "abatement")),
        payments=(
            Payment("p1", day, Decimal(10), "fines"),
            Payment("p2", later, Decimal(20), "fines"),
            Payment("p3", day, Decimal(5), "costs"),
        ),
    )
    found = ledgers_of(pack, casefile, day)
    assert [(line.id, line.text, line.balance) for line in found.fines.lines] == [
        ("c1", "Citation c1", 700),  # as stated, not as scheduled
        ("p1", "Payment", 690),
    ]
    assert [(line.id, line.balance) for line in found.costs.lines] == [("k1", 30), ("p3", 25)]
    assert not list(ledger_problems(found))
    assert [line.id for line in ledgers_of(pack, casefile, later).fines.lines] == ["c1", "p1", "c2", "p2"]


def test_a_charge_of_a_day_comes_before_its_payments(pack: TownPack, make: Any) -> None:
    day = date(2026, 5, 23)
    casefile = make(
        costs=(
            Cost("k1", day, "Free advice", Decimal(0), "administrative"),
            Cost("k2", day, "Call", Decimal("0.50"), "abatement"),
        ),
        payments=(Payment("p1", day, Decimal("0.75"), "costs"),),
    )
    found = ledgers_of(pack, casefile, day).costs
    assert [line.id for line in found.lines] == ["k1", "k2", "p1"]
    (problem,) = ledger_problems(ledgers_of(pack, casefile, day))
    assert (problem.code, problem.place) == ("ledger.overpaid", "/payments")


def test_a_balance_of_nought_is_no_overpayment(pack: TownPack, make: Any) -> None:
    day = date(2026, 5, 23)
    facts = make(
        costs=(Cost("k1", day, "Call", Decimal(30), "abatement"),), payments=(Payment("p1", day, Decimal(30), "costs"),)
    )
    found = ledgers_of(pack, facts, day)
    assert [(line.id, line.balance) for line in found.costs.lines] == [("k1", 30), ("p1", 0)]
    assert (found.costs.kind, found.fines.kind, list(ledger_problems(found))) == ("costs", "fines", [])


def test_what_was_paid_too_much_is_said_with_its_ledger_and_place(pack: TownPack, make: Any) -> None:
    day = date(2026, 5, 23)
    facts = make(payments=(Payment("p1", day, Decimal("1250.50"), "fines"),))
    (problem,) = ledger_problems(ledgers_of(pack, facts, day))
    assert problem.message == "Payments on the fines ledger are $1,250.50 more than what was charged."
    assert problem.place == "/payments"


def test_a_citation_is_charged_from_the_day_it_was_issued_and_called_by_its_number(pack: TownPack, make: Any) -> None:
    seen, issued = date(2026, 5, 23), date(2026, 5, 29)
    facts = make(
        violations=(Violation("v1", "MHMC 5.60.070", seen, "Seen.", "Stop."),),
        citations=(Citation("c1", 1, ("v1",), seen, Decimal(0), issued_on=issued, number="AC-2026-0001"),),
    )
    assert ledgers_of(pack, facts, date(2026, 5, 28)).fines.lines == ()
    (line,) = ledgers_of(pack, facts, issued).fines.lines
    assert (line.on, line.text, line.amount) == (issued, "Citation AC-2026-0001", 0)  # a fine of nothing was stated


def test_a_letter_asks_nobody_for_less_than_nothing() -> None:
    paid_twice = Ledger("fines", (), Decimal(3000), Decimal(4800), Decimal(-1800))
    assert paid_twice.owed == 0
    assert Ledger("costs", (), Decimal(300), Decimal(0), Decimal(300)).owed == 300
