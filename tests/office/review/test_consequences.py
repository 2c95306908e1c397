"""What approving does, told before it is done; and that what it takes away is confirmed by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from docservice.office import Office
from docservice.office.people.roles import Actor
from docservice.office.review.proposing import Proposal
from docservice.refusal import Refusal
from tests.office.reviewed import FOLDER, KEY, TODAY, an_office, code, people

JULY, AUGUST = date(2026, 7, 10), date(2026, 8, 1)
HELP = "<p>{% trans %}We would rather help you than fine you.{% endtrans %}</p>"
AGAIN = "<p>{% trans %}A fine rises if the same rule is broken again within 18 months.{% endtrans %}</p>"
CALL = "<p>{% trans %}Call (555) 555-0199, or see section 9.40.020.{% endtrans %}</p>"


@dataclass
class Scene:
    office: Office
    who: dict[str, Actor]

    def proposed(self, author: str, *added: str, base: int, replaces: int | None = None) -> int:
        """A draft with paragraphs at the end of another version's text, under review."""
        text = self.office.review.bundle(KEY, base).wording
        files = {"letter.html": text.replace("</article>", "".join(added) + "</article>").encode()}
        given = Proposal(KEY, files, "Because.", base, replaces)
        number = self.office.review.propose(given, actor=self.who[author]).number
        self.office.review.submit(KEY, number, actor=self.who[author])
        return number

    def approve(self, number: int, on: date, *confirmed: str) -> None:
        self.office.review.approve(KEY, number, effective_on=on, actor=self.who["ada"], confirmed=confirmed)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, fonts_folder: Path) -> Iterator[Scene]:
    """Version 2 is approved for July 10. Version 4 comes from version 3, which was sent back, and both from 1."""
    with an_office(tmp_path_factory.mktemp("consequences") / "home", fonts_folder) as office:
        one = Scene(office, people(office))
        one.approve(one.proposed("cora", HELP, base=1), JULY)
        third = one.proposed("cora", AGAIN, base=1)
        office.review.comment(KEY, third, path="", quote="", body="Who says so?", actor=one.who["rae"])
        office.review.send_back(KEY, third, reason="18 months is not in our code.", actor=one.who["ada"])
        fourth = one.proposed("cora", CALL, base=third)
        office.review.withdraw(KEY, third, reason="Not our law.", actor=one.who["ada"])
        assert (third, fourth) == (3, 4)
        yield one


def test_everything_that_follows_is_told(scene: Scene) -> None:
    found = scene.office.review.consequences(KEY, 4, TODAY + timedelta(5))
    assert (found.against, found.followed_by, found.until) == (1, 2, JULY)
    assert found.obstacle == ""
    assert [(one.kind, one.was, one.now) for one in found.numbers] == [
        ("period", "", "18 months"), ("telephone", "", "(555) 555-0199, 9.40.020"),
    ]  # fmt: skip
    assert [one for one in found.changes if "18 months" in one]
    # On July 10 version 2 comes, which has neither sentence.
    (undoing,) = found.undoes
    assert (undoing.earlier, undoing.later, undoing.on, len(undoing.changes)) == (4, 2, JULY, 2)
    assert {(one.language, one.starts, one.sentences) for one in found.languages} == {
        (tag, False, 2) for tag in ("es", "zh-Hant", "vi", "ar")
    }
    assert [one.comment.body for one in found.open_comments] == ["Who says so?"]
    assert [(one.number, one.by, one.reason) for one in found.sent_back] == [
        (3, "account:ada", "18 months is not in our code.")
    ]
    assert [(one.number, one.reason) for one in found.withdrawn_bases] == [(3, "Not our law.")]
    (wrong,) = found.wrong_numbers
    assert "“18 months”: the town’s rules say 12 months" in wrong.message
    assert wrong.place.startswith("letter.html:")
    assert [one.code for one in found.to_confirm] == ["template.undoes", "wording.number"]


def test_another_day_has_other_consequences(scene: Scene) -> None:
    later = scene.office.review.consequences(KEY, 4, AUGUST)
    assert (later.against, later.until) == (2, None)
    (undoing,) = later.undoes
    assert (undoing.earlier, undoing.later, undoing.on) == (2, 4, AUGUST)
    assert [said for said in undoing.changes if "rather help you" in said]
    assert later.languages == ()  # version 2 had none of them any more
    taken = scene.office.review.consequences(KEY, 4, JULY)
    assert taken.obstacle_code == "template.effective_taken"


def test_what_is_taken_away_is_confirmed_by_name(scene: Scene) -> None:
    office, ada = scene.office, scene.who["ada"]
    on = TODAY + timedelta(5)
    asked = office.review.consequences(KEY, 4, on).to_confirm
    other = office.review.consequences(KEY, 4, AUGUST).to_confirm
    with pytest.raises(Refusal) as refused:
        scene.approve(4, on, other[0].id)  # what is confirmed is this, on this day
    assert (refused.value.code, refused.value.kind) == ("template.unconfirmed", "conflict")
    assert [problem.code for problem in refused.value.problems] == ["template.undoes", "wording.number"]
    assert "version 2 takes away these 2 changes of version 4" in refused.value.problems[0].message
    assert asked[0].id in refused.value.problems[0].message
    scene.approve(4, on, *(one.id for one in asked))
    entry = next(line for line in office.review.trail(KEY) if line.action == "template.approved")
    assert entry.actor == ada.name
    assert entry.detail["confirmed"] == [one.message for one in asked]
    # A version that was made from the one it follows takes nothing away, and one after all has to be looked at again.
    fifth = scene.proposed("cora", "<p>{{ case.number }}</p>", base=2)
    assert office.review.consequences(KEY, fifth, AUGUST).to_confirm == ()
    assert [one.later for one in office.review.consequences(KEY, fifth, TODAY + timedelta(2)).undoes] == [4]


def test_a_folder_from_outside_takes_nothing_away_unasked(scene: Scene, law_copy: Path) -> None:
    folder = law_copy / "us" / "letters" / FOLDER.name
    wording = folder / "letter.html"
    wording.write_text(wording.read_text().replace("</article>", "<p>{{ property.apn }}</p></article>"))
    add = scene.office.add_template
    assert code(add, folder, effective_on=AUGUST, actor="cli:op") == "template.unconfirmed"
    with pytest.raises(Refusal) as refused:
        add(folder, effective_on=AUGUST, actor="cli:op")
    (problem,) = refused.value.problems
    id = problem.message.rpartition("(confirm ")[2].rstrip(")")
    number = add(folder, effective_on=AUGUST, actor="cli:op", confirmed=[id]).number
    assert scene.office.review.version(KEY, number).standing == "scheduled"
