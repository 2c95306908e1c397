"""A page becomes a picture of itself in which the bars are black pixels, with the text that is left laid over it.

The page object stays, so that links and bookmarks still lead to it; everything that it drew is let go. What this does
not do: blur the width of a bar, from which a word may be guessed where few words are possible.
"""

from __future__ import annotations

import io
import math
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw

from docservice.pdf.foreign.glyphs import Matrix
from docservice.pdf.foreign.pages import image
from docservice.pdf.foreign.textlayer import TextLayer, TextRun

DPI = 200
_MOST_PIXELS = 40_000_000  # of one page; what is larger gets coarser
_QUALITY = 88
_PAPER = 250  # gray of paper where nothing was drawn
_KEPT = frozenset(
    ("/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/StructParents", "/Tabs", "/Annots",
     "/Contents", "/Resources")
)  # fmt: skip


def picture_of(sheet: Any, size: tuple[float, float], dpi: float = DPI) -> Image.Image:
    """A pdfium page in color, as a viewer shows it."""
    pixels = size[0] * size[1] * (dpi / 72) ** 2
    if pixels > _MOST_PIXELS:
        dpi *= (_MOST_PIXELS / pixels) ** 0.5
    bitmap = sheet.render(scale=dpi / 72 * size[0] / sheet.get_width(), rev_byteorder=True)
    picture: Image.Image = bitmap.to_pil().convert("RGB")
    return picture


def blacken(picture: Image.Image, size: tuple[float, float], bars: Iterable[TextRun]) -> None:
    """Paint the bars into the pixels: every pixel that a bar touches."""
    draw = ImageDraw.Draw(picture)
    for bar in bars:
        left, top, right, bottom = _pixels(picture, size, bar)
        if right > left and bottom > top:
            draw.rectangle((left, top, right - 1, bottom - 1), fill=(0, 0, 0))


def is_blank(picture: Image.Image, size: tuple[float, float], bar: TextRun) -> bool:
    """Whether nothing is drawn where a bar will be."""
    left, top, right, bottom = _pixels(picture, size, bar)
    if right <= left or bottom <= top:
        return True
    darkest: int = picture.crop((left, top, right, bottom)).convert("L").getextrema()[0]  # type: ignore[assignment]
    return darkest >= _PAPER


def _pixels(picture: Image.Image, size: tuple[float, float], bar: TextRun) -> tuple[int, int, int, int]:
    across, down = picture.width / size[0], picture.height / size[1]
    return (
        max(0, math.floor(bar.left * across)),
        max(0, math.floor((size[1] - bar.top) * down)),
        min(picture.width, math.ceil(bar.right * across)),
        min(picture.height, math.ceil((size[1] - bar.bottom) * down)),
    )


def replace(
    pdf: pikepdf.Pdf,
    page: pikepdf.Page,
    picture: Image.Image,
    size: tuple[float, float],
    upright: Matrix,
    layer: TextLayer,
    runs: Sequence[TextRun],
) -> bool:
    """Make a normalized page show ``picture`` (marked content 0) under the invisible ``runs`` (1); whether these say
    anything. ``upright`` leads from the page's space to the viewer's, in which ``runs`` and ``size`` are."""
    text = layer.content(runs)
    to_page = " ".join(f"{value:.6g}" for value in _inverse(upright))
    turned = b"" if to_page == "1 0 0 1 0 0" else f"{to_page} cm ".encode()
    draw = f"{size[0]:.4f} 0 0 {size[1]:.4f} 0 0 cm /P0 Do".encode()
    content = b"/Figure <</MCID 0>> BDC\nq " + turned + draw + b" Q\nEMC"
    resources = Dictionary(XObject=Dictionary(P0=_image(pdf, picture)))
    if text:
        content += b"\n/P <</MCID 1>> BDC\nq " + turned + text + b" Q\nEMC"
        resources.Font = Dictionary(T0=layer.font)
    for key in list(page.obj.keys()):
        if key not in _KEPT:
            del page.obj[key]
    page.obj.Contents = pdf.make_stream(content)
    page.obj.Resources = resources
    return bool(text)


def bounds(page: pikepdf.Page) -> Array:
    """The box of a normalized page as a Figure's BBox, in the page's space."""
    return Array([round(float(value), 2) for value in page.obj.MediaBox])


def _inverse(matrix: Matrix) -> Matrix:
    a, b, c, d, e, f = matrix
    area = a * d - b * c
    a, b, c, d = d / area, -b / area, -c / area, a / area
    return a, b, c, d, -(e * a + f * c) + 0.0, -(e * b + f * d) + 0.0


def _image(pdf: pikepdf.Pdf, picture: Image.Image) -> pikepdf.Object:
    """Without loss where that is not larger than a JPEG (text, drawings), else as JPEG (photographs)."""
    plain = image(pdf, picture, lossless=True)
    packed = zlib.compress(plain.read_raw_bytes(), 6)
    buffer = io.BytesIO()
    picture.convert("L" if plain.ColorSpace == Name.DeviceGray else "RGB").save(buffer, "JPEG", quality=_QUALITY)
    if len(buffer.getvalue()) < len(packed):
        return image(pdf, picture, quality=_QUALITY)
    plain.write(packed, filter=Name.FlateDecode)
    return plain
