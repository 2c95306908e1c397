"""A mailing: one template to everybody it goes to; all of it, or each letter for itself."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from docservice.office.issuing import checked, issuing
from docservice.office.means.means import Shop, recipients_of
from docservice.office.means.records import DocumentRecord
from docservice.refusal import Problem, Refusal

if TYPE_CHECKING:
    from docservice.jobs.words import Mode
    from docservice.pipeline.order import Order

_AT_ONCE = 25  # letters


def recipients(shop: Shop, order: Order) -> tuple[str, ...]:
    """The ids of the parties that an order's template goes to, in the casefile's order."""
    casefile, _ = shop.read(order.casefile)
    with shop.store.database.reading() as session:
        version = shop.version(session, order.template, order.version, order.on or shop.today())
    return recipients_of(casefile, shop.bundle(version.sha256))


def to_everyone(shop: Shop, order: Order) -> tuple[Order, ...]:
    """An order for each party the template goes to, in the casefile's order.

    Raises ``Refusal``: ``order.no_recipient`` when there is nobody, ``order.recipients`` when one is named already.
    """
    if order.recipient is not None:
        message = "Name one recipient or all of them, not both."
        raise Refusal("order.recipients", message, [Problem("order.recipients", message, "/recipient")])
    parties = recipients(shop, order)
    if not parties:
        raise Refusal("order.no_recipient", f"Nobody in this casefile is one that {order.template} goes to.")
    return tuple(replace(order, recipient=party) for party in parties)


class Mailings:
    """Mailings that are issued here and now; long ones are queued (``office.queueing``)."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def issue(self, orders: Sequence[Order], *, mode: Mode, actor: str) -> list[DocumentRecord | Refusal]:
        """Issue a mailing here and now; the outcome of each letter, in their order.

        With ``all_or_none`` every letter is typeset and checked before the first is issued. Raises
        ``Refusal("checks.failed")`` that names each recipient whose letter is refused; then none is issued.
        """
        shop, key = self._shop, f"mailing:{uuid.uuid4()}"
        blocks = [orders[first : first + _AT_ONCE] for first in range(0, len(orders), _AT_ONCE)]
        if mode == "each" or len(orders) == 1:
            return [one for block in blocks for one in issuing.issue_all(shop, block, actor=actor)]
        holders = [str(uuid.uuid4()) for _ in blocks]
        try:
            made = [
                checked.check(shop, block, holder=holder, name=key, of=len(orders))
                for block, holder in zip(blocks, holders, strict=True)
            ]
            problems = [
                Problem(one.code, f"{order.recipient}: {one.message}", one.place)
                for block, (refusals, _) in zip(blocks, made, strict=True)
                for order, refusal in zip(block, refusals, strict=True)
                if refusal is not None
                for one in refusal.problems or [Problem(refusal.code, refusal.message)]
            ]
            if problems:
                raise Refusal("checks.failed", "The checks refuse a letter of this mailing; none was issued.", problems)
            issued: list[DocumentRecord | Refusal] = []
            for block, holder, (_, held) in zip(blocks, holders, made, strict=True):
                keys = [f"{key}:{order.recipient or ''}" for order in block]
                issued += checked.keep(shop, block, holder=holder, checked=held, actor=actor, keys=keys)
            return issued
        finally:
            shop.store.holding.dismiss(holders)
            shop.store.recover()
