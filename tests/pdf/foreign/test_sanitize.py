"""What may not stay in a packet: taken out wherever it hangs, and said with its name and page."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from docservice.finding import Finding
from docservice.pdf.foreign import examine
from docservice.pdf.foreign.intake import Frame, Intake
from tests.packets.making import foreign

SCRIPT = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def _look(data: bytes) -> Intake:
    return examine.look(data, Frame())


def _annotated(**entries: object) -> Callable[[pikepdf.Pdf], None]:
    """An annotation on the second of two pages."""

    def change(pdf: pikepdf.Pdf) -> None:
        annotation = Dictionary(Type=Name.Annot, Rect=Array([90, 400, 200, 420]), **entries)
        pdf.pages[1].obj.Annots = Array([pdf.make_indirect(annotation)])

    return change


def _root(**entries: object) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        for key, value in entries.items():
            pdf.Root[f"/{key}"] = value

    return change


def _page_action(pdf: pikepdf.Pdf) -> None:
    pdf.pages[1].obj.AA = Dictionary(O=SCRIPT)


def _attached(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["ledger 2026.xlsx"] = b"secret"


def _bookmark(pdf: pikepdf.Pdf) -> None:
    item = pdf.make_indirect(Dictionary(Title=String("x"), A=Dictionary(S=Name.Launch, F=String("cmd.exe"))))
    pdf.Root.Outlines = pdf.make_indirect(Dictionary(First=item, Last=item, Count=1))


FILE = Dictionary(Type=Name.Filespec, UF=String("photo\u202e.jpg"), F=String("photo.jpg"))


@pytest.mark.parametrize(
    ("change", "code", "word", "page"),
    [
        (_root(OpenAction=SCRIPT), "intake.javascript", "document", None),
        (_root(AA=Dictionary(WC=SCRIPT)), "intake.javascript", "document", None),
        (_root(Names=Dictionary(JavaScript=Dictionary(Names=Array([])))), "intake.javascript", "document", None),
        (_page_action, "intake.javascript", "page", 2),
        (_annotated(Subtype=Name.Link, A=SCRIPT), "intake.javascript", "annotation", 2),
        (_annotated(Subtype=Name.Link, AA=Dictionary(E=SCRIPT)), "intake.javascript", "annotation", 2),
        (
            _annotated(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String(" Java\tScript:alert(1)"))),
            "intake.javascript", "annotation", 2,
        ),
        (
            _annotated(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("http://a"), Next=SCRIPT)),
            "intake.javascript", "annotation", 2,
        ),
        (_annotated(Subtype=Name.Link, A=Dictionary(S=Name.Launch, F=String("cmd.exe"))), "intake.action", "Launch", 2),
        (_annotated(Subtype=Name.Link, A=Dictionary(S=Name.SubmitForm)), "intake.action", "SubmitForm", 2),
        (
            _annotated(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("file:///etc/passwd"))),
            "intake.action", "unusual", 2,
        ),
        (_bookmark, "intake.action", "Launch", None),
        (_attached, "intake.attachment", "ledger 2026.xlsx", None),
        (_annotated(Subtype=Name.FileAttachment, FS=FILE), "intake.attachment", "photo.jpg", 2),
        (_annotated(Subtype=Name.Screen), "intake.media", "Screen", 2),
        (_annotated(Subtype=Name("/3D")), "intake.media", "3D", 2),
        (_annotated(Subtype=Name.RichMedia), "intake.media", "RichMedia", 2),
        (_annotated(Subtype=Name.Link, A=Dictionary(S=Name.Rendition)), "intake.media", "Rendition", 2),
        (_annotated(Subtype=Name.Text, Contents=String("a secret note")), "intake.comment", "Text", 2),
        (_annotated(Subtype=Name.Highlight, Contents=String("a secret note")), "intake.comment", "Highlight", 2),
    ],
)  # fmt: skip
def test_it_is_taken_out_and_said(
    change: Callable[[pikepdf.Pdf], None], code: str, word: str, page: int | None
) -> None:
    taken = _look(foreign(change, pages=2))
    assert taken.verdict == "converted"
    found = [finding for finding in taken.findings if finding.code == code]
    assert [finding.page for finding in found] == [page]
    assert word in found[0].message
    assert "secret" not in found[0].message
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(taken.pdf)) as pdf:
        pdf.save(buffer, qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        kept = [note for each in pdf.pages for note in each.obj.get(Name.Annots, ())]
        assert [note.Subtype for note in kept] == [Name.Link] * ("http:" in repr(kept))
    for trace in (b"JavaScript", b"Launch", b"alert", b"secret", b"/AA", b"/Next", b"EmbeddedFile", b"cmd.exe"):
        assert trace not in buffer.getvalue()


def test_what_turns_in_circles_ends() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        action = pdf.make_indirect(Dictionary(S=Name.Named, N=Name.NextPage))
        action.Next = action
        pdf.Root.OpenAction = action
        item = pdf.make_indirect(Dictionary(Title=String("x")))
        item.Next = item.First = item
        pdf.Root.Outlines = pdf.make_indirect(Dictionary(First=item, Last=item))
        tree = pdf.make_indirect(Dictionary())
        tree.Kids = Array([tree])
        pdf.Root.Names = Dictionary(EmbeddedFiles=tree)
        field = pdf.make_indirect(Dictionary(FT=Name.Tx, T=String("x")))
        field.Parent, field.Kids = field, Array([field])
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))

    taken = _look(foreign(change))
    assert taken.verdict in ("converted", "refused")


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"PK\x03\x04 word document", "office"),
        (b"\xd0\xcf\x11\xe0 old word document", "office"),
        (b"{\\rtf1 hello}", "office"),
        (b"<!DOCTYPE html><p>hello", "web page"),
        (b"\n<HTML><body>hello", "web page"),
        (b"%!PS-Adobe-3.0", "PostScript"),
        (b"just text, renamed .pdf", "neither"),
        (b"\0" * 500, "blanks"),
    ],
)
def test_what_is_no_pdf_is_refused_with_advice(data: bytes, word: str) -> None:
    taken = _look(data)
    assert taken.verdict == "refused"
    assert word in taken.findings[0].message


def test_findings_cross_to_the_caller_as_they_are() -> None:
    from docservice.pdf.foreign import intake

    taken = intake.examine(foreign(_annotated(Subtype=Name.RichMedia), pages=2))
    assert any(isinstance(finding, Finding) and finding.page == 2 for finding in taken.findings)
