"""How many sheets of paper a document has, and which envelope takes them."""

from __future__ import annotations

from docservice.town.pack import Envelope


def sheets_of(pages: int) -> int:
    """The sheets of paper that so many pages are, printed on both sides."""
    return (pages + 1) // 2


def larger_envelope(envelope: Envelope, pages: int) -> str | None:
    """The profile that takes what is too thick for ``envelope``; None where it is not.

    Which is too thick is the town's to say (``max_sheets`` and ``over`` of the pack's envelopes).
    """
    if envelope.max_sheets is None or sheets_of(pages) <= envelope.max_sheets:
        return None
    return envelope.over
