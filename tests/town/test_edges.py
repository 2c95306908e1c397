"""The edges of a case: who appeals, what is taken back, what changes between printing and the date, what stays."""

from __future__ import annotations

from dataclasses import replace

from docservice.town.books import debts_of
from docservice.town.closed_days import Closure
from docservice.town.fines import fines_of
from docservice.town.guards import may
from docservice.town.held_papers import HeldPapers
from docservice.town.papers import Papers
from docservice.town.service_set import service_set
from tests.town.test_guards import Story, cited, day, facts, inspection, rental, site, violation, with_hearing


def test_an_agent_appeals_in_the_time_of_who_named_them() -> None:
    """The appellant is not the person whose copy set the time."""
    for by, codes in (("owner", []), ("local-contact", []), ("stranger", ["late_appeal"])):
        story = rental()
        story.facts["parties"][0]["agent"] = "local-contact"
        story.facts["parties"].append(
            {**story.facts["parties"][0], "id": "stranger", "roles": ["interested"], "name": {"text": "A Stranger"}}
        )
        number = story.issue("administrative-citation", "05-29", "c1")
        story.serve(number, "06-05", "owner")
        if by == "stranger":  # who was never served has the time that the paper printed
            number = story.issue("administrative-citation", "05-29", "c1", "stranger")
        last = story.effective(number, "contest-by") if by != "stranger" else None
        filed = str(last or day("08-01"))
        story.facts["appeals"] = [
            {"id": "a1", "filed_on": filed, "by": by, "of": ["c1"], "grounds": "No.", "deposit": "1500"}
        ]  # fmt: skip
        with_hearing(story, on="2026-10-01")
        assert [one for one in story.codes("notice-of-hearing", "08-10", "h1") if one == "late_appeal"] == codes


def test_a_waiver_that_was_taken_back_waives_nothing() -> None:
    story = rental()
    story.issue("administrative-citation", "05-29", "c1")
    assert story.codes("administrative-citation", "06-01", "c1") == ["once"]
    story.tell("guard-waived", "administrative-citation", "06-01", guard="procedure.once", role="director",
               reason="The first burnt.")  # fmt: skip
    assert story.codes("administrative-citation", "06-01", "c1") == []
    story.events = []  # retracted: it was not so at all
    assert story.codes("administrative-citation", "06-01", "c1") == ["once"]


def test_a_holiday_added_between_printing_and_the_date_moves_the_day_and_never_back() -> None:
    """Printed is what the paper says; the later of that and the law binds."""
    story = site()
    number = story.issue("notice-of-violation", "06-01")
    story.serve(number, "06-01")
    [one] = [one for one in story.documents if one.number == number]
    printed = one.dates["contest-by"]
    papers = Papers(story.pack, story.casefile(day("12-31")), story.record, day("12-31"))
    assert papers.date_of(one, "contest-by", "owner", day("06-01")) == printed
    storm = Closure(printed, printed, "A storm.")
    calendar = replace(story.pack.calendar, closures=(*story.pack.calendar.closures, storm))
    stormy = replace(story.pack, calendar=calendar)
    moved = Papers(stormy, story.casefile(day("12-31")), story.record, day("12-31"))
    later = moved.date_of(one, "contest-by", "owner", day("06-01"))
    assert later is not None
    assert later > printed
    reprinted = replace(one, dates={**one.dates, "contest-by": later})  # and a calendar that loses it again
    assert papers.date_of(reprinted, "contest-by", "owner", day("06-01")) == later


def test_a_reopened_case_goes_on_counting_and_what_was_over_stays_over() -> None:
    story = rental()
    first = story.issue("administrative-citation", "05-29", "c1")
    story.serve(first, "05-29")
    number = story.facts["case"]["number"]
    story.tell("closed", number, "06-01", reason="Done.")
    assert "closed" in story.codes("administrative-citation", "06-17", "c2")
    story.tell("reopened", number, "06-10", reason="It is back.")
    assert story.codes("administrative-citation", "06-17", "c2") == []
    casefile = story.casefile(day("06-17"))
    c2 = next(one for one in casefile.citations if one.id == "c2")
    assert max(line.ordinal for line in fines_of(story.pack, casefile, c2).lines) == 2
    assert story.codes("administrative-citation", "06-17", "c1") == ["once"], "what went out before is still out"


def test_what_is_corrected_after_its_citation_is_owed_all_the_same() -> None:
    story = rental()
    cited(story)
    before = debts_of(HeldPapers(story.pack, story.casefile(day("07-25")), story.record, day("07-25")))
    for one in story.facts["violations"]:
        one["corrected_on"] = "2026-07-20"
    after = debts_of(HeldPapers(story.pack, story.casefile(day("07-25")), story.record, day("07-25")))
    assert after == before
    assert story.codes("closure-letter", "07-25") == [], "and the case may close"


def test_an_order_to_who_can_only_be_reached_at_the_site() -> None:
    made = facts(
        violations=[violation("v1", "CBC 105.1", "05-20")], inspections=[inspection("i1", "05-20")],
        stop_work_orders=[{"id": "s1", "on": "2026-06-01", "reason": "No permit.", "conditions": ["A permit."],
                           "violations": ["v1"]}],
    )  # fmt: skip
    made["parties"][0]["address"] = {"kind": "post_on_site", "lines": []}
    story = Story(made)
    kind = story.pack.document_types["stop-work-order"]
    assert "owner" in [one.party.id for one in service_set(kind, story.casefile(day("06-01")).parties).due]
    number = story.issue("stop-work-order", "06-01", "s1")
    assert story.effective(number, "contest-by") is None
    story.serve(number, "06-01", "owner", "posting")
    assert story.effective(number, "contest-by") == day("06-11")


def test_two_parties_that_turn_out_to_be_one_while_a_copy_is_out() -> None:
    """The copy stays that party's: who was served stays served, and the same is not sent again under the other id."""
    story = site()
    story.facts["parties"].append({**story.facts["parties"][0], "id": "owner-2"})
    number = story.issue("notice-of-violation", "06-01", None, "owner-2")
    story.serve(number, "06-01", "owner-2")
    assert story.codes("notice-of-violation", "06-02", None, "owner-2") == ["once"]
    story.facts["parties"] = [one for one in story.facts["parties"] if one["id"] != "owner"]
    casefile = story.casefile(day("06-02"))
    assert may(story.pack, casefile, story.record, "notice-of-violation", None, "owner-2", day("06-02")).reasons
    assert story.effective(number, "contest-by", "owner-2") is not None
