"""Fines by class and ordinal, recomputed from the case's earlier citations (Gov. Code § 36900; DOMAIN §7.5).

A citation is the second or third for a section when earlier citations of the same section, at the same property, for
violations within the look-back period before this one, count: neither dismissed nor void. A casefile is about one
property.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from docservice.casefile.facts import Casefile, Citation, Violation
from docservice.finding import Finding
from docservice.town.citing import code_of
from docservice.town.deadlines import add_months
from docservice.town.pack import FineClass, Section, TownPack

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


@dataclass(frozen=True, slots=True)
class FineLine:
    """The fine for one section of a citation. ``earlier``: the citations that make it the second, third …"""

    violations: tuple[str, ...]
    section: str
    title: str
    fine_class: str
    class_title: str
    ordinal: int
    earlier: tuple[str, ...]
    amount: Decimal
    cap: Decimal
    schedule: tuple[Decimal, ...]
    citation: str

    def explain(self) -> str:
        since = f", after {len(self.earlier)} within the year before" if self.earlier else ""
        return (
            f"{self.section}, {self.class_title.lower()}, {ordinal_word(self.ordinal)} violation{since}: "
            f"${self.amount:,.2f} (at most ${self.cap:,.2f}; {self.citation})."
        )


@dataclass(frozen=True, slots=True)
class Fines:
    """What a citation costs, or with ``prospective`` what one would cost."""

    lines: tuple[FineLine, ...]
    total: Decimal
    cap: Decimal
    stated: Decimal | None = None  # as the casefile says
    prospective: bool = False

    def explain(self) -> tuple[str, ...]:
        """Line by line how the total comes about."""
        return (*(line.explain() for line in self.lines), f"Total: ${self.total:,.2f}.")


def ordinal_word(ordinal: int) -> str:
    return _ORDINALS[ordinal - 1] if ordinal <= len(_ORDINALS) else f"no. {ordinal}"


def fines_of(pack: TownPack, casefile: Casefile, citation: Citation) -> Fines:
    """The fines of one citation of the casefile, whatever it states.

    One fine per section: several facts that break one section are one violation of it. Violations whose section the
    pack does not know have no line (``fine_problems`` names them).
    """
    index = next(i for i, listed in enumerate(casefile.citations) if listed.id == citation.id)
    cited = [violation for violation in casefile.violations if violation.id in citation.violations]
    before = [
        listed
        for i, listed in enumerate(casefile.citations)
        if (listed.violation_on, i) < (citation.violation_on, index)
    ]
    return _fines(pack, casefile, cited, before, citation.violation_on, stated=citation.fine)


def charged(pack: TownPack, casefile: Casefile, citation: Citation) -> Decimal:
    """What a citation costs: as a hearing decided it, as it states, else by the schedule.

    An earlier citation may have fallen away since: a fine may only fall by that.
    """
    stated = citation.fine if citation.reduced_to is None else citation.reduced_to
    counted = fines_of(pack, casefile, citation).total
    if stated is None:
        return counted
    return min(stated, counted) if counted else stated


def prospective_fines(pack: TownPack, casefile: Casefile, violations: Sequence[Violation], on: date) -> Fines:
    """What a citation of ``violations`` would cost if they were seen again on the day."""
    before = [listed for listed in casefile.citations if listed.violation_on <= on]
    return _fines(pack, casefile, violations, before, on, prospective=True)


def _fines(
    pack: TownPack,
    casefile: Casefile,
    cited: Sequence[Violation],
    before: Sequence[Citation],
    on: date,
    *,
    stated: Decimal | None = None,
    prospective: bool = False,
) -> Fines:
    codes = pack.codes
    sections = {violation.id: code_of(violation.section, codes) for violation in casefile.violations}
    grouped: dict[str, list[Violation]] = {}
    for violation in cited:
        grouped.setdefault(code_of(violation.section, codes), []).append(violation)
    lines = []
    for code, violations in grouped.items():
        section = pack.section(code, on if prospective else violations[0].observed_on)
        # Work beyond its time limit is penalized by the day (penalties.py), not by a fine as well.
        if section is None or (pack.time_limit and code == pack.time_limit.section):
            continue
        earlier = tuple(
            listed.id
            for listed in before
            if listed.counts
            and _within(pack, listed.violation_on, on)
            and any(sections.get(violation_id) == code for violation_id in listed.violations)
        )
        lines.append(_line(pack.fine_classes[section.fine_class], section, violations, earlier))
    total = sum((line.amount for line in lines), Decimal(0))
    cap = sum((line.cap for line in lines), Decimal(0))
    return Fines(tuple(lines), total, cap, stated, prospective)


def _within(pack: TownPack, earlier: date, on: date) -> bool:
    return add_months(earlier, pack.look_back.count) >= on


def _line(
    fine_class: FineClass, section: Section, violations: Iterable[Violation], earlier: tuple[str, ...]
) -> FineLine:
    ordinal = len(earlier) + 1
    return FineLine(
        violations=tuple(violation.id for violation in violations),
        section=section.code,
        title=section.title,
        fine_class=section.fine_class,
        class_title=fine_class.title,
        ordinal=ordinal,
        earlier=earlier,
        amount=fine_class.amount(ordinal),
        cap=fine_class.cap(ordinal),
        schedule=fine_class.amounts,
        citation=fine_class.source.citation,
    )


def fine_problems(citation: Citation, fines: Fines, place: str) -> Iterator[Finding]:
    """Where the citation's own ordinal and fine differ from the schedule. ``place``: the citation's JSON pointer."""
    if not fines.lines:
        yield Finding.error("fine.none", "No violation of this citation has a section that sets a fine.", place)
        return
    ordinal = max(line.ordinal for line in fines.lines)
    if citation.ordinal != ordinal:
        earlier = max((line.earlier for line in fines.lines), key=len)
        because = f"after {', '.join(earlier)}" if earlier else "there is no earlier one within the year"
        message = f"Stated as the {ordinal_word(citation.ordinal)} citation, but it is the {ordinal_word(ordinal)} "
        yield Finding.error("fine.ordinal", f"{message}({because}).", f"{place}/ordinal")
    if fines.stated is None:
        return
    if fines.stated > fines.cap:
        message = f"The fine of ${fines.stated:,.2f} is over the most the law allows, ${fines.cap:,.2f}."
        yield Finding.error("fine.over_cap", message, f"{place}/fine")
    elif fines.stated != fines.total:
        message = f"The fine is stated as ${fines.stated:,.2f}; the schedule gives ${fines.total:,.2f}."
        yield Finding.error("fine.total", message, f"{place}/fine")
