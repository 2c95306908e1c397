"""Uploading exhibits: once, twice, in pieces, past every limit; whose they are, and how long they stay."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask.testing import FlaskClient

from docservice.app import create_app
from docservice.config import Settings
from docservice.office import Office, open_office
from docservice.office.binding.uploading import ByteSpan
from docservice.pdf.foreign import intake
from docservice.refusal import Refusal
from tests.homes import furnish

URL = "/api/v1/exhibits"
PDF = "application/pdf"
KEY = Callable[..., dict[str, str]]
NOW = datetime(2026, 6, 1, 17, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(tmp_path: Path, clock: Clock) -> Iterator[Office]:
    settings = Settings(
        home=furnish(tmp_path / "home", now=NOW), max_exhibits=3, max_exhibits_megabytes=2, max_exhibit_megabytes=1
    )
    with open_office(settings, clock=clock) as opened:
        yield opened


@pytest.fixture
def client(office: Office) -> FlaskClient:
    return create_app(office, max_exhibit_megabytes=1).test_client()


@pytest.fixture
def key(office: Office) -> KEY:
    def make(name: str = "tracker", *scopes: str) -> dict[str, str]:
        _, secret = office.people.keys.add(name, scopes or ("packets",), "test")
        return {"Authorization": f"Bearer {secret}"}

    return make


@pytest.fixture(scope="module")
def pdf() -> bytes:
    with pikepdf.new() as made:
        for _ in range(3):
            made.add_blank_page()
        buffer = io.BytesIO()
        made.save(buffer)
    return buffer.getvalue()


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def piece(first: int, data: bytes, total: int) -> dict[str, str]:
    return {"Content-Range": f"bytes {first}-{first + len(data) - 1}/{total}"}


def test_the_same_content_is_the_same_exhibit(client: FlaskClient, key: KEY, pdf: bytes) -> None:
    mine = key()
    made = client.post(f"{URL}?name=log.pdf", data=pdf, content_type=PDF, headers=mine)
    body = made.get_json()
    assert (made.status_code, body["status"], body["name"]) == (201, "complete", "log.pdf")
    assert (body["sha256"], body["bytes"], body["received"]) == (sha(pdf), len(pdf), len(pdf))
    assert body["intake"]["pages"] == 3
    assert body["intake"]["verdict"] in ("usable", "converted")
    assert made.headers["Location"] == body["href"] == f"{URL}/{sha(pdf)}"
    form = {"file": (io.BytesIO(pdf), "again.pdf", PDF)}
    for again in (
        client.post(URL, data=pdf, content_type=PDF, headers=mine),
        client.post(URL, data=form, headers=mine),
        client.put(body["href"], data=pdf, content_type=PDF, headers=mine),
        client.put(body["href"], data=pdf[:9], content_type=PDF, headers=mine | piece(0, pdf[:9], len(pdf))),
    ):
        assert again.status_code == 200
        assert again.get_json() == body, "nothing has changed, its name neither"


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="log.pdf"', "log.pdf"),
        ("attachment; filename*=UTF-8''Gespr%C3%A4ch.pdf", "Gespräch.pdf"),
        (r'attachment; filename="C:\\files\\log.pdf"', "log.pdf"),
        (None, "exhibit"),
    ],
)
def test_names(client: FlaskClient, key: KEY, disposition: str | None, name: str) -> None:
    headers = key() | ({"Content-Disposition": disposition} if disposition else {})
    body = client.post(URL, data=b"%PDF", content_type=PDF, headers=headers).get_json()
    assert body["name"] == name
    assert body["intake"]["verdict"] == "refused", "it is here, and cannot be used"
    assert body["intake"]["findings"][0]["code"].startswith("intake.")


def test_a_forgotten_file_is_no_exhibit(client: FlaskClient, key: KEY) -> None:
    mine = key()
    for answer in (
        client.post(f"{URL}?name=log.pdf", headers=mine), client.post(URL, content_type=PDF, headers=mine),
        client.put(f"{URL}/{sha(b'')}", content_type=PDF, headers=mine),
    ):  # fmt: skip
        assert (answer.status_code, answer.get_json()["code"]) == (422, "exhibit.empty")
    assert client.get(URL, headers=mine).get_json()["total"] == 0


def test_pieces_resume_where_they_stopped(client: FlaskClient, key: KEY, office: Office, pdf: bytes) -> None:
    mine, url, size = key(), f"{URL}/{sha(pdf)}", len(pdf)

    def put(first: int, data: bytes) -> Any:
        return client.put(url, data=data, content_type=PDF, headers=mine | piece(first, data, size))

    assert client.head(url, headers=mine).status_code == 404
    first = put(0, pdf[:100])
    assert (first.status_code, first.get_json()["received"], first.get_json()["status"]) == (202, 100, "partial")
    assert (first.headers["Range"], first.headers["Upload-Complete"]) == ("bytes=0-99", "?0")
    assert first.get_json()["intake"] is None
    gap = put(200, pdf[200:300])
    assert (gap.status_code, gap.get_json()["code"]) == (409, "exhibit.gap")
    assert "byte 100" in gap.get_json()["detail"]
    assert put(0, pdf[:100]).get_json()["received"] == 100, "sent again, since its answer was lost"
    assert put(50, pdf[50:250]).get_json()["received"] == 250, "what is there is skipped"
    told = client.head(url, headers=mine)
    assert (told.headers["Range"], told.headers["Upload-Length"], told.data) == ("bytes=0-249", str(size), b"")
    last = put(250, pdf[250:])
    assert (last.status_code, last.headers["Upload-Complete"]) == (201, "?1")
    assert last.get_json()["intake"]["pages"] == 3
    assert office.binding.exhibits.located({"x": sha(pdf)}, owner="key:tracker")["x"].read_bytes() == pdf


def test_the_end_of_a_process_between_file_and_row(client: FlaskClient, key: KEY, office: Office, pdf: bytes) -> None:
    """The file has its place, and the row does not know: the next piece settles it."""
    mine, url = key(), f"{URL}/{sha(pdf)}"
    client.put(url, data=pdf[:9], content_type=PDF, headers=mine | piece(0, pdf[:9], len(pdf)))
    uploads = office.binding.exhibits._uploads("key:tracker")
    uploads.path(sha(pdf)).write_bytes(pdf)
    assert client.get(url, headers=mine).get_json()["status"] == "partial"
    answer = client.put(url, data=pdf[9:], content_type=PDF, headers=mine | piece(9, pdf[9:], len(pdf)))
    assert (answer.status_code, answer.get_json()["status"]) == (201, "complete")


def test_two_requests_at_once(office: Office, pdf: bytes) -> None:
    """The second one is told to wait; who comes too late finds that all is there."""
    first, begun, go_on = Slow(pdf[:50]), threading.Event(), threading.Event()
    first.before = lambda: (begun.set(), go_on.wait(10))  # type: ignore[assignment]
    span = ByteSpan(0, 49, len(pdf))

    def write(stream: Any, span: ByteSpan) -> Any:
        return office.binding.exhibits.write(sha(pdf), stream, span, owner="key:a", name="a.pdf", media_type=PDF)

    thread = threading.Thread(target=write, args=(first, span))
    thread.start()
    assert begun.wait(10)
    with pytest.raises(Refusal) as refused:
        write(io.BytesIO(pdf[:50]), span)
    assert (refused.value.code, refused.value.kind) == ("exhibit.in_flight", "conflict")
    go_on.set()
    thread.join()
    assert write(io.BytesIO(pdf[50:]), ByteSpan(50, len(pdf) - 1, len(pdf)))[0].complete
    uploads = office.binding.exhibits._uploads("key:a")
    assert uploads.append(sha(pdf), io.BytesIO(pdf), ByteSpan(0, len(pdf) - 1, len(pdf))) == len(pdf)
    assert [path.name for path in uploads.folder.iterdir()] == [sha(pdf)]


def test_a_connection_that_breaks_and_a_disk_that_is_full(office: Office, pdf: bytes) -> None:
    """Some servers hand over a body while it comes; what came stays."""
    write = partial(office.binding.exhibits.write, sha(pdf), owner="key:a", name="a.pdf", media_type=PDF)
    whole = ByteSpan(0, len(pdf) - 1, len(pdf))
    for error, seen in ((ConnectionResetError(), ConnectionResetError), (OSError(errno.ENOSPC, "full"), Refusal)):
        broken = Slow(pdf[:99])
        broken.after = error
        with pytest.raises(seen):
            write(broken, whole)
    assert office.binding.exhibits.get(sha(pdf), owner="key:a").received == 99
    assert write(io.BytesIO(pdf), whole)[0].complete
    with pytest.raises(Refusal) as refused:
        office.binding.exhibits.add(broken, owner="key:a", name="a.pdf", media_type=PDF)
    assert (refused.value.code, refused.value.kind) == ("storage.full", "setup")


class Slow:
    """A body that comes in one piece, and then nothing, or an error."""

    before: Callable[[], object] = staticmethod(lambda: None)
    after: Exception | None = None

    def __init__(self, data: bytes) -> None:
        self.pieces = [data]

    def read(self, size: int, /) -> bytes:
        self.before()
        if self.pieces:
            return self.pieces.pop()
        if self.after is not None:
            raise self.after
        return b""


def test_content_that_is_not_what_its_name_says(client: FlaskClient, key: KEY, office: Office, pdf: bytes) -> None:
    mine, url, bad = key(), f"{URL}/{sha(pdf)}", bytes(len(pdf))
    for answer in (
        client.put(url, data=bad, content_type=PDF, headers=mine),
        client.put(url, data=bad, content_type=PDF, headers=mine | piece(0, bad, len(bad))),
        client.put(f"{URL}/{'A' * 64}", data=pdf, content_type=PDF, headers=mine),
    ):
        assert (answer.status_code, answer.get_json()["code"]) == (422, "exhibit.hash")
    assert client.get(url, headers=mine).status_code == 404
    assert not list(office.settings.uploads.glob("*/*"))
    assert client.put(url, data=pdf, content_type=PDF, headers=mine).status_code == 201


@pytest.mark.parametrize(
    ("given", "status"),
    [("bytes 0-9/*", 400), ("bytes */10", 400), ("bytes 9-0/10", 400), ("bytes 0-10/10", 400), ("bytes 0-8/20", 400)],
)
def test_a_content_range_that_is_none(client: FlaskClient, key: KEY, given: str, status: int) -> None:
    answer = client.put(f"{URL}/{'0' * 64}", data=b"0123456789", headers=key() | {"Content-Range": given})
    assert (answer.status_code, answer.get_json()["code"]) == (status, "request.malformed")


def form_of(data: bytes) -> bytes:
    """A multipart body with one file."""
    head = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
    )
    return head + data + b"\r\n--x--\r\n"


def test_limits_have_clear_answers(client: FlaskClient, key: KEY) -> None:
    mine = key()
    large = bytes(2**20 + 1)
    for answer in (
        client.post(URL, data=large, content_type=PDF, headers=mine),
        client.post(URL, data=form_of(large), content_type="multipart/form-data; boundary=x", headers=mine),
        client.put(f"{URL}/{'0' * 64}", data=b"0", headers=mine | {"Content-Range": f"bytes 0-0/{len(large)}"}),
    ):
        assert (answer.status_code, answer.get_json()["code"]) == (413, "exhibit.too_large")
        assert "at most 1 MB" in answer.get_json()["detail"]
    huge = client.post(URL, data=bytes(2 * 2**20), content_type=PDF, headers=mine)
    assert (huge.status_code, huge.get_json()["code"]) == (413, "request.too_large")
    for given in ("text/html", "application/json", "application/x-www-form-urlencoded"):
        answer = client.post(URL, data=b"x", content_type=given, headers=mine)
        assert (answer.status_code, answer.get_json()["code"]) == (415, "request.unsupported_media_type")
    form = {"file": (io.BytesIO(b"<p>"), "a.html", "text/html")}
    assert client.post(URL, data=form, headers=mine).status_code == 415
    two = {"a": (io.BytesIO(b"1"), "a.pdf", PDF), "b": (io.BytesIO(b"2"), "b.pdf", PDF)}
    assert client.post(URL, data=two, headers=mine).get_json()["code"] == "request.malformed"
    for number in range(3):
        assert client.post(URL, data=bytes([number]) * 9, content_type=PDF, headers=mine).status_code == 201
    full = client.post(URL, data=b"one more", content_type=PDF, headers=mine)
    assert (full.status_code, full.get_json()["code"]) == (409, "exhibit.too_many")
    assert "at most 3" in full.get_json()["detail"]
    listed = client.get(f"{URL}?per_page=2", headers=mine)
    assert (listed.get_json()["total"], len(listed.get_json()["items"])) == (3, 2)
    assert 'rel="next"' in listed.headers["Link"]
    assert client.delete(listed.get_json()["items"][0]["href"], headers=mine).status_code == 204
    assert client.post(URL, data=b"one more", content_type=PDF, headers=mine).status_code == 201


def test_all_together_may_be_so_large(client: FlaskClient, key: KEY) -> None:
    mine = key()
    for letter, status in ((b"a", 201), (b"b", 201), (b"c", 409)):
        assert client.post(URL, data=letter * 2**20, content_type=PDF, headers=mine).status_code == status


def test_an_exhibit_is_its_uploaders(client: FlaskClient, key: KEY, pdf: bytes) -> None:
    mine, other = key("tracker"), key("other")
    url = client.post(URL, data=pdf, content_type=PDF, headers=mine).headers["Location"]
    assert client.get(url, headers=other).status_code == 404
    assert client.delete(url, headers=other).status_code == 404
    assert client.post(URL, data=pdf, content_type=PDF, headers=other).status_code == 201, "nobody learns of it"
    assert client.delete(url, headers=mine).status_code == 204
    assert client.get(url, headers=other).status_code == 200


def plan(*names: str) -> dict[str, Any]:
    parts = [{"file": name, "title": name} for name in names]
    return {"title": "A packet", "case": "CE-2026-0231", "parts": parts}


def test_a_packet_names_what_was_uploaded(client: FlaskClient, key: KEY, office: Office, pdf: bytes) -> None:
    mine, later = key(), {"Prefer": "respond-async"}
    order = {"plan": plan("log.pdf"), "exhibits": {"log.pdf": sha(pdf)}}
    unknown = client.post("/api/v1/packets", json=order, headers=mine | later)
    assert unknown.status_code == 422
    assert unknown.get_json()["errors"][0]["pointer"] == "/exhibits/log.pdf"
    url = f"{URL}/{sha(pdf)}"
    client.put(url, data=pdf[:9], headers=mine | piece(0, pdf[:9], len(pdf)))
    partial = client.post("/api/v1/packets", json=order, headers=mine | later).get_json()
    assert f"9 of {len(pdf)} bytes" in partial["errors"][0]["detail"]
    client.put(url, data=pdf[9:], headers=mine | piece(9, pdf[9:], len(pdf)))
    form = {"plan": json.dumps(order["plan"]), "exhibits": json.dumps(order["exhibits"]), "copy": "public"}
    queued = client.post("/api/v1/packets", data=form, headers=mine | later, content_type="multipart/form-data")
    assert queued.status_code == 202, queued.text
    request = json.loads(office.means.store.blobs.read(office.jobs.find(queued.get_json()["id"]).request))
    assert (request["files"], request["copy"]) == ({"log.pdf": sha(pdf)}, "public")
    assert office.means.store.blobs.read(sha(pdf)) == pdf
    used = client.get(url, headers=mine).get_json()
    assert used["expires_at"] is None
    gone = client.delete(url, headers=mine)
    assert (gone.status_code, gone.get_json()["code"]) == (409, "exhibit.used")
    both = client.post("/api/v1/packets", json={**order, "files": {"log.pdf": "JVBERg=="}}, headers=mine)
    assert both.get_json()["errors"][0]["pointer"] == "/exhibits/log.pdf"
    for wrong in ({"log.pdf": "abc"}, {"log.pdf": 7}):
        answer = client.post("/api/v1/packets", json={**order, "exhibits": wrong}, headers=mine)
        assert answer.get_json()["errors"][0]["pointer"] == "/exhibits/log.pdf"
    copy = client.post("/api/v1/packets", json={**order, "copy": "secret"}, headers=mine).get_json()
    assert copy["errors"][0]["pointer"] == "/copy"


def test_what_nobody_used_is_forgotten(client: FlaskClient, key: KEY, office: Office, clock: Clock, pdf: bytes) -> None:
    mine = key()
    used = client.post(URL, data=pdf, content_type=PDF, headers=mine).headers["Location"]
    waits = client.post(URL, data=b"%PDF waits", content_type=PDF, headers=mine).headers["Location"]
    half = f"{URL}/{sha(b'%PDF half')}"
    client.put(half, data=b"%PDF", headers=mine | piece(0, b"%PDF", 9))
    order = {"plan": plan("log.pdf"), "exhibits": {"log.pdf": sha(pdf)}}
    client.post("/api/v1/packets", json=order, headers=mine | {"Prefer": "respond-async"})
    folder = office.binding.exhibits._uploads("key:tracker").folder
    stray = folder / "0123.new"
    stray.write_bytes(b"left by a process that was killed")
    yesterday = time.time() - 2 * 86400
    for path in folder.iterdir():
        os.utime(path, (yesterday, yesterday))
    clock.now += timedelta(days=20)
    client.put(half, data=b"%PDF half", headers=mine | piece(0, b"%PDF half", 9)).get_json()
    clock.now += timedelta(days=11)
    assert office.binding.exhibits.sweep() == 1
    assert {client.get(url, headers=mine).status_code for url in (used, half)} == {200}
    assert client.get(waits, headers=mine).status_code == 404
    assert sorted(path.name for path in folder.iterdir()) == [sha(b"%PDF half")], (
        "one copy of what is archived is enough"
    )
    assert office.binding.exhibits.located({"x": sha(pdf)}, owner="key:tracker")["x"].read_bytes() == pdf
    clock.now += timedelta(days=31)
    assert office.binding.exhibits.sweep() == 1
    assert office.binding.exhibits.sweep() == 0


def test_a_job_that_was_queued_by_a_process_that_ended_keeps_its_exhibits(
    client: FlaskClient, key: KEY, office: Office, clock: Clock, pdf: bytes
) -> None:
    mine = key()
    url = client.post(URL, data=pdf, content_type=PDF, headers=mine).headers["Location"]
    where = office.binding.exhibits.located({"a.pdf": sha(pdf)}, owner="key:tracker")
    from docservice.office import queueing

    queueing.queue_packet(
        office.means, office.jobs.queue, plan("a.pdf"), where, actor="key:tracker"
    )  # and nothing after it
    clock.now += timedelta(days=40)
    assert office.binding.exhibits.sweep() == 0
    assert client.get(url, headers=mine).get_json()["expires_at"] is None


def test_a_file_is_examined_once_and_binding_finds_it(
    client: FlaskClient, key: KEY, office: Office, pdf: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns: list[int] = []
    examine = intake.examine

    def counted(data: bytes, *given: Any, **more: Any) -> Any:
        turns.append(len(data))
        return examine(data, *given, **more)

    monkeypatch.setattr(intake, "examine", counted)
    mine = key()
    url = client.post(URL, data=pdf, content_type=PDF, headers=mine).headers["Location"]
    assert client.get(url, headers=mine).get_json()["intake"]["profile"] == "default"
    from docservice.office.binding.examining import _frame
    from docservice.packets.forums.profiles import PROFILES
    from docservice.pdf.preparing import Exhibits
    from docservice.pdf.shelf import FolderShelf

    assert (
        Exhibits(FolderShelf(office.settings.shelf), _frame(PROFILES["default"], ())).taken(pdf, "x", ("en",)).pages
        == 3
    )
    assert len(turns) == 1
    other = client.get(f"{url}?profile=no-such-forum", headers=mine)
    assert other.get_json()["errors"][0]["parameter"] == "profile"
