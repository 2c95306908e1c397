"""What is due: in all cases, as a list that is read by a cursor; in one case; and what a change of it makes due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_

from docservice import casefile as casefiles
from docservice.casefile.folding import fold
from docservice.casefile.record import case_key
from docservice.finding import Finding
from docservice.office.cases import due_projection, reading
from docservice.office.cases.due_projection import deadline_of
from docservice.office.means.means import Means
from docservice.pipeline import pinning
from docservice.refusal import Refusal
from docservice.storage.models import CaseRow, DeadlineRow
from docservice.town.deadlines_on_record import deadlines_on_record
from docservice.town.recorded_dates import DeadlineOnRecord, printed_short

DueCursor = tuple[date, str, str]  # the day, the case's key and the id of the last that was read
_FRESH_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class DueItem:
    """One date of a case in a list, as it stands today. ``previous`` is the day before it was moved last."""

    case: str
    deadline: DeadlineOnRecord
    officer: str
    previous: date | None
    sequence: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class DueList:
    """Dates of cases, the earliest first. ``complete``: everything on record is reckoned; else some of it is to come.

    ``following`` is where to go on, if there is more.
    """

    on: date
    items: tuple[DueItem, ...]
    complete: bool
    following: DueCursor | None = None


@dataclass(frozen=True, slots=True)
class DueOfOneCase:
    """What is due in one case on a day, every state, with what is to be said of it (``deadline.printed_short``)."""

    number: str
    on: date
    items: tuple[DueItem, ...]
    findings: tuple[Finding, ...] = field(default=())


def listed(
    means: Means,
    *,
    until: date | None = None,
    officer: str | None = None,
    state: str | None = None,
    case: str | None = None,
    name: str | None = None,
    owner: str | None = None,
    after: DueCursor | None = None,
    per_page: int = 100,
) -> DueList:
    """What is open or late, up to a day; or what is in a ``state``, of an ``officer``, a ``case``, an ``owner``'s;
    dates of a ``name``.

    Raises ``Refusal`` of kind ``missing``: ``case.unknown``, and ``officer.unknown`` for one whom neither the rules nor
    any date knows: a slip of the pen is no good news.
    """
    complete = due_projection.freshen(means, _FRESH_SECONDS)
    _refuse_unknown(means, officer, case, owner)
    today = means.today()
    conditions: list[ColumnElement[bool]] = [*_in_state(state, today)]
    if until is not None:
        conditions.append(DeadlineRow.due <= until)
    if officer is not None:
        conditions.append(DeadlineRow.officer == officer)
    if case is not None:
        conditions.append(DeadlineRow.key == case_key(case))
    if name is not None:
        conditions.append(DeadlineRow.name == name)
    if owner is not None:
        conditions.append(CaseRow.created_by == owner)
    dated = state in (None, "open", "late")  # the others may have no day: they come last
    order = (DeadlineRow.due if dated else func.coalesce(DeadlineRow.due, date.max), DeadlineRow.key, DeadlineRow.id)
    if after is not None:
        conditions.append(tuple_(*order) > after)
    query = (
        select(DeadlineRow, CaseRow.number).join(CaseRow, CaseRow.key == DeadlineRow.key).where(*conditions)
        .order_by(*order).limit(per_page + 1)
    )  # fmt: skip
    with means.store.database.reading() as session:
        rows = session.execute(query).all()
    items = tuple(_item(row, number, today) for row, number in rows[:per_page])
    last = rows[per_page - 1][0] if len(rows) > per_page else None
    following = (last.due or date.max, last.key, last.id) if last is not None else None
    return DueList(today, items, complete, following)


def _refuse_unknown(means: Means, officer: str | None, case: str | None, owner: str | None) -> None:
    with means.store.database.reading() as session:
        row = reading.row_of(session, case) if case is not None else None
        if row is not None and owner is not None and row.created_by != owner:  # whose it is not learns nothing of it
            raise Refusal("case.unknown", f"There is no case “{case}” on record.", kind="missing")
        if officer is None or means.current().officer(officer) is not None:
            return
        named = select(DeadlineRow.id).join(CaseRow, CaseRow.key == DeadlineRow.key)
        named = named.where(DeadlineRow.officer == officer).limit(1)
        if owner is not None:
            named = named.where(CaseRow.created_by == owner)
        if session.scalar(named) is None:
            raise Refusal("officer.unknown", f"The town has no officer “{officer}”.", kind="missing")


def _in_state(state: str | None, today: date) -> Iterator[ColumnElement[bool]]:
    """What of the table is in a state today; what has no day is in no list but that of its state."""
    over = and_(DeadlineRow.state == "open", DeadlineRow.due < today)
    lapsed, late = and_(over, DeadlineRow.lapses), and_(over, DeadlineRow.lapses.is_(False))
    if state is None:
        yield DeadlineRow.state == "open"
        yield or_(DeadlineRow.due >= today, DeadlineRow.lapses.is_(False))
    elif state == "open":
        yield DeadlineRow.state == "open"
        yield DeadlineRow.due >= today
    elif state == "late":
        yield late
    elif state == "done":
        yield or_(DeadlineRow.state == "done", lapsed)
    else:
        yield DeadlineRow.state == state


def _item(row: DeadlineRow, number: str, today: date) -> DueItem:
    return DueItem(
        number, deadline_of(row).seen_on(today), row.officer, row.previous, row.sequence, row.changed_at
    )  # fmt: skip


def of_case(means: Means, number: str, on: date | None = None) -> DueOfOneCase:
    """What is due in a case on a day (today), reckoned as it is asked.

    Raises ``Refusal``: ``case.unknown``, ``town.not_in_force`` for a day before the first edition of the rules.
    """
    with means.store.database.reading() as session:
        means.refresh(session)
        one = reading.found(means, session, number)
        kept = {row.id: row for row in session.scalars(select(DeadlineRow).where(DeadlineRow.key == one.row.key))}
    day = on or means.today()
    pack = pinning.edition_in_force(means.editions, day).pack
    casefile = casefiles.load(fold(one.facts, one.record, day).facts, on_record=True)
    rows: tuple[DeadlineOnRecord, ...] = ()
    if one.row.merged_into is None:
        rows = deadlines_on_record(pack, casefile, one.record, day, means.rules_of)
    items = []
    for row in rows:
        told = kept.get(row.id)
        previous = told.previous if told is not None and told.due == row.effective else None
        items.append(
            DueItem(
                one.row.number, row, casefile.case.officer, previous, told.sequence if told is not None else 0,
                told.changed_at if told is not None else one.row.changed_at,
            )
        )  # fmt: skip
    return DueOfOneCase(one.row.number, day, tuple(items), tuple(printed_short(rows)))


def plain(item: DueItem) -> dict[str, Any]:
    """An item as JSON values would have it."""
    one = item.deadline
    return {
        "case": item.case, "id": one.id, "name": one.name, "title": one.title, "state": one.state,
        "due": one.effective, "printed": one.printed, "legal": one.legal, "previous": item.previous,
        "differs": one.differs, "document": one.document, "party": one.party, "about": one.about, "rule": one.rule,
        "trigger": one.trigger, "triggered_on": one.triggered_on, "do": one.do, "done_by": one.done_by,
        "explain": one.explain, "officer": item.officer,
    }  # fmt: skip
