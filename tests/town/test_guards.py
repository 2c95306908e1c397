"""May it go out? The stories of the trade over the town's procedure: answers, dates, reasons; and what never may."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from docservice import casefile as casefiles
from docservice.casefile.facts import Casefile
from docservice.casefile.folding import fold, without
from docservice.casefile.happenings import read_data
from docservice.casefile.record import CaseEvent, CaseRecord, IssuedDocument
from docservice.town import load_pack
from docservice.town.effects import effect_of
from docservice.town.fines import fines_of
from docservice.town.guard_answers import GuardAnswer, GuardDecision, GuardReason
from docservice.town.guards import may
from docservice.town.next_steps import next_steps
from docservice.town.pack import TownPack
from docservice.town.papers import Papers
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
    site_story = site()
    site_story.issue("stop-work-order", "06-01", "s1", "owner")
    assert site_story.ask("stop-work-order", "06-02", None, "owner").reasons[0].place == "/stop_work_orders/0"


def test_what_refuses_and_what_is_only_told() -> None:
    procedure = town().procedure
    assert procedure is not None
    no, ask = GuardReason("procedure.once", "No."), GuardReason("procedure.unknown", "Well?", asks=True)
    unserved = GuardReason("procedure.service_unknown", "Well?", asks=True)
    loose, kept = CaseRecord("x"), CaseRecord("x", on_record=True)
    for reason in (no, ask, unserved):
        assert reason.refuses(procedure, kept)
        assert not reason.refuses(procedure, loose)
        assert not reason.refuses(replace(procedure, mode="warn"), kept)
        assert not reason.refuses(None, kept)
    strict = replace(procedure, unrecorded="enforce")
    assert [reason.refuses(strict, loose) for reason in (no, ask, unserved)] == [True, False, True]
    told = replace(no, starts=day("06-15")).finding(procedure, kept)
    assert (told.severity, told.message) == ("error", "No. It may from 2026-06-15.")
    assert no.finding(procedure, loose).severity == "warning"


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
    assert "was not served on anybody" in back.message
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
    story.facts["extension_requests"] = [{"id": "e1", "on": "2026-05-12", "by": "owner"}]
    assert story.codes("extension-decision", "07-21", "v1") == []
    assert story.codes("extension-decision", "07-21", "v3") == ["requires"]


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
    story.facts["costs"][0]["on"] = "2026-07-02"
    assert "requires" in story.codes("lien-notice", "11-20"), "billed before it arose"
