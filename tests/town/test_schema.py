"""What is taken for a text, a number, a day in a pack, and what is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import pytest
from marshmallow import ValidationError

from docservice.town.schema import schema_of


@dataclass(frozen=True)
class Room:
    name: str


@dataclass(frozen=True)
class House:
    name: str
    rooms: tuple[Room, ...]
    stories: int
    rent: Decimal
    built: date
    kept: bool
    use: Literal["home", "means"]
    meters: Mapping[str, int]
    owner: str | None = None
    sold: Decimal | None = None
    cellar: Room | None = None
    tags: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    made: str = field(default="by hand", metadata={"computed": True})
    roof: str = field(default="flat", metadata={"before": ("cover", {"slate": "stone"})})
    facts: Any = None


GOOD: dict[str, Any] = {
    "name": "Oak",
    "rooms": [{"name": "Hall"}],
    "stories": 2,
    "rent": "1300.50",
    "built": "1908-05-01",
    "kept": True,
    "use": "home",
    "meters": {"gas": 7},
}


def load(**changes: Any) -> House:
    made = schema_of(House)().load({**GOOD, **changes})
    assert isinstance(made, House)
    return made


def test_a_mapping_becomes_its_dataclass() -> None:
    assert load() == House("Oak", (Room("Hall"),), 2, Decimal("1300.50"), date(1908, 5, 1), True, "home", {"gas": 7})
    more = load(owner=" Ada ", sold=0, cellar={"name": "Old"}, tags=["a"], notes={"roof": "new"})
    assert (more.owner, more.sold, more.cellar, more.tags) == ("Ada", Decimal(0), Room("Old"), ("a",))
    assert more.notes == {"roof": "new"}


@pytest.mark.parametrize("key", GOOD)
def test_what_has_no_default_must_be_given(key: str) -> None:
    given = {name: value for name, value in GOOD.items() if name != key}
    with pytest.raises(ValidationError) as caught:
        schema_of(House)().load(given)
    assert list(caught.value.normalized_messages()) == [key]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", 3), ("name", True), ("name", ""), ("name", "  "), ("name", None), ("owner", ["Ada"]),
        ("rooms", "Hall"), ("rooms", [{"name": ""}]), ("rooms", [{"title": "Hall"}]), ("rooms", [None]),
        ("stories", "2"), ("stories", -1), ("stories", 2.0), ("stories", True),
        ("rent", "much"), ("rent", True), ("rent", [1]), ("rent", -1), ("rent", "-0.01"), ("rent", "inf"),
        ("rent", "nan"), ("rent", "1.2345"), ("rent", 1.2345),
        ("built", "1.5.1908"), ("built", 1908),
        ("kept", "yes"), ("kept", 1), ("kept", "true"),
        ("use", "barn"), ("use", ""),
        ("meters", ["gas"]), ("meters", {"": 7}), ("meters", {"gas": "7"}), ("meters", {5: 7}),
        ("made", "by machine"), ("pool", True), ("cellar", {}), ("tags", [""]),
    ],
)  # fmt: skip
def test_what_is_something_else_is_refused(key: str, value: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        load(**{key: value})
    assert list(caught.value.normalized_messages()) == [key]


@pytest.mark.parametrize("rent", [0, 1300, "0", "2.625", 2.625, "1.100"])
def test_a_number_has_three_decimals_at_most(rent: Any) -> None:
    assert load(rent=rent).rent == Decimal(str(rent))


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("name", 3, "This must be text; put 3 in quotation marks."),
        ("name", " ", "This text is empty."),
        ("stories", "2", "This must be a whole number, not negative."),
        ("kept", "yes", "This must be true or false."),
        ("rent", "x", "This must be a number, not negative, such as 1300 or 2.625."),
    ],
)
def test_it_is_said_what_it_must_be(key: str, value: Any, says: str) -> None:
    with pytest.raises(ValidationError) as caught:
        load(**{key: value})
    assert caught.value.normalized_messages() == {key: [says]}


def test_a_count_may_be_nought() -> None:
    assert load(stories=0).stories == 0


@pytest.mark.parametrize(
    ("given", "roof"),
    [({}, "flat"), ({"roof": "slate"}, "slate"), ({"cover": "slate"}, "stone"), ({"cover": "tin"}, "tin")],
)
def test_a_field_is_known_by_the_name_that_it_had_before(given: dict[str, Any], roof: str) -> None:
    assert load(**given).roof == roof


@pytest.mark.parametrize(
    ("given", "key"),
    [({"cover": 3}, "roof"), ({"cover": ["slate"]}, "roof"), ({"cover": "tin", "roof": "tin"}, "cover")],
)
def test_the_name_of_before_is_held_to_the_same_rules_and_stands_alone(given: dict[str, Any], key: str) -> None:
    with pytest.raises(ValidationError) as caught:
        load(**given)
    assert list(caught.value.normalized_messages()) == [key]


@pytest.mark.parametrize("given", [None, "a house", ["cover"]])
def test_what_is_no_mapping_is_no_dataclass(given: Any) -> None:
    with pytest.raises(ValidationError, match="Invalid input type"):
        schema_of(House)().load(given)


def test_free_data_keeps_its_kinds_and_a_day_becomes_one() -> None:
    day = date(2026, 6, 1)
    facts = {"since": "2026-06-01", "hours": ["8 a.m.", "2026-06-01"], 5: 2.5, "kept": False, "about": {"n": 0}}
    assert load(facts=facts).facts == {
        "since": day, "hours": ("8 a.m.", day), "5": 2.5, "kept": False, "about": {"n": 0},
    }  # fmt: skip
    assert load(facts="2026-06-01 and later").facts == "2026-06-01 and later"


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"a": None}, "This has no value."),
        (["2026-02-30"], "There is no day 2026-02-30."),
        ({"a": {"b": "2026-13-01"}}, "There is no day 2026-13-01."),
    ],
)
def test_free_data_has_values_and_days_that_there_are(facts: Any, says: str) -> None:
    with pytest.raises(ValidationError) as caught:
        load(facts=facts)
    assert caught.value.normalized_messages() == {"facts": [says]}
