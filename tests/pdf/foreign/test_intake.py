"""Foreign files: each bad kind refused by name, each odd kind brought into order."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import pikepdf
import pypdfium2 as pdfium
import pytest
from pikepdf import Array, Dictionary, Name, String

from docservice.pdf.foreign import examine, intake
from docservice.pdf.foreign.intake import Frame, Intake
from tests.packets.making import content, foreign, letter, picture, plain


def _look(data: bytes) -> Intake:
    return examine.look(data, Frame())


def _text(taken: Intake, page: int = 0) -> str:
    document = pdfium.PdfDocument(taken.pdf)
    try:
        return str(document[page].get_textpage().get_text_range())
    finally:
        document.close()


def _xfa(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(b"<xdp/>"))


def _no_pages(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[0]


ENCRYPTED = foreign(encryption=pikepdf.Encryption(user="secret", owner="secret"))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "intake.empty"),
        (b"hello", "intake.type"),
        (b"PK\x03\x04 word document", "intake.type"),
        (ENCRYPTED, "intake.password"),
        (foreign(_xfa), "intake.xfa"),
        (foreign(_no_pages), "intake.no_pages"),
        (foreign(pages=3)[:900], "intake.damaged"),
        (b"%PDF-1.7\nnothing at all", "intake.damaged"),
        (picture()[:400], "intake.broken"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_reason(data: bytes, code: str) -> None:
    taken = _look(data)
    assert (taken.verdict, taken.findings[0].code) == ("refused", code)
    assert taken.pdf == b""
    assert "0x" not in taken.findings[0].message


def test_an_owner_password_is_no_obstacle() -> None:
    taken = _look(foreign(encryption=pikepdf.Encryption(user="", owner="secret")))
    assert taken.verdict == "converted"
    assert "intake.owner_password" in [finding.code for finding in taken.findings]
    assert not pikepdf.open(io.BytesIO(taken.pdf)).is_encrypted


def _javascript(pdf: pikepdf.Pdf) -> None:
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    pdf.Root.OpenAction = script
    pdf.pages[0].obj.AA = Dictionary(O=script)


def _attachment(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["secret.txt"] = b"secret"


def _annotation(**entries: object) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        box = Array([90, 400, 200, 420])
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(Dictionary(Type=Name.Annot, Rect=box, **entries))])

    return change


@pytest.mark.parametrize(
    ("change", "code", "never"),
    [
        (_javascript, "intake.javascript", b"JavaScript"),
        (_attachment, "intake.attachment", b"EmbeddedFile"),
        (_annotation(Subtype=Name.Link, A=Dictionary(S=Name.Launch, F=String("cmd.exe"))), "intake.action", b"Launch"),
        (
            _annotation(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("javascript:x"))),
            "intake.javascript",
            b"javascript:",
        ),
        (_annotation(Subtype=Name.Text, Contents=String("a note")), "intake.comment", b"a note"),
        (_annotation(Subtype=Name.FileAttachment), "intake.attachment", b"FileAttachment"),
        (_annotation(Subtype=Name.Screen), "intake.media", b"Screen"),
    ],
)
def test_what_may_not_stay_is_taken_out_and_said(
    change: Callable[[pikepdf.Pdf], None], code: str, never: bytes
) -> None:
    taken = _look(foreign(change))
    assert taken.verdict == "converted"
    assert code in [finding.code for finding in taken.findings]
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(taken.pdf)) as pdf:
        pdf.save(buffer, qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert never not in buffer.getvalue()


def _form(value: str) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        font = pdf.pages[0].obj.Resources.Font.F1
        field = pdf.make_indirect(
            Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("name"), V=String(value), F=4,
                       Rect=Array([90, 400, 400, 425]), DA=String("/F1 12 Tf 0 g"))
        )  # fmt: skip
        pdf.Root.AcroForm = Dictionary(
            Fields=Array([field]),
            DR=Dictionary(Font=Dictionary(F1=font)),
            NeedAppearances=True,
            DA=String("/F1 12 Tf 0 g"),
        )
        pdf.pages[0].obj.Annots = Array([field])

    return change


@pytest.mark.parametrize("value", ["Filled in by hand", "Château Nº 9"])
def test_forms_are_flattened_with_their_values(value: str) -> None:
    taken = _look(foreign(_form(value)))
    assert "intake.form" in [finding.code for finding in taken.findings]
    assert value in _text(taken)
    assert b"AcroForm" not in taken.pdf


def test_a_page_with_a_foreign_font_is_a_picture_that_can_be_searched() -> None:
    taken = _look(foreign(pages=2))
    assert [page.kind for page in taken.pages] == ["raster", "raster"]
    assert "Foreign page 2" in _text(taken, 1)


def test_a_page_from_a_modern_program_keeps_its_lines() -> None:
    taken = _look(letter("Kept as it is", 2))
    assert [page.kind for page in taken.pages] == ["vector", "vector"]
    assert "Kept as it is" in _text(taken)


def _pixels(taken: Intake) -> tuple[float, float]:
    """Where the dark square lies on the page, as fractions from the left and the top."""
    image = pdfium.PdfDocument(taken.pdf)[0].render(scale=0.5).to_pil().convert("L")
    box = image.point(lambda v: 255 if v < 200 else 0).getbbox()
    assert box is not None
    return (box[0] + box[2]) / 2 / image.width, (box[1] + box[3]) / 2 / image.height


@pytest.mark.parametrize(
    ("rotate", "where", "size"),
    [
        (0, (125 / 612, 667 / 792), (612, 792)),
        (90, (125 / 792, 125 / 612), (792, 612)),
        (180, (487 / 612, 125 / 792), (612, 792)),
        (270, (667 / 792, 487 / 612), (792, 612)),
        (360, (125 / 612, 667 / 792), (612, 792)),
        (-90, (667 / 792, 487 / 612), (792, 612)),
        (45, (125 / 612, 667 / 792), (612, 792)),
    ],
)
def test_pages_come_out_as_a_viewer_shows_them(
    rotate: int, where: tuple[float, float], size: tuple[float, float]
) -> None:
    taken = _look(plain(rotate=rotate))
    assert (taken.pages[0].width, taken.pages[0].height) == size
    assert _pixels(taken) == pytest.approx(where, abs=0.01)


@pytest.mark.parametrize(
    ("media", "size"),
    [
        ((-100, -50, 512, 742), (612, 792)),
        ((612, 792, 0, 0), (612, 792)),
        ((0, 0, 2592, 1728), (2592, 1728)),
        ((0, 0, 200, 150), (792, 612)),
        ((0, 0, 0, 0), (612, 792)),
        ((0, 0, 1e9, 1e9), (612, 792)),
    ],
)
def test_odd_boxes_become_pages(media: tuple[float, ...], size: tuple[float, float]) -> None:
    taken = _look(plain(media, draw="0 g 10 10 20 20 re f"))
    assert (taken.pages[0].width, taken.pages[0].height) == size


def test_a_page_with_ink_at_the_foot_is_scaled_clear_of_the_band() -> None:
    taken = _look(plain(draw="0 g 0 0 612 792 re f"))
    image = pdfium.PdfDocument(taken.pdf)[0].render(scale=1).to_pil().convert("L")
    assert image.crop((0, 792 - 29, 612, 792)).getextrema() == (255, 255)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_pictures_become_pages(kind: str) -> None:
    taken = _look(picture(kind))
    assert (taken.verdict, [page.kind for page in taken.pages]) == ("converted", ["picture"])
    assert taken.pages[0].width > taken.pages[0].height


def test_the_process_gives_the_same_answer() -> None:
    data = foreign()
    assert intake.examine(data) == _look(data)
    assert intake.examine(b"").verdict == "refused"


def test_time_and_memory_have_limits() -> None:
    assert intake.examine(foreign(), seconds=0.01).findings[0].code == "intake.time"
    assert intake.examine(foreign(), memory=50_000_000).findings[0].code == "intake.limits"


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("matrix", ["1 0 0 1 90 300", "0 1 -1 0 300 300", "-1 0 0 -1 400 300", "0 -1 1 0 300 600"])
def test_text_can_be_searched_whichever_way_it_runs(matrix: str, rotate: int) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        content(f"BT /F1 18 Tf {matrix} Tm (Which way round) Tj ET")(pdf)
        pdf.pages[0].obj.Rotate = rotate

    taken = _look(foreign(change))
    assert taken.pages[0].kind == "raster"
    assert "Which way round" in _text(taken)
    seen = pdfium.PdfDocument(taken.pdf)[0]
    ink = seen.render(scale=1).to_pil().convert("L").point(lambda v: 255 if v < 128 else 0).getbbox()
    text = seen.get_textpage()
    rects = [text.get_rect(n) for n in range(text.count_rects())]
    box = (min(r[0] for r in rects), max(r[3] for r in rects), max(r[2] for r in rects), min(r[1] for r in rects))
    height = seen.get_height()
    assert ink == pytest.approx((box[0], height - box[1], box[2], height - box[3]), abs=14)


def test_a_plan_on_large_paper_keeps_its_size() -> None:
    taken = _look(plain((0, 0, 2592, 1728), draw="0 g 100 100 50 50 re f"))
    assert [(page.width, page.height, page.kind) for page in taken.pages] == [(2592, 1728, "vector")]


def test_colors_of_printing_inks_and_transparency_become_pages() -> None:
    taken = _look(plain(draw="0 0.9 0.8 0 k 100 100 300 300 re f"))
    assert taken.pages[0].kind == "raster"
    red, green, blue = pdfium.PdfDocument(taken.pdf)[0].render(scale=0.2).to_pil().convert("RGB").getpixel((50, 100))
    assert red > 180 > 120 > max(green, blue)

    def see_through(pdf: pikepdf.Pdf) -> None:
        content("/G gs 0 0 1 rg 100 100 300 300 re f")(pdf)
        pdf.pages[0].obj.Resources.ExtGState = Dictionary(G=Dictionary(Type=Name.ExtGState, ca=0.5, BM=Name.Multiply))

    assert _look(foreign(see_through)).pages[0].kind == "vector"


def test_a_part_that_is_not_what_was_packed_is_damage() -> None:
    packed = bytearray(zlib.compress(b"0 0 1 rg 100 100 300 300 re f"))
    packed[-1] ^= 1

    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Contents = pikepdf.Stream(pdf, bytes(packed), Filter=Name.FlateDecode)

    taken = _look(foreign(change, compress_streams=False))
    assert (taken.verdict, taken.findings[0].code) == ("refused", "intake.damaged")
