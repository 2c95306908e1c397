"""The whole office on a real PostgreSQL, and many processes at once on one register."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from docservice.config import Settings
from docservice.office import Office, Order, open_office
from docservice.packets import plan as plans
from docservice.refusal import Refusal
from docservice.storage.models import DocumentRow
from tests.places import ROOT

HERE = Path(__file__).resolve().parent
LEASE = 2  # seconds
Example = Callable[[str], tuple[dict[str, Any], dict[str, bytes]]]
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def home(tmp_path: Path, fonts_folder: Path) -> Path:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "fonts").symlink_to(fonts_folder)
    return tmp_path / "home"


@pytest.fixture
def office(home: Path, postgres_url: str) -> Iterator[Office]:
    with open_office(Settings(home=home, database_url=postgres_url, lease_seconds=LEASE)) as opened:
        yield opened


@pytest.fixture
def start(home: Path, postgres_url: str, office: Office) -> Iterator[Start]:
    """``start("issue", "4")`` is another process on the same register, ready to begin."""
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "DOCSERVICE_HOME": str(home),
        "DOCSERVICE_DATABASE_URL": postgres_url, "DOCSERVICE_LEASE_SECONDS": str(LEASE),
    }  # fmt: skip
    started: list[subprocess.Popen[str]] = []

    def one(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, str(HERE / "hand.py"), *arguments]
        pipe = subprocess.PIPE
        started.append(subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment))
        return started[-1]

    yield one
    for process in started:
        process.kill()
        process.communicate()


def ready(*processes: subprocess.Popen[str]) -> None:
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()[1]


def let_go(*processes: subprocess.Popen[str]) -> list[str]:
    """Let them all begin; what each printed when it ended well."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    outputs = []
    for process in processes:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err[-2000:]
        outputs.append(out)
    return outputs


def sound(office: Office, count: int, copies: int = 1) -> None:
    """``count`` notices of so many copies, numbered without a gap; every file there; the audit chain whole."""
    with office.means.store.database.reading() as session:
        rows = list(session.scalars(select(DocumentRow)))
    numbered = sorted((row.sequence, row.copy) for row in rows if row.original is None)
    assert numbered == [(number, copy) for number in range(1, count + 1) for copy in range(1, copies + 1)]
    assert all(office.means.store.blobs.read(row.sha256) for row in rows)
    assert office.verify_audit() is None
    assert office.recover() == (0, 0)


def test_the_whole_office(office: Office, example: Example) -> None:
    casefile, photos = example("CE-2026-0203")
    hearing = Order("notice-of-hearing", casefile, recipient="tenant-220", on=date(2026, 9, 17), attachments=photos)
    first = office.issuing.issue(hearing, actor="ana", idempotency_key="k1")
    assert office.issuing.issue(hearing, actor="ana", idempotency_key="k1") == first
    assert (first.language, first.number) == ("es", "NH-2026-0001-es")
    second = office.issuing.supersede(first.id, hearing, reason="The room changed.", actor="ana")
    assert office.issuing.document(first.id).superseded_by == second.id
    assert office.issuing.reproduce(second.id).identical
    assert office.issuing.face(second.id, "docx")[0].startswith(b"PK")
    parts = [{"generated": "cover"}, {"generated": "contents"}, {"issued": "notice-of-hearing"}]
    plan = {"title": "Hearing packet", "case": casefile["case"]["number"], "parts": parts}
    packet = office.binding.bind(plans.load(plan), {}, actor="ana", idempotency_key="k2")
    assert office.binding.pdf(packet.id).startswith(b"%PDF")
    jobs = [
        office.jobs.queue_packet(plan, {}, actor="ana"),
        office.jobs.queue_letters(hearing, everyone=False, actor="ana"),
    ]
    done = list(office.jobs.worker.finished(drain=True))
    assert [(job.id, job.state) for job in done] == [(job.id, "done") for job in jobs]
    assert office.binding.packet(done[0].results[0]).sha256 == packet.sha256
    third = office.issuing.document(done[1].results[0])
    assert office.issuing.document(third.original or "").number == "NH-2026-0003"
    assert office.issuing.void(third.id, reason="A wrong word.", actor="ana").status == "void"
    assert office.issuing.documents(case=casefile["case"]["number"], status="issued").total == 3
    key, secret = office.people.keys.add("tracker", ["read"], "ana")
    assert office.people.keys.working(secret) == key
    sound(office, 3)


def test_what_a_column_cannot_hold_is_refused(office: Office, citation: Order) -> None:
    """PostgreSQL holds a text to its length and takes no NUL; nothing of that may be a defect of ours."""
    casefile = {**citation.casefile, "case": {**citation.casefile["case"], "number": "X" * 101}}
    plan = {"title": "x", "case": "X" * 101, "parts": [{"generated": "cover"}]}
    for attempt in (
        lambda: office.issuing.issue(replace(citation, casefile=casefile), actor="ana"),
        lambda: office.issuing.issue(replace(citation, attachments={"x" * 301: b""}), actor="ana"),
        lambda: office.issuing.issue(replace(citation, attachments={"a\0.jpg": b""}), actor="ana"),
        lambda: office.issuing.supersede("unknown", citation, reason="a\0", actor="ana"),
        lambda: office.issuing.void("unknown", reason="a\0", actor="ana"),
        lambda: office.jobs.queue_letters(replace(citation, attachments={"a\0.jpg": b""}), everyone=True, actor="ana"),
        lambda: office.jobs.queue_packet(plan, {}, actor="ana"),
        lambda: office.people.keys.add("x" * 101, ["read"], "ana"),
        lambda: office.people.keys.add("x\0", ["read"], "ana"),
    ):
        with pytest.raises(Refusal):
            attempt()
    assert office.issuing.documents().total == 0


def test_exhibits_of_many_at_once(office: Office) -> None:
    """Threads upload the same file and others; each is there once, used ones stay, and the rest is forgotten."""
    contents = [b"%PDF the same", *(b"%PDF " + bytes([65 + number]) for number in range(3))]
    failures: list[BaseException] = []

    def upload(turn: int) -> None:
        try:
            for content in (contents[0], contents[1 + turn % 3]):
                made, _ = office.binding.exhibits.add(
                    io.BytesIO(content), owner="key:a", name="a.pdf", media_type="x/y"
                )
                assert (made.complete, made.sha256) == (True, hashlib.sha256(content).hexdigest())
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=upload, args=(turn,)) for turn in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert office.binding.exhibits.find(owner="key:a").total == 4
    parts = [{"file": "a.pdf", "title": "A"}]
    plan = {"title": "x", "case": "CE-1", "parts": parts}
    used = {"a.pdf": hashlib.sha256(contents[0]).hexdigest()}
    office.jobs.queue_packet(plan, {}, actor="key:a", exhibits=used)
    later = office.means.clock() + timedelta(days=31)
    office.means.clock = lambda: later
    assert office.binding.exhibits.sweep() == 3
    assert [one.expires_at for one in office.binding.exhibits.find(owner="key:a").items] == [None]
    assert office.means.store.blobs.read(used["a.pdf"]) == contents[0]


def test_processes_issue_into_one_series_at_once(office: Office, start: Start) -> None:
    """No gap, no duplicate; what two of them ask under one key is issued once."""
    hands = [start("issue", "12") for _ in range(2)]
    ready(*hands)
    let_go(*hands)
    sound(office, 2 * 6 + 6)


def test_processes_typeset_each_letter_once(office: Office, start: Start) -> None:
    """Three processes on one series; nobody's number moves while it renders."""
    hands = [start("own", "8") for _ in range(3)]
    ready(*hands)
    assert sum(map(int, let_go(*hands))) == 3 * 8
    sound(office, 3 * 8)


def test_workers_share_a_queue_and_take_over(office: Office, start: Start, citation: Order) -> None:
    """A worker is killed in its second letter; two others do what waits, and its job, each once."""
    order = replace(citation, attachments={"a.jpg": b"a"})
    jobs = [office.jobs.queue_letters(order, everyone=True, actor="ana")]
    victim = start("stall")
    ready(victim)
    assert victim.stdin is not None
    victim.stdin.close()
    victim.stdin = None
    assert victim.stdout is not None
    assert victim.stdout.readline() == "stalls\n"
    assert office.jobs.find(jobs[0].id).state == "running"
    victim.kill()
    victim.communicate()
    jobs += [office.jobs.queue_letters(order, everyone=True, actor="ana") for _ in range(3)]
    hands = [start("work"), start("work")]
    ready(*hands)
    time.sleep(LEASE + 0.5)  # they stop when nothing waits, so the dead worker's lease must have run out
    outputs = let_go(*hands)
    lines = [line.split() for output in outputs for line in output.splitlines()]
    assert {id: (state, attempts) for id, state, attempts in lines} == {
        job.id: ("done", "2" if job is jobs[0] else "1") for job in jobs
    }
    assert len(lines) == len(jobs)
    made = [id for job in jobs for id in office.jobs.find(job.id).results]
    assert len(set(made)) == 2 * len(jobs)
    sound(office, len(jobs), copies=2)
