"""Files on their way in: written in pieces as they come, resumed where they stopped, named by what is in them.

A file lies in its owner's folder below ``uploads``: ``SHA256.part`` while it is not whole, ``SHA256`` when it is, and
under a name of chance while nobody knows its SHA-256 yet. What is on disk is the truth about how much is there.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from docservice import disk
from docservice.refusal import Refusal

_PIECE = 1 << 20  # bytes
_PART = ".part"


class Readable(Protocol):
    """Where bytes come from."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""


@dataclass(frozen=True, slots=True)
class ByteSpan:
    """Which bytes of a file of ``total`` bytes are sent: from ``first`` to ``last``, both counted from 0."""

    first: int
    last: int
    total: int


@dataclass(frozen=True, slots=True)
class Uploads:
    """The uploaded files of one owner."""

    folder: Path

    @staticmethod
    def of(root: Path, owner: str) -> Uploads:
        """Those of ``owner``, below ``root``. A name is no folder: it may have any character."""
        return Uploads(root / hashlib.sha256(owner.encode()).hexdigest()[:32])

    def path(self, sha256: str) -> Path:
        """Where a whole file lies."""
        return self.folder / sha256

    def received(self, sha256: str) -> int:
        """How many bytes of a file are there."""
        for path in (self.path(sha256), self._part(sha256)):
            try:
                return path.stat().st_size
            except FileNotFoundError:
                continue
        return 0

    def is_whole(self, sha256: str) -> bool:
        """Whether all of a file is there."""
        return self.path(sha256).is_file()

    @contextmanager
    def spooled(self, stream: Readable, most: int) -> Iterator[tuple[Path, str, int]]:
        """What a stream gives, in a file that lasts as long as this: its path, SHA-256 and size.

        Raises ``Refusal("exhibit.too_large", kind="too-large")`` past ``most`` bytes.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{secrets.token_hex(16)}.new"
        digest, size = hashlib.sha256(), 0
        try:
            with disk.as_refusal(), path.open("xb") as out:
                while piece := stream.read(_PIECE):
                    size += len(piece)
                    refuse_size(size, most)
                    digest.update(piece)
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())
            yield path, digest.hexdigest(), size
        finally:
            path.unlink(missing_ok=True)

    def settle(self, path: Path, sha256: str) -> None:
        """A whole file takes its place."""
        path.replace(self.path(sha256))
        self._part(sha256).unlink(missing_ok=True)

    def append(self, sha256: str, stream: Readable, span: ByteSpan) -> int:
        """Write the bytes that are not there yet; returns how many of the file are there now. All: it is whole.

        What was received before the connection broke stays. Raises ``Refusal``: ``exhibit.gap`` (kind ``conflict``)
        when bytes before ``span`` are missing, ``exhibit.in_flight`` (the same kind) while another request writes the
        same file, ``exhibit.hash`` when all are there and are not what the name says; then they are forgotten.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._part(sha256).open("ab") as out:
            try:
                fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                message = "Another request is sending this exhibit. Ask how much is there when it has ended."
                raise Refusal("exhibit.in_flight", message, kind="conflict", retry_after=1) from None
            if self.is_whole(sha256):  # another request was faster
                self._part(sha256).unlink(missing_ok=True)
                return span.total
            there = os.fstat(out.fileno()).st_size
            if span.first > there:
                message = f"{there} bytes are there; go on at byte {there}, not at {span.first}."
                raise Refusal("exhibit.gap", message, kind="conflict")
            with disk.as_refusal():
                there = _written(out, stream, there, span)
            if there == span.total:
                self._finish(sha256)
            return there

    def _finish(self, sha256: str) -> None:
        part = self._part(sha256)
        with part.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != sha256:
            part.unlink()
            raise wrong_hash(sha256, found)
        part.replace(self.path(sha256))

    def remove(self, sha256: str) -> None:
        """Forget a file, whole or in part."""
        self.path(sha256).unlink(missing_ok=True)
        self._part(sha256).unlink(missing_ok=True)

    def _part(self, sha256: str) -> Path:
        return self.folder / (sha256 + _PART)


def _written(out: BinaryIO, stream: Readable, there: int, span: ByteSpan) -> int:
    """Write what ``stream`` has beyond the first ``there`` bytes of the file; returns how many are there then."""
    skipped, left = there - span.first, span.last + 1 - span.first
    while left > 0 and (piece := stream.read(min(_PIECE, left))):
        left -= len(piece)
        new, skipped = piece[skipped:], max(0, skipped - len(piece))
        out.write(new)
        there += len(new)
    out.flush()
    os.fsync(out.fileno())
    return there


def wrong_hash(named: str, found: str) -> Refusal:
    """What was sent is not what its name says."""
    message = f"What was sent has the SHA-256 {found}, not {named}. Nothing was kept; send it again."
    return Refusal("exhibit.hash", message)


def refuse_size(size: int, most: int) -> None:
    """Raise ``Refusal("exhibit.too_large", kind="too-large")`` for a file past ``most`` bytes."""
    if size > most:
        message = f"The exhibit is too large: at most {most / 2**20:g} MB are taken."
        raise Refusal("exhibit.too_large", message, kind="too-large")
