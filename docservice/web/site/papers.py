"""The page behind a paper's code: whether we sent it, what such a paper asks and by when. Nothing of a person or case.

The dates are those that the paper prints (``office.issuing.describe``), of them those for its reader.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from docservice.office.means.records import DocumentRecord
from docservice.rendering.language import weekday_date
from docservice.town.pack import TownPack
from docservice.web.site import kinds
from docservice.web.site.kinds import PaperKind

_BEFORE = timedelta(days=-3)  # when a calendar reminds of a date


@dataclass(frozen=True, slots=True)
class PaperDate:
    """A date for the reader of a paper: what it is for, the day, and the day in words."""

    name: str
    title: str
    title_language: str
    day: date
    words: str
    past: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """What anybody may know who holds a paper."""

    number: str
    status: str
    issued_on: date
    language: str
    pages: int
    kind: PaperKind | None
    title: str
    title_language: str
    dates: tuple[PaperDate, ...]
    replaced_by: str | None

    @property
    def ahead(self) -> tuple[PaperDate, ...]:
        """The dates that are to come."""
        return tuple(one for one in self.dates if not one.past)


def paper(
    town: TownPack, record: DocumentRecord, key: str, title: str, set_by: Iterable[tuple[str, date]], language: str,
    today: date, replaced_by: str | None = None,
) -> Paper:  # fmt: skip
    """The paper of a record; ``key`` is its document type, ``title`` what its wording is called, in English, ``set_by``
    the dates that it prints, by name."""
    known = kinds.kind(town, key, language) if key in town.document_types else None
    called = (known.title, known.title_language) if known is not None else (title, "en")
    dates = []
    if known is not None and record.status == "issued":
        given = dict(set_by)
        for name, (text, tongue) in kinds.titles_of_dates(town, key, language).items():
            if (day := given.get(name)) is not None:
                dates.append(PaperDate(name, text, tongue, day, weekday_date(day, language), day < today))
    return Paper(
        record.number, record.status, record.issued_on, record.language, record.pages, known, *called,
        tuple(sorted(dates, key=lambda one: one.day)), replaced_by,
    )  # fmt: skip


def calendar(office: str, host: str, address: str, dates: Iterable[PaperDate], made_at: datetime) -> bytes:
    """The dates as an iCalendar file (RFC 5545), for ``office``; ``address`` is the page that says what they are.

    The same dates have the same ids, so that a file that is taken twice adds nothing.
    """
    made = Calendar()
    made.add("version", "2.0")
    made.add("prodid", "-//docservice//papers//EN")
    made.add("method", "PUBLISH")
    for one in dates:
        event, text = Event(), f"{one.title} · {office}"
        event.add("uid", f"{hashlib.sha256(f'{address} {one.name}'.encode()).hexdigest()[:32]}@{host}")
        event.add("dtstamp", made_at.astimezone(UTC))
        event.add("dtstart", one.day)
        event.add("summary", text)
        event.add("url", address)
        event.add("transp", "TRANSPARENT")
        reminder = Alarm()
        reminder.add("action", "DISPLAY")
        reminder.add("description", text)
        reminder.add("trigger", _BEFORE)
        event.add_component(reminder)
        made.add_component(event)
    return bytes(made.to_ical())
