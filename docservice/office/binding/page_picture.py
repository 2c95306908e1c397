"""A page of something that goes into a packet, as a picture to look at; made once and kept on the shelf."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from pathlib import Path

from docservice.office.means.means import Means
from docservice.pdf.shelf import FolderShelf, Held, key_of, read
from docservice.refusal import Refusal

_SECONDS = 30.0


def page_picture(means: Means, pdf: Path, key: str, page: int, width: int) -> bytes:
    """A JPEG of a page (from 1) of ``pdf``, ``width`` pixels wide; ``key`` names what the file holds.

    The file is a PDF, or an intake on the shelf. It is read in a rendering process. Raises
    ``Refusal("packet.page", kind="missing")`` for a page that it does not have.
    """
    shelf = FolderShelf(means.settings.shelf)
    name = key_of("page picture", key, page, width)
    held: Held | None = shelf.get(name)
    if held is None:
        made = means.make_within(_SECONDS, _drawn, {}, pdf, page, width)
        if not made:
            raise Refusal("packet.page", "There is no such page.", kind="missing")
        held = shelf.put(name, made)
    return read(held)


def photograph(means: Means, path: Path, key: str, width: int) -> bytes:
    """A photograph as a JPEG ``width`` pixels wide, upright and without what the camera says besides."""
    shelf = FolderShelf(means.settings.shelf)
    name = key_of("photograph picture", key, width)
    held = shelf.get(name) or shelf.put(name, means.make_within(_SECONDS, _small, {}, path, width))
    return read(held)


def _small(_parts: Mapping[str, bytes], path: Path, width: int) -> bytes:
    from PIL import Image

    from docservice.rendering.pictures import prepare

    made = prepare(path.read_bytes(), name="The photograph", max_pixels=(width, 2 * width))
    stream = io.BytesIO()
    Image.open(io.BytesIO(made.data)).convert("RGB").save(stream, "JPEG", quality=80)
    return stream.getvalue()


def _drawn(_parts: Mapping[str, bytes], path: Path, page: int, width: int) -> bytes:
    import pypdfium2

    from docservice.rendering.page_pictures import PDFIUM

    data = path.read_bytes()
    if not data.startswith(b"%PDF"):  # an intake: length, description, PDF
        (length,) = struct.unpack_from(">I", data)
        data = data[4 + length :]
    with PDFIUM:
        document = pypdfium2.PdfDocument(data)
        try:
            if not 0 < page <= len(document):
                return b""
            sheet = document[page - 1]
            stream = io.BytesIO()
            sheet.render(scale=width / sheet.get_width()).to_pil().convert("RGB").save(stream, "JPEG", quality=80)
            sheet.close()
            return stream.getvalue()
        finally:
            document.close()
