"""Mailings: each letter typeset once, each recipient's outcome, all or none or each for itself, and fair turns."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from docservice.config import Settings
from docservice.finding import Finding
from docservice.jobs import queue as queue_room
from docservice.office import Office, Order, open_office
from docservice.office.binding import binding
from docservice.pipeline import producing
from docservice.refusal import Refusal
from tests.homes import furnish
from tests.office.crowd import crowd
from tests.office.killed import bound, stub

PLAN = {"title": "A packet", "case": "CE-2026-0231", "parts": [{"generated": "cover"}, {"file": "a.pdf", "title": "A"}]}
LETTERS = 5  # of a part, here
Opened = Callable[[], Office]


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """``opened()`` is another office on the same records, as another process would have it. Rendering is a stub."""
    monkeypatch.setattr(queue_room, "LETTERS", LETTERS)
    monkeypatch.setattr(producing, "produce", stub)
    monkeypatch.setattr(binding, "_make_ready", lambda *_: None)
    monkeypatch.setattr(binding, "_assemble", bound)
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    home, offices = tmp_path / "home", list[Office]()
    if not url:
        furnish(home)

    def one() -> Office:
        offices.append(open_office(Settings(home=home, database_url=url)))
        return offices[-1]

    yield one
    for office in offices:
        office.close()


@pytest.fixture
def typeset(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each recipient's letter was typeset. The letter to a ``p3`` has an error."""
    counted: Counter[str] = Counter()

    def count(parts: Any, task: Any, face: str, *_: Any) -> Any:
        counted[task.recipient] += 1
        bad = (Finding("checks.cap", "error", "Over its cap.", "/citations/0/fine"),)
        return replace(stub(parts, task, face), findings=bad if task.recipient == "p3" else ())

    monkeypatch.setattr(producing, "produce", count)
    return counted


def without_p3(order: Order) -> Order:
    parties = [party for party in order.casefile["parties"] if party["id"] != "p3"]
    return replace(order, casefile={**order.casefile, "parties": parties})


def sound(office: Office, count: int, notices: int = 1) -> None:
    """``count`` documents, copies of notices without a gap or an open number; nothing is left of the way there."""
    found = office.issuing.documents(per_page=500).items
    assert len(found) == len({one.number for one in found}) == count
    assert sorted({one.notice for one in found}) == [f"AC-2026-{n + 1:04d}" for n in range(notices)]
    assert all(one.number in (f"{one.notice}.{one.copy}", one.notice) for one in found)
    with office.means.store.database.reading() as session:
        from docservice.storage import numbering

        assert numbering.standing_open(session) == []
    assert office.verify_audit() is None
    assert not list(office.settings.home.glob("working-*"))


@pytest.mark.parametrize("mode", ["all_or_none", "each"])
def test_each_letter_is_typeset_once_and_each_outcome_is_told(
    mode: Any, opened: Opened, citation: Order, typeset: Counter[str]
) -> None:
    """The process that checked is not the one that issues; what was checked is what is issued."""
    first, second = opened(), opened()
    order = without_p3(crowd(citation, LETTERS + 2))
    job = first.jobs.queue_letters(order, everyone=True, actor="ana", mode=mode)
    told = []
    for turn in range(4):
        office = (first, second)[turn % 2]
        now = office.jobs.worker.run_part()
        if now is None:
            break
        told.append((now.checked, now.done, now.state))
    done = first.jobs.find(job.id)
    everybody = [party["id"] for party in order.casefile["parties"]]
    assert (done.state, done.done, done.checked, done.total) == ("done", len(everybody), len(everybody), len(everybody))
    assert told == (
        [(5, 0, "running"), (6, 0, "running"), (6, 5, "running"), (6, 6, "done")]
        if mode == "all_or_none"
        else [(5, 5, "running"), (6, 6, "done")]
    )
    assert typeset == Counter(dict.fromkeys(everybody, 1))
    assert [one.recipient for one in done.outcomes] == everybody
    assert [one.document for one in done.outcomes] == list(done.results)
    assert all(
        one.problem is None and first.issuing.document(one.document or "").number == one.number for one in done.outcomes
    )
    sound(first, len(everybody))


def test_one_is_refused_and_the_others_go_out(opened: Opened, citation: Order, typeset: Counter[str]) -> None:
    office = opened()
    office.jobs.queue_letters(crowd(citation, 6), everyone=True, actor="ana", mode="each")
    done = office.jobs.worker.run_one()
    assert done is not None
    assert (done.state, done.problem, done.done, len(done.results)) == ("done", None, 6, 5)
    told = {one.recipient: one for one in done.outcomes}
    refused = told.pop("p3")
    assert (refused.document, refused.number) == (None, None)
    assert refused.problem is not None
    assert [one.place for one in refused.problem.problems] == ["/citations/0/fine"]
    assert all(one.number for one in told.values())
    assert set(typeset.values()) == {1}, "nobody takes the number of the refused one: it is the notice's"
    sound(office, 5)


def test_one_is_refused_and_none_goes_out(opened: Opened, citation: Order, typeset: Counter[str]) -> None:
    office = opened()
    office.jobs.queue_letters(crowd(citation, LETTERS + 2), everyone=True, actor="ana")
    failed = office.jobs.worker.run_one()
    assert failed is not None
    assert failed.problem is not None
    assert (failed.state, failed.done, failed.checked, failed.results) == ("failed", 0, LETTERS + 2, ())
    assert failed.problem.problems[0].message == "p3: Over its cap."
    assert [one.recipient for one in failed.outcomes if one.problem is not None] == ["p3"]
    assert set(typeset.values()) == {1}
    sound(office, 0, 0)
    assert office.issuing.issue(replace(citation, attachments={}), actor="ana").number == "AC-2026-0001"


@pytest.mark.parametrize("lost", ["files", "numbers", "wording"])
def test_what_is_not_what_was_checked_is_made_again(
    lost: str, opened: Opened, citation: Order, typeset: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files between checking and issuing are gone, the numbers' lease was over, or the letter would be another."""
    office = opened()
    job = office.jobs.queue_letters(crowd(citation, 3), everyone=True, actor="ana")
    checked = office.jobs.worker.run_part()
    assert checked is not None
    assert (checked.checked, checked.done) == (3, 0)
    if lost == "files":
        shutil.rmtree(office.settings.home / f"working-{job.id}")
    elif lost == "numbers":
        later = datetime.now(UTC) + timedelta(hours=1)
        monkeypatch.setattr(office.means.store.holding, "_clock", lambda: later)
        assert office.issuing.issue(replace(citation, attachments={}), actor="ana").number == "AC-2026-0001"
        monkeypatch.setattr(office.means.store.holding, "_clock", office.means.clock)
    else:
        monkeypatch.setattr(office.means, "verify_url", lambda _edition, code: f"https://town.example/{code}")
    done = office.jobs.worker.run_one()
    assert done is not None
    assert (done.state, len(done.results)) == ("done", 3)
    assert typeset["p1"] == 2
    sound(office, *((4, 2) if lost == "numbers" else (3, 1)))


def test_a_short_job_is_done_before_the_long_one_ahead_of_it(opened: Opened, citation: Order) -> None:
    """One worker; a mailing of many parts, another one, then a single letter, which waits for one turn at most."""
    office = opened()
    long = [
        office.jobs.queue_letters(crowd(citation, 6 * LETTERS), everyone=True, actor="ana", mode="each")
        for _ in range(2)
    ]
    assert office.jobs.worker.run_part() is not None
    short = office.jobs.queue_letters(replace(citation, attachments={}), everyone=False, actor="ana")
    turns = [now.id for now in iter(office.jobs.worker.run_part, None)]
    assert turns.index(short.id) <= 2
    rest = [id for id in turns if id != short.id]
    assert abs(rest[:6].count(long[0].id) - rest[:6].count(long[1].id)) <= 1, "and the long ones take turns"
    assert [office.jobs.find(job.id).state for job in (*long, short)] == ["done"] * 3
    sound(office, 12 * LETTERS + 1, 3)


def test_two_workers_share_a_mailing_and_a_dead_ones_part_is_taken_over(
    opened: Opened, citation: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = opened(), opened()
    job = first.jobs.queue_letters(crowd(citation, 2 * LETTERS), everyone=True, actor="ana", mode="each")
    parts = [office.jobs.queue.claim(office.jobs.worker.name) for office in (first, second)]
    assert [part.n for part in parts if part is not None] == [0, 1]
    assert first.jobs.queue.claim("a third") is None
    later = datetime.now(UTC) + timedelta(seconds=61)
    monkeypatch.setattr(second.jobs.queue, "_clock", lambda: later)
    done = second.jobs.worker.run_one()
    assert done is not None
    assert (done.id, done.state, done.attempts, len(done.results)) == (job.id, "done", 2, 2 * LETTERS)
    assert parts[0] is not None
    assert first.jobs.queue.beat(parts[0]) == "lost"
    sound(first, 2 * LETTERS)


def test_letters_do_not_wait_for_a_packet(opened: Opened, citation: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    office = opened()
    entered, go_on = Event(), Event()

    def slow(*_: Any) -> None:
        entered.set()
        assert go_on.wait(30)

    monkeypatch.setattr(binding, "_make_ready", slow)
    packet = office.jobs.queue_packet(PLAN, {"a.pdf": b"%PDF"}, actor="ana")
    office.jobs.worker.start()
    assert entered.wait(30)
    letter = office.jobs.queue_letters(replace(citation, attachments={}), everyone=False, actor="ana")
    waited = Event()
    while office.jobs.find(letter.id).state != "done" and not waited.wait(0.05):
        assert office.jobs.find(packet.id).state == "running"
    go_on.set()
    while office.jobs.find(packet.id).finished_at is None and not waited.wait(0.05):
        pass
    assert office.jobs.find(packet.id).state == "done"


def test_a_mailing_here_and_now(opened: Opened, citation: Order, typeset: Counter[str]) -> None:
    """As the command line issues it: the same two ways, without a queue."""
    office = opened()
    orders = [replace(crowd(citation, 6), recipient=name) for name in ("owner", "p1", "p2", "p3", "p4")]
    with pytest.raises(Refusal) as caught:
        office.jobs.mailings.issue(orders, mode="all_or_none", actor="ana")
    assert [one.message for one in caught.value.problems] == ["p3: Over its cap."]
    assert set(typeset.values()) == {1}
    sound(office, 0, 0)
    typeset.clear()
    fine = [order for order in orders if order.recipient != "p3"]
    made = office.jobs.mailings.issue(fine, mode="all_or_none", actor="ana")
    assert not any(isinstance(one, Refusal) for one in made)
    assert set(typeset.values()) == {1}
    sound(office, 4)
    mixed = office.jobs.mailings.issue(orders, mode="each", actor="ana")
    assert [isinstance(one, Refusal) for one in mixed] == [False, False, False, True, False]
    sound(office, 8, 2)
    assert [one.copy for one in mixed if not isinstance(one, Refusal)] == [1, 2, 3, 5], "copy 4 is p3's"


def test_what_was_checked_is_what_reproduces(tmp_path: Path, fonts_folder: Path, citation: Order) -> None:
    """The real pages, made in rendering processes, kept in a file between the two stages."""
    settings = Settings(home=furnish(tmp_path / "home", fonts_folder), isolated_rendering=True)
    with open_office(settings) as office:
        office.jobs.queue_letters(replace(citation, attachments={}), everyone=True, actor="ana")
        done = office.jobs.worker.run_one()
        assert done is not None
        assert (done.state, len(done.results)) == ("done", 2), done.problem
        for id in done.results:
            assert office.issuing.reproduce(id).identical
            assert office.issuing.verify(office.issuing.document(id).verify_code).id == id
