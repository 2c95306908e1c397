"""Costs are costs: an invoice and a lien have no fine among them, all of the lines, and their sum."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from docservice import casefile
from docservice.checks import edges
from docservice.refusal import Refusal
from tests.checks.conftest import pack, usual, write

INVOICE, LIEN, RELEASE, REMINDER = "cost-invoice", "lien-notice", "lien-release", "payment-reminder"


def invoice(*changes: tuple[str, Any]) -> Any:
    return write(INVOICE, INVOICE, "2026-10-26", None, "owner-chen", *changes)


def test_an_invoice_of_costs_goes_out() -> None:
    assert invoice().findings() == []


@pytest.mark.parametrize(
    "said",
    ["Fine", "Administrative fine, first violation", "Penalty for late work", "The fine of May 2", "Two fines",
     "AC-2026-0009, unpaid"],
)  # fmt: skip
@pytest.mark.parametrize(("key", "on", "to"), [(INVOICE, "2026-10-26", "owner-chen"), (LIEN, "2026-12-28", "")])
def test_a_fine_among_the_costs_is_refused_by_its_line(key: str, on: str, to: str, said: str) -> None:
    cited = {"id": "c1", "ordinal": 1, "violations": ["v1"], "violation_on": "2026-08-20", "number": "AC-2026-0009"}
    paper = write(key, key, on, None, to, ("/costs/1/description", said), ("/citations", [cited]))
    assert ("cost_is_fine", "/costs/1/description") in paper.findings()


@pytest.mark.parametrize("said", ["Fine grading of the slope", "Load of fine gravel", "Work that turned out fine"])
def test_what_is_only_fine_is_no_fine(said: str) -> None:
    assert invoice(("/costs/1/description", said)).findings() == []


def test_a_line_that_does_not_add_up_is_refused_by_its_place() -> None:
    data = usual(INVOICE)
    data.pop("_order")
    data["costs"][0]["amount"] = "620.01"
    with pytest.raises(Refusal) as no:
        casefile.load(data)
    assert [(one.code, one.place) for one in no.value.problems] == [("casefile.amount", "/costs/0/amount")]
    assert "4 at $155.00 is $620.00, not $620.01." in no.value.problems[0].message


def test_a_list_has_every_line_and_its_sum() -> None:
    def without_second(root: Any) -> None:
        row = root.xpath(".//tbody/tr")[1]
        row.getparent().remove(row)

    found = invoice().spoiled(without_second).findings()
    assert ("cost_line", "/costs/1") in found
    assert ("costs_total", "amount costs-charged") in found

    def other_amount(root: Any) -> None:
        cell = root.xpath(".//tbody//data")[0]
        cell.set("value", "1.00")
        cell.text = "$1.00"

    assert ("cost_line", "/costs/0") in invoice().spoiled(other_amount).findings()


def test_a_recorders_form_asks_for_no_fine() -> None:
    paper = write(LIEN, LIEN, "2026-12-28", None, "")
    assert paper.findings() == []

    def fined(root: Any) -> None:
        root.xpath(".//*[@data-amount='costs-balance']")[0].set("data-amount", "fines-balance")

    assert "lien_on_fine" in paper.spoiled(fined).codes()


@pytest.mark.parametrize(
    ("pointer", "value", "found"),
    [
        ("/liens/0/amount", "3480.01", ("lien_amount", "/liens/0/amount")),
        ("/payments/0/amount", "3479.99", ("lien_unpaid", "/liens/0/paid_on")),
        ("/liens/0/paid_on", "2027-02-17", ("date_ahead", "/liens/0/paid_on")),
        ("/liens/0/paid_on", None, ("unresolved", "/liens/0/paid_on")),
        ("/liens/0/amount", None, ("unresolved", "/liens/0/amount")),
        ("/abatement", None, ("unresolved", "/abatement/ordered_on")),
    ],
)
def test_a_release_is_of_what_was_recorded_and_is_paid(pointer: str, value: Any, found: tuple[str, str]) -> None:
    changes = [(pointer, value)]
    if pointer.endswith("paid_on") and value:
        changes.append(("/liens/0/released_on", None))
    paper = write(RELEASE, RELEASE, "2027-02-16", "lien1", "", *changes)
    assert found in paper.findings()


def test_a_release_of_what_is_paid_goes_out() -> None:
    assert write(RELEASE, RELEASE, "2027-02-16", "lien1", "").findings() == []


@pytest.mark.parametrize(("x", "y", "code"), [(300, 60, "recorder_space"), (8, 400, "recorder_margin"), (40, 60, "")])
def test_what_stands_in_the_recorders_space_is_refused(x: float, y: float, code: str) -> None:
    """``x`` and ``y`` in points from the top left corner; the return block is at the left."""
    bundle = SimpleNamespace(meta=SimpleNamespace(envelope="recorder"))
    sight: Any = SimpleNamespace(rendered=SimpleNamespace(pdf=_page(x, y)), pack=pack(), bundle=bundle)
    found = [one.code.removeprefix("checks.") for one in edges.recorder_space(sight)]
    assert found == ([code] if code else [])
    sight.bundle.meta.envelope = "plain"
    assert list(edges.recorder_space(sight)) == []


def _page(x: float, y: float) -> bytes:
    import io

    import pikepdf

    made = pikepdf.new()
    page = made.add_blank_page(page_size=(612, 792))
    page.Contents = made.make_stream(f"0 0 0 rg {x} {792 - y - 5} 20 5 re f".encode())
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_a_reminder_is_of_what_is_over_its_day() -> None:
    paper = write(REMINDER, REMINDER, "2026-07-20", None, "owner")
    assert paper.findings() == []
    early = write(REMINDER, REMINDER, "2026-06-29", None, "owner")  # the last day to pay
    assert "list_empty" in early.codes()
    assert ("unresolved", "value overdue_total") in early.findings()
    paid = {"id": "p1", "on": "2026-07-01", "amount": "1500.00", "ledger": "fines", "citation": "c1"}
    assert "list_empty" in write(REMINDER, REMINDER, "2026-07-20", None, "owner", ("/payments", [paid])).codes()
    appeal = {"id": "a1", "filed_on": "2026-06-26", "by": "owner", "of": ["c1"], "grounds": "No.", "deposit": "1500.00"}
    assert "list_empty" in write(REMINDER, REMINDER, "2026-07-20", None, "owner", ("/appeals", [appeal])).codes()
