"""Two renderings side by side: pages paired by their words, what differs outlined and said."""

from __future__ import annotations

import io
import re

import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFont

from docservice.rendering.fonts import FontSet
from docservice.rendering.letters.typst_press import typst_pdf
from docservice.rendering.redline.moves import moved
from docservice.rendering.redline.pixels import differing
from docservice.rendering.redline.sheet_page import page, print_pdf
from docservice.rendering.redline.sheets import SCALE, PagePair, compare, regions
from tests.rendering.redline.test_web_page import ON
from tests.verapdf import validate

SOURCE = b"""
#let data = json(bytes(sys.inputs.data))
#set document(title: "T")
#set text(font: "Noto Serif", size: 12pt, fallback: false)
#set page(paper: "us-letter")
#for line in data.lines {
  if line == "---" { pagebreak() } else { par(line) }
}
"""


def pdf(fonts: FontSet, *lines: str) -> bytes:
    return typst_pdf({"a.typ": SOURCE}, "a.typ", {"lines": lines}, fonts=fonts, stamp=ON)


def compared(fonts: FontSet, old: list[str], new: list[str]) -> tuple[PagePair, ...]:
    return compare(pdf(fonts, *old), pdf(fonts, *new))


ONE = ["Alpha beta gamma.", "Delta epsilon zeta eta.", "Theta iota kappa."]
TWO = ["Lambda mu nu xi.", "Omicron pi rho sigma."]


def test_the_same_letter_has_no_differences(font_set: FontSet) -> None:
    found = compared(font_set, [*ONE, "---", *TWO], [*ONE, "---", *TWO])
    assert [(pair.old, pair.new, pair.differences) for pair in found] == [(1, 1, ()), (2, 2, ())]
    assert found[0].alt == "Page 1 of the old version and page 1 of the new version; no difference."


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (["Alpha beta gamma.", "Delta psi zeta eta.", "Theta iota kappa."], "“epsilon” is now “psi”"),
        (["Alpha beta gamma.", "Delta epsilon zeta eta.", "Chi omega.", "Theta iota kappa."], "“Chi omega.” is new"),
        (["Alpha beta gamma.", "Theta iota kappa."], "“Delta epsilon zeta eta.” is gone"),
    ],
)
def test_a_change_is_said_once_and_nothing_below_it(font_set: FontSet, new: list[str], said: str) -> None:
    found = compared(font_set, [*ONE, *TWO], [*new, *TWO])
    assert [pair.differences for pair in found] == [(said,)]


def test_an_inserted_page_stands_alone_and_the_next_finds_its_partner(font_set: FontSet) -> None:
    found = compared(font_set, [*ONE, "---", *TWO], [*ONE, "---", "Brand new page.", "---", *TWO])
    assert [(pair.old, pair.new) for pair in found] == [(1, 1), (None, 2), (2, 3)]
    assert [pair.differences for pair in found] == [(), ("“Brand new page.” is new",), ()]
    back = compared(font_set, [*ONE, "---", "Brand new page.", "---", *TWO], [*ONE, "---", *TWO])
    assert [(pair.old, pair.new) for pair in back] == [(1, 1), (2, None), (3, 2)]


FINES = (
    "When fines can start. If a rule is broken again within {} of the first time, the fine rises for each violation."
)
OTHERWISE = "What happens otherwise. The town may issue a citation, hold a hearing, go to court, or do the work itself."


@pytest.mark.parametrize("between", [[], ["---"]])
def test_a_number_does_not_hide_in_a_passage_that_moved(font_set: FontSet, between: list[str]) -> None:
    old = [*ONE, FINES.format("a year"), *between, OTHERWISE, *TWO]
    new = [*ONE, OTHERWISE, *between, FINES.format("18 months"), *TWO]
    said = [line for pair in compared(font_set, old, new) for line in pair.differences]
    assert "“a year” is now “18 months”, in what moved" in said or "“a year” is now “18 months”" in said
    moves = [line for line in said if re.search(r"” moved( from page \d to page \d)?$", line)]
    assert 1 <= len(moves) <= 2  # each past the other
    assert [line for line in said if "is gone" in line or "is new" in line] == []


def test_a_passage_that_moved_is_marked_apart_from_what_changed_in_it() -> None:
    gone = [FINES.format("a year").split(), ["Something", "else", "that", "went."]]
    come = [["And", "that", "is", "new."], FINES.format("18 months").split()]
    (one,) = moved(gone, come)
    words_of = [word for run in gone for word in run], [word for run in come for word in run]
    (edit,) = one.edits
    assert [side[slice(*at)] for side, at in zip(words_of, edit, strict=True)] == [["a", "year"], ["18", "months"]]
    last = "The fine rises for each violation if the same rule is broken again within {}".format
    (one,) = moved([last("a year .").split()], [last("18 months .").split()])
    assert [edit[1] for edit in one.edits] == [(14, 17)]  # also where it is the end of the passage
    assert moved(gone, [["Nothing", "of", "it"]]) == ()
    assert moved([["a", "b"] * 3], [["b", "a"] * 3]) == ()  # too short to be a passage


def test_another_color_is_found_where_the_words_are_the_same(font_set: FontSet) -> None:
    source = SOURCE.replace(b"size: 12pt", b"size: 12pt, fill: rgb(200, 200, 200)")
    pale = typst_pdf({"a.typ": source}, "a.typ", {"lines": ONE}, fonts=font_set, stamp=ON)
    said = compare(pdf(font_set, *ONE), pale)[0].differences
    assert said[0] == "what is drawn at the head looks different"
    assert all("looks different" in one for one in said)


def test_the_outline_lies_around_the_word(font_set: FontSet) -> None:
    found = compared(font_set, ONE, [ONE[0], ONE[1].replace("epsilon", "psi"), ONE[2]])
    with Image.open(io.BytesIO(found[0].png)) as sheet:
        left = sheet.crop((0, 0, (sheet.width - 24) // 2, sheet.height)).convert("RGB")
        red = [
            (at % left.width, at // left.width)
            for at, (r, g, b) in enumerate(zip(*[iter(left.tobytes())] * 3, strict=True))
            if r - g > 60 and r - b > 60
        ]
    document = pypdfium2.PdfDocument(pdf(font_set, *ONE))
    text = document[0].get_textpage()
    at = text.get_text_range().index("epsilon")
    box = text.get_charbox(at)
    document.close()
    assert min(x for x, _ in red) == pytest.approx(box[0] * SCALE, abs=8)
    assert max(y for _, y in red) - min(y for _, y in red) < 30 * SCALE


def test_boxes_that_touch_are_one_region() -> None:
    apart = regions([(0, 0, 10, 10), (100, 0, 110, 10)])
    together = regions([(0, 0, 10, 10), (100, 0, 110, 10), (12, 0, 98, 10)])
    assert len(apart) == 2
    assert len(together) == 1
    assert together[0][0] < 0 < 110 < together[0][2]


def picture(*, bar: bool = False, shift: int = 0, seal: bool = False) -> Image.Image:
    drawn = Image.new("RGB", (400, 300), "white")
    pen = ImageDraw.Draw(drawn)
    font = ImageFont.load_default()
    for line in range(4):
        pen.text((30, 40 + 50 * line + shift), "words that stay", fill="black", font=font)
    if bar:
        pen.rectangle((20, 35 + shift, 24, 60 + shift), fill="black")
    if seal:
        pen.ellipse((300, 20, 360, 80), fill="navy")
    return drawn


def placed(shift: int = 0) -> list[tuple[float, float, float, float]]:
    return [(30, 40 + 50 * line + shift, 120, 52 + 50 * line + shift) for line in range(4)]


@pytest.mark.parametrize("shift", [0, 17])
def test_a_bar_beside_a_line_is_found_also_when_the_text_moved_down(shift: int) -> None:
    pairs = list(zip(placed(), placed(shift), strict=True))
    assert list(differing(picture(), picture(shift=shift), pairs)) == []
    found = list(differing(picture(), picture(shift=shift, bar=True), pairs))
    assert len(found) == 1
    before, after = found[0]
    assert after[0] == pytest.approx(20, abs=8)
    assert after[1] - before[1] == shift


def test_a_seal_that_changed_is_found() -> None:
    pairs = list(zip(placed(), placed(), strict=True))
    found = list(differing(picture(), picture(seal=True), pairs))
    assert found
    assert min(after[0] for _, after in found) == pytest.approx(300, abs=8)


def test_pages_of_different_size_are_not_laid_over_each_other() -> None:
    assert list(differing(Image.new("L", (10, 10)), Image.new("L", (20, 10)), [])) == []


def test_the_page_and_the_pdf_say_what_the_pictures_show(font_set: FontSet) -> None:
    pairs = compared(font_set, ONE, [ONE[0], ONE[1].replace("epsilon", "psi"), ONE[2]])
    made = page("Demo: 1 beside 2", pairs, old_name="version 1", new_name="version 2")
    assert "“epsilon” is now “psi”" in made
    assert 'alt="Page 1 of the old version and page 1 of the new version; 1 difference outlined, listed below."' in made
    assert "1 difference on 1 pages" in made
    printed = print_pdf("Demo", pairs, old_name="1", new_name="2", town="Town", on=ON, fonts=font_set)
    assert printed.pages == 1
    assert validate([printed.pdf]) == []
