"""A date in the past is no way past what forbids today: a closed case sends nothing, however it is dated."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from docservice.town.guard_answers import GuardAnswer, GuardDecision
from docservice.town.guards import may_dated_back
from tests.town.test_guards import Story, day, rental, site

Moves = Callable[[Story], None]


def dated_back(
    story: Story, type: str, on: str, today: str, about: str | None = None, recipient: str = "owner",
    decisions: tuple[GuardDecision, ...] = (),
) -> GuardAnswer:  # fmt: skip
    before = story.ask(type, on, about, recipient, decisions)
    now = story.casefile(day(today))
    return may_dated_back(
        before, story.pack, now, story.record, type, about, recipient, day(on), day(today), decisions
    )  # fmt: skip


def closed(story: Story) -> None:
    story.tell("closed", story.facts["case"]["number"], "06-20", reason="Done.")


def reopened(story: Story) -> None:
    closed(story)
    story.tell("reopened", story.facts["case"]["number"], "06-22", reason="It is back.")


def dismissed(story: Story) -> None:
    story.tell("decided", "h1", "06-20", items=[{"id": "c1", "outcome": "dismissed"}])


def withdrawn(story: Story) -> None:
    story.tell("withdrawn", "c1", "06-20", reason="Another house.")


def lifted(story: Story) -> None:
    story.tell("lifted", "s1", "06-20")


def noticed(story: Story) -> None:
    story.issue("notice-of-violation", "06-20")


def corrected_only(story: Story) -> None:
    story.facts["violations"][0]["corrected_on"] = "2026-06-20"


@pytest.mark.parametrize(
    ("start", "type", "about", "since", "codes"),
    [
        (rental, "administrative-citation", "c1", closed, {"closed"}),
        (rental, "administrative-citation", "c1", reopened, set()),
        (rental, "administrative-citation", "c1", dismissed, {"dismissed"}),
        (rental, "administrative-citation", "c1", withdrawn, {"dismissed"}),
        (site, "stop-work-order", "s1", lifted, {"lifted"}),
        (site, "stop-work-order", "s1", closed, {"closed"}),
        (site, "courtesy-letter", None, noticed, {"live"}),
        (site, "courtesy-letter", None, corrected_only, set()),  # what it required, it required on its own day
    ],
)  # fmt: skip
def test_what_forbids_is_asked_of_the_day_of_issue_too(
    start: Callable[[], Story], type: str, about: str | None, since: Moves, codes: set[str]
) -> None:
    story = start()
    assert story.codes(type, "06-01", about) == []
    since(story)
    assert story.codes(type, "06-01", about) == [], "as of its own day nothing is in the way"
    answer = dated_back(story, type, "06-01", "06-25", about)
    assert {reason.code.removeprefix("procedure.") for reason in answer.reasons} == codes


def test_what_forbids_on_both_days_is_told_once_and_gone_past_once() -> None:
    story = rental()
    story.facts["case"]["closed_on"] = "2026-05-31"
    assert len(dated_back(story, "administrative-citation", "06-01", "06-25", "c1").reasons) == 1
    # The town's rules let nobody past a closing.
    past = GuardDecision("procedure.closed", "yes", "director", "It must go out.")
    answer = dated_back(story, "administrative-citation", "06-01", "06-25", "c1", decisions=(past,))
    assert len(answer.reasons) == 1
