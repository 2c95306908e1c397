"""Versions on record: numbered, frozen, put in force by a release."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from docservice.office.means import lifecycle, versions
from docservice.office.means.versions import VersionRecord
from docservice.refusal import Refusal
from docservice.storage.store import Store, open_store
from docservice.wording.bundle import Bundle

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
START = date(2026, 1, 1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'v.db'}", tmp_path / "blobs")
    yield opened
    opened.close()


def added(store: Store, bundle: Bundle) -> VersionRecord:
    with store.blobs.staging() as stage:
        with store.database.writing() as session:
            record = versions.add(session, stage, bundle, author="ana", at=NOON)
        stage.publish()
    return record


def test_the_same_bundle_is_the_same_version(store: Store, shop: Path, frozen: Callable[[], Bundle]) -> None:
    first = added(store, frozen())
    assert (first.number, first.status, first.languages) == (1, "draft", ("en", "es"))
    assert added(store, frozen()) == first
    wording = shop / "letters" / "demo" / "letter.html"
    text = wording.read_text()
    wording.write_text(text.replace("A tree", "A tall tree"))
    assert added(store, frozen()).number == 2
    wording.write_text(text)
    assert added(store, frozen()).number == 1
    assert store.blobs.read(first.sha256) == frozen().to_bytes()


def test_what_was_approved_elsewhere_is_put_in_force(store: Store, frozen: Callable[[], Bundle]) -> None:
    def install(approver: str = "town attorney") -> VersionRecord:
        with store.blobs.staging() as stage:
            with store.database.writing() as session:
                record = lifecycle.install(
                    session, stage, frozen(), samples=b"x", author="docservice", approver=approver,
                    effective_on=START, at=NOON,
                )  # fmt: skip
            stage.publish()
        return record

    with pytest.raises(Refusal) as refused:
        install(approver="docservice")
    assert refused.value.code == "template.own_version"
    first = install()
    assert (first.status, first.effective_on, first.approver) == ("approved", START, "town attorney")
    assert install() == first
    with store.database.reading() as session:
        assert versions.in_force(session, "demo", START) == first
    with store.database.writing() as session:
        lifecycle.withdraw(
            session, "demo", 1, reason="Repealed.", today=START, actor="ben", at=NOON, replacement="none"
        )  # fmt: skip
    assert install().status == "withdrawn"  # a new start of the service does not bring it back
    with store.database.reading() as session, pytest.raises(Refusal) as refused:
        versions.in_force(session, "demo", START)
    assert refused.value.code == "template.not_in_force"


def test_an_unknown_template_is_missing(store: Store) -> None:
    with store.database.reading() as session, pytest.raises(Refusal) as refused:
        versions.versions(session, "nothing")
    assert (refused.value.code, refused.value.kind) == ("template.unknown", "missing")
