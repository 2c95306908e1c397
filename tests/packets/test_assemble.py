"""A plan becomes a packet: complete, linked, valid, and refused by name where it cannot be."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pytest

from docservice.packets import plan as plans
from docservice.packets.assemble import Means, Packet, ResolvedDocument, assemble
from docservice.refusal import Refusal
from tests.packets import structure
from tests.packets.making import ON, case, folder, font_set, foreign, issued, letter, pack, photographs, picture
from tests.verapdf import validate

PROOF = issued("POS-2026-0001", letter("Proof"), "Proof of Service", recipient="Château Nº 9")
DOCUMENTS: dict[str, ResolvedDocument] = {
    "AC-2026-0001": issued("AC-2026-0001", letter("Citation", 2), "Administrative Citation", proofs=(PROOF,)),
    "AC-2026-0001-es": issued("AC-2026-0001-es", letter("Multa", 1, "es"), "Multa", language="es"),
}
FILES = {"log.pdf": foreign(pages=3), "bad.pdf": foreign(pages=3)[:900], "card.png": picture("PNG"), **photographs()}

PARTS: list[dict[str, Any]] = [
    {"generated": "cover"},
    {"generated": "contents"},
    {"generated": "chronology"},
    {"section": "Notices"},
    {"document": "AC-2026-0001"},
    {"document": "AC-2026-0001-es"},
    {"section": "Exhibits"},
    {"generated": "photographs", "exhibit": "auto"},
    {"file": "log.pdf", "title": "Call log", "exhibit": "C", "alt": ["Calls of May", "Calls of June", "Calls of July"]},
    {"file": "card.png", "title": "Card"},
    {"file": "bad.pdf", "title": "Bank statement", "unusable": "placeholder"},
    {"section": "Costs"},
    {"generated": "costs"},
]


def _packet(*parts: dict[str, Any], **more: Any) -> Packet:
    plan = plans.load({"title": "Hearing packet", "case": "CE-2026-0231", "parts": list(parts)})
    means = Means(pack(), font_set(), ON, folder(), more.pop("casefile", case()))
    return assemble(plan, means, **{"documents": DOCUMENTS, "files": FILES, **more})


@pytest.fixture(scope="module")
def packet() -> Packet:
    return _packet(*PARTS)


def test_it_is_valid_sound_and_repeatable(packet: Packet) -> None:
    assert structure.check(packet.pdf) == []
    assert validate([packet.pdf]) == []
    again = _packet(*PARTS)
    assert (again.pdf, again.certificate) == (packet.pdf, packet.certificate)


def test_entries_bookmarks_and_contents_are_one(packet: Packet) -> None:
    checker = structure.Checker(packet.pdf)
    assert checker.run() == []
    entries = [(entry.title, entry.first_page - 1, entry.level) for entry in packet.entries]
    assert checker.bookmarks() == entries
    assert checker.contents() == [(title, page) for title, page, _ in entries]
    assert [entry.title for entry in packet.entries][3:7] == [
        "Notices",
        "Administrative Citation AC-2026-0001",
        "Proof of Service POS-2026-0001, for AC-2026-0001, on Château Nº 9",
        "Multa AC-2026-0001-es",
    ]


def test_exhibits_are_labeled_in_order_and_on_each_page(packet: Packet) -> None:
    assert [entry.label for entry in packet.entries if entry.label] == ["A", "C", "B", "D"]
    document = pdfium.PdfDocument(packet.pdf)
    log = next(entry for entry in packet.entries if entry.label == "C")
    for number in range(1, log.pages):
        text = document[log.first_page - 1 + number].get_textpage().get_text_range()
        assert f"C-{number}" in text
        assert f"Foreign page {number}" in text


def test_nothing_is_dropped(packet: Packet) -> None:
    with pikepdf.open(io.BytesIO(packet.pdf)) as pdf:
        assert len(pdf.pages) == packet.pages
    top = [entry for entry in packet.entries if entry.kind != "section"]
    assert sum(entry.pages for entry in top) == packet.pages
    holder = next(entry for entry in packet.entries if entry.kind == "placeholder")
    text = pdfium.PdfDocument(packet.pdf)[holder.first_page - 1].get_textpage().get_text_range()
    assert "bad.pdf" in text
    assert hashlib.sha256(FILES["bad.pdf"]).hexdigest()[:32] in text
    assert "packet.placeholder" in [finding.code for finding in packet.findings]


def test_alternative_texts_are_those_of_the_plan(packet: Packet) -> None:
    with pikepdf.open(io.BytesIO(packet.pdf)) as pdf:
        alts = [str(e.Alt) for e in structure._below(pdf.Root.StructTreeRoot) if pikepdf.Name.Figure == e.S]
    assert {"Calls of May", "Calls of June", "Calls of July"} <= set(alts)
    assert "Page 1 of Card" in alts
    assert [f.place for f in packet.findings if f.code == "packet.alt_missing"] == ["card.png"]


@pytest.mark.parametrize(
    ("parts", "code", "word"),
    [
        (({"file": "bad.pdf", "title": "Bank statement"},), "packet.unusable", "bad.pdf"),
        (({"file": "gone.pdf", "title": "T"}, {"document": "NOV-9"}), "packet.missing", ""),
        (({"document": "AC-2026-0001", "proofs": ["POS-9"]},), "packet.missing", ""),
        (({"file": "card.png", "title": "T", "alt": ["a", "b"]},), "packet.unusable", "card.png"),
    ],
)
def test_what_cannot_be_bound_is_refused_by_name(parts: tuple[dict[str, Any], ...], code: str, word: str) -> None:
    with pytest.raises(Refusal) as refused:
        _packet(*parts)
    assert refused.value.code == code
    assert len(refused.value.problems) == len(parts)
    assert word in refused.value.message
    assert all(problem.place.startswith("/parts/") for problem in refused.value.problems)


def test_a_document_that_changed_since_it_was_issued_is_refused() -> None:
    changed = {"AC-2026-0001": replace(DOCUMENTS["AC-2026-0001"], pdf=letter("Changed"))}
    with pytest.raises(Refusal, match="SHA-256 differs"):
        _packet({"document": "AC-2026-0001"}, documents=changed)


def test_the_casefile_is_needed_for_what_is_made_of_it() -> None:
    with pytest.raises(Refusal) as refused:
        _packet({"generated": "costs"}, casefile=None)
    assert refused.value.problems[0].code == "packet.casefile"


def test_contents_of_several_pages_settle() -> None:
    many = {f"N-{n}": issued(f"N-{n}", letter("Short"), "A notice") for n in range(60)}
    packet = _packet({"generated": "contents"}, *({"document": number} for number in many), documents=many)
    assert packet.entries[0].pages > 1
    assert structure.check(packet.pdf) == []


def test_no_place_where_a_picture_was_taken_gets_in(packet: Packet) -> None:
    assert any(b"GPS" in data or b"Exif" in data for data in photographs().values())
    assert b"Exif" not in packet.pdf


def test_a_packet_of_nothing_but_foreign_files_is_valid() -> None:
    packet = _packet({"file": "log.pdf", "title": "Log", "exhibit": "none"}, files={"log.pdf": foreign()})
    assert structure.check(packet.pdf) == []
    assert validate([packet.pdf]) == []
