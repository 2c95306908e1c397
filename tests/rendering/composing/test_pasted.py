"""Pasted bullets and numbers become lists in every face; what only looks like one stays a paragraph."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from docservice import casefile, checks
from docservice.rendering import fonts, web
from docservice.rendering.composing.facts import assemble
from docservice.rendering.composing.markup import read
from docservice.rendering.composing.pasted import Listed, parts, words
from docservice.rendering.composing.pasted_html import make_lists
from docservice.rendering.composing.semantic_text import Composition, compose
from docservice.rendering.docx import letterhead
from docservice.rendering.letters import letter
from docservice.town import TownPack
from docservice.town.reckoning import Reckoning, reckon
from docservice.wording.bundle import Bundle
from tests.places import ROOT
from tests.shipped_wording import bundle_of


def shape(text: str) -> Any:
    """The lists of a text: ``[numbering, start, [item, [below …]]]``."""

    def of(listed: Listed) -> Any:
        items = [item.text if not item.below else (item.text, *map(of, item.below)) for item in listed.items]
        return [listed.numbering or "•", *([listed.start] if listed.numbering else []), *items]

    return [one if isinstance(one, str) else of(one) for one in parts(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        *((f"{bullet} a\n{bullet} b", [["•", "a", "b"]]) for bullet in "•·▪●◦■-–—*o\uf0b7\uf0a7\uf0d8"),
        ("• only one", [["•", "only one"]]),
        ("•one\n•two", [["•", "one", "two"]]),
        ("·\u00a0\u00a0\u00a0\u00a0 one\n·\u2003two", [["•", "one", "two"]]),
        ("See:\n• a\n• b\nAfter.", ["See:", ["•", "a", "b"], "After."]),
        ("1. a\n2. b\n3. c", [["1.", 1, "a", "b", "c"]]),
        ("1) a\n2) b", [["1)", 1, "a", "b"]]),
        ("(1) a\n(2) b", [["(1)", 1, "a", "b"]]),
        ("7. a\n8. b", [["1.", 7, "a", "b"]]),
        ("99. a\n100. b", [["1.", 99, "a", "b"]]),
        ("a. a\nb. b", [["a.", 1, "a", "b"]]),
        ("A) a\nB) b", [["A)", 1, "a", "b"]]),
        ("(c) a\n(d) b", [["(a)", 3, "a", "b"]]),
        ("i. a\nii. b\niii. c", [["i.", 1, "a", "b", "c"]]),
        ("I. a\nII. b", [["I.", 1, "a", "b"]]),
        ("h. a\ni. b\nj. c", [["a.", 8, "a", "b", "c"]]),
        ("iv. a\nv. b\nvi. c", [["i.", 4, "a", "b", "c"]]),
        ("1. a\n\n2. b\n\nEnd.", [["1.", 1, "a", "b"], "End."]),
        ("1. a\n2. b\n1. c\n2. d", [["1.", 1, "a", "b"], ["1.", 1, "c", "d"]]),
        ("• a\n  goes on\n• b", [["•", "a\ngoes on", "b"]]),
        ("* a\n  * b\n  * c\n* d", [["•", ("a", ["•", "b", "c"]), "d"]]),
        ("1. a\n    - b\n    - c\n2. d", [["1.", 1, ("a", ["•", "b", "c"]), "d"]]),
        ("1. a\n    a) b\n        i. c\n        ii. d\n    b) e\n2. f",
         [["1.", 1, ("a", ["a)", 1, ("b", ["i.", 1, "c", "d"]), "e"]), "f"]]),
        ("• a\no b\no c\n• d", [["•", ("a", ["•", "b", "c"]), "d"]]),  # as Word pastes its levels
        ("1. a\na. b\nb. c\n2. d", [["1.", 1, ("a", ["a.", 1, "b", "c"]), "d"]]),
        ("1. a\n2. b\n- c\n- d", [["1.", 1, "a", "b"], ["•", "c", "d"]]),  # below, or beside? beside
    ],
)  # fmt: skip
def test_what_is_a_list(text: str, wanted: Any) -> None:
    assert shape(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "5. March was cold.", "5. March was cold.\nThe next day too.", "1. a", "1. a\nNot an item.\n2. b", "1. a\n3. b",
        "- 5 degrees were measured.", "-5\n-6", "o pagar\nla multa", "* See below.", "a. m. was the time.",
        "I. Ivanov came.",         "2019. A year.\n2020. Another.", "1.5 feet\n2.5 feet", "$5\n$6", "§ 5\n§ 6", 
        "i.e. this\ne.g. that",
        "✓ done\n✗ not done",         "No.\n1. a", "(see\n(that", "Mr. A\nMr. B", "– a", "-a\n-b", "plain\ntext", "",
    ],
)  # fmt: skip
def test_what_is_none(text: str) -> None:
    assert parts(text) == (text,)
    assert words(text) == text


_LINES = st.lists(
    st.tuples(st.sampled_from(["", "  ", "    "]),
              st.sampled_from(["", "• ", "- ", "1. ", "2. ", "3) ", "a. ", "b. ", "i. ", "ii. ", "(c) ", "o "]),
              st.text("abc .-1", min_size=0, max_size=6)).map("".join),
    max_size=8,
).map("\n".join)  # fmt: skip


@given(_LINES)
def test_no_word_is_lost_and_none_changes_places(text: str) -> None:
    printed, kept = words(text), re.sub(r"\s", "", text)
    at = 0
    for character in re.sub(r"\s", "", printed):
        at = kept.index(character, at) + 1
    marks = re.sub(r"[\s•\-o().123abci]", "", text)
    assert re.sub(r"[\s•\-o().123abci]", "", printed) == marks
    assert len(printed.split("\n")) <= len(text.split("\n"))


_BLOCKS = ("<p data-part='z'>{}</p>", "<ul><li>{}</li></ul>", "<table><tbody><tr><td>{}</td></tr></tbody></table>",
           "<dl><dt>t</dt><dd>{}</dd></dl>", "<section>{}</section>")  # fmt: skip
_FACT = _LINES.map(lambda text: f"<bdi data-fact='/v/0/facts'>{text.replace(chr(10), '<br/>')}</bdi>")
_AROUND = st.recursive(
    _FACT | st.sampled_from(["before ", "mid, ", ". end"]),
    lambda inner: st.lists(inner, min_size=1, max_size=3).map(
        lambda some: f"<span data-part='y'>{''.join(some)}</span>"
    ),
    max_leaves=6,
)


@given(
    st.lists(st.tuples(st.sampled_from(_BLOCKS), st.lists(_AROUND, min_size=1, max_size=3).map("".join)), max_size=3)
)
def test_wherever_a_fact_stands_nothing_around_it_is_lost(blocks: list[tuple[str, str]]) -> None:
    root = etree.fromstring(
        f"<article><h1>t</h1>{'tail'.join(block.format(inside) for block, inside in blocks)}</article>"
    )
    marks = r"[\s•\-o().123abci]"
    before = re.sub(marks, "", "".join(root.itertext()))
    make_lists(root)
    assert re.sub(marks, "", "".join(root.itertext())) == before
    read(etree.tostring(root, encoding="unicode"))  # refuses what is not the house's HTML
    assert not root.xpath("//p[.//ul or .//ol or .//p] | //span[.//ul or .//ol] | //bdi[.//ul or .//ol]")


FACTS = (
    "\ufeffOn the street side the fence\r\n\u2022\tis 6 feet high;\r\n\u2022\tlacks boards:\r\no\ttwo at the gate\r\n"
    "o\tone at the corner\r\n\u2022\tleans.\r\nNobody was at home."
)
CORRECTION = "3)\tCall us.\r\n4)\tApply:\r\n\ta)\ta plan,\r\n\tb)\ta letter.\r\n5)\tBuild it."
DANGER = "The wall\r\n\uf0b7\tleans,\r\n\uf0b7\tis cracked."


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return bundle_of("notice-of-violation")


def written(bundle: Bundle, pack: TownPack, language: str = "en") -> tuple[Composition, Reckoning, casefile.Casefile]:
    data = json.loads((ROOT / "examples/CE-2026-0147/casefile.json").read_text("utf-8"))
    data["violations"][0] |= {"facts": FACTS, "correction": CORRECTION, "phrase": None}
    data["violations"][1] |= {"immediate_danger": True, "danger_reason": DANGER}
    data["violations"] = [{**one, "photographs": []} for one in data["violations"]]
    facts, on, kind = casefile.load(data), date(2026, 6, 16), bundle.meta.document_type
    reckoning = reckon(pack, facts, kind, on=on, recipient="owner-trust", language=language)
    seen = assemble(
        facts, pack, bundle.meta, reckoning, recipient="owner-trust", on=on, number="N-1", language=language,
        verify_url="https://www.madronahills.example/verify/1",
    )  # fmt: skip
    return compose(bundle, seen, language), reckoning, facts


def test_lists_in_the_text_keep_what_is_said_of_the_fact(bundle: Bundle, pack: TownPack) -> None:
    made, reckoning, facts = written(bundle, pack)
    first = made.root.find(".//section[@data-violation='v1']")
    lists = first.xpath("ul|ol")
    assert [(one.tag, one.get("data-part"), one.get("start"), one.get("data-numbering")) for one in lists] == [
        ("ul", "facts", None, None), ("ol", "correction", "3", "1)"),
    ]  # fmt: skip
    assert [len(one.findall("li")) for one in lists] == [3, 3]
    assert lists[1].find("li/ol").get("data-numbering") == "a)"
    assert {one.get("data-fact") for one in lists[0].iter("bdi")} == {"/violations/0/facts"}
    danger = made.root.xpath("//*[@data-part='danger']")
    assert [one.tag for one in danger] == ["p", "ul", "p"]
    assert danger[2].text.strip() == "Start at once."
    found = checks.run(casefile=facts, pack=pack, bundle=bundle, reckoning=reckoning, composition=made)
    assert [one.code for one in found] == []  # the facts are printed in full


def test_in_arabic_the_lists_of_english_facts_are_read_from_the_left(bundle: Bundle, pack: TownPack) -> None:
    made, _, _ = written(bundle, pack, "ar")
    assert {(one.get("lang"), one.get("dir")) for one in made.root.xpath("//ul[@data-part]|//ol[@data-part]")} == {
        ("en", "ltr")
    }


def test_a_letterhead_from_before_prints_the_lines_as_it_did(bundle: Bundle, pack: TownPack) -> None:
    files = {
        path: data.replace(b'attributes.at("numbering"', b'attributes.at("other"')
        for path, data in bundle.files.items()
    }
    made, _, _ = written(Bundle.of(files), pack)
    facts = made.root.find(".//*[@data-part='facts']")
    assert facts.tag == "p"
    assert len(facts.findall("bdi/br")) == 6


def test_the_pdf_says_that_they_are_lists(bundle: Bundle, pack: TownPack, font_set: fonts.FontSet) -> None:
    made, _, _ = written(bundle, pack)
    done = letter.typeset(
        bundle, made, town=pack.identity, envelope=pack.envelopes[bundle.meta.envelope or "window-10"], attachments={},
        issued_on=date(2026, 6, 16), draft=False, fonts=font_set, number="N-1",
    )  # fmt: skip
    with pikepdf.open(io.BytesIO(done.pdf)) as pdf:
        lists: list[int] = []

        def walk(node: Any) -> None:
            if isinstance(node, pikepdf.Array):
                for child in node:
                    walk(child)
            elif isinstance(node, pikepdf.Dictionary):
                kids = node.get("/K")
                if node.get("/S") == "/L":
                    lists.append(sum(1 for kid in kids if kid.get("/S") == "/LI"))
                if kids is not None:
                    walk(kids)

        walk(pdf.Root.StructTreeRoot.K)
    assert lists[1:6] == [3, 2, 3, 2, 2]  # after the reference lines: facts, correction, each with one below; danger


def test_the_word_file_numbers_them_as_pasted(bundle: Bundle, pack: TownPack) -> None:
    made, _, _ = written(bundle, pack)
    data = letterhead.to_docx(
        bundle, made, town=pack.identity, attachments={}, issued_on=date(2026, 6, 16), draft=False, number="N-1"
    )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        numbering = etree.fromstring(archive.read("word/numbering.xml"))
        body = etree.fromstring(archive.read("word/document.xml"))
    names = {"w": numbering.nsmap["w"]}
    w = f"{{{names['w']}}}"
    kinds = {
        num.get(f"{w}numId"): tuple(
            one.get(f"{w}val") for one in num.xpath(".//w:startOverride|.//w:numFmt|.//w:lvlText", namespaces=names)
        )
        for num in numbering.findall("w:num", names) if num.find("w:lvlOverride", names) is not None
    }  # fmt: skip
    shown = []
    for paragraph in body.iter(f"{w}p"):
        number = paragraph.find("w:pPr/w:numPr/w:numId", names)
        if number is not None:
            level = paragraph.find("w:pPr/w:numPr/w:ilvl", names).get(f"{w}val")
            text = "".join(t.text or "" for t in paragraph.iter(f"{w}t"))
            shown.append((text, level, kinds.get(number.get(f"{w}val"))))
    assert ("Apply:", "0", ("3", "decimal", "%1)")) in shown
    assert ("a letter.", "1", ("1", "lowerLetter", "%2)")) in shown
    assert ("one at the corner", "1", None) in shown
    order = [text for text, _, _ in shown]
    assert order.index("two at the gate") < order.index("leans.")


def test_the_page_counts_them_as_pasted(bundle: Bundle, pack: TownPack) -> None:
    made, _, _ = written(bundle, pack)
    page = web.page(bundle, made, town=pack.identity, attachments={})
    assert 'extends decimal;prefix:"";suffix:") "' in page
    assert 'extends lower-alpha;prefix:"";suffix:") "' in page
    assert page.count("@counter-style") == 2
