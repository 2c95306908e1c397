"""Photographs and pictures, made fit for a public record: upright, in sRGB, of a sensible size, without metadata.

Every way a camera or phone may say more than the picture shows (EXIF with GPS and serial numbers, XMP, comments,
embedded previews, data after the end) is gone afterwards. A clean baseline JPEG keeps its very pixels; only its
metadata is cut out. The same bytes in give the same bytes out.

What this module does not do: blur faces or plates, judge what a picture shows, or draw (vector pictures pass it by).
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from lxml import etree
from PIL import Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

from docservice.finding import Finding
from docservice.refusal import Refusal

# 300 dpi over the text area of a letter page (6.5 x 9 in): more cannot be seen on paper.
PRINT_PIXELS = (1950, 2700)
MOST_BYTES = 60_000_000
MOST_PIXELS = 120_000_000  # a 108-megapixel phone camera is let in
MOST_FRAMES = 500
_FORMATS = ("JPEG", "PNG", "TIFF", "GIF", "WEBP", "BMP")
_QUALITY = 87
_ORIENTATION = 0x0112


@dataclass(frozen=True, slots=True)
class Picture:
    """``data`` is JPEG or PNG in gray or RGB, 8 bits a channel; ``width`` and ``height`` are its pixels."""

    data: bytes = field(repr=False)
    media_type: Literal["image/jpeg", "image/png"]
    width: int
    height: int


def prepare(data: bytes, *, name: str, max_pixels: tuple[int, int] = PRINT_PIXELS) -> Picture:
    """Make one picture ready; of several frames, the first.

    ``max_pixels`` (width, height) is the box that the upright picture is scaled down into. Raises ``Refusal`` with the
    place ``name``: ``photo.broken`` for what is not a whole picture, ``photo.too_large`` beyond 60 MB or 120
    megapixels.
    """
    with _open(data, name) as image:
        return _prepared(image, data, name, max_pixels)


def frames(data: bytes, *, name: str, max_pixels: tuple[int, int] = PRINT_PIXELS) -> list[Picture]:
    """All frames of a picture, in order: the pages of a scanned TIFF. At most 500; otherwise as ``prepare``."""
    with _open(data, name) as image:
        with _faults(name):
            count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
        if count > MOST_FRAMES:
            raise _too_large(name, f"it has {count} pages; {MOST_FRAMES} are the most")
        if count == 1:
            return [_prepared(image, data, name, max_pixels)]
        found = []
        for i in range(count):
            with _faults(name):
                image.seek(i)
            _check_size(image, name)
            found.append(_encoded(image.copy(), name, max_pixels))
        return found


def svg_size(data: bytes) -> tuple[int, int]:
    """Width and height of an SVG in its own units, from ``viewBox`` or its attributes."""
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    box = (root.get("viewBox") or "").replace(",", " ").split()
    if len(box) == 4:
        return max(1, round(float(box[2]))), max(1, round(float(box[3])))
    sides = [(root.get(side) or "100").removesuffix("px") for side in ("width", "height")]
    return max(1, round(float(sides[0]))), max(1, round(float(sides[1])))


class _faults:  # noqa: N801 - reads as a statement
    """Turns whatever a decoder throws at broken data into a refusal."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.warnings = warnings.catch_warnings()

    def __enter__(self) -> None:
        self.warnings.__enter__()
        warnings.simplefilter("error")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self.warnings.__exit__(None, None, None)
        if error is None or isinstance(error, Refusal | MemoryError):
            return
        if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
            raise _too_large(self.name, "it unpacks to more pixels than a camera makes") from None
        if isinstance(error, Exception):
            raise _broken(self.name) from error


@cache
def _heif() -> str:
    """The name of the format, known to Pillow from here on: 16 MB that only a telephone's pictures need."""
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False)
    return "HEIF"


def _open(data: bytes, name: str) -> Image.Image:
    if len(data) > MOST_BYTES:
        raise _too_large(name, f"it has {len(data) // 1_000_000} MB; {MOST_BYTES // 1_000_000} are the most")
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint, once imported, has Pillow take broken pictures for good
    formats = (_heif(),) if data[4:8] == b"ftyp" else _FORMATS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # sizes are checked below, against our own limit
            image = Image.open(io.BytesIO(data), formats=formats)
    except Image.DecompressionBombError:
        raise _too_large(name, "it unpacks to more pixels than a camera makes") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, struct.error, RuntimeError) as error:
        raise _broken(name) from error
    _check_size(image, name)
    return image


def _check_size(image: Image.Image, name: str) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise _too_large(name, f"it has {image.width} × {image.height} pixels")


def _prepared(image: Image.Image, data: bytes, name: str, box: tuple[int, int]) -> Picture:
    if image.format in ("JPEG", "MPO") and _clean(image, box):
        with _faults(name):
            image.load()
            stripped = b"".join(_jpeg_without_metadata(data))
        return Picture(stripped, "image/jpeg", image.width, image.height)
    if image.format == "JPEG" and image.mode == "RGB":
        # Decode at the power of two just above what is needed: a 12-megapixel photo takes a quarter of the time.
        image.draft("RGB", (2 * max(box), 2 * max(box)))
    return _encoded(image, name, box)


def _clean(image: Image.Image, box: tuple[int, int]) -> bool:
    """Whether a JPEG may keep its pixels: upright, baseline, gray or sRGB, small enough."""
    return (
        image.mode in ("L", "RGB")
        and image.width <= box[0]
        and image.height <= box[1]
        and image.getexif().get(_ORIENTATION, 1) == 1
        and not image.info.get("progressive")
        and _is_srgb(image.info.get("icc_profile"))
    )


def _is_srgb(profile: bytes | None) -> bool:
    return not profile or b"sRGB" in profile or b"s\0R\0G\0B" in profile


def _encoded(image: Image.Image, name: str, box: tuple[int, int]) -> Picture:
    with _faults(name):
        image.load()
        lossless = image.format in ("PNG", "GIF", "BMP") or image.mode in ("1", "P")
        image = ImageOps.exif_transpose(image)
        image = _flat(_srgb(_eight_bits(image)))
        if image.width > box[0] or image.height > box[1]:
            scale = min(box[0] / image.width, box[1] / image.height)
            size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
            image = image.resize(size, Image.Resampling.LANCZOS)
        bare = Image.new(image.mode, image.size)  # nothing but pixels goes on
        bare.paste(image)
        out = io.BytesIO()
        if lossless:
            bare.save(out, "PNG", optimize=False, compress_level=6)
            return Picture(out.getvalue(), "image/png", *bare.size)
        bare.save(out, "JPEG", quality=_QUALITY, optimize=True, progressive=False)
        return Picture(out.getvalue(), "image/jpeg", *bare.size)


def _eight_bits(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if image.mode in ("I", "F"):
        _, high = image.getextrema()
        top = 1.0 if isinstance(high, float) and high <= 1.0 else 65535.0 if float(str(high)) > 255 else 255.0
        return image.convert("F").point(lambda value: value * (255 / top)).convert("L")
    return image


def _srgb(image: Image.Image) -> Image.Image:
    """Into sRGB by the embedded profile where it is of use, by rule of thumb where it is not."""
    profile = image.info.get("icc_profile")
    if profile and not _is_srgb(profile) and image.mode in ("RGB", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
            return converted if converted is not None else image
        except (ImageCms.PyCMSError, OSError):
            pass  # an unusable profile is no reason to refuse the picture
    if image.mode in ("1", "L", "RGB", "RGBA", "LA"):
        return image
    if image.mode in ("P", "PA"):
        return image.convert("RGBA" if "transparency" in image.info or image.mode == "PA" else "RGB")
    return image.convert("RGB")


def _flat(image: Image.Image) -> Image.Image:
    """On white paper: PDF/A may not be left to guess what is behind a transparent picture."""
    if image.mode == "1":
        return image.convert("L")
    if image.mode not in ("RGBA", "LA") and "transparency" not in image.info:
        return image
    layered = image.convert("RGBA")
    paper = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(paper, layered).convert("RGB")


def _jpeg_without_metadata(data: bytes) -> Iterator[bytes]:
    """The segments of the first image in a JPEG stream (ISO/IEC 10918-1, annex B) but for metadata.

    Kept of the application segments: JFIF (APP0) and Adobe (APP14), which say how to read the colors.
    """
    yield data[:2]
    at = 2
    while data[at + 1] != 0xD9:
        if data[at] != 0xFF:
            raise ValueError("marker expected")
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + length
        if marker == 0xDA:  # the scan runs until a marker that is neither stuffing nor a restart
            while not (data[end] == 0xFF and data[end + 1] not in (0x00, *range(0xD0, 0xD8))):
                end = data.index(b"\xff", end + 1)
        segment = data[at:end]
        metadata = 0xE0 <= marker <= 0xEF or marker == 0xFE
        keep = (marker == 0xE0 and segment[4:9] == b"JFIF\0") or (marker == 0xEE and segment[4:9] == b"Adobe")
        if keep and marker == 0xE0:
            yield segment[:2] + struct.pack(">H", 16) + segment[4:16] + b"\0\0"  # without the JFIF thumbnail
        elif keep or not metadata:
            yield segment
        at = end
    yield b"\xff\xd9"


def _broken(name: str) -> Refusal:
    message = "is not a picture that can be read whole (broken, cut short or of an unknown kind)"
    return Refusal("photo.broken", f"The picture “{name}” {message}.", [Finding.error("photo.broken", message, name)])


def _too_large(name: str, why: str) -> Refusal:
    problem = Finding.error("photo.too_large", why, name)
    return Refusal("photo.too_large", f"The picture “{name}” is too large: {why}.", [problem], kind="too-large")
