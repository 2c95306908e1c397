"""What became of papers, as frozen values: released, taken back, moved; and work done in the owner's place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Literal

RefundWay = Literal["check", "card"]


@dataclass(frozen=True, slots=True)
class VerifiedCondition:
    """A condition that somebody looked at and found met."""

    what: str
    on: date
    by: str | None = None  # officer id


@dataclass(frozen=True, slots=True)
class StopWorkRelease:
    """That work may go on after a stop work order: all of it, or but for what is ``still_stopped``."""

    on: date
    verified: tuple[VerifiedCondition, ...]
    by: str | None = None  # officer id
    may_go_on: tuple[str, ...] = ()  # all work, when nothing is named
    still_stopped: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether it ends the order."""
        return not self.still_stopped


@dataclass(frozen=True, slots=True)
class CitationWithdrawal:
    """That the office took a citation back; whatever was paid on it is given back."""

    on: date
    reason: str
    by: str | None = None  # officer id
    refund_way: RefundWay = "check"
    refund_by: date | None = None


@dataclass(frozen=True, slots=True)
class Continuance:
    """That a hearing was moved to another day: ``on`` was decided so, ``was_on`` and ``was_at`` it had been set."""

    on: date
    was_on: date
    reason: str
    was_at: time | None = None
    asked_by: str | None = None  # party or officer id
    announced: bool = False  # the new day was told to who came to the hearing


@dataclass(frozen=True, slots=True)
class Abatement:
    """The work that the office did in the owner's place, and the order that it rests on."""

    ordered_on: date
    order: str | None = None  # its number
    done_on: date | None = None
    confirmed_on: date | None = None  # the day on which the costs were confirmed, where somebody objected
