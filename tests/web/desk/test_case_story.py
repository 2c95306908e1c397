"""A morning with one case, in a browser: opened by telephone, people, what was seen, photographs, what happened."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.desk.conftest import Desk, picture, refuse_barriers, settle
from tests.web.desk.test_cases import HERE, NUMBER, facts, jpeg

PAGES = (
    "/desk/cases", "/desk/cases/new", HERE, f"{HERE}/property", f"{HERE}/people", f"{HERE}/people/owner-chen",
    f"{HERE}/people/new", f"{HERE}/seen", f"{HERE}/seen/v8", f"{HERE}/seen/new", f"{HERE}/visits", f"{HERE}/visits/i1",
    f"{HERE}/visits/i1/photographs", f"{HERE}/hearings/new", f"{HERE}/permits/new", f"{HERE}/planned-visits/new",
    f"{HERE}/more-time/new", f"{HERE}/requests/new", f"{HERE}/payments/new", f"{HERE}/costs/new", f"{HERE}/record",
    f"{HERE}/record/note", f"{HERE}/record/put-right", f"{HERE}/record/time-granted", f"{HERE}/record/closed",
    f"{HERE}/history", f"{HERE}/private", f"{HERE}/private/edit",
)  # fmt: skip


def test_a_case_from_the_telephone_to_the_record(
    desk: Desk, visit: Callable[..., Page], tmp_path: Path
) -> None:  # fmt: skip
    page = visit("cora")
    page.get_by_role("navigation").get_by_role("link", name="Cases").click()
    page.get_by_role("link", name="New case", exact=True).click()
    page.get_by_role("button", name="Open the case").click()
    alert = page.get_by_role("alert")
    expect(alert).to_be_focused()
    alert.get_by_role("link", name=re.compile("What the case is about")).click()
    expect(page.get_by_label("What the case is about")).to_be_focused()
    page.keyboard.type("Weeds behind the house")
    page.get_by_label("Address", exact=True).first.fill("88 Quarry Lane")
    page.get_by_label("What they said").fill("Dry weeds up to the fence.")
    picture(page, "cases-1-new")
    page.get_by_role("button", name="Open the case").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("88 Quarry Lane")
    expect(page.get_by_text("Dry weeds up to the fence.")).to_have_count(0)

    page.get_by_role("link", name="Edit the people").click()
    page.get_by_role("link", name="Edit Owner of record").click()
    page.get_by_label("Name", exact=True).fill("Mei-Ling Chen")
    page.get_by_label("They read").select_option(label="Chinese (Traditional)")
    page.get_by_label("Kind of address").select_option(label="Street address")
    page.get_by_label("Address", exact=True).fill("88 QUARRY LN\nMADRONA HILLS CA 95999")
    expect(page.get_by_text("Kept by itself")).to_be_visible()  # a second later
    page.get_by_role("navigation").get_by_role("link", name="Today").click()  # and away
    page.get_by_role("link", name=re.compile("88 Quarry Lane: People")).click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Mei-Ling Chen")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")

    page.goto(page.url.partition("/people")[0] + "/visits/new")
    page.get_by_label("Who went").select_option(index=2)
    page.get_by_label("Seen from the street or other public ground").check()
    page.get_by_label("What was observed").fill("Dry grass along the fence.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name=re.compile("Add photographs")).click()
    (tmp_path / "fence.jpg").write_bytes(jpeg())
    page.get_by_label("From this device").set_input_files(tmp_path / "fence.jpg")
    page.get_by_role("button", name="Send").click()
    page.get_by_label("What it shows").fill("Dry grass at the fence")
    page.get_by_label("For somebody who cannot see it").fill("Tall yellow grass against a wooden fence.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("img", name="Tall yellow grass against a wooden fence.")).to_be_visible()

    page.goto(page.url.partition("/visits")[0] + "/seen/new")
    page.get_by_label("Find the section").fill("weeds")
    page.locator("#sections").get_by_role("button", name="Find").click()
    page.get_by_label(re.compile("MHMC 8.36.020")).check()
    page.get_by_role("button", name="Show phrases for this rule").click()
    page.get_by_role("button", name="Weeds", exact=True).click()
    page.get_by_label("Height").fill("tall")
    page.get_by_role("button", name="Cut weeds").click()
    page.get_by_label("Dry grass at the fence").check()
    page.get_by_role("button", name="Save", exact=True).click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("This must be a measure")
    picture(page, "cases-2-wrong-blank")
    page.get_by_label("Height").fill("2 feet")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Dry grass and weeds stand 2 feet high")).to_be_visible()

    page.get_by_role("link", name="88 Quarry Lane").click()
    expect(page.get_by_text("Notice of violation", exact=True).first).to_be_visible()
    page.get_by_role("link", name="Record what happened").click()
    page.get_by_role("link", name="A telephone call or a note").click()
    page.get_by_label("What happened").fill("Ms. Chen called. She cuts the grass on Saturday.")
    page.get_by_role("button", name="Put it on record").click()
    expect(page.get_by_role("heading", name="Ms. Chen called. She cuts the grass on Saturday.")).to_be_visible()
    picture(page, "cases-3-case")
    refuse_barriers(page)
    assert [said for said in page.complaints if "422" not in said] == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [1280, 320])
def test_every_page_is_for_everybody(desk: Desk, visit: Callable[..., Page], width: int) -> None:
    desk.office.cases.put(NUMBER, facts(), actor="account:cora", saw="new")
    page = visit("cora", width=width)
    for path in PAGES:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        refuse_barriers(page)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} scrolls sideways by {wide} at {width}"
        picture(page, f"cases-{width}{path.removeprefix('/desk').replace('/', '-')}")


def test_two_people_choose_side_by_side(desk: Desk, visit: Callable[..., Page]) -> None:
    desk.office.cases.put(NUMBER, facts(), actor="account:cora", saw="new")
    cora, ian = visit("cora"), visit("ian", width=320)
    for page, words in ((cora, "The roof leaks at the chimney."), (ian, "The roof leaks everywhere.")):
        page.goto(f"{HERE}/seen/v14")
        page.get_by_label("As it will read in the letter").fill(words)
    ian.get_by_role("button", name="Save", exact=True).click()
    expect(ian.get_by_role("status").first).to_contain_text("Saved.")
    cora.get_by_role("button", name="Save", exact=True).click()
    expect(cora.get_by_role("heading", name="Which words stay?")).to_be_visible()
    expect(cora.get_by_role("alert")).to_contain_text("Ian Cho saved what was seen")
    picture(cora, "cases-4-two-people")
    refuse_barriers(cora)
    cora.get_by_label(re.compile("Both, to put together now")).check()
    cora.get_by_role("button", name="Save these words").click()
    field = cora.get_by_label("As it will read in the letter")
    expect(field).to_have_value("The roof leaks at the chimney.\n\nThe roof leaks everywhere.")
    field.fill("The roof leaks at the chimney and at the valley.")
    cora.get_by_role("button", name="Save", exact=True).click()
    settle(cora)
    expect(cora.get_by_text("The roof leaks at the chimney and at the valley.")).to_be_visible()
