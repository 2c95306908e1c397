"""What a citation that was taken back leaves: money to give back, later citations that count anew, a hearing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from docservice.casefile.facts import Casefile, Citation, Hearing
from docservice.town import subjects
from docservice.town.books import debts_by_facts
from docservice.town.citing import code_of
from docservice.town.fines import fines_of
from docservice.town.pack import TownPack


@dataclass(frozen=True, slots=True)
class LaterCitation:
    """One of a later day for the same section: what it says, and what it costs since."""

    citation: Citation
    was: Decimal
    now: Decimal


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """``refund`` is what was paid or deposited on it. ``hearing`` was to hear it; ``alone``: it and nothing else."""

    refund: Decimal
    later: tuple[LaterCitation, ...]
    hearing: Hearing | None
    alone: bool


def withdrawn(pack: TownPack, casefile: Casefile, citation: Citation, on: date) -> Withdrawn:
    """What becomes of money, of later citations and of the hearing, now that a citation counts for nothing."""
    debt = debts_by_facts(pack, casefile, on).debt(citation.id)
    hearing, alone = _hearing(casefile, citation, on)
    return Withdrawn(
        debt.refund if debt is not None else Decimal(0), tuple(_later(pack, casefile, citation)), hearing, alone
    )


def _later(pack: TownPack, casefile: Casefile, citation: Citation) -> Iterator[LaterCitation]:
    counted = replace(citation, status="open", taken_back=None)
    before = replace(
        casefile, citations=tuple(counted if one.id == citation.id else one for one in casefile.citations)
    )  # fmt: skip
    mine = _sections(pack, casefile, citation)
    for one in casefile.citations:
        if one.violation_on <= citation.violation_on or not one.counts or not mine & _sections(pack, casefile, one):
            continue
        was = one.fine if one.fine is not None else fines_of(pack, before, one).total
        now = min(was, fines_of(pack, casefile, one).total)
        if one.reduced_to is None or one.reduced_to > now:
            yield LaterCitation(one, was, now)


def _sections(pack: TownPack, casefile: Casefile, citation: Citation) -> set[str]:
    return {code_of(one.section, pack.codes) for one in casefile.violations if one.id in citation.violations}


def _hearing(casefile: Casefile, citation: Citation, on: date) -> tuple[Hearing | None, bool]:
    for hearing in casefile.hearings:
        heard = {what for appeal in subjects.appeals_heard(casefile, hearing) for what in appeal.of}
        open_still = hearing.decided_on is None and hearing.held_on is None and hearing.on >= on
        if citation.id in heard and open_still:
            counts = {one.id for one in casefile.citations if one.counts}
            cited = {one.id for one in casefile.citations}
            return hearing, not any(what in counts or what not in cited for what in heard - {citation.id})
    return None, False
