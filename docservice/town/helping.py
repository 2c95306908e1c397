"""Who helps a reader with a case: those of the town's list that fit who reads and what the case is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from docservice.casefile.facts import Casefile, Party, PartyRole
from docservice.town.readers import lives_there

HelpCondition = Literal["fined", "lives_there"]


@dataclass(frozen=True, slots=True)
class HelpResource:
    """Somebody who helps, and for what."""

    id: str
    name: str
    helps_with: str
    phone: str | None = None
    email: str | None = None
    website: str | None = None
    where: tuple[str, ...] = ()
    hours: str | None = None
    cost: str | None = None
    audience: tuple[PartyRole, ...] = ()  # empty: everyone
    topics: tuple[str, ...] = ()  # of a case, for which it helps; empty: any
    when: HelpCondition | None = None  # a fine is set; the reader's home is there


def helpers(
    listed: tuple[HelpResource, ...], casefile: Casefile, party: Party | None, *, fined: bool
) -> Iterator[tuple[int, HelpResource]]:
    """Those who help, with their places in the list; ``fined``: whether the letter sets a fine. Of a case that names no
    topic all topics are."""
    topics = casefile.case.topics
    home = party is not None and lives_there(party, casefile.property.situs)
    now = {None: True, "fined": fined, "lives_there": home}
    for place, one in enumerate(listed):
        fits = not one.audience or (party is not None and not set(one.audience).isdisjoint(party.roles))
        about = not one.topics or not topics or not set(one.topics).isdisjoint(topics)
        if fits and about and now[one.when]:
            yield place, one
