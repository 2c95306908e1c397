"""Who a document may go to: the parties of a case, or who complained, who need not be one of them."""

from __future__ import annotations

from collections.abc import Mapping

from docservice.casefile.facts import Casefile, Party
from docservice.town.pack import DocumentType


def addressees(casefile: Casefile, kind: DocumentType | None) -> tuple[Party, ...]:
    """Everybody whom a document of the type may go to, in the casefile's order."""
    if kind is not None and kind.addressee == "complainant":
        complainant = casefile.confidential.complainant
        return (complainant,) if complainant is not None else ()
    return casefile.parties


def addressee(casefile: Casefile, kind: DocumentType | None, id: str | None) -> Party | None:
    """Whom it goes to, by their id; None where it may not go to them, or there is nobody of that id."""
    return by_id(casefile, kind).get(id)


def by_id(casefile: Casefile, kind: DocumentType | None) -> Mapping[str | None, Party]:
    """The same by their ids."""
    return {one.id: one for one in addressees(casefile, kind)}


def place_of(casefile: Casefile, kind: DocumentType | None, party: Party) -> str:
    """The JSON pointer of an addressee."""
    if kind is not None and kind.addressee == "complainant":
        return "/confidential/complainant"
    return f"/parties/{casefile.parties.index(party)}"
