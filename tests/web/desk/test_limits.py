"""How often the desk may be asked: spraying of passwords from one address, costly pages, and nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from lxml import html
from playwright.sync_api import Page, expect

from docservice.config import Settings
from docservice.limiting.counting import RateLimits
from docservice.limiting.requests import EXTENSION
from tests.office.reviewed import KEY
from tests.web.desk.conftest import Client, Desk, picture, refuse_barriers

TYPED = "A long comment that nobody wants to type twice."
COMMENTS = f"/desk/templates/{KEY}/1/comments"


@pytest.fixture
def limited(desk: Desk) -> Callable[..., Desk]:
    """``limited(work="2/minute")`` is the desk with that limit, on the office's clock."""

    def make(**rules: str) -> Desk:
        settings = Settings(**{f"limit_{name}": rule for name, rule in rules.items()})  # type: ignore[arg-type]
        desk.app.extensions[EXTENSION] = RateLimits.of(settings, lambda: desk.clock.now.timestamp())
        return desk

    return make


def from_address(client: Client, address: str) -> Client:
    client.flask.environ_base["REMOTE_ADDR"] = address
    return client


def test_one_password_for_many_logins_is_stopped(limited: Callable[..., Desk]) -> None:
    desk = limited(sign_in="3/10 minutes")
    client = from_address(desk.client(), "203.0.113.5")
    tried = [client.sign_in(login, "Summer-2026!").status_code for login in ("staff", "nobody", "ada", "ian", "cora")]
    assert tried == [401, 401, 401, 429, 429]
    answer = client.sign_in("cora")  # not even with the right one: who sprays would know it by that
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "600"
    assert "Too many sign-ins from your network have failed" in answer.text
    assert 'value="cora"' in answer.text
    assert from_address(desk.client(), "203.0.113.6").sign_in("cora").status_code == 303
    desk.clock.wait(minutes=10, seconds=1)
    assert client.sign_in("cora").status_code == 303


def test_a_town_hall_behind_one_address_comes_to_work(limited: Callable[..., Desk]) -> None:
    desk = limited(sign_in="3/10 minutes", public="5000/minute")
    client = desk.client()
    assert {client.sign_in("staff").status_code for _ in range(200)} == {303}
    signed_in = desk.client("cora")
    assert {desk.client().sign_in("reviewer", "wrong").status_code for _ in range(3)} == {401}
    assert desk.client().sign_in("staff").status_code == 429
    assert signed_in.get("/desk/").status_code == 200  # who is signed in is not stopped


def test_the_networks_of_ipv6_are_counted_as_one(limited: Callable[..., Desk]) -> None:
    desk = limited(sign_in="2/minute")
    client = desk.client()
    tried = [from_address(client, f"2001:db8::{n}").sign_in(f"p{n}", "x").status_code for n in range(1, 4)]
    assert tried == [401, 401, 429]
    assert from_address(client, "2001:db8:0:1::1").sign_in("staff").status_code == 303


def test_the_waits_of_an_account_hold_besides(limited: Callable[..., Desk]) -> None:
    desk = limited(sign_in="off")
    client = desk.client()
    assert [client.sign_in("staff", "wrong").status_code for _ in range(6)] == [401] * 5 + [429]


def test_a_kept_form_survives_the_limit_on_the_way_in(limited: Callable[..., Desk]) -> None:
    desk = limited(sign_in="1/minute")
    client = desk.client("cora")
    desk.clock.wait(hours=1)
    page = client.post(COMMENTS, {"path": "", "quote": "", "body": TYPED})
    for password in ("wrong", "wrong"):
        given = hidden(page.text) | {"login": "cora", "password": password}
        page = client.flask.post("/desk/sign-in", data=given)
    assert page.status_code == 429
    assert hidden(page.text)["kept-body"] == TYPED


def test_costly_pages_are_counted_by_account_over_all_its_sessions(limited: Callable[..., Desk]) -> None:
    desk = limited(costly="2/minute")
    here, there, other = desk.client("cora"), desk.client("cora"), desk.client("ada")
    address = f"/desk/templates/{KEY}/1/letter.pdf"
    assert [one.get(address).status_code for one in (here, there, here, there)] == [200, 200, 429, 429]
    assert other.get(address).status_code == 200
    page = here.get(address)
    assert page.headers["Retry-After"] == "60"
    assert "Try again in 60 seconds" in page.text
    assert f'href="{address}"' in page.text
    assert here.get(f"/desk/templates/{KEY}").status_code == 200
    desk.clock.wait(seconds=61)
    assert here.get(address).status_code == 200


def test_what_was_typed_can_be_sent_again_after_the_wait(limited: Callable[..., Desk]) -> None:
    desk = limited(work="3/minute")
    client = desk.client("cora")  # who sees the first page then: one
    form = {"path": "", "quote": "", "body": f"{TYPED}\r\n“And” <another> line."}
    for _ in range(3):
        page = client.post(COMMENTS, form)
    assert page.status_code == 429
    assert desk.office.review.comments(KEY, 1)[0].body.startswith(TYPED)
    shown = html.fromstring(page.text)
    assert "“And” <another> line." in shown.xpath("//pre")[0].text_content()
    desk.clock.wait(seconds=61)
    action = shown.xpath("//form[contains(@class, 'card')]/@action")[0]
    assert client.flask.post(action, data=hidden(page.text) | {"body": "Another."}).status_code == 303
    assert [one.body for one in desk.office.review.comments(KEY, 1)] == [form["body"].replace("\r", ""), "Another."]


def test_a_password_does_not_come_back_in_a_page(limited: Callable[..., Desk]) -> None:
    desk = limited(costly="1/minute")
    client = desk.client("cora")
    form = {"old": "the old password, long", "new": "the new password, long", "again": "the new password, long"}
    for _ in range(2):
        page = client.post("/desk/password", form)
    assert page.status_code == 429
    assert "password, long" not in page.text


def test_a_signed_out_form_is_never_lost_to_the_limit_of_the_address(limited: Callable[..., Desk]) -> None:
    desk = limited(public="3/minute")
    client = desk.client("cora")
    desk.clock.wait(hours=1)
    statuses = [client.get("/desk/").status_code for _ in range(4)]
    assert statuses == [303, 303, 303, 429]
    page = client.post(COMMENTS, {"path": "", "quote": "", "body": TYPED})
    assert page.status_code == 401
    assert TYPED in page.text


def test_a_part_past_the_limit_takes_no_page_with_it(limited: Callable[..., Desk]) -> None:
    desk = limited(costly="1/minute", work="1/minute")
    client = desk.client("cora")
    client.get(f"/desk/templates/{KEY}/1/letter.pdf")
    quiet = {"HX-Request": "true"}
    asked = client.get(f"/desk/templates/{KEY}/1/letter?language=en", headers=quiet)
    sent = client.post(COMMENTS, {"path": "", "quote": "", "body": TYPED}, headers=quiet)
    for answer in (asked, sent):
        assert answer.status_code == 429
        assert "<html" not in answer.text
        assert "HX-Retarget" not in answer.headers
    assert f'href="/desk/templates/{KEY}/1/letter?language=en"' in asked.text
    assert "HX-Reswap" not in asked.headers  # it stands where the part would
    assert sent.headers["HX-Reswap"] == "beforeend"
    assert "what you typed is still here" in sent.text


def test_at_the_desk_in_a_browser(limited: Callable[..., Desk], visit: Callable[..., Page]) -> None:
    """What is typed stays in its field with a word below; parts that come later say why they do not; no barriers."""
    desk = limited(costly="1/minute", work="20/minute")
    # Her costly one is spent before, on a wrong password: nothing of the page is rendered, however busy the machine is.
    spending = desk.client("cora").post("/desk/password", {"old": "wrong", "new": "x" * 20, "again": "x" * 20})
    assert spending.status_code == 422
    page = visit("cora")
    page.goto(f"/desk/templates/{KEY}/1")
    notes = page.locator(".too-often")
    expect(notes).to_have_count(2)  # the letter and the assessment: in their places
    page.evaluate("async () => { for (let n = 0; n < 20; n++) await fetch('/desk/password') }")
    say = page.locator(".paragraph details.say").first
    say.locator("summary").click()
    field = say.locator("textarea")
    field.fill(TYPED)
    say.get_by_role("button", name="Say it").click()
    expect(notes).to_have_count(3)
    note = page.locator(".paragraph .too-often")
    expect(note).to_be_visible()
    expect(note).to_contain_text("Try again in")
    expect(note).to_contain_text("what you typed is still here")
    expect(field).to_have_value(TYPED)
    picture(page, "too-often-part")
    refuse_barriers(page)
    page.goto("/desk/")
    expect(page.get_by_role("heading", name="Please wait a moment")).to_be_visible()
    refuse_barriers(page)
    picture(page, "too-often")
    desk.clock.wait(seconds=61)
    page.get_by_role("link", name="Try again").click()
    expect(page).to_have_url(re.compile("/desk/$"))


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the first form with ``card`` on a page."""
    form = html.fromstring(page).xpath("//form[contains(@class, 'card')]")[0]
    return {field.get("name"): field.get("value") or "" for field in form.xpath(".//input[@type='hidden']")}
