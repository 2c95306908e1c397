"""Resolution and ink, measured on pages that are built to have a known answer."""

from __future__ import annotations

import math
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw

from docservice.pdf.foreign import measure

Build = Callable[[pikepdf.Pdf], tuple[bytes, dict[str, pikepdf.Object]]]


def _image(pdf: pikepdf.Pdf, width: int, height: int) -> pikepdf.Object:
    return pdf.make_stream(  # the pixels themselves are never read
        b"\0", Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height, ColorSpace=Name.DeviceGray,
        BitsPerComponent=8,
    )  # fmt: skip


def _form(pdf: pikepdf.Pdf, content: bytes, things: dict[str, pikepdf.Object], **more: object) -> pikepdf.Object:
    return pdf.make_stream(
        content, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 612, 792]),
        Resources=Dictionary(XObject=Dictionary(**things)), **more,
    )  # fmt: skip


def _measured(build: Build, size: tuple[float, float] = (612, 792), **page: object) -> measure.Raster | None:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=size)
    content, things = build(pdf)
    one = pdf.pages[0]
    one.obj.Contents = pdf.make_stream(content)
    one.obj.Resources = Dictionary(XObject=Dictionary(**things))
    for name, value in page.items():
        one.obj[f"/{name}"] = value
    before = one.obj.unparse()
    found = measure.raster(one)
    assert one.obj.unparse() == before, "measuring changes nothing"
    return found


def scan(dpi: int) -> Build:
    return lambda pdf: (
        b"q 612 0 0 792 0 0 cm /P Do Q",
        {"P": _image(pdf, round(8.5 * dpi), 11 * dpi)},
    )


def turned(degrees: float) -> Build:
    a, b = 612 * math.cos(math.radians(degrees)), 612 * math.sin(math.radians(degrees))
    c, d = -792 * math.sin(math.radians(degrees)), 792 * math.cos(math.radians(degrees))
    return lambda pdf: (f"{a:.6f} {b:.6f} {c:.6f} {d:.6f} 300 400 cm /P Do".encode(), {"P": _image(pdf, 2550, 3300)})


def form_in_form(pdf: pikepdf.Pdf) -> tuple[bytes, dict[str, pikepdf.Object]]:
    inner = _form(pdf, b"q 1 0 0 1 0 0 cm 1224 0 0 1584 0 0 cm /P Do Q", {"P": _image(pdf, 2550, 3300)})
    outer = _form(pdf, b"/F Do", {"F": inner}, Matrix=Array([0.5, 0, 0, 0.5, 0, 0]))
    return b"q /G Do Q", {"G": outer}


def form_without_resources(pdf: pikepdf.Pdf) -> tuple[bytes, dict[str, pikepdf.Object]]:
    form = pdf.make_stream(b"612 0 0 792 0 0 cm /P Do", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 1, 1]))
    return b"/F Do", {"F": form, "P": _image(pdf, 2550, 3300)}


def inline(pdf: pikepdf.Pdf) -> tuple[bytes, dict[str, pikepdf.Object]]:
    return b"q 144 0 0 144 0 0 cm BI /W 2 /H 2 /BPC 8 /CS /G ID abcd EI Q", {}


def strips(pdf: pikepdf.Pdf) -> tuple[bytes, dict[str, pikepdf.Object]]:
    parts = [f"q 612 0 0 198 0 {198 * n} cm /P Do Q" for n in range(4)]
    return "\n".join(parts).encode(), {"P": _image(pdf, 2550, 825)}


def mask_over_ground(pdf: pikepdf.Pdf) -> tuple[bytes, dict[str, pikepdf.Object]]:
    content = b"q 612 0 0 792 0 0 cm /G Do /M Do Q q 30 0 0 30 0 0 cm /L Do Q"
    return content, {"G": _image(pdf, 850, 1100), "M": _image(pdf, 5100, 6600), "L": _image(pdf, 4000, 4000)}


def restored(pdf: pikepdf.Pdf) -> tuple[bytes, dict[str, pikepdf.Object]]:
    return b"Q q 9 0 0 9 0 0 cm Q 612 0 0 792 0 0 cm /P Do", {"P": _image(pdf, 2550, 3300)}


@pytest.mark.parametrize(
    ("build", "dpi", "share"),
    [
        (scan(300), 300, 1), (scan(600), 600, 1), (turned(90), 300, 1), (turned(180), 300, 1), (turned(45), 300, 1),
        (form_in_form, 300, 1), (form_without_resources, 300, 1), (inline, 1, 144 * 144 / (612 * 792)),
        (strips, 300, 1), (mask_over_ground, 600, 1), (restored, 300, 1),
    ],
)  # fmt: skip
def test_resolution_is_that_of_the_picture_as_drawn(build: Build, dpi: float, share: float) -> None:
    found = _measured(build)
    assert found is not None
    assert found.dpi == pytest.approx(dpi, rel=0.001)
    assert found.share == pytest.approx(share, abs=0.001)


def test_the_finer_side_counts_and_units_of_the_page_too() -> None:
    fax = _measured(lambda pdf: (b"612 0 0 792 0 0 cm /P Do", {"P": _image(pdf, 1734, 1078)}))
    assert fax is not None
    assert (round(fax.across), round(fax.down), round(fax.dpi)) == (204, 98, 204)
    large = _measured(scan(300), UserUnit=2)
    assert large is not None
    assert large.dpi == pytest.approx(150)


def broken(pdf: pikepdf.Pdf) -> tuple[bytes, dict[str, pikepdf.Object]]:
    content = b"1 0 0 cm /Nowhere Do /P Do q /a 0 0 1 0 0 cm Q 612 0 0 792 0 0 cm /P Do (never closed"
    return content, {"P": _image(pdf, 2550, 3300)}


def circle(pdf: pikepdf.Pdf) -> tuple[bytes, dict[str, pikepdf.Object]]:
    form = _form(pdf, b"/F Do /P Do", {"P": _image(pdf, 10, 10)})
    form.Resources.XObject.F = form
    return b"612 0 0 792 0 0 cm /F Do", {"F": form}


def thicket(pdf: pikepdf.Pdf) -> tuple[bytes, dict[str, pikepdf.Object]]:
    """Each form draws the next one a hundred times: more pictures than anybody could count."""
    form = _form(pdf, b"/P Do", {"P": _image(pdf, 10, 10)})
    for _ in range(10):
        form = _form(pdf, b"/F Do " * 100, {"F": form})
    return b"/F Do", {"F": form}


def flat(pdf: pikepdf.Pdf) -> tuple[bytes, dict[str, pikepdf.Object]]:
    return b"612 0 0 0 0 0 cm /P Do", {"P": _image(pdf, 10, 10)}


def text(pdf: pikepdf.Pdf) -> tuple[bytes, dict[str, pikepdf.Object]]:
    return b"0 0 m 100 100 l S", {"F": _form(pdf, b"0 0 m 1 1 l S", {})}


def test_odd_content_neither_raises_nor_hangs() -> None:
    found = _measured(broken)
    assert found is not None
    assert found.dpi == pytest.approx(300)
    assert _measured(circle) is not None
    assert _measured(thicket) is not None
    assert _measured(flat) is None
    assert _measured(text) is None


@pytest.mark.parametrize(
    ("inks", "expected"),
    [
        ([(36, 72, 576, 700)], (72, 36, 92, 36)),
        ([(36, 72, 576, 700), (300, 770, 400, 780)], (72, 36, 92, 36)),  # in the band of the stamps
        ([(0, 0, 612, 700)], (0, 0, 92, 0)),
        ([], (792, 612, 792, 612)),
    ],
)
def test_margins_are_measured_without_the_stamps(
    inks: list[tuple[int, int, int, int]], expected: tuple[float, ...]
) -> None:
    seen = Image.new("L", (1224, 1584), 255)
    for box in inks:
        ImageDraw.Draw(seen).rectangle((box[0] * 2, box[1] * 2, box[2] * 2 - 1, box[3] * 2 - 1), fill=0)
    found = measure.clear(seen, 612, 792, band=30)
    assert (found.top, found.right, found.bottom, found.left) == pytest.approx(expected)


def test_the_recorders_space() -> None:
    seen = Image.new("RGB", (612, 792), "white")
    pen = ImageDraw.Draw(seen)
    pen.rectangle((36, 36, 200, 90), fill="black")  # the return address, within its block
    pen.rectangle((150, 190, 450, 205), fill="black")  # the title
    found = measure.first_page(seen, 612, 792, top=180, return_block=252)
    assert (found.reserved, found.title) == (190, 190)
    pen.rectangle((240, 100, 300, 110), fill="black")
    assert measure.first_page(seen, 612, 792, top=180, return_block=252).reserved == 100
    empty = measure.first_page(Image.new("L", (61, 79), 255), 612, 792, top=180, return_block=252)
    assert (empty.reserved, empty.title) == (792, None)
