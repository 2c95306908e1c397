"""The text layer of letters: what three readers find, and that nothing else has changed."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from html import escape
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import ImageChops

from docservice.refusal import Refusal
from docservice.rendering import textlayer
from docservice.rendering.fonts import FontSet
from docservice.rendering.letters.letter import Rendered
from docservice.rendering.textlayer import characters, outlines
from docservice.rendering.textlayer.reading import TypstLetter
from docservice.town.pack import TownPack
from tests.places import ROOT
from tests.rendering import tag_tree
from tests.rendering.reading_back import READERS, lost, words
from tests.rendering.tag_tree import spoken
from tests.verapdf import validate

Set = Callable[..., Rendered]
UNMENDED = "typst + sheet 1"  # the road of before there was the mend

# Names whose letters have no character of their own with their marks, and a name or sentence in each of the scripts
# that move, join or stack their letters.
LEFT = {
    "yo": "Adébáyọ̀ Ọlọ́runfẹ́mi",
    "nv": "Hastiin Tsʼósí Łą́ą́ʼ",
    "gn": "Ng̃uyẽ Mbyã",
    "mh": "M̧ajeļ N̄irik",
    "lt": "Rė̃kus",
    "hi": "श्रीकृष्ण द्विवेदी सभी मनुष्यों को गौरव और अधिकारों के मामले में महत्वपूर्ण",
    "pa": "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ ਸਾਰਾ ਮਨੁੱਖੀ ਪਰਿਵਾਰ ਆਪਣੀ ਮਹਿਮਾ",
    "bn": "সৌরভ চট্টোপাধ্যায় সমস্ত মানুষ স্বাধীনভাবে",
    "gu": "કૃષ્ણકાંત ત્રિવેદી પ્રતિષ્ઠા અને અધિકારોની",
    "ta": "கோபாலகிருஷ்ணன் மனிதப் பிறவியினர்",
    "te": "శ్రీనివాస్ కృష్ణమూర్తి ప్రతిపత్తిస్వత్వముల",
    "kn": "ಕೃಷ್ಣಮೂರ್ತಿ ಎಲ್ಲಾ ಮಾನವರೂ ಸ್ವತಂತ್ರರಾಗಿಯೇ",
    "ml": "ശ്രീധരൻ കൃഷ്ണൻ മനുഷ്യരെല്ലാവരും",
    "si": "ශ්‍රී ප්‍රියන්ත සියලු මනුෂ්‍යයෝ නිදහස්ව",
    "th": "กิ่งแก้ว ศรีสุวรรณ น้ำใจ",
    "lo": "ບຸນມີ ຄຳພູ ມະນຸດທຸກຄົນ",
    "my": "မောင်ကျော်စွာ လူတိုင်းသည် တူညီ",
    "km": "សុខ ចាន់ដារ៉ា ក្នុងសិទ្ធិ ន់ន់",
    "am": "አበበ ቢቂላ የሰው ልጅ",
    "bo": "བསྟན་འཛིན་རྒྱ་མཚོ།",
    "ja": "か\u3099くせい 葛\U000e0100飾 髙橋 花子",
    "zh-Hant": "陳怡君 㐂\ufe00",
    "mn": "ᠪᠠᠲᠤ ᠮᠥᠩᠬᠡ",
    "hmn": "𖬌𖬣𖬵 𖬉𖬲𖬦 𞄀𞄩𞄰𞄁",
}
RIGHT = {
    "ar-vocalized": "أحرارًا عقلًا مُحَمَّد عَلِيّ",
    "he-pointed": "שָׁרוֹן כֹּהֵן",
    "ar": "عبد الرحمن الخطيب ستعقد جلسة استماع للنظر في ما إذا كان العقار لا إلى الأمام",
    "fa": "مژگان گلستانی تمام افراد بشر آزاد به دنیا می‌آیند",
    "ur": "محمد علی خان تمام انسان آزاد اور حقوق",
    "he": "כל בני האדם נולדו בני חורין",
}
HEAD = (
    '<section data-block="recipient"><address><bdi data-fact="/parties/0/name/text">{name}</bdi><br/>'
    "<bdi>214 Molino Street</bdi><br/><bdi>Madrona Hills, CA 95999</bdi></address></section><h1>{title}</h1>"
)


def page(texts: dict[str, str], *, name: str = "Chen", language: str = "en", title: str = "Notice") -> str:
    right = language in RIGHT
    paragraphs = "".join(
        f'<p lang="{tag[:2]}" dir="{"rtl" if tag in RIGHT else "ltr"}">{escape(text)}</p>'
        for tag, text in texts.items()
    )
    return (
        f'<article lang="{language}" dir="{"rtl" if right else "ltr"}" data-document="x">'
        f"{HEAD.format(name=escape(name), title=title)}{paragraphs}</article>"
    )


@pytest.fixture(scope="module")
def left(set_letter: Set) -> bytes:
    """As Typst writes it."""
    return set_letter(page(LEFT), pinned=UNMENDED).pdf


@pytest.fixture(scope="module")
def right(set_letter: Set) -> bytes:
    return set_letter(page(RIGHT, language="ar", title="إشعار", name="عبد الرحمن الخطيب"), pinned=UNMENDED).pdf


@pytest.fixture(scope="module")
def read(left: bytes, right: bytes) -> dict[str, str]:
    """What each reader finds in both, after the mend."""
    pages = textlayer.mend(left), textlayer.mend(right)
    return {name: "\n".join(map(reader, pages)) for name, reader in READERS.items()}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("tag", [*LEFT, *RIGHT])
def test_the_words_are_found_in_order(read: dict[str, str], reader: str, tag: str) -> None:
    assert lost({**LEFT, **RIGHT}[tag], read[reader]) == []


def test_before_the_mend_they_are_not(left: bytes) -> None:
    """What the test above holds up: Typst's own text layer fails it."""
    text = READERS["pypdf"](left)
    assert len([tag for tag, given in LEFT.items() if lost(given, text)]) > 10


def test_the_same_page_is_drawn(left: bytes, right: bytes) -> None:
    for pdf in (left, right):
        for before, after in zip(pictures(pdf), pictures(textlayer.mend(pdf)), strict=True):
            shades = ImageChops.difference(before, after).histogram()
            # A mark is filled together with its letter, and no longer moved to the nearest quarter of a pixel: at the
            # edge of a letter some pixels get a little darker or lighter.
            assert sum(shades[64:]) < 150, "more than specks differ"
            assert sum(shades[192:]) == 0


def pictures(pdf: bytes) -> list[object]:
    document = pypdfium2.PdfDocument(pdf)
    made = [sheet.render(scale=100 / 72).to_pil().convert("L") for sheet in document]
    document.close()
    return made


def test_it_stays_archivable_and_accessible(left: bytes, right: bytes) -> None:
    assert validate([textlayer.mend(left), textlayer.mend(right)]) == []


def test_the_same_bytes_in_any_process(left: bytes, tmp_path: Path) -> None:
    given = tmp_path / "letter.pdf"
    given.write_bytes(left)
    script = (
        "import sys, hashlib; from pathlib import Path; from docservice.rendering import textlayer;"
        "print(hashlib.sha256(textlayer.mend(Path(sys.argv[1]).read_bytes())).hexdigest())"
    )
    there = subprocess.run(
        [sys.executable, "-c", script, str(given)],
        env={"PYTHONHASHSEED": "7"},
        capture_output=True,
        check=True,
        text=True,
    )
    assert there.stdout.strip() == hashlib.sha256(textlayer.mend(left)).hexdigest()


def test_a_letter_without_such_words_is_left_alone(set_letter: Set) -> None:
    text = "Château Nº 9, Nguyễn Thị Phương Thảo, русский, Ωmega, 陳美玲, 김민준: fi ffl"
    assert not textlayer.needs_mending(text)
    pdf = set_letter(page({"en": text}), pinned=UNMENDED).pdf
    assert textlayer.mend(pdf) is pdf
    assert set_letter(page({"en": text})).pdf == pdf


@pytest.mark.parametrize("text", [*LEFT.values(), *RIGHT.values(), "a\u200bb", "x̓"])
def test_such_words_are_known(text: str) -> None:
    assert textlayer.needs_mending(text) or unicodedata.is_normalized("NFKD", text)


def test_places_to_break_are_not_copied(set_letter: Set) -> None:
    address = "firstname.lastname_inspections.and.permits@town.example.org"
    pdf = set_letter(page({"en": address})).pdf
    for reader in READERS.values():
        text = reader(pdf)
        assert "\u200b" not in text
        assert address in text.replace("\n", "")


@pytest.mark.parametrize("tag", RIGHT)
def test_a_voice_reads_lines_from_their_beginning(right: bytes, tag: str) -> None:
    assert lost(RIGHT[tag], spoken(textlayer.mend(right))) == []


@pytest.mark.parametrize("envelope", ["window-10", "plain", "recorder"])
def test_a_voice_stops_after_each_line_of_an_address(set_letter: Set, pack: TownPack, envelope: str) -> None:
    heard = spoken(set_letter(page({"en": "We inspected."}), envelope=pack.envelopes[envelope]).pdf)
    assert "\nChen\n214 Molino Street\nMadrona Hills, CA 95999\n" in heard
    assert f"\n{pack.identity.name} " in heard or f"\n{pack.identity.name}\n" in heard


def test_a_voice_reads_no_two_lines_as_one_word(set_letter: Set) -> None:
    html = "<p>Bring it to<br/><strong>Town Hall</strong><br/>(555) 555-0100<br/>or call.</p>"
    heard = spoken(set_letter(page({}).replace("</h1>", f"</h1>{html}")).pdf)
    assert "\nBring it to Town Hall (555) 555-0100 or call.\n" in heard


def test_text_stands_in_elements_of_text(set_letter: Set) -> None:
    """No words lie about between the blocks: a voice would run them into what comes next."""
    html = (
        '<section data-violation="v1"><h3>1. Fence</h3><p data-part="facts">It is too high.</p>'
        '<p data-part="correction"><strong>What to do:</strong> Lower it.</p><p>By June 1.</p></section>'
        "<section><h2>Terms</h2><p>These.</p><dl><dt>Office</dt><dd>Town Hall</dd></dl></section>"
    )
    tree = tag_tree.read(set_letter(page({}).replace("</h1>", f"</h1>{html}")).pdf)
    loose = [
        tag.text()
        for tag in tree.all()
        if tag.role in ("Document", "Div", "Sect", "L", "LI", "Table", "TR")
        for kid in tag.kids
        if isinstance(kid, str) or kid.role in tag_tree.INLINE
    ]
    assert loose == []


@pytest.mark.parametrize(
    ("html", "said"),
    [
        # Latin words, digits, brackets of another font and words in bold inside of an Arabic line.
        ("المبنى في <bdi lang='en'>214-220 Molino Street (Unit B)</bdi> والهاتف <bdi>(555) 555-0100</bdi> متاح",
         "المبنى في 214-220 Molino Street (Unit B) والهاتف (555) 555-0100 متاح"),
        ("رقم قطعة الأرض (APN) معروف <strong>الموعد النهائي:</strong> 3 يونيو 2026 قبل الظهر",
         "رقم قطعة الأرض (APN) معروف الموعد النهائي: 3 يونيو 2026 قبل الظهر"),
    ],
)  # fmt: skip
def test_mixed_lines_are_read_in_order(set_letter: Set, html: str, said: str) -> None:
    article = page({}, language="ar", title="إشعار").replace("</h1>", f"</h1><p>{html}</p>")
    assert " ".join(words(said)) in " ".join(words(spoken(set_letter(article).pdf)))


def test_arabic_inside_an_english_line_is_read_in_order(set_letter: Set) -> None:
    html = "<p>Dear <bdi lang='ar' dir='rtl'>عبد الرحمن محمد الخطيب</bdi>, and عبد الله بن عمر too.</p>"
    article = page({}).replace("</h1>", f"</h1>{html}")
    said = words(spoken(set_letter(article).pdf))
    assert " ".join(words("Dear عبد الرحمن محمد الخطيب, and عبد الله بن عمر too")) in " ".join(said)


# --- whatever is written ---

_BASES = "aeoɛŋNśкअकष्रपतທກដរေကမလงกঙতকিલા"
_MARKS = "\u0300\u0301\u0323\u0304\u0308\u031b\u0303\u0325"
MARKED = st.lists(st.tuples(st.sampled_from("aeonNɛŋкАΩ"), st.text(_MARKS, max_size=3)), min_size=1, max_size=8)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(names=st.lists(MARKED, min_size=1, max_size=6))
def test_any_letter_with_any_marks_is_found(set_letter: Set, names: list[list[tuple[str, str]]]) -> None:
    text = " ".join("".join(base + marks for base, marks in name) for name in names)
    pdf = set_letter(page({"en": text})).pdf
    assert lost(text, READERS["pypdf"](pdf)) == []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.check_pdf_syntax() == []


@given(text=st.text("aक्\u0301ไก่", max_size=12), count=st.integers(1, 6))
def test_what_is_dealt_out_is_the_text(text: str, count: int) -> None:
    dealt = characters.shares(text, count)
    assert "".join(dealt) == text
    assert len(dealt) == count
    assert "".join(characters.split_at_marks(text)) == text
    assert all(len(piece) == 1 for piece in characters.split_at_marks(text) if characters.is_mark(piece[0]))


def test_a_made_glyph_is_drawn_by_a_font_engine() -> None:
    from fontTools.pens.boundsPen import BoundsPen
    from fontTools.ttLib import TTFont

    program = Path("/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf").read_bytes()
    with TTFont(io.BytesIO(program)) as font:
        a = font.getGlyphID("a")
        before = len(font.getGlyphOrder())
    made = outlines.extended(program, [outlines.MadeGlyph(((a, 0, 0), (a, 600, 100)), 1200), outlines.MadeGlyph((), 2)])
    with TTFont(io.BytesIO(made)) as font:
        names = font.getGlyphOrder()
        assert len(names) == before + 2
        assert font["hmtx"][names[before]][0] == 1200
        assert font["hmtx"][names[before + 1]] == (2, 0)
        pen, single = BoundsPen(font.getGlyphSet()), BoundsPen(font.getGlyphSet())
        font.getGlyphSet()[names[before]].draw(pen)
        font.getGlyphSet()["a"].draw(single)
        left, bottom, far, top = single.bounds
        assert pen.bounds == (left, bottom, far + 600, top + 100)


# --- every script that the fonts have ---

# A few words in each: the texts of Google's gflanguages (Apache 2.0), shortened; letters alone where it has none.
SCRIPTS: dict[str, str] = json.loads((ROOT / "tests/rendering/scripts.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def every_script(set_letter: Set) -> dict[str, str]:
    """What each reader finds in letters that have sixteen of them each."""
    names = list(SCRIPTS)
    pdfs = [
        set_letter(page({f"en-{name}": SCRIPTS[name] for name in names[at : at + 16]})).pdf
        for at in range(0, len(names), 16)
    ]
    return {name: "\n".join(map(reader, pdfs)) for name, reader in READERS.items()}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_of_the_fonts_is_found_in_order(every_script: dict[str, str], reader: str, script: str) -> None:
    assert lost(SCRIPTS[script], every_script[reader]) == []


def test_no_script_of_the_fonts_is_left_out(font_set: FontSet) -> None:
    from fontTools.unicodedata import script

    ranges = json.loads((font_set.folder.parent / "coverage.json").read_text())
    letters = (chr(point) for first, last in ranges for point in range(first, last + 1))
    found = {script(letter) for letter in letters if unicodedata.category(letter)[0] == "L"}
    assert found - {"Latn", "Zyyy", "Zinh", "Zzzz"} == set(SCRIPTS)


# --- letters that take a mark of another script ---


@pytest.mark.parametrize("text", ["ა̄ნა", "Ꭰ̄Ꭱ", "አ̈በ", "ก̱ข", "か゚き", "한̄글", "မ̄ိ", "ܐ̈ܒ", "𑌮𑌾𑌨𑌵𑌾𑌃", "ঢ়॒ক"])
def test_a_letter_is_drawn_with_its_mark(set_letter: Set, text: str) -> None:
    pdf = set_letter(page({"en": text})).pdf
    assert [string.bare for string in TypstLetter(pdf).said(0) if string.bare] == []
    assert all(lost(text, reader(pdf)) == [] for reader in READERS.values())


def test_a_letter_that_no_face_has_with_its_mark_is_refused(set_letter: Set) -> None:
    with pytest.raises(Refusal) as refused:
        set_letter(page({"en": "ᱚ̄ᱛ"}))
    assert refused.value.code == "text.glyph_missing"
    assert "ᱚ" in refused.value.problems[0].message
