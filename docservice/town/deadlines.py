"""The arithmetic of deadlines (DOMAIN §3; Code Civ. Proc. §§ 12, 12a, 1013).

The first day is left out, the last one counts. A mail extension is added before anything rolls. Counting forward, a
closed last day moves to the next open day. "At least N days before" leaves out the event's day, counts backward, and a
closed day moves to an earlier one, so that the promise of N days is never cut short.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date

from docservice.casefile.facts import Address, ServiceMethod
from docservice.town.calendar import Calendar
from docservice.town.pack import CalendarKind, CountingDirection, CountingUnit, DeadlineRule, MailExtension


@dataclass(frozen=True, slots=True)
class ComputedDate:
    """A date with everything that led to it; letters print ``date`` only."""

    name: str
    title: str
    trigger: date
    count: int
    unit: CountingUnit
    direction: CountingDirection
    extension: int  # days
    raw: date
    date: date
    citation: str
    closed: str | None = None  # why office or court is closed on the raw date, when that moved it
    reason: str | None = None  # set by a person, or by other facts than a count: why
    calendar: CalendarKind = "town"  # whose closed days moved it

    def explain(self) -> str:
        """A sentence or two that a clerk can check with a wall calendar."""
        if self.reason is not None:
            return f"{_long(self.date)}: {self.reason} Rule: {self.citation}."
        counted = f"{self.count} {self.unit if self.count != 1 else self.unit[:-1]}"
        if self.extension:
            counted += f", and {self.extension} days more for mailing,"
        start = "At least " + counted if self.direction == "before" else counted
        text = f"{start} {self.direction} {_long(self.trigger)} (that day not counted) is {_long(self.raw)}."
        if self.date != self.raw:
            to = "back to" if self.direction == "before" else "to"
            whose = "court" if self.calendar == "court" else "office"
            text += f" The {whose} is closed that day ({self.closed}), so the date moves {to} {_long(self.date)}."
        return f"{text} Rule: {self.citation}."


def _long(day: date) -> str:
    return format_date(day, "full", locale="en_US")


def add_months(day: date, months: int) -> date:
    """The same day ``months`` later (earlier when negative), or the last day of a month that is too short for it."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def compute(
    rule: DeadlineRule, trigger: date, calendar: Calendar, extension: int = 0, *, name: str = ""
) -> ComputedDate:
    """The date that ``rule`` gives from ``trigger``, on the ``calendar`` that the rule names.

    ``extension`` is in days and counts only if the rule extends.
    """
    extension = extension if rule.extends else 0
    sign = 1 if rule.direction == "after" else -1
    if rule.unit == "months":
        raw = add_months(trigger, sign * rule.count) + timedelta(days=sign * extension)
    else:
        raw = trigger + timedelta(days=sign * (rule.count + extension))
    final = calendar.roll(raw, rule.direction) if rule.rolls else raw
    return ComputedDate(
        name=name,
        title=rule.title,
        trigger=trigger,
        count=rule.count,
        unit=rule.unit,
        direction=rule.direction,
        extension=extension,
        raw=raw,
        date=final,
        citation=rule.source.citation,
        closed=calendar.closed(raw) if final != raw else None,
        calendar=rule.calendar,
    )


def fixed(name: str, title: str, day: date, *, trigger: date, reason: str, citation: str) -> ComputedDate:
    """A date that no count gives: a person set it, or a permit states it. It does not roll."""
    return ComputedDate(name, title, trigger, 0, "days", "after", 0, day, day, citation, reason=reason)


def mail_extension(
    rule: MailExtension, state: str, address: Address | None, method: ServiceMethod, decided: int | None = None
) -> int | None:
    """Days that mailing adds, by where the paper is mailed to from ``state``; ``decided`` when a person must
    decide, or ``None`` where nobody has.

    A military address is the one that a person decides: Code Civ. Proc. § 1013(a) does not say where it is.
    """
    if not rule.adopted or method not in rule.methods or address is None or address.kind == "post_on_site":
        return 0
    if address.kind == "military":
        return decided
    if address.kind == "foreign" or address.country != "US":
        return rule.abroad
    if address.region is None:
        return decided
    return rule.same_state if address.region == state else rule.other_state
