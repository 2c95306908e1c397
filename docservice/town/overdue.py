"""What somebody should have paid by now: the debts of a case whose day to pay is over and which no appeal holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from docservice.casefile.facts import Casefile
from docservice.casefile.record import CaseRecord
from docservice.town import appeals
from docservice.town.calendar import Calendar
from docservice.town.deadlines import compute
from docservice.town.debts import Debt
from docservice.town.effects import effect_of
from docservice.town.meanings import Meaning
from docservice.town.pack import TownPack
from docservice.town.papers import Papers


@dataclass(frozen=True, slots=True)
class OverdueDebt:
    """A debt with its number and the last day on which it could be paid."""

    debt: Debt
    number: str
    due: date


def overdue(pack: TownPack, casefile: Casefile, recipient: str | None, on: date) -> tuple[OverdueDebt, ...]:
    """What a party owes that is over its day, the oldest first; of whom the facts do not say who owes it, anybody.

    What was never asked for by a paper with a number is not overdue: nobody could know of it.
    """
    record = CaseRecord(casefile.case.number)
    papers = Papers(pack, casefile, record, on)
    held = {item for appeal in appeals.staying(papers, "fines", None) for item in appeal.of}
    costs_held = any(appeals.staying(papers, "costs", None))
    found = []
    for debt in papers.debts.debts:
        if debt.ledger == "costs" and costs_held:
            continue
        if debt.balance <= 0 or debt.citation in held or (debt.liable and recipient not in debt.liable):
            continue
        due = _costs_due(pack, casefile, debt) if debt.ledger == "costs" else _fine_due(pack, casefile, debt)
        if due is not None and due[1] < on:
            found.append(OverdueDebt(debt, *due))
    return tuple(sorted(found, key=lambda one: (one.due, one.number)))


def _fine_due(pack: TownPack, casefile: Casefile, debt: Debt) -> tuple[str, date] | None:
    citation = next(one for one in casefile.citations if one.id == debt.citation)
    served = citation.served_on or citation.issued_on
    day = _counted(pack, "cited", "pay", served) if served is not None else None
    return (debt.number, day) if debt.number is not None and day is not None else None


def _costs_due(pack: TownPack, casefile: Casefile, debt: Debt) -> tuple[str, date] | None:
    """The last invoice of those that ask for it: what is paid is paid on the oldest."""
    asked = [one for one in casefile.costs if one.invoice is not None and one.invoiced_on is not None]
    if not asked:
        return None
    last = max(asked, key=lambda one: one.invoiced_on or date.min)
    day = last.pay_by or _counted(pack, "billed", "pay_costs", last.invoiced_on or date.min)
    return (last.invoice or "", day) if day is not None else None


def _counted(pack: TownPack, puts: str, means: Meaning, served: date) -> date | None:
    for key, kind in pack.document_types.items():
        if effect_of(pack, key) == puts:
            for rule in pack.printed(kind, means).values():
                return compute(rule, served, Calendar(pack.closed_days(rule)), 0).date
    return None
