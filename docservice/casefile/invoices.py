"""Which invoice asks for a cost: the first in force that could."""

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
