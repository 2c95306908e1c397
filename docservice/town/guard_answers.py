"""What the guards of procedure answer: yes, no with reasons, or a question; and what a person decided of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from docservice.casefile.record import CaseRecord
from docservice.finding import Finding, Severity
from docservice.town.procedure import Procedure

GuardVerdict = Literal["yes", "no", "ask"]
SERVICE_UNKNOWN, FACT_UNKNOWN = "procedure.service_unknown", "procedure.unknown"
_TOLD = (SERVICE_UNKNOWN, "procedure.requires")  # of a case that is not on record its sender may know more


@dataclass(frozen=True, slots=True)
class GuardReason:
    """Why not, or what a person must say. ``starts`` is the day from which it would hold, where a day brings that."""

    code: str  # procedure.requires, procedure.once …
    message: str
    starts: date | None = None
    asks: bool = False  # the facts leave it open
    place: str = ""  # JSON pointer

    def refuses(self, procedure: Procedure | None, record: CaseRecord) -> bool:
        """Whether it refuses the document, or is only told with it."""
        if procedure is None or procedure.mode == "warn":
            return False
        return record.on_record or (procedure.unrecorded == "enforce" and self.code != FACT_UNKNOWN)

    def finding(self, procedure: Procedure | None, record: CaseRecord) -> Finding:
        """The reason as it is told with a document."""
        when = f" It may from {self.starts}." if self.starts is not None else ""
        refused = self.refuses(procedure, record)
        told = self.code in _TOLD and refused and not record.on_record
        where = " What was sent and served before is told in the casefile: notices, service." if told else ""
        severity: Severity = "error" if refused else "warning"
        return Finding(self.code, severity, f"{self.message}{when}{where}", self.place)


@dataclass(frozen=True, slots=True)
class GuardDecision:
    """What a person decided of a guard, in a role of the town's officers: went past it, or answered its question."""

    guard: str  # the code of the reason
    answer: Literal["yes", "no"]
    role: str
    reason: str
    by: str = ""  # who, by name


@dataclass(frozen=True, slots=True)
class GuardAnswer:
    """Whether a document may go out. ``reasons`` are all of them; ``waived`` those that a person went past."""

    reasons: tuple[GuardReason, ...] = ()
    waived: tuple[tuple[GuardReason, GuardDecision], ...] = ()

    @property
    def verdict(self) -> GuardVerdict:
        """Yes, no, or a person decides."""
        if not self.reasons:
            return "yes"
        return "ask" if all(reason.asks for reason in self.reasons) else "no"

    @property
    def starts(self) -> date | None:
        """The day from which it may, where only days are lacking."""
        days = [reason.starts for reason in self.reasons]
        known = (day for day in days if day is not None)  # alive: all are; said for mypy
        return max(known, default=None) if None not in days else None
