"""Holders: renewed while they hold something, given up when they are late, never while they keep something."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from docservice.storage import audit, numbering
from docservice.storage.holding import HolderLostError, Holding
from docservice.storage.models import HolderRow
from docservice.storage.store import Store, open_store

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LEASE = 60.0


def holders(store: Store) -> list[HolderRow]:
    with store.database.reading() as session:
        return list(session.scalars(select(HolderRow).order_by(HolderRow.alive_until)))


@pytest.fixture
def late(store: Store) -> Holding:
    """A process by whose clock every lease of now is over."""
    return Holding(store.database, lambda: datetime.now(UTC) + timedelta(seconds=LEASE + 1), LEASE)


def test_who_holds_nothing_leaves_nothing(store: Store, tmp_path: Path) -> None:
    assert holders(store) == []  # reading needs no holder
    with store.holding.held() as first, store.holding.held() as second:
        assert first == second
        assert [row.id for row in holders(store)] == [first]
    store.blobs.close()
    assert holders(store) == []


def test_a_lease_is_renewed_while_something_is_held(store: Store) -> None:
    quick = Holding(store.database, lambda: datetime.now(UTC), 0.2)
    renewed = threading.Event()
    with quick.held() as holder:
        first = holders(store)[0].alive_until
        while holders(store)[0].alive_until == first:
            assert not renewed.wait(0.02)  # the test's own time limit ends it
        assert holders(store)[0].id == holder
    quick.close()


def test_who_is_late_is_given_up_and_can_keep_nothing(store: Store, late: Holding) -> None:
    with store.holding.held() as holder:
        with store.database.writing() as session:
            late.give_up(session)
        with pytest.raises(HolderLostError), store.database.writing() as session:
            store.holding.confirm(session, holder)
        store.holding.abandon(holder)
        with store.holding.held() as fresh, store.database.writing() as session:
            store.holding.confirm(session, fresh)
        assert fresh != holder


def test_who_keeps_something_at_that_moment_is_stepped_over(postgres_url: str, tmp_path: Path) -> None:
    """On SQLite a write is alone anyway. Here neither waits for the other, and what was confirmed is kept."""
    store = open_store(postgres_url, tmp_path / "blobs")
    late = Holding(store.database, lambda: datetime.now(UTC) + timedelta(hours=1), LEASE)
    with store.holding.held() as holder:
        with store.database.writing() as keeping:
            store.holding.confirm(keeping, holder)
            with store.database.writing() as other:
                late.give_up(other)
            with store.database.writing() as renewing:  # nor does a renewal wait
                row = renewing.get_one(HolderRow, holder)
                row.alive_until += timedelta(seconds=1)
        assert holders(store)[0].lost_at is None
        with store.database.writing() as other:
            late.give_up(other)
        assert holders(store)[0].lost_at is not None
    store.close()


def test_a_process_that_starts_stops_nobodys_writes(postgres_url: str, tmp_path: Path) -> None:
    """A write is open all the while; another process starts, settles what a dead one left, and others go on writing."""
    writer = open_store(postgres_url, tmp_path / "blobs")
    dead = open_store(postgres_url, tmp_path / "blobs", clock=lambda: NOON)
    left = dead.blobs.staging().__enter__()
    left.put(b"of the dead")
    with dead.database.writing() as session:
        numbering.reserve(session, "NOV", 2026, 1, holder=left.holder, at=NOON)
    with writer.blobs.staging() as stage:
        stage.put(b"under way")
        with writer.database.writing() as session:
            stage.confirm(session)
            numbering.reserve(session, "AC", 2026, 1, holder=stage.holder, at=NOON)
            audit.record(session, at=NOON, actor="ana", action="x", subject="y")
            # All of this in one thread: whoever waited for the open write would wait for ever.
            starting = open_store(postgres_url, tmp_path / "blobs")
            assert starting.recover() == (0, 1)
            with writer.database.writing() as other:
                numbering.reserve(other, "NOV", 2026, 1, holder=stage.holder, at=NOON)
        stage.publish()
    with starting.database.reading() as session:
        assert [(one.prefix, one.sequence) for one in numbering.standing_open(session)] == [("AC", 1), ("NOV", 1)]
    for one in (starting, writer, dead):
        one.close()
