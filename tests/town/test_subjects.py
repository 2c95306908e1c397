"""What a document is about, where that stands in the casefile, and which violations it speaks of on its day."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, get_args

import pytest

from docservice import casefile as casefiles
from docservice import shipped
from docservice.casefile.facts import Casefile, Violation
from docservice.town.pack import ShownViolations
from docservice.town.subjects import find, violations_of

ON = date(2026, 6, 16)


@pytest.fixture(scope="module")
def facts() -> Casefile:
    folder = shipped.folder("examples") / "CE-2026-0231"
    return casefiles.load(json.loads((folder / "casefile.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("inspection", "inspections"),
        ("citation", "citations"),
        ("stop_work", "stop_work_orders"),
        ("hearing", "hearings"),
        ("memo", "memoranda"),
        ("service", "service"),
        ("permit", "permits"),
    ],
)
def test_a_subject_has_its_place(facts: Casefile, kind: Any, field: str) -> None:
    listed = [one for one in getattr(facts, field) if kind != "permit" or one.limit_months is not None]
    found = find(facts, kind, None)
    if listed:
        assert found.place == f"/{field}/{len(listed) - 1}"
        assert found.subject is listed[-1]
    missing = find(facts, kind, "nothing-like-it")
    assert (missing.subject, missing.place) == (None, f"/{field}")
    assert missing.problem is not None
    assert missing.problem.place == f"/{field}"
    assert missing.problem.message.endswith(" nothing-like-it.")
    empty = Casefile(facts.case, facts.property, facts.parties)
    lacking = find(empty, kind, None)
    assert lacking.problem is not None
    assert "None" not in lacking.problem.message


def test_the_case_is_the_subject_of_what_names_a_part_of_it(facts: Casefile) -> None:
    for about in (None, facts.case.number, facts.inspections[0].id, facts.violations[0].id):
        found = find(facts, "case", about)
        assert (found.subject, found.place, found.problem) == (facts.case, "/case", None)
    assert find(facts, "case", "nothing").problem is not None


def _seen(observed: date, corrected: date | None = None, name: str = "v1") -> Violation:
    return Violation(name, "MHMC 17.52.030", observed, "Seen.", "Mend it.", corrected_on=corrected)


@pytest.mark.parametrize(
    ("observed", "corrected", "shown"),
    [
        (date(2026, 6, 15), None, {"open", "all"}),
        (date(2026, 6, 16), None, {"open", "all"}),
        (date(2026, 6, 17), None, set()),
        (date(2026, 6, 1), date(2026, 6, 15), {"corrected", "all"}),
        (date(2026, 6, 1), date(2026, 6, 16), {"corrected", "all"}),
        (date(2026, 6, 1), date(2026, 6, 17), {"open", "all"}),
    ],
)
def test_what_is_open_or_corrected_on_the_day(
    make: Any, observed: date, corrected: date | None, shown: set[ShownViolations]
) -> None:
    made = make(violations=(_seen(observed, corrected),))
    assert bool(violations_of(made, made.case, None, ON)) is ("open" in shown)
    known = get_args(ShownViolations)
    assert {shows for shows in known if violations_of(made, made.case, None, ON, shows=shows)} == shown


def test_the_whole_case_or_a_part_of_it(make: Any) -> None:
    made = make(violations=(_seen(date(2026, 6, 1)), _seen(date(2026, 6, 2), name="v2")))
    assert [one.id for one in violations_of(made, made.case, made.case.number, ON)] == ["v1", "v2"]
    assert [one.id for one in violations_of(made, made.case, "v2", ON)] == ["v2"]
