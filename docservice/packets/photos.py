"""Photographs for the photo sheets: with the pixels of the camera, and without a word of where it was.

They are made ready in the process of :mod:`darkroom`, which converts only what a PDF cannot show; here they meet their
captions. The photographer of an inspection's photo may be an officer's id, which becomes the officer's name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from docservice.casefile.facts import Casefile, Photo
from docservice.packets import darkroom
from docservice.packets.front import SheetPhoto
from docservice.packets.plan import PhotosPart, PlanPhoto
from docservice.refusal import Problem, Refusal

_PIXELS = (1950, 1320)  # 300 dpi in the frame of a photo sheet, for what must be converted


def planned(part: PhotosPart, files: Mapping[str, bytes]) -> tuple[SheetPhoto, ...]:
    """The photographs that a plan lists. Raises ``Refusal("photo.unusable")`` with every one that is not usable."""
    return _all(part.photos, files, lambda name: name)


def of_inspections(
    casefile: Casefile, files: Mapping[str, bytes], officers: Mapping[str, str]
) -> tuple[SheetPhoto, ...]:
    """Every photograph of the case's inspections, in order. ``officers``: id → name."""
    listed = [photo for inspection in casefile.inspections for photo in inspection.photos]
    return _all(listed, files, lambda name: officers.get(name, name))


def _all(
    listed: Sequence[Photo | PlanPhoto], files: Mapping[str, bytes], name_of: Callable[[str], str]
) -> tuple[SheetPhoto, ...]:
    ready: list[SheetPhoto] = []
    problems: list[Problem] = []
    developed = darkroom.develop({photo.file: files[photo.file] for photo in listed}, _PIXELS)
    for photo in listed:
        picture = developed[photo.file]
        if isinstance(picture, Refusal):
            problems += picture.problems or [Problem(picture.code, picture.message, photo.file)]
            continue
        ready.append(SheetPhoto(picture, photo.caption, photo.alt, name_of(photo.taken_by), photo.taken_on))
    if problems:
        raise Refusal("photo.unusable", "Photographs cannot be used.", problems)
    return tuple(ready)
