"""A third citation within a year, one of them withdrawn, an appeal, hardship: from the first night to the closing.

Not written yet are the letters of withdrawal and on hardship and the hearing's decision: what they would say is told as
an event, and asked of ``next``.
"""

from __future__ import annotations

import json
from typing import Any

from docservice.casefile.article_numbers import check_digit
from tests.places import ROOT
from tests.stories.conftest import POST_OFFICE, Clerk, words

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
    corrected(clerk)
    put_off_and_heard(clerk)
    paid_twice(clerk)
    bound(clerk)


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
    clerk.add("violations", {**violation, "photographs": []})
    cited(clerk, f"c{index + 1}", ordinal)
    return f"c{index + 1}"


def cited(clerk: Clerk, name: str, ordinal: int) -> None:
    violation = EXAMPLE["violations"][int(name[1:]) - 1]
    told = {"id": name, "violations": [violation["id"]], "violation_on": violation["observed_on"], "ordinal": ordinal}
    answer = clerk.add("citations", told)
    assert answer.get("outcome") == "changed", answer


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


def corrected(clerk: Clerk) -> None:
    """The two citations whose papers say too much are replaced for all who have a copy, with days of their own."""
    clerk.day("2026-07-15")
    notice = clerk.notice("notice-of-hearing", ["owner", "partner", "local-contact"], about="h1")
    assert len(notice["copies"]) == 3, "the appellant's copy says what the others say"
    assert printed(printings(notice)[0])["hearing-notice-by"] == "2026-07-20"
    text = clerk.text("NH-2026-0001.2")
    assert "Appeal by Château No 9 Vacation Rentals, LLC, June 26, 2026" in text
    assert "for a violation on June 13, 2026. The fine: $1,500.00." in text
    assert "May 23" not in text, "what was withdrawn is not heard"

    clerk.day("2026-07-16")
    cited(clerk, "c2", 1)
    cited(clerk, "c3", 2)
    clerical = supersede(clerk, "AC-2026-0003", "c3", 409, correction="clerical")
    assert "text/amount" in [one["place"] for one in clerical["errors"]]
    second, third = supersede(clerk, "AC-2026-0002", "c2"), supersede(clerk, "AC-2026-0003", "c3")
    assert (second["number"], third["number"]) == ("AC-2026-0004", "AC-2026-0005")
    for serial, (number, address) in enumerate(
        (f"{one}.{copy}", to) for one in ("AC-2026-0004", "AC-2026-0005") for copy, to in ((1, OWNER), (2, PARTNER))
    ):  # fmt: skip
        mailed(clerk, number, "2026-07-16", 6 + serial, address)
    text = clerk.text("AC-2026-0005.2")
    for said in ("This document replaces AC-2026-0003 of June 30, 2026.", "This is the second citation", "$3,000.00",
                 "on June 13, 2026.", "by Monday, August 17, 2026"):  # fmt: skip
        assert said in text
    assert "May 23, 2026" not in text
    ledger = clerk.ledger()
    assert (ledger["recounts"], ledger["balance"], ledger["refund"]) == ([], "3000.00", "3000.00")
    assert clerk.row("pay-by", "AC-2026-0003.1")[0] == "moot"
    assert clerk.row("deposit-by", about="a2") == ("open", "2026-08-17"), "with the new day to contest"


def supersede(clerk: Clerk, number: str, about: str, expect: int = 201, **more: Any) -> Any:
    seen = clerk.ask("GET", f"/notices/{number}", 200)["etag"]
    order = {"template": "administrative-citation", "case": clerk.case, "about": about, "reason": "c1 was withdrawn."}
    return clerk.ask(
        "POST", f"/notices/{number}/supersede", expect, json=order | more, headers={"If-Match": f'"{seen}"'}
    )


def put_off_and_heard(clerk: Clerk) -> None:
    """Put off and not announced in the room: the old notice is none, and its time counts anew."""
    clerk.day("2026-07-28")
    clerk.happened("hearing-continued", "2026-07-28", "h1", to="2026-08-13", announced=False)
    assert clerk.next("notice-of-hearing", "h1", on="2026-08-03")["partner"] == ("yes", None)
    assert clerk.next("notice-of-hearing", "h1", on="2026-08-04")["partner"] == ("procedure.lead", None)
    assert clerk.row("decision-by", about="h1") == ("open", "2026-09-14")
    clerk.notice("notice-of-hearing", ["owner", "partner", "local-contact"], about="h1")
    assert "Thursday, August 13, 2026" in clerk.text("NH-2026-0002.1")
    clerk.day("2026-08-13")
    clerk.happened("hearing-held", "2026-08-13", "h1")
    assert clerk.next("hearing-decision")["owner"] == ("ask", None), "nobody said that the notice was served"
    contact = ["X Æ PARK", "8 TIMBER LN", "MADRONA HILLS CA 95999"]
    for copy, address in enumerate((OWNER, PARTNER, contact), 1):
        mailed(clerk, f"NH-2026-0002.{copy}", "2026-07-28", 20 + copy, address)
    assert clerk.next("hearing-decision")["owner"] == ("yes", None)
    clerk.day("2026-08-20")
    more = {"id": "c2", "outcome": "modified", "amount": "1600.00"}
    refused = clerk.happened("decided", "2026-08-20", "h1", 422, items=[more])
    assert [(one["code"], one["pointer"]) for one in refused["errors"]] == [("event.amount", "/data/items/0/amount")]
    clerk.happened("decided", "2026-08-20", "h1", items=[{**more, "amount": "1200.00"}])
    assert clerk.row("pay-by", "AC-2026-0004.1")[0] == "done", "the deposit covers what was decided"
    # The deposit was not paid in time: that appeal holds nothing any more.
    assert clerk.row("deposit-by", about="a2") == ("late", "2026-08-17")
    assert clerk.row("pay-by", "AC-2026-0005.1") == ("late", "2026-08-17")


def paid_twice(clerk: Clerk) -> None:
    """One debt, owed together: paid by one, it is paid; what the other pays goes back."""
    pay = {"amount": "3000.00", "ledger": "fines", "citation": "c3"}
    clerk.day("2026-08-21")
    clerk.add("payments", {**pay, "id": "p1", "on": "2026-08-21", "by": "owner"})
    ledger = clerk.ledger()
    assert (ledger["balance"], [one["balance"] for one in ledger["debts"]]) == (
        "0.00",
        ["-1500.00", "-1800.00", "0.00"],
    )
    for copy in (1, 2):
        assert clerk.row("pay-by", f"AC-2026-0005.{copy}")[0] == "done"
    clerk.day("2026-08-24")
    clerk.add("payments", {**pay, "id": "p2", "on": "2026-08-24", "by": "partner"})
    ledger = clerk.ledger()
    assert ledger["debts"][2]["refund"] == "3000.00"
    assert {one["code"] for one in ledger["findings"]} == {"ledger.overpaid"}


def bound(clerk: Clerk) -> None:
    """The packet, and that its record changed since: an event was told wrongly. It stays sound all the same."""
    service = clerk.ask("GET", f"/cases/{clerk.case}", 200)["casefile"]["service"]
    leg = next(one["id"] for one in service if one["document"] == "AC-2026-0004.1")
    assert article(6) in clerk.text(clerk.issue("proof-of-service", leg)["number"]).replace(" ", "")
    parts = [{"generated": "cover"}, {"issued": "administrative-citation"}, {"generated": "service-list"}]
    plan = {"case": clerk.case, "title": "Hearing packet", "hearing": "h1", "service": "first-page", "parts": parts}
    packet = clerk.ask("POST", "/packets", 201, json={"plan": plan})
    text = words(clerk.ask("GET", f"/packets/{packet['id']}/files/{packet['files'][0]['name']}", 200))
    assert all(f"AC-2026-000{n}.2" in text for n in (4, 5))
    held = next(
        one for one in clerk.ask("GET", f"/cases/{clerk.case}/events", 200)["items"] if one["type"] == "decided"
    )
    items = [{"id": "c2", "outcome": "modified", "amount": "1100.00"}]
    event = {"type": "decided", "on": "2026-08-20", "subject": "h1", "data": {"items": items}}
    again = {**event, "corrects": held["position"], "reason": "Read wrongly."}
    clerk.ask("POST", f"/cases/{clerk.case}/events", 201, json=again)
    told = clerk.ask("POST", "/packets/verifications", 200, json={"packet": packet["id"]})
    assert told["verdict"] == "verified"
    assert "packet.record_changed" in {one["code"] for one in told["findings"]}
