"""Editing wording in the browser: saved as a draft, refused with everything as it was typed."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.office.reviewed import KEY
from tests.web.desk.conftest import Client, Desk, picture, refuse_barriers


def address(number: int) -> str:
    return f"/desk/templates/{KEY}/{number}/edit"


def text_of(client: Client, number: int, file: str = "letter.html") -> str:
    """What the browser shows in the field of a file."""
    found = re.search(rf'name="file:{re.escape(file)}"[^>]*>\n(.*?)</textarea>', client.get(address(number)).text, re.S)
    assert found is not None
    return html.unescape(found[1])


def test_what_is_shown_is_what_is_there(desk: Desk) -> None:
    client = desk.client("cora")
    files = desk.office.review.bundle(KEY, 1).files
    for name in ("letter.html", "clauses/opening.html"):
        assert text_of(client, 1, name) == files[name].decode()


def test_saving_makes_a_draft_and_then_another_in_its_place(desk: Desk) -> None:
    client = desk.client("cora")
    text = text_of(client, 1)
    changed = text.replace("gladly come", "come").replace("\n", "\r\n")
    answer = client.post(address(1), {"file:letter.html": changed, "note": "Shorter.", "latest": "1"})
    assert answer.headers["Location"] == address(2) + "?done=saved"
    draft = desk.office.version(KEY, 2)
    assert (draft.status, draft.author, draft.note, draft.based_on) == ("draft", "account:cora", "Shorter.", 1)
    assert desk.office.review.bundle(KEY, 2).files["letter.html"].decode() == text.replace("gladly come", "come")
    assert "not offered in es" in client.get(address(2)).text  # lint, at once
    again = text.replace("gladly come", "come soon")
    client.post(address(2), {"file:letter.html": again, "note": "Shorter.", "latest": "2"})
    assert [v.status for v in desk.office.versions(KEY)] == ["approved", "withdrawn", "draft"]


def test_a_clause_is_changed_for_this_letter(desk: Desk) -> None:
    client = desk.client("cora")
    text = text_of(client, 1, "clauses/salutation.html")
    client.post(
        address(1),
        {"file:clauses/salutation.html": text + "<p>{{ case.number }}</p>", "note": "Number.", "latest": "1"},
    )
    assert b"case.number" in desk.office.review.bundle(KEY, 2).files["clauses/salutation.html"]
    assert b"case.number" not in desk.office.review.bundle("notice-of-violation", 1).files.get(
        "clauses/salutation.html", b""
    )


@pytest.mark.parametrize(
    ("wording", "note", "said"),
    [
        ("<p>{{ case.number </p>", "Why.", "letter.html:"),
        ("<p>{% include 'clauses/nothing.html' %}</p>", "Why.", "nothing.html"),
        ("{{ ''.__class__ }}", " ", "Say why you propose it"),
        (None, "Why.", "Nothing was changed"),
    ],
)
def test_what_cannot_be_saved_is_given_back(desk: Desk, wording: str | None, note: str, said: str) -> None:
    client = desk.client("cora")
    text = text_of(client, 1) if wording is None else f"<article>\n{wording} & “more”\n</article>\n"
    answer = client.post(address(1), {"file:letter.html": text, "note": note, "latest": "1"})
    assert answer.status_code == 422
    assert said in html.unescape(answer.text)
    assert text in html.unescape(answer.text)
    assert len(desk.office.versions(KEY)) == 1


def test_somebody_else_was_quicker(desk: Desk) -> None:
    client = desk.client("cora")
    text = text_of(client, 1).replace("gladly come", "come")
    desk.draft(author="ian")
    form = {"file:letter.html": text, "note": "Shorter.", "latest": "1"}
    answer = client.post(address(1), form)
    assert answer.status_code == 412
    for said in ("Meanwhile there is version 2", "Save mine beside it", "will come and look again", "Shorter."):
        assert said in answer.text
    assert 'name="latest" value="2"' in answer.text
    assert client.post(address(1), {**form, "anyway": "1"}).status_code == 303
    assert desk.office.version(KEY, 3).author == "account:cora"


def test_somebody_elses_text_is_not_taken_for_ones_own(desk: Desk) -> None:
    desk.draft(author="ian")
    client = desk.client("cora")
    text = text_of(client, 2)
    base = text_of(client, 1)
    answer = client.post(address(1), {"file:letter.html": text, "note": "Mine.", "latest": "2"})
    assert text != base
    assert answer.status_code == 409
    assert "word for word version 2" in answer.text


def test_what_was_typed_outlasts_a_look_elsewhere(desk: Desk, visit: Callable[..., Page]) -> None:
    """On the page of a conflict, and wherever a form was refused: a link opens beside it, and nothing is left."""
    number = desk.draft()
    page = visit("cora")
    page.goto(f"/desk/templates/{KEY}/{number}/edit")
    desk.draft("<p>{{ property.apn }}</p>", author="ian")  # meanwhile
    text = page.get_by_label("The wording (letter.html)")
    typed = text.input_value().replace("</article>", "<p>{{ case.title }}</p></article>")
    text.fill(typed)
    page.get_by_role("button", name="Save as a new draft").click()
    expect(page.get_by_text("Meanwhile there is version 3.")).to_be_visible()
    expect(page.get_by_text("Links on this page open in a new tab")).to_be_visible()
    picture(page, "70-conflict")
    refuse_barriers(page)
    for name in ("Look at version 3", "Wording", "Head"):
        with page.expect_popup() as opened:
            page.get_by_role("link", name=name, exact=True).first.click()
        opened.value.close()
    assert text.input_value().rstrip() == typed.rstrip()
    page.get_by_role("link", name="Skip to the content").focus()  # a link within the page stays in it
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/edit#main$"))
    page.get_by_label("Save mine beside it").check()
    page.get_by_role("button", name="Save as a new draft").click()
    expect(page.get_by_text("Saved as a new draft.")).to_be_visible()
    assert "case.title" in desk.office.review.bundle(KEY, 4).wording


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("edit", "Why is it changed?"),
        ("head", "Title"),
        ("samples", "Why is it changed?"),
        ("", "What should they know?"),
    ],
)
def test_back_brings_what_was_typed(desk: Desk, visit: Callable[..., Page], path: str, label: str) -> None:
    number = desk.draft()
    page = visit("cora")
    page.goto(f"/desk/templates/{KEY}/{number}/{path}".rstrip("/"))
    page.wait_for_load_state()
    page.get_by_label(label).fill("An hour of thought.")
    page.get_by_role("link", name="Wording", exact=True).first.click()
    expect(page.get_by_role("heading", name="Wording", level=1)).to_be_visible()
    page.go_back()
    page.wait_for_load_state()
    expect(page.get_by_label(label)).to_have_value("An hour of thought.")
