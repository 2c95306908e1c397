"""Letters that are checked before any of them is issued: typeset under their numbers, and not yet on record.

A mailing of which all or none go out is typeset once: what was checked is what is issued. Its numbers are reserved
under holders of its own, so that the process that issues need not be the one that checked; what was made lies in a file
meanwhile. The file is no record: when it is gone, or when something that a letter is made from has changed, the letter
is made again.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from docservice.office.issuing import issuing
from docservice.office.issuing.block import LetterBlock
from docservice.office.issuing.filing import issued_before
from docservice.office.issuing.making import MadeSet, numbered
from docservice.office.issuing.notice_numbers import HOLD_SECONDS, LETTER_SECONDS, Mailing
from docservice.office.means import idempotency
from docservice.office.means.idempotency import Request
from docservice.office.means.means import Means, Prepared
from docservice.office.means.preparing import Readings
from docservice.office.means.records import DocumentRecord
from docservice.pipeline.order import Order
from docservice.pipeline.producing import Task
from docservice.pipeline.product import Product
from docservice.refusal import Refusal
from docservice.storage import numbering
from docservice.storage.articles import release_articles
from docservice.storage.holding import HolderLostError


def check(
    means: Means,
    orders: Sequence[Order],
    *,
    holder: str,
    name: str,
    of: int,
    halted: Callable[[], str | None] | None = None,
    mailing: Mailing | None = None,
) -> tuple[list[Refusal | None], bytes]:
    """Why each order is refused, or None; and what was made of them, for ``keep``.

    ``holder`` is an id of these orders' own, ``name`` what people are told of it, ``of`` how many letters the mailing
    has. ``halted`` as in ``block.issue_block``.
    """
    means.store.holding.extend(holder, name, HOLD_SECONDS + LETTER_SECONDS * of)
    with means.store.database.writing() as session:
        _free(means, session, holder)
    outcomes: list[Refusal | None] = [None] * len(orders)
    letters: dict[int, Prepared] = {}
    readings = Readings()
    notice = issuing.on_record(means, mailing)
    for place, order in enumerate(orders):
        try:
            letters[place] = issuing.readied(means, order, readings, mailing=mailing, notice=notice)
        except Refusal as refusal:
            outcomes[place] = refusal
    block = LetterBlock(
        means, [*letters.values()], holder, halted=halted, numbers=issuing.numbers_of(letters.values(), mailing)
    )
    block.reserve()
    block.make(fill=False)
    kept: list[Any] = [None] * len(orders)
    for place, number, article, made in zip(letters, block.numbers, block.articles, block.made, strict=True):
        if isinstance(made, Refusal):
            outcomes[place] = made
        else:
            kept[place] = {
                "number": number,
                "article": article,
                "set": [_plain(one.task, product) for one, product in made],
            }
    return outcomes, json.dumps(kept).encode()


def keep(
    means: Means,
    orders: Sequence[Order],
    *,
    holder: str,
    checked: bytes | None,
    actor: str,
    keys: Sequence[str],
    mailing: Mailing | None = None,
) -> list[DocumentRecord | Refusal]:
    """Put on record what was ``checked``, the outcome of each; all of it anew where it is not what it was."""
    try:
        with ExitStack() as claims:
            return _keep(means, orders, holder, json.loads(checked or b"null"), actor, keys, claims, mailing)
    except (_ChangedError, HolderLostError):
        with means.store.database.writing() as session:
            _free(means, session, holder)  # they are the first that are taken now
        return issuing.issue_all(means, orders, actor=actor, idempotency_keys=keys, mailing=mailing)


def _free(means: Means, session: Session, holder: str) -> None:
    at = means.clock()
    numbering.free(session, holder, at=at)
    release_articles(session, holder, at=at)


class _ChangedError(Exception):
    """A letter would not be made today as it was checked."""


def _keep(
    means: Means,
    orders: Sequence[Order],
    holder: str,
    checked: Any,
    actor: str,
    keys: Sequence[str],
    claims: ExitStack,
    mailing: Mailing | None,
) -> list[DocumentRecord | Refusal]:
    if checked is None or len(checked) != len(orders) or None in checked:
        raise _ChangedError
    outcomes: dict[int, DocumentRecord | Refusal] = {}
    letters: dict[int, Prepared] = {}
    requests, numbers, made = list[Request | None](), list[int](), list[MadeSet]()
    articles: list[str | None] = []
    readings = Readings()
    notice = issuing.on_record(means, mailing)
    for place, (order, key) in enumerate(zip(orders, keys, strict=True)):
        request = issuing.request_of(order, actor, key)
        assert request is not None
        claims.enter_context(idempotency.claimed(means, request))
        found = idempotency.replay(means, request, issued_before)
        if found is not None:
            outcomes[place] = found
            continue
        letters[place] = issuing.readied(means, order, readings, mailing=mailing, notice=notice)
        requests.append(request)
        numbers.append(checked[place]["number"])
        articles.append(checked[place].get("article"))
        made.append(_made(means, letters[place], checked[place]))
    if letters:
        numbers_from = issuing.numbers_of(letters.values(), mailing)
        block = LetterBlock(means, [*letters.values()], holder, requests=requests, numbers=numbers_from)
        block.take(numbers, articles, made)
        outcomes.update(zip(letters, block.keep(actor), strict=True))
    return [outcomes[place] for place in range(len(orders))]


def _made(means: Means, letter: Prepared, kept: Mapping[str, Any]) -> MadeSet:
    found = numbered(means, letter, kept["number"], [one["code"] for one in kept["set"]], kept.get("article"))
    if [_identity(one.task) for one in found] != [one["task"] for one in kept["set"]]:
        raise _ChangedError
    try:
        products = [Product.from_bytes(base64.b64decode(one["product"])) for one in kept["set"]]
    except (ValueError, TypeError) as error:  # an earlier release checked it
        raise _ChangedError from error
    return list(zip(found, products, strict=True))


def _plain(task: Task, product: Product) -> dict[str, str]:
    aside = replace(product, html="").to_bytes()
    return {"code": task.verify_code, "task": _identity(task), "product": base64.b64encode(aside).decode()}


def _identity(task: Task) -> str:
    """All that the document is made from, as a SHA-256."""
    return hashlib.sha256(repr(task).encode()).hexdigest()
