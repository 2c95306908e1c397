"""Is what is asked for as costs nothing but costs, all of them, and as much as they are? (DOMAIN §2, two ledgers)"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from docservice.casefile.facts import Cost
from docservice.casefile.history import RecordedLien
from docservice.checks.examined import Sight
from docservice.checks.finding import error
from docservice.finding import Finding
from docservice.rendering.language import money

# What a fine is called in the books; gravel may be fine, and so may the weather.
_FINE = re.compile(
    r"(?:^|\b(?:the|a|of|for|administrative|civil|first|second|third|unpaid|late)\s+)fine\b(?!\s+(?:grad|gravel|sand))"
    r"|\bfine\s+(?:for|of|no)\b|\bfines\b|\bpenalt(?:y|ies)\b",
    re.IGNORECASE,
)
_LINE = re.compile(r"/costs/(\d+)/amount\Z")
_OF_COSTS = ("costs-charged", "costs-balance")
_OF_FINES = ("fines-charged", "fines-balance", "fine-total")


def no_fine_among_them(sight: Sight) -> Iterator[Finding]:
    """A fine is no cost, and never becomes a lien (Gov. Code § 38773.1): refused by its line."""
    if sight.casefile is None or not _asks_for_costs(sight):
        return
    numbers = [one.number for one in sight.casefile.citations if one.number is not None]
    for index, cost in enumerate(sight.casefile.costs):
        named = next((number for number in numbers if number in cost.description), None)
        found = _FINE.search(cost.description)
        if named is not None or found is not None:
            said = named or (found[0] if found is not None else "")
            message = f"“{cost.description}” speaks of a fine ({said}); a fine is owed on its own and is no cost."
            yield error("cost_is_fine", message, f"/costs/{index}/description")


def recorded(sight: Sight) -> Iterator[Finding]:
    """What goes to the recorder asks for no fine (Gov. Code § 38773.1)."""
    envelope = sight.pack.envelopes.get(sight.bundle.meta.envelope or "")
    if envelope is None or envelope.kind != "recorder":
        return
    for name, _ in sight.page.amounts:
        if name in _OF_FINES or name.startswith("fine/"):
            yield error("lien_on_fine", "A lien secures costs, never a fine.", f"amount {name}")


def lines_add_up(sight: Sight) -> Iterator[Finding]:
    """A list of costs has every line, as it is in the books, and its sum (DOMAIN §7.5)."""
    if sight.casefile is None or sight.reckoning is None:
        return
    printed: dict[int, str] = {}
    total = None
    for name, element in sight.page.amounts:
        line = _LINE.fullmatch(name)
        if line is not None:
            printed[int(line[1])] = element.get("value", "")
        elif name == "costs-charged":
            total = element.get("value", "")
    if not printed or total is None:
        return
    due = {i: one for i, one in enumerate(sight.casefile.costs) if one.on <= sight.reckoning.on}
    for index, cost in due.items():
        if printed.get(index) != f"{cost.amount:.2f}":
            said = f"as {printed[index]}" if index in printed else "not at all"
            message = f"“{cost.description}”, {money(cost.amount)}, is in the books; the list has it {said}."
            yield error("cost_line", message, f"/costs/{index}")
    summed = sum((amount for value in printed.values() if (amount := _amount(value)) is not None), Decimal(0))
    if _amount(total) != summed:
        yield error("costs_total", f"The lines come to {money(summed)}; the sum says {total}.", "amount costs-charged")


def _amount(value: str) -> Decimal | None:
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


def lien(sight: Sight) -> Iterator[Finding]:
    """A lien is for the costs that it names, and is released when they are paid (Gov. Code § 38773.1)."""
    if sight.casefile is None or sight.reckoning is None or not isinstance(sight.reckoning.subject, RecordedLien):
        return
    subject, place = sight.reckoning.subject, sight.reckoning.subject_place
    secured = [one for one in sight.casefile.costs if one.id in subject.costs]
    if secured and subject.amount is not None and subject.amount != _sum(secured):
        message = f"It secures {money(_sum(secured))}; the lien is for {money(subject.amount)}."
        yield error("lien_amount", message, f"{place}/amount")
    owed = sight.reckoning.debts.costs.balance
    others = _sum([one for one in sight.casefile.costs if one.id not in subject.costs])
    if secured and owed > others:
        yield error("lien_unpaid", f"Of the costs {money(owed)} is still owed.", f"{place}/paid_on")


def _sum(costs: list[Cost]) -> Decimal:
    return sum((one.amount for one in costs), Decimal(0))


def _asks_for_costs(sight: Sight) -> bool:
    return any(name in _OF_COSTS or _LINE.fullmatch(name) for name, _ in sight.page.amounts)
