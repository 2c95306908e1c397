"""Sessions of the desk: they end by time, by hand, by a new password, by disabling; the database cannot open them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from docservice.config import Settings
from docservice.office import Office, open_office
from docservice.office.means.records import AccountRecord
from docservice.office.people.sessions import IDLE, LONGEST, form_token
from docservice.storage.models import DeskSessionRow
from tests.homes import furnish
from tests.office.reviewed import NOON

GOOD = "correct horse battery"
SECOND = timedelta(seconds=1)


@dataclass
class Clock:
    now = NOON

    def __call__(self):  # type: ignore[no-untyped-def]
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(tmp_path: Path, fonts_folder: Path, clock: Clock) -> Iterator[Office]:
    with open_office(Settings(home=furnish(tmp_path / "home", fonts_folder, NOON)), clock=clock) as opened:
        yield opened


@pytest.fixture
def ana(office: Office) -> AccountRecord:
    return office.accounts.add("ana", "Ana", ["staff"], password=GOOD, actor="cli:op")


def rows(office: Office) -> list[DeskSessionRow]:
    with office.shop.store.database.reading() as session:
        return list(session.scalars(select(DeskSessionRow)))


def test_a_session_is_found_by_its_secret_alone(office: Office, ana: AccountRecord) -> None:
    secret = office.sessions.begin(ana)
    found = office.sessions.find(secret)
    assert found is not None
    assert (found.account, found.form_token) == (ana, form_token(secret))
    (row,) = rows(office)
    assert secret not in (row.secret_sha256, found.form_token)
    assert office.sessions.find(row.secret_sha256) is None
    assert office.sessions.find(found.form_token) is None
    assert office.sessions.find("") is None


@pytest.mark.parametrize(
    ("waits", "alive"),
    [
        ([IDLE - SECOND], True),
        ([IDLE], False),
        ([IDLE - SECOND, IDLE - SECOND], True),
        ([IDLE - SECOND] * 19, True),
        ([IDLE - SECOND] * 19 + [LONGEST - 19 * (IDLE - SECOND)], False),
        ([timedelta(seconds=59), IDLE - timedelta(seconds=59)], False),  # a look within the minute is not written down
    ],
)
def test_it_ends_by_time(office: Office, clock: Clock, ana: AccountRecord, waits: list[timedelta], alive: bool) -> None:
    secret = office.sessions.begin(ana)
    for wait in waits:
        clock.now += wait
        found = office.sessions.find(secret)
    assert (found is not None) == alive
    if found is not None:
        assert clock.now < found.ends_at <= found.started_at + LONGEST


@pytest.mark.parametrize(
    "end",
    [
        lambda office: office.accounts.set_password("ana", "another horse battery", actor="cli:op"),
        lambda office: office.accounts.change_password("ana", GOOD, "another horse battery"),
        lambda office: office.accounts.disable("ana", actor="cli:op"),
    ],
)
def test_a_new_password_and_disabling_end_all_of_somebody(
    office: Office, ana: AccountRecord, end: Callable[[Office], object]
) -> None:
    ben = office.accounts.add("ben", "Ben", ["staff"], actor="cli:op")
    secrets = [office.sessions.begin(ana), office.sessions.begin(ana)]
    other = office.sessions.begin(ben)
    end(office)
    assert [office.sessions.find(secret) for secret in secrets] == [None, None]
    assert office.sessions.find(other) is not None
    office.accounts.enable("ana", actor="cli:op")
    assert office.sessions.find(secrets[0]) is None


def test_signing_out_ends_one_and_is_on_the_trail(office: Office, ana: AccountRecord) -> None:
    first, second = office.sessions.begin(ana), office.sessions.begin(ana)
    office.sessions.end(first)
    office.sessions.end(first)
    assert office.sessions.find(first) is None
    assert office.sessions.find(second) is not None
    actions = [(line.actor, line.action) for line in office.audit(subject="account/ana", last=1)]
    assert actions == [("account:ana", "account.signed_out")]
    assert office.verify_audit() is None


def test_what_has_ended_is_forgotten(office: Office, clock: Clock, ana: AccountRecord) -> None:
    office.sessions.begin(ana)
    clock.now += IDLE
    secret = office.sessions.begin(ana)
    office.tidy()
    assert len(rows(office)) == 1
    assert office.sessions.find(secret) is not None


def test_roles_that_change_hold_at_once(office: Office, ana: AccountRecord) -> None:
    secret = office.sessions.begin(ana)
    office.accounts.set_roles("ana", ["translator"], actor="cli:op")
    found = office.sessions.find(secret)
    assert found is not None
    assert found.account.roles == ("translator",)
