"""What serving a paper amounts to on a day: does it hold, from which day, and if not, why.

One leg is judged by the rule of its method, the legs of one attempt by the rung of the paper's ladder, and a copy by
its attempts: it is served by the earliest that holds. A result that comes later may take that away again; nothing that
is told later makes a paper served earlier.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from docservice.casefile.attempts import BY_MAIL, FAILED
from docservice.casefile.record import IssuedDocument, ServiceJudge
from docservice.casefile.service import ServiceMethod, ServiceRecord
from docservice.town.service_rules import Ladder, MethodRule, ServiceRules, alike, missing, spoken

StandingState = Literal["holds", "failed", "unknown", "lacking"]


@dataclass(frozen=True, slots=True)
class ServiceLack:
    """What a leg lacks: the field of the leg, and a sentence."""

    leg: int  # from 1
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class LegStanding:
    """What one leg amounts to. ``on``: the day from which it holds, where it does; it may be yet to come.

    ``ours``: it failed by the office's own fault, or the person is dead: nothing beside it stands.
    """

    state: StandingState
    on: date | None = None
    why: str = ""
    lacks: tuple[ServiceLack, ...] = ()
    ours: bool = False


@dataclass(frozen=True, slots=True)
class AttemptStanding:
    """What one attempt amounts to. ``method``: of its legs that hold, the one whose mailing may add days."""

    state: StandingState
    on: date | None = None
    method: ServiceMethod | None = None
    why: str = ""
    legs: tuple[LegStanding, ...] = ()
    rung: int | None = None

    @property
    def lacks(self) -> tuple[ServiceLack, ...]:
        """All that its legs lack."""
        return tuple(lack for leg in self.legs for lack in leg.lacks)


@dataclass(frozen=True, slots=True)
class CopyStanding:
    """Whether a copy is served: by the earliest attempt that holds, else why not."""

    state: Literal["served", "coming", "failed", "unknown"]
    on: date | None = None
    method: ServiceMethod | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Judged:
    """A leg with what is known around it."""

    leg: ServiceRecord
    number: int
    rule: MethodRule | None
    standing: LegStanding

    @property
    def excused(self) -> bool:
        return self.leg.result == "not_required"


def leg_standing(
    rules: ServiceRules | None,
    leg: ServiceRecord,
    number: int = 1,
    *,
    consent: date | None = None,
    failed_before: bool = False,
    sworn: bool = True,
) -> LegStanding:
    """What one leg amounts to, by what is known of it. Of what nobody swears to here, nothing is asked.

    ``consent``: the day on which they agreed to be served electronically.
    """
    rule = rules.methods.get(alike(leg.method)) if rules is not None else None
    if leg.result in FAILED:
        return _failed(rules, leg)
    if rules is not None and rule is None and sworn:
        lack = ServiceLack(number, "method", f"The town's rules do not know {spoken(leg.method)}.")
        return LegStanding("lacking", why=lack.message, lacks=(lack,))
    if rule is None:
        return LegStanding("holds", leg.served_on)
    if sworn:
        lacks = tuple(ServiceLack(number, name, says) for name, says in missing(rule, leg, consent, failed_before))
        day = completed(rule, leg)
        if "seen_on" in rule.needs and leg.seen_on is not None and leg.seen_on < day:
            message = f"It was last seen there on {leg.seen_on}; it must be there until {day}."
            lacks = (*lacks, ServiceLack(number, "seen_on", message))
        if lacks:
            return LegStanding("lacking", why=" ".join(lack.message for lack in lacks), lacks=lacks)
    if rule.holds_if == "delivered" and leg.result not in ("delivered", "handed_over"):
        return LegStanding("unknown", why="Nothing says that it was delivered.")
    return LegStanding("holds", completed(rule, leg))


def completed(rule: MethodRule, leg: ServiceRecord) -> date:
    """The day on which a leg is complete, nothing being in its way."""
    done = {
        "mailing": leg.mailed_on or leg.served_on,
        "last_issue": max(leg.issues, default=leg.served_on),
    }.get(rule.complete, leg.served_on)
    return max(done, leg.served_on) + timedelta(days=rule.days)


def _failed(rules: ServiceRules | None, leg: ServiceRecord) -> LegStanding:
    reason = rules.reason(leg.reason) if rules is not None else None
    said = f", {leg.reason}" if leg.reason else ""
    day = f" on {leg.result_on}" if leg.result_on is not None else ""
    why = f"The {spoken(leg.method)} of {leg.served_on} was {leg.result}{day}{said}."
    return LegStanding("failed", why=why, ours=reason is not None and reason.means in ("our_fault", "deceased"))


def attempt_standing(
    rules: ServiceRules | None,
    document_type: str,
    legs: Sequence[ServiceRecord],
    *,
    consent: date | None = None,
    failed_before: bool = False,
    sworn: bool = True,
) -> AttemptStanding:
    """What the legs of one attempt amount to together, for a paper of this type."""
    judged = [
        _Judged(
            leg, number, rules.methods.get(alike(leg.method)) if rules is not None else None,
            leg_standing(rules, leg, number, consent=consent, failed_before=failed_before, sworn=sworn),
        )
        for number, leg in enumerate(legs, 1)
    ]  # fmt: skip
    standings = tuple(one.standing for one in judged)
    told = next((leg.rung for leg in legs if leg.rung is not None), None)
    if any(one.ours for one in standings):
        return AttemptStanding("failed", why=_because(judged), legs=standings, rung=told)
    ladder = rules.ladder(document_type) if rules is not None and sworn else None
    if rules is None or ladder is None:
        return _best([_together([one], standings, told) for one in judged], standings, told)
    found = [_together([one], standings, told) for one in judged if alike(one.leg.method) in rules.always]
    rung, ways = _rung(ladder, judged, told)
    if ways is None and told is None and not ladder.only and not _part(ladder, judged):
        ways = frozenset(alike(one.leg.method) for one in judged)  # other ways than its ladder's, but whole
    if ways is None:
        asked = " or ".join(map(_said, ladder.rungs if told is None else ladder.rungs[told - 1 : told]))
        lack = ServiceLack(1, "method", f"Its ladder asks for {asked or f'{len(ladder.rungs)} rungs at most'}.")
        if found and min(found, key=lambda one: one.on or date.max).on is not None:
            return _best(found, standings, told)
        standings = (_lacking(standings[0], lack), *standings[1:])
        state: StandingState = "failed" if any(one.state == "failed" for one in standings) else "lacking"
        return AttemptStanding(state, why=_first(_because(judged), lack.message), legs=standings, rung=told)
    parts = [one for one in judged if alike(one.leg.method) in ways and not one.excused]
    return _best([*found, _combined(rules, parts, standings, rung)], standings, rung)


def _rung(ladder: Ladder, judged: Sequence[_Judged], told: int | None) -> tuple[int | None, frozenset[str] | None]:
    """The rung that an attempt is: the one told, else the first whose ways were all taken."""
    taken = {alike(one.leg.method) for one in judged}
    for number, rung in enumerate(ladder.rungs, 1):
        ways = frozenset(map(alike, rung))
        if told in (None, number) and ways <= taken:
            return number, ways
    return told, None


def _part(ladder: Ladder, judged: Sequence[_Judged]) -> bool:
    """Whether it is a rung of which something is missing."""
    taken = {alike(one.leg.method) for one in judged}
    return any(taken < set(map(alike, rung)) for rung in ladder.rungs)


def _said(ways: Iterable[str]) -> str:
    return " and ".join(map(spoken, ways))


def _lacking(standing: LegStanding, lack: ServiceLack) -> LegStanding:
    state: StandingState = "lacking" if standing.state == "holds" else standing.state
    return LegStanding(state, None, _first(standing.why, lack.message), (*standing.lacks, lack), standing.ours)


def _first(*sentences: str) -> str:
    return next((one for one in sentences if one), "")


def _because(judged: Iterable[_Judged]) -> str:
    return " ".join(one.standing.why for one in judged if one.standing.state == "failed")


def _combined(
    rules: ServiceRules, parts: Sequence[_Judged], standings: tuple[LegStanding, ...], rung: int | None
) -> AttemptStanding:
    """All ways of a rung. What a certified letter that nobody took leaves of the other is the town's to say."""
    certified = [one for one in parts if one.leg.method == "certified_mail" and one.standing.state == "failed"]
    stands = [one for one in parts if one.leg.method == "first_class_mail" and one.standing.state == "holds"]
    if certified and stands:
        if rules.certified_came_back == "first_class_stands":
            rest = [one for one in parts if one not in certified]
            days = [completed(one.rule, one.leg) for one in certified if one.rule is not None]
            return _together(rest, standings, rung, not_before=max(days, default=None))
        elif rules.certified_came_back == "person":
            rest = [one for one in parts if one not in certified]
            if all(one.standing.state == "holds" for one in rest):
                return AttemptStanding("unknown", why=_because(certified), legs=standings, rung=rung)
    return _together(parts, standings, rung)


def _together(
    parts: Sequence[_Judged], standings: tuple[LegStanding, ...], rung: int | None, not_before: date | None = None
) -> AttemptStanding:
    """All of these must hold; the last of them makes it complete."""
    for state in ("failed", "lacking", "unknown"):
        not_so = [one for one in parts if one.standing.state == state]
        if not_so:
            return AttemptStanding(state, why=_first(*(one.standing.why for one in not_so)), legs=standings, rung=rung)
    days = [one.standing.on for one in parts if one.standing.on is not None and not one.excused]
    if not days:
        return AttemptStanding("unknown", why="Nothing was done that could hold.", legs=standings, rung=rung)
    if not_before is not None:  # that a letter came back makes nothing complete earlier than it was
        days.append(not_before)
    mailed = [one.leg.method for one in parts if one.leg.method in BY_MAIL]
    return AttemptStanding("holds", max(days), (mailed or [parts[0].leg.method])[0], legs=standings, rung=rung)


def _best(found: Sequence[AttemptStanding], standings: tuple[LegStanding, ...], rung: int | None) -> AttemptStanding:
    """The earliest of several that hold; else the most hopeful."""
    holds = [one for one in found if one.on is not None]
    if holds:
        return min(holds, key=lambda one: one.on or date.max)
    order = ("unknown", "failed", "lacking")
    return min(
        found, key=lambda one: order.index(one.state), default=AttemptStanding("unknown", legs=standings, rung=rung)
    )


def grouped(records: Iterable[ServiceRecord]) -> list[list[ServiceRecord]]:
    """Service records of one document and one party as attempts: those with one ``attempt`` are its legs."""
    found: dict[str, list[ServiceRecord]] = {}
    for one in records:
        found.setdefault(one.attempt or f"/{one.id}", []).append(one)  # no id has a slash
    return list(found.values())


def standings_of(
    rules: ServiceRules | None,
    document_type: str,
    made: Sequence[Sequence[ServiceRecord]],
    *,
    consent: date | None = None,
    failed_before: bool = False,
) -> list[AttemptStanding]:
    """What each of the attempts to serve a paper on one party amounts to; those that failed earlier make way for
    others."""

    def standing(legs: Sequence[ServiceRecord], failed: bool) -> AttemptStanding:
        sworn = legs[0].attempt is not None
        return attempt_standing(rules, document_type, legs, consent=consent, failed_before=failed, sworn=sworn)

    begun = [min(leg.served_on for leg in legs) for legs in made]
    found = [standing(legs, failed_before) for legs in made]
    failed = min((day for day, one in zip(begun, found, strict=True) if one.state == "failed"), default=None)
    if failed is None or failed_before:
        return found
    return [standing(legs, True) if failed < day else one for legs, day, one in zip(made, begun, found, strict=True)]


def copy_standing(
    rules: ServiceRules | None,
    document_type: str,
    made: Iterable[Sequence[ServiceRecord]],
    on: date,
    *,
    consent: date | None = None,
    failed_before: bool = False,
) -> CopyStanding:
    """Whether a paper is served on one party by a day, by the attempts ``made`` (legs each)."""
    begun = [mine for legs in made if (mine := [leg for leg in legs if leg.served_on <= on])]
    begun.sort(key=lambda legs: min(leg.served_on for leg in legs))
    found = standings_of(rules, document_type, begun, consent=consent, failed_before=failed_before)
    held = min((one for one in found if one.on is not None), key=lambda one: one.on or date.max, default=None)
    not_so = [one for one in found if one.on is None]
    why = next((one.why for one in reversed(not_so)), "")
    if held is not None and held.on is not None:
        return CopyStanding("served" if held.on <= on else "coming", held.on, held.method, why)
    if not_so and all(one.state != "unknown" for one in not_so):
        return CopyStanding("failed", why=why)
    return CopyStanding("unknown", why=why)


def judge_of(rules: ServiceRules | None) -> ServiceJudge:
    """How the register puts service into a casefile (``casefile.folding``), by a town's rules."""

    def judged(
        paper: IssuedDocument, made: Sequence[Sequence[ServiceRecord]], on: date, consent: date | None
    ) -> date | None:
        found = copy_standing(rules, paper.document_type, made, on, consent=consent)
        return found.on if found.state == "served" else None

    return judged
