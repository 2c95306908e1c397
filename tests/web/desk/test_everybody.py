"""The desk is for everybody: from the keyboard alone, on a phone, at 200 %, with assistive technology."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.office.reviewed import KEY, TODAY
from tests.web.desk.conftest import PASSWORD, Desk, picture, refuse_barriers, settle


def press_to(page: Page, name: str, role: str = "", most: int = 400) -> None:
    """Press Tab until what has focus has this name; whatever has focus must be seen to have it."""
    for _ in range(most):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => {
                const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
                const label = e.labels && e.labels.length ? e.labels[0].innerText : '';
                const name = e.getAttribute('aria-label') || label || e.innerText || '';
                return {name: name.split(/[ \\n]+/).join(' ').trim(), tag: e.tagName,
                        seen: style.outlineStyle !== 'none' && box.width > 0 && box.bottom > 0
                              && box.top < innerHeight};
            }"""
        )
        assert found["seen"] or found["tag"] == "BODY", found
        if found["name"].startswith(name) and found["tag"] == (role or found["tag"]):
            return
    raise AssertionError(f"Tab never comes to “{name}”")


def test_the_attorney_needs_no_mouse(desk: Desk, visit: Callable[..., Page]) -> None:
    number = desk.under_review("<p>{% trans %}Come and see us. We are nice.{% endtrans %}</p>")
    page = visit()
    page.goto(f"/desk/templates/{KEY}/{number}")
    keys = page.keyboard
    keys.type("ada")  # the login has focus already
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(page.get_by_text("Fit to be approved.")).to_be_visible()
    keys.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    picture(page, "20-keyboard-skip")
    keys.press("Enter")
    press_to(page, "What changed", "A")
    press_to(page, "Comment on solution/p[1]", "SUMMARY")
    keys.press("Enter")
    press_to(page, "Your comment", "TEXTAREA")
    keys.type("Warmer, please.")
    press_to(page, "Say it")
    keys.press("Enter")
    expect(page.get_by_role("article", name="Comment by Ada Byron")).to_be_focused()
    press_to(page, "In force from", "INPUT")
    keys.type("07012026")
    press_to(page, "See what approving does", "BUTTON")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Approve Courtesy letter, version 2")).to_be_visible()
    press_to(page, "Approve, in force from July 1, 2026", "BUTTON")
    keys.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Approved.")
    record = desk.office.version(KEY, number)
    assert (record.approver, record.effective_on) == ("account:ada", TODAY + timedelta(30))


@pytest.mark.parametrize(("width", "height", "name"), [(320, 640, "phone"), (640, 450, "zoomed")])
def test_nothing_is_cut_off(
    desk: Desk, visit: Callable[..., Page], width: int, height: int, name: str
) -> None:  # fmt: skip
    """At 320 pixels, and at half of 1280, which is what 200 % leaves: no page scrolls sideways."""
    number = desk.under_review()
    desk.office.review.comment(KEY, number, path="solution/p[1]", quote="", body="Warmer!", actor=desk.who["ada"])
    page = visit("ian", width=width, height=height)
    for path in ("", "templates", f"templates/{KEY}", f"templates/{KEY}/{number}", f"templates/{KEY}/{number}/edit",
                 f"templates/{KEY}/{number}/approval?effective_on=2026-07-01",
                 f"templates/{KEY}/trail", "documents", "jobs", "password"):  # fmt: skip
        page.goto(f"/desk/{path}")
        settle(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{path} is {wide} pixels wide"
        picture(page, f"30-{name}-{path.replace('/', '-') or 'home'}")
    refuse_barriers(page)


def test_every_page_is_accessible(desk: Desk, visit: Callable[..., Page]) -> None:
    """What the story does not come by."""
    number = desk.under_review()
    admin = visit("administrator")
    for path in ("accounts", "accounts/ada", "keys", "password", "packets", "nowhere", f"templates/{KEY}/1"):
        admin.goto(f"/desk/{path}")
        picture(admin, f"40-{path.replace('/', '-')}")
        if path != "nowhere":  # a public page
            refuse_barriers(admin)
    admin.goto("/desk/keys")
    admin.get_by_label("Name of the system").fill("tracker")
    admin.get_by_label("read: read all documents").check()
    admin.get_by_role("button", name="Make the key").click()
    expect(admin.get_by_role("status")).to_contain_text("is made")
    picture(admin, "41-key-made")
    refuse_barriers(admin)
    staff = visit("staff")
    for path in ("documents", "packets", "jobs", f"templates/{KEY}/{number}/letter",
                 f"templates/{KEY}/{number}/assessment"):  # fmt: skip
        staff.goto(f"/desk/{path}")
        refuse_barriers(staff)


def test_a_long_pause_loses_nothing(desk: Desk, visit: Callable[..., Page]) -> None:
    """A comment sent after the session ended: through the sign-in, and it is there."""
    number = desk.under_review()
    page = visit("ada")
    page.goto(f"/desk/templates/{KEY}/{number}")
    row = page.locator(".paragraph").nth(4)
    row.get_by_text("Comment on").click()
    row.get_by_label("Your comment").fill("A comment that took an hour to write.")
    desk.clock.wait(hours=1)
    row.get_by_role("button", name="Say it").click()
    expect(page.get_by_role("heading", name="Please sign in again")).to_be_visible()
    refuse_barriers(page)
    picture(page, "50-signed-out")
    page.get_by_label("Login").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    picture(page, "51-go-on")
    refuse_barriers(page)
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_role("article", name="Comment by Ada Byron")).to_contain_text("took an hour to write")


def test_two_approvers_at_once(desk: Desk, visit: Callable[..., Page]) -> None:
    """The second is shown what the first decided, and what was typed is not lost."""
    number = desk.under_review()
    ada, ian = visit("ada"), visit("ian")
    for page in (ada, ian):
        page.goto(f"/desk/templates/{KEY}/{number}")
    ian.get_by_label("In force from").fill("2026-07-01")
    ian.get_by_role("button", name="See what approving does").click()
    ian.get_by_role("button", name="Approve, in force from July 1, 2026").click()
    expect(ian.get_by_role("status")).to_have_text("Approved.")
    back = ada.locator("form", has=ada.get_by_role("heading", name="Send it back"))
    back.get_by_label("Why").fill("I do not like the second sentence.")
    back.get_by_role("button", name="Send back").click()
    expect(ada.get_by_role("heading", name="It changed while you were looking")).to_be_visible()
    expect(ada.get_by_text("in force from July 1, 2026", exact=True)).to_be_visible()
    expect(ada.get_by_text("I do not like the second sentence.")).to_be_visible()
    picture(ada, "52-stale")
    refuse_barriers(ada)
