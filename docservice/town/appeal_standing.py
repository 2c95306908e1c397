"""How an appeal stands when it comes in: in time or late, its deposit, what it holds and what goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from docservice.casefile.facts import Appeal, Casefile
from docservice.casefile.record import CaseRecord
from docservice.town import appeals
from docservice.town.fines import charged
from docservice.town.pack import TownPack
from docservice.town.papers import Papers
from docservice.town.procedure import StayedThing

DepositState = Literal["none", "received", "waived", "asked", "due", "missed"]


@dataclass(frozen=True, slots=True)
class AppealStanding:
    """``last_day`` is the last on which it could be filed; None where the facts do not say.

    ``late``: it came after that, and nobody took it for a reason. ``deposit``: none is owed; it was received, waived,
    or asked to be waived; it is ``due`` by ``deposit_by``, or ``missed`` (that day is over). ``needed`` is its amount.
    ``holds`` is what waits until the appeal is decided, where it is complete. ``order``: an order to stop work is in
    it, ``danger``: an immediate danger; neither waits.
    """

    last_day: date | None
    late: bool
    deposit: DepositState
    needed: Decimal
    deposit_by: date | None
    holds: frozenset[StayedThing]
    order: bool
    danger: bool


def standing(pack: TownPack, casefile: Casefile, appeal: Appeal, on: date) -> AppealStanding:
    """How an appeal stands on a day, by the facts (with the register's knowledge folded into them)."""
    papers = Papers(pack, casefile, CaseRecord(casefile.case.number), on)
    items = papers.live_items(appeal)
    days = [day for item in items if (day := appeals.last_day(papers, appeal, item)) is not None]
    last = max(days, default=None)
    if days and appeal.filed_on <= min(days):
        last = min(days)  # in time for all of it
    late = last is not None and appeal.filed_on > last and appeal.late_for_cause is None
    cited = [one for one in casefile.citations if one.id in items]
    needed = Decimal(0)
    if pack.hearing.deposit_required:
        needed = sum((charged(pack, casefile, one) for one in cited), Decimal(0))
    state, until = _deposit(papers, appeal, items, needed, last)
    holds: set[StayedThing] = set()
    if not late and state != "missed":
        holds = {thing for item in items for thing in appeals.stays(papers, item)}
    dangers = {one.id for one in casefile.violations if one.immediate_danger}
    cited_dangers = {violation for one in cited for violation in one.violations} & dangers
    return AppealStanding(
        last, late, state, needed, until, frozenset(holds),
        order=bool(papers.orders.keys() & set(items)), danger=bool(dangers & set(items) or cited_dangers),
    )  # fmt: skip


def _deposit(
    papers: Papers, appeal: Appeal, items: list[str], needed: Decimal, last: date | None
) -> tuple[DepositState, date | None]:
    if not needed:
        return "none", None
    if appeal.deposit is not None and appeal.deposit >= needed:
        return "received", None
    if appeal.hardship_waiver == "granted":
        return "waived", None
    if appeal.hardship_waiver == "requested":
        return "asked", None
    until = appeals.payable_until(papers, appeal, items) if appeal.hardship_waiver == "denied" else last
    if until is None or papers.on > until:
        return "missed", until
    return "due", until
