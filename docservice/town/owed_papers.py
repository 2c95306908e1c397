"""Papers that what happened in a case calls for: a fine that fell is printed anew, a paper that is void is told of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from docservice.casefile.facts import Casefile
from docservice.casefile.record import CaseRecord, IssuedDocument
from docservice.town.pack import TownPack
from docservice.town.papers import Papers

OwedPaperCode = Literal["recount.due", "withdrawal.due"]


@dataclass(frozen=True, slots=True)
class OwedPaper:
    """A paper that somebody has to be sent: ``document_types`` are those that would do, where the town has any;
    ``number`` is of the paper that it is because of."""

    code: OwedPaperCode
    document_types: tuple[str, ...]
    about: str | None
    recipient: str | None
    number: str
    message: str


def owed_papers(pack: TownPack, casefile: Casefile, record: CaseRecord, on: date) -> tuple[OwedPaper, ...]:
    """What is owed on a day. ``casefile`` has the record folded into it."""
    papers = Papers(pack, casefile, record, on)
    return (*_recounted(papers), *_fallen(pack, papers))


def _recounted(papers: Papers) -> Iterator[OwedPaper]:
    for found in papers.debts.recounts:
        for one in papers.every:
            if one.puts == "cited" and one.about == found.citation and papers.in_force(one) and not one.imported:
                yield OwedPaper(
                    "recount.due", (one.document_type,), one.about, one.recipient, one.number, found.message
                )


def _fallen(pack: TownPack, papers: Papers) -> Iterator[OwedPaper]:
    """A void is told to whoever was served, each once."""
    types = pack.procedure.types if pack.procedure is not None else {}
    telling = tuple(key for key, of_type in types.items() if of_type.tells == "void")
    for one in papers.counted:
        fell = _fell(papers, one)
        if fell is None or one.imported:
            continue
        day, why = fell
        for party in papers.casefile.parties:
            known = papers.served(one, (party.id,))
            told = any(_tells(each, one, party.id, day) for each in papers.of(telling))
            if known.state == "served" and known.on is not None and known.on <= day and not told:
                message = f"{one.number} was served on {party.id} on {known.on}, and {why}: tell them."
                yield OwedPaper("withdrawal.due", telling, one.about, party.id, one.number, message)


def _fell(papers: Papers, one: IssuedDocument) -> tuple[date, str] | None:
    if one.status == "void" and one.status_on is not None and one.status_on <= papers.on:
        return one.status_on, f"is void since {one.status_on}"
    if one.in_force and one.about is not None and one.puts is not None:
        for event in papers.record.standing():
            if event.type == "withdrawn" and event.subject == one.about and event.on <= papers.on:
                return event.on, f"{one.about} was withdrawn on {event.on}"
    return None


def _tells(told: IssuedDocument, of: IssuedDocument, recipient: str, since: date) -> bool:
    same = told.about in (None, of.about, of.number)
    return same and told.recipient == recipient and told.issued_on >= since
