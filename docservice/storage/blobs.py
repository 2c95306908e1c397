"""Files by content: a file's name is the SHA-256 of what is in it. Never changed, never removed.

A file belongs to a record, and the two are kept together or not at all:

1. ``stage`` writes it (fsync) into a folder named after its holder (``storage.holding``);
2. the record's transaction confirms the holder, names the file in the ``blob`` table and commits;
3. ``publish`` renames it to its place.

A process that dies before 2 leaves a staged file that no record names: once its holder is given up, ``recover``
deletes it. One that dies after 2 leaves a staged file that a record names: ``recover`` moves it, and until then
``read`` finds it where it lies. The files of holders that are not given up are left alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import secrets
import shutil
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from docservice import disk
from docservice.refusal import Refusal
from docservice.storage.holding import HolderLostError, Holding

log = logging.getLogger(__name__)

_STRANGE_SECONDS = 3600.0  # after which a folder of no known holder, as earlier releases made them, is a dead one's
_PIECE = 1 << 20  # bytes


class Blobs:
    """The files below one folder."""

    def __init__(self, root: Path, holding: Holding | None = None) -> None:
        self.root, self._holding = root, holding  # who only reads holds nothing
        self._staging = root / "staging"

    @property
    def holding(self) -> Holding:
        """Under what files are staged."""
        assert self._holding is not None, "opened for reading"
        return self._holding

    def path(self, sha256: str) -> Path:
        """Where a published file lies."""
        return self.root / sha256[:2] / sha256[2:]

    @contextmanager
    def staging(self) -> Iterator[Stage]:
        """A stage for the files of one record; what is not published by its end is discarded.

        Raises ``Refusal("storage.full", kind="setup")`` and its like when the disk takes no more.
        """
        with disk.as_refusal(), self.holding.held() as holder:
            stage = Stage(self, self._folder(holder), holder)
            try:
                yield stage
            finally:
                stage.discard()

    def probe(self) -> None:
        """Write and remove a file. Raises ``Refusal`` (``storage.full`` …) when the disk does not take it."""
        with disk.as_refusal():
            self._staging.mkdir(parents=True, exist_ok=True)
            path = self._staging / f"probe.{secrets.token_hex(8)}"
            try:
                path.write_bytes(bytes(_PIECE))
            finally:
                path.unlink(missing_ok=True)

    def read(self, sha256: str) -> bytes:
        """The bytes. Raises ``Refusal`` ``blob.missing`` or ``blob.damaged`` when the store is not whole."""
        data = self._bytes(sha256)
        if data is None:
            raise Refusal("blob.missing", f"The stored file {sha256[:12]}… is not there.", kind="setup")
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Refusal("blob.damaged", f"The stored file {sha256[:12]}… has been changed.", kind="setup")
        return data

    def where(self, sha256: str) -> Path:
        """The file, for who reads it in pieces or in another process, and checks it. Raises as ``read``."""
        for path in (self.path(sha256), *self._staging.glob(f"*/{sha256}.*"), self.path(sha256)):
            if path.is_file():
                return path
        raise Refusal("blob.missing", f"The stored file {sha256[:12]}… is not there.", kind="setup")

    def has(self, sha256: str) -> bool:
        """Whether a file is there, in its place or staged."""
        try:
            return self.where(sha256).is_file()
        except Refusal:
            return False

    def below(self, prefix: str) -> set[str]:
        """The published files whose SHA-256 begins with two digits."""
        try:
            return {prefix + entry.name for entry in os.scandir(self.root / prefix)}
        except FileNotFoundError:
            return set()

    def is_empty(self) -> bool:
        """Whether nothing was ever published here."""
        return not any(self.below(path.name) for path in self.root.glob("[0-9a-f][0-9a-f]"))

    def _bytes(self, sha256: str) -> bytes | None:
        for path in (self.path(sha256), *self._staging.glob(f"*/{sha256}.*"), self.path(sha256)):
            try:
                return path.read_bytes()
            except FileNotFoundError:
                continue  # not here, or moved to its place between looking and reading
        return None

    def recover(self, known: Collection[str], lost: Collection[str], belongs: Callable[[str], bool]) -> tuple[int, int]:
        """Settle what dead processes left: (files moved to their place, files deleted).

        ``known`` are the holders, ``lost`` those of them that were given up; ``belongs`` says whether a record names a
        SHA-256. Several processes may do this at once.
        """
        moved = deleted = 0
        for stray in self._staging.glob("probe.*"):
            if time.time() - _touched(stray) > _STRANGE_SECONDS:
                stray.unlink(missing_ok=True)
        folders = self._staging.iterdir() if self._staging.is_dir() else ()
        for folder in sorted(p for p in folders if p.is_dir()):
            strange = folder.name not in known and time.time() - _touched(folder) > _STRANGE_SECONDS
            if folder.name not in lost and not strange:
                continue
            for staged in sorted(folder.iterdir()):
                sha256 = staged.name.partition(".")[0]
                with contextlib.suppress(FileNotFoundError):  # another process settles the same folder
                    if belongs(sha256):
                        self._place(staged, sha256)
                        moved += 1
                    else:
                        staged.unlink()
                        deleted += 1
            with contextlib.suppress(FileNotFoundError):
                folder.rmdir()
        return moved, deleted

    def _folder(self, holder: str) -> Path:
        folder = self._staging / holder
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            _sync_folder(self._staging)
        return folder

    def _place(self, staged: Path, sha256: str) -> None:
        path = self.path(sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            # No fsync: should a power cut undo the rename, the file has its durable staged name, and recovery moves it.
            staged.replace(path)
        except FileNotFoundError:
            if not path.is_file():  # else it was moved by who gave this holder up
                raise

    def close(self) -> None:
        """Give up this process's staging folders, and stop being a holder."""
        full = set()
        for holder in self.holding.mine:
            try:
                (self._staging / holder).rmdir()
            except FileNotFoundError:
                continue
            except OSError:  # something is staged in it still: for ``recover``
                full.add(holder)
        self.holding.close(full)


class Stage:
    """Files written but not yet anyone's. Not for use by two threads at once."""

    def __init__(self, blobs: Blobs, folder: Path, holder: str) -> None:
        self._blobs, self._folder, self.holder = blobs, folder, holder
        self._staged: dict[str, Path] = {}
        self._settled = True
        self._held = False
        self.sizes: dict[str, int] = {}  # sha256 → bytes of everything put here

    def put(self, data: bytes, sha256: str | None = None) -> str:
        """Write ``data``; returns its SHA-256. A file that is already in its place is not written again.

        ``sha256`` is that of ``data`` where the caller knows it.
        """
        sha256 = sha256 or hashlib.sha256(data).hexdigest()
        self.sizes[sha256] = len(data)
        if sha256 in self._staged or self._blobs.path(sha256).is_file():
            return sha256
        path = self._new(f"{sha256}.{secrets.token_hex(4)}")
        with path.open("xb") as stream:
            self._staged[sha256] = path
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        self._settled = False
        return sha256

    def copy(self, source: Path) -> str:
        """Write what is in a file, in pieces; returns its SHA-256. The source stays where it is."""
        digest = hashlib.sha256()
        path = self._new(f"copy.{secrets.token_hex(8)}")
        try:
            with source.open("rb") as given, path.open("xb") as stream:
                while piece := given.read(_PIECE):
                    digest.update(piece)
                    stream.write(piece)
            sha256 = digest.hexdigest()
            self.take(path, sha256)
        finally:
            path.unlink(missing_ok=True)  # it was there already, or could not be read
        return sha256

    def take(self, source: Path, sha256: str) -> None:
        """Take a file that was written elsewhere, of the given SHA-256; it is moved where that can be done."""
        self.sizes[sha256] = source.stat().st_size
        if sha256 in self._staged or self._blobs.path(sha256).is_file():
            return
        path = self._new(f"{sha256}.{secrets.token_hex(4)}")
        with source.open("rb") as stream:
            os.fsync(stream.fileno())
        shutil.move(source, path)
        self._staged[sha256] = path
        self._settled = False

    def _new(self, name: str) -> Path:
        if not self._folder.is_dir():  # who gave this holder up removed it
            raise HolderLostError
        return self._folder / name

    def confirm(self, session: Session) -> None:
        """``Holding.confirm`` of the holder of these files."""
        self._blobs.holding.confirm(session, self.holder)

    def settle(self) -> None:
        """Make the staged names durable: call once before the transaction commits."""
        if not self._settled:
            _sync_folder(self._folder)
            self._settled = True

    def hold(self, held: bool) -> None:
        """From a commit on the files may be a record's: what is held is never discarded, only recovered."""
        self._held = held

    def publish(self) -> None:
        """The records are committed: move the files to their place.

        One that cannot be moved (a full disk has no room for a folder either) is read where it lies, until ``recover``.
        """
        self._held = True
        while self._staged:
            sha256, path = self._staged.popitem()
            try:
                self._blobs._place(path, sha256)
            except OSError as error:
                log.error("the file %s… stays in its staging folder: %s", sha256[:12], error)

    def discard(self) -> None:
        """Delete what was not published, unless a record may name it."""
        while self._staged and not self._held:
            self._staged.popitem()[1].unlink(missing_ok=True)


def _touched(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
