"""Files by content: staged, published, recovered."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from docservice.refusal import Refusal
from docservice.storage.blobs import Blobs
from docservice.storage.holding import HolderLostError
from docservice.storage.models import BlobRow
from docservice.storage.store import Store, open_store, register

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LEASE = 60.0


def files(root: Path) -> list[str]:
    return sorted(p.name for p in root.rglob("*") if p.is_file())


@pytest.fixture
def blobs(store: Store) -> Blobs:
    return store.blobs


@pytest.fixture
def root(store: Store) -> Path:
    return store.blobs.root


def test_a_file_can_be_read_from_its_staging_on_and_stays(blobs: Blobs, root: Path) -> None:
    with blobs.staging() as stage:
        sha256 = stage.put(b"hello")
        assert stage.put(b"hello") == sha256 == hashlib.sha256(b"hello").hexdigest()
        assert blobs.read(sha256) == b"hello"
        stage.publish()
    assert blobs.read(sha256) == b"hello"
    assert blobs.path(sha256).is_file()
    with blobs.staging() as again:
        again.put(b"hello")
        assert len(files(root)) == 1
    assert blobs.read(sha256) == b"hello"


def test_what_is_not_published_is_gone(blobs: Blobs, root: Path) -> None:

    def fail() -> None:
        with blobs.staging() as stage:
            stage.put(b"hello")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert files(root) == []
    blobs.close()
    assert not list((root / "staging").glob("*/*"))


def test_a_changed_or_missing_file_is_noticed(blobs: Blobs, root: Path) -> None:
    with blobs.staging() as stage:
        sha256 = stage.put(b"hello")
        stage.publish()
    blobs.path(sha256).write_bytes(b"hullo")
    for name, code in ((sha256, "blob.damaged"), ("0" * 64, "blob.missing")):
        with pytest.raises(Refusal) as refused:
            blobs.read(name)
        assert (refused.value.code, refused.value.kind) == (code, "setup")


def test_recovery_settles_the_dead_and_leaves_the_living_alone(database_url: str, tmp_path: Path) -> None:
    """Nobody asks a file system who is alive: a holder on another machine is judged by its row alone."""
    now = NOON
    folder = tmp_path / "blobs"
    alive = open_store(database_url, folder, clock=lambda: now, lease_seconds=LEASE)
    dying = open_store(database_url, folder, clock=lambda: NOON, lease_seconds=LEASE)
    dead, other = dying.blobs.staging().__enter__(), dying.blobs.staging().__enter__()  # never left
    named, loose = dead.put(b"named by a record"), other.put(b"named by none")
    with dying.database.writing() as session:
        session.add(BlobRow(sha256=named, size=17, created_at=NOON))
    assert alive.recover() == (0, 0)  # it may be living yet
    now += timedelta(seconds=LEASE + 1)
    with alive.blobs.staging() as mine:
        under_way = mine.put(b"under way")
        assert alive.blobs.read(named) == b"named by a record"  # found where it lies
        assert alive.recover() == (1, 1)
        assert alive.blobs.path(named).is_file()
        mine.publish()
    assert sorted(files(folder)) == sorted([named[2:], under_way[2:]])
    assert alive.recover() == (0, 0)

    def wake_up() -> None:
        with dying.database.writing() as session:
            register(session, other, now)

    with pytest.raises(HolderLostError):  # what was given up while it slept can keep nothing
        wake_up()
    with pytest.raises(HolderLostError):
        other.put(b"more")
    dead.publish()  # what it had kept before is in its place already
    assert alive.blobs.read(named) == b"named by a record"
    assert loose not in {p.parent.name + p.name for p in folder.glob("??/*")}
    alive.close()
    dying.close()


def test_a_folder_of_an_earlier_release_is_settled_once_it_is_old(store: Store, root: Path) -> None:
    folder = root / "staging" / "4711-0a1b2c3d"  # process and chance; its row is unknown, and its lock is not asked
    folder.mkdir(parents=True)
    sha256 = hashlib.sha256(b"kept").hexdigest()
    (folder / f"{sha256}.00").write_bytes(b"kept")
    (folder / "lock").touch()
    with store.database.writing() as session:
        session.add(BlobRow(sha256=sha256, size=4, created_at=NOON))
    assert store.recover() == (0, 0)
    assert store.blobs.read(sha256) == b"kept"
    os.utime(folder, (0, 0))
    assert store.recover() == (1, 1)
    assert files(root) == [sha256[2:]]
    assert store.blobs.read(sha256) == b"kept"
