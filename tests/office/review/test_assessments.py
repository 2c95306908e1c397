"""Assessments on their way: on all rendering processes, begun when a draft is saved, seen as far as they have come."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, BrokenBarrierError, Event, Lock, Thread
from time import monotonic, sleep
from typing import Any

import pytest

from docservice.jobs import pool as pools
from docservice.office import Office
from docservice.office.people.roles import Actor
from docservice.office.review import assessing
from docservice.office.review.assessments import Underway
from docservice.refusal import Refusal
from tests.office.reviewed import KEY, an_office, people, proposal


class Hands:
    """Rendering processes that are threads: two at a time, as far as they are let."""

    workers = 2

    def __init__(self) -> None:
        self.together = Barrier(2)
        self.let = Event()
        self.let.set()
        self.calls = self.alone = 0
        self.lock = Lock()

    def call(self, function: Any, parts: Any, *args: Any) -> Any:
        with self.lock:
            self.calls += 1
        try:
            self.together.wait(20)
        except BrokenBarrierError:
            self.alone += 1
        assert self.let.wait(60)
        with self.lock:
            return function(parts, *args)

    def close(self) -> None:
        self.let.set()


@pytest.fixture
def office(tmp_path: Path, fonts_folder: Path) -> Iterator[Office]:
    with an_office(tmp_path / "home", fonts_folder) as opened:
        yield opened


pytestmark = pytest.mark.usefixtures("samples_anew")


@pytest.fixture
def hands(office: Office, monkeypatch: pytest.MonkeyPatch) -> Hands:
    made = Hands()
    monkeypatch.setattr(office.shop, "pool", made)
    return made


@pytest.fixture
def cora(office: Office) -> Actor:
    return people(office)["cora"]


def until(true: Any) -> None:
    end = monotonic() + 60
    while not true():
        assert monotonic() < end
        sleep(0.01)


def test_a_saved_draft_is_assessed_on_all_rendering_processes(office: Office, hands: Hands, cora: Actor) -> None:
    hands.let.clear()
    number = office.review.propose(proposal("<p>{{ case.number }}</p>"), actor=cora).number
    until(lambda: hands.calls == 2)  # nobody has looked yet, and both are at work
    underway = office.review.underway(KEY, number)
    assert (underway.done, underway.rendered, underway.total) == (False, 0, 30)
    hands.let.set()
    found = underway.result()
    assert (len(found.samples), underway.rendered, hands.calls, hands.alone) == (30, 30, 30, 0)
    assert set(underway.findings) == set(found.findings)
    assert office.review.underway(KEY, number) is underway
    # The order of the samples is that of one after another.
    office.shop.pool = None
    plain = office.review.assess(KEY, number)
    assert (plain.samples, plain.findings) == (found.samples, found.findings)


def test_what_would_end_again_is_not_tried_again(office: Office, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: Any) -> Any:
        hands.calls += 1
        raise Refusal("render.timeout", "Too slow.", kind="timeout")

    monkeypatch.setattr(hands, "call", slow)
    found = office.review.assess(KEY, 1)
    assert {finding.code for finding in found.errors} == {"render.timeout"}
    assert 1 <= len(found.samples) == hands.calls <= Hands.workers


def test_one_that_failed_is_begun_anew(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    real = assessing.assess
    monkeypatch.setattr(assessing, "assess", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        office.review.underway(KEY, 1).result()
    monkeypatch.setattr(assessing, "assess", lambda *given: real(*given))
    again: Underway = office.review.underway(KEY, 1)
    assert again.result().errors == ()


def test_whoever_makes_many_things_lets_others_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    class Worker:
        alive = True

        def __init__(self, *_: Any) -> None: ...

        def call(self, job: Any, *_: Any) -> tuple[bool, Any]:
            sleep(0.01)
            return True, job[1][0]

        def is_running(self) -> bool:
            return True

        def kill(self) -> None: ...

    monkeypatch.setattr(pools, "_Worker", Worker)
    pool = pools.Pool(1)
    done: list[str] = []
    begun = Event()

    def many() -> None:
        for _ in range(40):
            done.append(pool.call(lambda _, what: what, {}, "many"))
            begun.set()

    thread = Thread(target=many)
    thread.start()
    begun.wait(60)
    for _ in range(3):
        done.append(pool.call(lambda _, what: what, {}, "letter"))
    thread.join(60)
    assert done.index("letter") <= 6
    assert len(done) == 43
    pool.close()
