"""A mailing to many: a casefile with more parties than anybody has."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

from docservice.office import Order


def crowd(order: Order, count: int) -> Order:
    """The order of a casefile to ``count`` parties: the owner, ``p1``, ``p2`` and so on, and the local contact."""
    casefile: dict[str, Any] = copy.deepcopy(dict(order.casefile))
    owner, contact = casefile["parties"]
    people = [{**owner, "id": f"p{n + 1}", "name": {"text": f"Pat Moss {n + 1}"}} for n in range(count - 2)]
    casefile["parties"] = [owner, *people, contact]
    return replace(order, casefile=casefile, attachments={})
