"""Photographs for the photo sheets: with the pixels of the camera, and without a word of where it was.

They are made ready in the process of :mod:`darkroom`, which converts only what a PDF cannot show; here they meet their
captions. The photographer of an inspection's photo may be an officer's id, which becomes the officer's name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from docservice.casefile.facts import Casefile
from docservice.checks.photographs import SHOWS_NOTHING
from docservice.finding import Finding
from docservice.packets.front import SheetPhoto
from docservice.packets.plan import PhotosPart
from docservice.pdf.foreign import darkroom
from docservice.pdf.shelf import Held, read
from docservice.refusal import Refusal

_PIXELS = (1950, 1320)  # 300 dpi in the frame of a photo sheet, for what must be converted


@dataclass(frozen=True, slots=True)
class ShownPhoto:
    """A photograph of a sheet, by its file, and what is said about it."""

    file: str
    caption: str
    alt: str
    taken_by: str
    taken_on: date

    def said(self) -> tuple[str, ...]:
        """Every word that the sheet says of it."""
        return self.caption, self.alt, self.taken_by, self.taken_on.isoformat()


def planned(part: PhotosPart) -> tuple[ShownPhoto, ...]:
    """The photographs that a plan lists."""
    return tuple(ShownPhoto(one.file, one.caption, one.alt, one.taken_by, one.taken_on) for one in part.photos)


def of_inspections(casefile: Casefile, officers: Mapping[str, str]) -> tuple[ShownPhoto, ...]:
    """Every photograph of the case's inspections, in order. ``officers``: id → name."""
    return tuple(
        ShownPhoto(photo.file, photo.caption, photo.alt, officers.get(photo.taken_by, photo.taken_by), photo.taken_on)
        for inspection in casefile.inspections
        for photo in inspection.photos
    )


def mounted(
    shown: Sequence[ShownPhoto], files: Mapping[str, Held], worded: Callable[[str], str] = str
) -> tuple[SheetPhoto, ...]:
    """The photographs made ready; ``worded`` is applied to what is said of them.

    Raises ``Refusal("photo.unusable")`` with every one that is not usable.
    """
    ready: list[SheetPhoto] = []
    problems: list[Finding] = []
    developed = darkroom.develop({one.file: read(files[one.file]) for one in shown}, _PIXELS)
    for one in shown:
        picture = developed[one.file]
        if isinstance(picture, Refusal):
            problems += picture.problems or [Finding.error(picture.code, picture.message, one.file)]
            continue
        width, height = picture.width, picture.height
        if max(width, height) < SHOWS_NOTHING:
            message = f"The photograph “{one.file}” has {width} × {height} pixels: it is too small to show anything."
            problems.append(Finding.error("photo.tiny", message, one.file))
            continue
        caption, alt, by = (worded(text) for text in (one.caption, one.alt, one.taken_by))
        ready.append(SheetPhoto(picture, caption, alt, by, one.taken_on))
    if problems:
        raise Refusal("photo.unusable", "Photographs cannot be used.", problems)
    return tuple(ready)
