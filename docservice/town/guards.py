"""May this document go out, about this, to this person, on this day? The town's procedure over the case on record.

Facts are asked, no state is kept: all that the type requires must hold, nothing that it forbids may, and there is one
paper in force for each of what it is *once* for. The answer is yes, or no with every reason and the day from which each
would hold, or a question: what the facts do not say is for a person, never a no.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from docservice.casefile.facts import Case, Casefile, Citation, Hearing, Violation
from docservice.casefile.record import CaseRecord, IssuedDocument
from docservice.town import addressees, appeals, case_states, known_facts, reckoning, subjects
from docservice.town.case_states import listed
from docservice.town.guard_answers import FACT_UNKNOWN, SERVICE_UNKNOWN, GuardAnswer, GuardDecision, GuardReason
from docservice.town.once_only import same_in
from docservice.town.pack import TownPack
from docservice.town.papers import Papers
from docservice.town.procedure import ProcedureOfType, Prohibition, Requirement
from docservice.town.service_set import service_set
from docservice.town.subjects import is_corrected

_DAY = timedelta(days=1)


def may(
    pack: TownPack,
    casefile: Casefile,
    record: CaseRecord,
    document_type: str,
    about: str | None,
    recipient: str | None,
    on: date,
    decisions: Sequence[GuardDecision] = (),
) -> GuardAnswer:
    """Whether a document may go out. ``casefile`` has the record folded into it; ``recipient`` is a party id.

    A type without procedure, or a town without any, is free. ``decisions`` are those that come with the order; those on
    record (``guard-answered``, ``guard-waived``) count too.
    """
    return Guards(Papers(pack, casefile, record, on)).may(document_type, about, recipient, decisions)


def may_dated_back(
    before: GuardAnswer,
    pack: TownPack,
    casefile: Casefile,
    record: CaseRecord,
    document_type: str,
    about: str | None,
    recipient: str | None,
    on: date,
    today: date,
    decisions: Sequence[GuardDecision] = (),
) -> GuardAnswer:
    """``before``, the answer of the day ``on`` that a document is dated, and what forbids it on the day of its issue.

    A case that is closed today sends nothing, however it is dated. ``casefile`` has the record of today in it.
    """
    guards = Guards(Papers(pack, casefile, record, today))
    now = guards.may(document_type, about, recipient, decisions, dated=on)
    return GuardAnswer(
        tuple(dict.fromkeys((*before.reasons, *now.reasons))), tuple(dict.fromkeys((*before.waived, *now.waived)))
    )


class Guards:
    """The guards of one case on one day."""

    def __init__(self, papers: Papers) -> None:
        self.papers, self.pack, self.casefile, self.on = papers, papers.pack, papers.casefile, papers.on

    def may(
        self,
        type: str,
        about: str | None,
        recipient: str | None,
        decisions: Sequence[GuardDecision] = (),
        dated: date | None = None,
    ) -> GuardAnswer:
        """The answer for a document of the day; for one ``dated`` back, what forbids it on this day."""
        procedure = self.pack.procedure
        of_type = procedure.types.get(type) if procedure is not None else None
        if procedure is None or of_type is None:  # alive: without a procedure no type has one; said for mypy
            return GuardAnswer()
        asked = _Asked(self, type, of_type, about, recipient, dated or self.on)
        told = [*decisions, *self._on_record(type, about, recipient)]
        reasons: list[GuardReason] = []
        waived: list[tuple[GuardReason, GuardDecision]] = []
        for reason in asked.reasons() if dated is None else asked.forbidden():
            name = reason.code.removeprefix("procedure.")
            allowed = procedure.decide if reason.asks else procedure.may_waive(name)
            said = [one for one in told if one.guard == reason.code and self._plays(one.role, allowed)]
            if said and said[-1].answer == "yes":
                waived.append((reason, said[-1]))
            elif said:  # somebody looked, and says no
                reasons.append(replace(reason, asks=False, message=f"{reason.message} Decided: no. {said[-1].reason}"))
            else:
                reasons.append(reason)
        return GuardAnswer(tuple(dict.fromkeys(reasons)), tuple(waived))

    def _plays(self, role: str, allowed: Iterable[str]) -> bool:
        return any(self.pack.plays(role, part) for part in allowed)

    def _on_record(self, type: str, about: str | None, recipient: str | None) -> Iterator[GuardDecision]:
        for event in self.papers.decided:
            data = event.data
            said = event.on <= self.on
            meant = data.get("about") in (None, about) and data.get("recipient") in (None, recipient)
            if said and event.subject == type and meant:
                yield GuardDecision(data["guard"], data.get("answer", "yes"), data["role"], data["reason"])


class _Asked:
    """One question: a document type, its subject, its recipient."""

    def __init__(
        self, guards: Guards, type: str, of_type: ProcedureOfType, about: str | None, recipient: str | None, dated: date
    ) -> None:
        self.papers, self.pack, self.casefile, self.on = guards.papers, guards.pack, guards.casefile, guards.on
        self.type, self.of_type, self.recipient = type, of_type, recipient
        self.kind = self.pack.document_types.get(type)
        found = subjects.find(self.casefile, self.kind.subject if self.kind is not None else "case", about)
        self.subject, self.place = found.subject, found.place
        self.about = about if isinstance(self.subject, Case | None) else subjects.name_of(self.subject)
        shows = self.kind.shows if self.kind is not None else "open"
        self.parties = addressees.by_id(self.casefile, self.kind)
        self.violations = subjects.violations_of(
            self.casefile, self.subject, about, dated, shows=shows, reader=self.parties.get(recipient)
        )  # fmt: skip

    def reasons(self) -> Iterator[GuardReason]:
        for need in self.of_type.requires:
            if need.when is None or (isinstance(self.subject, Hearing) and self.subject.kind == need.when):
                yield from self._required(need)
        yield from self.forbidden()
        if self.of_type.once:
            yield from self._once()

    def forbidden(self) -> Iterator[GuardReason]:
        for one in self.of_type.forbids:
            yield from self._forbidden(one)

    def _no(self, code: str, message: str, starts: date | None = None) -> GuardReason:
        return GuardReason(f"procedure.{code}", message, starts, place=self.place)

    def _ask(self, message: str, code: str = FACT_UNKNOWN) -> GuardReason:
        return GuardReason(code, message, asks=True, place=self.place)

    def _called(self, recipient: str | None) -> str:
        party = self.parties.get(recipient)
        return (party.name.latin or party.name.text) if party is not None else "anybody"

    def _title(self, types: Iterable[str]) -> str:
        known = self.pack.document_types
        return " or ".join(known[one].title.lower() if one in known else one.replace("-", " ") for one in types)

    # What is required

    def _required(self, need: Requirement) -> Iterator[GuardReason]:
        if need.served:
            yield from self._served(need)
        elif need.live:
            spared = need.unless and any(self._exempt(one, need) for one in self.violations)
            if not spared and not any(self.same(one, need.same) for one in self.papers.of(need.live)):
                yield self._no("requires", f"No {self._title(need.live)} is in force.")
        elif need.fact is not None:
            said, question = known_facts.known(self.casefile, self.subject, need.fact, self.on)
            if said is None:
                yield self._ask(question)
            elif not said:
                yield self._no("requires", question)
        elif need.open is not None:
            if all(is_corrected(one, self.on) for one in self.violations):  # also if there are none
                yield self._no("requires", "No violation that it could speak of is open.")
        elif need.none_open is not None:
            seen = [one for one in self.casefile.violations if one.observed_on <= self.on]
            left = [one.id for one in seen if not is_corrected(one, self.on)]
            if left:
                yield self._no("none_open", f"{listed(left)} {'is' if len(left) == 1 else 'are'} open.")
        elif need.unpaid is not None:
            debts = self.papers.debts
            if not (debts.costs if need.unpaid == "costs" else debts.fines).balance:
                yield self._no("requires", f"No {need.unpaid} are owed.")
        elif need.appeal is not None and isinstance(self.subject, Hearing):
            for code, message, asks in appeals.wrong(self.papers, self.subject):
                yield self._ask(message) if asks else self._no(code, message)
        elif need.lead is not None and self.kind is not None:  # alive: no date is called None
            yield from self._lead(need.lead)

    def _lead(self, name: str) -> Iterator[GuardReason]:
        counted = reckoning.reckon(
            self.pack, self.casefile, self.type, on=self.on, about=self.about,
            recipient=self.recipient or "",  # alive: no party is called None either
        ).deadlines.get(name)  # fmt: skip
        if counted is not None and self.on > counted.date:
            yield self._no("lead", f"It had to go out by {counted.date}; this is {self.on}.")

    def _served(self, need: Requirement) -> Iterator[GuardReason]:
        found = self.papers.of(need.served)
        if need.same not in ("section", "violation"):
            matching = [one for one in found if self.same(one, need.same)]
            yield from self._served_on(need, [(one, None) for one in matching], "")
            return
        done: set[str] = set()
        for violation in self.violations:
            section = self.papers.sections[violation.id]
            key = section if need.same == "section" else violation.id
            if key in done or self._exempt(violation, need):
                continue
            done.add(key)
            of_section = {id for id, code in self.papers.sections.items() if code == section}
            alike = frozenset((violation.id,) if need.same == "violation" else of_section)
            named = [(one, each) for one in found if not self._copy(one) for each in alike & self.papers.named(one)]
            yield from self._served_on(need, named, f" of {section}")

    def _copy(self, one: IssuedDocument) -> bool:
        """Whether a paper is a copy of this very document."""
        return one.about is not None and one.about == self.about and one.document_type == self.type

    def _exempt(self, violation: Violation, need: Requirement) -> bool:
        if "immediate_danger" in need.unless and violation.immediate_danger and violation.gives_danger_reason:
            return True
        section = self.pack.section(violation.section, violation.observed_on)
        return "cited_at_once" in need.unless and section is not None and section.cited_at_once

    def _served_on(
        self, need: Requirement, papers: Sequence[tuple[IssuedDocument, str | None]], what: str
    ) -> Iterator[GuardReason]:
        title = self._title(need.served)
        if not papers:
            yield self._no("requires", f"No {title}{what} is in force.")
            return
        for group in self._whom(need, papers):
            yield from self._best(need, papers, group, f"{title}{what}")

    def _whom(
        self, need: Requirement, papers: Sequence[tuple[IssuedDocument, str | None]]
    ) -> Iterator[tuple[str | None, frozenset[str]]]:
        """Whom serving must have reached: for each, their own id and who stands for them."""
        if need.liable == "recipient":
            yield self.recipient, self.papers.stands_for(self.recipient)
        elif need.liable == "everyone":
            kinds = {one.document_type for one, _ in papers} & self.pack.document_types.keys()
            due = {each.party.id for kind in kinds
                   for each in service_set(self.pack.document_types[kind], self.casefile.parties).due}  # fmt: skip
            for party in self.casefile.parties:
                if party.id in due:
                    yield party.id, self.papers.stands_for(party.id)
        else:
            yield None, self.papers.stands_for(None)

    def _best(
        self,
        need: Requirement,
        papers: Sequence[tuple[IssuedDocument, str | None]],
        group: tuple[str | None, frozenset[str]],
        what: str,
    ) -> Iterator[GuardReason]:
        """Nothing if one of the papers does; else why the nearest of them does not."""
        whom, parties = group
        later: list[tuple[date, str]] = []
        unknown, failed, why = list[str](), list[str](), ""
        for one, violation in papers:
            served = self.papers.served(one, parties)
            if served.on is None:
                mine = one.recipient is None or one.recipient in parties
                asked = served.state == "unknown" and mine
                (unknown if asked else failed).append(one.number if asked else one.notice)
                why = why or served.why
                continue
            if need.passed is None:
                if served.state == "served":
                    return
                later.append((served.on, f"The service of {one.number} is complete on {served.on}."))
                continue
            day = self.papers.date_of(one, need.passed, one.recipient, served.on, violation, served.method)
            if day is None:
                unknown.append(one.number)
            elif day < self.on:
                return
            else:
                later.append((day + _DAY, f"The {need.passed} date of {one.number}, {day}, has not passed."))
        who = self._called(whom)
        if later:
            starts, message = min(later)
            yield self._no("requires", message, starts)
        elif unknown:
            message = f"Nothing says that {listed(unknown)} was served on {who}, or which date it set."
            yield self._ask(message, SERVICE_UNKNOWN)
        else:
            notices = listed([*dict.fromkeys(failed)])
            yield self._no("requires", f"The {what} was not served on {who} ({notices}). {why}".rstrip())

    def same(self, one: IssuedDocument, same: str) -> bool:
        if same == "violation":
            mine = {violation.id for violation in self.violations}
            return not mine or bool(mine & self.papers.named(one))
        if same == "section":
            mine = {self.papers.sections[violation.id] for violation in self.violations}
            return not mine or any(self.papers.sections.get(named) in mine for named in self.papers.named(one))
        if same in ("subject", "hearing"):
            return one.about in (None, self.about)
        if same == "cost_line":
            return any(cost.on <= one.issued_on for cost in self.casefile.costs)
        return True

    # What is forbidden

    def _forbidden(self, forbidden: Prohibition) -> Iterator[GuardReason]:
        if forbidden.state is not None:
            message = case_states.forbids(self.casefile, self.subject, self.violations, forbidden.state, self.on)
            if message is not None:
                yield self._no(forbidden.state, message)
        elif forbidden.live:
            alive = [one for one in self.papers.of(forbidden.live) if self.same(one, forbidden.same)]
            if alive:
                yield self._no("live", f"{listed([*dict.fromkeys(one.notice for one in alive)])} is in force.")
        elif forbidden.stayed is not None:  # alive: it is the only word left
            mine = {self.papers.sections[one.id] for one in self.violations} if self._of_own_violations() else None
            for appeal in appeals.staying(self.papers, forbidden.stayed, mine):
                yield self._no("stayed", f"The appeal {appeal.id} of {appeal.filed_on} holds it.")

    def _of_own_violations(self) -> bool:
        return isinstance(self.subject, Citation)

    # How often

    def _once(self) -> Iterator[GuardReason]:
        keys = self.of_type.once
        earlier = [one for one in self.papers.counted
                   if one.document_type == self.type and self.papers.in_force(one)]  # fmt: skip
        same = [one for one in earlier if all(same_in(key, self, one) for key in keys)]
        if "violation" in keys:
            left = {one.id for one in self.violations}.difference(*map(self.papers.named, same))
            same = [] if left or not self.violations else same
        if "cost_line" in keys:
            billed = max((one.issued_on for one in same), default=date.min)
            same = [] if any(billed < cost.on <= self.on for cost in self.casefile.costs) else same
        if same:
            numbers = listed([*dict.fromkeys(one.notice for one in same)])
            yield self._no("once", f"{numbers} is in force and says the same; replace it, or void it first.")
