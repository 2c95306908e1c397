"""Daily penalties for construction that outlasts its time limit (MHMC 15.30.060 in the shipped pack)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from docservice.casefile.facts import Permit, PermitExtension, StopWorkOrder
from docservice.finding import Finding
from docservice.town.calendar import Calendar
from docservice.town.deadlines import add_months
from docservice.town.pack import TimeLimit

# The dates that are counted from a permit itself: no rule of a pack names them.
TIME_LIMIT, NEXT_TIER = "time-limit", "next-tier"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TierLine:
    """One tier: its days past the limit and on the calendar, and what of it has run so far."""

    from_day: int
    to_day: int | None  # None: the last tier has no end
    starts_on: date
    per_day: Decimal
    days: int  # days of this tier that have run
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Penalty:
    """How a permit stands against its limit on a day. Before the limit ``days_past`` is 0 and ``days_left`` counts."""

    permit: str
    issued_on: date
    limit_months: int
    original_limit: date
    limit: date  # with the latest extension granted
    extension: PermitExtension | None
    counted_to: date
    days_past: int
    days_left: int
    tiers: tuple[TierLine, ...]
    total: Decimal
    reached: int | None  # index into tiers
    next: int | None
    citation: str
    held_days: int = 0  # that do not count, because an order held the limit; ``limit`` is the later by those before it
    holding: bool = False  # such an order stands on the day: which day comes next is not known
    under_order: int = 0  # days past the limit that count although an order to stop work stood

    @property
    def tier(self) -> TierLine | None:
        """The tier reached, if the limit is past."""
        return None if self.reached is None else self.tiers[self.reached]

    @property
    def next_tier(self) -> TierLine | None:
        """The tier that comes next, if there is a further one."""
        return None if self.next is None else self.tiers[self.next]

    def explain(self) -> tuple[str, ...]:
        """Line by line how the total comes about."""
        if not self.days_past:
            return (f"The limit is {self.limit.isoformat()}; {self.days_left} days are left.",)
        held = f" (not counted: {self.held_days} days under a stop work order)" if self.held_days else ""
        limit = f"{self.limit.isoformat()}{held}"
        first = f"{self.counted_to.isoformat()} is {self.days_past} days past the limit of {limit}."
        lines = [
            f"Days {line.from_day} to {line.from_day + line.days - 1}: "
            f"{line.days} × ${line.per_day:,.2f} = ${line.amount:,.2f}."
            for line in self.tiers
            if line.days
        ]
        return (first, *lines, f"Total: ${self.total:,.2f} ({self.citation}).")


def penalty_of(
    rule: TimeLimit, permit: Permit, on: date, calendar: Calendar, orders: Sequence[StopWorkOrder] = ()
) -> Penalty | None:
    """The penalty that has run by the end of ``on``; ``None`` for a permit without a time limit.

    Extensions granted after ``on`` do not count yet; days after the work was completed do not count any more. Where the
    town says so, the days on which one of the ``orders`` stopped work without anybody's fault do not count either: the
    day of the order still does, that on which it is lifted does not.
    """
    if permit.limit_months is None:
        return None
    original = add_months(permit.issued_on, permit.limit_months)
    granted = [e for e in permit.extensions if (e.granted_on is None or e.granted_on <= on) and e.to > original]
    extension = max(granted, key=lambda e: e.to, default=None)
    limit = extension.to if extension else original
    if rule.limit_rolls:
        original, limit = calendar.roll(original, "after"), calendar.roll(limit, "after")
    counted_to = min(on, permit.completed_on) if permit.completed_on else on
    holds = [order for order in orders if order.without_fault and "stop_work_without_fault" in rule.tolled_by]
    held = _days(holds, counted_to)
    # Who sets a new limit knows what stood until then.
    since = (extension.granted_on if extension else None) or permit.issued_on
    limit = _moved(limit, since, held)
    past = max((counted_to - limit).days - sum(day > limit for day in held), 0)  # alive: the limit is no held day
    tiers = tuple(_tiers(rule, limit, past, held))
    holding = any(stands(order, on) for order in holds)
    reached = max((i for i, line in enumerate(tiers) if line.days), default=None)
    following = 0 if reached is None else reached + 1
    running = permit.completed_on is None or permit.completed_on > on
    return Penalty(
        permit=permit.number,
        issued_on=permit.issued_on,
        limit_months=permit.limit_months,
        original_limit=original,
        limit=limit,
        extension=extension,
        counted_to=counted_to,
        days_past=past,
        days_left=max((limit - counted_to).days, 0),
        tiers=tiers,
        total=sum((line.amount for line in tiers), Decimal(0)),
        reached=reached,
        next=following if running and following < len(tiers) and not holding else None,
        citation=rule.source.citation,
        held_days=sum(day > since for day in held),
        holding=holding,
        under_order=sum(day > limit for day in set(_days(orders, counted_to)).difference(held)),
    )


def stands(order: StopWorkOrder, on: date) -> bool:
    """Whether an order to stop work is in force on a day."""
    return order.on <= on and (order.lifted_on is None or order.lifted_on > on)


def _days(orders: Sequence[StopWorkOrder], until: date) -> list[date]:
    """The days on which the orders stopped work, without the first, in order."""
    days = {
        order.on + count * _DAY
        for order in orders
        for count in range(1, (min(order.lifted_on or until, until) - order.on).days + 1)
    }
    return sorted(days)


def _moved(day: date, since: date, held: Sequence[date]) -> date:
    """The day, later by each of the held days between it and ``since``."""
    for one in held:
        if since < one <= day:
            day += _DAY
    return day


def _tiers(rule: TimeLimit, limit: date, past: int, held: Sequence[date]) -> Iterator[TierLine]:
    for index, tier in enumerate(rule.tiers):
        end = rule.tiers[index + 1].from_day - 1 if index + 1 < len(rule.tiers) else None
        run = max(min(past, past if end is None else end) - tier.from_day + 1, 0)
        yield TierLine(
            from_day=tier.from_day,
            to_day=end,
            starts_on=_moved(limit + tier.from_day * _DAY, limit, held),
            per_day=tier.per_day,
            days=run,
            amount=run * tier.per_day,
        )


def penalty_problems(permit: Permit, penalty: Penalty, place: str) -> Iterator[Finding]:
    """Where the permit's own completion date differs from the arithmetic. ``place``: the permit's JSON pointer."""
    stated = permit.completion_due
    if stated is not None and stated not in (penalty.original_limit, penalty.limit):
        message = (
            f"The permit states {stated.isoformat()} as its completion date; {penalty.limit_months} months from "
            f"{penalty.issued_on.isoformat()} is {penalty.original_limit.isoformat()}."
        )
        yield Finding.error("penalty.completion_due", message, f"{place}/completion_due")
    if penalty.under_order:
        message = (
            f"{penalty.under_order} of the {penalty.days_past} days counted are days under a stop work order. The "
            "town's rules count them (time_limit.tolled_by); whether they may is for the town attorney."
        )
        yield Finding.warning("penalty.under_order", message, place)
