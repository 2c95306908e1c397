"""What the casefile says of the facts that procedure asks for: yes, no with why, or a question."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any, get_args

import pytest

from docservice.casefile.facts import (
    Appeal,
    Case,
    Casefile,
    Citation,
    Confidential,
    Cost,
    Declarant,
    Hearing,
    Inspection,
    Name,
    Party,
    Permit,
    Property,
    ServiceRecord,
    StopWorkOrder,
)
from docservice.casefile.history import ExtensionRequest, RecordedLien
from docservice.town.known_facts import known
from docservice.town.procedure import KnownFact
from docservice.town.subjects import Subject

EVE, ON, MORROW = date(2026, 6, 9), date(2026, 6, 10), date(2026, 6, 11)
CASE = Casefile(Case("CE-2026-0310", "A case", date(2026, 5, 1), "coordinator"), Property("012-455-020"), ())
SEEN = Inspection("i1", ON, "inspector", "public_view", ("Seen.",))
CITED = Citation("c1", 1, ("v1",), ON)
HEARING = Hearing("h1", ON, time(10), ("Town Hall",), "appeal", "hearing_officer")
APPEAL = Appeal("a1", ON, "owner", ("c1",), "No.")
ASKED = replace(APPEAL, hardship_waiver="requested")
PERMIT = Permit("B-1", EVE, limit_months=18)
ORDER = StopWorkOrder("s1", EVE, "No permit.", ("A permit.",), lifted_on=ON)
CLERK = Declarant("P. E.", "Clerk", ("1 Town Hall Way",), True)
POSTED = ServiceRecord("r1", "NOV-2026-0001", "Notice", "owner", "posting", ON, "At the door", CLERK)


@pytest.mark.parametrize(
    ("fact", "subject", "told", "said"),
    [
        ("complaint", None, {}, None),
        ("complaint", None, {"confidential": Confidential(complaint="Noise.")}, True),
        ("complaint", None, {"confidential": Confidential(complaint_received_on=ON)}, True),
        (
            "complaint",
            None,
            {"confidential": Confidential(complainant=Party("p", ("interested",), Name("N. N.")))},
            True,
        ),
        ("inspection", None, {}, None),
        ("inspection", None, {"inspections": (SEEN,)}, True),
        ("inspection", None, {"inspections": (replace(SEEN, on=MORROW),)}, None),  # nobody has seen it yet
        ("inspection-planned", None, {"inspections": (SEEN,)}, None),
        ("inspection-planned", None, {"inspections": (replace(SEEN, on=MORROW),)}, True),
        ("inspection-planned", None, {"inspections": (replace(SEEN, reinspection_on=ON),)}, None),
        ("inspection-planned", None, {"inspections": (replace(SEEN, reinspection_on=MORROW),)}, True),
        ("inspection-held", SEEN, {}, True),
        ("inspection-held", replace(SEEN, on=MORROW), {}, False),
        ("inspection-held", None, {"inspections": (SEEN,)}, None),
        ("extension-request", None, {}, None),
        ("extension-request", None, {"extension_requests": (ExtensionRequest("e1", ON, "owner"),)}, True),
        ("violation-day", CITED, {}, True),
        ("violation-day", replace(CITED, violation_on=MORROW), {}, False),
        ("violation-day", None, {}, None),
        ("permit-limit", PERMIT, {}, True),
        ("permit-limit", replace(PERMIT, limit_months=None), {}, None),
        ("permit-limit", None, {"permits": (PERMIT,)}, None),
        ("legal-description", None, {}, None),
        ("legal-description", None, {"property": Property("1", legal_description="Lot 4.")}, True),
        ("title-report", None, {}, None),
        ("title-report", None, {"property": Property("1", title_report_on=ON)}, True),
        ("title-report", None, {"property": Property("1", title_report_on=MORROW)}, False),
        ("hearing-set", None, {}, None),
        ("hearing-set", HEARING, {}, True),
        ("hearing-set", None, {"hearings": (HEARING,)}, True),
        ("hearing-set", None, {"hearings": (replace(HEARING, decided_on=ON),)}, None),
        ("hearing-set", None, {"hearings": (replace(HEARING, decided_on=ON), HEARING)}, True),
        ("hearing-held", None, {"hearings": (replace(HEARING, held_on=ON),)}, None),
        ("hearing-held", HEARING, {}, None),  # its day has come; whether it was held nobody says
        ("hearing-held", replace(HEARING, on=MORROW), {}, False),
        ("hearing-held", replace(HEARING, held_on=ON), {}, True),
        ("hearing-held", replace(HEARING, on=MORROW, held_on=ON), {}, True),  # earlier than it was set for
        ("hearing-held", replace(HEARING, held_on=MORROW), {}, False),
        ("decision", HEARING, {}, None),
        ("decision", replace(HEARING, decided_on=ON), {}, True),
        ("decision", replace(HEARING, decided_on=MORROW), {}, False),
        ("decision", None, {"hearings": (replace(HEARING, decided_on=ON),)}, None),
        ("waiver-request", None, {"appeals": (APPEAL,)}, None),
        ("waiver-request", None, {"appeals": (ASKED,)}, True),
        ("waiver-request", None, {"appeals": (replace(ASKED, filed_on=MORROW),)}, None),
        ("waiver-request", CITED, {"appeals": (ASKED,)}, True),
        ("waiver-request", replace(CITED, id="c2"), {"appeals": (ASKED,)}, None),  # of another citation
        ("appeal", None, {}, None),
        ("appeal", None, {"appeals": (APPEAL,)}, True),
        ("appeal", None, {"appeals": (replace(APPEAL, filed_on=MORROW),)}, None),
        ("costs", None, {}, None),
        ("costs", None, {"costs": (Cost("k1", ON, "Boards", Decimal(900), "abatement"),)}, True),
        ("costs", None, {"costs": (Cost("k1", MORROW, "Boards", Decimal(900), "abatement"),)}, None),
        ("lien", None, {}, None),
        ("lien", None, {"liens": (RecordedLien("l1", ON, "2026-0088"),)}, True),
        ("attempt-made", POSTED, {}, True),
        ("attempt-made", replace(POSTED, method="personal"), {}, True),
        ("attempt-made", replace(POSTED, served_on=MORROW), {}, False),
        ("attempt-made", None, {"service": (POSTED,)}, None),
        ("posting-made", POSTED, {}, True),
        ("posting-made", replace(POSTED, served_on=MORROW), {}, False),
        ("posting-made", replace(POSTED, method="personal"), {}, None),
        ("posting-made", None, {"service": (POSTED,)}, None),
        ("lifted", ORDER, {}, True),
        ("lifted", replace(ORDER, lifted_on=MORROW), {}, False),
        ("lifted", replace(ORDER, lifted_on=None), {}, None),
        ("lifted", None, {"stop_work_orders": (ORDER,)}, None),
    ],
)
def test_what_it_says(fact: KnownFact, subject: Subject | None, told: dict[str, Any], said: bool | None) -> None:
    answer, sentence = known(replace(CASE, **told), subject, fact, ON)
    assert answer is said
    if said is None:
        assert sentence.endswith(("?", "The casefile has no legal description of the property."))
    elif said is False:
        assert str(MORROW) in sentence, "what the casefile says instead"


def test_every_fact_of_the_vocabulary_is_known() -> None:
    for fact in get_args(KnownFact):
        assert known(CASE, None, fact, ON)[0] is None, "an empty casefile says nothing, and never no"
