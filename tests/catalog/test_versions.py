"""Versions: numbered, moved from state to state, and in force by arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docservice.catalog import versions
from docservice.catalog.bundle import Bundle
from docservice.catalog.versions import VersionRecord
from docservice.refusal import Refusal
from docservice.storage.store import Store, open_store

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
START = date(2026, 1, 1)


@dataclass(frozen=True)
class Dated:
    number: int
    status: str
    effective_on: date | None


DATED = st.lists(
    st.tuples(st.sampled_from(["draft", "in_review", "approved", "withdrawn"]), st.integers(0, 12)), max_size=8
).map(lambda pairs: [Dated(n, s, START + timedelta(d)) for n, (s, d) in enumerate(pairs, 1)])


@given(DATED, st.integers(-1, 13))
def test_in_force_is_what_a_calendar_walked_day_by_day_says(listed: list[Dated], day: int) -> None:
    current: Dated | None = None
    for offset in range(-1, day + 1):  # the naive way: each morning, whatever starts today takes over
        for version in sorted(listed, key=lambda v: v.number):
            if version.status == "approved" and version.effective_on == START + timedelta(offset):
                current = version
    assert versions.pick_in_force(listed, START + timedelta(day)) == current


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


def moved(store: Store, number: int, to: versions.State, **more: object) -> VersionRecord:
    with store.database.writing() as session:
        return versions.move(session, "demo", number, to, actor="ben", at=NOON, **more)  # type: ignore[arg-type]


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


def test_the_way_of_a_version(store: Store, frozen: Callable[[], Bundle]) -> None:
    added(store, frozen())
    for to, code in (("approved", "template.effective_on"), ("withdrawn", "template.reason")):
        with pytest.raises(Refusal) as refused:
            moved(store, 1, to)  # type: ignore[arg-type]
        assert refused.value.code == code
    with store.database.reading() as session, pytest.raises(Refusal) as refused:
        versions.in_force(session, "demo", START)
    assert refused.value.code == "template.not_in_force"
    moved(store, 1, "in_review")
    approved = moved(store, 1, "approved", effective_on=START)
    assert (approved.approver, approved.effective_on) == ("ben", START)
    with store.database.reading() as session:
        assert versions.in_force(session, "demo", START).number == 1
    for to in ("draft", "approved", "in_review"):
        with pytest.raises(Refusal) as refused:
            moved(store, 1, to, effective_on=START)  # type: ignore[arg-type]
        assert (refused.value.code, refused.value.kind) == ("template.transition", "conflict")
    moved(store, 1, "withdrawn", reason="The ordinance was repealed.")
    with store.database.reading() as session, pytest.raises(Refusal):
        versions.in_force(session, "demo", START)


def test_an_unknown_template_is_missing(store: Store) -> None:
    with store.database.reading() as session, pytest.raises(Refusal) as refused:
        versions.versions(session, "nothing")
    assert (refused.value.code, refused.value.kind) == ("template.unknown", "missing")
