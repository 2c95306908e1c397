"""Links of foreign pages stay where they do no harm: they land where they landed, tagged, and say where they lead."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pypdfium2 as pdfium
import pytest
from pikepdf import Array, Dictionary, Name, String

from docservice.packets import plan as plans
from docservice.pdf.foreign import examine
from docservice.pdf.foreign.intake import Frame, Intake
from tests.packets import structure
from tests.packets.making import bound, content, foreign, letter
from tests.verapdf import validate


def _look(data: bytes) -> Intake:
    return examine.look(data, Frame())


def _codes(taken: Intake) -> set[str]:
    return {finding.code for finding in taken.findings}


def _linked(*links: Callable[[pikepdf.Pdf], Dictionary], **page: object) -> Callable[[pikepdf.Pdf], None]:
    """Link annotations on the first page, one below the other from y = 600; ``page`` changes that page."""

    def change(pdf: pikepdf.Pdf) -> None:
        made = []
        for number, link in enumerate(links):
            box = Array([90, 600 - 40 * number, 200, 620 - 40 * number])
            note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=box)
            for key, value in link(pdf).items():
                note[key] = value
            made.append(pdf.make_indirect(note))
        pdf.pages[0].obj.Annots = Array(made)
        for key, value in page.items():
            pdf.pages[0].obj[f"/{key}"] = value

    return change


def _uri(address: str | bytes) -> Callable[[pikepdf.Pdf], Dictionary]:
    return lambda _: Dictionary(A=Dictionary(S=Name.URI, URI=String(address)))


def _found(pdf: bytes) -> list[tuple[int, str, str | int]]:
    """Page, Contents, and address or landing page of every link."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        index = {page.obj.objgen: number for number, page in enumerate(opened.pages, 1)}
        return [
            (number, str(note.Contents), str(note.A.URI) if Name.A in note else index[note.Dest[0].objgen])
            for number, page in enumerate(opened.pages, 1)
            for note in page.obj.get(Name.Annots, ())
        ]


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("HTTP://example.org", "HTTP://example.org"),
        ("mailto:clerk@example.org", "mailto:clerk@example.org"),
        ("https://example.org/Château", "https://example.org/Ch%C3%A2teau"),
        ("https://example.org/two words", "https://example.org/two%20words"),
        ("javascript:alert(1)", None),
        (" java\tscript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("relative/page.html", None),
        ("", None),
        ("https://example.org/" + "a" * 3000, None),
    ],
)
def test_web_and_mail_addresses_stay(address: str, kept: str | None) -> None:
    taken = _look(foreign(_linked(_uri(address))))
    assert _found(taken.pdf) == ([(1, f"Link: {kept}", kept)] if kept else [])
    assert ("intake.link" in _codes(taken)) is (kept is None)


def _destinations(pdf: pikepdf.Pdf) -> None:
    """Names of every kind for the third page."""
    third = pdf.pages[2].obj
    pdf.Root.Names = Dictionary(
        Dests=Dictionary(Kids=Array([Dictionary(Names=Array([String("new"), Dictionary(D=Array([third, Name.Fit]))]))]))
    )
    pdf.Root.Dests = Dictionary(Old=Array([third, Name.XYZ, 0, 700, 2]))


@pytest.mark.parametrize(
    "link",
    [
        lambda pdf: Dictionary(Dest=Array([pdf.pages[2].obj, Name.XYZ, None, None, None])),
        lambda pdf: Dictionary(Dest=Array([2, Name.FitH, 300])),
        lambda pdf: Dictionary(A=Dictionary(S=Name.GoTo, D=Array([pdf.pages[2].obj, Name.FitR, 0, 0, 50, 60]))),
        lambda _: Dictionary(Dest=String("new")),
        lambda _: Dictionary(A=Dictionary(S=Name.GoTo, D=String("new"))),
        lambda _: Dictionary(Dest=Name.Old),
    ],
    ids=["page", "number", "action", "name", "action by name", "old name"],
)
def test_links_within_the_file_land_on_their_page_also_in_a_packet(
    link: Callable[[pikepdf.Pdf], Dictionary],
) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        _destinations(pdf)
        _linked(link)(pdf)

    data = foreign(change, pages=3)
    taken = _look(data)
    assert _found(taken.pdf) == [(1, "Page 3 of this exhibit", 3)]
    assert "intake.link" not in _codes(taken)
    parts = [{"file": path, "title": path, "exhibit": "none"} for path in ("a.pdf", "b.pdf")]
    plan = plans.load({"title": "T", "case": "C", "parts": parts, "certificate": False})
    files = {"a.pdf": data, "b.pdf": data}
    packet = bound(plan, files)
    assert structure.check(packet.pdf) == []
    assert [(page, to) for page, _, to in _found(packet.pdf)] == [(1, 3), (4, 6)]


@pytest.mark.parametrize(
    "link",
    [
        lambda _: Dictionary(Dest=String("nowhere")),
        lambda _: Dictionary(Dest=Array([99, Name.Fit])),
        lambda _: Dictionary(Dest=Array([])),
        lambda _: Dictionary(Dest=Dictionary()),
        lambda _: Dictionary(),
        lambda _: Dictionary(A=Dictionary(S=Name.GoToR, F=String("other.pdf"), D=Array([0, Name.Fit]))),
        lambda _: Dictionary(A=Dictionary(S=Name.URI, URI=String("https://example.org/")), F=2),
    ],
)
def test_links_that_lead_nowhere_are_left_out_and_said(link: Callable[[pikepdf.Pdf], Dictionary]) -> None:
    taken = _look(foreign(_linked(link)))
    assert _found(taken.pdf) == []
    assert "intake.link" in _codes(taken)


@pytest.mark.parametrize("kind", ["vector", "raster"])
@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_link_lies_over_what_it_lay_over(rotate: int, kind: str) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        ink = "0 0.2 0.9 0 k" if kind == "raster" else "0.8 0 0 rg"
        content(f"{ink} 90 600 110 20 re f 0 0 612 4 re f")(pdf)  # and ink at the foot, so that the page is scaled
        _linked(_uri("https://example.org/"), Rotate=rotate, MediaBox=Array([-20, -10, 592, 782]))(pdf)

    taken = _look(foreign(change))
    assert taken.pages[0].kind == kind
    seen = pdfium.PdfDocument(taken.pdf)[0].render(scale=1, may_draw_forms=False).to_pil().convert("L")
    with pikepdf.open(io.BytesIO(taken.pdf)) as pdf:
        left, bottom, right, top = (float(side) for side in pdf.pages[0].obj.Annots[0].Rect)
    inside = (round(left) + 2, round(seen.height - top) + 2, round(right) - 2, round(seen.height - bottom) - 2)
    assert seen.crop(inside).getextrema()[1] < 220
    outside = (inside[0] - 6, inside[1] - 6, inside[2] + 6, inside[3] + 6)
    corner = seen.crop(outside)
    assert corner.getpixel((0, 0)) > 248 < corner.getpixel((corner.width - 1, corner.height - 1))


def test_a_link_over_blackened_text_does_not_say_what_it_said() -> None:
    secret = "BT /F1 18 Tf 90 602 Td (jane@example.org) Tj ET 0 g 80 590 200 30 re f"

    def change(pdf: pikepdf.Pdf) -> None:
        content(secret)(pdf)
        _linked(_uri("mailto:jane@example.org"), _uri("https://example.org/"))(pdf)

    taken = _look(foreign(change))
    assert "intake.bad_redaction" in _codes(taken)
    assert [address for _, _, address in _found(taken.pdf)] == ["https://example.org/"]


def test_a_packet_with_foreign_links_is_valid_and_sound() -> None:
    data = letter("Linked", 3)  # of a modern program: names, and addresses
    assert [kind for _, kind, _ in _found(_look(data).pdf)].count("Page 1 of this exhibit") == 3
    files = {"a.pdf": data, "b.pdf": foreign(_linked(_uri("https://example.org/")), pages=2)}
    parts = [{"file": path, "title": path} for path in files]
    plan = plans.load({"title": "T", "case": "C", "parts": [{"generated": "contents"}, *parts]})
    packet = bound(plan, files)
    assert structure.check(packet.pdf) == []
    assert validate([packet.pdf]) == []
