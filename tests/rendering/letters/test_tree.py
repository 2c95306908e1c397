from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from lxml import etree

from docservice.refusal import Refusal
from docservice.rendering.letters import tree

FSI, LRI, PDI = "\u2068", "\u2066", "\u2069"


def build(inside: str, language: str = "en") -> tree.Tree:
    def picture(src: str, alt: str) -> Mapping[str, Any]:
        return {"src": src, "width": 4, "height": 3}

    return tree.build(etree.fromstring(f'<article lang="{language}">{inside}</article>'), picture)


@pytest.mark.parametrize(
    ("html", "nodes"),
    [
        ("<p> a\n  b </p>", [["p", {}, ["a b"]]]),
        ("<p>a <strong> b</strong> c</p>", [["p", {}, ["a ", ["strong", {}, ["b"]], " c"]]]),
        ("<p>a <bdi>b</bdi> <time>c</time></p>", [["p", {}, ["a b c"]]]),
        ("<p>a <br/> b</p>", [["p", {}, ["a", ["br", {}, []], "b"]]]),
        ("<p>#set page(width: 1pt) $x$ *b* \\u{41}</p>", [["p", {}, ["#set page(width: 1pt) $x$ *b* \\u{41}"]]]),
        ("<ul><li>a</li><li><p>b</p></li></ul>", [["ul", {}, [["a"], [["p", {}, ["b"]]]]]]),
        ("<dl><dt>t</dt><dd>d</dd><dd>e</dd></dl>", [["dl", {}, [[["t"], ["d", ["br", {}, []], "e"]]]]]),
        ("<p>call (555) 555-0100</p>", [["p", {}, ["call ", ["phone", {}, ["(555) 555-0100"]]]]]),
        ('<p><a href="javascript:x">y</a></p>', [["p", {}, ["y"]]]),
        ("<section>loose <em>text</em><p>p</p></section>",
         [["section", {"tag": "section", "tall": 42},
           [["p", {}, ["loose ", ["em", {}, ["text"]]]], ["p", {}, ["p"]]]]]),
    ],
)  # fmt: skip
def test_nodes(html: str, nodes: list[Any]) -> None:
    assert build(html).body == nodes


@pytest.mark.parametrize(
    ("language", "html", "text"),
    [
        ("en", "<bdi>Plain</bdi>", "Plain"),
        ("en", "<bdi>عبد</bdi>", f"{FSI}عبد{PDI}"),
        ("ar", "<bdi>CE-2026-0147 (B)</bdi>", f"{FSI}CE-2026-0147 (B){PDI}"),
        ("ar", '<span dir="ltr">x</span>', f"{LRI}x{PDI}"),
        ("ar", "<data value='1'>$1.00</data>", f"{FSI}$1.00{PDI}"),
    ],
)
def test_isolation_where_a_fact_could_be_misread(language: str, html: str, text: str) -> None:
    assert build(f"<p>{html}</p>", language).body == [["p", {}, [text]]]


def test_a_name_in_another_language_carries_it() -> None:
    [[_, _, [_, span]]] = build('<p>Dear <bdi lang="zh-Hant">陳美玲</bdi></p>').body
    assert span == ["span", {"lang": "zh", "dir": "ltr", "region": "TW"}, ["陳美玲"]]


def test_a_table_aligns_numbers_and_shares_the_width() -> None:
    [[tag, attributes, rows]] = build(
        '<table><caption>c</caption><thead><tr><th scope="col">Section</th><th scope="col">Amount</th></tr></thead>'
        f"<tbody><tr><td>{'words ' * 9}</td><td>$1,500.00</td></tr></tbody><tfoot><tr><th scope='row'>Total</th>"
        "<td>$1,500.00</td></tr></tfoot></table>"
    ).body
    assert tag == "table"
    assert attributes["aligns"] == ["start", "end"]
    assert attributes["columns"][0] > attributes["columns"][1] == 0
    assert (attributes["head"], attributes["foot"], attributes["caption"]) == (1, 1, ["c"])
    assert rows[2][0] == [{"th": "row"}, ["Total"]]


def test_parts_with_a_place_of_their_own_are_lifted() -> None:
    made = build(
        '<section data-block="recipient"><address><bdi data-fact="/parties/0/name/text">N</bdi><br/>'
        '<bdi data-fact="/parties/0/name/latin">L</bdi><br/>ATTN <bdi data-fact="/parties/0/attention">A</bdi><br/>1 St'
        '</address></section><section data-block="identification"><dl><dt>t</dt><dd>d</dd></dl></section><h1>Title</h1>'
        '<aside data-block="payment-stub"><p>pay</p></aside><aside data-block="taglines"><p lang="es">es</p></aside>'
    )
    assert [(line.kind, line.text) for line in made.recipient] == [
        ("name", "N"), ("latin", "L"), ("attention", "ATTN A"), ("line", "1 St"),
    ]  # fmt: skip
    assert made.title == "Title"
    assert made.body == [["h", {"level": 1}, ["Title"]]]
    assert made.stub == [["p", {}, ["pay"]]]
    assert made.taglines == [["section", {"lang": "es", "dir": "ltr"}, [["p", {}, ["es"]]]]]


def test_the_paragraph_before_a_signature_stays_with_it() -> None:
    made = build('<section><p>a</p><p>b</p></section><section data-block="signature"><p>s</p></section>')
    assert made.body[0][2] == [["p", {}, ["a"]], ["p", {"sticky": True}, ["b"]]]


def test_an_unknown_element_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        build("<p>a</p><marquee>b</marquee>")
    assert refused.value.code == "typeset.element"
    assert "<marquee>" in refused.value.problems[0].message


def test_english_facts_in_a_row_keep_their_points_in_arabic() -> None:
    english = '<bdi lang="en">Legal aid</bdi>. <bdi lang="en">Free</bdi>.'
    [[_, _, nodes]] = build(f"<p>{english}</p>", "ar").body
    assert (nodes[0], nodes[-1]) == (LRI + FSI, f"{PDI}.{PDI}")
    [[_, _, nodes]] = build(f"<p>القاعدة: {english}</p>", "ar").body
    assert (nodes[0], nodes[-1]) == ("القاعدة: " + FSI, PDI + ".")


def test_a_change_of_language_is_isolated_from_outside() -> None:
    """An embedding inside the isolate leaves what stands beside it alone; around it, it would not."""
    [[_, _, nodes]] = build('<p>في <bdi lang="en">Unit B</bdi></p>', "ar").body
    assert nodes == ["في " + FSI, ["span", {"lang": "en", "dir": "ltr"}, ["Unit B"]], PDI]
