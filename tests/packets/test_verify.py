"""A packet against its certificate: what it is passes, whatever was changed since is named."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from docservice.packets import plan as plans
from docservice.packets.assemble import Packet
from docservice.packets.verify import verify
from tests.packets.making import bound, folder, foreign, photographs

PLAN = {
    "title": "Packet",
    "case": "CE-1",
    "parts": [
        {"generated": "cover"},
        {"generated": "contents"},
        {"file": "log.pdf", "title": "Log", "alt": ["One", "Two"]},
        {"file": "card.jpg", "title": "Card", "alt": ["A street"]},
    ],
}


@pytest.fixture(scope="module")
def packet() -> Packet:
    name, photo = next(iter(photographs().items()))
    assert name
    return bound(plans.load(PLAN), {"log.pdf": foreign(pages=2), "card.jpg": photo})


def _codes(packet: Packet, data: bytes, certificate: dict[str, Any] | None = None) -> set[str]:
    path = folder() / "packet.pdf"
    path.write_bytes(data)
    found = verify(certificate or packet.certificate, {packet.files[0].name: path})
    return {finding.code for finding in found.findings}


def _changed(packet: Packet, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    with pikepdf.open(io.BytesIO(packet.pdf)) as pdf:
        change(pdf)
        buffer = io.BytesIO()
        pdf.save(buffer)
    return buffer.getvalue()


def test_the_packet_as_it_was_bound_is_sound(packet: Packet) -> None:
    assert _codes(packet, packet.pdf) == set()
    verified = verify(packet.certificate, {packet.files[0].name: packet.files[0].path})
    assert (verified.pages, verified.labels) == (packet.pages, 3)
    assert verified.links >= len(packet.entries)
    assert verified.bookmarks == len(packet.entries)


def _content(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[3].obj
    page.Contents[1].write(page.Contents[1].read_bytes() + b" ")


def _exchanged(pdf: pikepdf.Pdf) -> None:
    one, two = pdf.pages[3], pdf.pages[4]
    first, second = list(one.obj.Contents), list(two.obj.Contents)
    one.obj.Contents, two.obj.Contents = Array(second), Array(first)


def _lost_stamp(pdf: pikepdf.Pdf) -> None:
    pdf.pages[2].obj.Contents[-1].write(b"Q")


def _renumbered(pdf: pikepdf.Pdf) -> None:
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.D, St=2)]))


def _relinked(pdf: pikepdf.Pdf) -> None:
    pdf.pages[1].obj.Annots[0].Dest = Array([Dictionary(Type=Name.Page), Name.Fit])


def _link_gone(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[1].obj.Annots[0]


def _bookmark(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Outlines.First.Title = String("Something else")


def _script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AA = Dictionary(WC=Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))


def _attachment(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["a.txt"] = b"hidden"


def _comment(pdf: pikepdf.Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 9, 9]), Contents=String("psst"))
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])


def _page_gone(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[4]


def _untagged(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[3].obj.StructParents


def _shared_tags(pdf: pikepdf.Pdf) -> None:
    pdf.pages[4].obj.StructParents = int(pdf.pages[3].obj.StructParents)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda pdf: None, "packet.bytes"),  # saved anew, nothing else
        (_content, "packet.content"), (_exchanged, "packet.stamp"), (_lost_stamp, "packet.stamp"),
        (_renumbered, "packet.number"), (_relinked, "packet.fault"), (_link_gone, "packet.links"),
        (_bookmark, "packet.bookmarks"), (_script, "packet.feature"), (_attachment, "packet.feature"),
        (_comment, "packet.feature"), (_page_gone, "packet.pages"), (_untagged, "packet.tags"),
        (_shared_tags, "packet.fault"),
    ],
)  # fmt: skip
def test_whatever_was_changed_is_named(packet: Packet, change: Callable[[pikepdf.Pdf], None], code: str) -> None:
    assert code in _codes(packet, _changed(packet, change))


@pytest.mark.parametrize("place", [0.05, 0.2, 0.5, 0.9])
def test_a_flipped_byte_is_found(packet: Packet, place: float) -> None:
    data = bytearray(packet.pdf)
    data[int(len(data) * place)] ^= 1
    assert "packet.bytes" in _codes(packet, bytes(data))


def test_what_is_no_pdf_any_more_is_said_not_thrown(packet: Packet) -> None:
    assert _codes(packet, b"not a PDF") >= {"packet.bytes", "packet.damaged"}
    assert _codes(packet, packet.pdf[:5000]) >= {"packet.bytes"}


def test_a_certificate_that_was_changed_fits_no_more(packet: Packet) -> None:
    forged = copy.deepcopy(dict(packet.certificate))
    forged["fingerprint"] = "0" * 64
    assert _codes(packet, packet.pdf, forged) == {"packet.fingerprint"}


def test_a_file_that_is_not_there_is_named(packet: Packet) -> None:
    found = verify(packet.certificate, {})
    assert [(finding.code, finding.place) for finding in found.findings] == [
        ("packet.file_missing", packet.files[0].name)
    ]


def test_the_certificate_says_where_everything_came_from(packet: Packet) -> None:
    parts = {part["title"]: part for part in packet.certificate["parts"]}
    log = parts["Exhibit A: Log"]
    assert log["verdict"] == "converted"
    assert any("font is not embedded" in note for note in log["conversions"])
    assert len(log["sha256"]) == 64
    assert [sheet["label"] for sheet in packet.certificate["sheets"]][2:6] == ["", "A-1", "A-2", ""]
    assert Path(packet.files[0].path).stat().st_size == packet.certificate["files"][0]["bytes"]
