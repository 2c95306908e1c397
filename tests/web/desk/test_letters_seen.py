"""Writing a letter in a browser: the pages follow what is typed; every page is for everybody, also on a telephone."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.web.desk.conftest import Desk, picture, refuse_barriers, settle
from tests.web.desk.test_letters import CASE, KIND, SEPTEMBER, WRITE, facts


def test_from_the_kind_to_the_service(desk: Desk, visit: Callable[..., Page]) -> None:
    desk.clock.now = SEPTEMBER
    desk.office.cases.put(CASE, facts(), actor="account:cora", saw="new")
    desk.office.jobs.worker.start()
    page = visit("cora")
    page.goto("/desk/write")
    page.get_by_label("About which case?").fill("molino")
    page.get_by_role("button", name="Find").last.click()
    page.get_by_role("link", name="Substandard fourplex").click()
    expect(page.get_by_role("heading", name="What kind of letter?")).to_be_visible()
    picture(page, "letters-1-kinds")
    refuse_barriers(page)
    page.get_by_role("link", name="Notice of violation").click()
    with page.expect_response(lambda answer: answer.url.endswith("/write/pages")):
        page.get_by_label("Copy for").select_option(label="Mei-Ling Chen, English")
    settle(page)
    expect(page.get_by_label("Copy for")).to_have_value("owner-chen:en")
    with page.expect_response(lambda answer: answer.url.endswith("/write/pages")):
        page.get_by_label("When does it go to the post?").fill("2026-09-03")
    settle(page)
    expect(page.get_by_role("img", name="Page 1 of 5")).to_be_visible()
    picture(page, "letters-2-write")
    refuse_barriers(page)
    page.get_by_role("button", name="Last look").click()
    expect(page.get_by_role("heading", name="Issue 2 copies?")).to_be_visible()
    picture(page, "letters-3-last")
    refuse_barriers(page)
    page.get_by_role("button", name="Issue 2 copies").dblclick()
    expect(page.get_by_role("heading", name="Notice of violation NOV-2026-0001")).to_be_visible()
    assert desk.office.issuing.documents().total == 3  # two copies, one of them with its translation
    page.get_by_label("Where", exact=True).fill("Post office, Madrona Hills")
    for copy, label in ((1, "9414 8118 9956 0203 0000 11"), (2, "9414 8118 9956 0203 0000 28")):
        page.get_by_label(f"Number on the certified label: copy {copy}").fill(label)
    page.get_by_label("Whoever did it is over 18").check()
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("2 of 2 served")).to_be_visible()
    picture(page, "letters-4-letter")
    refuse_barriers(page)
    assert not page.complaints  # type: ignore[attr-defined]
    phone = visit("cora", width=320, height=700)
    attempt = desk.office.cases.service(CASE, "NOV-2026-0001.1").items[0].position
    letter = "/desk/documents/NOV-2026-0001"
    for at, path in enumerate(
        ("/desk/write", WRITE, f"{WRITE}?kind=notice-to-abate", f"{WRITE}?kind={KIND}", letter, f"{letter}/void",
         f"{letter}/replace", f"{letter}.1/again", f"{letter}.1/service/{attempt}/1", "/desk/documents")
    ):  # fmt: skip
        phone.goto(path)
        settle(phone)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 320, path
        picture(phone, f"letters-phone-{at}")
        refuse_barriers(phone)
