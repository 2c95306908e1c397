"""The stock of article numbers: each is one letter's, whoever dies meanwhile, and never another's again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from docservice.storage.articles import (
    add_articles,
    change_article,
    counted_articles,
    known_articles,
    release_articles,
    reserve_articles,
    use_articles,
)
from docservice.storage.holding import HolderLostError
from docservice.storage.store import Store, open_store

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
NUMBERS = [f"94071118992231974{n:05}" for n in range(4)]


@pytest.fixture
def clock() -> list[datetime]:
    return [NOON]


@pytest.fixture
def store(tmp_path: Path, clock: list[datetime]) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/x.db", tmp_path / "blobs", clock=lambda: clock[0], lease_seconds=60)
    with opened.database.writing() as session:
        add_articles(session, NUMBERS, batch="roll", at=NOON, actor="ana")
    yield opened
    opened.close()


def states(store: Store) -> str:
    with store.database.reading() as session:
        known = known_articles(session, NUMBERS)
    return " ".join(known[number].state for number in NUMBERS)


def reserve(store: Store, holder: str, count: int) -> list[str]:
    with store.database.writing() as session:
        return reserve_articles(session, count, holder=holder, at=NOON)


def test_the_oldest_is_taken_first_and_what_is_let_go_of_is_free(store: Store) -> None:
    with store.holding.held() as holder:
        assert reserve(store, holder, 2) == NUMBERS[:2]
        assert reserve(store, holder, 9) == NUMBERS[2:]
        assert reserve(store, holder, 1) == []
        with store.database.writing() as session:
            release_articles(session, holder, [NUMBERS[1]], at=NOON)
        assert states(store) == "reserved free reserved reserved"
        assert reserve(store, holder, 1) == [NUMBERS[1]]
        with store.database.writing() as session:
            release_articles(session, holder, at=NOON)
    assert states(store) == "free free free free"


def test_what_a_dead_process_held_is_free_and_what_it_held_it_cannot_use(store: Store, clock: list[datetime]) -> None:
    store.holding.extend("job-1", "a job", 60)
    assert reserve(store, "job-1", 1) == NUMBERS[:1]
    clock[0] += timedelta(seconds=61)
    store.recover()
    assert states(store) == "free free free free"
    with pytest.raises(HolderLostError), store.database.writing() as session:
        use_articles(session, {NUMBERS[0]: "document-1"}, holder="job-1", at=NOON)


def test_what_nobody_settled_yet_can_be_taken_over(store: Store) -> None:
    store.holding.extend("job-1", "a job", 60)
    assert reserve(store, "job-1", 1) == NUMBERS[:1]
    store.holding.dismiss(["job-1"])
    with store.holding.held() as holder:
        assert reserve(store, holder, 1) == NUMBERS[:1]


@pytest.mark.parametrize("state", ["printed", "mailed", "spoiled"])
def test_what_was_used_is_never_taken_again(store: Store, state: str) -> None:
    with store.database.writing() as session:
        change_article(session, NUMBERS[0], state, at=NOON)  # type: ignore[arg-type]
    with store.holding.held() as holder:
        assert reserve(store, holder, 9) == NUMBERS[1:]
        with store.database.writing() as session:
            release_articles(session, holder, at=NOON)
    with store.database.reading() as session:
        assert counted_articles(session) == {
            "free": 3,
            "reserved": 0,
            "printed": 0,
            "mailed": 0,
            "spoiled": 0,
            state: 1,
        }
