"""A third citation within a year, one of them withdrawn, an appeal, hardship: from the first night to the closing.

Not written yet are the letters of withdrawal and on hardship and the hearing's decision: what they would say is told as
an event, and asked of ``next``.
"""

from __future__ import annotations

import json
from typing import Any

from docservice.casefile.article_numbers import check_digit
from tests.places import ROOT
from tests.stories.conftest import POST_OFFICE, Clerk

EXAMPLE = json.loads((ROOT / "examples/CE-2026-0231/casefile.json").read_text())
OWNER = ["CHÂTEAU Nº 9 VACATION RENTALS, LLC", "2443 FILLMORE ST PMB 380", "SAN FRANCISCO CA 94115"]
PARTNER = ["ISAURA BEAUMONT-ACHEBE", "8 TIMBER LN", "MADRONA HILLS CA 95999"]
FIRST_APPEAL = {
    "id": "a1", "filed_on": "2026-06-26", "by": "owner", "of": ["c1", "c2"],
    "grounds": "The guests broke the house rules.", "deposit": "4500.00",
}  # fmt: skip
SECOND_APPEAL = {
    "id": "a2", "filed_on": "2026-07-02", "by": "partner", "of": ["c3"], "grounds": "I have no part in the letting.",
    "hardship_waiver": "requested", "hardship_requested_on": "2026-07-02",
}  # fmt: skip
HEARING = {
    "id": "h1", "on": "2026-07-30", "at": "10:00", "kind": "appeal", "officer": "hearing_officer", "appeal": "a1",
    "place": ["Town Council Chamber", "1 Town Hall Way", "Madrona Hills, CA 95999"], "docket": "HO-2026-0011",
}  # fmt: skip


def test_the_third_citation(clerk: Clerk) -> None:
    three_nights(clerk)
    once(clerk)
    one_withdrawn(clerk)
    appeals_that_cannot_be_heard(clerk)
    hardship(clerk)


def article(serial: int) -> str:
    digits = f"9414811899560231{serial:05d}"
    return digits + check_digit(digits)


def mailed(clerk: Clerk, number: str, on: str, serial: int, address: list[str] = OWNER) -> Any:
    """By certified and first-class mail on a day, which holds from that day."""
    sent = {"place": POST_OFFICE, "address": address}
    ways = (
        {**sent, "method": "certified_mail", "article_number": article(serial)},
        {**sent, "method": "first_class_mail"},
    )
    told = clerk.served(number, on, *ways)
    assert (told["state"], told["holds_from"]) == ("holds", on)
    return told


def before() -> dict[str, Any]:
    """The case as it was opened: one night, nothing sent; and a second owner."""
    case: dict[str, Any] = {**EXAMPLE}
    for emptied in ("citations", "appeals", "hearings", "service", "memoranda", "events", "costs", "violations"):
        case[emptied] = []
    address = {"kind": "street", "lines": PARTNER[1:]}
    partner = {"id": "partner", "roles": ["owner"], "name": {"text": "Isaura Beaumont-Achebe"}, "address": address}
    return {**case, "inspections": [], "parties": [*EXAMPLE["parties"], partner]}


def a_night(clerk: Clerk, index: int, on: str, ordinal: int) -> str:
    """What was seen on one more night is put on record on the day of its citation; the citation's id."""
    clerk.day(on)
    clerk.add("inspections", {**EXAMPLE["inspections"][index], "photos": []})
    violation = EXAMPLE["violations"][index]
    clerk.add("violations", violation)
    cited(clerk, f"c{index + 1}", ordinal)
    return f"c{index + 1}"


def cited(clerk: Clerk, name: str, ordinal: int) -> None:
    violation = EXAMPLE["violations"][int(name[1:]) - 1]
    told = {"id": name, "violations": [violation["id"]], "violation_on": violation["observed_on"], "ordinal": ordinal}
    assert clerk.add("citations", told)["outcome"] == "changed"


def printed(paper: Any) -> dict[str, str]:
    return {one["name"]: one["date"] for one in paper["dates"]}


def printings(notice: Any) -> list[Any]:
    return [copy["printings"][-1] for copy in notice["copies"]]


def three_nights(clerk: Clerk) -> None:
    clerk.day("2026-05-25")
    clerk.put(before())
    first = clerk.issue("administrative-citation", a_night(clerk, 0, "2026-05-29", 1), recipient="owner")
    mailed(clerk, "AC-2026-0001", "2026-05-29", 1)
    second = clerk.notice("administrative-citation", ["owner", "partner"], about=a_night(clerk, 1, "2026-06-17", 2))
    mailed(clerk, "AC-2026-0002.1", "2026-06-17", 2)
    mailed(clerk, "AC-2026-0002.2", "2026-06-17", 3, PARTNER)
    clerk.day("2026-06-26")
    clerk.add("appeals", FIRST_APPEAL)
    third = clerk.notice("administrative-citation", ["owner", "partner"], about=a_night(clerk, 2, "2026-06-30", 3))
    told = mailed(clerk, "AC-2026-0003.1", "2026-06-30", 4)
    mailed(clerk, "AC-2026-0003.2", "2026-06-30", 5, PARTNER)

    assert [one["number"] for one in (first, second, third)] == ["AC-2026-0001", "AC-2026-0002", "AC-2026-0003"]
    for paper, day in zip((first, *printings(second), *printings(third)),
                          ("2026-06-29", *["2026-07-17"] * 2, *["2026-07-30"] * 2), strict=True):  # fmt: skip
        assert (printed(paper)["contest-by"], printed(paper)["pay-by"]) == (day, day)

    text = clerk.text("AC-2026-0003.2")
    for said in (
        "Notice AC-2026-0003 · copy 2", "This is the third citation within 12 months", "May 23, 2026 and June 13, 2026",
        "Please pay $5,000.00 by Thursday, July 30, 2026", "Citation number AC-2026-0003 Amount due $5,000.00",
        "Sent to • Château No 9 Vacation Rentals, LLC, owner • Isaura Beaumont-Achebe, owner",
        "This fine is owed once, by all who are named here together.",
    ):  # fmt: skip
        assert said in text

    ledger = clerk.ledger()
    assert [one["owed"] for one in ledger["debts"]] == ["1500.00", "3000.00", "5000.00"]
    assert [one["liable"] for one in ledger["debts"]] == [["owner"], ["owner", "partner"], ["owner", "partner"]]
    assert ledger["balance"] == "5000.00", "the deposit lies on the first two"

    # A certified letter came back unclaimed; the first-class one beside it did not: served all the same.
    clerk.day("2026-07-01")
    told = clerk.result("AC-2026-0003.1", told["position"], 1, "unclaimed", "2026-07-01", reason="Unclaimed")
    assert (told["state"], told["holds_from"], told["legs"][0]["state"]) == ("holds", "2026-06-30", "failed")


def once(clerk: Clerk) -> None:
    """The same citation again is refused, with its place and without a number."""
    again = clerk.issue("administrative-citation", "c2", 422, recipient="owner")
    assert [(one["code"], one["place"]) for one in again["errors"]] == [("procedure.once", "/citations/1")]
    tried = clerk.notice("administrative-citation", ["owner"], 200, about="c2", dry_run=True)
    assert [(one["may"], one["findings"][0]["code"]) for one in tried["recipients"]] == [(False, "procedure.once")]


def one_withdrawn(clerk: Clerk) -> None:
    """c1 is withdrawn after it was served: the others are one less, nobody owes what is too much, all are told."""
    clerk.happened("withdrawn", "2026-07-01", "c1", reason="The count of May 23 cannot be proved.")
    ledger = clerk.ledger()
    assert [one["owed"] for one in ledger["debts"]] == ["0.00", "1500.00", "3000.00"], "4500 in all"
    assert [one["entries"][-1]["amount"] for one in ledger["debts"]] == ["-1500.00", "-1500.00", "-2000.00"]
    assert {one["entries"][-1]["kind"] for one in ledger["debts"]} == {"adjust"}
    assert (ledger["refund"], ledger["balance"]) == ("3000.00", "3000.00"), "of 4500"
    assert [(one["number"], one["printed"], one["now"]) for one in ledger["recounts"]] == [
        ("AC-2026-0002", "3000.00", "1500.00"), ("AC-2026-0003", "5000.00", "3000.00"),
    ]  # fmt: skip
    owed = clerk.ask("GET", f"/cases/{clerk.case}/next", 200)["owed"]
    assert [(one["code"], one["number"], one["recipient"]) for one in owed] == [
        ("recount.due", "AC-2026-0002.1", "owner"), ("recount.due", "AC-2026-0002.2", "partner"),
        ("recount.due", "AC-2026-0003.1", "owner"), ("recount.due", "AC-2026-0003.2", "partner"),
        ("withdrawal.due", "AC-2026-0001", "owner"),
    ]  # fmt: skip
    assert clerk.row("contest-by", "AC-2026-0001") == ("moot", "2026-06-29")


def appeals_that_cannot_be_heard(clerk: Clerk) -> None:
    clerk.day("2026-07-02")
    clerk.add("hearings", HEARING)
    assert set(clerk.next("notice-of-hearing").values()) == {("yes", None)}, "c1 is moot, it goes on for c2"
    clerk.add("appeals", {**FIRST_APPEAL, "of": ["c1"]})
    assert set(clerk.next("notice-of-hearing").values()) == {("procedure.appeal", None)}
    assert clerk.why("notice-of-hearing") == {"Nothing that the appeal a1 is of is in force."}

    clerk.day("2026-07-20")
    clerk.add("appeals", {**FIRST_APPEAL, "filed_on": "2026-07-20"})
    assert clerk.why("notice-of-hearing") == {"The appeal a1 was filed on 2026-07-20; it had to be by 2026-07-17."}
    cause = {"guard": "procedure.late_appeal", "answer": "yes", "by": "hearing_officer", "reason": "In hospital."}
    for officer, may in (("hearing_officer", True), ("director", False)):
        order = {"about": "h1", "dry_run": True, "decisions": [{**cause, "by": officer}]}
        tried = clerk.notice("notice-of-hearing", ["owner"], 200, **order)["recipients"]
        assert [one["may"] for one in tried] == [may]
    clerk.day("2026-07-02")
    clerk.add("appeals", FIRST_APPEAL)


def hardship(clerk: Clerk) -> None:
    """Asked in time, denied: due ten days later, and not before the time to contest."""
    clerk.add("appeals", SECOND_APPEAL)
    assert clerk.row("deposit-by", about="a2") == ("held", None)
    clerk.day("2026-07-10")
    clerk.happened("hardship-decided", "2026-07-10", "a2", granted=False, reason="The income allows it.")
    assert clerk.row("deposit-by", about="a2") == ("open", "2026-07-30")
    assert clerk.row("pay-by", "AC-2026-0003.2")[0] == "held", "until the deposit can no longer be paid"
