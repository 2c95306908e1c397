"""Makes what packets are made of: tagged letters, and foreign files of every bad kind. Nothing is stored."""

from __future__ import annotations

import atexit
import hashlib
import io
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
from pikepdf import Array, Dictionary, Name
from PIL import Image

from docservice import casefile, shipped, town
from docservice.casefile.facts import Casefile
from docservice.packets.assemble import Bindery, Packet, ResolvedDocument, assemble
from docservice.packets.plan import Plan
from docservice.pdf.foreign.intake import Intake
from docservice.pdf.splicing.links import Target
from docservice.pdf.splicing.merge import PlacedPart, ViewerLook, merge
from docservice.pdf.splicing.outline import Bookmark
from docservice.pdf.splicing.part import Part
from docservice.pdf.splicing.prepare import prepare
from docservice.rendering import fonts
from docservice.rendering.letters.typst_press import typst_pdf
from docservice.town.pack import TownPack

ON = date(2026, 7, 10)

LETTER = b"""
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title, date: datetime(year: 2026, month: 7, day: 1))
#set page(paper: "us-letter", margin: 1in)
#set text(font: "Noto Serif", lang: data.lang, region: none)
#heading(level: 1)[#data.title <top>]
#for n in range(data.pages) [
  #if n > 0 { pagebreak() }
  #heading(level: 2)[Part #str(n + 1)]
  #lorem(40)
  #table(columns: 2, table.header[What][How], [One], [Two], [Three], [Four])
  #link(<top>)[Back to the top], or #link("https://example.org/")[the code].
  #text(lang: "es")[Ayuda gratuita.]
]
"""


@cache
def font_set() -> fonts.FontSet:
    from tempfile import gettempdir

    return fonts.prepare(Path(gettempdir()) / "docservice-test-fonts")


def folder() -> Path:
    """A folder for the files of one packet, which goes when the tests end."""
    made = tempfile.mkdtemp(prefix="docservice-packet-")
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return Path(made)


@cache
def pack() -> TownPack:
    return town.load_pack(shipped.folder("town") / "madrona-hills")


@cache
def case() -> Casefile:
    folder = shipped.folder("examples") / "CE-2026-0231"
    return casefile.load(json.loads((folder / "casefile.json").read_text(encoding="utf-8")))


@cache
def photographs() -> dict[str, bytes]:
    folder = shipped.folder("examples") / "CE-2026-0231" / "photos"
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@cache
def letter(title: str = "Notice", pages: int = 1, lang: str = "en") -> bytes:
    data = {"title": title, "pages": pages, "lang": lang}
    return typst_pdf({"letter.typ": LETTER}, "letter.typ", data, fonts=font_set(), stamp=ON)


def issued(number: str, pdf: bytes, title: str = "Notice", **more: object) -> ResolvedDocument:
    return ResolvedDocument(number, pdf, title, hashlib.sha256(pdf).hexdigest(), **more)  # type: ignore[arg-type]


def foreign(change: Callable[[pikepdf.Pdf], None] | None = None, *, pages: int = 1, **save: object) -> bytes:
    """A PDF with a standard font that is not embedded; ``change`` spoils it."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    for number in range(1, pages + 1):
        content = f"BT /F1 18 Tf 90 600 Td (Foreign page {number}) Tj ET 0.8 0 0 rg 90 500 200 40 re f"
        sheet = Dictionary(
            Type=Name.Page,
            MediaBox=Array([0, 0, 612, 792]),
            Resources=Dictionary(Font=Dictionary(F1=font)),
            Contents=pdf.make_stream(content.encode()),
        )
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(sheet)))
    if change is not None:
        change(pdf)
    buffer = io.BytesIO()
    pdf.save(buffer, deterministic_id="encryption" not in save, **save)  # type: ignore[arg-type]
    return buffer.getvalue()


def plain(
    media: tuple[float, ...] = (0, 0, 612, 792), rotate: int = 0, draw: str = "0.2 0.4 0.6 rg 100 100 50 50 re f"
) -> bytes:
    """A PDF of one page that is clean: no text, one drawing."""

    def change(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0].obj
        page.MediaBox, page.Rotate, page.Resources = Array(media), rotate, Dictionary()
        page.Contents = pdf.make_stream(draw.encode())

    return foreign(change)


def picture(kind: str = "JPEG", size: tuple[int, int] = (300, 200)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, (30, 90, 60)).save(buffer, kind)
    return buffer.getvalue()


def content(draw: str) -> Callable[[pikepdf.Pdf], None]:
    """Gives the first page other content; its font is called /F1."""

    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Contents = pdf.make_stream(draw.encode("latin-1"))

    return change


def text_of(taken: Intake, page: int = 0) -> str:
    """What a search in the pages of an intake would find."""
    document = pdfium.PdfDocument(taken.pdf)
    try:
        return str(document[page].get_textpage().get_text_range())
    finally:
        document.close()


def merged(*letters: bytes, languages: tuple[str, ...] = ()) -> bytes:
    """A packet of tagged documents; its bookmarks nest."""
    spoken = languages or ("en",) * len(letters)
    sources: list[PlacedPart] = []
    bookmarks: list[Bookmark] = []
    page = 1
    for n, (pdf, language) in enumerate(zip(letters, spoken, strict=True), 1):
        part = Part(prepare(pdf, f"source {n}"))
        printed = tuple(str(page + at) for at in range(len(part.head.sheets)))
        sources.append(PlacedPart(part, f"Source {n}", language, printed, ("A-1", "A-2")))
        bookmarks.append(Bookmark(f"Source {n}", Target(page), min(n - 1, 2)))
        page += len(printed)
    look = ViewerLook(
        "Packet <1> & more", "en", ON, "CE-2026-0231", "Packet page {page}", font_set().folder / "NotoSans-Regular.ttf"
    )
    out = io.BytesIO()
    written = merge(out, sources, look, bookmarks=bookmarks, targets={"1": Target(1, "One")})
    assert (written.sha256, written.size) == (hashlib.sha256(out.getvalue()).hexdigest(), len(out.getvalue()))
    return out.getvalue()


def bound(plan: Plan, files: Mapping[str, bytes]) -> Packet:
    """The packet of a plan without documents or casefile."""
    return assemble(plan, Bindery(pack(), font_set(), ON, folder()), documents={}, files=files)
