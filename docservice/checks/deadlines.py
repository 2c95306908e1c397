"""Is every date the right one, and the same everywhere? (DOMAIN §7.6, §3)"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from docservice.checks.examined import Sight, even, plain
from docservice.checks.finding import error
from docservice.checks.recount import Counted, Ordered, recount
from docservice.finding import Finding
from docservice.rendering.language import long_date, short_date, weekday_date
from docservice.town.deadlines import ComputedDate
from docservice.town.meanings import PROMISED


def printed_dates(sight: Sight) -> Iterator[Finding]:
    """Every computed date in the text is the one computed, in its machine value and as it is read (DOMAIN §7.6)."""
    if sight.reckoning is None:
        return
    for name, element in sight.page.deadlines:
        computed = sight.reckoning.deadlines.get(name)
        if computed is None:
            yield error(
                "deadline_unknown", f"The text prints a date “{name}” that nothing computes.", f"deadline {name}"
            )
            continue
        shown, stated = plain(element), element.get("datetime")
        if stated != computed.date.isoformat() or shown not in _forms(computed.date, _spoken(element, sight.language)):
            message = f"The text says “{shown}” ({stated}) for “{name}”; the arithmetic says {computed.date}."
            yield error("deadline_differs", message, f"deadline {name}")


@lru_cache(maxsize=1024)
def _forms(day: date, language: str) -> frozenset[str]:
    return frozenset(even(write(day, language)) for write in (long_date, weekday_date, short_date))


def _spoken(element: Any, language: str) -> str:
    while element is not None:
        own = element.get("lang")
        if own:
            return str(own)
        element = element.getparent()
    return language


def promised_dates(sight: Sight) -> Iterator[Finding]:
    """The date to contest, to pay, to comply is printed where the document type promises it (DOMAIN §7.6)."""
    if sight.kind is None or sight.reckoning is None:
        return
    printed = {name.partition("/")[0] for name, _ in sight.page.deadlines}
    promised = [
        (name, block)
        for block, meanings in PROMISED.items()
        for meaning in meanings
        for name in sight.pack.printed(sight.kind, meaning)
    ]
    for name, block in promised:
        if block in sight.required and name not in printed:
            if name == sight.reckoning.cure and _at_once(sight):
                continue
            yield error("deadline_missing", f"The date “{name}” is not printed.", f"block {block}")


def past_dates(sight: Sight) -> Iterator[Finding]:
    """No last day is printed that is over when the document is served (DOMAIN §7.6).

    What is counted after a hearing may be: a decision tells of it. The dates to comply are the reckoning's.
    """
    if sight.kind is None or sight.reckoning is None:
        return
    for name in dict.fromkeys(name for name, _ in sight.page.deadlines):
        rule = sight.pack.deadlines.get(sight.kind.deadlines.get(name, ""))
        computed = sight.reckoning.deadlines.get(name)
        if rule is None or computed is None or name == sight.reckoning.cure:
            continue
        if rule.trigger == "hearing" and rule.direction == "after":
            continue
        if computed.date < sight.reckoning.served_on:
            message = f"“{name}” is {computed.date}, before the document is served ({sight.reckoning.served_on})."
            yield error("deadline_past", message, f"deadline {name}")


def _at_once(sight: Sight) -> bool:
    """Whether no violation has a later day than that of service: an immediate danger says "at once" instead."""
    assert sight.reckoning is not None
    dates = (sight.reckoning.deadlines[f"{sight.reckoning.cure}/{name}"].date for name in sight.reckoning.violations)
    return all(day <= sight.reckoning.served_on for day in dates)


def recomputed(sight: Sight) -> Iterator[Finding]:
    """The dates themselves, counted again from the town's rules and the casefile (DOMAIN §3)."""
    if sight.reckoning is None or sight.kind is None or sight.casefile is None:
        return
    made = sight.reckoning
    order = Ordered(made.on, made.served_on, made.method, made.recipient, made.about)
    rightly = dict(recount(sight.pack, sight.casefile, sight.kind, order))
    each = [rightly[name] for name in (f"{made.cure}/{one}" for one in made.violations) if name in rightly]
    if each and sight.kind.subject != "request":  # what a decision denied has no part in what it granted
        assert made.cure is not None  # their names begin with it
        rightly[made.cure] = max(each, key=lambda counted: counted.day)
    for name in {**rightly, **made.deadlines}:
        counted, computed = rightly.get(name), made.deadlines.get(name)
        if counted is None or computed is None:
            by = "counting gives none" if counted is None else f"counting gives {counted.day}"
            message = f"“{name}” is given as {computed.date if computed else 'nothing'}; {by}."
            yield error("deadline_differs", message, f"deadline {name}")
        elif _basis(computed) != counted:
            message = f"“{name}” is given as {computed.date} ({computed.explain()}); counting gives {counted.day}."
            yield error("deadline_differs", message, f"deadline {name}")


def _basis(computed: ComputedDate) -> Counted:
    return Counted(computed.date, computed.trigger, computed.count, computed.extension)
