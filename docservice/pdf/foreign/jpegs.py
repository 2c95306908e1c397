"""JPEG photographs as they are: not a pixel encoded again, everything that is not the picture cut out.

The orientation that the camera noted is left to the page's matrix, and a color profile goes into the PDF beside the
picture. What a PDF cannot show as it is (printing inks, arithmetic coding) is not for this module.
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from PIL import Image

_ORIENTATION = 0x0112
_GPS = 0x8825
_SIDEWAYS = 5  # from this EXIF orientation on, width and height change places
_MOST_PIXELS = 250_000_000  # an E-size drawing scanned at 400 dpi has 140 million
_END = b"\xff\xd9"
_OTHER_FRAMES = {0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}


@dataclass(frozen=True, slots=True)
class Jpeg:
    """A photograph: its bytes without metadata, its stored size in pixels, how to turn it (EXIF, 1 to 8)."""

    data: bytes = field(repr=False)
    width: int
    height: int
    gray: bool
    orientation: int
    profile: bytes | None = field(repr=False)  # an ICC profile other than sRGB
    located: bool  # it said where it was taken

    @property
    def upright(self) -> tuple[int, int]:
        """Width and height as they are seen."""
        return (self.height, self.width) if self.orientation >= _SIDEWAYS else (self.width, self.height)


_Span = tuple[int, int]  # from, to


def read(data: bytes) -> Jpeg | None:
    """The photograph, or nothing when it is not one that can stay as it is (broken ones included)."""
    found = look(data)
    return None if found is None else found[0].cut(data, found[1])


@dataclass(frozen=True, slots=True)
class Plate:
    """What is known of a photograph but its bytes."""

    width: int
    height: int
    gray: bool
    orientation: int
    profile: bytes | None = field(repr=False)
    located: bool

    def cut(self, data: bytes, kept: Sequence[_Span]) -> Jpeg:
        """The photograph: of ``data`` the parts that are ``kept``."""
        bare = b"".join([*(data[start:end] for start, end in kept), _END])
        return Jpeg(bare, self.width, self.height, self.gray, self.orientation, self.profile, self.located)


def look(data: bytes) -> tuple[Plate, list[_Span]] | None:
    """What a photograph is, and which parts of its bytes are the picture; nothing when it cannot stay as it is."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with _opened(data) as image:
                if image.mode not in ("L", "RGB") or image.width * image.height > _MOST_PIXELS:
                    return None
                exif = image.getexif()
                orientation = exif.get(_ORIENTATION, 1)
                profile = image.info.get("icc_profile")
                located = bool(exif.get_ifd(_GPS))
                size, gray = image.size, image.mode == "L"
                image.draft(image.mode, (1, 1))  # an eighth of its size: all of it is read, little of it kept
                image.load()  # whole, or an error
        kept = list(_without_metadata(data))
    except Exception:  # whatever a broken picture does to its reader: not for this module
        return None
    srgb = not profile or b"sRGB" in profile or b"s\0R\0G\0B" in profile
    turn = orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1
    return Plate(*size, gray, turn, None if srgb else profile, located), kept


def _opened(data: bytes) -> Image.Image:
    """The picture, its head read; how large it may be is for the caller to say, not for Pillow."""
    most, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        return Image.open(io.BytesIO(data), formats=("JPEG",))
    finally:
        Image.MAX_IMAGE_PIXELS = most


def whole(data: bytes) -> bool:
    """Whether a JPEG of any colors can be read to its end."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with _opened(data) as image:
                image.draft(image.mode, (1, 1))
                image.load()
    except Exception:
        return False
    return True


def _without_metadata(data: bytes) -> Iterator[_Span]:
    """The segments of the first picture in the file (ISO/IEC 10918-1, annex B) that are needed to show it.

    Of the application segments only Adobe's (APP14) stays, which says how to read the colors.
    """
    yield 0, 2
    at = 2
    while data[at + 1] != 0xD9:
        marker = data[at + 1]
        if data[at] != 0xFF or marker in _OTHER_FRAMES:
            raise ValueError("not a segment, or not one that every reader knows")
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        end = at + 2 + int(struct.unpack_from(">H", data, at + 2)[0])
        if marker == 0xDA:  # the scan runs until a marker that is neither stuffing nor a restart
            while not (data[end] == 0xFF and data[end + 1] not in (0x00, *range(0xD0, 0xD8))):
                end = data.index(b"\xff", end + 1)
        if (not 0xE0 <= marker <= 0xEF and marker != 0xFE) or (data[at + 4 : at + 9] == b"Adobe" and marker == 0xEE):
            yield at, end
        at = end
