"""What is missing or cannot be in the service of one notice (DOMAIN §7.7, §7.9, §7.12).

An *error* would lose the case before a hearing officer; a *warning* is for a person to look at. Every sentence names
the notice and the person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from docservice.casefile.facts import Casefile, Hearing, Party, ServiceRecord
from docservice.finding import Severity
from docservice.packets.service.facts import Gap, Notice, Proof, ServiceAttempt, ServiceRow, spoken
from docservice.town.calendar import Calendar
from docservice.town.deadlines import compute, mail_extension
from docservice.town.pack import DocumentType, TownPack
from docservice.town.service_set import agent_of

METHODS = {
    "first_class_mail": "first-class mail",
    "certified_mail": "certified mail",
    "personal": "personal service",
    "posting": "posting",
    "electronic": "electronic service",
    "express": "express mail",
    "substituted": "substituted service",
    "posting_site": "posting on the site",
    "posting_site_10_days": "posting on the site for ten days",
    "posting_unit": "posting at the unit",
    "publication": "publication",
}


_BY_MAIL = ("first_class_mail", "certified_mail", "express")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Everything around one notice: the case, the town's rules, its copies, the packet's proofs and date."""

    casefile: Casefile
    pack: TownPack
    kind: DocumentType
    copies: Sequence[Notice]
    proofs: Sequence[Proof]
    on: date

    def party(self, party_id: str | None) -> Party | None:
        return next((party for party in self.casefile.parties if party.id == party_id), None)

    def copy(self, number: str) -> Notice | None:
        return next((copy for copy in self.copies if copy.number == number), None)

    def named(self, number: str | None = None) -> str:
        """The notice in words: the copy meant, or all of them by their first and last number."""
        if number is not None:
            return f"{self.copies[0].title} {number}"
        numbers = [copy.number for copy in self.copies]
        return f"{self.copies[0].title} {numbers[0]}" + (f" to {numbers[-1]}" if len(numbers) > 1 else "")


def notice_gaps(around: Circumstances, rows: Sequence[ServiceRow]) -> Iterator[Gap]:
    """Every gap in the service of one notice, person by person, then what its proofs say wrong."""
    for row in rows:
        if row.required:
            yield from _unserved(around, row)
        yield from _proofs_missing(around, row)
        yield from _unfit(around, row)
        yield from _lead_time(around, row)
        for attempt in row.attempts:
            yield from _record(around, row, attempt.record)
    yield from _strangers(around)
    for proof in around.proofs:
        copy = around.copy(proof.of_document)
        if copy is not None:
            yield from _proof(around, proof, copy)


def _gap(
    around: Circumstances, row: ServiceRow, code: str, severity: Severity, text: str, number: str | None = None
) -> Gap:
    copy = number or row.document
    message = f"{around.named(copy)}, {spoken(row.name)}: {text}"
    return Gap(f"service.{code}", severity, message, copy or around.copies[0].number, row.party)


def _unserved(around: Circumstances, row: ServiceRow) -> Iterator[Gap]:
    """Somebody who had to be served was not, or nobody can say yet."""
    if row.status == "served":
        return
    # Papers that are no formal notice are not lost for want of service; nor is a principal's service for his agent's.
    lesser = not around.kind.formal or row.through is not None or row.why.startswith("agent for service of")
    severity: Severity = "warning" if lesser else "error"
    through = f" Service on {spoken(row.through)}, their agent, may stand for it." if row.through is not None else ""
    if row.party is None:
        yield _gap(around, row, "agent_unknown", "warning", f"{row.why}, but no party of the case, and so not served.")
    elif row.status == "unserved":
        translated = [attempt.record.document for attempt in row.attempts]
        if translated:
            text = f"only the translation {translated[0]} was served, not the English text, which controls.{through}"
            yield _gap(around, row, "translation_only", severity, text)
        elif row.document is None:
            yield _gap(around, row, "no_copy", severity, f"no copy was issued to them ({row.why}).{through}")
        else:
            yield _gap(around, row, "not_served", severity, f"nothing says that they were served.{through}")
    elif row.status == "failed":
        yield _failed(around, row, severity, through)
    else:
        last = next(a for a in reversed(row.attempts) if not a.failed and not a.translation)
        pending = last.record
        if last.lacks:
            text = f"the {METHODS[pending.method]} of {_said(pending.served_on)} does not hold. {last.lacks}{through}"
            yield _gap(around, row, "lacking", severity, text, pending.document)
            return
        text = f"the result of the {METHODS[pending.method]} of {_said(pending.served_on)} is not known yet.{through}"
        yield _gap(around, row, "pending", "warning", text, pending.document)


def _failed(around: Circumstances, row: ServiceRow, severity: Severity, through: str) -> Gap:
    record = [attempt for attempt in row.attempts if not attempt.translation][-1].record
    text = f"the {METHODS[record.method]} of {_said(record.served_on)} was {record.result}"
    if record.method == "personal" and record.result == "refused":
        # Papers left with someone who will not take them are often good service; a court decides on the facts.
        text += "; whether leaving it was enough is for a person to decide."
        return _gap(around, row, "refused", "warning", text + through, record.document)
    return _gap(
        around, row, "failed", severity, f"{text}, and no posting or other service followed.{through}", record.document
    )


def _proofs_missing(around: Circumstances, row: ServiceRow) -> Iterator[Gap]:
    """Every service of a formal notice has its proof in the packet; where another one is proven, that is the lesser."""
    if not around.kind.formal:
        return
    proven = any(attempt.effective and attempt.proof and not attempt.translation for attempt in row.attempts)
    for attempt in row.attempts:
        if attempt.proof is None:
            record = attempt.record
            text = f"the packet has no proof of the {METHODS[record.method]} of {_said(record.served_on)}."
            severity: Severity = "warning" if proven or attempt.failed or attempt.translation else "error"
            yield _gap(around, row, "no_proof", severity, text, record.document)


def _unfit(around: Circumstances, row: ServiceRow) -> Iterator[Gap]:
    """The way of service does not fit the person: posted at another door, mailed where no mail goes, another's copy."""
    party = around.party(row.party)
    if party is None:
        return
    done = [attempt.record for attempt in row.attempts if attempt.effective and not attempt.translation]
    on_site = party.address is not None and party.address.kind == "post_on_site"
    if on_site and done and all(record.method in _BY_MAIL for record in done):
        yield _gap(around, row, "post_on_site", "warning", "to be served by posting on the site, but only mailed.")
    for record in done:
        posted = record.method.startswith("posting") and record.unit != party.unit
        if posted and party.unit and not _mentions(record.place, party.unit):
            text = f"posted at “{record.place}”, which does not name unit {party.unit}."
            yield _gap(around, row, "unit", "warning", text, record.document)
        copy = around.copy(record.document)
        recipient = around.party(copy.recipient) if copy is not None else None
        if recipient is not None and recipient is not party and not _speaks_for(around, party, recipient):
            text = f"served with {record.document}, which is addressed to {spoken(recipient.name)}."
            yield _gap(around, row, "other_copy", "warning", text, record.document)


def _speaks_for(around: Circumstances, one: Party, other: Party) -> bool:
    parties = around.casefile.parties
    return agent_of(one, parties) is other or agent_of(other, parties) is one


def _mentions(place: str, unit: str) -> bool:
    word = re.split(r"[\s,(]", unit.strip())[0]
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", place, re.IGNORECASE) is not None


def _record(around: Circumstances, row: ServiceRow, record: ServiceRecord) -> Iterator[Gap]:
    """A service record that cannot be: its dates, its declarant, or a file that is not the one issued."""
    copy = around.copy(record.document)
    text = f"served on {_said(record.served_on)}"
    if copy is not None and record.served_on < copy.issued_on:
        yield _gap(around, row, "before_issue", "error", f"{text}, before it was issued ({_said(copy.issued_on)}).",
                   record.document)  # fmt: skip
    if record.served_on > around.on:
        yield _gap(around, row, "ahead", "error", f"{text}, which is yet to come.", record.document)
    if record.result_on is not None and not record.served_on <= record.result_on <= around.on:
        what = f"{record.result} on {_said(record.result_on)}"
        when = "before it was sent" if record.result_on < record.served_on else "which is yet to come"
        yield _gap(around, row, "result_date", "error", f"{what}, {when}.", record.document)
    sworn = record.declarant
    names = {
        form.casefold() for party in around.casefile.parties for form in (party.name.text, party.name.latin) if form
    }
    if not sworn.over_18_and_not_a_party or sworn.name.casefold() in names:
        text = f"{sworn.name}, who swears to the service, is a party or not over 18."
        yield _gap(around, row, "declarant", "error", text, record.document)
    if copy is not None:
        for different in _differs(copy, record.title, record.sha256, record.pages):
            yield _gap(around, row, "record_differs", "error", f"the service record {different}.", record.document)


def _strangers(around: Circumstances) -> Iterator[Gap]:
    """A service on somebody who is no party. Their name is not said: it may be the complainant's."""
    for record in around.casefile.service:
        if around.copy(record.document) is not None and around.party(record.party) is None:
            message = f"{around.named(record.document)}: the service record {record.id} names nobody of the parties."
            yield Gap("service.stranger", "warning", message, record.document)


def _proof(around: Circumstances, proof: Proof, copy: Notice) -> Iterator[Gap]:
    """The proof is of this very file, of a service on record, and no older than the service (DOMAIN §7.12)."""
    record = next((one for one in around.casefile.service if one.id == proof.record), None)
    party = around.party(record.party if record is not None else copy.recipient)
    of_whom = f", {spoken(party.name)}" if party is not None else ""
    start = f"{around.named(copy.number)}{of_whom}: the proof {proof.number}"

    def gap(code: str, severity: Severity, text: str) -> Gap:
        return Gap(f"service.{code}", severity, f"{start} {text}", copy.number, party.id if party else None)

    for different in _differs(copy, proof.title, proof.sha256, proof.pages):
        yield gap("proof_differs", "error", f"{different}.")
    if proof.sha256 is None or proof.pages is None:
        yield gap("proof_unbound", "warning", "does not say which file was served.")
    if proof.record is not None and record is None:
        yield gap("proof_without_record", "warning", "is of a service that the case does not have on record.")
    if record is not None and record.document != copy.number:
        yield gap("proof_differs", "error", f"is of a service of {record.document}.")
    if record is not None and proof.issued_on < record.served_on:
        yield gap("proof_early", "error", f"is dated {_said(proof.issued_on)}, before the service.")


def _differs(copy: Notice, title: str | None, sha256: str | None, pages: int | None) -> Iterator[str]:
    if title is not None and " ".join(title.split()).casefold() != " ".join(copy.title.split()).casefold():
        yield f"says “{title}” was served, not “{copy.title}”"
    if sha256 is not None and sha256.lower() != copy.sha256.lower():
        yield f"is of another file: its SHA-256 begins {sha256[:12]}, that of {copy.number} {copy.sha256[:12]}"
    if pages is not None and pages != copy.pages:
        yield f"says {pages} pages were served; {copy.number} has {copy.pages}"


def _lead_time(around: Circumstances, row: ServiceRow) -> Iterator[Gap]:
    """A hearing is noticed in time for this person (DOMAIN §7.9)."""
    rule = next(iter(around.pack.printed(around.kind, "hearing_lead").values()), None)
    hearing, party = _hearing(around), around.party(row.party)
    if rule is None or hearing is None or party is None:
        return
    first: ServiceAttempt | None = next((one for one in row.attempts if one.effective and not one.translation), None)
    if first is None:
        return
    method, served = first.record.method, first.record.served_on
    rules = around.pack.mail_extension
    days = mail_extension(rules, around.pack.identity.state, party.address, method, party.mail_extension_days)
    latest = compute(rule, hearing.on, Calendar(around.pack.closed_days(rule)), days or 0).date
    if served > latest:
        text = f"served on {_said(served)}; for the hearing on {_said(hearing.on)} it had to be by {_said(latest)}."
        yield _gap(around, row, "lead_time", "error", text, first.record.document)
    elif days is None:
        text = "how many days mailing adds to the notice of the hearing must be decided by a person."
        yield _gap(around, row, "lead_time", "warning", text, first.record.document)


def _hearing(around: Circumstances) -> Hearing | None:
    """The hearing that the notice is about: the one it names, or the last one listed (docs/house.md)."""
    wanted, hearings = around.copies[0].about, around.casefile.hearings
    if wanted is not None:
        return next((hearing for hearing in hearings if hearing.id == wanted), None)
    return hearings[-1] if hearings else None


def _said(day: date) -> str:
    return str(format_date(day, format="long", locale="en_US"))
