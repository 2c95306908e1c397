"""What a document is about, where that stands in the casefile, and which violations it speaks of on its day."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, time
from typing import Any, get_args

import pytest

from docservice import casefile as casefiles
from docservice import shipped
from docservice.casefile.facts import (
    Appeal,
    Casefile,
    Citation,
    Hearing,
    Name,
    Party,
    Permit,
    StopWorkOrder,
    Violation,
)
from docservice.finding import Finding
from docservice.town.pack import ShownViolations
from docservice.town.subjects import FoundSubject, find, name_of, violations_of

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
    known = set(get_args(ShownViolations)) - {"contested"}
    assert {shows for shows in known if violations_of(made, made.case, None, ON, shows=shows)} == shown


def test_the_whole_case_or_a_part_of_it(make: Any) -> None:
    made = make(violations=(_seen(date(2026, 6, 1)), _seen(date(2026, 6, 2), name="v2")))
    assert [one.id for one in violations_of(made, made.case, made.case.number, ON)] == ["v1", "v2"]
    assert [one.id for one in violations_of(made, made.case, "v2", ON)] == ["v2"]


def test_of_permits_the_last_one_with_a_limit_is_meant_and_any_other_by_its_number(make: Any) -> None:
    permits = (Permit("B1", date(2023, 1, 1), limit_months=24), Permit("B2", date(2024, 1, 1)))
    made = make(permits=permits)
    assert find(made, "permit", None) == FoundSubject(permits[0], "/permits/0")
    assert find(made, "permit", "B2") == FoundSubject(permits[1], "/permits/1")
    assert find(made, "permit", "B3").problem == Finding.error(
        "reckoning.subject", "The casefile has no permit with a time limit B3.", "/permits"
    )
    nothing = find(make(permits=permits[1:]), "permit", None).problem
    assert nothing == Finding.error(
        "reckoning.subject", "The casefile has no permit with a time limit.", "/permits"
    )  # fmt: skip
    missing = find(made, "case", "i7")
    assert (missing.subject, missing.place) == (made.case, "/case")
    assert missing.problem == Finding.error(
        "reckoning.subject", "The casefile has no inspection or violation i7."
    )  # fmt: skip
    assert [name_of(one) for one in (permits[0], made.case, a_hearing())] == ["B1", made.case.number, "h1"]


def a_hearing(**more: Any) -> Hearing:
    return Hearing("h1", date(2026, 7, 16), time(10), ("Town Hall",), "appeal", "hearing_officer", **more)


@pytest.mark.parametrize(
    ("contested", "heard"), [((), ["v2"]), (("v1",), ["v1", "v2"]), (("c1",), ["v1", "v2"]), (("c2",), ["v2"])]
)
def test_a_hearing_is_about_what_is_open_and_what_is_contested_in_whatever_way(
    make: Any, contested: tuple[str, ...], heard: list[str]
) -> None:
    gone = date(2026, 6, 3)
    made = make(
        violations=(
            _seen(date(2026, 6, 1), gone), _seen(date(2026, 6, 2), name="v2"), _seen(date(2026, 6, 2), gone, "v3"),
        ),
        citations=(Citation("c1", 1, ("v1",), gone), Citation("c2", 2, ("v2",), gone)),
        appeals=(Appeal("a1", gone, "owner", contested, "No."),),
        hearings=(a_hearing(appeal="a1"),),
    )  # fmt: skip
    assert [one.id for one in violations_of(made, made.hearings[0], "h1", ON)] == heard
    # A letter about the case speaks of none because it is contested.
    assert [one.id for one in violations_of(made, made.case, None, ON)] == ["v2"]


@pytest.mark.parametrize(
    ("of", "joined", "heard"),
    [
        (("c1",), (), ["v1"]),
        (("v3",), (), ["v3"]),
        (("swo1",), (), ["v2"]),
        (("c1",), ("a2",), ["v1", "v3"]),
        (("c2",), (), []),  # dismissed meanwhile
        (("c1",), ("a3",), ["v1"]),  # withdrawn
    ],
)
def test_a_hearing_of_appeals_is_about_what_they_are_of_alone(
    make: Any, of: tuple[str, ...], joined: tuple[str, ...], heard: list[str]
) -> None:
    """FAULTS L6: the notice listed every violation of the case."""
    seen = date(2026, 6, 2)
    made = make(
        violations=(_seen(seen, date(2026, 6, 3)), *(_seen(seen, name=name) for name in ("v2", "v3", "v4"))),
        citations=(Citation("c1", 1, ("v1",), seen), Citation("c2", 2, ("v4",), seen, status="dismissed")),
        stop_work_orders=(StopWorkOrder("swo1", seen, "No permit.", ("A permit.",), violations=("v2",)),),
        appeals=(
            Appeal("a1", seen, "owner", of, "No."), Appeal("a2", seen, "owner", ("v3",), "No."),
            Appeal("a3", seen, "owner", ("v4",), "No.", withdrawn_on=seen),
        ),
        hearings=(a_hearing(appeal="a1", joined=joined),),
    )  # fmt: skip
    found = violations_of(made, made.hearings[0], "h1", ON, shows="contested")
    assert [one.id for one in found] == heard
    elsewhere = Appeal("a9", seen, "owner", ("v1",), "No.")
    none = make(violations=made.violations, appeals=(elsewhere,), hearings=(a_hearing(),))
    open_ones = violations_of(none, none.hearings[0], "h1", ON, shows="contested")
    assert [one.id for one in open_ones] == ["v2", "v3", "v4"], "without an appeal it is about what is open"


@pytest.mark.parametrize(
    ("roles", "unit", "told"),
    [
        (("tenant",), "214", ["v1", "v3"]),
        (("occupant",), "218", ["v2", "v3"]),
        (("tenant",), None, ["v3"]),
        (("tenant", "occupant"), "214", ["v1", "v3"]),
        ((), None, ["v1", "v2", "v3"]),
        (("tenant", "owner"), "214", ["v1", "v2", "v3"]),
        (("lienholder",), None, ["v1", "v2", "v3"]),
    ],
)
def test_a_tenant_is_not_told_of_other_tenants_rooms(
    make: Any, roles: tuple[Any, ...], unit: str | None, told: list[str]
) -> None:
    """FAULTS L13."""
    seen = date(2026, 6, 2)
    rooms = (replace(_seen(seen), units=("214", "216")), replace(_seen(seen, name="v2"), units=("218",)))
    made = make(violations=(*rooms, _seen(seen, name="v3")))
    reader = Party("p", roles, Name("Ada Vale"), unit=unit)
    assert [one.id for one in violations_of(made, made.case, None, ON, reader=reader)] == told
    order = StopWorkOrder("swo1", ON, "No permit.", ("A permit.",), violations=("v1", "v2", "v3"))
    assert [one.id for one in violations_of(made, order, "swo1", ON, reader=reader)] == told


@pytest.mark.parametrize(("own", "spoken_of"), [(("v1",), ["v1"]), ((), ["v2"])])
def test_an_order_has_its_own_violations_or_speaks_of_all_that_are_open(
    make: Any, own: tuple[str, ...], spoken_of: list[str]
) -> None:
    made = make(violations=(_seen(date(2026, 6, 1), date(2026, 6, 3)), _seen(date(2026, 6, 2), name="v2")))
    order = StopWorkOrder("swo1", ON, "No permit.", ("A permit.",), violations=own)
    assert [one.id for one in violations_of(made, order, "swo1", ON)] == spoken_of
    assert [one.id for one in violations_of(made, None, "x", ON)] == ["v2"]
