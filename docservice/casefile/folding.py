"""The register folded into the facts: what was issued, voided, lifted, decided, whatever the casefile says of it.

A casefile that comes with an order is the tracker's memory. Of what the office itself did the register knows better:
numbers and days of issue, what is void, lifted, decided, continued, closed. Those values are put into the JSON before it
is read, so that a document pins, prints and counts by them, and everything below sees a casefile as before. What the
casefile says otherwise is told as a finding (``case.differs``), never silently dropped.

The answer depends on what the record holds, not on the order in which it was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from docservice.casefile.record import CaseEvent, CaseRecord, IssuedDocument, case_key
from docservice.finding import Finding
from docservice.places import pointer

_FAILED = ("returned", "unclaimed", "refused")


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
        if self.stated is None:
            return None
        known = "that there is none" if self.known is None else f"{self.known}"
        message = f"The casefile says {self.stated}; the register knows {known} ({self.because})."
        return Finding.warning("case.differs", message, self.place)


@dataclass(frozen=True, slots=True)
class Folded:
    """A casefile's JSON with what the register knows in it. ``findings`` are all warnings."""

    facts: Mapping[str, Any]
    changes: tuple[FoldedChange, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    """A value that the register owns. ``path`` leads to it in the JSON."""

    path: tuple[str | int, ...]
    value: Any
    because: str


def fold(facts: Mapping[str, Any], record: CaseRecord, on: date) -> Folded:
    """The casefile with what the register knew on a day.

    ``facts`` is a casefile as JSON, read or not: what is no casefile comes back as it is, for the reading to refuse.
    What was issued or happened after ``on`` is left out; a document that is void or superseded is so on every day.
    """
    if not record.documents and not record.events:
        return Folded(facts)
    known = _Register(record, on)
    changes: list[FoldedChange] = []
    folded: dict[str, Any] = dict(facts)
    for one in known.values(facts):
        stated = _at(facts, one.path)
        if _same(stated, one.value):
            continue
        _put(folded, one.path, one.value)
        changes.append(FoldedChange(pointer(one.path), stated, one.value, one.because))
    told = [finding for change in changes if (finding := change.finding()) is not None]
    return Folded(folded, tuple(changes), (*told, *known.strangers(facts)))


def _same(stated: Any, known: Any) -> bool:
    return stated is known if stated is None or known is None else str(stated) == str(known)


def _at(facts: Any, path: Sequence[str | int]) -> Any:
    for step in path:
        facts = facts[step] if isinstance(step, int) else facts.get(step)
    return facts


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
        documents = sorted(record.documents, key=lambda one: (one.position, one.number))
        self.documents = [one for one in documents if one.issued_on <= on and one.original is None]
        self.events = sorted(
            (event for event in record.standing() if event.on <= on), key=lambda one: (one.on, one.position)
        )

    def _papers(self, puts: str, about: object) -> list[IssuedDocument]:
        return [one for one in self.documents if one.puts == puts and one.about == about]

    def _last(self, types: Iterable[str], subject: object) -> CaseEvent | None:
        found = [event for event in self.events if event.type in types and event.subject == subject]
        return found[-1] if found else None

    def values(self, facts: Mapping[str, Any]) -> Iterator[_Known]:
        """Every value that the register owns; of one place the last counts, and each place comes once."""
        yield from self._case(facts)
        for index, item in _items(facts, "citations"):
            yield from _below(("citations", index), self._citation(item))
        for index, item in _items(facts, "stop_work_orders"):
            yield from _below(("stop_work_orders", index), self._order(item))
        for index, item in _items(facts, "hearings"):
            yield from _below(("hearings", index), self._hearing(item))
        for index, item in _items(facts, "violations"):
            yield from _below(("violations", index), self._violation(item, facts))
        for index, item in _items(facts, "appeals"):
            yield from _below(("appeals", index), self._appeal(item))
        for index, item in _items(facts, "parties"):
            yield from _below(("parties", index), self._party(item))
        for index, item in _items(facts, "service"):
            yield from _below(("service", index), self._service(item))

    def strangers(self, facts: Mapping[str, Any]) -> Iterator[Finding]:
        """Documents in force about something that the casefile does not have: it would be counted without them."""
        for puts, name, what in (
            ("cited", "citations", "citation"), ("ordered", "stop_work_orders", "stop work order"),
            ("noticed", "hearings", "hearing"),
        ):  # fmt: skip
            ids = {item.get("id") for _, item in _items(facts, name)}
            for one in self.documents:
                if one.puts == puts and one.in_force and one.about is not None and one.about not in ids:
                    message = f"{one.number} is in force about the {what} “{one.about}”, which the casefile lacks."
                    yield Finding.warning("case.lacks", message, f"/{name}")

    def _case(self, facts: Mapping[str, Any]) -> Iterator[_Known]:
        case = facts.get("case")
        if not isinstance(case, Mapping):
            return
        closings = [(one.issued_on, one.position, one.number) for one in self.documents
                    if one.puts == "closed" and one.in_force]  # fmt: skip
        closings += [(event.on, event.position, "the case was closed") for event in self.events
                     if event.type == "closed"]  # fmt: skip
        closed = max(closings, default=None)
        reopened = self._last_of("reopened")
        if closed is not None and (reopened is None or (reopened.on, reopened.position) < closed[:2]):
            yield _Known(("case", "closed_on"), closed[0].isoformat(), closed[2])
        elif reopened is not None and str(case.get("closed_on") or "") <= reopened.on.isoformat():
            yield _Known(("case", "closed_on"), None, f"it was reopened on {reopened.on}")

    def _last_of(self, type: str) -> CaseEvent | None:
        return next((event for event in reversed(self.events) if event.type == type), None)

    def _citation(self, item: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
        papers = self._papers("cited", item.get("id"))
        live = [one for one in papers if one.in_force]
        if live:
            first = next((one for one in live if one.number == item.get("number")), live[0])
            yield "number", first.number, "it was issued"
            if str(item.get("violation_on") or "") <= first.issued_on.isoformat():
                yield "issued_on", first.issued_on.isoformat(), f"{first.number} is dated so"
                yield from self._served(item, live)
        decision = self._decision(item.get("id"))
        if decision is not None:
            status, amount, because = decision
            yield "status", status, because
            if amount is not None:
                yield "reduced_to", amount, because
        elif papers and not live:
            last = papers[-1]
            yield "status", "void", f"{last.number} is {last.status}"

    def _served(self, item: Mapping[str, Any], live: Sequence[IssuedDocument]) -> Iterator[tuple[str, Any, str]]:
        """The first service that holds of any copy; nothing where the register was told of none."""
        days = [(one.served_on, one.number) for one in live if one.served_on is not None]
        told = False
        for one in live:
            for event in self._services(one.number):
                told = True
                if event.type == "served" and event.data.get("result") not in _FAILED:
                    days.append((event.on, one.number))
        if days:
            day, number = min(days)
            if day >= min(one.issued_on for one in live):
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

    def _decision(self, id: object) -> tuple[str, str | None, str] | None:
        """The status that the last decision about a citation gives it, the amount, and where that was decided."""
        for event in reversed(self.events):
            if event.type == "withdrawn" and event.subject == id:
                return "dismissed", None, f"it was withdrawn on {event.on}"
            if event.type == "decided":
                for one in event.data.get("items", ()):
                    if one.get("id") == id:
                        status = "dismissed" if one["outcome"] == "dismissed" else "upheld"
                        return status, one.get("amount"), f"it was decided on {event.on}"
        return None

    def _order(self, item: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
        lifted = self._last(("lifted",), item.get("id"))
        if lifted is not None:
            yield "lifted_on", lifted.on.isoformat(), "it was lifted"

    def _hearing(self, item: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
        moved = self._last(("hearing-continued",), item.get("id"))
        held_on = item.get("on")
        if moved is not None:
            held_on = moved.data["to"]
            yield "on", held_on, f"it was continued on {moved.on}"
        notices = [one for one in self._papers("noticed", item.get("id")) if one.in_force]
        if moved is not None and not moved.data.get("announced"):
            notices = [one for one in notices if one.position > moved.position]
        if notices and notices[0].issued_on.isoformat() <= str(held_on or ""):
            stated = next((one for one in notices if one.issued_on.isoformat() == str(item.get("noticed_on"))), None)
            if stated is None:
                yield "noticed_on", notices[0].issued_on.isoformat(), f"{notices[0].number} is dated so"
        decided = self._last(("decided",), item.get("id"))
        if decided is not None and decided.on.isoformat() >= str(held_on or ""):
            yield "decided_on", decided.on.isoformat(), "it was decided"

    def _violation(self, item: Mapping[str, Any], facts: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
        case = facts.get("case")
        number = case.get("number") if isinstance(case, Mapping) else None
        key = case_key(number) if isinstance(number, str) else None
        for event in reversed(self.events):
            if event.type == "extension-granted" and (
                event.subject == item.get("id") or (key is not None and case_key(event.subject) == key)
            ):
                if str(item.get("observed_on") or "") <= str(event.data["to"]):
                    yield "comply_by", event.data["to"], f"more time was given on {event.on}"
                return

    def _appeal(self, item: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
        withdrawn = self._last(("appeal-withdrawn",), item.get("id"))
        if withdrawn is not None and withdrawn.on.isoformat() >= str(item.get("filed_on") or ""):
            yield "withdrawn_on", withdrawn.on.isoformat(), "it was withdrawn"
        hardship = self._last(("hardship-decided",), item.get("id"))
        if hardship is not None:
            yield "hardship_waiver", "granted" if hardship.data["granted"] else "denied", f"decided on {hardship.on}"

    def _party(self, item: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
        decided = self._last(("mail-extension-decided",), item.get("id"))
        if decided is not None:
            yield "mail_extension_days", decided.data["days"], f"decided on {decided.on}"

    def _service(self, item: Mapping[str, Any]) -> Iterator[tuple[str, Any, str]]:
        """What came of a service that the casefile records, where the register was told."""
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


def _below(path: tuple[str | int, ...], known: Iterable[tuple[str, Any, str]]) -> Iterator[_Known]:
    for name, value, because in known:
        yield _Known((*path, name), value, because)


def apart_from(record: CaseRecord, puts: str | None, about: str | None) -> CaseRecord:
    """The record without the papers that an order is one more copy of: they say nothing about its own subject.

    Its number and day are its own; a mailing's later letters must find the facts that its first one found.
    """
    if puts is None:
        return record
    rest = tuple(one for one in record.documents if not (one.puts == puts and one.about == about))
    return replace(record, documents=rest)


def without(record: CaseRecord, number: str, by: str = "") -> CaseRecord:
    """The record with a document superseded: what an order finds that takes its place."""
    return replace(
        record,
        documents=tuple(
            replace(one, status="superseded", replaced_by=by or one.replaced_by)
            if number in (one.number, one.original) and one.in_force else one
            for one in record.documents
        ),
    )  # fmt: skip
