"""What is released, taken back, moved, billed and reminded of in a case on record, by the shipped procedure."""

from __future__ import annotations

from typing import Any

from docservice.town.hearing_days import dates_of_hearings
from docservice.town.overdue import overdue
from docservice.town.papers import Papers
from docservice.town.withdrawing import withdrawn
from tests.town.test_guards import Story, cited, day, rental, site, twelve_units

SEEN = [{"what": "The permit is issued.", "on": "2026-06-20"}]


def released(story: Story, on: str, **more: Any) -> None:
    order = story.facts["stop_work_orders"][0]
    order["releases"] = [*order.get("releases", ()), {"on": str(day(on)), "verified": SEEN, **more}]


def lifted(story: Story, on: str) -> Any:
    return story.casefile(day(on)).stop_work_orders[0].lifted_on


def test_a_release_lifts_the_order_and_goes_to_all_who_got_it() -> None:
    story = site()
    story.issue("stop-work-order", "06-01", "s1", "owner")
    [none] = story.ask("stop-work-release", "06-22", "s1").reasons
    assert (none.code, none.asks) == ("procedure.unknown", True)
    released(story, "06-22")
    for who in ("owner", "builder"):
        assert story.codes("stop-work-release", "06-22", "s1", who) == []
        story.issue("stop-work-release", "06-22", "s1", who)
    assert story.codes("stop-work-release", "06-23", "s1", "owner") == ["once"]
    assert lifted(story, "06-22") == day("06-22")
    assert "lifted" in story.codes("stop-work-order", "06-25", "s1", "owner")


def test_a_part_that_is_released_leaves_the_order_in_force() -> None:
    story = site()
    story.issue("stop-work-order", "06-01", "s1", "owner")
    released(story, "06-22", may_go_on=["Roofing."], still_stopped=["Grading."])
    assert story.codes("stop-work-release", "06-22", "s1") == []
    story.issue("stop-work-release", "06-22", "s1")
    assert lifted(story, "06-25") is None
    released(story, "06-29")
    assert story.codes("stop-work-release", "06-29", "s1") == [], "the rest, a week later"
    story.issue("stop-work-release", "06-29", "s1")
    assert (lifted(story, "06-28"), lifted(story, "06-29")) == (None, day("06-29"))


def test_a_citation_taken_back_makes_the_next_one_cheaper_and_is_told_once() -> None:
    story = rental()
    numbers = cited(story)
    [no] = story.ask("withdrawal", "07-25", "c1").reasons
    assert (no.code, no.asks) == ("procedure.requires", False)
    story.tell("withdrawn", "c1", "07-24", reason="The wrong house.")
    casefile = story.casefile(day("07-25"))
    left = withdrawn(story.pack, casefile, casefile.citations[0], day("07-25"))
    assert [(one.citation.id, int(one.was), int(one.now)) for one in left.later] == [
        ("c2", 3000, 1500),
        ("c3", 5000, 3000),
    ]
    assert story.codes("withdrawal", "07-25", "c1") == []
    story.issue("withdrawal", "07-25", "c1")
    assert story.codes("withdrawal", "07-26", "c1") == ["once"]
    assert casefile.citations[0].number == numbers["c1"]


def test_a_void_citation_keeps_its_number_for_who_is_told_of_it() -> None:
    story = rental()
    numbers = cited(story)
    story.void(numbers["c1"])
    one = story.casefile(day("07-25")).citations[0]
    assert (one.status, one.number) == ("void", numbers["c1"])
    assert story.codes("withdrawal", "07-25", "c1") == []


def test_a_hearing_that_moves_moves_what_is_due_before_it() -> None:
    story = rental()
    cited(story)
    story.facts["appeals"] = [
        {"id": "a1", "filed_on": "2026-07-01", "by": "owner", "of": ["c2"], "grounds": "No.", "deposit": 3000}
    ]  # fmt: skip
    hearing = {"id": "h1", "on": "2026-08-13", "at": "10:00", "place": ["Town Hall"], "kind": "appeal", "appeal": "a1",
               "officer": "hearing_officer"}  # fmt: skip
    story.facts["hearings"] = [hearing]
    assert story.codes("notice-of-hearing", "07-20", "h1") == []
    story.issue("notice-of-hearing", "07-20", "h1")
    [none] = story.ask("hearing-continuance", "07-27", "h1").reasons
    assert none.asks, "nothing says that it was moved"
    story.tell("hearing-continued", "h1", "07-27", to="2026-09-10")
    hearing["continuance"] = {"on": "2026-07-27", "was_on": "2026-08-13", "reason": "A witness is abroad."}
    assert story.codes("hearing-continuance", "07-27", "h1") == []
    assert story.casefile(day("07-27")).hearings[0].noticed_on is None, "the first notice does not tell of the new day"
    story.issue("hearing-continuance", "07-27", "h1")
    found = story.casefile(day("07-28"))
    assert (found.hearings[0].on, found.hearings[0].noticed_on) == (day("09-10"), day("07-27"))
    dates = {one.name: one for one in dates_of_hearings(Papers(story.pack, found, story.record, day("07-28")))}
    assert dates["staff-report-by"].effective == day("09-04")
    assert dates["hearing-notice-by"].state == "open", "the local contact was not told"
    assert story.codes("hearing-continuance", "07-28", "h1", "local-contact") == []
    story.issue("hearing-continuance", "07-28", "h1", "local-contact")
    dates = {one.name: one for one in dates_of_hearings(Papers(story.pack, found, story.record, day("07-28")))}
    assert dates["hearing-notice-by"].state == "done"


def test_costs_that_are_billed_are_reminded_of_and_an_appeal_of_them_holds_them() -> None:
    story = twelve_units()
    story.serve(story.issue("substandard-notice-and-order", "06-01"), "06-01")
    number = story.issue("cost-invoice", "07-01")
    story.serve(number, "07-01")
    [cost] = story.casefile(day("07-02")).costs
    assert (cost.invoice, cost.invoiced_on) == (number, day("07-01"))
    assert story.codes("payment-reminder", "08-17") == ["requires"], "the last day, from Saturday, August 15"
    assert overdue(story.pack, story.casefile(day("08-17")), "owner", day("08-17")) == ()
    assert story.codes("payment-reminder", "08-18") == []
    [late] = overdue(story.pack, story.casefile(day("08-18")), "owner", day("08-18"))
    assert (late.number, late.due, int(late.debt.balance)) == (number, day("08-17"), 900)
    assert overdue(story.pack, story.casefile(day("08-18")), "tenant-1", day("08-18")) == ()
    assert story.codes("lien-notice", "08-18") == []
    story.facts["appeals"] = [
        {"id": "a1", "filed_on": "2026-07-10", "by": "owner", "of": ["k1"], "grounds": "Too dear."}
    ]  # fmt: skip
    assert story.codes("appeal-receipt", "07-10", "a1") == []
    assert story.codes("lien-notice", "08-18") == ["stayed"]
    assert overdue(story.pack, story.casefile(day("08-18")), "owner", day("08-18")) == ()
    story.facts["appeals"][0]["filed_on"] = "2026-07-20"
    assert story.codes("lien-notice", "08-18") == [], "too late"


def test_a_lien_is_released_once_it_is_on_record() -> None:
    story = twelve_units()
    [none] = story.ask("lien-release", "09-01").reasons
    assert none.asks
    story.facts["liens"] = [{"id": "l1", "recorded_on": "2026-08-20", "instrument": "2026-0088", "costs": ["k1"],
                             "amount": 900, "paid_on": "2026-08-30"}]  # fmt: skip
    assert story.codes("lien-release", "09-01", "l1") == []
    assert story.codes("closure-letter", "09-01")[-1] == "recorded_lien"
    story.facts["liens"][0]["released_on"] = "2026-09-02"
    assert "recorded_lien" not in story.codes("closure-letter", "09-02")
