"""People: accounts, passwords, waits, keys that act for them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from argon2 import PasswordHasher

from docservice.config import Settings
from docservice.office import Office, open_office
from docservice.office.means.choices import ROLES, SCOPES
from docservice.office.people import accounts
from docservice.office.people.roles import PERMISSIONS, ROLE_PERMISSIONS, SCOPE_PERMISSIONS, Actor, permissions_of
from docservice.office.review import templates
from docservice.refusal import Refusal
from docservice.storage.models import AccountRow
from docservice.town.approval import ApproverRole

GOOD = "correct horse battery"


@dataclass
class Clock:
    now: datetime = datetime(2026, 6, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float = 0, **more: float) -> None:
        self.now += timedelta(seconds=seconds, **more)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", "postgresql"])
def office(
    request: pytest.FixtureRequest, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    """An office without templates: people need none."""
    monkeypatch.setattr(templates, "import_shipped", lambda means: ())
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    with open_office(Settings(home=tmp_path / "home", database_url=url), clock=clock) as opened:
        yield opened


def refused(act: object, *arguments: object, **more: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        act(*arguments, **more)  # type: ignore[operator]
    return caught.value


@pytest.mark.usefixtures("hashes_in_earnest")
def test_an_account_signs_in(office: Office) -> None:
    made = office.people.accounts.add(
        " Ana@Town.example ", "Ana Ruiz", ["approver", "staff"], password=GOOD, actor="cli:op"
    )
    assert (made.login, made.roles, made.has_password) == ("ana@town.example", ("staff", "approver"), True)
    assert office.people.accounts.sign_in("ANA@town.example", GOOD) == made
    assert office.people.accounts.find("ana@town.example") == made
    with office.means.store.database.reading() as session:
        row = session.get(AccountRow, made.id)
        assert row is not None
        assert (row.password_hash or "").startswith("$argon2id$")
        assert not PasswordHasher().check_needs_rehash(row.password_hash or "")  # as slow as the library has it
        assert GOOD not in str(vars(row))
    assert refused(office.people.accounts.add, "ana@town.example", "x", [], actor="cli:op").code == "account.exists"
    assert [line.action for line in office.audit(subject="account/ana@town.example")] == [
        "account.signed_in", "account.added",
    ]  # fmt: skip
    assert office.verify_audit() is None


@pytest.mark.parametrize("login", ["", "a b", "@x.y", "a@", "é", "a" * 101, "a\0", "a/b"])
def test_logins_that_will_not_do(office: Office, login: str) -> None:
    found = refused(office.people.accounts.add, login, " ", ["king"], password="short", actor="cli:op")
    assert found.code == "account.invalid"
    assert {"/roles/0", "/login", "/name", "/password"} <= {problem.place for problem in found.problems}


@pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaaaaaaaa", "ana-is-the-one", "x" * 201])
def test_passwords_that_will_not_do(office: Office, password: str) -> None:
    office.people.accounts.add("ana", "Ana", [], actor="cli:op")
    assert refused(office.people.accounts.set_password, "ana", password, actor="cli:op").code == "account.password"


def test_unknown_disabled_and_wrong_say_the_same(office: Office) -> None:
    office.people.accounts.add("ana", "Ana", ["staff"], password=GOOD, actor="cli:op")
    office.people.accounts.add("ben", "Ben", ["staff"], password=GOOD, actor="cli:op")
    office.people.accounts.add("cleo", "Cleo", ["staff"], actor="cli:op")
    office.people.accounts.disable("ben", actor="cli:op")
    said = {
        str(refused(office.people.accounts.sign_in, login, password))
        for login, password in [("ana", "wrong password"), *((name, GOOD) for name in ("ben", "cleo", "nobody", "\0"))]
    }
    assert len(said) == 1
    assert refused(office.people.accounts.sign_in, "x", GOOD).kind == "unauthenticated"
    office.people.accounts.enable("ben", actor="cli:op")
    assert office.people.accounts.sign_in("ben", GOOD).login == "ben"


def test_guessing_is_slowed(office: Office, clock: Clock) -> None:
    office.people.accounts.add("ana", "Ana", ["staff"], password=GOOD, actor="cli:op")
    for _ in range(accounts.FREE_ATTEMPTS):
        assert refused(office.people.accounts.sign_in, "ana", "wrong password").code == "account.sign_in"
    waits = refused(office.people.accounts.sign_in, "ana", GOOD)
    assert (waits.code, waits.kind) == ("account.wait", "too-many")
    assert "30 seconds" in waits.message or "31 seconds" in waits.message
    clock.wait(29)
    assert refused(office.people.accounts.sign_in, "ana", GOOD).code == "account.wait"
    clock.wait(2)
    assert refused(office.people.accounts.sign_in, "ana", "wrong password").code == "account.sign_in"
    clock.wait(31)
    assert refused(office.people.accounts.sign_in, "ana", GOOD).code == "account.wait"  # the wait has doubled
    clock.wait(30)
    assert office.people.accounts.sign_in("ana", GOOD)
    for _ in range(accounts.FREE_ATTEMPTS):  # a right password begins anew
        refused(office.people.accounts.sign_in, "ana", "wrong password")
    office.people.accounts.set_password("ana", GOOD + "!", actor="cli:op")
    assert office.people.accounts.sign_in("ana", GOOD + "!")


def test_waits_double_up_to_a_quarter_of_an_hour() -> None:
    assert [int(accounts.wait_after(n).total_seconds()) for n in (0, 4, 5, 6, 7, 10, 11, 1000)] == [
        0, 0, 30, 60, 120, 900, 900, 900,
    ]  # fmt: skip


def test_guesses_at_once_are_all_counted(office: Office) -> None:
    office.people.accounts.add("ana", "Ana", ["staff"], password=GOOD, actor="cli:op")
    came: list[str] = []
    threads = [
        threading.Thread(
            target=lambda: came.append(refused(office.people.accounts.sign_in, "ana", "wrong password").code)
        )
        for _ in range(9)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (came.count("account.sign_in"), came.count("account.wait")) == (accounts.FREE_ATTEMPTS, 4)


def test_a_person_changes_their_password(office: Office) -> None:
    office.people.accounts.add("ana", "Ana", [], password=GOOD, actor="cli:op")
    assert (
        refused(office.people.accounts.change_password, "ana", "wrong password", "another long one").code
        == "account.sign_in"
    )
    office.people.accounts.change_password("ana", GOOD, "another long one")
    assert refused(office.people.accounts.sign_in, "ana", GOOD).code == "account.sign_in"
    assert office.people.accounts.sign_in("ana", "another long one")
    assert office.audit(subject="account/ana")[2].actor == "account:ana"


def test_a_key_ends_on_its_day_and_is_followed_by_another(office: Office, clock: Clock) -> None:
    """The last day is the town's, whole; a successor has name, scopes, person and length of life of the one before."""
    assert [
        p.code for p in refused(office.people.keys.add, "x", ["read"], "cli:op", None, date(2026, 5, 31)).problems
    ] == ["key.expires"]
    made, secret = office.people.keys.add("tracker", ["issue", "read"], "cli:op", None, date(2026, 6, 10))
    assert made.expires_at == datetime(2026, 6, 11, 7, tzinfo=UTC)  # midnight in California
    assert made.last_used_at is None
    assert office.people.keys.working(secret) == made
    assert office.people.keys.listed()[0].last_used_at == clock()
    clock.wait(minutes=50)
    office.people.keys.working(secret)
    assert office.people.keys.listed()[0].last_used_at == clock() - timedelta(
        minutes=50
    )  # known to the hour: no write for each use
    clock.wait(minutes=20)
    office.people.keys.working(secret)
    assert office.people.keys.listed()[0].last_used_at == clock()

    successor, other = office.people.keys.rotate(made.id, actor="cli:op", overlap_days=2)
    assert (successor.name, successor.scopes) == (made.name, made.scopes)
    assert successor.expires_at == clock() + (datetime(2026, 6, 11, 7, tzinfo=UTC) - made.created_at)
    assert office.people.keys.working(secret) is not None
    clock.wait(days=2, seconds=1)
    over = refused(office.people.keys.working, secret)
    assert (over.code, over.kind) == ("access.key_expired", "unauthenticated")
    assert office.people.keys.working(other) is not None
    listed = office.people.keys.listed()
    assert [key.state(clock()) for key in listed] == ["expired", "in use"]
    assert refused(office.people.keys.rotate, made.id, actor="cli:op").code == "key.ended"
    now, last = office.people.keys.rotate(successor.id, actor="cli:op", overlap_days=0, expires=date(2026, 12, 31))
    assert refused(office.people.keys.working, other).code == "access.key_expired"
    assert office.people.keys.working(last) == now
    assert (
        refused(office.people.keys.rotate, now.id, actor="cli:op", overlap_days=366).problems[0].code == "key.overlap"
    )
    assert refused(office.people.keys.rotate, "x", actor="cli:op").code == "key.unknown"
    line = office.audit(subject=made.id, last=1)[0]
    assert (line.action, line.detail["by"]) == ("key.rotated", successor.id)
    assert office.verify_audit() is None


def test_a_key_that_never_ends_has_a_successor_that_never_ends(office: Office, clock: Clock) -> None:
    made, secret = office.people.keys.add("tracker", ["read"], "cli:op")
    successor, _ = office.people.keys.rotate(made.id, actor="cli:op")
    assert successor.expires_at is None
    clock.wait(days=6, hours=23)
    assert office.people.keys.working(secret) is not None
    clock.wait(hours=2)
    assert refused(office.people.keys.working, secret).code == "access.key_expired"


def test_keys_act_for_people(office: Office) -> None:
    office.people.accounts.add("ana", "Ana", ["approver"], password=GOOD, actor="cli:op")
    assert refused(office.people.keys.add, "desk", ["approve"], "cli:op").problems[0].code == "key.account"
    assert refused(office.people.keys.add, "desk", ["approve"], "cli:op", "nobody").code == "account.unknown"
    made, secret = office.people.keys.add("desk", ["approve"], "cli:op", "ana")
    found = office.people.keys.working(secret)
    assert found == made
    assert found.account is not None
    assert found.account.login == "ana"
    assert office.people.keys.listed() == (made,)
    office.people.accounts.set_roles("ana", ["staff"], actor="cli:op")
    again = office.people.keys.working(secret)
    assert again is not None
    assert again.account is not None
    assert again.account.roles == ("staff",)
    office.people.accounts.disable("ana", actor="cli:op")
    assert office.people.keys.working(secret) is None


def test_the_table_of_roles_is_whole() -> None:
    assert set(ROLE_PERMISSIONS) == set(ROLES)
    assert set(SCOPE_PERMISSIONS) == set(SCOPES)
    granted = frozenset().union(*ROLE_PERMISSIONS.values())
    assert granted == set(PERMISSIONS)
    # The roles that a town may name as approvers are those that may approve at all.
    assert {role for role in ROLES if "approve" in permissions_of([role])} == set(get_args(ApproverRole))
    assert "approve" not in permissions_of(["administrator", "staff"])


def test_an_actor_is_bounded_by_roles(office: Office) -> None:
    translator = office.people.accounts.add("tia", "Tia", ["translator"], actor="cli:op")
    person = Actor.person(translator, via="desk")
    person.require("comment")
    assert refused(person.require, "propose").kind == "forbidden"
    Actor("key:tracker", via="tracker").require("propose")  # its scopes are looked at by the API
