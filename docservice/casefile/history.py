"""What happened to the papers of a case, as frozen values: requests for time, visits, notices of before, liens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Literal

RequestDecision = Literal["pending", "granted", "denied", "in_part"]
RequestOutcome = Literal["granted", "denied"]
CameBy = Literal["phone", "email", "letter", "in_person", "online"]


@dataclass(frozen=True, slots=True)
class NewDate:
    """What a decision on more time says of one violation: ``until`` is its new date, where time was granted."""

    violation: str
    outcome: RequestOutcome = "granted"
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ExtensionRequest:
    """Somebody asked for more time, and what was decided.

    ``until`` is the date asked for, ``granted_until`` the one given to all that it is about; where violations differ,
    ``dates`` says it of each.
    """

    id: str
    on: date
    by: str  # party id
    violations: tuple[str, ...] = ()  # all that are open, when none is named
    until: date | None = None
    reason: str | None = None
    decision: RequestDecision = "pending"
    decided_on: date | None = None
    came_by: CameBy | None = None
    decided_by: str | None = None  # officer id
    decision_reason: str | None = None
    granted_until: date | None = None
    dates: tuple[NewDate, ...] = ()
    conditions: tuple[str, ...] = ()

    def granted_for(self, violation: str) -> date | None:
        """The new date for a violation; None where it got none."""
        for one in self.dates:
            if one.violation == violation:
                return one.until if one.outcome == "granted" else None
        return self.granted_until if self.decision in ("granted", "in_part") else None


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """A visit that is to come, to see what is done: its day, and between which hours somebody comes."""

    id: str
    on: date
    inspector: str  # officer id: who comes
    from_at: time | None = None
    until_at: time | None = None
    violations: tuple[str, ...] = ()  # all that were seen, when none is named
    inside: bool = False  # whether somebody has to go in, which needs consent
    ready: tuple[str, ...] = ()  # what to have ready


@dataclass(frozen=True, slots=True)
class EarlierNotice:
    """A notice that went out before this register, or from elsewhere: what it was, and what became of it."""

    number: str
    document_type: str
    issued_on: date
    recipient: str | None = None  # party id
    about: str | None = None  # the citation, hearing … that it is about
    violations: tuple[str, ...] = ()
    served_on: date | None = None
    comply_by: date | None = None
    contest_by: date | None = None
    withdrawn_on: date | None = None


@dataclass(frozen=True, slots=True)
class RecordedLien:
    """A lien for costs, as the county recorder has it."""

    id: str
    recorded_on: date
    instrument: str
    costs: tuple[str, ...] = ()
    released_on: date | None = None
    amount: Decimal | None = None
    county: str | None = None  # whose recorder has it; that of the town when left out
    paid_on: date | None = None
