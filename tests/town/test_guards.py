"""May it go out? The stories of the trade over the town's procedure: answers, dates, reasons; and what never may."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docservice import casefile as casefiles
from docservice.casefile.facts import Casefile
from docservice.casefile.folding import fold
from docservice.casefile.happenings import read_data
from docservice.casefile.record import CaseEvent, CaseRecord, IssuedDocument, without
from docservice.town import load_pack
from docservice.town.effects import effect_of
from docservice.town.fines import fines_of
from docservice.town.guard_answers import GuardAnswer, GuardDecision, GuardReason
from docservice.town.guards import may
from docservice.town.next_steps import next_steps
from docservice.town.pack import TownPack
from docservice.town.papers import Papers
from docservice.town.procedure import Prohibition, Requirement, SameThing
from docservice.town.reckoning import reckon
from tests.places import ROOT


@cache
def town() -> TownPack:
    return load_pack(ROOT / "town" / "madrona-hills")


@cache
def fortnight() -> TownPack:
    """The same town, where a substandard building is to be mended in 14 days."""
    sections = [replace(one, cure_days=14) if one.code.startswith("HSC") else one for one in town().sections]
    return replace(town(), sections=tuple(sections))


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


class Story:
    """A case as it goes on: facts that the tracker tells, papers that go out, events."""

    def __init__(self, facts: dict[str, Any], pack: TownPack | None = None) -> None:
        self.pack = pack or town()
        self.facts = copy.deepcopy(facts)
        self.documents: list[IssuedDocument] = []
        self.events: list[CaseEvent] = []
        self.position = 0

    def _next(self) -> int:
        self.position += 1
        return self.position

    @property
    def record(self) -> CaseRecord:
        return CaseRecord(self.facts["case"]["number"], tuple(self.documents), tuple(self.events))

    def casefile(self, on: date) -> Casefile:
        return casefiles.load(fold(self.facts, self.record, on).facts)

    def ask(
        self, type: str, on: str, about: str | None = None, recipient: str | None = "owner",
        decisions: tuple[GuardDecision, ...] = (), record: CaseRecord | None = None,
    ) -> GuardAnswer:  # fmt: skip
        when = day(on)
        return may(self.pack, self.casefile(when), record or self.record, type, about, recipient, when, decisions)

    def codes(self, type: str, on: str, about: str | None = None, recipient: str | None = "owner") -> list[str]:
        return [reason.code.removeprefix("procedure.") for reason in self.ask(type, on, about, recipient).reasons]

    def issue(self, type: str, on: str, about: str | None = None, recipient: str | None = "owner") -> str:
        """Put a paper on record as issuing would, whether it may go out or not."""
        when = day(on)
        counted = reckon(self.pack, self.casefile(when), type, on=when, recipient=recipient or "", about=about)
        number = town().document_types[type].number.format(year=2026, n=len(self.documents) + 1)
        self.documents.append(
            IssuedDocument(
                number, type, type, when, position=self._next(), puts=effect_of(town(), type), about=about,
                recipient=recipient, dates={name: one.date for name, one in counted.deadlines.items()},
            )
        )  # fmt: skip
        return number

    def void(self, number: str) -> None:
        self.documents = [replace(one, status="void") if one.number == number else one for one in self.documents]

    def tell(self, type: str, subject: str, on: str, **data: Any) -> None:
        at = datetime(2026, 12, 1, tzinfo=UTC)
        self.events.append(CaseEvent(self._next(), day(on), at, "clerk", type, subject, read_data(type, data)))  # type: ignore[arg-type]

    def serve(self, number: str, on: str, party: str = "owner", method: str = "first_class_mail") -> None:
        self.tell("served", number, on, party=party, method=method)

    def effective(self, number: str, name: str, party: str = "owner", violation: str | None = None) -> date | None:
        on = day("12-31")
        papers = Papers(self.pack, self.casefile(on), self.record, on)
        one = next(each for each in papers.every if each.number == number)
        served = papers.served(one, papers.stands_for(party))
        return papers.date_of(one, name, party, served.on, violation) if served.on is not None else None


def facts(*, opened: str = "05-01", **more: Any) -> dict[str, Any]:
    address = {"kind": "street", "lines": ["79 RIDGELINE TERRACE", "MADRONA HILLS CA 95999"]}
    return {
        "case": {"number": "CE-2026-0310", "title": "A case", "opened_on": str(day(opened)), "officer": "coordinator"},
        "property": {"apn": "012-455-020", "situs": "79 Ridgeline Terrace"},
        "parties": [
            {"id": "owner", "roles": ["owner"], "name": {"text": "Amparo Quiñones"}, "address": address},
            {"id": "agent", "roles": ["agent"], "name": {"text": "Nia Park"}, "address": address},
        ],
        **more,
    }


def violation(id: str, section: str, observed: str, **more: Any) -> dict[str, Any]:
    return {
        "id": id, "section": section, "observed_on": str(day(observed)), "facts": "Seen.", "correction": "Mend it.",
        **more,
    }  # fmt: skip


def inspection(id: str, on: str) -> dict[str, Any]:
    return {
        "id": id, "on": str(day(on)), "inspector": "inspector", "basis_of_entry": "public_view",
        "observations": ["Seen."],
    }  # fmt: skip


def citation(id: str, ordinal: int, violations: list[str], on: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "ordinal": ordinal, "violations": violations, "violation_on": str(day(on)), **more}


# A. Twelve units, agent, lender, tenants


def twelve_units() -> Story:
    units = [
        {"id": f"tenant-{n}", "roles": ["tenant"], "name": {"text": f"Tenant {n}"}, "unit": str(n),
         "address": {"kind": "street", "lines": [f"{n} MOLINO ST", "MADRONA HILLS CA 95999"]}}
        for n in range(1, 13)
    ]  # fmt: skip
    made = facts(
        violations=[violation("v1", "HSC 17920.3(a)(6)", "05-20"), violation("v2", "HSC 17920.3(d)", "05-20")],
        inspections=[inspection("i1", "05-20")],
        costs=[{"id": "k1", "on": "2026-05-28", "description": "Boards", "amount": 900, "kind": "abatement"}],
    )
    made["property"] |= {"legal_description": "Lot 4 of Tract 88.", "title_report_on": "2026-05-25"}
    made["parties"] += [
        {**made["parties"][0], "id": "lender", "roles": ["lienholder"], "name": {"text": "A Bank"}}, *units
    ]  # fmt: skip
    return Story(made, fortnight())


def with_hearing(story: Story, **more: Any) -> None:
    story.facts["hearings"] = [
        {"id": "h1", "on": "2026-07-16", "at": "10:00", "place": ["Town Hall"], "kind": "appeal", "appeal": "a1",
         "officer": "hearing_officer", **more}
    ]  # fmt: skip


def test_a_tenants_are_told_of_the_order_and_again_of_its_hearing() -> None:
    """Health & Saf. Code § 17980.6: owed with the order, whether or not a hearing is set."""
    story = twelve_units()
    assert story.codes("tenant-notice", "06-01", None, "tenant-1") == ["requires"], "no order is in force"
    story.issue("substandard-notice-and-order", "06-01")
    assert story.codes("tenant-notice", "06-01", None, "tenant-1") == []
    story.issue("tenant-notice", "06-01", None, "tenant-1")
    assert story.codes("tenant-notice", "06-02", None, "tenant-1") == ["once"]
    assert story.codes("tenant-notice", "06-02", None, "tenant-2") == []
    with_hearing(story, kind="abatement", appeal=None, noticed_on="2026-07-01")
    assert story.codes("tenant-notice", "07-01", None, "tenant-1") == [], "the day of the hearing is news"
    story.issue("tenant-notice", "07-01", None, "tenant-1")
    assert story.codes("tenant-notice", "07-02", None, "tenant-1") == ["once"]


def test_a_order_to_everyone_and_what_its_service_lets_out() -> None:
    story = twelve_units()
    with_hearing(story, kind="abatement", appeal=None)
    assert story.codes("tenant-notice", "06-01", "h1", "tenant-1") == ["requires"]
    everyone = [party["id"] for party in story.facts["parties"]]
    assert {story.ask("substandard-notice-and-order", "06-01", None, who).verdict for who in everyone} == {"yes"}
    numbers = {who: story.issue("substandard-notice-and-order", "06-01", None, who) for who in everyone}
    assert story.codes("tenant-notice", "06-01", "h1", "tenant-1") == []
    printed = story.documents[0].dates
    assert (printed["contest-by"], printed["comply-by/v1"]) == (day("06-11"), day("06-15"))
    # Mailed two days late: the later dates count.
    for who in everyone:
        story.serve(numbers[who], "06-03", who)
    assert story.effective(numbers["owner"], "contest-by") == day("06-15")  # from Saturday 06-13
    assert story.effective(numbers["owner"], "comply-by", violation="v1") == day("06-17")
    assert story.codes("cost-invoice", "06-17") == ["requires"]
    [early] = story.ask("cost-invoice", "06-17").reasons
    assert early.starts == day("06-18")
    assert story.codes("cost-invoice", "06-18") == []
    # It came back from the owner: the others stand.
    story.tell("returned", numbers["owner"], "06-12", party="owner", result="returned", reason="Attempted–Not Known")
    [gone] = story.ask("cost-invoice", "06-20").reasons
    assert gone.code == "procedure.requires"
    assert "was not served on Amparo Quiñones" in gone.message
    assert story.codes("cost-invoice", "06-20", None, "lender") == []
    assert story.codes("substandard-notice-and-order", "06-24") == ["once"]
    # Posted and mailed again.
    story.serve(numbers["owner"], "06-24", "owner", "posting")
    assert story.effective(numbers["owner"], "contest-by") == day("07-06")  # from Saturday 07-04
    assert story.effective(numbers["owner"], "comply-by", violation="v1") == day("07-08")


def test_a_appeal_its_hearing_and_what_it_holds() -> None:
    story = twelve_units()
    number = story.issue("substandard-notice-and-order", "06-01")
    story.serve(number, "06-24", "owner", "posting")
    story.facts["appeals"] = [
        {"id": "a1", "filed_on": "2026-07-06", "by": "owner", "of": ["v1", "v2"], "grounds": "It was mended."}
    ]  # fmt: skip
    with_hearing(story)
    assert story.codes("notice-of-hearing", "07-06", "h1") == []
    [late] = story.ask("notice-of-hearing", "07-07", "h1").reasons
    assert late.code == "procedure.lead"
    [held] = story.ask("cost-invoice", "07-10").reasons
    assert held.code == "procedure.stayed"
    assert "a1" in held.message
    story.facts["appeals"][0]["filed_on"] = "2026-07-07"
    assert story.codes("notice-of-hearing", "07-06", "h1") == ["late_appeal"]
    assert story.codes("cost-invoice", "07-10") == [], "a late appeal holds nothing"
    story.facts["appeals"][0]["late_for_cause"] = "In hospital."
    assert story.codes("notice-of-hearing", "07-06", "h1") == []
    story.facts["appeals"][0] |= {"filed_on": "2026-07-06", "withdrawn_on": "2026-07-08"}
    assert story.codes("cost-invoice", "07-10") == []


# B. Contractor, stop work, lifted


def site() -> Story:
    made = facts(
        violations=[violation("v1", "CBC 105.1", "05-30")],
        inspections=[inspection("i1", "05-30")],
        stop_work_orders=[
            {"id": "s1", "on": "2026-06-01", "reason": "No permit.", "conditions": ["A permit."], "violations": ["v1"]}
        ],
    )  # fmt: skip
    made["parties"].append({**made["parties"][0], "id": "builder", "roles": ["contractor"], "name": {"text": "B & Co"}})
    return Story(made)


def test_b_stop_work_and_what_it_leaves() -> None:
    story = site()
    for who in ("owner", "builder"):
        assert story.codes("stop-work-order", "06-01", "s1", who) == []
        story.serve(story.issue("stop-work-order", "06-01", "s1", who), "06-01", who, "posting")
    assert story.documents[0].dates["contest-by"] == day("06-11")
    story.facts["appeals"] = [
        {"id": "a1", "filed_on": "2026-06-08", "by": "builder", "of": ["s1"], "grounds": "There was a permit."}
    ]  # fmt: skip
    assert story.codes("notice-of-violation", "06-10") == [], "an appeal does not lift the order, nor hold a notice"
    assert story.codes("closure-letter", "06-15") == ["none_open", "live"]
    story.facts["appeals"] = []
    story.tell("lifted", "s1", "06-22")
    assert story.codes("stop-work-order", "06-25", "s1", "owner") == ["lifted"]
    story.facts["stop_work_orders"].append({**story.facts["stop_work_orders"][0], "id": "s2", "on": "2026-06-25"})
    assert story.codes("stop-work-order", "06-25", "s2", "owner") == [], "new unlawful work, a new order"


def test_b_the_same_order_again() -> None:
    story = site()
    story.issue("stop-work-order", "06-01", "s1", "owner")
    assert story.codes("stop-work-order", "06-02", "s1", "owner") == ["once"]
    assert story.codes("stop-work-order", "06-02", "s1", "builder") == []


def test_b_no_fine_without_a_notice_but_in_danger() -> None:
    story = site()
    story.facts["citations"] = [citation("c1", 1, ["v1"], "06-24")]
    [none] = story.ask("administrative-citation", "06-25", "c1", "builder").reasons
    assert (none.code, none.asks) == ("procedure.requires", False)
    assert "CBC 105.1" in none.message
    story.facts["violations"][0]["immediate_danger"] = True
    assert story.codes("administrative-citation", "06-25", "c1", "builder") == ["requires"], "danger needs its reason"
    story.facts["violations"][0]["danger_reason"] = "The wall may fall."
    assert story.codes("administrative-citation", "06-25", "c1", "builder") == []


def test_b_closed_and_reopened() -> None:
    story = site()
    story.issue("stop-work-order", "06-01", "s1", "owner")
    story.facts["violations"][0]["corrected_on"] = "2026-06-22"
    story.tell("lifted", "s1", "06-22")
    assert story.codes("closure-letter", "06-25") == []
    story.issue("closure-letter", "06-25")
    assert story.codes("closure-letter", "06-25") == ["once"]
    assert story.codes("closure-letter", "06-25", None, "agent") == [], "each has a copy"
    assert story.codes("notice-of-violation", "07-01") == ["requires", "closed"]
    story.tell("reopened", "CE-2026-0310", "07-02", reason="It is back.")
    story.facts["violations"].append(violation("v2", "CBC 105.1", "07-01"))
    assert story.codes("notice-of-violation", "07-02") == []


# C. Third citation in a year


def rental() -> Story:
    made = json.loads((ROOT / "examples/CE-2026-0231/casefile.json").read_text("utf-8"))
    for one in made["citations"]:
        for name in ("number", "issued_on", "served_on", "status", "fine"):
            one.pop(name, None)
    return Story(made | {"appeals": [], "hearings": [], "service": [], "memoranda": []})


def cited(story: Story) -> dict[str, str]:
    numbers = {}
    for about, on in (("c1", "05-29"), ("c2", "06-17"), ("c3", "06-30")):
        assert story.codes("administrative-citation", on, about) == []
        numbers[about] = story.issue("administrative-citation", on, about)
        story.serve(numbers[about], on)
    return numbers


def fines(story: Story, on: str = "07-20") -> list[tuple[int, int]]:
    casefile = story.casefile(day(on))
    found = [fines_of(town(), casefile, one) for one in casefile.citations if one.counts]
    return [(max(line.ordinal for line in one.lines), int(one.total)) for one in found]


def test_c_three_citations_and_one_withdrawn() -> None:
    story = rental()
    numbers = cited(story)
    assert [story.effective(number, "contest-by") for number in numbers.values()] == [
        day("06-29"), day("07-17"), day("07-30")
    ]  # fmt: skip
    assert fines(story) == [(1, 1500), (2, 3000), (3, 5000)]
    assert story.codes("administrative-citation", "06-18", "c2") == ["once"]
    assert story.codes("administrative-citation", "06-18", "c2", "agent-of-nobody") == [], "one debt, another copy"
    story.void(numbers["c1"])
    assert fines(story) == [(1, 1500), (2, 3000)]
    assert story.codes("administrative-citation", "07-01", "c1") == [], "a void paper may be issued anew"


def test_c_appeal_of_what_is_withdrawn_and_one_that_is_late() -> None:
    story = rental()
    numbers = cited(story)
    story.void(numbers["c1"])
    story.facts["appeals"] = [
        {"id": "a1", "filed_on": "2026-06-26", "by": "owner", "of": ["c1", "c2"], "grounds": "No.", "deposit": 4500}
    ]  # fmt: skip
    with_hearing(story)
    assert story.codes("notice-of-hearing", "07-02", "h1") == []
    story.facts["appeals"][0]["of"] = ["c1"]
    [moot] = story.ask("notice-of-hearing", "07-02", "h1").reasons
    assert moot.code == "procedure.appeal"
    assert "in force" in moot.message
    story.facts["appeals"][0] |= {"of": ["c1", "c2"], "filed_on": "2026-07-20"}
    [late] = story.ask("notice-of-hearing", "07-02", "h1").reasons
    assert late.code == "procedure.late_appeal"
    assert "2026-07-17" in late.message


def test_c_a_second_citation_for_the_same_day_is_a_second_debt() -> None:
    story = rental()
    story.issue("administrative-citation", "05-29", "c1")
    story.facts["citations"].append(citation("c9", 1, ["v1"], "05-23"))
    assert story.codes("administrative-citation", "05-30", "c9") == ["once"]
    assert story.codes("administrative-citation", "05-30", "c9", "local-contact") == ["once"]


def test_c_dismissed_closed_corrected() -> None:
    story = rental()
    story.tell("decided", "h1", "06-10", items=[{"id": "c1", "outcome": "dismissed"}])
    assert story.codes("administrative-citation", "06-11", "c1") == ["dismissed"]
    story.facts["violations"][1]["corrected_on"] = "2026-06-13"
    assert story.codes("administrative-citation", "06-17", "c2") == [], "corrected on the day: it was there"
    story.facts["citations"][1]["violation_on"] = "2026-06-14"
    assert story.codes("administrative-citation", "06-17", "c2") == ["corrected"]
    story.facts["case"]["closed_on"] = "2026-06-15"
    assert "closed" in story.codes("administrative-citation", "06-30", "c3")


def test_c_the_deposit() -> None:
    story = rental()
    cited(story)
    appeal = {"id": "a1", "filed_on": "2026-06-26", "by": "owner", "of": ["c2"], "grounds": "No."}
    story.facts["appeals"] = [appeal]
    with_hearing(story)
    answer = story.ask("notice-of-hearing", "07-02", "h1")
    assert (answer.verdict, [one.code for one in answer.reasons]) == ("ask", ["procedure.unknown"])
    for state, codes in (("requested", []), ("granted", []), ("denied", ["deposit"])):
        appeal["hardship_waiver"] = state
        assert story.codes("notice-of-hearing", "07-02", "h1") == codes


def test_a_hearing_of_an_appeal_that_nobody_filed_and_one_that_is_decided() -> None:
    story = rental()
    with_hearing(story, appeal=None)
    assert story.codes("notice-of-hearing", "07-02", "h1") == ["appeal"]
    with_hearing(story, kind="show_cause", appeal=None, decided_on="2026-07-16")
    assert story.codes("notice-of-hearing", "07-20", "h1") == ["lead", "decided"]


# The time to correct, whom it was served on, and what is not known


def fence(**more: Any) -> Story:
    return Story(
        facts(
            violations=[violation("v1", "MHMC 17.52.030", "05-06"), violation("v2", "MHMC 17.52.030", "07-20")],
            inspections=[inspection("i1", "05-06")],
            citations=[citation("c1", 1, ["v2"], "07-20")],
            **more,
        )
    )  # fmt: skip


def test_the_notice_must_have_reached_who_is_cited_and_its_time_be_over() -> None:
    story = fence()
    assert story.codes("administrative-citation", "07-21", "c1") == ["requires"]
    number = story.issue("notice-of-violation", "05-11")
    answer = story.ask("administrative-citation", "07-21", "c1")
    assert (answer.verdict, [one.code for one in answer.reasons]) == ("ask", ["procedure.service_unknown"])
    story.serve(number, "05-11")
    assert story.codes("administrative-citation", "07-21", "c1") == []
    comply = story.effective(number, "comply-by", violation="v1")
    assert comply == day("05-26")
    story.facts["violations"][1]["observed_on"] = story.facts["citations"][0]["violation_on"] = "2026-05-20"
    [early] = story.ask("administrative-citation", "05-26", "c1").reasons
    assert early.starts == day("05-27"), "the day itself is theirs"
    assert story.codes("administrative-citation", "05-27", "c1") == []
    # Whoever bought the house was never told.
    story.facts["parties"].append({**story.facts["parties"][0], "id": "buyer", "name": {"text": "Kim Lo"}})
    assert story.codes("administrative-citation", "07-21", "c1", "buyer") == ["requires"]
    story.tell("returned", number, "05-20", party="owner", result="returned")
    assert story.codes("administrative-citation", "07-21", "c1") == ["requires"]


def test_more_time_moves_the_day() -> None:
    story = fence()
    story.serve(story.issue("notice-of-violation", "05-11"), "05-11")
    story.tell("extension-granted", "v1", "06-01", to="2026-08-01", reason="Parts.")
    [early] = story.ask("administrative-citation", "07-21", "c1").reasons
    assert early.starts == day("08-02")


def test_a_void_notice_is_none_and_a_replaced_one_has_its_successor() -> None:
    story = fence()
    number = story.issue("notice-of-violation", "05-11")
    story.serve(number, "05-11")
    story.void(number)
    assert story.codes("administrative-citation", "07-21", "c1") == ["requires"]
    assert story.codes("notice-of-violation", "07-21") == []


def test_what_the_casefile_tells_of_before_counts() -> None:
    notice = {
        "number": "NOV-2025-0031", "document_type": "notice-of-violation", "issued_on": "2026-05-11",
        "recipient": "owner", "violations": ["v1"], "served_on": "2026-05-11", "comply_by": "2026-06-10",
    }  # fmt: skip
    story = fence(notices=[notice])
    assert story.codes("administrative-citation", "07-21", "c1") == []
    story.facts["notices"][0]["withdrawn_on"] = "2026-06-01"
    assert story.codes("administrative-citation", "07-21", "c1") == ["requires"]
    declarant = {"name": "P. E.", "title": "Clerk", "address": ["1 Town Hall Way"], "over_18_and_not_a_party": True}
    served = {"id": "s1", "document": "NOV-2026-0031", "title": "Notice of Violation", "party": "owner",
              "method": "personal", "served_on": "2026-05-11", "place": "At home", "declarant": declarant}  # fmt: skip
    story = fence(service=[served])
    assert story.codes("administrative-citation", "07-21", "c1") == []
    story.facts["service"][0] |= {"result": "refused"}
    assert story.codes("administrative-citation", "07-21", "c1") == ["requires"]


def test_serving_the_agent_is_serving_who_named_them() -> None:
    story = fence()
    story.facts["parties"][0]["agent"] = "agent"
    number = story.issue("notice-of-violation", "05-11", None, "agent")
    story.serve(number, "05-11", "agent")
    assert story.codes("administrative-citation", "07-21", "c1") == []
    story.facts["parties"][0].pop("agent")
    assert story.codes("administrative-citation", "07-21", "c1") == ["requires"]


def test_what_the_facts_leave_open_is_a_question() -> None:
    story = fence()
    story.facts["inspections"] = []
    answer = story.ask("notice-of-violation", "05-11")
    assert (answer.verdict, [one.code for one in answer.reasons]) == ("ask", ["procedure.unknown"])
    decided = GuardDecision("procedure.unknown", "yes", "coordinator", "Seen from the street.")
    answer = story.ask("notice-of-violation", "05-11", decisions=(decided,))
    assert answer.verdict == "yes"
    assert [decision for _, decision in answer.waived] == [decided]
    assert story.ask("notice-of-violation", "05-11", decisions=(replace(decided, role="clerk"),)).verdict == "ask"
    assert story.ask("notice-of-violation", "05-11", decisions=(replace(decided, answer="no"),)).verdict == "no"


def test_who_may_goes_past_a_guard_and_it_stays_on_record() -> None:
    story = fence()
    story.issue("notice-of-violation", "05-11")
    past = GuardDecision("procedure.once", "yes", "director", "The first burnt.")
    assert story.ask("notice-of-violation", "05-12", decisions=(past,)).verdict == "yes"
    assert story.ask("notice-of-violation", "05-12", decisions=(replace(past, role="coordinator"),)).verdict == "no"
    story.tell("guard-waived", "notice-of-violation", "05-12", guard="procedure.once", role="director",
               reason="The first burnt.", recipient="owner")  # fmt: skip
    assert story.ask("notice-of-violation", "05-11").verdict == "no", "not before it was waived"
    assert story.ask("notice-of-violation", "05-12").verdict == "yes"
    story.issue("notice-of-violation", "05-12", None, "agent")
    assert story.ask("notice-of-violation", "05-12", None, "agent").verdict == "no", "for the owner only"
    story.facts["case"]["closed_on"] = "2026-05-12"
    closed = GuardDecision("procedure.closed", "yes", "director", "Please.")
    assert story.ask("notice-of-violation", "05-12", decisions=(closed,)).verdict == "no", "nobody may go past this one"


def test_who_may_go_past_what_forbids_goes_past_every_state_and_paper() -> None:
    procedure = town().procedure
    assert procedure is not None
    waive = {**procedure.waive, "forbids": ("director",)}
    story = Story(fence().facts, replace(town(), procedure=replace(procedure, waive=waive)))
    story.facts["case"]["closed_on"] = "2026-05-12"
    past = GuardDecision("procedure.closed", "yes", "director", "A court asked for it.")
    assert story.ask("notice-of-violation", "05-12").verdict == "no"
    assert story.ask("notice-of-violation", "05-12", decisions=(past,)).verdict == "yes"
    assert story.ask("notice-of-violation", "05-12", decisions=(replace(past, role="clerk"),)).verdict == "no"


def test_a_decision_counts_for_its_guard_its_type_its_subject_and_its_day() -> None:
    story = rental()
    for about in ("c1", "c2"):
        story.issue("administrative-citation", "06-17", about)
    past = GuardDecision("procedure.requires", "yes", "attorney", "Wet.")
    assert story.ask("administrative-citation", "06-18", "c1", decisions=(past,)).verdict == "no"
    story.tell("withdrawn", "administrative-citation", "06-18", reason="Not a decision of a guard.")
    waiver = {"guard": "procedure.once", "role": "director", "reason": "The first burnt."}
    story.tell("guard-waived", "notice-of-violation", "06-18", **waiver)
    assert story.ask("administrative-citation", "06-18", "c1").verdict == "no", "that was for another type"
    story.tell("guard-waived", "administrative-citation", "06-18", about="c1", **waiver)
    assert story.ask("administrative-citation", "06-18", "c1").verdict == "yes"
    assert story.ask("administrative-citation", "06-18", "c2").verdict == "no"
    assert story.ask("administrative-citation", "06-17", "c1").verdict == "no"


def test_a_question_is_answered_on_record_and_the_last_word_counts() -> None:
    story = fence()
    story.facts["inspections"] = []
    said = {"guard": "procedure.unknown", "role": "coordinator", "reason": "Seen from the street."}
    story.tell("guard-answered", "notice-of-violation", "05-11", answer="yes", **said)
    assert story.ask("notice-of-violation", "05-11").verdict == "yes"
    story.tell("guard-answered", "notice-of-violation", "05-11", answer="no", **said)
    answer = story.ask("notice-of-violation", "05-11")
    assert answer.verdict == "no"
    assert "Seen from the street." in answer.reasons[0].message


def test_an_order_that_names_nothing_means_the_last_and_reasons_say_where() -> None:
    story = rental()
    story.issue("administrative-citation", "06-30", "c3")
    [again] = story.ask("administrative-citation", "07-01", None).reasons
    assert (again.code, again.place) == ("procedure.once", "/citations/2")
    assert story.codes("administrative-citation", "07-01", "c1") == []
    story.facts["citations"] = []
    assert story.codes("administrative-citation", "07-01", None) == ["unknown"], "there is none to be about"
    before = {"number": "AC-2025-0031", "document_type": "administrative-citation", "issued_on": "2026-05-29"}
    story.facts["notices"] = [before | {"recipient": "owner"}]
    assert story.codes("administrative-citation", "07-01", None) == ["unknown"], "nor to be the same as one of before"
    site_story = site()
    site_story.issue("stop-work-order", "06-01", "s1", "owner")
    assert site_story.ask("stop-work-order", "06-02", None, "owner").reasons[0].place == "/stop_work_orders/0"


def test_what_refuses_and_what_is_only_told() -> None:
    procedure = town().procedure
    assert procedure is not None
    no, ask = GuardReason("procedure.once", "No."), GuardReason("procedure.unknown", "Well?", asks=True)
    unserved = GuardReason("procedure.service_unknown", "Well?", asks=True)
    loose, kept = CaseRecord("x"), CaseRecord("x", on_record=True)
    lax = replace(procedure, unrecorded="warn")
    for reason in (no, ask, unserved):
        assert reason.refuses(procedure, kept)
        assert not reason.refuses(lax, loose)
        assert not reason.refuses(replace(procedure, mode="warn"), kept)
        assert not reason.refuses(None, kept)
    assert [reason.refuses(procedure, loose) for reason in (no, ask, unserved)] == [True, False, True]
    told = replace(no, starts=day("06-15")).finding(procedure, kept)
    assert (told.severity, told.message) == ("error", "No. It may from 2026-06-15.")
    assert no.finding(lax, loose).severity == "warning"
    assert no.finding(procedure, loose).message == "No.", "nobody sent it twice without knowing"
    where = "What was sent and served before is told in the casefile: notices, service."
    assert unserved.finding(procedure, loose).message == f"Well? {where}"
    assert unserved.finding(procedure, kept).message == unserved.finding(lax, loose).message == "Well?"
    assert no.finding(procedure, kept).message == "No."
    assert [GuardAnswer(given).verdict for given in ((), (ask, unserved), (ask, no))] == ["yes", "ask", "no"]


def test_a_refusal_says_what_is_missing_of_what_and_on_whom() -> None:
    story = fence()
    [none] = story.ask("administrative-citation", "07-21", "c1").reasons
    assert none.message == (
        "No notice of violation or warning before citation or notice to abate a nuisance or administrative citation "
        "of MHMC 17.52.030 is in force."
    )
    kinds = {key: kind for key, kind in town().document_types.items() if key != "citation-warning"}
    story.pack = replace(town(), document_types=kinds)
    [none] = story.ask("administrative-citation", "07-21", "c1").reasons
    assert "notice of violation or citation warning or" in none.message, "the letter is not written yet"
    story.pack = town()
    story.facts["parties"][0]["name"] = {"text": "陳美玲", "language": "zh-Hant", "latin": "Mei-Ling Chen"}
    number = story.issue("notice-of-violation", "05-11")
    [unknown] = story.ask("administrative-citation", "07-21", "c1").reasons
    assert f"Nothing says that {number} was served on Mei-Ling Chen" in unknown.message
    story.serve(number, "07-15")
    [early] = story.ask("administrative-citation", "07-21", "c1").reasons
    assert f"The comply-by date of {number}, 2026-07-29, has not passed." in early.message
    story.facts["violations"] = story.facts["violations"][:1]
    story.facts["citations"] = []
    story.facts["violations"][0]["corrected_on"] = "2026-07-16"
    assert story.ask("notice-of-violation", "07-21", None, "agent").reasons[0].message == (
        "No violation that it could speak of is open."
    )


def test_an_abatement_hearing_follows_a_notice_that_somebody_was_served_with() -> None:
    story = fence()
    story.facts["citations"] = []
    with_hearing(story, kind="abatement", appeal=None, on="2026-08-20")
    assert story.codes("notice-of-hearing", "07-21", "h1") == ["requires"]
    number = story.issue("notice-of-violation", "07-20")
    assert story.codes("notice-of-hearing", "07-21", "h1") == ["service_unknown"]
    story.tell("returned", number, "07-21", party="owner", result="refused")
    [back] = story.ask("notice-of-hearing", "07-21", "h1").reasons
    assert f" was not served on anybody ({number}). The first-class mail of " in back.message
    story.serve(number, "07-21", "agent")
    assert story.codes("notice-of-hearing", "07-21", "h1") == []
    with_hearing(story, kind="show_cause", appeal=None, on="2026-08-20")
    assert story.codes("notice-of-hearing", "07-21", "h1") == [], "it needs no notice before it"


def test_what_takes_anothers_place_is_no_second_one() -> None:
    story = fence()
    number = story.issue("notice-of-violation", "05-11")
    assert story.ask("notice-of-violation", "05-12", record=without(story.record, number)).verdict == "yes"


def test_a_new_violation_makes_a_new_notice() -> None:
    story = fence()
    story.issue("notice-of-violation", "05-11")
    assert story.codes("notice-of-violation", "05-12") == ["once"]
    assert story.codes("notice-of-violation", "07-20") == [], "v2 was not in the first"
    story.facts["violations"].insert(0, violation("v0", "MHMC 17.52.030", "05-05"))
    assert story.codes("notice-of-violation", "05-12") == [], "nor one that was entered later"


def test_a_friendly_letter_after_a_notice_and_the_other_small_rules() -> None:
    story = fence()
    assert story.codes("courtesy-letter", "05-10") == []
    story.issue("notice-of-violation", "05-11")
    assert story.codes("courtesy-letter", "05-12") == ["live"]
    assert story.codes("extension-decision", "05-12") == ["unknown"]
    story.facts["extension_requests"] = [{"id": "e1", "on": "2026-05-12", "by": "owner"}]
    assert story.codes("extension-decision", "05-12") == []
    story.issue("extension-decision", "05-13")
    assert story.codes("extension-decision", "05-14") == ["once"]
    story.facts["extension_requests"].append({"id": "e2", "on": "2026-05-20", "by": "owner"})
    assert story.codes("extension-decision", "05-20") == []
    story.facts["violations"][0] |= {"immediate_danger": True, "danger_reason": "It leans."}
    assert story.codes("extension-decision", "05-20") == ["immediate_danger"]
    story.facts["liens"] = [{"id": "l1", "recorded_on": "2026-05-14", "instrument": "2026-0088"}]
    story.facts["violations"] = [one | {"corrected_on": one["observed_on"]} for one in story.facts["violations"]]
    assert story.codes("closure-letter", "07-30") == ["recorded_lien"]
    story.facts["liens"][0]["released_on"] = "2026-07-29"
    assert story.codes("closure-letter", "07-30") == []


def test_costs_are_billed_once_and_secured_only_after_they_were_billed() -> None:
    story = twelve_units()
    story.serve(story.issue("substandard-notice-and-order", "06-01"), "06-01")
    story.serve(story.issue("cost-invoice", "07-01"), "07-01")
    assert story.codes("cost-invoice", "07-02") == ["once"]
    assert story.codes("lien-notice", "07-20") == ["requires"]
    assert story.codes("lien-notice", "11-20") == []
    story.facts["costs"].append({**story.facts["costs"][0], "id": "k2", "on": "2026-07-02"})
    assert story.codes("cost-invoice", "07-02") == []
    story.facts["payments"] = [{"id": "p1", "on": "2026-08-01", "amount": 1800, "ledger": "costs"}]
    assert story.codes("lien-notice", "11-20") == ["requires"]


def test_a_permits_limit_by_tiers() -> None:
    made = json.loads((ROOT / "examples/CE-2026-0147/casefile.json").read_text("utf-8"))
    story = Story(made)
    about, who = story.facts["permits"][0]["number"], "owner-trust"
    assert story.codes("construction-time-limit", "04-17", about, who) == []
    story.issue("construction-time-limit", "04-17", about, who)
    assert story.codes("construction-time-limit", "04-18", about, who) == ["once"]
    assert story.codes("construction-time-limit", "06-20", about, who) == [], "the next tier"
    story.facts["permits"][0]["completed_on"] = "2026-06-01"
    assert "permit_completed" in story.codes("construction-time-limit", "06-20", about, who)


def test_a_tier_that_an_order_holds_off_is_not_the_next() -> None:
    """The notice of the tier reached is not sent again while an order that nobody brought about holds the limit."""
    made = json.loads((ROOT / "examples/CE-2026-0147/casefile.json").read_text("utf-8"))
    made["stop_work_orders"][0]["without_fault"] = True
    limit = town().time_limit
    assert limit is not None
    story = Story(made, replace(town(), time_limit=replace(limit, tolled_by=("stop_work_without_fault",))))
    about, who = story.facts["permits"][0]["number"], "owner-trust"
    story.issue("construction-time-limit", "04-17", about, who)
    assert story.codes("construction-time-limit", "06-20", about, who) == ["once"]
    story.facts["stop_work_orders"][0]["without_fault"] = False
    assert story.codes("construction-time-limit", "06-20", about, who) == []


def test_a_tenant_to_whom_nothing_is_told_gets_nothing() -> None:
    story = twelve_units()
    for one in story.facts["violations"]:
        one["units"] = ["2"]
    assert story.codes("notice-of-violation", "06-01", None, "tenant-2") == []
    assert story.codes("notice-of-violation", "06-01", None, "tenant-3") == ["requires"]
    assert story.codes("notice-of-violation", "06-01", None, "lender") == []
    story.issue("notice-of-violation", "06-01", None, "tenant-2")
    assert story.codes("notice-of-violation", "06-02", None, "tenant-2") == ["once"]


def test_each_appeal_that_is_heard_together_must_stand() -> None:
    story = twelve_units()
    story.serve(story.issue("substandard-notice-and-order", "06-01"), "06-24", "owner", "posting")
    first = {"id": "a1", "filed_on": "2026-07-06", "by": "owner", "of": ["v1"], "grounds": "It was mended."}
    story.facts["appeals"] = [first, {**first, "id": "a2", "of": ["v2"], "filed_on": "2026-07-07"}]
    with_hearing(story)
    assert story.codes("notice-of-hearing", "07-06", "h1") == []
    with_hearing(story, joined=["a2"])
    assert story.codes("notice-of-hearing", "07-06", "h1") == ["late_appeal"]
    story.facts["appeals"][1] |= {"filed_on": "2026-07-06", "withdrawn_on": "2026-07-06"}
    assert story.codes("notice-of-hearing", "07-06", "h1") == ["appeal"]
    del story.facts["appeals"][1]["withdrawn_on"]
    assert story.codes("notice-of-hearing", "07-06", "h1") == []
    with_hearing(story, joined=["a2"], decided_on="2026-07-16", held_on="2026-07-16")
    assert story.codes("cost-invoice", "07-17") == [], "both are decided, and hold nothing any more"
    with_hearing(story, decided_on="2026-07-16", held_on="2026-07-16")
    assert story.codes("cost-invoice", "07-17") == ["stayed"], "the other one was not heard"


def test_a_hearing_and_its_decision() -> None:
    story = rental()
    numbers = cited(story)
    assert numbers
    story.facts["appeals"] = [
        {"id": "a1", "filed_on": "2026-06-26", "by": "owner", "of": ["c2"], "grounds": "No.", "deposit": 3000}
    ]  # fmt: skip
    with_hearing(story)
    notices = {who: story.issue("notice-of-hearing", "07-02", "h1", who) for who in ("owner", "local-contact")}
    assert story.codes("hearing-minutes", "07-15", "h1", None) == ["requires"], "it was not held yet"
    assert story.codes("hearing-minutes", "07-17", "h1", None) == ["unknown"]
    story.tell("hearing-held", "h1", "07-16")
    assert story.codes("hearing-minutes", "07-17", "h1", None) == []
    assert story.codes("hearing-decision", "08-03", "h1") == ["service_unknown", "service_unknown"]
    story.serve(notices["owner"], "07-02")
    assert story.codes("hearing-decision", "08-03", "h1") == ["service_unknown"], "everyone had to have it"
    story.serve(notices["local-contact"], "07-02", "local-contact")
    assert story.codes("hearing-decision", "08-03", "h1") == []
    story.facts["parties"].append({**story.facts["parties"][0], "id": "agent9", "roles": ["agent"], "agent": None})
    assert story.codes("hearing-decision", "08-03", "h1") == ["requires"]


def test_a_hearing_put_off_is_noticed_anew() -> None:
    story = rental()
    cited(story)
    story.facts["appeals"] = [
        {"id": "a1", "filed_on": "2026-06-26", "by": "owner", "of": ["c2"], "grounds": "No.", "deposit": 3000}
    ]  # fmt: skip
    with_hearing(story)
    story.issue("notice-of-hearing", "07-02", "h1")
    assert story.codes("notice-of-hearing", "07-03", "h1") == ["once"]
    story.tell("hearing-continued", "h1", "07-10", to="2026-08-13")
    assert story.codes("notice-of-hearing", "07-20", "h1") == []


def test_a_town_without_procedure_and_a_type_without_one_are_free() -> None:
    story = site()
    story.facts["citations"] = [citation("c1", 1, ["v1"], "06-24")]
    on = day("06-25")
    free = replace(town(), procedure=None)
    assert may(free, story.casefile(on), story.record, "administrative-citation", "c1", "owner", on).verdict == "yes"
    assert story.ask("a-letter-of-the-towns-own", "06-25").verdict == "yes"


def test_the_next_steps_are_the_guards() -> None:
    story = fence()
    on = day("07-21")
    steps = next_steps(town(), story.casefile(on), story.record, on)
    types = {step.document_type for step in steps}
    assert types >= {"notice-of-violation", "administrative-citation", "closure-letter"}
    for step in steps:
        again = may(town(), story.casefile(on), story.record, step.document_type, step.about, step.recipient, on)
        assert again == step.answer
    cites = [step for step in steps if step.document_type == "administrative-citation"]
    assert {step.about for step in cites} == {"c1"}
    assert {step.recipient for step in cites} == {"owner", "agent"}


# What never happens, whatever the order of events

MOVES = st.lists(
    st.tuples(
        st.sampled_from(["notice", "cite1", "cite2", "cite3", "serve", "back", "void", "lift", "danger"]),
        st.integers(0, 6), st.integers(0, 60), st.sampled_from(["owner", "agent"]),
    ),
    max_size=14,
)  # fmt: skip
START = date(2026, 5, 7).toordinal()


@given(MOVES)
def test_no_order_of_events_lets_out_what_is_unlawful(moves: list[tuple[str, int, int, str]]) -> None:
    story = Story(
        facts(
            violations=[violation(f"v{n}", "MHMC 17.52.030", f"05-0{n}") for n in (2, 3, 4, 5)],
            inspections=[inspection("i1", "05-06")],
            citations=[citation(f"c{n}", 1, [f"v{n + 2}"], f"05-0{n + 2}") for n in (1, 2, 3)],
        )
    )  # fmt: skip
    today = START
    for move, which, days, who in moves:
        today += days
        on = str(date.fromordinal(today))[5:]
        if today > date(2026, 12, 20).toordinal():
            return
        if move == "notice" or move.startswith("cite"):
            type, about = ("notice-of-violation", None) if move == "notice" else (
                "administrative-citation", f"c{move[-1]}"
            )  # fmt: skip
            if story.ask(type, on, about, who).verdict != "yes":
                continue
            if about is not None:
                assert _was_told(story, who, on)
            alive = [one for one in story.documents if one.in_force and one.document_type == type]
            assert not [one for one in alive if one.recipient == who and one.about == about]
            story.issue(type, on, about, who)
            before = [one for one in ("c1", "c2", "c3") if about is not None and one < about]
            if about is not None:
                held = {one.about for one in story.documents if one.in_force and one.document_type == type}
                casefile = story.casefile(date.fromordinal(today))
                [line] = fines_of(town(), casefile, next(c for c in casefile.citations if c.id == about)).lines
                voided = {one.about for one in story.documents if one.status == "void"} - held
                assert not set(line.earlier) & voided, "what is void counts for nothing"
                assert set(line.earlier) <= set(before)
        elif move in ("serve", "back") and story.documents:
            number = story.documents[which % len(story.documents)].number
            if move == "serve":
                story.serve(number, on, who)
            else:
                story.tell("returned", number, on, party=who, result="returned")
        elif move == "void" and story.documents:
            story.void(story.documents[which % len(story.documents)].number)


def _was_told(story: Story, who: str, on: str) -> bool:
    """Counted apart: a notice in force, the last word on serving who is cited with it, and 30 days over since."""
    for one in story.documents:
        if one.document_type != "notice-of-violation" or not one.in_force:
            continue
        last: Mapping[str, CaseEvent] = {
            event.data["party"]: event for event in story.events if event.subject == one.number and event.on <= day(on)
        }
        event = last.get(who)
        if event is not None and event.type == "served" and (day(on) - event.on).days > 10:
            return True
    return any(
        one.document_type == "administrative-citation" and one.in_force and one.about is not None
        and any(event.subject == one.number and event.data["party"] == who for event in story.events)
        for one in story.documents
    )  # fmt: skip


def test_what_an_appeal_holds_is_of_the_sections_it_names() -> None:
    story = fence()
    story.serve(story.issue("notice-of-violation", "05-11"), "05-11")
    story.facts["violations"].append(violation("v9", "MHMC 5.60.070", "07-19"))
    story.facts["citations"].append(citation("c9", 1, ["v9"], "07-19"))
    assert story.codes("administrative-citation", "07-21", "c1") == []
    story.facts["appeals"] = [
        {"id": "a1", "filed_on": "2026-05-20", "by": "owner", "of": ["v1"], "grounds": "It is low enough."}
    ]  # fmt: skip
    assert story.codes("administrative-citation", "07-21", "c1") == ["stayed"]
    assert story.codes("administrative-citation", "07-21", "c9") == [], "the appeal is of the fence"
    assert "stayed" in story.codes("citation-warning", "07-21"), "of the whole case"
    assert "stayed" in story.codes("citation-warning", "07-21", "v9"), "also if the warning is of the rental alone"


def test_a_notice_of_another_section_or_violation_is_none() -> None:
    story = fence()
    story.facts["violations"].append(violation("v3", "MHMC 17.60.050", "05-06"))
    story.facts["citations"].append(citation("c3", 1, ["v3"], "07-20"))
    story.serve(story.issue("notice-of-violation", "05-11", "v1"), "05-11")
    assert story.codes("administrative-citation", "07-21", "c1") == []
    [missing] = story.ask("administrative-citation", "07-21", "c3").reasons
    assert "MHMC 17.60.050" in missing.message
    story.facts["citations"][1]["violations"] = ["v2", "v3"]
    assert story.codes("administrative-citation", "07-21", "c3") == ["requires"], "each section needs its own"
    assert story.codes("courtesy-letter", "07-21", "v1") == ["live"]
    assert story.codes("courtesy-letter", "07-21", "v3") == [], "that one was not noticed"
    story.facts["extension_requests"] = [
        {"id": f"e{name[1]}", "on": "2026-05-12", "by": "owner", "violations": [name]} for name in ("v1", "v3")
    ]
    assert story.codes("extension-decision", "07-21", "e1") == []
    assert story.codes("extension-decision", "07-21", "e3") == ["requires"]
    story.issue("extension-decision", "07-20", "e1")
    assert story.codes("extension-decision", "07-21", "e1") == ["once"]
    assert story.codes("extension-decision", "07-21", "e3") == ["requires"], "another request is another answer"


def test_another_copy_of_the_same_citation_is_no_notice_before_it() -> None:
    story = fence()
    story.serve(story.issue("administrative-citation", "07-20", "c1", "agent"), "07-20", "agent")
    story.facts["citations"][0]["violation_on"] = "2026-07-20"
    assert story.codes("administrative-citation", "12-01", "c1", "agent") == ["requires", "once"]
    # An earlier citation of the section is one, once its time to correct is over.
    story.facts["violations"].append(violation("v3", "MHMC 17.52.030", "11-20"))
    story.facts["citations"].append(citation("c3", 2, ["v3"], "11-20"))
    assert story.codes("administrative-citation", "12-01", "c3", "agent") == []


def test_some_corrected_and_some_not() -> None:
    story = fence()
    story.facts["citations"] = []
    story.facts["violations"][0]["corrected_on"] = "2026-05-20"
    assert story.codes("closure-letter", "05-21") == [], "what is seen later is not open yet"
    assert story.codes("closure-letter", "07-20") == ["none_open"]
    assert story.codes("notice-of-violation", "07-20") == [], "one of them is open"
    assert story.codes("notice-of-violation", "05-21") == ["requires"]
    story.facts["violations"] = []
    assert story.codes("notice-of-violation", "05-21") == ["requires"], "nothing that it could speak of"


def test_danger_without_the_word_and_a_section_unknown_to_the_town() -> None:
    story = fence()
    story.facts["violations"][1]["danger_reason"] = "It might fall."
    assert story.codes("administrative-citation", "07-21", "c1") == ["requires"], "nobody says that it is a danger"
    story.facts["violations"][1] |= {"section": "MHMC 99.99.999", "immediate_danger": False}
    assert story.codes("administrative-citation", "07-21", "c1") == ["requires"]


def test_a_request_is_answered_by_what_comes_after_it() -> None:
    story = fence()
    story.serve(story.issue("notice-of-violation", "05-11"), "05-11")
    story.facts["extension_requests"] = [{"id": "e1", "on": "2026-05-12", "by": "owner"}]
    story.issue("extension-decision", "05-12")
    assert story.codes("extension-decision", "05-13") == ["once"], "of the same day"
    story = rental()
    story.facts["appeals"] = [
        {"id": "a1", "filed_on": "2026-06-26", "by": "owner", "of": ["c2"], "grounds": "No.",
         "hardship_waiver": "requested", "hardship_requested_on": "2026-06-28"}
    ]  # fmt: skip
    assert story.codes("hardship-decision", "06-29", "c2") == []
    story.issue("hardship-decision", "06-29", "c2")
    assert story.codes("hardship-decision", "06-30", "c2") == ["once"]
    assert story.codes("appeal-receipt", "06-27", None) == []


def test_fines_that_are_owed_and_costs_that_are() -> None:
    story = twelve_units()
    story.serve(story.issue("substandard-notice-and-order", "06-01"), "06-01")
    story.serve(story.issue("cost-invoice", "07-01"), "07-01")
    story.facts["payments"] = [{"id": "p1", "on": "2026-08-01", "amount": 899, "ledger": "costs"}]
    assert story.codes("lien-notice", "11-20") == [], "a dollar is left"
    story.facts["payments"][0]["amount"] = 900
    assert story.codes("lien-notice", "11-20") == ["requires"]


# The words of a town's procedure: what each lets out and holds, also where Madrona Hills does not use it


def under(type: str, **words: Any) -> TownPack:
    """The town, if its procedure said this of one type."""
    procedure = town().procedure
    assert procedure is not None
    changed = replace(procedure.types[type], **words)
    return replace(town(), procedure=replace(procedure, types={**procedure.types, type: changed}))


def without_letter(type: str) -> TownPack:
    """The town before it has written the letter; its rules are there already."""
    return replace(town(), document_types={key: kind for key, kind in town().document_types.items() if key != type})


def loud(**more: Any) -> Story:
    """Two violations of sections that are cited without a notice before."""
    return Story(
        facts(
            violations=[violation("v1", "MHMC 5.60.070", "07-01"), violation("v2", "MHMC 9.40.020", "07-01")],
            inspections=[inspection("i1", "07-01")],
            **more,
        )
    )


def hearings(*ids: str, kind: str = "show_cause") -> list[dict[str, Any]]:
    return [
        {"id": id, "on": "2026-08-20", "at": "10:00", "place": ["Town Hall"], "kind": kind,
         "officer": "hearing_officer"}
        for id in ids
    ]  # fmt: skip


def test_a_decision_of_another_guard_answers_no_question() -> None:
    story = fence()
    story.facts["inspections"] = []
    other = GuardDecision("procedure.service_unknown", "yes", "coordinator", "They called about it.")
    assert story.ask("notice-of-violation", "05-11", decisions=(other,)).verdict == "ask"
    story.tell("guard-answered", "notice-of-violation", "05-11", answer="yes", guard=other.guard, role=other.role,
               reason=other.reason)  # fmt: skip
    assert story.ask("notice-of-violation", "05-11").verdict == "ask"


def test_two_violations_of_one_section_are_refused_once_and_gone_past_once() -> None:
    story = fence()
    story.facts["citations"][0]["violations"] = ["v1", "v2"]
    past = GuardDecision("procedure.requires", "yes", "attorney", "They were told in court.")
    answer = story.ask("administrative-citation", "07-21", "c1", decisions=(past,))
    assert (answer.verdict, [decision for _, decision in answer.waived]) == ("yes", [past])


def test_of_the_same_section_one_notice_does_of_the_same_violation_each_needs_its_own() -> None:
    story = fence()
    story.serve(story.issue("notice-of-violation", "05-11"), "05-11")
    assert story.codes("administrative-citation", "07-21", "c1") == [], "v2 is of the section that was noticed"
    story.facts["hearings"] = hearings("h1", kind="abatement")
    assert story.codes("notice-of-hearing", "07-21", "h1") == ["requires"], "v2 was not in the notice"
    story.serve(story.issue("notice-of-violation", "07-20"), "07-20")
    assert story.codes("notice-of-hearing", "07-21", "h1") == []


@pytest.mark.parametrize("word", ["subject", "hearing"])
def test_the_notice_of_another_hearing_is_none_of_this_one(word: SameThing) -> None:
    procedure = town().procedure
    assert procedure is not None
    requires = procedure.types["hearing-decision"].requires
    pack = under("hearing-decision", requires=tuple(replace(one, same=word) if one.served else one for one in requires))
    story = fence(hearings=hearings("h1", "h2"))
    story.pack = pack
    # Whom a hearing notice need not reach: the bank and the tenant hear of it otherwise.
    story.facts["parties"] += [
        {**story.facts["parties"][0], "id": id, "roles": [role], "name": {"text": id}}
        for id, role in (("bank", "lienholder"), ("tenant-1", "tenant"))
    ]
    story.tell("hearing-held", "h2", "08-20")
    for hearing, codes in (("h1", ["requires"]), ("h2", [])):
        for who in ("owner", "agent"):
            story.serve(story.issue("notice-of-hearing", "07-21", hearing, who), "07-21", who)
        assert story.codes("hearing-decision", "08-21", "h2") == codes


def test_a_citation_of_the_same_day_for_another_section_is_another() -> None:
    cites = [citation("c1", 1, ["v1"], "07-01"), citation("c2", 1, ["v2"], "07-01"),
             citation("c3", 1, ["v1", "v2"], "07-01")]  # fmt: skip
    for first, others in (("c1", {"c2": [], "c3": ["once"]}), ("c3", {"c1": ["once"], "c2": ["once"]})):
        story = loud(citations=cites)
        story.issue("administrative-citation", "07-02", first)
        assert {about: story.codes("administrative-citation", "07-02", about) for about in others} == others


def test_a_citation_that_the_casefile_lost_is_the_same_as_none() -> None:
    story = loud(citations=[citation("c1", 1, ["v1"], "07-01"), citation("c9", 1, ["v1"], "07-01")])
    story.issue("administrative-citation", "07-02", "c9")
    assert story.codes("administrative-citation", "07-02", "c1") == ["once"]
    assert story.codes("administrative-citation", "07-02", "c2") == ["unknown"], "there is no c2"
    story.facts["citations"].pop()
    assert story.codes("administrative-citation", "07-02", "c1") == [], "that it lacks it, a finding tells"


@pytest.mark.parametrize("word", ["section", "violation"])
def test_where_nothing_is_open_any_paper_of_the_case_is_of_the_same(word: SameThing) -> None:
    story = fence()
    story.facts["citations"], story.facts["violations"] = [], story.facts["violations"][:1]
    story.issue("notice-of-violation", "05-11")
    story.facts["extension_requests"] = [{"id": "e1", "on": "2026-05-19", "by": "owner"}]
    story.facts["violations"][0]["corrected_on"] = "2026-05-20"
    assert story.codes("extension-decision", "05-21") == [], "who asked has an answer, mended or not"
    story.pack = under("courtesy-letter", forbids=(Prohibition(live=("notice-of-violation",), same=word),))
    assert story.codes("courtesy-letter", "05-21") == ["requires", "live"]


def test_a_letter_speaks_of_what_its_type_shows() -> None:
    story = fence()
    story.pack = under("closure-letter", requires=(Requirement(live=("notice-of-violation",), same="violation"),))
    story.facts["citations"] = []
    story.facts["violations"][0]["corrected_on"] = "2026-07-21"
    story.issue("notice-of-violation", "07-20", "v2")
    assert story.codes("closure-letter", "07-22") == ["requires"], "it closes v1, of which there was no notice"
    story.issue("notice-of-violation", "07-20", "v1")
    assert story.codes("closure-letter", "07-22") == []


def test_a_notice_and_a_warning_of_one_violation_are_two_papers() -> None:
    story = fence()
    story.serve(story.issue("notice-of-violation", "05-11", "v1"), "05-11")
    assert story.codes("citation-warning", "07-21", "v1") == []
    # A second warning, where a town wants one after the first.
    first = Requirement(served=("citation-warning",), same="section", liable="recipient", passed="comply-by")
    story.pack = under("citation-warning", requires=(first,), once=())
    assert story.codes("citation-warning", "07-21") == ["requires"]
    story.serve(story.issue("citation-warning", "06-01"), "06-01")
    assert story.codes("citation-warning", "07-21") == []


def test_a_warning_follows_a_notice_also_in_danger_and_where_it_is_cited_at_once() -> None:
    story = fence()
    for one in story.facts["violations"]:
        one |= {"immediate_danger": True, "danger_reason": "It leans."}
    assert story.codes("administrative-citation", "07-21", "c1") == []
    assert story.codes("citation-warning", "07-21") == ["requires"]
    story = loud(citations=[citation("c1", 1, ["v1"], "07-01")])
    assert story.codes("administrative-citation", "07-02", "c1") == []
    assert story.codes("citation-warning", "07-02") == ["requires", "requires"], "of each section"


def test_a_notice_of_before_of_which_something_is_not_written_down() -> None:
    notice = {"number": "NOV-2025-0031", "document_type": "notice-of-violation", "issued_on": "2026-05-11",
              "violations": ["v1"]}  # fmt: skip
    story = fence(notices=[notice])
    assert story.codes("administrative-citation", "07-21", "c1") == ["service_unknown"], "nor who had it"
    # A type of which this town has no rule to count by.
    story.pack = without_letter("notice-of-violation")
    story.facts["notices"][0] |= {"recipient": "owner", "served_on": "2026-05-11"}
    [unknown] = story.ask("administrative-citation", "07-21", "c1").reasons
    assert (unknown.code, unknown.asks) == ("procedure.service_unknown", True)
    assert "which date it set" in unknown.message
    story.facts["notices"][0]["comply_by"] = "2026-05-26"
    assert story.codes("administrative-citation", "07-21", "c1") == []


def test_of_two_notices_the_nearest_date_is_told() -> None:
    story = fence()
    first = story.issue("notice-of-violation", "05-11")
    second = story.issue("notice-of-violation", "05-12")
    story.serve(first, "07-15")
    story.serve(second, "07-10")
    [early] = story.ask("administrative-citation", "07-21", "c1").reasons
    assert (second in early.message, early.starts) == (True, day("07-25"))


def test_the_time_for_a_hearing_notice_is_the_recipients_own() -> None:
    far = replace(town(), mail_extension=replace(town().mail_extension, adopted=True))
    story = fence(hearings=hearings("h1"))
    story.pack = far
    address = {"kind": "street", "lines": ["1 PINE ST", "NEW YORK NY 10005"]}
    story.facts["parties"].append({**story.facts["parties"][0], "id": "buyer", "address": address})
    assert story.codes("notice-of-hearing", "08-05", "h1", "owner") == []
    assert story.codes("notice-of-hearing", "08-05", "h1", "buyer") == ["lead"], "ten days more by mail"


def test_a_rule_that_has_no_letter_or_no_hearing_yet_is_no_error() -> None:
    story = fence()
    assert story.codes("notice-of-hearing", "07-21", None) == [], "that there is no hearing, the arithmetic tells"
    story.pack = without_letter("notice-of-hearing")
    assert story.codes("notice-of-hearing", "07-21", None) == []
    on = day("07-21")
    assert "notice-of-hearing" in {
        one.document_type for one in next_steps(story.pack, story.casefile(on), story.record, on)
    }
    story.pack = under("appeal-receipt", requires=(Requirement(appeal="perfected"),))
    assert story.codes("appeal-receipt", "07-21", None) == []


def test_what_may_go_out_as_often_as_it_is_asked_for() -> None:
    lien = {"id": "l1", "recorded_on": "2026-05-14", "instrument": "2026-0088"}
    release = {
        "number": "LR-2026-0001",
        "document_type": "lien-release",
        "issued_on": "2026-06-01",
        "recipient": "owner",
    }
    story = fence(liens=[lien], notices=[release])
    assert story.codes("lien-release", "06-02") == []


def test_an_order_over_what_is_corrected_and_over_what_is_not() -> None:
    story = site()
    story.facts["violations"][0]["corrected_on"] = "2026-06-05"
    assert story.codes("stop-work-order", "06-05", "s1") == ["requires"]
    story.facts["violations"].append(violation("v2", "CBC 105.1", "05-30"))
    story.facts["stop_work_orders"][0]["violations"] = ["v1", "v2"]
    assert story.codes("stop-work-order", "06-05", "s1") == [], "one of them is open"


def test_a_reminder_of_fines_looks_at_fines() -> None:
    story = loud(citations=[citation("c1", 1, ["v1"], "07-01")])
    story.pack = under("payment-reminder", requires=(Requirement(unpaid="fines"),))
    [draft] = story.ask("payment-reminder", "07-21").reasons
    assert draft.message == "No fines are owed.", "before a paper says so"
    story.facts["citations"][0] |= {"number": "AC-1", "issued_on": "2026-07-02"}
    assert story.codes("payment-reminder", "07-21") == []
    casefile = story.casefile(day("07-21"))
    owed = int(fines_of(town(), casefile, casefile.citations[0]).total)
    story.facts["payments"] = [{"id": "p1", "on": "2026-07-20", "amount": owed, "ledger": "fines"}]
    [paid] = story.ask("payment-reminder", "07-21").reasons
    assert (paid.code, paid.message) == ("procedure.requires", "No fines are owed.")


def test_a_lien_is_for_costs_that_were_billed() -> None:
    story = twelve_units()
    story.serve(story.issue("substandard-notice-and-order", "06-01"), "06-01")
    story.serve(story.issue("cost-invoice", "07-01"), "07-01")
    for arose, codes in (("2026-07-01", []), ("2026-07-02", ["requires"])):
        story.facts["costs"][0]["on"] = arose
        assert story.codes("lien-notice", "11-20") == codes


def test_each_bill_counts_for_the_costs_before_it() -> None:
    story = twelve_units()
    story.serve(story.issue("substandard-notice-and-order", "06-01"), "06-01")
    story.issue("cost-invoice", "07-01")
    story.facts["costs"].append({**story.facts["costs"][0], "id": "k2", "on": "2026-07-05"})
    assert story.codes("cost-invoice", "07-10") == []
    story.issue("cost-invoice", "07-10")
    assert story.codes("cost-invoice", "07-12") == ["once"]
    assert story.codes("substandard-notice-and-order", "07-12") == ["once"], "costs make no new order"


def test_what_is_once_in_a_case_without_violations() -> None:
    story = Story(facts(inspections=[inspection("i1", "05-06")]))
    story.issue("closure-letter", "05-10")
    assert story.codes("closure-letter", "05-11") == ["once"]
    story = fence()
    story.facts["citations"] = []
    story.issue("notice-of-violation", "05-11")
    for one in story.facts["violations"]:
        one["corrected_on"] = one["observed_on"]
    assert story.codes("notice-of-violation", "07-21") == ["requires"], "it would say nothing, so nothing twice"


def test_an_answer_to_a_request_that_is_not_on_file() -> None:
    story = fence()
    story.issue("notice-of-violation", "05-11")
    story.issue("extension-decision", "05-13")
    assert story.codes("extension-decision", "05-14") == ["unknown", "once"]


@pytest.mark.parametrize("lacking", ["the town's limit", "the permit's limit", "the permit"])
def test_without_a_time_limit_there_are_no_tiers(lacking: str) -> None:
    story = Story(json.loads((ROOT / "examples/CE-2026-0147/casefile.json").read_text("utf-8")))
    about = story.facts["permits"][0]["number"]
    codes = ["unknown", "once"]
    if lacking == "the town's limit":
        story.pack, codes = replace(town(), time_limit=None), ["once"]
    elif lacking == "the permit's limit":
        for name in ("limit_months", "completion_due", "extensions"):
            story.facts["permits"][0].pop(name, None)
    else:
        story.facts["permits"], about = [], None
    story.issue("construction-time-limit", "04-17", about, "owner-trust")
    assert story.codes("construction-time-limit", "06-20", about, "owner-trust") == codes


# Appeals: which can be heard, and what they hold


def appealing(**more: Any) -> dict[str, Any]:
    return {"id": "a1", "filed_on": "2026-05-20", "by": "owner", "of": ["v1"], "grounds": "It is low.", **more}


def appealed(**more: Any) -> Story:
    """A fence, noticed and served on May 11, to be contested by May 21; an appeal, and the hearing of it."""
    story = fence(appeals=[appealing(**more)], hearings=hearings("h1", kind="appeal"))
    story.facts["hearings"][0]["appeal"] = "a1"
    story.serve(story.issue("notice-of-violation", "05-11"), "05-11")
    return story


@pytest.mark.parametrize(
    ("told", "on", "codes"),
    [
        ({}, "07-21", []),
        ({"filed_on": "2026-05-21"}, "07-21", []),  # the last day
        ({"filed_on": "2026-05-22"}, "07-21", ["late_appeal"]),
        ({"filed_on": "2026-05-22", "late_for_cause": "In hospital."}, "07-21", []),
        ({"withdrawn_on": "2026-07-21"}, "07-20", []),
        ({"withdrawn_on": "2026-07-21"}, "07-21", ["appeal"]),
        ({"of": ["v2"]}, "07-21", ["unknown"]),  # nothing was noticed of it, so no day was set
        ({"of": ["v1", "v2"]}, "07-21", []),  # in time for one of them
        ({"of": ["v1", "v2"], "filed_on": "2026-05-22"}, "07-21", ["unknown"]),
        ({"of": ["c1"]}, "07-21", ["unknown", "unknown"]),  # nor is the citation out, and was there a deposit?
        ({"of": ["c1"], "deposit": 100}, "07-21", ["unknown"]),
        ({"of": ["c1"], "late_for_cause": "In hospital.", "hardship_waiver": "denied"}, "07-21", ["deposit"]),
        ({"of": ["c1"], "late_for_cause": "In hospital.", "hardship_waiver": "granted"}, "07-21", []),
        ({"of": ["v1"], "hardship_waiver": "denied"}, "07-21", []),  # a notice costs no deposit
        ({"of": ["v1", "c1"]}, "07-21", ["unknown"]),  # was there one for the citation?
    ],
)
def test_which_appeals_are_heard(told: dict[str, Any], on: str, codes: list[str]) -> None:
    assert appealed(**told).codes("notice-of-hearing", on, "h1") == codes


def test_a_hearing_of_an_appeal_says_why_not() -> None:
    for told, says in (
        ({"withdrawn_on": "2026-07-21"}, "The appeal a1 was withdrawn on 2026-07-21."),
        ({"of": ["v2"]}, "By which day v2 could be contested, the facts do not say."),
        ({"filed_on": "2026-05-22"}, "The appeal a1 was filed on 2026-05-22; it had to be by 2026-05-21."),
    ):
        [reason] = appealed(**told).ask("notice-of-hearing", "07-21", "h1").reasons
        assert reason.message == says


def test_the_time_to_appeal_is_that_of_who_appeals() -> None:
    story = appealed(filed_on="2026-05-27")
    number = story.documents[0].number
    story.serve(number, "05-18", "agent")
    assert story.codes("notice-of-hearing", "07-21", "h1") == ["late_appeal"], "the owner had it on May 11"
    story.facts["appeals"][0]["by"] = "agent"
    assert story.codes("notice-of-hearing", "07-21", "h1") == []
    # Whom it never reached has the time of those whom it did; where it reached nobody, what it printed.
    story.facts["parties"].append({**story.facts["parties"][0], "id": "tenant-1", "roles": ["tenant"]})
    story.facts["appeals"][0] |= {"by": "tenant-1", "filed_on": "2026-05-21"}
    assert story.codes("notice-of-hearing", "07-21", "h1") == []
    story.facts["appeals"][0]["filed_on"] = "2026-05-22"
    assert story.codes("notice-of-hearing", "07-21", "h1") == ["late_appeal"]
    for who in ("owner", "agent"):
        story.tell("returned", number, "05-26", party=who, result="returned")
    assert story.codes("notice-of-hearing", "07-21", "h1") == ["late_appeal"]
    story.facts["appeals"][0]["filed_on"] = "2026-05-21"
    assert story.codes("notice-of-hearing", "07-21", "h1") == []
    # A second notice of the same opens the time again.
    story.facts["appeals"][0]["filed_on"] = "2026-06-11"
    story.issue("notice-of-violation", "06-01")
    assert story.codes("notice-of-hearing", "07-21", "h1") == []


@pytest.mark.parametrize(
    ("told", "heard", "on", "holds"),
    [
        ({}, {}, "05-19", False),  # nobody had appealed
        ({}, {}, "05-20", True),
        ({}, {}, "07-21", True),
        ({"filed_on": "2026-05-22"}, {}, "07-21", False),
        ({"filed_on": "2026-05-22", "late_for_cause": "In hospital."}, {}, "07-21", True),
        ({"withdrawn_on": "2026-07-21"}, {}, "07-20", True),
        ({"withdrawn_on": "2026-07-21"}, {}, "07-21", False),
        ({}, {"decided_on": "2026-07-21"}, "07-20", True),
        ({}, {"decided_on": "2026-07-21"}, "07-21", False),
        ({}, {"decided_on": "2026-07-21", "appeal": None}, "07-21", True),  # of something else
        ({"of": ["v2"]}, {}, "07-21", False),  # of what was not noticed: there is nothing to hold
        ({"of": ["v2", "v1"]}, {}, "07-21", True),
    ],
)
def test_what_an_appeal_holds_and_how_long(told: dict[str, Any], heard: dict[str, Any], on: str, holds: bool) -> None:
    story = appealed(**told)
    story.facts["hearings"][0] |= {"on": "2026-07-16", **heard}
    assert ("stayed" in story.codes("citation-warning", on)) is holds


@pytest.mark.parametrize(
    ("told", "holds"),
    [
        ({"deposit": 100}, True),
        ({}, True),  # whether it was paid is a question, and until it is answered nothing is collected
        ({"hardship_waiver": "requested"}, True),
        ({"hardship_waiver": "denied"}, False),
    ],
)
def test_fines_wait_for_an_appeal_that_was_paid_for(told: dict[str, Any], holds: bool) -> None:
    story = loud(
        citations=[citation("c1", 1, ["v1"], "07-01")], appeals=[appealing(of=["c1"], filed_on="2026-07-06", **told)]
    )
    number = story.issue("administrative-citation", "07-02", "c1")
    story.serve(number, "07-02")
    story.pack = under("payment-reminder", requires=(), forbids=(Prohibition(stayed="fines"),))
    assert story.codes("payment-reminder", "07-21") == (["stayed"] if holds else [])
    story.pack = under("payment-reminder", requires=(), forbids=(Prohibition(stayed="order"),))
    assert story.codes("payment-reminder", "07-21") == [], "a citation is no order"
    story.void(number)
    story.pack = under("payment-reminder", requires=(), forbids=(Prohibition(stayed="fines"),))
    assert story.codes("payment-reminder", "07-21") == [], "what is void holds nothing"


# Papers: whom they reached, by which day, and what takes their force


def test_what_is_served_later_was_not_served_yet() -> None:
    notice = {"number": "NOV-2025-0031", "document_type": "notice-of-violation", "issued_on": "2026-05-11",
              "recipient": "owner", "violations": ["v1"], "served_on": "2026-07-22"}  # fmt: skip
    assert fence(notices=[notice]).codes("administrative-citation", "07-21", "c1") == ["service_unknown"]
    story = fence()
    number = story.issue("notice-of-violation", "05-11")
    story.serve(number, "07-22")
    assert story.codes("administrative-citation", "07-21", "c1") == ["service_unknown"]
    story.serve(number, "05-11")
    assert story.codes("administrative-citation", "07-21", "c1") == []
    story.tell("returned", number, "07-22", party="owner", result="unclaimed")
    assert story.codes("administrative-citation", "07-21", "c1") == [], "nobody could know that it would come back"
    assert story.codes("administrative-citation", "07-22", "c1") == ["requires"]


def test_a_paper_may_promise_more_than_the_law_and_never_less() -> None:
    notice = {"number": "NOV-2025-0031", "document_type": "notice-of-violation", "issued_on": "2026-05-11",
              "recipient": "owner", "violations": ["v1"], "served_on": "2026-05-11"}  # fmt: skip
    for printed, starts in (("2026-06-10", "06-11"), ("2026-05-12", "05-27")):
        story = fence(notices=[notice | {"comply_by": printed}])
        story.facts["violations"][1]["observed_on"] = story.facts["citations"][0]["violation_on"] = "2026-05-12"
        [early] = story.ask("administrative-citation", "05-20", "c1").reasons
        assert early.starts == day(starts)
        assert story.codes("administrative-citation", starts, "c1") == []


def test_a_hearing_put_off_in_the_room_needs_no_new_notice() -> None:
    for announced, codes in ((True, ["once"]), (False, [])):
        story = fence(hearings=hearings("h1"))
        story.issue("notice-of-hearing", "07-02", "h1")
        story.tell("hearing-continued", "h1", "07-16", to="2026-09-17", announced=announced)
        assert story.codes("notice-of-hearing", "07-20", "h1") == codes
        story.issue("notice-of-hearing", "07-20", "h1")
        assert story.codes("notice-of-hearing", "07-21", "h1") == ["once"]


def test_an_order_is_in_force_until_it_is_lifted() -> None:
    story = site()
    story.facts["violations"][0]["corrected_on"] = "2026-06-10"
    story.issue("stop-work-order", "06-01", "s1", "owner")
    story.tell("lifted", "s1", "06-22")
    assert story.codes("closure-letter", "06-21") == ["live"]
    assert story.codes("closure-letter", "06-22") == []
    story.facts["appeals"] = [appealing(of=["s1"], by="builder", filed_on="2026-06-08")]
    story.facts["hearings"] = [{**hearings("h1", kind="appeal")[0], "appeal": "a1"}]
    assert story.codes("notice-of-hearing", "06-21", "h1") == []
    assert story.codes("notice-of-hearing", "06-22", "h1") == ["appeal"], "nothing is left to appeal"


EARLIER = {"number": "NOV-2025-0031", "document_type": "notice-of-violation", "issued_on": "2026-05-11",
           "recipient": "owner", "violations": ["v1"], "served_on": "2026-05-11"}  # fmt: skip


@pytest.mark.parametrize(
    ("told", "codes"),
    [
        ({}, []),
        ({"served_on": None}, ["service_unknown"]),
        ({"recipient": None}, []),  # whom it went to nobody wrote down, and that it was served they did
        ({"recipient": "agent"}, ["requires"]),
        ({"violations": []}, []),  # then it named what was open
        ({"violations": ["v9"]}, ["requires"]),
        ({"issued_on": "2026-07-22", "served_on": None}, ["requires"]),  # it was not out yet
        ({"document_type": "courtesy-letter"}, ["requires"]),
    ],
)
def test_what_a_notice_of_before_does(told: dict[str, Any], codes: list[str]) -> None:
    notice = {name: value for name, value in {**EARLIER, **told}.items() if value is not None}
    story = fence(notices=[notice])
    story.facts["violations"].append(violation("v9", "MHMC 17.60.050", "05-06"))
    assert story.codes("administrative-citation", "07-21", "c1") == codes


@pytest.mark.parametrize(
    ("told", "codes"),
    [
        ({}, []),
        ({"served_on": None}, ["service_unknown"]),
        ({"status": "dismissed"}, ["requires"]),
        ({"number": None, "issued_on": None, "served_on": None}, ["requires"]),  # it never went out
        ({"issued_on": None, "served_on": None}, ["requires"]),
        ({"number": None}, ["requires"]),  # which paper it was nobody knows
    ],
)
def test_a_citation_of_before_is_a_notice_for_the_next(told: dict[str, Any], codes: list[str]) -> None:
    earlier = citation("c0", 1, ["v1"], "05-06", number="AC-2025-0031", issued_on="2026-05-11", served_on="2026-05-11")
    story = fence()
    story.facts["citations"].insert(0, {name: value for name, value in (earlier | told).items() if value is not None})
    assert story.codes("administrative-citation", "07-21", "c1") == codes


def test_of_a_paper_that_both_speak_of_the_register_knows_better() -> None:
    story = fence()
    number = story.issue("notice-of-violation", "05-11")
    story.facts["notices"] = [EARLIER | {"number": number, "withdrawn_on": "2026-05-12"}]
    [again] = story.ask("notice-of-violation", "05-13").reasons
    assert again.message.startswith(f"{number} is in force")
    story.void(number)
    story.facts["notices"][0].pop("withdrawn_on")
    assert story.codes("notice-of-violation", "05-13") == []


def test_a_translation_is_no_paper_of_its_own() -> None:
    story = fence()
    number = story.issue("notice-of-violation", "05-11")
    story.documents.append(replace(story.documents[0], number=f"{number}-es", language="es", original=number))
    story.serve(f"{number}-es", "05-11")
    assert story.codes("administrative-citation", "07-21", "c1") == ["service_unknown"]
    story.void(number)
    assert story.codes("notice-of-violation", "05-12") == []


def test_whom_service_reaches_who_stand_for_one_another() -> None:
    story = fence()
    number = story.issue("notice-of-violation", "05-11")
    story.serve(number, "05-11")
    assert story.codes("administrative-citation", "07-21", "c1", "agent") == ["requires"]
    story.facts["parties"][0]["agent"] = "agent"
    assert story.codes("administrative-citation", "07-21", "c1", "agent") == [], "the owner named them"
    story.serve(number, "07-15", "agent")
    assert story.codes("administrative-citation", "07-21", "c1") == [], "the first service counts"
    story.tell("returned", number, "07-16", party="agent", result="refused")
    assert story.codes("administrative-citation", "07-21", "c1") == [], "the owner has it"
    story.facts["parties"].append({**story.facts["parties"][0], "id": "other", "agent": None})
    story.facts["parties"][-1].pop("agent")
    assert story.codes("administrative-citation", "07-21", "c1", "other") == ["requires"]


def test_the_time_to_contest_a_notice_is_not_that_of_a_citation_after_it() -> None:
    story = appealed(filed_on="2026-06-20")
    story.facts["citations"].append(citation("c0", 1, ["v1"], "06-10"))
    story.serve(story.issue("administrative-citation", "06-10", "c0"), "06-10")
    assert story.codes("notice-of-hearing", "07-21", "h1") == ["late_appeal"]
    story.facts["appeals"][0] |= {"of": ["c0"], "deposit": 100}
    assert story.codes("notice-of-hearing", "07-21", "h1") == []


def test_a_hearing_is_of_its_own_appeal() -> None:
    story = appealed()
    story.facts["appeals"].insert(0, appealing(id="a0", withdrawn_on="2026-05-21"))
    assert story.codes("notice-of-hearing", "07-21", "h1") == []
    # Another notice of the same, of which nobody knows the day, takes no time away.
    story.facts["notices"] = [{name: value for name, value in EARLIER.items() if name != "served_on"}]
    assert story.codes("notice-of-hearing", "07-21", "h1") == []


def test_who_was_not_served_has_the_time_of_those_who_were() -> None:
    story = fence(appeals=[appealing(by="agent")], hearings=hearings("h1", kind="appeal"))
    story.facts["hearings"][0]["appeal"] = "a1"
    story.serve(story.issue("notice-of-violation", "05-11"), "05-18")
    for filed, codes in (("2026-05-28", []), ("2026-05-29", ["late_appeal"])):
        story.facts["appeals"][0]["filed_on"] = filed
        assert story.codes("notice-of-hearing", "07-21", "h1") == codes


def test_days_for_mailing_are_those_of_whom_the_paper_went_to() -> None:
    story = fence(appeals=[appealing(by="buyer")], hearings=hearings("h1", kind="appeal"))
    story.pack = replace(town(), mail_extension=replace(town().mail_extension, adopted=True))
    story.facts["hearings"][0]["appeal"] = "a1"
    address = {"kind": "street", "lines": ["1 PINE ST", "NEW YORK NY 10005"]}
    story.facts["parties"].append({**story.facts["parties"][0], "id": "buyer", "address": address})
    story.serve(story.issue("notice-of-violation", "05-11"), "05-11")
    for filed, codes in (("2026-05-26", []), ("2026-05-27", ["late_appeal"])):
        story.facts["appeals"][0]["filed_on"] = filed
        assert story.codes("notice-of-hearing", "07-21", "h1") == codes
    # Of a paper that does not say whom it went to: who appeals.
    story.documents = []
    story.facts["notices"] = [{name: value for name, value in EARLIER.items() if name != "recipient"}]
    for filed, codes in (("2026-06-01", []), ("2026-06-02", ["late_appeal"])):
        story.facts["appeals"][0]["filed_on"] = filed
        assert story.codes("notice-of-hearing", "07-21", "h1") == codes


def test_where_an_appeal_of_a_citation_holds_the_next_one() -> None:
    for of, held in ((["c1"], {"c3": ["stayed"], "c2": []}), (["c4"], {"c3": ["stayed"], "c2": ["stayed"]})):
        story = loud(
            citations=[citation("c1", 1, ["v1"], "07-01"), citation("c4", 1, ["v1", "v2"], "07-01"),
                       citation("c2", 1, ["v2"], "07-03"), citation("c3", 1, ["v1"], "07-03")],
            appeals=[appealing(of=of, filed_on="2026-07-06", deposit=100)],
        )  # fmt: skip
        story.pack = under("administrative-citation", stays=("notice", "fines"))
        story.serve(story.issue("administrative-citation", "07-02", of[0]), "07-02")
        assert {about: story.codes("administrative-citation", "07-07", about) for about in held} == held


def served_before(number: str, party: str, on: str) -> dict[str, Any]:
    declarant = {"name": "P. E.", "title": "Clerk", "address": ["1 Town Hall Way"], "over_18_and_not_a_party": True}
    return {"id": f"{number}-{party}", "document": number, "title": "Notice", "party": party, "method": "personal",
            "served_on": on, "place": "At home", "declarant": declarant}  # fmt: skip


def test_a_service_record_of_a_paper_makes_no_second_paper() -> None:
    number = "NOV-2026-0031"
    told = {"number": number, "comply_by": "2026-08-10"}
    notice = {name: value for name, value in {**EARLIER, **told}.items() if name != "served_on"}
    story = fence(notices=[notice], service=[served_before(number, "owner", "2026-05-12")])
    [early] = story.ask("administrative-citation", "07-21", "c1").reasons
    assert early.starts == day("08-11"), "as it promised"
    story = fence(notices=[notice], service=[served_before(number, "agent", "2026-05-12")])
    assert story.codes("administrative-citation", "07-21", "c1") == ["service_unknown"], "that was the agent"
    # Of a paper that only service tells of, the first service is its day: later ones name nothing more.
    story = fence(hearings=hearings("h1", kind="abatement"))
    story.facts["service"] = [
        served_before(number, "owner", "2026-05-12"),
        served_before(number, "agent", "2026-07-20"),
    ]
    assert story.codes("notice-of-hearing", "07-21", "h1") == ["requires"], "v2 was seen after it"
    story.facts["violations"].pop()
    story.facts["citations"] = []
    assert story.codes("notice-of-hearing", "07-21", "h1") == []


def test_service_counts_from_its_day() -> None:
    notice = {name: value for name, value in EARLIER.items() if name != "served_on"}
    told: tuple[dict[str, Any], ...] = (
        {"notices": [notice | {"served_on": "2026-07-19"}]},
        {"notices": [notice], "service": [served_before(EARLIER["number"], "owner", "2026-07-19")]},  # type: ignore[arg-type]
    )
    for one in told:
        story = fence(hearings=hearings("h1", kind="abatement"), **one)
        assert story.codes("notice-of-hearing", "07-18", "h1") == ["service_unknown"]
        assert story.codes("notice-of-hearing", "07-19", "h1") == []


def test_service_that_is_told_with_its_failure_did_not_hold() -> None:
    story = fence()
    number = story.issue("notice-of-violation", "05-11")
    story.tell("served", number, "05-11", party="owner", method="certified_mail", result="refused")
    assert story.codes("administrative-citation", "07-21", "c1") == ["requires"]
    story.tell("served", number, "05-12", party="owner", method="personal", result="delivered")
    assert story.codes("administrative-citation", "07-21", "c1") == []


def test_a_citation_on_record_that_only_the_casefile_saw_served() -> None:
    story = fence()
    story.facts["citations"].insert(0, citation("c0", 1, ["v1"], "05-06"))
    story.issue("administrative-citation", "05-11", "c0")
    assert story.codes("administrative-citation", "07-21", "c1") == ["service_unknown"]
    story.facts["citations"][0]["served_on"] = "2026-05-11"
    assert story.codes("administrative-citation", "07-21", "c1") == []
    # It printed a later day, and is no second paper beside itself.
    story.documents = [replace(story.documents[0], dates={"comply-by": day("08-10")})]
    [early] = story.ask("administrative-citation", "07-21", "c1").reasons
    assert early.starts == day("08-11")


def test_what_ends_a_citation_an_order_or_a_notice_of_hearing_ends_no_other_paper() -> None:
    story = rental()
    story.facts["appeals"] = [
        {"id": "a1", "filed_on": "2026-06-26", "by": "owner", "of": ["c2"], "grounds": "No.",
         "hardship_waiver": "requested"}
    ]  # fmt: skip
    story.issue("hardship-decision", "06-29", "c2")
    story.facts["citations"][1]["status"] = "dismissed"
    assert story.codes("hardship-decision", "06-30", "c2") == ["once"]
    release = {"number": "SR-1", "document_type": "stop-work-release", "issued_on": "2026-06-22", "recipient": "owner"}
    story = site()
    story.facts["notices"] = [release | {"about": "s1"}]
    story.facts["stop_work_orders"][0]["lifted_on"] = "2026-06-22"
    assert "once" in story.codes("stop-work-release", "06-25", "s1")
    story = fence(hearings=hearings("h1", "h2"))
    story.issue("hearing-minutes", "07-17", "h1", None)
    story.issue("notice-of-hearing", "07-17", "h2")
    story.tell("hearing-continued", "h1", "07-18", to="2026-09-17")
    assert "once" in story.codes("hearing-minutes", "07-19", "h1", None)
    assert story.codes("notice-of-hearing", "07-19", "h2") == ["once"], "the other hearing was put off"


def test_an_order_that_the_casefile_lost_or_lifts_later_is_in_force() -> None:
    story = site()
    story.facts["violations"][0]["corrected_on"] = "2026-06-10"
    story.facts["stop_work_orders"][0]["lifted_on"] = "2026-06-22"
    story.issue("stop-work-order", "06-01", "s1", "owner")
    assert story.codes("closure-letter", "06-21") == ["live"]
    assert story.codes("closure-letter", "06-22") == []
    story.facts["appeals"] = [appealing(of=["s1"], by="builder", filed_on="2026-06-08")]
    story.facts["hearings"] = [{**hearings("h1", kind="appeal")[0], "appeal": "a1"}]
    assert story.codes("notice-of-hearing", "06-21", "h1") == []
    assert story.codes("notice-of-hearing", "06-22", "h1") == ["appeal"]
    story.facts["stop_work_orders"], story.facts["hearings"], story.facts["appeals"] = [], [], []
    assert story.codes("closure-letter", "06-22") == ["live"]


def test_an_order_known_only_from_its_service_is_over_when_all_are_lifted() -> None:
    story = site()
    story.facts["violations"][0]["corrected_on"] = "2026-06-10"
    declarant = {"name": "Ana", "address": ["1 Town Hall Way"], "over_18_and_not_a_party": True}
    story.facts["service"] = [
        {"id": "x1", "document": "SWO-2026-0031", "title": "Stop Work Order", "party": "owner", "method": "posting",
         "served_on": "2026-06-01", "place": "Gate", "declarant": declarant}
    ]  # fmt: skip
    assert story.codes("closure-letter", "06-25") == ["live"]
    story.facts["stop_work_orders"][0]["lifted_on"] = "2026-06-22"
    assert story.codes("closure-letter", "06-21") == ["live"]
    assert story.codes("closure-letter", "06-22") == []
    story.facts["stop_work_orders"] = []
    assert story.codes("closure-letter", "06-22") == ["live"], "nobody says that it was lifted"


def test_each_violation_has_its_own_time() -> None:
    story = fence()
    story.facts["violations"].append(violation("v9", "MHMC 17.60.050", "05-06", comply_by="2026-08-01"))
    story.serve(story.issue("notice-of-violation", "05-11"), "05-11")
    assert story.codes("administrative-citation", "07-21", "c1") == []


def test_what_a_notice_of_before_named_where_nobody_wrote_it_down() -> None:
    notice = EARLIER | {"violations": [], "comply_by": "2026-05-26"}
    story = fence(notices=[notice])
    assert story.codes("administrative-citation", "07-21", "c1") == []
    story.pack = without_letter("notice-of-violation")
    assert story.codes("administrative-citation", "07-21", "c1") == [], "all that had been seen"
    story.pack = town()
    story.facts["violations"][0]["corrected_on"] = "2026-05-08"
    assert story.codes("administrative-citation", "07-21", "c1") == ["requires"], "nothing was open then"


def test_a_copy_of_a_citation_is_served_on_whom_it_went_to() -> None:
    story = fence()
    story.facts["citations"].insert(0, citation("c0", 1, ["v1"], "05-06"))
    story.issue("administrative-citation", "05-11", "c0")
    story.serve(story.issue("administrative-citation", "05-11", "c0", "agent"), "05-11", "agent")
    assert story.codes("administrative-citation", "07-21", "c1", "agent") == []
    assert story.codes("administrative-citation", "07-21", "c1") == ["service_unknown"], "only the agent was served"
    # What became of other papers about it, or of a void copy, leaves what the casefile says of its service.
    story.documents[1:] = []
    story.events, story.facts["citations"][0]["served_on"] = [], "2026-05-11"
    for number in (
        story.issue("hardship-decision", "05-20", "c0"),
        story.issue("administrative-citation", "05-11", "c0"),
    ):
        story.serve(number, "07-20")
    story.void(number)
    assert story.codes("administrative-citation", "07-21", "c1") == []
    # Imported copies, each with its own day.
    story.facts["citations"][0].pop("served_on")
    story.documents[1] = replace(story.documents[0], number="AC-2026-0002", recipient="agent")
    story.events = []
    for n, on in ((0, "07-10"), (1, "07-01")):
        story.documents[n] = replace(story.documents[n], served_on=day(on), dates={}, imported=True)
    [early] = story.ask("administrative-citation", "07-21", "c1").reasons
    assert early.starts == day("07-25")


def test_that_a_citation_was_served_says_nothing_of_other_papers() -> None:
    story = fence()
    story.facts["citations"][0] |= {"served_on": "2026-07-20", "number": "AC-2025-0031", "issued_on": "2026-07-20"}
    story.issue("hardship-decision", "07-20", "c1")
    story.pack = under("payment-reminder", requires=(Requirement(served=("hardship-decision",)),))
    assert story.codes("payment-reminder", "07-21") == ["service_unknown"]
    story.issue("administrative-citation", "05-11", "c9")
    assert story.codes("administrative-citation", "07-21", "c1") == ["service_unknown"], "the casefile lacks c9"


def test_a_paper_that_sets_no_such_date_is_a_question() -> None:
    story = fence()
    story.serve(story.issue("notice-of-violation", "05-11"), "05-11")
    bill = Requirement(served=("notice-of-violation",), liable="recipient", passed="pay-by")
    story.pack = under("payment-reminder", requires=(bill,))
    assert story.codes("payment-reminder", "07-21") == ["service_unknown"]


def test_which_papers_set_the_time_to_contest() -> None:
    story = appealed(filed_on="2026-06-10")
    story.void(story.issue("notice-of-violation", "06-01"))
    letter = EARLIER | {"contest_by": "2026-12-01"}
    story.facts["notices"] = [letter | {"number": f"X-{n}", "document_type": type}
                              for n, type in enumerate(("courtesy-letter", "order-of-the-county"))]  # fmt: skip
    assert story.codes("notice-of-hearing", "07-21", "h1") == ["late_appeal"]
    # A notice of before, as it printed it.
    unserved = {name: value for name, value in EARLIER.items() if name != "served_on"}
    story.facts["notices"] = [unserved | {"contest_by": "2026-06-10"}]
    assert story.codes("notice-of-hearing", "07-21", "h1") == []
    story.facts["notices"][0]["contest_by"] = "2026-06-09"
    assert story.codes("notice-of-hearing", "07-21", "h1") == ["late_appeal"]


@pytest.mark.parametrize(
    ("starts", "from_day"),
    [
        ([], None),  # it may already
        (["06-15"], "06-15"),
        (["06-15", "06-20"], "06-20"),  # all of them must be over
        (["06-20", None], None),  # a day alone does not bring it
    ],
)
def test_from_which_day_it_may(starts: list[str | None], from_day: str | None) -> None:
    reasons = tuple(GuardReason("procedure.requires", "No.", day(one) if one else None) for one in starts)
    assert GuardAnswer(reasons).starts == (day(from_day) if from_day else None)


def test_a_placard_goes_with_a_live_order() -> None:
    story = site()
    assert story.codes("placard-stop-work", "06-02", "s1", None) == ["requires"]
    number = story.issue("stop-work-order", "06-02", "s1")
    assert story.ask("placard-stop-work", "06-02", "s1", None).verdict == "yes"
    assert story.casefile(day("06-02")).stop_work_orders[0].number == number  # which the placard prints
    story.issue("placard-stop-work", "06-02", "s1", None)
    assert story.codes("placard-stop-work", "06-03", "s1", None) == ["once"]
    story.tell("lifted", "s1", "06-04", reason="The permit is there.")
    assert "lifted" in story.codes("placard-stop-work", "06-05", "s1", None)


def test_an_unsafe_building_is_posted_at_once_where_there_is_a_danger() -> None:
    story = fence()
    seen = story.facts["violations"][0]
    story.facts["placards"] = [
        {
            "id": "p1",
            "on": "2026-06-02",
            "use": "none",
            "reason": "The stairs give way.",
            "conditions": ["New stairs."],
            "violations": [seen["id"]],
        }
    ]
    assert story.codes("placard-unsafe", "06-02", "p1", None) == ["requires"]
    seen |= {"immediate_danger": True, "danger_reason": "Somebody may fall."}
    assert story.ask("placard-unsafe", "06-02", "p1", None).verdict == "yes"
    del seen["immediate_danger"], seen["danger_reason"]
    story.issue("substandard-notice-and-order", "06-02")
    assert story.ask("placard-unsafe", "06-02", "p1", None).verdict == "yes"
