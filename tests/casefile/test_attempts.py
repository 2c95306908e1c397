"""Attempts of the register become service records of the casefile, and go when they are taken back."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docservice import casefile as casefiles
from docservice.casefile.attempts import attempts, by_document, without_legs
from docservice.casefile.folding import fold
from docservice.casefile.record import CaseEvent, CaseRecord
from tests.casefile.test_folding import C1, FACTS, ON, event

SWORN = {"name": "D. Varga", "title": "Mail clerk", "address": ["1 Civic Plaza", "Madrona Hills, CA 95999"],
         "over_18_and_not_a_party": True}  # fmt: skip
PAPER = replace(C1, number="AC-2026-0009", position=400, title="Administrative citation", sha256="0" * 64, pages=3)
BOTH: list[dict[str, Any]] = [
    {"method": "certified_mail", "place": "Post office, Madrona Hills", "article_number": "9407111899223197428490"},
    {"method": "first_class_mail", "place": "Post office, Madrona Hills", "on": "2026-06-02"},
]
MADE = event(412, "attempted", PAPER.number, "2026-06-01", party="owner", declarant=SWORN, rung=1, legs=BOTH)
PLAIN = {name: value for name, value in FACTS.items() if name != "service"}


def record(*events: Any) -> CaseRecord:
    return CaseRecord("CE-2026-0231", (PAPER,), events)


def result(position: int, on: str, leg: int, said: str, **more: Any) -> Any:
    return event(position, "service-result", PAPER.number, on, attempt=412, leg=leg, result=said, **more)


def test_every_leg_is_a_service_record() -> None:
    facts = fold(PLAIN, record(MADE, result(413, "2026-06-20", 1, "unclaimed", reason="Unclaimed")), ON).facts
    first, second = casefiles.load(facts).service
    assert (first.id, first.attempt, first.rung, first.served_on) == (
        "attempt-412-1",
        "attempt-412",
        1,
        date(2026, 6, 1),
    )
    assert (first.result, first.result_on, first.reason) == ("unclaimed", date(2026, 6, 20), "Unclaimed")
    assert (second.result, second.served_on, second.title, second.pages) == (
        "pending", date(2026, 6, 2), "Administrative citation", 3,
    )  # fmt: skip


def test_results_are_known_from_their_day_on_and_the_last_word_counts() -> None:
    known = record(MADE, result(415, "2026-06-18", 1, "delivered"), result(414, "2026-06-20", 1, "unclaimed"))
    for day, said in ((17, "pending"), (18, "delivered"), (19, "delivered"), (20, "unclaimed")):
        (one,) = attempts(known, date(2026, 6, day))
        assert one.legs[0].result == said
    assert attempts(known, date(2026, 5, 31)) == ()


def test_a_correction_does_not_make_what_came_back_go_away() -> None:
    """The result is of the leg, not of the words that told it."""
    back = result(413, "2026-06-20", 1, "unclaimed")
    for legs, said in (([BOTH[1]], ["unclaimed"]), (BOTH[::-1], [None, "unclaimed"]), (BOTH, ["unclaimed", None])):
        put_right = replace(MADE, position=420, corrects=412, data={**MADE.data, "legs": legs})
        again = replace(put_right, position=421, corrects=420)
        facts = fold(PLAIN, record(MADE, back, put_right, again), ON).facts
        assert [one.get("result") for one in facts["service"]] == said
        assert [one["id"] for one in facts["service"]] == [f"attempt-421-{n}" for n, _ in enumerate(legs, 1)]


def test_short_forms_are_attempts_to_which_nobody_swears() -> None:
    told = event(430, "served", PAPER.number, "2026-06-03", party="owner", method="first_class_mail", place="Desk")
    back = event(431, "returned", PAPER.number, "2026-06-09", party="owner", result="returned", reason="Vacant")
    (one,) = attempts(record(told, back), ON)
    assert (one.sworn, one.legs[0].result, one.legs[0].reason) == (False, "returned", "Vacant")
    assert by_document([one]) == {PAPER.number: {"owner": [one.legs]}}
    assert "service" not in fold(PLAIN, record(told, back), ON).facts


def test_what_came_back_is_what_was_mailed() -> None:
    legs = [{"method": "posting_site", "place": "Front door"}, BOTH[1]]
    made = event(412, "attempted", PAPER.number, "2026-06-01", party="owner", declarant=SWORN, legs=legs)
    back = event(431, "returned", PAPER.number, "2026-06-09", party="owner", result="returned")
    assert [leg.result for leg in attempts(record(made, back), ON)[0].legs] == ["pending", "returned"]


def test_what_a_casefile_says_of_them_gives_way_and_is_told() -> None:
    known = record(MADE)
    read = fold(PLAIN, known, ON).facts
    again = fold(read, known, ON)
    assert (again.facts, again.changes) == (read, ())
    otherwise = deepcopy(read)
    otherwise["service"][0]["result"] = "delivered"
    found = fold(otherwise, known, ON)
    assert (found.facts, [one.place for one in found.changes]) == (read, ["/service/0/result"])
    invented = {**read, "service": [*read["service"], {**read["service"][0], "id": "attempt-9-1"}]}
    found = fold(invented, known, ON)
    assert (found.facts, [one.place for one in found.changes]) == (read, ["/service/2"])
    assert without_legs(read) == {name: value for name, value in read.items() if name != "service"}


def test_a_person_whom_the_casefile_lacks_is_told() -> None:
    facts = json.loads(json.dumps(PLAIN).replace('"owner"', '"buyer"'))
    found = fold(facts, record(replace(MADE)), ON)
    assert "case.lacks" in [one.code for one in found.findings]
    assert "service" not in found.facts


@pytest.mark.parametrize("said", [{"at": "10:05:00"}, {"issues": ["2026-06-04"]}, {"tries": [
    {"on": "2026-06-01", "at": "09:00:00", "place": "Door", "what": "Nobody"}]}, {"mailed_on": "2026-06-04"},
    {"photos": [{"file": "a.jpg", "caption": "Door", "alt": "A door", "taken_on": "2026-06-01", "taken_by": "dv",
                 "taken_at": "10:00:00", "sha256": "1" * 64}]},
    {"evidence": [{"file": "card.pdf", "what": "Green card"}]}, {"address": ["A", "B"]},
])  # fmt: skip
def test_all_that_a_leg_says_is_kept(said: dict[str, Any]) -> None:
    legs = [{"method": "posting_site", "place": "Front door", **said}]
    made = event(412, "attempted", PAPER.number, "2026-06-01", party="owner", declarant=SWORN, legs=legs)
    ((name, value),) = said.items()
    (leg,) = fold(PLAIN, record(made), ON).facts["service"]
    assert leg[name] == value
    casefiles.load(fold(PLAIN, record(made), ON).facts)


def _sequences() -> st.SearchStrategy[list[tuple[int, int, str, bool]]]:
    day, leg = st.integers(0, 40), st.integers(1, 2)
    return st.lists(
        st.tuples(day, leg, st.sampled_from(["delivered", "returned", "unclaimed"]), st.booleans()), max_size=5
    )


@given(_sequences(), st.randoms())
def test_what_is_known_does_not_hang_on_the_order_in_which_it_is_read(
    told: list[tuple[int, int, str, bool]], chance: Any
) -> None:
    events: list[CaseEvent] = [MADE]
    for number, (days, leg, said, corrects) in enumerate(told):
        earlier = [one.position for one in events if one.type == "service-result"]
        taken = {one.corrects for one in events}
        free = [position for position in earlier if position not in taken]
        one = result(413 + number, str(date(2026, 6, 2) + timedelta(days=days)), leg, said)
        events.append(replace(one, corrects=free[-1]) if corrects and free else one)
    found = fold(PLAIN, record(*events), ON)
    shuffled = fold(PLAIN, record(*chance.sample(events, len(events))), ON)
    assert shuffled.facts == found.facts
    casefiles.load(found.facts)
    last: dict[int, tuple[str, str]] = {}
    for one in sorted(CaseRecord("", (), tuple(events)).standing(), key=lambda one: (one.on, one.position)):
        if one.type == "service-result":
            last[one.data["leg"]] = one.data["result"], str(one.on)
    for leg, (said, day) in last.items():
        assert (found.facts["service"][leg - 1]["result"], found.facts["service"][leg - 1]["result_on"]) == (said, day)
    assert min(one["served_on"] for one in found.facts["service"]) >= str(PAPER.issued_on)


def test_what_the_register_made_is_read_as_what_is_sent() -> None:
    """Legs of the register are not read by the schema; they are what it would make of them."""
    legs = [{**BOTH[0], "at": "09:10:00", "issues": ["2026-06-04"], "evidence": [{"file": "card.pdf"}]}, BOTH[1]]
    made = event(412, "attempted", PAPER.number, "2026-06-01", party="owner", declarant=SWORN, legs=legs)
    facts = fold(PLAIN, record(made, result(413, "2026-06-20", 1, "returned", reason="Vacant")), ON).facts
    assert casefiles.load(json.loads(json.dumps(facts))) == casefiles.load(facts)


def test_a_case_that_is_said_to_have_opened_later_can_still_be_read() -> None:
    facts = {**PLAIN, "case": {**PLAIN["case"], "opened_on": "2026-06-02"}}
    for listed in ("violations", "inspections", "citations", "appeals", "hearings"):
        facts.pop(listed, None)
    found = fold(facts, replace(record(MADE), documents=()), ON)
    assert [one["id"] for one in found.facts["service"]] == ["attempt-412-2"]
    assert "/case/opened_on" in [one.place for one in found.findings]
