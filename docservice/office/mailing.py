"""A mailing: one template to everybody it goes to; all of it, or each letter for itself."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from docservice.finding import Finding
from docservice.office.issuing import checked, issuing, notice_numbers
from docservice.office.issuing.filing import issued_before
from docservice.office.issuing.notice_numbers import Mailing
from docservice.office.means import idempotency
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

    def issue(
        self, orders: Sequence[Order], *, mode: Mode, actor: str, idempotency_key: str | None = None
    ) -> list[DocumentRecord | Refusal]:
        """Issue a mailing here and now; the outcome of each letter, in their order.

        With ``all_or_none`` every letter is typeset and checked before the first is issued. Raises
        ``Refusal("checks.failed")`` that names each recipient whose letter is refused, or what procedure refuses; then
        none is issued. The same request again under its ``idempotency_key`` gives what was issued the first time.
        """
        means, id = self._means, str(uuid.uuid4())
        if idempotency_key is not None:  # the same request again is the same mailing
            id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{actor} {idempotency_key}"))
        key = f"mailing:{id}"
        mailing = Mailing(id, tuple(order.recipient or "" for order in orders))
        keys = [f"{key}:{order.recipient or ''}" for order in orders] if idempotency_key is not None else None
        if keys is not None and (before := self._before(orders, keys, actor)) is not None:
            return before
        blocks = [orders[first : first + _AT_ONCE] for first in range(0, len(orders), _AT_ONCE)]
        if mode == "each" or len(orders) == 1:
            try:
                outcomes: list[DocumentRecord | Refusal] = []
                for block in blocks:
                    its = keys[len(outcomes) : len(outcomes) + len(block)] if keys is not None else None
                    outcomes += issuing.issue_all(means, block, actor=actor, mailing=mailing, idempotency_keys=its)
                return outcomes
            finally:
                self._end(mailing)
        holders = [str(uuid.uuid4()) for _ in blocks]
        try:
            made = [
                checked.check(means, block, holder=holder, name=key, of=len(orders), mailing=mailing)
                for block, holder in zip(blocks, holders, strict=True)
            ]
            refused = [
                (order, refusal)
                for block, (refusals, _) in zip(blocks, made, strict=True)
                for order, refusal in zip(block, refusals, strict=True)
                if refusal is not None
            ]
            if refused:
                raise _of_all(refused)
            issued: list[DocumentRecord | Refusal] = []
            for block, holder, (_, held) in zip(blocks, holders, made, strict=True):
                its = [f"{key}:{order.recipient or ''}" for order in block]
                issued += checked.keep(
                    means, block, holder=holder, checked=held, actor=actor, keys=its, mailing=mailing
                )
            return issued
        finally:
            means.store.holding.dismiss(holders)
            self._end(mailing)

    def _before(
        self, orders: Sequence[Order], keys: Sequence[str], actor: str
    ) -> list[DocumentRecord | Refusal] | None:
        """What was issued the first time, if all of it was."""
        found = list[DocumentRecord | Refusal]()
        for order, key in zip(orders, keys, strict=True):
            request = issuing.request_of(order, actor, key)
            assert request is not None
            one = idempotency.replay(self._means, request, issued_before)
            if one is None:
                return None
            found.append(one)
        return found

    def _end(self, mailing: Mailing) -> None:
        if len(mailing.recipients) > 1:
            notice_numbers.end(self._means, mailing)
            self._means.store.recover()


def _of_all(refused: Sequence[tuple[Order, Refusal]]) -> Refusal:
    """Why none of a mailing goes out: what is said of each recipient."""
    problems = [
        replace(one, message=f"{order.recipient}: {one.message}")
        for order, refusal in refused
        for one in refusal.findings or (Finding.error(refusal.code, refusal.message, "/recipient"),)
    ]
    first = refused[0][1]
    if first.code.startswith(("procedure.", "notice.", "case.")):
        return Refusal(first.code, f"{problems[0].message} None was issued.", problems, kind=first.kind)
    return Refusal("checks.failed", "The checks refuse a letter of this mailing; none was issued.", problems)
