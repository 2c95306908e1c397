"""From the telephone call to the last warning: who complained is answered, the owner told, given time, warned."""

from __future__ import annotations

from typing import Any

from tests.stories.conftest import Clerk

NUMBER = "CE-2026-0410"
OWNER = {
    "id": "owner", "roles": ["owner"], "name": {"text": "Amparo Quiñones"},
    "address": {"kind": "street", "lines": ["79 RIDGELINE TER", "MADRONA HILLS CA 95999"]},
}  # fmt: skip
NEIGHBOR = {
    "id": "neighbor", "roles": ["interested"], "name": {"text": "Cornelius Abernathy-Voss"},
    "address": {"kind": "street", "lines": ["81 RIDGELINE TER", "MADRONA HILLS CA 95999"]},
}  # fmt: skip
FENCE = {
    "id": "v1", "section": "MHMC 17.52.030", "observed_on": "2026-05-06", "inspection": "i1",
    "facts": "The front fence is 6 feet high.", "correction": "Lower it to 4 feet.",
}  # fmt: skip
SEEN = {
    "id": "i1", "on": "2026-05-06", "inspector": "inspector", "basis_of_entry": "public_view",
    "observations": ["A board fence stands along the street."],
}  # fmt: skip
ASKED = {"id": "e1", "on": "2026-05-12", "by": "owner", "violations": ["v1"], "until": "2026-07-31",
         "reason": "The carpenter comes in June."}  # fmt: skip
GRANTED = {**ASKED, "decision": "granted", "decided_on": "2026-05-13", "decided_by": "coordinator",
           "granted_until": "2026-06-15", "conditions": ["The gate stays closed."]}  # fmt: skip
VISIT = {"id": "visit-1", "on": "2026-06-11", "from_at": "09:00", "until_at": "11:00", "inspector": "inspector"}


HANDED = {"method": "personal", "at": "10:15", "place": "At the front door, 79 Ridgeline Terrace",
          "to_whom": "Amparo Quiñones"}  # fmt: skip


def codes(answer: Any) -> set[str]:
    return {one["code"] for one in answer["errors"]}


def test_before_a_citation(clerk: Clerk) -> None:
    who_complained_is_answered(clerk)
    the_owner_is_told(clerk)
    more_time(clerk)
    a_visit(clerk)
    the_last_warning(clerk)
    or_the_town_does_it(clerk)


def who_complained_is_answered(clerk: Clerk) -> None:
    clerk.day("2026-05-04")
    site = {"apn": "012-455-020", "situs": "79 Ridgeline Terrace"}
    case = {"number": NUMBER, "title": "Fence too high", "opened_on": "2026-05-04", "officer": "coordinator"}
    told = {"complainant": NEIGHBOR, "complaint": "Amparo built a wall of boards. I cannot see the road from my drive.",
            "complaint_received_on": "2026-05-04", "complaint_came_by": "phone", "updates_wanted": True}  # fmt: skip
    clerk.put({"case": case, "property": site, "parties": [OWNER], "confidential": told})
    assert clerk.next("complaint-acknowledgement") == {"neighbor": ("yes", None)}
    refused = clerk.issue("complaint-acknowledgement", recipient="owner", expect=422)
    assert codes(refused) == {"recipient.unknown"}
    issued = clerk.issue("complaint-acknowledgement")
    text = clerk.text(issued["number"])
    for said in (
        "Cornelius Abernathy-Voss",
        NUMBER,
        "I cannot see the road",
        "June 3, 2026",
        "Evidence Code section 1041",
    ):
        assert said in text
    assert "Quiñones" not in text
    assert clerk.next("complaint-acknowledgement")["neighbor"][0] == "procedure.once"
    # Nor does it come into a packet, which the owner and the public read.
    for part in ({"document": issued["number"]}, {"issued": "complaint-acknowledgement"}):
        plan = {"case": NUMBER, "title": "File", "parts": [{"generated": "cover"}, part]}
        refused = clerk.ask("POST", "/packets", 422, json={"plan": plan})
        assert (refused["code"], refused["errors"][0]["pointer"][:13]) == ("packet.document", "/plan/parts/1")


def the_owner_is_told(clerk: Clerk) -> None:
    clerk.day("2026-05-06")
    assert codes(clerk.issue("notice-of-violation", recipient="owner", expect=422)) == {
        "procedure.requires",
        "procedure.unknown",
    }
    clerk.add("inspections", SEEN)
    clerk.add("violations", FENCE)
    notice = clerk.issue("notice-of-violation", recipient="owner")
    assert "Abernathy" not in clerk.text(notice["number"])
    clerk.served(notice["number"], "2026-05-06", HANDED)
    assert clerk.row("comply-by/v1") == ("open", "2026-05-20")


def more_time(clerk: Clerk) -> None:
    clerk.day("2026-05-13")
    clerk.add("extension_requests", ASKED)
    assert "checks.undecided" in codes(clerk.issue("extension-decision", "e1", recipient="owner", expect=422))
    clerk.add("extension_requests", {**GRANTED, "granted_until": None})
    assert "checks.new_date" in codes(clerk.issue("extension-decision", "e1", recipient="owner", expect=422))
    clerk.add("extension_requests", GRANTED)
    decided = clerk.issue("extension-decision", "e1", recipient="owner")
    text = clerk.text(decided["number"])
    for said in ("You have more time", "Monday, June 15, 2026", "The gate stays closed.", "gives up no right"):
        assert said in text
    assert clerk.row("comply-by/v1") == ("open", "2026-06-15")
    assert clerk.next("extension-decision", "e1")["owner"][0] == "procedure.once"


def a_visit(clerk: Clerk) -> None:
    clerk.day("2026-06-04")
    assert codes(clerk.issue("reinspection-notice", recipient="owner", expect=422)) >= {"procedure.unknown"}
    clerk.add("visits", {name: value for name, value in VISIT.items() if not name.endswith("_at")})
    refused = clerk.issue("reinspection-notice", "visit-1", recipient="owner", expect=422)
    assert ("checks.visit_hour", "/visits/0/from_at") in {(one["code"], one["place"]) for one in refused["errors"]}
    clerk.add("visits", VISIT)
    text = clerk.text(clerk.issue("reinspection-notice", "visit-1", recipient="owner")["number"])
    for said in (
        "Thursday, June 11, 2026",
        "between 9:00 a.m. and 11:00 a.m.",
        "Its date is June 15, 2026",
        "free",
        "1822.50",
    ):
        assert said in text


def the_last_warning(clerk: Clerk) -> None:
    clerk.day("2026-06-12")
    clerk.add("inspections", {**SEEN, "id": "i2", "on": "2026-06-11"})
    assert clerk.next("citation-warning")["owner"] == ("procedure.requires", "2026-06-16")
    clerk.day("2026-06-16")
    warning = clerk.issue("citation-warning", recipient="owner")
    text = clerk.text(warning["number"])
    for said in ("June 30, 2026", "$100.00", "$200.00", "$500.00", "July 1, 2026"):
        assert said in text
    assert clerk.next("citation-warning")["owner"][0] == "procedure.once"


def or_the_town_does_it(clerk: Clerk) -> None:
    """An officer says until when, where the time that was given is over."""
    clerk.day("2026-06-17")
    refused = clerk.issue("notice-to-abate", recipient="owner", expect=422)
    assert codes(refused) == {"checks.deadline_past"}
    clerk.add("violations", {**FENCE, "comply_by": "2026-07-06"})
    text = clerk.text(clerk.issue("notice-to-abate", recipient="owner")["number"])
    for said in ("the town may end it", "a warrant first", "section 38773.1", "Monday, June 29, 2026", "July 6, 2026"):
        assert said in text
    clerk.happened("closed", "2026-06-17", NUMBER, reason="The fence is gone.")
    for type in ("notice-to-abate", "extension-decision"):
        assert clerk.next(type)["owner"][0] == "procedure.closed", type
