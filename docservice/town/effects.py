"""What issuing a document does to the thing that it is about, by its type."""

from __future__ import annotations

from docservice.casefile.record import Effect
from docservice.town.pack import TownPack


def effect_of(pack: TownPack, document_type: str) -> Effect | None:
    """A citation is cited by it, an order placed, a hearing noticed; None where it only tells something."""
    kind = pack.document_types.get(document_type)
    if kind is None:
        return None
    if kind.subject == "citation":
        return "cited"
    if kind.subject == "stop_work":
        return "ordered"
    if kind.subject == "hearing" and pack.printed(kind, "hearing_lead"):
        return "noticed"
    return None
