"""What issuing a document does to the thing that it is about, by its type."""

from __future__ import annotations

from docservice.casefile.record import Effect
from docservice.town.pack import TownPack


def effect_of(pack: TownPack, document_type: str) -> Effect | None:
    """As the town's procedure says, else as its subject does; None where it only tells something."""
    of_type = pack.procedure.types.get(document_type) if pack.procedure is not None else None
    if of_type is not None:
        return of_type.puts
    kind = pack.document_types.get(document_type)
    if kind is None:
        return None
    if kind.subject == "citation" and pack.printed(kind, "pay"):
        return "cited"
    if kind.subject == "stop_work" and pack.printed(kind, "contest"):
        return "ordered"
    if kind.subject == "hearing" and pack.printed(kind, "hearing_lead"):
        return "noticed"
    return None
