"""Accounts and who their people are at the identity provider, on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading

import pytest

from docservice.office import Office
from docservice.office.means.records import AccountRecord
from docservice.office.people.linking import arrive
from docservice.refusal import Refusal
from tests.office.people.test_accounts import GOOD, Clock, clock, office, refused  # noqa: F401

ISSUER = "https://id.town.example"


def come(office: Office, subject: str, login: str | None, roles: list[str] | None = None) -> AccountRecord:  # noqa: F811
    return arrive(office.shop, ISSUER, subject, login, roles=roles, provider="Town")


def test_the_first_sign_in_links_and_is_on_the_trail(office: Office) -> None:  # noqa: F811
    office.accounts.add("ana@town.example", "Ana", ["staff"], actor="cli:op")
    record = come(office, "a-1", "ana@town.example")
    assert record.link is not None
    assert (record.link.issuer, record.link.subject, record.link.linked_at) == (ISSUER, "a-1", office.shop.clock())
    assert come(office, "a-1", None) == record
    lines = office.audit(subject="account/ana@town.example")
    assert [line.action for line in lines] == [
        "account.signed_in", "account.signed_in", "account.linked", "account.added",
    ]  # fmt: skip
    assert lines[0].detail == {"means": "single sign-on", "issuer": ISSUER, "subject": "a-1"}
    assert lines[2].detail == {"issuer": ISSUER, "subject": "a-1"}
    assert office.verify_audit() is None


def test_a_password_is_another_means(office: Office) -> None:  # noqa: F811
    office.accounts.add("ana", "Ana", ["staff"], password=GOOD, actor="cli:op")
    come(office, "a-1", "ana")
    assert office.accounts.sign_in("ana", GOOD).link is not None
    assert office.audit(subject="account/ana", last=1)[0].detail == {"means": "password"}


def test_one_identity_is_one_account(office: Office) -> None:  # noqa: F811
    for login in ("ana", "ben"):
        office.accounts.add(login, login, ["staff"], actor="cli:op")
    come(office, "a-1", "ana")
    assert come(office, "a-1", "ben").login == "ana"  # whatever the claim says now
    assert refused(come, office, "b-1", "ana").code == "sign_in.subject"
    line = office.audit(subject="account/ana", last=1)[0]
    assert (line.action, line.detail["subject"]) == ("account.sign_in_failed", "b-1")
    assert come(office, "b-1", "ben").login == "ben"


def test_nobody_is_given_an_account(office: Office) -> None:  # noqa: F811
    for login, code in ((None, "sign_in.claim"), ("nobody", "sign_in.unknown"), ("a\0", "sign_in.unknown")):
        found = refused(come, office, "x", login)
        assert (found.code, found.kind) == (code, "forbidden")
        assert "An administrator can" in found.message
    assert office.accounts.listed() == ()


def test_another_issuers_subject_is_somebody_else(office: Office) -> None:  # noqa: F811
    office.accounts.add("ana", "Ana", ["staff"], actor="cli:op")
    come(office, "a-1", "ana")
    with pytest.raises(Refusal) as caught:
        arrive(office.shop, "https://other.example", "a-1", "ana", roles=None, provider="Other")
    assert caught.value.code == "sign_in.subject"


def test_unlinking_ends_what_was_begun_with_it(office: Office) -> None:  # noqa: F811
    office.accounts.add("ana", "Ana", ["staff"], actor="cli:op")
    assert refused(office.accounts.unlink, "ana", actor="cli:op").code == "account.not_linked"
    assert refused(office.accounts.unlink, "nobody", actor="cli:op").code == "account.unknown"
    secret = office.sessions.begin(come(office, "a-1", "ana"))
    assert office.accounts.unlink("ana", actor="cli:op").link is None
    assert office.sessions.find(secret) is None
    line = office.audit(subject="account/ana", last=1)[0]
    assert (line.action, line.actor, line.detail) == (
        "account.unlinked",
        "cli:op",
        {"issuer": ISSUER, "subject": "a-1"},
    )
    assert come(office, "a-2", "ana").link is not None


def test_roles_of_the_provider_take_the_place_of_ours(office: Office) -> None:  # noqa: F811
    office.accounts.add("ana", "Ana", ["staff"], actor="cli:op")
    assert come(office, "a-1", "ana").roles == ("staff",)
    assert come(office, "a-1", "ana", ["approver", "reviewer"]).roles == ("reviewer", "approver")
    assert refused(come, office, "a-1", "ana", []).code == "sign_in.no_role"
    assert office.accounts.find("ana").roles == ()


def test_of_two_first_sign_ins_at_once_one_links(office: Office) -> None:  # noqa: F811
    office.accounts.add("ana", "Ana", ["staff"], actor="cli:op")
    came: list[str] = []

    def work(subject: str) -> None:
        try:
            come(office, subject, "ana")
            came.append("in")
        except Refusal as refusal:
            came.append(refusal.code)

    threads = [threading.Thread(target=work, args=(f"s-{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == ["in", *["sign_in.subject"] * 3]
    assert office.verify_audit() is None
