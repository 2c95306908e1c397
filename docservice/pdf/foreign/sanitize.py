"""Taking out of a foreign PDF what a packet may not carry, saying what was taken, and from which page.

After :func:`sanitize` the file has no password, no form, no action, no attachment, no comment and no link; what was
visible of forms and stamps is part of the page, and harmless links have been taken down (:mod:`kept_links`). What
this does not do: read layers (:mod:`layers`), find text below black boxes (:mod:`covered`), or fill forms
(:mod:`forms`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeGuard

import pikepdf
from pikepdf import Array, Dictionary, Name, Object

from docservice.finding import Finding
from docservice.pdf.foreign.forms import inherited
from docservice.pdf.foreign.kept_links import Links, is_address
from docservice.text import printable

_VISIBLE = frozenset(
    f"/{name}"
    for name in """FreeText Stamp Ink Line Square Circle Polygon PolyLine Highlight Underline StrikeOut Squiggly Caret
    Watermark Redact Widget PrinterMark""".split()  # noqa: SIM905
)
_MEDIA = {"/Screen", "/Movie", "/Sound", "/RichMedia", "/3D"}
_HIDDEN = 2 | 32  # flags Hidden and NoView (ISO 32000-1, 12.5.3)
_KEPT_IN_CATALOG = ("/Type", "/Pages", "/AcroForm", "/OCProperties", "/Version")
_DROPPED_FROM_PAGES = (
    Name.AA, Name.AF, Name.Thumb, Name.PieceInfo, Name.Metadata, Name.StructParents, Name.B, Name.PresSteps,
    Name.Trans, Name.Dur,
)  # fmt: skip
_MOST_NODES = 20_000

_SENTENCES: dict[str, Callable[[str], str]] = {
    "intake.owner_password": lambda _: "It was protected against changes; the protection is not carried over.",
    "intake.javascript": lambda where: f"JavaScript was removed ({where}).",
    "intake.action": lambda kinds: f"Actions were removed that start when it is opened or clicked ({kinds}).",
    "intake.attachment": lambda names: f"Files embedded in it were left out ({names}); add them as exhibits.",
    "intake.media": lambda kinds: f"Sound, film or 3D was left out ({kinds}).",
    "intake.comment": lambda kinds: f"Comments were left out ({kinds}); what they drew on the page stays.",
    "intake.hidden_note": lambda kinds: f"What is hidden on screen was left out ({kinds}).",
    "intake.form": lambda _: "It is a form: its fields were fixed as they stand.",
    "intake.signature": lambda _: "It carries a digital signature, which is no longer verifiable here.",
    "intake.link": lambda _: "Links were removed that lead nowhere or to no web or mail address.",
}
_ONCE = {"intake.owner_password", "intake.form", "intake.link"}  # said of the file, not of each page


class _Tally:
    """What was removed, by page (nothing for the file as a whole), to say it once each."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, int | None], dict[str, int]] = {}

    def add(self, code: str, page: int | None = None, what: str = "") -> None:
        listed = self.found.setdefault((code, None if code in _ONCE else page), {})
        listed[what] = listed.get(what, 0) + 1

    def findings(self) -> list[Finding]:
        order = list(_SENTENCES)
        keys = sorted(self.found, key=lambda key: (order.index(key[0]), key[1] or 0))
        return [
            Finding.warning(code, _SENTENCES[code](_spoken(self.found[code, page])), page=page) for code, page in keys
        ]


def _spoken(listed: dict[str, int]) -> str:
    texts = [what if count == 1 else f"{count} × {what}" for what, count in listed.items() if what]
    return ", ".join(texts[:8]) + (f" and {len(texts) - 8} more" if len(texts) > 8 else "")


def sanitize(pdf: pikepdf.Pdf, links: Links | None = None) -> list[Finding]:
    """Clean ``pdf`` in place; its harmless links go to ``links``."""
    tally = _Tally()
    if pdf.is_encrypted:
        tally.add("intake.owner_password")
    _fields(pdf, tally)
    _catalog(pdf.Root, tally)
    for number, page in enumerate(pdf.pages, 1):
        _page(page.obj, number, tally, links)
    if any(Name.Annots in page.obj for page in pdf.pages):
        pdf.flatten_annotations("screen")
    for page in pdf.pages:
        if Name.Annots in page.obj:
            del page.obj.Annots
    if Name.AcroForm in pdf.Root:
        del pdf.Root.AcroForm
    return tally.findings()


def is_dynamic_form(pdf: pikepdf.Pdf) -> bool:
    """Whether the file is an XFA form, whose pages exist in one vendor's reader only."""
    form = pdf.Root.get(Name.AcroForm)
    return isinstance(form, Dictionary) and form.get(Name.XFA) is not None


def _catalog(root: Object, tally: _Tally) -> None:
    names = root.get(Name.Names)
    if isinstance(names, Dictionary):
        if Name.JavaScript in names:
            tally.add("intake.javascript", what="of the document")
        for name in _attachments(names.get(Name.EmbeddedFiles)):
            tally.add("intake.attachment", what=name)
        if Name.Renditions in names:
            tally.add("intake.media", what="renditions")
    for specification in _listed(root.get(Name.AF)):
        tally.add("intake.attachment", what=_file_name(specification))
    _actions(root, None, "of the document", tally)
    outlines = root.get(Name.Outlines)
    for node in _nodes(outlines, (Name.First, Name.Next)) if outlines is not None else ():
        _actions(node, None, "of a bookmark", tally)
    for key in list(root.keys()):
        if key not in _KEPT_IN_CATALOG:
            del root[key]


def _fields(pdf: pikepdf.Pdf, tally: _Tally) -> None:
    form = pdf.Root.get(Name.AcroForm)
    fields = list(_nodes(Dictionary(Kids=form.get(Name.Fields, Array())), (Name.Kids,))) if _is(form) else []
    signed: set[tuple[int, int]] = set()
    for number, page in enumerate(pdf.pages, 1):
        for widget in _annotations(page.obj):
            if widget.get(Name.Subtype) != Name.Widget:
                continue
            tally.add("intake.form", number)
            if inherited(widget, Name.FT) == Name.Sig and inherited(widget, Name.V) is not None:
                signed.add(widget.objgen)
                tally.add("intake.signature", number)
    for field in fields:
        if field.get(Name.FT) == Name.Sig and Name.V in field and not signed:
            tally.add("intake.signature")
        _actions(field, None, "of a field", tally)


def _page(page: Object, number: int, tally: _Tally, links: Links | None) -> None:
    _actions(page, number, "of the page", tally)
    for specification in _listed(page.get(Name.AF)):
        tally.add("intake.attachment", number, _file_name(specification))
    for key in _DROPPED_FROM_PAGES:
        if key in page:
            del page[key]
    kept = []
    for annotation in _annotations(page):
        kind = str(annotation.get(Name.Subtype, "/annotation"))
        _actions(annotation, number, "of an annotation", tally)
        if kind == "/Link":
            if links is None or not links.take(annotation, number):
                tally.add("intake.link")
        elif kind in _MEDIA:
            tally.add("intake.media", number, kind[1:])
            if Name.AP in annotation:
                kept.append(annotation)  # its poster picture
        elif kind == "/FileAttachment":
            tally.add("intake.attachment", number, _file_name(annotation.get(Name.FS)))
        elif kind in _VISIBLE:
            if kind not in ("/Widget", "/Watermark", "/PrinterMark", "/FreeText") and Name.Contents in annotation:
                tally.add("intake.comment", number, kind[1:])
            if int(annotation.get(Name.F, 0)) & _HIDDEN and (kind != "/Widget" or _filled(annotation)):
                tally.add("intake.hidden_note", number, "a field" if kind == "/Widget" else kind[1:])
            elif Name.AP in annotation:
                kept.append(annotation)
            elif kind not in ("/Widget", "/Watermark", "/PrinterMark"):
                tally.add("intake.comment", number, f"{kind[1:]} without a drawing")
        elif kind != "/Popup":
            tally.add("intake.comment", number, kind[1:])
    if kept:
        page.Annots = Array(kept)
    elif Name.Annots in page:
        del page.Annots


def _filled(widget: Object) -> bool:
    value = inherited(widget, Name.V)
    return value is not None and str(value) not in ("", "/Off")


def _actions(owner: Object, page: int | None, where: str, tally: _Tally) -> None:
    """Tell of every action that hangs on ``owner``, and of those that follow it."""
    first = [owner.get(key) for key in (Name.A, Name.OpenAction, Name.PA)]
    additional = owner.get(Name.AA)
    if _is(additional):
        first += [item for _, item in additional.items()]
    for action in first:
        if not _is(action):
            continue
        for node in _nodes(action, (Name.Next,)):
            kind = str(node.get(Name.S, ""))[1:]
            target = "".join(str(node.get(Name.URI, "")).split()).lower()
            if kind == "JavaScript" or Name.JS in node or target.startswith("javascript:"):
                tally.add("intake.javascript", page, where)
            elif kind in ("Movie", "Sound", "Rendition", "GoTo3DView", "RichMediaExecute"):
                tally.add("intake.media", page, kind)
            elif kind and kind not in ("URI", "GoTo"):
                tally.add("intake.action", page, kind)
            elif kind == "URI" and not is_address(target):
                tally.add("intake.action", page, "an address of an unusual kind")


def _nodes(start: Object, keys: tuple[Name, ...]) -> Iterator[Object]:
    """``start`` and all that hangs below it by ``keys``, each once."""
    stack, seen, steps = [start], set[tuple[int, int]](), 0
    while stack and steps < _MOST_NODES:
        steps += 1
        node = stack.pop()
        if not _is(node) or (node.is_indirect and node.objgen in seen):
            continue
        seen.add(node.objgen)
        yield node
        for key in keys:
            below = node.get(key)
            stack += reversed(_listed(below)) if isinstance(below, Array) else [below] if _is(below) else []


def _attachments(tree: Any) -> Iterator[str]:
    if not _is(tree):
        return
    for node in _nodes(tree, (Name.Kids,)):
        pairs = node.get(Name.Names)
        values = list(pairs) if isinstance(pairs, Array) else []
        for key, specification in zip(values[::2], values[1::2], strict=False):
            yield _file_name(specification, str(key) if isinstance(key, pikepdf.String) else "")


def _file_name(specification: Any, otherwise: str = "") -> str:
    """The name of an embedded file, fit to be printed."""
    name = otherwise
    if isinstance(specification, pikepdf.String):
        name = str(specification)
    elif _is(specification):
        given = specification.get(Name.UF) or specification.get(Name.F) or specification.get(Name.Desc)
        name = str(given) if isinstance(given, pikepdf.String) else otherwise
    return printable(name)[:80] or "a file without a name"


def _annotations(page: Object) -> list[Object]:
    return [item for item in _listed(page.get(Name.Annots)) if _is(item)]


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, Array) else []


def _is(value: Any) -> TypeGuard[Dictionary]:
    return isinstance(value, Dictionary)
