from __future__ import annotations

import io

import pillow_heif
import pytest
from PIL import Image

from docservice.refusal import Refusal
from docservice.rendering import pictures

pillow_heif.register_heif_opener()


def encode(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


def opened(picture: pictures.Picture) -> Image.Image:
    image = Image.open(io.BytesIO(picture.data))
    image.load()
    return image


@pytest.fixture
def gradient() -> Image.Image:
    return Image.linear_gradient("L").convert("RGB").resize((320, 200))


def test_upright_and_without_metadata(photograph: bytes) -> None:
    made = pictures.prepare(photograph, name="a.jpg")
    image = opened(made)
    assert image.size == (made.width, made.height) == (300, 400)
    red = image.getpixel((290, 10))
    assert isinstance(red, tuple)
    assert red[0] > 200 > 60 > red[2]  # the stored top left corner is now at the top right
    assert not image.getexif()
    for secret in (b"SecretCameraMaker", b"Exif", b"GPS"):
        assert secret not in made.data


def test_a_clean_jpeg_keeps_its_pixels(gradient: Image.Image) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCameraMaker"
    data = encode(gradient, "JPEG", quality=90, exif=exif, comment=b"secret") + b"after the end"
    made = pictures.prepare(data, name="a.jpg")
    assert opened(made).tobytes() == Image.open(io.BytesIO(data)).convert("RGB").tobytes()
    for secret in (b"SecretCameraMaker", b"secret", b"after the end"):
        assert secret not in made.data
    assert pictures.prepare(made.data, name="a.jpg") == made


@pytest.mark.parametrize(
    ("mode", "kind", "media_type", "result"),
    [
        ("CMYK", "JPEG", "image/jpeg", "RGB"),
        ("RGBA", "PNG", "image/png", "RGB"),
        ("P", "PNG", "image/png", "RGB"),
        ("1", "PNG", "image/png", "L"),
        ("I;16", "PNG", "image/png", "L"),
        ("I;16", "TIFF", "image/jpeg", "L"),
        ("RGB", "HEIF", "image/jpeg", "RGB"),
        ("RGB", "WEBP", "image/jpeg", "RGB"),
        ("L", "JPEG", "image/jpeg", "L"),
    ],
)
def test_every_kind_becomes_gray_or_rgb(
    gradient: Image.Image, mode: str, kind: str, media_type: str, result: str
) -> None:
    source = gradient.convert("L").convert("I").point(lambda v: v * 257) if mode == "I;16" else gradient.convert(mode)
    if mode == "I;16":
        source = source.convert("I;16")
    made = pictures.prepare(encode(source, kind), name="x")
    image = opened(made)
    assert (made.media_type, image.mode) == (media_type, result)
    top, bottom = image.convert("L").getpixel((100, 5)), image.convert("L").getpixel((100, 195))
    assert isinstance(top, int)
    assert isinstance(bottom, int)
    assert top < 60 < 190 < bottom
    assert pictures.prepare(encode(source, kind), name="x") == made


def test_transparency_is_white_paper() -> None:
    made = pictures.prepare(encode(Image.new("RGBA", (9, 9), (255, 0, 0, 0)), "PNG"), name="x")
    assert opened(made).getpixel((4, 4)) == (255, 255, 255)


def test_scaled_down_into_the_box(gradient: Image.Image) -> None:
    data = encode(gradient.resize((4000, 2500)), "JPEG")
    made = pictures.prepare(data, name="x", max_pixels=(1000, 1000))
    assert (made.width, made.height) == (1000, 625)


def test_frames_of_a_scan(gradient: Image.Image) -> None:
    pages = [gradient, gradient.rotate(90, expand=True), gradient.convert("L")]
    data = encode(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    made = pictures.frames(data, name="scan.tif")
    assert [(page.width, page.height) for page in made] == [(320, 200), (200, 320), (320, 200)]
    assert pictures.prepare(data, name="scan.tif") == made[0]


@pytest.mark.parametrize("data", [b"", b"not a picture", b"\xff\xd8\xff\xe0\x00\x10JFIF\0", b"%PDF-1.7"])
def test_broken(data: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        pictures.prepare(data, name="IMG_7.jpg")
    assert refused.value.code == "photo.broken"
    assert refused.value.problems[0].place == "IMG_7.jpg"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "HEIF", "WEBP"])
def test_cut_short(gradient: Image.Image, kind: str) -> None:
    data = encode(gradient, kind)
    with pytest.raises(Refusal) as refused:
        pictures.prepare(data[: len(data) // 2], name="x")
    assert refused.value.code == "photo.broken"


def test_bombs_are_refused_unopened() -> None:
    bomb = encode(Image.new("1", (20_000, 20_000)), "PNG")
    with pytest.raises(Refusal) as refused:
        pictures.prepare(bomb, name="bomb.png")
    assert (refused.value.code, refused.value.kind) == ("photo.too_large", "too-large")


@pytest.mark.parametrize(
    ("svg", "size"),
    [(b'<svg viewBox="0 0 200 100"/>', (200, 100)), (b'<svg width="30px" height="40"/>', (30, 40))],
)
def test_svg_size(svg: bytes, size: tuple[int, int]) -> None:
    assert pictures.svg_size(svg) == size
