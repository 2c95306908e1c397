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
from typing import Any

from docservice.office.issuing import issuing
from docservice.office.issuing.block import LetterBlock, LetterToIssue
from docservice.office.issuing.filing import issued_before
from docservice.office.issuing.making import MadeDocument, Unmade, unmade
from docservice.office.means import idempotency
from docservice.office.means.means import Means
from docservice.office.means.preparing import Readings
from docservice.office.means.records import DocumentRecord, findings_from_plain, findings_to_plain
from docservice.pipeline.order import Order
from docservice.pipeline.producing import Product
from docservice.refusal import Refusal
from docservice.storage import numbering
from docservice.storage.holding import HolderLostError

HOLD_SECONDS = 600.0  # how long numbers wait for the rest of a mailing, whatever becomes of its processes, and
LETTER_SECONDS = 1.0  # for each letter of it besides


def check(
    means: Means,
    orders: Sequence[Order],
    *,
    holder: str,
    name: str,
    of: int,
    halted: Callable[[], str | None] | None = None,
) -> tuple[list[Refusal | None], bytes]:
    """Why each order is refused, or None; and what was made of them, for ``keep``.

    ``holder`` is an id of these orders' own, ``name`` what people are told of it, ``of`` how many letters the mailing
    has. ``halted`` as in ``block.issue_block``.
    """
    means.store.holding.extend(holder, name, HOLD_SECONDS + LETTER_SECONDS * of)
    with means.store.database.writing() as session:
        numbering.free(session, holder, at=means.clock())
    outcomes: list[Refusal | None] = [None] * len(orders)
    letters: dict[int, LetterToIssue] = {}
    readings = Readings()
    for place, order in enumerate(orders):
        try:
            letters[place] = LetterToIssue(issuing.readied(means, order, readings))
        except Refusal as refusal:
            outcomes[place] = refusal
    block = LetterBlock(means, list(letters.values()), holder, halted)
    block.reserve()
    block.make(fill=False)
    kept: list[Any] = [None] * len(orders)
    for place, number, made in zip(letters, block.numbers, block.made, strict=True):
        if isinstance(made, Refusal):
            outcomes[place] = made
        else:
            letter = letters[place]
            known = unmade(means, letter.prepared, number, codes=[one.code for one in made])
            kept[place] = {"number": number, "set": [_plain(*pair) for pair in zip(known, made, strict=True)]}
    return outcomes, json.dumps(kept).encode()


def keep(
    means: Means, orders: Sequence[Order], *, holder: str, checked: bytes | None, actor: str, keys: Sequence[str]
) -> list[DocumentRecord | Refusal]:
    """Put on record what was ``checked``, the outcome of each; all of it anew where it is not what it was."""
    try:
        with ExitStack() as claims:
            return _keep(means, orders, holder, json.loads(checked or b"null"), actor, keys, claims)
    except (_ChangedError, HolderLostError):
        with means.store.database.writing() as session:
            numbering.free(session, holder, at=means.clock())  # they are the first that are taken now
        return issuing.issue_all(means, orders, actor=actor, idempotency_keys=keys)


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
) -> list[DocumentRecord | Refusal]:
    if checked is None or len(checked) != len(orders) or None in checked:
        raise _ChangedError
    outcomes: dict[int, DocumentRecord | Refusal] = {}
    letters: dict[int, LetterToIssue] = {}
    numbers, made = list[int](), list[list[MadeDocument]]()
    readings = Readings()
    for place, (order, key) in enumerate(zip(orders, keys, strict=True)):
        request = issuing.request_of(order, actor, key)
        assert request is not None
        claims.enter_context(idempotency.claimed(means, request))
        found = idempotency.replay(means, request, issued_before)
        if found is not None:
            outcomes[place] = found
            continue
        letters[place] = LetterToIssue(issuing.readied(means, order, readings), request)
        numbers.append(checked[place]["number"])
        made.append(_made(means, letters[place], checked[place]))
    if letters:
        block = LetterBlock(means, list(letters.values()), holder)
        block.take(numbers, made)
        outcomes.update(zip(letters, block.keep(actor), strict=True))
    return [outcomes[place] for place in range(len(orders))]


def _made(means: Means, letter: LetterToIssue, kept: Mapping[str, Any]) -> list[MadeDocument]:
    codes = [one["code"] for one in kept["set"]]
    known = unmade(means, letter.prepared, kept["number"], codes=codes)
    if [_task(one) for one in known] != [one["task"] for one in kept["set"]]:
        raise _ChangedError
    return [one.made(_product(plain["product"])) for one, plain in zip(known, kept["set"], strict=True)]


def _task(one: Unmade) -> str:
    """All that the document is made from, as a SHA-256."""
    return hashlib.sha256(repr(one.task).encode()).hexdigest()


def _plain(known: Unmade, made: MadeDocument) -> dict[str, Any]:
    product = made.product
    names = ("title", "recipient_name", "pages", "engine", "fonts")
    return {
        "code": made.code,
        "task": _task(known),
        "product": {
            **{name: getattr(product, name) for name in names},
            "dates": list(product.dates),
            "findings": findings_to_plain(product.findings),
            "content": base64.b64encode(product.content).decode(),
        },
    }


def _product(plain: Mapping[str, Any]) -> Product:
    if "dates" not in plain:  # an earlier release checked it
        raise _ChangedError
    given = {**plain, "content": base64.b64decode(plain["content"])}
    given |= {"findings": findings_from_plain(plain["findings"]), "dates": tuple(plain["dates"])}
    return Product(html="", milliseconds=0.0, **given)
