"""Numbers: what documents have and what stands open are together 1 … last, whatever happens to who holds them."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule
from sqlalchemy import select

from docservice.storage import numbering
from docservice.storage.database import Database
from docservice.storage.holding import HolderLostError, Holding
from docservice.storage.models import Base, SeriesRow
from docservice.storage.store import Store

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LEASE = 60.0
SERIES = (("NOV", 2026), ("NOV", 2027), ("AC", 2026))


class Desks(RuleBasedStateMachine):
    """Processes reserve, use, let go, die and wake up again; a model of two sets says what must be true."""

    reserved = Bundle("reserved")

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.database = Database(f"sqlite:///{Path(self.folder.name) / 'n.db'}")
        Base.metadata.create_all(self.database.engine)
        self.now = NOON
        self.used: dict[tuple[str, int], set[int]] = {series: set() for series in SERIES}
        self.desks = [Holding(self.database, lambda: self.now, LEASE) for _ in range(3)]

    def teardown(self) -> None:
        for desk in self.desks:
            desk.close()
        self.database.close()
        self.folder.cleanup()

    @rule(target=reserved, desk=st.integers(0, 2), series=st.sampled_from(SERIES), count=st.integers(1, 4))
    def reserve(self, desk: int, series: tuple[str, int], count: int) -> tuple[str, tuple[str, int], list[int]]:
        with self.desks[desk].held() as holder, self.database.writing() as session:
            self.desks[desk].give_up(session)
            numbers = numbering.reserve(session, *series, count, holder=holder, at=self.now)
        assert numbers == sorted(set(numbers))
        assert not self.used[series] & set(numbers)
        return holder, series, numbers

    @rule(block=consumes(reserved), share=st.integers(0, 4))
    def keep(self, block: tuple[str, tuple[str, int], list[int]], share: int) -> None:
        """The first so many become documents, and the rest is let go; or none does, when the lease was lost."""
        holder, series, numbers = block
        try:
            with self.database.writing() as session:
                self.desks[0].confirm(session, holder)
                numbering.use(session, *series, numbers[:share], holder=holder)
            self.used[series] |= set(numbers[:share])
        except HolderLostError:
            share = 0
        with self.database.writing() as session:
            numbering.release(session, *series, numbers[share:], holder=holder, why="checks.failed", at=self.now)

    @rule(block=consumes(reserved))
    def die(self, block: tuple[str, tuple[str, int], list[int]]) -> None:
        """Who reserved it never comes back."""
        for place, desk in enumerate(self.desks):
            if block[0] in desk.mine:
                self.desks[place] = Holding(self.database, lambda: self.now, LEASE)

    @rule(seconds=st.sampled_from([1.0, LEASE + 1]))
    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def settle(self) -> None:
        with self.database.writing() as session:
            self.desks[0].give_up(session)
            numbering.settle(session, self.now)

    @invariant()
    def nothing_is_missing_and_nothing_twice(self) -> None:
        with self.database.reading() as session:
            last = {(row.prefix, row.year): row.last for row in session.scalars(select(SeriesRow))}
            every = numbering.standing_open(session)
        for series in SERIES:
            standing = [one.sequence for one in every if (one.prefix, one.year) == series]
            assert sorted([*self.used[series], *standing]) == list(range(1, last.get(series, 0) + 1))


Desks.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestDesks = Desks.TestCase


def test_threads_that_fail_half_the_time_leave_no_gap(store: Store) -> None:
    given: list[int] = []

    def work(turn: int) -> None:
        for attempt in range(6):
            with store.holding.held() as holder:
                with store.database.writing() as session:
                    [number] = numbering.reserve(session, "NOV", 2026, 1, holder=holder, at=NOON)
                with store.database.writing() as session:
                    if (turn + attempt) % 2:
                        numbering.release(session, "NOV", 2026, [number], holder=holder, why="refused", at=NOON)
                    else:
                        numbering.use(session, "NOV", 2026, [number], holder=holder)
                        given.append(number)

    threads = [threading.Thread(target=work, args=(turn,)) for turn in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.database.reading() as session:
        standing = [one.sequence for one in numbering.standing_open(session)]
    with store.holding.held() as holder, store.database.writing() as session:
        rest = numbering.reserve(session, "NOV", 2026, 18 + len(standing) - len(given), holder=holder, at=NOON)
    assert len(given) == 18
    assert rest == standing  # the next letters close every gap
    assert sorted(given + rest) == list(range(1, 19 + len(standing)))


def test_what_stands_open_says_why(store: Store) -> None:
    dead = Holding(store.database, lambda: NOON, LEASE)
    later = Holding(store.database, lambda: NOON + timedelta(seconds=LEASE + 1), LEASE)
    with dead.held() as lost, store.holding.held() as holder:
        with store.database.writing() as session:
            numbering.reserve(session, "NOV", 2026, 1, holder=holder, at=NOON)  # 1
            numbering.reserve(session, "NOV", 2026, 1, holder=lost, at=NOON)  # 2
            numbering.reserve(session, "NOV", 2026, 1, holder=holder, at=NOON)  # 3
        with store.database.writing() as session:
            numbering.release(session, "NOV", 2026, [1], holder=holder, why="checks.failed", at=NOON)
        with store.database.reading() as session:
            found = [(one.sequence, one.why, one.holder is not None) for one in numbering.standing_open(session)]
        assert found == [(1, "checks.failed", False), (2, "reserved", True), (3, "reserved", True)]
        with store.database.writing() as session:
            later.give_up(session)
        with store.database.reading() as session:
            assert [one.why for one in numbering.standing_open(session)] == ["checks.failed", "lost", "reserved"]
            assert numbering.any_lost(session)
        with store.database.writing() as session:
            numbering.use(session, "NOV", 2026, [3], holder=holder)
            assert numbering.reserve(session, "NOV", 2026, 3, holder=holder, at=NOON) == [1, 2, 4]
