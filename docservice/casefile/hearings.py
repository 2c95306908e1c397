"""What was said, shown and decided at a hearing, as frozen values: its minutes, its exhibits, its decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Literal

DecisionOutcome = Literal["upheld", "modified", "dismissed"]
AppearanceManner = Literal["in_person", "by_telephone", "by_video", "in_writing"]
ExhibitOutcome = Literal["admitted", "excluded", "withdrawn"]


@dataclass(frozen=True, slots=True)
class ItemDecision:
    """What a hearing decided of one citation, violation or stop work order."""

    item: str
    outcome: DecisionOutcome
    amount: Decimal | None = None
    comply_by: date | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class DecisionOrder:
    """One thing that a decision orders."""

    what: str
    by: date | None = None


@dataclass(frozen=True, slots=True)
class HearingDecision:
    """What a decision rests on and orders; what became of each item stands in ``Hearing.decisions``."""

    issues: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    orders: tuple[DecisionOrder, ...] = ()
    by: str | None = None  # officer id, where it was not who heard


@dataclass(frozen=True, slots=True)
class OfferedExhibit:
    """Something that was offered as evidence, and whether it was let in."""

    number: str  # "T-1", "A-3"
    description: str
    offered_by: str
    outcome: ExhibitOutcome
    at: time | None = None
    objection: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class HearingAppearance:
    """Somebody who took part, for themselves or for somebody else."""

    name: str
    capacity: str  # "owner", "attorney", "witness"
    represents: str | None = None
    how: AppearanceManner = "in_person"
    sworn_at: time | None = None


@dataclass(frozen=True, slots=True)
class HearingInterpreter:
    """Who interpreted, into which language, for whom."""

    name: str
    language: str
    interprets_for: str
    sworn_at: time | None = None


@dataclass(frozen=True, slots=True)
class MinutesEntry:
    """One thing that happened, with its time."""

    at: time
    text: str
    ruling: bool = False


@dataclass(frozen=True, slots=True)
class HearingMinutes:
    """How a hearing went."""

    opened_at: time
    closed_at: time
    appearances: tuple[HearingAppearance, ...]
    entries: tuple[MinutesEntry, ...]
    interpreters: tuple[HearingInterpreter, ...] = ()
    absent: tuple[str, ...] = ()
    recording: str | None = None
