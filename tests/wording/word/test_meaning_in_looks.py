"""Formatting that means something: raised, lowered, struck out, numbers of lists, heads of tables; in and out again."""

from __future__ import annotations

import io
from typing import Any

import docx as python_docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from docservice.pipeline.vocabulary import vocabulary
from docservice.wording.word.reading import WordReading, read_word
from docservice.wording.word.writing import written
from tests.wording.word.making import p, r
from tests.wording.word.test_reading import cell, inside, read, row, table

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ('<w:vertAlign w:val="superscript"/>', "<p>120 ft<sup>2</sup> in all.</p>"),
        ('<w:vertAlign w:val="subscript"/>', "<p>120 ft<sub>2</sub> in all.</p>"),
        ('<w:position w:val="6"/><w:sz w:val="14"/>', "<p>120 ft<sup>2</sup> in all.</p>"),
        ('<w:b/><w:vertAlign w:val="superscript"/>',
         "<p>120 ft<strong><sup>2</sup></strong> in all.</p>"),
        ('<w:vertAlign w:val="baseline"/>', "<p>120 ft2 in all.</p>"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("where", ["paragraph", "table"])
def test_raised_and_lowered_text_is_kept(properties: str, expected: str, where: str) -> None:
    paragraph = p("120 ft", r("2", properties), " in all.")
    if where == "table":
        body = table(row(cell("Area"), head=True), f"<w:tr><w:tc>{paragraph}</w:tc></w:tr>")
        expected = f"<td>{expected.removeprefix('<p>').removesuffix('</p>')}</td>"
        assert expected in inside(read(body))
    else:
        assert inside(read(paragraph)) == expected


def test_raised_by_a_style_and_in_a_file_of_python_docx() -> None:
    document = python_docx.Document()
    document.add_heading("Notice", 0)
    paragraph = document.add_paragraph("H")
    paragraph.add_run("2").font.subscript = True
    paragraph.add_run("O for 30 m")
    style = document.styles.add_style("Power", 2)
    style.font.superscript = True
    paragraph.add_run("2", style="Power")
    reading = of(document)
    assert "H<sub>2</sub>O for 30 m<sup>2</sup>" in reading.wording
    assert reading.findings == ()


@pytest.mark.parametrize("properties", ["<w:strike/>", "<w:dstrike/>", '<w:strike w:val="true"/>'])
@pytest.mark.parametrize("where", ["paragraph", "table"])
def test_what_is_struck_out_is_no_wording_and_is_named(properties: str, where: str) -> None:
    paragraph = p("Pay within ", r("10 ", properties), "30 days.")
    reading = read(table(f"<w:tr><w:tc>{paragraph}</w:tc></w:tr>") if where == "table" else paragraph)
    assert "Pay within 30 days." in reading.wording
    assert "10" not in reading.wording
    (found,) = [finding for finding in reading.findings if finding.code == "word.struck"]
    assert (found.severity, "“10”" in found.message or "“10 ”" in found.message) == ("error", True)
    assert found.place == "letter.docx:2"


def test_struck_out_by_a_style() -> None:
    document = python_docx.Document()
    document.add_heading("Notice", 0)
    style = document.styles.add_style("Gone", 1)
    style.font.strike = True
    document.add_paragraph("An old rule.", style="Gone")
    kept = document.add_paragraph("", style="Gone")
    kept.add_run("A rule that stands.").font.strike = False
    reading = of(document)
    assert "old rule" not in reading.wording
    assert "A rule that stands." in reading.wording
    assert [finding.code for finding in reading.findings] == ["word.struck"]


def of(document: Any) -> WordReading:
    stream = io.BytesIO()
    document.save(stream)
    return read_word(stream.getvalue(), "demo", vocabulary=vocabulary())


# Lists. Each numbering: the levels of the abstract one, then the lists made of it with where they begin anew.


def numbered(*lists: tuple[int, int | None], start: int = 1, form: str = "decimal", text: str = "%1.") -> Any:
    """A file with one numbering; ``lists`` are (number of the list, begins anew with)."""
    document = python_docx.Document()
    document.add_heading("Notice", 0)
    part = document.part.numbering_part.element
    for one in list(part):
        part.remove(one)
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start if at == 0 else 1}"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text.replace("1", str(at + 1))}"/></w:lvl>'
        for at in range(3)
    )
    part.append(parse_xml(f'<w:abstractNum {W} w:abstractNumId="7">{levels}</w:abstractNum>'))
    for number, anew in lists:
        override = (
            "" if anew is None else f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{anew}"/></w:lvlOverride>'
        )
        part.append(parse_xml(f'<w:num {W} w:numId="{number}"><w:abstractNumId w:val="7"/>{override}</w:num>'))
    return document


def add(document: Any, text: str, number: int | None = None, level: int = 0) -> None:
    paragraph = document.add_paragraph(text)
    if number is not None:
        properties = paragraph._p.get_or_add_pPr()
        properties.append(parse_xml(f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'))


def lists_of(reading: WordReading) -> str:
    text = inside(reading, title=False).removeprefix("<h1>Notice</h1>")
    for mark in ("{% trans %}", "{% endtrans %}"):
        text = text.replace(mark, "")
    return text


def test_a_list_goes_on_after_a_paragraph() -> None:
    document = numbered((1, None))
    for text, number in (("a", 1), ("b", 1), ("between", None), ("c", 1), ("between", None), ("d", 1)):
        add(document, text, number)
    assert lists_of(of(document)) == (
        '<ol><li>a</li><li>b</li></ol><p>between</p><ol start="3"><li>c</li></ol><p>between</p>'
        '<ol start="4"><li>d</li></ol>'
    )


def test_a_list_begins_anew_or_elsewhere() -> None:
    document = numbered((1, None), (2, 1), (3, 5), start=3)
    for text, number in (("a", 1), ("b", 2), ("c", 3), ("d", 3)):
        add(document, text, number)
    assert lists_of(of(document)) == (
        '<ol start="3"><li>a</li></ol><ol><li>b</li></ol><ol start="5"><li>c</li><li>d</li></ol>'
    )


def test_a_list_may_begin_with_nought() -> None:
    document = numbered((1, None), start=0)
    for text in ("a", "b"):
        add(document, text, 1)
    add(document, "between")
    add(document, "c", 1)
    assert (
        lists_of(of(document)) == '<ol start="0"><li>a</li><li>b</li></ol><p>between</p><ol start="2"><li>c</li></ol>'
    )


@pytest.mark.parametrize(
    ("opens", "ends"),
    [("{%p for v in violations %}", "{%p endfor %}"), ("{%p if case.number %}", "{%p endif %}")],
)
def test_a_list_that_goes_on_after_a_loop_or_condition_is_named(opens: str, ends: str) -> None:
    document = numbered((1, None), (2, 1))
    for text, number in ((opens, None), ("a", 1), ("b", 1), (ends, None), ("between", None), ("c", 1), ("d", 2)):
        add(document, text, number)
    reading = of(document)
    said = [(one.severity, one.message) for one in reading.findings if one.code == "word.numbering"]
    assert len(said) == 1, said
    assert said[0][0] == "warning"
    assert "goes on with 3 as in Word, whatever the loop or condition before it gives" in said[0][1]
    plain = numbered((1, None))
    for text, number in (("a", 1), ("between", None), ("c", 1)):
        add(plain, text, number)
    assert [one for one in of(plain).findings if one.code == "word.numbering"] == []


def test_a_list_inside_that_never_begins_anew() -> None:
    document = numbered((1, None))
    level = document.part.numbering_part.element.find(".//" + qn("w:lvl") + f"[@{qn('w:ilvl')}='1']")
    level.insert(1, parse_xml(f'<w:lvlRestart {W} w:val="0"/>'))
    for text, depth in (("a", 0), ("deep", 1), ("b", 0), ("deep", 1)):
        add(document, text, 1, depth)
    assert '<ol start="2"><li>deep</li></ol>' in lists_of(of(document))


def test_a_cell_that_is_merged_over_the_head_is_divided_and_named() -> None:
    document = python_docx.Document()
    document.add_heading("Notice", 0)
    grid = document.add_table(rows=3, cols=2, style="Table Grid")
    for at, text in enumerate(("head", "b", "", "d", "e", "f")):
        grid.cell(at // 2, at % 2).text = text
    grid.cell(0, 0).merge(grid.cell(1, 0))
    reading = of(document)
    assert "rowspan" not in reading.wording
    assert "the head and the rows below is divided" in " ".join(one.message for one in reading.findings)


def test_a_hidden_row_and_a_style_that_strikes_a_table_out() -> None:
    document = python_docx.Document()
    document.add_heading("Notice", 0)
    grid = document.add_table(rows=2, cols=1, style="Table Grid")
    grid.cell(0, 0).text, grid.cell(1, 0).text = "seen", "unseen"
    grid.rows[1]._tr.get_or_add_trPr().append(parse_xml(f"<w:hidden {W}/>"))
    reading = of(document)
    assert "unseen" not in reading.wording
    assert ("word.hidden", "error") in {(one.code, one.severity) for one in reading.findings}
    for name, code in (("strike", "word.struck"), ("vanish", "word.hidden")):
        styled = python_docx.Document()
        styled.add_heading("Notice", 0)
        styled.add_table(rows=1, cols=1, style="Table Grid").cell(0, 0).text = "words"
        styled.styles["Table Grid"].element.append(parse_xml(f"<w:rPr {W}><w:{name}/></w:rPr>"))
        found = [one for one in of(styled).findings if one.code == code]
        assert [one.severity for one in found] == ["error"], name
        assert "the style of this table" in found[0].message


def test_lists_inside_begin_anew_below_each_item() -> None:
    document = numbered((1, None))
    for text, level in (("a", 0), ("deep", 1), ("deep", 1), ("b", 0), ("deep", 1)):
        add(document, text, 1, level)
    assert lists_of(of(document)) == (
        "<ol><li>a<ol><li>deep</li><li>deep</li></ol></li><li>b<ol><li>deep</li></ol></li></ol>"
    )


@pytest.mark.parametrize(
    ("form", "text", "told"),
    [("decimal", "%1.", False), ("decimal", "(%1)", False), ("decimal", "%1)", False), ("upperRoman", "%1.", True),
     ("lowerLetter", "%1)", True), ("decimal", "Section %1", True)],
)  # fmt: skip
def test_a_number_that_is_written_otherwise_is_told(form: str, text: str, told: bool) -> None:
    document = numbered((1, None), form=form, text=text)
    add(document, "a", 1)
    reading = of(document)
    assert [finding.code for finding in reading.findings] == (["word.numbering"] if told else [])
    assert lists_of(reading) == "<ol><li>a</li></ol>"


# Tables


def test_a_table_as_word_makes_it_has_a_head_and_no_row_headers() -> None:
    document = python_docx.Document()
    document.add_heading("Notice", 0)
    grid = document.add_table(rows=2, cols=2, style="Table Grid")
    look = grid._tbl.tblPr.find(qn("w:tblLook"))
    assert look.get(qn("w:firstRow")) == look.get(qn("w:firstColumn")) == "1"  # ticked for every new table
    for at, text in enumerate(("Rule", "Fine", "A rule", "Money")):
        grid.cell(at // 2, at % 2).text = text
    reading = of(document)
    assert lists_of(reading) == (
        '<table><thead><tr><th scope="col">Rule</th><th scope="col">Fine</th></tr></thead>'
        "<tbody><tr><td>A rule</td><td>Money</td></tr></tbody></table>"
    )
    assert [(f.code, f.severity) for f in reading.findings] == [("word.header_row", "warning")]


def test_a_first_column_that_is_seen_as_one_is_believed() -> None:
    document = python_docx.Document()
    document.add_heading("Notice", 0)
    grid = document.add_table(rows=2, cols=2, style="Table Grid")
    for at, text in enumerate(("Rule", "Fine", "A rule", "Money")):
        grid.cell(at // 2, at % 2).text = text
    grid.cell(1, 0).paragraphs[0].runs[0].bold = True
    assert '<tr><th scope="row">A rule</th><td>Money</td></tr>' in lists_of(of(document))


def test_a_table_without_header_row_has_none() -> None:
    document = python_docx.Document()
    document.add_heading("Notice", 0)
    grid = document.add_table(rows=2, cols=1, style="Table Grid")
    grid._tbl.tblPr.find(qn("w:tblLook")).set(qn("w:firstRow"), "0")
    grid._tbl.tblPr.find(qn("w:tblLook")).set(qn("w:firstColumn"), "0")
    for at, text in enumerate(("one", "two")):
        grid.cell(at, 0).text = text
    assert lists_of(of(document)) == "<table><tbody><tr><td>one</td></tr><tr><td>two</td></tr></tbody></table>"


# Out and in again


@pytest.mark.parametrize(
    "wording",
    [
        "<p>{% trans %}120 ft<sup>2</sup>, H<sub>2</sub>O.{% endtrans %}</p>",
        "<p>{% trans %}<strong>a<sup>2</sup></strong>{% endtrans %}</p>",
        '<ol start="0"><li>{% trans %}none{% endtrans %}</li><li>{% trans %}one{% endtrans %}</li></ol>',
        '<ol start="4"><li>{% trans %}four{% endtrans %}</li><li>{% trans %}five{% endtrans %}</li></ol>',
        '<ol><li>{% trans %}one{% endtrans %}<ol start="3"><li>{% trans %}three{% endtrans %}</li></ol></li></ol>',
        "<table><tbody><tr><td>{% trans %}a{% endtrans %}</td></tr>"
        "<tr><td>{% trans %}b{% endtrans %}</td></tr></tbody></table>",
    ],
)
def test_it_comes_back_as_it_went_out(wording: str) -> None:
    title = "<h1>{% trans %}Notice{% endtrans %}</h1>"
    sources = {"letter.html": f'<article data-document="demo">{title}{wording}</article>'}
    reading = read_word(written(sources, "letter.html", "Notice"), "demo", vocabulary=vocabulary())
    assert wording in "".join(line.strip() for line in reading.wording.splitlines())
    assert reading.findings == ()


def test_the_list_shows_its_start_in_word_without_a_control() -> None:
    source = '<article data-document="demo"><h1>T</h1><ol start="4"><li>four</li></ol></article>'
    document = python_docx.Document(io.BytesIO(written({"letter.html": source}, "letter.html", "T")))
    starts = [one.get(qn("w:val")) for one in document.part.numbering_part.element.iter(qn("w:startOverride"))]
    assert starts[0] == "4"


@pytest.mark.parametrize("kind", [1, 2])  # of paragraphs, of characters
def test_hidden_by_a_style_is_named(kind: int) -> None:
    document = python_docx.Document()
    document.add_heading("Notice", 0)
    style = document.styles.add_style("Aside", kind)
    style.font.hidden = True
    if kind == 1:
        document.add_paragraph("Pay $900.", style="Aside")
    else:
        document.add_paragraph("").add_run("Pay $900.", style="Aside")
    reading = of(document)
    assert "900" not in reading.wording
    assert [(f.code, f.severity) for f in reading.findings] == [("word.hidden", "error")]


@pytest.mark.parametrize("level", ['<w:ilvl w:val="0"/>', ""])
def test_a_paragraph_whose_number_was_taken_away_is_none_of_the_list(level: str) -> None:
    document = python_docx.Document()
    document.add_heading("Notice", 0)
    paragraph = document.add_paragraph("plain", style="List Number")
    paragraph._p.get_or_add_pPr().append(parse_xml(f'<w:numPr {W}>{level}<w:numId w:val="0"/></w:numPr>'))
    assert lists_of(of(document)) == "<p>plain</p>"


def test_a_number_that_an_empty_item_took_is_not_given_again() -> None:
    document = numbered((1, None))
    for text in ("a", "", "c"):
        add(document, text, 1)
    assert lists_of(of(document)) == '<ol><li>a</li></ol><ol start="3"><li>c</li></ol>'


def test_letters_of_a_symbol_font_and_placeholders_are_named() -> None:
    body = p(r("o", '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>'), " Yes")
    held = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    reading = read(body, held.format(p("Click or tap here.")), f"<w:p>{held.format(r('Tap here.'))}</w:p>")
    assert "here" not in reading.wording
    assert [f.code for f in reading.findings] == ["word.symbol", "word.placeholder", "word.placeholder"]


def test_bold_of_right_to_left_text_is_kept() -> None:
    assert "<strong>" in read(p("قبل ", r("مهم", '<w:bCs/><w:rtl/><w:lang w:bidi="ar-SA"/>'))).wording
