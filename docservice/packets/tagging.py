"""Tags for the pages of a foreign file: a Figure with alternative text per page, and the text found on it."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pikepdf
from pikepdf import Array, Dictionary, Name

from docservice.packets.intake import Intake
from docservice.refusal import Refusal


def tagged(intake: Intake, alts: Sequence[str], *, on_behalf_of: str) -> pikepdf.Pdf:
    """The intake's pages with a structure tree, ready to merge. ``alts``: one alternative text per page."""
    if len(alts) != len(intake.pages):
        raise Refusal("packet.alt", f"{on_behalf_of}: {len(intake.pages)} pages, {len(alts)} alternative texts.")
    pdf = pikepdf.Pdf.open(io.BytesIO(intake.pdf))
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root))
    kids: list[pikepdf.Object] = []
    parents: list[object] = []
    for number, (page, info, alt) in enumerate(zip(pdf.pages, intake.pages, alts, strict=True)):
        box = Array([0, 0, round(info.width, 2), round(info.height, 2)])
        layout = Dictionary(O=Name.Layout, Placement=Name.Block, BBox=box)
        figure = Dictionary(Type=Name.StructElem, S=Name.Figure, P=document, Pg=page.obj, K=0, Alt=alt, A=layout)
        owners = [pdf.make_indirect(figure)]
        if info.text_layer:
            text = Dictionary(Type=Name.StructElem, S=Name.P, P=document, Pg=page.obj, K=1)
            owners.append(pdf.make_indirect(text))
        kids += owners
        parents += [number, pdf.make_indirect(Array(owners))]
        page.obj.StructParents = number
    document.K = Array(kids)
    root.K = Array([document])
    root.ParentTree = pdf.make_indirect(Dictionary(Nums=Array(parents)))
    root.ParentTreeNextKey = len(intake.pages)
    pdf.Root.StructTreeRoot = root
    return pdf
