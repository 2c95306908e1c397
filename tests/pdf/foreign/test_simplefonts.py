"""Embedded fonts of every kind: what is whole goes in as lines, what lies about itself becomes a picture."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache

import pikepdf
import pytest
from fontTools import subset
from fontTools.fontBuilder import FontBuilder
from fontTools.misc import eexec
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, Stream

from docservice.pdf.foreign import examine
from docservice.pdf.foreign.intake import Frame, Intake
from docservice.pdf.foreign.tagging import tagged
from tests.packets import structure
from tests.packets.making import font_set, foreign, letter, merged, text_of
from tests.verapdf import validate

TEXT = "Old fonts"
CODES = sorted(set(TEXT))


@cache
def _true_type() -> tuple[bytes, dict[str, float]]:
    font = TTFont(font_set().folder / "NotoSans-Regular.ttf")
    subsetter = subset.Subsetter(subset.Options(notdef_outline=True, drop_tables=["GSUB", "GPOS", "GDEF"]))
    subsetter.populate(text=TEXT)
    subsetter.subset(font)
    buffer = io.BytesIO()
    font.save(buffer)
    scale = 1000 / font["head"].unitsPerEm
    cmap = font.getBestCmap()
    return buffer.getvalue(), {char: font["hmtx"][cmap[ord(char)]][0] * scale for char in CODES}


@cache
def _compact() -> tuple[bytes, dict[str, float]]:
    """A CFF program of squares, each as wide as its character's code times five."""
    names = {char: "space" if char == " " else char for char in CODES}
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupCharacterMap({ord(char): name for char, name in names.items()})
    strings, metrics = {}, {}
    for char, name in [("d", ".notdef"), *names.items()]:
        pen = T2CharStringPen(ord(char) * 5, None)
        for move, point in (
            (pen.moveTo, (50, 0)),
            (pen.lineTo, (50, 700)),
            (pen.lineTo, (300, 700)),
            (pen.lineTo, (300, 0)),
        ):
            move(point)
        pen.closePath()
        strings[name] = pen.getCharString()
        metrics[name] = (ord(char) * 5, 50)
    builder.setupCFF("Squares", {}, strings, {})
    builder.setupHorizontalMetrics(metrics)
    builder.setupHorizontalHeader()
    builder.setupPost()
    return builder.font["CFF "].compile(builder.font), {char: ord(char) * 5.0 for char in CODES}


@cache
def _type_one() -> tuple[bytes, dict[str, float]]:
    """A Type 1 program of squares, written by hand: clear text, then the encrypted part."""

    def number(value: int) -> bytes:
        return b"\xff" + value.to_bytes(4, "big", signed=True)

    def string(width: int) -> bytes:
        body = number(0) + number(width) + b"\x0d" + number(50) + number(0) + b"\x15"
        body += number(700) + b"\x07" + number(250) + b"\x06" + number(-700) + b"\x07\x09\x0e"
        return bytes(eexec.encrypt(b"0000" + body, 4330)[0])

    names = {char: "space" if char == " " else char for char in CODES}
    clear = b"%!PS-AdobeFont-1.0: Squares\n10 dict begin\n/FontName /Squares def /PaintType 0 def /FontType 1 def\n"
    clear += b"/FontMatrix [0.001 0 0 0.001 0 0] readonly def /FontBBox {0 0 700 700} readonly def\n"
    clear += b"/Encoding StandardEncoding def\ncurrentdict end\ncurrentfile eexec\n"
    hidden = b"dup /Private 8 dict dup begin\n/RD {string currentfile exch readstring pop} executeonly def\n"
    hidden += b"/ND {noaccess def} executeonly def /NP {noaccess put} executeonly def /lenIV 4 def /password 5839 def\n"
    back = bytes(eexec.encrypt(b"0000\x0b", 4330)[0])
    hidden += b"/BlueValues [] def\n/Subrs 1 array\ndup 0 %d RD %b NP\nND\n2 index /CharStrings %d dict dup begin\n" % (
        len(back), back, len(names) + 1,
    )  # fmt: skip
    for name, width in [(".notdef", 500), *((name, ord(char) * 5) for char, name in names.items())]:
        data = string(width)
        hidden += b"/%b %d RD %b ND\n" % (name.encode(), len(data), data)
    hidden += (
        b"end\nend\nreadonly put\nnoaccess put\ndup /FontName get exch definefont pop\nmark currentfile closefile\n"
    )
    packed = bytes(eexec.encrypt(b"0000" + hidden, 55665)[0])
    return clear + packed + b"\n" + (b"0" * 64 + b"\n") * 8 + b"cleartomark\n", {c: ord(c) * 5.0 for c in CODES}


def _made(kind: str, spoil: Callable[[Dictionary, Dictionary], None] | None = None) -> bytes:
    """A page set in an embedded font of the given kind; ``spoil(font, descriptor)`` makes it lie."""

    def change(pdf: pikepdf.Pdf) -> None:
        program, widths = {"TrueType": _true_type, "CFF": _compact, "Type1": _type_one}[kind]()
        descriptor = Dictionary(
            Type=Name.FontDescriptor, FontName=Name("/ABCDEF+Old"), Flags=32, FontBBox=Array([0, -300, 1000, 1000]),
            ItalicAngle=0, Ascent=800, Descent=-200, CapHeight=700, StemV=80,
        )  # fmt: skip
        first = program.find(b"eexec\n") + 6
        entry = {
            "TrueType": lambda: Stream(pdf, program, Length1=len(program)),
            "CFF": lambda: Stream(pdf, program, Subtype=Name.Type1C),
            "Type1": lambda: Stream(pdf, program, Length1=first, Length2=len(program) - first - 532, Length3=532),
        }[kind]()
        descriptor[{"TrueType": "/FontFile2", "CFF": "/FontFile3", "Type1": "/FontFile"}[kind]] = entry
        codes = range(32, 127)
        font = Dictionary(
            Type=Name.Font, Subtype=Name.TrueType if kind == "TrueType" else Name.Type1,
            BaseFont=Name("/ABCDEF+Old"), Encoding=Name.WinAnsiEncoding, FirstChar=32, LastChar=126,
            Widths=Array([widths.get(chr(code), 0) for code in codes]), FontDescriptor=pdf.make_indirect(descriptor),
        )  # fmt: skip
        if spoil is not None:
            spoil(font, descriptor)
        page = pdf.pages[0].obj
        page.Resources = Dictionary(Font=Dictionary(F1=pdf.make_indirect(font)))
        page.Contents = pdf.make_stream(f"BT /F1 24 Tf 90 600 Td ({TEXT}) Tj ET".encode())

    return foreign(change)


def _look(data: bytes) -> Intake:
    return examine.look(data, Frame())


def _bound(taken: Intake) -> bytes:
    buffer = io.BytesIO()
    tagged(taken, ["x"] * len(taken.pages), on_behalf_of="x").save(buffer)
    return merged(letter(), buffer.getvalue())


@pytest.mark.parametrize("kind", ["TrueType", "CFF", "Type1"])
def test_an_embedded_font_stays_a_font(kind: str) -> None:
    taken = _look(_made(kind))
    assert [page.kind for page in taken.pages] == ["vector"], taken.findings
    assert TEXT in text_of(taken)
    packet = _bound(taken)
    assert structure.check(packet) == []
    assert validate([packet]) == []


def _narrow(font: Dictionary, _: Dictionary) -> None:
    font.Widths[ord("O") - 32] = 12


def _nameless(font: Dictionary, _: Dictionary) -> None:
    font.Encoding = Dictionary(
        BaseEncoding=Name.WinAnsiEncoding, Differences=Array([ord("O"), Name.g17, ord("l"), Name.nonsense])
    )


def _symbolic(_: Dictionary, descriptor: Dictionary) -> None:
    descriptor.Flags = 4


def _unembedded(_: Dictionary, descriptor: Dictionary) -> None:
    for key in list(descriptor.keys()):
        if key.startswith("/FontFile"):
            del descriptor[key]


def _broken(_: Dictionary, descriptor: Dictionary) -> None:
    for key in list(descriptor.keys()):
        if key.startswith("/FontFile"):
            descriptor[key].write(b"no font at all")


@pytest.mark.parametrize(
    ("kind", "spoil"),
    [
        ("TrueType", _narrow), ("TrueType", _nameless), ("TrueType", _symbolic), ("TrueType", _unembedded),
        ("TrueType", _broken), ("CFF", _narrow), ("CFF", _nameless), ("CFF", _broken), ("Type1", _narrow),
        ("Type1", _unembedded), ("Type1", _broken),
    ],
)  # fmt: skip
def test_a_font_that_lies_makes_a_picture_that_can_be_searched(
    kind: str, spoil: Callable[[Dictionary, Dictionary], None]
) -> None:
    taken = _look(_made(kind, spoil))
    assert [page.kind for page in taken.pages] == ["raster"]
    if spoil is not _nameless:
        assert "".join(TEXT.split()) in "".join(text_of(taken).split())
    assert "font" in next(finding.message for finding in taken.findings if finding.code == "intake.rasterized")
