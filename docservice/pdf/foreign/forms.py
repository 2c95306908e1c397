"""Form fields of a foreign PDF: every value gets an appearance, is fixed into the page, and is looked for there.

A field may hold a value that nothing draws (``NeedAppearances``, or no appearance at all). qpdf draws plain texts,
pdfium those that need other fonts or a smaller size, and checked boxes without a drawing get a cross here. Choices are
drawn as the texts that were chosen. What cannot be known from the file (which of several buttons is on) is said.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import pikepdf
import pypdfium2 as pdfium  # type: ignore[import-untyped,unused-ignore]
from pikepdf import Array, Dictionary, Name, Object

from docservice.finding import Finding
from docservice.text import printable

_HIDDEN = 2 | 32
_PASSWORD = 1 << 13  # of a text field (ISO 32000-1, 12.7.4.3)
_PUSHBUTTON = 1 << 16  # of a button
_MULTILINE = 1 << 12  # of a text field
_MOST_CHOICES = 100
_WIDE = 0.55  # of an em: a character, on average


_DIFFERS = "The field “{}” does not show its value as it is stored; compare it with the original."


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
    _cross_boxes(pdf)
    values = tuple(_values(pdf))
    always = bool(form.get(Name.NeedAppearances, False))
    lacking = [widget for _, widget in _widgets(pdf) if _text(widget) and (always or not _has_drawing(widget))]
    if not lacking:
        if always:
            form.NeedAppearances = False
        return pdf, values
    simple = [_prepared(form, widget) for widget in lacking]
    if all(simple):
        form.NeedAppearances = True
        pdf.generate_appearance_streams()
        return pdf, values
    for widget in lacking:
        if Name.AP in widget:
            del widget.AP
    buffer = io.BytesIO()
    pdf.save(buffer, encryption=False)
    return pikepdf.open(io.BytesIO(_drawn_by_pdfium(buffer.getvalue()))), values


def _prepared(form: Object, widget: Object) -> bool:
    """Make a field a text field that names a font there is; whether qpdf can draw it."""
    text = _text(widget)
    if inherited(widget, Name.FT) == Name.Ch:
        widget.FT, widget.Ff = Name.Tx, _MULTILINE if "\n" in text else 0
    widget.V = pikepdf.String(text)
    appearance = inherited(widget, Name.DA)
    appearance = form.get(Name.DA) if appearance is None else appearance
    written = str(appearance) if isinstance(appearance, pikepdf.String) else ""
    font = re.search(r"/(\S+)\s+(-?[\d.]+)\s+Tf", written)
    if font is None or not _usable(form, Name("/" + font[1])):
        _usable(form, Name.Helv, make=True)
        written, size = "/Helv 0 Tf 0 g", 0.0
    else:
        size = float(font[2])
    left, bottom, right, top = (float(side) for side in widget.Rect)
    wide, high = abs(right - left), abs(top - bottom)
    tight = not _flags(widget) & _MULTILINE and len(text) * _WIDE * (size or min(12.0, high)) > wide
    if tight and font is not None and size:
        written = written.replace(font[0], f"/{font[1]} 0 Tf")  # as large as fits
    widget.DA = pikepdf.String(written)
    return text.isascii() and "\n" not in text and not tight


def _usable(form: Object, name: Name, *, make: bool = False) -> bool:
    """Whether the fields' fonts have this one; made on demand."""
    resources = form.get(Name.DR)
    if not isinstance(resources, Dictionary):
        if not make:
            return False
        resources = form.DR = Dictionary()
    if not isinstance(resources.get(Name.Font), Dictionary):
        if not make:
            return False
        resources.Font = Dictionary()
    if make and name not in resources.Font:
        kind = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
        resources.Font[name] = kind
    return name in resources.Font


def undrawn(pdf: pikepdf.Pdf) -> list[Finding]:
    """A finding for every button whose stored state is not the one that is shown, or is not to be known."""
    found = []
    for number, widget in _widgets(pdf):
        if inherited(widget, Name.FT) != Name.Btn or _flags(widget) & _PUSHBUTTON or _secret(widget):
            continue
        value, state = inherited(widget, Name.V), widget.get(Name.AS)
        if not isinstance(value, Name) or value == Name.Off:
            value = None
        own = _states(widget)
        if own:
            wrong = value in own and state is not None and state != value
        else:
            wrong = value is not None and state is None and _siblings(widget) > 1
        if wrong:
            found.append(Finding.warning("intake.form_value", _DIFFERS.format(_name(widget)), page=number))
    return found


def _states(widget: Object) -> list[Name]:
    """The states that a button has a drawing for."""
    appearance = widget.get(Name.AP)
    normal = appearance.get(Name.N) if isinstance(appearance, Dictionary) else None
    if not isinstance(normal, Dictionary) or isinstance(normal, pikepdf.Stream):
        return []
    return [Name(key) for key, _ in normal.items()]


def _siblings(widget: Object) -> int:
    parent = widget.get(Name.Parent)
    kids = parent.get(Name.Kids) if isinstance(parent, Dictionary) else None
    return len(kids) if isinstance(kids, Array) else 1


def missing(values: tuple[Value, ...], texts: Mapping[int, str]) -> list[Finding]:
    """A finding for every value whose letters are not in the text of its page (``texts``, by page from 1)."""
    squeezed = {page: _letters(text) for page, text in texts.items()}
    return [
        Finding.warning(
            "intake.form_value",
            _DIFFERS.format(value.field),
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
        text = _text(widget)
        if text.strip() and not _secret(widget):
            yield Value(number, _name(widget), text)


def _secret(widget: Object) -> bool:
    """Whether a field is not meant to be read: a password, or hidden."""
    password = inherited(widget, Name.FT) == Name.Tx and _flags(widget) & _PASSWORD
    hidden = widget.get(Name.F)
    return bool(password or (isinstance(hidden, int) and hidden & _HIDDEN))


def _name(widget: Object) -> str:
    name = inherited(widget, Name.T)
    return printable(str(name or ""))[:60]


def _flags(widget: Object) -> int:
    flags = inherited(widget, Name.Ff)
    return flags if isinstance(flags, int) else 0


def _text(widget: Object) -> str:
    """The text that a text or choice field holds; of several choices, one to a line."""
    kind = inherited(widget, Name.FT)
    if kind not in (Name.Tx, Name.Ch):
        return ""
    value = inherited(widget, Name.V)
    if isinstance(value, pikepdf.Stream):
        return value.read_bytes()[:10_000].decode("latin-1")
    shown = {}
    options = inherited(widget, Name.Opt) if kind == Name.Ch else None
    for option in options if isinstance(options, Array) else ():  # (export value, what is shown)
        if isinstance(option, Array) and len(option) == 2:
            shown[str(option[0])] = str(option[1])
    chosen = list(value)[:_MOST_CHOICES] if isinstance(value, Array) else [value]
    return "\n".join(shown.get(text, text) for text in map(_scalar, chosen) if text)


def _scalar(value: object) -> str:
    if isinstance(value, pikepdf.String):
        return str(value)
    if isinstance(value, Name):
        return str(value)[1:]
    return str(value) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else ""


def _has_drawing(widget: Object) -> bool:
    appearance = widget.get(Name.AP)
    normal = appearance.get(Name.N) if isinstance(appearance, Dictionary) else None
    return isinstance(normal, pikepdf.Stream) and bool(normal.read_bytes().strip())


def _cross_boxes(pdf: pikepdf.Pdf) -> None:
    """Check boxes and radio buttons that are on and have no drawing for it get a cross."""
    for _, widget in _widgets(pdf):
        if inherited(widget, Name.FT) != Name.Btn or _flags(widget) & _PUSHBUTTON:
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
        if Name.AS not in widget and _siblings(widget) > 1:
            continue  # nobody knows which of them is on; :func:`undrawn` says so
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
