"""What may go out in a case, and to whom: the guards of procedure, asked for every type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from docservice.casefile.facts import Casefile
from docservice.casefile.record import CaseRecord
from docservice.town import subjects
from docservice.town.guard_answers import GuardAnswer
from docservice.town.guards import Guards
from docservice.town.pack import DocumentType, TownPack
from docservice.town.papers import Papers
from docservice.town.service_set import service_set


@dataclass(frozen=True, slots=True)
class NextStep:
    """One document that the case could call for, and whether it may go out."""

    document_type: str
    about: str | None
    recipient: str | None
    answer: GuardAnswer


def next_steps(pack: TownPack, casefile: Casefile, record: CaseRecord, on: date) -> tuple[NextStep, ...]:
    """Every type of document, about each thing that it could be about, to each who must be served with it."""
    guards = Guards(Papers(pack, casefile, record, on))
    found = []
    for type in pack.procedure.types if pack.procedure is not None else ():
        kind = pack.document_types.get(type)
        for about in _subjects(casefile, kind):
            for recipient in _recipients(casefile, kind):
                found.append(NextStep(type, about, recipient, guards.may(type, about, recipient)))
    return tuple(found)


def _subjects(casefile: Casefile, kind: DocumentType | None) -> Sequence[str | None]:
    if kind is None or kind.subject == "case":
        return (None,)
    return tuple(subjects.name_of(one) for one in subjects.fitting(casefile, kind))


def _recipients(casefile: Casefile, kind: DocumentType | None) -> Sequence[str | None]:
    if kind is None or "recipient" not in kind.required_blocks:
        return (None,)
    if kind.served:
        return tuple(due.party.id for due in service_set(kind, casefile.parties).due)
    return tuple(party.id for party in casefile.parties)
