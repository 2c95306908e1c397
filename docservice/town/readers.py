"""Who a letter speaks to: an owner is asked to correct, a tenant is told of it, a lender hears about the property."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

from docservice.casefile.facts import Greeting, Party

Reader = Literal["owner", "resident", "lender", "contractor", "agent", "appellant", "other"]

# The first that somebody has decides: an owner who lives there, appeals or builds is an owner.
_BY_ROLE: tuple[tuple[frozenset[str], Reader], ...] = (
    (frozenset(("owner",)), "owner"),
    (frozenset(("contractor", "worker")), "contractor"),
    (frozenset(("agent", "local_contact", "representative")), "agent"),
    (frozenset(("appellant",)), "appellant"),
    (frozenset(("tenant", "occupant")), "resident"),
    (frozenset(("lienholder",)), "lender"),
)
_BY_NAME: tuple[tuple[re.Pattern[str], Greeting], ...] = (
    (re.compile(r"(?i)(the )?estate of\b"), "personal_representative"),
    (re.compile(r"(?i)(the )?(unknown )?heirs\b"), "heirs"),
    (re.compile(r"(?i)((to )?(the )?(current |all )?(occupants?|residents?|tenants?)\b)"), "occupant"),
)


def reader_of(party: Party, parties: Collection[Party]) -> Reader:
    """Who somebody is to the letter, by their roles; ``parties`` are all of the case.

    Who lives where no owner is known is told what to do like anybody else: there is nobody who could be asked instead.
    """
    found: Reader = next((reader for roles, reader in _BY_ROLE if roles & set(party.roles)), "other")
    if found == "resident" and not any("owner" in one.roles for one in parties):
        return "other"
    return found


def only_told(party: Party, parties: Collection[Party]) -> bool:
    """Whether nothing is asked of them: they are told what somebody else was ordered."""
    return reader_of(party, parties) == "resident"


def lives_there(party: Party, situs: str | None) -> bool:
    """Whether it is their home: by their roles, or because their mail goes to the site."""
    if {"tenant", "occupant"} & set(party.roles):
        return True
    home = party.address.lines[:1] if party.address is not None else ()
    return bool(situs and home) and _begins(home[0]) == _begins(situs or "")


def _begins(line: str) -> list[str]:
    """House number and the first word of the street: "5 POPPY LN" is 5 Poppy Lane."""
    return line.upper().split()[:2]


def greeting_of(party: Party) -> Greeting:
    """How a salutation greets them: as the casefile says, else an estate, heirs or an unknown occupant by the name."""
    if party.greeting is not None:
        return party.greeting
    return next((greeting for begins, greeting in _BY_NAME if begins.match(party.name.text)), "name")
