"""What is owed in a case, as values: debts, and the two ledgers that they are of.

Fines and costs are never mixed: a lien reaches costs only (Gov. Code § 38773.1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from docservice.finding import Finding

DebtEntryKind = Literal["charge", "adjust", "deposit", "payment", "refund"]
LedgerKind = Literal["fines", "costs"]
DebtLine = tuple[date, DebtEntryKind, Decimal, str, str | None]
"""An entry before its balance is known: day, kind, amount, why, id."""
ZERO = Decimal(0)
ORDER: Mapping[DebtEntryKind, int] = {"charge": 0, "adjust": 1, "deposit": 2, "payment": 3, "refund": 4}


@dataclass(frozen=True, slots=True)
class DebtEntry:
    """What changed a debt: ``amount`` is positive for what is owed, negative for what was given; ``id`` of a payment,
    appeal or cost."""

    on: date
    kind: DebtEntryKind
    amount: Decimal
    balance: Decimal
    why: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Debt:
    """``number`` is that of the notice that charges it. A citation that is not issued has none, and is a debt only when
    somebody paid on it: nothing is owed, all of it is given back. So it is with a fine paid where nothing is cited
    (``citation`` is None). ``liable`` are the parties who owe it, together.
    ``balance`` is what is still owed; below zero: to be given back."""

    number: str | None
    ledger: LedgerKind
    citation: str | None
    liable: tuple[str, ...]
    entries: tuple[DebtEntry, ...]
    charged: Decimal
    owed: Decimal  # after adjustments
    paid: Decimal  # deposits and payments, less refunds
    balance: Decimal

    @property
    def refund(self) -> Decimal:
        """What is to be given back."""
        return max(-self.balance, ZERO)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The fines of a case together, or its costs: ``lines`` by day, each with the balance of all after it.

    ``charged`` is what is owed after adjustments. What was paid too much on one debt pays no other: ``balance`` is what
    is still owed, never less than nothing, and ``refund`` what is to be given back.
    """

    kind: LedgerKind
    lines: tuple[DebtEntry, ...]
    charged: Decimal
    paid: Decimal
    balance: Decimal
    refund: Decimal


@dataclass(frozen=True, slots=True)
class Recount:
    """A citation in force whose paper says more than it costs now, since earlier ones fell away."""

    citation: str
    number: str
    printed: Decimal
    now: Decimal
    fallen: tuple[str, ...]  # the earlier ones

    @property
    def message(self) -> str:
        """Why, in a sentence."""
        because = f" since {', '.join(self.fallen)} fell away" if self.fallen else ""
        return f"{self.number} says ${self.printed:,.2f}; the fine is ${self.now:,.2f}{because}: replace it."


@dataclass(frozen=True, slots=True)
class DebtLedger:
    """Every debt of a case at a day's end; ``findings`` are what somebody has to do about them."""

    debts: tuple[Debt, ...]
    recounts: tuple[Recount, ...]
    findings: tuple[Finding, ...]
    balance: Decimal  # what is still owed, whatever is to be given back
    refund: Decimal

    @property
    def fines(self) -> Ledger:
        return self._of("fines")

    @property
    def costs(self) -> Ledger:
        return self._of("costs")

    def debt(self, citation: str) -> Debt | None:
        """That of a citation; None where no paper charges it and nobody paid on it."""
        return next((one for one in self.debts if one.citation == citation), None)

    def _of(self, kind: LedgerKind) -> Ledger:
        mine = [one for one in self.debts if one.ledger == kind]
        lines, _ = balanced([(one.on, one.kind, one.amount, one.why, one.id) for debt in mine for one in debt.entries])
        charged, paid = (sum((getattr(one, name) for one in mine), ZERO) for name in ("owed", "paid"))
        refund = sum((one.refund for one in mine), ZERO)
        return Ledger(kind, lines, charged, paid, charged - paid + refund, refund)


def balanced(lines: Sequence[DebtLine]) -> tuple[tuple[DebtEntry, ...], Decimal]:
    """In their order, each with the balance after it. What is charged on a day comes before what is paid on it."""
    entries, balance = [], ZERO
    for on, kind, amount, why, id in sorted(lines, key=lambda line: (line[0], ORDER[line[1]])):
        balance += amount
        entries.append(DebtEntry(on, kind, amount, balance, why, id))
    return tuple(entries), balance
