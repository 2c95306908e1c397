"""What may go out in a case, and to whom: the guards of procedure, asked for every type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from docservice.casefile.facts import Casefile, Party
from docservice.casefile.record import CaseRecord
from docservice.town import subjects
from docservice.town.addressees import addressees
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


@dataclass(frozen=True, slots=True)
class StepChange:
    """A step that has another answer now; None where the case did not call for the document, or does no longer."""

    document_type: str
    about: str | None
    recipient: str | None
    before: GuardAnswer | None
    after: GuardAnswer | None


def changed_steps(before: Sequence[NextStep], after: Sequence[NextStep]) -> tuple[StepChange, ...]:
    """The steps whose verdict or day is another one. What may not go out is as if the case did not call for it."""
    then, now = ({(one.document_type, one.about, one.recipient): one.answer for one in each}
                 for each in (before, after))  # fmt: skip
    return tuple(
        StepChange(*key, then.get(key), now.get(key))
        for key in dict.fromkeys((*now, *then))
        if _verdict(then.get(key)) != _verdict(now.get(key))
    )


def _verdict(answer: GuardAnswer | None) -> tuple[str, date | None]:
    return (answer.verdict, answer.starts) if answer is not None else ("no", None)


def next_steps(pack: TownPack, casefile: Casefile, record: CaseRecord, on: date) -> tuple[NextStep, ...]:
    """Every type of document, about each thing that it could be about, to each who must be served with it."""
    guards = Guards(Papers(pack, casefile, record, on))
    found = []
    for type in pack.procedure.types if pack.procedure is not None else ():
        kind = pack.document_types.get(type)
        for about in _subjects(casefile, kind):
            for recipient in _recipients(casefile, kind, about):
                found.append(NextStep(type, about, recipient, guards.may(type, about, recipient)))
    return tuple(found)


def _subjects(casefile: Casefile, kind: DocumentType | None) -> Sequence[str | None]:
    if kind is None or kind.subject == "case":
        return (None,)
    return tuple(subjects.name_of(one) for one in subjects.fitting(casefile, kind))


def _recipients(casefile: Casefile, kind: DocumentType | None, about: str | None) -> Sequence[str | None]:
    if kind is None or "recipient" not in kind.required_blocks:
        return (None,)
    if kind.served:
        return tuple(due.party.id for due in service_set(kind, _with_appellants(casefile, about)).due)
    return tuple(party.id for party in addressees(casefile, kind))


def _with_appellants(casefile: Casefile, about: str | None) -> Sequence[Party]:
    """The parties, as appellants those who filed an appeal of it, or that it hears, or who asked for what it decides; a
    role alone may be of another."""
    asked = {one.by for one in casefile.hardship_requests if one.id == about}
    if not casefile.appeals and not asked:
        return casefile.parties
    heard = {id for one in casefile.hearings if one.id == about for id in (one.appeal, *one.joined)}
    filed = asked | {one.by for one in casefile.appeals if about in one.of or one.id in heard}
    return [
        replace(party, roles=(*(role for role in party.roles if role != "appellant"),
                              *(("appellant",) if party.id in filed else ())))
        for party in casefile.parties
    ]  # fmt: skip
