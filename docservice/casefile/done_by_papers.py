"""What papers in force do that the facts do not say: which invoice asks for a cost, whether a release ends an order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from docservice.casefile.record import IssuedDocument


def asked_for(documents: Sequence[IssuedDocument], cost: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
    """``invoice`` and ``invoiced_on`` of a cost as in JSON, each with what it is known from."""
    billed = (one for one in documents if one.puts == "billed" and one.in_force)
    day = str(cost.get("on") or "")
    first = next((one for one in billed if day <= one.issued_on.isoformat()), None)
    if first is not None:
        yield "invoice", first.notice, "it was issued"
        yield "invoiced_on", first.issued_on.isoformat(), f"{first.number} is dated so"


def ends_order(order: Mapping[str, Any], paper: IssuedDocument) -> bool:
    """Whether what a paper tells of leaves nothing stopped. ``order`` as in JSON; its last release by the paper's day
    counts, and without any the paper releases all of it."""
    told = order.get("releases")
    by_then = [
        one for one in (told if isinstance(told, list | tuple) else ())
        if isinstance(one, Mapping) and str(one.get("on") or "") <= paper.issued_on.isoformat()
    ]  # fmt: skip
    return not by_then or not by_then[-1].get("still_stopped")
