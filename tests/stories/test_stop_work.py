"""Work without a permit is stopped, goes on, is put right: from the gate to the closing, over real HTTP.

The letter of release is not written yet: that the order was lifted is told as an event.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from tests.places import ROOT
from tests.stories.conftest import POST_OFFICE, SWORN, Clerk, words

EXAMPLE = json.loads((ROOT / "examples/CE-2026-0147/casefile.json").read_text())
PICTURES = [path.read_bytes() for path in sorted((ROOT / "examples/CE-2026-0147/photos").glob("*.jpg"))[:2]]
NUMBER = "CE-2026-0310"
WALL = {
    "id": "v1", "section": "CBC 105.1", "observed_on": "2026-05-29", "inspection": "i1", "location": "Rear yard",
    "facts": "A retaining wall of concrete block, 6 feet high, is being built without a permit.",
    "correction": "Apply for a permit with plans.",
}  # fmt: skip
DANGER = {"immediate_danger": True, "danger_reason": "The wall may fall on the neighbor's driveway."}
ORDER = {
    "id": "s1", "on": "2026-06-01", "at": "09:30", "posted_at": "Front gate", "violations": ["v1"],
    "reason": "The wall holds back a cut. Nobody has checked its footing.",
    "conditions": ["A permit for the wall has been issued."],
}  # fmt: skip
GATE = {
    "method": "posting_site",
    "at": "09:40",
    "place": "Front gate, 18850 Rancho de las Golondrinas Encantadas Court",
}
HANDED = {"method": "personal", "at": "09:50", "place": "At the gate", "to_whom": "Thaddeus Okonkwo-Reyes"}


def test_stop_work(wire: Clerk) -> None:
    posted(wire)
    an_appeal_leaves_it(wire)
    not_closed(wire)
    lifted_and_again(wire)
    no_fine_without_a_notice(wire)
    closed_and_reopened(wire)
    bound(wire)


def site() -> dict[str, Any]:
    case: dict[str, Any] = {**EXAMPLE}
    for emptied in ("citations", "service", "memoranda", "events", "costs", "permits", "payments"):
        case[emptied] = []
    case["case"] = {**EXAMPLE["case"], "number": NUMBER, "title": "A wall without a permit", "opened_on": "2026-05-28"}
    case["parties"] = [
        one for one in EXAMPLE["parties"] if one["id"] in ("owner-llc", "agent", "contractor", "foreman")
    ]
    case["parties"] = [{key: one[key] for key in one if key != "language"} for one in case["parties"]]
    seen = {key: value for key, value in EXAMPLE["inspections"][1].items() if key != "reinspection_on"}
    case["inspections"] = [{**seen, "id": "i1", "on": "2026-05-29", "photos": []}]
    case.pop("confidential", None)
    return {**case, "violations": [WALL], "stop_work_orders": [ORDER]}


def pictures(*held: bytes) -> list[dict[str, Any]]:
    """Two pictures of the gate; those that the register has are named by their SHA-256."""
    return [
        {"file": f"gate-{n}.jpg", "caption": f"The order at the gate, {n}", "alt": "A red notice on a chain-link gate.",
         "taken_on": "2026-06-01", "taken_at": "09:40", "taken_by": "Pilar Everhart",
         **({"sha256": hashlib.sha256(held[n - 1]).hexdigest()} if held else {})}
        for n in (1, 2)
    ]  # fmt: skip


def by_mail(*address: str) -> dict[str, Any]:
    return {"method": "first_class_mail", "place": POST_OFFICE, "address": [*address]}


def codes(refusal: Any) -> list[str]:
    return [one["code"] for one in refusal["errors"]]


def posted(clerk: Clerk) -> None:
    """Three copies of one order, posted at the gate: handed to the foreman, mailed to the others."""
    clerk.day("2026-06-01")
    clerk.put(site())
    order = clerk.notice("stop-work-order", ["owner-llc", "contractor", "foreman"], about="s1")
    numbers = [copy["printings"][0]["number"] for copy in order["copies"]]
    assert numbers == ["SWO-2026-0001.1", "SWO-2026-0001.2", "SWO-2026-0001.3"]
    assert {one["date"] for copy in order["copies"] for one in copy["printings"][0]["dates"]} == {"2026-06-11"}
    text = clerk.text(numbers[2])
    for said in (
        "must stop now", "Posted at the property", "Your written request must arrive by Thursday, June 11, 2026",
        "The order is posted here: Front gate", "A permit for the wall has been issued", "Sent to",
    ):  # fmt: skip
        assert said in text

    shown = {**GATE, "photos": pictures()}
    files = {"gate-1.jpg": PICTURES[0], "gate-2.jpg": PICTURES[1]}
    told = clerk.served(numbers[2], "2026-06-01", shown, HANDED, files=files)
    assert (told["state"], told["holds_from"]) == ("holds", "2026-06-01")
    owner = by_mail("GOLONDRINA HOLDINGS III, LLC", "1209 ORANGE BLOSSOM ST STE 400", "WILMINGTON DE 19801-0001")
    assert clerk.served(numbers[0], "2026-06-01", {**GATE, "photos": pictures(*PICTURES)}, owner)["state"] == "holds"

    # The pictures were forgotten: kept, and not served until an event corrects it.
    builder = by_mail("O'BRIEN & SØN BUILDERS, INC.", "35 QUARRY RD UNIT 4", "MADRONA HILLS CA 95999")
    told = clerk.served(numbers[1], "2026-06-01", {**GATE, "photos": []}, builder)
    assert (told["state"], told["why"]) == ("lacking", "At least 2 photos are needed; there are 0.")
    data = {"party": "contractor", "declarant": SWORN, "legs": [{**GATE, "photos": pictures(*PICTURES)}, builder]}
    event = {"type": "attempted", "on": "2026-06-01", "subject": numbers[1], "data": data}
    again = {**event, "corrects": told["position"], "reason": "The pictures were forgotten."}
    assert clerk.ask("POST", f"/cases/{NUMBER}/events", 201, json=again)["corrects"] == told["position"]
    [stands] = clerk.ask("GET", "/notices/SWO-2026-0001/copies/2/attempts", 200)["served"]
    assert (stands["state"], stands["on"]) == ("served", "2026-06-01")

    leg = clerk.ask("GET", f"/cases/{NUMBER}", 200)["casefile"]["service"][0]["id"]
    text = clerk.text(clerk.issue("declaration-of-posting", leg)["number"])
    assert all(f"{number} Stop work order" in text for number in numbers)
    assert text.count("The order at the gate, 2. Taken on June 1, 2026 at 9:40 a.m.") == 3
    assert "under penalty of perjury" in text


def an_appeal_leaves_it(clerk: Clerk) -> None:
    clerk.day("2026-06-08")
    appeal = {"id": "a1", "filed_on": "2026-06-08", "by": "contractor", "of": ["s1"], "grounds": "There was a permit."}
    clerk.add("appeals", appeal)
    clerk.day("2026-06-10")
    assert clerk.row("contest-by", "SWO-2026-0001.2") == ("done", "2026-06-11")
    assert clerk.row("contest-by", "SWO-2026-0001.1") == ("open", "2026-06-11"), "the others may contest it too"
    assert clerk.next("notice-of-violation")["owner-llc"] == ("yes", None), "it holds no notice"
    assert clerk.next("closure-letter")["owner-llc"][0] == "procedure.none_open", "nor is the order lifted"


def not_closed(clerk: Clerk) -> None:
    clerk.day("2026-06-15")
    refused = clerk.issue("closure-letter", None, 422, recipient="owner-llc")
    assert codes(refused) == ["procedure.none_open", "procedure.live"]
    assert refused["errors"][0]["detail"] == "v1 is open."
    assert refused["errors"][1]["detail"] == "SWO-2026-0001 is in force."


def lifted_and_again(clerk: Clerk) -> None:
    """A lifted order is not used again; new work without a permit makes a new one."""
    clerk.day("2026-06-22")
    clerk.happened("lifted", "2026-06-22", "s1", reason="The permit was issued and the wall inspected.")
    twice = clerk.happened("lifted", "2026-06-22", "s1", 422, reason="The permit was issued.")
    assert twice["code"] == "event.contradicts"
    clerk.day("2026-06-25")
    refused = clerk.issue("stop-work-order", "s1", 422, recipient="owner-llc")
    assert [(one["code"], one["place"]) for one in refused["errors"]] == [("procedure.lifted", "/stop_work_orders/0")]
    clerk.add("stop_work_orders", {**ORDER, "id": "s2", "on": "2026-06-25", "reason": "Work beyond the permit."})
    assert set(clerk.next("stop-work-order", "s2").values()) == {("yes", None)}
    assert clerk.drop("stop_work_orders", "s2")["outcome"] == "changed"


def no_fine_without_a_notice(clerk: Clerk) -> None:
    clerk.add("citations", {"id": "c1", "ordinal": 1, "violations": ["v1"], "violation_on": "2026-06-24"})
    refused = clerk.issue("administrative-citation", "c1", 422, recipient="owner-llc")
    assert [(one["code"], one["place"]) for one in refused["errors"]] == [("procedure.requires", "/citations/0")]
    assert "CBC 105.1" in refused["errors"][0]["detail"]
    clerk.add("violations", {**WALL, "immediate_danger": True})
    assert codes(clerk.issue("administrative-citation", "c1", 422, recipient="owner-llc")) == ["procedure.requires"]
    clerk.add("violations", {**WALL, **DANGER})
    tried = clerk.notice("administrative-citation", ["owner-llc"], 200, about="c1", dry_run=True)["recipients"]
    assert [one["may"] for one in tried] == [True], "danger, with its reason"
    # The town's rules know no citation to a contractor: who may owe a fine is theirs to say.
    assert clerk.issue("administrative-citation", "c1", 422, recipient="contractor")["code"] == "recipient.role"
    assert clerk.drop("citations", "c1")["outcome"] == "changed"


def closed_and_reopened(clerk: Clerk) -> None:
    clerk.add("violations", {**WALL, "corrected_on": "2026-06-22"})
    closing = clerk.issue("closure-letter", recipient="owner-llc")
    assert "We checked on June 22, 2026 that it is corrected." in clerk.text(closing["number"])
    assert clerk.ask("GET", f"/cases/{NUMBER}", 200)["closed_on"] == "2026-06-25"
    clerk.day("2026-07-01")
    refused = clerk.issue("notice-of-violation", None, 422, recipient="owner-llc")
    assert codes(refused) == ["procedure.requires", "procedure.closed"]
    assert (
        clerk.happened("reopened", "2026-07-02", NUMBER, 422, reason="It is back.")["errors"][0]["code"] == "event.date"
    )
    clerk.happened("reopened", "2026-07-01", NUMBER, reason="It is back.")
    clerk.add("violations", {**WALL, "id": "v2", "observed_on": "2026-07-01"})
    assert clerk.next("notice-of-violation")["owner-llc"] == ("yes", None)
    assert clerk.row("contest-by", "SWO-2026-0001.1")[0] == "moot", "what ran before the closing stays so"


def bound(clerk: Clerk) -> None:
    """The packet has the order once, its three copies and who was served with each."""
    parts = [
        {"generated": "cover"}, {"issued": "stop-work-order"}, {"issued": "declaration-of-posting"},
        {"generated": "service-list"}, {"issued": "closure-letter"},
    ]  # fmt: skip
    plan = {"case": NUMBER, "title": "File of the stop work order", "service": "first-page", "parts": parts}
    packet = clerk.ask("POST", "/packets", 201, json={"plan": plan})
    [file] = packet["files"]
    text = words(clerk.ask("GET", f"/packets/{packet['id']}/files/{file['name']}", 200))
    assert "Thaddeus Okonkwo-Reyes" in text
    assert all(f"SWO-2026-0001.{copy}" in text for copy in (1, 2, 3))
    assert clerk.ask("POST", "/packets/verifications", 200, json={"packet": packet["id"]})["verdict"] == "verified"
