"""The papers of a case as procedure sees them: what each named, who was served with it and when, what it set.

Which there are, and which are in force, says ``held_papers``. What is not known is not guessed: it is ``None``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from docservice.casefile.attempts import FAILED, attempts
from docservice.casefile.facts import Appeal, Casefile, Citation, ServiceMethod, ServiceRecord, StopWorkOrder
from docservice.casefile.record import CaseRecord, IssuedDocument
from docservice.casefile.service import is_leg_id
from docservice.town import reckoning, subjects
from docservice.town.books import debts_of
from docservice.town.deadlines import ComputedDate
from docservice.town.debts import DebtLedger
from docservice.town.held_papers import HeldPapers
from docservice.town.pack import TownPack
from docservice.town.service_set import agent_of
from docservice.town.service_standing import copy_standing, grouped


@dataclass(frozen=True, slots=True)
class Served:
    """What is known of serving one paper on somebody: the first day on which service held, if it did."""

    state: Literal["served", "coming", "failed", "unknown"]
    on: date | None = None  # of what is coming: the day from which it will be served, if nothing comes back
    method: ServiceMethod = "first_class_mail"
    why: str = ""


class Papers(HeldPapers):
    """Every paper of one case, as of a day. Made for one question; it remembers what it has looked up."""

    def __init__(self, pack: TownPack, casefile: Casefile, record: CaseRecord, on: date) -> None:
        super().__init__(pack, casefile, record, on)
        self.decided = [event for event in self._events if event.type in ("guard-answered", "guard-waived")]
        """What persons decided of guards, in the order of record."""
        self._made = self._attempts()
        self._standings: dict[tuple[str, str], Served] = {}
        # A citation's day in the casefile is that of its first copy. Where the register was told, each has its own.
        self._told = {one.about for one in self._held if one.puts == "cited" and one.in_force
                      and (one.served_on is not None or one.number in self._registered)}  # fmt: skip
        self._named: dict[str, frozenset[str]] = {}
        self._dates_from: dict[tuple[str, str | None, date, str], Mapping[str, ComputedDate]] = {}

    @cached_property
    def debts(self) -> DebtLedger:
        """What is owed in the case at the day's end."""
        return debts_of(self)

    def of(self, types: Iterable[str]) -> list[IssuedDocument]:
        """Those of these types that were out by the day and are in force, oldest first."""
        wanted = frozenset(types)
        found = [one for one in self.every if one.document_type in wanted and one.issued_on <= self.on]
        return sorted(filter(self.in_force, found), key=lambda one: (one.issued_on, one.number))

    def named(self, one: IssuedDocument) -> frozenset[str]:
        """The ids of the violations that a paper spoke of."""
        found = self._named.get(one.number)
        if found is None:  # alive: only slower
            found = self._named[one.number] = frozenset(self._names(one))
        return found

    def _names(self, one: IssuedDocument) -> Iterable[str]:
        notice = self._notices.get(one.number)
        if notice is not None and notice.violations:
            return notice.violations
        kind = self.pack.document_types.get(one.document_type)
        subject = subjects.find(self.casefile, kind.subject, one.about).subject if kind is not None else None
        shows = kind.shows if kind is not None else "all"
        spoken = subjects.violations_of(self.casefile, subject, one.about, one.issued_on, shows=shows)
        # A date was printed for each violation that the casefile had then: one that was added later was not named.
        dated = {name.partition("/")[2] for name in one.dates if "/" in name}
        return (violation.id for violation in spoken if not dated or violation.id in dated)

    def served(self, one: IssuedDocument, parties: Iterable[str]) -> Served:
        """What is known of serving it on any of the parties; the first service that held counts."""
        wanted = frozenset(parties)
        made = self._made.get(one.number, {})
        found = [self._on(one, party, made[party]) for party in wanted & made.keys()]
        told = one.served_on
        if one.puts == "cited" and one.about in self.citations and one.about not in self._told:
            told = self.citations[one.about].served_on
        if told is not None and told <= self.on and (one.recipient is None or one.recipient in wanted):
            found.append(Served("served", told))
        for state in ("served", "coming"):
            days = [each for each in found if each.state == state and each.on is not None]
            if days:
                return min(days, key=lambda each: each.on or self.on)  # alive: its day says so
        why = next((each.why for each in found if each.state == "failed"), "")
        return Served("failed", why=why) if any(each.state == "failed" for each in found) else Served("unknown")

    def served_by_any_copy(self, one: IssuedDocument) -> tuple[IssuedDocument, Served]:
        """What is known of serving a copy's recipient with its notice, and by which copy: an agent may have got theirs.

        As the guards ask: the first service that held, of any copy in force. Where none holds, it is told of its own.
        """
        parties = self.stands_for(one.recipient)
        own = (one, self.served(one, parties))
        copies = [own] + [
            (other, self.served(other, parties)) for other in self.every
            if other.notice == one.notice and other.number != one.number and one.recipient is not None
            and other.issued_on <= self.on and self.in_force(other)
        ]  # fmt: skip
        for state in ("served", "coming"):
            found = [each for each in copies if each[1].state == state and each[1].on is not None]
            if found:
                return min(found, key=lambda each: each[1].on or self.on)  # alive: its day says so
        return own

    def _on(self, one: IssuedDocument, party: str, made: Sequence[Sequence[ServiceRecord]]) -> Served:
        """What the attempts to serve a paper on one party amount to."""
        known = self._standings.get((one.number, party))
        if known is None:
            known = self._standings[one.number, party] = self._judged(one, party, made)
        return known

    def _judged(self, one: IssuedDocument, party: str, made: Sequence[Sequence[ServiceRecord]]) -> Served:
        person = next((each for each in self.casefile.parties if each.id == party), None)
        found = copy_standing(
            self.pack.service, one.document_type, made, self.on,
            consent=person.electronic_consent_on if person is not None else None,
            failed_before=self._failed_before(one, party),
        )  # fmt: skip
        return Served(found.state, found.on, found.method or "first_class_mail", found.why)

    def _failed_before(self, one: IssuedDocument, party: str) -> bool:
        """Whether an earlier printing of it came to nothing with them."""
        before = [each for each in self.record.documents if each.notice == one.notice and each.number != one.number
                  and each.position < one.position]  # fmt: skip
        return any(
            leg.result in FAILED for each in before for legs in self._made.get(each.number, {}).get(party, ())
            for leg in legs
        )  # fmt: skip

    def _attempts(self) -> Mapping[str, Mapping[str, list[Sequence[ServiceRecord]]]]:
        """The attempts to serve each paper on each party: service records of the casefile, and short forms."""
        found: dict[str, dict[str, list[Sequence[ServiceRecord]]]] = {}
        self._registered: set[str] = set()
        records: dict[tuple[str, str], list[ServiceRecord]] = {}
        for record in self.casefile.service:
            if record.served_on <= self.on:
                records.setdefault((record.document, record.party), []).append(record)
                if is_leg_id(record.id):
                    self._registered.add(record.document)
        for (document, party), each in records.items():
            found.setdefault(document, {})[party] = list(grouped(each))
        if any(event.type in ("served", "returned") for event in self._events):
            for one in attempts(self.record, self.on):
                if not one.sworn:
                    found.setdefault(one.document, {}).setdefault(one.party, []).append(one.legs)
                    self._registered.add(one.document)
        return found

    def legs_of(self, one: IssuedDocument) -> Sequence[ServiceRecord]:
        """Every way in which serving a paper was tried, on whomever, the earliest first."""
        made = self._made.get(one.number, {}).values()
        return sorted((leg for each in made for legs in each for leg in legs), key=lambda leg: leg.served_on)

    def date_of(
        self,
        one: IssuedDocument,
        name: str,
        recipient: str | None,
        served_on: date,
        violation: str | None = None,
        method: ServiceMethod = "first_class_mail",
    ) -> date | None:
        """A date that a paper set, as it binds: what it printed, or what counts from its service, the later of them.

        A paper may promise more than the law, never less. ``name`` is ``comply-by``, of one ``violation`` where said.
        """
        names = (f"{name}/{violation}", name) if violation is not None else (name,)  # alive: none is called None
        printed = next((one.dates[each] for each in names if each in one.dates), None)
        legal = None
        if one.document_type in self.pack.document_types:
            counted = self.dates_from(one, recipient, served_on, method)
            legal = next((counted[each].date for each in names if each in counted), None)
        return max((day for day in (printed, legal) if day is not None), default=None)

    def dates_from(
        self, one: IssuedDocument, recipient: str | None, served_on: date, method: ServiceMethod = "first_class_mail"
    ) -> Mapping[str, ComputedDate]:
        """Every date that counts from a service of a paper, by the rules of the day, whatever it printed."""
        key = (one.number, recipient, served_on, method)
        found = self._dates_from.get(key)
        if found is None:  # alive: only slower
            found = self._dates_from[key] = reckoning.reckon(
                self.pack, self.casefile, one.document_type, on=one.issued_on, served_on=served_on,
                recipient=recipient or "", about=one.about, method=method,  # alive: no party is called so
            ).deadlines  # fmt: skip
        return found

    def stands_for(self, recipient: str | None) -> frozenset[str]:
        """Serving whom is serving the recipient: themselves, their agent, and whose agent they are themselves."""
        parties = self.casefile.parties
        party = next((one for one in parties if one.id == recipient), None)
        if party is None:
            return frozenset(one.id for one in parties)
        agent = agent_of(party, parties)
        principals = {one.id for one in parties if (named := agent_of(one, parties)) is not None and named is party}
        return frozenset({party.id, *principals, *([agent.id] if agent is not None else [])})

    def live_items(self, appeal: Appeal) -> list[str]:
        """What of the things appealed is in force: citations that count, orders not lifted, violations noticed."""
        found = []
        for item in appeal.of:
            citation, order = self.citations.get(item), self.orders.get(item)
            if citation is not None:
                alive = citation.counts
            elif order is not None:
                alive = order.lifted_on is None or order.lifted_on > self.on
            else:
                alive = True
            if alive:
                found.append(item)
        return found

    def about_item(self, item: str) -> list[IssuedDocument]:
        """The papers in force that set the time to contest a citation, an order or a violation."""
        whole: Citation | StopWorkOrder | None = self.citations.get(item) or self.orders.get(item)
        cost = next((one for one in self.casefile.costs if one.id == item), None)

        def of_it(one: IssuedDocument) -> bool:
            if cost is not None:  # an invoice asks for what had arisen by its day
                return one.puts == "billed" and cost.on <= one.issued_on
            return one.about == item if whole is not None else one.puts is None and item in self.named(one)

        return [one for one in self.every if self.in_force(one) and of_it(one) and self._contestable(one)]

    def _contestable(self, one: IssuedDocument) -> bool:
        kind = self.pack.document_types.get(one.document_type)
        return kind is not None and bool(self.pack.printed(kind, "contest"))
