"""What is asked of the guards: each type, about each thing it could be about, to each who must be served."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from docservice.casefile.facts import Appeal, Citation, HardshipRequest, Hearing, Name, Party, Permit
from docservice.casefile.record import CaseRecord
from docservice.town.next_steps import next_steps
from docservice.town.pack import TownPack

ON = date(2026, 6, 10)
OWNER, AGENT, TENANT = (
    Party(id, (role,), Name(id.title()))  # type: ignore[arg-type]
    for id, role in (("owner", "owner"), ("nia", "agent"), ("t1", "tenant"))
)


@pytest.mark.parametrize(
    ("type", "asked"),
    [
        ("notice-of-violation", [(None, "owner"), (None, "nia")]),  # about the case, to those of its roles
        ("closure-letter", [(None, "owner"), (None, "nia"), (None, "t1")]),  # no roles: to whomever of the case
        ("administrative-citation", [("c1", "owner"), ("c1", "nia"), ("c2", "owner"), ("c2", "nia")]),
        ("tenant-notice", [(None, "t1")]),  # owed with the order, whether or not a hearing is set
        ("hearing-minutes", [("h1", None)]),  # to the file
        ("construction-time-limit", [("B-1", "owner"), ("B-1", "nia")]),
        ("hardship-decision", []),  # nobody has asked
        ("stop-work-order", []),  # there is none
        ("withdrawal", [("c1", "owner"), ("c1", "nia"), ("c2", "owner"), ("c2", "nia")]),
        ("appeal-receipt", []),  # nobody has appealed
        ("lien-release", []),  # no lien is on record
    ],
)
def test_each_thing_and_each_who_must_be_served(
    pack: TownPack, make: Any, type: str, asked: list[tuple[str | None, str | None]]
) -> None:
    casefile = make(
        parties=(OWNER, AGENT, TENANT),
        citations=tuple(Citation(id, 1, ("v1",), ON) for id in ("c1", "c2")),
        hearings=(Hearing("h1", ON, time(10), ("Town Hall",), "show_cause", "hearing_officer"),),
        permits=(Permit("B-1", ON, limit_months=18),),
    )
    steps = next_steps(pack, casefile, CaseRecord("CE-2026-0310"), ON)
    assert [(one.about, one.recipient) for one in steps if one.document_type == type] == asked


@pytest.mark.parametrize(
    ("type", "about", "asked"),
    [
        ("hardship-decision", "hr1", ["owner"]),
        ("hardship-decision", "hr2", ["t1"]),  # who asked, without the role
        ("notice-of-hearing", "h1", ["owner", "nia"]),
        ("notice-of-hearing", "h2", ["owner", "nia", "t1"]),
        ("hearing-decision", "h3", ["owner", "nia", "t1"]),  # joined
    ],
)
def test_an_appellant_is_who_filed_the_appeal_that_it_is_about(
    pack: TownPack, make: Any, type: str, about: str, asked: list[str]
) -> None:
    hearing = Hearing("h1", ON, time(10), ("Town Hall",), "appeal", "hearing_officer", appeal="a1")
    casefile = make(
        parties=(replace(OWNER, roles=("owner", "appellant")), AGENT, TENANT),
        citations=tuple(Citation(id, 1, ("v1",), ON) for id in ("c1", "c2", "c3")),
        hardship_requests=(
            HardshipRequest("hr1", ON, "owner", "deposit_waiver", ("c1",), "No money."),
            HardshipRequest("hr2", ON, "t1", "fine_reduction", ("c2",), "No money."),
        ),
        appeals=(Appeal("a1", ON, "owner", ("c1",), "No."), Appeal("a2", ON, "t1", ("c2",), "No.")),
        hearings=(hearing, replace(hearing, id="h2", appeal="a2"), replace(hearing, id="h3", joined=("a2",))),
    )
    steps = next_steps(pack, casefile, CaseRecord("CE-2026-0310"), ON)
    assert [one.recipient for one in steps if (one.document_type, one.about) == (type, about)] == asked


@pytest.mark.parametrize("roles", [("owner",), ("owner", "appellant")])
def test_without_an_appeal_on_file_the_role_says_who_appealed(
    pack: TownPack, make: Any, roles: tuple[Any, ...]
) -> None:
    hearing = Hearing("h1", ON, time(10), ("Town Hall",), "appeal", "hearing_officer")
    other = Party("b", roles, Name("Ben"))
    casefile = make(parties=(OWNER, replace(other, roles=roles[1:] or ("interested",))), hearings=(hearing,))
    steps = next_steps(pack, casefile, CaseRecord("CE-2026-0310"), ON)
    asked = [one.recipient for one in steps if one.document_type == "notice-of-hearing"]
    assert asked == (["owner", "b"] if "appellant" in roles else ["owner"])


def test_a_town_without_procedure_has_no_steps(pack: TownPack, make: Any) -> None:
    assert next_steps(replace(pack, procedure=None), make(), CaseRecord("CE-2026-0310"), ON) == ()
