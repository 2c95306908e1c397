"""A mailing: one template to everybody it goes to. All of it passes the checks, or none of it is issued."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from docservice.refusal import Problem, Refusal

if TYPE_CHECKING:
    from docservice.correspondence.office import Office
    from docservice.correspondence.order import Order


def to_everyone(office: Office, order: Order) -> tuple[Order, ...]:
    """An order for each party the template goes to, in the casefile's order.

    Raises ``Refusal``: ``order.no_recipient`` when there is nobody, ``order.recipients`` when one is named already.
    """
    if order.recipient is not None:
        message = "Name one recipient or all of them, not both."
        raise Refusal("order.recipients", message, [Problem("order.recipients", message, "/recipient")])
    parties = office.recipients(order)
    if not parties:
        raise Refusal("order.no_recipient", f"Nobody in this casefile is one that {order.template} goes to.")
    return tuple(replace(order, recipient=party) for party in parties)


def refuse_unless_all_pass(office: Office, orders: Iterable[Order]) -> None:
    """Refuse the whole mailing when one letter of it would be refused."""
    problems: Sequence[Problem] = [
        Problem(finding.code, f"{order.recipient}: {finding.message}", finding.place)
        for order in orders
        for finding in office.preview(order, "html").findings
        if finding.severity == "error"
    ]
    if problems:
        raise Refusal("checks.failed", "The checks refuse a letter of this mailing; none was issued.", problems)
