"""A mailing: one template to everybody it goes to; all of it, or each letter for itself."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from docservice.office.issuing import checked, issuing, notice_numbers
from docservice.office.issuing.notice_numbers import Mailing
from docservice.office.means.means import Means
from docservice.office.means.records import DocumentRecord
from docservice.refusal import Refusal

if TYPE_CHECKING:
    from docservice.jobs.words import Mode
    from docservice.pipeline.order import Order

_AT_ONCE = 25  # letters


class Mailings:
    """Mailings that are issued here and now; long ones are queued (``office.queueing``)."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def issue(self, orders: Sequence[Order], *, mode: Mode, actor: str) -> list[DocumentRecord | Refusal]:
        """Issue a mailing here and now; the outcome of each letter, in their order.

        With ``all_or_none`` every letter is typeset and checked before the first is issued. Raises
        ``Refusal("checks.failed")`` that names each recipient whose letter is refused; then none is issued.
        """
        means, id = self._means, str(uuid.uuid4())
        key = f"mailing:{id}"
        mailing = Mailing(id, tuple(order.recipient or "" for order in orders))
        blocks = [orders[first : first + _AT_ONCE] for first in range(0, len(orders), _AT_ONCE)]
        if mode == "each" or len(orders) == 1:
            try:
                return [
                    one for block in blocks for one in issuing.issue_all(means, block, actor=actor, mailing=mailing)
                ]
            finally:
                self._end(mailing)
        holders = [str(uuid.uuid4()) for _ in blocks]
        try:
            made = [
                checked.check(means, block, holder=holder, name=key, of=len(orders), mailing=mailing)
                for block, holder in zip(blocks, holders, strict=True)
            ]
            problems = [
                replace(one, message=f"{order.recipient}: {one.message}")
                for block, (refusals, _) in zip(blocks, made, strict=True)
                for order, refusal in zip(block, refusals, strict=True)
                if refusal is not None
                for one in refusal.findings
            ]
            if problems:
                raise Refusal("checks.failed", "The checks refuse a letter of this mailing; none was issued.", problems)
            issued: list[DocumentRecord | Refusal] = []
            for block, holder, (_, held) in zip(blocks, holders, made, strict=True):
                keys = [f"{key}:{order.recipient or ''}" for order in block]
                issued += checked.keep(
                    means, block, holder=holder, checked=held, actor=actor, keys=keys, mailing=mailing
                )
            return issued
        finally:
            means.store.holding.dismiss(holders)
            self._end(mailing)

    def _end(self, mailing: Mailing) -> None:
        if len(mailing.recipients) > 1:
            notice_numbers.end(self._means, mailing)
            self._means.store.recover()
