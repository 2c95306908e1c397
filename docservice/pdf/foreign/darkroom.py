"""Photographs made ready in a process of their own, as :mod:`intake` does for exhibits.

A JPEG that a PDF can show stays as it is: the process says only which of its bytes are the picture (:mod:`jpegs`).
Anything else is converted. Many photographs go into one process, since most are harmless and starting one takes longer
than a picture. When that process ends early, each is tried alone, so that the one to blame is named and the others are
kept.
"""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from collections.abc import Mapping
from typing import IO, Any

from docservice.finding import Finding
from docservice.pdf.foreign import jpegs
from docservice.pdf.foreign.intake import MEMORY, PACKAGE_ROOT, SECONDS
from docservice.pdf.foreign.jpegs import Jpeg, Plate
from docservice.refusal import Refusal
from docservice.rendering import pictures
from docservice.rendering.pictures import Picture

_CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from docservice.pdf.foreign.darkroom import main; main()"
_SECONDS_MORE = 2.0  # for every further photograph
_TOGETHER = 64_000_000  # bytes that go into one process

Developed = Jpeg | Picture | Refusal


def develop(photos: Mapping[str, bytes], max_pixels: tuple[int, int]) -> dict[str, Developed]:
    """Each photograph, by name: as it is, as :func:`rendering.pictures.prepare` makes it, or why it cannot be used."""
    found: dict[str, Developed] = {}
    batch: dict[str, bytes] = {}
    weight = 0
    for name, data in photos.items():
        if batch and weight + len(data) > _TOGETHER:
            found |= _developed(batch, max_pixels)
            batch, weight = {}, 0
        batch[name] = data
        weight += len(data)
    return found | _developed(batch, max_pixels) if batch else found


def _developed(photos: Mapping[str, bytes], max_pixels: tuple[int, int]) -> dict[str, Developed]:
    found = _in_a_process(photos, max_pixels)
    if found is not None:
        return found
    if len(photos) == 1:
        (name,) = photos
        problem = Finding.error(
            "photo.limits", "takes too much time or memory to read; it may be damaged or hostile", name
        )
        return {name: Refusal("photo.limits", f"The picture “{name}” {problem.message}.", [problem])}
    together: dict[str, Developed] = {}
    for name, data in photos.items():
        together |= _developed({name: data}, max_pixels)
    return together


def _in_a_process(photos: Mapping[str, bytes], max_pixels: tuple[int, int]) -> dict[str, Developed] | None:
    seconds = SECONDS + _SECONDS_MORE * (len(photos) - 1)
    order = {
        "sizes": [[name, len(data)] for name, data in photos.items()],
        "box": max_pixels,
        "memory": MEMORY + sum(map(len, photos.values())),
        "seconds": int(seconds) + 1,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-c", _CHILD, str(PACKAGE_ROOT)],
            input=_framed(order) + b"".join(photos.values()),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        return None
    (length,) = struct.unpack_from(">I", done.stdout)
    answers: list[dict[str, Any]] = json.loads(done.stdout[4 : 4 + length])
    found: dict[str, Developed] = {}
    at = 4 + length
    for answer in answers:
        name = answer["name"]
        data = done.stdout[at : at + answer.get("size", 0)]
        at += len(data)
        if "kept" in answer:
            plate = Plate(
                answer["width"],
                answer["height"],
                answer["gray"],
                answer["orientation"],
                data or None,
                answer["located"],
            )
            found[name] = plate.cut(photos[name], answer["kept"])
        elif "media_type" in answer:
            found[name] = Picture(data, answer["media_type"], answer["width"], answer["height"])
        else:
            problems = [Finding.error(*problem) for problem in answer["problems"]]
            found[name] = Refusal(answer["code"], answer["message"], problems, kind=answer["kind"])
    return found


def _framed(value: object) -> bytes:
    head = json.dumps(value).encode()
    return struct.pack(">I", len(head)) + head


def main() -> None:
    """Entry point of the process."""
    from docservice.pdf.foreign.examine import confine

    stream = sys.stdin.buffer
    (length,) = struct.unpack(">I", stream.read(4))
    order = json.loads(stream.read(length))
    answer = confine(order["memory"], order["seconds"])
    _develop(order, stream, answer)
    answer.flush()


def _develop(order: Mapping[str, Any], stream: IO[bytes], answer: IO[bytes]) -> None:
    heads: list[dict[str, Any]] = []
    ready: list[bytes] = []
    for name, size in order["sizes"]:
        data = stream.read(size)
        looked = jpegs.look(data) if data.startswith(b"\xff\xd8\xff") else None
        if looked is not None:
            plate, kept = looked
            profile = plate.profile or b""
            ready.append(profile)
            heads.append(
                {"name": name, "kept": kept, "width": plate.width, "height": plate.height, "gray": plate.gray,
                 "orientation": plate.orientation, "located": plate.located, "size": len(profile)}
            )  # fmt: skip
            continue
        try:
            picture = pictures.prepare(data, name=name, max_pixels=tuple(order["box"]))
        except Refusal as refusal:
            problems = [(problem.code, problem.message, problem.place) for problem in refusal.problems]
            heads.append(
                {"name": name, "code": refusal.code, "message": refusal.message, "kind": refusal.kind,
                 "problems": problems}
            )  # fmt: skip
            continue
        ready.append(picture.data)
        heads.append(
            {"name": name, "media_type": picture.media_type, "width": picture.width, "height": picture.height,
             "size": len(picture.data)}
        )  # fmt: skip
    answer.write(_framed(heads))
    for data in ready:
        answer.write(data)
