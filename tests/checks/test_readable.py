"""The words of a letter as its PDF tells them: good letters pass, and each way of telling them wrong is found."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from PIL import Image

from docservice.checks import readable
from docservice.finding import Finding
from docservice.rendering import fonts
from docservice.rendering.letters import letter as letters
from docservice.rendering.letters.letter import Rendered
from docservice.rendering.textlayer import outlines
from docservice.rendering.typst_objects import Objects, packed, unpacked

UNMENDED = "typst + sheet 1"
FACTS = "/violations/0/facts"
NAME = "/parties/0/name/text"
ARABIC = "الجدار المتداعي في الفناء الخلفي (APN) خطر على المارة، لا إلى الأمام ولأن الآن"
CODES = {"pdf_text", "pdf_order", "pdf_dotted_circle", "pdf_letter_missing"}


@pytest.fixture(scope="module")
def print_letter(fonts_folder: Path) -> Callable[..., Rendered]:
    """Each is printed once: the mutants of ``script/mutants`` run in forks, which have none of Typst's threads.

    ``spoiled`` tells apart what is printed of the same letter after the printing was spoiled.
    """
    prepared = fonts.prepare(fonts_folder)
    printed: dict[tuple[bytes, str | None, bool], Rendered] = {}

    def made(paper: Any, pinned: str | None = None, *, spoiled: bool = False) -> Rendered:
        key = (etree.tostring(paper.composition.root), pinned, spoiled)
        if key not in printed:
            printed[key] = letters.typeset(
                paper.bundle, paper.composition, town=paper.pack.identity, envelope=paper.pack.envelopes["plain"],
                attachments=stood_in(paper), issued_on=date(2026, 3, 4), draft=False, fonts=prepared, number="N-1",
                pinned=pinned,
            )  # fmt: skip
        return printed[key]

    return made


def stood_in(paper: Any) -> dict[str, bytes]:
    """A gray picture for each photograph that the letter shows."""
    stream = io.BytesIO()
    Image.new("RGB", (1200, 900), (205, 203, 196)).save(stream, "PNG")
    shown = [src for src in paper.composition.root.xpath("//img/@src") if src.startswith("picture:")]
    return dict.fromkeys((src.removeprefix("picture:") for src in shown), stream.getvalue())


@pytest.fixture(scope="module")
def named(letter: Callable[..., Any], print_letter: Callable[..., Rendered]) -> tuple[Any, Rendered]:
    """A letter to somebody whose name has marks, with a fact in Arabic."""
    paper = letter("courtesy-letter", (NAME, "Adébáyọ̀ Ọlọ́runfẹ́mi"), (FACTS, ARABIC))
    return paper, print_letter(paper)


def found(paper: Any, rendered: Rendered) -> list[tuple[str, str]]:
    return [(code, place) for code, place in paper.findings(rendered=rendered) if code in CODES]


def spoiled(rendered: Rendered, spoil: Callable[[Objects], None]) -> Rendered:
    file = Objects(rendered.pdf)
    spoil(file)
    return replace(rendered, pdf=file.written(b"spoiled"))


def test_a_good_letter_passes(named: tuple[Any, Rendered]) -> None:
    assert found(*named) == []


def test_what_typst_writes_by_itself_is_found(
    named: tuple[Any, Rendered], print_letter: Callable[..., Rendered]
) -> None:
    paper, _ = named
    assert ("pdf_text", NAME) in found(paper, print_letter(paper, UNMENDED))


def test_the_sheet_of_languages_is_read_once(
    letter: Callable[..., Any], print_letter: Callable[..., Rendered], monkeypatch: pytest.MonkeyPatch
) -> None:
    read, real = [], readable.TypstLetter
    monkeypatch.setattr(readable, "_READ", {})
    monkeypatch.setattr(readable, "TypstLetter", lambda pdf, pages: (read.append(pages), real(pdf, pages))[1])
    paper = letter("notice-of-violation")
    bad, good = print_letter(paper, UNMENDED), print_letter(paper)
    assert (len(bad.apart), len(good.apart), bad.sheet == good.sheet) == (1, 1, False)
    wrong = found(paper, bad)
    assert set(wrong) == {("pdf_text", ""), ("pdf_letter_missing", "")}  # Hindi and others, as Typst writes them
    assert found(paper, good) == []
    own = [*range(good.pages - 1)]
    assert read == [own, good.apart] * 2
    assert (found(paper, bad), found(paper, good)) == (wrong, [])
    assert read[4:] == [own] * 2
    monkeypatch.setattr(readable, "_SHEETS_KEPT", 1)
    assert (found(paper, replace(good, sheet=b"another")), found(paper, bad)) == ([], wrong)
    assert len(readable._READ) == 1


def test_taglines_that_are_no_sheet_of_their_own_are_read_with_each_letter(
    letter: Callable[..., Any], print_letter: Callable[..., Rendered]
) -> None:
    paper = letter("notice-of-violation")
    bad, good = (replace(print_letter(paper, pinned), apart=(), sheet=b"") for pinned in (UNMENDED, None))
    assert {code for code, _ in found(paper, bad)} == {"pdf_text", "pdf_letter_missing"}
    assert found(paper, good) == []


def test_what_has_no_case_is_not_read(named: tuple[Any, Rendered], print_letter: Callable[..., Rendered]) -> None:
    paper, _ = named
    bad = print_letter(paper, UNMENDED)
    assert found(replace(paper, casefile=None, reckoning=None), bad) == []
    assert not CODES & paper.codes()  # nor what is not printed yet


def test_words_behind_a_part_of_their_line_are_looked_for_and_plain_words_are_not(named: tuple[Any, Rendered]) -> None:
    paper, rendered = named

    def spoil(root: Any) -> None:
        root.find(f".//*[@data-fact='{NAME}']").tail = " Unprinted Ọlọ́rùn"

    assert paper.spoiled(spoil).run(rendered=rendered) == (
        Finding.error(
            "checks.pdf_text",
            "“Ọlọ́rùn” is not in the text of the PDF as it is written: it cannot be searched or read aloud.",
        ),
    )


def maps(file: Objects) -> list[int]:
    return sorted(int(number) for number in set(re.findall(rb"/ToUnicode (\d+) 0 R", file.pdf)))


def test_a_letter_told_with_another_mark_is_found(named: tuple[Any, Rendered]) -> None:
    def spoil(file: Objects) -> None:
        for number in maps(file):
            said = unpacked(file.body(number))
            file.change(number, packed(said.replace(b"<0301>", b"<0300>"), b"/Type/CMap/WMode 0"))

    paper, rendered = named
    assert {code for code, _ in found(paper, spoiled(rendered, spoil))} == {"pdf_text"}


def test_actual_text_is_not_believed(named: tuple[Any, Rendered]) -> None:
    def spoil(file: Objects) -> None:
        for number in maps(file):
            said = unpacked(file.body(number))
            file.change(number, packed(re.sub(rb"<(1ECD|0301)>", b"<0061>", said), b"/Type/CMap/WMode 0"))

    paper, rendered = named
    assert ("pdf_text", NAME) in found(paper, spoiled(rendered, spoil))


def test_a_line_that_is_tagged_backwards_is_found(named: tuple[Any, Rendered]) -> None:
    """The one fault in it: words of the Arabic line are listed from left to right."""

    def spoil(file: Objects) -> None:
        for number in range(1, file.count):
            body = file.body(number)
            if not body.startswith(b"<</Type/StructElem"):
                continue
            kids = re.search(rb"/K\[((?:\d+ ?){3,})\]", body)
            if kids is not None:
                turned = b" ".join(reversed(kids[1].split()))
                file.change(number, body[: kids.start(1)] + turned + body[kids.end(1) :])

    paper, rendered = named
    (said,) = paper.run(rendered=spoiled(rendered, spoil))
    assert (said.code, said.place) == ("checks.pdf_order", FACTS)
    assert f"“{ARABIC[:60]}”" in said.message


def test_figures_are_part_of_a_word(letter: Callable[..., Any], print_letter: Callable[..., Rendered]) -> None:
    paper = letter("courtesy-letter", (NAME, "Adébáyọ̀7"))
    other = paper.spoiled(lambda root: setattr(root.find(f".//*[@data-fact='{NAME}']"), "text", "Adébáyọ̀8"))
    assert found(other, print_letter(paper)) == [("pdf_text", NAME)]


def test_words_that_are_told_wrong_have_no_order_besides(named: tuple[Any, Rendered]) -> None:
    def spoil(file: Objects) -> None:
        for number in maps(file):
            said = unpacked(file.body(number))
            file.change(number, packed(said.replace(b"<062E>", b"<0061>"), b"/Type/CMap/WMode 0"))

    paper, rendered = named
    assert found(paper, spoiled(rendered, spoil)) == [("pdf_text", FACTS)] * 2


@pytest.mark.parametrize("name", ["ាក សុខ", "Anna ि Bauer", "က့့ ်"])
def test_a_sign_without_a_letter_is_found(
    letter: Callable[..., Any], print_letter: Callable[..., Rendered], name: str
) -> None:
    paper = letter("courtesy-letter", (NAME, name))
    codes = {code for code, place in found(paper, print_letter(paper)) if place == NAME}
    assert codes == {"pdf_dotted_circle"}


def test_a_sign_without_a_letter_is_found_where_it_stands(
    letter: Callable[..., Any], print_letter: Callable[..., Rendered]
) -> None:
    paper = letter("courtesy-letter", (NAME, "Adébáyọ̀"), (FACTS, "The house of ាក សុខ."))
    assert found(paper, print_letter(paper)) == [("pdf_dotted_circle", FACTS)]


def test_a_letter_that_is_left_out_is_found(
    letter: Callable[..., Any], print_letter: Callable[..., Rendered], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where each face is asked for everything, Typst draws the macron and not the Georgian letter."""
    paper = letter("courtesy-letter", (NAME, "Adébáyọ̀"), (FACTS, "The house of ა̄ნა."))
    assert found(paper, print_letter(paper)) == []
    monkeypatch.setattr("docservice.rendering.textlayer.has_marks_elsewhere", lambda text: False)
    assert ("pdf_letter_missing", FACTS) in found(paper, print_letter(paper, spoiled=True))


NAMES = [
    "Adébáyọ̀ Ọlọ́runfẹ́mi", "Hastiin Tsʼósí Łą́ą́ʼ", "Ng̃uyẽ Mbyã", "M̧ajeļ N̄irik", "Rė̃kus", "Ch̓a Ŵilliams", "श्रीकृष्ण द्विवेदी",
    "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ", "กิ่งแก้ว ศรีสุวรรณ", "ບຸນມີ ຄຳພູ", "សុខ ចាន់ដារ៉ា", "မောင်ကျော်စွာ", "সৌরভ চট্টোপাধ্যায়", "કૃષ્ણકાંત ત્રિવેદી",
    "கோபாலகிருஷ்ணன்", "శ్రీనివాస్", "ಕೃಷ್ಣಮೂರ್ತಿ", "ശ്രീധരൻ കൃഷ്ണൻ", "ශ්\u200dරී ප්\u200dරියන්ත", "عبد الرحمن الخطيب", "محمد علی خان",
    "مُحَمَّد", "שָׁרוֹן כֹּהֵן", "አበበ ቢቂላ", "か\u3099くせい 葛\U000e0100飾", "བསྟན་འཛིན་རྒྱ་མཚོ།", "𞄀𞄩𞄰𞄁", "𖬌𖬣𖬵 𖬉𖬲𖬦",
    "ᠪᠠᠲᠤ ᠮᠥᠩᠬᠡ", "𞤀𞤣𞤤𞤢𞤥",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_whoever_can_be_drawn_gets_the_letter(
    letter: Callable[..., Any], print_letter: Callable[..., Rendered], name: str
) -> None:
    paper = letter("courtesy-letter", (NAME, name))
    assert paper.findings(rendered=print_letter(paper)) == []


@pytest.mark.parametrize("circle", ["◌ិ", "А҈"])
def test_a_dotted_circle_that_is_meant_passes(
    letter: Callable[..., Any], print_letter: Callable[..., Rendered], circle: str
) -> None:
    """The second is ten thousand, as Cyrillic letters were once written."""
    paper = letter("courtesy-letter", (NAME, "Adébáyọ̀"), (FACTS, f"The sign read “{circle}” and nothing else."))
    assert found(paper, print_letter(paper)) == []


def test_in_latin_letters_no_glyph_has_a_mark_of_its_own(
    letter: Callable[..., Any], print_letter: Callable[..., Rendered]
) -> None:
    """As where a name with a mark gave its text to a letter that the whole page uses."""
    paper = letter("courtesy-letter")
    good = print_letter(paper)
    assert found(paper, good) == []

    def spoil(file: Objects) -> None:
        for number in maps(file):
            said = unpacked(file.body(number))
            file.change(number, packed(said.replace(b"<0068>", b"<00680313>"), b"/Type/CMap/WMode 0"))

    assert found(paper, spoiled(good, spoil)) == [("pdf_text", "")]


@pytest.mark.parametrize(
    "face", ["NotoSansKhmer", "NotoSerifDevanagari", "NotoSansTamil", "NotoSansMyanmar", "NotoSans"]
)
def test_the_dotted_circle_of_a_font_is_known_by_its_outline(fonts_folder: Path, face: str) -> None:
    from fontTools.ttLib import TTFont

    path = fonts.prepare(fonts_folder).folder / f"{face}-Regular.ttf"
    circles = outlines.dotted_circles(path.read_bytes())
    with TTFont(path, lazy=True) as font:
        names = font.getBestCmap()
        assert font.getGlyphID(names[0x25CC]) in circles
        assert not circles & {font.getGlyphID(name) for code, name in names.items() if code not in (0x25CC, 0x488)}
