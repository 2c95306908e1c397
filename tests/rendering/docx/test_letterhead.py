"""The Word face: all of the wording, in real Word headings, lists and tables, and nothing that Word chokes on."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from types import SimpleNamespace
from typing import Any

import docx
import lxml.html
import pytest
from bidi import get_display
from lxml import etree

from docservice.refusal import Refusal
from docservice.rendering.docx import letterhead as word
from tests.shipped_wording import LETTERHEAD

TOWN = SimpleNamespace(name="Town of A & B", office="Code <Compliance>", address=("1 Way", "Town"), phone="555")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def bundle() -> Any:
    letterhead = (LETTERHEAD / "letter.docx").read_bytes()
    return SimpleNamespace(sha256="test", files={word.LETTERHEAD: letterhead})


def made(wording: str, *, language: str = "en", draft: bool = False, **attachments: bytes) -> bytes:
    direction = "rtl" if language == "ar" else "ltr"
    root = lxml.html.fragment_fromstring(f'<article lang="{language}" dir="{direction}">{wording}</article>')
    composition: Any = SimpleNamespace(root=root, title="T <&> t", language=language, direction=direction)
    return word.to_docx(
        bundle(), composition, town=TOWN, attachments=attachments, issued_on=date(2026, 5, 29), number="N-1",
        draft=draft,
    )  # fmt: skip


def opened(wording: str, **how: Any) -> Any:
    return docx.Document(io.BytesIO(made(wording, **how)))


@pytest.mark.parametrize(
    ("wording", "expected"),
    [
        ("<h1>Notice</h1><p>Body</p>", [("Heading 1", "Notice"), ("Normal", "Body")]),
        ("<h2>A <em>b</em></h2>", [("Heading 2", "A b")]),
        ("<ul><li>one</li><li><p>two</p></li></ul>", [("List Bullet", "one"), ("List Bullet", "two")]),
        ("<ol><li>a<ul><li>deep</li></ul></li></ol>", [("List Number", "a"), ("List Bullet", "deep")]),
        ("<dl><dt>Number</dt><dd>N-1</dd></dl>", [("Reference", "Number\tN-1")]),
        ("<blockquote><p>law</p></blockquote>", [("Quote", "law")]),
        ("<address>A<br>B</address>", [("Address", "A\nB")]),
        ("<p>R&amp;D &lt;select&gt; {{ 7*7 }}</p>", [("Normal", "R&D <select> {{ 7*7 }}")]),
        ("<p>\n  two\n  lines <b>bold</b>, end.\n</p>", [("Normal", " two lines bold, end. ")]),
        ('<p><mark data-unresolved="x">[x]</mark></p>', [("Normal", "[x]")]),
    ],
)
def test_wording_becomes_word_paragraphs(wording: str, expected: list[tuple[str, str]]) -> None:
    found = [(p.style.name, p.text) for p in opened(wording).paragraphs]
    assert found == expected


def test_a_table_keeps_its_header_row_and_spans() -> None:
    document = opened(
        "<table><caption>Fines</caption><thead><tr><th scope='col'>Rule</th><th scope='col'>Amount</th></tr></thead>"
        "<tbody><tr><td>A</td><td>$1</td></tr></tbody><tfoot><tr><td colspan='2'>Total</td></tr></tfoot></table>"
    )
    (table,) = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["Rule", "Amount"], ["A", "$1"], ["Total"] * 2]
    assert table.rows[0]._tr.find(f"{W}trPr/{W}tblHeader") is not None
    assert document.paragraphs[0].style.name == "Caption"


def test_each_numbered_list_starts_at_one() -> None:
    document = opened("<ol><li>a</li></ol><p>x</p><ol><li>b</li></ol>")
    numbers = [p._p.pPr.numPr.numId.val for p in document.paragraphs if p.style.name == "List Number"]
    assert len(set(numbers)) == 2
    with zipfile.ZipFile(io.BytesIO(made("<ol><li>a</li></ol><ol><li>b</li></ol>"))) as archive:
        numbering = etree.fromstring(archive.read("word/numbering.xml"))
    defined = {num.get(f"{W}numId") for num in numbering.iter(f"{W}num")}
    assert {str(number) for number in numbers} <= defined


def test_arabic_runs_right_to_left_and_islands_of_english_do_not() -> None:
    document = opened('<p>رقم <span lang="en" dir="ltr">N-1</span></p>', language="ar")
    paragraph = document.paragraphs[0]
    assert paragraph._p.pPr.find(f"{W}bidi") is not None
    mirrored = [(run.text, run._r.rPr.find(f"{W}rtl") is not None) for run in paragraph.runs if run._r.rPr is not None]
    assert mirrored == [("رقم ", True), ("N-1", False)]


# An Arabic paragraph, and what must stand in it from left to right as the Unicode algorithm sets it (LibreOffice does).
AGAINST = {
    "an address": ('<p>في <bdi lang="en">1188 STOCKTON ST APT 5</bdi> و</p>', ["1188 STOCKTON ST APT 5"]),
    "a sentence with its stop": ('<p>هذا <bdi lang="en">It is 68 degrees.</bdi> يجب</p>', ["It is 68 degrees."]),
    "a parcel without a language": ("<p>رقم <bdi>044-090-007</bdi></p>", ["044-090-007"]),
    "a name without a language": ("<p>إلى <bdi>Mei-Ling (May) Chen</bdi>.</p>", ["Mei-Ling (May) Chen"]),
    "money": ('<p>غرامة <data value="1500">$1,500.00</data>.</p>', ["$1,500.00"]),
    "a telephone number in the sentence": ("<p>اتصل على (555) 555-0100، أو اكتب</p>", ["(555) 555-0100"]),
    "a section in the sentence": ("<p>حسب HSC 17920.3(a)(6) من القانون</p>", ["HSC 17920.3(a)(6)"]),
    "brackets of the sentence": ("<p>الموظف (building official) يقرر</p>", ["(building official)"]),
    "numbers of groups in the sentence": ("<p>القطعة 031-220-118 هنا</p>", ["031-220-118"]),
    "two facts": (
        '<p>القاعدة <bdi lang="en">HSC 17920.3(a)(6)</bdi>. <bdi lang="en">Heat works.</bdi></p>',
        ["HSC 17920.3(a)(6)", "Heat works."],
    ),
    "a reference": (
        '<dl><dt>العقار</dt><dd><bdi lang="en">214-220 Molino Street</bdi></dd></dl>',
        ["214-220 Molino Street"],
    ),
    "a table": ("<table><tr><td>هاتف <bdi>(555) 555-0199</bdi>.</td></tr></table>", ["(555) 555-0199"]),
    "an item": ('<ul><li>اكتب <bdi lang="en">12 Oak St.</bdi></li></ul>', ["12 Oak St."]),
}


@pytest.mark.parametrize(("wording", "islands"), AGAINST.values(), ids=AGAINST)
def test_english_in_an_arabic_paragraph_keeps_its_order(wording: str, islands: list[str]) -> None:
    document = opened(wording, language="ar")
    paragraphs = [*document.paragraphs, *(p for t in document.tables for c in t._cells for p in c.paragraphs)]
    (paragraph,) = (one for one in paragraphs if one.text)
    assert paragraph._p.pPr.find(f"{W}bidi") is not None
    seen = get_display(paragraph.text.replace("\t", " "), base_dir="R")
    for island in islands:
        assert island in seen
        runs = [run for run in paragraph.runs if run.text == island]
        assert [run._r.rPr.find(f"{W}rtl") for run in runs] == [None]  # Word goes by the run


def test_an_arabic_name_in_an_english_paragraph_keeps_its_number() -> None:
    document = opened('<p>Sent to <bdi lang="ar">مكتب 12</bdi> 3 times.</p>')
    seen = get_display(document.paragraphs[0].text, base_dir="L")
    assert "12 بتكم" in seen
    assert seen.endswith(" 3 times.")


def test_an_address_and_a_fact_alone_run_their_own_way() -> None:
    document = opened(
        '<address>12 Oak St.<br>Town</address><p><bdi lang="en">It is cold.</bdi></p><p>هنا</p>', language="ar"
    )
    assert [p._p.pPr.find(f"{W}bidi") is not None for p in document.paragraphs] == [False, False, True]


def test_links_and_pictures_have_their_parts() -> None:
    data = made(
        '<p><a href="https://x.example/?a=1&amp;b=2">x</a> <img data-qr="https://x.example" alt="A &quot;code&quot;">'
    )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        relations = archive.read("word/_rels/document.xml.rels").decode()
        assert "https://x.example/?a=1&amp;b=2" in relations
        assert archive.read("word/media/picture1.png").startswith(b"\x89PNG")
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(name))
    (drawing,) = etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml")).iter("{*}docPr")
    assert drawing.get("descr") == 'A "code"'


def test_the_letterhead_escapes_and_says_draft() -> None:
    section = opened("<p>x</p>", draft=True).sections[0]
    first = [p.text for p in section.first_page_header.paragraphs]
    assert first[:2] == ["Town of A & B", "Code <Compliance>"]
    assert any("DRAFT" in line for line in first)
    assert not any("DRAFT" in p.text for p in opened("<p>x</p>").sections[0].first_page_header.paragraphs)


def test_a_letterhead_that_is_no_word_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = SimpleNamespace(sha256="broken", files={word.LETTERHEAD: b"PK\3\4 torn"})
    monkeypatch.setattr("tests.rendering.docx.test_letterhead.bundle", lambda: broken)
    with pytest.raises(Refusal, match=r"letterhead/letter\.docx is no Word file") as refused:
        made("<p>x</p>")
    assert refused.value.code == "letterhead.error"


def test_a_missing_picture_is_refused_by_name() -> None:
    with pytest.raises(Refusal, match=r"nowhere\.jpg"):
        made('<figure><img src="picture:nowhere.jpg" alt="x"></figure>')


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert made("<h1>a</h1>") == made("<h1>a</h1>")
