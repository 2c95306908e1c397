"""Twelve units, their owner, an agent, a lender: one notice, fifteen copies, one of which comes back.

The order on a substandard building, the notice to tenants and the invoice have no letters yet. What is printed, mailed,
posted and printed again here is a notice of violation, of which all the same is asked; the order itself is one of
before this register (``notice-imported``), and what may follow it is asked of ``next``.
"""

from __future__ import annotations

from typing import Any

from docservice.casefile.article_numbers import check_digit
from tests.places import ROOT
from tests.stories.conftest import POST_OFFICE, Clerk, words

PICTURES = [path.read_bytes() for path in sorted((ROOT / "examples/CE-2026-0203/photos").glob("*.jpg"))[:2]]
NUMBER, NOTICE, ORDER = "CE-2026-0320", "NOV-2026-0001", "OLD-2026-0007"
TENANTS = (
    "Ines Abarca", "Tomasz Bielski", "Chiamaka Chukwu", "Dao Thi Lan", "Emiliano Escobar", "Fatima Farouk",
    "Giorgos Galanis", "Hana Horvat", "Iluka Irwin", "Jiho Jang", "Kalani Kealoha", "Lucía Llorente",
)  # fmt: skip
MAIL = {"method": "first_class_mail", "place": POST_OFFICE}
CERTIFIED = {"method": "certified_mail", "place": POST_OFFICE}
DOOR = {
    "method": "posting_site", "at": "11:00", "place": "Main door, 410 Molino Street",
    "photos": [
        {"file": f"door-{n}.jpg", "caption": f"The notice at the main door, {n}", "alt": "A notice on a door.",
         "taken_on": "2026-06-24", "taken_at": "11:05", "taken_by": "Pilar Everhart"} for n in (1, 2)
    ],
}  # fmt: skip
FILES = {"door-1.jpg": PICTURES[0], "door-2.jpg": PICTURES[1]}
APPEAL = {
    "id": "a1", "filed_on": "2026-07-06", "by": "owner", "of": ["v1", "v2"], "grounds": "The stairs were mended.",
}  # fmt: skip
HEARING = {
    "id": "h1", "on": "2026-07-16", "at": "10:00", "kind": "appeal", "officer": "hearing_officer", "appeal": "a1",
    "place": ["Town Council Chamber", "1 Town Hall Way", "Madrona Hills, CA 95999"],
}  # fmt: skip


def test_twelve_units(clerk: Clerk) -> None:
    fifteen_copies(clerk)
    legs = mailed_late(clerk)
    came_back(clerk, legs)
    printed_again(clerk, legs)
    an_order_of_before(clerk)
    heard(clerk)
    bound(clerk)


def party(id: str, name: str, role: str, *lines: str, **more: str) -> dict[str, Any]:
    return {"id": id, "roles": [role], "name": {"text": name}, "address": {"kind": "street", "lines": [*lines]}, **more}


def building() -> dict[str, Any]:
    town = "MADRONA HILLS CA 95999"
    of_unit = {"section": "CBC 105.1", "observed_on": "2026-05-20", "inspection": "i1"}
    return {
        "case": {"number": NUMBER, "title": "Stairs and wiring", "opened_on": "2026-05-18", "officer": "coordinator"},
        "property": {
            "apn": "014-220-011", "situs": "410 Molino Street", "city_line": "Madrona Hills, CA 95999",
            "residential_rental": True, "legal_description": "Lot 4 of Tract 88.", "title_report_on": "2026-05-25",
        },
        "parties": [
            party("owner", "Molino Twelve, LLC", "owner", "77 HARBOR WAY STE 12", "OAKLAND CA 94607"),
            party("agent", "Bay Rental Management", "agent", "2710 GATEWAY OAKS DR STE 150N", "SACRAMENTO CA 95833"),
            party("lender", "Pacific Sequoia Bank, N.A.", "lienholder", "1 MARKET PLZ FL 9", "SAN FRANCISCO CA 94105"),
            *(party(f"tenant-{n}", name, "tenant", f"410 MOLINO ST UNIT {n}", town, unit=str(n))
              for n, name in enumerate(TENANTS, 1)),
        ],
        "inspections": [{
            "id": "i1", "on": "2026-05-20", "inspector": "inspector", "basis_of_entry": "consent",
            "consent_by": "Ines Abarca, tenant", "observations": ["The rear stairs are loose."], "photos": [],
        }],
        "violations": [
            {**of_unit, "id": "v1", "location": "Rear stairs", "facts": "The stairs were rebuilt without a permit.",
             "correction": "Apply for a permit and rebuild the stairs."},
            {**of_unit, "id": "v2", "location": "Unit 5, kitchen", "units": ["5"], "correction": "Have it replaced.",
             "facts": "A subpanel was installed without a permit; it has no cover."},
        ],
        "costs": [{"id": "k1", "on": "2026-05-28", "description": "Boards", "amount": "900.00", "kind": "abatement"}],
    }  # fmt: skip


def label(serial: int) -> str:
    digits = f"9407111899223197{serial:05d}"
    return digits + check_digit(digits)


def printed(paper: Any) -> tuple[str, str]:
    dates = {one["name"]: one["date"] for one in paper["dates"]}
    return dates["contest-by"], dates["comply-by"]


def fifteen_copies(clerk: Clerk) -> None:
    clerk.day("2026-06-01")
    clerk.put(building())
    clerk.add("hearings", {**HEARING, "id": "h0", "kind": "abatement", "appeal": None})
    assert {one for one, _ in clerk.next("tenant-notice").values()} == {"procedure.requires"}, "no order is in force"
    assert clerk.drop("hearings", "h0")["outcome"] == "changed"
    clerk.ask("POST", "/articles", 201, json={"numbers": [label(n) for n in range(1, 18)], "batch": "roll 7"})
    notice = clerk.notice("notice-of-violation", "all", mailing="certified_mail+first_class_mail")
    assert (notice["number"], len(notice["copies"])) == (NOTICE, 15)
    assert notice["sent_to"] == ["owner", "agent", "lender", *(f"tenant-{n}" for n in range(1, 13))]
    assert {printed(copy["printings"][0]) for copy in notice["copies"]} == {("2026-06-11", "2026-06-15")}

    text = clerk.text(f"{NOTICE}.1")
    for said in (
        f"Notice {NOTICE} · copy 1", "Certified 9407 1118 9922 3197 0000 16", "By when: June 15, 2026",
        "must arrive by Thursday, June 11, 2026", "2 violations", f"{NOTICE}.1 · Notice of violation Page 1 of",
        "Sent to Molino Twelve, LLC, owner; Bay Rental Management, agent", "Lucía Llorente, tenant",
    ):  # fmt: skip
        assert said in text
    assert "This letter does not ask you to leave" not in text
    fifth, eighth = clerk.text(f"{NOTICE}.5"), clerk.text(f"{NOTICE}.8")
    assert "This letter does not ask you to leave" in fifth
    assert "What the owner must do:" in fifth
    assert "you give up the right to a hearing" in text
    assert "you give up the right to a hearing" not in fifth
    assert "Lucía Llorente" not in fifth, "who lives next door is not told to whom else it went"
    assert "the people who live there" in fifth
    assert "subpanel" not in fifth, "who lives in unit 2 is told nothing of unit 5"
    assert "subpanel" in eighth


def mailed_late(clerk: Clerk) -> dict[int, int]:
    """On Wednesday, two days late: the later days hold. The position of each attempt, by its copy."""
    clerk.day("2026-06-03")
    envelopes = clerk.ask("GET", f"/mail-list?notice={NOTICE}", 200)
    assert (len(envelopes["items"]), envelopes["unsaid"]) == (30, [])
    list_ = words(clerk.ask("GET", f"/mail-list?notice={NOTICE}", 200, headers={"Accept": "application/pdf"}))
    assert "30 pieces" in list_
    assert "9407 1118 9922 3197 0001 53 Lucía Llorente 410 MOLINO ST UNIT 12" in list_
    told = {copy: clerk.served(f"{NOTICE}.{copy}", "2026-06-03", CERTIFIED, MAIL) for copy in range(1, 16)}
    assert {(one["state"], one["holds_from"]) for one in told.values()} == {("holds", "2026-06-03")}
    assert told[1]["legs"][0]["told"]["article_number"].replace(" ", "") == label(1), "nobody typed it"
    assert told[8]["legs"][1]["told"]["address"][1] == "410 MOLINO ST UNIT 5"

    due = clerk.ask("GET", f"/cases/{NUMBER}/due", 200)
    assert {one["code"] for one in due["findings"]} == {"deadline.printed_short"}
    for copy in (1, 8):
        days = {one["name"]: (one["printed"], one["legal"], one["due"]) for one in due["items"]
                if one["document"] == f"{NOTICE}.{copy}" and one["printed"]}  # fmt: skip
        assert days["contest-by"] == ("2026-06-11", "2026-06-15", "2026-06-15"), "June 13 is a Saturday"
        assert days["comply-by/v1"] == ("2026-06-15", "2026-06-17", "2026-06-17")
    assert clerk.next("citation-warning") == {"owner": ("procedure.requires", "2026-06-18")}

    leg = f"attempt-{told[1]['position']}-1"
    text = clerk.text(clerk.issue("proof-of-service-list", leg)["number"])
    assert all(f"{NOTICE}.{copy} Notice of violation" in text for copy in range(1, 16))
    assert all(f"{label(n)[:4]} {label(n)[4:8]}" in text and name in text for n, name in enumerate(TENANTS, 4))
    assert "By certified mail" in text
    assert "By first-class mail" in text
    assert "under penalty of perjury" in text
    return {copy: one["position"] for copy, one in told.items()}


def came_back(clerk: Clerk, legs: dict[int, int]) -> None:
    """The certified letter to the owner first, which leaves the other standing; then that one too."""
    clerk.day("2026-06-10")
    told = clerk.result(f"{NOTICE}.1", legs[1], 1, "unclaimed", "2026-06-10", reason="Unclaimed")
    assert (told["state"], told["holds_from"]) == ("holds", "2026-06-03")
    clerk.day("2026-06-12")
    told = clerk.result(f"{NOTICE}.1", legs[1], 2, "returned", "2026-06-12", reason="Attempted–Not Known")
    assert (told["state"], [one["code"] for one in told["findings"]]) == ("failed", ["service.address_bad"])
    [owner] = clerk.ask("GET", f"/notices/{NOTICE}/copies/1/attempts", 200)["served"]
    assert (owner["state"], owner["next"]["rung"]) == ("failed", 2)
    assert owner["next"]["ways"] == ["posting_site", "first_class_mail"]
    assert clerk.row("serve-again", f"{NOTICE}.1") == ("open", "2026-06-15")
    assert clerk.row("contest-by", f"{NOTICE}.1") == ("person", None)
    assert clerk.row("contest-by", f"{NOTICE}.8") == ("open", "2026-06-15"), "the other fourteen stand"
    clerk.day("2026-06-20")
    assert clerk.next("citation-warning") == {"owner": ("procedure.requires", None)}
    assert clerk.why("citation-warning") == {
        f"The notice of violation of CBC 105.1 was not served on Molino Twelve, LLC ({NOTICE}). "
        "The certified mail of 2026-06-03 was unclaimed on 2026-06-10, Unclaimed."
    }


def printed_again(clerk: Clerk, legs: dict[int, int]) -> None:
    clerk.day("2026-06-24")
    stale = clerk.served(f"{NOTICE}.1", "2026-06-24", DOOR, MAIL, files=FILES, expect=422)
    assert {(one["code"], one["pointer"]) for one in stale["errors"]} == {("service.stale_dates", "/on")}
    order = {"case": NUMBER, "reason": "The copy mailed on June 3 came back.", "mailing": "first_class_mail"}
    second = clerk.ask("POST", f"/notices/{NOTICE}/copies/1/printings", 201, json=order)
    assert (second["number"], printed(second)) == (f"{NOTICE}.1.2", ("2026-07-06", "2026-07-08")), (
        "July 4 is a Saturday"
    )
    text = clerk.text(second["number"])
    assert (
        "Second printing, June 24, 2026. The copy of June 1, 2026 no longer counts. The dates on this one count."
        in text
    )
    assert "must arrive by Monday, July 6, 2026" in text
    told = clerk.served(second["number"], "2026-06-24", DOOR, MAIL, files=FILES)
    assert (told["state"], told["holds_from"], told["rung"]) == ("holds", "2026-06-24", 2)
    assert clerk.row("contest-by", second["number"]) == ("open", "2026-07-06")
    assert clerk.row("comply-by/v1", second["number"]) == ("open", "2026-07-08")
    text = clerk.text(clerk.issue("declaration-of-posting", f"attempt-{told['position']}-1")["number"])
    assert f"{NOTICE}.1.2 Notice of violation" in text
    assert "Taken on June 24, 2026 at 11:05 a.m. by Pilar Everhart." in text

    once = clerk.issue("notice-of-violation", None, 422, recipient="owner")
    assert [one["code"] for one in once["errors"]] == ["procedure.once"]
    # What comes of the first printing now counts for nothing; it is kept where somebody says that they know so.
    late = clerk.result(f"{NOTICE}.1", legs[1], 2, "delivered", "2026-06-24", 422, correction="Misread.")
    assert [one["code"] for one in late["errors"]] == ["service.replaced"]
    again = clerk.served(second["number"], "2026-06-24", {**CERTIFIED, "article_number": label(2)}, MAIL, expect=422)
    assert "article.used" in {one["code"] for one in again["errors"]}


def an_order_of_before(clerk: Clerk) -> None:
    """The order itself: to the owner it came back, the others have it; costs are billed to who was served."""
    dates = {"contest-by": "2026-06-11", "comply-by": "2026-06-15"}
    for copy, whom in enumerate(("owner", "agent", "lender", "tenant-1"), 1):
        served = {} if whom == "owner" else {"served_on": "2026-06-03"}
        data: dict[str, Any] = {
            "document_type": "substandard-notice-and-order",
            "recipient": whom,
            "dates": dates,
            **served,
        }
        clerk.happened("notice-imported", "2026-06-01", f"{ORDER}.{copy}", **data)
    clerk.happened("served", "2026-06-03", f"{ORDER}.1", party="owner", method="first_class_mail")
    assert clerk.next("cost-invoice", on="2026-06-17") == {"owner": ("procedure.requires", "2026-06-18")}
    assert clerk.next("cost-invoice", on="2026-06-20") == {"owner": ("yes", None)}
    reason = "Attempted–Not Known"
    clerk.happened("returned", "2026-06-12", f"{ORDER}.1", party="owner", result="returned", reason=reason)
    assert clerk.next("cost-invoice", on="2026-06-20") == {"owner": ("procedure.requires", None)}
    [why] = clerk.why("cost-invoice")
    assert "was not served on Molino Twelve, LLC" in why
    assert f"{ORDER}.1" in why
    once = clerk.next("substandard-notice-and-order")
    assert {who for who, (answer, _) in once.items() if answer == "procedure.once"} == {
        "owner",
        "agent",
        "lender",
    }, "who lives there gets the notice to tenants"


def heard(clerk: Clerk) -> None:
    clerk.day("2026-07-06")
    clerk.add("appeals", APPEAL)
    clerk.add("hearings", HEARING)
    assert clerk.next("notice-of-hearing")["owner"] == ("yes", None)
    assert clerk.next("notice-of-hearing", on="2026-07-07")["owner"] == ("procedure.lead", None)
    for name, day in (("hearing-notice-by", "2026-07-06"), ("staff-report-by", "2026-07-10"),
                      ("access-request-by", "2026-07-13"), ("decision-by", "2026-08-17")):  # fmt: skip
        assert clerk.row(name) == ("open", day)
    assert clerk.row("comply-by/v1", f"{NOTICE}.1.2") == ("held", "2026-07-08")
    assert clerk.next("citation-warning", on="2026-07-10") == {"owner": ("procedure.stayed", None)}
    stale = clerk.happened("served", "2026-06-24", f"{ORDER}.1", 422, party="owner", method="posting")
    assert {one["code"] for one in stale["errors"]} == {"service.stale_dates"}, "nor are papers of before"
    assert "The appeal a1 of 2026-07-06 holds it." in clerk.why("cost-invoice")
    assert clerk.next("tenant-notice")["tenant-12"] == ("yes", None), "an order is in force, and a hearing is set"
    clerk.notice("notice-of-hearing", ["owner", "agent"], about="h1")


def bound(clerk: Clerk) -> None:
    parts = [
        {"generated": "cover"}, {"document": f"{NOTICE}.1.2"}, {"document": f"{NOTICE}.8"},
        {"issued": "notice-of-hearing"}, {"generated": "service-list"},
    ]  # fmt: skip
    plan = {"case": NUMBER, "title": "Hearing packet", "hearing": "h1", "service": "first-page", "parts": parts}
    packet = clerk.ask("POST", "/packets", 201, json={"plan": plan})
    text = words(clerk.ask("GET", f"/packets/{packet['id']}/files/{packet['files'][0]['name']}", 200))
    assert "Hearing Thursday, July 16, 2026, 10:00 a.m." in text
    assert "Posting on the site" in text
    assert "Posted DP-2026-0001" in text
    assert "NH-2026-0001.1, Molino Twelve, LLC: nothing says that they were served" in text
    assert {one["code"] for one in packet["findings"]} >= {"service.not_served", "service.no_proof"}
    assert clerk.ask("POST", "/packets/verifications", 200, json={"packet": packet["id"]})["verdict"] == "verified"
