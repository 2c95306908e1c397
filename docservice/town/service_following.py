"""What follows from what came of serving a paper: the next rung, addresses that are no good, what a person must see to.

Pure: the list of what is due, the reading of a case and the answer to who told of an attempt all read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from docservice.casefile.attempts import BY_MAIL, FAILED, Attempt
from docservice.casefile.service import ServiceMethod, ServiceRecord
from docservice.finding import Finding
from docservice.town.service_rules import ReturnReason, ServiceRules, alike, spoken
from docservice.town.service_standing import standings_of

_BAD = frozenset(("address_bad", "address_stale"))


@dataclass(frozen=True, slots=True)
class NextRung:
    """The rung of its ladder by which a paper is served next: ``since`` the day on which that was known, and why."""

    rung: int
    ways: tuple[ServiceMethod, ...]
    since: date
    why: str


@dataclass(frozen=True, slots=True)
class FlaggedMailing:
    """An open mailing to an address from which something came back: ``because`` of that leg and its reason."""

    leg: ServiceRecord
    because: ServiceRecord
    reason: ReturnReason


def next_rung(
    rules: ServiceRules | None, document_type: str, made: Sequence[Attempt], on: date, consent: date | None = None
) -> NextRung | None:
    """What comes next for a copy that is not served: after a rung that failed, or of which nothing was heard too long.

    ``made`` are the attempts to serve it on one party. None while it is served, while a result is awaited, when nothing
    was tried yet, and at the end of the ladder.
    """
    ladder = rules.ladder(document_type) if rules is not None else None
    tried = [one for one in sorted(made, key=lambda one: (one.on, one.position)) if one.on <= on]
    if ladder is None or not tried:
        return None
    standings = standings_of(rules, document_type, [one.legs for one in tried], consent=consent)
    if any(one.state == "lacking" for one in standings):
        return None  # it may hold yet, when the record is made whole
    for one, standing in zip(tried, standings, strict=True):
        waits = ladder.lapse_days is None or one.on + timedelta(days=ladder.lapse_days) >= on
        if standing.state == "holds" or (standing.state == "unknown" and waits):
            return None
    last, standing = tried[-1], standings[-1]
    rung = max((found.rung or 1) for found in standings)
    if rung >= len(ladder.rungs):
        return None
    if standing.state == "failed":
        since, why = max((leg.result_on or leg.served_on for leg in last.legs), default=last.on), standing.why
    else:
        since = last.on + timedelta(days=ladder.lapse_days or 0)
        why = f"Nothing is known of {last.on} after {ladder.lapse_days} days."
    return NextRung(rung + 1, ladder.rungs[rung], since, why)


def flagged_mailings(
    rules: ServiceRules | None, made: Sequence[Attempt], addresses: Mapping[str, Sequence[str]]
) -> tuple[FlaggedMailing, ...]:
    """Every open mailing of a case to an address that the post office says is no good; ``addresses`` by party id."""
    if rules is None:
        return ()
    bad: dict[str, tuple[ServiceRecord, ReturnReason]] = {}
    mailed = [leg for one in made for leg in one.legs if leg.method in BY_MAIL]
    for leg in mailed:
        reason = rules.reason(leg.reason) if leg.result in FAILED else None
        where = _where(leg, addresses)
        if reason is not None and reason.means in _BAD and where is not None:
            bad.setdefault(where, (leg, reason))
    found = []
    for leg in mailed:
        known = bad.get(_where(leg, addresses) or "")
        if known is not None and leg.result == "pending":
            found.append(FlaggedMailing(leg, *known))
    return tuple(found)


def _where(leg: ServiceRecord, addresses: Mapping[str, Sequence[str]]) -> str | None:
    """An address without the name above it: its street and its town, however they are typed."""
    lines = leg.address or tuple(addresses.get(leg.party, ()))
    if len(lines) < 2:
        return None
    return "".join(one for line in lines[-2:] for one in line.casefold() if one.isalnum())


def service_findings(
    rules: ServiceRules | None, made: Sequence[Attempt], types: Mapping[str, str], facts: Mapping[str, Any],
) -> Iterator[Finding]:  # fmt: skip
    """What somebody should see to: each with its place in the casefile (``/service/3/photos``).

    ``types`` are the document types by number, ``facts`` the casefile's JSON with the register in it.
    """
    if rules is None or not made:
        return
    places = {item.get("id"): f"/service/{index}" for index, item in enumerate(facts.get("service") or ())}
    parties = [item for item in facts.get("parties") or () if isinstance(item, Mapping)]
    consents = {str(item.get("id")): item.get("electronic_consent_on") for item in parties}
    addresses = {str(item.get("id")): (item.get("address") or {}).get("lines") or () for item in parties}
    for one in made:
        if not one.sworn or one.document not in types:
            continue
        agreed = consents.get(one.party)
        mine = [each for each in made if (each.document, each.party) == (one.document, one.party)]
        others = len(mine) > 1
        consent = date.fromisoformat(agreed) if agreed else None
        found = standings_of(rules, types[one.document], [each.legs for each in mine], consent=consent)
        standing = found[mine.index(one)]
        for lack in standing.lacks:
            place = places.get(one.legs[lack.leg - 1].id, "/service")
            message = f"{one.document} is not served by what is on record. {lack.message}"
            yield Finding.warning("service.lacking", message, f"{place}/{lack.field}")
        ladder = rules.ladder(types[one.document])
        usual = any(alike(leg.method) in rules.always for leg in one.legs)
        if ladder is not None and standing.state == "holds" and standing.rung is None and not usual:
            asked = " or ".join(" and ".join(map(spoken, rung)) for rung in ladder.rungs)
            message = f"{one.document} was served otherwise than its ladder says: {asked}."
            yield Finding.warning("service.off_ladder", message, places.get(one.legs[0].id, "/service"))
        if standing.rung is not None and standing.rung > 1 and not others:
            first = " and ".join(map(spoken, ladder.rungs[0])) if ladder is not None and ladder.rungs else ""
            message = f"{one.document} was not tried by {first} first, which its ladder asks for."
            yield Finding.warning("service.rung_early", message, f"{places.get(one.legs[0].id, '/service')}/rung")
        for leg in one.legs:
            yield from _of_reason(rules, leg, places.get(leg.id, "/service"))
    for flagged in flagged_mailings(rules, made, addresses):
        message = (
            f"{flagged.leg.document} went to an address that is no good: {flagged.because.document} came back from it "
            f"({flagged.because.reason})."
        )
        yield Finding.warning("service.address_bad", message, places.get(flagged.leg.id, "/service"))


def _of_reason(rules: ServiceRules, leg: ServiceRecord, place: str) -> Iterator[Finding]:
    reason = rules.reason(leg.reason)
    if leg.result not in FAILED or leg.reason is None:
        return
    if reason is None:
        known = ", ".join(one.says[0] for one in rules.reasons.values())
        message = f"The town's rules do not know the reason “{leg.reason}”. They know: {known}."
        yield Finding.warning("service.reason_unknown", message, f"{place}/reason")
    elif reason.next != "note":
        message = f"{leg.document} to “{leg.party}”: {leg.reason}. {_NEXT[reason.next]}"
        yield Finding.warning(f"service.{reason.means}", message, f"{place}/reason")


_NEXT = {
    "search_address": "Look for a better address.",
    "print_to_new_address": "Print it again to the address on the label, if there is one.",
    "print_again": "That was our fault: print it again, with new dates.",
    "person": "The party changes: a person decides.",
}
