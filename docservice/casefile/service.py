"""That papers were served, as frozen values: by whom, how, when and where, with what result, and what bears it out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from typing import Literal

from docservice.casefile.evidence import Evidence, Photo

ServiceMethod = Literal[
    "first_class_mail",
    "certified_mail",
    "express",
    "personal",
    "substituted",
    "posting",  # on the site; the name of earlier releases
    "posting_site",
    "posting_site_10_days",
    "posting_unit",
    "publication",
    "electronic",
]
ServiceResult = Literal[
    "pending",
    "delivered",
    "handed_over",
    "posted",
    "sent",
    "unclaimed",
    "refused",
    "returned",
    "not_required",
]


@dataclass(frozen=True, slots=True)
class Declarant:
    """Who swears to a service: over 18 and not a party, or the proof is worthless."""

    name: str
    title: str | None
    address: tuple[str, ...]
    over_18_and_not_a_party: bool


@dataclass(frozen=True, slots=True)
class ServiceTry:
    """One time at which somebody came to hand a paper over: what they found."""

    on: date
    at: time
    place: str
    what: str  # "Nobody answered; a car in the drive"


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """That one document was served on one party in one way: when, how, where, with what result.

    ``document`` is the number of the document served; ``sha256`` and ``pages`` are those of the
    PDF that went into the envelope. Ways that were taken together (certified and first-class mail)
    are records with one ``attempt``, the legs of it.
    """

    id: str
    document: str
    title: str
    party: str
    method: ServiceMethod
    served_on: date
    place: str
    declarant: Declarant
    address: tuple[str, ...] = ()
    article_number: str | None = None  # certified mail: 22 digits, or 20
    result: ServiceResult = "pending"
    result_on: date | None = None
    sha256: str | None = None
    pages: int | None = None
    enclosures: tuple[str, ...] = ()
    at: time | None = None
    to_whom: str | None = None  # into whose hands, where not the party's own
    relation: str | None = None  # of theirs to the party: "spouse", "clerk at the desk"
    unit: str | None = None
    mailed_on: date | None = None  # the copy that follows a substituted service
    newspaper: str | None = None
    county: str | None = None
    issues: tuple[date, ...] = ()  # days on which it was printed there
    seen_on: date | None = None  # last day on which it was seen where it had been posted
    photos: tuple[Photo, ...] = ()
    tries: tuple[ServiceTry, ...] = ()
    reason: str | None = None  # on the envelope that came back
    evidence: tuple[Evidence, ...] = ()
    attempt: str | None = None  # id that all legs of one attempt share
    rung: int | None = None  # of the town's ladder for this paper, from 1


def is_leg_id(id: object) -> bool:
    """Whether an id is one that only the register gives."""
    return isinstance(id, str) and _LEG_ID.fullmatch(id) is not None


_LEG_ID = re.compile(r"attempt-\d+-\d+", re.ASCII)
