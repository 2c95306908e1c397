"""Form fields: every value is there to be seen, and the fields of two files do not mix."""

from __future__ import annotations

from collections.abc import Callable

import pikepdf
import pypdfium2 as pdfium
import pytest
from pikepdf import Array, Dictionary, Name, String

from docservice.packets import plan as plans
from docservice.pdf.foreign import examine
from docservice.pdf.foreign.intake import Frame, Intake
from tests.packets import structure
from tests.packets.making import bound, content, foreign, text_of


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


_COLORS = Array([String("Red"), Array([String("b"), String("Blue")]), String("Green")])


@pytest.mark.parametrize("needed", [True, False])
@pytest.mark.parametrize(
    ("field", "shown"),
    [
        (Dictionary(FT=Name.Ch, V=String("b"), Ff=1 << 17, Opt=_COLORS), "Blue"),
        (Dictionary(FT=Name.Ch, V=String("b"), Opt=_COLORS), "Blue"),
        (Dictionary(FT=Name.Ch, V=Array([String("Red"), String("b")]), Ff=1 << 21, Opt=_COLORS), "RedBlue"),
        (Dictionary(FT=Name.Ch, V=String("Mauve"), Ff=3 << 17, Opt=_COLORS), "Mauve"),  # typed by hand
        (Dictionary(FT=Name.Tx, V=42), "42"),
        (Dictionary(FT=Name.Tx, V=String("123456"), Ff=1 << 24, MaxLen=6), "123456"),
        (Dictionary(FT=Name.Tx, V=String("no font named"), DA=String("")), "nofontnamed"),
        (Dictionary(FT=Name.Tx, V=String("a font that is not there"), DA=String("/Nope 12 Tf")), "afontthatisnotthere"),
        (Dictionary(FT=Name.Tx, V=String("a value far too long for its little box, " * 3)), "littlebox,"),
    ],
    ids=["combo", "list", "several", "typed", "number", "comb", "no font", "unknown font", "too long"],
)
def test_every_kind_of_value_without_a_drawing_is_drawn(field: Dictionary, shown: str, needed: bool) -> None:
    field.T = String("name")
    taken = _look(foreign(_form(field, needed=needed)))
    assert shown in "".join(text_of(taken).split())
    assert "Green" not in text_of(taken)
    assert not _codes(taken) & {"intake.form_value", "intake.outside_text", "intake.unseen_text"}


def test_a_value_too_long_for_its_box_is_made_to_fit() -> None:
    taken = _look(foreign(_form(_text("a value far too long for its little box, " * 2 + "end"), needed=True)))
    picture = pdfium.PdfDocument(taken.pdf)[0].render(scale=3).to_pil().convert("L")
    ink = picture.point(lambda v: 255 if v < 128 else 0).getbbox()
    assert ink is not None
    assert ink[2] < 400 * 3  # it ends before the right edge of the box, not at it


def _radios(*states: Name | None, drawn: bool = True) -> Callable[[pikepdf.Pdf], None]:
    """Buttons One, Two, Three of a group that is stored as Two; ``states`` are what each shows."""

    def change(pdf: pikepdf.Pdf) -> None:
        _form(*[Dictionary(Rect=Array([90, 600 - 50 * n, 110, 620 - 50 * n])) for n in range(3)])(pdf)
        kids = list(pdf.Root.AcroForm.Fields)
        group = Dictionary(FT=Name.Btn, Ff=1 << 15, T=String("choice"), V=Name.Two, Kids=Array(kids))
        group = pdf.make_indirect(group)
        for kid, name, state in zip(kids, ("One", "Two", "Three"), states, strict=True):
            kid.Parent = group
            if state is not None:
                kid.AS = state
            if drawn:
                on = pdf.make_stream(b"0 g 2 2 16 16 re f")
                on.Type, on.Subtype, on.BBox, on.Resources = Name.XObject, Name.Form, Array([0, 0, 20, 20]), {}
                kid.AP = Dictionary(N=Dictionary({f"/{name}": on}))
        pdf.Root.AcroForm.Fields = Array([group])

    return change


@pytest.mark.parametrize(
    ("change", "on", "said"),
    [
        (_radios(Name.Off, Name.Two, Name.Off), [1], False),
        (_radios(None, None, None), [1], False),
        (_radios(Name.Off, Name.Two, Name.Off, drawn=False), [1], False),
        (_radios(None, None, None, drawn=False), [], True),  # nobody knows which one it is
        (_radios(Name.Off, Name.Off, Name.Off), [], True),  # stored as on, shown as off
    ],
    ids=["as usual", "no state", "no drawing", "neither", "contradiction"],
)
def test_of_several_buttons_the_one_that_is_on_shows(
    change: Callable[[pikepdf.Pdf], None], on: list[int], said: bool
) -> None:
    taken = _look(foreign(change))
    picture = pdfium.PdfDocument(taken.pdf)[0].render(scale=1).to_pil().convert("L")
    boxes = [(90, 792 - 620 + 50 * n, 110, 792 - 600 + 50 * n) for n in range(3)]
    dark = [picture.crop(box).getextrema()[0] < 128 for box in boxes]  # type: ignore[operator]
    assert [n for n, is_dark in enumerate(dark) if is_dark] == on
    assert ("intake.form_value" in _codes(taken)) is said


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
    plan = plans.load({"title": "T", "case": "C", "parts": parts, "certificate": False})
    packet = bound(plan, files)
    assert structure.check(packet.pdf) == []
    document = pdfium.PdfDocument(packet.pdf)
    texts = [page.get_textpage().get_text_range() for page in document]
    assert ["Ada" in text for text in texts] == [True, False]
    assert ["Grace" in text for text in texts] == [False, True]
