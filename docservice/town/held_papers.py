"""Which papers a case has, and whether each is in force.

They are those of the register, and those of before it: the casefile's own ``notices``, and what its service records and
citations tell of papers that the register does not have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from docservice.casefile.facts import Casefile
from docservice.casefile.history import EarlierNotice
from docservice.casefile.record import CaseRecord, IssuedDocument
from docservice.town.citing import code_of
from docservice.town.effects import effect_of
from docservice.town.pack import TownPack


class HeldPapers:
    """Every paper of one case, as of a day."""

    def __init__(self, pack: TownPack, casefile: Casefile, record: CaseRecord, on: date) -> None:
        self.pack, self.casefile, self.record, self.on = pack, casefile, record, on
        self.citations = {one.id: one for one in casefile.citations}
        self.orders = {one.id: one for one in casefile.stop_work_orders}
        self.sections = {one.id: code_of(one.section, pack.codes) for one in casefile.violations}
        self._events = tuple(record.standing())
        self._notices = {one.number: one for one in casefile.notices}
        held = sorted((one for one in record.documents if one.original is None), key=lambda one: one.position)
        known = {name for one in held for name in (one.number, one.notice)}
        told = [_of_notice(one) for one in casefile.notices if one.number not in known]
        known |= {one.number for one in told}
        self._held = held
        self.counted: tuple[IssuedDocument, ...] = (*held, *told)
        """Those of which only one may be in force: a casefile may speak of the very letter that is ordered."""
        self.every: tuple[IssuedDocument, ...] = (*self.counted, *self._spoken_of(known))

    def _spoken_of(self, known: set[str]) -> Iterator[IssuedDocument]:
        """Papers that are known only from their service, or from what they did."""
        about = {one.number: one.id for one in self.casefile.citations}
        for record in self.casefile.service:
            if record.document in known:
                continue
            type = _types(self.pack).of(record.document)
            if type is not None:  # alive: a paper of no type is none that is asked for; said for mypy
                known.add(record.document)  # alive: twice told, it is the same paper
                yield IssuedDocument(
                    record.document, type, type, record.served_on, puts=effect_of(self.pack, type),
                    about=about.get(record.document), recipient=record.party, imported=True,  # alive: told, not asked
                )  # fmt: skip
        bills = next((key for key in self.pack.document_types if effect_of(self.pack, key) == "billed"), None)
        for cost in self.casefile.costs:
            if bills is not None and cost.invoice and cost.invoiced_on and cost.invoice not in known:
                known.add(cost.invoice)
                yield IssuedDocument(
                    cost.invoice, bills, bills, cost.invoiced_on, puts="billed", imported=True,
                )  # fmt: skip
        cites = next((key for key in self.pack.document_types if effect_of(self.pack, key) == "cited"), None)
        for citation in self.casefile.citations:
            number = citation.number
            if cites is not None and number and citation.issued_on and number not in known:  # alive: a town cites
                yield IssuedDocument(
                    number, cites, cites, citation.issued_on, puts="cited", about=citation.id,
                    served_on=citation.served_on, imported=True,  # alive: told, not asked
                )  # fmt: skip

    def in_force(self, one: IssuedDocument) -> bool:
        """Neither void nor replaced; its citation not dismissed, its order not lifted, its hearing not put off."""
        if not one.in_force:
            return False
        if one.puts == "cited" and one.about in self.citations:
            return self.citations[one.about].counts
        if one.puts == "ordered":
            # A paper known only from its service does not say which order it is: with all of them lifted, it is.
            mine = [order for order in self.orders.values() if one.about in (None, order.id)]
            return not mine or any(order.lifted_on is None or order.lifted_on > self.on for order in mine)
        if one.puts == "noticed":
            return not any(
                event.type == "hearing-continued" and event.subject == one.about
                and event.position > one.position  # alive: no two are at one place
                and not event.data.get("announced") for event in self._events
            )  # fmt: skip
        return True


def _of_notice(one: EarlierNotice) -> IssuedDocument:
    dates = {"comply-by": one.comply_by, "contest-by": one.contest_by}
    return IssuedDocument(  # alive: a date that is None is none where it is read, too
        one.number, one.document_type, one.document_type, one.issued_on, about=one.about, recipient=one.recipient,
        status="issued" if one.withdrawn_on is None else "void",  # alive: not issued
        imported=True, served_on=one.served_on,  # alive: told, not asked
        dates={name: day for name, day in dates.items() if day is not None},
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Numbers:
    """How the town numbers each type: what a number on a service record is the number of."""

    patterns: Mapping[str, re.Pattern[str]]

    def of(self, number: str) -> str | None:
        return next((key for key, pattern in self.patterns.items() if pattern.fullmatch(number)), None)


def _types(pack: TownPack) -> _Numbers:
    return _numbers(tuple((key, kind.number) for key, kind in pack.document_types.items()))


@cache
def _numbers(given: tuple[tuple[str, str], ...]) -> _Numbers:
    return _Numbers({key: re.compile(_FIELD.sub(r"\\d+", re.escape(number))) for key, number in given})


_FIELD = re.compile(r"\\\{[^}]*\\\}")
