"""Photographs on their sheets: upright, valid, and with the very pixels that the camera wrote."""

from __future__ import annotations

import io
from datetime import date

import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageCms, ImageOps

from docservice.packets import photos
from docservice.packets.front import Front
from docservice.packets.plan import PhotosPart, PlanPhoto
from docservice.pdf.foreign import darkroom
from tests.packets.making import ON, font_set, pack
from tests.verapdf import validate


def _scene(size: tuple[int, int] = (400, 300)) -> Image.Image:
    """A picture whose corners all differ."""
    image = Image.new("RGB", size, (200, 30, 30))
    w, h = size
    image.paste((30, 160, 30), (w // 2, 0, w, h // 2))
    image.paste((30, 30, 200), (0, h // 2, w // 2, h))
    return image


def _saved(image: Image.Image, kind: str = "JPEG", orientation: int = 1, **more: object) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif.get_ifd(0x8825)[1] = "N"
    buffer = io.BytesIO()
    image.save(buffer, kind, exif=exif, **more)
    return buffer.getvalue()


def _sheets(files: dict[str, bytes]) -> bytes:
    listed = tuple(PlanPhoto(name, f"Caption {name}", f"Alt {name}", "Ada", date(2026, 6, 1)) for name in files)
    part = PhotosPart("Photographs", listed)
    front = Front(pack(), font_set(), ON, "Packet", "CE-1")
    return front.photographs("Photographs", photos.mounted(photos.planned(part), files))


def _images(pdf: bytes) -> list[tuple[bytes, bytes]]:
    """The stored bytes of every picture, and its filter."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [
            (item.read_raw_bytes(), str(item.Filter).encode())
            for item in opened.objects
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"
        ]


def _shown(pdf: bytes, page: int) -> Image.Image:
    return pdfium.PdfDocument(pdf)[page].render(scale=2).to_pil().convert("RGB")


def _scan(data: bytes) -> bytes:
    """The compressed pixels of a JPEG, from its first scan on."""
    return data[data.index(b"\xff\xda") : data.rindex(b"\xff\xd9")]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_upright_with_the_pixels_of_the_camera(orientation: int) -> None:
    data = _saved(_scene(), orientation=orientation, quality=93)
    sheets = _sheets({"a.jpg": data})
    ((kept, packing),) = _images(sheets)
    assert packing == b"/DCTDecode"
    assert _scan(kept) == _scan(data)
    assert b"Exif" not in sheets
    with Image.open(io.BytesIO(data)) as opened:
        upright = ImageOps.exif_transpose(opened)
    seen = _shown(sheets, 0)
    colored = seen.crop((150, 260, seen.width - 150, seen.height // 2 + 140))  # where the first picture is
    box = colored.convert("HSV").split()[1].point(lambda v: 255 if v > 120 else 0).getbbox()
    assert box is not None
    found = colored.crop(box)
    assert found.width / found.height == pytest.approx(upright.width / upright.height, rel=0.02)
    for x, y in ((0.2, 0.2), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8)):
        wanted = upright.getpixel((int(upright.width * x), int(upright.height * y)))
        got = found.getpixel((int(found.width * x), int(found.height * y)))
        assert got == pytest.approx(wanted, abs=16)


def _wide_profile() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"s\0R\0G\0B", b"w\0i\0d\0e").replace(b"sRGB", b"wide")


def test_sheets_of_every_kind_of_picture_are_valid_and_repeatable() -> None:
    files = {
        "turned.jpg": _saved(_scene(), orientation=6),
        "gray.jpg": _saved(_scene().convert("L"), orientation=8),
        "wide.jpg": _saved(_scene(), icc_profile=_wide_profile()),
        "progressive.jpg": _saved(_scene((1201, 797)), progressive=True),
        "inks.jpg": _saved(_scene().convert("CMYK")),
        "drawn.png": _saved(_scene(), "PNG"),
    }
    sheets = _sheets(files)
    assert validate([sheets]) == []
    assert _sheets(files) == sheets
    scans = {_scan(data) for data, packing in _images(sheets) if packing == b"/DCTDecode"}
    assert {_scan(files[name]) for name in files if name not in ("inks.jpg", "drawn.png")} <= scans


def test_one_photograph_shown_twice_is_kept_once() -> None:
    data = _saved(_scene())
    assert len(_images(_sheets({"a.jpg": data, "again.jpg": data}))) == 1


def test_a_large_photograph_is_not_made_smaller() -> None:
    found = darkroom.develop({"a.jpg": _saved(_scene((5000, 3000)))}, (1950, 1320))["a.jpg"]
    assert (found.width, found.height) == (5000, 3000)  # type: ignore[union-attr]
