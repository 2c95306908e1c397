"""Pages of a foreign file as pages of a packet: upright, clear at the foot, each one thing that can be tagged.

Every page gets the content ``/Figure <</MCID 0>> BDC … EMC`` around one form or picture. A page that is too small for
the stamps lies on letter paper; one that has ink where the stamps go is scaled into what is left.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageChops

from docservice.pdf.foreign.cleanliness import usable_profile
from docservice.pdf.foreign.intake import Frame
from docservice.pdf.foreign.jpegs import Jpeg

_SMALLEST = 360.0  # points; narrower pages have no room for the stamps
_MARGIN = 36.0  # around what is laid on letter paper
_GRAY_TOLERANCE = 12
_TURNS = {  # EXIF 2.32, 4.6.4: what turns the stored picture upright, within the unit square
    1: "", 2: "-1 0 0 1 1 0 cm ", 3: "-1 0 0 -1 1 1 cm ", 4: "1 0 0 -1 0 1 cm ", 5: "0 -1 -1 0 1 1 cm ",
    6: "0 -1 1 0 0 1 cm ", 7: "0 1 1 0 0 0 cm ", 8: "0 1 -1 0 1 0 cm ",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PagePlacement:
    """A page of ``width`` × ``height`` points, and where on it the content lies: (left, bottom, right, top)."""

    width: float
    height: float
    box: tuple[float, float, float, float]


def place_page(width: float, height: float, frame: Frame, *, ink_at_foot: bool) -> PagePlacement:
    """Where a page of the given size (as the viewer shows it) lies."""
    if min(width, height) < _SMALLEST:
        return place_picture(width, height, frame, enlarge=False)
    if not ink_at_foot:
        return PagePlacement(width, height, (0, 0, width, height))
    scale = (height - frame.band) / height
    side = (width - width * scale) / 2
    return PagePlacement(width, height, (side, frame.band, width - side, height))


def place_picture(width: float, height: float, frame: Frame, *, enlarge: bool = True) -> PagePlacement:
    """Where a picture lies on the profile's paper, upright or landscape as the picture is."""
    paper = frame.paper if height >= width else (frame.paper[1], frame.paper[0])
    room = (paper[0] - 2 * _MARGIN, paper[1] - 2 * _MARGIN - frame.band / 2)
    scale = min(room[0] / width, room[1] / height)
    if not enlarge:
        scale = min(scale, 1.0)
    left = (paper[0] - width * scale) / 2
    bottom = _MARGIN + frame.band / 2 + (room[1] - height * scale) / 2
    return PagePlacement(paper[0], paper[1], (left, bottom, left + width * scale, bottom + height * scale))


def form_page(pdf: pikepdf.Pdf, form: pikepdf.Object, place: PagePlacement, size: tuple[float, float]) -> None:
    """Append a page that shows ``form``, whose upright content is ``size`` points, at ``place``."""
    left, bottom, right, top = place.box
    matrix = (right - left) / size[0], (top - bottom) / size[1]
    draw = f"{matrix[0]:.6g} 0 0 {matrix[1]:.6g} {left:.4f} {bottom:.4f} cm /P0 Do"
    _page(pdf, place, draw, Dictionary(XObject=Dictionary(P0=form)))


def picture_page(
    pdf: pikepdf.Pdf,
    picture: pikepdf.Object,
    place: PagePlacement,
    layer: tuple[bytes, pikepdf.Object] | None = None,
    *,
    orientation: int = 1,
) -> None:
    """Append a page that shows an image.

    ``layer`` is an invisible text: content and the font that it calls /T0. ``orientation`` is that of EXIF, 1 to 8.
    """
    left, bottom, right, top = place.box
    draw = f"{right - left:.4f} 0 0 {top - bottom:.4f} {left:.4f} {bottom:.4f} cm {_TURNS[orientation]}/P0 Do"
    resources = Dictionary(XObject=Dictionary(P0=picture))
    if layer is not None:
        resources.Font = Dictionary(T0=layer[1])
    _page(pdf, place, draw, resources, layer[0] if layer else b"")


def _page(pdf: pikepdf.Pdf, place: PagePlacement, draw: str, resources: Dictionary, text: bytes = b"") -> None:
    content = f"/Figure <</MCID 0>> BDC\nq {draw} Q\nEMC".encode("ascii")
    if text:
        content += b"\n/P <</MCID 1>> BDC\n" + text + b"\nEMC"
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, round(place.width, 4), round(place.height, 4)]),
        Resources=resources,
        Contents=pdf.make_stream(content),
    )
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))


def image(pdf: pikepdf.Pdf, picture: Image.Image, *, lossless: bool = False, quality: int = 82) -> pikepdf.Object:
    """A PIL picture (L or RGB) as an image: gray where it has no color, JPEG unless ``lossless`` or black and white."""
    picture = _plain(picture)
    if picture.mode == "1" or lossless:
        packed = pdf.make_stream(picture.tobytes())
        bits = 1 if picture.mode == "1" else 8
    else:
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=quality)
        return jpeg(pdf, buffer.getvalue(), picture.size, gray=picture.mode == "L")
    _describe(packed, picture.size, gray=picture.mode != "RGB", bits=bits)
    return packed


def jpeg(pdf: pikepdf.Pdf, data: bytes, size: tuple[int, int], *, gray: bool) -> pikepdf.Object:
    """JPEG bytes as an image, as they are."""
    stream = pdf.make_stream(data)
    stream.Filter = Name.DCTDecode
    _describe(stream, size, gray=gray, bits=8)
    return stream


def photograph(pdf: pikepdf.Pdf, photo: Jpeg) -> pikepdf.Object:
    """A photograph as an image: its pixels as they are, its color profile beside it where PDF/A takes it."""
    stream = jpeg(pdf, photo.data, (photo.width, photo.height), gray=photo.gray)
    channels = 1 if photo.gray else 3
    if photo.profile and usable_profile(photo.profile, channels):
        profile = pdf.make_stream(photo.profile)
        profile.N = channels
        profile.Alternate = Name.DeviceGray if photo.gray else Name.DeviceRGB
        stream.ColorSpace = Array([Name.ICCBased, profile])
    return stream


def turned(orientation: int) -> bytes:
    """Content that shows the picture /P0 upright in the unit square; ``orientation`` is that of EXIF, 1 to 8."""
    return f"q {_TURNS[orientation]}/P0 Do Q".encode("ascii")


def _describe(stream: pikepdf.Object, size: Sequence[int], *, gray: bool, bits: int) -> None:
    stream.Type = Name.XObject
    stream.Subtype = Name.Image
    stream.Width, stream.Height = size
    stream.ColorSpace = Name.DeviceGray if gray else Name.DeviceRGB
    stream.BitsPerComponent = bits


def _plain(picture: Image.Image) -> Image.Image:
    """The picture in gray when not one pixel of it has a color worth keeping (a red pen stroke has)."""
    return picture.convert("L") if picture.mode == "RGB" and is_gray(picture, _GRAY_TOLERANCE) else picture


def is_gray(picture: Image.Image, tolerance: int) -> bool:
    """Whether no pixel of an RGB picture is further from gray than ``tolerance`` levels."""
    red, green, blue = picture.split()
    for one, other in ((red, green), (green, blue)):
        _, spread = ImageChops.difference(one, other).getextrema()
        if isinstance(spread, tuple) or spread > tolerance:
            return False
    return True
