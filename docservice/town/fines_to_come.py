"""The fines that come if nothing is done: how much, and from which day. What a notice tells before any is owed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from docservice.casefile.facts import Violation
from docservice.town.citing import code_of
from docservice.town.fines import Fines
from docservice.town.pack import TownPack


@dataclass(frozen=True, slots=True)
class FinesToCome:
    """One class of fines from one day. ``starts_on``: the day after the date to comply by; None where no time is given.

    ``at_once``: an immediate danger, for which no time has to be given. ``next`` is the amount of the next citation of
    a section as the earlier ones count, ``ordinal`` which one that is.
    """

    fine_class: str
    class_title: str
    sections: tuple[str, ...]
    violations: tuple[str, ...]
    starts_on: date | None
    at_once: bool
    ordinal: int
    next: Decimal
    first: Decimal
    second: Decimal
    third: Decimal
    citation: str


def fines_to_come(
    pack: TownPack, fines: Fines | None, violations: Sequence[Violation], comply_by: Mapping[str, date]
) -> tuple[FinesToCome, ...]:
    """What a citation would cost, by class and first day, in the order of the violations.

    ``fines``: what one would cost now (``fines.prospective_fines``) or, of a citation, what it costs: then the
    next ones follow. ``comply_by``: the day by which each violation is to be corrected, by its id.
    """
    if fines is None:
        return ()
    codes = pack.codes
    lines = {line.section: line for line in fines.lines}
    found: dict[tuple[str, date | None, bool, int], list[Violation]] = {}
    for violation in violations:
        line = lines.get(code_of(violation.section, codes))
        if line is None:
            continue
        day = comply_by.get(violation.id)
        at_once = violation.immediate_danger
        starts = None if at_once or day is None else day + timedelta(days=1)
        ordinal = line.ordinal if fines.prospective else line.ordinal + 1
        found.setdefault((line.fine_class, starts, at_once, ordinal), []).append(violation)
    made = []
    for (name, starts, at_once, ordinal), group in found.items():
        fine_class = pack.fine_classes[name]
        made.append(
            FinesToCome(
                fine_class=name,
                class_title=fine_class.title,
                sections=tuple(dict.fromkeys(code_of(one.section, codes) for one in group)),
                violations=tuple(one.id for one in group),
                starts_on=starts,
                at_once=at_once,
                ordinal=ordinal,
                next=fine_class.amount(ordinal),
                first=fine_class.amount(1),
                second=fine_class.amount(2),
                third=fine_class.amount(3),
                citation=fine_class.source.citation,
            )
        )
    return tuple(made)
