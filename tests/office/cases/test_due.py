"""What is due, kept beside the record: it follows what happens, is told when it moves, and can be made again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest
from sqlalchemy import delete, select

from docservice.config import Settings
from docservice.office import Office, open_office
from docservice.office.cases import due_projection
from docservice.office.cases.due_list import DueItem
from docservice.office.cases.happening import CaseEventOrder
from docservice.refusal import Refusal
from docservice.storage.models import DeadlineRow
from docservice.town.closed_days import Closure
from tests.homes import furnish

CASE, NOTICE = "CE-2026-0310", "OLD-77"
ADDRESS = {"kind": "street", "lines": ["79 RIDGELINE TERRACE", "MADRONA HILLS CA 95999"]}
FACTS: dict[str, Any] = {
    "case": {"number": CASE, "title": "A fence", "opened_on": "2026-05-01", "officer": "coordinator"},
    "property": {"apn": "012-455-020", "situs": "79 Ridgeline Terrace"},
    "parties": [{"id": "owner", "roles": ["owner"], "name": {"text": "Amparo Quiñones"}, "address": ADDRESS}],
    "violations": [
        {"id": "v1", "section": "MHMC 17.52.030", "observed_on": "2026-05-06", "facts": "Seen.", "correction": "Mend."}
    ],
    "inspections": [
        {"id": "i1", "on": "2026-05-06", "inspector": "inspector", "basis_of_entry": "public_view",
         "observations": ["Seen."]}
    ],
}  # fmt: skip


class _Clock:
    now = datetime(2026, 6, 2, 17, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, fonts_folder: Path) -> Path:
    """A home whose office has one case: a notice of before, served by mail."""
    home = furnish(tmp_path_factory.mktemp("due") / "home", fonts_folder)
    with open_office(Settings(home=home), clock=_Clock()) as opened:
        opened.cases.put(CASE, FACTS, actor="key:tracker", saw="new")
        dates = {"contest-by": "2026-06-11", "comply-by": "2026-06-15"}
        told = {"document_type": "notice-of-violation", "recipient": "owner", "dates": dates}
        tell(opened, "notice-imported", NOTICE, "2026-06-01", **told)
        tell(opened, "served", NOTICE, "2026-06-01", party="owner", method="first_class_mail")
    return home


@pytest.fixture
def office(made: Path, tmp_path: Path, clock: _Clock) -> Iterator[Office]:
    """An office of its own for each test, so that they may run in any order."""
    home = shutil.copytree(made, tmp_path / "home", symlinks=True)
    with open_office(Settings(home=home), clock=clock) as opened:
        yield opened


def more_time(office: Office) -> int:
    return tell(office, "extension-granted", "v1", "2026-06-02", to="2026-06-30", reason="Rain.")


def tell(office: Office, type: str, subject: str, on: str, corrects: int | None = None, **data: Any) -> int:
    reason = "It was otherwise." if corrects is not None else None
    order = CaseEventOrder(type, date.fromisoformat(on), subject, data, corrects, reason)
    return office.cases.tell(CASE, order, actor="key:tracker").position


def due(office: Office, **wanted: Any) -> Mapping[str, DueItem]:
    return {one.deadline.id: one for one in office.cases.due.listed(**wanted).items}


def moved(office: Office) -> list[tuple[str | None, str]]:
    lines = [one for one in office.audit(last=50) if one.action == "deadline.moved"]
    told = [one for one in office.cases.feed(0, limit=1000).lines if one.type == "deadline.moved"]
    assert [one.position for one in told] == [one.sequence for one in reversed(lines)]
    assert all(one.detail["because"] and one.detail["case"] == CASE for one in lines)
    return [(one.detail["deadline"], f"{one.detail['from']} {one.detail['to']}") for one in reversed(lines)]


def test_the_list_has_what_is_open_the_earliest_first(office: Office) -> None:
    rows = due(office)
    assert [(one.deadline.name, str(one.deadline.effective)) for one in rows.values()] == [
        ("contest-by", "2026-06-11"), ("comply-by/v1", "2026-06-15"), ("inspection", "2026-06-16"),
    ]  # fmt: skip
    assert {one.case for one in rows.values()} == {CASE}
    assert list(due(office, until=date(2026, 6, 15))) == [f"{NOTICE}/contest-by", f"{NOTICE}/comply-by/v1"]
    assert due(office, officer="clerk") == due(office, owner="key:other") == {}
    for wanted, code in (
        ({"officer": "nobody"}, "officer.unknown"), ({"case": "CE-2026-9999"}, "case.unknown"),
        ({"case": CASE, "owner": "key:other"}, "case.unknown"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as unknown:
            due(office, **wanted)
        assert (unknown.value.code, unknown.value.kind) == (code, "missing")
    assert due(office, officer="coordinator", case=CASE.lower(), owner="key:tracker") == rows
    first = office.cases.due.listed(per_page=2)
    assert first.complete
    rest = office.cases.due.listed(per_page=2, after=first.following)
    assert [one.deadline.id for one in (*first.items, *rest.items)] == list(rows)
    assert rest.following is None


def test_more_time_moves_a_day_and_that_is_told_with_both_days_and_why(office: Office) -> None:
    assert moved(office) == []
    more_time(office)
    row = due(office)[f"{NOTICE}/comply-by/v1"]
    assert (row.deadline.effective, row.previous, row.sequence) == (date(2026, 6, 30), date(2026, 6, 15), 1)
    assert moved(office) == [
        (f"{NOTICE}/comply-by/v1", "2026-06-15 2026-06-30"), (f"{NOTICE}/inspection/v1", "2026-06-16 2026-07-01"),
    ]  # fmt: skip
    assert due(office)[f"{NOTICE}/contest-by"].sequence == 0


def test_what_was_told_wrongly_moves_it_back(office: Office) -> None:
    more_time(office)
    due(office)
    granted = office.cases.events(CASE)[-1].position
    tell(office, "extension-granted", "v1", "2026-06-02", granted, to="2026-06-22", reason="Rain.")
    row = due(office)[f"{NOTICE}/comply-by/v1"]
    assert (row.deadline.effective, row.previous, row.sequence) == (date(2026, 6, 22), date(2026, 6, 30), 2)


def test_thrown_away_it_is_made_again_as_it_was(office: Office) -> None:
    more_time(office)
    before = due(office)
    assert office.cases.due.rebuild() == len(before)
    again = due(office)
    for id, one in before.items():
        same = replace(again[id], changed_at=one.changed_at)
        assert same == one
    told = moved(office)
    with office.means.store.database.writing() as session:
        session.execute(delete(DeadlineRow).where(DeadlineRow.name == "contest-by"))
    office.cases.due.rebuild()
    assert due(office).keys() == before.keys()
    assert moved(office) == told, "making it again moves nothing"


def test_one_case_has_every_state_and_is_reckoned_as_it_is_asked(office: Office, clock: _Clock) -> None:
    found = office.cases.due.of_case(CASE)
    assert {one.deadline.id for one in found.items} == due(office).keys()
    then = office.cases.due.of_case(CASE, date(2026, 6, 24))
    assert [one.deadline.state for one in then.items] == ["done", "late", "late"]
    assert due(office, state="late") == {}
    clock.now += timedelta(days=22)
    assert set(due(office, state="late")) == {f"{NOTICE}/comply-by/v1", f"{NOTICE}/inspection/v1"}
    assert set(due(office, state="done")) == {f"{NOTICE}/contest-by"}, "a right that lapsed"
    assert due(office, state="open") == {}
    clock.now -= timedelta(days=22)
    with pytest.raises(Refusal) as raised:
        office.cases.due.of_case("CE-2026-9999")
    assert raised.value.code == "case.unknown"


def test_a_day_on_which_the_office_is_closed_after_all_moves_what_ends_on_it(office: Office) -> None:
    edition = office.means.editions[-1]
    calendar = replace(edition.pack.calendar, closures=(Closure(date(2026, 6, 11), date(2026, 6, 11), "Storm"),))
    kept = office.means.editions
    office.means.editions = (*kept[:-1], replace(edition, pack=replace(edition.pack, calendar=calendar, sha256="s")))
    try:
        row = due(office)[f"{NOTICE}/contest-by"]
        assert (row.deadline.effective, row.previous) == (date(2026, 6, 12), date(2026, 6, 11))
        assert "Storm" in row.deadline.explain
    finally:
        office.means.editions = kept
    assert due(office)[f"{NOTICE}/contest-by"].deadline.effective == date(2026, 6, 11)


def test_a_calendar_is_read_by_a_program_and_shows_no_name(office: Office, clock: _Clock) -> None:
    more_time(office)
    due(office)
    record, token = office.cases.due.make_calendar("office", "", "The wall screen", actor="cli:op")
    file = office.cases.due.calendar(token)
    assert office.cases.due.calendar(token).etag == file.etag
    read = icalendar.Calendar.from_ical(file.content)
    events = {str(one["UID"]).partition("@")[0]: one for one in read.walk("VEVENT")}
    assert events.keys() == {f"{CASE}/{id}" for id in due(office)}
    one = events[f"{CASE}/{NOTICE}/comply-by/v1"]
    assert (one["DTSTART"].dt, one["DTEND"].dt) == (date(2026, 6, 30), date(2026, 7, 1))
    assert one["DTSTART"].params["VALUE"] == "DATE"
    sequence = one["SEQUENCE"]
    assert sequence == 1
    for secret in ("Quiñones", "RIDGELINE", "Ridgeline", "fence"):
        assert secret not in file.content.decode()
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in file.content
    tell(office, "extension-granted", "v1", "2026-06-02", to="2026-07-06", reason="Rain.")
    later = icalendar.Calendar.from_ical(office.cases.due.calendar(token).content)
    [again] = [each for each in later.walk("VEVENT") if str(each["UID"]) == str(one["UID"])]
    assert (again["DTSTART"].dt, again["SEQUENCE"]) == (date(2026, 7, 6), sequence + 1)
    tell(office, "closed", CASE, "2026-06-02", reason="Done.")
    assert icalendar.Calendar.from_ical(office.cases.due.calendar(token).content).walk("VEVENT") == [], "left out"
    assert due(office, state="moot").keys() == {
        f"{NOTICE}/{name}" for name in ("contest-by", "comply-by/v1", "inspection/v1")
    }
    tell(office, "retracted", CASE, "2026-06-02", office.cases.events(CASE)[-1].position)
    assert len(due(office)) == 3
    office.cases.due.revoke_calendar(record.id, actor="cli:op")
    for unknown in (token, "cal_guessed", ""):
        with pytest.raises(Refusal) as raised:
            office.cases.due.calendar(unknown)
        assert (raised.value.code, raised.value.kind) == ("calendar.unknown", "missing")


def test_a_calendar_of_an_officer_or_a_case_and_of_nothing_else(office: Office) -> None:
    for scope, subject, many in (("officer", "coordinator", 3), ("officer", "clerk", 0), ("case", CASE.lower(), 3)):
        record, token = office.cases.due.make_calendar(scope, subject, "Mine", actor="key:mine")
        assert office.cases.due.calendar(token).content.count(b"BEGIN:VEVENT") == many
        assert record in office.cases.due.calendars("key:mine")
        assert record.subject == (CASE if scope == "case" else subject), "as it was first written"
    with office.means.store.database.reading() as session:
        kept = session.connection().exec_driver_sql("SELECT token_sha256 FROM calendar").scalars().all()
    assert not any(token in one for one in kept)
    for scope, subject in (("officer", "nobody"), ("office", CASE), ("case", ""), ("street", "x")):
        with pytest.raises(Refusal) as raised:
            office.cases.due.make_calendar(scope, subject, "Mine", actor="key:mine")
        assert raised.value.code == "calendar.invalid"
    [mine, *_] = office.cases.due.calendars("key:mine")
    with pytest.raises(Refusal):
        office.cases.due.revoke_calendar(mine.id, actor="key:other", created_by="key:other")


def test_a_right_that_lapsed_leaves_the_calendar_as_it_leaves_the_list(office: Office, clock: _Clock) -> None:
    _, token = office.cases.due.make_calendar("office", "", "Mine", actor="key:mine")
    before, clock.now = clock.now, datetime(2026, 7, 1, 17, tzinfo=UTC)
    try:
        events = icalendar.Calendar.from_ical(office.cases.due.calendar(token).content).walk("VEVENT")
        shown = {str(one["UID"]).partition("@")[0] for one in events}
        assert shown == {f"{CASE}/{id}" for id in due(office)}
        assert f"{CASE}/{NOTICE}/contest-by" not in shown
        assert f"{CASE}/{NOTICE}/comply-by/v1" in shown, "late"
    finally:
        clock.now = before


def test_facts_that_cannot_be_read_stop_no_other_case(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("spoiled")

    before = due(office)
    monkeypatch.setattr(due_projection, "standing_dates", broken)
    assert office.cases.due.rebuild() == 0
    monkeypatch.undo()
    assert office.cases.due.rebuild() == len(before)
    with office.means.store.database.reading() as session:
        assert len(session.scalars(select(DeadlineRow)).all()) == len(before)


def test_on_a_new_day_what_waits_is_looked_at_again_and_nothing_else(
    office: Office, clock: _Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    reckon = due_projection.reckoned

    def counted(means: Any, session: Any, case: Any) -> Any:
        asked.append(case.number)
        return reckon(means, session, case)

    due(office)
    monkeypatch.setattr(due_projection, "reckoned", counted)
    clock.now += timedelta(days=1)
    due(office)
    assert asked == [], "nothing waits"
    tell(office, "returned", NOTICE, "2026-06-03", party="owner", result="returned", reason="Vacant")
    waiting = due(office, state="person")
    assert set(waiting) == {f"{NOTICE}/contest-by", f"{NOTICE}/comply-by/v1"}
    assert asked == [CASE]
    due(office)
    assert asked == [CASE]
    clock.now += timedelta(days=1)
    assert due(office, state="person").keys() == waiting.keys()
    assert asked == [CASE, CASE]
