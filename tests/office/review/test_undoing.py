"""A version that takes another's place without its changes: every order of approvals and days, on small texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docservice.office.means.lineage import common, line, neighbours
from docservice.office.means.versions import VersionRecord
from docservice.office.review.confirming import refuse_overtaken
from docservice.office.review.undoing import Undoing, undoings
from docservice.refusal import Refusal
from docservice.wording.bundle import Bundle
from tests.wording.redlines.edits import bundle

DAY = date(2026, 6, 1)
AT = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass
class Catalog:
    """Versions of one template as rows of sentences, each numbered; kept as the office keeps them."""

    lines: dict[int, tuple[str, ...]] = field(default_factory=dict)
    listed: list[VersionRecord] = field(default_factory=list)

    def add(self, lines: Sequence[str], based_on: int | None) -> VersionRecord:
        number = len(self.listed) + 1
        self.lines[number] = tuple(lines)
        text = self.text_of(number)
        one = VersionRecord(
            "demo", number, "in_review", "Demo", "courtesy-letter", "letter", ("en",), text.sha256, None, "account:a",
            None, AT, None, None, None, based_on=based_on,
        )  # fmt: skip
        self.listed.append(one)
        return one

    def text_of(self, number: int) -> Bundle:
        return bundle("\n".join(f"<p>{{% trans %}}{row}{{% endtrans %}}</p>" for row in self.lines[number]))

    def undone(self, number: int, on: date) -> tuple[Undoing, ...]:
        return undoings(self.listed, self.listed[number - 1], on, lambda one: self.text_of(one.number))

    def approve(self, number: int, on: date) -> None:
        self.listed[number - 1] = replace(self.listed[number - 1], status="approved", effective_on=on, approved_at=AT)


def row(n: int) -> str:
    """A sentence that is like no other."""
    return " ".join(f"{letter}{n}{letter}" for letter in "abcdef")


@st.composite
def histories(draw: st.DrawFn) -> tuple[Catalog, list[tuple[int, date]]]:
    """A few versions, each an earlier one with a sentence more or less; approved in any order, for any days."""
    catalog = Catalog()
    catalog.add([row(0), row(1), row(2)], None)
    catalog.approve(1, DAY)
    for number in range(2, draw(st.integers(3, 4)) + 1):
        base = draw(st.integers(1, number - 1))
        lines = list(catalog.lines[base])
        if draw(st.booleans()) or len(lines) < 3:
            lines.insert(draw(st.integers(0, len(lines))), row(10 + number))
        else:
            lines.pop(draw(st.integers(0, len(lines) - 1)))
        catalog.add(lines, base)
    order = draw(st.permutations(range(2, len(catalog.listed) + 1)))
    days = draw(st.lists(st.integers(1, 30), min_size=len(order), max_size=len(order), unique=True))
    return catalog, [(number, DAY + timedelta(day)) for number, day in zip(order, days, strict=True)]


def taken_away(catalog: Catalog, earlier: int, later: int) -> set[str]:
    """By the sentences alone: what ``earlier`` did since the text that both come from, and ``later`` does not have."""
    base = common(catalog.listed, earlier, later)
    assert base is not None
    before, kept, then = (set(catalog.lines[number]) for number in (base.number, earlier, later))
    return ((kept - before) - then) | ((before - kept) & then)


@settings(max_examples=40, deadline=None)
@given(histories())
def test_in_every_order_what_would_be_lost_is_named_and_nothing_else(
    history: tuple[Catalog, list[tuple[int, date]]],
) -> None:
    catalog, approvals = history
    for number, on in approvals:
        before, after = neighbours(catalog.listed, number, on)
        expected = {}
        if before is not None:
            expected[before.number, number] = taken_away(catalog, before.number, number)
        if after is not None:
            expected[number, after.number] = taken_away(catalog, number, after.number)
        found = {(one.earlier, one.later): one.changes for one in catalog.undone(number, on)}
        assert {pair for pair, lost in expected.items() if lost} == set(found)
        for pair, changes in found.items():
            # One sentence in another's place is one change.
            assert len(changes) <= len(expected[pair])
            assert all(any(lost in said for said in changes) for lost in expected[pair])
        if not found:  # as an approver does who confirms nothing
            catalog.approve(number, on)
    # So whoever walks along the days meets no sentence that was there and is gone, but by somebody who had seen it.
    dated = sorted((v for v in catalog.listed if v.status == "approved"), key=lambda v: v.effective_on or DAY)
    for one, other in pairwise(dated):
        seen = set().union(*(catalog.lines[v.number] for v in line(catalog.listed, other.number)))
        assert set(catalog.lines[one.number]) - set(catalog.lines[other.number]) <= seen


def test_another_line_in_the_place_of_a_deleted_one_brings_nothing_back() -> None:
    """Version 4 has a short line where version 1 had the one that version 3 deletes; it shares no word with it."""
    catalog = Catalog()
    catalog.add([row(0), row(1), row(2)], None)
    catalog.approve(1, DAY)
    catalog.add([row(0), row(1), row(12), row(2)], 1)
    catalog.add([row(0), row(1)], 1)
    catalog.add([row(0), row(1), row(12)], 2)
    catalog.approve(2, DAY + timedelta(1))
    catalog.approve(4, DAY + timedelta(3))
    assert [(one.earlier, one.later) for one in catalog.undone(3, DAY + timedelta(2))] == [(2, 3)]


def test_the_story_of_the_fault() -> None:
    """Version 3, for December 10, was approved first; version 4 comes from older text and takes force before it."""
    catalog = Catalog()
    catalog.add([row(0), row(1)], None)
    catalog.approve(1, DAY)
    catalog.add([row(0), row(1)], 1)
    catalog.add([row(0), row(1), "Fines rise again within twelve months."], 2)
    catalog.approve(3, date(2026, 12, 10))
    catalog.add([row(0), row(1), "We would rather help than fine."], 2)
    (found,) = catalog.undone(4, date(2026, 11, 27))
    assert (found.earlier, found.later, found.on) == (4, 3, date(2026, 12, 10))
    assert found.changes == ("paragraph inserted: “We would rather help than fine.”",)
    (other,) = catalog.undone(4, date(2026, 12, 20))
    assert (other.earlier, other.later, other.on) == (3, 4, date(2026, 12, 20))
    assert other.id != found.id
    assert other.changes == ("paragraph inserted: “Fines rise again within twelve months.”",)


def test_what_comes_from_outside_is_held_against_what_the_other_changed() -> None:
    catalog = Catalog()
    catalog.add([row(0), row(1)], None)
    catalog.approve(1, DAY)
    catalog.add([row(0), row(1), row(2)], 1)
    catalog.approve(2, DAY + timedelta(9))
    catalog.add([row(0), row(5)], None)  # from nobody knows what
    (found,) = catalog.undone(3, DAY + timedelta(20))
    assert found.changes == (f"paragraph inserted: “{row(2)}”",)
    catalog.add([row(0), row(5), row(2)], None)
    assert catalog.undone(4, DAY + timedelta(20)) == ()


def test_what_was_approved_meanwhile_is_looked_at_again() -> None:
    catalog = Catalog()
    catalog.add([row(0)], None)
    catalog.approve(1, DAY)
    catalog.add([row(1)], 1)
    catalog.add([row(2)], 1)
    looked_at = tuple(catalog.listed)
    refuse_overtaken(catalog.listed[1], looked_at, catalog.listed)
    catalog.approve(3, DAY + timedelta(3))
    with pytest.raises(Refusal) as refused:
        refuse_overtaken(catalog.listed[1], looked_at, catalog.listed)
    assert (refused.value.code, refused.value.kind) == ("template.overtaken", "conflict")
