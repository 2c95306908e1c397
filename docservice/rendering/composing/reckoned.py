"""What was computed, as values that a wording prints: dates by name, fine, penalty, ledgers, statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docservice.casefile.facts import Casefile, Violation
from docservice.casefile.history import ExtensionRequest
from docservice.rendering.composing.values import Day, Fact, Money, Record
from docservice.town.deadlines import ComputedDate
from docservice.town.debts import Ledger
from docservice.town.fines import Fines
from docservice.town.fines_to_come import FinesToCome
from docservice.town.more_time import due_on, more_time
from docservice.town.pack import TownPack
from docservice.town.penalties import NEXT_TIER, TIME_LIMIT, Penalty
from docservice.town.reckoning import Reckoning


def names(
    reckoning: Reckoning, casefile: Casefile, pack: TownPack, language: str, may_lack: tuple[str, ...]
) -> dict[str, Any]:
    """``deadlines``, ``fine``, ``penalty``, ``ledger`` and ``statements``; None for what the document has not.

    ``may_lack``: dates that the template may ask for without the document having them (``wording.meta``).
    """
    kind = pack.document_types.get(reckoning.document_type)
    foreign = None if language == "en" else "en"
    dates = {name: _day(name, computed, language) for name, computed in reckoning.deadlines.items()}
    statements = dict.fromkeys(kind.statements if kind else ())
    known = dict.fromkeys((*(kind.deadlines if kind else ()), *may_lack))
    triggered = {
        key: Record(
            f"statements.{key}",
            {"key": key, "title": Fact(pack.statements[key].title, f"town/statements/{key}", foreign)},
        )
        for key in reckoning.statements
    }
    debts = reckoning.debts
    return {
        "deadlines": Record("deadlines", known | dates),
        "fine": _fine(reckoning.fines, casefile, language, foreign) if reckoning.fines else None,
        "fines_to_come": tuple(_to_come(one, i, language, foreign) for i, one in enumerate(reckoning.to_come)),
        "penalty": _penalty(reckoning.penalty, dates, language, foreign) if reckoning.penalty else None,
        "ledger": Record(
            "ledger",
            {"fines": _ledger(debts.fines, language, foreign), "costs": _ledger(debts.costs, language, foreign)},
        ),
        # One that the town's pack does not have is not owed.
        "statements": Record("statements", dict.fromkeys(pack.statements) | statements | triggered, open=True),
    }


def comply_by(reckoning: Reckoning, violation_id: str, language: str) -> Day | None:
    """The date by which one violation must be corrected."""
    name = f"{reckoning.cure}/{violation_id}"
    computed = reckoning.deadlines.get(name)
    return _day(name, computed, language) if computed else None


def time_given(
    casefile: Casefile, violation: Violation, index: int, reckoning: Reckoning, language: str
) -> dict[str, Any]:
    """Of a violation: ``due_on``, its day as the casefile has it; ``due_before``, the one before more time was given;
    ``extended``, whether the request that the document is about got it more."""
    due, request = due_on(casefile, violation), more_time(casefile).get(violation.id)
    pointer, before = f"/violations/{index}/comply_by", violation.comply_by
    moved = request is not None and before is not None and before != due
    mine = reckoning.subject if isinstance(reckoning.subject, ExtensionRequest) else None
    return {
        "due_on": Day(due, language, pointer=pointer) if due is not None else None,
        "due_before": Day(before, language, pointer=pointer) if moved and before is not None else None,
        "extended": mine is not None and mine.granted_for(violation.id) is not None,
    }


def at_once(reckoning: Reckoning, violation: Violation) -> bool:
    """Whether it must be corrected without waiting: no person set a day, and the day of the letter is none for who gets
    it later, by mail in another city."""
    computed = reckoning.deadlines.get(f"{reckoning.cure}/{violation.id}")
    return violation.immediate_danger and computed is not None and computed.date <= reckoning.served_on


def comply(reckoning: Reckoning, violations: Sequence[Violation], language: str) -> Record:
    """When all of it is to be corrected: ``first`` and ``last`` of the dates that are not at once, how many are
    ``later`` and how many ``at_once``, and whether there is ``one_date``."""
    later = []
    now = 0
    for violation in violations:
        computed = reckoning.deadlines.get(f"{reckoning.cure}/{violation.id}")
        if at_once(reckoning, violation):
            now += 1
        elif computed is not None:
            later.append((computed.date, violation.id))
    ends = {"first": min(later, default=None), "last": max(later, default=None)}
    days = {name: comply_by(reckoning, found[1], language) if found else None for name, found in ends.items()}
    return Record(
        "comply", {**days, "later": len(later), "at_once": now, "one_date": len({day for day, _ in later}) == 1}
    )


def _day(name: str, computed: ComputedDate, language: str) -> Day:
    return Day(computed.date, language, deadline=name)


def _fine(fines: Fines, casefile: Casefile, language: str, foreign: str | None) -> Record:
    dates = {citation.id: citation.violation_on for citation in casefile.citations}
    lines = tuple(
        Record(
            f"fine.lines.{i}",
            {
                "section": Fact(line.section, f"town/sections/{line.section}/code"),
                "title": Fact(line.title, f"town/sections/{line.section}/title", foreign),
                "class_title": Fact(line.class_title, f"town/fine_classes/{line.fine_class}/title", foreign),
                "ordinal": line.ordinal,
                "amount": Money(line.amount, f"fine/{line.section}"),
            },
        )
        for i, line in enumerate(fines.lines)
    )
    earlier = sorted({dates[citation] for line in fines.lines for citation in line.earlier})
    sources = dict.fromkeys(line.citation for line in fines.lines)
    values = {
        "total": Money(fines.total, "fine-total"),
        "lines": lines,
        "earlier": tuple(Day(day, language) for day in earlier),
        "source": Fact("; ".join(sources), "town/fine_classes", foreign) if sources else None,
        "prospective": fines.prospective,
    }
    return Record("fine", values)


def _to_come(fines: FinesToCome, place: int, language: str, foreign: str | None) -> Record:
    amounts = {name: getattr(fines, name) for name in ("next", "first", "second", "third")}
    # The third amount of a class has one name, however many groups of the letter print it.
    named = {name: Money(amount, f"to-come/{fines.fine_class}/{name}") for name, amount in amounts.items()}
    return Record(
        f"fines_to_come.{place}",
        named
        | {
            "sections": tuple(Fact(code, f"town/sections/{code}/code") for code in fines.sections),
            "class_title": Fact(fines.class_title, f"town/fine_classes/{fines.fine_class}/title", foreign),
            "starts_on": Day(fines.starts_on, language, pointer="reckoned/fines-from") if fines.starts_on else None,
            "at_once": fines.at_once,
            "ordinal": fines.ordinal,
            "next": Money(fines.next, f"to-come/{fines.fine_class}/{fines.ordinal}"),
            "source": Fact(fines.citation, f"town/fine_classes/{fines.fine_class}/source", foreign),
        },
    )


def _penalty(penalty: Penalty, dates: dict[str, Day], language: str, foreign: str | None) -> Record:
    tiers = tuple(
        Record(
            f"penalty.tiers.{i}",
            {
                "from_day": tier.from_day,
                "to_day": tier.to_day,
                "per_day": Money(tier.per_day, f"penalty-rate/{tier.from_day}"),
                "days": tier.days,
                "amount": Money(tier.amount, f"penalty/{tier.from_day}"),
                "reached": tier.days > 0,
            },
        )
        for i, tier in enumerate(penalty.tiers)
    )
    following = penalty.next_tier
    step = None
    if following is not None:
        step = {
            "from_day": following.from_day,
            "per_day": Money(following.per_day, f"penalty-rate/{following.from_day}"),
            "on": dates.get(NEXT_TIER) or Day(following.starts_on, language),
        }
    values = {
        "days_late": penalty.days_past,
        "days_left": penalty.days_left,
        "limit_on": dates.get(TIME_LIMIT) or Day(penalty.limit, language),
        "original_limit_on": Day(penalty.original_limit, language),
        "extended": penalty.extension is not None,
        "total": Money(penalty.total, "penalty-total"),
        "tiers": tiers,
        "next": Record("penalty.next", step) if step else None,
        "held_days": penalty.held_days,
        "holding": penalty.holding,
        "source": Fact(penalty.citation, "town/time_limit/source", foreign),
    }
    return Record("penalty", values)


def _ledger(ledger: Ledger, language: str, foreign: str | None) -> Record:
    lines = tuple(
        Record(
            f"ledger.{ledger.kind}.lines.{i}",
            {
                "on": Day(line.on, language),
                "text": Fact(line.why, f"ledger/{ledger.kind}/{i}", foreign),
                "amount": Money(line.amount, f"ledger/{ledger.kind}/{i}"),
                "balance": Money(line.balance, f"ledger/{ledger.kind}/{i}/balance"),
            },
        )
        for i, line in enumerate(ledger.lines)
    )
    values = {
        "charged": Money(ledger.charged, f"{ledger.kind}-charged"),
        "paid": Money(ledger.paid, f"{ledger.kind}-paid"),
        "balance": Money(ledger.balance, f"{ledger.kind}-balance"),
        "lines": lines,
    }
    return Record(f"ledger.{ledger.kind}", values)
