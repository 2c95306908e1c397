"""Late additions: numbered 45.1, 45.2, so that every earlier citation stays true."""

from __future__ import annotations

from typing import Any

import pypdfium2 as pdfium
import pytest

from docservice.packets import plan as plans
from docservice.packets.assemble import Means, Packet
from docservice.packets.readback import read_packet
from docservice.packets.supplement import supplement
from docservice.packets.verify import verify
from docservice.refusal import Refusal
from tests.packets import structure
from tests.packets.making import ON, bound, folder, font_set, foreign, issued, letter, pack
from tests.verapdf import validate

FILES = {"log.pdf": foreign(pages=2), "late.pdf": foreign(pages=2), "later.pdf": foreign()}


@pytest.fixture(scope="module")
def base() -> Packet:
    parts = [
        {"generated": "cover"},
        {"generated": "contents"},
        {"section": "Exhibits"},
        {"file": "log.pdf", "title": "Log", "alt": ["One", "Two"]},
        {"file": "later.pdf", "title": "Form", "alt": ["A form"]},
    ]
    return bound(plans.load({"title": "Packet", "case": "CE-1", "parts": parts}), FILES)


def _supplemented(base: Packet, *parts: dict[str, Any], **more: Any) -> Packet:
    plan = plans.load({"title": "Packet", "case": "CE-1", "supplements": "p", "parts": list(parts), **more})
    return supplement(
        plan, Means(pack(), font_set(), ON, folder()), base.certificate, [file.path for file in base.files],
        documents={"NOV-1": issued("NOV-1", letter("Notice"), "Notice")}, files=FILES,
    )  # fmt: skip


LATE = {"file": "late.pdf", "title": "Late log", "after": 5, "alt": ["One", "Two"]}


@pytest.fixture(scope="module")
def packet(base: Packet) -> Packet:
    return _supplemented(base, LATE, {"document": "NOV-1", "after": "7"})


def test_added_pages_are_numbered_after_the_page_they_follow(base: Packet, packet: Packet) -> None:
    assert [sheet["printed"] for sheet in base.certificate["sheets"]] == [str(n) for n in range(1, 9)]
    printed = [sheet["printed"] for sheet in packet.certificate["sheets"]]
    assert printed == ["0.1", "1", "2", "3", "4", "5", "5.1", "5.2", "5.3", "6", "7", "7.1", "8", "8.1"]
    reading = read_packet(packet.files[0].path)
    assert [page.viewer for page in reading.pages] == printed
    assert "Packet page 5.2" in reading.pages[7].stamps
    assert [entry.label for entry in packet.entries if entry.label] == ["A", "C", "B"]


def test_earlier_pages_are_as_they_were(base: Packet, packet: Packet) -> None:
    before, after = pdfium.PdfDocument(base.pdf), pdfium.PdfDocument(packet.pdf)
    places = [n for n, sheet in enumerate(packet.certificate["sheets"]) if "." not in sheet["printed"]]
    for old, new in enumerate(places):
        assert before[old].render(scale=1).to_pil().tobytes() == after[new].render(scale=1).to_pil().tobytes()


def test_it_is_valid_sound_and_certified(packet: Packet) -> None:
    assert structure.check(packet.pdf, labels=True) == []
    assert validate([packet.pdf]) == []
    assert verify(packet.certificate, {packet.files[0].name: packet.files[0].path}).sound


def test_the_sheet_says_what_was_added_and_where_every_page_is(packet: Packet) -> None:
    text = pdfium.PdfDocument(packet.pdf)[0].get_textpage().get_text_range()
    for said in ("Supplement 1", "5.1–5.3", "Exhibit C: Late log", "1–5", "2–6", "6–7"):
        assert said in text


def test_links_of_earlier_pages_still_land(base: Packet, packet: Packet) -> None:
    old, new = read_packet(base.files[0].path), read_packet(packet.files[0].path)
    where = {sheet["printed"]: n for n, sheet in enumerate(packet.certificate["sheets"], 1)}
    moved = [where[str(link.page)] for page in old.pages for link in page.links]
    kept = [link.page for page, sheet in zip(new.pages, packet.certificate["sheets"], strict=True)
            if "." not in sheet["printed"] for link in page.links]  # fmt: skip
    assert kept == moved


def test_a_second_supplement_goes_on_counting(packet: Packet) -> None:
    again = _supplemented(packet, {"file": "later.pdf", "title": "Still later", "after": "5", "alt": ["A form"]})
    printed = [sheet["printed"] for sheet in again.certificate["sheets"]]
    assert printed[:3] == ["0.1", "0.2", "1"]
    assert printed[7:12] == ["5.1", "5.2", "5.3", "5.4", "5.5"]
    assert structure.check(again.pdf, labels=True) == []
    assert validate([again.pdf]) == []


@pytest.mark.parametrize(
    ("after", "word"),
    [("4", "lies within “Exhibit A: Log” (pages 3 to 5)"), ("99", "no page 99"), ("5.9", "no page 5.9")],
)
def test_where_nothing_can_stand_is_said(base: Packet, after: str, word: str) -> None:
    with pytest.raises(Refusal) as refused:
        _supplemented(base, {**LATE, "after": after})
    assert (refused.value.code, refused.value.problems[0].place) == ("packet.after", "/parts/0/after")
    assert word in refused.value.message
