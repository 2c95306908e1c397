"""The web page and the PDF of a redline: all is marked in words too, every change linked, nothing by color alone."""

# ruff: noqa: E501 - an edit reads best in one line

from __future__ import annotations

import io
import re
from datetime import date
from itertools import pairwise
from typing import Any

import pikepdf
import pypdf
import pypdfium2 as pdfium
import pytest
from lxml import html

from docservice.rendering.fonts import FontSet
from docservice.rendering.language import direction
from docservice.rendering.redline import labels as words
from docservice.rendering.redline.printed import print_pdf
from docservice.rendering.redline.web_page import STYLE, body, page
from docservice.wording.messages import Messages
from docservice.wording.redlines import changes_alone, redline
from docservice.wording.redlines.values import Redline
from tests.shipped_wording import some_languages
from tests.verapdf import validate
from tests.wording.redlines.edits import between, bundle
from tests.wording.redlines.test_redline import edited, offered, shipped_bundle
from tests.wording.redlines.test_redline_edits import EDITS

FIRST = "<p>A hearing officer who did not write this notice will listen to you and decide.</p>"
SECOND = "<p>The town may issue a citation with a fine for each violation that is left.</p>"
ON = date(2026, 6, 29)


def parsed(found: Redline) -> Any:
    return html.document_fromstring(page(found))


def shipped_edits() -> list[Any]:
    return [pytest.param(key, language, id=f"{key}-{language}") for key, language in offered()]


def test_marks_are_elements_with_a_word_for_those_who_do_not_see_them() -> None:
    root = parsed(between("<p>Pay within 30 days.</p>", "<p>Pay within 21 days, please.</p>"))
    wording = root.find_class("wording")[0]
    marks = [(e.tag, e.text_content()) for e in wording.iter("ins", "del")]
    assert marks == [
        ("del", "[deleted: 30]"), ("ins", "[inserted: 21]"), ("ins", "[inserted: , please]"),
    ]  # fmt: skip
    assert all(mark.find_class("vh") for mark in wording.iter("ins", "del"))


def test_every_change_is_listed_and_every_link_leads_to_one() -> None:
    original = shipped_bundle("administrative-citation")
    found = redline(original, edited(edited(original, 1), 7))
    root = parsed(found)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert {change.anchor for change in found.changes} <= set(ids)
    targets = [a.get("href") for a in root.iter("a")]
    assert targets
    assert all(target.removeprefix("#") in ids for target in targets)


def test_a_move_says_where_from_and_where_to() -> None:
    third = "<p>Call us first: many questions are settled by phone, and a call does not move the date.</p>"
    root = parsed(between(FIRST + SECOND + third, SECOND + third + FIRST.replace("listen to", "hear")))
    labels = [tag.text_content() for tag in root.find_class("tag")]
    assert labels == ["Change 1: moved from here to there", "Change 1: moved here from there, and edited"]
    targets = [link.get("href")[1:] for link in root.xpath("//span[@class='tag']/a")]
    assert [root.get_element_by_id(one).get("class") for one in targets] == ["change moved-to", "change moved-from"]
    assert root.xpath("string(//ol[@class='changes'])").startswith("paragraph moved down: “A hearing officer")
    assert "1 change in the wording" in root.text_content()


def test_headings_lead_through_the_page_in_order() -> None:
    original = shipped_bundle("notice-of-violation")
    root = parsed(redline(original, edited(original, 2)))
    levels = [int(element.tag[1]) for element in root.iter("h1", "h2", "h3", "h4", "h5")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))


@pytest.mark.parametrize(("key", "language"), shipped_edits())
def test_the_page_is_sound_in_every_language(key: str, language: str) -> None:
    """Parsed by the rules of HTML it is what was written: no list item outside a list, no block in a paragraph."""
    original = shipped_bundle(key)
    made = page(redline(original, edited(original, 1), language))
    root = html.document_fromstring(made)
    again = html.document_fromstring(html.tostring(root, encoding="unicode"))
    assert [e.tag for e in root.iter()] == [e.tag for e in again.iter()]
    for item in root.iter("li"):
        assert item.getparent().tag in ("ul", "ol")
    for cell in root.iter("td", "th"):
        assert cell.getparent().tag == "tr"
    for term in root.iter("dt", "dd"):
        assert term.getparent().tag == "dl"
    assert made.count("<div") == made.count("</div>")
    wording = root.find_class("wording")[0]
    assert (wording.get("lang"), wording.get("dir")) == (language, direction(language))
    for field in root.find_class("field"):
        assert field.tag == "span" or (field.get("lang"), field.get("dir")) == ("en", "ltr")


def test_a_row_says_what_changed_about_its_cells(font_set: FontSet) -> None:
    row = "<table><tr>{}<td>6 feet</td></tr></table>"
    found = between(row.format("<td>Fence</td>"), row.format("<th scope='row'>Fence</th>"))
    said = "Also changed: cells: cell; now heading of its row, cell"
    assert said in parsed(found).text_content()
    text = pypdf.PdfReader(io.BytesIO(printed(found, font_set))).pages[0].extract_text()
    assert said in " ".join(text.split())


def test_what_a_wording_says_is_text_on_the_page() -> None:
    found = between("<p>A</p>", "<p>A &lt;script&gt;alert(1)&lt;/script&gt; {{ a['x'] }} &amp; <b>b</b></p>")
    made = page(found)
    assert "<script" not in made
    assert "&lt;script&gt;" in made
    root = html.document_fromstring(made)
    assert not list(root.iter("script"))


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_colors_have_the_contrast_of_wcag_aa(scheme: int) -> None:
    blocks = re.findall(r"\.redline\{(--[^}]*)\}", STYLE)
    light = {n: c + c[1:] if len(c) == 4 else c for n, c in re.findall(r"--([a-z-]+):(#[0-9a-f]+)", blocks[0])}
    values = light if scheme == 0 else light | dict(re.findall(r"--([a-z-]+):(#[0-9a-f]+)", blocks[1]))
    for ink, paper in (
        ("ink", "paper"), ("in", "in-tint"), ("out", "out-tint"), ("move", "move-tint"), ("quiet", "paper"),
        ("in", "paper"), ("out", "paper"), ("move", "paper"), ("ink", "tint"), ("green", "tint"), ("quiet", "tint"),
        ("ink", "move-tint"), ("in", "move-tint"), ("out", "move-tint"),
    ):  # fmt: skip
        one, other = sorted((luminance(values[ink]), luminance(values[paper])), reverse=True)
        assert (one + 0.05) / (other + 0.05) >= 4.5, (ink, paper)


@pytest.mark.parametrize(("language", "old", "new", "expected"), EDITS)
def test_every_edit_is_described_in_a_sentence(language: str, old: str, new: str, expected: list[str]) -> None:
    found = between(old, new, language)
    entries = list(words.entries(found))
    assert [entry.number for entry in entries] == list(range(1, found.count + 1))
    assert bool(entries) == bool(expected)
    assert words.headline(found).startswith(f"{len(entries)} change") or not entries
    assert all(entry.text and "None" not in entry.text for entry in entries)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<p>Pay 30 days.</p>", "<p>Pay 21 days.</p>", "paragraph changed: “30” is now “21”"),
        ("<h2>To do</h2>", "<h3>To do</h3>", "subheading changed: heading level 2 is now level 3"),
        ("<p>By <strong>May</strong>.</p>", "<p>By May.</p>", "paragraph changed: formatting of “May”"),
        ("<p>A</p>" + FIRST, "<p>A</p>", "paragraph deleted: “A hearing officer who did not write this notice will listen to you and decide.”"),
        ("<p>{{ a.b }}</p>", "<p>{{ a.c }}</p>", "paragraph changed: “⟨a b⟩” is now “⟨a c⟩”"),
        ("{% if a %}<p>X</p>{% endif %}", "{% if not a %}<p>X</p>{% endif %}", "condition changed: “[if there is a]” is now “[if there is no a]”"),
    ],
)  # fmt: skip
def test_descriptions(old: str, new: str, said: str) -> None:
    assert [entry.text for entry in words.entries(between(old, new))] == [said]


def test_the_summary_puts_first_what_somebody_must_act_on() -> None:
    meta = "key: demo\ntitle: Demo\nrequired_blocks: [penalties]\n"
    old = bundle("<section data-block='penalties'><p>Fines.</p></section>", meta=meta, languages=())
    new = bundle("<p>{{ permit.number }} {% trans %}New.{% endtrans %}</p>", meta=meta, languages=())
    topics = list(words.topics(redline(old, new, languages=["fr"])))
    assert [(topic.title, topic.urgent) for topic in topics[:3]] == [
        ("Breaking: fields that callers must send from now on", True),
        ("Required blocks that are gone", True),
        ("Translations", True),
    ]
    assert topics[2].lines == (
        "French: 1 sentence new or changed in English; 1 not translated, so the language is not offered",
    )


def without_arabic(*more: str) -> Redline:
    """An Arabic text beside a version that has it in part, or not at all."""
    said = "".join(f"<p>{{% trans %}}{one}{{% endtrans %}} {{{{ case.number }}}}</p>" for one in ("Pay.", "Call us."))
    lacks = bundle(said, languages=())
    has = bundle(said, messages={"ar": {"Pay.": "ادفع.", "Call us.": "اتصل بنا."}})
    return redline(has, lacks, "ar", old_name="version 1", new_name="version 2",
                   new_told=Messages("ar", dict.fromkeys(more, "ادفع.")))  # fmt: skip


def test_a_version_without_the_language_is_said_to_have_none() -> None:
    (topic, *_) = words.topics(without_arabic())
    assert topic.urgent
    assert topic.lines == (
        "Version 2 has no Arabic translation: all of it is gone. English has its own redline.",
    )  # fmt: skip
    assert topic.lines[0] in parsed(without_arabic()).text_content()
    assert list(words.entries(without_arabic())) == []


def test_english_that_stands_for_arabic_is_marked_and_is_english() -> None:
    root = parsed(without_arabic("Pay."))
    assert (
        "1 of its 2 sentences has no translation and stands in English, after [not translated]" in root.text_content()
    )
    (english,) = [e for e in root.find_class("wording")[0].iter("span") if e.text_content() == "Call us."]
    assert (english.get("lang"), english.get("dir")) == ("en", "ltr")
    assert english.getparent().tag == "ins"
    # In the list of changes words of the wording are set apart, in their language: else they reorder the sentence.
    (entry,) = root.find_class("changes")[0]
    assert [b.get("lang") for b in entry.iter("bdi")] == ["ar"] * len(list(entry.iter("bdi")))
    assert list(entry.iter("bdi"))


# Paper ---------------------------------------------------------------------------------------------------------


def printed(found: Redline, fonts: FontSet) -> bytes:
    return print_pdf(found, town="Town of Madrona Hills", on=ON, fonts=fonts).pdf


@pytest.mark.parametrize("key", ["notice-of-violation", "administrative-citation", "fences-and-hedges"])
def test_the_pdf_is_archivable_and_accessible_in_every_language(key: str, font_set: FontSet) -> None:
    original = shipped_bundle(key)
    copy = edited(edited(original, 1), 4)
    files = [
        printed(redline(original, copy, language), font_set) for language in some_languages(key, original.languages, 4)
    ]
    assert validate(files) == []


def test_every_kind_of_edit_can_be_printed(font_set: FontSet) -> None:
    files = [printed(between(*param.values[1:3], param.values[0]), font_set) for param in EDITS]  # type: ignore[misc]
    assert validate(files[::5]) == []


def test_the_pdf_says_inserted_and_deleted_aloud_and_links_the_halves_of_a_move(font_set: FontSet) -> None:
    third = "<p>It starts within 30 days.</p>"
    found = between(FIRST + SECOND + third, SECOND + third.replace("30", "21") + FIRST)
    file = printed(found, font_set)
    reader = pypdf.PdfReader(io.BytesIO(file))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert re.search(r"\[deleted: ?30 ?\]", text)
    assert re.search(r"\[inserted: ?21 ?\]", text)
    with pikepdf.open(io.BytesIO(file)) as opened:
        links = [a for p in opened.pages for a in p.get("/Annots", []) if a.get("/Subtype") == "/Link"]  # type: ignore[operator]
        assert len(links) >= 3
        assert opened.docinfo["/Title"] == "Demo: old version → new version"


def test_names_stand_in_the_order_of_arabic(font_set: FontSet) -> None:
    """From the right: the condition, its two fields, its end; not as one English line in an Arabic one."""
    said = "<p>{% if aaa %}{{ bbb }} {{ ccc }}{% endif %} ادفع</p>"
    for found in (between(said, said, "ar"), between("<p>ادفع</p>", said, "ar")):
        with pdfium.PdfDocument(printed(found, font_set)) as opened:
            page = opened[0].get_textpage()
            starts = [list(iter(page.search(word).get_next, None))[-1][0] for word in ("aaa", "bbb", "ccc", "end if")]
            lefts = [page.get_charbox(start)[0] for start in starts]
            page.close()
        assert lefts == sorted(lefts, reverse=True)


def test_the_same_redline_gives_the_same_bytes(font_set: FontSet) -> None:
    found = between("<p>One.</p>", "<p>Two.</p>")
    assert printed(found, font_set) == printed(found, font_set)
    assert page(found) == page(found)


def test_no_program_text_is_shown_to_a_lawyer() -> None:
    """Fields have one notation, in words, in attributes too; in every shipped wording and beside one another's."""
    one = '<section data-violation="{{ violation.id|plain }}"><p>{{ violation.facts }}</p></section>'
    two = '<section data-violation="{{ violation.id|plain }}" lang="{{ document.language }}"><p>{{ a.b }}</p></section>'
    pages = [body(between(one, two))]
    for key in ("notice-of-violation", "administrative-citation", "fences-and-hedges"):
        original = shipped_bundle(key)
        pages.append(body(redline(original, edited(original, 3))))
    for made in pages:
        assert re.findall(r"\{\{.*?\}\}|\{%.*?%\}|\|\s*plain", made) == []
    assert "violation ⟨violation id⟩" in html.fromstring(pages[0]).text_content()


def test_the_changes_alone() -> None:
    original = shipped_bundle("notice-of-violation")
    found = redline(original, edited(original, 2))
    assert found.count > 2
    alone = changes_alone(found)
    assert [change for change in alone.blocks if change.kind != "equal"] == [*found.changes]
    assert all(change.block.role in ("h1", "h2", "h3") for change in alone.blocks if change.kind == "equal")
    assert len(alone.blocks) < len(found.blocks) / 2
    root = html.fromstring(page(alone))
    ids = [element.get("id") for element in root.xpath("//*[@id]")]
    assert {change.anchor for change in found.changes} <= set(ids)
    assert list(words.entries(alone)) == list(words.entries(found))
    nothing = changes_alone(redline(original, original))
    assert nothing.blocks == ()
    assert "same in both versions" in page(nothing)
