"""Photographs made ready in a process of their own, as :mod:`intake` does for exhibits.

All photographs of a packet go into one process, since most are harmless and starting one takes longer than a picture.
When that process ends early, each is tried alone, so that the one to blame is named and the others are kept.
"""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from collections.abc import Mapping
from typing import IO, Any

from docservice.packets.intake import MEMORY, PACKAGE_ROOT, SECONDS
from docservice.refusal import Problem, Refusal
from docservice.rendering import pictures
from docservice.rendering.pictures import Picture

_CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from docservice.packets.darkroom import main; main()"
_SECONDS_MORE = 2.0  # for every further photograph


def develop(photos: Mapping[str, bytes], max_pixels: tuple[int, int]) -> dict[str, Picture | Refusal]:
    """Each photograph, by name, as :func:`pictures.prepare` makes it, or why it cannot be used."""
    if not photos:
        return {}
    found = _in_a_process(photos, max_pixels)
    if found is not None:
        return found
    if len(photos) == 1:
        (name,) = photos
        problem = Problem("photo.limits", "takes too much time or memory to read; it may be damaged or hostile", name)
        return {name: Refusal("photo.limits", f"The picture “{name}” {problem.message}.", [problem])}
    together: dict[str, Picture | Refusal] = {}
    for name, data in photos.items():
        together |= develop({name: data}, max_pixels)
    return together


def _in_a_process(photos: Mapping[str, bytes], max_pixels: tuple[int, int]) -> dict[str, Picture | Refusal] | None:
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
    found: dict[str, Picture | Refusal] = {}
    at = 4 + length
    for answer in answers:
        if "size" in answer:
            data = done.stdout[at : at + answer["size"]]
            found[answer["name"]] = Picture(data, answer["media_type"], answer["width"], answer["height"])
            at += answer["size"]
        else:
            problems = [Problem(*problem) for problem in answer["problems"]]
            found[answer["name"]] = Refusal(answer["code"], answer["message"], problems, kind=answer["kind"])
    return found


def _framed(value: object) -> bytes:
    head = json.dumps(value).encode()
    return struct.pack(">I", len(head)) + head


def main() -> None:
    """Entry point of the process."""
    from docservice.packets.examine import confine

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
