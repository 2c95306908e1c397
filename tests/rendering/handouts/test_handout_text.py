"""The text layer of handouts: what three readers find in every script, and that the page is the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html import escape
from pathlib import Path

import pypdfium2
import pytest
from PIL import ImageChops

from docservice.refusal import Refusal
from docservice.rendering import fonts
from docservice.rendering.engines import engine
from docservice.rendering.handouts import handout
from docservice.rendering.letters.letter import Rendered
from docservice.wording.bundle import Bundle
from tests.rendering.reading_back import READERS, lost, words
from tests.rendering.textlayer.test_textlayer import LEFT
from tests.rendering.textlayer.test_textlayer import RIGHT as EVERY_RIGHT
from tests.shipped_wording import bundle_of
from tests.verapdf import validate

# Vowel signs of right-to-left scripts have a place of their own, where readers end a word (docs/handouts.md).
RIGHT = {tag: text for tag, text in EVERY_RIGHT.items() if tag not in ("ar-vocalized", "he-pointed")}
# Pahawh Hmong's marks take no room; told by ActualText, PDFium would pass over the words (docs/handouts.md).
A_SPACE_TOO_MANY = {("hmn", "poppler"), ("hmn", "PDFium")}
BEFORE = engine("weasyprint").partition(" + ")[0]


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return bundle_of("fences-and-hedges")


@pytest.fixture(scope="module")
def font_set(fonts_folder: Path) -> fonts.FontSet:
    return fonts.prepare(fonts_folder)


def printed(bundle: Bundle, font_set: fonts.FontSet, *, style: str = "", pinned: str | None = None) -> Rendered:
    """Each text as a heading, in its language."""
    blocks = "".join(
        f'<h1 lang="{tag}" dir="{"rtl" if tag in RIGHT else "ltr"}">{escape(text)}</h1>'
        for tag, text in {**LEFT, **RIGHT}.items()
    )
    css = bundle.files["handout.css"].decode() + "h1 { font-size: 13pt }" + style
    html = f"<html lang=en><head><title>T</title></head><body><article lang=en>{blocks}</article></body></html>"
    files = {**bundle.files, "handout.css": css.encode()}
    styled = replace(bundle, files=files)
    return handout.print_pdf(
        styled, html, language="en", title="T", fonts=font_set, revised_on=date(2026, 6, 1), pinned=pinned
    )


@pytest.fixture(scope="module")
def made(bundle: Bundle, font_set: fonts.FontSet) -> bytes:
    return printed(bundle, font_set).pdf


@pytest.fixture(scope="module")
def read(made: bytes) -> dict[str, str]:
    return {name: reader(made) for name, reader in READERS.items()}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("tag", [*LEFT, *RIGHT])
def test_the_words_are_found_in_order(read: dict[str, str], reader: str, tag: str) -> None:
    if (tag, reader) in A_SPACE_TOO_MANY:
        assert "".join(words(LEFT[tag])) in "".join(words(read[reader]))
    else:
        assert lost({**LEFT, **RIGHT}[tag], read[reader]) == []


def test_the_page_is_the_same_and_valid(bundle: Bundle, font_set: fonts.FontSet, made: bytes) -> None:
    before = printed(bundle, font_set, pinned=BEFORE).pdf
    assert before != made
    assert printed(bundle, font_set).pdf == made
    for old, new in zip(pages(before), pages(made), strict=True):
        shades = ImageChops.difference(old, new).histogram()  # type: ignore[arg-type]
        assert sum(shades[64:]) < 200  # edges of marks, whose height is rounded to a thousandth
    assert validate([made]) == []


def pages(pdf: bytes) -> list[object]:
    document = pypdfium2.PdfDocument(pdf)
    shown = [sheet.render(scale=1.4).to_pil().convert("L") for sheet in document]
    document.close()
    return shown


@pytest.mark.parametrize("tag", ["km", "ar", "hi", "th"])
def test_a_style_that_tears_syllables_apart_is_refused(bundle: Bundle, font_set: fonts.FontSet, tag: str) -> None:
    with pytest.raises(Refusal) as refused:
        printed(bundle, font_set, style=f"h1:lang({tag}) {{ letter-spacing: -0.01em }}")
    problems = [problem for problem in refused.value.problems if problem.code == "handout.cluster"]
    assert [{**LEFT, **RIGHT}[tag][:8] in problem.message for problem in problems] == [True]


def test_space_between_latin_letters_is_a_matter_of_taste(bundle: Bundle, font_set: fonts.FontSet) -> None:
    assert printed(bundle, font_set, style="h1:lang(yo) { letter-spacing: 0.05em }").pages == 1
