"""Is it signed by who may sign, addressed in full, heard by who may hear, and in time? (DOMAIN §7.8, 7.9, 7.13)"""

from __future__ import annotations

from collections.abc import Iterator

from docservice.casefile.facts import Casefile, HardshipRequest, Hearing, Inspection, Memorandum, Officer, ServiceRecord
from docservice.casefile.history import ExtensionRequest, PlannedVisit
from docservice.checks.examined import Sight, even
from docservice.checks.finding import error, warning
from docservice.checks.pointers import signed_by
from docservice.finding import Finding
from docservice.town.calendar import Calendar
from docservice.town.deadlines import compute, mail_extension


def signer(sight: Sight) -> Iterator[Finding]:
    """Who signs may sign this document type (DOMAIN §7.8)."""
    if sight.kind is None or "signature" not in sight.required:
        return
    text = sight.page.block_text("signature")
    if not text:
        return  # blocks says so
    said = sight.bundle.meta.signers
    roles = {role for role in sight.kind.signers if any(sight.pack.plays(role, one) for one in said)}
    roles = roles or set(sight.kind.signers)
    signing = [officer for officer in officers(sight).values() if even(officer.name) in text]
    declarants = [sight.reckoning.subject.declarant] if _is_service(sight) else []  # type: ignore[union-attr]
    if not signing and not any(even(declarant.name) in text for declarant in declarants):
        yield error("signer", "No officer of the town is named in the signature.", "block signature")
    for officer in signing:
        if officer.role not in roles:
            allowed = ", ".join(sorted(roles)).replace("_", " ")
            message = f"{officer.name}, {officer.title}, may not sign this; it is signed by: {allowed}."
            yield error("signer", message, _where_named(sight, officer))


def _where_named(sight: Sight, officer: Officer) -> str:
    named = _named(sight)
    return next((place for place, officer_id in named if officer_id == officer.id), "block signature")


def _named(sight: Sight) -> list[tuple[str, str]]:
    """The officers whom casefile and subject name, by place, the nearest to the signature first."""
    if sight.casefile is None:
        return []
    found = [("/case/officer", sight.casefile.case.officer)]
    subject = sight.reckoning.subject if sight.reckoning else None
    if isinstance(subject, Inspection):
        found.insert(0, (signed_by(sight), subject.inspector))
    elif isinstance(subject, Memorandum):
        found.insert(0, (signed_by(sight), subject.sender))
    elif isinstance(subject, ExtensionRequest | HardshipRequest) and subject.decided_by is not None:
        found.insert(0, (signed_by(sight), subject.decided_by))
    elif isinstance(subject, PlannedVisit) and sight.reckoning is not None:
        found.append((f"{sight.reckoning.subject_place}/inspector", subject.inspector))
    return found


def officers_known(sight: Sight) -> Iterator[Finding]:
    """Who is named by an officer id is an officer (DOMAIN §7.8)."""
    known = officers(sight)
    for place, officer_id in _named(sight):
        if officer_id not in known:
            yield error("officer_unknown", f"The town has no officer “{officer_id}”.", place)


def officers(sight: Sight) -> dict[str, Officer]:
    """The town's officers by id; the casefile's replace them."""
    listed = (*sight.pack.officers, *(sight.casefile.officers if sight.casefile else ()))
    return {officer.id: officer for officer in listed}


def _is_service(sight: Sight) -> bool:
    return sight.reckoning is not None and isinstance(sight.reckoning.subject, ServiceRecord)


def recipient_name(sight: Sight) -> Iterator[Finding]:
    """The recipient's legal name stands in full above the address (DOMAIN §4, §7.13)."""
    if sight.recipient is None or "recipient" not in sight.required:
        return
    if even(sight.recipient.name.text) not in sight.page.block_text("recipient"):
        yield error("name_cut", "The recipient's name is not printed in full.", f"{sight.place(sight.recipient)}/name")


def hearing_officer(sight: Sight) -> Iterator[Finding]:
    """Who hears is a hearing officer, and is not who cited or inspected (DOMAIN §7.8)."""
    if sight.casefile is None or sight.reckoning is None or not isinstance(sight.reckoning.subject, Hearing):
        return
    hearing, where = sight.reckoning.subject, sight.reckoning.subject_place
    yield from _judge(sight, hearing.officer, f"{where}/officer")
    if hearing.decision is not None and hearing.decision.by is not None:
        yield from _judge(sight, hearing.decision.by, f"{where}/decision/by")


def _judge(sight: Sight, id: str, place: str) -> Iterator[Finding]:
    assert sight.casefile is not None
    officer = officers(sight).get(id)
    if officer is None:
        yield error("hearing_officer", f"The town has no officer “{id}”.", place)
    elif not sight.pack.plays(officer.role, "hearing_officer"):
        yield error("hearing_officer", f"{officer.name}, {officer.title}, is not a hearing officer.", place)
    if id in _involved(sight.casefile):
        name = officer.name if officer else id
        yield error("hearing_officer", f"{name} cited or inspected in this case, and cannot hear it.", place)


def _involved(casefile: Casefile) -> set[str]:
    return {casefile.case.officer, *(inspection.inspector for inspection in casefile.inspections)}


def hearing_lead_time(sight: Sight) -> Iterator[Finding]:
    """The hearing is noticed in time for whoever is reached last, and is on an open day (DOMAIN §7.9)."""
    if sight.casefile is None or sight.reckoning is None or not isinstance(sight.reckoning.subject, Hearing):
        return
    hearing, place = sight.reckoning.subject, f"{sight.reckoning.subject_place}/on"
    closed = sight.calendar.closed(hearing.on)
    if closed is not None:
        yield error("hearing_closed_day", f"The office is closed on {hearing.on} ({closed}).", place)
    if sight.kind is None:
        return
    rule = next(iter(sight.pack.printed(sight.kind, "hearing_lead").values()), None)
    if rule is None:
        return
    latest, slowest = None, ""
    for party in sight.casefile.parties:
        if party is not sight.recipient and not set(party.roles) & set(sight.kind.served):
            continue
        days = mail_extension(
            sight.pack.mail_extension, sight.pack.identity.state, party.address, sight.reckoning.method,
            party.mail_extension_days,
        )  # fmt: skip
        if days is None:
            message = f"How long mail takes to {party.name.latin or party.name.text} must be decided by a person."
            yield warning("hearing_lead_time", message, place)
            continue
        last = compute(rule, hearing.on, Calendar(sight.pack.closed_days(rule)), days).date
        if latest is None or last < latest:
            latest, slowest = last, party.name.latin or party.name.text
    announced = hearing.continuance is not None and hearing.continuance.announced
    if latest is not None and sight.reckoning.served_on > latest and not announced:
        message = f"Notice had to go out by {latest} to reach {slowest}; this is {sight.reckoning.served_on}."
        yield error("hearing_lead_time", message, place)
