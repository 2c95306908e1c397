"""Files by content: staged, published, recovered."""

from __future__ import annotations

import hashlib
import os
import signal
from pathlib import Path

import pytest

from docservice.refusal import Refusal
from docservice.storage.blobs import Blobs


def files(root: Path) -> list[str]:
    return sorted(p.name for p in root.rglob("*") if p.is_file() and p.name not in ("lock", ".gate"))


def test_a_file_can_be_read_from_its_staging_on_and_stays(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    with blobs.staging() as stage:
        sha256 = stage.put(b"hello")
        assert stage.put(b"hello") == sha256 == hashlib.sha256(b"hello").hexdigest()
        assert blobs.read(sha256) == b"hello"
        stage.publish()
    assert blobs.read(sha256) == b"hello"
    assert blobs.path(sha256).is_file()
    with blobs.staging() as again:
        again.put(b"hello")
        assert len(files(tmp_path)) == 1
    assert blobs.read(sha256) == b"hello"


def test_what_is_not_published_is_gone(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)

    def fail() -> None:
        with blobs.staging() as stage:
            stage.put(b"hello")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert files(tmp_path) == []
    blobs.close()
    assert not list((tmp_path / "staging").glob("*/*"))


def test_a_changed_or_missing_file_is_noticed(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    with blobs.staging() as stage:
        sha256 = stage.put(b"hello")
        stage.publish()
    blobs.path(sha256).write_bytes(b"hullo")
    for name, code in ((sha256, "blob.damaged"), ("0" * 64, "blob.missing")):
        with pytest.raises(Refusal) as refused:
            blobs.read(name)
        assert (refused.value.code, refused.value.kind) == (code, "setup")


def test_recovery_settles_the_dead_and_leaves_the_living_alone(tmp_path: Path) -> None:
    alive = Blobs(tmp_path)
    process = os.fork()
    if process == 0:  # a process that stages two files and is killed
        dying = Blobs(tmp_path)
        with dying.staging() as stage:
            stage.put(b"named by a record")
            stage.put(b"named by none")
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(process, 0)
    named = hashlib.sha256(b"named by a record").hexdigest()
    with alive.staging() as mine:
        under_way = mine.put(b"under way")
        assert alive.read(named) == b"named by a record"  # found where it lies
        assert Blobs(tmp_path).recover(lambda sha256: sha256 == named) == (1, 1)
        assert alive.path(named).is_file()
        mine.publish()
    assert sorted(files(tmp_path)) == sorted([named[2:], under_way[2:]])
    assert Blobs(tmp_path).recover(lambda _: False) == (0, 0)
