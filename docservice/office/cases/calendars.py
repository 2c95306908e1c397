"""Calendars of what is due, for programs that read an address: of the office, of an officer, of a case.

The address is a secret that leaks as a password does: it is kept as a hash, can be revoked, and shows numbers and kinds
of dates, no names and nothing of a complaint.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from docservice.casefile.record import case_key
from docservice.finding import Finding
from docservice.office.cases import due_projection, reading
from docservice.office.means.choices import CALENDAR_SCOPES
from docservice.office.means.means import Means
from docservice.recent import RecentShelf
from docservice.refusal import Refusal
from docservice.storage import audit
from docservice.storage.models import CalendarRow, CaseRow, DeadlineRow
from docservice.text import is_plain

_PREFIX = "cal_"
_BACK, _AHEAD = timedelta(days=31), timedelta(days=400)
_MOST = 2000  # dates; no program shows more, and who has an address must not keep the office busy
_REFRESH = timedelta(hours=1)
_FRESH_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class CalendarRecord:
    """A calendar: of what, for whom it was made, by whom; its address is not kept."""

    id: str
    scope: str
    subject: str
    name: str
    created_at: datetime
    created_by: str
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class CalendarDate:
    """One date as a calendar shows it: no name of anybody."""

    case: str
    id: str
    name: str
    title: str
    day: date
    document: str | None
    do: str | None
    sequence: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A calendar as it is read; ``etag`` names what is in it, known before it is written."""

    title: str
    host: str
    dates: tuple[CalendarDate, ...]
    etag: str

    @property
    def content(self) -> bytes:
        """iCalendar (RFC 5545)."""
        return _written.take(self.etag, lambda: written(self.title, self.host, self.dates))


_written: RecentShelf[bytes] = RecentShelf(8)  # many programs read one calendar


def make(means: Means, scope: str, subject: str, name: str, *, actor: str) -> tuple[CalendarRecord, str]:
    """A new calendar: its record, and the token of its address, which nobody can read again.

    ``subject`` is an officer's id or a case's number, empty for the office; ``name`` says for whom it is. Raises
    ``Refusal``: ``calendar.invalid``, ``case.unknown``.
    """
    problems = []
    if scope not in CALENDAR_SCOPES:
        problems.append(Finding.error("calendar.scope", f"is one of {', '.join(CALENDAR_SCOPES)}", "/scope"))
    if scope == "office" and subject != "":
        problems.append(Finding.error("calendar.subject", "the calendar of the office has none", "/subject"))
    elif scope != "office" and subject == "":
        problems.append(Finding.error("calendar.subject", "is an officer's id or a case's number", "/subject"))
    elif scope == "officer" and means.current().officer(subject) is None:
        problems.append(Finding.error("calendar.subject", f"the town has no officer “{subject}”", "/subject"))
    if not is_plain(name, 100):
        problems.append(Finding.error("calendar.name", "says for whom it is, in 1 to 100 characters", "/name"))
    if problems:
        raise Refusal("calendar.invalid", "The calendar was not made.", problems)
    token, at = _PREFIX + secrets.token_urlsafe(32), means.clock()
    with means.store.database.writing() as session:
        if scope == "case":
            subject = reading.row_of(session, subject).number
        row = CalendarRow(
            id=str(uuid.uuid4()), token_sha256=_hash(token), scope=scope, subject=subject, name=name.strip(),
            created_at=at, created_by=actor, revoked_at=None,
        )  # fmt: skip
        session.add(row)
        session.flush()
        detail = {"scope": scope, "subject": subject}
        audit.record(session, at=at, actor=actor, action="calendar.added", subject=f"calendar/{row.id}", detail=detail)
        return _record(row), token


def listed(means: Means, created_by: str | None = None) -> tuple[CalendarRecord, ...]:
    """Every calendar, the newest first; of one who made them, when said."""
    query = select(CalendarRow).order_by(CalendarRow.created_at.desc(), CalendarRow.id)
    if created_by is not None:
        query = query.where(CalendarRow.created_by == created_by)
    with means.store.database.reading() as session:
        return tuple(map(_record, session.scalars(query)))


def revoke(means: Means, id: str, *, actor: str, created_by: str | None = None) -> CalendarRecord:
    """End a calendar: its address leads nowhere from now on. Raises ``Refusal("calendar.unknown", kind="missing")``.

    With ``created_by`` only one that they made themselves.
    """
    at = means.clock()
    with means.store.database.writing() as session:
        row = session.get(CalendarRow, id)
        if row is None or created_by not in (None, row.created_by):
            raise Refusal("calendar.unknown", f"There is no calendar “{id}”.", kind="missing")
        if row.revoked_at is None:
            row.revoked_at = at
            session.flush()
            audit.record(session, at=at, actor=actor, action="calendar.revoked", subject=f"calendar/{id}")
        return _record(row)


def read(means: Means, token: str) -> CalendarFile:
    """The calendar at a token's address. Raises ``Refusal("calendar.unknown", kind="missing")``."""
    due_projection.freshen(means, _FRESH_SECONDS)
    today = means.today()
    with means.store.database.reading() as session:
        found = session.scalar(
            select(CalendarRow).where(CalendarRow.token_sha256 == _hash(token), CalendarRow.revoked_at.is_(None))
        )
        if found is None:
            raise Refusal("calendar.unknown", "There is no such calendar.", kind="missing")
        dates = _dates(session, found, today)
    town = means.rules_of(today).identity
    title, host = f"{town.short_name}: due", town.public_address.partition("://")[2] or "docservice"
    told = "\n".join(map(repr, dates))
    return CalendarFile(title, host, dates, hashlib.sha256(f"{title}\0{host}\0{told}".encode()).hexdigest()[:32])


def _dates(session: Session, found: CalendarRow, today: date) -> tuple[CalendarDate, ...]:
    """What is open or late: what falls away is left out, since programs show what is canceled as they like."""
    conditions: list[ColumnElement[bool]] = [
        DeadlineRow.state == "open", or_(DeadlineRow.due >= today, DeadlineRow.lapses.is_(False)),
        DeadlineRow.due >= today - _BACK, DeadlineRow.due <= today + _AHEAD,
    ]  # fmt: skip
    if found.scope == "officer":
        conditions.append(DeadlineRow.officer == found.subject)
    elif found.scope == "case":
        conditions.append(DeadlineRow.key == case_key(found.subject))
    row = DeadlineRow
    query = select(
        CaseRow.number, row.id, row.name, row.title, row.due, row.document, row.do, row.sequence, row.changed_at
    ).join(CaseRow, CaseRow.key == row.key)  # fmt: skip
    rows = session.execute(query.where(*conditions).order_by(row.due, row.key, row.id).limit(_MOST)).all()
    return tuple(CalendarDate(*one) for one in rows)  # type: ignore[arg-type]  # all of them have a day


def written(title: str, host: str, dates: Iterable[CalendarDate]) -> bytes:
    """An iCalendar file: an all-day event for each date, with the case's number and what it is; no name.

    The same dates give the same bytes.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//docservice//due//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", title)
    calendar.add("x-wr-calname", title)
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for one in dates:
        event = Event()
        event.add("uid", f"{one.case}/{one.id}@{host}")
        event.add("sequence", one.sequence)
        event.add("dtstamp", one.changed_at.astimezone(UTC))
        event.add("last-modified", one.changed_at.astimezone(UTC))
        event.add("dtstart", one.day)
        event.add("dtend", one.day + timedelta(days=1))  # the first day that is no longer of it (RFC 5545, 3.6.1)
        of = f" ({one.document})" if one.document is not None else ""
        event.add("summary", f"{one.case}: {one.title}{of}")
        event.add("transp", "TRANSPARENT")  # nobody is busy all day
        event.add("categories", [one.do or one.name.partition("/")[0]])
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def _record(row: CalendarRow) -> CalendarRecord:
    return CalendarRecord(row.id, row.scope, row.subject, row.name, row.created_at, row.created_by, row.revoked_at)


def _hash(token: str) -> str:
    # The token has 256 random bits: a plain hash is enough, as for API keys.
    return hashlib.sha256(token.encode()).hexdigest()
