"""Cases as the desk lists them: open or closed, by who is in charge, topic, street, and by what is due.

What a list is by stands beside the case (``place``). Cases that an earlier release kept have it read from their facts
when a list is first asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from docservice.office.cases import due_projection
from docservice.office.means.means import Means
from docservice.office.means.records import Page
from docservice.storage.case_models import CaseRow
from docservice.storage.folding import fold
from docservice.storage.models import DeadlineRow

ListedState = Literal["open", "closed", "late", "soon", "all"]
SOON_DAYS = 14
PER_PAGE = 50
_HOUSE = re.compile(r"^[\d][\w\-–/½.,&]*(?:\s+(?:and|&|to)\s+\d[\w\-]*)*\s+")
_UNIT = re.compile(r"[,;]?\s+(?:unit|apt|apartment|suite|ste|no|#)\.?\s*\S+$", re.I)
_MOST = 400  # streets and topics in a choice
_FRESH_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What is wanted of a list: words as in ``reading.search``, a state (``late``: something is; ``soon``: within two
    weeks), an officer's id, a topic, a street."""

    q: str = ""
    state: ListedState = "open"
    officer: str = ""
    topic: str = ""
    street: str = ""
    by: Literal["newest", "due", "street"] = "newest"


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A case in the list. ``due`` and ``due_title`` are the first thing that is open in it, if there is one."""

    number: str
    title: str
    site: str
    street: str
    officer: str
    opened_on: date
    closed_on: date | None
    topics: tuple[str, ...]
    created_by: str
    due: date | None = None
    due_title: str = ""


@dataclass(frozen=True, slots=True)
class ListChoices:
    """Ids of officers, topics and streets that cases on record have."""

    officers: tuple[str, ...]
    topics: tuple[str, ...]
    streets: tuple[str, ...]


def street_of(situs: str) -> str:
    """The street of an address: ``214-220 Molino Street, Unit 3`` → Molino Street."""
    line = situs.partition(",")[0].strip()
    return _UNIT.sub("", _HOUSE.sub("", line)).strip() or line


def place(row: CaseRow, facts: Mapping[str, Any]) -> None:
    """Put beside a case what lists are by, from its facts."""
    case, site = facts.get("case") or {}, facts.get("property") or {}
    situs = str(site.get("situs") or site.get("apn") or "")
    row.officer, row.site = str(case.get("officer") or ""), situs
    row.street = street_of(str(site.get("situs") or ""))
    topics = case.get("topics") or ()
    row.topics = "\n" + "".join(f"{one}\n" for one in topics) if topics else ""


def listed(means: Means, wanted: CaseFilter, page: int = 1) -> Page[ListedCase]:
    """A page of the list: 50 cases, with the first thing that is due in each."""
    _fill(means)
    due_projection.freshen(means, _FRESH_SECONDS)
    today = means.today()
    first = (
        select(DeadlineRow.key, func.min(DeadlineRow.due).label("due"))
        .where(DeadlineRow.state == "open", or_(DeadlineRow.due >= today, DeadlineRow.lapses.is_(False)))
        .group_by(DeadlineRow.key)
    )
    conditions = list(_conditions(wanted, today))
    query = select(CaseRow).where(*conditions)
    if wanted.by == "due":
        dated = first.subquery()
        query = query.outerjoin(dated, dated.c.key == CaseRow.key)
        query = query.order_by(dated.c.due.is_(None), dated.c.due, CaseRow.position.desc())
    elif wanted.by == "street":
        query = query.order_by(CaseRow.street, CaseRow.site, CaseRow.position.desc())
    else:
        query = query.order_by(CaseRow.position.desc())
    with means.store.database.reading() as session:
        total = session.scalar(select(func.count()).select_from(CaseRow).where(*conditions)) or 0
        rows = list(session.scalars(query.offset((page - 1) * PER_PAGE).limit(PER_PAGE)))
        due = _first_due(session, first, [row.key for row in rows], today)
    return Page(tuple(_listed(row, *due.get(row.key, (None, ""))) for row in rows), total, None)


def _first_due(session: Session, first: Any, keys: list[str], today: date) -> dict[str, tuple[date | None, str]]:
    one = first.where(DeadlineRow.key.in_(keys)).subquery()
    query = select(DeadlineRow.key, DeadlineRow.due, DeadlineRow.title).join(
        one, (one.c.key == DeadlineRow.key) & (one.c.due == DeadlineRow.due)
    )
    query = query.where(DeadlineRow.state == "open", or_(DeadlineRow.due >= today, DeadlineRow.lapses.is_(False)))
    return {key: (day, title) for key, day, title in session.execute(query.order_by(DeadlineRow.id.desc()))}


def _conditions(wanted: CaseFilter, today: date) -> Iterator[ColumnElement[bool]]:
    yield from (CaseRow.words.contains(word, autoescape=True) for word in fold(wanted.q).split())
    is_closed = CaseRow.closed_on.is_not(None) & (CaseRow.closed_on <= today)
    if wanted.state == "closed":
        yield is_closed
    elif wanted.state != "all":
        yield ~is_closed
        yield CaseRow.merged_into.is_(None)
    if wanted.state in ("late", "soon"):
        late = (DeadlineRow.due < today) & DeadlineRow.lapses.is_(False)
        coming = (DeadlineRow.due >= today) & (DeadlineRow.due <= today + timedelta(days=SOON_DAYS))
        # The keys are gathered once; asked case by case, SQLite walks all that is open for each of them.
        yield CaseRow.key.in_(
            select(DeadlineRow.key).where(
                DeadlineRow.state == "open", late if wanted.state == "late" else or_(late, coming)
            )
        )
    if wanted.officer:
        yield CaseRow.officer == wanted.officer
    if wanted.topic:
        yield CaseRow.topics.contains(f"\n{wanted.topic}\n", autoescape=True)
    if wanted.street:
        yield func.lower(CaseRow.street) == wanted.street.lower()


def _listed(row: CaseRow, due: date | None, title: str) -> ListedCase:
    return ListedCase(
        row.number, row.title, row.site, row.street, row.officer or "", row.opened_on, row.closed_on,
        tuple(one for one in row.topics.split("\n") if one), row.created_by, due, title,
    )  # fmt: skip


def choices(means: Means) -> ListChoices:
    """What there is to choose from, in the order of the alphabet; 400 streets and topics at most."""
    _fill(means)
    with means.store.database.reading() as session:
        officers = [one for one in session.scalars(select(CaseRow.officer).distinct()) if one]
        told = session.scalars(select(CaseRow.topics).where(CaseRow.topics != "").distinct())
        topics = {one for listed in told for one in listed.split("\n") if one}
        streets = session.scalars(
            select(CaseRow.street).where(CaseRow.street != "").distinct().order_by(CaseRow.street).limit(_MOST)
        )
        return ListChoices(tuple(sorted(officers)), tuple(sorted(topics)[:_MOST]), tuple(streets))


def suggested_number(means: Means) -> str:
    """The number that a new case of this year would have, after the pattern of the newest case: CE-2026-0232."""
    year = means.today().year
    with means.store.database.reading() as session:
        newest = session.scalar(select(CaseRow.number).order_by(CaseRow.position.desc()).limit(1)) or "CE-2026-0000"
        found = re.fullmatch(r"(.*?)(\d{4})(\D)(\d+)", newest)
        if found is None:
            return ""
        before, _, between, digits = found.groups()
        stem = f"{before}{year}{between}"
        last = 0
        for number in session.scalars(select(CaseRow.number).where(CaseRow.number.startswith(stem, autoescape=True))):
            rest = number[len(stem) :]
            if rest.isascii() and rest.isdigit():
                last = max(last, int(rest))
    return f"{stem}{last + 1:0{len(digits)}d}"


def _fill(means: Means) -> None:
    """Read what lists are by of cases that an earlier release kept."""
    with means.store.database.reading() as session:
        lacking = session.execute(select(CaseRow.key, CaseRow.sha256).where(CaseRow.officer.is_(None))).all()
    if not lacking:
        return
    read = {key: (sha256, json.loads(means.store.blobs.read(sha256))) for key, sha256 in lacking}
    with means.store.database.writing() as session:
        for row in session.scalars(select(CaseRow).where(CaseRow.officer.is_(None))):
            sha256, facts = read.get(row.key, ("", {}))
            if row.sha256 == sha256:
                place(row, facts)
