"""Every case that a foreign file may be, in one table: what becomes of it, and what is said.

Each has tests of its own elsewhere that look closer; this is the list that must be complete.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import pikepdf
import pillow_heif
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image

from docservice.pdf.foreign import intake
from docservice.pdf.foreign.intake import Intake
from tests.packets.making import content, foreign, picture, plain
from tests.pdf.foreign.test_bounds import PICTURE, _cyclic, _deep, _many, _packed, _written, _zeros
from tests.pdf.foreign.test_forms import _form, _radios, _text
from tests.pdf.foreign.test_hidden import SECRET, _layered, _words
from tests.pdf.foreign.test_sanitize import SCRIPT, _annotated, _attached, _bookmark, _page_action, _root

Change = Callable[[pikepdf.Pdf], None]


def _two(change: Change) -> Callable[[], bytes]:
    return lambda: foreign(change, pages=2)


def _one(change: Change) -> Callable[[], bytes]:
    return lambda: foreign(change)


def _xfa(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=Array([String("template"), pdf.make_stream(b"<xdp/>")]))


def _signature(pdf: pikepdf.Pdf) -> None:
    _form(Dictionary(FT=Name.Sig, T=String("s"), V=Dictionary(Type=Name.Sig, Contents=String("x"))))(pdf)


def _field_script(pdf: pikepdf.Pdf) -> None:
    _form(_text("42", AA=Dictionary(K=SCRIPT)), needed=True)(pdf)


def _names_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), SCRIPT])))


def _bookmark_script(pdf: pikepdf.Pdf) -> None:
    _bookmark(pdf)
    pdf.Root.Outlines.First.A = SCRIPT


def _associated(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.AF = Array([Dictionary(Type=Name.Filespec, UF=String("data.csv"))])


def _hidden_layer(pdf: pikepdf.Pdf) -> None:
    _layered(_words("A", "Alpha") + _words("B", "Beta"), lambda groups: Dictionary(OFF=Array([groups[1]])))(pdf)


def _transparent(pdf: pikepdf.Pdf) -> None:
    content("/G gs 0 0 1 rg 100 100 300 300 re f")(pdf)
    pdf.pages[0].obj.Resources.ExtGState = Dictionary(G=Dictionary(Type=Name.ExtGState, ca=0.5, BM=Name.Multiply))


def _page(**entries: object) -> Callable[[], bytes]:
    def make() -> bytes:
        with pikepdf.open(io.BytesIO(plain())) as pdf:
            for key, value in entries.items():
                pdf.pages[0].obj[f"/{key}"] = value
            buffer = io.BytesIO()
            pdf.save(buffer)
            return buffer.getvalue()

    return make


def _inherited() -> bytes:
    tree = b"<< /Type /Pages /Count 1 /Kids [ 3 0 R ] /MediaBox [0 0 612 1008] /CropBox [0 0 600 1000] /Rotate 90 >>"
    return _written({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: tree, 3: b"<< /Type /Page /Parent 2 0 R >>"})


def _bad_checksum() -> bytes:
    packed = bytearray(zlib.compress(b"0 0 1 rg 100 100 300 300 re f"))
    packed[-1] ^= 1

    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Contents = Stream(pdf, bytes(packed), Filter=Name.FlateDecode)

    return foreign(change, compress_streams=False)


def _table_of_objects(spoil: Callable[[bytes], bytes]) -> Callable[[], bytes]:
    return lambda: spoil(foreign(pages=2, object_stream_mode=pikepdf.ObjectStreamMode.disable))


def _changed() -> bytes:
    """A file of two empty pages, to which a third object was added later (an incremental update)."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>"
    data = _written({1: CATALOG, 2: b"<< /Type /Pages /Count 2 /Kids [ 3 0 R 4 0 R ] >>", 3: page, 4: page})
    before = data.index(b"xref\n")
    start = len(data)
    data += b"4 0 obj\n%b\nendobj\n" % page.replace(b"792", b"700")
    table = len(data)
    data += b"xref\n4 1\n%010d 00000 n \n" % start
    return data + b"trailer\n<< /Size 5 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (before, table)


def _lost_object(data: bytes) -> bytes:
    """Without a right table of objects, and without the content of its first page."""
    start = data.index(b"stream\n")
    begin = data.rindex(b"\n", 0, data.rindex(b" obj", 0, start)) + 1
    return data[:begin] + data[data.index(b"endobj", start) + 7 :]


def _image(kind: str, mode: str = "RGB", orientation: int = 1, located: bool = False, pages: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    if located:
        exif.get_ifd(0x8825)[1] = "N"
    buffer = io.BytesIO()
    images = [Image.new("RGB", (60, 40), (30, 90, 60)).convert(mode) for _ in range(pages)]
    more = {"save_all": True, "append_images": images[1:]} if pages > 1 else {}
    images[0].save(buffer, kind, exif=exif, **more)
    return buffer.getvalue()


def _heic() -> bytes:
    buffer = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (120, 80), (30, 90, 60))).save(buffer, quality=90)
    return buffer.getvalue()


def _picture_bomb() -> bytes:
    data = bytearray(picture("PNG"))
    data[16:24] = (100_000).to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    return bytes(data)


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
LINK = {"Subtype": Name.Link}

CASES: dict[str, tuple[Callable[[], bytes], str, int, set[str]]] = {
    # name: the file, verdict, pages, codes that must be among the findings
    "user password": (
        lambda: foreign(encryption=pikepdf.Encryption(user="a", owner="b")), "refused", 0, {"intake.password"},
    ),
    "owner password": (
        lambda: foreign(encryption=pikepdf.Encryption(user="", owner="b")), "converted", 1, {"intake.owner_password"},
    ),
    "XFA": (_one(_xfa), "refused", 0, {"intake.xfa"}),
    "form": (_one(_form(_text("Filled"), needed=True)), "converted", 1, {"intake.form"}),
    "buttons that contradict themselves": (
        _one(_radios(Name.Off, Name.Off, Name.Off)), "converted", 1, {"intake.form", "intake.form_value"},
    ),
    "signature": (_one(_signature), "converted", 1, {"intake.signature"}),
    "script of the document": (_two(_root(OpenAction=SCRIPT)), "converted", 2, {"intake.javascript"}),
    "script by name": (_two(_names_script), "converted", 2, {"intake.javascript"}),
    "script of a page": (_two(_page_action), "converted", 2, {"intake.javascript"}),
    "script of an annotation": (_two(_annotated(**LINK, A=SCRIPT)), "converted", 2, {"intake.javascript"}),
    "script of a field": (_one(_field_script), "converted", 1, {"intake.javascript", "intake.form"}),
    "script of a bookmark": (_two(_bookmark_script), "converted", 2, {"intake.javascript"}),
    "launch": (
        _two(_annotated(**LINK, A=Dictionary(S=Name.Launch, F=String("cmd.exe")))), "converted", 2, {"intake.action"},
    ),
    "javascript: address": (
        _two(_annotated(**LINK, A=Dictionary(S=Name.URI, URI=String("javascript:a()")))), "converted", 2,
        {"intake.javascript"},
    ),
    "embedded file": (_two(_attached), "converted", 2, {"intake.attachment"}),
    "attached note": (_two(_annotated(Subtype=Name.FileAttachment)), "converted", 2, {"intake.attachment"}),
    "associated file": (_one(_associated), "converted", 1, {"intake.attachment"}),
    "film": (_two(_annotated(Subtype=Name.Screen)), "converted", 2, {"intake.media"}),
    "sound": (_two(_annotated(Subtype=Name.Sound)), "converted", 2, {"intake.media"}),
    "comment": (_two(_annotated(Subtype=Name.Text, Contents=String("x"))), "converted", 2, {"intake.comment"}),
    "hidden layer": (_one(_hidden_layer), "converted", 1, {"intake.layers", "intake.hidden_layer"}),
    "bad redaction": (_one(content(f"{SECRET} 0 g 80 590 200 30 re f")), "converted", 1, {"intake.bad_redaction"}),
    "truncated": (lambda: foreign(pages=3)[:900], "refused", 0, {"intake.damaged"}),
    "truncated at the end": (lambda: foreign(pages=3)[:-200], "refused", 0, {"intake.damaged"}),
    "truncated after its header": (lambda: foreign()[:20], "refused", 0, {"intake.damaged"}),
    "truncated amid its changes": (lambda: _changed()[:-60], "refused", 0, {"intake.damaged"}),
    "changed later": (_changed, "usable", 2, set()),
    "damaged in the middle": (_bad_checksum, "refused", 0, {"intake.damaged"}),
    "wrong table of objects": (
        _table_of_objects(lambda data: data.replace(b"startxref\n", b"startxref\n1")), "converted", 2,
        {"intake.repaired"},
    ),
    "no table of objects": (
        _table_of_objects(lambda data: data[: data.index(b"xref\n0")] + data[data.index(b"trailer") :]), "converted", 2,
        {"intake.repaired"},
    ),
    "a lost object": (_table_of_objects(_lost_object), "refused", 0, {"intake.damaged"}),
    "cyclic page tree": (_cyclic, "refused", 0, {"intake.damaged"}),
    "deep page tree": (_deep, "refused", 0, {"intake.damaged|intake.limits"}),
    "no pages": (
        lambda: _written({1: CATALOG, 2: b"<< /Type /Pages /Count 0 /Kids [] >>"}), "refused", 0, {"intake.no_pages"},
    ),
    "100,000 pages": (_many, "refused", 0, {"intake.too_many_pages"}),
    "zero box": (lambda: plain((0, 0, 0, 0)), "converted", 1, {"intake.page_box"}),
    "negative box": (lambda: plain((612, 792, 0, 0)), "usable", 1, set()),
    "huge box": (lambda: plain((0, 0, 1e9, 1e9)), "converted", 1, {"intake.page_box"}),
    "large box": (lambda: plain((0, 0, 30_000, 20_000)), "converted", 1, {"intake.page_box"}),
    "offset box": (lambda: plain((-100, -50, 512, 742)), "usable", 1, set()),
    "inherited boxes": (_inherited, "usable", 1, set()),
    "user unit": (_page(UserUnit=2), "usable", 1, set()),
    "impossible user unit": (_page(UserUnit=1e6), "converted", 1, {"intake.page_box"}),
    "rotation 90": (lambda: plain(rotate=90), "usable", 1, set()),
    "rotation 360": (lambda: plain(rotate=360), "usable", 1, set()),
    "rotation 45": (lambda: plain(rotate=45), "converted", 1, {"intake.page_box"}),
    "stream bomb": (
        lambda: foreign(_packed(_zeros(2**30)), compress_streams=False), "refused", 0, {"intake.bomb"},
    ),
    "image bomb": (
        lambda: foreign(_packed(b"", **PICTURE, Width=100_000, Height=100_000)), "refused", 0, {"intake.bomb"},
    ),
    "picture bomb": (_picture_bomb, "refused", 0, {"intake.too_large"}),
    "font not embedded": (foreign, "converted", 1, {"intake.rasterized"}),
    "printing inks": (lambda: plain(draw="0 0.9 0.8 0 k 100 100 9 9 re f"), "converted", 1, {"intake.rasterized"}),
    "transparency": (_one(_transparent), "usable", 1, set()),
    "36 × 24 in": (lambda: plain((0, 0, 2592, 1728)), "usable", 1, set()),
    "JPEG": (lambda: _image("JPEG"), "converted", 1, {"intake.not_searchable"}),
    "PNG": (lambda: _image("PNG"), "converted", 1, {"intake.not_searchable"}),
    "HEIC": (_heic, "converted", 1, {"intake.encoded"}),
    "TIFF of three pages": (lambda: _image("TIFF", pages=3), "converted", 3, {"intake.not_searchable"}),
    "black and white TIFF of three pages": (
        lambda: _image("TIFF", "1", pages=3), "converted", 3, {"intake.not_searchable"},
    ),
    "JPEG in printing inks": (lambda: _image("JPEG", "CMYK"), "converted", 1, {"intake.encoded"}),
    "turned by the camera": (lambda: _image("JPEG", orientation=6), "converted", 1, {"intake.not_searchable"}),
    "with its place": (lambda: _image("JPEG", located=True), "converted", 1, {"intake.location"}),
    "broken picture": (lambda: picture()[:400], "refused", 0, {"intake.broken"}),
    "broken TIFF": (lambda: _image("TIFF", pages=3)[:200], "refused", 0, {"intake.broken"}),
    "empty": (lambda: b"", "refused", 0, {"intake.empty"}),
    "blank": (lambda: b"\0" * 5000, "refused", 0, {"intake.empty"}),
    "no document": (lambda: b"hello", "refused", 0, {"intake.type"}),
    "office document": (lambda: b"PK\x03\x04" + b"x" * 50, "refused", 0, {"intake.type"}),
    "only a header": (lambda: b"%PDF-1.7\n%%EOF", "refused", 0, {"intake.damaged"}),
}  # fmt: skip


@pytest.mark.parametrize(("make", "verdict", "pages", "codes"), CASES.values(), ids=CASES)
def test_every_case_has_its_answer(make: Callable[[], bytes], verdict: str, pages: int, codes: set[str]) -> None:
    taken: Intake = intake.examine(make(), seconds=60)  # the limit of time is tested elsewhere
    said = {finding.code for finding in taken.findings}
    assert (taken.verdict, len(taken.pages)) == (verdict, pages), taken.findings
    for wanted in codes:
        assert said & set(wanted.split("|")), (wanted, said)
    assert all(finding.message and "0x" not in finding.message for finding in taken.findings)
    assert all(finding.page is None or 1 <= finding.page <= pages for finding in taken.findings)
    if verdict == "refused":
        assert taken.pdf == b""
        assert [finding.severity for finding in taken.findings] == ["error"]
    else:
        with pikepdf.open(io.BytesIO(taken.pdf)) as pdf:
            assert len(pdf.pages) == pages
        brought_in = {page.kind for page in taken.pages} == {"picture"}  # there is always something to convert
        assert (verdict == "usable") is (not said - {"intake.not_searchable"} and not brought_in)
