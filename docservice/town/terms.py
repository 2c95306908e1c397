"""How people pay and are heard, what goes by mail, what handouts say, what lateness costs: parts of the town pack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from docservice.casefile.facts import PartyRole
from docservice.town.source import Source


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """How a fine or an invoice is paid."""

    payee: str
    mail_to: tuple[str, ...]
    in_person: tuple[str, ...]
    hours: str
    url: str
    plan_offered: bool = True  # whether people may ask for a payment plan
    # Where one debt is paid, with {number} for its number; None: at ``url``.
    link: str | None = None
    no_admission: bool = False  # whether letters say that to pay is not to admit anything
    # Printed by no wording that ships; wording that a town wrote itself may.
    methods: str | None = None
    plan: str | None = None
    hardship: str | None = None

    def at(self, number: str | None) -> str:
        """Where the debt of this number is paid."""
        return self.link.replace("{number}", number) if self.link and number else self.url


@dataclass(frozen=True, slots=True)
class HearingTerms:
    """Where hearings are held and how everyone gets in."""

    place: tuple[str, ...]
    file_with: tuple[str, ...]
    appeal_form_url: str
    deposit_required: bool = True  # whether a fine is deposited with the request to contest it
    recorded: bool = False  # whether hearings are recorded
    subpoenas: bool = False  # whether the body that hears can order a witness to come
    town_proves: bool = False  # whether notices say that the town must show that a rule was broken
    # Printed by no wording that ships; wording that a town wrote itself may.
    deposit: str | None = None
    access: str | None = None
    interpreter: str | None = None
    request_days: int | None = None


MailingNotation = Literal["none", "line"]


@dataclass(frozen=True, slots=True)
class Courier:
    """Who carries hand-delivered papers and how the mail goes out."""

    postage_place: str
    # What a letter that goes by mail says of that: nothing, or its day and place.
    mailing_notation: MailingNotation = "none"
    # Printed by no wording that ships; wording that a town wrote itself may.
    outgoing: str | None = None
    certified: str | None = None
    posting: str | None = None


@dataclass(frozen=True, slots=True)
class HandoutFacts:
    """What a handout says that the town decides: ``facts`` are its ``document.data``; dates, times, words, numbers.

    ``source``: its citation is printed, small, as where the rule stands. ``revised_on``: the day of the last change,
    printed when it is later than that of the wording. Of what the pack says elsewhere, and a handout repeats:
    ``sections`` (codes) whose fines it tells, ``periods`` (a name in ``document.data`` → a rule of ``deadlines``),
    ``help`` (ids) whom it names.
    """

    facts: Mapping[str, Any]
    source: Source
    revised_on: date | None = None
    sections: tuple[str, ...] = ()
    periods: Mapping[str, str] = field(default_factory=dict)
    help: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Liability:
    """Who owes what a document of a type sets as a fine.

    ``joint``: all who have one of the roles ``owed_by`` owe it together, once, and their copies bear one number.
    ``each``: every one of them has a document, a number and a debt of their own. Who has none of the roles owes
    nothing, and gets a copy for their information.
    """

    kind: Literal["joint", "each"]
    owed_by: tuple[PartyRole, ...]
    source: Source

    def owes(self, roles: Iterable[PartyRole]) -> bool:
        """Whether somebody of these roles owes it."""
        return not set(self.owed_by).isdisjoint(roles)


Tolling = Literal["stop_work_without_fault"]


@dataclass(frozen=True, slots=True)
class PenaltyTier:
    """``per_day`` dollars for each day from ``from_day`` past the limit until the next tier starts."""

    from_day: int
    per_day: Decimal


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """Construction time limit penalties. ``limit_rolls``: whether a limit that ends on a closed day moves.

    ``tolled_by``: what holds the limit, so that its days do not count: nothing, unless the town says so.
    """

    tiers: tuple[PenaltyTier, ...]
    limit_rolls: bool
    source: Source
    section: str  # the code section that sets the limit
    tolled_by: tuple[Tolling, ...] = ()
