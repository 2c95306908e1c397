"""The feed under writers at once, on real databases: no reader ever skips a position that is committed later."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docservice.config import Settings
from docservice.office import Office, open_office
from docservice.storage import audit
from tests.homes import furnish

WRITERS, EACH = 4, 25


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path, fonts_folder: Path) -> Settings:
    if request.param == "sqlite":
        return Settings(home=furnish(tmp_path / "home", fonts_folder))
    home = tmp_path / "home"
    home.mkdir()
    (home / "fonts").symlink_to(fonts_folder)
    return Settings(home=home, database_url=request.getfixturevalue("postgres_url"))


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:  # type: ignore[override]
    with open_office(settings) as opened:
        yield opened


def _write(settings: Settings, writer: int) -> None:
    """Adds lines, each in a transaction that stays open for a while after its line is there."""
    from docservice.storage.database import Database

    database = Database(settings.database)
    for turn in range(EACH):
        with database.writing() as session:
            from datetime import UTC, datetime

            detail = {"case": f"CE-{writer}-{turn}", "revision": 1, "sha256": "0" * 64}
            audit.record(session, at=datetime.now(UTC), actor="test", action="case.changed",
                         subject=f"case/{writer}", detail=detail)  # fmt: skip
            time.sleep(0.002 * ((writer + turn) % 3))
    database.close()


def test_a_reader_beside_writers_misses_nothing(office: Office, settings: Settings) -> None:
    start = office.cases.feed(0, limit=1000).next
    seen: list[int] = []
    told: list[str] = []
    done = threading.Event()

    def read() -> None:
        position = start
        while True:
            last = done.is_set()
            piece = office.cases.feed(position, limit=7)
            for line in piece.lines:
                assert line.position > position
                seen.append(line.position)
                told.append(str(line.case))
            assert piece.next >= position
            position = piece.next
            if last and not piece.more and not piece.lines:
                return

    reader = threading.Thread(target=read)
    reader.start()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])  # imported once for all writers
    writers = [context.Process(target=_write, args=(settings, n)) for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(300)
        assert writer.exitcode == 0
    done.set()
    reader.join(60)
    assert seen == sorted(set(seen))
    assert sorted(told) == sorted(f"CE-{writer}-{turn}" for writer in range(WRITERS) for turn in range(EACH))


def test_a_line_that_is_not_committed_is_not_told_and_holds_the_later_ones(office: Office) -> None:
    """Another writer's line waits for the first one's commit: none becomes visible before it."""
    start = office.cases.feed(0, limit=1000).next
    database = office.means.store.database
    second = threading.Event()

    def line(session: Any, number: str) -> None:
        detail = {"case": number, "revision": 1, "sha256": "0" * 64}
        audit.record(session, at=office.means.clock(), actor="test", action="case.changed", subject="case/x",
                     detail=detail)  # fmt: skip

    def later() -> None:
        with database.writing() as session:
            line(session, "later")
        second.set()

    with database.writing() as session:
        line(session, "first")
        thread = threading.Thread(target=later)
        thread.start()
        assert not second.wait(0.3)
        assert office.cases.feed(start, limit=10).lines == ()
    thread.join(30)
    assert [one.case for one in office.cases.feed(start, limit=10).lines] == ["first", "later"]
