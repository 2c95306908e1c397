"""The fields of a form, put into a PDF of Typst's where its letterhead placed them.

The letterhead draws the box of a field as a link to ``field:NAME``. Typst makes of it what a field needs besides: a
place on the page, a number among the page's tags, an element of the structure that the annotation hangs on, in the
order of reading. Here the link becomes a field: the annotation a widget with an appearance and a name for a voice
(``TU``), its element a ``Form`` (ISO 14289-1, 7.18.4). The page stays as it is drawn. The same input gives the same
bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from docservice.finding import Finding
from docservice.refusal import Refusal
from docservice.rendering.letters.field_font import FIRST, LAST, NAME, FieldFont, field_font
from docservice.rendering.typst_objects import Objects, UnreadableError, numbers_of, packed
from docservice.wording.form_fields import FILLED, FormField

_LINK = re.compile(rb"<</Type/Annot/Subtype/Link/Rect\[([\d. -]+)\].*?/URI\(field:([a-z0-9-]+)\)", re.DOTALL)
_KEY = re.compile(rb"/StructParent (\d+)")
_ELEMENT = re.compile(rb"<</Type/StructElem/S/Link/.*?/Obj (\d+) 0 R", re.DOTALL)
_SIZE = 10  # points: what is filled in
_MULTILINE = 1 << 12  # ISO 32000-1, table 228
_LOOK = b"(/%b %d Tf 0.106 0.11 0.102 rg)" % (NAME.encode(), _SIZE)


def with_fields(pdf: bytes, fields: Sequence[FormField], fonts: Path, *, to_right: bool = False) -> bytes:
    """``pdf`` with its ``fields`` to fill in; ``to_right``: lines are filled in from the right.

    Raises ``Refusal("form.unplaced")`` for every field that the letterhead did not place once.
    """
    wanted = {one.name: one for one in fields if one.kind in FILLED}
    objects = Objects(pdf)
    places = [*_places(objects)]
    _refuse_unplaced(wanted, [name for _, name, _ in places])
    if not wanted:
        return pdf
    font = _font(objects, field_font(fonts))
    look = b"/DA%b/Q %d" % (_LOOK, 2 if to_right else 0)
    for number, name, rect in places:
        one, body = wanted[name], objects.body(number)
        key = _KEY.search(body)
        if key is None:
            raise UnreadableError(f"no tag for the field {name}")
        width, height = rect[2] - rect[0], rect[3] - rect[1]
        made = b"<</Type/Annot/Subtype/Widget/Rect[%b]/F 4/StructParent %b/T(%b)/TU%b" % (
            b" ".join(b"%.5f" % side for side in rect), key[1], name.encode(), _text(one.label)
        )  # fmt: skip
        if one.kind == "check":
            on, off = objects.add(_checked(width, height)), objects.add(_form(b"", width, height))
            made += b"/FT/Btn/V/Off/AS/Off/AP<</N<</Yes %d 0 R/Off %d 0 R>>>>>>" % (on, off)
        else:
            empty = objects.add(_form(b"/Tx BMC\nEMC\n", width, height, b"/Font<</%b %d 0 R>>" % (NAME.encode(), font)))
            flags = _MULTILINE if one.kind == "lines" else 0
            made += b"/FT/Tx/Ff %d%b/V()/AP<</N %d 0 R>>>>" % (flags, look, empty)
        objects.change(number, made)
    _tag(objects, {number for number, _, _ in places})
    listed = b" ".join(b"%d 0 R" % number for number, _, _ in places)
    resources = b"/DR<</Font<</%b %d 0 R>>>>" % (NAME.encode(), font)
    form = objects.add(b"<</Fields[%b]%b/DA%b>>" % (listed, resources, _LOOK))
    catalog = objects.body(objects.root)
    objects.change(objects.root, catalog.removesuffix(b">>") + b"/AcroForm %d 0 R>>" % form)
    return objects.written(b"form 1" + repr(fields).encode())


def _places(objects: Objects) -> Iterator[tuple[int, str, tuple[float, ...]]]:
    """Every link that stands for a field: its object, the field's name, its rectangle; page by page, in order."""
    for page in objects.pages():
        body = objects.body(page)
        for number in numbers_of(b"Annots", body) if b"/Annots[" in body else ():
            found = _LINK.match(objects.body(number))
            if found:
                yield number, found[2].decode(), tuple(map(float, found[1].split()))


def _refuse_unplaced(wanted: dict[str, FormField], placed: list[str]) -> None:
    problems = [
        Finding.error("form.unplaced", f"the letterhead places it {placed.count(name)} times", f"field {name}")
        for name in dict.fromkeys((*wanted, *placed))
        if placed.count(name) != (name in wanted)
    ]  # fmt: skip
    if problems:
        raise Refusal("form.unplaced", "The form would have fields that nobody can fill in.", problems)


def _tag(objects: Objects, widgets: set[int]) -> None:
    """The elements of the structure that hold the widgets are forms."""
    for number in range(1, objects.count):
        body = objects.body(number)
        found = _ELEMENT.match(body)
        if found and int(found[1]) in widgets:
            objects.change(number, body.replace(b"/S/Link/", b"/S/Form/", 1))


def _form(content: bytes, width: float, height: float, resources: bytes = b"") -> bytes:
    return packed(
        content,
        b"/Type/XObject/Subtype/Form/BBox[0 0 %.3f %.3f]/Resources<<%b>>" % (width, height, resources),
    )


def _checked(width: float, height: float) -> bytes:
    """A check mark in strokes: no font has to be there for it."""
    side = min(width, height)
    x, y = (width - side) / 2, (height - side) / 2
    points = [(x + side * a, y + side * b) for a, b in ((0.2, 0.52), (0.42, 0.26), (0.82, 0.78))]
    path = b" ".join(
        b"%.2f %.2f %b" % (*point, operator) for point, operator in zip(points, (b"m", b"l", b"l"), strict=True)
    )
    return _form(b"q 1.6 w 1 J 1 j 0.106 0.11 0.102 RG %b S Q\n" % path, width, height)


def _font(objects: Objects, font: FieldFont) -> int:
    program = objects.add(packed(font.program, b"/Length1 %d" % len(font.program)))
    descriptor = objects.add(
        b"<</Type/FontDescriptor/FontName/%b/Flags 32/FontBBox[%d %d %d %d]/ItalicAngle 0/Ascent %d/Descent %d"
        b"/CapHeight %d/StemV 80/FontFile2 %d 0 R>>"
        % (NAME.encode(), *font.box, font.ascent, font.descent, font.cap_height, program)
    )
    widths = b" ".join(b"%d" % width for width in font.widths)
    return objects.add(
        b"<</Type/Font/Subtype/TrueType/BaseFont/%b/FirstChar %d/LastChar %d/Widths[%b]/Encoding/WinAnsiEncoding"
        b"/FontDescriptor %d 0 R>>" % (NAME.encode(), FIRST, LAST, widths, descriptor)
    )


def _text(text: str) -> bytes:
    return b"<FEFF%b>" % text.encode("utf-16-be").hex().upper().encode()
