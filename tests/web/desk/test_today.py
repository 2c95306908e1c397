"""Today: what is due, waits, came back and was left; the search; what a role may do where there is nothing yet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar
from playwright.sync_api import expect

from docservice import shipped
from docservice.office import examples
from docservice.office.means.choices import ROLES
from docservice.pipeline.order import Order
from tests.web.desk.conftest import Clock, Desk, opened, picture, refuse_barriers

CASE = "CE-2026-0203"


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, fonts_folder: Path) -> Iterator[Desk]:
    """The example cases on record, and a letter that went out."""
    with opened(tmp_path_factory.mktemp("today") / "home", fonts_folder, Clock()) as desk:
        examples.load(desk.office.cases, actor="account:cora")
        facts = json.loads((shipped.folder("examples") / "CE-2026-0147" / "casefile.json").read_text(encoding="utf-8"))
        day = date(2026, 4, 17)
        order = Order("stop-work-order", casefile=facts, recipient="contractor", on=day, ordered_on=day)
        desk.office.issuing.issue(order, actor="account:cora")
        yield desk


def test_what_is_due_says_when_what_whose_and_why(full: Desk) -> None:
    page = full.client("cora").get("/desk/").text
    rows = full.office.cases.due.listed().items
    assert rows
    first = next(one for one in rows if one.deadline.document)
    assert first.deadline.title in page
    assert first.case in page
    assert "See the case" in page
    everything = full.client("cora").get("/desk/due").text
    assert all(one.deadline.title in everything for one in rows if one.deadline.effective)


def test_dates_that_are_over_come_first_and_say_so(full: Desk) -> None:
    full.clock.wait(days=200)
    try:
        page = full.client("cora").get("/desk/").text
        late = full.office.cases.due.listed(state="late").items
    finally:
        full.clock.wait(days=-200)
    assert late
    assert " late</span>" in page
    assert "days late" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [("molino", CASE), ("MOLINO street", CASE), ("mei-ling chen", CASE), ("陳美玲", CASE), ("0203", CASE)],
)
def test_a_case_is_found_by_any_part_of_its_words(full: Desk, query: str, found: str) -> None:
    assert found in full.client("cora").get("/desk/search", query_string={"q": query}).text


def test_a_whole_number_or_code_leads_there(full: Desk) -> None:
    paper = full.office.issuing.documents().items[0]
    client = full.client("cora")
    grouped = "-".join((paper.verify_code[:4].lower(), paper.verify_code[4:]))
    for query in (paper.number, paper.number.lower(), paper.verify_code, grouped):
        answer = client.get("/desk/search", query_string={"q": query})
        assert answer.status_code == 303, query
        assert paper.number in answer.headers["Location"]


@pytest.mark.parametrize("query", ["", "   ", "nobody has this", "%", "_", "\\", "'", "<script>", "x" * 500])
def test_what_is_not_there_is_said(full: Desk, query: str) -> None:
    answer = full.client("cora").get("/desk/search", query_string={"q": query})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "<script></h1>" not in answer.text
    if query.strip():
        assert "No case has all of these words." in answer.text or CASE in answer.text


@pytest.mark.parametrize("role", ROLES)
def test_a_new_desk_says_what_one_may_do(shared_desk: Desk, role: str) -> None:
    page = shared_desk.client(role).get("/desk/").text
    assert "What you can do here" in page
    assert page.count("<li>") > 2


def test_an_address_for_the_calendar_is_made_once_and_works(full: Desk) -> None:
    client = full.client("cora")
    page = client.post("/desk/due/calendar", {"officer": ""}).text
    address = page.split('class="secret">')[1].split("<")[0]
    answer = full.app.test_client().get(address[address.index("/calendars/") :])
    assert answer.status_code == 200
    assert list(Calendar.from_ical(answer.data).walk("VEVENT"))
    assert "Nobody" not in page
    assert [one.created_by for one in full.office.cases.due.calendars()] == ["account:cora"]


def test_what_came_back_and_what_was_left_stand_there(full: Desk) -> None:
    client = full.client("cora")
    sent = {"draft": "x", "draft-title": "Notice of hearing", "draft-at": "/desk/password", "a": "b"}
    client.post("/desk/drafts", sent)
    page = client.get("/desk/").text
    assert "Drafts I left" in page
    assert '<a href="/desk/password">Notice of hearing</a>' in page
    assert "Notice of hearing" not in full.client("ian").get("/desk/").text


@pytest.mark.parametrize(("width", "name"), [(1280, "desk"), (320, "phone")])
def test_it_is_for_everybody(full: Desk, chromium: object, width: int, name: str) -> None:
    from tests.web.desk.conftest import visiting

    with visiting(full, chromium) as visit:  # type: ignore[arg-type]
        page = visit("cora", width=width)
        for path in ("", "search?q=molino", "search?q=nobody", "due"):
            page.goto(f"/desk/{path}")
            refuse_barriers(page)
            picture(page, f"60-{name}-{path.partition('?')[0] or 'today'}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        page.goto("/desk/")
        page.get_by_label("Find a case, a person or a paper").fill("molino")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="“molino”")).to_be_visible()
