"""Pictures as exhibit pages: a photograph, a screenshot, the pages of a scanned TIFF.

A JPEG photograph keeps its pixels (:mod:`jpegs`), a black and white scan its dots; anything else is brought into gray
or sRGB by :mod:`docservice.rendering.pictures`. Metadata goes, the place where a picture was taken above all.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf
from PIL import Image, ImageOps

from docservice.finding import Finding
from docservice.pdf.foreign import jpegs
from docservice.pdf.foreign.intake import Frame, Intake, PageInfo, not_searchable
from docservice.pdf.foreign.pages import image, jpeg, photograph, picture_page, place_picture
from docservice.rendering import pictures

_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG", b"II*\0", b"MM\0*", b"GIF8", b"BM", b"RIFF")
_UPRIGHT = 1
_SIDEWAYS = 5  # from this EXIF orientation on, width and height change places


def is_picture(data: bytes) -> bool:
    """Whether the first bytes are those of a picture (which may still be broken)."""
    return data.startswith(_SIGNATURES) or data[4:8] == b"ftyp"


def take(data: bytes, frame: Frame) -> Intake:
    """Every picture of a file becomes a page. Raises ``Refusal`` (``photo.broken``, ``photo.too_large``)."""
    pdf = pikepdf.new()
    infos: list[PageInfo] = []
    findings: list[Finding] = []
    photo = jpegs.read(data) if data.startswith(b"\xff\xd8\xff") else None
    shown = [_photograph(pdf, photo)] if photo else _dots(pdf, data) or _converted(pdf, data, findings)
    for number, (picture, width, height, stored) in enumerate(shown, 1):
        orientation = _turned(stored, frame.turn(number))
        size = (height, width) if orientation >= _SIDEWAYS else (width, height)
        place = place_picture(*size, frame)
        picture_page(pdf, picture, place, orientation=orientation)
        infos.append(PageInfo(place.width, place.height, "picture"))
    if photo is None or photo.located:
        findings += _located(data)
    findings += not_searchable(infos)
    buffer = io.BytesIO()
    pdf.save(buffer, deterministic_id=True, compress_streams=True)
    return Intake("converted", tuple(infos), tuple(findings), buffer.getvalue())


def _turned(orientation: int, degrees: int) -> int:
    """The EXIF orientation of a picture that is turned clockwise, upright or mirrored."""
    for ring in ((1, 6, 3, 8), (2, 7, 4, 5)):
        if orientation in ring:
            return ring[(ring.index(orientation) + degrees // 90) % 4]
    return orientation


_Shown = tuple[pikepdf.Object, int, int, int]  # picture, width and height in pixels, EXIF orientation


def _photograph(pdf: pikepdf.Pdf, photo: jpegs.Jpeg) -> _Shown:
    return photograph(pdf, photo), photo.width, photo.height, photo.orientation


def _dots(pdf: pikepdf.Pdf, data: bytes) -> list[_Shown]:
    """The pages of a TIFF that is black and white throughout, dot for dot; none for any other picture."""
    if not data.startswith((b"II*\0", b"MM\0*")) or len(data) > pictures.MOST_BYTES:
        return []
    found: list[_Shown] = []
    try:
        with Image.open(io.BytesIO(data), formats=("TIFF",)) as opened:
            if getattr(opened, "n_frames", 1) > pictures.MOST_FRAMES:
                return []
            for number in range(getattr(opened, "n_frames", 1)):
                opened.seek(number)
                if opened.mode != "1" or opened.width * opened.height > pictures.MOST_PIXELS:
                    return []
                page = ImageOps.exif_transpose(opened)
                found.append((image(pdf, page), *page.size, _UPRIGHT))
    except Exception:  # a broken file is named by the ordinary way
        return []
    return found


def _converted(pdf: pikepdf.Pdf, data: bytes, findings: list[Finding]) -> Iterator[_Shown]:
    found = pictures.frames(data, name="The picture")
    kind, count, mode = _stored(data)
    if count > len(found):
        note = f"It holds {count} pictures (an animation or a series); the first one is shown."
        findings.append(Finding.warning("intake.more_pictures", note))
    if any(picture.media_type == "image/jpeg" for picture in found):
        note = f"Its pixels were encoded anew, since a packet cannot show them as they are ({kind}, {mode})."
        findings.append(Finding.warning("intake.encoded", note))
    for picture in found:
        with Image.open(io.BytesIO(picture.data)) as opened:
            if picture.media_type == "image/jpeg":
                size = (picture.width, picture.height)
                shown = jpeg(pdf, picture.data, size, gray=opened.mode in ("L", "1"))
            else:
                shown = image(pdf, opened.convert("L" if opened.mode in ("L", "1") else "RGB"), lossless=True)
        yield shown, picture.width, picture.height, _UPRIGHT


def _stored(data: bytes) -> tuple[str, int, str]:
    """The kind of a file of pictures, how many it holds, and how their colors are kept."""
    with Image.open(io.BytesIO(data)) as opened:
        kind = str(opened.format)
        return kind, 1 if kind in ("JPEG", "MPO") else int(getattr(opened, "n_frames", 1)), opened.mode


def _located(data: bytes) -> list[Finding]:
    try:
        with Image.open(io.BytesIO(data)) as opened:
            if not opened.getexif().get_ifd(0x8825):
                return []
    except Exception:  # metadata that cannot be read is not carried over either
        return []
    return [Finding.warning("intake.location", "Where it was taken was removed.")]
