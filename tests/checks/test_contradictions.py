"""What a letter says beside what else holds: an order to stop, a danger, an appeal, other tenants (L6, L10, L13)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from docservice.town.pack import Tolling, TownPack
from tests.checks.conftest import Paper, pack, write

LIMIT, NOTICE, HEARING = "construction-time-limit", "notice-of-violation", "notice-of-hearing"
FIRST = "That order comes first: do only what it allows until we lift it in writing."


def site(key: str, on: str, *changes: tuple[str, Any], rules: TownPack | None = None) -> Paper:
    return write(key, "CE-2026-0147", on, None, "owner-trust", *changes, rules=rules)


def holding() -> TownPack:
    limit = pack().time_limit
    assert limit is not None
    held: tuple[Tolling, ...] = ("stop_work_without_fault",)
    return replace(pack(), time_limit=replace(limit, tolled_by=held))


def text(paper: Paper) -> str:
    return " ".join("".join(paper.composition.root.itertext()).split())


@pytest.mark.parametrize(
    ("key", "on", "said"),
    [
        (LIMIT, "2026-04-16", False), (LIMIT, "2026-04-17", True), (NOTICE, "2026-06-16", True),
        ("courtesy-letter", "2026-03-05", False),
    ],
)  # fmt: skip
def test_while_work_is_stopped_nobody_is_ordered_to_go_on(key: str, on: str, said: bool) -> None:
    paper = site(key, on)
    assert (FIRST in text(paper)) is said
    if key == LIMIT:
        whole = text(paper)
        assert ("Finish the outside of the building first." in whole) is not said
        assert ("When the order is lifted, finish the outside of the building first." in whole) is said
    assert {code for code in paper.codes() if code != "penalty_under_order"} == set()


def test_a_lifted_order_holds_nobody() -> None:
    lifted = ("/stop_work_orders/0/lifted_on", "2026-06-01")
    assert FIRST not in text(site(NOTICE, "2026-06-16", lifted))
    assert FIRST in text(site(NOTICE, "2026-05-31", lifted))


def test_days_under_an_order_are_billed_and_that_is_told() -> None:
    paper = site(LIMIT, "2026-06-16")
    assert "The time limit goes on while the order stands." in text(paper)
    assert paper.findings() == [("penalty_under_order", "/permits/0")]


def test_or_they_are_not_where_the_town_says_so() -> None:
    free = ("/stop_work_orders/0/without_fault", True)
    paper = site(LIMIT, "2026-06-16", free, rules=holding())
    whole = text(paper)
    assert "While the order stands, its days do not count against the time limit." in whole
    assert "Days not counted, under a stop work order 60" in whole
    assert "The next step:" not in whole, "nobody knows yet on which day"
    assert "$3,600.00" in whole
    assert paper.findings() == []
    lifted = site(LIMIT, "2026-06-29", free, ("/stop_work_orders/0/lifted_on", "2026-06-16"), rules=holding())
    assert "The next step: $1,000.00 for each day from August 28, 2026, which is day 121." in text(lifted)
    assert lifted.findings() == []


def test_no_promise_of_no_fine_where_one_can_come_at_once() -> None:
    danger = [("/violations/1/immediate_danger", True), ("/violations/1/danger_reason", "It leans.")]
    usual, paper = text(site(NOTICE, "2026-06-16")), text(site(NOTICE, "2026-06-16", *danger))
    assert "If a violation is corrected by its date, there is no fine for it." in usual
    assert "If a violation is corrected by its date" not in paper
    assert "Where we say above that there is an immediate danger, a fine can come without waiting." in paper
    assert "If another violation is corrected by its date, there is no fine for it." in paper


def test_a_danger_is_due_at_once_and_not_on_the_day_of_mailing() -> None:
    """By mail to another city the letter comes days after it."""
    danger = [("/violations/1/immediate_danger", True), ("/violations/1/danger_reason", "It leans.")]
    set_by_officer = site(NOTICE, "2026-06-16", *danger)
    assert "By when: July 17, 2026" in text(set_by_officer), "a day that a person set is printed"
    paper = site(NOTICE, "2026-06-16", *danger, ("/violations/1/comply_by", None))
    [section] = paper.composition.root.xpath("//*[@data-violation='v2']")
    assert " ".join("".join(section.xpath(".//*[@data-part='comply-by']")[0].itertext()).split()) == (
        "By when: At once, as soon as you get this letter."
    )
    assert not section.xpath(".//*[@data-deadline]")
    assert paper.findings() == []


def appeal(*changes: tuple[str, Any]) -> Paper:
    return write(HEARING, "CE-2026-0231", "2026-07-02", "h1", "owner", *changes)


def test_a_hearing_notice_names_what_is_appealed_by_number_and_fine() -> None:
    joined = appeal()
    assert joined.findings() == []
    for line in (
        "Citation AC-2026-0001, for a violation on May 23, 2026. The fine: $1,500.00.",
        "Citation AC-2026-0003, for a violation on June 13, 2026. The fine: $3,000.00.",
        "Citation AC-2026-0005, for a violation on June 27, 2026. The fine: $5,000.00.",
    ):
        assert line in text(joined)
    alone = appeal(("/hearings/0/joined", []), ("/hearings/0/allegations", []))
    assert "AC-2026-0005" not in text(alone)
    assert [section.get("data-violation") for section in alone.composition.root.xpath("//*[@data-violation]")] == [
        "v1", "v2",
    ]  # fmt: skip
    assert "The same as for the first two citations." not in text(alone), "what the other appeal says"
    assert alone.findings() == []


def test_a_fine_that_a_hearing_notice_misstates_is_refused() -> None:
    def spoil(root: Any) -> None:
        [amount] = root.xpath("//*[@data-amount='contested/c2']")
        amount.set("value", "300.00")
        amount.text = "$300.00"

    assert "amount_differs" in appeal().spoiled(spoil).codes()


def test_a_citation_without_its_number_cannot_be_heard() -> None:
    assert "unresolved" in appeal(("/citations/0/number", None)).codes()


def test_an_appeal_of_an_order_says_which() -> None:
    changes = [
        ("/stop_work_orders", [{"id": "swo1", "on": "2026-06-14", "reason": "The deck is overloaded.",
                                "conditions": ["An engineer looks at it."]}]),
        ("/appeals/0/of", ["swo1"]), ("/hearings/0/joined", []), ("/hearings/0/allegations", []),
    ]  # fmt: skip
    paper = appeal(*changes)
    assert "The stop work order of June 14, 2026 is appealed. Why work was stopped: The deck is overloaded." in text(
        paper
    )
    assert not paper.composition.root.xpath("//*[@data-violation]")
    assert paper.findings() == []


TENANT = "You get this letter so that you know what we asked the owner to repair."


def tenant(key: str, recipient: str, *changes: tuple[str, Any], about: str | None = None) -> Paper:
    return write(key, "CE-2026-0203", "2026-09-01", about, recipient, *changes)


def test_a_tenant_is_told_of_their_own_rooms_and_of_what_all_share() -> None:
    owner, mine = tenant(NOTICE, "owner-chen"), tenant(NOTICE, "tenant-220")
    assert TENANT in text(mine)
    assert TENANT not in text(owner)
    assert "Unit 220" in text(mine)
    for room in ("Units 214 and 216", "Unit 214, bathroom", "Unit 216, kitchen", "Unit 218, rear bedroom"):
        assert room in text(owner)
        assert room not in text(mine)
    assert "Rear stairs" in text(mine)
    assert mine.findings() == []


def test_a_hearing_notice_does_not_speak_of_repairs_to_a_tenant() -> None:
    paper = tenant(HEARING, "tenant-220", about="h1")
    assert TENANT not in text(paper)
    assert paper.findings() == []


def test_who_owns_and_lives_there_must_do_the_repairs() -> None:
    paper = tenant(NOTICE, "owner-chen", ("/parties/0/roles", ["owner", "occupant"]))
    assert TENANT not in text(paper)
    assert "You do not have to do the repairs" not in text(paper)
