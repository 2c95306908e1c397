"""Requests of who cannot pay, and orders about a building that is not safe, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

HardshipRemedy = Literal["deposit_waiver", "fine_reduction"]
HardshipOutcome = Literal["pending", "granted", "granted_in_part", "denied"]
BuildingAction = Literal["repair", "vacate_and_repair", "demolish", "vacate_and_demolish"]


@dataclass(frozen=True, slots=True)
class HardshipRequest:
    """Somebody asked to appeal without a deposit, or to pay less: two remedies with two grounds."""

    id: str
    on: date
    by: str  # party id
    remedy: HardshipRemedy
    citations: tuple[str, ...]  # ids: whose deposit, or whose fine
    grounds: str
    appeal: str | None = None
    proof: tuple[str, ...] = ()  # what came with it: pay stubs, a letter about benefits
    decision: HardshipOutcome = "pending"
    decided_on: date | None = None
    decided_by: str | None = None  # officer id
    reason: str | None = None
    amount: Decimal | None = None  # what is still to be deposited, or the fine as reduced
    pay_by: date | None = None  # when a person set it; otherwise computed


@dataclass(frozen=True, slots=True)
class BuildingOrder:
    """What the owner of a substandard or dangerous building is ordered to do, and by which dates."""

    id: str
    on: date
    action: BuildingAction
    findings: tuple[str, ...]  # why the building is substandard or dangerous
    choice: bool = False  # whether the owner may choose to repair or to demolish
    choose_by: date | None = None
    permit_by: date | None = None
    start_by: date | None = None
    finish_by: date | None = None
    vacate_by: date | None = None
    units: tuple[str, ...] = ()  # that must be empty; none: the whole building
    vacate_reason: str | None = None
    dangerous: bool = False

    @property
    def vacates(self) -> bool:
        """Whether somebody has to move out."""
        return self.action in ("vacate_and_repair", "vacate_and_demolish")
