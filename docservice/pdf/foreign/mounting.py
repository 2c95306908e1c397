"""Photographs on a sheet that Typst has set, with the very pixels that the camera wrote.

Typst is given a small stand-in of the same shape for each photograph, which it takes into its PDF byte for byte. Here
every stand-in makes room for the photograph: its stream as it came, without metadata, turned upright by a matrix.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from fractions import Fraction

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

from docservice.pdf.foreign.jpegs import Jpeg
from docservice.pdf.foreign.pages import photograph, turned

_FINEST = 300  # pixels of the shorter side of a stand-in: within 0.01 percent of the photograph's shape
_LONGEST = 4000


def stand_in(photo: Jpeg) -> bytes:
    """A JPEG of the photograph's shape, as it is upright; different for each photograph."""
    width, height = photo.upright
    shape = Fraction(width, height)
    shape = 1 / (1 / shape).limit_denominator(_FINEST) if shape < 1 else shape.limit_denominator(_FINEST)
    size = min(shape.numerator, _LONGEST), min(shape.denominator, _LONGEST)
    name = hashlib.sha256(photo.data).hexdigest() + str(photo.orientation)
    buffer = io.BytesIO()
    Image.new("L" if photo.gray else "RGB", size).save(buffer, "JPEG", quality=1, comment=name)
    return buffer.getvalue()


def mount(sheets: bytes, photos: Mapping[bytes, Jpeg]) -> bytes:
    """The sheets with each photograph in the place of its stand-in (``photos`` by stand-in)."""
    with pikepdf.open(io.BytesIO(sheets)) as pdf:
        waiting = {len(stand) for stand in photos}
        for item in list(pdf.objects):
            if not isinstance(item, pikepdf.Stream) or item.get(Name.Subtype) != Name.Image:
                continue
            photo = photos.get(item.read_raw_bytes()) if int(item.Length) in waiting else None
            if photo is not None:
                _replace(pdf, item, photo)
        buffer = io.BytesIO()
        pdf.save(buffer, deterministic_id=True)
        return buffer.getvalue()


def _replace(pdf: pikepdf.Pdf, item: pikepdf.Object, photo: Jpeg) -> None:
    picture = photograph(pdf, photo)
    if not isinstance(picture.ColorSpace, Array):
        picture.ColorSpace = item.ColorSpace  # Typst's, for a stand-in of the same kind
    if photo.orientation == 1:
        described = {key: picture[key] for key in ("/Width", "/Height", "/ColorSpace")}
        item.write(photo.data, filter=Name.DCTDecode)
        for key, value in described.items():
            item[key] = value
        return
    for key in ("/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/Filter", "/DecodeParms"):
        if key in item:
            del item[key]
    item.write(turned(photo.orientation))
    item.Subtype, item.BBox = Name.Form, Array([0, 0, 1, 1])
    item.Resources = Dictionary(XObject=Dictionary(P0=picture))
