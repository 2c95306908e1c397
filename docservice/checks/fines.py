"""Is every amount the right one, and the same everywhere? (DOMAIN §7.5)"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from docservice.casefile.facts import Appeal, Casefile, Citation, Hearing
from docservice.checks.examined import Sight, even, plain
from docservice.checks.finding import error
from docservice.finding import Finding
from docservice.rendering.language import money
from docservice.town.citing import code_of
from docservice.town.deadlines import add_months
from docservice.town.pack import TownPack

_NONE = Decimal(0)


def printed_amounts(sight: Sight) -> Iterator[Finding]:
    """Every amount reads as its machine value, and an amount of one name is one amount (DOMAIN §7.5, 7.6)."""
    first: dict[str, Decimal] = dict(_known(sight))
    for name, element in sight.page.amounts:
        shown = plain(element)
        try:
            value = Decimal(element.get("value", ""))
        except InvalidOperation:
            yield error("amount_differs", f"The amount “{name}” has no value.", f"amount {name}")
            continue
        if shown != even(money(value)):
            yield error("amount_differs", f"The text says “{shown}” for “{name}”, which is {value}.", f"amount {name}")
        if first.setdefault(name, value) != value:
            message = f"The text says {value} for “{name}”; it is {first[name]}."
            yield error("amount_differs", message, f"amount {name}")


def _known(sight: Sight) -> Iterator[tuple[str, Decimal]]:
    """Amounts of the ledgers and the schedule, by the names under which a text prints them."""
    if sight.reckoning is None:
        return
    debts = sight.reckoning.debts
    for ledger in (debts.fines, debts.costs):
        yield f"{ledger.kind}-charged", ledger.charged
        yield f"{ledger.kind}-paid", ledger.paid
        yield f"{ledger.kind}-balance", ledger.balance
    if sight.reckoning.fines is not None:
        yield "fine-total", sight.reckoning.fines.total
        for line in sight.reckoning.fines.lines:
            yield f"fine/{line.section}", line.amount
    for name, fine_class in sight.pack.fine_classes.items():  # fines to come, by the schedule itself
        for ordinal, word in enumerate(("first", "second", "third"), 1):
            for said in (word, ordinal):
                yield f"to-come/{name}/{said}", fine_class.amounts[min(ordinal, len(fine_class.amounts)) - 1]
    if sight.casefile is not None:
        for citation in sight.casefile.citations:
            stated = citation.fine if citation.reduced_to is None else citation.reduced_to
            if isinstance(sight.reckoning.subject, Appeal | Hearing):
                due = [stated, schedule(sight.pack, sight.casefile, citation)[1] or None]
                yield f"contested/{citation.id}", min((one for one in due if one is not None), default=_NONE)
    if sight.pack.visit_fee is not None:
        yield "visit-fee", sight.pack.visit_fee.amount
    for tier in sight.pack.time_limit.tiers if sight.pack.time_limit else ():
        yield f"penalty-rate/{tier.from_day}", tier.per_day


def penalty(sight: Sight) -> Iterator[Finding]:
    """The penalty for a lapsed time limit, summed up again day by day (DOMAIN §2)."""
    reckoned = sight.reckoning.penalty if sight.reckoning else None
    if reckoned is None:
        return
    counted = [day for day in _after(reckoned.limit, reckoned.counted_to) if not _held(sight, day)]
    total = sum((_rate(sight.pack, number) for number, _ in enumerate(counted, 1)), _NONE)
    printed = {element.get("value") for name, element in sight.page.amounts if name == "penalty-total"}
    if reckoned.total != total or printed - {f"{total:.2f}"}:
        message = f"The penalty is given as {money(reckoned.total)}; day by day it comes to {money(total)}."
        yield error("penalty_total", message, "amount penalty-total")


def _after(limit: date, until: date) -> Iterator[date]:
    return (date.fromordinal(day) for day in range(limit.toordinal() + 1, until.toordinal() + 1))


def _held(sight: Sight, day: date) -> bool:
    """Whether an order to stop work, nobody's fault, held the limit on the day, where the town lets it."""
    rule = sight.pack.time_limit
    if rule is None or "stop_work_without_fault" not in rule.tolled_by or sight.casefile is None:
        return False
    orders = (one for one in sight.casefile.stop_work_orders if one.without_fault)
    return any(one.on < day <= (one.lifted_on or date.max) for one in orders)


def _rate(pack: TownPack, day: int) -> Decimal:
    assert pack.time_limit is not None  # or nothing would have been reckoned
    return max((tier for tier in pack.time_limit.tiers if tier.from_day <= day), key=lambda tier: tier.from_day).per_day


def fine(sight: Sight) -> Iterator[Finding]:
    """The fine is within its cap, follows the schedule, and the ordinal is the true one (DOMAIN §7.5)."""
    if sight.casefile is None or sight.reckoning is None or not isinstance(sight.reckoning.subject, Citation):
        return
    citation, place = sight.reckoning.subject, sight.reckoning.subject_place
    ordinal, total, cap = schedule(sight.pack, sight.casefile, citation)
    if not ordinal:
        yield error("fine_none", "No violation of this citation has a section that sets a fine.", place)
        return
    if citation.ordinal != ordinal:
        message = f"It says citation no. {citation.ordinal}; counting the earlier ones makes it no. {ordinal}."
        yield error("ordinal", message, f"{place}/ordinal")
    if citation.fine is not None and citation.fine > cap:
        yield error(
            "fine_over_cap", f"The fine of {money(citation.fine)} is over the cap of {money(cap)}.", f"{place}/fine"
        )
    elif citation.fine is not None and citation.fine != total:
        message = f"The fine is stated as {money(citation.fine)}; the schedule gives {money(total)}."
        yield error("fine_total", message, f"{place}/fine")
    for name, element in sight.page.amounts:
        if name == "fine-total" and element.get("value") != f"{total:.2f}":
            message = f"The text says {plain(element)}; the schedule gives {money(total)}."
            yield error("fine_total", message, f"amount {name}")


def schedule(pack: TownPack, casefile: Casefile, citation: Citation) -> tuple[int, Decimal, Decimal]:
    """Ordinal, fine and cap of a citation, counted again. One fine for each section cited; ordinal 0 if there is none.

    Earlier citations count when their violation was in the look-back period, before this one, and neither dismissed
    nor void (Gov. Code § 36900); of two on one day the one listed first came first.
    """
    place = casefile.citations.index(citation)
    codes = pack.codes
    sections = {violation.id: code_of(violation.section, codes) for violation in casefile.violations}
    earlier = [
        {sections.get(name) for name in other.violations}
        for index, other in enumerate(casefile.citations)
        if (other.violation_on, index) < (citation.violation_on, place)
        and add_months(other.violation_on, pack.look_back.count) >= citation.violation_on
        and other.status not in ("dismissed", "void")
        and other.taken_back is None
    ]
    highest, total, cap = 0, _NONE, _NONE
    cited = [v for v in reversed(casefile.violations) if v.id in citation.violations]
    observed = {sections[v.id]: v.observed_on for v in cited}
    for code, day in observed.items():
        section = pack.section(code, day)
        if section is not None:
            ordinal = 1 + sum(code in before for before in earlier)
            highest = max(highest, ordinal)
            fine_class = pack.fine_classes[section.fine_class]
            total, cap = total + fine_class.amount(ordinal), cap + fine_class.cap(ordinal)
    return highest, total, cap
