"""Pictures as exhibit pages: a photograph, a screenshot, the pages of a scanned TIFF."""

from __future__ import annotations

import io

import pikepdf
from PIL import Image

from docservice.packets.intake import Finding, Frame, Intake, PageInfo
from docservice.packets.pages import image, jpeg, picture_page, place_picture
from docservice.rendering import pictures

_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG", b"II*\0", b"MM\0*", b"GIF8", b"BM", b"RIFF")


def is_picture(data: bytes) -> bool:
    """Whether the first bytes are those of a picture (which may still be broken)."""
    return data.startswith(_SIGNATURES) or data[4:8] == b"ftyp"


def take(data: bytes, frame: Frame) -> Intake:
    """Every frame becomes a page. Raises ``Refusal`` (``photo.broken``, ``photo.too_large``)."""
    pdf = pikepdf.new()
    infos: list[PageInfo] = []
    for picture in pictures.frames(data, name="The picture"):
        with Image.open(io.BytesIO(picture.data)) as opened:
            gray = opened.mode in ("L", "1")
            if picture.media_type == "image/jpeg":
                shown = jpeg(pdf, picture.data, (picture.width, picture.height), gray=gray)
            else:
                flat = opened.convert("L" if gray else "RGBA" if "A" in opened.mode else "RGB")
                if flat.mode == "RGBA":
                    paper = Image.new("RGB", flat.size, "white")
                    paper.paste(flat, mask=flat.getchannel("A"))
                    flat = paper
                shown = image(pdf, flat, lossless=True)
        place = place_picture(picture.width, picture.height, frame)
        picture_page(pdf, shown, place)
        infos.append(PageInfo(place.width, place.height, "picture"))
    buffer = io.BytesIO()
    pdf.save(buffer, deterministic_id=True, compress_streams=True)
    note = Finding("intake.not-searchable", "A picture has no text that could be searched.")
    return Intake("converted", tuple(infos), (note,), buffer.getvalue())
