"""What one document is about: the inspection, citation, hearing … that an order names, and the violations in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from docservice.casefile.facts import (
    Appeal,
    Case,
    Casefile,
    Citation,
    HardshipRequest,
    Hearing,
    Inspection,
    Memorandum,
    Party,
    Permit,
    Placard,
    ServiceRecord,
    StopWorkOrder,
    Violation,
)
from docservice.casefile.history import ExtensionRequest, PlannedVisit, RecordedLien
from docservice.finding import Finding
from docservice.town.pack import DocumentType, ShownViolations, SubjectKind

Subject = (
    Appeal
    | Case
    | Citation
    | ExtensionRequest
    | HardshipRequest
    | Hearing
    | Inspection
    | Memorandum
    | Permit
    | Placard
    | PlannedVisit
    | RecordedLien
    | ServiceRecord
    | StopWorkOrder
)

# Field of the casefile that lists the subjects of a kind. A case is one by itself.
LISTS: Mapping[SubjectKind, str] = MappingProxyType(
    {
        "inspection": "inspections",
        "citation": "citations",
        "stop_work": "stop_work_orders",
        "hearing": "hearings",
        "memo": "memoranda",
        "service": "service",
        "permit": "permits",
        "visit": "visits",
        "request": "extension_requests",
        "placard": "placards",
        "hardship": "hardship_requests",
        "appeal": "appeals",
        "lien": "liens",
    }
)
_NAMES: dict[SubjectKind, str] = {
    "case": "case",
    "inspection": "inspection",
    "citation": "citation",
    "stop_work": "stop work order",
    "hearing": "hearing",
    "memo": "memorandum",
    "service": "service record",
    "permit": "permit with a time limit",
    "visit": "planned visit",
    "request": "request for more time",
    "placard": "placard",
    "hardship": "hardship request",
    "appeal": "appeal",
    "lien": "lien on record",
}


@dataclass(frozen=True, slots=True)
class FoundSubject:
    """The subject with its JSON pointer in the casefile; ``problem`` when the casefile has no such thing."""

    subject: Subject | None
    place: str
    problem: Finding | None = None


def listed(casefile: Casefile, kind: SubjectKind) -> Sequence[Subject]:
    """The things of a kind, in the casefile's order: what documents of that subject can be about."""
    if kind == "case":
        return (casefile.case,)
    found: Sequence[Subject] = getattr(casefile, LISTS[kind])
    return found


def fitting(casefile: Casefile, kind: DocumentType) -> Sequence[Subject]:
    """Those of ``listed`` that a document of the type can be about: of services, those by its methods."""
    found = listed(casefile, kind.subject)
    if not kind.methods:
        return found
    return [one for one in found if not isinstance(one, ServiceRecord) or one.method in kind.methods]


def find(casefile: Casefile, kind: SubjectKind, about: str | None) -> FoundSubject:
    """The subject that ``about`` names; without it the last one listed (of permits, the last with a time limit)."""
    if kind == "case":
        known = {
            None,
            casefile.case.number,
            *(i.id for i in casefile.inspections),
            *(v.id for v in casefile.violations),
        }
        if about in known:
            return FoundSubject(casefile.case, "/case")
        return FoundSubject(casefile.case, "/case", _missing(f"no inspection or violation {about}"))
    pointer, subjects = f"/{LISTS[kind]}", listed(casefile, kind)
    for index in range(len(subjects) - 1, -1, -1):
        subject = subjects[index]
        meant = not (isinstance(subject, Permit) and subject.limit_months is None) if about is None else (
            about == name_of(subject)
        )  # fmt: skip
        if meant:
            return FoundSubject(subject, f"{pointer}/{index}")
    name = _NAMES[kind] + (f" {about}" if about else "")
    return FoundSubject(None, pointer, _missing(f"no {name}", pointer))


def _missing(what: str, place: str = "") -> Finding:
    return Finding.error("reckoning.subject", f"The casefile has {what}.", place)


def violations_of(
    casefile: Casefile,
    subject: Subject | None,
    about: str | None,
    on: date,
    *,
    shows: ShownViolations = "open",
    reader: Party | None = None,
) -> tuple[Violation, ...]:
    """The violations that a document about ``subject`` speaks of on the day, in the casefile's order.

    A citation or an order has its own, an appeal those it is of, and an inspection report has what was seen then,
    corrected or not.
    A request for more time and a planned visit are about those that they name, of what is spoken of otherwise.
    Anything else speaks of what was seen by then, as its document type ``shows`` it: what is not corrected yet, what
    is, both or neither (``none``); a hearing also of what is contested, or of nothing else (``contested``). A
    ``reader`` who is a tenant is not told of other tenants' rooms.
    """
    return tuple(v for v in _spoken_of(casefile, subject, about, on, shows) if reader is None or may_read(reader, v))


def may_read(reader: Party, violation: Violation) -> bool:
    """Whether somebody is told of a violation: a tenant not of what is in the rooms of other units alone."""
    return not violation.units or not is_tenant(reader) or reader.unit in violation.units


def is_tenant(party: Party) -> bool:
    """Whether somebody lives there and has no more to do with the case: an owner who lives there is an owner."""
    return bool(party.roles) and set(party.roles) <= {"tenant", "occupant"}


def _spoken_of(
    casefile: Casefile, subject: Subject | None, about: str | None, on: date, shows: ShownViolations
) -> tuple[Violation, ...]:
    if isinstance(subject, Citation) or (isinstance(subject, StopWorkOrder | Placard) and subject.violations):
        return tuple(v for v in casefile.violations if v.id in subject.violations)
    if isinstance(subject, Inspection):
        return tuple(v for v in casefile.violations if v.inspection == subject.id)
    if shows == "none":
        return ()
    if isinstance(subject, Appeal):
        return tuple(v for v in casefile.violations if v.id in subject.of)
    if isinstance(subject, Hearing) and shows == "contested" and appeals_heard(casefile, subject):
        heard = frozenset(_named(casefile, appeals_heard(casefile, subject)))
        return tuple(v for v in casefile.violations if v.id in heard)
    contested = _contested(casefile) if isinstance(subject, Hearing) and shows != "contested" else frozenset()
    wanted = {"corrected": (True,), "all": (False, True)}.get(shows, (False,))
    seen = [
        v for v in casefile.violations if v.id in contested or (v.observed_on <= on and is_corrected(v, on) in wanted)
    ]
    if isinstance(subject, ExtensionRequest | PlannedVisit) and subject.violations:
        seen = [v for v in seen if v.id in subject.violations]
    if about is not None and isinstance(subject, Case) and about != subject.number:
        seen = [v for v in seen if about in (v.id, v.inspection)]
    return tuple(seen)


def covered(casefile: Casefile, kind: DocumentType, subject: Subject | None, on: date) -> tuple[int, ...]:
    """Places of the service records that a document about one of them tells of, by its day, in order of service.

    Nobody swears to what somebody else did, so all have the subject's declarant; the document type says how far it goes
    (``covers``), and of a day by which ``methods``. The subject itself is always among them.
    """
    if not isinstance(subject, ServiceRecord):
        return ()

    def told(one: ServiceRecord) -> bool:
        if one is subject:
            return True
        if kind.covers == "record" or one.declarant.name != subject.declarant.name or one.served_on > on:
            return False
        if kind.covers == "day":
            return one.served_on == subject.served_on and (not kind.methods or one.method in kind.methods)
        return (one.document, one.party) == (subject.document, subject.party)

    found = [(one.served_on, index) for index, one in enumerate(casefile.service) if told(one)]
    return tuple(index for _, index in sorted(found))


def told_together(
    casefile: Casefile, kind: DocumentType | None, subject: Subject | None, other: str | None, on: date
) -> bool:
    """Whether a paper about another service of the day tells of this one too."""
    if kind is None or kind.covers != "day":
        return False
    return any(casefile.service[index].id == other for index in covered(casefile, kind, subject, on))


def is_corrected(violation: Violation, on: date) -> bool:
    """Whether somebody has verified by the day that it is corrected."""
    return violation.corrected_on is not None and violation.corrected_on <= on


def appeals_heard(casefile: Casefile, hearing: Hearing) -> tuple[Appeal, ...]:
    """The appeals that a hearing hears: its own, then those joined to it, but for what was withdrawn."""
    known = {appeal.id: appeal for appeal in casefile.appeals if appeal.withdrawn_on is None}
    return tuple(known[name] for name in dict.fromkeys((hearing.appeal, *hearing.joined)) if name in known)


def _named(casefile: Casefile, appeals: Sequence[Appeal]) -> Iterator[str]:
    """The ids of what appeals are of, and of the violations in it."""
    named = {what for appeal in appeals for what in appeal.of}
    yield from named
    for citation in casefile.citations:
        if citation.id in named and citation.counts:
            yield from citation.violations
    for order in casefile.stop_work_orders:
        if order.id in named:
            yield from order.violations


def _contested(casefile: Casefile) -> frozenset[str]:
    named = {what for appeal in casefile.appeals for what in appeal.of}
    cited = {v for citation in casefile.citations if citation.id in named for v in citation.violations}
    return frozenset(named | cited)


def name_of(subject: Subject) -> str:
    """The id by which an order names it: a permit's or a case's is its number."""
    return subject.number if isinstance(subject, Permit | Case) else subject.id
