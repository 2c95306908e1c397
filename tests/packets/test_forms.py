"""Form fields: every value is there to be seen, and the fields of two files do not mix."""

from __future__ import annotations

from collections.abc import Callable

import pikepdf
import pypdfium2 as pdfium
import pytest
import structure
from making import ON, content, font_set, foreign, pack, text_of
from pikepdf import Array, Dictionary, Name, String

from docservice.packets import examine
from docservice.packets import plan as plans
from docservice.packets.assemble import assemble
from docservice.packets.intake import Frame, Intake


def _look(data: bytes) -> Intake:
    return examine.look(data, Frame())


def _codes(taken: Intake) -> set[str]:
    return {finding.code for finding in taken.findings}


def _form(*fields: Dictionary, needed: bool = False) -> Callable[[pikepdf.Pdf], None]:
    """A form of the given widgets on the first page, whose fonts are called /F1."""

    def change(pdf: pikepdf.Pdf) -> None:
        content("")(pdf)
        widgets = []
        for number, field in enumerate(fields):
            base = Dictionary(Type=Name.Annot, Subtype=Name.Widget, F=4, DA=String("/F1 12 Tf 0 g"))
            base.Rect = Array([90, 600 - 50 * number, 400, 625 - 50 * number])
            for key, value in field.items():
                base[key] = value
            widgets.append(pdf.make_indirect(base))
        fonts = Dictionary(F1=pdf.pages[0].obj.Resources.Font.F1)
        pdf.Root.AcroForm = Dictionary(Fields=Array(widgets), DR=Dictionary(Font=fonts), DA=String("/F1 12 Tf 0 g"))
        if needed:
            pdf.Root.AcroForm.NeedAppearances = True
        pdf.pages[0].obj.Annots = Array(widgets)

    return change


def _text(value: str, **more: object) -> Dictionary:
    return Dictionary(FT=Name.Tx, T=String("name"), V=String(value), **more)


@pytest.mark.parametrize("needed", [True, False])
@pytest.mark.parametrize("value", ["Filled in by hand", "Château Nº 9", "two\nlines", "(brackets) \\ slash"])
def test_values_without_a_drawing_are_drawn(value: str, needed: bool) -> None:
    taken = _look(foreign(_form(_text(value, Ff=4096 if "\n" in value else 0), needed=needed)))
    seen = "".join(text_of(taken).split())
    assert "".join(value.split()) in seen
    assert "intake.form" in _codes(taken)
    assert "intake.form_value" not in _codes(taken)
    assert b"AcroForm" not in taken.pdf


@pytest.mark.parametrize("value", ["Trần Thị Hương", "陳美玲", "محمد"])
def test_a_value_in_any_script_is_drawn_or_its_lack_is_said(value: str) -> None:
    taken = _look(foreign(_form(_text(value), needed=True)))
    seen = "".join(text_of(taken).split())
    assert ("intake.form_value" in _codes(taken)) is ("".join(value.split()) not in seen)


def test_a_choice_shows_what_it_stands_for() -> None:
    choice = Dictionary(FT=Name.Ch, T=String("c"), V=String("x1"), Ff=1 << 17)
    choice.Opt = Array([Array([String("x1"), String("Waiver granted")])])
    taken = _look(foreign(_form(choice, needed=True)))
    assert "Waiver granted" in text_of(taken) or "intake.form_value" in _codes(taken)


@pytest.mark.parametrize(("state", "dark"), [(Name.Yes, True), (Name.Off, False)])
def test_a_checked_box_without_a_drawing_gets_a_cross(state: Name, dark: bool) -> None:
    taken = _look(foreign(_form(Dictionary(FT=Name.Btn, T=String("b"), V=state, AS=state))))
    picture = pdfium.PdfDocument(taken.pdf)[0].render(scale=1).to_pil().convert("L")
    assert bool(picture.getextrema()[0] < 150) is dark


def test_a_drawing_that_shows_another_value_is_said() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        _form(_text("1,500 dollars"))(pdf)
        drawing = pdf.make_stream(b"BT /F1 12 Tf 2 5 Td (15 dollars) Tj ET")
        drawing.Type, drawing.Subtype, drawing.BBox = Name.XObject, Name.Form, Array([0, 0, 310, 25])
        drawing.Resources = Dictionary(Font=pdf.Root.AcroForm.DR.Font)
        pdf.pages[0].obj.Annots[0].AP = Dictionary(N=drawing)

    taken = _look(foreign(change))
    assert "intake.form_value" in _codes(taken)
    assert "1,500" not in " ".join(finding.message for finding in taken.findings)


def test_a_signature_stays_visible_and_its_loss_is_said() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        _form(Dictionary(FT=Name.Sig, T=String("s"), V=Dictionary(Type=Name.Sig, Contents=String("x"))))(pdf)
        drawing = pdf.make_stream(b"BT /F1 12 Tf 2 5 Td (Signed by Ada) Tj ET")
        drawing.Type, drawing.Subtype, drawing.BBox = Name.XObject, Name.Form, Array([0, 0, 310, 25])
        drawing.Resources = Dictionary(Font=pdf.Root.AcroForm.DR.Font)
        pdf.pages[0].obj.Annots[0].AP = Dictionary(N=drawing)

    taken = _look(foreign(change))
    assert "Signed by Ada" in text_of(taken)
    assert [finding.page for finding in taken.findings if finding.code == "intake.signature"] == [1]


def test_fields_of_two_files_with_one_name_do_not_mix() -> None:
    files = {f"{value}.pdf": foreign(_form(_text(value), needed=True)) for value in ("Ada", "Grace")}
    parts = [{"file": path, "title": path, "exhibit": "none"} for path in files]
    plan = plans.load({"title": "T", "case": "C", "parts": parts})
    packet = assemble(plan, documents={}, files=files, pack=pack(), fonts=font_set(), on=ON)
    assert structure.check(packet.pdf) == []
    document = pdfium.PdfDocument(packet.pdf)
    texts = [page.get_textpage().get_text_range() for page in document]
    assert ["Ada" in text for text in texts] == [True, False]
    assert ["Grace" in text for text in texts] == [False, True]
