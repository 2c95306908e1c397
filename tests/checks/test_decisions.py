"""A decision decides what was contested, and no more; an order about a building gives the time it must."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from docservice.refusal import Refusal

Letter = Callable[..., Any]
HEARING, REQUEST, ORDER = "/hearings/0", "/hardship_requests/0", "/building_orders/0"


@pytest.mark.parametrize(
    ("key", "changes", "code", "place"),
    [
        # what it rests on: refused by its field, as everything that a text needs
        ("hearing-decision", [("decision/findings", [])], "unresolved", "decision/findings"),
        ("hearing-decision", [("decision/issues", [])], "unresolved", "decision/issues"),
        ("hearing-decision", [("decision/evidence", [])], "unresolved", "decision/evidence"),
        # what was contested
        ("hearing-decision", [("decisions", [{"item": "c1", "outcome": "upheld"}])], "decision_lacking", "decisions"),
        ("hearing-decision", [("decisions", []), ("appeal", None), ("joined", []), ("decision/orders", [])],
         "decision_lacking", "decision/orders"),
        ("hearing-decision", [("decisions/0/item", "c9")], "decision_unknown", "decisions/0/item"),
        ("hearing-decision", [("decisions/1/amount", None)], "decision_amount", "decisions/1/amount"),
        ("hearing-decision", [("decisions/1/amount", "3000.01")], "decision_amount", "decisions/1/amount"),
        ("hearing-decision", [("decisions/0/amount", "5.00")], "decision_amount", "decisions/0/amount"),
        ("hearing-decision", [("decisions/2", {"item": "v1", "outcome": "upheld", "amount": "5.00"})],
         "decision_amount", "decisions/2/amount"),
        ("hearing-decision", [("decisions/0/outcome", "dismissed")], "decision_recount", "decisions/1/amount"),
        ("hearing-decision", [("decision/orders/0/by", "2026-07-29")], "decision_past", "decision/orders/0/by"),
        # who decides
        ("hearing-decision", [("decision/by", "coordinator")], "hearing_officer", "decision/by"),
        ("hearing-decision", [("decision/by", "nobody")], "hearing_officer", "decision/by"),
        # a request of who cannot pay
        ("hardship-decision", [("decision", "pending")], "hardship_undecided", "decision"),
        ("hardship-decision", [("decision", "granted_in_part")], "unresolved", "amount"),
        ("hardship-decision", [("decision", "granted_in_part"), ("amount", "4500.00")], "hardship_amount", "amount"),
        ("hardship-decision", [("amount", "100.00")], "hardship_amount", "amount"),
        ("hardship-decision", [("pay_by", "2026-07-16")], "hardship_early", "pay_by"),
        ("hardship-decision", [("reason", None)], "unresolved", "reason"),
        ("hardship-decision", [("decided_by", "coordinator")], "signer", "decided_by"),
        ("hardship-decision", [("decided_on", "2026-07-02")], "date_ahead", "decided_on"),
        # an order about a building
        ("substandard-notice-and-order", [("start_by", "2026-09-04")], "order_lead_time", "start_by"),
        ("substandard-notice-and-order", [("finish_by", None)], "unresolved", ""),
        ("substandard-notice-and-order", [("action", "vacate_and_repair")], "order_vacate", "vacate_by"),
        ("substandard-notice-and-order", [("vacate_by", "2026-10-01")], "order_vacate", "vacate_by"),
        ("substandard-notice-and-order", [("action", "demolish")], "order_vacate", "action"),
        ("substandard-notice-and-order", [("units", ["241"])], "order_unit", "units/0"),
        ("substandard-notice-and-order", [("on", "2026-09-02")], "order_lacking", None),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_decision_is_named_by_its_field(
    letter: Letter, key: str, changes: list[tuple[str, Any]], code: str, place: str | None
) -> None:
    base = {"hearing-decision": HEARING, "hardship-decision": REQUEST}.get(key, ORDER)
    said = [(f"{base}/{field}", value) for field, value in changes]
    if key == "substandard-notice-and-order":  # nothing that cannot wait
        said += [(f"/violations/{n}/immediate_danger", False) for n in range(3)]
    where = {None: "/building_orders", "": "value building_order.finish_by"}.get(place, f"{base}/{place}")
    found = letter(key, *said).findings()
    assert next(one for one in found if one[0] == code) == (code, where)


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("hearing-decision", [("decisions/0/amount", "1500.00")]),  # as it was cited
        ("hearing-decision", [("decisions/1/amount", "3000.00")]),  # no more than that
        ("hearing-decision", [("decision/orders/0/by", "2026-07-30")]),  # on its day
        ("hearing-decision", [("decision/by", "hearing_officer")]),
        ("hardship-decision", [("decision", "granted_in_part"), ("amount", "4499.99")]),
        ("hardship-decision", [("pay_by", "2026-07-17")]),  # as it counts
        ("hardship-decision", [("pay_by", "2026-08-31")]),  # more time than it must be
        ("hardship-decision", [("remedy", "fine_reduction"), ("citations", ["c1"]), ("decision", "granted"),
                               ("amount", "1499.99")]),
        ("substandard-notice-and-order", [("start_by", "2026-09-06")]),  # the first day that may be asked for
        ("substandard-notice-and-order", [("action", "vacate_and_repair"), ("vacate_by", "2026-10-20"),
                                          ("units", ["214", "220"])]),
        ("substandard-notice-and-order", [("action", "vacate_and_demolish"), ("vacate_by", "2026-10-20")]),
    ],
)  # fmt: skip
def test_what_may_be_decided_is_not_refused(letter: Letter, key: str, changes: list[tuple[str, Any]]) -> None:
    base = {"hearing-decision": HEARING, "hardship-decision": REQUEST}.get(key, ORDER)
    said = [(f"{base}/{field}", value) for field, value in changes]
    if key == "substandard-notice-and-order":
        said += [(f"/violations/{n}/immediate_danger", False) for n in range(3)]
    assert letter(key, *said).run() == ()


def test_an_owner_of_housing_chooses_between_repair_and_demolition(letter: Letter) -> None:
    key, down = "substandard-notice-and-order", (f"{ORDER}/action", "vacate_and_demolish")
    said = [down, (f"{ORDER}/vacate_by", "2026-10-20"), (f"{ORDER}/choice", False)]
    assert letter(key, *said).findings() == [("order_choice", f"{ORDER}/choice")]
    assert "order_choice" not in letter(key, *said, ("/property/residential_rental", False)).codes()
    assert "order_choice" not in letter(key, (f"{ORDER}/choice", False)).codes()


def test_the_appeal_says_the_same_of_its_deposit(letter: Letter) -> None:
    key, other = "hardship-decision", ("/appeals/0/hardship_waiver", "granted")
    assert letter(key, other).findings() == [("hardship_differs", "/appeals/0/hardship_waiver")]
    assert letter(key, other, (f"{REQUEST}/decision", "granted")).run() == ()
    several = (f"{REQUEST}/remedy", "fine_reduction")
    assert ("hardship_amount", f"{REQUEST}/citations/1") in letter(key, several).findings()


def test_what_is_left_of_a_fine_has_its_day(letter: Letter) -> None:
    """With the deposit waived the fines are owed after the hearing: the decision says by when."""
    unpaid = ("/appeals/0/deposit", None)
    assert ("decision_pay_day", f"{HEARING}/decisions/0/comply_by") in letter("hearing-decision", unpaid).findings()
    days = [(f"{HEARING}/decisions/{n}/comply_by", "2026-08-31") for n in range(3)]
    paper = letter("hearing-decision", unpaid, *days)
    assert paper.run() == ()
    found = paper.reckoning.decided
    assert (int(found.charged), int(found.total), int(found.paid), int(found.owed)) == (9500, 8500, 5000, 3500)
    assert "$3,500.00" in paper.composition.html


def test_a_danger_does_not_wait(letter: Letter) -> None:
    soon = (f"{ORDER}/start_by", "2026-09-02")
    assert "order_lead_time" not in letter("substandard-notice-and-order", soon).codes()


def test_a_denied_waiver_says_when_the_deposit_is_due(letter: Letter) -> None:
    """Ten days after the decision, and not before the time to contest: July 17 is thirty days after June 17."""
    paper = letter("hardship-decision")
    assert paper.reckoning.deadlines["deposit-by"].date.isoformat() == "2026-07-17"
    assert 'data-deadline="deposit-by"' in paper.composition.html
    granted = letter("hardship-decision", (f"{REQUEST}/decision", "granted"), ("/appeals/0/hardship_waiver", "granted"))
    assert granted.run() == ()
    assert "deposit-by" not in granted.reckoning.deadlines


def test_a_tenant_reads_of_no_other_tenants_rooms(letter: Letter) -> None:
    text = " ".join(letter("tenant-notice").composition.root.itertext())
    assert "Repair or replace the water heater" in text  # of the reader's own kitchen
    assert "remove the mold" not in text  # of unit 214
    place = next(n for n, one in enumerate(letter("tenant-notice").casefile.violations) if one.id == "v2")
    unsaid = letter("tenant-notice", (f"/violations/{place}/units", []))
    assert ("other_unit", f"/violations/{place}/units") in unsaid.findings()


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        (("minutes/entries/3/at", "10:00"), "casefile.time_order", "minutes/entries/3/at"),
        (("minutes/entries/3", {"text": "Recess."}), "casefile.missing", "minutes/entries/3/at"),
        (("minutes/entries/0/at", "09:59"), "casefile.time_order", "minutes/entries/0/at"),
        (("minutes/closed_at", "12:00"), "casefile.time_order", "minutes/closed_at"),
        (("minutes/appearances", []), "casefile.too_few", "minutes/appearances"),
        (("exhibits/1/number", "T-1"), "casefile.duplicate_id", "exhibits/1/number"),
        (("exhibits/1/number", None), "casefile.type", "exhibits/1/number"),
    ],
)
def test_minutes_without_a_time_or_out_of_order_are_refused(
    letter: Letter, change: tuple[str, Any], code: str, place: str
) -> None:
    with pytest.raises(Refusal) as refused:
        letter("hearing-minutes", (f"{HEARING}/{change[0]}", change[1]))
    assert (code, f"{HEARING}/{place}") in [(one.code, one.place) for one in refused.value.findings]
