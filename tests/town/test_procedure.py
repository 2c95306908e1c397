"""A town's procedure that contradicts itself is refused where it does, and what is allowed is not."""

from __future__ import annotations

from typing import Any

import pytest

from docservice.town.follow_ups import DepositAfterDenial, FollowUp, ResultWait
from docservice.town.procedure import (
    Procedure,
    ProcedureOfType,
    Prohibition,
    Requirement,
    incoherences,
)
from docservice.town.source import Source

OFFICE = Source("Office practice", "P")
NEEDS, FORBIDS = (
    ("procedure", "types", "courtesy-letter", "requires", 0),
    ("procedure", "types", "courtesy-letter", "forbids", 0),
)
WHAT = "Say one of served, live, fact, open, none_open, unpaid, appeal, lead"
HOLDS = "Say one of state, live, stayed"


def found(type: str = "courtesy-letter", town: dict[str, Any] | None = None, **words: Any) -> list[tuple[Any, ...]]:
    procedure = Procedure(OFFICE, {type: ProcedureOfType(OFFICE, **words)}, **(town or {}))
    roles = frozenset(("director", "attorney"))
    return [(place, says) for place, says in incoherences(procedure, {"letter-of-ours": ("comply-by",)}, roles)]


@pytest.mark.parametrize(
    ("need", "said"),
    [
        (Requirement(served=("notice-of-violation",), passed="comply-by"), []),
        (Requirement(live=("letter-of-ours",)), []),
        (Requirement(fact="appeal", when="appeal"), []),
        (Requirement(), [(NEEDS, f"{WHAT}.")]),
        (Requirement(fact="costs", unpaid="costs"), [(NEEDS, f"{WHAT}, not fact and unpaid.")]),
        (Requirement(served=("notice-of-violashun",)), [((*NEEDS, "served"),
                                                         "There is no document type notice-of-violashun.")]),
        (Requirement(live=("letter-of-ours", "letter-of-theirs")), [((*NEEDS, "live"),
                                                                     "There is no document type letter-of-theirs.")]),
        (Requirement(live=("letter-of-ours",), passed="comply-by"),
         [((*NEEDS, "passed"), "A date passes of what was served; say served.")]),
    ],
)  # fmt: skip
def test_a_requirement_is_one_thing_of_types_that_there_are(need: Requirement, said: list[Any]) -> None:
    assert found(requires=(need,)) == said


@pytest.mark.parametrize(
    ("forbidden", "said"),
    [
        (Prohibition(state="closed"), []),
        (Prohibition(live=("letter-of-ours", "stop-work-order")), []),
        (Prohibition(stayed="order"), []),
        (Prohibition(), [(FORBIDS, f"{HOLDS}.")]),
        (Prohibition(state="closed", stayed="order"), [(FORBIDS, f"{HOLDS}, not state and stayed.")]),
        (Prohibition(live=("stop-work",)), [((*FORBIDS, "live"), "There is no document type stop-work.")]),
    ],
)
def test_so_is_what_is_forbidden(forbidden: Prohibition, said: list[Any]) -> None:
    assert found(forbids=(forbidden,)) == said


def test_once_per_recipient_says_of_what() -> None:
    place = ("procedure", "types", "courtesy-letter", "once")
    assert found(once=("recipient",)) == [(place, "Once per recipient of what? Name it too.")]
    assert found(once=("case", "recipient")) == found(once=("case",)) == found(once=()) == []


def test_a_type_is_of_the_pack_or_of_the_trade() -> None:
    assert found("letter-of-ours") == found("lien-release") == []
    [(place, says)] = found("letter-of-theirs")
    assert (place, says) == (("procedure", "types", "letter-of-theirs"), "There is no document type letter-of-theirs.")


@pytest.mark.parametrize(
    ("town", "places"),
    [
        ({"waive": {"once": ("director",)}, "decide": ("attorney", "director")}, []),
        ({"waive": {"once": ("director",), "lead": ("director", "mayor")}}, [("procedure", "waive", "lead")]),
        ({"decide": ("mayor",)}, [("procedure", "decide")]),
    ],
)
def test_who_decides_is_an_officer_of_the_town(town: dict[str, Any], places: list[Any]) -> None:
    said = found(town=town)
    assert [place for place, _ in said] == places
    assert {says for _, says in said} <= {"No officer has the role mayor. There is: attorney, director."}


def test_every_contradiction_is_told_with_its_place() -> None:
    said = found(
        requires=(Requirement(fact="costs"), Requirement()), forbids=(Prohibition(state="closed"), Prohibition())
    )
    assert [place for place, _ in said] == [(*NEEDS[:4], 1), (*FORBIDS[:4], 1)]


DUE = ("procedure", "types", "letter-of-ours", "due", 0)
WHEN = "Say one of after, on, at"


@pytest.mark.parametrize(
    ("follow", "said"),
    [
        (FollowUp("inspection", after="comply-by", when="open"), []),
        (FollowUp("lien-release", at="paid"), []),
        (FollowUp("appeal-falls", after="deposit-by"), []),
        (FollowUp("inspection"), [(DUE, f"{WHEN}.")]),
        (FollowUp("inspection", after="comply-by", at="paid"), [(DUE, f"{WHEN}, not after and at.")]),
        (FollowUp("inspection", on="comply-bye"), [((*DUE, "on"), "It prints no date comply-bye.")]),
        (FollowUp("inspect", at="paid"), [((*DUE, "do"), "There is no document type inspect, and what else is done is: "
                                                         "appeal-falls, final, inspection.")]),
    ],
)  # fmt: skip
def test_what_follows_is_done_once_by_a_date_that_there_is(follow: FollowUp, said: list[Any]) -> None:
    assert found("letter-of-ours", due=(follow,)) == said


def test_dates_start_and_are_set_anew_where_they_are_printed() -> None:
    place = ("procedure", "types", "letter-of-ours")
    assert found("letter-of-ours", starts=("comply-by",), resets=("comply-by",)) == []
    assert found("letter-of-ours", starts=("contest-by",), resets=("contest-by",)) == [
        ((*place, "starts"), "It prints no date contest-by."),
        ((*place, "resets"), "No document prints a date contest-by."),
    ]
    assert found("lien-release", starts=("contest-by",)) == [], "its letter is not written yet"


def test_nobody_waits_for_ever() -> None:
    days = {"days": 367, "source": OFFICE}
    [(place, _)] = found("letter-of-ours", deposit_after_denial=DepositAfterDenial(**days))
    assert place == ("procedure", "types", "letter-of-ours", "deposit_after_denial", "days")
    [(place, _)] = found(town={"no_result_after": ResultWait(**days)})
    assert place == ("procedure", "no_result_after", "days")
