"""What papers decided of citations: by the decision of a hearing, and by the answer to who asked to pay less.

A paper says what the casefile says of its hearing or request; in force, it is as good as the event that tells of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from docservice.casefile.record import IssuedDocument

DecidedStatus = tuple[str | None, str | None, str]
"""A citation's status (None: as it is), what it is reduced to, and from what that is known."""


def decided_citations(facts: Mapping[str, Any], papers: Iterable[IssuedDocument]) -> Mapping[str, DecidedStatus]:
    """What papers in force that decide something made of each citation; the last one counts. ``facts`` are JSON."""
    found: dict[str, DecidedStatus] = {}
    for paper in papers:
        if paper.puts != "decided" or not paper.in_force:
            continue
        because = f"{paper.number} says so"
        for one in _of(facts, "hearings", paper.about):
            for said in _listed(one, "decisions"):
                status = "dismissed" if said.get("outcome") == "dismissed" else "upheld"
                amount = said.get("amount") if said.get("outcome") == "modified" else None
                found[str(said.get("item"))] = status, None if amount is None else str(amount), because
        for one in _of(facts, "hardship_requests", paper.about):
            if one.get("remedy") == "fine_reduction" and one.get("amount") is not None:
                for item in one.get("citations") or ():
                    before = found.get(str(item), (None, None, ""))
                    found[str(item)] = before[0], str(one["amount"]), because
    return found


def _of(facts: Mapping[str, Any], name: str, id: str | None) -> list[Mapping[str, Any]]:
    return [one for one in _listed(facts, name) if id is not None and one.get("id") == id]


def _listed(facts: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    listed = facts.get(name)
    return [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list | tuple) else []
