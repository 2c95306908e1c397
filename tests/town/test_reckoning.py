from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from docservice import casefile as casefiles
from docservice import shipped
from docservice.casefile.facts import (
    AccessoryDwelling,
    Address,
    Appeal,
    Citation,
    Cost,
    Hearing,
    Inspection,
    Name,
    Party,
    Permit,
    PermitExtension,
    Property,
    StopWorkOrder,
    Violation,
)
from docservice.refusal import Refusal
from docservice.town import TownPack
from docservice.town.reckoning import reckon

DAY = date(2026, 6, 16)
FENCE = Violation("v1", "MHMC 17.52.030", date(2026, 6, 10), "An eight-foot fence.", "Lower it to six feet.")
DANGER = Violation("v2", "CBC 116.1", date(2026, 6, 10), "A leaning wall.", "Shore it up.", immediate_danger=True)


def hearing(on: date, **more: Any) -> Hearing:
    return Hearing("h1", on, time(10), ("Town Hall",), "appeal", "hearing_officer", **more)


def dates(reckoning: Any) -> dict[str, str]:
    return {name: computed.date.isoformat() for name, computed in reckoning.deadlines.items()}


def codes(reckoning: Any) -> list[str]:
    return [problem.code for problem in reckoning.problems]


# Deadlines


def test_a_notice_counts_from_service(pack: TownPack, make: Any) -> None:
    casefile = make(violations=(FENCE,))
    found = reckon(pack, casefile, "notice-of-violation", on=DAY, recipient="owner")
    assert dates(found) == {"contest-by": "2026-06-26", "comply-by": "2026-06-30", "comply-by/v1": "2026-06-30"}
    assert (found.subject, found.about, found.problems) == (casefile.case, "CE-2026-0001", ())
    later = reckon(pack, casefile, "notice-of-violation", on=DAY, recipient="owner", served_on=date(2026, 6, 18))
    assert later.deadlines["contest-by"].date == date(2026, 6, 29)  # the 28th is a Sunday


def test_comply_by_is_the_latest_and_each_violation_has_its_own(pack: TownPack, make: Any) -> None:
    by_person = replace(FENCE, id="v3", comply_by=date(2026, 8, 1))
    mended = replace(FENCE, id="v4", corrected_on=date(2026, 6, 15))
    short = replace(FENCE, id="v5", section="MHMC 9.40.020")
    casefile = make(violations=(FENCE, DANGER, by_person, mended, short))
    found = reckon(pack, casefile, "notice-of-violation", on=DAY, recipient="owner")
    assert found.violations == ("v1", "v2", "v3", "v5")
    assert dates(found) == {
        "contest-by": "2026-06-26",
        "comply-by": "2026-08-01",
        "comply-by/v1": "2026-06-30",
        "comply-by/v2": "2026-06-16",  # immediate danger: at once
        "comply-by/v3": "2026-08-01",  # set by a person: a Saturday stays
        "comply-by/v4": "2026-06-30",
        "comply-by/v5": "2026-06-22",  # five days by the section, 06-21 is a Sunday
    }
    assert found.deadlines["comply-by"].name == "comply-by"
    assert "immediate danger" in found.deadlines["comply-by/v2"].explain()
    assert "immediate-danger" in found.statements


def test_a_citation_orders_anew_when_the_notice_date_is_past(pack: TownPack, make: Any) -> None:
    seen = replace(FENCE, comply_by=date(2026, 6, 12))
    casefile = make(violations=(seen,), citations=(Citation("c1", 1, ("v1",), DAY),))
    assert reckon(pack, casefile, "administrative-citation", on=DAY, recipient="owner").deadlines[
        "comply-by"
    ].date == date(2026, 6, 30)
    notice = reckon(pack, casefile, "notice-of-violation", on=DAY, recipient="owner")
    assert [(p.code, p.place) for p in notice.problems] == [("deadline.past", "/violations/0/comply_by")]


def test_the_worked_case_of_the_short_term_rental(pack: TownPack) -> None:
    casefile = example("CE-2026-0231")
    cited = reckon(pack, casefile, "administrative-citation", on=date(2026, 5, 29), recipient="owner", about="c1")
    assert dates(cited)["contest-by"] == dates(cited)["pay-by"] == "2026-06-29"
    adopted = replace(pack, mail_extension=replace(pack.mail_extension, adopted=True))
    cited = reckon(adopted, casefile, "administrative-citation", on=date(2026, 5, 29), recipient="owner", about="c1")
    assert (dates(cited)["contest-by"], cited.deadlines["contest-by"].extension) == ("2026-07-06", 5)
    heard = reckon(pack, casefile, "notice-of-hearing", on=date(2026, 7, 2), recipient="owner")
    assert dates(heard)["hearing-notice-by"] == "2026-07-06"
    assert dates(heard)["staff-report-by"] == "2026-07-10"
    assert not heard.problems
    mailed = reckon(adopted, casefile, "notice-of-hearing", on=date(2026, 7, 2), recipient="owner")
    assert (dates(mailed)["hearing-notice-by"], codes(mailed)) == ("2026-07-01", ["hearing.notice_late"])
    decided = reckon(pack, casefile, "hearing-decision", on=date(2026, 8, 18), recipient="owner")
    assert (dates(decided)["review-by"], dates(decided)["review-other-by"]) == ("2026-09-08", "2026-11-16")


def test_the_worked_case_of_the_time_limit(pack: TownPack) -> None:
    casefile = example("CE-2026-0147")
    found = reckon(pack, casefile, "construction-time-limit", on=date(2026, 4, 17), recipient="owner-trust")
    assert found.penalty is not None
    assert (found.penalty.days_past, found.penalty.total) == (48, 3600)
    assert dates(found) == {"contest-by": "2026-04-27", "time-limit": "2026-02-28", "next-tier": "2026-04-30"}


def test_the_worked_case_of_the_fourplex(pack: TownPack) -> None:
    casefile = example("CE-2026-0203")
    found = {
        party.id: reckon(pack, casefile, "substandard-notice-and-order", on=date(2026, 9, 1), recipient=party.id)
        for party in casefile.parties
    }
    by_role = {role: found[party.id] for party in casefile.parties for role in party.roles}
    assert dates(by_role["owner"])["comply-by"] == "2026-10-01"
    assert {"retaliation", "tax-deduction", "accessory-dwelling-delay", "judicial-review"} <= set(
        by_role["owner"].statements
    )
    assert {"retaliation", "tenant-rights"} <= set(by_role["tenant"].statements)
    assert "tax-deduction" not in by_role["tenant"].statements
    assert not any(reckoning.problems for reckoning in found.values())


@pytest.mark.parametrize("number", ["CE-2026-0147", "CE-2026-0203", "CE-2026-0231"])
def test_the_examples_reckon_without_a_problem(pack: TownPack, number: str) -> None:
    casefile = example(number)
    letters = json.loads((shipped.folder("examples") / number / "letters.json").read_text(encoding="utf-8"))
    addressed = next(party.id for party in casefile.parties if party.address is not None)
    for letter in letters:
        on = date.fromisoformat(letter["on"])
        found = reckon(pack, casefile, letter["template"], on=on, recipient=addressed, about=letter.get("about"))
        assert not found.problems, letter


def example(number: str) -> Any:
    return casefiles.load((shipped.folder("examples") / number / "casefile.json").read_bytes())


# Subjects


def test_about_names_the_subject_and_the_last_one_is_meant_without_it(pack: TownPack, make: Any) -> None:
    other = replace(FENCE, id="v2", observed_on=date(2026, 6, 14), inspection="i2")
    casefile = make(
        violations=(replace(FENCE, inspection="i1"), other),
        inspections=tuple(
            Inspection(i, FENCE.observed_on, "inspector", "public_view", ("A fence.",)) for i in ("i1", "i2")
        ),
        citations=(Citation("c1", 1, ("v1",), date(2026, 6, 10)), Citation("c2", 2, ("v2",), date(2026, 6, 14))),
    )

    def subject(kind: str, about: str | None) -> tuple[str | None, str, tuple[str, ...]]:
        found = reckon(pack, casefile, kind, on=DAY, recipient="owner", about=about)
        return found.about, found.subject_place, found.violations

    assert subject("administrative-citation", None) == ("c2", "/citations/1", ("v2",))
    assert subject("administrative-citation", "c1") == ("c1", "/citations/0", ("v1",))
    assert subject("inspection-report", "i1") == ("i1", "/inspections/0", ("v1",))
    assert subject("notice-of-violation", "i2") == ("CE-2026-0001", "/case", ("v2",))
    assert subject("notice-of-violation", None)[2] == ("v1", "v2")


def test_a_hearing_speaks_of_what_is_contested_even_when_it_is_mended(pack: TownPack, make: Any) -> None:
    casefile = make(
        violations=(replace(FENCE, corrected_on=date(2026, 6, 11)),),
        citations=(Citation("c1", 1, ("v1",), date(2026, 6, 10)),),
        appeals=(Appeal("a1", DAY, "owner", ("c1",), "No."),),
        hearings=(hearing(date(2026, 7, 16), appeal="a1"),),
    )
    assert reckon(pack, casefile, "notice-of-hearing", on=DAY, recipient="owner").violations == ("v1",)


def test_time_limit_notices_are_about_the_permit_that_has_one(pack: TownPack, make: Any) -> None:
    limited = Permit("B23-0419", date(2023, 11, 30), limit_months=24, extensions=(PermitExtension(date(2026, 2, 28)),))
    casefile = make(permits=(limited, Permit("E24-1", date(2024, 1, 1))))
    found = reckon(pack, casefile, "construction-time-limit", on=DAY, recipient="owner")
    assert (found.about, found.subject_place, codes(found)) == ("B23-0419", "/permits/0", [])


# Problems


NOTICE, CITATION, HEARING = "notice-of-violation", "administrative-citation", "notice-of-hearing"
UNKNOWN = replace(FENCE, section="MHMC 1.1.1")
TOO_EARLY = replace(FENCE, section="CBC 105.1", observed_on=date(2022, 1, 1))
SECOND = Citation("c1", 2, ("v1",), DAY)
MISSTATED = Permit("B1", date(2023, 11, 30), limit_months=24, completion_due=date(2025, 12, 1))


@pytest.mark.parametrize(
    ("parts", "kind", "order", "code", "place"),
    [
        ({"violations": (UNKNOWN,)}, NOTICE, {}, "section.unknown", "/violations/0/section"),
        ({"violations": (TOO_EARLY,)}, NOTICE, {}, "section.not_in_force", "/violations/0/section"),
        ({}, NOTICE, {"recipient": "ghost"}, "reckoning.recipient", "/parties"),
        ({}, "memorandum", {"recipient": "ghost"}, "reckoning.recipient", "/parties"),
        ({}, NOTICE, {"recipient": ""}, "reckoning.recipient", "/parties"),
        ({}, NOTICE, {"about": "nothing"}, "reckoning.subject", ""),
        ({}, NOTICE, {"on": date(2025, 12, 31)}, "reckoning.before_case", "/case/opened_on"),
        ({}, CITATION, {}, "reckoning.subject", "/citations"),
        ({}, HEARING, {"about": "h7"}, "reckoning.subject", "/hearings"),
        ({"hearings": (hearing(date(2026, 7, 3)),)}, HEARING, {}, "hearing.closed_day", "/hearings/0/on"),
        ({"hearings": (hearing(date(2026, 6, 24)),)}, HEARING, {}, "hearing.notice_late", "/hearings/0/on"),
        ({"violations": (FENCE,), "citations": (SECOND,)}, CITATION, {}, "fine.ordinal", "/citations/0/ordinal"),
        (
            {"permits": (MISSTATED,)},
            "construction-time-limit",
            {},
            "penalty.completion_due",
            "/permits/0/completion_due",
        ),
    ],
)
def test_problems_are_listed_and_nothing_is_raised(
    pack: TownPack, make: Any, parts: dict[str, Any], kind: str, order: dict[str, Any], code: str, place: str
) -> None:
    found = reckon(pack, make(**parts), kind, **{"on": DAY, "recipient": "owner", **order})
    assert (code, place) in [(problem.code, problem.place) for problem in found.problems]


def test_an_unknown_document_type_is_refused(pack: TownPack, make: Any) -> None:
    with pytest.raises(Refusal) as caught:
        reckon(pack, make(), "love-letter", on=DAY, recipient="owner")
    assert (caught.value.code, caught.value.kind) == ("town.document_type", "missing")


def test_a_report_to_the_file_needs_no_recipient(pack: TownPack, make: Any) -> None:
    seen = Inspection("i1", DAY, "inspector", "consent", ("All well.",))
    found = reckon(pack, make(inspections=(seen,)), "inspection-report", on=DAY, recipient="")
    assert (found.problems, found.fines) == ((), None)


# Statements


@pytest.mark.parametrize(
    ("built", "owed"), [(2016, True), (None, True), (2019, True), (2020, False), ("no dwelling", False)]
)
def test_accessory_dwellings_built_before_2020(pack: TownPack, make: Any, built: Any, owed: bool) -> None:
    dwelling = None if built == "no dwelling" else AccessoryDwelling("B", built)
    casefile = make(property=Property("031", "8 Timber Lane", accessory_dwelling=dwelling), violations=(FENCE,))
    found = reckon(pack, casefile, "notice-of-violation", on=DAY, recipient="owner")
    assert ("accessory-dwelling-delay" in found.statements) == owed


def test_statements_by_recipient_language_and_money(pack: TownPack, make: Any) -> None:
    casefile = make(
        property=Property("031", "8 Timber Lane", residential_rental=True),
        parties=tuple(Party(role, (role,), Name(role)) for role in ("owner", "tenant", "lienholder")),
        violations=(FENCE,),
    )

    def owed(recipient: str, language: str = "en") -> set[str]:
        found = reckon(pack, casefile, "notice-of-violation", on=DAY, recipient=recipient, language=language)
        return set(found.statements)

    assert owed("owner") == {"retaliation", "tax-deduction"}
    assert owed("tenant") == {"retaliation", "tenant-rights"}
    assert owed("lienholder", "zh-Hant") == {"retaliation", "lienholder", "courtesy-translation"}


def test_a_courts_last_day_is_counted_on_the_courts_closed_days(pack: TownPack, make: Any) -> None:
    """Served on December 4: the twentieth day is December 24, when the town is closed and the court is not."""
    facts = make(hearings=(hearing(date(2026, 11, 20)),))
    made = reckon(pack, facts, "hearing-decision", on=date(2026, 12, 4), recipient="owner")
    assert dates(made)["review-by"] == "2026-12-24"
    assert made.deadlines["review-by"].closed is None
    lincoln = reckon(pack, facts, "hearing-decision", on=date(2027, 1, 23), recipient="owner")
    assert dates(lincoln)["review-by"] == "2027-02-16"  # Lincoln Day is a Friday, Presidents' Day the Monday after
    assert "The court is closed that day (Lincoln Day)" in lincoln.deadlines["review-by"].explain()
    without = reckon(
        replace(pack, court_calendar=None), facts, "hearing-decision", on=date(2026, 12, 4), recipient="owner"
    )
    assert dates(without)["review-by"] == "2026-12-28"


@pytest.mark.parametrize(("trigger", "expected"), [("service", "2026-07-13"), ("issue", "2026-07-10")])
def test_the_date_to_comply_by_follows_its_rules_trigger(
    pack: TownPack, make: Any, trigger: Any, expected: str
) -> None:
    rule = replace(pack.deadlines["cure"], trigger=trigger, count=10)
    changed = replace(pack, deadlines={**pack.deadlines, "cure": rule})
    made = reckon(
        changed, make(violations=(FENCE,)), "courtesy-letter", on=date(2026, 6, 30), served_on=date(2026, 7, 3),
        recipient="owner",
    )  # fmt: skip
    assert dates(made)["comply-by"] == expected


# --- bounds, and what is said of them ---


@pytest.mark.parametrize(("comply_by", "stands"), [("2026-06-15", False), ("2026-06-16", False), ("2026-06-17", True)])
def test_a_citation_keeps_a_date_to_comply_that_is_still_to_come(
    pack: TownPack, make: Any, comply_by: str, stands: bool
) -> None:
    fence = replace(FENCE, comply_by=date.fromisoformat(comply_by))
    facts = make(violations=(fence,), citations=(Citation("c1", 1, ("v1",), date(2026, 6, 10)),))
    made = reckon(pack, facts, "administrative-citation", on=DAY, recipient="owner")
    assert (dates(made)["comply-by/v1"] == comply_by) is stands


@pytest.mark.parametrize(("on", "late"), [("2026-07-06", False), ("2026-07-07", True)])
def test_a_hearing_is_noticed_until_the_last_day(pack: TownPack, make: Any, on: str, late: bool) -> None:
    facts = make(violations=(FENCE,), hearings=(hearing(date(2026, 7, 16)),))
    made = reckon(pack, facts, "notice-of-hearing", on=date.fromisoformat(on), recipient="owner")
    assert ("hearing.notice_late" in codes(made)) is late


@pytest.mark.parametrize(
    ("kind", "prospective"),
    [("courtesy-letter", True), ("stop-work-order", True), ("administrative-citation", False), ("memorandum", None)],
)
def test_what_a_citation_would_cost_is_told_where_none_is_issued(
    pack: TownPack, make: Any, kind: str, prospective: bool | None
) -> None:
    facts = make(
        violations=(FENCE,),
        citations=(Citation("c1", 1, ("v1",), date(2026, 6, 10)),),
        stop_work_orders=(StopWorkOrder("swo1", DAY, "No permit.", ("A permit.",), violations=("v1",)),),
    )
    made = reckon(pack, facts, kind, on=DAY, recipient="owner")
    assert (made.fines.prospective if made.fines else None) is prospective


def test_problems_name_who_and_where(pack: TownPack, make: Any) -> None:
    far = Address("military", ("PSC 1", "APO AE 09012"), region="AE")
    two = (*make().parties, Party("second", ("owner",), Name("Bea Vale"), far))
    adopted = replace(pack, mail_extension=replace(pack.mail_extension, adopted=True))
    facts = make(parties=two, violations=(FENCE, replace(FENCE, id="v9", corrected_on=date(2026, 6, 12),
                                                         comply_by=date(2026, 6, 11))))  # fmt: skip
    made = reckon(adopted, facts, "courtesy-letter", on=DAY, recipient="second")
    assert [one.place for one in made.problems if one.code == "deadline.person_decides"] == ["/parties/1/address"]
    assert "deadline.past" not in codes(made)  # what the letter does not speak of
    noticed = reckon(adopted, facts, NOTICE, on=DAY, recipient="second")
    assert dates(noticed)["contest-by"] == "2026-06-26"  # without mail, until a person has decided
    unknown = reckon(pack, facts, "courtesy-letter", on=DAY, recipient="x")
    nobody = reckon(pack, facts, "courtesy-letter", on=DAY, recipient="")
    said = [one.message for made in (unknown, nobody) for one in made.problems if one.code == "reckoning.recipient"]
    assert said == ["The casefile has no party x.", "The casefile has no recipient named for this document."]


def test_an_edition_that_is_not_in_force_is_told_with_its_days(pack: TownPack, make: Any) -> None:
    (fence,) = pack.editions("MHMC 17.52.030")
    kept = tuple(one for one in pack.sections if one != fence)
    until = replace(fence, in_force_from=date(2025, 1, 1), in_force_until=date(2025, 12, 31))
    since = replace(fence, in_force_from=date(2027, 1, 1), in_force_until=None)
    made = reckon(replace(pack, sections=(*kept, until, since)), make(violations=(FENCE,)), "courtesy-letter", on=DAY,
                  recipient="owner")  # fmt: skip
    (problem,) = [one for one in made.problems if one.code == "section.not_in_force"]
    assert "2025-01-01 to 2025-12-31, from 2027-01-01" in problem.message


# --- limited permits ---

LIMITED = Permit("B1", date(2023, 11, 30), limit_months=24, completion_due=date(2025, 11, 30))
EXTENDED = Permit("B2", date(2023, 11, 30), limit_months=24, extensions=(PermitExtension(date(2026, 2, 28)),))


def test_a_letter_about_the_case_tells_what_a_permit_past_its_limit_costs_and_has_no_date_of_it(
    pack: TownPack, make: Any
) -> None:
    facts = make(violations=(FENCE,), permits=(LIMITED, EXTENDED, Permit("E1", date(2024, 1, 1))))
    made = reckon(pack, facts, NOTICE, on=DAY, recipient="owner")
    assert made.penalty is not None
    assert made.penalty.permit == "B2"
    assert "time-limit" not in made.deadlines
    assert reckon(pack, make(permits=facts.permits[2:]), NOTICE, on=DAY, recipient="owner").penalty is None


@pytest.mark.parametrize(
    ("about", "limit", "because"),
    [
        ("B1", "2025-11-30", "24 months after the permit was issued."),
        ("B2", "2026-02-28", "the limit as extended."),
    ],
)
def test_a_limit_says_where_it_comes_from(pack: TownPack, make: Any, about: str, limit: str, because: str) -> None:
    facts = make(permits=(LIMITED, EXTENDED))
    made = reckon(pack, facts, "construction-time-limit", on=DAY, recipient="owner", about=about)
    assert dates(made)["time-limit"] == limit
    assert because in made.deadlines["time-limit"].explain()
    assert {name: computed.name for name, computed in made.deadlines.items()} == {name: name for name in made.deadlines}


def test_a_town_without_a_time_limit_reckons_no_penalty(pack: TownPack, make: Any) -> None:
    facts = make(permits=(LIMITED,))
    made = reckon(replace(pack, time_limit=None), facts, "construction-time-limit", on=DAY, recipient="owner")
    assert (made.penalty, list(made.deadlines), made.problems) == (None, ["contest-by"], ())


# --- what a document speaks of, and what it owes ---


def test_what_closes_a_case_speaks_of_what_is_corrected(pack: TownPack, make: Any) -> None:
    facts = make(violations=(replace(FENCE, corrected_on=date(2026, 6, 12), section="MHMC 1.1.1"),))
    assert reckon(pack, facts, "closure-letter", on=DAY, recipient="owner").violations == ("v1",)
    notice = reckon(pack, facts, NOTICE, on=DAY, recipient="owner")
    # nor is it held against its section, or a fine told for it
    assert (notice.violations, notice.problems, notice.fines) == ((), (), None)


@pytest.mark.parametrize("danger", [True, False])
def test_an_order_may_be_the_danger_itself(pack: TownPack, make: Any, danger: bool) -> None:
    order = StopWorkOrder("swo1", DAY, "No permit.", ("A permit.",), violations=("v1",), immediate_danger=danger)
    facts = make(violations=(FENCE,), stop_work_orders=(order,))
    made = reckon(pack, facts, "stop-work-order", on=DAY, recipient="owner")
    assert ("immediate-danger" in made.statements) is danger


@pytest.mark.parametrize(
    ("kind", "owed"), [("courtesy-letter", {"costs-lien"}), (CITATION, {"costs-lien", "hardship-waiver"})]
)
def test_the_waiver_is_owed_to_whom_a_citation_fines_and_the_lien_for_the_least_cost(
    pack: TownPack, make: Any, kind: str, owed: set[str]
) -> None:
    told = replace(pack.document_types[kind], statements=("hardship-waiver", "costs-lien"))
    town = replace(pack, document_types={**pack.document_types, kind: told})
    parts = {"violations": (FENCE,), "citations": (Citation("c1", 1, ("v1",), DAY),)}
    facts = make(**parts, costs=(Cost("k1", DAY, "A copy", Decimal("0.25"), "administrative"),))
    assert set(reckon(town, facts, kind, on=DAY, recipient="owner").statements) == owed
    nothing_due = reckon(town, make(**parts), kind, on=DAY, recipient="owner")
    assert set(nothing_due.statements) == owed - {"costs-lien"}


def test_english_of_any_country_is_no_translation(pack: TownPack, make: Any) -> None:
    for language, owed in (("en-US", False), ("en", False), ("es-MX", True)):
        made = reckon(pack, make(violations=(FENCE,)), NOTICE, on=DAY, recipient="owner", language=language)
        assert ("courtesy-translation" in made.statements) is owed, language


def test_a_section_that_gives_days_is_counted_in_days_where_the_rule_counts_months(pack: TownPack, make: Any) -> None:
    town = replace(pack, deadlines={**pack.deadlines, "cure": replace(pack.deadlines["cure"], unit="months", count=1)})
    noise = replace(FENCE, id="v2", section="MHMC 9.40.020")
    made = reckon(town, make(violations=(FENCE, noise)), NOTICE, on=DAY, recipient="owner")
    assert (dates(made)["comply-by/v1"], dates(made)["comply-by/v2"]) == ("2026-07-16", "2026-06-22")
    assert "1 month after Tuesday, June 16, 2026" in made.deadlines["comply-by/v1"].explain()
    assert "5 days after Tuesday, June 16, 2026" in made.deadlines["comply-by/v2"].explain()


def test_a_date_that_is_counted_from_a_hearing_is_none_where_there_is_no_hearing(pack: TownPack, make: Any) -> None:
    """No pack is taken any more that counts so for a notice; one on record from before may."""
    rule = replace(pack.deadlines["cure"], trigger="hearing")
    town = replace(pack, deadlines={**pack.deadlines, "cure": rule})
    stated = replace(FENCE, id="v2", comply_by=date(2026, 7, 1))
    made = reckon(town, make(violations=(FENCE, stated)), NOTICE, on=DAY, recipient="owner")
    assert dates(made) == {"contest-by": "2026-06-26", "comply-by": "2026-07-01", "comply-by/v2": "2026-07-01"}
