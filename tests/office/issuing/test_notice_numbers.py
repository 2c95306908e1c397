"""A number for a mailing: the same in every process, and none that is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from docservice.config import Settings
from docservice.office import Office, open_office
from docservice.office.issuing import notice_numbers
from docservice.office.issuing.notice_numbers import Mailing, MailingNumber
from docservice.office.means.means import Prepared
from docservice.storage import numbering
from docservice.storage.holding import HolderLostError
from tests.homes import furnish

LETTERS = [cast(Prepared, SimpleNamespace(series=("NOV", 2026)))] * 2
MAILING = Mailing("0b7f2b0e-8d0f-4c3c-9d5a-0d6a3c1f5e11", ("owner", "agent"))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(Settings(home=furnish(tmp_path / "home"))) as opened:
        yield opened


def reserved(office: Office, mailing: Mailing = MAILING) -> list[int]:
    with office.means.store.database.writing() as session:
        return MailingNumber(mailing).reserve(office.means, session, LETTERS, "nobody")


def open_numbers(office: Office) -> list[tuple[int, str]]:
    with office.means.store.database.reading() as session:
        return [(one.sequence, one.holder or one.why) for one in numbering.standing_open(session)]


def test_every_process_finds_the_number_of_a_mailing(office: Office) -> None:
    assert reserved(office) == reserved(office) == [1, 1]
    other = Mailing("5d0c9f6e-6a54-4f0e-8d55-6f4f4f0a1c22", ("owner", "agent"))
    assert reserved(office, other) == [2, 2]
    assert open_numbers(office) == [(1, MAILING.name), (2, other.name)]


def test_it_is_free_when_the_mailing_is_over(office: Office) -> None:
    reserved(office)
    notice_numbers.end(office.means, MAILING)
    office.means.store.recover()
    assert open_numbers(office) == []


def test_a_number_whose_time_is_over_is_not_used(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another takes it; who comes back with it begins again, under another holder."""
    numbers = reserved(office)
    later = office.means.clock() + timedelta(seconds=MAILING.seconds + 1)
    monkeypatch.setattr(office.means.store.holding, "_clock", lambda: later)
    monkeypatch.setattr(office.means, "clock", lambda: later)
    office.means.store.holding.extend("other", "another", 60)
    with office.means.store.database.writing() as session:
        office.means.store.holding.give_up(session)
        assert numbering.reserve(session, "NOV", 2026, 1, holder="other", at=later) == [1]
    source: Any = MailingNumber(MAILING)
    with pytest.raises(HolderLostError), office.means.store.database.writing() as session:
        source.use(office.means, session, LETTERS, numbers, "nobody")
    assert reserved(office) == [2, 2]
