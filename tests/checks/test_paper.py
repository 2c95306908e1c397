"""What the finished PDF must say about itself."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pikepdf
import pytest
from PIL import Image

from docservice.checks.paper import has_gps
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
    sheets: int = 0
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
        (lambda d: photo(d, "cars-fire-lane.jpg"), "photo_gps"),
    ],
)
def test_a_spoiled_pdf_is_caught(report: Any, spoil: Callable[[pikepdf.Pdf], object], code: str) -> None:
    # Without metadata a PDF has neither claims nor title.
    assert report.codes(rendered=made(spoil)) - ({"pdf_title"} if code == "pdf_standard" else set()) == {code}


@pytest.mark.parametrize(
    ("pixels", "found"),
    [((1, 1), {"photo_tiny"}), ((31, 20), {"photo_tiny"}), ((320, 240), {"photo_small"}), ((240, 480), set())],
)
def test_a_picture_that_shows_nothing_is_no_photograph(report: Any, pixels: tuple[int, int], found: set[str]) -> None:
    data = io.BytesIO()
    Image.new("RGB", pixels).save(data, "JPEG")
    shown = {one.get("src").removeprefix("picture:") for one in report.composition.root.iter("img") if one.get("src")}
    assert shown
    assert report.codes(attachments=dict.fromkeys(shown, data.getvalue())) == found


def test_a_photo_without_position_passes(report: Any) -> None:
    assert report.findings(rendered=made(lambda d: photo(d, "crowded-deck.jpg"))) == []


def test_encrypted_or_broken(report: Any) -> None:
    locked = made(encryption=pikepdf.Encryption(owner="o", user="u"))
    assert report.codes(rendered=locked) == {"pdf_encrypted"}
    assert report.codes(rendered=Rendered(b"%PDF-1.7 nothing")) == {"pdf_broken"}


def test_gps() -> None:
    assert has_gps((PHOTOS / "cars-fire-lane.jpg").read_bytes())
    assert not has_gps((PHOTOS / "crowded-deck.jpg").read_bytes())
    assert not has_gps(b"Exif\x00\x00 no picture")
