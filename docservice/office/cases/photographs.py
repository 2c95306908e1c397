"""Photographs of a case: taken in whole, kept as they came, shown upright and without what a camera says besides.

The original is kept by its content; a visit of the casefile names it by its SHA-256. What a letter prints of it is made
fit for paper there (``rendering.pictures``).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from docservice.finding import Finding
from docservice.office.means.means import Means
from docservice.pipeline.order import Order
from docservice.refusal import Refusal
from docservice.storage.store import register

SMALL = (480, 480)
_SECONDS = 30.0
_TAKEN, _DIGITIZED, _CHANGED, _MODEL, _EXIF = 0x9003, 0x9004, 0x0132, 0x0110, 0x8769
_NAME = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class TakenPhotograph:
    """A photograph that was taken in: ``file`` is a name that the case has no other of; the day and the time are those
    that the camera says."""

    sha256: str
    file: str
    taken_on: date | None = None
    taken_at: time | None = None
    taken_with: str = ""


def take(means: Means, facts: Mapping[str, Any], files: Mapping[str, bytes]) -> tuple[TakenPhotograph, ...]:
    """Keep photographs, by the names they came under.

    Raises ``Refusal("photo.refused")`` with everything that is wrong, each at its name: what is no picture, what is too
    large. Then none is kept.
    """
    problems: list[Finding] = []
    made: list[tuple[TakenPhotograph, bytes]] = []
    taken = {photo["file"] for photo in photos_of(facts)}
    for name, data in files.items():
        if not data:
            problems.append(Finding.error("photo.empty", f"“{name}” is empty: nothing came with it.", name))
            continue
        try:
            suffix, kept, said = means.make_within(_SECONDS, _look, {}, data, name)
        except Refusal as refusal:
            message = f"“{name}” cannot be read as a photograph. Send a picture: JPEG, PNG, HEIC or TIFF."
            if refusal.code == "photo.too_large":
                message = f"“{name}” is too large. Send a smaller picture."
            problems.append(Finding.error(refusal.code, message, name))
            continue
        file = _free(name, suffix, taken)
        taken.add(file)
        made.append(
            (TakenPhotograph(hashlib.sha256(kept).hexdigest(), file, *_when(said), said.get("model", "")), kept)
        )
    if problems:
        raise Refusal("photo.refused", "Not everything that came is a photograph. Nothing of it was kept.", problems)
    with means.store.blobs.staging() as stage:
        for _, kept in made:
            stage.put(kept)
        with means.store.database.writing() as session:
            register(session, stage, means.clock())
        stage.publish()
    return tuple(one for one, _ in made)


def photos_of(facts: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every photograph of the visits of a case."""
    for visit in facts.get("inspections") or ():
        yield from visit.get("photos") or ()


def shown(means: Means, sha256: str, name: str, *, small: bool) -> tuple[bytes, str]:
    """A photograph that is kept, upright and without metadata, and its media type; ``small``: for a list.

    Raises ``Refusal``: ``photo.unknown`` (kind ``missing``), ``photo.broken``.
    """
    if not re.fullmatch("[0-9a-f]{64}", sha256) or not means.store.blobs.has(sha256):
        raise Refusal("photo.unknown", "This photograph is not kept here.", kind="missing")
    return means.make_within(_SECONDS, _shown, {}, means.store.blobs.read(sha256), name, small)


def with_photographs(means: Means, order: Order, facts: Mapping[str, Any]) -> Mapping[str, bytes]:
    """The photographs that an order by a case's number need not send: those that its violations name and, of an order
    about a visit, the visit's own, where they are kept."""
    named = {file for one in facts.get("violations") or () for file in one.get("photographs") or ()}
    for visit in facts.get("inspections") or ():
        if order.about is not None and visit.get("id") == order.about:
            named |= {photo["file"] for photo in visit.get("photos") or ()}
    held = {
        photo["file"]: photo["sha256"] for photo in photos_of(facts)
        if photo["file"] in named and photo["file"] not in order.attachments and "sha256" in photo
    }  # fmt: skip
    return {file: means.store.blobs.read(sha256) for file, sha256 in held.items() if means.store.blobs.has(sha256)}


def _look(_: Mapping[str, bytes], data: bytes, name: str) -> tuple[str, bytes, dict[str, str]]:
    """The suffix of a picture, its bytes to keep, what its camera says of it."""
    import io

    from PIL import Image

    from docservice.rendering.pictures import prepare

    prepared = prepare(data, name=name)  # refuses what is no whole picture, and knows the formats of telephones
    with Image.open(io.BytesIO(data)) as image:
        kind = {"JPEG": "jpg", "MPO": "jpg", "PNG": "png", "HEIF": "heic", "TIFF": "tif"}.get(image.format or "")
        exif = image.getexif()
        inner = exif.get_ifd(_EXIF)
        said = {
            "taken": str(inner.get(_TAKEN) or inner.get(_DIGITIZED) or exif.get(_CHANGED) or ""),
            "model": _printable(str(exif.get(_MODEL) or "")),
        }
    if kind is None:  # a kind that letters do not take: what it shows is kept, as a picture that they do
        return ("png" if prepared.media_type == "image/png" else "jpg"), prepared.data, said
    return kind, data, said


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable()).strip()[:100]


def _when(said: Mapping[str, str]) -> tuple[date | None, time | None]:
    try:
        moment = datetime.strptime(said.get("taken", "").strip("\0 "), "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None, None
    return (moment.date(), moment.time().replace(second=0)) if 1990 <= moment.year <= 2199 else (None, None)


def _free(name: str, suffix: str, taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", name.rpartition(".")[0] or name).encode("ascii", "ignore").decode()
    stem = _NAME.sub("-", plain).strip("-").lower()[:60] or "photograph"
    number = 1
    while (file := f"{stem}{'' if number == 1 else f'-{number}'}.{suffix}") in taken:
        number += 1
    return file


def _shown(_: Mapping[str, bytes], data: bytes, name: str, small: bool) -> tuple[bytes, str]:
    from docservice.rendering.pictures import PRINT_PIXELS, prepare

    picture = prepare(data, name=name, max_pixels=SMALL if small else PRINT_PIXELS)
    return picture.data, picture.media_type
