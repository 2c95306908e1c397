"""A packet put together at the desk: from what is on record to a draft, the packet and its public copy."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from docservice.app import create_app
from docservice.config import Settings
from docservice.office import Office, Order, open_office
from docservice.office.people.roles import Actor
from tests.homes import furnish, ungoverned
from tests.web.desk.conftest import Client, Clock, Desk, employ, picture, refuse_barriers, settle, visiting

NOW = datetime(2026, 7, 8, 16, 30, tzinfo=UTC)
CASE = "CE-2026-0231"
EXAMPLE = Path(__file__).parents[3] / "examples" / CASE
LOG, FORM = EXAMPLE / "exhibits" / "sheriff-call-log.pdf", EXAMPLE / "exhibits" / "appeal-form.pdf"
ISSUED = ("memorandum", "administrative-citation", "notice-of-hearing")


def fill(office: Office) -> None:
    """One paper of each kind that a hearing hears of, without proofs of service."""
    employ(office)
    casefile = json.loads((EXAMPLE / "casefile.json").read_text(encoding="utf-8"))
    photos = {path.name: path.read_bytes() for path in (EXAMPLE / "photos").iterdir()}
    seen: set[str] = set()
    for line in json.loads((EXAMPLE / "letters.json").read_text(encoding="utf-8")):
        if line["template"] not in ISSUED or line["template"] in seen:
            continue
        seen.add(line["template"])
        on = date.fromisoformat(line["on"])
        order = Order(line["template"], casefile, on=on, ordered_on=on, about=line.get("about"), attachments=photos)
        to = (line.get("recipients") or office.issuing.recipients(order) or (None,))[0]
        office.issuing.issue(replace(order, recipient=to), actor="account:cora")


@pytest.fixture
def desk(tmp_path: Path, fonts_folder: Path) -> Iterator[Desk]:
    home, clock = tmp_path / "home", Clock(NOW)
    ungoverned(furnish(home, fonts_folder, NOW, fill))
    with open_office(Settings(home=home), clock=clock) as office:
        one = Desk(office, clock, create_app(office))
        one.who = {account.login: Actor.person(account) for account in office.people.accounts.listed()}
        yield one


@pytest.fixture
def visit(desk: Desk, chromium: Browser) -> Iterator[Callable[..., Page]]:
    with visiting(desk, chromium) as open_window:
        yield open_window


def begin(client: Client) -> str:
    answer = client.post("/desk/packets/new", {"case": CASE, "hearing": "h1", "title": "Hearing packet"})
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def plan_of(desk: Desk, address: str):  # type: ignore[no-untyped-def]
    return desk.office.binding.plans.get(address.rsplit("/", 1)[1])


def upload(client: Client, address: str, *files: tuple[bytes, str], how: str = "own"):  # type: ignore[no-untyped-def]
    sent = [(io.BytesIO(data), name) for data, name in files]
    return client.post(f"{address}/files", {"as": how, "file": sent}, content_type="multipart/form-data")


def test_a_packet_is_put_together_bound_as_a_draft_and_for_the_hearing(desk: Desk, visit: Callable[..., Page]) -> None:
    page = visit("cora")
    page.goto(f"/desk/packets/new?case={CASE}")
    refuse_barriers(page)
    page.get_by_role("button", name="Put it together").click()
    page.get_by_role("heading", name="Packet for July 16, 2026, 10:00 am").wait_for()
    refuse_barriers(page)
    picture(page, "packet-plan")
    # The keyboard: after a move the focus is on the same button.
    page.get_by_role("button", name="Move down: Chronology").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("“Chronology” moved down.")
    expect(page.get_by_role("button", name="Move down: Chronology")).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("taken back")
    # A file is looked at, described and put in.
    page.set_input_files("#up", [LOG])
    page.get_by_role("button", name="Add them").click()
    page.get_by_role("link", name="Put it in sheriff-call-log.pdf").click()
    page.get_by_role("button", name="Put it in").click()
    expect(page.get_by_role("alert")).to_contain_text("Title in the list of exhibits: Please fill this in.")
    page.get_by_label("Title in the list of exhibits").fill("Sheriff’s call log")
    page.get_by_label("Its date").fill("2026-07-06")
    page.get_by_label("What page 1 shows").fill("A list of four calls.")
    refuse_barriers(page)
    page.get_by_role("button", name="Put it in").click()
    # A place is drawn on its page.
    page.get_by_role("link", name="Cover parts of a page of Exhibit B: Sheriff’s call log").click()
    settle(page)
    box = page.locator(".cover div").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.05)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.1, steps=3)
    page.mouse.up()
    expect(page.get_by_label("On which page")).to_have_value("1")
    page.get_by_label("Why").fill("Gov. Code § 7923.600")
    page.get_by_role("button", name="Cover it").click()
    expect(page.locator(".cover rect")).to_have_count(1)
    refuse_barriers(page)
    picture(page, "packet-cover")
    page.get_by_role("link", name="Back to the packet").click()
    # A draft is bound, with what is still open.
    page.get_by_role("button", name="Bind a draft").click()
    expect(page.get_by_text("It waits for its turn")).to_be_visible()
    desk.office.jobs.worker.run_one()
    page.get_by_role("link", name="Open the draft (PDF)").wait_for()
    refuse_barriers(page)
    assert desk.office.binding.packets() == ()  # a draft is not on record
    answer = page.request.get(str(page.get_by_role("link", name="Open the draft (PDF)").get_attribute("href")))
    assert answer.body().startswith(b"%PDF")
    # The packet: each open line is shown once more, and must be allowed.
    page.get_by_role("link", name="Bind for the hearing").click()
    refuse_barriers(page)
    page.get_by_role("button", name="Bind the packet").click()
    expect(page.get_by_role("alert")).to_contain_text("The packet cannot be bound yet.")
    page.get_by_label("Bind it all the same").check()
    page.get_by_role("button", name="Bind the packet").click()
    page.wait_for_url("**/jobs/*")
    desk.office.jobs.worker.run_one()
    desk.office.jobs.worker.run_one()
    page.get_by_role("link", name="Open the packet").click()
    page.get_by_role("heading", name="Contents").wait_for()
    refuse_barriers(page)
    picture(page, "packet")
    full, public = sorted(desk.office.binding.packets(), key=lambda one: one.copy)
    assert (full.copy, public.copy, full.profile) == ("full", "public", "default")
    assert any("Exhibit B: Sheriff’s call log" in entry["title"] for entry in full.entries)
    link = page.get_by_role("link", name="Exhibit B: Sheriff’s call log")
    assert f"{full.files[0]['name']}#page=" in str(link.get_attribute("href"))
    assert page.request.get(f"/desk/packets/{full.id}/certificate.json").json()["case"] == CASE


def test_two_people_at_one_packet_are_told_in_words(desk: Desk) -> None:
    cora, ian = desk.client("cora"), desk.client("ian")
    address = begin(cora)
    rows = {row.get("generated"): row["id"] for row in plan_of(desk, address).sheet.rows}
    assert cora.post(address, {"down": rows["chronology"], "seen": "1"}).status_code == 303
    late = ian.post(address, {"out": rows["costs"], "seen": "1"})
    assert late.status_code == 412
    assert "Cora Reyes" in late.text
    assert "“Chronology” moved down." in late.text
    assert "Yours was not done: “Cost sheet” taken out." in late.text
    assert rows["costs"] in [row["id"] for row in plan_of(desk, address).sheet.rows]
    # Undo takes back the newest change alone.
    assert cora.post(f"{address}/undo/2").status_code == 303
    assert cora.post(f"{address}/undo/2").status_code == 412


def test_two_people_at_one_part_keep_both_their_words(desk: Desk) -> None:
    cora, ian = desk.client("cora"), desk.client("ian")
    address = begin(cora)
    upload(cora, address, (LOG.read_bytes(), "log.pdf"))
    row = plan_of(desk, address).sheet.waiting[0]["id"]
    cora.post(f"{address}/rows/{row}", {"title": "Call log", "exhibit": "auto"})
    seen = str(plan_of(desk, address).revision)
    fields = {"exhibit": "auto", "description": "", "confidential": "", "date": "", "alt/0": "", "seen": seen}
    assert cora.post(f"{address}/rows/{row}", {**fields, "title": "Call log of June"}).status_code == 303
    late = ian.post(f"{address}/rows/{row}", {**fields, "title": "Sheriff’s log", "date": "2026-07-06"})
    assert late.status_code == 412
    assert "Which words stay?" in late.text
    assert "Cora Reyes" in late.text
    assert plan_of(desk, address).sheet.row(row)["title"] == "Call log of June"


def test_what_cannot_go_in_is_said_at_once_and_nothing_is_lost(desk: Desk) -> None:
    cora = desk.client("cora")
    address = begin(cora)
    assert "Choose a file first" in upload(cora, address).text
    upload(cora, address, (b"no picture at all", "film.mov"), (LOG.read_bytes(), "../../log.pdf"))
    shown = cora.get(address).text
    assert "film.mov: cannot go in" in shown
    assert "log.pdf: can go in" in shown
    row = next(one["id"] for one in plan_of(desk, address).sheet.waiting if one["file"] == "film.mov")
    # Its place may be taken by a sheet; or it is left out.
    sent = {"title": "Film of the neighbor", "exhibit": "auto", "unusable": "placeholder"}
    assert cora.post(f"{address}/rows/{row}", sent).status_code == 303
    assert plan_of(desk, address).sheet.row(row)["unusable"] == "placeholder"
    # Without a tick nothing is thrown away.
    assert cora.post(f"{address}/forget").status_code == 422
    assert cora.post(f"{address}/forget", {"sure": "yes"}).status_code == 303
    assert cora.get(address).status_code == 404


def test_photographs_that_come_together_stand_on_sheets(desk: Desk) -> None:
    cora = desk.client("cora")
    address = begin(cora)
    taken = sorted((EXAMPLE / "photos").iterdir())[:2]
    upload(cora, address, *((path.read_bytes(), path.name) for path in taken), how="photographs")
    plan = plan_of(desk, address)
    row = next(one for one in plan.sheet.rows if "photos" in one)
    assert [photo["file"] for photo in row["photos"]] == [path.name for path in taken]
    assert "photograph 1: say a caption, what it shows, who took it and the day." in cora.get(address).text
    words = {"title": "Photographs of the lane", "exhibit": "auto"}
    for n in range(2):
        words |= {f"photos/{n}/caption": "Cars", f"photos/{n}/alt": "Four cars", f"photos/{n}/taken_by": "R. A.",
                  f"photos/{n}/taken_on": "2026-06-27"}  # fmt: skip
    assert cora.post(f"{address}/rows/{row['id']}", words).status_code == 303
    assert "say a caption" not in cora.get(address).text
    small = cora.get(f"{address}/rows/{row['id']}/2.jpg")
    assert (small.status_code, small.mimetype) == (200, "image/jpeg")
    assert cora.get(f"{address}/rows/{row['id']}/3.jpg").status_code == 404


def test_words_for_the_whole_packet_need_a_reason(desk: Desk) -> None:
    cora = desk.client("cora")
    address = begin(cora)
    sent = {"title": "Packet", "hearing": "h1", "forum": "default", "words": "Park\n555-0100", "reason": ""}
    refused = cora.post(f"{address}/settings", sent)
    assert refused.status_code == 422
    assert "Say why these words are covered." in refused.text
    assert "555-0100" in refused.text
    assert cora.post(f"{address}/settings", {**sent, "reason": "Gov. Code § 7928.300"}).status_code == 303
    assert [one["text"] for one in plan_of(desk, address).sheet.redactions] == ["Park", "555-0100"]


def test_a_case_that_is_not_on_record_is_said(desk: Desk) -> None:
    cora = desk.client("cora")
    shown = cora.get("/desk/packets/new?case=CE-1999-0001")
    assert "Nothing is on record of a case “CE-1999-0001”" in shown.text
    assert cora.post("/desk/packets/new", {"case": "CE-1999-0001"}).status_code == 404
    assert "Of which case?" in cora.get("/desk/packets/new").text


def test_a_double_click_binds_once(desk: Desk) -> None:
    cora = desk.client("cora")
    address = begin(cora)
    first, second = (cora.post(f"{address}/bind", {"what": "draft", "seen": "1"}) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert len(desk.office.jobs.listed()) == 1
    assert cora.post(f"{address}/bind", {"what": "draft", "seen": "7"}).status_code == 412


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_telephone_nothing_scrolls_sideways(desk: Desk, visit: Callable[..., Page], width: int) -> None:
    address = begin(desk.client("cora"))
    page = visit("cora", width=width, height=800)
    for way in ("", "/settings", "/bind", f"/rows/{plan_of(desk, address).sheet.rows[2]['id']}"):
        page.goto(address + way)
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, way
    picture(page, f"packet-{width}")
