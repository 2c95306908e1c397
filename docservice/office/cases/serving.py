"""Serving papers: attempts and their results told by document, and what each amounts to by the town's rules.

Nothing here is a record of its own: an attempt is the event ``attempted``, a result the event ``service-result``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from docservice import casefile as casefiles
from docservice.casefile.attempts import BY_MAIL, Attempt, attempts
from docservice.casefile.folding import fold
from docservice.casefile.record import CaseEvent, CaseRecord, IssuedDocument
from docservice.finding import Finding
from docservice.office.cases import evidence, happening, reading
from docservice.office.cases.happening import CaseEventOrder
from docservice.office.cases.reading import FoundCase
from docservice.office.means.means import Means
from docservice.office.means.records import CaseEventRecord
from docservice.refusal import Refusal
from docservice.town.pack import TownPack
from docservice.town.service_following import NextRung, next_rung, service_findings
from docservice.town.service_standing import CopyStanding, copy_standing, standings_of


@dataclass(frozen=True, slots=True)
class LegOnRecord:
    """One leg of an attempt: what was told of it, what is known of it, and what it amounts to."""

    leg: int  # from 1
    told: Mapping[str, Any]  # as a service record of the casefile
    state: str
    holds_from: date | None
    why: str


@dataclass(frozen=True, slots=True)
class AttemptOnRecord:
    """One attempt to serve a document on a party. ``position`` is that of its event."""

    position: int
    document: str
    party: str
    on: date
    rung: int | None
    declarant: Mapping[str, Any]
    state: str
    holds_from: date | None
    why: str
    legs: tuple[LegOnRecord, ...]
    findings: tuple[Finding, ...]
    at: datetime
    actor: str
    corrects: int | None
    replayed: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class PartyServed:
    """Whether one party is served with a document, from which day, and what comes next when they are not.

    ``settled_on``: the day from which a letter of which nothing was heard is taken not to have come back.
    """

    party: str
    state: str
    on: date | None
    why: str
    next: NextRung | None
    settled_on: date | None


@dataclass(frozen=True, slots=True)
class ServiceOnRecord:
    """The attempts to serve one document, in the order of record, and whom it is served on."""

    document: str
    items: tuple[AttemptOnRecord, ...]
    served: tuple[PartyServed, ...]


def attempt(
    means: Means, case: str, document: str, on: date, data: Mapping[str, Any], *, actor: str,
    files: Mapping[str, bytes], idempotency_key: str | None = None, corrects: int | None = None,
    reason: str | None = None,
) -> AttemptOnRecord:  # fmt: skip
    """Put an attempt on record. Raises what ``happening.tell`` raises."""
    order = CaseEventOrder("attempted", on, document, data, corrects, reason)
    event = happening.tell(means, case, order, actor=actor, idempotency_key=idempotency_key, files=files)
    return _one(means, case, document, event)


def result(
    means: Means, case: str, document: str, position: int, leg: int, on: date, data: Mapping[str, Any], *, actor: str,
    files: Mapping[str, bytes], idempotency_key: str | None = None, correction: str | None = None,
) -> AttemptOnRecord:  # fmt: skip
    """Tell what became of a leg. The same again tells nothing; ``correction`` is why the word before it was wrong."""
    with means.store.database.reading() as session:
        means.refresh(session)
        record = reading.found(means, session, case).record
    last = _last_word(record, position, leg)
    if correction is not None and last is None:
        message = "Nothing was told of that leg, so there is nothing to correct."
        raise Refusal("event.contradicts", message, [Finding.error("event.corrects", message, "/correction")])
    said = {"attempt": position, "leg": leg, **data}
    if last is None or correction is not None or files or not _same(last, on, said):
        corrects = last.position if last is not None and correction is not None else None
        order = CaseEventOrder("service-result", on, document, said, corrects, correction)
        happening.tell(means, case, order, actor=actor, idempotency_key=idempotency_key, files=files)
    return _one(means, case, document, position)


def _last_word(record: CaseRecord, position: int, leg: int) -> CaseEvent | None:
    told = [one for one in record.standing()
            if one.type == "service-result" and one.data["attempt"] == position and one.data["leg"] == leg]  # fmt: skip
    return max(told, key=lambda one: (one.on, one.position), default=None)


def _same(last: CaseEvent, on: date, said: Mapping[str, Any]) -> bool:
    plain = {name: value for name, value in last.data.items() if name != "evidence"}
    return last.on == on and not said.get("evidence") and casefiles.canonical(plain) == casefiles.canonical(
        {name: value for name, value in said.items() if value not in (None, [], ())}
    )  # fmt: skip


def service_of(means: Means, case: str, document: str) -> ServiceOnRecord:
    """The attempts to serve a document, and what they amount to today."""
    with means.store.database.reading() as session:
        means.refresh(session)
        one = reading.found(means, session, case)
    return _Judged(means.current(), one, means.today()).of(document)


def _one(means: Means, case: str, document: str, told: CaseEventRecord | int) -> AttemptOnRecord:
    position = told if isinstance(told, int) else told.position
    found = service_of(means, case, document)
    for item in found.items:
        if item.position == position:
            return item
    message = f"The attempt at position {position} was told anew since, or taken back."
    raise Refusal("event.corrected", message, kind="conflict")


def printing_of(means: Means, case: str, notice: str, copy: int) -> str:
    """The number of the newest printing of a copy. Raises ``Refusal("document.unknown", kind="missing")``."""
    with means.store.database.reading() as session:
        means.refresh(session)
        record = reading.found(means, session, case).record
    printings = [one for one in record.documents
                 if one.notice == notice and one.copy == copy and one.original is None]  # fmt: skip
    if not printings:
        raise Refusal("document.unknown", f"There is no copy {copy} of {notice}.", kind="missing")
    return max(printings, key=lambda one: one.printing).number


def file_of(means: Means, case: str, sha256: str) -> tuple[str, bytes]:
    """A file that came with what was told of a case: its name, and its bytes. Raises ``Refusal("service.no_file")``."""
    with means.store.database.reading() as session:
        means.refresh(session)
        record = reading.found(means, session, case).record
    for _, name, held in evidence.files_of(record.events):
        if held == sha256:
            return name, means.store.blobs.read(sha256)
    raise Refusal("service.no_file", "The case has no such file.", kind="missing")


class _Judged:
    """The attempts of a case, as they are judged on a day."""

    def __init__(self, pack: TownPack, one: FoundCase, on: date) -> None:
        self.rules, self.record, self.on = pack.service, one.record, on
        self.events = {event.position: event for event in one.record.events}
        self.facts = fold(one.facts, one.record, on).facts
        self.made = attempts(one.record, on)
        consents = {item.get("id"): item.get("electronic_consent_on") for item in self.facts.get("parties") or ()}
        self.consents = {str(id): date.fromisoformat(day) for id, day in consents.items() if day}

    def of(self, document: str) -> ServiceOnRecord:
        paper = next((one for one in self.record.documents if one.number == document), None)
        if paper is None:
            raise Refusal("document.unknown", f"The case has no document {document}.", kind="missing")
        mine = [one for one in self.made if one.document == document]
        found = tuple(
            service_findings(self.rules, self.made, {document: paper.document_type}, self.facts)
        )  # fmt: skip
        places = [item.get("id") for item in self.facts.get("service") or ()]
        parties = dict.fromkeys(one.party for one in mine)
        return ServiceOnRecord(
            document,
            tuple(self._told(paper, one, mine, found, places) for one in mine if one.sworn),
            tuple(self._served(paper, party, [one for one in mine if one.party == party]) for party in parties),
        )

    def _told(
        self, paper: IssuedDocument, one: Attempt, mine: Sequence[Attempt], found: Sequence[Finding],
        places: Sequence[Any],
    ) -> AttemptOnRecord:  # fmt: skip
        alike = [each for each in mine if each.party == one.party]
        found_of = standings_of(
            self.rules, paper.document_type, [each.legs for each in alike], consent=self.consents.get(one.party)
        )
        standing = found_of[alike.index(one)]
        event = self.events[one.position]
        rows = {f"/service/{places.index(leg.id)}": n for n, leg in enumerate(one.legs) if leg.id in places}
        findings = []
        for finding in found:
            row = "/".join(finding.place.split("/")[:3])
            if row in rows:
                place = f"/legs/{rows[row]}{finding.place[len(row) :]}"
                findings.append(Finding(finding.code, finding.severity, finding.message, place))
        legs = tuple(
            LegOnRecord(number, casefiles.dump(leg), each.state, each.on, each.why)
            for number, (leg, each) in enumerate(zip(one.legs, standing.legs, strict=True), 1)
        )
        return AttemptOnRecord(
            one.position, one.document, one.party, one.on, standing.rung, event.data["declarant"], standing.state,
            standing.on, standing.why, legs, tuple(findings), event.at, event.actor, event.corrects,
        )  # fmt: skip

    def _served(self, paper: IssuedDocument, party: str, mine: Sequence[Attempt]) -> PartyServed:
        consent = self.consents.get(party)
        found: CopyStanding = copy_standing(
            self.rules, paper.document_type, [one.legs for one in mine], self.on, consent=consent
        )
        following = next_rung(self.rules, paper.document_type, mine, self.on, consent)
        quiet = self.rules.quiet_after if self.rules is not None and found.method in BY_MAIL else 0
        settled = found.on + timedelta(days=quiet) if found.on is not None and quiet is not None else None
        following = following if found.on is None else None
        return PartyServed(party, found.state, found.on, found.why, following, settled)
