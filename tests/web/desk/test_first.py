"""First start: one code, one account, once; then the desk is as any other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from docservice.app import create_app
from docservice.config import Settings
from docservice.office import open_office
from tests.homes import furnish
from tests.office.reviewed import NOON
from tests.web.desk.conftest import PASSWORD, Clock, Desk, picture, refuse_barriers, token_of, visiting


@pytest.fixture
def new(tmp_path: Path, fonts_folder: Path) -> Iterator[Desk]:
    """An office in which nobody has an account."""
    furnish(tmp_path / "home", fonts_folder, NOON, lambda office: None)
    clock = Clock()
    with open_office(Settings(home=tmp_path / "home"), clock=clock) as office:
        yield Desk(office, clock, create_app(office))


def send(desk: Desk, code: str, **fields: str):  # type: ignore[no-untyped-def]
    client = desk.app.test_client()
    token = token_of(client.get("/desk/first", follow_redirects=True).text)
    sent = {"code": code, "name": "Rosa Park", "login": "rosa", "password": PASSWORD, "roles": "staff", **fields}
    return client, client.post("/desk/first", data={"form_token": token, **sent})


def test_with_the_code_the_first_account_is_made_once(new: Desk) -> None:
    code = new.office.people.first_start.begin()
    assert code is not None
    assert "Make the first one" in new.app.test_client().get("/desk/sign-in").text
    client, answer = send(new, code.lower().replace("-", " "))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/")
    assert "Rosa Park" in client.get("/desk/").text
    assert new.office.people.accounts.find("rosa").roles == ("staff", "administrator")
    _, again = send(new, code, login="second")
    assert "/desk/sign-in" in again.headers["Location"]
    assert [one.login for one in new.office.people.accounts.listed()] == ["rosa"]
    assert new.office.people.first_start.begin() is None
    assert "Make the first one" not in new.app.test_client().get("/desk/sign-in").text
    assert new.office.cases.search(per_page=5).total == 0


def test_the_example_cases_are_offered(new: Desk) -> None:
    code = new.office.people.first_start.begin() or ""
    client, _ = send(new, code, examples="yes")
    assert new.office.cases.search(per_page=5).total == 3
    assert "CE-2026-0203" in client.get("/desk/due").text


@pytest.mark.parametrize("code", ["", "AAAA-BBBB-CCCC", "Ä", "x" * 1000])
def test_nobody_gets_in_without_the_code(new: Desk, code: str) -> None:
    new.office.people.first_start.begin()
    _, answer = send(new, code)
    assert answer.status_code == 422
    assert 'value="Rosa Park"' in answer.text
    assert PASSWORD not in answer.text
    assert new.office.people.accounts.listed() == ()


def test_where_no_code_was_printed_there_is_no_such_page(new: Desk) -> None:
    answer = new.app.test_client().get("/desk/first")
    assert "/desk/sign-in" in answer.headers["Location"]
    _, sent = send(new, "")
    assert "/desk/sign-in" in sent.headers["Location"]
    assert new.office.people.accounts.listed() == ()


def test_a_form_of_another_site_makes_nobody(new: Desk) -> None:
    code = new.office.people.first_start.begin() or ""
    sent = {"code": code, "name": "Eve", "login": "eve", "password": PASSWORD}
    answer = new.app.test_client().post("/desk/first", data=sent)
    assert answer.status_code == 422
    assert new.office.people.accounts.listed() == ()


def test_wrong_codes_are_counted(new: Desk) -> None:
    code = new.office.people.first_start.begin() or ""
    statuses = {send(new, "WRONG")[1].status_code for _ in range(61)}
    assert 429 in statuses or "Too many" in send(new, code)[1].text
    assert new.office.people.accounts.listed() == ()


def test_in_a_browser(new: Desk, chromium: Browser) -> None:
    code = new.office.people.first_start.begin() or ""
    with visiting(new, chromium) as visit:
        page = visit(width=390)
        page.goto("/desk/")
        page.get_by_role("link", name="Make the first one").click()
        refuse_barriers(page)
        picture(page, "70-first")
        page.get_by_label("Code").fill(code)
        page.get_by_label("Your name").fill("Rosa Park")
        page.get_by_label("Login").fill("rosa")
        page.get_by_label("Password").fill("short")
        page.get_by_label("Put the example cases on record").check()
        page.get_by_role("button", name="Make my account").click()
        expect(page.get_by_role("alert")).to_contain_text("The password has from 12 to 200 characters.")
        refuse_barriers(page)
        picture(page, "71-first-refused")
        page.get_by_role("alert").get_by_role("link").click()
        expect(page.get_by_label("Password")).to_be_focused()
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Make my account").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Rosa")
        refuse_barriers(page)
        picture(page, "72-first-today")
