"""What of a paper is done, as the facts show it: corrected, contested, paid."""

from __future__ import annotations

from decimal import Decimal

from docservice.casefile.facts import Citation
from docservice.casefile.record import IssuedDocument
from docservice.town.debts import debts_of
from docservice.town.ledgers import charged, ledgers_of
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
        owed = ledgers_of(papers.pack, papers.casefile, papers.on).costs
        return "the costs are paid" if owed.charged and owed.balance <= 0 else None
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
    """Whether a citation is paid: its own payments, or everything that is owed."""
    if citation.status == "paid":
        return "it is paid"
    paid = [one for one in papers.casefile.payments if one.citation == citation.id and one.on <= papers.on]
    fines = ledgers_of(papers.pack, papers.casefile, papers.on).fines
    if sum((one.amount for one in paid), Decimal(0)) >= charged(papers.pack, papers.casefile, citation) or (
        fines.charged and fines.balance <= 0
    ):
        return f"it was paid on {paid[-1].on}" if paid else "the fines are paid"
    return _covered(papers, citation)


def _covered(papers: Papers, citation: Citation) -> str | None:
    """That the deposit of an appeal which was decided is all that is owed: while it is on, the day is held."""
    for appeal in papers.casefile.appeals:
        heard = [one.decided_on for one in papers.casefile.hearings if appeal.id in (one.appeal, *one.joined)]
        decided = any(day is not None and day <= papers.on for day in heard)
        if citation.id in appeal.of and appeal.deposit and decided and appeal.withdrawn_on is None:
            ledger = debts_of(papers.pack, papers.casefile, papers.record, papers.on)
            if any(one.citation == citation.id and one.balance <= 0 for one in ledger.debts):
                return f"the deposit of the appeal {appeal.id} covers it"
    return None
