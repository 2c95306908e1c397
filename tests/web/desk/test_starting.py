"""A template begun in the browser; its head, samples and pictures; Word files read first, and kept."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.office.reviewed import KEY
from tests.web.desk.conftest import Client, Desk, picture, refuse_barriers, settle
from tests.web.desk.test_translating import in_word
from tests.wording.word.making import TITLE, docx, p, r

NEW = "/desk/templates/new"
HTMX = {"HX-Request": "true"}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="#234"/></svg>'


def png(color: str = "green") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), color).save(stream, "PNG")
    return stream.getvalue()


def at(number: int, what: str, key: str = KEY) -> str:
    return f"/desk/templates/{key}/{number}/{what}"


def started(**more: Any) -> dict[str, Any]:
    form = {"key": "nuisance-notice", "title": "Notice of a nuisance", "face": "letter", "note": "We send many."}
    return {**form, "begin": "skeleton", "document_type": "notice-to-abate", **more}


def changed(note: str = "Better.", latest: int = 1, **more: Any) -> dict[str, Any]:
    return {"note": note, "latest": str(latest), **more}


def fields_said(answer: Any) -> dict[str, str]:
    """What an answer says at which field."""
    found = re.findall(r'<p class="field-error" id="([\w-]+)-error">([^<]*)</p>', answer.text)
    return {name: html.unescape(said) for name, said in found}


def no_wider(page: Page, name: str, width: int = 320) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    settle(page)
    picture(page, f"{name}-phone")
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert wide <= width, page.url


def test_a_template_from_nothing_to_its_first_pages(desk: Desk, visit: Callable[..., Page]) -> None:
    cora = visit("cora")
    cora.get_by_role("navigation").get_by_role("link", name="Wording").click()
    cora.get_by_role("link", name="Start a template").click()
    refuse_barriers(cora)
    picture(cora, "70-start")
    no_wider(cora, "70-start")
    cora.get_by_label("Title").fill("Decision on your extension")
    cora.get_by_label("Key", exact=True).fill(KEY)
    cora.get_by_label("Document type of a letter").select_option("extension-decision")
    cora.get_by_label("Spanish").check()
    cora.get_by_text("Who signs, who gets it, what must be in it").click()
    cora.get_by_label("chronology").check()  # which the wording in force does not have: to write
    cora.get_by_label("Why is it needed?").fill("People ask for one in writing.")
    cora.get_by_role("button", name="Start it").click()
    expect(cora.get_by_role("alert")).to_contain_text("is taken")
    expect(cora.get_by_label("Key", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(cora.get_by_label("Title")).to_have_value("Decision on your extension")
    expect(cora.get_by_label("Spanish")).to_be_checked()
    refuse_barriers(cora)
    picture(cora, "71-start-refused")
    cora.get_by_label("Key", exact=True).fill("my-extension")
    cora.get_by_role("button", name="Start it").click()
    expect(cora.get_by_role("status")).to_contain_text("your own words are missing")
    expect(cora.get_by_text("not offered in vi")).to_be_visible()
    expect(cora.get_by_text("not offered in es")).to_have_count(0)  # never in Spanish, so nobody waits for it
    area = cora.get_by_label("The wording (letter.html)")
    text = area.input_value()
    assert '{% include "clauses/recipient.html" %}' in text
    refuse_barriers(cora)
    picture(cora, "72-editor")
    area.fill(
        text.replace("{{ document.data.to_write.chronology }}", "{% trans %}You have 30 more days.{% endtrans %}")
    )
    cora.get_by_role("button", name="Save as a new draft").click()
    expect(cora.get_by_role("status")).to_have_text("Saved as a new draft.")
    cora.get_by_role("link", name="See what changed, and submit it").click()
    expect(cora.get_by_text("Fit to be approved.")).to_be_visible(timeout=30_000)
    cora.get_by_role("button", name="Submit").click()
    expect(cora.get_by_role("status")).to_have_text("It is under review now.")
    assert all("409" in said for said in cora.complaints)  # type: ignore[attr-defined]
    record = desk.office.review.record("my-extension", 2)
    assert (record.document_type, record.author, record.status) == ("extension-decision", "account:cora", "in_review")


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        (started(key="Nuisance"), 422, {"key": "lower-case"}),
        (started(key="new"), 422, {"key": "something else is called so"}),
        (started(key=KEY), 409, {"key": "“Courtesy letter”"}),
        (started(title=" ", key=""), 422, {"title": "", "key": ""}),
        (started(document_type=""), 422, {"document_type": "what type"}),
        (started(document_type="love-letter"), 422, {"document_type": "knows no document type"}),
        (started(not_in=["es", "tlh"], signers=["king"]), 422, {"not_in": "tlh", "signers": "king"}),
        (started(begin="copy"), 422, {"copy_of": "which template"}),
        (started(begin="copy", copy_of=f"{KEY}/1", envelope="pink"), 422, {"envelope": "pink"}),
        (started(begin="word"), 422, {"file": "Choose a file"}),
        (started(begin="word", face="handout"), 422, {"begin": "not written in Word"}),
        (started(note=""), 422, {"note": "Say why"}),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    desk: Desk, form: dict[str, Any], status: int, said: dict[str, str]
) -> None:
    answer = desk.client("cora").post(NEW, form)
    assert answer.status_code == status
    errors = fields_said(answer)
    assert set(errors) == set(said)
    assert all(words in errors[name] for name, words in said.items()), errors
    for name, label in (("title", form["title"]), ("key", form["key"])):
        assert f'value="{html.escape(" ".join(label.split()))}"' in answer.text or not label.strip(), name
    assert f">{form['note']}</textarea>" in answer.text
    assert "nuisance-notice" not in desk.office.review.template_keys()


def test_a_copy_and_a_word_file(desk: Desk) -> None:
    client = desk.client("cora")
    answer = client.post(NEW, started(key="copied", begin="copy", copy_of="fences-and-hedges/1", document_type=""))
    assert answer.headers["Location"] == at(1, "edit", "copied") + "?done=started"
    assert desk.office.review.bundle("copied", 1).meta.face == "handout"
    data = desk.office.review.to_word(KEY, 1)
    form = started(key="worded", begin="word", keep="1", file=(io.BytesIO(data), "mine.docx"))
    answer = client.post(NEW, {**form, "document_type": "courtesy-letter"})
    assert answer.status_code == 201
    assert "mine.docx is a new draft now, version 1" in answer.text
    bundle = desk.office.review.bundle("worded", 1)
    assert (bundle.written_in_word, bundle.meta.title) == (True, "Notice of a nuisance")


# The head


def test_the_head_as_fields_and_as_text(desk: Desk, visit: Callable[..., Page]) -> None:
    cora = visit("cora")
    cora.goto(at(1, "edit"))
    cora.get_by_role("navigation", name="What is edited").get_by_role("link", name="Head").click()
    refuse_barriers(cora)
    picture(cora, "73-head")
    no_wider(cora, "73-head")
    expect(cora.get_by_label("coordinator")).to_be_checked()
    cora.get_by_label("Title").fill("A friendly letter")
    cora.get_by_label("clerk").check()
    cora.get_by_label("Why is it changed?").fill("The clerk signs, too.")
    cora.get_by_role("button", name="Save as a new draft").click()
    expect(cora.get_by_role("status")).to_have_text("Saved as a new draft.")
    meta = desk.office.review.bundle(KEY, 2).meta
    assert (meta.title, meta.signers) == ("A friendly letter", ("coordinator", "inspector", "clerk"))
    before, after = (desk.office.review.bundle(KEY, n).files["template.yaml"].decode().splitlines() for n in (1, 2))
    assert [line for line in before if line not in after] == [line for line in before if line[:5] in ("title", "signe")]
    cora.get_by_role("link", name="As text").click()
    area = cora.get_by_label("template.yaml")
    area.fill(area.input_value() + "colour: red\nnot_in: [en, 5]\n")
    cora.get_by_role("button", name="Save as a new draft").click()
    expect(cora.get_by_role("alert")).to_contain_text("template.yaml:14: colour")
    expect(area).to_have_value(re.compile("colour: red"))
    refuse_barriers(cora)
    picture(cora, "74-head-text")


def test_a_head_that_the_town_does_not_know(desk: Desk) -> None:
    client = desk.client("cora")
    form = changed(title="", document_type="love-letter", audience="parties", signers=["king", "clerk"])
    answer = client.post(at(1, "head"), form)
    assert answer.status_code == 422
    assert set(fields_said(answer)) == {"title", "document_type", "signers"}
    assert re.search(r'id="signers-clerk"[^>]* checked', answer.text)
    assert "Better.</textarea>" in answer.text
    answer = client.post(at(1, "head"), changed(text="key: other\ntitle: X\n"))
    assert answer.status_code == 422
    assert "template.yaml says that this is “other”" in answer.text
    page = client.get(at(1, "head")).text
    same = {
        name: re.findall(rf'name="{name}" value="([\w-]+)" checked', page)
        for name in ("signers", "recipients", "required_blocks", "not_in", "statements")
    }
    meta = desk.office.review.bundle(KEY, 1).meta
    form = changed(title=meta.title, document_type=KEY, audience="parties", envelope="window-10", **same)
    answer = client.post(at(1, "head"), form)
    assert "Nothing was changed" in answer.text  # what is shown is what is there
    assert len(desk.office.review.records(KEY)) == 1


def test_the_head_of_a_handout(desk: Desk) -> None:
    client, key = desk.client("cora"), "fences-and-hedges"
    assert "Document type" not in client.get(at(1, "head", key)).text
    text = desk.office.review.bundle(key, 1).files["template.yaml"].decode() + "# Revised when the rules are.\n"
    assert client.post(at(1, "head", key), changed(text=text)).status_code == 303
    form = changed(latest=2, title="Fences", audience="public", not_in=["es"],
                   required_blocks=["illustration", "steps", "contact", "revision"])  # fmt: skip
    assert client.post(at(2, "head", key), form).status_code == 303
    text = desk.office.review.bundle(key, 3).files["template.yaml"].decode()
    assert "title: Fences\n" in text
    assert "# Revised when the rules are." in text
    before = desk.office.review.bundle(key, 1).languages
    assert desk.office.review.bundle(key, 3).languages == tuple(tag for tag in before if tag != "es")


# Samples


def usual(desk: Desk) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(desk.office.review.samples(KEY, 1)["usual.json"])
    return found


def test_samples_are_seen_added_changed_and_removed(desk: Desk, visit: Callable[..., Page]) -> None:
    cora = visit("cora")
    cora.goto(at(1, "samples"))
    refuse_barriers(cora)
    picture(cora, "75-samples")
    no_wider(cora, "75-samples")
    case = usual(desk)
    case["case"]["number"] = "CE-2026-0999"
    del case["parties"][0]["name"]
    cora.get_by_label("Why is it changed?").fill("A case without a house number.")
    cora.get_by_label("Name").fill("third")
    cora.get_by_label("Or type the casefile").fill(json.dumps(case))
    cora.get_by_role("button", name="Save as a new draft").click()
    expect(cora.get_by_role("alert")).to_contain_text("samples/third.json/parties/0/name")
    expect(cora.get_by_label("Or type the casefile")).to_have_value(json.dumps(case))
    refuse_barriers(cora)
    picture(cora, "76-sample-broken")
    case["parties"][0]["name"] = {"text": "Ana Day"}
    cora.get_by_label("Or type the casefile").fill(json.dumps(case))
    cora.get_by_role("button", name="Save as a new draft").click()
    expect(cora.get_by_role("status")).to_have_text("Saved as a new draft.")
    assert sorted(desk.office.review.samples(KEY, 2)) == ["awkward.json", "third.json", "usual.json"]
    cora.get_by_text("awkward.json", exact=True).click()
    cora.get_by_label("Remove awkward.json").check()
    cora.get_by_role("button", name="Save as a new draft").click()
    expect(cora.get_by_text("awkward.json")).to_have_count(0)
    assert sorted(desk.office.review.samples(KEY, 3)) == ["third.json", "usual.json"]
    cora.goto(f"/desk/templates/{KEY}/3")
    expect(cora.get_by_text("Its samples are not those of version 1.")).to_be_visible()
    cora.goto(at(3, "letter") + "?sample=third")
    settle(cora)
    assert cora.locator("img").count()


def test_a_sample_is_changed_and_uploaded(desk: Desk) -> None:
    client, case = desk.client("cora"), usual(desk)
    case["case"]["number"] = 7
    case["_order"]["recipient"] = ["x"]
    broken = json.dumps(case, indent=1)
    answer = client.post(at(1, "samples"), changed(**{"sample:usual.json": broken}))
    assert answer.status_code == 422
    assert 'id="sample-1-error"' in answer.text
    assert "/_order: says recipient" in answer.text
    assert broken in html.unescape(answer.text)
    case["_order"] = {"on": "2026-03-05"}
    answer = client.post(at(1, "samples"), changed(**{"sample:usual.json": json.dumps(case)}))
    assert "/case/number" in answer.text
    for data, said in ((b"{no", "line 1, column 2"), (b"[]", "no JSON object"), (b"\xff", "not UTF-8"),
                       (b'{"case": 1, "case": 2}', "given twice"), (b"[" * 100_000, "nested too deep")):  # fmt: skip
        form = changed(name="fourth", file=(io.BytesIO(data), "x.json"))
        answer = client.post(at(1, "samples"), form)
        assert answer.status_code == 422
        assert said in html.unescape(answer.text), data[:20]
    case["case"]["number"] = "CE-2026-0001"
    good = json.dumps(case).encode()
    for name, said in (("../x", "no name of a sample"), ("usual", "already")):
        answer = client.post(at(1, "samples"), changed(name=name, file=(io.BytesIO(good), "x.json")))
        assert said in html.unescape(answer.text)
    assert client.post(at(1, "samples"), changed()).status_code == 422  # nothing changed
    answer = client.post(at(1, "samples"), changed(file=(io.BytesIO(good), "fourth.json"), remove="awkward.json"))
    assert answer.status_code == 303
    assert sorted(desk.office.review.samples(KEY, 2)) == ["fourth.json", "usual.json"]
    form = changed(latest=2, remove=["fourth.json", "usual.json"])
    assert client.post(at(2, "samples"), form).status_code == 303
    assert desk.office.review.samples(KEY, 3) == {}
    assert "It has no sample" in client.get(at(3, "samples")).text


def test_somebody_else_was_quicker_with_a_sample(desk: Desk) -> None:
    client = desk.client("cora")
    desk.draft(author="ian")
    form = changed(name="more", text=json.dumps(usual(desk)))
    answer = client.post(at(1, "samples"), form)
    assert answer.status_code == 412
    assert "Save mine beside it" in answer.text
    assert client.post(at(1, "samples"), {**form, "anyway": "1"}).status_code == 303


# Pictures


def test_pictures_are_seen_added_replaced_and_removed(desk: Desk, visit: Callable[..., Page]) -> None:
    cora, key = visit("cora"), "fences-and-hedges"
    cora.goto(at(1, "pictures", key))
    expect(cora.get_by_text("Used in handout.html:")).to_be_visible()
    refuse_barriers(cora)
    picture(cora, "77-pictures")
    no_wider(cora, "77-pictures")
    desk.draft()
    cora.goto(at(2, "pictures"))
    cora.get_by_label("Why is it changed?").fill("A picture says more.")
    cora.get_by_label("File (PNG, JPEG or SVG)").set_input_files(
        {"name": "My Map.PNG", "mimeType": "image/png", "buffer": png()}
    )
    cora.get_by_role("button", name="Save as a new draft").click()
    expect(cora.get_by_role("alert")).to_be_visible()
    expect(cora.get_by_text("Say where in the wording it stands.").last).to_be_visible()
    refuse_barriers(cora)
    picture(cora, "78-picture-refused")
    cora.get_by_label("File (PNG, JPEG or SVG)").set_input_files(
        {"name": "My Map.PNG", "mimeType": "image/png", "buffer": png()}
    )
    cora.get_by_label("What does it show?").fill('A map of the "north" side, 50% green.')
    cora.get_by_label("Where does it stand?").select_option(label="before “Thank you for your help.”")
    cora.get_by_role("button", name="Save as a new draft").click()
    expect(cora.get_by_role("status")).to_have_text("Saved as a new draft.")
    expect(cora.get_by_role("img", name="The picture my_map.png")).to_be_visible()
    assert desk.office.review.bundle(KEY, 3).files["my_map.png"] == png()
    assert [f for f in desk.office.review.lint(KEY, 3) if f.severity == "error"] == []
    assert desk.office.review.shown(KEY, 3).pictures  # it is typeset, too
    refuse_barriers(cora)
    picture(cora, "79-picture-added")
    cora.get_by_label("Another file in its place").set_input_files(
        {"name": "x.png", "mimeType": "image/png", "buffer": png("red")}
    )
    cora.get_by_role("button", name="Save as a new draft").click()
    expect(cora).to_have_url(re.compile("/4/pictures"))
    assert desk.office.review.bundle(KEY, 4).files["my_map.png"] == png("red")
    cora.get_by_label("Remove it").check()
    cora.get_by_role("button", name="Save as a new draft").click()
    expect(cora.get_by_text("It has no picture.").or_(cora.get_by_text("It is the letterhead")).first).to_be_visible()
    made, first = desk.office.review.bundle(KEY, 5), desk.office.review.bundle(KEY, 2)
    assert "my_map.png" not in made.files
    assert made.wording == first.wording


def test_a_picture_that_cannot_be_used(desk: Desk) -> None:
    client = desk.client("cora")
    line = re.search(r'<option value="(\d+)">before', client.get(at(1, "pictures")).text)
    assert line is not None
    for name, data, said in (
        ("a.png", b"no", "no PNG file"),
        ("a.gif", b"GIF89a", "PNG, JPEG or SVG"),
        ("a.svg", SVG.replace(b"<rect", b"<script>1</script><rect"), "something that runs"),
        ("letter.html.svg", b"<html/>", "no SVG"),
    ):
        form = changed(file=(io.BytesIO(data), name), alternative="A map.", spot=line[1])
        answer = client.post(at(1, "pictures"), form)
        assert answer.status_code == 422
        assert said in fields_said(answer)["file"]
        assert "A map.</textarea>" in answer.text
    assert len(desk.office.review.records(KEY)) == 1


def test_a_picture_is_served_so_that_nothing_in_it_runs(desk: Desk) -> None:
    client = desk.client("translator")
    answer = client.get(at(1, "pictures/illustration.svg", "fences-and-hedges"))
    assert answer.content_type.startswith("image/svg+xml")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    for name in ("handout.html", "template.yaml", "../x.png", "nothing.png"):
        assert client.get(at(1, f"pictures/{name}", "fences-and-hedges")).status_code in (404, 308)


# Word


def word_form(data: bytes, **more: str) -> dict[str, Any]:
    return {"file": (io.BytesIO(data), "mine.docx"), "note": "From Word.", "based_on": "1", "latest": "1", **more}


def test_a_word_file_is_read_first(desk: Desk, visit: Callable[..., Page]) -> None:
    data = in_word(desk.office.review.to_word(KEY, 1), "friendly", "kind")
    cora = visit("cora")
    cora.goto(f"/desk/templates/{KEY}")
    cora.get_by_text("Propose from a Word file").click()
    cora.get_by_label("Word file").set_input_files({"name": "mine.docx", "mimeType": "x/y", "buffer": data})
    cora.get_by_label("Why is it changed?").fill("Kinder.")
    cora.get_by_role("button", name="Read it first").click()
    expect(cora.get_by_role("status")).to_contain_text("Nothing is proposed yet")
    expect(cora.locator("#word-look ins", has_text="kind").first).to_be_visible()
    refuse_barriers(cora)
    picture(cora, "80-word-read")
    no_wider(cora, "80-word-read")
    assert len(desk.office.review.records(KEY)) == 1
    # The file is still chosen: what was read is proposed as it is, and kept as the wording.
    cora.get_by_label("Keep this file as the wording").check()
    cora.get_by_role("button", name="Propose it").click()
    expect(cora.get_by_role("status")).to_contain_text("is a new draft now, version 2")
    bundle = desk.office.review.bundle(KEY, 2)
    assert bundle.written_in_word
    assert bundle.files["letter.docx"] == data
    cora.goto(at(2, "edit"))
    expect(cora.get_by_text("the file itself is its wording")).to_be_visible()
    cora.goto(at(2, "pictures"))
    expect(cora.get_by_text("its pictures are in the file")).to_be_visible()
    refuse_barriers(cora)
    assert cora.complaints == []  # type: ignore[attr-defined]


def test_a_word_file_is_read_without_a_script(desk: Desk, visit: Callable[..., Page]) -> None:
    client = desk.client("cora")
    read = f"/desk/templates/{KEY}/word/read"
    data = in_word(desk.office.review.to_word(KEY, 1), "friendly", "kind")
    answer = client.post(read, word_form(data, keep="1"))
    assert answer.status_code == 200
    assert "[inserted: " in answer.text or "<ins" in answer.text
    assert "From Word.</textarea>" in answer.text
    assert re.search(r'id="word-keep"[^>]* checked', answer.text)
    same = client.post(read, word_form(desk.office.review.to_word(KEY, 1)))
    assert "it says the same, word for word" in same.text
    macros = docx(TITLE, p(r("Hello")), parts={"word/vbaProject.bin": b"x"})
    answer = client.post(read, word_form(macros))
    assert answer.status_code == 422
    assert "vbaProject" in answer.text
    assert client.post(read, word_form(macros), headers=HTMX).status_code == 200  # htmx shows it in its place
    tags = docx(TITLE, p(r("{% if case %}Hello")))
    answer = client.post(read, word_form(tags))
    assert "It could not be proposed so" in answer.text
    assert "What was found" in answer.text
    assert client.post(read.replace(KEY, "nothing"), word_form(data)).status_code == 404
    assert len(desk.office.review.records(KEY)) == 1
    page = visit("cora")
    page.goto(f"/desk/templates/{KEY}")
    page.evaluate("document.querySelectorAll('[hx-post]').forEach(one => one.replaceWith(one.cloneNode(true)))")
    page.evaluate("document.querySelectorAll('[hx-post]').forEach(one => one.removeAttribute('hx-post'))")
    page.get_by_text("Propose from a Word file").click()
    page.get_by_label("Word file").set_input_files({"name": "mine.docx", "mimeType": "x/y", "buffer": data})
    page.get_by_role("button", name="Read it first").click()
    expect(page.get_by_role("heading", name="A Word file, read")).to_be_visible()
    refuse_barriers(page)
    picture(page, "81-word-read-page")
    no_wider(page, "81-word-read-page")


def test_ones_own_client_sees_no_editing(desk: Desk) -> None:
    """People who may only read get no link to what they may not do."""
    client: Client = desk.client("translator")
    assert "Start a template" not in client.get("/desk/templates").text
    assert client.get(NEW).status_code == 403
