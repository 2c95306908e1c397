"""What is due in every case, kept beside the record and made from it: a projection that can be thrown away.

It follows the audit trail, as an outside system would follow the feed: whatever changes a case adds a line there, so
nothing that changes a case has to think of it, and nothing is lost. A new edition of the rules has every case reckoned
again. A day that was known and is another one now is told in the trail (``deadline.moved``).
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from docservice import casefile as casefiles
from docservice.casefile.folding import fold
from docservice.casefile.record import case_key
from docservice.office.means import case_records
from docservice.office.means.means import Means
from docservice.refusal import Refusal
from docservice.storage import audit
from docservice.storage.audit import AuditLine
from docservice.storage.models import (
    AuditHeadRow,
    AuditRow,
    CaseEventRow,
    CaseRow,
    DeadlineRow,
    DocumentRow,
    DueHeadRow,
)
from docservice.storage.outages import Outage
from docservice.town.deadlines_on_record import standing_dates
from docservice.town.recorded_dates import DeadlineOnRecord

log = logging.getLogger("docservice.due")

MOVED = "deadline.moved"
_ACTOR = "docservice"
_OF_DOCUMENTS = ("document.issued", "document.superseded", "document.voided")
_OF_CASES = ("case.created", "case.changed", "case.event")
_LINES, _CASES = 200, 50  # in one step
_IDLE = 1000  # lines that concern no case, before it is written down that they were seen
_LONGEST = 500  # of why a day was moved, in the trail
Moves = Mapping[tuple[str, str], tuple[int, date]]  # how often a date was moved, and from which day at last
_NONE: Moves = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class DueOfCase:
    """The dates of one case, reckoned."""

    key: str
    number: str
    officer: str
    rows: tuple[DeadlineOnRecord, ...]


def reckoned(means: Means, session: Session, case: CaseRow) -> DueOfCase | None:
    """The dates of a case as they stand; None for one whose facts cannot be read. One that was merged has none."""
    try:
        facts = json.loads(means.store.blobs.read(case.sha256))
        record = case_records.record_of(means, session, case.number)
        today = means.today()
        casefile = casefiles.load(fold(facts, record, today).facts, on_record=True)
        rows: tuple[DeadlineOnRecord, ...] = ()
        if case.merged_into is None:
            rows = standing_dates(means.rules_of(today), casefile, record, today, means.rules_of)
    except (Refusal, ValueError, LookupError) as problem:
        log.warning("what is due in %s cannot be reckoned: %s", case.number, problem)
        return None
    return DueOfCase(case.key, case.number, casefile.case.officer, rows)


def freshen(means: Means, seconds: float = 1.0) -> bool:
    """Take up what was put on record since, for some seconds; whether nothing is left to take up.

    A database that takes nothing leaves what is due as it was.
    """
    until = time.monotonic() + seconds
    try:
        while _step(means):
            if time.monotonic() > until:
                return False
    except Outage as error:
        log.warning("what is due stays as it was: %s", error)
        return False
    return True


def rebuild(means: Means, *, from_nothing: bool = False) -> int:
    """Reckon every case again; how many dates there are. With ``from_nothing`` what was kept is thrown away first."""
    with means.store.database.writing() as session:
        if from_nothing:
            session.execute(delete(DeadlineRow))
        session.execute(update(DueHeadRow).values(rules="", after_case=None))
        moved = _moved_before(session) if from_nothing else {}
    while _step(means, moved):
        pass
    with means.store.database.reading() as session:
        return len(session.execute(select(DeadlineRow.id)).all())


@dataclass(frozen=True, slots=True)
class _Head:
    position: int
    rules: str
    day: date | None
    after_case: int | None


def _step(means: Means, moved: Moves = _NONE) -> bool:
    """Take up some lines of the trail and some cases; whether there may be more."""
    with means.store.database.reading() as session:
        means.refresh(session)
        head = _head(session)
        rules = means.current().sha256
        if head.rules != rules:
            found, then, cases = list[DueOfCase](), _Head(head.position, rules, head.day, 0), list[CaseRow]()
        else:
            then, cases = _next(session, head, means.today())
            if (
                not cases
                and then.after_case == head.after_case
                and then.day == head.day
                and then.position - head.position < _IDLE
            ):
                return False
            found = [one for case in cases if (one := reckoned(means, session, case)) is not None]
    try:
        with means.store.database.writing() as session:
            row = session.get(DueHeadRow, 1, with_for_update=True)
            if row is None:
                row = DueHeadRow(id=1, position=0, rules="", day=None, after_case=None)
                session.add(row)
            if _head_of(row) != head:
                return True  # another process was quicker
            row.position, row.rules, row.day, row.after_case = then.position, then.rules, then.day, then.after_case
            session.flush()
            _keep(session, found, moved, means.clock())
    except IntegrityError:  # so it was with the first row
        return True
    return bool(cases) or head.rules != rules or then.after_case is not None


def _head(session: Session) -> _Head:
    row = session.get(DueHeadRow, 1)
    return _head_of(row) if row is not None else _Head(0, "", None, None)


def _head_of(row: DueHeadRow) -> _Head:
    return _Head(row.position, row.rules, row.day, row.after_case)


def _next(session: Session, head: _Head, today: date) -> tuple[_Head, list[CaseRow]]:
    """Where the head goes, and the cases that something happened in or that are reckoned again.

    On a new day those are reckoned again in which something waits: what holds a date may end with a day.
    """
    end = session.scalar(select(AuditHeadRow.sequence)) or 0
    wanted = AuditRow.action.in_((*_OF_DOCUMENTS, *_OF_CASES))
    lines = session.execute(
        select(AuditRow.sequence, AuditRow.action, AuditRow.subject, AuditRow.detail)
        .where(AuditRow.sequence > head.position, AuditRow.sequence <= end, wanted)
        .order_by(AuditRow.sequence).limit(_LINES)
    ).all()  # fmt: skip
    position = lines[-1].sequence if len(lines) == _LINES else max(end, head.position)
    ids = {line.subject for line in lines if line.action in _OF_DOCUMENTS}
    keys = set(session.scalars(select(DocumentRow.case_key).where(DocumentRow.id.in_(ids)))) if ids else set()
    keys |= {case_key(line.detail["case"]) for line in lines if line.action in _OF_CASES}
    keys |= _gone_on_as(session, keys)
    if head.day != today:
        keys |= set(
            session.scalars(select(DeadlineRow.key).where(DeadlineRow.state.in_(("held", "person"))).distinct())
        )
    cases = list(session.scalars(select(CaseRow).where(CaseRow.key.in_(keys)))) if keys else []
    after = head.after_case
    if after is not None:
        query = select(CaseRow).where(CaseRow.position > after).order_by(CaseRow.position).limit(_CASES)
        again = list(session.scalars(query))
        after = again[-1].position if again else None
        cases += [case for case in again if case.key not in keys]
    return _Head(position, head.rules, today, after), cases


def _gone_on_as(session: Session, keys: set[str]) -> set[str]:
    """The cases that cases went into at any time: what they bring is due there, or no longer."""
    found: set[str] = set()
    while keys:
        told = select(CaseEventRow.subject).where(CaseEventRow.type == case_records.MERGED, CaseEventRow.key.in_(keys))
        keys = {case_key(number) for number in session.scalars(told)} - found
        found |= keys
    return found


def _keep(session: Session, found: Iterable[DueOfCase], moved: Moves, at: datetime) -> None:
    reckoned = {one.key: one for one in found}
    kept: dict[str, dict[str, DeadlineRow]] = {key: {} for key in reckoned}
    for row in session.scalars(select(DeadlineRow).where(DeadlineRow.key.in_(reckoned))):
        kept[row.key][row.id] = row
    lines: list[AuditLine] = []
    for key, one in reckoned.items():
        for deadline in one.rows:
            known = kept[key].get(deadline.id)
            if known is None:
                times, previous = moved.get((key, deadline.id), (0, None))
                session.add(
                    DeadlineRow(
                        key=key, id=deadline.id, officer=one.officer, sequence=times, previous=previous, changed_at=at,
                        **_columns(deadline),
                    )
                )  # fmt: skip
            else:
                lines += _changed(known, one, deadline, at)
        for id in kept[key].keys() - {deadline.id for deadline in one.rows}:
            session.delete(kept[key][id])
    if lines:
        audit.record_many(session, lines, at=at, actor=_ACTOR)


def _changed(row: DeadlineRow, one: DueOfCase, deadline: DeadlineOnRecord, at: datetime) -> list[AuditLine]:
    columns = _columns(deadline)
    changed = {name for name, value in columns.items() if getattr(row, name) != value}
    lines = []
    if "due" in changed and row.due is not None and deadline.effective is not None:
        detail = {
            "case": one.number, "deadline": deadline.id, "from": row.due.isoformat(),
            "to": deadline.effective.isoformat(), "because": deadline.explain[:_LONGEST],
        }  # fmt: skip
        lines.append(AuditLine(MOVED, f"case/{one.number}", detail))
        row.previous = row.due
    if changed & {"due", "state", "title"}:  # what a calendar shows
        row.sequence, row.changed_at = row.sequence + 1, at
    for name in changed:
        setattr(row, name, columns[name])
    row.officer = one.officer
    return lines


def _moved_before(session: Session) -> Moves:
    """What the trail tells of dates that were moved: what is made anew from nothing knows it too."""
    found: dict[tuple[str, str], tuple[int, date]] = {}
    query = select(AuditRow.detail).where(AuditRow.action == MOVED).order_by(AuditRow.sequence)
    for detail in session.scalars(query):
        place = case_key(detail["case"]), detail["deadline"]
        times, _ = found.get(place, (0, date.min))
        found[place] = times + 1, date.fromisoformat(detail["from"])
    return found


def _columns(one: DeadlineOnRecord) -> dict[str, Any]:
    return {
        "name": one.name, "title": one.title, "state": one.state, "due": one.effective, "printed": one.printed,
        "legal": one.legal, "differs": one.differs, "lapses": one.lapses, "document": one.document, "party": one.party,
        "about": one.about, "rule": one.rule, "cause": one.trigger, "caused_on": one.triggered_on, "do": one.do,
        "done_by": one.done_by, "explained": one.explain,
    }  # fmt: skip


def deadline_of(row: DeadlineRow) -> DeadlineOnRecord:
    """A row as what it was made from."""
    return DeadlineOnRecord(
        row.id, row.name, row.title, row.state, row.due, row.explained, row.printed, row.legal,  # type: ignore[arg-type]
        row.document, row.party, row.about, row.rule, row.cause, row.caused_on, row.do, row.done_by, row.lapses,
        row.differs,
    )  # fmt: skip
