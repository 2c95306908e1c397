"""Packets larger than a file may be: volumes with covers, a master index whose links work across files."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pytest

from docservice.packets import assemble as assembling
from docservice.packets import plan as plans
from docservice.packets.assemble import Packet
from docservice.packets.forums.profiles import PROFILES
from docservice.packets.forums.rules import Rule
from docservice.packets.readback import read_packet
from docservice.packets.verify import verify
from docservice.refusal import Refusal
from tests.packets import structure
from tests.packets.making import bound, foreign, photographs
from tests.verapdf import validate

PHOTO = next(iter(photographs().values()))


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Gives the default profile a limit of bytes or pages per file."""

    def set_limit(**rules: int) -> None:
        default = PROFILES["default"]
        limited = {name: Rule(value, "Rule 8.74(a)(5)", "H") for name, value in rules.items()}
        changed = replace(default, rules=replace(default.rules, **limited))
        monkeypatch.setattr(assembling, "PROFILES", {**PROFILES, "default": changed})

    return set_limit


def _packet(*parts: dict[str, Any], **more: Any) -> Packet:
    plan = {"title": "Packet", "case": "CE-1", "parts": [{"generated": "cover"}, {"generated": "contents"}, *parts]}
    files = {"scan.pdf": foreign(pages=12), **{f"photo-{n}.jpg": PHOTO for n in range(4)}}
    return bound(plans.load({**plan, **more}), files)


PARTS: list[dict[str, Any]] = [
    {"section": "Scans"},
    {"file": "scan.pdf", "title": "Scan", "alt": [f"Sheet {n}" for n in range(12)]},
    {"section": "Photographs"},
    *({"file": f"photo-{n}.jpg", "title": f"Photograph {n}", "alt": ["A street"]} for n in range(4)),
]


def test_volumes_keep_the_limits_and_every_page_its_number(limit: Any) -> None:
    limit(most_pages=9)
    packet = _packet(*PARTS)
    assert len(packet.files) > 2
    assert all(file.pages <= 9 for file in packet.files)
    printed = 0
    for number, file in enumerate(packet.files, 1):
        data = file.path.read_bytes()
        assert structure.check(data, first=printed) == []
        reading = read_packet(file.path)
        assert [page.viewer for page in reading.pages] == [str(printed + n) for n in range(1, file.pages + 1)]
        cover = pdfium.PdfDocument(data)[0].get_textpage().get_text_range()
        said = f"Volume {number} of {len(packet.files)}, pages {printed + 1}–{printed + file.pages} of {packet.pages}"
        assert said in cover.replace("\r\n", " ")
        printed += file.pages
    assert printed == packet.pages
    assert validate([file.path.read_bytes() for file in packet.files]) == []


def test_a_large_exhibit_is_parted_and_nothing_is_lost(limit: Any) -> None:
    limit(most_pages=9)
    packet = _packet(*PARTS)
    scan = [entry for entry in packet.entries if entry.label == "A"]
    assert [entry.title for entry in scan] == [
        f"Exhibit A: Scan, part {n} of {len(scan)}" for n in range(1, len(scan) + 1)
    ]
    labels = [sheet["label"] for sheet in packet.certificate["sheets"] if sheet["label"].startswith("A-")]
    assert labels == [f"A-{n}" for n in range(1, 13)]
    texts = []
    for file in packet.files:
        texts += [page.get_textpage().get_text_range() for page in pdfium.PdfDocument(file.path.read_bytes())]
    assert all(any(re.search(rf"Foreign page {n}\b", text) for text in texts) for n in range(1, 13))


def test_links_of_the_master_index_land_in_the_other_files(limit: Any) -> None:
    limit(most_pages=9)
    packet = _packet(*PARTS)
    readings = {file.name: read_packet(file.path) for file in packet.files}
    first = readings[packet.files[0].name]
    across = [link for page in first.pages for link in page.links if link.file is not None]
    assert {link.file for link in across} == {file.name for file in packet.files[1:]}
    starts = dict(zip(readings, [0, *(sum(f.pages for f in packet.files[: n + 1]) for n in range(len(readings)))],
                      strict=False))  # fmt: skip
    firsts = {entry.first_page for entry in packet.entries}
    assert all(starts[link.file or ""] + (link.page or 0) in firsts for link in across)
    second = readings[packet.files[1].name]
    assert second.bookmarks[0].title == "Index of all volumes (in volume 1)"
    assert second.bookmarks[0].place.file == packet.files[0].name
    assert verify(packet.certificate, {file.name: file.path for file in packet.files}).sound


def test_bytes_decide_as_well(limit: Any) -> None:
    limit(most_bytes=420_000)
    packet = _packet(*PARTS)
    assert len(packet.files) > 1
    assert all(file.size <= 420_000 for file in packet.files)


def test_what_cannot_be_parted_is_refused_by_name_with_the_rule(limit: Any) -> None:
    limit(most_bytes=230_000)
    with pytest.raises(Refusal) as refused:
        _packet({"file": "photo-0.jpg", "title": "Large photograph", "alt": ["A street"]})
    assert refused.value.code == "packet.volume"
    assert "Large photograph" in refused.value.message
    assert "Rule 8.74(a)(5)" in refused.value.message


def test_one_file_is_one_file(limit: Any) -> None:
    limit(most_pages=500)
    packet = _packet(*PARTS)
    assert [file.name for file in packet.files] == ["CE-1-packet.pdf"]
    with pikepdf.open(io.BytesIO(packet.pdf)) as pdf:
        assert len(pdf.pages) == packet.pages
