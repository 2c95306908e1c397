"""Procedure as data: what must have happened before a document may go out, what forbids it, and how often it may.

One file of the town pack, ``procedure.yaml``, in a closed vocabulary: no expressions and no precedence. All that a type
``requires`` must hold, nothing that it ``forbids`` may, and there is one paper in force per ``once``. What the words
mean is in ``town.guards``; that they fit together is held when the pack is loaded (``incoherences``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Literal, cast, get_args

from docservice.casefile.record import Effect
from docservice.town.follow_ups import AfterStay, DepositAfterDenial, FollowUp, ResultWait, incoherent_follow_ups
from docservice.town.source import Source

# The document types of the trade. A pack need not have a letter for each: the rules are there before the letters.
TRADE = frozenset({
    "complaint-acknowledgement", "courtesy-letter", "notice-of-violation", "reinspection-notice", "extension-decision",
    "citation-warning", "administrative-citation", "stop-work-order", "stop-work-release", "construction-time-limit",
    "notice-to-abate", "substandard-notice-and-order", "tenant-notice", "notice-of-hearing", "hearing-continuance",
    "hearing-minutes", "hearing-decision", "hardship-decision", "appeal-receipt", "cost-invoice", "payment-reminder",
    "lien-notice", "lien-release", "withdrawal", "closure-letter", "proof-of-service", "proof-of-service-list",
    "declaration-of-posting", "declaration-of-attempts", "inspection-report", "memorandum", "placard-stop-work",
    "placard-unsafe",
})  # fmt: skip

SameThing = Literal["section", "violation", "hearing", "subject", "cost_line", "case"]
Liable = Literal["recipient", "anyone", "everyone"]
KnownFact = Literal[
    "complaint",
    "inspection",
    "inspection-planned",
    "inspection-held",
    "extension-request",
    "violation-day",
    "permit-limit",
    "legal-description",
    "title-report",
    "hearing-set",
    "hearing-held",
    "decision",
    "waiver-request",
    "appeal",
    "costs",
    "lien",
    "attempt-made",
    "posting-made",
    "lifted",
    "withdrawn",
    "continued",
]
CaseState = Literal[
    "closed",
    "lifted",
    "dismissed",
    "corrected",
    "decided",
    "permit_completed",
    "immediate_danger",
    "hearing_pending",
    "recorded_lien",
]
Exemption = Literal["immediate_danger", "cited_at_once"]
StayedThing = Literal["notice", "fines", "order", "costs"]
OnceKey = Literal[
    "complaint",
    "violation",
    "section",
    "violation_day",
    "debt",
    "subject",
    "hearing",
    "inspection",
    "extension_request",
    "waiver_request",
    "appeal",
    "tier",
    "cost_line",
    "release",
    "case",
    "recipient",
]
Waivable = Literal["requires", "forbids", "once", "late_appeal", "lead", "stayed"]
HearingKind = Literal["appeal", "show_cause", "abatement"]


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that must hold; exactly one of the first seven says what.

    ``served``: one of these types was served, about the same ``same``, on whom ``liable`` says; ``passed`` is the date
    it printed that must be over. ``live``: one of these types is in force, ``unless`` one of the violations is such.
    ``appeal``: the appeal that is heard is
    timely and its deposit settled. ``lead``: the document goes out by its own date of this name. ``when``: only for
    hearings of this kind.
    """

    served: tuple[str, ...] = ()
    live: tuple[str, ...] = ()
    fact: KnownFact | None = None
    open: Literal["violations"] | None = None
    none_open: Literal["violations"] | None = None
    unpaid: Literal["costs", "fines"] | None = None
    appeal: Literal["perfected"] | None = None
    lead: str | None = None
    same: SameThing = "case"
    liable: Liable = "anyone"
    passed: str | None = None
    unless: tuple[Exemption, ...] = ()
    when: HearingKind | None = None
    source: Source | None = None  # where it is not that of the type


@dataclass(frozen=True, slots=True)
class Prohibition:
    """One thing that must not be; exactly one of ``state``, ``live`` (a type in force about the same) and ``stayed``
    (an appeal holds it)."""

    state: CaseState | None = None
    live: tuple[str, ...] = ()
    stayed: StayedThing | None = None
    same: SameThing = "case"
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class ProcedureOfType:
    """The procedure of one document type. ``puts`` is what it does to its subject, ``stays`` what its appeal holds.

    ``starts`` are the dates that run from it (not said: every one that it prints and that is counted from service or
    issue), ``resets`` those of earlier papers that it sets anew. ``due`` is what follows. ``after_stay``: what is left
    of a time that an appeal held, where the decision says nothing, or all of it anew.
    """

    source: Source
    requires: tuple[Requirement, ...] = ()
    forbids: tuple[Prohibition, ...] = ()
    once: tuple[OnceKey, ...] = ()
    stays: tuple[StayedThing, ...] = ()
    puts: Effect | None = None
    starts: tuple[str, ...] | None = None
    resets: tuple[str, ...] = ()
    due: tuple[FollowUp, ...] = ()
    after_stay: AfterStay = "remaining"
    deposit_after_denial: DepositAfterDenial | None = None
    tells: Literal["void"] | None = None  # of what it tells who was served: that a paper is void, or withdrawn


@dataclass(frozen=True, slots=True)
class Procedure:
    """The procedure of a town.

    ``mode``: ``enforce`` refuses what the guards refuse, ``warn`` only tells. ``unrecorded`` is the same for a case
    whose facts are not on record but come with each order; of those, what the facts leave open is never refused.
    ``waive`` names the roles of officers who may go past a guard, with a reason that stays on record; ``decide`` those
    who may answer what the facts leave open. ``no_result_after``: when a mailing of which nothing was heard is asked
    after.
    """

    source: Source
    types: Mapping[str, ProcedureOfType]
    mode: Literal["enforce", "warn"] = "enforce"
    unrecorded: Literal["enforce", "warn"] = "enforce"
    waive: Mapping[Waivable, tuple[str, ...]] = field(default_factory=dict)
    decide: tuple[str, ...] = ()
    no_result_after: ResultWait | None = None

    def may_waive(self, guard: str) -> tuple[str, ...]:
        """Who may go past a guard, by its code without ``procedure.``; ``forbids`` is any state or paper that does."""
        named = self.waive.get(cast("Waivable", guard))
        return named if named is not None else self.waive.get("forbids", ()) if guard in _FORBIDDING else ()


_FORBIDDING = frozenset((*get_args(CaseState), "live"))
_YEAR = 366
_WHAT = ("served", "live", "fact", "open", "none_open", "unpaid", "appeal", "lead")
_FORBIDDEN = ("state", "live", "stayed")
Place = tuple[str | int, ...]


def incoherences(
    procedure: Procedure, printed: Mapping[str, Collection[str]], roles: frozenset[str]
) -> Iterator[tuple[Place, str]]:
    """Every contradiction: the path of keys that leads to it, and a sentence.

    ``printed`` are the document types of the pack with the names of the dates that they print, ``roles`` those of its
    officers, by their names or meanings.
    """
    names = printed.keys() | TRADE
    for key, of_type in procedure.types.items():
        place: Place = ("procedure", "types", key)
        if key not in names:
            yield place, f"There is no document type {key}."
        for index, one in enumerate(of_type.requires):
            yield from _one_of((*place, "requires", index), one, _WHAT)
            yield from _types((*place, "requires", index), {"served": one.served, "live": one.live}, names)
            if one.passed is not None and not one.served:
                yield (*place, "requires", index, "passed"), "A date passes of what was served; say served."
            for word, date, types in (("passed", one.passed, one.served), ("lead", one.lead, (key,))):
                dates = [printed[type] for type in types if type in printed]  # of the others nothing is known yet
                if date is not None and dates and not any(date in each for each in dates):
                    yield (*place, "requires", index, word), f"{' or '.join(types)} prints no date {date}."
        for index, forbidden in enumerate(of_type.forbids):
            yield from _one_of((*place, "forbids", index), forbidden, _FORBIDDEN)
            yield from _types((*place, "forbids", index), {"live": forbidden.live}, names)
        yield from incoherent_follow_ups(place, of_type.due, of_type.starts, printed.get(key), names)
        yield from _resets(place, of_type, printed)
        denied = of_type.deposit_after_denial
        if denied is not None and not 1 <= denied.days <= _YEAR:
            yield (*place, "deposit_after_denial", "days"), f"A deposit is due within 1 to {_YEAR} days."
        if "recipient" in of_type.once and len(of_type.once) == 1:
            yield (*place, "once"), "Once per recipient of what? Name it too."
    wait = procedure.no_result_after
    if wait is not None and not 1 <= wait.days <= _YEAR:
        yield ("procedure", "no_result_after", "days"), f"Somebody asks after 1 to {_YEAR} days."
    for guard in procedure.waive:
        if guard not in get_args(Waivable):
            message = f"There is no guard {guard} to go past. There is: {', '.join(get_args(Waivable))}."
            yield ("procedure", "waive", guard), message
    for name, allowed in (*procedure.waive.items(), ("decide", procedure.decide)):
        for role in allowed:
            if role not in roles:
                where: Place = ("procedure", "decide") if name == "decide" else ("procedure", "waive", name)
                yield where, f"No officer has the role {role}. There is: {', '.join(sorted(roles))}."


def _resets(
    place: Place, of_type: ProcedureOfType, printed: Mapping[str, Collection[str]]
) -> Iterator[tuple[Place, str]]:
    for name in of_type.resets:
        if not any(name in dates for dates in printed.values()):
            yield (*place, "resets"), f"No document prints a date {name}."


def _one_of(place: Place, one: object, names: tuple[str, ...]) -> Iterator[tuple[Place, str]]:
    said = [name for name in names if getattr(one, name)]
    if len(said) != 1:
        yield place, f"Say one of {', '.join(names)}" + (f", not {' and '.join(said)}." if said else ".")


def _types(place: Place, named: Mapping[str, tuple[str, ...]], known: Collection[str]) -> Iterator[tuple[Place, str]]:
    for name, types in named.items():
        for type in types:
            if type not in known:
                yield (*place, name), f"There is no document type {type}."


assert {one.name for one in fields(Requirement)} >= set(_WHAT)
