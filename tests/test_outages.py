"""The database is away, the disk is full: what the service says then is true, and nothing is half kept."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, text

from docservice.app import create_app
from docservice.config import Settings
from docservice.office import Office, Order, open_office
from docservice.refusal import Refusal
from docservice.storage import database as database_room
from docservice.storage.blobs import Blobs
from docservice.storage.outages import outage_of
from docservice.storage.store import Store, open_store
from docservice.web.desk.access import COOKIE
from tests.homes import furnish
from tests.postgres import PostgresMissingError, cluster

SAFE = ("GET", "HEAD")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for a lock."""
    monkeypatch.setattr(database_room, "_BUSY_SECONDS", 0.2)


@pytest.fixture
def home(tmp_path: Path, fonts_folder: Path) -> Path:
    return furnish(tmp_path / "home", fonts_folder)


def taken_away(office: Office) -> None:
    """The database's file is gone, and something else lies in its place."""
    office.means.store.database.engine.dispose()
    for path in office.settings.home.glob("docservice.db*"):
        path.unlink()
    (office.settings.home / "docservice.db").write_bytes(b"This is not a database. " * 100)


def as_body(order: Order) -> dict[str, Any]:
    return {"template": order.template, "casefile": dict(order.casefile), "on": str(order.on), "about": order.about}


@pytest.fixture
def small(example: Callable[[str], tuple[dict[str, Any], dict[str, bytes]]]) -> Order:
    """A letter without pictures."""
    casefile, photos = example("CE-2026-0231")
    return Order("administrative-citation", casefile, on=datetime(2026, 5, 29, tzinfo=UTC).date(), about="c1",
                 attachments=photos)  # fmt: skip


@pytest.mark.usefixtures("quick")
def test_every_address_says_that_the_records_are_away(
    home: Path, small: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nowhere "a defect of ours", nowhere "nothing was issued": 503, when to ask again, and no claim about a notice."""
    with open_office(Settings(home=home)) as office:
        app = create_app(office)
        _, secret = office.people.keys.add("tracker", ["admin", "issue", "read", "packets", "preview", "review"], "op")
        account = office.people.accounts.add("ana", "Ana", ["administrator", "approver", "staff"], actor="op")
        cookie = office.people.sessions.begin(account)
        session = office.people.sessions.find(cookie)
        key = office.people.keys.working(secret)
        client = app.test_client()
        client.set_cookie(COOKIE, cookie, secure=True)
        taken_away(office)
        asked = walk(client, secret)
        # Who asks is looked up first; with that behind them, the views themselves meet the outage.
        monkeypatch.setattr(office.people.keys, "working", lambda _secret: key)
        monkeypatch.setattr(office.people.sessions, "find", lambda _secret: session)
        deeper = walk(client, secret)
        answer = client.post("/api/v1/documents", json=as_body(small), headers={"Authorization": f"Bearer {secret}"})
    for method, path, status, body, retry in [*asked, *deeper]:
        assert status != 500, (method, path, body[:300])
        assert "Nothing was" not in body or status < 500, (path, body[:300])
        if status == 503:
            assert retry, (method, path)
    reached = {path for _, path, status, _, _ in deeper if status == 503}
    assert len(reached) > 60, [one[:3] for one in deeper if one[2] != 503]
    assert {"/verify/ABCDEFGHJK", "/api/v1/documents", "/api/v1/jobs/x", "/desk/documents", "/health/ready"} <= reached
    assert (answer.status_code, answer.get_json()["code"]) == (503, "database.unreachable")
    assert "same Idempotency-Key" in answer.get_json()["detail"]
    verify = next(body for _, path, _, body, _ in deeper if path == "/verify/ABCDEFGHJK")
    assert "This says nothing about your paper" in verify


def walk(client: FlaskClient, secret: str) -> list[tuple[str, str, int, str, str | None]]:
    """Every route, by each of its methods, with values made up: what each answered."""
    found = []
    for rule in client.application.url_map.iter_rules():
        path = re.sub(r"<int[^>]*>", "1", rule.rule)
        path = re.sub(r"<(?:path:|string:)?code>", "ABCDEFGHJK", path)
        path = re.sub(r"<[^>]+>", "x", path)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            headers = {"Authorization": f"Bearer {secret}", "If-Match": '"x"'}
            given = {} if method in SAFE else {"json": {}} if path.startswith("/api") else {"data": {}}
            with closing(
                client.open(path, method=method, headers=headers, base_url="https://localhost", **given)
            ) as one:
                found.append((method, path, one.status_code, one.text, one.headers.get("Retry-After")))
    return found


@pytest.mark.usefixtures("quick")
def test_records_that_somebody_holds_are_busy(home: Path, small: Order) -> None:
    """Another program has begun to write and does not end: who waits is told so; afterwards all is well."""
    with open_office(Settings(home=home)) as office:
        holder = sqlite3.connect(home / "docservice.db", isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(Refusal) as caught:
            office.issuing.issue(small, actor="ana", idempotency_key="k")
        assert (caught.value.code, caught.value.kind) == ("database.busy", "setup")
        assert caught.value.retry_after
        assert office.issuing.documents().total == 0  # reading goes on
        holder.execute("ROLLBACK")
        holder.close()
        assert office.issuing.issue(small, actor="ana", idempotency_key="k").number.endswith("0001")
        assert office.verify_audit() is None


def test_a_postgresql_that_is_stopped_in_the_middle(tmp_path: Path, fonts_folder: Path, small: Order) -> None:
    with ExitStack() as running, ExitStack() as after:
        try:
            url = running.enter_context(cluster())
        except PostgresMissingError as missing:
            pytest.skip(str(missing))
        home = tmp_path / "home"
        home.mkdir()
        (home / "fonts").symlink_to(fonts_folder)
        office = after.enter_context(open_office(Settings(home=home, database_url=url)))
        client = create_app(office).test_client()
        _, secret = office.people.keys.add("tracker", ["issue", "read"], "op")
        headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "k"}
        code = office.issuing.issue(small, actor="ana").verify_code
        assert client.get(f"/verify/{code}").status_code == 200
        running.close()
        answers = [
            client.post("/api/v1/documents", json=as_body(small), headers=headers),
            client.get("/api/v1/documents", headers=headers),
            client.get(f"/verify/{code}"),
            client.get("/health/ready"),
        ]
        assert [answer.status_code for answer in answers] == [503] * 4
        assert all(answer.headers["Retry-After"] for answer in answers)
        with pytest.raises(Refusal, match="database does not answer") as caught:
            open_office(Settings(home=home, database_url=url))
        assert caught.value.code == "database.unreachable"


@pytest.mark.parametrize("kept", [True, False])
def test_a_commit_whose_answer_is_lost(
    kept: bool, tmp_path: Path, fonts_folder: Path, postgres_url: str, small: Order
) -> None:
    """Nobody can know, and that is said; the same request again knows. A record that was kept has its files."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "fonts").symlink_to(fonts_folder)
    with open_office(Settings(home=home, database_url=postgres_url)) as office:
        engine = office.means.store.database.engine
        office.issuing.issue(small, actor="ana")
        lost: list[int] = []

        def lose(connection: Any) -> None:
            if lost or not connection.exec_driver_sql("SELECT count(*) = 2 FROM document").scalar():
                return
            lost.append(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar())
            if kept:
                connection.connection.dbapi_connection.commit()
            with engine.connect() as other:
                other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": lost[0]})

        event.listen(engine, "commit", lose)
        try:
            answer = issue_over_http(office, small)
            assert answer.status_code == 201 if kept else 503  # the record was found at once: the database is back
            again = issue_over_http(office, small)
        finally:
            event.remove(engine, "commit", lose)
        assert again.status_code == 201
        assert office.issuing.documents().total == 2
        record = office.issuing.document(again.get_json()["id"])
        assert office.issuing.face(record.id, "pdf")[0].startswith(b"%PDF")
        assert office.verify_audit() is None
    with open_office(Settings(home=home, database_url=postgres_url)) as office:
        assert office.issuing.reproduce(record.id).identical
        assert office.recover() == (0, 0)


def issue_over_http(office: Office, order: Order) -> Any:
    client = create_app(office).test_client()
    if not hasattr(office, "secret"):
        office.secret = office.people.keys.add("tracker", ["issue", "read"], "op")[1]  # type: ignore[attr-defined]
    headers = {"Authorization": f"Bearer {office.secret}", "Idempotency-Key": "k"}  # type: ignore[attr-defined]
    return client.post("/api/v1/documents", json=as_body(replace(order, attachments={})), headers=headers)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'home' / 'docservice.db'}", tmp_path / "home" / "blobs")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("code", "means"),
    [
        (sqlite3.SQLITE_BUSY, "database.busy"), (sqlite3.SQLITE_LOCKED, "database.busy"),
        (sqlite3.SQLITE_FULL, "storage.full"), (sqlite3.SQLITE_READONLY, "storage.read_only"),
        (sqlite3.SQLITE_READONLY | 1 << 8, "storage.read_only"),
        (sqlite3.SQLITE_IOERR | 3 << 8, "database.unreachable"),
        (sqlite3.SQLITE_CANTOPEN, "database.unreachable"), (sqlite3.SQLITE_CORRUPT, "database.unreachable"),
        (sqlite3.SQLITE_NOTADB, "database.unreachable"), (sqlite3.SQLITE_ERROR, None),
        (sqlite3.SQLITE_CONSTRAINT, None),
    ],
)  # fmt: skip
def test_what_sqlite_says_and_what_it_means(code: int, means: str | None) -> None:
    error = sqlite3.OperationalError("words")
    error.sqlite_errorcode = code
    found = outage_of(error)
    assert (found.code if found is not None else None) == means


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "storage.full"), (errno.EDQUOT, "storage.full"), (errno.EROFS, "storage.read_only"),
        (errno.EIO, "storage.broken"),
    ],
)  # fmt: skip
def test_a_disk_that_takes_nothing_more(
    number: int, code: str, home: Path, small: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On every road that writes: refused as what it is, nothing kept; once there is room all goes on."""
    plan = {"title": "x", "case": "CE-1", "parts": [{"file": "a.pdf", "title": "A"}]}
    with open_office(Settings(home=home)) as office:
        client = create_app(office).test_client()
        headers = {"Authorization": f"Bearer {office.people.keys.add('tracker', ['issue', 'packets'], 'op')[1]}"}
        uploaded = client.post("/api/v1/exhibits?name=a.pdf", data=page(), headers=headers)
        packet = {"plan": plan, "exhibits": {"a.pdf": uploaded.get_json()["sha256"]}}
        lines = office.audit(last=1)[0].sequence

        def refuse(*_: Any) -> None:
            raise OSError(number, os.strerror(number))

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", refuse)
            answers = [
                client.post("/api/v1/documents", json=as_body(small), headers=headers),
                client.post("/api/v1/documents", json=as_body(small), headers={**headers, "Prefer": "respond-async"}),
                client.post("/api/v1/packets", json=packet, headers=headers),
                client.post("/api/v1/exhibits?name=b.pdf", data=page() + b"%", headers=headers),
            ]
        assert [(one.status_code, one.get_json()["code"]) for one in answers] == [(503, code)] * 4, answers[2].text
        assert all(one.headers["Retry-After"] for one in answers)
        assert (office.issuing.documents().total, len(office.binding.packets()), len(office.jobs.listed())) == (0, 0, 0)
        assert office.audit(last=1)[0].sequence == lines
        staged = [path for path in (home / "blobs" / "staging").rglob("*") if path.is_file()]
        assert {path.name for path in staged} <= {"lock", ".gate"}
        assert office.issuing.issue(small, actor="ana").number.endswith("0001")

        def full(*_: Any) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(Path, "write_bytes", full)
        answer = client.get("/health/ready")
        assert (answer.status_code, answer.get_json()["code"]) == (503, code)


def page() -> bytes:
    """A PDF of one empty page."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(out)
    return out.getvalue()


def test_a_file_that_finds_no_place_after_its_commit_stays(
    home: Path, small: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record is kept, so the answer is yes; its files are read where they lie, and settled at the next start."""
    with open_office(Settings(home=home)) as office:
        with monkeypatch.context() as patch:

            def full(*_: Any) -> None:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

            patch.setattr(Blobs, "_place", full)
            record = office.issuing.issue(small, actor="ana")
        assert office.issuing.reproduce(record.id).identical
    with open_office(Settings(home=home)) as office:
        assert office.means.store.blobs.path(record.sha256).is_file()
        assert office.issuing.reproduce(record.id).identical


IN_A_SMALL_ROOM = """
import sys
from datetime import date
from pathlib import Path
from docservice.config import Settings
from docservice.office import Order, open_office
from docservice.refusal import Refusal
import json
settings = Settings(home=Path(sys.argv[1]), town=Path(sys.argv[3]))
casefile = json.loads(Path(sys.argv[2]).read_text())
order = Order("courtesy-letter", casefile, on=date(2026, 5, 29), dated_back="A test.")
issued, codes = [], []
with open_office(settings) as office:
    for turn in range(400):
        try:
            issued.append(office.issuing.issue(order, actor="ana", idempotency_key=str(turn)).id)
        except Refusal as refusal:
            codes.append(refusal.code)
            if len(codes) == 3:
                break
with open_office(settings) as office:
    assert office.issuing.documents(per_page=500).total == len(issued), (office.issuing.documents().total, len(issued))
    for id in issued:
        assert office.issuing.face(id, "pdf")[0].startswith(b"%PDF")
    assert office.verify_audit() is None
print(len(issued), *sorted(set(codes)))
"""


def in_a_room(size: str, commands: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a shell in a mount namespace of its own with a small disk at $ROOM."""
    if shutil.which("unshare") is None:
        pytest.skip("no unshare: a full disk cannot be made here")
    room = 'set -e; ROOM=$(mktemp -d); mount -t tmpfs -o size="$0" room "$ROOM"; '
    command = ["unshare", "-rm", "sh", "-c", room + commands, size, *arguments]
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no namespaces of one's own here: a full disk cannot be made")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    return subprocess.run(command, capture_output=True, text=True, timeout=240, check=False, env=environment)


def test_a_disk_that_is_really_full(
    home: Path, tmp_path: Path, example: Callable[[str], tuple[dict[str, Any], dict[str, bytes]]]
) -> None:
    """Letters until nothing fits: each one that was acknowledged is there, the others were refused as what it was."""
    (tmp_path / "case.json").write_text(json.dumps(example("CE-2026-0231")[0]))
    (tmp_path / "hand.py").write_text(IN_A_SMALL_ROOM)
    taken = sum(file.stat().st_size for file in home.rglob("*") if file.is_file())
    done = in_a_room(
        f"{taken // 1_000_000 + 3}m", 'cp -a "$1" "$ROOM/home"; exec "$2" "$3" "$ROOM/home" "$4" "$5"',
        str(home), sys.executable, str(tmp_path / "hand.py"), str(tmp_path / "case.json"),
        str(Settings(home=home).town),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    issued, *codes = done.stdout.split()
    assert int(issued) > 3
    assert codes == ["storage.full"]


@pytest.mark.parametrize("fresh", [True, False])
def test_serve_on_a_disk_that_is_only_read_says_so_at_once(home: Path, fresh: bool) -> None:
    done = in_a_room(
        "40m",
        'test "$1" = fresh || cp -a "$2" "$ROOM/home"; mount -o remount,ro "$ROOM"; '
        'exec timeout 110 "$3" -m docservice --home "$ROOM/home" serve --port 0',
        "fresh" if fresh else "filled", str(home), sys.executable,
    )  # fmt: skip
    assert done.returncode == 5, (done.returncode, done.stderr[-1000:])
    assert "cannot be used: Read-only file system" in done.stderr
