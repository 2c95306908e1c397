"""An empty signature field on a tagged page, ready to be sealed when the packet is finished.

The field is made before the merge, because nothing but the seal itself may be added after it. What this does not do:
seal (:mod:`seal`).
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from docservice.pdf.splicing.tagtree import number_entries
from docservice.refusal import Refusal

NAME = "Seal"
_PRINTED = 4  # annotation flag Print, which PDF/A wants (ISO 19005-3, 6.3.2)


def with_field(
    pdf: bytes,
    *,
    page: int,
    box: tuple[float, float, float, float],
    name: str = NAME,
    tooltip: str = "Electronic seal of the town",
) -> bytes:
    """A tagged PDF with an empty signature field ``name`` on ``page`` (from 1), framed.

    ``box`` (left, bottom, right, top) is in points of the page, which must not be rotated. ``tooltip`` is what a
    screen reader says. The field is the last thing that the document's structure has.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        tree = document.Root.get(Name.StructTreeRoot)
        if tree is None or Name.ParentTree not in tree or not 1 <= page <= len(document.pages):
            raise Refusal("seal.field", "A seal needs a tagged document that has the page for it.")
        sheet = document.pages[page - 1].obj
        entries = dict(number_entries(tree.ParentTree))
        key = max([*entries, int(tree.get(Name.ParentTreeNextKey, 0)) - 1], default=-1) + 1
        widget = document.make_indirect(
            Dictionary(
                Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=String(name), TU=String(tooltip), F=_PRINTED,
                P=sheet, Rect=Array(box), StructParent=key, AP=Dictionary(N=_frame(document, box)),
            )
        )  # fmt: skip
        parent = _top(tree)
        element = document.make_indirect(
            Dictionary(
                Type=Name.StructElem, S=Name.Form, P=parent, Pg=sheet, Alt=String(tooltip),
                K=Array([Dictionary(Type=Name.OBJR, Obj=widget, Pg=sheet)]),
            )
        )  # fmt: skip
        parent.K = Array([*_listed(parent.get(Name.K)), element])
        nums = [item for number, value in sorted({**entries, key: element}.items()) for item in (number, value)]
        tree.ParentTree = document.make_indirect(Dictionary(Nums=Array(nums)))
        tree.ParentTreeNextKey = key + 1
        sheet.Annots = Array([*sheet.get(Name.Annots, Array()), widget])
        sheet.Tabs = Name.S
        enroll(document)
        buffer = io.BytesIO()
        document.save(buffer, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return buffer.getvalue()


def has_seal(path: Path) -> bool:
    """Whether the file has a signature field that was signed."""
    with pikepdf.open(path) as document:
        fields = document.Root.get(Name.AcroForm, Dictionary()).get(Name.Fields, Array())
        return any(field.get(Name.FT) == Name.Sig and Name.V in field for field in fields)


def enroll(document: pikepdf.Pdf) -> int:
    """Make the catalog's form list the signature fields on the pages, and nothing else; how many.

    A merge calls it when its pages are there: copying pages carries widgets over, but not the form that lists them.
    """
    fields = [
        annotation
        for page in document.pages
        for annotation in page.obj.get(Name.Annots, ())
        if annotation.get(Name.Subtype) == Name.Widget and annotation.get(Name.FT) == Name.Sig
    ]
    if fields:
        document.Root.AcroForm = Dictionary(Fields=Array(fields))
    elif Name.AcroForm in document.Root:
        del document.Root.AcroForm
    return len(fields)


def _frame(document: pikepdf.Pdf, box: tuple[float, float, float, float]) -> pikepdf.Object:
    width, height = box[2] - box[0], box[3] - box[1]
    form = document.make_stream(f"q 0.55 G 0.75 w 0.5 0.5 {width - 1:.2f} {height - 1:.2f} re S Q".encode())
    form.Type, form.Subtype = Name.XObject, Name.Form
    form.BBox = Array([0, 0, round(width, 4), round(height, 4)])
    form.Resources = Dictionary()
    return form


def _top(tree: Any) -> Any:
    """The element that holds all others, or the root where there is none."""
    kids = _listed(tree.get(Name.K))
    return kids[-1] if kids and kids[-1].get(Name.S) in (Name.Document, Name.Part) else tree


def _listed(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, Array) else [value]
