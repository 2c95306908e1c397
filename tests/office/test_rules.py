"""The town's rules under four eyes: what is edited on disk changes nothing; somebody else approves."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from docservice import shipped
from docservice.config import Settings
from docservice.office import Office, open_office
from docservice.office.people.roles import Actor
from docservice.pipeline import pinning
from docservice.refusal import Refusal
from docservice.storage.models import TownEditionRow
from tests.homes import furnish
from tests.other_town import Change, edit, heron_pass

NOON = datetime(2026, 6, 1, 19, tzinfo=UTC)
TODAY = date(2026, 6, 1)
JULY = date(2026, 7, 1)
CONTEST = "    means: contest\n    trigger: service\n    count: "
NEXT: tuple[Change, ...] = (
    ("town.yaml", 'version: "2026.4"', 'version: "2027.1"'),
    ("rules.yaml", "    count: 14\n", "    count: 20\n"),
    ("rules.yaml", "amounts: [100, 200, 500]", "amounts: [90, 200, 500]"),
    ("rules.yaml", f"{CONTEST}30\n", f"{CONTEST}21\n"),
)


class Town:
    """A home on a folder of its own that a test may edit, opened again and again."""

    def __init__(self, folder: Path, fonts: Path) -> None:
        self.folder, self.home = folder / "rules", furnish(folder / "home", fonts, NOON)
        shutil.copytree(shipped.folder("town"), self.folder)
        self.pack, self.now = self.folder / "madrona-hills", NOON

    @contextmanager
    def opened(self) -> Iterator[Office]:
        with open_office(Settings(home=self.home, town=self.folder), clock=lambda: self.now) as office:
            yield office

    def files(self, *changes: Change) -> dict[str, bytes]:
        copy = self.home / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.pack, copy)
        edit(copy, changes)
        return {path.name: path.read_bytes() for path in copy.iterdir()}


@pytest.fixture
def town(tmp_path: Path, fonts_folder: Path) -> Town:
    return Town(tmp_path, fonts_folder)


def person(office: Office, login: str, *roles: str) -> Actor:
    try:
        return Actor.person(office.people.accounts.add(login, login.title(), roles, password=None, actor="test"))
    except Refusal:
        return Actor.person(next(one for one in office.people.accounts.listed() if one.login == login))


def town_version(town: Town) -> str:
    return pinning.load_editions(town.folder)[0].pack.version


def code(work: Callable[..., Any], *args: Any, **more: Any) -> str:
    with pytest.raises(Refusal) as refused:
        work(*args, **more)
    return refused.value.code


def cure(office: Office, on: date) -> int:
    return office.means.rules_of(on).deadlines["cure"].count


def test_a_fresh_home_takes_what_its_operator_set_up(town: Town) -> None:
    with town.opened() as office:
        (first,) = office.review.rules.editions()
        assert (first.standing, first.record.origin, first.record.number) == ("in_force", "set_up", 1)
        assert [line.action for line in office.audit(subject="town/1")] == ["town.taken_over"]


def test_an_edition_is_in_force_when_somebody_else_has_approved_it_from_its_day(town: Town) -> None:
    with town.opened() as office:
        ana, ben = person(office, "ana", "staff", "approver"), person(office, "ben", "approver")
        proposed = office.review.rules.propose(town.files(*NEXT), note="Resolution 2026-12", actor=ana)
        number = proposed.record.number
        assert (proposed.standing, cure(office, JULY)) == ("proposed", 14)
        assert office.review.rules.propose(town.files(*NEXT), note="Again", actor=ben) == proposed
        assert code(office.review.rules.approve, number, effective_on=JULY, actor=ana) == "edition.own"
        assert code(office.review.rules.approve, number, effective_on=JULY, actor=Actor("cli:op")) == "approval.person"
        rae = person(office, "rae", "reviewer")
        assert code(office.review.rules.approve, number, effective_on=JULY, actor=rae) == "approval.role"
        past = TODAY - timedelta(1)
        assert code(office.review.rules.approve, number, effective_on=past, actor=ben) == "edition.effective_past"
        with open_office(Settings(home=town.home, town=town.folder), clock=lambda: NOON) as other:
            with other.means.store.database.reading() as session:
                other.means.refresh(session)
            assert office.review.rules.approve(number, effective_on=JULY, actor=ben).standing == "scheduled"
            assert (cure(office, TODAY), cure(office, JULY)) == (14, 20)
            with other.means.store.database.reading() as session:  # as every order does
                other.means.refresh(session)
            assert cure(other, JULY) == 20
        assert code(office.review.rules.approve, number, effective_on=JULY, actor=ben) == "edition.transition"
        actions = [line.action for line in office.audit(subject=f"town/{number}")]
        assert actions == ["town.approved", "town.proposed"]
        assert office.verify_audit() is None
    town.now = NOON + timedelta(40)
    with town.opened() as office:
        assert [one.standing for one in office.review.rules.editions()] == ["superseded", "in_force"]
        assert office.town.deadlines["cure"].count == 20


def test_who_is_no_account_proposes_nothing(town: Town) -> None:
    """The operator at a terminal and a system's key may be the very person who approves."""
    with town.opened() as office:
        for nobody in (Actor("cli:ana"), Actor("key:tracker", via="tracker")):
            assert code(office.review.rules.propose, town.files(*NEXT), note="n", actor=nobody) == "edition.person"
        assert len(office.review.rules.editions()) == 1


def test_what_no_account_proposed_is_sent_back_and_proposed_by_a_person(town: Town) -> None:
    """As it stands in homes of before: a proposal by cli:USER, whom nobody can tell from an approver."""
    with town.opened() as office:
        ana, ben = person(office, "ana", "staff"), person(office, "ben", "approver")
        number = office.review.rules.propose(town.files(*NEXT), note="n", actor=ana).record.number
        with office.means.store.database.writing() as session:
            row = session.get(TownEditionRow, number)
            assert row is not None
            row.proposed_by = "cli:ben"
        with pytest.raises(Refusal, match="Send it back, and let a person propose it") as refused:
            office.review.rules.approve(number, effective_on=JULY, actor=ben)
        assert refused.value.code == "edition.own"
        office.review.rules.send_back(number, reason="by a person", actor=Actor("cli:ben"))
        again = office.review.rules.propose(town.files(*NEXT), note="n", actor=ana).record.number
        assert office.review.rules.approve(again, effective_on=JULY, actor=ben).standing == "scheduled"


def test_what_is_sent_back_says_why_and_its_version_may_come_again(town: Town) -> None:
    with town.opened() as office:
        ana, ben = person(office, "ana", "staff"), person(office, "ben", "approver")
        number = office.review.rules.propose(town.files(*NEXT), note="n", actor=ana).record.number
        assert code(office.review.rules.send_back, number, reason="", actor=ben) == "edition.reason"
        back = office.review.rules.send_back(number, reason="The fine is not what the council said", actor=ben)
        assert (back.standing, back.record.reason) == ("sent_back", "The fine is not what the council said")
        again = office.review.rules.propose(town.files(*NEXT[:2]), note="n", actor=ana)
        assert (again.record.number, again.standing) == (number + 1, "proposed")


def test_an_approved_edition_is_sent_back_before_its_day_by_who_may_approve(town: Town) -> None:
    """Else a wrong fine would be in force for a day: no other edition may take effect on the same one."""
    with town.opened() as office:
        ana, ben, rae = (
            person(office, "ana", "staff"),
            person(office, "ben", "approver"),
            person(office, "rae", "reviewer"),
        )
        number = office.review.rules.propose(town.files(*NEXT), note="n", actor=ana).record.number
        office.review.rules.approve(number, effective_on=JULY, actor=ben)
        with town.opened() as other:
            assert code(office.review.rules.send_back, number, reason="r", actor=rae) == "approval.role"
            assert code(office.review.rules.send_back, number, reason="r", actor=ana) == "access.role"
            assert code(office.review.rules.send_back, number, reason="r", actor=Actor("cli:op")) == "approval.person"
            back = office.review.rules.send_back(number, reason="The council said 15", actor=ben)
            assert (back.standing, back.record.effective_on) == ("sent_back", None)
            with other.means.store.database.reading() as session:
                other.means.refresh(session)
            assert (cure(office, JULY), cure(other, JULY)) == (14, 14)
        (line, *_) = office.audit(subject=f"town/{number}")
        assert (line.action, line.detail["was_effective_on"]) == ("town.sent_back", "2026-07-01")
        again = office.review.rules.propose(town.files(*NEXT[:2]), note="n", actor=ana).record.number
        assert office.review.rules.approve(again, effective_on=TODAY, actor=ben).standing == "in_force"
        assert code(office.review.rules.send_back, again, reason="r", actor=ben) == "edition.transition"


def test_an_edition_words_what_it_adds_in_its_own_folder(town: Town) -> None:
    """A statement that is new with an edition, and its clause beside it."""
    with town.opened() as office:
        ana, ben = person(office, "ana", "staff"), person(office, "ben", "approver")
        folder = Path(shutil.copytree(town.pack, town.folder / "next"))
        source = "    source: {citation: x, confidence: P}"
        new = f"statements:\n  homestead:\n    title: t\n    trigger: always\n    clause: homestead\n{source}\n"
        edit(folder, (NEXT[0], ("statements.yaml", "statements:\n", new)))
        (folder / ".DS_Store").write_bytes(b"\0")
        files = pinning.files_in(folder)
        assert code(office.review.rules.propose, files, note="n", actor=ana) == "town.invalid"
        (folder / "clauses").mkdir()
        (folder / "clauses" / "homestead.html").write_text(
            '<section data-block="x" data-statement="homestead"></section>'
        )
        number = office.review.rules.propose(files, note="n", actor=ana).record.number
        office.review.rules.approve(number, effective_on=TODAY, actor=ben)
        found = office.means.path.find("clauses/homestead.html")
        assert found is not None
        assert found.path.parent.parent == folder
    with town.opened() as office:
        assert office.town.statements["homestead"].clause == "homestead"


def test_a_proposal_that_is_edited_on_disk_stops_nothing(town: Town) -> None:
    with town.opened() as office:
        folder = Path(shutil.copytree(town.pack, town.folder / "next"))
        edit(folder, NEXT)
        number = office.review.rules.propose(
            pinning.files_in(folder), note="n", actor=person(office, "ana", "staff")
        ).record.number
    edit(folder, [("rules.yaml", "    count: 20\n", "    count: 15\n")])
    with town.opened() as office:
        assert [pack.version for pack in office.review.rules.unrecorded()] == ["2027.1"]
        assert office.review.rules.pack(number).deadlines["cure"].count == 20
        ben = person(office, "ben", "approver")
        assert (
            code(office.review.rules.propose, pinning.files_in(folder), note="n", actor=ben) == "edition.version_taken"
        )


def test_an_edition_on_disk_that_is_not_on_record_is_no_rule(town: Town) -> None:
    with town.opened():
        pass
    shutil.copytree(town.pack, town.folder / "next")
    edit(town.folder / "next", (*NEXT, ("town.yaml", "effective_on: 2026-01-01", "effective_on: 2026-05-01")))
    with town.opened() as office:
        assert cure(office, TODAY) == 14
        assert [(pack.version, pack.folder) for pack in office.review.rules.unrecorded()] == [("2027.1", "next")]


def test_a_pack_changed_in_place_is_refused_and_the_way_out_named(town: Town) -> None:
    with town.opened():
        pass
    edit(town.pack, [("rules.yaml", "# How long, how much", "# How much, how long")])
    with town.opened():  # a comment is no change
        pass
    edit(town.pack, NEXT[1:])
    with pytest.raises(Refusal) as refused, town.opened():
        pass
    assert (refused.value.code, refused.value.kind) == ("town.changed", "setup")
    assert "a version of its own" in refused.value.message
    assert "docservice town propose" in refused.value.message
    edit(town.pack, NEXT[:1])
    with town.opened() as office:
        assert cure(office, TODAY) == 14


def test_another_town_has_a_home_of_its_own(town: Town, tmp_path: Path) -> None:
    with town.opened() as office:
        ana = person(office, "ana", "staff")
        heron = heron_pass(tmp_path / "heron", ("town.yaml", '"2026.4"', '"2027.1"'))
        files = {path.name: path.read_bytes() for path in heron.iterdir()}
        assert code(office.review.rules.propose, files, note="n", actor=ana) == "edition.other_town"
    town.folder = tmp_path / "heron"
    with pytest.raises(Refusal) as refused, town.opened():
        pass
    assert refused.value.code == "town.other"


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ((("rules.yaml", "    count: 14\n", "    count: 15\n"),), "edition.version_taken"),
        ((*NEXT, ("rules.yaml", "fine_class", "fine_class")), ""),
        ((*NEXT, ("calendar.yaml", "    - Labor Day\n", "    - Labour Day\n")), "town.invalid"),
    ],
)
def test_what_cannot_be_proposed(town: Town, changes: tuple[Change, ...], refused: str) -> None:
    with town.opened() as office:
        ana = person(office, "ana", "staff")
        if refused:
            assert code(office.review.rules.propose, town.files(*changes), note="n", actor=ana) == refused
        good = town.files(*NEXT)
        for wrong in ({}, {**good, "../x.yaml": b""}, {**good, "big.svg": bytes(5 * 2**20)}):
            assert code(office.review.rules.propose, wrong, note="n", actor=ana) == "edition.files"
        for name, data in (("seal.svg", b"<svg"), ("seal.svg", b"<p/>"), ("extra.png", b"x" * 99)):
            assert code(office.review.rules.propose, {**good, name: data}, note="n", actor=ana) == "town.invalid"
        assert code(office.review.rules.propose, good, note="", actor=ana) == "edition.note"
        assert (
            code(office.review.rules.propose, good, note="n", actor=person(office, "tom", "translator"))
            == "access.role"
        )


def test_two_editions_side_by_side(town: Town) -> None:
    with town.opened() as office:
        ana = person(office, "ana", "staff")
        number = office.review.rules.propose(town.files(*NEXT), note="n", actor=ana).record.number
        found = office.review.rules.compare(number)
        assert [(one.group, one.name) for one in found.changes] == [
            ("version", ""), ("deadlines", "cure"), ("deadlines", "contest-citation"), ("deadlines", "pay-reminded"),
            ("fine_classes", "infraction"),
        ]  # fmt: skip
        cured = found.changes[1]
        assert "14 days after service" in cured.old
        assert "20 days after service" in cured.new
        moved = {one.what for one in found.outcomes if one.differs}
        assert "contest-by" in moved
        assert any(one.what.startswith("fine, ") and one.new.startswith("$") for one in found.outcomes)
        assert {one.case for one in found.outcomes} == {"CE-2026-0147", "CE-2026-0203", "CE-2026-0231"}
        assert any("Correct the violation: 20 days" in one.text for one in office.review.rules.sentences(number))
        assert office.review.rules.compare(1, 1).changes == ()


def test_every_value_of_a_pack_is_told(town: Town) -> None:
    """Whatever two editions differ in is found, and stands in the two sentences."""
    from docservice.town import load_pack
    from docservice.town.telling import changes

    pack = load_pack(town.pack)
    rule = replace(pack.deadlines["cure"], calendar="court")
    kind = replace(pack.document_types["lien-notice"], envelope="plain", formal=False)
    for other in (
        replace(pack, deadlines={**pack.deadlines, "cure": rule}),
        replace(pack, document_types={**pack.document_types, "lien-notice": kind}),
        replace(pack, identity=replace(pack.identity, tty="712")),
        replace(pack, officers=pack.officers[1:]),
        replace(pack, pictures={"seal.svg": b"x"}),
        replace(pack, calendar=replace(pack.calendar, adopted=pack.calendar.adopted[:-1])),
        replace(pack, time_limit=None),
        replace(pack, sections=(replace(pack.sections[0], ordinance="2026-1"), *pack.sections[1:])),
    ):
        (found,) = changes(pack, other)
        assert found.old != found.new


@pytest.mark.parametrize("way", ["as it was", "in place", "with the product"])
def test_an_installation_of_before_goes_on_with_what_was_in_force(town: Town, example: Any, way: str) -> None:
    """What documents went out by is on record, and what lies in the folder holds from the day on which it was opened:
    edited in place, as was the habit of before, or another edition that came with the product."""
    from docservice.office import Order

    casefile, photos = example("CE-2026-0231")
    order = Order("administrative-citation", casefile, on=date(2026, 5, 29), about="c1", attachments=photos)
    with town.opened() as office:
        number = office.issuing.issue(order, actor="ana").number
        with office.means.store.database.writing() as session:  # as the tables of before were
            session.query(TownEditionRow).delete()
    version = town_version(town)
    if way != "as it was":
        edit(town.pack, NEXT if way == "with the product" else NEXT[1:])
    for _ in range(2):
        with town.opened() as office:
            listed = office.review.rules.editions()
            assert {one.record.origin for one in listed} == {"before_approval"}
            assert office.review.rules.unrecorded() == ()
            assert office.issuing.reproduce(office.issuing.document(number).id).identical
            assert office.issuing.document(number).town_sha256 == listed[0].record.sha256
            assert cure(office, TODAY) == (14 if way == "as it was" else 20)
            assert cure(office, TODAY - timedelta(1)) == 14
    told = [(one.record.version, one.standing, one.record.effective_on) for one in listed]
    if way == "as it was":
        assert told == [(version, "in_force", date(2026, 1, 1))]
    else:
        now = "2027.1" if way == "with the product" else version
        assert told == [(version, "superseded", date(2026, 1, 1)), (now, "in_force", TODAY)]
