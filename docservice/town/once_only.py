"""Is a paper in force the same as the one that is asked for? What each word of ``once`` holds alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Protocol

from docservice.casefile.facts import Casefile, Citation, HardshipRequest, Permit
from docservice.casefile.record import IssuedDocument
from docservice.town import known_facts, subjects
from docservice.town.calendar import Calendar
from docservice.town.pack import DocumentType, TownPack
from docservice.town.papers import Papers
from docservice.town.penalties import penalty_of
from docservice.town.procedure import OnceKey
from docservice.town.subjects import Subject


class AskedFor(Protocol):
    """A document that may go out: what it is about, to whom, on which day (``town.guards``)."""

    casefile: Casefile
    pack: TownPack
    papers: Papers
    on: date
    kind: DocumentType | None
    subject: Subject | None
    about: str | None
    recipient: str | None

    def same(self, one: IssuedDocument, same: str) -> bool: ...


def same_in(key: OnceKey, asked: AskedFor, one: IssuedDocument) -> bool:
    """Whether a paper has this the same. Of ``violation`` and ``cost_line`` the guards look at all papers together."""
    return _ONCE[key](asked, one)


def _same_debt(asked: AskedFor, one: IssuedDocument) -> bool:
    """One citation is one debt, of which each who owes it has a copy; a second citation is a second debt."""
    return one.about != asked.about or one.recipient == asked.recipient


def _same_violation_day(asked: AskedFor, one: IssuedDocument) -> bool:
    other = asked.papers.citations.get(one.about or "")  # alive: no citation is called None either
    mine = asked.subject
    return isinstance(mine, Citation) and other is not None and other.violation_on == mine.violation_on


def _same_tier(asked: AskedFor, one: IssuedDocument) -> bool:
    permit, rule = asked.subject, asked.pack.time_limit
    if not isinstance(permit, Permit) or rule is None:
        return True
    calendar = Calendar(asked.pack.calendar)
    orders = asked.casefile.stop_work_orders
    then, now = (penalty_of(rule, permit, day, calendar, orders) for day in (one.issued_on, asked.on))
    return (then.reached if then is not None else None) == (now.reached if now is not None else None)


def _same_waiver(asked: AskedFor, one: IssuedDocument) -> bool:
    """Whether a paper answers this request; where papers are of citations, whether it came after the last one."""
    if isinstance(asked.subject, HardshipRequest):
        return one.about == asked.about
    made = [each for each in asked.casefile.appeals if each.hardship_waiver != "not_requested"]
    return _since(max((each.hardship_requested_on or each.filed_on for each in made), default=None), one)


def _same_hearings(asked: AskedFor, one: IssuedDocument) -> bool:
    """Whether a paper can tell of every hearing that is set: one that was noticed later is news."""
    noticed = [each.noticed_on for each in asked.casefile.hearings if each.decided_on is None]
    return _since(max((day for day in noticed if day is not None), default=None), one)


def _since(day: date | None, one: IssuedDocument) -> bool:
    """Whether a paper answers the last request: it came after it."""
    return day is None or one.issued_on >= day


_ONCE: Mapping[OnceKey, Callable[[AskedFor, IssuedDocument], bool]] = {
    "violation": lambda asked, one: True,  # all of them together, in the guards
    "cost_line": lambda asked, one: True,
    "case": lambda asked, one: True,
    "complaint": lambda asked, one: True,
    "recipient": lambda asked, one: one.recipient == asked.recipient,
    "subject": lambda asked, one: one.about == asked.about or subjects.told_together(
        asked.casefile, asked.kind, asked.subject, one.about, asked.on
    ),
    "inspection": lambda asked, one: one.about == asked.about,
    "section": lambda asked, one: asked.same(one, "section"),
    "violation_day": _same_violation_day,
    "debt": _same_debt,
    "tier": _same_tier,
    "hearing": _same_hearings,
    "extension_request": lambda asked, one: one.about == asked.about if one.about is not None else _since(
        max((each.on for each in asked.casefile.extension_requests), default=None), one
    ),
    "waiver_request": _same_waiver,
    "appeal": lambda asked, one: _since(max((each.filed_on for each in asked.casefile.appeals), default=None), one),
    "release": lambda asked, one: _since(known_facts.last_release(asked.subject, asked.on), one),
}  # fmt: skip
