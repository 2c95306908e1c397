"""What the register knows of the envelope in which a paper was mailed: what its window showed, the number it bore."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from docservice.casefile.article_numbers import grouped
from docservice.casefile.record import IssuedDocument

BY_MAIL = frozenset(("first_class_mail", "certified_mail", "express"))
"""Methods whose envelope can come back."""


def on_envelope(paper: IssuedDocument, party: object, method: object) -> dict[str, Any]:
    """The address and article number of the envelope in which a paper was mailed to whom it is addressed."""
    known: dict[str, Any] = {}
    if method in BY_MAIL and paper.window and party == paper.recipient:
        known["address"] = paper.window
    if method == "certified_mail" and paper.article and party == paper.recipient:
        known["article_number"] = grouped(paper.article)
    return known


def envelope_values(paper: IssuedDocument, record: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
    """The fields that a service record, as JSON that nobody has read yet, leaves open of its envelope; each with why.

    What is stated otherwise is left: whoever swears to it is refused, and says which envelope that was.
    """
    known = on_envelope(paper, record.get("party"), record.get("method"))
    if "address" in known and not record.get("address"):
        yield "address", list(known["address"]), f"the window of {paper.number} shows it"
    if "article_number" in known and record.get("article_number") is None:
        yield "article_number", known["article_number"], f"{paper.number} bears it"
