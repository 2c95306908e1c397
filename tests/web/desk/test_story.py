"""The story of the house, in a real browser: a coordinator proposes, the attorney comments, sends back, approves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from docservice.office import Order
from tests.office.reviewed import KEY
from tests.web.desk.conftest import Clock, Desk, opened, picture, refuse_barriers, sign_in

SENTENCE = "If we have made a mistake, or you see it differently, please tell us."
NEW_YEAR = date(2027, 1, 1)


@pytest.fixture
def desk(tmp_path: Path, fonts_folder: Path) -> Iterator[Desk]:
    """A desk as ``docservice serve`` has it: what is rendered or read is, in processes of its own."""
    with opened(tmp_path / "home", fonts_folder, Clock(), isolated_rendering=True) as one:
        yield one


def order(example: Any, on: date) -> Order:
    casefile, photos = example("CE-2026-0147")  # in which nothing is an immediate danger
    for violation in casefile["violations"]:
        violation.pop("comply_by", None)  # days of the example that are over today
    return Order(KEY, casefile, recipient="owner-llc", on=on, attachments=photos)


def edit(page: Page, old: str, new: str, why: str) -> None:
    """Change words of the letter in the browser, and save."""
    area = page.get_by_label("The wording (letter.html)")
    text = area.input_value()
    assert old in text
    area.fill(text.replace(old, new))
    page.get_by_label("Why is it changed?").fill(why)
    page.get_by_role("button", name="Save as a new draft").click()
    expect(page.get_by_role("status")).to_have_text("Saved as a new draft.")


def test_the_story(desk: Desk, visit: Callable[..., Page], example: Any) -> None:
    # The coordinator changes a sentence, looks at what changed, and asks the attorney.
    cora = visit("cora")
    picture(cora, "01-home-empty")
    refuse_barriers(cora)
    cora.get_by_role("navigation").get_by_role("link", name="Wording").click()
    picture(cora, "02-templates")
    refuse_barriers(cora)
    cora.get_by_role("link", name="Courtesy letter").click()
    picture(cora, "03-template")
    refuse_barriers(cora)
    cora.get_by_role("link", name="Propose a change").click()
    edit(cora, "We will gladly come and look again.", "We will gladly come and look again within 10 days.",
         "People ask when we come.")  # fmt: skip
    picture(cora, "04-saved")
    refuse_barriers(cora)
    cora.get_by_role("link", name="See what changed, and submit it").click()
    expect(cora.get_by_role("heading", name="Courtesy letter, version 2")).to_be_visible()
    cora.get_by_label("Ask", exact=True).select_option("ada")
    cora.get_by_label("What should they know?").fill("For the new year.")
    cora.get_by_role("button", name="Submit").click()
    expect(cora.get_by_role("status")).to_have_text("It is under review now.")
    expect(cora.get_by_role("button", name="Approve")).to_be_disabled()
    link = f"/desk/templates/{KEY}/2"
    assert link in cora.url

    # The attorney follows the link, signs in, and is where she wanted to be.
    ada = visit()
    ada.goto(link)
    sign_in(ada, "ada")
    expect(ada.get_by_role("heading", name="Courtesy letter, version 2")).to_be_visible()
    expect(ada.get_by_text("Why: People ask when we come.")).to_be_visible()
    expect(ada.locator(".redline ins", has_text="within 10 days").first).to_be_visible()
    expect(ada.get_by_role("img", name="Page 1 of the letter")).to_be_visible()
    expect(ada.get_by_text("Fit to be approved.")).to_be_visible()
    expect(ada.locator(".checklist")).to_contain_text("Informal")
    expect(ada.locator("#assessment-part")).to_contain_text("Spanish")
    picture(ada, "05-version")
    refuse_barriers(ada)

    # She comments on a sentence and sends it back.
    paragraph = ada.locator(".paragraph", has_text=SENTENCE)
    paragraph.get_by_text("Comment on").click()
    paragraph.get_by_label("About").select_option(label=f"“{SENTENCE}”")
    paragraph.get_by_label("Your comment").fill("Warmer, please: nobody makes mistakes alone.")
    paragraph.get_by_role("button", name="Say it").click()
    expect(paragraph.get_by_role("article", name="Comment by Ada Byron")).to_be_focused()
    expect(paragraph.locator(".said mark")).to_have_text(SENTENCE)
    picture(ada, "06-commented")
    back = ada.locator("form", has=ada.get_by_role("heading", name="Send it back"))
    back.get_by_label("Why").fill("Two words, then it is good.")
    back.get_by_role("button", name="Send back").click()
    expect(ada.get_by_role("status")).to_have_text("It is back with its author.")

    # The coordinator finds it on her first page, edits and submits again.
    cora.goto("/desk/")
    expect(cora.get_by_text("Sent back: Two words, then it is good.")).to_be_visible()
    picture(cora, "07-home-sent-back")
    cora.get_by_role("link", name="Courtesy letter, version 2").click()
    cora.get_by_role("link", name="Edit the wording").click()
    cora.get_by_role("link", name="Source").click()
    edit(cora, "If we have made a mistake", "If we have misread something", "People ask when we come. Warmer, too.")
    cora.get_by_role("link", name="See what changed, and submit it").click()
    expect(cora.get_by_text("Warmer, please: nobody makes mistakes alone.")).to_be_visible()
    cora.get_by_label("Ask", exact=True).select_option("ada")
    cora.get_by_role("button", name="Submit").click()

    # The attorney approves it for the new year.
    ada.goto("/desk/")
    picture(ada, "08-home-asked")
    refuse_barriers(ada)
    ada.get_by_role("link", name="Courtesy letter, version 3").click()
    ada.get_by_label("In force from").fill("2027-01-01")
    ada.get_by_role("button", name="See what approving does").click()
    expect(ada.get_by_role("heading", name="Approve Courtesy letter, version 3")).to_be_visible()
    expect(ada.locator(".numbers")).to_contain_text("10 days")
    expect(ada.get_by_text("It was sent back before.")).to_be_visible()
    expect(ada.get_by_text("Warmer, please: nobody makes mistakes alone.")).to_be_visible()
    expect(ada.get_by_text("Spanish stops on January 1, 2027.")).to_be_visible()
    picture(ada, "08-approval")
    refuse_barriers(ada)
    ada.get_by_role("button", name="Approve, in force from January 1, 2027").click()
    expect(ada.get_by_role("status")).to_have_text("Approved.")
    picture(ada, "09-approved")
    refuse_barriers(ada)
    ada.goto(f"/desk/templates/{KEY}/trail")
    expect(ada.get_by_role("row").nth(1)).to_contain_text("in force from January 1, 2027")
    picture(ada, "10-trail")
    refuse_barriers(ada)

    # On the day every system gets it; a notice dated the day before keeps the old wording.
    until(desk.clock, NEW_YEAR)
    ada.goto("/desk/sign-in")
    sign_in(ada, "ada")
    ada.goto(f"/desk/templates/{KEY}")
    expect(ada.get_by_text("Version 3 goes out today.")).to_be_visible()
    assert desk.office.issuing.issue(order(example, NEW_YEAR), actor="key:tracker").version == 3
    assert desk.office.issuing.issue(order(example, date(2026, 12, 31)), actor="key:tracker").version == 1
    ada.goto(f"/desk/templates/{KEY}/3")
    expect(ada.locator("section", has_text="Documents that went out under it")).to_contain_text("1 document")
    assert ada.complaints == cora.complaints == []  # type: ignore[attr-defined]


def until(clock: Clock, day: date) -> None:
    clock.wait(days=(day - clock.now.date()).days)
