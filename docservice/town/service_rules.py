"""Service as data: what each way to serve a paper asks for, when it is complete, and what comes after it failed.

One file of the town pack, ``service.yaml``, in a closed vocabulary. What the words amount to on a day is in
``town.service_standing``; that they fit together is held when the pack is loaded (``incoherences``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Literal, get_args

from docservice.casefile.attempts import NOT_TOLD
from docservice.casefile.service import ServiceMethod, ServiceRecord
from docservice.town.procedure import TRADE, Place
from docservice.town.source import Source

ServiceDone = Literal["handing", "deposit", "posting", "sending", "mailing", "last_issue"]
ServiceNeed = Literal[
    "at",
    "place",
    "address",
    "to_whom",
    "relation",
    "unit",
    "article",
    "mailed_on",
    "newspaper",
    "county",
    "affidavit",
    "consent",
    "seen_on",
    "failed_before",
]
ReturnMeaning = Literal["not_taken", "address_bad", "address_stale", "deceased", "our_fault"]
AfterReturn = Literal["note", "search_address", "print_to_new_address", "print_again", "person"]
CountedNeed = Literal["photos", "tries", "issues"]


@dataclass(frozen=True, slots=True)
class MethodRule:
    """One way to serve a paper.

    It is complete ``days`` after what ``complete`` names (the last of the ``issues`` of a newspaper, the mailing that
    follows a substituted service). It holds once ``done``, unless the paper is known to have come back
    (``not_returned``), or only when it is known to have been ``delivered``. Without what it ``needs``, and ``least`` so
    many of each, it does not hold. ``receipt``: a result is to be expected.
    """

    complete: ServiceDone
    source: Source
    days: int = 0
    holds_if: Literal["done", "not_returned", "delivered"] = "done"
    needs: tuple[ServiceNeed, ...] = ()
    least: Mapping[str, int] = field(default_factory=dict)
    receipt: bool = False


@dataclass(frozen=True, slots=True)
class Ladder:
    """Ways to serve a paper, in order; those of one rung are taken together, and all of them must hold.

    The next rung comes when one has failed, or after ``lapse_days`` without a result. ``only``: no other ways will do.
    """

    rungs: tuple[tuple[ServiceMethod, ...], ...]
    source: Source
    lapse_days: int | None = None
    only: bool = False


@dataclass(frozen=True, slots=True)
class ReturnReason:
    """A reason on an envelope that came back: how it is written, what it means, and what comes after it."""

    says: tuple[str, ...]
    means: ReturnMeaning
    next: AfterReturn
    source: Source


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """How a town serves its papers.

    ``certified_came_back``: what a certified letter that nobody took leaves of the first-class one beside it.
    ``quiet_after``: days after which a letter of which nothing was heard is taken not to have come back. ``always``:
    ways that are good for every paper, whatever its ladder. ``papers``: document type → ladder.
    """

    source: Source
    methods: Mapping[str, MethodRule]
    ladders: Mapping[str, Ladder]
    papers: Mapping[str, str]
    reasons: Mapping[str, ReturnReason]
    certified_came_back: Literal["first_class_stands", "posting", "person"] = "person"
    quiet_after: int | None = None
    always: tuple[ServiceMethod, ...] = ()

    def ladder(self, document_type: str) -> Ladder | None:
        """The ladder of a document type; none where any way will do."""
        return self.ladders.get(self.papers.get(document_type, ""))

    def reason(self, said: str | None) -> ReturnReason | None:
        """What a reason means that somebody wrote down: capitals, dashes and spaces make no other."""
        if said is None:
            return None
        wanted = _plain(said)
        return next((one for one in self.reasons.values() if wanted in map(_plain, one.says)), None)


def alike(method: str) -> str:
    """A method by its name of today."""
    return "posting_site" if method == "posting" else method


def spoken(method: str) -> str:
    """A method in a sentence."""
    return method.replace("first_class", "first-class").replace("_", " ")


@cache
def _plain(text: str) -> str:
    return "".join(one for one in text.casefold() if one.isalnum())


_COUNTED = get_args(CountedNeed)


def incoherences(rules: ServiceRules, types: Collection[str]) -> Iterator[tuple[Place, str]]:
    """Every contradiction: the path of keys that leads to it, and a sentence. ``types`` are the pack's documents."""
    known = get_args(ServiceMethod)
    for name, method in rules.methods.items():
        place: Place = ("service", "methods", name)
        if name not in known or name == "posting":
            there = ", ".join(one for one in known if one != "posting")
            yield place, f"There is no way to serve called {name}. There is: {there}."
        for counted, least in method.least.items():
            if counted not in _COUNTED:
                yield (*place, "least", counted), f"Only {', '.join(_COUNTED)} are counted."
            elif not 1 <= least <= 100:
                yield (*place, "least", counted), "At least how many? From 1 to 100."
        if method.days < 0:
            yield (*place, "days"), "It cannot be complete before it is done."
        if method.complete == "mailing" and "mailed_on" not in method.needs:
            yield (*place, "complete"), "What is complete by a mailing needs mailed_on."
        if method.complete == "last_issue" and "issues" not in method.least:
            yield (*place, "complete"), "What is complete by its last issue needs at least one issue (least)."
    for name, ladder in rules.ladders.items():
        for index, rung in enumerate(ladder.rungs):
            for step, way in enumerate(rung):
                if way not in rules.methods:
                    yield ("service", "ladders", name, "rungs", index, step), f"No rule says how {way} is done."
            if not rung or len(set(rung)) != len(rung):
                yield ("service", "ladders", name, "rungs", index), "A rung has one or several ways, each once."
        if not ladder.rungs:
            yield ("service", "ladders", name), "A ladder has at least one rung."
    for index, way in enumerate(rules.always):
        if way not in rules.methods:
            yield ("service", "always", index), f"No rule says how {way} is done."
    for type, named in rules.papers.items():
        if type not in types and type not in TRADE:
            yield ("service", "papers", type), f"There is no document type {type}."
        if named not in rules.ladders:
            there = ", ".join(rules.ladders)
            yield ("service", "papers", type), f"There is no ladder {named}. There is: {there}."
    written: dict[str, str] = {}
    for name, reason in rules.reasons.items():
        for index, says in enumerate(reason.says):
            first = written.setdefault(_plain(says), name)
            if first != name or not _plain(says):
                yield ("service", "reasons", name, "says", index), f"“{says}” is a reason already ({first})."


def missing(
    rule: MethodRule, leg: ServiceRecord, consent: date | None, failed_before: bool
) -> Iterator[tuple[str, str]]:
    """What a leg lacks of what its method needs: the field of the leg, and a sentence."""
    for need in rule.needs:
        field_name, words, there = _NEEDS[need]
        if need == "consent":
            lacks = consent is None or consent > leg.served_on
        elif need == "failed_before":
            lacks = not failed_before
        else:
            lacks = not there(leg)
        if lacks:
            yield field_name, words
    for counted, least in rule.least.items():
        there_are = len(getattr(leg, counted))
        if there_are < least:
            yield counted, f"At least {least} {counted} {'are' if least > 1 else 'is'} needed; there are {there_are}."


_NEEDS: Mapping[ServiceNeed, tuple[str, str, Callable[[ServiceRecord], object]]] = {
    "at": ("at", "The time of day is needed.", lambda leg: leg.at is not None),
    "place": ("place", "Where it was done is needed.", lambda leg: leg.place != NOT_TOLD),
    "address": ("address", "The name and address on the envelope are needed.", lambda leg: leg.address),
    "to_whom": ("to_whom", "Into whose hands it went is needed.", lambda leg: leg.to_whom),
    "relation": ("relation", "What they are to the person served is needed.", lambda leg: leg.relation),
    "unit": ("unit", "The unit is needed.", lambda leg: leg.unit),
    "article": ("article_number", "The article number is needed.", lambda leg: leg.article_number),
    "mailed_on": ("mailed_on", "The day on which a copy was mailed after it is needed.", lambda leg: leg.mailed_on),
    "newspaper": ("newspaper", "The newspaper is needed.", lambda leg: leg.newspaper),
    "county": ("county", "The county is needed.", lambda leg: leg.county),
    "affidavit": ("evidence", "The affidavit of the newspaper is needed, as evidence.", lambda leg: leg.evidence),
    "seen_on": ("seen_on", "The day on which it was last seen in place is needed.", lambda leg: leg.seen_on),
    "consent": ("method", "They have not agreed to be served so, by what is on record.", lambda leg: False),
    "failed_before": ("method", "It comes after another way was tried and failed.", lambda leg: False),
}
assert set(_NEEDS) == set(get_args(ServiceNeed))
