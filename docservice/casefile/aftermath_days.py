"""Whether the days of what became of papers fit together, and costs are what they are a product of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from docservice.finding import Finding

_CENT = Decimal("0.01")


def aftermath_days(data: Mapping[str, Any]) -> Iterator[Finding]:
    """The days in what was released, taken back, moved or done in the owner's place; costs that are a product."""
    for place, order in _each(data, "stop_work_orders"):
        for index, release in enumerate(order.get("releases", ())):
            there = f"{place}/releases/{index}"
            yield from _ordered({"order": order.get("on"), **release}, there, "order", "on")
            for number, one in enumerate(release.get("verified", ())):
                if None not in (seen := one.get("on"), released := release.get("on")) and seen > released:
                    message = f"{seen} is after the release ({released})."
                    yield Finding.error("casefile.date_order", message, f"{there}/verified/{number}/on")
    for place, citation in _each(data, "citations"):
        taken = citation.get("taken_back") or {}
        yield from _ordered({"issued_on": citation.get("issued_on"), **taken}, f"{place}/taken_back", "issued_on", "on")
        yield from _ordered(taken, f"{place}/taken_back", "on", "refund_by")
    for place, appeal in _each(data, "appeals"):
        yield from _ordered(appeal, place, "filed_on", "deposit_on")
    for place, cost in _each(data, "costs"):
        quantity, rate, amount = cost.get("quantity"), cost.get("rate"), cost.get("amount")
        if quantity is None or rate is None or amount is None:
            continue
        product = (Decimal(quantity) * rate).quantize(_CENT, ROUND_HALF_UP)
        if product != amount:
            message = f"{quantity} at ${rate:,.2f} is ${product:,.2f}, not ${amount:,.2f}."
            yield Finding.error("casefile.amount", message, f"{place}/amount")
    yield from _ordered(data.get("abatement") or {}, "/abatement", "ordered_on", "done_on")


def _each(data: Mapping[str, Any], name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for index, item in enumerate(data.get(name, ())):
        yield f"/{name}/{index}", item


def _ordered(item: Mapping[str, Any], place: str, earlier: str, later: str) -> Iterator[Finding]:
    first, second = item.get(earlier), item.get(later)
    if first is not None and second is not None and second < first:
        yield Finding.error("casefile.date_order", f"{second} is before {earlier} ({first}).", f"{place}/{later}")
