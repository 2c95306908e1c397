"""Rules are told once, fines to come with their amounts, and a photograph stands beside what it shows."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from docservice import casefile
from docservice.casefile.facts import Address, Name, Party, PartyRole
from docservice.refusal import Refusal
from docservice.rendering.composing.facts import Facts, assemble
from docservice.town.readers import greeting_of, lives_there, only_told, reader_of
from docservice.town.reckoning import reckon
from tests.rendering.composing.test_facts import case_of, facts, meta, pack, raw


def told(case: str, changed: Any = None, key: str = "notice-of-violation", recipient: str = "owner-chen") -> Facts:
    data = json.loads(raw(case))
    if changed:
        changed(data)
    read, on = casefile.load(data), date(2026, 9, 1)
    reckoning = reckon(pack(), read, key, on=on, recipient=recipient)
    return assemble(read, pack(), meta(key), reckoning, recipient=recipient, on=on, number=None, language="en")


def test_a_subsection_stands_with_its_section_and_nothing_is_lost() -> None:
    seen = told("CE-2026-0203").names
    groups = seen["violation_groups"]
    assert [str(group.get("section")) for group in groups][:3] == [
        "HSC 17920.3(a)", "HSC 17920.3(b)", "HSC 17920.3(c)",
    ]  # fmt: skip
    assert [len(group.get("violations")) for group in groups][:3] == [4, 2, 1]
    assert [v.get("number") for group in groups for v in group.get("violations")] == list(range(1, 24))
    assert str(groups[0].get("section_title")) == "Inadequate sanitation"
    assert [str(code.get("name")) for code in seen["codes_used"]] == ["California Health and Safety Code"]


def test_a_rule_is_told_once_and_a_code_named_where_it_comes_first() -> None:
    first, *others = told("CE-2026-0203").names["violations"]
    assert str(first.get("code_name")) == "California Health and Safety Code"
    assert not any(other.get("code_name") for other in others)
    same = {v.get("number"): v.get("same_rule_as") for v in (first, *others) if v.get("same_rule_as")}
    assert same == {9: 8, 11: 10, 20: 19}


def test_fines_to_come_are_those_of_the_schedule_from_the_day_after_the_last() -> None:
    at_once, later = told("CE-2026-0203").names["fines_to_come"]
    assert at_once.get("at_once")
    assert not at_once.get("starts_on")
    assert later.get("starts_on").value == date(2026, 10, 2)
    assert len(at_once.get("sections")) == 6
    amounts = [later.get(name).value for name in ("first", "second", "third", "next")]
    assert amounts == [Decimal(130), Decimal(700), Decimal(1300), Decimal(130)]


def test_after_a_citation_come_the_next_ones() -> None:
    (to_come,) = facts("CE-2026-0231", "administrative-citation", "owner", "2026-05-29", "c1").names["fines_to_come"]
    assert (to_come.get("ordinal"), to_come.get("next").value) == (2, Decimal(3000))


def test_a_photograph_stands_beside_each_violation_that_names_it() -> None:
    def shown(data: dict[str, Any]) -> None:
        for one in data["violations"]:
            one.pop("photographs", None)
        data["violations"][7]["photographs"] = ["exposed-wiring.jpg"]
        data["violations"][8]["photographs"] = ["exposed-wiring.jpg", "mold-bathroom.jpg"]

    violations = told("CE-2026-0203", shown).names["violations"]
    assert [[str(p.get("file")) for p in v.get("photos")] for v in violations[7:9]] == [
        ["exposed-wiring.jpg"], ["exposed-wiring.jpg", "mold-bathroom.jpg"],
    ]  # fmt: skip
    assert not any(v.get("photos") for v in violations[:7])


def test_a_photograph_that_nobody_took_is_refused_by_its_place() -> None:
    data = json.loads(raw("CE-2026-0203"))
    data["violations"][0]["photographs"] = ["mold-bathroom.jpg", "gone.jpg"]
    with pytest.raises(Refusal) as refused:
        casefile.load(data)
    assert [(p.code, p.place) for p in refused.value.problems] == [
        ("casefile.dangling_reference", "/violations/0/photographs/1")
    ]


PARTY = Party("p", ("owner",), Name("Ruth Ekberg"))


@pytest.mark.parametrize(
    ("roles", "reader"),
    [
        (("owner", "occupant", "appellant"), "owner"),
        (("tenant",), "resident"),
        (("occupant",), "resident"),
        (("tenant", "appellant"), "appellant"),
        (("lienholder",), "lender"),
        (("worker",), "contractor"),
        (("local_contact",), "agent"),
        (("interested", "representative"), "agent"),
        (("interested",), "other"),
    ],
)
def test_who_somebody_is_to_a_letter(roles: tuple[PartyRole, ...], reader: str) -> None:
    party = replace(PARTY, roles=roles)
    assert reader_of(party, (party, PARTY)) == reader


def test_who_lives_where_no_owner_is_known_must_act_like_anybody() -> None:
    occupant = replace(PARTY, roles=("occupant",))
    assert reader_of(occupant, (occupant,)) == "other"
    assert not only_told(occupant, (occupant,))
    assert only_told(occupant, (occupant, PARTY))


@pytest.mark.parametrize(
    ("lines", "situs", "home"),
    [
        (("5 POPPY LN", "MADRONA HILLS CA 95999"), "5 Poppy Lane", True),
        (("15 POPPY LN", "MADRONA HILLS CA 95999"), "5 Poppy Lane", False),
        (("PO BOX 5", "MADRONA HILLS CA 95999"), "5 Poppy Lane", False),
        (("5 POPPY LN", "MADRONA HILLS CA 95999"), None, False),
    ],
)
def test_whose_home_it_is(lines: tuple[str, ...], situs: str | None, home: bool) -> None:
    owner = replace(PARTY, address=Address("street", lines))
    assert lives_there(owner, situs) is home
    assert lives_there(replace(owner, roles=("tenant",)), situs)


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("Estate of Chen Kwok-Wah, Deceased", "personal_representative"),
        ("Heirs and devisees of Ephraim Oppenheimer-Wójcik", "heirs"),
        ("OCCUPANT", "occupant"),
        ("Current Resident", "occupant"),
        ("Occupantia Real Estate, LLC", "name"),
        ("Castates of Nine", "name"),
    ],
)
def test_whom_a_salutation_greets(name: str, greeting: str) -> None:
    assert greeting_of(replace(PARTY, name=Name(name))) == greeting
    assert greeting_of(replace(PARTY, name=Name(name), greeting="name")) == "name"
    assert case_of("CE-2026-0203").parties[1].greeting is None
