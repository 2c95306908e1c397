"""Who a letter speaks to: an owner is asked to correct, a tenant is told of it, a lender hears about the property."""

from __future__ import annotations

import re
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


def reader_of(party: Party) -> Reader:
    """Who somebody is to the letter, by their roles."""
    return next((reader for roles, reader in _BY_ROLE if roles & set(party.roles)), "other")


def greeting_of(party: Party) -> Greeting:
    """How a salutation greets them: as the casefile says, else an estate, heirs or an unknown occupant by the name."""
    if party.greeting is not None:
        return party.greeting
    return next((greeting for begins, greeting in _BY_NAME if begins.match(party.name.text)), "name")
