"""What has been worked out about a part and need not be worked out again: intakes, recognized text, parts made ready.

A shelf holds bytes by key. A key names what went in (by SHA-256) and how it was worked on, so that what lies there is
never out of date; whatever is lost is made again. Also here: bytes that are in memory or in a file.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import os
import struct
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")
Held = bytes | Path  # a document, an exhibit, a photograph: its bytes, or the file that has them
_RELEASE = "3"  # raise when parts of earlier releases must be made again


def read(held: Held) -> bytes:
    """The bytes."""
    return held if isinstance(held, bytes) else held.read_bytes()


def opened(held: Held) -> BinaryIO:
    """The bytes as a stream."""
    return io.BytesIO(held) if isinstance(held, bytes) else held.open("rb")


def sha256_of(held: Held) -> str:
    """Their SHA-256 (hex); a file is read in pieces."""
    if isinstance(held, bytes):
        return hashlib.sha256(held).hexdigest()
    with held.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def key_of(work: str, *inputs: object) -> str:
    """The key of ``work`` done on ``inputs``, which are JSON values (a source by its SHA-256)."""
    text = json.dumps([_RELEASE, work, *inputs], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


class Shelf(Protocol):
    """Bytes by key."""

    def get(self, key: str) -> Held | None:
        """What lies there, if it does."""

    def put(self, key: str, data: bytes) -> Held:
        """Put it there; returns where it lies."""

    def forget(self, key: str) -> None:
        """Take it away."""


class MemoryShelf:
    """A shelf for the length of one packet."""

    def __init__(self) -> None:
        self._held: dict[str, bytes] = {}

    def get(self, key: str) -> Held | None:
        return self._held.get(key)

    def put(self, key: str, data: bytes) -> Held:
        self._held[key] = data
        return data

    def forget(self, key: str) -> None:
        self._held.pop(key, None)


class FolderShelf:
    """A shelf that stays: a file per key. It may be deleted at any time; processes may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> Held | None:
        path = self._path(key)
        return path if path.is_file() else None

    def put(self, key: str, data: bytes) -> Held:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".")
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        Path(name).replace(path)  # whole or not at all
        return path

    def forget(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key[2:]


def kept(shelf: Shelf, key: str, make: Callable[[], bytes], read_as: Callable[[Held], T]) -> T:
    """What lies on the shelf under ``key``, as ``read_as`` reads it; made and put there if nothing does.

    What cannot be read (cut off by a full disk, written by another release) is made again.
    """
    found = shelf.get(key)
    if found is not None:
        try:
            return read_as(found)
        except (ValueError, TypeError, KeyError, struct.error, OSError):
            log.warning("%s on the shelf cannot be read and is made again", key[:12])
    return read_as(shelf.put(key, make()))
