"""Long work: queued, done by a worker, canceled, refused, tried again, taken over; on SQLite. Rendering is a stub."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from docservice.config import Settings
from docservice.finding import Finding
from docservice.jobs.queue import ATTEMPTS
from docservice.jobs.worker import Worker
from docservice.office import Office, Order, open_office
from docservice.office.binding import binding
from docservice.pipeline import producing
from docservice.refusal import Refusal
from tests.homes import furnish
from tests.office.killed import bound, stub
from tests.places import ROOT

HERE = Path(__file__).resolve().parent
PLAN = {"title": "A packet", "case": "CE-2026-0231", "parts": [{"generated": "cover"}, {"file": "a.pdf", "title": "A"}]}
FILES = {"a.pdf": b"%PDF"}


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 6, 1, 17, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Office]]:
    """``opened()`` is another office on the same records."""
    monkeypatch.setattr(producing, "produce", stub)
    monkeypatch.setattr(binding, "_make_ready", lambda *_: None)
    monkeypatch.setattr(binding, "_assemble", bound)
    offices: list[Office] = []

    furnish(tmp_path / "home", now=clock.now)

    def one() -> Office:
        offices.append(open_office(Settings(home=tmp_path / "home"), clock=clock))
        return offices[-1]

    yield one
    for office in offices:
        office.close()


@pytest.fixture
def office(opened: Callable[[], Office]) -> Office:
    return opened()


@pytest.fixture
def letter(example: Callable[[str], tuple[dict[str, Any], dict[str, bytes]]]) -> Order:
    casefile, _ = example("CE-2026-0231")
    return Order("administrative-citation", casefile, about="c1", attachments={"a.jpg": b"a picture"})


def test_a_mailing_goes_to_everybody_on_the_day_it_was_queued(office: Office, letter: Order, clock: Clock) -> None:
    job = office.jobs.queue_letters(letter, everyone=True, actor="ana")
    assert (job.state, job.total, job.results) == ("queued", 2, ())
    clock.forward(3 * 86400)
    done = office.jobs.worker.run_one()
    assert done is not None
    assert (done.state, done.done, done.total, done.attempts, done.problem) == ("done", 2, 2, 1, None)
    letters = [office.issuing.document(id) for id in done.results]
    assert [one.recipient for one in letters] == ["owner", "local-contact"]
    assert {(one.issued_on, one.created_by) for one in letters} == {(date(2026, 6, 1), "ana")}
    assert office.jobs.worker.run_one() is None


def test_a_packet_is_bound_as_asked(office: Office) -> None:
    job = office.jobs.queue_packet(PLAN, FILES, actor="ana")
    done = office.jobs.worker.run_one()
    assert done is not None
    assert (done.id, done.state) == (job.id, "done")
    assert office.binding.packet(done.results[0]).created_by == "ana"


def test_progress_counts_the_parts_of_a_plan(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int, str]] = []

    def look(*_: Any) -> None:
        (job,) = office.jobs.listed()
        told.append((job.done, job.total, job.label))

    monkeypatch.setattr(binding, "_make_ready", look)
    job = office.jobs.queue_packet(PLAN, FILES, actor="ana")
    assert job.total == 3, "two parts, and the writing"
    done = office.jobs.worker.run_one()
    assert done is not None
    assert told == [(0, 3, "part 1 of 2: cover"), (1, 3, "part 2 of 2: A")]
    assert (done.done, done.total, done.label) == (3, 3, "")


def test_a_packet_is_canceled_before_its_next_part(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[int] = []

    def then_cancel(_parts: Any, _asked: Any, place: int) -> None:
        begun.append(place)
        office.jobs.cancel(office.jobs.listed()[0].id, actor="ben")

    monkeypatch.setattr(binding, "_make_ready", then_cancel)
    office.jobs.queue_packet(PLAN, FILES, actor="ana")
    ended = office.jobs.worker.run_one()
    assert ended is not None
    assert (ended.state, ended.results, begun) == ("canceled", (), [0])
    assert not office.binding.packets()
    assert not list(office.settings.home.glob("working-*"))


def test_what_is_refused_points_into_the_plan_as_sent(
    office: Office, letter: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two citations stand for one part; the file after them is part 1 of what was sent, and part 2 of what is bound."""
    for _ in range(2):
        office.issuing.issue(letter, actor="ana")

    def refuse(*_: Any) -> Any:
        places = ("/parts/0/document", "/parts/1/document", "/parts/2/file", "/hearing", "page 2")
        raise Refusal("packet.missing", "No.", [Finding.error("packet.file", "Not there.", place) for place in places])

    monkeypatch.setattr(binding, "_assemble", refuse)
    parts = [{"issued": letter.template}, {"file": "a.pdf", "title": "A"}]
    office.jobs.queue_packet({**PLAN, "parts": parts}, FILES, actor="ana")
    failed = office.jobs.worker.run_one()
    assert failed is not None
    assert failed.problem is not None
    assert [one.place for one in failed.problem.problems] == [
        "/parts/0/document", "/parts/0/document", "/parts/1/file", "/hearing", "page 2",
    ]  # fmt: skip
    wrong = [{"issued": letter.template}, {"issued": "notice-of-hearing"}]
    office.jobs.queue_packet({**PLAN, "parts": wrong}, FILES, actor="ana")
    failed = office.jobs.worker.run_one()
    assert failed is not None
    assert failed.problem is not None
    assert [one.place for one in failed.problem.problems] == ["/parts/1/issued"]


def test_folders_of_killed_processes_are_removed(office: Office) -> None:
    young, old = (office.settings.home / f"working-{name}" for name in ("young", "old"))
    for folder in (young, old):
        folder.mkdir()
        (folder / "half.pdf").write_bytes(b"%PDF")
    os.utime(old, (0, 0))
    office.tidy()
    assert (young.exists(), old.exists()) == (True, False)


def test_an_idle_worker_tidies(office: Office) -> None:
    turns: list[int] = []
    worker = Worker(office.jobs.queue, lambda *_: (), upkeep=lambda: turns.append(1))
    assert not list(worker.finished(drain=True))
    assert not turns, "not at once: opening the office did"
    worker._upkeep_at = 0
    assert not list(worker.finished(drain=True))
    assert not list(worker.finished(drain=True))
    assert turns == [1], "and not at every look"


def test_keys_name_jobs_packets_and_corrections(office: Office, letter: Order) -> None:
    job = office.jobs.queue_letters(letter, everyone=True, actor="ana", idempotency_key="k1")
    again = office.jobs.queue_letters(letter, everyone=True, actor="ana", idempotency_key="k1")
    assert (job.replayed, again.replayed) == (False, True)
    assert office.jobs.queue_letters(letter, everyone=True, actor="ana", idempotency_key="k1").id == job.id
    packet = office.binding.bind(binding_plan(), FILES, actor="ana", idempotency_key="k2")
    assert office.binding.bind(binding_plan(), FILES, actor="ana", idempotency_key="k2").id == packet.id
    first = office.issuing.issue(letter, actor="ana", idempotency_key="k3")

    def correct(reason: str = "A wrong date.") -> str:
        return office.issuing.supersede(first.id, letter, reason=reason, actor="ana", idempotency_key="k4").id

    assert correct() == correct()
    for again in (
        lambda: office.jobs.queue_letters(letter, everyone=False, actor="ana", idempotency_key="k1"),
        lambda: office.binding.bind(binding_plan(), {"a.pdf": b"%PDF other"}, actor="ana", idempotency_key="k2"),
        lambda: office.jobs.queue_packet(PLAN, FILES, actor="ana", idempotency_key="k2"),
        lambda: office.issuing.issue(letter, actor="ana", idempotency_key="k4"),
        lambda: correct("Another reason."),
    ):
        with pytest.raises(Refusal) as refused:
            again()
        assert refused.value.code == "idempotency.mismatch"
    assert (office.issuing.documents().total, len(office.binding.packets()), len(office.jobs.listed())) == (2, 1, 1)


def binding_plan() -> Any:
    from docservice.packets import plan

    return plan.load(PLAN)


def test_one_letter_refused_and_none_is_issued(office: Office, letter: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(parts: Any, task: Any, face: str, *_: Any) -> Any:
        bad = (Finding("checks.cap", "error", "Over its cap.", "/citations/0/fine"),)
        return replace(stub(parts, task, face), findings=bad if task.recipient == "local-contact" else ())

    monkeypatch.setattr(producing, "produce", refusing)
    office.jobs.queue_letters(letter, everyone=True, actor="ana")
    failed = office.jobs.worker.run_one()
    assert failed is not None
    assert failed.problem is not None
    assert (failed.state, failed.results, failed.problem.code) == ("failed", (), "checks.failed")
    assert failed.problem.problems[0].message.startswith("local-contact: ")
    assert office.issuing.documents().total == 0


def test_what_another_try_may_mend_is_tried_again(
    office: Office, letter: Order, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: Any) -> Any:
        raise Refusal("render.crashed", "The rendering process ended.", kind="setup")

    monkeypatch.setattr(producing, "produce", crash)
    job = office.jobs.queue_letters(letter, everyone=False, actor="ana")
    for attempt in range(1, ATTEMPTS):
        tried = office.jobs.worker.run_one()
        assert tried is not None
        assert (tried.state, tried.attempts) == ("queued", attempt)
        assert office.jobs.worker.run_one() is None, "not at once"
        clock.forward(60)
    last = office.jobs.worker.run_one()
    assert last is not None
    assert last.problem is not None
    assert (last.state, last.problem.code, last.id) == ("failed", "render.crashed", job.id)


def test_canceled_while_it_waits_and_while_it_runs(
    office: Office, letter: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = office.jobs.queue_letters(letter, everyone=True, actor="ana")
    assert office.jobs.cancel(waiting.id, actor="ben").state == "canceled"
    assert office.jobs.worker.run_one() is None
    running = office.jobs.queue_letters(letter, everyone=True, actor="ana", mode="each")

    def then_cancel(parts: Any, task: Any, face: str, *_: Any) -> Any:
        assert office.jobs.cancel(running.id, actor="ben").state == "running"
        return stub(parts, task, face)

    monkeypatch.setattr(producing, "produce", then_cancel)
    ended = office.jobs.worker.run_one()
    assert ended is not None
    assert (ended.state, len(ended.results)) == ("canceled", 1), "what is issued stays, and is told"
    assert [one.recipient for one in ended.outcomes] == ["owner"]
    with pytest.raises(Refusal) as refused:
        office.jobs.cancel(running.id, actor="ben")
    assert (refused.value.code, refused.value.kind) == ("job.finished", "conflict")
    assert [e.actor for e in office.audit(subject=running.id) if e.action == "job.canceled"] == ["ben"]


@pytest.mark.parametrize("mode", ["all_or_none", "each"])
def test_a_lease_that_ran_out_is_another_workers(
    mode: Any, opened: Callable[[], Office], letter: Order, clock: Clock
) -> None:
    """The first worker stalls in its second letter; when it wakes, the job is done, and it changes nothing."""
    first, second = opened(), opened()
    job = first.jobs.queue_letters(letter, everyone=True, actor="ana", mode=mode)
    turns: list[str | None] = []

    def stall(parts: Any, task: Any, face: str, *_: Any) -> Any:
        turns.append(task.number)
        if len(turns) == 2:
            assert second.jobs.worker.run_one() is None, "it is held"
            clock.forward(61)
            taken = second.jobs.worker.run_one()
            assert taken is not None
            assert (taken.state, taken.attempts) == ("done", 2)
        return stub(parts, task, face)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(producing, "produce", stall)
        first.jobs.worker.run_part()
    ended = first.jobs.find(job.id)
    assert (ended.id, ended.state, ended.attempts) == (job.id, "done", 2)
    assert first.issuing.documents().total == 2
    assert [first.issuing.document(id).recipient for id in ended.results] == ["owner", "local-contact"]
    assert {one.number for one in first.issuing.documents().items} == {one.number for one in ended.outcomes}


def test_a_job_that_kills_its_workers_is_given_up(office: Office, clock: Clock) -> None:
    job = office.jobs.queue_packet(PLAN, FILES, actor="ana")
    for number in range(ATTEMPTS):
        held = office.jobs.queue.claim(f"worker {number}")
        assert held is not None
        assert office.jobs.queue.beat(held) == "held"
        clock.forward(61)
    assert office.jobs.queue.claim("another") is None
    abandoned = office.jobs.find(job.id)
    assert abandoned.problem is not None
    assert (abandoned.state, abandoned.problem.code) == ("failed", "job.abandoned")
    assert office.jobs.queue.beat(held) == "lost"
    assert office.jobs.queue.finish(held, "done", results=["x"]) is False


def test_the_thread_works_and_a_stop_gives_the_job_back(
    office: Office, letter: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    from threading import Event

    office.jobs.worker.start()
    entered, go_on = Event(), Event()

    def slow(parts: Any, task: Any, face: str, *_: Any) -> Any:
        entered.set()
        assert go_on.wait(30)
        return stub(parts, task, face)

    monkeypatch.setattr(producing, "produce", slow)
    job = office.jobs.queue_letters(letter, everyone=True, actor="ana")
    assert entered.wait(30)
    office.jobs.worker.stop(seconds=0.05)
    back = office.jobs.find(job.id)
    assert (back.state, back.attempts) == ("queued", 0)
    go_on.set()
    for thread in office.jobs.worker._threads:
        thread.join(30)
    assert office.issuing.documents().total == 0, "it began no other part"


def test_a_worker_killed_at_any_step_leaves_its_job_to_another(tmp_path: Path) -> None:
    """Every letter once, one packet, no gap, no orphan."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(HERE / "killed_worker.py"), str(tmp_path / "home"), "23"]
    run = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    outcome = json.loads(run.stdout)
    assert outcome["kills"] >= 10
    assert outcome["left over"] == []
