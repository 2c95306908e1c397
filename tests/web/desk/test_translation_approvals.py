"""Approving several translations at once: read first, as they were seen, all of them or none, nothing typed lost."""

from __future__ import annotations

import html
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from docservice import shipped
from docservice.finding import Finding
from docservice.office.review.proposing import Proposal
from docservice.office.translating.approvable import is_plain_draft, obstacle
from docservice.office.translating.translation_sheets import TranslationString
from docservice.office.translating.translations import Draft, StringSeen
from tests.office.reviewed import FOLDER, KEY
from tests.web.desk.conftest import PASSWORD, Clock, Desk, opened, picture, refuse_barriers, settle
from tests.web.desk.test_everybody import press_to
from tests.web.desk.test_translating import OLD, SPANISH, URL, first, sheet, strung

CHOOSE, APPROVE = f"{URL}/chosen", f"{URL}/chosen/approvals"


def read(*strings: TranslationString, **more: Any) -> dict[str, Any]:
    """The form of the page on which they are read, every box ticked."""
    return {"chosen": [one.id for one in strings], **{f"seen:{one.id}": one.etag for one in strings}, **more}


def states(desk: Desk) -> set[str]:
    return {one.state for one in sheet(desk).strings}


def test_from_the_keyboard_alone(desk: Desk, visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto(URL)
    keys = page.keyboard
    keys.type("reviewer")
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    page.get_by_role("heading", name="Courtesy letter in Spanish").wait_for()
    total = sheet(desk).progress.total
    press_to(page, f"All {total} drafts on this page", "INPUT")
    keys.press("Space")
    press_to(page, "Choose", "INPUT")  # the first string's own box: ticked besides, it is not listed twice
    keys.press("Space")
    keys.press("Enter")
    page.get_by_role("heading", name=f"{total} translations to approve").wait_for()
    assert states(desk) == {"draft"}  # a look approves nothing
    refuse_barriers(page)
    picture(page, "65-chosen")
    row = page.locator(".string", has_text=OLD)
    expect(row).to_contain_text(first(desk).translation[0])
    press_to(page, "Approve", "INPUT")
    keys.press("Space")  # not this one
    press_to(page, "I have read each", "INPUT")
    keys.press("Space")
    press_to(page, "Approve what is ticked", "BUTTON")
    keys.press("Enter")
    expect(page.get_by_role("status")).to_have_text("What you chose is approved.")
    progress = sheet(desk).progress
    assert (progress.approved, progress.draft) == (total - 1, 1)
    assert {one.approved_by for one in sheet(desk).strings} == {"account:reviewer", None}
    assert page.complaints == []  # type: ignore[attr-defined]


def test_the_choice_survives_going_back_and_one_string_saved(desk: Desk, visit: Callable[..., Page]) -> None:
    tia = visit("translator")
    tia.goto(URL)
    rows = [tia.locator(".string").nth(index) for index in range(3)]
    for row in rows:
        row.get_by_label("Choose").check()
    picture(tia, "66-choosing")
    refuse_barriers(tia)
    other = tia.locator(".string").nth(5).get_by_role("textbox").first
    before = other.input_value()
    other.fill("Todavía no guardado")
    tia.get_by_role("button", name="Read the chosen, and approve").first.click()
    # What is typed elsewhere is not passed over, and neither it nor the choice is lost.
    expect(tia.get_by_role("alert")).to_contain_text("typed and not saved")
    expect(other).to_have_value("Todavía no guardado")
    for row in rows:
        expect(row.get_by_label("Choose")).to_be_checked()
    other.fill(before)
    # htmx makes one string anew; its box stays as it was, and so do the others.
    row = tia.locator(".string", has_text=OLD)
    row.get_by_label("Translation").fill(SPANISH)
    row.get_by_role("button", name="Save draft").click()
    expect(row.get_by_role("status")).to_have_text("Saved as a draft.")
    tia.get_by_role("button", name="Read the chosen, and approve").first.click()
    expect(tia.get_by_label("Approve “")).to_have_count(3)
    tia.get_by_role("button", name="Approve what is ticked").click()
    assert states(desk) == {"draft"}  # the browser asks for the box that says they were read
    tia.get_by_role("button", name="Back to the strings").click()
    for row in rows:
        expect(row.get_by_label("Choose")).to_be_checked()
    tia.set_viewport_size({"width": 320, "height": 640})
    settle(tia)
    assert tia.evaluate("document.documentElement.scrollWidth") <= 320
    tia.get_by_role("button", name="Read the chosen, and approve").first.click()
    tia.get_by_label("I have read each").check()
    assert tia.evaluate("document.documentElement.scrollWidth") <= 320
    picture(tia, "67-chosen-phone")
    tia.get_by_role("button", name="Approve what is ticked").click()
    expect(tia.get_by_role("status")).to_have_text("What you chose is approved.")
    assert sheet(desk).progress.approved == 3


def test_one_that_changed_meanwhile_holds_all_back_and_is_named(desk: Desk) -> None:
    client, strings = desk.client("reviewer"), sheet(desk).strings[:4]
    mine = first(desk)
    form = read(*{one.id: one for one in (mine, *strings)}.values(), read="1")
    theirs = Draft(mine.id, ("Una carta de otra persona",), mine.etag)
    desk.office.review.translations.save(KEY, "es", [theirs], actor=desk.who["translator"])
    answer = client.post(APPROVE, form)
    assert answer.status_code == 409
    page = html.unescape(answer.text)
    alert = page[page.index('role="alert"') : page.index("<h1>")]
    assert OLD in alert
    assert alert.count("<li>") == 1
    assert "Una carta de otra persona" in page
    assert sheet(desk).progress.approved == 0
    ticked = re.findall(r'name="chosen" value="(\w+)" checked', answer.text)
    assert sorted(ticked) == sorted(set(form["chosen"]) - {mine.id})  # the changed one is to be read again
    form = read(*(sheet(desk).string(id) for id in form["chosen"]), read="1")  # type: ignore[arg-type]
    assert client.post(APPROVE, form).status_code == 303
    assert first(desk).in_use == ("Una carta de otra persona",)
    # Of a choice that is late already on its way to be read, the same is said.
    late = client.post(CHOOSE, {"chosen": mine.id, f"seen:{mine.id}": mine.etag})
    assert "It is approved already." in late.text
    assert 'name="chosen"' not in late.text


def test_a_careless_click_approves_nothing(desk: Desk) -> None:
    client, one = desk.client("reviewer"), first(desk)
    for data, status in (
        ({}, 422),
        (read(one), 422),  # not said that they were read
        ({"chosen": "x" * 64, "seen:" + "x" * 64: "y", "read": "1"}, 422),
        ({f"seen:{one.id}": one.etag, "read": "1"}, 422),
    ):
        answer = client.post(APPROVE, data)
        assert answer.status_code == status, data
        assert 'role="alert"' in answer.text
    assert client.post(CHOOSE, {}).status_code == 422
    assert "Tick the translations" in client.post(CHOOSE, strung(one)).text
    assert states(desk) == {"draft"}


def test_what_is_doubtful_is_chosen_by_itself(desk: Desk) -> None:
    client, one = desk.client("translator"), first(desk)
    copied = Draft(one.id, (OLD,), one.etag)  # the English itself
    desk.office.review.translations.save(KEY, "es", [copied], actor=desk.who["translator"])
    one = first(desk)
    assert one.findings
    every: dict[str, Any] = {}
    for each in sheet(desk).strings:
        every |= strung(each)
    page = client.post(CHOOSE, {**every, "all": "1"}).text
    assert f'name="chosen" value="{one.id}"' not in page
    assert page.count('name="chosen"') == len(sheet(desk).strings) - 1
    page = client.post(CHOOSE, {**every, "all": "1", "chosen": one.id}).text
    assert page.index("With a warning: 1") < page.index(one.id) < page.index("Without a warning")


def test_without_a_script_what_is_typed_at_others_stays(desk: Desk) -> None:
    client = desk.client("translator")
    one, other = first(desk), sheet(desk).strings[5]
    form = {**strung(one, SPANISH), **strung(other, "Aún <no>"), "string": one.id}
    answer = client.post(f"{URL}/drafts", form)
    assert answer.status_code == 200
    assert first(desk).translation == (SPANISH,)
    assert "Aún &lt;no&gt;</textarea>" in answer.text
    assert "not saved yet" in answer.text
    assert sheet(desk).strings[5] == other


@pytest.fixture
def strict(tmp_path: Path, fonts_folder: Path) -> Iterator[Desk]:
    """A town that wants a second person."""
    town = Path(shutil.copytree(shipped.folder("town"), tmp_path / "town")) / "madrona-hills"
    path = town / "languages.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("second_person: false", "second_person: true"))
    with opened(tmp_path / "home", fonts_folder, Clock(), town=town) as desk:
        yield desk


def test_ones_own_is_left_to_somebody_else(strict: Desk) -> None:
    client, one = strict.client("translator"), first(strict)
    strict.office.review.translations.save(
        KEY, "es", [Draft(one.id, (SPANISH,), one.etag)], actor=strict.who["translator"]
    )
    mine, other = first(strict), sheet(strict).strings[4]
    everything: dict[str, Any] = {}
    for each in sheet(strict).strings:
        everything |= strung(each)
    page = client.post(CHOOSE, {**everything, "all": "1"}).text
    assert f'name="chosen" value="{mine.id}"' not in page
    answer = client.post(APPROVE, read(mine, other, read="1"))
    assert answer.status_code == 403
    assert "Somebody else than the translator approves." in answer.text
    assert re.findall(r'name="chosen" value="(\w+)" checked', answer.text) == [other.id]
    assert sheet(strict).progress.approved == 0
    assert strict.client("reviewer").post(APPROVE, read(mine, other, read="1")).status_code == 303
    assert sheet(strict).progress.approved == 2


ERROR = Finding("translation.figure", "error", "the translation leaves out 30", "es")
WARNING = Finding("translation.copy", "warning", "the translation is the English itself", "es")


@pytest.mark.parametrize(
    ("change", "said", "plain"),
    [
        ({}, None, True),
        ({"findings": (WARNING,)}, None, False),
        ({"findings": (WARNING, ERROR)}, "leaves out 30", False),
        ({"state": "missing"}, "no translation", False),
        ({"state": "stale"}, "no translation", False),
        ({"state": "approved"}, "already", False),
        ({"translated_by": "account:reviewer"}, "Somebody else", False),
    ],
)
def test_who_may_approve_what(shared_desk: Desk, change: dict[str, Any], said: str | None, plain: bool) -> None:
    one, rae = replace(first(shared_desk), **change), shared_desk.who["reviewer"]
    found = obstacle(one, rae, second_person=True)
    assert (found is None) if said is None else (said in (found or ""))
    assert is_plain_draft(one, rae, second_person=True) == plain
    if "translated_by" in change:
        assert is_plain_draft(one, rae, second_person=False)


def test_five_hundred_strings(desk: Desk, visit: Callable[..., Page]) -> None:
    """A long wording: the page comes, goes whole to be read, and is approved, within seconds."""
    english = [f"Sentence number {n} of a long letter says something about the fence." for n in range(500)]
    arabic = [f"الجملة رقم {n} من رسالة طويلة تقول شيئاً عن السياج في هذا المكان." for n in range(500)]
    text = (FOLDER / "letter.html").read_text(encoding="utf-8")
    more = "\n".join(f"<p>{{% trans %}}{one}{{% endtrans %}}</p>" for one in english)
    po = (shipped.folder("law") / "us" / "locales" / "ar" / "LC_MESSAGES" / f"{KEY}.po").read_text(encoding="utf-8")
    po += "".join(f'\nmsgid "{a}"\nmsgstr "{b}"\n' for a, b in zip(english, arabic, strict=True))
    files = {
        "letter.html": text.replace("</article>", f"{more}\n</article>").encode(),
        f"locales/ar/LC_MESSAGES/{KEY}.po": po.encode(),
    }
    desk.office.review.propose(Proposal(KEY, files, "Long.", 1), actor=desk.who["cora"])
    tia = visit("translator")
    tia.set_default_timeout(30_000)
    started = time.monotonic()
    tia.goto(f"/desk/translations/{KEY}/ar")
    tia.get_by_label("drafts on this page").check()
    tia.get_by_role("button", name="Read the chosen, and approve").first.click()
    expect(tia.get_by_label("Approve “")).to_have_count(sheet(desk, "ar").progress.total)
    tia.get_by_label("I have read each").check()
    tia.get_by_role("button", name="Approve what is ticked").click()
    expect(tia.get_by_role("status")).to_have_text("What you chose is approved.", timeout=30_000)
    elapsed = time.monotonic() - started
    assert sheet(desk, "ar").progress.approved == sheet(desk, "ar").progress.total > 500
    assert elapsed < 60, elapsed  # 2 cores, and others at work on them


def test_an_ended_session_loses_no_choice(desk: Desk) -> None:
    """More strings than any other form has fields: each comes along to the sign-in."""
    client, strings = desk.client("translator"), sheet(desk).strings
    form: dict[str, Any] = {"chosen": [one.id for one in strings]}
    for one in strings:
        form |= strung(one)
    desk.clock.wait(hours=1)
    answer = client.post(CHOOSE, form)
    assert answer.status_code == 401
    for one in strings:
        assert f'name="kept-chosen" value="{one.id}"' in answer.text
        assert f'name="kept-seen:{one.id}"' in answer.text


def test_seen_is_what_counts(desk: Desk) -> None:
    """The etag of another string, or of none, is not taken for having seen it."""
    one, other = sheet(desk).strings[:2]
    client = desk.client("reviewer")
    answer = client.post(APPROVE, {"chosen": one.id, f"seen:{one.id}": other.etag, "read": "1"})
    assert answer.status_code == 409
    assert client.post(APPROVE, {"chosen": one.id, "read": "1"}).status_code == 409
    desk.office.review.translations.approve(KEY, "es", [StringSeen(one.id, one.etag)], actor=desk.who["reviewer"])
    assert sheet(desk).progress.approved == 1
