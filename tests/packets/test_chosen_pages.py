"""Some pages of a file, and pages that somebody turns: what intake, the sheet and the packet make of them."""

from __future__ import annotations

import io

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from docservice.packets import plan
from docservice.pdf.foreign import examine, intake
from docservice.pdf.foreign.intake import Frame
from docservice.pdf.foreign.scans import _turned
from docservice.refusal import Refusal
from tests.packets.making import bound, foreign, letter


def test_a_page_is_turned_before_it_is_looked_at() -> None:
    upright = examine.look(letter("Scan", 2), Frame())
    turned = examine.look(letter("Scan", 2), Frame(turns=((2, 90),)))
    assert [(page.width, page.height) for page in upright.pages] == [(612, 792), (612, 792)]
    assert (turned.pages[0].width, turned.pages[0].height) == (612, 792)
    assert turned.pages[1].width == pytest.approx(792, abs=1)
    assert turned.pages[1].searchable
    assert intake.key("a", Frame()) != intake.key("a", Frame(turns=((2, 90),)))
    assert examine.look(letter("Scan", 2), Frame(turns=((2, 90),))).pdf == turned.pdf


def test_a_turn_goes_clockwise() -> None:
    buffer = io.BytesIO()
    shown = Image.new("RGB", (400, 200), "white")
    shown.paste("red", (0, 0, 200, 200))  # the left half
    shown.save(buffer, "PNG")
    taken = examine.look(buffer.getvalue(), Frame(turns=((1, 90),)))
    page = pypdfium2.PdfDocument(taken.pdf)[0].render(scale=0.5).to_pil().convert("RGB")
    red = [at for at in ((x, y) for x in range(page.width) for y in range(page.height))
           if page.getpixel(at)[0] > 200 and page.getpixel(at)[1] < 80]  # fmt: skip
    other = [y for y in range(page.height) if any(page.getpixel((x, y)) == (255, 255, 255) for x in range(page.width))]
    left, right = min(x for x, _ in red), max(x for x, _ in red)
    top, bottom = min(y for _, y in red), max(y for _, y in red)
    assert right - left == pytest.approx(bottom - top, abs=3)  # half of a tall picture is a square
    assert top + bottom < page.height  # what was left is on top
    assert other


@pytest.mark.parametrize("orientation", range(1, 9))
def test_four_quarter_turns_are_none(orientation: int) -> None:
    turned = orientation
    for _ in range(4):
        turned = _turned(turned, 90)
    assert turned == orientation
    assert _turned(_turned(orientation, 90), 180) == _turned(orientation, 270)


def test_some_pages_of_a_file_are_in_the_packet_and_its_sheet_says_so() -> None:
    asked = {"title": "Packet", "case": "CE-2026-0231", "parts": [
        {"file": "scan.pdf", "title": "Scan", "pages": "1, 3", "turned": {"3": 90}, "alt": ["One", "Three"]},
    ]}  # fmt: skip
    packet = bound(plan.load(asked), {"scan.pdf": foreign(pages=4)})
    entry = next(one for one in packet.entries if "Scan" in one.title)
    assert entry.pages == 3  # its sheet and two pages
    said = [one.message for one in packet.findings]
    assert "Pages 1, 3 of the 4 pages of the file are here." in said
    with pikepdf.open(packet.files[0].path) as pdf:
        boxes = [[float(value) for value in page.mediabox[2:]] for page in pdf.pages]
    assert sum(wide > high for wide, high in boxes) == 1


def test_a_page_that_a_file_does_not_have_refuses_the_packet() -> None:
    asked = {"title": "Packet", "case": "CE-1", "parts": [{"file": "scan.pdf", "title": "Scan", "pages": "2-5"}]}
    with pytest.raises(Refusal) as refused:
        bound(plan.load(asked), {"scan.pdf": foreign(pages=2)})
    assert "there is no page 3" in str(refused.value)
