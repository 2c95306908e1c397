"""Which copy of which notice a document is: one number for a notice, whoever gets a copy of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from docservice.casefile.facts import Party


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another document as this one names it: what it supersedes, the English original, or an earlier printing."""

    number: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class NoticeCopy:
    """A copy of a notice that several get, or one that is printed again. What is neither has none of this.

    ``number`` is the notice's, empty until it has one; ``copy`` and ``printing`` count from 1. ``recipients`` are the
    party ids of all who get a copy: the first gets copy 1. ``earlier`` is the printing that this one takes the place
    of. To those of one ``audience`` all copies say the same.
    """

    number: str
    copy: int
    recipients: tuple[str, ...]
    printing: int = 1
    earlier: Earlier | None = None
    audience: str = ""

    @property
    def printed(self) -> str:
        """The number of this printing of this copy: ``NOV-2026-0007.3``, a second printing ``NOV-2026-0007.3.2``."""
        return f"{self.number}.{self.copy}" + (f".{self.printing}" if self.printing > 1 else "")

    def to_plain(self) -> dict[str, Any]:
        """As JSON values."""
        earlier = self.earlier
        told = {"number": earlier.number, "issued_on": earlier.issued_on.isoformat()} if earlier is not None else None
        return {
            "number": self.number, "copy": self.copy, "recipients": list(self.recipients), "printing": self.printing,
            "earlier": told, "audience": self.audience,
        }  # fmt: skip

    @staticmethod
    def from_plain(plain: dict[str, Any]) -> NoticeCopy:
        """What ``to_plain`` wrote."""
        told = plain["earlier"]
        earlier = Earlier(told["number"], date.fromisoformat(told["issued_on"])) if told is not None else None
        return NoticeCopy(
            plain["number"], plain["copy"], tuple(plain["recipients"]), plain["printing"], earlier, plain["audience"]
        )


def audience_of(party: Party) -> str:
    """Who reads a copy: the owner's side, a lender, or the tenants of a unit, who see no other tenants' rooms."""
    roles = set(party.roles)
    if roles & {"tenant", "occupant"} and "owner" not in roles:
        return f"tenant {party.unit or ''}".strip()
    return "lender" if roles <= {"lienholder"} else "owner"
