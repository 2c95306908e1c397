"""The room of what is due, as the doors see it: the list, one case, the calendars."""

from __future__ import annotations

from datetime import date
from typing import Any

from docservice.office.cases import calendars, due_list, due_projection
from docservice.office.cases.calendars import CalendarFile, CalendarRecord
from docservice.office.cases.due_list import DueList, DueOfOneCase
from docservice.office.means.means import Means


class Due:
    """What is due in cases on record. Threads may share it."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def listed(self, **wanted: Any) -> DueList:
        """What is open or late in all cases. See ``office.cases.due_list.listed``."""
        return due_list.listed(self._means, **wanted)

    def of_case(self, number: str, on: date | None = None) -> DueOfOneCase:
        """What is due in one case, in every state. See ``office.cases.due_list.of_case``."""
        return due_list.of_case(self._means, number, on)

    def freshen(self, seconds: float = 1.0) -> bool:
        """Take up what was put on record since; whether nothing is left to take up."""
        return due_projection.freshen(self._means, seconds)

    def rebuild(self) -> int:
        """Reckon everything again from the record; how many dates there are."""
        return due_projection.rebuild(self._means, from_nothing=True)

    def make_calendar(self, scope: str, subject: str, name: str, *, actor: str) -> tuple[CalendarRecord, str]:
        """A new calendar and its token. See ``office.cases.calendars``."""
        return calendars.make(self._means, scope, subject, name, actor=actor)

    def calendars(self, created_by: str | None = None) -> tuple[CalendarRecord, ...]:
        """Every calendar, or those that somebody made."""
        return calendars.listed(self._means, created_by)

    def revoke_calendar(self, id: str, *, actor: str, created_by: str | None = None) -> CalendarRecord:
        """End a calendar."""
        return calendars.revoke(self._means, id, actor=actor, created_by=created_by)

    def calendar(self, token: str) -> CalendarFile:
        """The calendar at a token's address, as a program reads it."""
        return calendars.read(self._means, token)
