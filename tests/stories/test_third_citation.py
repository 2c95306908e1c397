"""A third citation within a year, one of them withdrawn, an appeal, hardship: from the first night to the closing."""

from __future__ import annotations

import json
from typing import Any

from docservice.casefile.article_numbers import check_digit
from tests.places import ROOT
from tests.stories.conftest import POST_OFFICE, Clerk

EXAMPLE = json.loads((ROOT / "examples/CE-2026-0231/casefile.json").read_text())
ENVELOPE = ["CHÂTEAU Nº 9 VACATION RENTALS, LLC", "2443 FILLMORE ST PMB 380", "SAN FRANCISCO CA 94115"]


def article(serial: int) -> str:
    digits = f"9414811899560231{serial:05d}"
    return digits + check_digit(digits)


def both_ways(serial: int) -> list[dict[str, Any]]:
    sent = {"place": POST_OFFICE, "address": ENVELOPE}
    return [
        {**sent, "method": "certified_mail", "article_number": article(serial)},
        {**sent, "method": "first_class_mail"},
    ]


def the_night(index: int) -> tuple[dict[str, Any], dict[str, Any]]:
    inspection = {**EXAMPLE["inspections"][index], "photos": []}
    return inspection, EXAMPLE["violations"][index]


def before() -> dict[str, Any]:
    """The case as it was opened: one night, nothing sent."""
    case: dict[str, Any] = {**EXAMPLE}
    for emptied in ("citations", "appeals", "hearings", "service", "memoranda", "events", "costs"):
        case[emptied] = []
    inspection, violation = the_night(0)
    return {**case, "inspections": [inspection], "violations": [violation]}


def cite(clerk: Clerk, index: int, on: str) -> Any:
    """One more night, and its citation to the owner on a day; the citation as issued."""
    clerk.day(on)
    inspection, violation = the_night(index)
    clerk.add("inspections", inspection)
    clerk.add("violations", violation)
    name = f"c{index + 1}"
    told = {"id": name, "ordinal": index + 1, "violations": [violation["id"]], "violation_on": violation["observed_on"]}
    assert clerk.add("citations", told)["outcome"] == "changed"
    return clerk.issue("administrative-citation", name, recipient="owner")


def dates(document: Any) -> dict[str, str]:
    return {one["name"]: one["date"] for one in document["dates"]}


def test_the_third_citation(clerk: Clerk) -> None:
    clerk.day("2026-05-25")
    clerk.put(before())

    # Three nights, three citations, each mailed twice over on its day.
    every = [cite(clerk, 0, "2026-05-29")]
    clerk.served(every[0]["number"], "2026-05-29", *both_ways(1))
    every.append(cite(clerk, 1, "2026-06-17"))
    clerk.served(every[1]["number"], "2026-06-17", *both_ways(2))
    every.append(cite(clerk, 2, "2026-06-30"))
    third = clerk.served(every[2]["number"], "2026-06-30", *both_ways(3))
    assert [one["number"] for one in every] == ["AC-2026-0001", "AC-2026-0002", "AC-2026-0003"]
    assert [dates(one)["contest-by"] for one in every] == ["2026-06-29", "2026-07-17", "2026-07-30"]
    assert [dates(one)["pay-by"] for one in every] == ["2026-06-29", "2026-07-17", "2026-07-30"]
    assert "This is the third citation" in clerk.text("AC-2026-0003")
    assert "$5,000.00" in clerk.text("AC-2026-0003")
    ledger = clerk.ask("GET", f"/cases/{clerk.case}/ledger", 200)
    assert (ledger["balance"], [one["owed"] for one in ledger["debts"]]) == ("9500.00", ["1500.00", "3000.00", "5000.00"])

    # The certified letter came back unclaimed; the first-class one beside it did not: served all the same.
    clerk.day("2026-07-01")
    told = clerk.result("AC-2026-0003", third["position"], 1, "unclaimed", "2026-07-01", reason="Unclaimed")
    assert (told["state"], told["holds_from"]) == ("holds", "2026-06-30")

    # The same citation again is refused, by its rule.
    again = clerk.issue("administrative-citation", "c2", 422, recipient="owner")
    assert again["code"] == "procedure.once"
    assert again["errors"][0]["code"] == "procedure.once"

    # c1 is withdrawn after it was served: the others are one less, and nobody owes what is too much.
    clerk.happened("withdrawn", "2026-07-01", "c1", reason="The count of May 23 cannot be proved.")
    ledger = clerk.ask("GET", f"/cases/{clerk.case}/ledger", 200)
    assert ledger["balance"] == "4500.00", ledger
