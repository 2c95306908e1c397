"""Whether a release of a stop work order ends it: of a part, the order stays in force for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docservice.casefile.record import IssuedDocument


def ends_order(order: Mapping[str, Any], paper: IssuedDocument) -> bool:
    """Whether what a paper tells of leaves nothing stopped. ``order`` as in JSON; its last release by the paper's day
    counts, and without any the paper releases all of it."""
    told = order.get("releases")
    by_then = [
        one for one in (told if isinstance(told, list | tuple) else ())
        if isinstance(one, Mapping) and str(one.get("on") or "") <= paper.issued_on.isoformat()
    ]  # fmt: skip
    return not by_then or not by_then[-1].get("still_stopped")
