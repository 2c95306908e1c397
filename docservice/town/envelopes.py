"""How many sheets of paper a document has, and which envelope takes them."""

from __future__ import annotations

from docservice.town.pack import Envelope


def sheets_of(pages: int) -> int:
    """The sheets of paper that so many pages are, printed on both sides."""
    return (pages + 1) // 2


def larger_envelope(envelope: Envelope, sheets: int) -> str | None:
    """The profile that takes so many sheets that are too thick for ``envelope``; None where they are not.

    Which is too thick is the town's to say (``max_sheets`` and ``over`` of the pack's envelopes).
    """
    if envelope.max_sheets is None or sheets <= envelope.max_sheets:
        return None
    return envelope.over
