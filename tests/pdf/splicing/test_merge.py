"""The merge keeps every tag, and the checker catches the ways in which it could fail."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pytest
from pikepdf import Array, Dictionary, Name

from docservice.pdf.splicing.prepare import open_source
from docservice.refusal import Refusal
from tests.packets import structure
from tests.packets.making import letter, merged
from tests.verapdf import validate

LETTERS = (letter("First", 2), letter("Segundo", 1, "es"), letter("First", 2))


def test_a_merge_is_sound_valid_and_repeatable() -> None:
    packet = merged(*LETTERS, languages=("en", "es", "en"))
    assert structure.check(packet) == []
    assert validate([packet]) == []
    assert packet == merged(*LETTERS, languages=("en", "es", "en"))


def test_every_source_keeps_its_structure_element_for_element() -> None:
    packet = merged(*LETTERS, languages=("en", "es", "en"))
    assert structure.part_fingerprints(packet, [0, 2, 3]) == [structure.source_fingerprint(pdf) for pdf in LETTERS]


def test_each_part_speaks_its_language() -> None:
    with pikepdf.open(io.BytesIO(merged(*LETTERS, languages=("en", "es", "en")))) as pdf:
        assert [str(part.Lang) for part in pdf.Root.StructTreeRoot.K[0].K] == ["en", "es", "en"]


def test_one_anchor_name_in_two_sources_stays_two_anchors() -> None:
    with pikepdf.open(io.BytesIO(merged(*LETTERS))) as pdf:
        checker = structure.Checker(merged(*LETTERS))
        pages = [page.obj for page in pdf.pages]
        landed = [
            checker._lands(next(a for a in checker.pages[n].Annots if Name.Dest in a).Dest) for n in range(len(pages))
        ]
    assert landed == [0, 0, 2, 3, 3]


def test_pixels_outside_the_stamps_are_those_of_the_source() -> None:
    packet = merged(*LETTERS)
    for source_page, packet_page, data in ((1, 1, LETTERS[0]), (0, 2, LETTERS[1])):
        before = pdfium.PdfDocument(data)[source_page].render(scale=1).to_pil()
        after = pdfium.PdfDocument(packet)[packet_page].render(scale=1).to_pil()
        above = (0, 0, before.width, before.height - 30)
        assert before.crop(above).tobytes() == after.crop(above).tobytes()
        assert before.tobytes() != after.tobytes()


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_stamps_stand_upright_at_the_foot_of_a_rotated_page(rotate: int) -> None:
    source = open_source(letter("Turned"), "source")
    source.pages[0].obj.Rotate = rotate
    buffer = io.BytesIO()
    source.save(buffer)
    packet = merged(buffer.getvalue())
    page = pdfium.PdfDocument(packet)[0]
    image = page.render(scale=2).to_pil().convert("L")
    foot = image.crop((image.width // 2, image.height - 52, image.width, image.height - 22))
    straight = pdfium.PdfDocument(merged(letter("Turned")))[0].render(scale=2).to_pil().convert("L")
    expected = straight.crop((straight.width - foot.width, straight.height - 52, straight.width, straight.height - 22))
    difference = sum(abs(a - b) > 96 for a, b in zip(foot.tobytes(), expected.tobytes(), strict=True))
    assert foot.getextrema()[0] < 100
    assert difference < 40  # a pixel here and there


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", letter("Cut")[:2000]])
def test_broken_sources_are_refused_by_name(data: bytes) -> None:
    with pytest.raises(Refusal, match="the letter"):
        open_source(data, "the letter")


def test_an_untagged_source_is_refused() -> None:
    with pikepdf.open(io.BytesIO(letter("Bare"))) as pdf:
        del pdf.Root.StructTreeRoot
        buffer = io.BytesIO()
        pdf.save(buffer)
    with pytest.raises(Refusal, match="no tags"):
        open_source(buffer.getvalue(), "the letter")


# --- the checker catches what validators miss ---


def _elements(pdf: pikepdf.Pdf, role: str) -> list[Any]:
    return [e for e in structure._below(pdf.Root.StructTreeRoot) if Name(role) == e.S]


def _exchange_parents(pdf: pikepdf.Pdf) -> None:
    one, two = pdf.pages[0].obj, pdf.pages[1].obj
    one.StructParents, two.StructParents = int(two.StructParents), int(one.StructParents)


def _duplicate_key(pdf: pikepdf.Pdf) -> None:
    pdf.pages[1].obj.StructParents = int(pdf.pages[0].obj.StructParents)


def _drop_paragraph(pdf: pikepdf.Pdf) -> None:
    paragraph = _elements(pdf, "/P")[0]
    parent = paragraph.P
    parent.K = Array([kid for kid in parent.K if not isinstance(kid, Dictionary) or kid.objgen != paragraph.objgen])


def _wrong_page(pdf: pikepdf.Pdf) -> None:
    _elements(pdf, "/P")[0].Pg = pdf.pages[2].obj


def _change_order(pdf: pikepdf.Pdf) -> None:
    document = pdf.Root.StructTreeRoot.K[0]
    document.K = Array(list(document.K)[::-1])


def _lose_scope(pdf: pikepdf.Pdf) -> None:
    for attributes in _elements(pdf, "/TH")[0].A:
        if Name.Scope in attributes:
            del attributes.Scope


def _lose_language(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.StructTreeRoot.K[0].K[1].Lang


def _same_id(pdf: pikepdf.Pdf) -> None:
    headers = _elements(pdf, "/TH")
    headers[-1].ID = headers[0].ID


def _foreign_header(pdf: pikepdf.Pdf) -> None:
    headers, cells = _elements(pdf, "/TH"), _elements(pdf, "/TD")
    cells[0].A = Array([Dictionary(O=Name.Table, Headers=Array([headers[-1].ID]))])


def _bookmark_elsewhere(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Outlines.First.Dest = Array([Dictionary(Type=Name.Page), Name.Fit])


def _untagged_link(pdf: pikepdf.Pdf) -> None:
    link = _elements(pdf, "/Link")[0]
    link.K = Array([kid for kid in link.K if not isinstance(kid, Dictionary)])


def _wrong_number(pdf: pikepdf.Pdf) -> None:
    first, second = pdf.pages[0].obj, pdf.pages[1].obj
    one, two = list(first.Contents), list(second.Contents)
    first.Contents, second.Contents = Array([*one[:-1], two[-1]]), Array([*two[:-1], one[-1]])


def _twice_in_tree(pdf: pikepdf.Pdf) -> None:
    part = pdf.Root.StructTreeRoot.K[0].K[0]
    part.K = Array([*part.K, part.K[0]])


@pytest.mark.parametrize(
    "spoil",
    [
        _exchange_parents, _duplicate_key, _drop_paragraph, _wrong_page, _change_order, _lose_scope, _lose_language,
        _same_id, _foreign_header, _bookmark_elsewhere, _untagged_link, _wrong_number, _twice_in_tree,
    ],
)  # fmt: skip
def test_the_checker_catches(spoil: Callable[[pikepdf.Pdf], None]) -> None:
    with pikepdf.open(io.BytesIO(merged(*LETTERS))) as pdf:
        spoil(pdf)
        buffer = io.BytesIO()
        pdf.save(buffer)
    assert structure.check(buffer.getvalue()) != []
