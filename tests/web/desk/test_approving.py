"""The page before the button: what approving does, and that what it takes away is confirmed there."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from playwright.sync_api import Page, expect

from tests.office.reviewed import KEY
from tests.web.desk.conftest import Desk, picture, refuse_barriers

HELP = "<p>{% trans %}We would rather help you than fine you.{% endtrans %}</p>"
AGAIN = "<p>{% trans %}A fine rises if the same rule is broken again within 18 months.{% endtrans %}</p>"


def scene(desk: Desk) -> int:
    """Version 2 is approved for July 10. Version 4 comes, by way of a draft that was sent back, from version 1 too."""
    review, ada, cora = desk.office.review, desk.who["ada"], desk.who["cora"]
    second = desk.under_review(HELP)
    review.approve(KEY, second, effective_on=date(2026, 7, 10), actor=ada)
    third = desk.under_review(AGAIN)
    review.comment(KEY, third, path="", quote="", body="Who says so?", actor=ada)
    review.send_back(KEY, third, reason="18 months is not in our code.", actor=ada)
    fourth = desk.draft(AGAIN + "<p>{{ case.number }}</p>", based_on=third)
    review.withdraw(KEY, third, reason="Not our law.", actor=ada)
    review.submit(KEY, fourth, actor=cora)
    return fourth


def test_the_attorney_sees_what_approving_does(desk: Desk, visit: Callable[..., Page]) -> None:
    number = scene(desk)
    ada = visit("ada")
    ada.goto(f"/desk/templates/{KEY}/{number}")
    ada.get_by_label("In force from").fill("2026-06-20")
    ada.get_by_role("button", name="See what approving does").click()
    short = ada.locator(".consequences")
    for said in (
        "From June 20, 2026 it takes the place of version 1. Only until July 10, 2026: then version 2",
        "2 changes of version 4 are gone again from July 10, 2026: version 2 does not have them.",
        "One number is not what the town’s rules say.",
        "4 languages stop on June 20, 2026: Spanish",
        "It was made from version 3, which was withdrawn.",
        "It was sent back before.",
        "1 comment is open.",
        "1 number changes",
    ):
        expect(short).to_contain_text(said)
    expect(ada.locator(".numbers tbody tr")).to_contain_text("none18 months")
    for said in ("18 months is not in our code.", "Not our law.", "Who says so?", "the town’s rules say 12 months"):
        expect(ada.get_by_text(said).first).to_be_visible()
    picture(ada, "60-approval")
    refuse_barriers(ada)
    # Nothing goes out before it is confirmed: the browser asks, and so does the office.
    button = ada.get_by_role("button", name="Approve, in force from June 20, 2026")
    button.click()
    expect(ada.get_by_role("heading", name="Approve Courtesy letter, version 4")).to_be_visible()
    assert desk.office.version(KEY, number).status == "in_review"
    for box in ada.locator("[name=confirmed]").all():
        box.check()
    button.click()
    expect(ada.get_by_role("status")).to_have_text("Approved.")
    ada.goto(f"/desk/templates/{KEY}/trail")
    expect(ada.get_by_role("row").nth(1)).to_contain_text(
        "confirmed: On 2026-07-10, version 2 takes away these 2 changes"
    )
    refuse_barriers(ada)


def test_what_a_browser_does_not_ask_the_office_does(desk: Desk) -> None:
    number = scene(desk)
    client = desk.client("ada")
    address = f"/desk/templates/{KEY}/{number}"
    page = client.get(f"{address}/approval?effective_on=2026-06-20").text
    hidden = client.hidden(f"{address}/approval?effective_on=2026-06-20")
    ids = re.findall(r'name="confirmed" value="(\w+)"', page)
    assert len(ids) == 2
    given = {"effective_on": "2026-06-20", "seen": hidden["seen"], "trail": hidden["trail"]}
    answer = client.post(f"{address}/approve", {**given, "confirmed": ids[0]})
    assert answer.status_code == 409
    assert "does one thing that you must confirm" in answer.text
    assert re.search(rf'value="{ids[0]}" required checked', answer.text)  # what was ticked is still ticked
    assert client.post(f"{address}/approve", {**given, "confirmed": ids}).status_code == 303


def test_days_that_cannot_be_and_people_who_may_not(desk: Desk) -> None:
    number = scene(desk)
    address = f"/desk/templates/{KEY}/{number}/approval"
    ada = desk.client("ada")
    for query, said, buttons in (
        ("", "No day is chosen yet", 0),
        ("?effective_on=soon", "Say from which day on it is in force.", 0),
        ("?effective_on=2026-07-10", "Version 2 takes force on 2026-07-10 already", 0),
        ("?effective_on=2026-05-20", "The day is meant as it is.", 1),
        ("?effective_on=2026-08-01", "of version 2</strong>", 1),
    ):
        page = ada.get(address + query).text
        assert said in page, query
        assert page.count("<button>Approve, in force from") == buttons, query
    page = desk.client("reviewer").get(f"{address}?effective_on=2026-08-01").text
    assert "this is for: approver" in page
    assert "<button>Approve" not in page
    # A handout, a first version: the page is there, too.
    assert "What approving does: Courtesy letter, version 1" in ada.get(f"/desk/templates/{KEY}/1/approval").text
    assert ada.get("/desk/templates/fences-and-hedges/1/approval").status_code == 200
    assert ada.get(f"/desk/templates/{KEY}/99/approval").status_code == 404


def test_the_changes_alone(desk: Desk, visit: Callable[..., Page]) -> None:
    """One number for each change, as many as are said, and none of the program's text."""
    number = desk.under_review(HELP + AGAIN)
    page = visit("ada")
    page.goto(f"/desk/templates/{KEY}/{number}")
    expect(page.locator(".redline").first).to_contain_text("2 changes in the wording.")
    expect(page.locator("ol.changes > li")).to_have_count(2)
    assert not re.search(r"\{\{|\|plain", page.locator("main").inner_text())
    page.get_by_role("link", name="the changes alone").click()
    expect(page.get_by_role("heading", name=re.compile("The changes alone"))).to_be_visible()
    expect(page.locator(".change")).to_have_count(2)
    assert page.locator(".wording").inner_text().count("\n") < 20
    picture(page, "61-changes-alone")
    refuse_barriers(page)
    client = desk.client("ada")
    whole, alone = (
        len(client.get(f"/desk/templates/{KEY}/{number}/redline.pdf?against=1{more}").data)
        for more in ("", "&only=changes")
    )
    assert alone < whole * 0.8
