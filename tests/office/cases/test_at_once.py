"""Many write one case at once, as other processes would: one is kept, the others are told; on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from docservice.config import Settings
from docservice.office import Office, open_office
from docservice.office.cases.happening import CaseEventOrder
from docservice.refusal import Refusal
from tests.homes import furnish

NUMBER = "CE-2026-0231"
Example = Callable[[str], tuple[dict[str, Any], dict[str, bytes]]]


@pytest.fixture(params=["sqlite", "postgresql"])
def offices(request: pytest.FixtureRequest, tmp_path: Path, fonts_folder: Path) -> Iterator[list[Office]]:
    """Three on the same data."""
    home = tmp_path / "home"
    if request.param == "sqlite":
        settings = Settings(home=furnish(home, fonts_folder))
    else:
        home.mkdir()
        (home / "fonts").symlink_to(fonts_folder)
        settings = Settings(home=home, database_url=request.getfixturevalue("postgres_url"))
    opened = [open_office(settings) for _ in range(3)]
    yield opened
    for office in opened:
        office.close()


def at_once(offices: list[Office], act: Callable[[Office, int], str]) -> list[str]:
    """What each came to: what ``act`` says, or the code of its refusal."""
    start, outcomes = threading.Barrier(len(offices)), list[str]()

    def one(place: int) -> None:
        start.wait()
        try:
            outcomes.append(act(offices[place], place))
        except Refusal as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=one, args=(place,)) for place in range(len(offices))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_one_of_many_is_kept(offices: list[Office], example: Example) -> None:
    facts, _ = example(NUMBER)

    def told(place: int) -> dict[str, Any]:
        return {**facts, "case": {**facts["case"], "title": f"By {place}"}}

    def create(office: Office, place: int) -> str:
        return office.cases.put(NUMBER, told(place), actor=f"clerk{place}", saw="new").outcome

    def change(office: Office, place: int) -> str:
        return office.cases.put(NUMBER, told(place + 7), actor=f"clerk{place}", saw=1).outcome

    assert at_once(offices, create) == ["case.exists", "case.exists", "created"]
    assert at_once(offices, change) == ["case.changed", "case.changed", "changed"]
    assert offices[0].cases.read(NUMBER).summary.revision == 2
    assert offices[0].verify_audit() is None


def test_a_case_is_closed_once(offices: list[Office], example: Example) -> None:
    facts, _ = example(NUMBER)
    office = offices[0]
    office.cases.put(NUMBER, facts, actor="clerk", saw="new")
    today = office.means.today()

    def close(office: Office, place: int) -> str:
        order = CaseEventOrder("closed", today, NUMBER, {"reason": f"By {place}."})
        return office.cases.tell(NUMBER, order, actor=f"clerk{place}").type

    assert at_once(offices, close) == ["closed", "event.contradicts", "event.contradicts"]
    assert [one.type for one in office.cases.events(NUMBER)] == ["closed"]


def test_a_request_sent_twice_at_once_tells_once(offices: list[Office], example: Example) -> None:
    facts, _ = example(NUMBER)
    offices[0].cases.put(NUMBER, facts, actor="clerk", saw="new")
    order = CaseEventOrder("closed", offices[0].means.today(), NUMBER, {"reason": "All corrected."})

    def close(office: Office, place: int) -> str:
        return str(office.cases.tell(NUMBER, order, actor="clerk", idempotency_key="k1").position)

    assert len(set(at_once(offices, close))) == 1
    assert len(offices[0].cases.events(NUMBER)) == 1


def test_a_number_that_grows_when_it_is_folded_is_kept(offices: list[Office], example: Example) -> None:
    """One character may be eighteen in its plain form; PostgreSQL holds a text to its column."""
    facts, _ = example(NUMBER)
    number = "\ufdfa" * 90
    facts["case"]["number"] = number
    assert offices[0].cases.put(number, facts, actor="clerk", saw="new").outcome == "created"
    assert offices[0].cases.summary(number).number == number
