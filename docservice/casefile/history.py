"""What happened to the papers of a case, as frozen values: requests for more time, notices of before, liens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

RequestDecision = Literal["pending", "granted", "denied"]


@dataclass(frozen=True, slots=True)
class ExtensionRequest:
    """Somebody asked for more time."""

    id: str
    on: date
    by: str  # party id
    violations: tuple[str, ...] = ()  # all that are open, when none is named
    until: date | None = None
    reason: str | None = None
    decision: RequestDecision = "pending"
    decided_on: date | None = None


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
