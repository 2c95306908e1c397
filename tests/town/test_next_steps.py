"""What is asked of the guards: each type, about each thing it could be about, to each who must be served."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from docservice.casefile.facts import Citation, Hearing, Name, Party, Permit
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
        ("tenant-notice", [("h1", "t1")]),
        ("hearing-minutes", [("h1", None)]),  # to the file
        ("construction-time-limit", [("B-1", "owner"), ("B-1", "nia")]),
        ("hardship-decision", []),  # nobody has appealed
        ("stop-work-order", []),  # there is none
        ("withdrawal", [(None, None)]),  # the letter is not written yet
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


def test_a_town_without_procedure_has_no_steps(pack: TownPack, make: Any) -> None:
    assert next_steps(replace(pack, procedure=None), make(), CaseRecord("CE-2026-0310"), ON) == ()
