"""What the register knows of the envelope in which a paper was mailed: what its window showed, the number it bore."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from docservice.casefile.addresses import words_of
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


def envelope_values(
    paper: IssuedDocument, record: Mapping[str, Any], facts: Mapping[str, Any]
) -> Iterator[tuple[str, Any, str]]:
    """The fields of a service record, as JSON that nobody has read yet, that are as the envelope was; each with why.

    An address that says more than the party's name and address in ``facts`` is left as it is, and so is another article
    number: whoever swears to them has to say which envelope that was.
    """
    known = on_envelope(paper, record.get("party"), record.get("method"))
    if "address" in known and _as_addressed(record.get("address"), record.get("party"), facts):
        yield "address", list(known["address"]), f"the window of {paper.number} shows it"
    if "article_number" in known and record.get("article_number") is None:
        yield "article_number", known["article_number"], f"{paper.number} bears it"


def _as_addressed(stated: Any, party: object, facts: Mapping[str, Any]) -> bool:
    """Whether an address says nothing but the name and address that a party has in the casefile, however written."""
    listed = facts.get("parties")
    one = next(
        (
            one
            for one in (listed if isinstance(listed, list | tuple) else ())
            if isinstance(one, Mapping) and one.get("id") == party
        ),
        {},
    )
    address = one.get("address")
    lines = address.get("lines") if isinstance(address, Mapping) else None
    said = (*_texts(one.get("name")), *_texts(one.get("attention")), *_texts(lines), "attn")
    known = set().union(*map(words_of, said))
    return all(words_of(line) <= known for line in _texts(stated))


def _texts(value: Any) -> list[str]:
    listed = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else (value,)
    return [one for one in listed if isinstance(one, str)]
