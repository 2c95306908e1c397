"""What the finished PDF must say about itself."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pikepdf
import pytest
from PIL import Image

from docservice.checks.paper import has_gps
from tests.checks.spoiling import add
from tests.places import ROOT

PHOTOS = ROOT / "examples" / "CE-2026-0231" / "photos"
CLAIMS = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<rdf:Description rdf:about=""><dc:title><rdf:Alt><rdf:li xml:lang="x-default">Report</rdf:li></rdf:Alt></dc:title>
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


@dataclass
class Rendered:
    pdf: bytes
    pages: int = 1
    apart: tuple[int, ...] = ()
    sheet: bytes = b""


def made(spoil: Callable[[pikepdf.Pdf], object] = lambda document: None, **save: Any) -> Rendered:
    """A PDF that claims all it must, after ``spoil``."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(612, 792))
    root = document.Root
    root.MarkInfo = pikepdf.Dictionary(Marked=True)
    root.StructTreeRoot = document.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot, K=pikepdf.Array())
    )
    root.Lang = pikepdf.String("en-US")
    root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
    root.Metadata = document.make_stream(CLAIMS.encode())
    spoil(document)
    out = io.BytesIO()
    document.save(out, **save)
    return Rendered(out.getvalue())


def claims(old: str, new: str) -> Callable[[pikepdf.Pdf], object]:
    return lambda document: document.Root.Metadata.write(CLAIMS.replace(old, new).encode())


def photo(document: pikepdf.Pdf, name: str) -> None:
    stream = document.make_stream((PHOTOS / name).read_bytes())
    stream.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/Filter": pikepdf.Name.DCTDecode})
    document.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=stream))


@pytest.fixture
def report(letter: Callable[..., Any]) -> Any:
    return letter("inspection-report")


def test_a_good_pdf_passes(report: Any) -> None:
    assert report.findings(rendered=made()) == []


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda d: d.Root.__delitem__("/StructTreeRoot"), "pdf_not_tagged"),
        (lambda d: d.Root.__delitem__("/MarkInfo"), "pdf_not_tagged"),
        (lambda d: d.Root.StructTreeRoot.__delitem__("/K"), "pdf_not_tagged"),
        (lambda d: d.Root.__delitem__("/Lang"), "pdf_language"),
        (lambda d: d.Root.__setitem__("/Lang", pikepdf.String("es")), "pdf_language"),
        (lambda d: d.Root.__delitem__("/Metadata"), "pdf_standard"),
        (claims("<pdfaid:conformance>A", "<pdfaid:conformance>B"), "pdf_standard"),
        (claims("<pdfuaid:part>1", "<pdfuaid:part>2"), "pdf_standard"),
        (claims("Report", " "), "pdf_title"),
        (lambda d: d.Root.__delitem__("/ViewerPreferences"), "pdf_title"),
        (lambda d: d.add_blank_page(), "pdf_pages"),
        (lambda d: d.Root.__setitem__("/OpenAction", pikepdf.Dictionary(S=pikepdf.Name.JavaScript)), "pdf_script"),
        (lambda d: d.Root.__setitem__("/OpenAction", pikepdf.Dictionary(S=pikepdf.Name.Launch)), "pdf_script"),
        (
            lambda d: d.Root.__setitem__(
                "/AA", pikepdf.Dictionary(WC=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.beep(0)"))
            ),
            "pdf_script",
        ),
        (lambda d: d.Root.MarkInfo.__setitem__("/Marked", False), "pdf_not_tagged"),
        (lambda d: d.Root.MarkInfo.__delitem__("/Marked"), "pdf_not_tagged"),
        (lambda d: d.Root.ViewerPreferences.__setitem__("/DisplayDocTitle", False), "pdf_title"),
        (lambda d: d.Root.ViewerPreferences.__delitem__("/DisplayDocTitle"), "pdf_title"),
        (lambda d: photo(d, "cars-fire-lane.jpg"), "photo_gps"),
    ],
)
def test_a_spoiled_pdf_is_caught(report: Any, spoil: Callable[[pikepdf.Pdf], object], code: str) -> None:
    # Without metadata a PDF has neither claims nor title.
    assert report.codes(rendered=made(spoil)) - ({"pdf_title"} if code == "pdf_standard" else set()) == {code}


@pytest.mark.parametrize(
    ("pixels", "found"),
    [
        ((1, 1), {"photo_tiny"}),
        ((31, 20), {"photo_tiny"}),
        ((32, 20), {"photo_small"}),
        ((320, 240), {"photo_small"}),
        ((479, 479), {"photo_small"}),
        ((240, 480), set()),
    ],
)
def test_a_picture_that_shows_nothing_is_no_photograph(report: Any, pixels: tuple[int, int], found: set[str]) -> None:
    data = io.BytesIO()
    Image.new("RGB", pixels).save(data, "JPEG")
    shown = {one.get("src").removeprefix("picture:") for one in report.composition.root.iter("img") if one.get("src")}
    assert shown
    assert report.codes(attachments=dict.fromkeys(shown, data.getvalue())) == found


def test_the_town_s_own_picture_is_no_photograph(report: Any) -> None:
    data = io.BytesIO()
    Image.new("RGB", (1, 1)).save(data, "PNG")
    sealed = report.spoiled(add("<p><img src='bundle:seal.png' alt='Seal'/></p>"))
    assert sealed.codes(attachments={"seal.png": data.getvalue()}) == set()


@pytest.mark.parametrize(
    "action",
    [pikepdf.Array([0, pikepdf.Name.Fit]), pikepdf.Dictionary(S=pikepdf.Name.GoTo, D=pikepdf.Array([0]))],
)
def test_a_pdf_may_open_on_a_page(report: Any, action: Any) -> None:
    assert report.codes(rendered=made(lambda d: d.Root.__setitem__("/OpenAction", action))) == set()


def test_of_a_language_the_region_may_differ(report: Any) -> None:
    chinese = report.spoiled(lambda root: root.set("lang", "zh-Hant"))
    chinese = replace(chinese, composition=replace(chinese.composition, language="zh-Hant"))
    for marked, differs in (("zh-TW", False), ("zh", False), ("ZH-Hant", False), ("vi", True)):
        told = made(lambda d, marked=marked: d.Root.__setitem__("/Lang", pikepdf.String(marked)))  # type: ignore[misc]
        assert ("pdf_language" in chinese.codes(rendered=told)) is differs, marked


def test_a_photo_with_a_position_is_told_by_its_page(report: Any) -> None:
    found = report.findings(rendered=made(lambda d: photo(d, "cars-fire-lane.jpg")))
    assert found == [("photo_gps", "page 1")]


def test_a_photo_without_position_passes(report: Any) -> None:
    assert report.findings(rendered=made(lambda d: photo(d, "crowded-deck.jpg"))) == []


# --- the edges of the paper ---


def typed(*lines: tuple[float, float, str], apart: tuple[int, ...] = ()) -> Rendered:
    """A page of US Letter for each line, with the line at that place in points from the lower left corner."""

    def write(document: pikepdf.Pdf) -> None:
        del document.pages[0]
        helvetica = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
        font = pikepdf.Dictionary({key: pikepdf.Name(value) for key, value in helvetica.items()})
        for x, y, words in lines:
            document.add_blank_page(page_size=(612, 792))
            page = document.pages[-1]
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
            page.Contents = document.make_stream(f"BT /F 10 Tf {x} {y} Td ({words}) Tj ET".encode())

    return replace(made(write), pages=len(lines), apart=apart)


@pytest.mark.parametrize(
    ("x", "y", "words", "shown"),
    [
        (9, 400, " ", None),
        (8.9, 400, " ", "a line"),
        (603, 400, " ", None),
        (603.1, 400, " ", "a line"),
        (300, 9, " ", None),
        (300, 8.9, "Low", "Low"),
        (300, 783, " ", None),
        (300, 783.1, " ", "a line"),
        (300, 780, "High", "High"),
        (560, 400, "To the right", "To the right"),
        (-10, 400, "To  the left", "To the left"),
        (9, 400, "7" * 150, "7" * 60),
    ],
)
def test_what_no_printer_reaches_is_off_the_sheet(report: Any, x: float, y: float, words: str, shown: str) -> None:
    named = report.spoiled(add(f"<p>{'W' * 60}</p>"))
    found = [(one.place, one.message) for one in named.run(rendered=typed((300, 400, "In"), (x, y, words)))]
    assert found == ([("page 2", f"“{shown}” runs off the sheet.")] if shown else [])


@pytest.mark.parametrize(
    ("markup", "looked"),
    [
        ("<p>{word:W<60}</p>", True),
        ("<p>{word:W<59}</p>", False),
        ("<p>{word:W<59} W</p>", False),
        ("<p><bdi data-fact='/case/title'>{word:W<45}</bdi></p>", True),
        ("<p><bdi data-fact='/case/title'>{word:W<44}</bdi></p>", False),
        ("<p><bdi data-fact='value'>{word:W<45}</bdi></p>", False),
        ("<dl><dt>Case</dt><dd><bdi data-fact='/case/title'>{word:W<14}</bdi></dd></dl>", True),
        ("<dl><dt>Case</dt><dd><bdi data-fact='/case/title'>{word:W<13}</bdi></dd></dl>", False),
        ("<dl><dt>Case</dt><dd><bdi data-fact='/case/title'>Ward 7 and more</bdi></dd></dl>", False),
    ],
)
def test_pages_are_read_where_a_word_is_long_enough_to_do_harm(report: Any, markup: str, looked: bool) -> None:
    def only(root: Any) -> None:
        for block in list(root):
            root.remove(block)
        add(markup.format(word=""))(root)

    off = typed((-10, 400, "Off"))
    assert ("paper_edge" in report.spoiled(only).codes(rendered=off)) is looked


def test_the_sheet_of_languages_has_no_words_of_the_letter(report: Any) -> None:
    named = report.spoiled(add(f"<p>{'W' * 60}</p>"))
    pages = [(-10, 400, "Off"), (-10, 400, "Off")]
    assert [one.place for one in named.run(rendered=typed(*pages, apart=(len(pages) - 1,))) if "edge" in one.code] == [
        "page 1"
    ]


def test_encrypted_or_broken(report: Any) -> None:
    locked = made(encryption=pikepdf.Encryption(owner="o", user="u"))
    assert report.codes(rendered=locked) == {"pdf_encrypted"}
    opened = made(encryption=pikepdf.Encryption(owner="o", user=""))
    assert report.codes(rendered=opened) == {"pdf_encrypted"}
    assert report.codes(rendered=Rendered(b"%PDF-1.7 nothing")) == {"pdf_broken"}


def test_gps() -> None:
    assert has_gps((PHOTOS / "cars-fire-lane.jpg").read_bytes())
    assert not has_gps((PHOTOS / "crowded-deck.jpg").read_bytes())
    assert not has_gps(b"Exif\x00\x00 no picture")
    for xmp, told in ((b"<x exif:GPSLatitude='37,30N'/>", True), (b"<x exif:Flash='0'/>", False), (b"", False)):
        plain = io.BytesIO()
        Image.new("RGB", (8, 8)).save(plain, "JPEG", **({"xmp": xmp} if xmp else {}))
        assert has_gps(plain.getvalue()) is told, xmp
