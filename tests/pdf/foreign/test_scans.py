"""Pictures as exhibits: pixels kept, upright, and silent about where they were taken."""

from __future__ import annotations

import io
import zlib

import pikepdf
import pillow_heif
import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageOps

from docservice.pdf.foreign import examine, intake
from docservice.pdf.foreign.intake import Frame, Intake
from tests.packets.making import picture


def _look(data: bytes) -> Intake:
    return examine.look(data, Frame())


def _codes(taken: Intake) -> list[str]:
    return [finding.code for finding in taken.findings]


def _quadrants() -> Image.Image:
    """A picture whose corners all differ, 60 × 40."""
    image = Image.new("RGB", (60, 40), (200, 30, 30))
    image.paste((30, 160, 30), (30, 0, 60, 20))
    image.paste((30, 30, 200), (0, 20, 30, 40))
    return image


def _saved(image: Image.Image, kind: str, **more: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **more)
    return buffer.getvalue()


def _shown(taken: Intake, page: int = 0) -> Image.Image:
    """The picture on a page, cut out of its white margins."""
    seen = pdfium.PdfDocument(taken.pdf)[page].render(scale=0.5).to_pil().convert("RGB")
    box = seen.convert("L").point(lambda v: 255 if v < 250 else 0).getbbox()
    return seen.crop(box)


def _corners(image: Image.Image) -> list[tuple[int, ...]]:
    w, h = image.size
    places = [(w // 5, h // 5), (w - w // 5, h // 5), (w // 5, h - h // 5), (w - w // 5, h - h // 5)]
    return [tuple(round(c / 64) for c in image.getpixel(place)) for place in places]  # type: ignore[union-attr]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_upright_and_keeps_its_pixels(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif.get_ifd(0x8825)[1] = "N"
    data = _saved(_quadrants(), "JPEG", quality=95, exif=exif)
    taken = _look(data)
    with Image.open(io.BytesIO(data)) as opened:
        upright = ImageOps.exif_transpose(opened)
        stored = opened.tobytes()
    assert _corners(_shown(taken)) == _corners(upright)
    assert "intake.location" in _codes(taken)
    assert b"Exif" not in taken.pdf
    with pikepdf.open(io.BytesIO(taken.pdf)) as pdf:
        kept = pdf.pages[0].obj.Resources.XObject.P0.read_raw_bytes()
    assert Image.open(io.BytesIO(kept)).tobytes() == stored
    start = data.index(b"\xff\xda")
    assert kept.endswith(data[start:])


def test_a_wide_gamut_photograph_keeps_its_profile_and_its_pixels() -> None:
    from PIL import ImageCms

    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    other = bytes(profile).replace(b"s\0R\0G\0B", b"w\0i\0d\0e").replace(b"sRGB", b"wide")
    taken = _look(_saved(_quadrants(), "JPEG", icc_profile=other))
    with pikepdf.open(io.BytesIO(taken.pdf)) as pdf:
        assert pdf.pages[0].obj.Resources.XObject.P0.ColorSpace[0] == pikepdf.Name.ICCBased


@pytest.mark.parametrize("mode", ["CMYK", "L", "1", "P", "RGBA", "LA", "I;16"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_every_color_becomes_gray_or_srgb(mode: str, kind: str) -> None:
    image = Image.new("I;16", (60, 40), 20000) if mode == "I;16" else _quadrants().convert(mode)
    try:
        data = _saved(image, kind)
    except OSError:
        return  # there is no such file
    taken = _look(data)
    assert taken.verdict == "converted"
    with pikepdf.open(io.BytesIO(taken.pdf)) as pdf:
        space = pdf.pages[0].obj.Resources.XObject.P0.ColorSpace
    assert space in (pikepdf.Name.DeviceGray, pikepdf.Name.DeviceRGB)


@pytest.mark.parametrize("mode", ["1", "RGB"])
def test_every_page_of_a_tiff_is_a_page(mode: str) -> None:
    pages = [Image.new("RGB", (300, 200), color).convert(mode) for color in ("black", "white", "black")]
    taken = _look(_saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
    assert len(taken.pages) == 3


def test_the_pictures_of_telephones_become_pages() -> None:
    heif = pillow_heif.from_pillow(_quadrants().resize((120, 80)))
    buffer = io.BytesIO()
    heif.save(buffer, quality=95)
    taken = _look(buffer.getvalue())
    assert _corners(_shown(taken)) == _corners(_quadrants())


def test_an_animation_says_that_it_is_one() -> None:
    frames = [Image.new("RGB", (50, 50), color) for color in ("red", "blue")]
    assert "intake.more_pictures" in _codes(_look(_saved(frames[0], "GIF", save_all=True, append_images=frames[1:])))


def _png_bomb() -> bytes:
    data = bytearray(picture("PNG"))
    data[16:24] = (100_000).to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (picture()[:400], "intake.broken"),
        (picture("PNG")[:-30], "intake.broken"),
        (picture("TIFF")[:100], "intake.broken"),
        (_png_bomb(), "intake.too_large"),
        (b"RIFF....WAVEfmt ", "intake.broken"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 40, "intake.broken"),
    ],
)
def test_broken_pictures_and_bombs_are_refused(data: bytes, code: str) -> None:
    taken = _look(data)
    assert (taken.verdict, _codes(taken)) == ("refused", [code])
    assert taken.findings[0].message.startswith("It ")


@pytest.mark.parametrize("size", [(12_000, 9_000), (14_400, 9_600)], ids=["108-megapixel camera", "E-size at 400 dpi"])
def test_the_largest_photographs_pass_within_the_memory_of_a_file(size: tuple[int, int]) -> None:
    data = _saved(_quadrants().resize(size), "JPEG", quality=30)
    taken = intake.examine(data, seconds=60)
    assert (taken.verdict, _codes(taken)) == ("converted", ["intake.not_searchable"])
    with pikepdf.open(io.BytesIO(taken.pdf)) as pdf:
        kept = pdf.pages[0].obj.Resources.XObject.P0
        assert (kept.Width, kept.Height) == size
    cut = intake.examine(data[: len(data) // 2], seconds=60)
    assert (cut.verdict, cut.findings[0].code) in (("refused", "intake.broken"), ("refused", "intake.too_large"))


def test_a_large_scan_in_a_file_is_not_damage() -> None:
    buffer = io.BytesIO()
    _quadrants().resize((14_400, 9_600)).save(buffer, "PDF", resolution=400, quality=30)
    taken = intake.examine(buffer.getvalue(), seconds=60)
    assert (taken.verdict, _codes(taken)) == ("usable", ["intake.not_searchable"])
