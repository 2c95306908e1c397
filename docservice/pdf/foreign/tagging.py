"""Tags for the pages of a foreign file: a Figure with alternative text per page, the text found on it, its links."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pikepdf
from pikepdf import Array, Dictionary, Name

from docservice.pdf.foreign.intake import Intake
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
    links: list[tuple[pikepdf.Object, pikepdf.Object]] = []
    for number, (page, info, alt) in enumerate(zip(pdf.pages, intake.pages, alts, strict=True)):
        box = Array([0, 0, round(info.width, 2), round(info.height, 2)])
        layout = Dictionary(O=Name.Layout, Placement=Name.Block, BBox=box)
        figure = Dictionary(Type=Name.StructElem, S=Name.Figure, P=document, Pg=page.obj, K=0, Alt=alt, A=layout)
        owners = [pdf.make_indirect(figure)]
        if info.text_layer:
            text = Dictionary(Type=Name.StructElem, S=Name.P, P=document, Pg=page.obj, K=1)
            owners.append(pdf.make_indirect(text))
        kids += owners
        listed = page.obj.get(Name.Annots)
        if isinstance(listed, Array) and len(listed):
            kids.append(_links(pdf, document, page.obj, list(listed), links))
        parents += [number, pdf.make_indirect(Array(owners))]
        page.obj.StructParents = number
    for key, (annotation, element) in enumerate(links, len(intake.pages)):
        annotation.StructParent = key
        parents += [key, element]
    document.K = Array(kids)
    root.K = Array([document])
    root.ParentTree = pdf.make_indirect(Dictionary(Nums=Array(parents)))
    root.ParentTreeNextKey = len(intake.pages) + len(links)
    pdf.Root.StructTreeRoot = root
    return pdf


def _links(
    pdf: pikepdf.Pdf,
    document: pikepdf.Object,
    page: pikepdf.Object,
    annotations: Sequence[pikepdf.Object],
    links: list[tuple[pikepdf.Object, pikepdf.Object]],
) -> pikepdf.Object:
    """A paragraph of the links of a page; each link and its element go to ``links``."""
    paragraph = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.P, P=document, Pg=page))
    elements = []
    for annotation in annotations:
        reference = Dictionary(Type=Name.OBJR, Obj=annotation, Pg=page)
        element = Dictionary(Type=Name.StructElem, S=Name.Link, P=paragraph, Pg=page, K=reference)
        elements.append(pdf.make_indirect(element))
        links.append((annotation, elements[-1]))
    paragraph.K = Array(elements)
    return paragraph
