"""Form fields of a foreign PDF: every value gets an appearance, is fixed into the page, and is looked for there.

A field may hold a value that nothing draws (``NeedAppearances``, or no appearance at all). qpdf draws plain texts,
pdfium those that need other fonts, and checked boxes without a drawing get a cross here.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pikepdf
import pypdfium2 as pdfium  # type: ignore[import-untyped,unused-ignore]
from pikepdf import Array, Dictionary, Name, Object

from docservice.packets.intake import Finding

_HIDDEN = 2 | 32
_PASSWORD = 1 << 13  # of a text field (ISO 32000-1, 12.7.4.3)
_PUSHBUTTON = 1 << 16  # of a button


@dataclass(frozen=True, slots=True)
class Value:
    """What a field on ``page`` (from 1) holds and should show."""

    page: int
    field: str
    text: str


def inherited(widget: Object, name: Name) -> Object | None:
    """An entry of a field, or of the field it belongs to."""
    node: Object | None = widget
    for _ in range(32):
        if not isinstance(node, Dictionary):
            return None
        if name in node:
            return node[name]
        node = node.get(Name.Parent)
    return None


def drawn(pdf: pikepdf.Pdf) -> tuple[pikepdf.Pdf, tuple[Value, ...]]:
    """The file with an appearance for every field that has a value, and those values.

    The file may be another one than was given: pdfium's, with the fields already in the page.
    """
    form = pdf.Root.get(Name.AcroForm)
    if not isinstance(form, Dictionary):
        return pdf, ()
    values = tuple(_values(pdf))
    _cross_boxes(pdf)
    always = bool(form.get(Name.NeedAppearances, False))
    lacking = [widget for _, widget in _widgets(pdf) if _text(widget) and (always or not _has_drawing(widget))]
    if not lacking:
        if always:
            form.NeedAppearances = False
        return pdf, values
    if all(_text(widget).isascii() and "\n" not in _text(widget) for widget in lacking) and _usable_defaults(form):
        form.NeedAppearances = True
        pdf.generate_appearance_streams()
        return pdf, values
    for widget in lacking:
        if Name.AP in widget:
            del widget.AP
    buffer = io.BytesIO()
    pdf.save(buffer, encryption=False)
    return pikepdf.open(io.BytesIO(_drawn_by_pdfium(buffer.getvalue()))), values


def missing(values: tuple[Value, ...], texts: Mapping[int, str]) -> list[Finding]:
    """A finding for every value whose letters are not in the text of its page (``texts``, by page from 1)."""
    squeezed = {page: _letters(text) for page, text in texts.items()}
    return [
        Finding(
            "intake.form_value",
            f"The field “{value.field}” does not show its value as it is stored; compare it with the original.",
            page=value.page,
        )
        for value in values
        if _letters(value.text) not in squeezed.get(value.page, "")
    ]


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _widgets(pdf: pikepdf.Pdf) -> Iterator[tuple[int, Object]]:
    for number, page in enumerate(pdf.pages, 1):
        listed = page.obj.get(Name.Annots)
        for item in listed if isinstance(listed, Array) else ():
            if isinstance(item, Dictionary) and item.get(Name.Subtype) == Name.Widget:
                yield number, item


def _values(pdf: pikepdf.Pdf) -> Iterator[Value]:
    for number, widget in _widgets(pdf):
        flags = inherited(widget, Name.Ff)
        secret = isinstance(flags, int) and flags & _PASSWORD
        text = _text(widget)
        if text.strip() and not secret and not int(widget.get(Name.F, 0)) & _HIDDEN:
            name = inherited(widget, Name.T)
            yield Value(number, "".join(c for c in str(name or "") if c.isprintable())[:60], text)


def _text(widget: Object) -> str:
    """The text that a text or choice field holds."""
    if inherited(widget, Name.FT) not in (Name.Tx, Name.Ch):
        return ""
    value = inherited(widget, Name.V)
    if isinstance(value, pikepdf.Stream):
        return value.read_bytes()[:10_000].decode("latin-1")
    if not isinstance(value, pikepdf.String):
        return ""
    text = str(value)
    options = inherited(widget, Name.Opt)
    for option in options if isinstance(options, Array) else ():  # (export value, what is shown)
        if isinstance(option, Array) and len(option) == 2 and str(option[0]) == text:
            return str(option[1])
    return text


def _has_drawing(widget: Object) -> bool:
    appearance = widget.get(Name.AP)
    normal = appearance.get(Name.N) if isinstance(appearance, Dictionary) else None
    return isinstance(normal, pikepdf.Stream) and bool(normal.read_bytes().strip())


def _usable_defaults(form: Object) -> bool:
    """Whether qpdf can find the fonts that the fields name."""
    resources = form.get(Name.DR)
    return isinstance(resources, Dictionary) and isinstance(resources.get(Name.Font), Dictionary)


def _cross_boxes(pdf: pikepdf.Pdf) -> None:
    """Check boxes and radio buttons that are on and have no drawing for it get a cross."""
    for _, widget in _widgets(pdf):
        flags = inherited(widget, Name.Ff)
        if inherited(widget, Name.FT) != Name.Btn or (isinstance(flags, int) and flags & _PUSHBUTTON):
            continue
        state = widget.get(Name.AS)
        state = inherited(widget, Name.V) if state is None else state
        if not isinstance(state, Name) or state == Name.Off:
            continue
        appearance = widget.get(Name.AP)
        normal = appearance.get(Name.N) if isinstance(appearance, Dictionary) else None
        if isinstance(normal, Dictionary) and state in normal:
            widget.AS = state
            continue
        if isinstance(normal, Dictionary) and not isinstance(normal, pikepdf.Stream) and len(list(normal.keys())):
            continue  # it is another button of the group that is on
        left, bottom, right, top = (float(side) for side in widget.Rect)
        width, height = abs(right - left), abs(top - bottom)
        cross = pdf.make_stream(f"1 w 1 1 m {width - 1} {height - 1} l 1 {height - 1} m {width - 1} 1 l S".encode())
        cross.Type, cross.Subtype, cross.BBox = Name.XObject, Name.Form, Array([0, 0, width, height])
        cross.Resources = Dictionary()
        widget.AP = Dictionary(N=Dictionary({str(state): cross}))
        widget.AS = state


def _drawn_by_pdfium(data: bytes) -> bytes:
    """The file with its form fields drawn into its pages by pdfium, which has fonts for every value."""
    document = pdfium.PdfDocument(data)
    try:
        document.init_forms()
        for number in range(len(document)):
            page = document[number]
            page.flatten()
            page.close()
        buffer = io.BytesIO()
        document.save(buffer)
        return buffer.getvalue()
    finally:
        document.close()
