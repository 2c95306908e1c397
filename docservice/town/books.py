"""The books of a case: one debt for each citation, and one for its costs; every entry with its day and its reason.

A citation is one debt however many have a copy of it: whoever of them pays, it is paid. What was charged is what its
paper printed; when an earlier citation falls away, or a hearing decides, the debt is adjusted. An amount only falls: a
rise is a person's decision, and a new paper. A deposit is money for the fines that an appeal is of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from docservice.casefile.facts import Casefile, Citation, Payment
from docservice.casefile.record import CaseRecord, IssuedDocument
from docservice.finding import Finding
from docservice.town.debts import (
    ORDER,
    ZERO,
    Debt,
    DebtEntryKind,
    DebtLedger,
    DebtLine,
    LedgerKind,
    Recount,
    balanced,
)
from docservice.town.fines import Fines, fines_of, ordinal_word
from docservice.town.held_papers import HeldPapers
from docservice.town.pack import TownPack
from docservice.town.service_set import service_set

_COSTS, _UNCITED = "/costs", "/fines"  # no id has a slash


def debts_of(papers: HeldPapers) -> DebtLedger:
    """The debts of a case at a day's end. The casefile has the record folded into it, as of the day."""
    return _Books(papers).ledger()


def debts_by_facts(pack: TownPack, casefile: Casefile, on: date) -> DebtLedger:
    """The debts by a casefile alone: what is on record is folded into it."""
    return debts_of(HeldPapers(pack, casefile, CaseRecord(casefile.case.number), on))


class _Books:
    def __init__(self, papers: HeldPapers) -> None:
        self.pack, self.casefile, self.on, self.papers = papers.pack, papers.casefile, papers.on, papers
        on = self.on
        self.events = [one for one in papers.record.standing() if one.on <= on]
        self.cited: dict[str, list[IssuedDocument]] = {}
        self._fines: dict[str, Fines] = {}
        self._fines_then: dict[str, Fines] = {}
        for one in self.papers.every:
            if one.puts == "cited" and one.about is not None and one.issued_on <= on:
                self.cited.setdefault(one.about, []).append(one)
        self.payments = [one for one in self.casefile.payments if one.on <= on]

    def ledger(self) -> DebtLedger:
        recounts = tuple(found for one in self.casefile.citations if (found := self._recount(one)) is not None)
        shares = self._shares()
        debts = [
            self._fine(one, shares.get(one.id, ()))
            for one in self.casefile.citations if self._told(one) or one.id in shares
        ]  # fmt: skip
        if _UNCITED in shares:
            debts.append(_debt(None, "fines", None, (), shares[_UNCITED]))
        costs = self._costs(shares.get(_COSTS, ()))
        every = (*debts, *([costs] if costs is not None else []))
        findings = [Finding.warning("recount.due", one.message, self._place(one.citation)) for one in recounts]
        for debt in every:
            if debt.refund:
                name = debt.number or debt.citation or f"the {debt.ledger}"
                message = f"${debt.refund:,.2f} more was paid on {name} than is owed: give it back."
                findings.append(Finding.warning("ledger.overpaid", message, self._place(debt.citation)))
        balance = sum((max(one.balance, ZERO) for one in every), ZERO)
        return DebtLedger(every, recounts, tuple(findings), balance, sum((one.refund for one in every), ZERO))

    def _place(self, id: str | None) -> str:
        index = next((n for n, one in enumerate(self.casefile.citations) if one.id == id), None)
        return f"/citations/{index}" if index is not None else "/payments"

    # What a citation costs

    def _told(self, citation: Citation) -> bool:
        """Whether a paper says so by the day: one on record, or one that the facts name by number and day."""
        issued = citation.issued_on if citation.number is not None else None
        return citation.id in self.cited or (issued is not None and issued <= self.on)

    def _charged_on(self, citation: Citation) -> date:
        return citation.issued_on or min(
            (one.issued_on for one in self.cited.get(citation.id, ())), default=citation.violation_on
        )

    def _fell(self, citation: Citation) -> tuple[date | None, str]:
        """When and why a citation ceased to count."""
        if citation.taken_back is not None:
            return citation.taken_back.on, f"{citation.id} was withdrawn"
        for event in reversed(self.events):
            if event.type == "withdrawn" and event.subject == citation.id:
                return event.on, f"{citation.id} was withdrawn"
            if event.type == "decided" and any(
                one["id"] == citation.id and one["outcome"] == "dismissed" for one in event.data["items"]
            ):
                return event.on, f"{citation.id} was dismissed"
        for hearing in self.casefile.hearings:
            said = [one for one in hearing.decisions if one.item == citation.id and one.outcome == "dismissed"]
            if said and hearing.decided_on is not None and hearing.decided_on <= self.on:
                return hearing.decided_on, f"{citation.id} was dismissed"
        papers = self.cited.get(citation.id, ())
        days = [one.status_on for one in papers if one.status_on is not None and not one.in_force]
        return max(days, default=None), f"{citation.id} is {citation.status}"

    def _today(self, citation: Citation) -> Fines:
        """What it costs by what counts now."""
        found = self._fines.get(citation.id)
        if found is None:  # alive: only slower
            found = self._fines[citation.id] = fines_of(self.pack, self.casefile, citation)
        return found

    def _then(self, citation: Citation) -> Fines:
        """What it cost by what counted when it was issued."""
        found = self._fines_then.get(citation.id)
        if found is None:  # alive: only slower
            facts = self._as_printed(citation)
            same = facts.citations == self.casefile.citations
            found = self._today(citation) if same else fines_of(self.pack, facts, citation)
            self._fines_then[citation.id] = found
        return found

    def _as_printed(self, citation: Citation) -> Casefile:
        """The casefile as it was counted by when the citation was issued: what fell away later still counted."""
        day = self._charged_on(citation)

        def then(one: Citation) -> Citation:
            fell = self._fell(one)[0] if not one.counts else None
            return replace(one, status="open", taken_back=None) if fell is not None and fell > day else one

        return replace(self.casefile, citations=tuple(map(then, self.casefile.citations)))

    def _printed(self, citation: Citation) -> Decimal:
        """What its paper charges, nothing before there is one. A tracker that corrects the facts corrects no paper: the
        more of the two stands."""
        if not self._told(citation):
            return ZERO
        counted = self._then(citation).total
        issued_here = any(not one.imported for one in self.cited.get(citation.id, ()))
        if citation.fine is None:
            return counted
        return max(citation.fine, counted) if issued_here else citation.fine

    def _now(self, citation: Citation) -> Decimal:
        """What it costs by what counts today; never more than was charged."""
        return min(self._today(citation).total, self._printed(citation))

    def _fallen(self, citation: Citation) -> tuple[Citation, ...]:
        then = {line.section: line.earlier for line in
                self._then(citation).lines}  # fmt: skip
        now = {one for line in self._today(citation).lines for one in line.earlier}
        gone = {one for earlier in then.values() for one in earlier} - now
        return tuple(one for one in self.casefile.citations if one.id in gone)

    def _recount(self, citation: Citation) -> Recount | None:
        live = [one for one in self.cited.get(citation.id, ()) if self.papers.in_force(one) and not one.imported]
        if not live or not citation.counts:
            return None
        printed, now = self._printed(citation), self._now(citation)
        if now >= printed or (citation.reduced_to is not None and citation.reduced_to <= now):
            return None
        return Recount(citation.id, live[0].notice, printed, now, tuple(one.id for one in self._fallen(citation)))

    def _adjustments(self, citation: Citation, printed: Decimal) -> Iterator[tuple[date, Decimal, str]]:
        day = self._charged_on(citation)
        if not citation.counts:
            fell, why = self._fell(citation)
            yield fell or day, -printed, why
            return
        now = self._now(citation)
        if now < printed:
            fallen = self._fallen(citation)
            days = [fell for one in fallen if (fell := self._fell(one)[0]) is not None]
            ordinal = max((line.ordinal for line in self._today(citation).lines), default=1)
            because = f" since {', '.join(one.id for one in fallen)} fell away" if fallen else ""
            yield max(days, default=day), now - printed, f"It is the {ordinal_word(ordinal)} citation{because}"
        if citation.reduced_to is not None and citation.reduced_to < now:
            decided = [one.on for one in self.events if one.type == "decided"
                       and any(item["id"] == citation.id for item in one.data["items"])]  # fmt: skip
            decided += [
                one.decided_on for one in self.casefile.hearings
                if one.decided_on is not None and one.decided_on <= self.on
                and any(said.item == citation.id and said.amount is not None for said in one.decisions)
            ]  # fmt: skip
            decided += [
                one.decided_on for one in self.casefile.hardship_requests
                if one.remedy == "fine_reduction" and citation.id in one.citations
                and one.decided_on is not None and one.decided_on <= self.on
            ]  # fmt: skip
            yield max(decided, default=day), citation.reduced_to - now, "As decided"

    # Who gave what

    def _shares(self) -> Mapping[str, Sequence[DebtLine]]:
        """Deposits and payments, each on the debt it is for: a citation's id, the costs, or what is not cited.

        A payment that names no citation goes to the oldest debts; what is left of it to the last. So does a refund, to
        those on which too much was paid.
        """
        given: dict[str, list[DebtLine]] = {}
        citations = sorted(self.casefile.citations, key=self._charged_on)
        left = {one.id: self._owed(one) for one in citations}
        told = [one.id for one in citations if self._told(one)] or [*left]

        def give(to: str, on: date, kind: DebtEntryKind, amount: Decimal, why: str, id: str) -> None:
            given.setdefault(to, []).append((on, kind, amount, why, id))
            if to in left:
                left[to] += amount

        for appeal in self.casefile.appeals:
            items = [one for one in appeal.of if one in left]
            if appeal.deposit and items and appeal.filed_on <= self.on:
                rest = appeal.deposit
                for place, item in enumerate(items):
                    part = rest if place == len(items) - 1 else min(rest, self._printed(self.papers.citations[item]))
                    rest -= part
                    if part:
                        give(item, appeal.filed_on, "deposit", -part, f"Deposit for the appeal {appeal.id}", appeal.id)
        for payment in sorted(self.payments, key=lambda one: one.on):
            kind: DebtEntryKind = "refund" if payment.kind == "refund" else "payment"
            sign = 1 if kind == "refund" else -1
            items = [payment.citation] if payment.citation is not None else told or [_UNCITED]
            if payment.ledger == "costs":
                items = [_COSTS]
            rest = payment.amount
            for item in items:
                part = rest if item == items[-1] else min(rest, max(-sign * left[item], ZERO))
                if part:
                    give(item, payment.on, kind, sign * part, _by(payment), payment.id)
                rest -= part
        return given

    def _owed(self, citation: Citation) -> Decimal:
        printed = self._printed(citation)
        return printed + sum((amount for _, amount, _ in self._adjustments(citation, printed)), ZERO)

    # Debts

    def _fine(self, citation: Citation, given: Sequence[DebtLine]) -> Debt:
        papers = self.cited.get(citation.id, [])
        live = [one for one in papers if one.in_force] or papers
        number = next((one.notice for one in live), citation.number)
        printed = self._printed(citation)
        lines: list[DebtLine] = []
        if self._told(citation):
            charge = f"Citation {number or citation.id}"
            lines.append((self._charged_on(citation), "charge", printed, charge, citation.id))
            lines += [(day, "adjust", amount, why, None) for day, amount, why in self._adjustments(citation, printed)]
        lines += given
        left = sum((line[2] for line in lines), ZERO)
        if citation.status == "paid" and left > 0:  # of when and by whom, the facts say nothing
            lines.append((max(line[0] for line in lines), "payment", -left, "Paid, as the facts say", citation.id))
        return _debt(number, "fines", citation.id, self._liable(live), lines)

    def _costs(self, given: Sequence[DebtLine]) -> Debt | None:
        lines: list[DebtLine] = [
            (one.on, "charge", one.amount, one.description, one.id) for one in self.casefile.costs if one.on <= self.on
        ]
        if not lines and not given:
            return None
        owners = tuple(one.id for one in self.casefile.parties if "owner" in one.roles)
        return _debt(None, "costs", None, owners, [*lines, *given])

    def _liable(self, papers: Sequence[IssuedDocument]) -> tuple[str, ...]:
        """Who got the paper and owes it, as its stubs say (``liability`` of its type).

        Where the town does not say, who got it in their own name: who only stands for somebody owes nothing.
        """
        got = {one.recipient for one in papers}
        kinds = [kind for one in papers if (kind := self.pack.document_types.get(one.document_type)) is not None]
        due = service_set(kinds[0], self.casefile.parties).due if kinds else ()
        liability = kinds[0].liability if kinds else None
        owing = [
            one.party.id for one in due
            if (set(one.roles) - {"agent"} if liability is None else liability.owes(one.party.roles))
        ]  # fmt: skip
        return tuple(one for one in owing if one in got) or tuple(one for one in owing if None in got)


def _by(payment: Payment) -> str:
    said = "Refund" if payment.kind == "refund" else "Payment"
    if payment.by is None:
        return said
    return f"{said} to {payment.by}" if payment.kind == "refund" else f"{said} by {payment.by}"


def _debt(
    number: str | None, ledger: LedgerKind, citation: str | None, liable: tuple[str, ...], lines: Sequence[DebtLine]
) -> Debt:
    entries, balance = balanced(lines)
    total = {kind: sum((one.amount for one in entries if one.kind == kind), ZERO) for kind in ORDER}
    owed = total["charge"] + total["adjust"]
    return Debt(number, ledger, citation, liable, entries, total["charge"], owed, owed - balance, balance)
