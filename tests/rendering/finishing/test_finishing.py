"""The finishing pass: what each of its operations promises, seen in the PDF that comes out."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from lxml import etree

from docservice.refusal import Refusal
from docservice.rendering import fonts
from docservice.rendering.finishing import attachments, finish
from docservice.rendering.finishing.speech import needs_actual_text, spoken
from docservice.rendering.handouts.weasyprint_press import Printed, print_html
from tests.verapdf import validate

SQUARE = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='80' height='40'%3E"
    "%3Cpath d='M0 0h80v40z'/%3E%3C/svg%3E"
)
CSS = """
@page { size: 8.5in 11in; margin: 1in; @bottom-center { content: "page " counter(page) } }
body { font: 12pt "Noto Sans", "Noto Sans Arabic", "Noto Sans CJK TC"; margin: 0 }
img { display: block } .plain { list-style: none }
"""


@pytest.fixture(scope="module")
def conf(fonts_folder: Path) -> str:
    return fonts.prepare(fonts_folder).fontconfig_file.read_text()


def printed(conf: str, body: str, css: str = "", lang: str = "en") -> Printed:
    html = (
        f"<!DOCTYPE html><html lang={lang}><head><title>T</title></head><body><article>{body}</article></body></html>"
    )
    return print_html(html, stylesheet=CSS + css, files={}, fontconfig=conf, created="2026-06-01")


def finished(conf: str, body: str, css: str = "", lang: str = "en") -> pikepdf.Pdf:
    done = printed(conf, body, css, lang)
    pdf = finish(done.pdf, done.reading, language=lang, title="A title & more", created="2026-06-01")
    assert validate([pdf]) == []
    return pikepdf.open(BytesIO(pdf))


def outline(element: Any) -> Any:
    """A tag tree as nested tuples: (role, *children); marked content is left out."""
    kids = element.get("/K", pikepdf.Array())
    kids = kids if isinstance(kids, pikepdf.Array) else [kids]
    inside = [outline(kid) for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]
    return (str(element.S)[1:], *inside)


def elements(pdf: pikepdf.Pdf, role: str) -> list[Any]:
    def walk(element: Any) -> Iterator[Any]:
        if "/S" in element:
            yield element
        kids = element.get("/K", pikepdf.Array())
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/StructElem":
                yield from walk(kid)

    return [e for e in walk(pdf.Root.StructTreeRoot.K[0]) if f"/{role}" == e.S]


P, LABEL, BODY = ("P",), ("Lbl",), ("LBody",)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<h1>A</h1><p>b <strong>c</strong> d</p>", [("H1",), P]),
        ("<div><p>a</p></div><div>b</div>", [P, P]),
        ("<h1>a</h1><section><h2>b</h2><p>c</p></section>", [("H1",), ("Sect", ("H2",), P)]),
        ("<ol><li>a</li><li>b</li></ol>", [("L", ("LI", LABEL, BODY), ("LI", LABEL, BODY))]),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", [("L", ("LI", LABEL, ("LBody", P, ("L", ("LI", LABEL, BODY)))))]),
        ("<ul class=plain><li>a</li></ul>", [("L", ("LI", BODY))]),
        ("<dl><dt>a</dt><dd>b</dd><dd>c</dd><dt>d</dt><dd>e</dd></dl>",
         [("L", ("LI", LABEL, BODY, BODY), ("LI", LABEL, BODY))]),
        ("<p>see <a href='https://example.org/'>this</a></p>", [("P", ("Link",))]),
        ("<p>say <span lang=fr>oui</span></p>", [("P", ("Span",))]),
        (f"<figure><img alt='x' src=\"{SQUARE}\"><figcaption>c</figcaption></figure>", [("Figure",), ("Caption",)]),
        (f"<p>a</p><img alt='' src=\"{SQUARE}\">", [P]),
        ("<blockquote><p>a</p></blockquote>", [("BlockQuote", P)]),
        ("<table><caption>c</caption><thead><tr><th scope=col>a</th></tr></thead><tbody><tr><td></td></tr></tbody>",
         [("Table", ("Caption",), ("THead", ("TR", ("TH",))), ("TBody", ("TR", ("TD",))))]),
    ],
)  # fmt: skip
def test_tags_follow_the_html(conf: str, body: str, expected: list[Any]) -> None:
    with finished(conf, body) as pdf:
        assert outline(pdf.Root.StructTreeRoot.K[0]) == ("Document", ("Art", *expected))


def test_header_cells_have_their_scope_and_span(conf: str) -> None:
    body = (
        "<table><tr><th scope=col>a</th><th scope=colgroup colspan=2>b</th></tr>"
        "<tr><th scope=row>c</th><td>d</td><td>e</td></tr></table>"
    )
    with finished(conf, body) as pdf:
        heads = [(str(e.A.Scope), int(e.A.get("/ColSpan", 1))) for e in elements(pdf, "TH")]
    assert heads == [("/Column", 1), ("/Column", 2), ("/Row", 1)]


@pytest.mark.parametrize(
    ("body", "numbering"),
    [("<ol><li>a</ol>", "/Decimal"), ("<ul><li>a</ul>", "/Disc"), ("<ul class=plain><li>a</ul>", "/None")],
)
def test_lists_say_how_they_are_numbered(conf: str, body: str, numbering: str) -> None:
    with finished(conf, body) as pdf:
        assert str(elements(pdf, "L")[0].A.ListNumbering) == numbering


def test_language_is_kept_where_it_changes(conf: str) -> None:
    body = "<p>a</p><p lang=es>b</p><p>c <span lang=zh-Hant>陳</span></p><div lang=vi><p>d</p></div>"
    with finished(conf, body) as pdf:
        assert str(pdf.Root.Lang) == "en"
        langs = [(str(e.S), str(e.Lang)) for role in ("P", "Span", "Div") for e in elements(pdf, role) if "/Lang" in e]
    assert langs == [("/P", "es"), ("/Span", "zh-Hant"), ("/Div", "vi")]


def test_pictures_have_their_place_and_their_text(conf: str) -> None:
    with finished(conf, f"<img alt='A wedge' src=\"{SQUARE}\">") as pdf:
        (figure,) = elements(pdf, "Figure")
        assert str(figure.Alt) == "A wedge"
        assert [float(v) for v in figure.A.BBox] == [72, 690, 132, 720]  # points, from below


def test_links_are_described_by_their_text(conf: str) -> None:
    with finished(conf, "<p><a href='https://example.org/long'>Pay <b>a fine</b></a></p>") as pdf:
        (annotation,) = pdf.pages[0].Annots
        assert str(annotation.Contents) == "Pay a fine"
        (link,) = elements(pdf, "Link")
        assert link.K[0].Obj.objgen == annotation.objgen
        row: list[Any] = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        owner = dict(zip(row[::2], row[1::2], strict=True))[int(annotation.StructParent)]
        assert owner.objgen == link.objgen


def test_furniture_is_no_part_of_the_text(conf: str) -> None:
    body = "<p>a</p>"
    with finished(conf, body) as pdf:
        content = pdf.pages[0].Contents.read_bytes()
        assert content.count(b"/Artifact BMC") >= 1
        assert content.count(b"MCID") == 1
        assert b"page" not in str(outline(pdf.Root.StructTreeRoot.K[0])).encode()


def test_what_a_page_break_splits_is_one_element(conf: str) -> None:
    rows = "<tr><td>cell</td></tr>" * 60
    body = f"<p>{'word ' * 900}</p><table><thead><tr><th scope=col>Head</th></tr></thead><tbody>{rows}</tbody></table>"
    with finished(conf, body) as pdf:
        assert len(pdf.pages) > 2
        assert len(elements(pdf, "P")) == 1
        assert len(elements(pdf, "Table")) == 1
        assert len(elements(pdf, "TH")) == 1  # repeated on each page, read once
        kids = elements(pdf, "P")[0].K
        assert {kid.Pg.objgen for kid in kids if isinstance(kid, pikepdf.Dictionary)} == {pdf.pages[1].obj.objgen}


def test_every_mark_has_its_element_and_every_element_its_mark(conf: str) -> None:
    with finished(conf, f"<h1>A</h1><p>{'word ' * 900}</p><ul><li>x</li></ul>") as pdf:
        row: list[Any] = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        tree = dict(zip(row[::2], row[1::2], strict=True))
        seen = set()
        for page in pdf.pages:
            for mcid, owner in enumerate(tree[int(page.obj.StructParents)]):
                if owner is not None and not owner.is_owned_by(pdf):
                    continue
                if isinstance(owner, pikepdf.Dictionary):
                    seen.add((page.obj.objgen, mcid, owner.objgen))
        told = set()
        for role in ("H1", "P", "Lbl", "LBody"):
            for element in elements(pdf, role):
                for kid in element.K:
                    if isinstance(kid, pikepdf.Dictionary):
                        told.add((kid.Pg.objgen, int(kid.MCID), element.objgen))
                    else:
                        told.add((element.Pg.objgen, int(kid), element.objgen))
        assert seen == told


def test_right_to_left_text_speaks_for_itself(conf: str) -> None:
    """MuPDF turns what an element says instead of its glyphs around once more."""
    with finished(conf, "<p dir=rtl>هذا نص <b>مهم</b> عن الأرض رقم 12</p>", lang="ar") as pdf:
        assert not [e for e in pdf.objects if isinstance(e, pikepdf.Dictionary) and "/ActualText" in e]
        content = pdf.pages[0].Contents.read_bytes()
    # All but what has a number in it.
    assert content.count(b"/ReversedChars BMC") == 2


def test_what_is_drawn_otherwise_than_spelled_is_spoken_whole(conf: str) -> None:
    with finished(conf, "<p>निःशुल्क <b>सहायता</b> 12</p>", lang="hi") as pdf:
        assert [str(e.ActualText) for e in elements(pdf, "Span")] == ["निःशुल्क सहायता 12"]


@pytest.mark.parametrize(
    ("pieces", "source", "expected"),
    [
        (["one two", "three"], "one two three", "one two three"),
        (["圍籬高", "度規定"], "圍籬高度規定", "圍籬高度規定"),
        (["https://example.org/", "long"], "see https://example.org/long", "https://example.org/long"),
        (["نص \u2068(555)\u2069", "رقم"], "نص \u2068(555)\u2069 رقم", "نص (555) رقم"),
        (["1", "made up"], "nothing of this", "1 made up"),
        ([], "", ""),
    ],
)
def test_spoken_text_has_the_spaces_of_its_source(pieces: list[str], source: str, expected: str) -> None:
    assert spoken(pieces, source) == expected


@pytest.mark.parametrize(
    ("text", "needed"),
    [
        ("Nguyễn", False),
        ("陳美玲", False),
        ("½ – “é”", False),
        ("الأول", True),
        ("नमस्ते", True),
        ("ខ្ញុំ", True),
        ("שלום", True),
    ],
)
def test_complex_scripts_need_actual_text(text: str, needed: bool) -> None:
    assert needs_actual_text(text) is needed


def test_metadata_is_one_block_and_says_both_standards(conf: str) -> None:
    with finished(conf, "<p>a</p>") as pdf:
        root = etree.fromstring(pdf.Root.Metadata.read_bytes())
        names = {"rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "dc": "http://purl.org/dc/elements/1.1/"}
        assert len(root.findall(".//rdf:RDF", names)) == 1
        assert root.findtext(".//dc:title/rdf:Alt/rdf:li", namespaces=names) == "A title & more"
        assert str(pdf.docinfo.Title) == "A title & more"
        assert str(pdf.docinfo.CreationDate) == "D:20260601000000Z"


def test_an_attachment_is_listed_once() -> None:
    with pikepdf.new() as pdf:
        files = [pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Filespec)) for _ in range(2)]
        pdf.Root.AF = pikepdf.Array([*files, *files])
        attachments.list_once(pdf)
        assert [file.objgen for file in pdf.Root.AF] == [file.objgen for file in files]
        attachments.list_once(pdf)
        assert len(pdf.Root.AF) == 2


def test_text_that_no_tag_reaches_is_refused(conf: str) -> None:
    done = printed(conf, "<p>a</p><p class=faint>b</p>", ".faint { opacity: 0.5 }")
    with pytest.raises(Refusal) as refused:
        finish(done.pdf, done.reading, language="en", title="T", created="2026-06-01")
    assert [(p.code, p.place) for p in refused.value.problems] == [("handout.untaggable", "page 1")]


def test_the_same_print_gives_the_same_bytes(conf: str) -> None:
    made = [printed(conf, "<h1>A</h1><p>b</p>") for _ in range(2)]
    first, second = (finish(p.pdf, p.reading, language="en", title="T", created="2026-06-01") for p in made)
    assert first == second
