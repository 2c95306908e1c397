"""What readers do not see of a foreign file: layers, text under black boxes, beyond the edges, white on white."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pypdfium2 as pdfium
import pytest
from pikepdf import Array, Dictionary, Name, String

from docservice.pdf.foreign import examine
from docservice.pdf.foreign.intake import Frame, Intake
from tests.packets.making import content, foreign, letter, text_of


def _look(data: bytes) -> Intake:
    return examine.look(data, Frame())


def _codes(taken: Intake) -> set[str]:
    return {finding.code for finding in taken.findings}


def _dark(taken: Intake) -> bool:
    picture = pdfium.PdfDocument(taken.pdf)[0].render(scale=1).to_pil().convert("L")
    return bool(picture.getextrema()[0] < 100)


SECRET = "BT /F1 18 Tf 90 600 Td (Secret words) Tj ET"


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ("0 g 80 590 200 30 re f", True),  # a black box over the text
        ("0.2 0.1 0.4 rg 80 590 200 30 re f", True),  # a dark box of any color
        ("0 g 80 590 60 30 re f", True),  # over a part of it
        ("0 g 80 500 200 30 re f", False),  # beside it
        ("0 g 0 G 2 w 80 590 200 30 re S", False),  # a frame around it
    ],
)
def test_text_under_a_dark_box_is_bad_redaction(more: str, found: bool) -> None:
    taken = _look(foreign(content(f"{SECRET} {more}")))
    assert ("intake.bad_redaction" in _codes(taken)) is found
    assert ("Secret words" in text_of(taken)) is not found


def test_what_is_under_a_box_is_in_no_byte_of_the_pages() -> None:
    plain = letter("Names and numbers")
    with pikepdf.open(io.BytesIO(plain)) as pdf:
        page = pdf.pages[0]
        page.contents_add(b"q 1 0 0 1 0 0 cm 0 g 0 400 612 392 re f Q")
        buffer = io.BytesIO()
        pdf.save(buffer)
    taken = _look(buffer.getvalue())
    finding = next(f for f in taken.findings if f.code == "intake.bad_redaction")
    assert finding.page == 1
    assert "Names" not in finding.message
    assert taken.pages[0].kind == "raster"
    assert "Names and numbers" not in text_of(taken)


def test_an_annotation_that_covers_text_is_bad_redaction_too() -> None:
    def cover(pdf: pikepdf.Pdf) -> None:
        content(SECRET)(pdf)
        box = pdf.make_stream(b"0 g 0 0 200 30 re f")
        box.Type, box.Subtype, box.BBox = Name.XObject, Name.Form, Array([0, 0, 200, 30])
        square = Dictionary(Type=Name.Annot, Subtype=Name.Square, Rect=Array([80, 590, 280, 620]), F=4, AP={"/N": box})
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(square)])

    taken = _look(foreign(cover))
    assert "intake.bad_redaction" in _codes(taken)
    assert "Secret" not in text_of(taken)


def test_light_text_on_a_dark_ground_is_no_redaction() -> None:
    drawn = "0 0 0.4 rg 0 560 612 80 re f 1 g BT /F1 24 Tf 90 590 Td (Town of Madrona Hills) Tj ET"
    taken = _look(foreign(content(drawn)))
    assert "intake.bad_redaction" not in _codes(taken)
    assert "Town of Madrona Hills" in text_of(taken)


def test_text_beyond_the_edges_is_left_out_and_said() -> None:
    taken = _look(foreign(content(f"{SECRET} BT /F1 18 Tf 90 2000 Td (Far above) Tj ET")))
    assert "intake.outside_text" in _codes(taken)
    assert "Far above" not in text_of(taken)
    assert "Secret words" in text_of(taken)


def test_white_text_on_white_is_said() -> None:
    taken = _look(foreign(content(f"1 g {SECRET}")))
    assert "intake.unseen_text" in _codes(taken)


def test_the_invisible_text_of_a_scan_is_not_suspicious() -> None:
    taken = _look(foreign(content(f"3 Tr {SECRET}")))
    assert not _codes(taken) & {"intake.unseen_text", "intake.bad_redaction"}
    assert "Secret words" in text_of(taken)


def _layered(draw: str, default: Callable[[list[pikepdf.Object]], Dictionary]) -> Callable[[pikepdf.Pdf], None]:
    """Two layers, /A ("Survey") and /B ("Notes"), and a membership /M of both that wants both on."""

    def change(pdf: pikepdf.Pdf) -> None:
        groups = [pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(name))) for name in ("Survey", "Notes")]
        both = Dictionary(Type=Name.OCMD, OCGs=Array(groups), P=Name.AllOn)
        neither = Dictionary(Type=Name.OCMD, VE=Array([Name.Not, Array([Name.Or, *groups])]))
        pdf.Root.OCProperties = Dictionary(OCGs=Array(groups), D=default(groups))
        content(draw)(pdf)
        pdf.pages[0].obj.Resources.Properties = Dictionary(A=groups[0], B=groups[1], M=both, N=neither)

    return change


def _words(mark: str, text: str) -> str:
    return f"/OC /{mark} BDC BT /F1 18 Tf 90 {600 - 40 * ord(mark[0]) % 400} Td ({text}) Tj ET EMC "


@pytest.mark.parametrize(
    ("default", "shown"),
    [
        (lambda g: Dictionary(), {"Alpha", "Beta", "Both"}),
        (lambda g: Dictionary(OFF=Array([g[1]])), {"Alpha"}),
        (lambda g: Dictionary(BaseState=Name.OFF), {"Neither"}),
        (lambda g: Dictionary(BaseState=Name.OFF, ON=Array([g[0]])), {"Alpha"}),
    ],
)
def test_layers_are_shown_as_they_stand_by_default(
    default: Callable[[list[pikepdf.Object]], Dictionary], shown: set[str]
) -> None:
    draw = _words("A", "Alpha") + _words("B", "Beta") + _words("M", "Both") + _words("N", "Neither")
    taken = _look(foreign(_layered(draw, default)))
    text = text_of(taken)
    assert {word for word in ("Alpha", "Beta", "Both", "Neither") if word in text} == shown
    assert "intake.layers" in _codes(taken)
    message = " ".join(finding.message for finding in taken.findings)
    assert "Survey" in message
    assert "Notes" in message
    assert ("intake.hidden_layer" in _codes(taken)) is (shown != {"Alpha", "Beta", "Both"})


def test_a_hidden_layer_takes_its_pictures_and_lines_along_and_leaves_the_rest_in_place() -> None:
    draw = "q /OC /B BDC 0 g 0 0 600 700 re f BT /F1 9 Tf (x) ' 1 2 (y) \" ET 1 0 0 1 100 100 cm EMC 0 g 0 0 9 9 re f Q"
    taken = _look(foreign(_layered(draw, lambda g: Dictionary(OFF=Array([g[1]])))))
    picture = pdfium.PdfDocument(taken.pdf)[0].render(scale=1).to_pil().convert("L")
    box = picture.point(lambda v: 255 if v < 128 else 0).getbbox()
    assert box == pytest.approx((100, 792 - 109, 109, 692), abs=1)


def test_forms_and_annotations_of_a_hidden_layer_are_left_out() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        _layered("/X Do", lambda g: Dictionary(OFF=Array([g[1]])))(pdf)
        page = pdf.pages[0].obj
        hidden = page.Resources.Properties.B
        form = pdf.make_stream(b"0 g 0 0 200 200 re f")
        form.Type, form.Subtype, form.BBox, form.OC = Name.XObject, Name.Form, Array([0, 0, 200, 200]), hidden
        page.Resources.XObject = Dictionary(X=form)
        drawing = pdf.make_stream(b"0 g 0 0 200 200 re f")
        drawing.Type, drawing.Subtype, drawing.BBox = Name.XObject, Name.Form, Array([0, 0, 200, 200])
        stamp = Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=Array([300, 300, 500, 500]), F=4, OC=hidden)
        stamp.AP = Dictionary(N=drawing)
        page.Annots = Array([pdf.make_indirect(stamp)])

    assert not _dark(_look(foreign(change)))


def test_annotations_hidden_on_screen_are_left_out_and_said() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name.FreeText, Rect=Array([90, 90, 200, 120]), F=2)
        note.Contents = String("hidden")
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])

    assert "intake.hidden_note" in _codes(_look(foreign(change)))
