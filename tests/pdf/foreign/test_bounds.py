"""Files that are built to harm their reader: cyclic, deep, endless, enormous. Refused, in a process of their own."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from functools import cache

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream

from docservice.pdf.foreign import examine, intake
from docservice.pdf.foreign.intake import Frame
from tests.packets.making import foreign, plain

pytestmark = pytest.mark.usefixtures("processes_anew")


def _written(objects: dict[int, bytes]) -> bytes:
    """A PDF of the given objects, number 1 its catalog, with a right cross-reference table."""
    out, offsets = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offsets[number] for number in sorted(objects))
    return bytes(out) + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>"


def _many() -> bytes:
    kids = b" ".join(b"%d 0 R" % n for n in range(3, 100_003))
    tree = b"<< /Type /Pages /Count 100000 /Kids [ %b ] >>" % kids
    return _written({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: tree, **dict.fromkeys(range(3, 100003), PAGE)})


def _cyclic() -> bytes:
    tree = b"<< /Type /Pages /Count 2 /Kids [ 3 0 R 2 0 R ] >>"
    return _written({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: tree, 3: PAGE})


def _deep() -> bytes:
    depth = 20_000
    nodes = {
        n: b"<< /Type /Pages /Count 1 /Parent %d 0 R /Kids [ %d 0 R ] >>" % (n - 1, n + 1) for n in range(2, depth)
    }
    return _written({1: b"<< /Type /Catalog /Pages 2 0 R >>", **nodes, depth: PAGE})


def _nested() -> bytes:
    return _written({1: b"<< /Type /Catalog /Pages 2 0 R /X " + b"[" * 200_000 + b"]" * 200_000 + b" >>", 2: PAGE})


def _packed(data: bytes, **entries: object) -> Callable[[pikepdf.Pdf], None]:
    """Puts a stream that is already deflated on the first page, as content or as a picture."""

    def change(pdf: pikepdf.Pdf) -> None:
        stream = Stream(pdf, data, Filter=Name.FlateDecode, **entries)
        page = pdf.pages[0].obj
        if entries:
            page.Resources = Dictionary(XObject=Dictionary(X=pdf.make_indirect(stream)))
            page.Contents = pdf.make_stream(b"q 600 0 0 700 0 0 cm /X Do Q")
        else:
            page.Contents = pdf.make_indirect(stream)

    return change


@cache
def _zeros(count: int) -> bytes:
    """So many zeros, deflated: one block that stands alone, again and again, and the sum that zlib ends with."""
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(bytes(1 << 24)) + packer.flush(zlib.Z_FULL_FLUSH)
    return b"\x78\xda" + block * (count >> 24) + b"\x03\x00" + struct.pack(">I", count % 65521 << 16 | 1)


PICTURE = {"Type": Name.XObject, "Subtype": Name.Image, "BitsPerComponent": 8, "ColorSpace": Name.DeviceRGB}


def _forms(pdf: pikepdf.Pdf) -> None:
    """Forms that each draw the next one ten times: ten billion rectangles."""
    form = pdf.make_stream(b"0 0 9 9 re f")
    for _ in range(10):
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 612, 792])
        form.Resources = form.get(Name.Resources, Dictionary())
        outer = pdf.make_stream(b"/X Do " * 10)
        outer.Resources = Dictionary(XObject=Dictionary(X=form))
        form = outer
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 612, 792])
    pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(X=form))
    pdf.pages[0].obj.Contents = pdf.make_stream(b"/X Do")


def _itself(pdf: pikepdf.Pdf) -> None:
    """A form that draws itself."""
    form = pdf.make_stream(b"0 g 9 9 9 9 re f /X Do")
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 612, 792])
    form.Resources = Dictionary(XObject=Dictionary(X=form))
    pdf.pages[0].obj.Resources = form.Resources
    pdf.pages[0].obj.Contents = pdf.make_stream(b"/X Do")


@pytest.mark.parametrize(
    ("make", "codes"),
    [
        (_many, {"intake.too_many_pages"}),
        (_cyclic, {"intake.damaged"}),
        (_deep, {"intake.damaged", "intake.limits"}),
        (_nested, {"intake.damaged", "intake.limits"}),
        (
            lambda: foreign(_packed(_zeros(2**30), **PICTURE, Width=9, Height=9), compress_streams=False),
            {"intake.bomb"},
        ),
        (lambda: foreign(_packed(b"", **PICTURE, Width=100_000, Height=100_000)), {"intake.bomb"}),
        (lambda: foreign(_packed(_zeros(2**30)), compress_streams=False), {"intake.bomb"}),
    ],
    ids=["100,000 pages", "cyclic", "deep", "nested", "picture stream", "pixels", "content stream"],
)
def test_hostile_files_are_refused(make: Callable[[], bytes], codes: set[str]) -> None:
    taken = intake.examine(make(), seconds=60)  # the limit of time is tested elsewhere; this machine may be busy
    assert taken.verdict == "refused"
    assert taken.findings[0].code in codes


@pytest.mark.parametrize("change", [_itself, _forms])
def test_endless_drawings_end(change: Callable[[pikepdf.Pdf], None]) -> None:
    taken = intake.examine(foreign(change), seconds=6)
    assert taken.verdict in ("converted", "usable", "refused")
    assert taken.verdict != "refused" or taken.findings[0].code in ("intake.time", "intake.limits", "intake.damaged")


@pytest.mark.parametrize(
    ("change", "size"),
    [
        (lambda page: setattr(page, "UserUnit", 2), (1224, 1584)),
        (lambda page: setattr(page, "UserUnit", -3), (612, 792)),
        (lambda page: setattr(page, "UserUnit", Name.Two), (612, 792)),
        (lambda page: setattr(page, "Rotate", Name.Two), (612, 792)),
        (lambda page: setattr(page, "CropBox", Array([100, 100, 500, 700])), (400, 600)),
        (lambda page: setattr(page, "CropBox", Array([5000, 5000, 6000, 6000])), (612, 792)),
        (lambda page: setattr(page, "CropBox", Array([1, 2, 3])), (612, 792)),
        (lambda page: setattr(page, "MediaBox", Name.A4), (612, 792)),
    ],
)
def test_odd_pages_get_the_size_that_viewers_give_them(
    change: Callable[[pikepdf.Object], None], size: tuple[float, float]
) -> None:
    with pikepdf.open(io.BytesIO(plain())) as pdf:
        change(pdf.pages[0].obj)
        buffer = io.BytesIO()
        pdf.save(buffer)
    taken = examine.look(buffer.getvalue(), Frame())
    assert [(page.width, page.height) for page in taken.pages] == [size]


def test_boxes_and_rotation_are_inherited() -> None:
    page = b"<< /Type /Page /Parent 2 0 R >>"
    tree = b"<< /Type /Pages /Count 1 /Kids [ 3 0 R ] /MediaBox [0 0 612 1008] /CropBox [0 0 600 1000] /Rotate 90 >>"
    taken = examine.look(_written({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: tree, 3: page}), Frame())
    assert [(page.width, page.height) for page in taken.pages] == [(1000, 600)]


def test_a_page_without_a_size_is_letter_size_and_says_so() -> None:
    page = b"<< /Type /Page /Parent 2 0 R >>"
    tree = b"<< /Type /Pages /Count 1 /Kids [ 3 0 R ] >>"
    taken = examine.look(_written({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: tree, 3: page}), Frame())
    assert [(page.width, page.height) for page in taken.pages] == [(612, 792)]
    assert "intake.page_box" in {finding.code for finding in taken.findings}


def test_a_long_scan_passes_in_one_piece() -> None:
    taken = intake.examine(foreign(pages=40), seconds=60)
    assert (taken.verdict, len(taken.pages)) == ("converted", 40)


def test_very_many_pages_become_coarser_pictures_rather_than_a_refusal() -> None:
    from docservice.pdf.foreign import pdfs as room

    sheet = room._Sheet((612, 792), False, (), False, "a font is not embedded")
    assert room._resolution([sheet] * 40, Frame()) == 200
    assert 96 < room._resolution([sheet] * 120, Frame()) < 200
    assert room._resolution([sheet] * 2000, Frame()) == 96
