"""What of a paper is done, as the facts show it: corrected, contested, paid."""

from __future__ import annotations

from docservice.casefile.facts import Citation
from docservice.casefile.record import IssuedDocument
from docservice.town.debts import ZERO
from docservice.town.meanings import Meaning
from docservice.town.papers import Papers
from docservice.town.subjects import is_corrected


def settled(papers: Papers, one: IssuedDocument, about: str | None, means: Meaning | None) -> str | None:
    """By what a date of a meaning is done with; None where the facts do not show it."""
    if means == "cure":
        found = next((each for each in papers.casefile.violations if each.id == about), None)
        done = found is not None and is_corrected(found, papers.on)
        return f"{about} was corrected on {found.corrected_on}" if found is not None and done else None
    if means == "contest":
        return _contested(papers, one)
    if means == "pay":
        citation = papers.citations.get(about or "")
        return _paid(papers, citation) if citation is not None else None
    if means == "pay_costs":
        costs = papers.debts.costs
        return "the costs are paid" if costs.charged and not costs.balance else None
    return None


def _contested(papers: Papers, one: IssuedDocument) -> str | None:
    """The first appeal of what the paper set the time for, by who got it or stands for them."""
    who = papers.stands_for(one.recipient)
    for appeal in papers.casefile.appeals:
        mine = one.about in appeal.of if one.puts is not None else bool(papers.named(one) & set(appeal.of))
        if one.puts == "billed":
            mine = any(cost.id in appeal.of and cost.on <= one.issued_on for cost in papers.casefile.costs)
        if mine and appeal.filed_on <= papers.on and (one.recipient is None or appeal.by in who):
            return f"the appeal {appeal.id} of {appeal.filed_on}"
    return None


def _paid(papers: Papers, citation: Citation) -> str | None:
    """Whether nothing is owed on a citation any more.

    The deposit of an appeal pays it when the appeal is decided: while it is on, the day is held.
    """
    if citation.status == "paid":
        return "it is paid"
    debt = papers.debts.debt(citation.id)
    if debt is None:
        return None
    deposits = {one.id: one.amount for one in debt.entries if one.kind == "deposit"}
    held = sum((amount for id, amount in deposits.items() if not _decided(papers, id)), ZERO)
    if debt.balance - held > 0:
        return None
    paid = [one.on for one in debt.entries if one.kind == "payment"]
    if paid:
        return f"it was paid on {paid[-1]}"
    covering = next((id for id in deposits if _decided(papers, id)), None)
    return f"the deposit of the appeal {covering} covers it" if covering is not None else None


def _decided(papers: Papers, id: str | None) -> bool:
    appeal = next(one for one in papers.casefile.appeals if one.id == id)
    heard = [one.decided_on for one in papers.casefile.hearings if id in (one.appeal, *one.joined)]
    return appeal.withdrawn_on is None and any(day is not None and day <= papers.on for day in heard)
