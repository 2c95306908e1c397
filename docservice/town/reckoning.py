"""Everything computed for one document to one recipient: dates, fines, penalty, ledgers, statements, and what is wrong.

Nothing is refused here: a preview shows the problems, and checks refuse to issue a document that has any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from docservice.casefile.facts import (
    Appeal,
    Casefile,
    Citation,
    HardshipRequest,
    Hearing,
    Party,
    Permit,
    ServiceMethod,
    StopWorkOrder,
    Violation,
)
from docservice.casefile.history import ExtensionRequest
from docservice.finding import Finding
from docservice.refusal import Refusal
from docservice.town import citing, subjects
from docservice.town.addressees import addressee, place_of
from docservice.town.books import debts_by_facts
from docservice.town.calendar import Calendar
from docservice.town.deadlines import ComputedDate, compute, fixed, mail_extension
from docservice.town.debts import DebtLedger
from docservice.town.decided import DecidedHearing, decided_of
from docservice.town.deposits import DEPOSIT_BY, due_after
from docservice.town.fines import Fines, charged, fine_problems, fines_of, prospective_fines
from docservice.town.fines_to_come import FinesToCome, fines_to_come
from docservice.town.more_time import after_lapse, more_time
from docservice.town.pack import DeadlineRule, DocumentType, Section, TownPack
from docservice.town.penalties import NEXT_TIER, TIME_LIMIT, Penalty, penalty_of, penalty_problems
from docservice.town.statements import triggered
from docservice.town.subjects import Subject


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What the arithmetic says about one document. ``deadlines`` by the names that wording uses (``contest-by``)."""

    document_type: str
    on: date
    recipient: str
    served_on: date
    method: ServiceMethod
    subject: Subject | None
    subject_place: str  # JSON pointer
    about: str | None  # the subject's id
    violations: tuple[str, ...]  # ids of those the document speaks of
    sections: Mapping[str, Section]  # by violation id: the edition in force on the day it was observed
    deadlines: Mapping[str, ComputedDate]
    fines: Fines | None
    penalty: Penalty | None
    debts: DebtLedger
    statements: tuple[str, ...]  # keys of the pack's statements that the facts trigger, in the document type's order
    problems: tuple[Finding, ...]
    cure: str | None = None  # the name of the date to comply by, where the document type prints one
    contested: Mapping[str, Decimal] = field(default_factory=dict)  # of a hearing: its citations, what each costs
    decided: DecidedHearing | None = None  # of a hearing: what its decision comes to
    to_come: tuple[FinesToCome, ...] = ()  # the fines if nothing is done


def reckon(
    pack: TownPack,
    casefile: Casefile,
    document_type: str,
    *,
    on: date,
    recipient: str,
    about: str | None = None,
    served_on: date | None = None,
    method: ServiceMethod = "first_class_mail",
    language: str = "en",
) -> Reckoning:
    """Compute everything for the document that is dated ``on``.

    ``recipient`` is a party id (empty for a document that goes to nobody, such as a report to the file). Service by
    mail is complete on deposit, so ``served_on`` is ``on`` unless given. ``language`` decides only whether the
    statement about translations is owed.

    Raises ``Refusal`` (``town.document_type``, kind ``missing``) for a document type that the pack does not know.
    """
    kind = pack.document_types.get(document_type)
    if kind is None:
        raise Refusal("town.document_type", f"The town has no document type {document_type!r}.", kind="missing")
    served_on = served_on or on
    found = subjects.find(casefile, kind.subject, about)
    party = addressee(casefile, kind, recipient)
    spoken_of = subjects.violations_of(casefile, found.subject, about, on, shows=kind.shows, reader=party)
    sections = {v.id: section for v in casefile.violations if (section := pack.section(v.section, v.observed_on))}
    calendar = Calendar(pack.calendar)
    problems = [*_order_problems(kind, casefile, recipient, party, on), *([found.problem] if found.problem else [])]
    extension = mail_extension(
        pack.mail_extension, pack.identity.state, party.address if party else None, method,
        party.mail_extension_days if party else None,
    )  # fmt: skip
    if extension is None:
        assert party is not None  # or nothing would have to be decided
        problems.append(_undecided(place_of(casefile, kind, party)))
    counting = _Counting(
        pack, kind, served_on, on, extension or 0, more_time(casefile), after_lapse(pack, document_type)
    )
    deadlines = counting.dates(found.subject, casefile.violations, spoken_of, sections)
    fines = _fines(pack, casefile, kind, found.subject, spoken_of, on)
    penalty = _penalty(pack, casefile, found.subject, on, calendar)
    if penalty is not None and isinstance(found.subject, Permit):
        deadlines |= _limit_dates(penalty)
    if isinstance(found.subject, HardshipRequest):
        due = due_after(pack, casefile, found.subject, on, extension or 0)
        deadlines |= {DEPOSIT_BY: due} if due is not None else {}
    cure = next(iter(pack.printed(kind, "cure")), None)
    lead = next((deadlines[name] for name in pack.printed(kind, "hearing_lead") if name in deadlines), None)
    debts = debts_by_facts(pack, casefile, on)
    problems += _section_problems(pack, casefile, spoken_of)
    problems += _past_problems(casefile, spoken_of, deadlines, cure, served_on)
    if isinstance(found.subject, Hearing):
        problems += _hearing_problems(found.subject, found.place, lead, served_on, calendar)
    if isinstance(found.subject, Citation):
        assert fines is not None
        problems += fine_problems(found.subject, fines, found.place)
    if isinstance(found.subject, Permit) and penalty is not None:
        problems += penalty_problems(found.subject, penalty, found.place)
    if not (isinstance(found.subject, Citation) and found.subject.taken_back is not None):
        problems += debts.findings  # what a withdrawal says itself is no warning of it
    dangerous = any(v.immediate_danger for v in spoken_of) or (
        isinstance(found.subject, StopWorkOrder) and found.subject.immediate_danger
    )
    statements = triggered(
        pack,
        kind,
        casefile,
        party,
        fined=fines is not None and not fines.prospective,
        costs_due=debts.costs.balance > 0,
        dangerous=dangerous,
        asked=bool(spoken_of),
        translated=language.split("-")[0] != "en",
    )
    return Reckoning(
        document_type=document_type,
        on=on,
        recipient=recipient,
        served_on=served_on,
        method=method,
        subject=found.subject,
        subject_place=found.place,
        about=subjects.name_of(found.subject) if found.subject else None,
        violations=tuple(v.id for v in spoken_of),
        sections=MappingProxyType(sections),
        deadlines=MappingProxyType(deadlines),
        fines=fines,
        penalty=penalty,
        debts=debts,
        statements=statements,
        problems=tuple(problems),
        cure=cure,
        contested=MappingProxyType(_contested(pack, casefile, found.subject)),
        decided=decided_of(pack, casefile, found.subject, on) if isinstance(found.subject, Hearing) else None,
        to_come=fines_to_come(
            pack,
            fines,
            spoken_of,
            {v.id: deadlines[f"{cure}/{v.id}"].date for v in spoken_of if f"{cure}/{v.id}" in deadlines},
        ),
    )


@dataclass(frozen=True, slots=True)
class _Counting:
    """The rules of one document to one recipient, ready to count."""

    pack: TownPack
    kind: DocumentType
    served_on: date
    on: date
    extension: int
    granted: Mapping[str, ExtensionRequest]
    after_lapse: bool

    def dates(
        self,
        subject: Subject | None,
        violations: tuple[Violation, ...],
        spoken_of: tuple[Violation, ...],
        sections: Mapping[str, Section],
    ) -> dict[str, ComputedDate]:
        found: dict[str, ComputedDate] = {}
        for name, key in self.kind.deadlines.items():
            rule = self.pack.deadlines[key]
            if self.pack.means(key) == "cure":
                # Every violation has its date, so that a letter which shows a corrected one too finds it.
                dated = ((v.id, self._comply_by(name, v, sections.get(v.id), rule, subject)) for v in violations)
                each = {violation_id: computed for violation_id, computed in dated if computed is not None}
                spoken = (each[v.id] for v in spoken_of if v.id in each)
                latest = max(spoken, key=lambda computed: computed.date, default=None)
                # A decision on more time has no one date: what it denied would seem to have that of what it granted.
                if latest is not None and not isinstance(subject, ExtensionRequest):
                    found[name] = replace(latest, name=name)
                found |= {f"{name}/{violation_id}": computed for violation_id, computed in each.items()}
            elif (computed := self._counted(rule, subject, name)) is not None:
                found[name] = computed
        return found

    def _counted(self, rule: DeadlineRule, subject: Subject | None, name: str) -> ComputedDate | None:
        """The date that a rule gives; none where it is counted from a hearing and there is none."""
        trigger = {
            "service": self.served_on,
            "issue": self.on,
            "hearing": subject.on if isinstance(subject, Hearing) else None,
        }[rule.trigger]
        if trigger is None:
            return None
        return compute(rule, trigger, Calendar(self.pack.closed_days(rule)), self.extension, name=name)

    def _comply_by(
        self, name: str, violation: Violation, section: Section | None, rule: DeadlineRule, subject: Subject | None
    ) -> ComputedDate | None:
        name, trigger = f"{name}/{violation.id}", self.served_on
        citation = rule.source.citation
        stated, reason = violation.comply_by, "set by the officer for this violation."
        request = self.granted.get(violation.id)
        until = request.granted_for(violation.id) if request is not None else None
        if request is not None and until is not None and (stated is None or until > stated):
            stated, reason = until, f"as decided on the request {request.id} of {request.on.isoformat()}."
        # What comes after the date of an earlier notice has gone by, a citation, counts its order to correct anew.
        stale = (self.after_lapse or isinstance(subject, Citation)) and stated is not None and stated <= trigger
        if stated is not None and not stale:
            return fixed(name, rule.title, stated, trigger=trigger, reason=reason, citation=citation)
        if isinstance(subject, ExtensionRequest):
            return None  # where it is denied, the earlier paper's date stands, and nothing counts from the denial
        if violation.immediate_danger:
            reason = "at once, because there is an immediate danger."
            return fixed(name, rule.title, trigger, trigger=trigger, reason=reason, citation=citation)
        return self._counted(_cure(rule, section), subject, name)


def _cure(rule: DeadlineRule, section: Section | None) -> DeadlineRule:
    if section is None or section.cure_days is None:
        return rule
    source = replace(rule.source, citation=f"{section.source.citation}; {rule.source.citation}")
    return replace(rule, count=section.cure_days, unit="days", source=source)


def _contested(pack: TownPack, casefile: Casefile, subject: Subject | None) -> dict[str, Decimal]:
    """The citations that a hearing hears or an appeal is of, with their fines: as decided, as stated, or counted."""
    if isinstance(subject, Appeal):
        heard = set(subject.of)
    elif isinstance(subject, Hearing):
        heard = {what for appeal in subjects.appeals_heard(casefile, subject) for what in appeal.of}
    else:
        return {}
    return {one.id: charged(pack, casefile, one) for one in casefile.citations if one.id in heard and one.counts}


def _fines(
    pack: TownPack,
    casefile: Casefile,
    kind: DocumentType,
    subject: Subject | None,
    spoken_of: tuple[Violation, ...],
    on: date,
) -> Fines | None:
    if isinstance(subject, Citation):
        return fines_of(pack, casefile, subject)
    if kind.subject in ("case", "stop_work") and spoken_of:
        return prospective_fines(pack, casefile, spoken_of, on)
    return None


def _penalty(
    pack: TownPack, casefile: Casefile, subject: Subject | None, on: date, calendar: Calendar
) -> Penalty | None:
    limited = [subject] if isinstance(subject, Permit) else [p for p in casefile.permits if p.limit_months is not None]
    if not limited or pack.time_limit is None:
        return None
    return penalty_of(pack.time_limit, limited[-1], on, calendar, casefile.stop_work_orders)


def _limit_dates(penalty: Penalty) -> dict[str, ComputedDate]:
    extended = penalty.extension is not None
    reason = "the limit as extended." if extended else f"{penalty.limit_months} months after the permit was issued."
    if penalty.held_days:
        reason = f"{reason.removesuffix('.')}, and the {penalty.held_days} days that a stop work order held it."
    title, trigger = "Construction time limit", penalty.issued_on
    dates = {
        TIME_LIMIT: fixed(TIME_LIMIT, title, penalty.limit, trigger=trigger, reason=reason, citation=penalty.citation)
    }
    if penalty.next_tier is not None:
        day = penalty.next_tier.starts_on
        reason = f"day {penalty.next_tier.from_day} after the limit of {penalty.limit.isoformat()}."
        dates[NEXT_TIER] = fixed(
            NEXT_TIER, "Next penalty tier", day, trigger=penalty.limit, reason=reason, citation=penalty.citation
        )
    return dates


def _order_problems(
    kind: DocumentType, casefile: Casefile, recipient: str, party: Party | None, on: date
) -> Iterator[Finding]:
    if party is None and kind.addressee == "complainant":
        message = "This goes to who complained, and the casefile names nobody so, or somebody else."
        yield Finding.error("reckoning.recipient", message, "/confidential/complainant")
    elif party is None and (recipient or "recipient" in kind.required_blocks):
        named = f"no party {recipient}" if recipient else "no recipient named for this document"
        yield Finding.error("reckoning.recipient", f"The casefile has {named}.", "/parties")
    if on < casefile.case.opened_on:
        message = f"The document is dated {on.isoformat()}, before the case was opened."
        yield Finding.error("reckoning.before_case", message, "/case/opened_on")


def _undecided(place: str) -> Finding:
    message = "How many days mailing adds for this address must be decided by a person."
    return Finding.error("deadline.person_decides", message, f"{place}/address")


def _section_problems(pack: TownPack, casefile: Casefile, spoken_of: tuple[Violation, ...]) -> Iterator[Finding]:
    spoken = {violation.id for violation in spoken_of}
    for index, violation in enumerate(casefile.violations):
        if violation.id not in spoken or pack.section(violation.section, violation.observed_on):
            continue
        place = f"/violations/{index}/section"
        editions = pack.editions(violation.section)
        if not editions:
            yield Finding.error("section.unknown", citing.unknown(violation.section, pack.codes), place)
        else:
            periods = ", ".join(
                f"{e.in_force_from.isoformat()} to {e.in_force_until.isoformat()}"
                if e.in_force_until
                else f"from {e.in_force_from.isoformat()}"
                for e in editions
            )
            message = f"{editions[0].code} was not in force on {violation.observed_on.isoformat()} (it was: {periods})."
            yield Finding.error("section.not_in_force", message, place)


def _past_problems(
    casefile: Casefile,
    spoken_of: tuple[Violation, ...],
    deadlines: Mapping[str, ComputedDate],
    cure: str | None,
    served_on: date,
) -> Iterator[Finding]:
    spoken = {violation.id for violation in spoken_of}
    for index, violation in enumerate(casefile.violations):
        computed = deadlines.get(f"{cure}/{violation.id}")
        if violation.id in spoken and computed is not None and computed.date < served_on:
            message = f"The date to comply, {computed.date.isoformat()}, is before the document is served."
            yield Finding.error("deadline.past", message, f"/violations/{index}/comply_by")


def _hearing_problems(
    hearing: Hearing, place: str, notice: ComputedDate | None, served_on: date, calendar: Calendar
) -> Iterator[Finding]:
    closed = calendar.closed(hearing.on)
    if closed is not None:
        message = f"The hearing is set for {hearing.on.isoformat()}, when the office is closed ({closed})."
        yield Finding.error("hearing.closed_day", message, f"{place}/on")
    announced = hearing.continuance is not None and hearing.continuance.announced  # to all who came, and before that
    if notice is not None and served_on > notice.date and not announced:
        message = f"The hearing had to be noticed by {notice.date.isoformat()}; this is {served_on.isoformat()}."
        yield Finding.error("hearing.notice_late", message, f"{place}/on")
