"""Events are held against what was told before and after them: whatever is accepted folds to a casefile that loads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docservice import casefile as casefiles
from docservice.casefile.believing import contradictions, without_corrected
from docservice.casefile.folding import fold
from docservice.casefile.following import left_broken
from docservice.casefile.happenings import read_data
from docservice.casefile.record import CaseEvent, CaseRecord
from docservice.town import load_pack
from docservice.town.event_bounds import against_rules, less_time
from tests.casefile.test_folding import C1, C2, SITE, bare, event, paper
from tests.places import ROOT

TODAY = date(2026, 12, 1)
FACTS = bare() | {"appeals": [{**one, "hardship_waiver": "requested"} for one in bare()["appeals"]]}
FACTS["hearings"] = [{name: value for name, value in FACTS["hearings"][0].items() if name != "noticed_on"}]
FACTS["service"] = []
TOWN = load_pack(ROOT / "town" / "madrona-hills")
NUMBER = FACTS["case"]["number"]


def with_event(record: CaseRecord, told: CaseEvent) -> CaseRecord:
    return replace(record, events=(*record.events, told))


def without_event(record: CaseRecord, position: int) -> CaseRecord:
    return replace(record, events=tuple(one for one in record.events if one.position != position))


def problems_of(
    told: CaseEvent, record: CaseRecord, facts: Mapping[str, Any] = FACTS, today: date = TODAY
) -> list[tuple[str, str]]:
    """What is said against an event, as the office asks it."""
    asked = record if told.corrects is None else without_corrected(record, told.corrects)
    folded = fold(facts, record, today).facts
    said = told.type, told.subject, told.on, told.data
    found = [(one.place, one.message) for one in contradictions(*said, folded, asked, today)]
    if not found:
        said_by = against_rules(TOWN, casefiles.load(folded), record, told.type, told.on, told.data)
        found += [(one.place, one.message) for one in said_by]
    return found or [("left", one) for one in left_broken(facts, record, with_event(record, told), today)]


DECIDED = event(10, "decided", "h1", "2026-07-20", items=[{"id": "c1", "outcome": "upheld"}])
SERVED = event(11, "served", "AC-2026-0001", "2026-05-29", party="owner", method="first_class_mail")
RETURNED = event(12, "returned", "AC-2026-0001", "2026-06-08", party="owner", result="returned")
CLOSED = event(13, "closed", NUMBER, "2026-08-01", reason="Done.")
REOPENED = event(14, "reopened", NUMBER, "2026-08-10", reason="It is back.")
WITHDRAWN = event(15, "withdrawn", "c2", "2026-07-10", reason="Another house.")
CONTINUED = event(16, "hearing-continued", "h1", "2026-07-10", to="2026-07-18", announced=False)


@pytest.mark.parametrize(
    ("before", "told", "place"),
    [
        ((DECIDED,), event(20, "decided", "h1", "2026-07-21", items=[{"id": "c2", "outcome": "upheld"}]), "/type"),
        ((DECIDED,), event(20, "hearing-continued", "h1", "2026-07-21", to="2026-08-01", announced=True), "/data/to"),
        ((DECIDED,), event(20, "hearing-continued", "h1", "2026-07-15", to="2026-08-01", announced=True), "/data/to"),
        ((DECIDED,), CONTINUED, None),
        ((), event(20, "decided", "h1", "2026-07-20", items=[{"id": "c1", "outcome": "modified", "amount": "9000"}]),
         "/data/items/0/amount"),
        ((), event(20, "decided", "h1", "2026-07-20", items=[{"id": "c1", "outcome": "modified", "amount": "1500"}]),
         None),
        ((), event(20, "decided", "h1", "2026-07-20", items=[{"id": "v1", "outcome": "modified", "amount": "1"}]),
         "/data/items/0/amount"),
        ((WITHDRAWN,), event(20, "decided", "h1", "2026-07-20",
                             items=[{"id": "c1", "outcome": "upheld"}, {"id": "c2", "outcome": "upheld"}]),
         "/data/items/1/id"),
        ((DECIDED,), event(20, "decided", "h1", "2026-07-20", 10, items=[{"id": "c1", "outcome": "dismissed"}]), None),
        ((DECIDED, event(11, "decided", "h1", "2026-07-21", 10, items=[{"id": "c1", "outcome": "dismissed"}])),
         event(20, "decided", "h1", "2026-07-22", 11, items=[{"id": "c1", "outcome": "upheld"}]), None),
        ((DECIDED,), event(20, "withdrawn", "c1", "2026-07-01", reason="Late."), "/on"),
        ((DECIDED,), event(20, "withdrawn", "c1", "2026-07-21", reason="Now."), None),
        ((CLOSED,), event(20, "decided", "h1", "2026-08-05", items=[{"id": "c1", "outcome": "upheld"}]), "left"),
        ((CLOSED, REOPENED), event(20, "decided", "h1", "2026-08-15", items=[{"id": "c1", "outcome": "upheld"}]), None),
        ((CLOSED,), event(20, "extension-granted", "v1", "2026-08-01", to="2026-09-01", reason="So."), "left"),
        ((CLOSED,), event(5, "extension-granted", "v1", "2026-08-01", to="2026-09-01", reason="So."), None),
        ((CLOSED,), event(20, "hearing-held", "h1", "2026-08-01"), None),
        ((CLOSED,), event(20, "returned", "AC-2026-0001", "2026-08-05", party="owner", result="returned"), "/subject"),
        ((SERVED, CLOSED), RETURNED, None),
        ((DECIDED,), event(20, "closed", NUMBER, "2026-07-01", reason="Done."), "/on"),
        ((), event(20, "closed", NUMBER, "2026-06-10", reason="Done."), "/on"),  # a citation is of 06-17
        ((SERVED, RETURNED), event(20, "served", "AC-2026-0001", "2026-06-20", 11, party="owner", method="personal"),
         "left"),
        ((SERVED, RETURNED), event(20, "served", "AC-2026-0001", "2026-05-30", 11, party="owner",
                                   method="first_class_mail"), None),
        ((CLOSED, REOPENED), event(20, "closed", NUMBER, "2026-08-15", 13, reason="Later."), "left"),
        ((CLOSED, REOPENED), event(20, "closed", NUMBER, "2026-08-05", 13, reason="Later."), None),
    ],
)  # fmt: skip
def test_an_event_is_held_against_all_others(before: tuple[CaseEvent, ...], told: CaseEvent, place: str | None) -> None:
    found = problems_of(told, CaseRecord(NUMBER, (C1, C2), before, on_record=True))
    assert [where for where, _ in found] == ([] if place is None else [place]), found


@pytest.mark.parametrize(
    ("before", "position", "says"),
    [
        ((SERVED, RETURNED), 11, "returned of 2026-06-08 (position 12)"),
        ((SERVED, RETURNED), 12, None),
        ((CLOSED, REOPENED), 13, "reopened of 2026-08-10 (position 14): the case was not closed then"),
        ((CLOSED, REOPENED, event(17, "closed", NUMBER, "2026-08-20", reason="Again.")), 14,
         "was closed on 2026-08-01"),
        ((CONTINUED, event(17, "hearing-continued", "h1", "2026-07-11", 16, to="2026-09-01", announced=False),
          event(18, "hearing-continued", "h1", "2026-07-11", 17, to="2026-07-19", announced=False), DECIDED), 18,
         "hearing-continued of 2026-07-11 (position 17)"),
        ((DECIDED, CONTINUED), 16, None),
    ],
)  # fmt: skip
def test_what_is_taken_back_leaves_nothing_that_rests_on_it(
    before: tuple[CaseEvent, ...], position: int, says: str | None
) -> None:
    record = CaseRecord(NUMBER, (C1, C2), before, on_record=True)
    found = left_broken(FACTS, record, without_event(record, position), TODAY)
    assert found == () if says is None else any(says in one for one in found), found


def test_an_order_is_not_lifted_before_the_paper_that_placed_it() -> None:
    placed = paper("SWO-2026-0001", "swo1", "2026-05-19", 1, document_type="stop-work-order", puts="ordered")
    record = CaseRecord(SITE["case"]["number"], (placed,), (), on_record=True)
    facts = SITE | {"stop_work_orders": [{**SITE["stop_work_orders"][0], "on": "2026-05-18"}]}
    assert problems_of(event(9, "lifted", "swo1", "2026-05-18", reason="No."), record, facts) == [
        ("/on", "SWO-2026-0001, by which it was ordered, is of 2026-05-19, later than that.")
    ]  # fmt: skip
    assert problems_of(event(9, "lifted", "swo1", "2026-05-19", reason="No."), record, facts) == []


def test_more_time_for_the_case_is_for_what_was_seen_by_then() -> None:
    facts = bare()
    facts["violations"][1]["observed_on"] = "2026-09-01"
    more = event(9, "extension-granted", NUMBER, "2026-06-20", to="2026-08-01", reason="Rain.")
    found = fold(facts, CaseRecord(NUMBER, (), (more,)), TODAY)
    assert [one.get("comply_by") for one in found.facts["violations"]][:2] == ["2026-08-01", None]
    assert found.unplaced == ()


@pytest.mark.parametrize(
    ("subject", "to", "refused"),
    [("v1", "2026-07-31", ["v1"]), ("v1", "2026-08-01", []), (NUMBER, "2026-07-31", ["v1"]), ("v2", "2026-07-01", [])],
)
def test_more_time_is_never_less(subject: str, to: str, refused: list[str]) -> None:
    facts = bare()
    for one in facts["violations"]:
        one.pop("comply_by", None)
        one.pop("corrected_on", None)
    before = event(9, "extension-granted", "v1", "2026-06-20", to="2026-08-01", reason="Rain.")
    later = event(10, "extension-granted", "v1", "2026-08-01", to="2026-10-01", reason="Rain.")
    on = date(2026, 7, 1)
    then = casefiles.load(fold(facts, CaseRecord(NUMBER, (), (before, later)), on).facts)
    found = list(less_time(then, subject, on, date.fromisoformat(to)))
    assert [(one.code, one.place) for one in found] == [("event.date", "/data/to")] * len(refused)
    assert [one.message for one in found] == [f"“{id}” has until 2026-08-01 already." for id in refused]


def test_days_that_are_not_put_in_are_told_also_of_cases_on_record() -> None:
    facts = bare()
    facts["hearings"][0]["on"] = "2026-09-01"
    found = fold(facts, CaseRecord(NUMBER, (), (DECIDED,)), TODAY)
    assert [(one.code, one.place) for one in found.unplaced] == [("case.differs", "/hearings/0/decided_on")]


DAYS = st.dates(date(2026, 5, 20), date(2026, 12, 5)).map(date.isoformat)
AMOUNTS = st.sampled_from(["0", "500.00", "1500.00", "3000", "9000.00"])
ITEM = st.fixed_dictionaries(
    {"id": st.sampled_from(["c1", "c2", "c3", "v1"]), "outcome": st.sampled_from(["upheld", "modified", "dismissed"])},
    optional={"amount": AMOUNTS, "comply_by": DAYS},
)
REASON = {"reason": st.just("So.")}
DATA: dict[str, tuple[list[str], dict[str, st.SearchStrategy[Any]]]] = {
    "served": (["AC-2026-0001", "AC-2026-0003"], {"party": st.just("owner"), "method": st.just("personal")}),
    "returned": (["AC-2026-0001", "AC-2026-0003"], {"party": st.just("owner"), "result": st.just("returned")}),
    "extension-granted": (["v1", "v2", NUMBER], {"to": DAYS, **REASON}),
    "hearing-held": (["h1"], {}),
    "hearing-continued": (["h1"], {"to": DAYS, "announced": st.booleans()}),
    "decided": (["h1"], {"items": st.lists(ITEM, min_size=1, max_size=2)}),
    "withdrawn": (["c1", "c2", "v1"], REASON),
    "appeal-withdrawn": (["a1", "a2"], REASON),
    "hardship-decided": (["a1"], {"granted": st.booleans(), **REASON}),
    "mail-extension-decided": (["owner"], {"days": st.integers(0, 10), **REASON}),
    "closed": ([NUMBER], REASON),
    "reopened": ([NUMBER], REASON),
}
MOVE = st.one_of(
    *(
        st.tuples(st.just(type), st.sampled_from(subjects), DAYS, st.fixed_dictionaries(data), st.integers(-6, 3))
        for type, (subjects, data) in DATA.items()
    ),
    st.tuples(st.just("retracted"), st.just(""), DAYS, st.just({}), st.integers(0, 8)),
)


@given(st.lists(MOVE, max_size=14))
def test_any_events_that_were_accepted_fold_to_a_casefile_that_loads(moves: list[Any]) -> None:
    record = CaseRecord(NUMBER, (C1, C2), (), on_record=True)
    for number, (type, subject, on, data, which) in enumerate(moves, start=10):
        standing = list(record.standing())
        corrected = standing[which] if 0 <= which < len(standing) else None
        if type == "retracted":
            if corrected is None:
                continue
            after = without_event(record, corrected.position)
            if left_broken(FACTS, record, after, TODAY):
                continue
        else:
            same = corrected is not None and corrected.type == type
            told = CaseEvent(number, date.fromisoformat(on), datetime(2026, 12, 1, tzinfo=UTC), "clerk", type, subject,
                             read_data(type, data), corrected.position if same and corrected else None)  # fmt: skip
            if problems_of(told, record):
                continue
            after = with_event(record, told)
        record = after
        for day in (TODAY, date.fromisoformat(on)):
            found = fold(FACTS, record, day)
            casefiles.load(found.facts)
        assert fold(FACTS, record, TODAY).unplaced == ()
