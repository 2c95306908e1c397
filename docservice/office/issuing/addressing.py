"""Whom a template goes to: the parties of a casefile, and an order for each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from docservice.finding import Finding
from docservice.office.means.means import Means
from docservice.office.means.preparing import recipients_of
from docservice.refusal import Refusal

if TYPE_CHECKING:
    from docservice.pipeline.order import Order


def recipients(means: Means, order: Order) -> tuple[str, ...]:
    """The ids of the parties that an order's template goes to, in the casefile's order."""
    casefile, _ = means.read(order.casefile)
    with means.store.database.reading() as session:
        version = means.version(session, order.template, order.version, order.on or means.today())
    return recipients_of(casefile, means.bundle(version.sha256))


def to_everyone(means: Means, order: Order) -> tuple[Order, ...]:
    """An order for each party the template goes to, in the casefile's order.

    Raises ``Refusal``: ``order.no_recipient`` when there is nobody, ``order.recipients`` when one is named already.
    """
    if order.recipient is not None:
        message = "Name one recipient or all of them, not both."
        raise Refusal("order.recipients", message, [Finding.error("order.recipients", message, "/recipient")])
    parties = recipients(means, order)
    if not parties:
        raise Refusal("order.no_recipient", f"Nobody in this casefile is one that {order.template} goes to.")
    return tuple(replace(order, recipient=party) for party in parties)
