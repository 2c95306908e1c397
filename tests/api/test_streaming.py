"""Large files go through in pieces: neither an upload nor a download is ever whole in the memory of the service."""

from __future__ import annotations

import hashlib
import http.client
import io
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from docservice.app import create_app
from docservice.office.binding.kept_exhibits import KeptExhibits
from docservice.storage.store import Store, open_store
from tests.fake_office import NOW, FakeOffice
from tests.serving import serving

SIZE = 96 * 2**20
MOST = 32 * 2**20  # that may be in memory at a time; waitress alone buffers 16 MB for a slow client
Key = Callable[..., dict[str, str]]


class Zeros(io.RawIOBase):
    """A file of so many zeros, which nobody holds."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, size: int = -1, /) -> bytes:
        given = min(self.left, size if size >= 0 else self.left)
        self.left -= given
        return bytes(given)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'x.db'}", tmp_path / "blobs")
    yield opened
    opened.close()


@pytest.fixture
def peak() -> Iterator[Callable[[], int]]:
    """``peak()`` is how many bytes Python has held at most since the test began."""
    tracemalloc.start()
    tracemalloc.reset_peak()
    begun = tracemalloc.get_traced_memory()[0]
    yield lambda: tracemalloc.get_traced_memory()[1] - begun
    tracemalloc.stop()


def sent(port: int, method: str, path: str, headers: dict[str, str], body: Any = None) -> tuple[int, str, int]:
    """Status, SHA-256 and size of the answer, read in pieces."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        digest, size = hashlib.sha256(), 0
        while piece := answer.read(1 << 16):
            digest.update(piece)
            size += len(piece)
        return answer.status, digest.hexdigest(), size
    finally:
        connection.close()


def zeros(size: int) -> str:
    digest = hashlib.sha256()
    for _ in range(size >> 20):
        digest.update(bytes(1 << 20))
    return digest.hexdigest()


def test_uploads(store: Store, tmp_path: Path, key: Key, office: FakeOffice, peak: Callable[[], int]) -> None:
    settings = SimpleNamespace(
        uploads=tmp_path / "uploads", max_exhibit_megabytes=256, max_exhibits=9, max_exhibits_megabytes=999,
        exhibit_days=1, shelf=tmp_path / "shelf",
    )  # fmt: skip
    means: Any = SimpleNamespace(settings=settings, store=store, clock=lambda: NOW, pool=None)
    exhibits = KeptExhibits(means)
    exhibits.examined = lambda *_, **__: None  # type: ignore[method-assign,assignment]  # that is another process
    office.exhibits = exhibits
    headers = key("packets") | {"Content-Length": str(SIZE), "Content-Type": "application/pdf"}
    url = f"/api/v1/exhibits/{zeros(SIZE)}"
    with serving(create_app(office)) as port:  # type: ignore[arg-type]
        assert sent(port, "POST", "/api/v1/exhibits?name=zeros.pdf", headers, Zeros(SIZE))[0] == 201
        assert sent(port, "DELETE", url, key("packets"))[0] == 204
        whole = headers | {"Content-Range": f"bytes 0-{SIZE - 1}/{SIZE}"}
        assert sent(port, "PUT", url, whole, Zeros(SIZE))[0] == 201
    where = exhibits.located({"x": zeros(SIZE)}, owner="key:packets")
    with store.blobs.staging() as stage:
        assert stage.copy(where["x"]) == zeros(SIZE)
    assert peak() < MOST


def test_downloads(tmp_path: Path, key: Key, office: FakeOffice, peak: Callable[[], int]) -> None:
    large = tmp_path / "large.pdf"
    with large.open("wb") as out:
        out.truncate(SIZE)
    office.packet_file = lambda id, name=None: large  # type: ignore[method-assign]
    plan: Any = SimpleNamespace(title="A packet", case="CE-1", paths=lambda: ())
    packet = office.binding.bind(plan, {}, actor="test")
    url = f"/api/v1/packets/{packet.id}/files/CE-1.pdf"
    with serving(create_app(office)) as port:  # type: ignore[arg-type]
        assert sent(port, "GET", url, key("packets")) == (200, zeros(SIZE), SIZE)
        some = key("packets") | {"Range": f"bytes=0-{SIZE - 2}"}
        assert sent(port, "GET", url, some)[::2] == (206, SIZE - 1)
    assert peak() < MOST
