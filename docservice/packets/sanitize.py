"""Taking out of a foreign PDF what a packet may not carry, saying what was taken.

After :func:`sanitize` the file has no password, no form, no action, no attachment, no comment and no link; what was
visible of forms and stamps is part of the page. What this does not do: find text below black boxes, or read layers.
"""

from __future__ import annotations

from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Object

from docservice.packets.intake import Finding

_VISIBLE = frozenset(
    f"/{name}"
    for name in """FreeText Stamp Ink Line Square Circle Polygon PolyLine Highlight Underline StrikeOut Squiggly Caret
    Watermark Redact Widget PrinterMark""".split()  # noqa: SIM905
)
_ACTIVE = {
    "/Screen": "intake.media",
    "/Movie": "intake.media",
    "/Sound": "intake.media",
    "/RichMedia": "intake.media",
    "/3D": "intake.media",
    "/FileAttachment": "intake.attachment",
}


class _Tally:
    """Counts what was removed, to say it once with its number."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def add(self, code: str, count: int = 1) -> None:
        self.counts[code] = self.counts.get(code, 0) + count


_SENTENCES: dict[str, Callable[[int], str]] = {
    "intake.javascript": lambda n: f"JavaScript was removed ({n}).",
    "intake.action": lambda n: f"Actions were removed ({n}): the file wanted to do something when opened or clicked.",
    "intake.attachment": lambda n: f"Files embedded in it were left out ({n}); add them as exhibits of their own.",
    "intake.media": lambda n: f"Sound, film or 3D was left out ({n}).",
    "intake.comment": lambda n: f"Comments were left out ({n}); what they drew on the page stays.",
    "intake.form": lambda n: f"It is a form: its fields were fixed as they stand ({n}).",
    "intake.signature": lambda n: f"It carries a digital signature ({n}), visible but no longer verifiable here.",
    "intake.link": lambda n: f"Links were removed ({n}).",
    "intake.owner-password": lambda _: "It was protected against changes; the protection is not carried over.",
}


def sanitize(pdf: pikepdf.Pdf) -> list[Finding]:
    """Clean ``pdf`` in place."""
    tally = _Tally()
    if pdf.is_encrypted:
        tally.add("intake.owner-password")
    _catalog(pdf.Root, tally)
    fields = pdf.Root.get(Name.AcroForm)
    if fields is not None:
        _fields(pdf, fields, tally)
    for page in pdf.pages:
        _page(page.obj, tally)
    if any(Name.Annots in page.obj for page in pdf.pages):
        pdf.flatten_annotations("screen")
    for page in pdf.pages:
        if Name.Annots in page.obj:
            del page.obj.Annots
    if Name.AcroForm in pdf.Root:
        del pdf.Root.AcroForm
    return [
        Finding(code, sentence(tally.counts[code])) for code, sentence in _SENTENCES.items() if code in tally.counts
    ]


def is_dynamic_form(pdf: pikepdf.Pdf) -> bool:
    """Whether the file is an XFA form, whose pages exist in one vendor's reader only."""
    form = pdf.Root.get(Name.AcroForm)
    return isinstance(form, Dictionary) and Name.XFA in form


def _catalog(root: Object, tally: _Tally) -> None:
    names = root.get(Name.Names)
    if isinstance(names, Dictionary):
        if Name.JavaScript in names:
            tally.add("intake.javascript")
        if Name.EmbeddedFiles in names:
            tally.add("intake.attachment", max(1, _leaves(names.EmbeddedFiles)))
    action = root.get(Name.OpenAction)
    if isinstance(action, Dictionary):
        tally.add("intake.javascript" if action.get(Name.S) == Name.JavaScript else "intake.action")
    if Name.AA in root:
        tally.add("intake.action")
    for key in list(root.keys()):
        if key not in ("/Type", "/Pages", "/AcroForm", "/OCProperties", "/Version"):
            del root[key]


def _fields(pdf: pikepdf.Pdf, form: Object, tally: _Tally) -> None:
    widgets = [a for page in pdf.pages for a in _annotations(page.obj) if a.get(Name.Subtype) == Name.Widget]
    if widgets:
        tally.add("intake.form", len(widgets))
    signed = sum(
        1 for widget in widgets if _inherited(widget, Name.FT) == Name.Sig and _inherited(widget, Name.V) is not None
    )
    if signed:
        tally.add("intake.signature", signed)
    if form.get(Name.NeedAppearances) or any(Name.AP not in widget for widget in widgets):
        form.NeedAppearances = True
        pdf.generate_appearance_streams()


def needs_viewer_appearance(pdf: pikepdf.Pdf) -> bool:
    """Whether fields hold text that only a viewer's fonts can show, so that pdfium has to draw it."""
    form = pdf.Root.get(Name.AcroForm)
    if not isinstance(form, Dictionary):
        return False
    always = bool(form.get(Name.NeedAppearances))
    for page in pdf.pages:
        for widget in _annotations(page.obj):
            if widget.get(Name.Subtype) != Name.Widget or not (always or Name.AP not in widget):
                continue
            value = _inherited(widget, Name.V)
            if isinstance(value, pikepdf.String) and not str(value).isascii():
                return True
    return False


def _inherited(widget: Object, name: Name) -> Object | None:
    node: Object | None = widget
    for _ in range(32):
        if not isinstance(node, Dictionary):
            return None
        if name in node:
            return node[name]
        node = node.get(Name.Parent)
    return None


def _page(page: Object, tally: _Tally) -> None:
    for key in (
        Name.AA,
        Name.AF,
        Name.Thumb,
        Name.PieceInfo,
        Name.Metadata,
        Name.StructParents,
        Name.B,
        Name.PresSteps,
    ):
        if key in page:
            if key == Name.AA:
                tally.add("intake.action")
            del page[key]
    kept = []
    for annotation in _annotations(page):
        kind = str(annotation.get(Name.Subtype, ""))
        action = annotation.get(Name.A)
        if Name.AA in annotation:
            tally.add("intake.action")
        if isinstance(action, Dictionary):
            target = str(action.get(Name.URI, "")).strip().lower()
            if action.get(Name.S) == Name.JavaScript or target.startswith("javascript:"):
                tally.add("intake.javascript")
            elif action.get(Name.S) not in (Name.URI, Name.GoTo):
                tally.add("intake.action")
        if kind == "/Link":
            tally.add("intake.link")
        elif kind in _ACTIVE:
            tally.add(_ACTIVE[kind])
        elif kind in _VISIBLE:
            if kind not in ("/Widget", "/Watermark", "/PrinterMark") and Name.Contents in annotation:
                tally.add("intake.comment")
            if Name.AP in annotation:
                kept.append(annotation)
        elif kind != "/Popup":
            tally.add("intake.comment")
    if kept:
        page.Annots = Array(kept)
    elif Name.Annots in page:
        del page.Annots


def _annotations(page: Object) -> list[Object]:
    listed = page.get(Name.Annots)
    return [item for item in listed if isinstance(item, Dictionary)] if isinstance(listed, Array) else []


def _leaves(tree: Object) -> int:
    count, stack, steps = 0, [tree], 0
    while stack and steps < 10_000:
        steps += 1
        node = stack.pop()
        if isinstance(node, Dictionary):
            count += len(node.get(Name.Names, ())) // 2
            stack += list(node.get(Name.Kids, ()))
    return count
