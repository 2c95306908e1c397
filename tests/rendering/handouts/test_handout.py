"""Handouts: the shipped ones in every language, on screen and on paper; and what is refused."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import segno
from lxml import html as lxml_html

from docservice.refusal import Refusal
from docservice.rendering import fonts
from docservice.rendering.handouts import handout, weasyprint_press
from docservice.rendering.handouts.weasyprint_press import print_html
from docservice.rendering.handouts.web_face import Around
from docservice.rendering.language import direction
from docservice.town import TownPack, load_pack
from docservice.wording.bundle import Bundle
from tests.places import ROOT
from tests.shipped_wording import HANDOUTS, bundle_of
from tests.verapdf import validate

KEYS = tuple(HANDOUTS)
SAMPLED = 2  # handouts that are printed in each language besides English; all are composed
REVISED = date(2026, 6, 1)
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@cache
def pack() -> TownPack:
    return load_pack(ROOT / "town/madrona-hills")


@cache
def bundle(key: str) -> Bundle:
    return bundle_of(key)


def spoken(key: str) -> tuple[str, ...]:
    """The languages a handout is in, of those of the town's letters."""
    town = tuple(one.tag for one in pack().languages if one.letters)
    return tuple(tag for tag in town if tag == "en" or tag in bundle(key).languages)


def chosen() -> list[tuple[str, str]]:
    """What is printed here: every handout in English, and in each other language some, not the same ones in all."""
    found = [(key, "en") for key in KEYS]
    for at, tag in enumerate(one.tag for one in pack().languages if one.letters and one.tag != "en"):
        there = [key for key in KEYS if tag in spoken(key)]
        found += [
            (there[(at + step * len(there) // SAMPLED) % len(there)], tag) for step in range(min(SAMPLED, len(there)))
        ]
    return found


CHOSEN = [pytest.param(key, language, id=f"{key}-{language}") for key, language in chosen()]


@dataclass(frozen=True)
class Made:
    html: str
    pdf: bytes
    pages: int
    title: str


Make = Callable[[str, str], Made]


@pytest.fixture(scope="module")
def font_set(fonts_folder: Path) -> fonts.FontSet:
    return fonts.prepare(fonts_folder)


@pytest.fixture(scope="module")
def make(font_set: fonts.FontSet) -> Make:
    @cache
    def made(key: str, language: str) -> Made:
        chosen = bundle(key)
        facts = handout.facts(chosen, pack(), language, url=f"https://www.madronahills.example/h/{key}")
        html = handout.page(chosen, facts, language)
        title = tree(html).findtext(".//title")
        rendered = handout.print_pdf(chosen, html, language=language, title=title, fonts=font_set, revised_on=REVISED)
        return Made(html, rendered.pdf, rendered.pages, title)

    return made


def plain(text: str) -> str:
    return "".join(_DIRECTION.sub("", unicodedata.normalize("NFKC", text)).replace("\u200b", "").split())


def extracted(pdf: bytes, *options: str) -> str:
    done = subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def tree(html: str) -> Any:
    return lxml_html.fromstring(html)


def wording(html: str) -> list[str]:
    """The texts of the innermost blocks, in reading order."""
    blocks = ("h1", "h2", "h3", "p", "th", "td", "dt", "dd", "li", "caption")
    found = [e for e in tree(html).iter(*blocks) if not any(e.iter(*blocks) for e in e)]
    return [text for e in found if (text := plain(e.text_content()))]


def test_every_shipped_handout_is_archivable_and_accessible(make: Make) -> None:
    assert validate([make(key, language).pdf for key, language in chosen()]) == []


@pytest.mark.parametrize(("key", "language"), CHOSEN)
def test_fits_one_sheet_and_says_so(make: Make, key: str, language: str) -> None:
    made = make(key, language)
    assert made.pages <= 2
    with pikepdf.open(BytesIO(made.pdf)) as pdf:
        assert len(pdf.pages) == made.pages
        assert [float(v) for v in pdf.pages[0].mediabox] == [0, 0, 612, 792]
        assert str(pdf.Root.Lang) == language
        assert str(pdf.docinfo.Title) == made.title


@pytest.mark.parametrize(("key", "language"), [p for p in CHOSEN if direction(p.values[1]) == "ltr"])
def test_the_text_layer_is_the_wording_in_order(make: Make, key: str, language: str) -> None:
    made = make(key, language)
    layer, at = plain(extracted(made.pdf, "-raw")), 0
    for text in wording(made.html):
        found = layer.find(text, at)
        assert found >= 0, f"“{text}” is missing or out of order"
        at = found + len(text)


@pytest.mark.parametrize(("key", "language"), [p for p in CHOSEN if p.values[1] == "ar"])
def test_arabic_words_come_out_in_logical_order(make: Make, key: str, language: str) -> None:
    made = make(key, language)
    # Columns and mixed directions are laid out by the extractor; the words themselves must be right.
    layer = set(re.findall(r"[\u0621-\u064a]+", unicodedata.normalize("NFKC", extracted(made.pdf))))
    words = set(re.findall(r"[\u0621-\u064a]+", " ".join(tree(made.html).find("body").itertext())))
    assert words - layer == set()


def is_element(value: object) -> bool:
    return isinstance(value, pikepdf.Dictionary) and value.get("/Type") == pikepdf.Name.StructElem


@pytest.mark.parametrize("key", KEYS)
def test_the_page_is_complete_in_itself(key: str) -> None:
    for language in spoken(key):
        facts = handout.facts(bundle(key), pack(), language, url=f"https://www.madronahills.example/h/{key}")
        root = tree(handout.page(bundle(key), facts, language))
        assert root.get("lang") == language
        assert root.get("dir") == direction(language)
        assert not root.xpath("//script | //link | //*[@style] | //iframe | //*[@data-block='web']")
        for picture in root.iter("img"):
            assert picture.get("src", "").startswith("data:image/svg+xml")
            assert picture.get("alt")
        blocks = set(root.xpath("//@data-block"))
        assert {"illustration", "steps", "cost", "contact", "revision"} <= blocks
        assert 3 <= len(root.xpath("//*[@class='steps']/li")) <= 5
        # The rule is where the town says it is, and its fines are those of the pack.
        code = plain(root.xpath("string(//*[@data-block='revision'])"))
        assert plain(pack().handouts[key].source.citation) in code
        assert len(root.xpath("//table[@class='fines']/tbody/tr")) >= len(pack().handouts[key].sections)


def test_on_the_web_it_has_where_to_jump_to_and_other_languages() -> None:
    key, around = (
        "received-a-notice",
        Around("/h/", "/h/x/en.pdf", (("en", "English", "/h/x/en"), ("ar", "العربية", "/h/x/ar"))),
    )
    facts = handout.facts(bundle(key), pack(), "en", url="https://example.org/h")
    root = tree(handout.page(bundle(key), facts, "en", around=around))
    assert [link.get("href") for link in root.xpath("//body/a[1] | //body/header//a")] == [
        "#content", "/h/", "/h/x/en.pdf", "/h/x/ar",
    ]  # fmt: skip
    other = root.xpath("//nav[@class='switch']//a")[0]
    assert (other.get("lang"), other.get("dir"), other.get("hreflang")) == ("ar", "rtl", "ar")
    assert other.text == "العربية"
    jumps = root.xpath("//nav[@class='contents']//a")
    parts = {f"#{part.get('id')}": part.text_content() for part in root.iter("h2")}
    assert {link.get("href"): link.text_content() for link in jumps} == parts
    assert root.xpath("//main/@id") == ["content"]
    assert not root.xpath("//*[@data-word]")


def test_the_code_to_scan_is_the_address_that_is_printed(make: Make) -> None:
    root = tree(make("fences-and-hedges", "en").html)
    address = "https://www.madronahills.example/h/fences-and-hedges"
    drawn = root.xpath("//*[@data-block='contact']//img/@src")[0]
    code = segno.make(address, error="m", micro=False)
    assert drawn == code.svg_data_uri(scale=4, border=3, dark="#14413a", light="#ffffff")
    assert address in root.xpath("string(//*[@data-block='contact'])")


def test_the_same_values_give_the_same_bytes(make: Make, font_set: fonts.FontSet) -> None:
    made, chosen = make("received-a-notice", "ar"), bundle("received-a-notice")
    again = handout.print_pdf(chosen, made.html, language="ar", title=made.title, fonts=font_set, revised_on=REVISED)
    assert again.pdf == made.pdf


def test_the_first_print_of_a_process_is_like_the_next(make: Make, font_set: fonts.FontSet) -> None:
    made, chosen = make("fences-and-hedges", "en"), bundle("fences-and-hedges")
    weasyprint_press._srgb.cache_clear()
    first, second = (
        handout.print_pdf(chosen, made.html, language="en", title=made.title, fonts=font_set, revised_on=REVISED).pdf
        for _ in range(2)
    )
    assert first == second == made.pdf


def test_a_draft_says_so_and_shows_what_is_missing() -> None:
    chosen = altered("received-a-notice", "handout.html", b"<h1>", b"<p>{{ document.data.nothing }}</p><h1>")
    facts = handout.facts(chosen, pack(), "en", url="https://example.org/h")
    html = handout.page(chosen, facts, "en", draft=True)
    assert 'data-draft="true"' in html
    assert "[document.data.nothing]" in html
    with pytest.raises(Refusal) as refused:
        handout.page(chosen, facts, "en")
    assert refused.value.code == "handout.incomplete"
    assert [p.place for p in refused.value.problems] == ["document.data.nothing"]


@pytest.mark.parametrize("block", ["illustration", "steps", "cost", "contact", "revision"])
def test_a_missing_block_is_refused(block: str) -> None:
    mark = f'data-block="{block}"'.encode()
    file = "clauses/handout-contact.html" if block in ("contact", "revision") else "handout.html"
    chosen = altered("fences-and-hedges", file, mark, b"")
    with pytest.raises(Refusal) as refused:
        handout.page(chosen, handout.facts(chosen, pack(), "en", url="https://example.org/h"), "en")
    assert [p.code for p in refused.value.problems] == ["handout.block"]
    assert block in refused.value.problems[0].message


def test_too_much_text_is_refused(font_set: fonts.FontSet) -> None:
    chosen = altered("received-a-notice", "handout.html", b"</article>", b"<p>More words.</p>" * 80 + b"</article>")
    html = handout.page(chosen, handout.facts(chosen, pack(), "en", url="https://example.org/h"), "en")
    with pytest.raises(Refusal) as refused:
        handout.print_pdf(chosen, html, language="en", title="x", fonts=font_set, revised_on=REVISED)
    assert refused.value.code == "handout.overflow"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('<img alt="x" src="https://example.org/a.png">', "handout.picture"),
        ('<img alt="x" src="file:///etc/passwd">', "handout.picture"),
        ('<img alt="x" src="bundle:nothing.svg">', "handout.picture"),
        ('<img alt="x" src="data:image/png;base64,AAAA">', "handout.print"),
        ("<img src=\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E\">", "handout.picture"),
        ("<p>A letter that no font has: \ue123</p>", "handout.glyph"),
        ("<p style='white-space: nowrap'>" + "endless " * 60 + "</p>", "handout.overflow"),
    ],
)
def test_what_cannot_be_printed_is_refused(font_set: fonts.FontSet, body: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        print_html(
            f"<html lang=en><title>x</title><body>{body}",
            stylesheet='body { font-family: "Noto Sans" }',
            files={},
            fontconfig=font_set.fontconfig_file.read_text(),
            created="2026-06-01",
        )
    assert refused.value.code == "handout.unprintable"
    assert [p.code for p in refused.value.problems] == [code]


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("#22302d", "#ffffff"), ("#44524e", "#ffffff"), ("#14413a", "#ffffff"), ("#8f3823", "#ffffff"),
        ("#22302d", "#f6f1e6"), ("#14413a", "#f6f1e6"), ("#ffffff", "#14413a"), ("#ffffff", "#8f3823"),
        ("#33413d", "#ffffff"), ("#14564a", "#ffffff"), ("#b3261e", "#ffffff"),
    ],
)  # fmt: skip
def test_contrast_is_enough(ink: str, ground: str) -> None:
    assert ink in (ROOT / "law/us/handouts/handout.css").read_text() or ink == "#ffffff"
    light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5  # WCAG 2.1, 1.4.3


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def altered(key: str, file: str, old: bytes, new: bytes) -> Bundle:
    files = dict(bundle(key).files)
    assert old in files[file]
    files[file] = files[file].replace(old, new)
    return Bundle.of(files)
