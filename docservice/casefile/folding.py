"""The register folded into the facts: what was issued, voided, lifted, decided, whatever the casefile says of it.

A casefile that comes with an order is the tracker's memory. Of what the office itself did the register knows
better: numbers and days of issue, what is void, lifted, decided, continued, closed. Those values are put into the JSON
before it is read, so that a document pins, prints and counts by them, and everything below sees a casefile as before.
What the casefile says otherwise is told as a finding (``case.differs``), never silently dropped. The answer depends on
what the record holds, not on the order in which it was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from docservice.casefile import told_decisions
from docservice.casefile.attempts import ToldAttempt, leg_of, told_attempts, what_did_not_come_back
from docservice.casefile.consistency import DAYS, in_order
from docservice.casefile.decided_papers import DecidedStatus, decided_citations
from docservice.casefile.done_by_papers import asked_for, ends_order
from docservice.casefile.envelopes import envelope_values
from docservice.casefile.merging import with_brought
from docservice.casefile.record import CaseEvent, CaseRecord, Effect, IssuedDocument, case_key
from docservice.casefile.service import is_leg_id
from docservice.finding import Finding
from docservice.places import pointer

_LISTS: Mapping[Effect, str] = {
    "cited": "citations", "ordered": "stop_work_orders", "lifted": "stop_work_orders", "noticed": "hearings",
    "decided": "hearings",
}  # fmt: skip
_Value = tuple[str, Any, str]  # a field, what the register knows of it, and from what


@dataclass(frozen=True, slots=True)
class FoldedChange:
    """One value that the register put in: ``stated`` as the casefile has it, ``known`` as the register has it.

    ``None`` is nothing. ``because`` says what the register knows it from.
    """

    place: str  # JSON pointer
    stated: Any
    known: Any
    because: str

    def finding(self) -> Finding | None:
        """What to tell of it: nothing where the casefile left it open."""
        if self.stated is None or self.stated == []:
            return None
        known = "that there is none" if self.known is None else f"{self.known}"
        message = f"The casefile says {self.stated}; the register knows {known} ({self.because})."
        return Finding.warning("case.differs", message, self.place)


@dataclass(frozen=True, slots=True)
class Folded:
    """A casefile's JSON with what the register knows in it. ``findings`` are all warnings.

    ``unplaced`` are those of days that the casefile's other days contradict, and which were therefore not put in.
    """

    facts: Mapping[str, Any]
    changes: tuple[FoldedChange, ...] = ()
    findings: tuple[Finding, ...] = ()
    unplaced: tuple[Finding, ...] = ()


def fold(facts: Mapping[str, Any], record: CaseRecord, on: date) -> Folded:
    """The casefile with what the register knew on a day.

    ``facts`` is a casefile as JSON, read or not: what is no casefile comes back as it is, for the reading to refuse.
    What was issued or happened after ``on`` is left out; a document that is void or superseded is so on every day.
    """
    facts = with_brought(facts, record)
    if not record.documents and not record.events:
        return Folded(facts)
    known = _Register(record, on)
    folded: dict[str, Any] = dict(facts)
    changes: list[FoldedChange] = []
    unplaced: list[Finding] = []
    case = facts.get("case")
    opened = case.get("opened_on") if isinstance(case, Mapping) else None
    for path, item, values in known.values(facts):
        changed = {name: value for name, value in values.items() if not _same(item.get(name), value[0])}
        if not changed:
            continue
        after = {**item, **{name: value for name, (value, _) in changed.items()}}
        if not in_order(str(path[0]), after, opened):  # of such days the casefile's own stay, and a person looks
            unplaced += _out_of_order(path, changed)
            changed = {name: value for name, value in changed.items() if name not in DAYS}
        for name, (value, because) in changed.items():
            _put(folded, (*path, name), value)
            changes.append(FoldedChange(pointer((*path, name)), item.get(name), value, because))
    lacking = [*_serve(folded, known.attempts, opened, changes), *known.strangers(facts)]
    told = [finding for change in changes if (finding := change.finding()) is not None]
    return Folded(folded, tuple(changes), (*told, *unplaced, *lacking), tuple(unplaced))


def _serve(
    folded: dict[str, Any], made: tuple[ToldAttempt, ...], opened: object, changes: list[FoldedChange]
) -> Iterator[Finding]:
    """Put the legs of attempts among the service records, at their end; what a casefile says of them gives way."""
    listed = folded.get("service") or ()
    if not isinstance(listed, list | tuple) or not isinstance(folded.get("parties"), list | tuple):
        return
    legs = {str(leg["id"]): leg for one in made if one.sworn for leg in one.legs}
    own = []
    for index, item in enumerate(listed):
        id = item.get("id") if isinstance(item, Mapping) else None
        if not is_leg_id(id):
            own.append(item)
        elif (leg := legs.get(str(id))) is None:
            changes.append(FoldedChange(f"/service/{index}", f"{id}", None, "no such attempt is on record"))
        else:
            for name in sorted({*item, *leg}):
                if not _same(item.get(name), leg.get(name)):
                    because = f"told of {leg['served_on']}"
                    changes.append(FoldedChange(f"/service/{index}/{name}", item.get(name), leg.get(name), because))
    parties = {one.get("id") for one in folded["parties"] if isinstance(one, Mapping)}
    for leg in legs.values():
        if leg["party"] not in parties:
            message = f"{leg['document']} was served on “{leg['party']}”, which the casefile lacks."
            yield Finding.warning("case.lacks", message, "/parties")
        elif str(opened or "") > leg["served_on"]:  # no day of it would fit into the casefile
            message = f"{leg['document']} was served on {leg['served_on']}, before the case was opened ({opened})."
            yield Finding.warning("case.differs", message, "/case/opened_on")
        else:
            own.append(leg)
    if own or listed:
        folded["service"] = own


def _out_of_order(path: Sequence[str | int], values: Mapping[str, tuple[Any, str]]) -> Iterator[Finding]:
    for name, (value, because) in values.items():
        if name in DAYS:
            message = f"The register knows {value} ({because}), which the casefile's other days contradict."
            yield Finding.warning("case.differs", message, pointer((*path, name)))


def _same(stated: Any, known: Any) -> bool:
    return stated == known or (None not in (stated, known) and str(stated) == str(known))


def _put(folded: dict[str, Any], path: Sequence[str | int], value: Any) -> None:
    """Set a value; objects and lists on the way are copied, since they are the caller's."""
    node: Any = folded
    for step in path[:-1]:
        inner = node[step]
        node[step] = inner = dict(inner) if isinstance(inner, Mapping) else list(inner)
        node = inner
    if value is None:
        node.pop(path[-1], None)
    else:
        node[path[-1]] = value


def _items(facts: Mapping[str, Any], name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    listed = facts.get(name)
    for index, item in enumerate(listed if isinstance(listed, list | tuple) else ()):
        if isinstance(item, Mapping):
            yield index, item


class _Register:
    """What the record knows on a day, found by what it is about."""

    def __init__(self, record: CaseRecord, on: date) -> None:
        self.key = case_key(record.number)
        documents = sorted(record.documents, key=lambda one: (one.position, one.number))
        self.documents = [one for one in documents if one.issued_on <= on and one.original is None]
        self.papers: Mapping[str, IssuedDocument] = {one.number: one for one in documents if one.issued_on <= on}
        self.events = sorted(
            (event for event in record.standing() if event.on <= on), key=lambda one: (one.on, one.position)
        )
        self.on, self.judge = on, record.judge or what_did_not_come_back
        self.attempts = told_attempts(record, on)
        self.made: dict[str, dict[str, list[ToldAttempt]]] = {}
        for one in self.attempts:
            self.made.setdefault(one.document, {}).setdefault(one.party, []).append(one)
        self.consents: dict[str, date] = {}
        self.decided: Mapping[str, DecidedStatus] = {}

    def _papers(self, puts: str, about: object) -> list[IssuedDocument]:
        return [one for one in self.documents if one.puts == puts and one.about == about]

    def _last(self, type: str, subject: object) -> CaseEvent | None:
        return next((one for one in reversed(self.events) if one.type == type and one.subject == subject), None)

    def values(
        self, facts: Mapping[str, Any]
    ) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, Any], dict[str, tuple[Any, str]]]]:
        """Each item of a casefile, by its path, and what the register knows of it: values with why, by their names."""
        self.decided = decided_citations(facts, self.documents)
        for _, party in _items(facts, "parties") if self.made else ():
            if isinstance(agreed := party.get("electronic_consent_on"), str):
                with suppress(ValueError):  # for the reading to refuse
                    self.consents[str(party.get("id"))] = date.fromisoformat(agreed)
        violations = [item.get("id") for _, item in _items(facts, "violations")]
        case = facts.get("case")
        if isinstance(case, Mapping):
            yield ("case",), case, _named(self._case(case))
        for name, knows in (
            ("citations", self._citation), ("stop_work_orders", self._order), ("hearings", self._hearing),
            ("violations", self._violation), ("appeals", self._appeal), ("parties", self._party),
            ("extension_requests", lambda item: told_decisions.request_answer(item, self.events, self.key, violations)),
            ("costs", lambda item: asked_for(self.documents, item)), ("service", self._service),
        ):  # fmt: skip
            for index, item in _items(facts, name):
                yield (name, index), item, _named(knows(item))

    def strangers(self, facts: Mapping[str, Any]) -> Iterator[Finding]:
        """Documents in force about something that the casefile does not have: it would be counted without them."""
        for puts, name, what in (
            ("cited", "citations", "citation"), ("ordered", "stop_work_orders", "stop work order"),
            ("noticed", "hearings", "hearing"),
        ):  # fmt: skip
            ids = [item.get("id") for _, item in _items(facts, name)]
            for one in self.documents:
                if one.puts == puts and one.in_force and one.about is not None and one.about not in ids:
                    message = f"{one.number} is in force about the {what} “{one.about}”, which the casefile lacks."
                    yield Finding.warning("case.lacks", message, f"/{name}")

    def _case(self, case: Mapping[str, Any]) -> Iterator[_Value]:
        closings = [(one.issued_on, one.position, one.number) for one in self.documents
                    if one.puts == "closed" and one.in_force]  # fmt: skip
        closings += [(event.on, event.position, "the case was closed") for event in self.events
                     if event.type == "closed"]  # fmt: skip
        closed = max(closings, default=None)
        reopened = next((one for one in reversed(self.events) if one.type == "reopened"), None)
        if closed is not None and (reopened is None or (reopened.on, reopened.position) < closed[:2]):
            yield "closed_on", closed[0].isoformat(), closed[2]
        elif reopened is not None and str(case.get("closed_on") or "") <= reopened.on.isoformat():
            yield "closed_on", None, f"it was reopened on {reopened.on}"

    def _citation(self, item: Mapping[str, Any]) -> Iterator[_Value]:
        papers = self._papers("cited", item.get("id"))
        live = [one for one in papers if one.in_force]
        if live:
            stated = item.get("number")
            first = next((one for one in live if stated in (one.number, one.notice)), live[0])
            yield "number", first.notice, "it was issued"  # of the notice: a copy is one person's
            item = {**item, "issued_on": first.issued_on.isoformat()}
            yield "issued_on", item["issued_on"], f"{first.number} is dated so"
            yield from self._served(item, live)
        decision = self._decision(item.get("id"))
        if decision is not None:
            status, amount, because = decision
            if status is not None:
                yield "status", status, because
            if amount is not None:
                yield "reduced_to", amount, because
        elif papers and not live:
            last = papers[-1]
            yield "status", "void", f"{last.number} is {last.status}"
            if item.get("number") is None:  # who is told that it is void is told its number
                yield "number", last.notice, "it was issued"
        if (withdrawn := self._last("withdrawn", item.get("id"))) is not None:
            yield from told_decisions.taken_back(item, withdrawn)

    def _served(self, item: Mapping[str, Any], live: Sequence[IssuedDocument]) -> Iterator[_Value]:
        """The first service that holds of any copy; nothing where the register was told of none."""
        days = [(one.served_on, one.number) for one in live if one.served_on is not None]
        told = False
        for one in live:
            for party, made in self.made.get(one.number, {}).items():
                told = True
                legs = [tuple(map(leg_of, each.legs)) for each in made]
                day = self.judge(one, legs, self.on, self.consents.get(party))
                if day is not None:
                    days.append((day, one.number))
        if days:
            day, number = min(days)
            yield "served_on", day.isoformat(), f"{number} was served"
        elif told and item.get("served_on") is not None:
            yield "served_on", None, "what was mailed came back"

    def _services(self, number: str) -> list[CaseEvent]:
        """The last word on each party that a document was to be served on."""
        last: dict[object, CaseEvent] = {}
        for event in self.events:
            if event.type in ("served", "returned") and event.subject == number:
                last[event.data.get("party")] = event
        return list(last.values())

    def _decision(self, id: object) -> DecidedStatus | None:
        """The status that the last decision about a citation gives it, the amount, and where that was decided."""
        for event in reversed(self.events):
            if event.type == "withdrawn" and event.subject == id:
                return "dismissed", None, f"it was withdrawn on {event.on}"
            if event.type == "decided":
                for one in event.data.get("items", ()):
                    if one.get("id") == id:
                        status = "dismissed" if one["outcome"] == "dismissed" else "upheld"
                        return status, one.get("amount"), f"it was decided on {event.on}"
        return self.decided.get(str(id))

    def _order(self, item: Mapping[str, Any]) -> Iterator[_Value]:
        ordered = [one for one in self._papers("ordered", item.get("id")) if one.in_force]
        if ordered:
            yield "number", ordered[0].notice, "it was issued"
        lifted = self._last("lifted", item.get("id"))
        released = [one for one in self._papers("lifted", item.get("id")) if one.in_force and ends_order(item, one)]
        if lifted is not None:
            yield "lifted_on", lifted.on.isoformat(), "it was lifted"
        elif released and item.get("lifted_on") is None:
            yield "lifted_on", released[0].issued_on.isoformat(), f"{released[0].number} says so"

    def _hearing(self, item: Mapping[str, Any]) -> Iterator[_Value]:
        moved = self._last("hearing-continued", item.get("id"))
        if moved is not None:
            yield "on", moved.data["to"], f"it was continued on {moved.on}"
        notices = [one for one in self._papers("noticed", item.get("id")) if one.in_force]
        if moved is not None and not moved.data.get("announced"):
            notices = [one for one in notices if one.position > moved.position]
        if notices:
            stated = next((one for one in notices if one.issued_on.isoformat() == str(item.get("noticed_on"))), None)
            if stated is None:
                yield "noticed_on", notices[0].issued_on.isoformat(), f"{notices[0].number} is dated so"
        held = self._last("hearing-held", item.get("id"))
        if held is not None:
            yield "held_on", held.on.isoformat(), "it was held"
        decided = self._last("decided", item.get("id"))
        papers = [one for one in self._papers("decided", item.get("id")) if one.in_force]
        if decided is not None:
            yield "decided_on", decided.on.isoformat(), "it was decided"
            yield from told_decisions.decisions(item, decided)
        elif papers and item.get("decided_on") is None:
            yield "decided_on", papers[0].issued_on.isoformat(), f"{papers[0].number} says so"

    def _violation(self, item: Mapping[str, Any]) -> Iterator[_Value]:
        seen = str(item.get("observed_on") or "")
        for event in reversed(self.events):
            if event.type == "extension-granted" and (
                event.subject == item.get("id")
                # More time for the whole case is for what was known of it then.
                or (case_key(event.subject) == self.key and seen <= event.on.isoformat())
            ):
                yield "comply_by", event.data["to"], f"more time was given on {event.on}"
                return

    def _appeal(self, item: Mapping[str, Any]) -> Iterator[_Value]:
        withdrawn = self._last("appeal-withdrawn", item.get("id"))
        if withdrawn is not None:
            yield "withdrawn_on", withdrawn.on.isoformat(), "it was withdrawn"
        hardship = self._last("hardship-decided", item.get("id"))
        if hardship is not None:
            yield "hardship_waiver", "granted" if hardship.data["granted"] else "denied", f"decided on {hardship.on}"

    def _party(self, item: Mapping[str, Any]) -> Iterator[_Value]:
        decided = self._last("mail-extension-decided", item.get("id"))
        if decided is not None:
            yield "mail_extension_days", decided.data["days"], f"decided on {decided.on}"

    def _service(self, item: Mapping[str, Any]) -> Iterator[_Value]:
        """The envelope of a service that the casefile records; and what came of it, where the register was told."""
        if (paper := self.papers.get(str(item.get("document")))) is not None and not is_leg_id(item.get("id")):
            yield from envelope_values(paper, item)
        last = next(
            (one for one in self._services(str(item.get("document"))) if one.data.get("party") == item.get("party")),
            None,
        )
        result = last.data.get("result") if last is not None else None
        if last is None or result is None or last.on.isoformat() < str(item.get("served_on") or ""):
            return
        yield "result", result, f"told on {last.on}"
        if last.type == "returned":
            yield "result_on", last.on.isoformat(), "it came back"


def _named(known: Iterable[_Value]) -> dict[str, tuple[Any, str]]:
    return {name: (value, because) for name, value, because in known}


def apart_from(record: CaseRecord, puts: Effect | None, facts: Mapping[str, Any], about: str | None) -> CaseRecord:
    """The record without the papers that an order is one more copy of: they say nothing about its own subject.

    Its number and day are its own; a mailing's later letters must find the facts that its first one found. ``facts``
    tell what an order means that names nothing.
    """
    if puts is None:
        return record
    if about is None and puts in _LISTS:
        about = next((item.get("id") for _, item in reversed([*_items(facts, _LISTS[puts])])), None)
    alike = [one.puts == puts and (puts == "closed" or one.about == about) for one in record.documents]
    return replace(
        record, documents=tuple(one for one, same in zip(record.documents, alike, strict=True) if not same)
    )  # fmt: skip
