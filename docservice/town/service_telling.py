"""What cannot be told of serving a paper: days that cannot be, a declarant who is a party, a paper that was replaced.

An attempt that lacks something is kept, and does not hold (``town.service_standing``). What is refused here would be
false, or would make a paper count that is no notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from docservice.casefile.article_numbers import article_digits
from docservice.casefile.attempts import BY_MAIL, attempt_told, attempts
from docservice.casefile.record import CaseRecord, IssuedDocument
from docservice.casefile.service import is_leg_id
from docservice.finding import Finding
from docservice.town.pack import TownPack
from docservice.town.service_rules import alike

SERVICE_EVENTS = frozenset(("attempted", "service-result", "served"))
"""Types of events that this room judges."""

_COME_BACK = frozenset((*BY_MAIL, "electronic"))


def refused(
    pack: TownPack, facts: Mapping[str, Any], record: CaseRecord, type: str, subject: str, on: date,
    data: Mapping[str, Any], today: date,
) -> Iterator[Finding]:  # fmt: skip
    """What speaks against it: each with its place in the event (``/data/legs/0/on``).

    ``facts`` is the casefile's JSON with the register in it, ``record`` what is known besides this event.
    """
    paper = next((one for one in record.documents if one.number == subject), None)
    if paper is None:
        return  # which ``casefile.believing`` says
    if type == "attempted":
        yield from _attempt(pack, facts, record, paper, on, data, today)
    elif type == "served":
        yield from _stale(pack, paper, on, "/on")
    elif type == "service-result":
        yield from _result(record, paper, data)


def _attempt(
    pack: TownPack, facts: Mapping[str, Any], record: CaseRecord, paper: IssuedDocument, on: date,
    data: Mapping[str, Any], today: date,
) -> Iterator[Finding]:  # fmt: skip
    if not paper.in_force:
        yield _replaced(paper, "/subject", "Serve what took its place.")
    if paper.original is not None:
        message = f"{paper.number} is a translation of {paper.original}: serve that, with this beside it."
        yield Finding.error("service.translation", message, "/subject")
    yield from _declarant(facts, data["declarant"])
    used = _articles(facts, record, paper.number)
    for index, leg in enumerate(data["legs"]):
        place = f"/data/legs/{index}"
        day = date.fromisoformat(leg["on"]) if "on" in leg else on
        yield from _days(paper, leg, on, day, today, place)
        yield from _stale(pack, paper, day, f"{place}/on" if "on" in leg else "/on")
        if alike(leg["method"]) == "electronic" and not _agreed(facts, data["party"], day):
            message = f"Nobody has put on record that “{data['party']}” agreed to it by {day} (electronic_consent_on)."
            yield Finding.error("service.no_consent", message, f"{place}/method")
        number = _digits(leg.get("article_number"))
        if number is not None:
            envelope = data["party"], day.isoformat()
            what, other = used.setdefault(number, (f"leg {index + 1}", None))
            if other != envelope and what != f"leg {index + 1}":
                yield Finding.error("article.used", f"That number is on {what} already.", f"{place}/article_number")
        yield from _possible(leg["method"], leg.get("result"), f"{place}/result")
        if leg.get("seen_on", "") > today.isoformat():
            yield _ahead(f"{place}/seen_on", today)


def _days(
    paper: IssuedDocument, leg: Mapping[str, Any], on: date, day: date, today: date, place: str
) -> Iterator[Finding]:
    if day < on:
        message = f"The attempt is of {on}: the day on which it began."
        yield Finding.error("event.date", message, f"{place}/on")
    if day > today:
        yield _ahead(f"{place}/on", today)
    named = [("mailed_on", leg.get("mailed_on"), day, "the attempt")]
    named += [(f"issues/{n}", said, paper.issued_on, paper.number) for n, said in enumerate(leg.get("issues", ()))]
    named += [(f"tries/{n}/on", one["on"], paper.issued_on, paper.number) for n, one in enumerate(leg.get("tries", ()))]
    named += [(f"photos/{n}/taken_on", one["taken_on"], paper.issued_on, paper.number)
              for n, one in enumerate(leg.get("photos", ()))]  # fmt: skip
    for name, said, earliest, what in named:
        if said is None:
            continue
        if said > today.isoformat():
            yield _ahead(f"{place}/{name}", today)
        elif said < earliest.isoformat():
            yield Finding.error("event.date", f"{what} is of {earliest}, later than that.", f"{place}/{name}")
        elif name.startswith("tries") and said > day.isoformat():
            yield Finding.error("event.date", f"That was after it was served, on {day}.", f"{place}/{name}")


def _ahead(place: str, today: date) -> Finding:
    return Finding.error("event.date", f"The day is ahead of today ({today}): tell it when it has happened.", place)


def _replaced(paper: IssuedDocument, place: str, then: str) -> Finding:
    instead = f" by {paper.replaced_by}" if paper.replaced_by else ""
    return Finding.error("service.replaced", f"{paper.number} is {paper.status}{instead}. {then}", place)


def _declarant(facts: Mapping[str, Any], sworn: Mapping[str, Any]) -> Iterator[Finding]:
    if not sworn["over_18_and_not_a_party"]:
        message = "Only somebody over 18 who is no party to the case can serve, and swear to it."
        yield Finding.error("service.declarant", message, "/data/declarant/over_18_and_not_a_party")
    name = _folded(sworn["name"])
    for party in facts.get("parties") or ():
        called = party.get("name") or {}
        if name in (_folded(called.get("text")), _folded(called.get("latin"))):
            message = f"{sworn['name']} is a party to the case (“{party.get('id')}”), and cannot serve in it."
            yield Finding.error("service.declarant", message, "/data/declarant/name")


def _folded(name: object) -> str | None:
    return " ".join(name.split()).casefold() if isinstance(name, str) else None


def _agreed(facts: Mapping[str, Any], party: str, day: date) -> bool:
    consents = {one.get("id"): one.get("electronic_consent_on") for one in facts.get("parties") or ()}
    agreed = consents.get(party)
    return agreed is not None and str(agreed) <= day.isoformat()


def _articles(
    facts: Mapping[str, Any], record: CaseRecord, document: str
) -> dict[str, tuple[str, tuple[str, str] | None]]:
    """Article numbers on something of the case: on what, and on which envelope; two papers may go in one."""
    found: dict[str, tuple[str, tuple[str, str] | None]] = {}
    for item in facts.get("service") or ():
        number = _digits(item.get("article_number"))
        if number is not None and not is_leg_id(item.get("id")):
            found[number] = f"the service record “{item.get('id')}”", (item["party"], str(item["served_on"]))
    for one in attempts(record, date.max):
        for leg in one.legs:
            number = _digits(leg.article_number)
            if number is not None:
                envelope = (one.party, leg.served_on.isoformat()) if one.document != document else None
                found[number] = f"an attempt of {leg.served_on} to serve {one.document}", envelope
    return found


def _digits(number: str | None) -> str | None:
    return article_digits(number) if number else None


def _stale(pack: TownPack, paper: IssuedDocument, day: date, place: str) -> Iterator[Finding]:
    """A paper that says “by June 11” and is served on June 24 is no notice: its dates are over."""
    kind = pack.document_types.get(paper.document_type)
    counted_from = paper.mail_on or paper.issued_on
    for name, rule in kind.deadlines.items() if kind is not None else ():
        printed = paper.dates.get(name)
        runs = pack.deadlines[rule].trigger != "hearing"
        if runs and printed is not None and counted_from < printed < day:
            message = f"{paper.number} says “{name}” {printed}, which was over on {day}."
            yield Finding.error("service.stale_dates", f"{message} Print it again, and serve that.", place)
            return


def _possible(method: str, result: str | None, place: str) -> Iterator[Finding]:
    if result in ("returned", "unclaimed") and method not in _COME_BACK:
        yield Finding.error("service.result", f"{method.replace('_', ' ').capitalize()} cannot be {result}.", place)


def _result(record: CaseRecord, paper: IssuedDocument, data: Mapping[str, Any]) -> Iterator[Finding]:
    told = attempt_told(record, data["attempt"])
    made = next((one for one in attempts(record, date.max) if told and one.position == told.position), None)
    if made is None or data["leg"] > len(made.legs):
        return  # which ``casefile.believing`` says
    leg = made.legs[data["leg"] - 1]
    yield from _possible(leg.method, data["result"], "/data/result")
    if not paper.in_force and not data.get("after_replacement"):
        then = "What became of it counts for nothing now; to keep it all the same, say after_replacement."
        yield _replaced(paper, "/data/attempt", then)
