"""A Word file as wording: what each style, tag and layout becomes, and what is said of the rest."""

from __future__ import annotations

import io
import re

import docx as python_docx
import pytest
from PIL import Image

from docservice.pipeline.vocabulary import vocabulary
from docservice.refusal import Refusal
from docservice.wording.word.reading import WordReading, read_word
from docservice.wording.word.tree import canonical, parse
from tests.wording.word.making import NAMESPACES, TITLE, deleted, docx, field, ins, item, p, r, relation, sdt

ROW = "<w:tr><w:trPr>{head}</w:trPr>{cells}</w:tr>"


def read(*body: str, title: bool = True, **more: object) -> WordReading:
    made = docx(*((TITLE,) if title else ()), *body, **more)  # type: ignore[arg-type]
    return read_word(made, "demo", vocabulary=vocabulary())


def inside(reading: WordReading, title: bool = True) -> str:
    """What stands in the article, without ``trans`` and without the title."""
    text = re.sub(r"^<article[^>]*>\n|</article>\n\Z", "", reading.wording)
    if title:
        assert text.startswith("<h1>{% trans %}T{% endtrans %}</h1>\n")
        text = text.partition("\n")[2]
    return re.sub(r"\{% (trans|endtrans) %\}", "", text).replace("\n", "")


def codes(reading: WordReading) -> list[str]:
    return [finding.code for finding in reading.findings]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (p("A letter", style="Heading1"), "<h2>A letter</h2>"),
        (p("Deeper", style="Heading2"), "<h3>Deeper</h3>"),
        (p("Deepest", style="Heading3"), "<h3>Deepest</h3>"),
        (p("Plain &amp; simple"), "<p>Plain &amp; simple</p>"),
        (p("a", r("b", "<w:b/>"), r("c", "<w:b/><w:i/>"), r("d", '<w:b w:val="0"/>')),
         "<p>a<strong>b<em>c</em></strong>d</p>"),
        (p(r("by style", '<w:rStyle w:val="Strong"/>'), r(" and ", ""), r("em", '<w:rStyle w:val="Emphasis"/>')),
         "<p><strong>by style</strong> and <em>em</em></p>"),
        (p(r("two"), "<w:r><w:br/></w:r>", r("lines")), "<p>two<br/>lines</p>"),
        (p("Said", style="Quote"), "<blockquote>Said</blockquote>"),
        (p("A", style="Address") + p("B", style="Address"), "<address>A<br/>B</address>"),
        (p(r("Number"), "<w:r><w:tab/></w:r>", r("{{ case.number }}"), style="Reference")
         + p(r("Date"), "<w:r><w:tab/></w:r>", r("{{ document.date }}"), style="Reference"),
         "<dl><dt>Number</dt><dd>{{ case.number }}</dd><dt>Date</dt><dd>{{ document.date }}</dd></dl>"),
        (item("a", 1) + item("b", 1), "<ul><li>a</li><li>b</li></ul>"),
        (item("a", 2) + item("deep", 1, 1) + item("deeper", 2, 2) + item("b", 2),
         "<ol><li>a<ul><li>deep<ol><li>deeper</li></ol></li></ul></li><li>b</li></ol>"),
        (item("a", 1) + item("b", 2), "<ul><li>a</li></ul><ol><li>b</li></ol>"),
        (item("a", 2) + item("b", 4), "<ol><li>a</li></ol><ol><li>b</li></ol>"),
        (p("a", style="ListBullet") + p("deep", style="ListBullet2") + p("b", style="ListBullet"),
         "<ul><li>a<ul><li>deep</li></ul></li><li>b</li></ul>"),
        (p(r("guten Tag", '<w:lang w:val="de-DE"/>'), r(" and so on", '<w:lang w:val="en-GB"/>')),
         '<p><span lang="de">guten Tag</span> and so on</p>'),
        (p(r("陳美玲", '<w:lang w:eastAsia="zh-TW"/>')), '<p><span lang="zh-Hant">陳美玲</span></p>'),
        (sdt("block:order", p("Stop")), '<section data-block="order"><p>Stop</p></section>'),
        (sdt("aside block:payment-stub", p("Pay")), '<aside data-block="payment-stub"><p>Pay</p></aside>'),
        (sdt("block:statements statement:retaliation", p("x y")),
         '<section data-block="statements" data-statement="retaliation"><p>x y</p></section>'),
        (sdt("violation:{{ violation.id|plain }}", sdt("p part:facts", p("{{ violation.facts }}"))),
         '<section data-violation="{{ violation.id|plain }}"><p data-part="facts">{{ violation.facts }}</p></section>'),
        (sdt("p part:facts", p("one") + p("two")), '<p data-part="facts">one</p><p data-part="facts">two</p>'),
        (sdt("somebody's own", p("x y")), "<p>x y</p>"),
        (p("[[block: order]]") + p("Stop") + p("[[end]]"), '<section data-block="order"><p>Stop</p></section>'),
        (p("[[clause: help]]"), '{% include "clauses/help.html" %}'),
        (p(sdt("span part:section", r("MHMC")), " etc."), '<p><span data-part="section">MHMC</span> etc.</p>'),
        (p(sdt("a href:{{ town.payment.url|plain }}", r("{{ town.payment.url }}"))),
         '<p><a href="{{ town.payment.url|plain }}">{{ town.payment.url }}</a></p>'),
        (p(field('HYPERLINK "https://x.example/"', "there")), '<p><a href="https://x.example/">there</a></p>'),
        (p("{%p if permit %}") + p("{{ permit.number }}") + p("{%p else %}") + p("none") + p("{%p endif %}"),
         "{% if permit %}<p>{{ permit.number }}</p>{% else %}<p>none</p>{% endif %}"),
        (p("{% for v in violations %}") + item("{{ v.facts }}", 2) + p("{% endfor %}"),
         "<ol>{% for v in violations %}<li>{{ v.facts }}</li>{% endfor %}</ol>"),
        (p("{% if help %}") + item("{{ town.name }}", 1) + p("{% endif %}"),
         "{% if help %}<ul><li>{{ town.name }}</li></ul>{% endif %}"),
        (item("{{ town.name }}", 1) + p("{% if help %}") + item("{{ town.office }}", 1) + p("{% endif %}"),
         "<ul><li>{{ town.name }}</li>{% if help %}<li>{{ town.office }}</li>{% endif %}</ul>"),
        (p("{{p violation.facts }}"), "{{ violation.facts }}"),
        (p(r("{{"), r("r officer", "<w:b/>"), r(".name }}")), "<p>{{ officer.name }}</p>"),
        (p("") + p("a b"), "<p>a b</p>"),
    ],
)  # fmt: skip
def test_styles_become_semantic_html(body: str, expected: str) -> None:
    # Title plus headings: the title is h1, what follows is a level lower.
    title = p("T", style="Title")
    if "Heading" in body and "Heading1" not in body:
        body = p("x", style="Heading1") + body
        expected = "<h2>x</h2>" + expected
    reading = read_word(docx(title, body), "demo")
    assert inside(reading) == expected
    assert [f for f in reading.findings if f.code not in ("word.heading", "word.marker")] == []


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text) if not text.startswith('<') else text}</w:tc>"


def table(*rows: str, look: str = "") -> str:
    return f"<w:tbl><w:tblPr>{look}</w:tblPr><w:tblGrid/>{''.join(rows)}</w:tbl>"


def row(*cells: str, head: bool = False) -> str:
    return ROW.format(head="<w:tblHeader/>" if head else "", cells="".join(cells))


START = '<w:vMerge w:val="restart"/>'


def test_a_table_with_header_row_header_column_loop_foot_and_spans() -> None:
    look = '<w:tblLook w:firstColumn="1" w:lastRow="1"/>'
    reading = read(
        p("Fines", style="Caption"),
        table(
            row(cell("Rule"), cell("Amount", '<w:gridSpan w:val="2"/>'), head=True),
            row(cell("{%tr for line in fine.lines %}")),
            row(cell("{{ line.section }}"), cell("{{ line.amount }}", START), cell("{{ line.days }}")),
            row(cell("more"), cell("", "<w:vMerge/>"), cell("x y")),
            row(cell("{%tr endfor %}")),
            row(cell("Total"), cell("{{ fine.total }}"), cell("")),
            look=look,
        ),
    )  # fmt: skip
    assert inside(reading) == (
        '<table><caption>Fines</caption><thead><tr><th scope="col">Rule</th>'
        '<th scope="col" colspan="2">Amount</th></tr>'
        "</thead><tbody>{% for line in fine.lines %}"
        '<tr><th scope="row">{{ line.section }}</th><td rowspan="2">{{ line.amount }}</td><td>{{ line.days }}</td></tr>'
        '<tr><th scope="row">more</th><td>x y</td></tr>{% endfor %}</tbody>'
        '<tfoot><tr><th scope="row">Total</th><td>{{ fine.total }}</td><td></td></tr></tfoot></table>'
    )
    assert reading.findings == ()


def test_what_python_docx_writes_is_read() -> None:
    document = python_docx.Document()
    document.add_heading("Notice", 0)
    document.add_heading("What we saw", 1)
    document.add_paragraph("Dear {{ recipient.called }}:")
    for text in ("one", "two"):
        document.add_paragraph(text, style="List Number")
    grid = document.add_table(rows=2, cols=2, style="Light Grid")
    for at, text in enumerate(("a", "b", "c", "d")):
        grid.cell(at // 2, at % 2).text = text
    stream = io.BytesIO()
    document.save(stream)
    reading = read_word(stream.getvalue(), "demo", vocabulary=vocabulary())
    assert [finding.code for finding in reading.findings] == ["word.header_row"]
    assert inside(reading, title=False) == (
        "<h1>Notice</h1><h2>What we saw</h2><p>{% trans called=recipient.called %}Dear {{ called }}:</p>"
        '<ol><li>one</li><li>two</li></ol><table><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead>'
        '<tbody><tr><th scope="row">c</th><td>d</td></tr></tbody></table>'
    )


def test_sentences_are_marked_for_translation_and_fields_in_them_named() -> None:
    reading = read(
        p("Dear {{ recipient.called }}:"),
        p("Pay {{ fine.total }} to {{ town.payment.payee }} by ", r("{{ deadlines.pay_by|weekday }}", "<w:b/>"), "."),
        p("{{ case.number }}, {{ officer.name }} and {{ case.officer.name }}"),
        p("{{ case.number }} ({{ permit.number }})"),
    )
    lines = reading.wording.splitlines()[2:-1]
    assert lines == [
        "<p>{% trans called=recipient.called %}Dear {{ called }}:{% endtrans %}</p>",
        "<p>{% trans total=fine.total, payee=town.payment.payee, pay_by=deadlines.pay_by|weekday %}Pay {{ total }} to "
        "{{ payee }} by <strong>{{ pay_by }}</strong>.{% endtrans %}</p>",
        "<p>{% trans number=case.number, name=officer.name, name2=case.officer.name %}{{ number }}, {{ name }} and "
        "{{ name2 }}{% endtrans %}</p>",
        "<p>{{ case.number }} ({{ permit.number }})</p>",
    ]
    assert reading.findings == ()


def test_a_sentence_whose_hidden_mark_was_deleted_is_marked_anew() -> None:
    reading = read(p("{% trans place=property.situs %}Seen at {{ place }}. And more."), p("Lost{% endtrans %} it."))
    assert reading.wording.splitlines()[2:4] == [
        "<p>{% trans place=property.situs %}Seen at {{ place }}. And more.{% endtrans %}</p>",
        "<p>{% trans %}Lost it.{% endtrans %}</p>",
    ]
    assert codes(reading) == ["word.sentence", "word.sentence"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (p("The ", ins(r("kind ")), deleted("strict "), "town"), "<p>The kind town</p>"),
        (p("{{ case.", deleted("title"), ins(r("number")), " }}"), "<p>{{ case.number }}</p>"),
        (p("one", properties="<w:rPr><w:del w:id='1' w:author='L'/></w:rPr>") + p(" and two"), "<p>one and two</p>"),
        (p(deleted("all of it")) + p("x y"), "<p>x y</p>"),
        (ins(p("x y")), "<p>x y</p>"),
        (table("<w:tr><w:trPr><w:del w:id='1' w:author='L'/></w:trPr>" + cell("gone") + "</w:tr>", row(cell("kept"))),
         "<table><tbody><tr><td>kept</td></tr></tbody></table>"),
        (p('<w:moveFrom w:id="1" w:author="L">' + r("here") + "</w:moveFrom>", "x y")
         + p('<w:moveTo w:id="2" w:author="L">' + r("there") + "</w:moveTo>"), "<p>x y</p><p>there</p>"),
    ],
)  # fmt: skip
def test_tracked_changes_are_read_as_accepted_and_said_to_be(body: str, expected: str) -> None:
    reading = read(body)
    assert inside(reading) == expected
    assert codes(reading) == ["word.tracked"]
    assert reading.findings[0].severity == "warning"


BOX = f'<w:r><mc:AlternateContent {NAMESPACES}><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic>' \
      "<a:graphicData>" \
      "<wps:wsp><wps:txbx><w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p></w:txbxContent></wps:txbx></wps:wsp>" \
      "</a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice></mc:AlternateContent></w:r>"  # fmt: skip
FLOATING = '<w:r><w:drawing><wp:anchor><wp:docPr id="1" name="Seal"/></wp:anchor></w:drawing></w:r>'
SAID = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
NOTE = f'<w:footnotes {NAMESPACES}><w:footnote w:id="3">{SAID.format("see below")}</w:footnote></w:footnotes>'
COMMENT = f'<w:comments {NAMESPACES}><w:comment w:id="1">{SAID.format("kinder?")}</w:comment></w:comments>'


@pytest.mark.parametrize(
    ("body", "code", "severity", "words"),
    [
        (p("Beside", BOX), "word.text_box", "error", "boxed"),
        (p("Beside", FLOATING), "word.floating", "error", "Seal"),
        (p("Noted", '<w:r><w:footnoteReference w:id="3"/></w:r>'), "word.footnote", "error", "see below"),
        (p("Said", '<w:r><w:commentReference w:id="1"/></w:r>'), "word.comment", "warning", "kinder?"),
        (p("Two columns", properties='<w:sectPr><w:cols w:num="2"/></w:sectPr>'), "word.columns", "warning", "columns"),
        (f"<w:unheard>{p('of words')}</w:unheard>", "word.layout", "error", "of words"),
        (p("x ", "<m:oMath><m:r><m:t>E=mc</m:t></m:r></m:oMath>"), "word.formula", "error", "E=mc"),
        (p("Page ", field("PAGE", "7")), "word.word_field", "warning", "PAGE"),
        (p(r("secret", "<w:vanish/>"), "x y"), "word.hidden", "error", "secret"),
        (p(r("struck", "<w:strike/>")), "word.struck", "error", "struck-out"),
        (p(r("struck", "<w:dstrike/>"), "and not"), "word.struck", "error", "struck"),
        (p("a", '<w:r><w:br w:type="page"/></w:r>', "b"), "word.page_break", "warning", "page break"),
        (p("a", "<w:r><w:tab/></w:r>", "b"), "word.tab", "warning", "tab"),
        (p("{% if permit %}starts here") + p("ends{% endif %}"), "word.unbalanced", "error", "{%p if … %}"),
        (p("{%p if permit %}") + p("never ended"), "word.unbalanced", "error", "if permit"),
        (p("{{ case.number"), "word.tag", "error", "“{{” belongs to no tag"),
        (p("{{ case. }}"), "word.tag", "error", "{{ case. }}"),
        (p("{% cellbg x %}y z"), "word.tag", "error", "cellbg"),
        (p("{%tc for x in help %}y"), "word.tag", "error", "column"),
        (p("Dear {{ recipient.nmae }}"), "template.field", "error", "nmae"),
        (p("{{ citizen.name }}"), "template.field", "error", "citizen"),
        (p("{{ case.number|shout }}"), "template.field", "error", "shout"),
        (p("{% for v in violations %}") + p("{{ v.fakts }}") + p("{% endfor %}"), "template.field", "warning", "fakts"),
        (p("[[block order]]") + p("x y"), "word.marker", "error", "no such marker"),
        (p("[[block: order]]") + p("x y"), "word.marker", "error", "not ended"),
        (p("x y") + p("[[end]]"), "word.marker", "error", "ends nothing"),
        (p("Another", style="Title"), "word.title", "error", "2"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_named_with_its_paragraph(body: str, code: str, severity: str, words: str) -> None:
    parts = {"word/footnotes.xml": NOTE, "word/comments.xml": COMMENT}
    relations = relation("footnotes", "footnotes.xml", name="rId8") + relation("comments", "comments.xml", name="rId9")
    reading = read(body, parts=parts, relations=relations)
    found = [f for f in reading.findings if f.code == code]
    assert found, reading.findings
    assert (found[0].severity, words in found[0].message) == (severity, True), found
    number = int(found[0].place.removeprefix("letter.docx:"))
    assert 1 <= number <= 4


def test_headers_are_the_letterheads() -> None:
    header = f"<w:hdr {NAMESPACES}>{p('Town of Elsewhere')}</w:hdr>"
    reading = read(p("x y"), parts={"word/header1.xml": header}, relations=relation("header", "header1.xml"))
    assert "Town of Elsewhere" in reading.findings[0].message
    assert codes(reading) == ["word.header"]


def picture(relation_id: str, alt: str) -> str:
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="P" descr="{alt}"/><a:graphic><a:graphicData><pic:pic>'
        f'<pic:blipFill><a:blip r:embed="{relation_id}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )


def test_a_picture_in_line_comes_along() -> None:
    stream = io.BytesIO()
    Image.new("RGB", (4, 4)).save(stream, "PNG")
    more = {"parts": {"word/media/a.png": stream.getvalue()}, "relations": relation("image", "media/a.png")}
    reading = read(p(picture("rIdX", "A map")), p(picture("rIdX", "Again")), **more)
    assert 'src="bundle:picture-1.png" alt="A map"' in reading.wording
    assert reading.files["picture-1.png"] == stream.getvalue()
    assert set(reading.files) == {"letter.html", "picture-1.png"}
    assert codes(read(p(picture("rIdX", "")), **more)) == ["word.alt"]
    metafile = {"parts": {"word/media/a.emf": b"x"}, "relations": relation("image", "media/a.emf")}
    assert codes(read(p("x y", picture("rIdX", "Map")), **metafile)) == ["word.picture"]
    for absent in ("media/none.png", "../../etc/passwd.png", "theme/x.png"):
        nothing = {"parts": {"word/theme/x.png": b"no picture"}, "relations": relation("image", absent)}
        assert codes(read(p("x y", picture("rIdX", "Map")), **nothing)) == ["word.picture"]


def test_a_file_without_text_is_no_wording() -> None:
    with pytest.raises(Refusal, match="no text"):
        read_word(docx(p("")), "demo")


def test_a_clause_in_a_control_is_read_and_kept_when_it_is_the_same() -> None:
    known = {"clauses/help.html": "{# our help #}\n<p>\n{% trans %}Call us.{% endtrans %}\n</p>\n"}
    body = [TITLE, sdt("clause:help", p("Call us.")), sdt("clause:more", p("More."))]
    reading = read_word(docx(*body), "demo", known=known)
    assert set(reading.files) == {"letter.html", "clauses/more.html"}
    changed = read_word(docx(TITLE, sdt("clause:help", p("Call us soon."))), "demo", known=known)
    text = changed.files["clauses/help.html"].decode()
    assert canonical(parse(text)) == "<p>{% trans %}Call us soon.{% endtrans %}</p>\n"


def conditions(depth: int) -> list[str]:
    return [p("{% if permit %}")] * depth + [p("x y")] + [p("{% endif %}")] * depth


NUMBER = "<w:numPr><w:ilvl w:val='{}'/><w:numId w:val='1'/></w:numPr>"
CELL = "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='{}'/></w:tcPr>" + p("x y") + "</w:tc></w:tr></w:tbl>"


@pytest.mark.parametrize("number", ["9" * 5000, "²", "-1", "", "0x10", "١"])
def test_a_number_that_is_none_is_none(number: str) -> None:
    """Python reads superscripts as digits, and refuses five thousand of them."""
    said = read(p("a b", properties=NUMBER.format(number)), CELL.format(number)).wording
    assert "a b" in said
    assert "x y" in said


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (field("HYPERLINK https://x.example", "here"), '<a href="https://x.example">{% trans %}here{% endtrans %}</a>'),
        (f"<w:fldSimple w:instr='HYPERLINK \\o \"tip\" \"https://x.example\"'>{r('here')}</w:fldSimple>",
         '<a href="https://x.example">{% trans %}here{% endtrans %}</a>'),
        (r("hola", '<w:lang w:val="{{x}}"/>'), "{% trans %}hola{% endtrans %}"),
    ],
)  # fmt: skip
def test_links_of_fields_and_languages(body: str, expected: str) -> None:
    assert f"<p>{expected}</p>" in read(p(body)).wording


def test_conditions_within_conditions_are_looked_at_once() -> None:
    assert read(*conditions(200)).wording.count("{% if permit %}") == 200


def test_what_is_nested_too_deep_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        read(*conditions(4500))
    assert refused.value.code == "word.too_large"
