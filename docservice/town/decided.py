"""What a hearing's decision comes to: each contested item, the fines as cited and as decided, who still owes what.

The fines as cited are those of before the decision: what the register folded into the citations since is left aside.
Money that came for an appeal counts for what that appeal was of; one appellant's deposit pays no other's fine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from docservice.casefile.facts import Appeal, Casefile, Citation, Hearing, ItemDecision
from docservice.town.fines import fines_of
from docservice.town.pack import TownPack
from docservice.town.subjects import appeals_heard

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class DecidedItem:
    """One thing that was contested or decided. ``charged`` and ``amount`` are of citations alone."""

    id: str
    decision: ItemDecision | None
    charged: Decimal | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DecidedHearing:
    """All of them, in the order in which they were appealed, then what was decided besides."""

    items: tuple[DecidedItem, ...]
    charged: Decimal
    total: Decimal
    paid: Decimal  # deposits and payments, less what was given back
    owed: Decimal
    returned: Decimal

    @property
    def fined(self) -> bool:
        """Whether a fine was decided."""
        return any(one.charged is not None for one in self.items)


def decided_of(pack: TownPack, casefile: Casefile, hearing: Hearing, on: date) -> DecidedHearing:
    """What was decided at a hearing; ``on``: money that came by this day counts."""
    heard = appeals_heard(casefile, hearing)
    said = {one.item: one for one in hearing.decisions}
    contested = list(dict.fromkeys(what for appeal in heard for what in appeal.of))
    items = [
        _item(pack, casefile, hearing, name, said.get(name))
        for name in (*contested, *(name for name in said if name not in contested))
    ]
    by_id = {one.id: one for one in items}
    groups = [*(appeal.of for appeal in heard), [one.id for one in items if one.id not in contested]]
    counted: set[str] = set()
    paid = owed = returned = _NOTHING
    for place, group in enumerate(groups):
        mine = [by_id[name] for name in group if name not in counted and by_id[name].charged is not None]
        counted |= set(group)
        given = _given(casefile, mine, heard[place] if place < len(heard) else None, on)
        left = sum((one.amount or _NOTHING for one in mine), _NOTHING) - given
        paid, owed, returned = paid + given, owed + max(left, _NOTHING), returned + max(-left, _NOTHING)
    return DecidedHearing(
        tuple(items),
        sum((one.charged or _NOTHING for one in items), _NOTHING),
        sum((one.amount or _NOTHING for one in items), _NOTHING),
        paid, owed, returned,
    )  # fmt: skip


def _item(
    pack: TownPack, casefile: Casefile, hearing: Hearing, name: str, decision: ItemDecision | None
) -> DecidedItem:  # fmt: skip
    citation = next((one for one in casefile.citations if one.id == name), None)
    if citation is None or citation.status == "void":
        return DecidedItem(name, decision)
    charged = as_cited(pack, casefile, hearing, citation)
    return DecidedItem(name, decision, charged, _decided(charged, decision))


def as_cited(pack: TownPack, casefile: Casefile, hearing: Hearing, citation: Citation) -> Decimal:
    """What a citation cost before the hearing decided anything."""
    if citation.fine is not None:
        return citation.fine
    named = {one.item for one in hearing.decisions}
    before = tuple(
        replace(one, status="open", reduced_to=None) if one.id in named and one.status != "void" else one
        for one in casefile.citations
    )
    return fines_of(pack, replace(casefile, citations=before), citation).total


def recounted(pack: TownPack, casefile: Casefile, hearing: Hearing, citation: Citation) -> Decimal:
    """What a citation costs by the schedule once those are gone that the decision sets aside: it may be the first."""
    said = {one.item: one.outcome for one in hearing.decisions}
    after = tuple(
        replace(one, status="dismissed" if said[one.id] == "dismissed" else "upheld", reduced_to=None, fine=None)
        if one.id in said and one.status != "void" else one
        for one in casefile.citations
    )  # fmt: skip
    return fines_of(pack, replace(casefile, citations=after), citation).total


def _decided(charged: Decimal, decision: ItemDecision | None) -> Decimal:
    if decision is None or decision.outcome == "upheld":
        return charged
    if decision.outcome == "dismissed":
        return _NOTHING
    return charged if decision.amount is None else decision.amount


def _given(casefile: Casefile, items: Sequence[DecidedItem], appeal: Appeal | None, on: date) -> Decimal:
    """What came in for some citations by a day: the deposit of their appeal, and payments on them."""
    ids = {one.id for one in items}
    deposit = (appeal.deposit or _NOTHING) if appeal is not None and items else _NOTHING
    return deposit + sum(_payments(casefile, ids, on), _NOTHING)


def _payments(casefile: Casefile, ids: set[str], on: date) -> Iterator[Decimal]:
    for one in casefile.payments:
        if one.ledger == "fines" and one.citation in ids and one.on <= on:
            yield one.amount if one.kind == "payment" else -one.amount
