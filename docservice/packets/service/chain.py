"""Who had to be served with each notice of a packet, how that was done, and what is missing (DOMAIN §7.7, §7.12).

Values only: the casefile's parties and service records, the town's document types, and the notices and proofs that the
packet holds. What needs no service (memoranda, reports, proofs) gives no rows; a translation is not a service of its
own. :mod:`gaps` says what counts as a gap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from docservice.casefile.attempts import FAILED
from docservice.casefile.facts import Casefile, Name, Party, ServiceRecord
from docservice.packets.service.facts import (
    Gap,
    Notice,
    Proof,
    ServedNotice,
    ServiceAttempt,
    ServiceChain,
    ServiceRow,
    ServiceStatus,
    spoken,
)
from docservice.packets.service.gaps import Circumstances, notice_gaps
from docservice.town.pack import DocumentType, TownPack
from docservice.town.service_rules import ServiceRules
from docservice.town.service_set import DueService, agent_of, service_set
from docservice.town.service_standing import AttemptStanding, standings_of

__all__ = ["Gap", "Notice", "Proof", "ServedNotice", "ServiceAttempt", "ServiceChain", "ServiceRow", "service_chain"]


def service_chain(
    casefile: Casefile, pack: TownPack, notices: Sequence[Notice], proofs: Sequence[Proof], *, on: date
) -> ServiceChain:
    """The service chain of a packet dated ``on``: one entry per notice (all copies together), in the given order."""
    chained: list[ServedNotice] = []
    loose: list[Gap] = []
    for copies in _groups(notices):
        first = copies[0]
        kind = pack.document_types.get(first.document_type)
        if kind is None:
            message = f"{first.title} {first.number}: the town has no document type “{first.document_type}”, so nobody "
            loose.append(Gap("service.type_unknown", "warning", message + "knows who had to be served.", first.number))
            continue
        if not kind.served:
            continue
        own = [copy for copy in copies if copy.translation_of is None]
        if not own:
            message = f"{first.title} {first.number} is a translation; the English text that controls is not here."
            loose.append(Gap("service.translation_alone", "warning", message, first.number))
            continue
        group = _Group(
            casefile, kind, own, [copy for copy in copies if copy.translation_of is not None], proofs, pack.service
        )
        rows = group.rows()
        around = Circumstances(casefile, pack, kind, own, proofs, on)
        chained.append(
            ServedNotice(
                title=own[0].title,
                document_type=own[0].document_type,
                formal=kind.formal,
                issued_on=min(copy.issued_on for copy in own),
                numbers=tuple(copy.number for copy in own),
                translations=tuple(copy.number for copy in group.translations),
                rows=rows,
                gaps=tuple(dict.fromkeys(notice_gaps(around, rows))),
            )
        )
    return ServiceChain(tuple(chained), (*loose, *_stray(notices, proofs)))


def _groups(notices: Sequence[Notice]) -> list[list[Notice]]:
    """The copies of each mailing; a translation is with the text that it translates."""
    home = {notice.number: (notice.group, notice.document_type) for notice in notices}
    found: dict[tuple[str, str], list[Notice]] = {}
    for notice in notices:
        own = home[notice.number]
        key = home.get(notice.translation_of, own) if notice.translation_of is not None else own
        found.setdefault(key, []).append(notice)
    return list(found.values())


def _stray(notices: Sequence[Notice], proofs: Sequence[Proof]) -> Iterator[Gap]:
    known = {notice.number for notice in notices}
    for proof in proofs:
        if proof.of_document not in known:
            message = f"The proof of service {proof.number} is for {proof.of_document}, which is not in the packet."
            yield Gap("service.proof_stray", "warning", message, proof.of_document)


@dataclass(frozen=True, slots=True)
class _Group:
    """The copies of one notice, and who had to be served with it."""

    casefile: Casefile
    kind: DocumentType
    copies: Sequence[Notice]
    translations: Sequence[Notice]
    proofs: Sequence[Proof]
    rules: ServiceRules | None = None

    def rows(self) -> tuple[ServiceRow, ...]:
        parties = self.casefile.parties
        wanted = service_set(self.kind, parties)
        due = {one.party.id: one for one in wanted.due}
        copies = {copy.recipient: copy for copy in reversed(self.copies)}
        attempts = self._attempts()
        rows = [
            _row(party, due.get(party.id), copies.get(party.id), attempts.get(party.id, ()), parties)
            for party in parties
            if party.id in due or party.id in copies or party.id in attempts
        ]
        served = {row.party for row in rows if row.status == "served"}
        found = [self._through_agent(row, served) for row in rows]
        found += [
            ServiceRow(
                party=None,
                name=Name(agent.name),
                capacity="agent for service",
                required=True,
                why=f"named as agent for service by {spoken(agent.principal.name)}",
                document=None,
                attempts=(),
                status="unserved",
            )
            for agent in wanted.unknown_agents
        ]
        return tuple(found)

    def _attempts(self) -> Mapping[str, tuple[ServiceAttempt, ...]]:
        """Service records of these documents by party, in order of service."""
        own = {copy.number for copy in self.copies}
        foreign = {copy.number for copy in self.translations}
        proofs = {proof.record: proof.number for proof in self.proofs if proof.record is not None}
        found: dict[str, list[ServiceAttempt]] = {}
        standings = self._standings()
        for record in sorted(self.casefile.service, key=lambda one: one.served_on):
            if record.document in own or record.document in foreign:
                proof = proofs.get(record.id) or self._only_proof(record)
                standing = standings.get((record.document, record.party, record.attempt or ""))
                effective = standing.state == "holds" if standing is not None else _effective(record)
                attempt = ServiceAttempt(
                    record, effective and record.result not in FAILED, proof, translation=record.document in foreign,
                    lacks=standing.why if standing is not None and standing.state == "lacking" else "",
                )  # fmt: skip
                found.setdefault(record.party, []).append(attempt)
        return {party: tuple(attempts) for party, attempts in found.items()}

    def _standings(self) -> Mapping[tuple[str, str, str], AttemptStanding]:
        """What the attempts of several legs amount to by the town's rules, on whom."""
        legs: dict[tuple[str, str, str], list[ServiceRecord]] = {}
        for record in self.casefile.service if self.rules is not None else ():
            if record.attempt is not None:
                legs.setdefault((record.document, record.party, record.attempt), []).append(record)
        consents = {party.id: party.electronic_consent_on for party in self.casefile.parties}
        found: dict[tuple[str, str, str], AttemptStanding] = {}
        for document, party in {key[:2] for key in legs}:
            keys = [key for key in legs if key[:2] == (document, party)]
            made = [legs[key] for key in keys]
            standings = standings_of(self.rules, self.copies[0].document_type, made, consent=consents.get(party))
            found.update(zip(keys, standings, strict=True))
        return found

    def _only_proof(self, record: ServiceRecord) -> str | None:
        """A proof that names no record, where the document has been served just once."""
        nameless = [p.number for p in self.proofs if p.record is None and p.of_document == record.document]
        served = [one for one in self.casefile.service if one.document == record.document]
        return nameless[0] if len(nameless) == 1 and len(served) == 1 else None

    def _through_agent(self, row: ServiceRow, served: set[str | None]) -> ServiceRow:
        """Service on its agent is service on the party (Code Civ. Proc. § 416.10); it is said, for a person to look."""
        if row.party is None or row.status == "served":
            return row
        party = next(one for one in self.casefile.parties if one.id == row.party)
        agent = agent_of(party, self.casefile.parties)
        return replace(row, through=agent.name) if agent is not None and agent.id in served else row


def _row(
    party: Party,
    due: DueService | None,
    copy: Notice | None,
    attempts: Sequence[ServiceAttempt],
    parties: Sequence[Party],
) -> ServiceRow:
    reasons = []
    if due is not None:
        reasons += [role.replace("_", " ") for role in due.roles]
        principals = [spoken(one.name) for one in parties if one.id in due.agent_of]
        reasons += [f"agent for service of {' and '.join(principals)}"] if principals else []
    if copy is not None and not reasons:
        reasons.append(f"{copy.number} is addressed to them")
    return ServiceRow(
        party=party.id,
        name=party.name,
        capacity=_capacity(party),
        required=due is not None or copy is not None,
        why="; ".join(reasons),
        document=copy.number if copy is not None else None,
        attempts=tuple(attempts),
        status=_status(attempts),
    )


def _capacity(party: Party) -> str:
    roles = " and ".join(role.replace("_", " ") for role in party.roles)
    more = [party.interest, f"unit {party.unit}" if party.unit else None]
    return ", ".join([roles, *(text for text in more if text)])


def _effective(record: ServiceRecord) -> bool:
    """Whether the service is done: delivered, handed over, posted, sent, or put in the mail (Code Civ. Proc. § 1013(a),
    (c)) and not returned; one that is not required is no gap either.

    Certified mail waits for its receipt: a town that relies on it must show that it arrived.
    """
    if record.result == "pending":
        return record.method in ("first_class_mail", "express")
    return record.result in ("delivered", "posted", "handed_over", "sent", "not_required")


def _status(attempts: Sequence[ServiceAttempt]) -> ServiceStatus:
    own = [attempt for attempt in attempts if not attempt.translation]
    if any(attempt.effective for attempt in own):
        return "served"
    if any(not attempt.failed for attempt in own):
        return "pending"
    return "failed" if own else "unserved"
