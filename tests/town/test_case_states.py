"""The states in which a document may not go out, to the day, and the sentence that says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Any, get_args

import pytest

from docservice.casefile.facts import (
    Appeal,
    Case,
    Casefile,
    Citation,
    Hearing,
    Permit,
    Property,
    StopWorkOrder,
    Violation,
)
from docservice.casefile.history import RecordedLien
from docservice.town.case_states import forbids, listed
from docservice.town.procedure import CaseState
from docservice.town.subjects import Subject

EVE, ON, MORROW = date(2026, 6, 9), date(2026, 6, 10), date(2026, 6, 11)
CASE = Case("CE-2026-0310", "A case", date(2026, 5, 1), "coordinator")
ORDER = StopWorkOrder("s1", EVE, "No permit.", ("A permit.",))
CITED = Citation("c1", 1, ("v1",), ON)
MENDED = Violation("v1", "MHMC 17.52.030", EVE, "Seen.", "Mend it.", corrected_on=EVE)
DANGER = Violation("v2", "CBC 105.1", EVE, "It leans.", "Mend it.", immediate_danger=True)
HEARING = Hearing("h1", ON, time(10), ("Town Hall",), "appeal", "hearing_officer", appeal="a1")
APPEAL = Appeal("a1", EVE, "owner", ("c1",), "No.")
PERMIT = Permit("B-1", EVE)
LIEN = RecordedLien("l1", ON, "2026-0088")


@pytest.mark.parametrize(
    ("state", "subject", "violations", "told", "said"),
    [
        ("closed", None, (), {"case": replace(CASE, closed_on=ON)}, f"The case was closed on {ON}."),
        ("closed", None, (), {"case": replace(CASE, closed_on=MORROW)}, None),
        ("lifted", replace(ORDER, lifted_on=ON), (), {}, f"The order was lifted on {ON}."),
        ("lifted", replace(ORDER, lifted_on=MORROW), (), {}, None),
        ("lifted", ORDER, (), {}, None),
        ("dismissed", replace(CITED, status="dismissed"), (), {}, "The citation c1 was dismissed."),
        ("dismissed", replace(CITED, status="void"), (), {}, None),  # it may be issued anew
        ("dismissed", CITED, (), {}, None),
        ("corrected", CITED, (MENDED,), {}, f"v1 was corrected before the day cited, {ON}."),
        ("corrected", CITED, (replace(MENDED, corrected_on=ON),), {}, None),  # on that day it was there
        ("corrected", CITED, (DANGER,), {}, None),
        ("corrected", CITED, (DANGER, MENDED), {}, f"v1 was corrected before the day cited, {ON}."),
        ("corrected", ORDER, (MENDED,), {}, None),
        ("decided", replace(HEARING, decided_on=ON), (), {}, f"The hearing was decided on {ON}."),
        ("decided", replace(HEARING, decided_on=MORROW), (), {}, None),
        ("decided", HEARING, (), {}, None),
        ("permit_completed", replace(PERMIT, completed_on=ON), (), {}, f"The work was completed on {ON}."),
        ("permit_completed", replace(PERMIT, completed_on=MORROW), (), {}, None),
        ("permit_completed", PERMIT, (), {}, None),
        ("immediate_danger", None, (MENDED, DANGER), {}, "v2 is an immediate danger."),
        ("immediate_danger", None, (replace(DANGER, corrected_on=ON),), {}, None),
        ("immediate_danger", None, (replace(DANGER, corrected_on=MORROW),), {}, "v2 is an immediate danger."),
        ("immediate_danger", None, (replace(MENDED, corrected_on=None),), {}, None),
        ("hearing_pending", None, (), {"hearings": (HEARING,)}, "The hearing h1 is not decided."),
        ("hearing_pending", None, (), {"hearings": (replace(HEARING, decided_on=ON),)}, None),
        ("hearing_pending", None, (), {"hearings": (replace(HEARING, decided_on=MORROW),)},
         "The hearing h1 is not decided."),
        ("hearing_pending", None, (), {"hearings": (HEARING,), "appeals": (APPEAL,)}, "The hearing h1 is not decided."),
        ("hearing_pending", None, (), {"hearings": (HEARING,), "appeals": (replace(APPEAL, withdrawn_on=ON),)}, None),
        ("hearing_pending", None, (), {"hearings": (HEARING,), "appeals": (replace(APPEAL, withdrawn_on=MORROW),)},
         "The hearing h1 is not decided."),
        ("hearing_pending", None, (), {"hearings": (replace(HEARING, appeal=None),),
                                       "appeals": (replace(APPEAL, withdrawn_on=ON),)},
         "The hearing h1 is not decided."),
        ("recorded_lien", None, (), {"liens": (LIEN,)}, "The lien 2026-0088 is on record."),
        ("recorded_lien", None, (), {"liens": (replace(LIEN, recorded_on=MORROW),)}, None),
        ("recorded_lien", None, (), {"liens": (replace(LIEN, released_on=ON),)}, None),
        ("recorded_lien", None, (), {"liens": (replace(LIEN, released_on=MORROW),)},
         "The lien 2026-0088 is on record."),
    ],
)  # fmt: skip
def test_a_state_and_its_sentence(
    state: CaseState, subject: Subject | None, violations: tuple[Violation, ...], told: dict[str, Any], said: str | None
) -> None:
    casefile = replace(Casefile(CASE, Property("012-455-020"), ()), **told)
    assert forbids(casefile, subject, violations, state, ON) == said


def test_an_empty_case_is_in_no_state() -> None:
    for state in get_args(CaseState):
        assert forbids(Casefile(CASE, Property("012-455-020"), ()), None, (), state, ON) is None


def test_names_are_listed_once_in_their_order() -> None:
    assert listed(["v2", "v1", "v2"]) == "v2, v1"
