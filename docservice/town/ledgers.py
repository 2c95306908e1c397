"""Two ledgers, never mixed: fines and costs. A lien reaches costs only (Gov. Code § 38773.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from docservice.casefile.facts import Casefile, Citation
from docservice.finding import Finding
from docservice.town.fines import fines_of
from docservice.town.pack import TownPack

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A charge (positive) or a payment (negative), and the balance after it. ``id``: the citation, cost or payment."""

    on: date
    id: str
    text: str
    amount: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Ledger:
    """``balance`` is what is still owed; negative when too much was paid."""

    kind: Literal["fines", "costs"]
    lines: tuple[LedgerLine, ...]
    charged: Decimal
    paid: Decimal
    balance: Decimal

    @property
    def owed(self) -> Decimal:
        """What letters ask for: never less than nothing. What was paid too much is the office's to give back."""
        return max(self.balance, ZERO)


@dataclass(frozen=True, slots=True)
class Ledgers:
    fines: Ledger
    costs: Ledger


def ledgers_of(pack: TownPack, casefile: Casefile, on: date) -> Ledgers:
    """Both ledgers at the day's end. A citation that does not count is no charge; an undated one counts from its
    violation, and a reduced one as it was decided."""
    fines = []
    for citation in casefile.citations:
        charged_on = citation.issued_on or citation.violation_on
        if citation.counts and charged_on <= on:
            amount = charged(pack, casefile, citation)
            fines.append((charged_on, citation.id, f"Citation {citation.number or citation.id}", amount))
    costs = [(cost.on, cost.id, cost.description, cost.amount) for cost in casefile.costs if cost.on <= on]
    return Ledgers(_ledger("fines", fines, casefile, on), _ledger("costs", costs, casefile, on))


def charged(pack: TownPack, casefile: Casefile, citation: Citation) -> Decimal:
    """What a citation costs: as a hearing decided it, as it states, else by the schedule.

    An earlier citation may have fallen away since: a fine may only fall by that.
    """
    stated = citation.fine if citation.reduced_to is None else citation.reduced_to
    counted = fines_of(pack, casefile, citation).total
    if stated is None:
        return counted
    return min(stated, counted) if counted else stated


def _ledger(
    kind: Literal["fines", "costs"], charges: Sequence[tuple[date, str, str, Decimal]], casefile: Casefile, on: date
) -> Ledger:
    payments = [
        (payment.on, payment.id, "Payment", -payment.amount)
        if payment.kind == "payment"
        else (payment.on, payment.id, "Refund", payment.amount)
        for payment in casefile.payments
        if payment.ledger == kind and payment.on <= on
    ]
    lines: list[LedgerLine] = []
    balance = ZERO
    # Sorting keeps the charges of a day before its payments: nobody pays what is not yet owed.
    for day, name, text, amount in sorted((*charges, *payments), key=lambda entry: entry[0]):
        balance += amount
        lines.append(LedgerLine(day, name, text, amount, balance))
    charged = sum((entry[3] for entry in charges), ZERO)
    return Ledger(kind, tuple(lines), charged, charged - balance, balance)


def ledger_problems(ledgers: Ledgers) -> Iterator[Finding]:
    for ledger in (ledgers.fines, ledgers.costs):
        if ledger.balance < 0:
            message = f"Payments on the {ledger.kind} ledger are ${-ledger.balance:,.2f} more than what was charged."
            yield Finding.error("ledger.overpaid", message, "/payments")
