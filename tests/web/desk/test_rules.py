"""What the town decided, at the desk: read, counted with, said otherwise in place, approved by somebody else."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.web.desk.conftest import Desk, picture, refuse_barriers

CHANGE = "/desk/rules?topic=contest&change=deadlines/contest-citation"


def test_a_rule_is_said_otherwise_and_somebody_else_approves_it(desk: Desk, visit: Callable[..., Page]) -> None:
    cora = visit("cora")
    cora.goto("/desk/rules")
    expect(cora.locator(".rule").filter(has_text="Contest a citation")).to_contain_text("30 days after service")
    refuse_barriers(cora)
    cora.get_by_role("link", name="Propose a change to: Contest a citation").click()
    cora.get_by_label("Days", exact=True).fill("21")
    cora.get_by_label("From which day?").fill("2027-01-01")
    cora.get_by_role("button", name="See what it would do").click()
    expect(cora.get_by_text("Name the ordinance or resolution.").first).to_be_visible()
    cora.get_by_label("Who decided it, and where is it written?").fill("Ordinance 2026-12 (fictional)")
    cora.get_by_role("button", name="See what it would do").click()
    expect(cora.locator(".words").first).to_contain_text("taken out: 30")
    expect(cora.locator(".table tbody tr").first).to_contain_text("2026")
    picture(cora, "70-rule-changed")
    refuse_barriers(cora)
    cora.get_by_role("button", name="Send to the attorney").click()
    expect(cora.get_by_role("status")).to_contain_text("Somebody else approves it.")
    expect(cora.get_by_text("You proposed it: somebody else approves it.")).to_be_visible()
    made = desk.office.review.rules.editions()[-1]
    assert made.standing == "proposed"
    pack = desk.office.review.rules.pack(made.record.number)
    assert pack.deadlines["contest-citation"].count == 21
    assert pack.adopted_by == "Ordinance 2026-12 (fictional)"
    text = desk.office.review.rules.files(made.record.number)["rules.yaml"].decode()
    assert "# A rule may be called anything" in text  # its remarks are as they were
    ada = visit("ada")
    ada.goto("/desk/rules")
    ada.get_by_role("link", name=f"Edition {made.record.version}").click()
    expect(ada.get_by_label("In force from")).to_have_value("2027-01-01")
    picture(ada, "71-rules-edition")
    refuse_barriers(ada)
    ada.get_by_label("I have read what changes").check()
    ada.get_by_role("button", name="Approve edition").click()
    expect(ada.get_by_role("status")).to_contain_text("Approved.")
    assert desk.office.review.rules.edition(made.record.number).standing == "scheduled"
    assert not ada.complaints  # type: ignore[attr-defined]


def test_what_is_no_value_and_who_may_not(desk: Desk) -> None:
    cora, room = desk.client("cora"), desk.office.review.rules
    base = str(room.editions()[-1].record.number)
    given = {
        "base": base, "rule": "deadlines/contest-citation", "deadlines/contest-citation/count": "soon",
        "from": "2027-01-01", "decided": "Ordinance 2026-12", "citation": "MHMC 1.20.090", "step": "look",
    }  # fmt: skip
    answer = cora.post("/desk/rules/proposals", given)
    assert answer.status_code == 422
    assert "Days must be a whole number." in answer.text
    answer = cora.post("/desk/rules/proposals", {**given, "deadlines/contest-citation/count": "30"})
    assert "Nothing is changed" in answer.text
    assert cora.post("/desk/rules/proposals", {**given, "rule": "identity/name"}).status_code == 404
    fines = {**given, "rule": "fine_classes/infraction", "fine_classes/infraction/amounts/0": "900"}
    answer = cora.post("/desk/rules/proposals", fines)
    assert answer.status_code == 422  # more than the law allows
    answer = cora.post("/desk/rules/proposals", {**given, "deadlines/contest-citation/count": "21", "step": "propose"})
    assert answer.status_code == 303
    number = room.editions()[-1].record.number
    # A second change in the same proposal takes its place.
    more = {**given, "base": str(number), "rule": "look_back/", "look_back/count": "6", "step": "propose"}
    assert cora.post("/desk/rules/proposals", more).status_code == 303
    second = room.editions()[-1].record.number
    assert room.edition(number).standing == "sent_back"
    pack = room.pack(second)
    assert (pack.look_back.count, pack.deadlines["contest-citation"].count) == (6, 21)
    address = f"/desk/rules/{second}"
    ian = desk.client("ian")
    assert ian.post(f"{address}/approve", {"effective_on": "2027-01-01"}).status_code == 422  # not read
    assert ian.post(f"{address}/approve", {"effective_on": "2020-01-01", "read": "1"}).status_code == 422
    assert ian.post(f"{address}/send-back", {"reason": ""}).status_code == 422
    assert ian.post(f"{address}/send-back", {"reason": "The council said 15."}).status_code == 303
    assert "The council said 15." in cora.get(address).text


def test_every_topic_and_a_date(desk: Desk) -> None:
    cora = desk.client("cora")
    for topic, said in (
        ("correct", "<b>14 days</b> after service"), ("fines", "<b>$100</b> for the first"), ("hearings", "back to"),
        ("mail", "<b>not added</b>"), ("rest", "Violation phrases"),
    ):  # fmt: skip
        assert said in cora.get(f"/desk/rules?topic={topic}").text, topic
    page = cora.get("/desk/rules?rule=contest-citation&served=2026-05-29").text
    assert "Monday, June 29, 2026" in page
    assert "No edition of the rules was in force" in cora.get("/desk/rules?on=1999-01-01").text
    assert "Propose a change" not in desk.client("administrator").get("/desk/rules").text
    assert cora.get("/desk/rules/99").status_code == 404
