"""Scans become searchable, without a pixel changed and without a word that is not there."""

from __future__ import annotations

import io
import random
from functools import cache

import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageFilter

from docservice.packets import plan as plans
from docservice.pdf.foreign import examine, recognize
from docservice.pdf.foreign.intake import Frame, Intake
from docservice.rendering.letters.typst_press import typst_pdf
from tests.packets import structure
from tests.packets.making import ON, bound, font_set, foreign, photographs, text_of
from tests.verapdf import validate

SENTENCES = {
    "en": "Neighbors called the sheriff at midnight.",
    "es": "Los vecinos llamaron después de la medianoche.",
    "vi": "Hàng xóm đã gọi cảnh sát trưởng sau nửa đêm.",
    "ar": "اتصل الجيران بالشرطة بعد منتصف الليل",
    "zh-Hant": "鄰居在午夜之後再次致電警長",
}
FACES = {"ar": "Noto Sans Arabic", "zh-Hant": "Noto Sans CJK TC"}
PAGE = b"""
#let data = json(bytes(sys.inputs.data))
#set document(title: "T", date: datetime(year: 2026, month: 7, day: 1))
#set page(paper: "us-letter", margin: 1in)
#set text(font: data.font, lang: data.lang, region: none, size: 14pt)
#heading(level: 1, data.text)
#for n in range(6) { par(data.text) }
"""


@cache
def _paper(language: str = "en") -> Image.Image:
    """A printed page, 200 dpi, gray."""
    data = {"text": SENTENCES[language], "lang": language[:2], "font": FACES.get(language, "Noto Serif")}
    pdf = typst_pdf({"page.typ": PAGE}, "page.typ", data, fonts=font_set(), stamp=ON)
    return pdfium.PdfDocument(pdf)[0].render(scale=200 / 72).to_pil().convert("L")


def _scan(*pages: Image.Image) -> bytes:
    """What a scanner makes of pages: a PDF of pictures."""
    buffer = io.BytesIO()
    pages[0].save(buffer, "PDF", save_all=True, append_images=pages[1:], resolution=200)
    return buffer.getvalue()


def _jpeg(page: Image.Image) -> bytes:
    buffer = io.BytesIO()
    page.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _look(data: bytes) -> Intake:
    return examine.look(data, Frame())


def _codes(taken: Intake) -> set[str]:
    return {finding.code for finding in taken.findings}


def _words(text: str) -> set[str]:
    marks = "\u200e\u200f\u200d\u200c"
    return set("".join(char for char in text if char not in marks).replace(".", " ").split())


@pytest.mark.parametrize("language", sorted(SENTENCES))
def test_a_scan_can_be_searched_in_its_language(language: str) -> None:
    taken = recognize.recognize(_look(_jpeg(_paper(language))), languages=[language])
    assert "intake.recognized" in _codes(taken)
    assert "intake.not_searchable" not in _codes(taken)
    assert [(page.text_layer, page.searchable) for page in taken.pages] == [(True, True)]
    found = text_of(taken)
    if language == "zh-Hant":
        assert SENTENCES[language] in "".join(found.split())
    else:
        assert len(_words(SENTENCES[language]) & _words(found)) >= len(_words(SENTENCES[language])) - 1


def test_pixels_stay_and_words_lie_on_their_lines_however_crooked() -> None:
    crooked = [_paper().rotate(angle, fillcolor=255, resample=Image.Resampling.BICUBIC) for angle in (2.5, -1.5)]
    before = _look(_scan(*crooked))
    taken = recognize.recognize(before)
    for one, two in zip(_pictures(before), _pictures(taken), strict=True):
        assert one == two
    document = pdfium.PdfDocument(taken.pdf)
    for number in range(2):
        sheet = document[number]
        seen = sheet.render(scale=2).to_pil().convert("L")
        text = sheet.get_textpage()
        assert "Neighbors called the sheriff at midnight" in text.get_text_range()
        boxes = [text.get_rect(n) for n in range(text.count_rects())]
        assert len(boxes) > 20
        for left, bottom, right, top in boxes:
            middle = (bottom + top) / 2
            strip = seen.crop(
                (int(left * 2), int(seen.height - middle * 2 - 5), int(right * 2), int(seen.height - middle * 2 + 5))
            )
            assert strip.getextrema()[0] < 128, (number, left, bottom)  # type: ignore[operator]


def _pictures(taken: Intake) -> list[bytes]:
    with pikepdf.open(io.BytesIO(taken.pdf)) as pdf:
        streams = [item for item in pdf.objects if isinstance(item, pikepdf.Stream)]
        return [item.read_raw_bytes() for item in streams if item.get("/Subtype") == "/Image"]


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_page_that_lies_on_its_side_is_read_and_said(angle: int) -> None:
    taken = recognize.recognize(_look(_jpeg(_paper().rotate(angle, expand=True))))
    assert SENTENCES["en"] in text_of(taken)
    assert [finding.page for finding in taken.findings if finding.code == "intake.sideways"] == [1]


def _noise() -> Image.Image:
    random.seed(7)
    small = Image.frombytes("L", (300, 200), random.randbytes(60_000))
    return small.resize((1500, 1000), Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(2))


@pytest.mark.parametrize("data", [*photographs().values(), _jpeg(_noise())], ids=[*photographs(), "noise"])
def test_a_photograph_with_nothing_to_read_stays_silent(data: bytes) -> None:
    taken = recognize.recognize(_look(data), languages=["en", "es"])
    assert not taken.pages[0].searchable
    assert "intake.not_searchable" in _codes(taken)
    assert text_of(taken) == ""


def test_only_silent_pages_are_touched() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        with pikepdf.open(io.BytesIO(_scan(_paper()))) as scan:
            pdf.pages.append(scan.pages[0])

    before = _look(foreign(change))
    taken = recognize.recognize(before)
    assert text_of(taken) == text_of(before)
    assert SENTENCES["en"] in text_of(taken, 1)
    message = next(finding.message for finding in taken.findings if finding.code == "intake.recognized")
    assert "page 2" in message
    untouched = _look(foreign())
    assert recognize.recognize(untouched) is untouched


def test_a_packet_with_recognized_pages_is_valid_and_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    from docservice.pdf.foreign.tagging import tagged

    taken = recognize.recognize(_look(_scan(_paper(), _paper("es"))), languages=["en", "es"])
    assert taken == recognize.recognize(_look(_scan(_paper(), _paper("es"))), languages=["en", "es"])
    document = tagged(taken, ["One", "Two"], on_behalf_of="x")
    roles = [str(kid.S) for kid in document.Root.StructTreeRoot.K[0].K]
    assert roles == ["/Figure", "/P", "/Figure", "/P"]
    from docservice.pdf.foreign import intake

    monkeypatch.setattr(intake, "examine", lambda data, frame=None: taken)
    plan = plans.load({"title": "T", "case": "C", "parts": [{"file": "scan.pdf", "title": "Scan"}]})
    files = {"scan.pdf": _scan(_paper())}
    packet = bound(plan, files)
    assert structure.check(packet.pdf) == []
    assert validate([packet.pdf]) == []


def test_a_page_that_takes_too_long_or_too_much_stays_as_it_was() -> None:
    before = _look(_scan(_paper()))
    for limits in ({"seconds_per_page": 0.05}, {"memory": 150_000_000}):
        taken = recognize.recognize(before, **limits)  # type: ignore[arg-type]
        assert taken.pdf == before.pdf
        assert [finding.page for finding in taken.findings if finding.code == "intake.recognition_failed"] == [1]
        assert "intake.not_searchable" in _codes(taken)


def test_a_language_without_a_pack_is_named() -> None:
    taken = recognize.recognize(_look(_jpeg(_paper())), languages=["en", "xx", "ka", "km"])
    message = next(finding.message for finding in taken.findings if finding.code == "intake.recognition_language")
    assert "xx" in message
    assert "tesseract-ocr-khm" in message
    assert "intake.recognized" in _codes(taken)


def test_without_tesseract_the_finding_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognize, "available", frozenset)
    before = _look(_jpeg(_paper()))
    taken = recognize.recognize(before)
    assert (taken.pages, taken.pdf, taken.verdict) == (before.pages, before.pdf, before.verdict)
    (finding,) = [finding for finding in taken.findings if finding.code == "intake.not_searchable"]
    assert "not installed" in finding.message


@pytest.mark.parametrize(
    ("language", "pack"),
    [("en", "eng"), ("es-MX", "spa"), ("zh-Hant", "chi_tra"), ("zh-TW", "chi_tra"), ("zh-Hans-CN", "chi_sim"),
     ("zh", "chi_sim"), ("tl", "fil"), ("fa", "fas"), ("x-private", None), ("", None)],
)  # fmt: skip
def test_languages_have_their_packs(language: str, pack: str | None) -> None:
    assert recognize.pack_of(language) == pack
