"""The translator's page, in a real browser and request by request; Word files out and in."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from docservice import shipped
from docservice.office.review.proposing import Proposal
from docservice.office.translating.translation_sheets import TranslationSheet, TranslationString
from docservice.office.translating.translations import Draft, StringSeen
from docservice.web.desk.string_forms import mark
from tests.office.reviewed import FOLDER, KEY
from tests.web.desk.conftest import Client, Desk, picture, refuse_barriers, settle
from tests.wording.word.making import TITLE, docx, p, r, zipped

URL = f"/desk/translations/{KEY}/es"
OLD, NEW = "A friendly letter about your property", "A friendly letter about this property"
SPANISH = "Una carta amable sobre su propiedad"
HTMX = {"HX-Request": "true"}


def sheet(desk: Desk, language: str = "es") -> TranslationSheet:
    return desk.office.review.translations.sheet(KEY, language)


def first(desk: Desk, language: str = "es") -> TranslationString:
    return next(one for one in sheet(desk, language).strings if one.english in (OLD, NEW))


def reworded(desk: Desk) -> int:
    """A draft in which the letter's title reads otherwise."""
    text = (FOLDER / "letter.html").read_text(encoding="utf-8")
    assert OLD in text
    files = {"letter.html": text.replace(OLD, NEW).encode()}
    return desk.office.review.propose(Proposal(KEY, files, "Plainer.", 1), actor=desk.who["cora"]).number


def fields(one: TranslationString, *text: str, reason: str = "") -> dict[str, Any]:
    """The page's form with a string's own button pressed."""
    return {"string": one.id, "version": "", f"reason:{one.id}": reason, **strung(one, *text)}


def strung(one: TranslationString, *text: str) -> dict[str, Any]:
    """What the page's form holds of a string."""
    own = {f"seen:{one.id}": one.etag, f"shown:{one.id}": mark(one.translation)}
    return {**own, f"text:{one.id}": list(text or one.translation)}


def approve(desk: Desk) -> None:
    one = first(desk)
    desk.office.review.translations.approve(KEY, "es", [StringSeen(one.id, one.etag)], actor=desk.who["translator"])


def test_the_translators_story(desk: Desk, visit: Callable[..., Page]) -> None:
    # The translator finds the letter, and saves a draft; what is typed elsewhere stays.
    tia = visit("translator")
    tia.get_by_role("navigation", name="Main").get_by_role("link", name="Translations").click()
    refuse_barriers(tia)
    picture(tia, "60-translations")
    tia.get_by_role("link", name="Spanish for Courtesy letter, version 1").click()
    refuse_barriers(tia)
    picture(tia, "61-translation")
    row = tia.locator(".string", has_text=OLD)
    other = tia.locator(".string").nth(3).get_by_role("textbox").first
    other.fill("Todavía no guardado")
    row.get_by_label("Translation").fill(SPANISH)
    row.get_by_role("button", name="Save draft").click()
    expect(row.get_by_role("status")).to_have_text("Saved as a draft.")
    expect(row.get_by_role("status")).to_be_focused()
    expect(other).to_have_value("Todavía no guardado")
    expect(row.get_by_label("Translation")).to_have_attribute("lang", "es")

    # The reviewer approves it.
    rae = visit("reviewer")
    rae.goto(URL)
    assert rae.get_by_role("textbox").count() == 0
    row = rae.locator(".string", has_text=OLD)
    expect(row).to_contain_text(SPANISH)
    row.get_by_role("button", name="Approve").click()
    expect(row.get_by_role("status")).to_have_text("Approved.")
    expect(rae.locator("#counts")).to_contain_text("1 of")
    refuse_barriers(rae)
    assert first(desk).approved_by == "account:reviewer"

    # The English changes: the translator sees what, and what the translation was.
    reworded(desk)
    tia.goto(f"{URL}?state=stale")
    row = tia.locator(".string")
    expect(row).to_have_count(1)
    expect(row.locator("ins")).to_have_text("[inserted: this]")
    expect(row.locator("del")).to_have_text("[deleted: your]")
    expect(row.get_by_label("Translation")).to_have_value(SPANISH)
    expect(tia.locator("#counts")).to_contain_text("not offered")
    refuse_barriers(tia)
    picture(tia, "62-stale")
    assert tia.complaints == []  # type: ignore[attr-defined]
    tia.set_viewport_size({"width": 320, "height": 640})
    for address in (URL, "/desk/translations"):
        tia.goto(address)
        settle(tia)
        assert tia.evaluate("document.documentElement.scrollWidth") <= 320
    tia.set_viewport_size({"width": 1280, "height": 900})
    tia.goto(f"/desk/translations/{KEY}/ar")
    expect(tia.get_by_role("textbox").first).to_have_attribute("dir", "rtl")
    refuse_barriers(tia)
    picture(tia, "63-arabic")


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_string_that_somebody_changed_is_shown_with_both_texts(desk: Desk, headers: dict[str, str]) -> None:
    client, seen = desk.client("translator"), first(desk)
    theirs = Draft(seen.id, ("Una carta de otra persona",), seen.etag)
    desk.office.review.translations.save(KEY, "es", [theirs], actor=desk.who["translator"])
    answer = client.post(f"{URL}/drafts", fields(seen, "Mi <propia> carta"), headers=headers)
    assert answer.status_code == 409
    page = html.unescape(answer.text)
    assert "Somebody has changed a translation" in page
    assert "Una carta de otra persona" in page
    assert "Mi <propia> carta" in page
    assert first(desk).etag in page
    assert ("<html" in page) == (not headers)
    assert first(desk).translation == ("Una carta de otra persona",)
    again = client.post(f"{URL}/drafts", fields(first(desk), SPANISH), headers=headers)
    assert again.status_code == (200 if headers else 303)
    assert first(desk).translation == (SPANISH,)


def test_what_is_unsound_or_unsaved_comes_back_as_it_was_typed(desk: Desk) -> None:
    client, one = desk.client("translator"), first(desk)
    answer = client.post(f"{URL}/drafts", fields(one, "Una carta %(nada)s"), headers=HTMX)
    assert answer.status_code == 422
    assert "Una carta %(nada)s</textarea>" in answer.text
    answer = client.post(f"{URL}/approvals", fields(one, "Otra carta, no guardada"), headers=HTMX)
    assert answer.status_code == 409
    assert "is not saved yet" in answer.text
    assert "Otra carta, no guardada</textarea>" in answer.text
    assert first(desk) == one


def test_approved_and_reopened_with_a_reason(desk: Desk) -> None:
    client, one = desk.client("translator"), first(desk)
    assert client.post(f"{URL}/approvals", fields(one)).status_code == 303
    assert first(desk).state == "approved"
    answer = client.post(f"{URL}/reopenings", fields(first(desk), reason=" "), headers=HTMX)
    assert answer.status_code == 422
    assert "Say why" in answer.text
    assert "<details open>" in answer.text
    answer = client.post(f"{URL}/reopenings", fields(first(desk), reason="Too stiff."), headers=HTMX)
    assert (answer.status_code, first(desk).state) == (200, "draft")
    assert 'id="counts" hx-swap-oob="true"' in answer.text
    # What was saved after an approval stays a draft beside the text in use.
    approve(desk)
    client.post(f"{URL}/drafts", fields(first(desk), SPANISH))
    page = client.get(URL).text
    assert "In use, until another text is approved" in page
    answer = client.post(f"{URL}/approvals", fields(first(desk)), headers=HTMX)
    assert answer.status_code == 200
    assert first(desk).in_use == (SPANISH,)


def test_unknown_strings_and_versions_are_not_there(desk: Desk) -> None:
    client = desk.client("translator")
    assert client.get(f"{URL}?version=77").status_code == 404
    assert client.get(f"{URL}?version=x").status_code == 404
    assert client.get(f"/desk/translations/{KEY}/en").status_code == 404
    answer = client.post(f"{URL}/drafts", {"string": "x", "seen:x": "y", "text:x": "Something that took long"})
    assert answer.status_code == 422
    assert "Something that took long" in answer.text


def test_plural_forms_have_a_field_each(desk: Desk) -> None:
    key = next(
        row.template for row in desk.office.review.translations.overview(language="ar")
        if any(one.plural for one in desk.office.review.translations.sheet(row.template, "ar").strings)
    )  # fmt: skip
    page = desk.client("translator").get(f"/desk/translations/{key}/ar").text
    assert "Translation for 0<" in page
    assert "Translation for 3, 4, 5 and others<" in page


@pytest.mark.parametrize("format", ["po", "xliff"])
def test_files_out_and_in(desk: Desk, format: str) -> None:
    client, one = desk.client("translator"), first(desk)
    made = client.get(f"{URL}/file.{format}")
    assert made.status_code == 200
    assert KEY in made.headers["Content-Disposition"]
    changed = made.data.replace(one.translation[0].encode(), SPANISH.encode())
    assert changed != made.data

    def send(data: bytes, name: str) -> Any:
        return client.post(f"{URL}/file", {"file": (io.BytesIO(data), name), "version": "1"})

    answer = send(changed, f"mine.{format}")
    assert answer.status_code == 200
    assert "1 saved as drafts" in answer.text
    assert OLD in answer.text
    assert first(desk).translation == (SPANISH,)
    broken = send(changed.replace(SPANISH.encode(), b"Una 77 carta"), "broken.po")
    assert broken.status_code == 422
    assert "Nothing was taken" in broken.text
    assert re.search(r'class="where">[^<]*:\d+', broken.text)
    assert first(desk).translation == (SPANISH,)
    assert send(b"", "empty.po").status_code == 422


def test_doubtful_entries_are_told(desk: Desk) -> None:
    client, one = desk.client("translator"), first(desk)
    data = client.get(f"{URL}/file.po").data.decode()
    entry = f'msgid "{OLD}"\nmsgstr "{one.translation[0]}"'
    assert entry in data
    fuzzy = data.replace(entry, f'#, fuzzy\nmsgid "{OLD}"\nmsgstr "{SPANISH}"')
    answer = client.post(f"{URL}/file", {"file": (io.BytesIO(fuzzy.encode()), "mine.po")})
    assert answer.status_code == 200
    assert "Doubtful: 1" in answer.text
    assert OLD in answer.text


def in_word(data: bytes, old: str, new: str) -> bytes:
    """A word changed in Word."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    text = parts["word/document.xml"]
    assert isinstance(text, bytes)
    assert old.encode() in text
    return zipped({**parts, "word/document.xml": text.replace(old.encode(), new.encode(), 1)})


def propose(client: Client, data: bytes, **more: str) -> Any:
    form: dict[str, object] = {
        "file": (io.BytesIO(data), "mine.docx"),
        "note": "From Word.",
        "based_on": "1",
        "latest": "1",
        **more,
    }
    return client.post(f"/desk/templates/{KEY}/word", form)


def test_word_out_and_in(desk: Desk) -> None:
    client = desk.client("cora")
    assert "Download as Word" in client.get(f"/desk/templates/{KEY}/1").text
    made = client.get(f"/desk/templates/{KEY}/1/word")
    assert made.data[:2] == b"PK"
    assert f"{KEY}-1.docx" in made.headers["Content-Disposition"]
    assert "Propose from a Word file" in client.get(f"/desk/templates/{KEY}").text
    assert "Propose from a Word file" not in desk.client("translator").get(f"/desk/templates/{KEY}").text
    same = propose(client, made.data)
    assert same.status_code == 409
    assert "word for word version 1" in same.text
    answer = propose(client, in_word(made.data, "friendly", "kind"))
    assert answer.status_code == 201, answer.text
    assert "What was found when it was read" in answer.text
    record = desk.office.review.version(KEY, 2).version
    assert (record.author, record.note, record.based_on) == ("account:cora", "From Word.", 1)
    other = in_word(made.data, "friendly", "warm")
    late = propose(client, other)
    assert late.status_code == 412
    assert "Meanwhile there is version 2" in late.text
    assert "From Word." in late.text
    assert propose(client, other, anyway="1").status_code == 201


def test_a_refused_word_file_leaves_nothing(desk: Desk) -> None:
    client = desk.client("cora")
    macros = docx(TITLE, p(r("Hello")), parts={"word/vbaProject.bin": b"x"})
    for data in (macros, b"not a Word file", b""):
        answer = propose(client, data)
        assert answer.status_code in (413, 422)
        assert 'role="alert"' in answer.text
        assert "From Word.</textarea>" in answer.text
    assert "vbaProject" in propose(client, macros).text
    assert len(desk.office.review.versions(KEY)) == 1


def test_a_handout_is_not_edited_in_word(desk: Desk) -> None:
    client = desk.client("cora")
    letters = shipped.folder("law") / "us" / "letters"
    key = next(each for each in desk.office.review.template_keys() if not (letters / each).exists())
    assert "Download as Word" not in client.get(f"/desk/templates/{key}/1").text
    assert client.get(f"/desk/templates/{key}/1/word").status_code == 422


def test_the_word_form_is_accessible(desk: Desk, visit: Callable[..., Page]) -> None:
    cora = visit("cora")
    cora.goto(f"/desk/templates/{KEY}")
    cora.get_by_text("Propose from a Word file").click()
    refuse_barriers(cora)
    cora.get_by_label("Word file").set_input_files({"name": "a.docx", "mimeType": "x/y", "buffer": b"no"})
    cora.get_by_label("Why is it changed?").fill("From Word.")
    cora.get_by_role("button", name="Propose it").click()
    expect(cora.get_by_role("alert")).to_be_visible()
    refuse_barriers(cora)
    picture(cora, "64-word-refused")


def test_home_says_what_is_to_be_translated_before_which_day(desk: Desk, visit: Callable[..., Page]) -> None:
    """One sentence that stops four languages on December 10; then three, then, on the day, they have stopped."""
    number = reworded(desk)
    desk.office.review.submit(KEY, number, actor=desk.who["cora"])
    home = desk.client("translator")
    assert "To translate" not in home.get("/desk/").text
    desk.office.review.approve(KEY, number, effective_on=date(2026, 12, 10), actor=desk.who["ada"])
    page = visit("translator")
    due = page.locator("section", has=page.get_by_role("heading", name="To translate"))
    expect(due).to_contain_text("In force from December 10, 2026. On that day 4 languages stop")
    for language in ("Spanish", "Chinese (Traditional)", "Vietnamese", "Arabic"):
        expect(due.get_by_role("link", name=f"{language}: 1 sentence")).to_be_visible()
    picture(page, "13-to-translate")
    refuse_barriers(page)
    expect(page.get_by_text("stop: 1 sentence to translate")).to_be_visible()
    due.get_by_role("link", name="Spanish: 1 sentence").click()
    expect(page).to_have_url(re.compile(rf"/desk/translations/{KEY}/es\?version={number}"))
    # Whoever does not translate is told what stops, and no more.
    said = desk.client("ada").get("/desk/").text
    assert "To translate" not in said
    assert "stop: 1 sentence to translate" in said
    draft = Draft(first(desk).id, ("Una carta amable sobre esta propiedad",))
    desk.office.review.translations.save(KEY, "es", [draft], actor=desk.who["translator"], version=number)
    found = [(one.language, one.sentences, one.stopped) for one in desk.office.review.translations.due()]
    assert found == [("zh-Hant", 1, False), ("vi", 1, False), ("ar", 1, False)]
    desk.clock.wait(days=200)
    assert "In force since" in desk.client("translator").get("/desk/").text
    assert {one.stopped for one in desk.office.review.translations.due()} == {True}
