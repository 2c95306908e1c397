"""Who sends a whole casefile is held to procedure like a case on record: the shipped rules refuse what is *no*."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from docservice.config import Settings
from docservice.office import Office, Order, open_office
from docservice.refusal import Refusal
from tests.homes import furnish, ungoverned

BACK = "An example."
FENCE: dict[str, Any] = {
    "case": {"number": "CE-2026-0950", "title": "Wall without a permit", "opened_on": "2026-05-04",
             "officer": "coordinator"},
    "property": {"apn": "012-455-020", "situs": "79 Ridgeline Terrace"},
    "parties": [{"id": "owner", "roles": ["owner"], "name": {"text": "Amparo Quiñones"},
                 "address": {"kind": "street", "lines": ["79 RIDGELINE TERRACE", "MADRONA HILLS CA 95999"]}}],
    "violations": [{"id": "v1", "section": "CBC 105.1", "observed_on": "2026-05-06", "inspection": "i1",
                    "facts": "A wall 6 feet high was built.", "correction": "Get a permit or take it down."}],
    "inspections": [{"id": "i1", "on": "2026-05-06", "inspector": "inspector", "basis_of_entry": "public_view",
                     "observations": ["A wall."]}],
    "citations": [{"id": "c1", "ordinal": 1, "violations": ["v1"], "violation_on": "2026-06-20"}],
}  # fmt: skip
FINE = Order("administrative-citation", FENCE, on=date(2026, 6, 22), about="c1", recipient="owner", dated_back=BACK)


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory, fonts_folder: Path, shipped_town: Path) -> Iterator[Office]:
    home = ungoverned(furnish(tmp_path_factory.mktemp("unrecorded") / "home", fonts_folder))
    opened = open_office(Settings(home=home, town=shipped_town), clock=lambda: datetime(2026, 11, 28, 20, tzinfo=UTC))
    yield opened
    opened.close()


def case(number: str, **parts: Any) -> dict[str, Any]:
    facts = copy.deepcopy(FENCE)
    facts["case"]["number"] = number
    return facts | parts


def refused(office: Office, order: Order) -> tuple[str, str]:
    with pytest.raises(Refusal) as caught:
        office.issuing.issue(order, actor="key:tracker")
    told = [one for one in office.issuing.preview(order, "html").findings if one.severity == "error"]
    [problem] = [one for one in told if one.code == caught.value.code]  # the preview says what issuing will
    return problem.code, problem.message


def test_no_fine_on_a_building_before_the_owner_was_told_and_had_time(strict: Office) -> None:
    code, message = refused(strict, FINE)
    assert code == "procedure.requires"
    assert "of CBC 105.1 is in force." in message
    assert message.endswith("What was sent and served before is told in the casefile: notices, service.")

    notice = replace(FINE, template="notice-of-violation", on=date(2026, 5, 11), about=None)
    number = strict.issuing.issue(notice, actor="key:tracker").number
    code, message = refused(strict, FINE)
    assert code == "procedure.service_unknown"
    assert number in message

    served = {"id": "s1", "document": number, "title": "Notice of Violation", "party": "owner",
              "method": "first_class_mail", "served_on": "2026-06-10", "place": "Post office, Madrona Hills",
              "address": ["AMPARO QUIÑONES", "79 RIDGELINE TERRACE", "MADRONA HILLS CA 95999"],
              "declarant": {"name": "Pilar Everhart", "title": "Office Assistant", "over_18_and_not_a_party": True,
                            "address": ["1 Town Hall Way", "Madrona Hills, CA 95999"]}}  # fmt: skip
    told = replace(FINE, casefile=FENCE | {"service": [served]})
    code, message = refused(strict, told)
    assert code == "procedure.requires"
    assert "2026-06-24, has not passed. It may from 2026-06-25." in message, "14 days from service"

    later = replace(told, on=date(2026, 6, 25))
    fine = strict.issuing.issue(later, actor="key:tracker").number
    assert refused(strict, later) == (
        "procedure.once", f"{fine} is in force and says the same; replace it, or void it first.",
    )  # fmt: skip
    assert strict.issuing.documents(case="CE-2026-0950").total == 2, "nothing was numbered on a refusal"


def test_what_was_served_before_this_register_counts(strict: Office) -> None:
    notice = {"number": "NOV-2025-0031", "document_type": "notice-of-violation", "issued_on": "2026-05-11",
              "recipient": "owner", "violations": ["v1"], "served_on": "2026-05-11",
              "comply_by": "2026-06-01"}  # fmt: skip
    assert strict.issuing.issue(
        replace(FINE, casefile=case("CE-2026-0951", notices=[notice])), actor="key:tracker"
    ).number.startswith("AC-")


def test_a_question_that_a_whole_casefile_leaves_open_is_told(strict: Office) -> None:
    """Who sends all facts answers for what they do not say; it is not refused, but it stands with the record."""
    facts = case("CE-2026-0952", inspections=[])
    del facts["violations"][0]["inspection"]
    order = Order("notice-of-violation", facts, on=date(2026, 5, 11), recipient="owner", dated_back=BACK)
    found = strict.issuing.issue(order, actor="key:tracker").findings
    assert [one.severity for one in found if one.code == "procedure.unknown"] == ["warning"]


def test_nothing_goes_out_in_a_closed_case(strict: Office) -> None:
    facts = case("CE-2026-0953")
    facts["case"]["closed_on"] = "2026-05-08"
    order = Order("notice-of-violation", facts, on=date(2026, 5, 11), recipient="owner", dated_back=BACK)
    assert refused(strict, order)[0] == "procedure.closed"


def test_a_notice_to_all_goes_to_no_tenant_whom_it_would_tell_nothing(strict: Office) -> None:
    rooms = {**FENCE["violations"][0], "section": "HSC 17920.3(a)(6)", "units": ["214"]}
    tenants = [{**FENCE["parties"][0], "id": f"t-{unit}", "roles": ["tenant"], "unit": unit} for unit in ("214", "216")]
    facts = case("CE-2026-0955", violations=[rooms], citations=[], parties=[*FENCE["parties"], *tenants])
    notice = Order("notice-of-violation", facts, on=date(2026, 5, 11), dated_back=BACK)
    assert [one.recipient for one in strict.issuing.to_everyone(notice)] == ["owner", "t-214"]
    assert refused(strict, replace(notice, recipient="t-216"))[0] == "procedure.requires"
    facts["violations"].append({**rooms, "id": "v2", "units": []})
    assert [one.recipient for one in strict.issuing.to_everyone(notice)] == ["owner", "t-214", "t-216"]


def test_a_late_appeal_is_told_in_the_preview_and_not_heard(
    strict: Office, example: Callable[[str], tuple[dict[str, Any], dict[str, bytes]]]
) -> None:
    """FAULTS L6: c2 could be contested until July 17."""
    facts, _ = example("CE-2026-0231")
    facts["case"]["number"] = "CE-2026-0954"
    facts["appeals"][0]["filed_on"] = "2026-07-20"
    facts["hearings"][0] |= {"on": "2026-08-20", "noticed_on": None}
    facts["service"] = facts["service"][:3]
    order = Order("notice-of-hearing", facts, on=date(2026, 7, 21), about="h1", recipient="owner", dated_back=BACK)
    code, message = refused(strict, order)
    assert code == "procedure.late_appeal"
    assert message == "The appeal a1 was filed on 2026-07-20; it had to be by 2026-07-17."
    facts["appeals"][0]["late_for_cause"] = "In the hospital until July 18."
    assert strict.issuing.issue(order, actor="key:tracker").number.startswith("NH-")
