"""Is what somebody swears to about a service so, as far as the case says? (DOMAIN §1, §7.12)

A paper that tells of several services is looked at for each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from docservice.casefile.attempts import BY_MAIL, FAILED, NOT_TOLD
from docservice.casefile.facts import Party, ServiceRecord
from docservice.checks.examined import Sight, even
from docservice.checks.finding import error, warning
from docservice.finding import Finding
from docservice.town.service_rules import spoken
from docservice.town.service_standing import leg_standing

_POSTED = ("posting", "posting_site", "posting_site_10_days", "posting_unit")
_HOUR = timedelta(hours=1)


def declarant(sight: Sight) -> Iterator[Finding]:
    """Who swears to a service is over 18 and not a party (Code Civ. Proc. § 1013a; DOMAIN §1)."""
    names = {one.name.text.casefold() for one in sight.casefile.parties} if sight.casefile else frozenset()
    for at, record in sight.sworn:
        sworn, place = record.declarant, f"{at}/declarant"
        if not sworn.name:
            yield error("declarant", f"Nobody is on record who can swear to the service {record.id}.", place)
        elif not sworn.over_18_and_not_a_party:
            yield error("declarant", f"{sworn.name} is not over 18, or is a party.", f"{place}/over_18_and_not_a_party")
        elif sworn.name.casefold() in names:
            yield error("declarant", f"{sworn.name} is a party to the case.", f"{place}/name")


def method(sight: Sight) -> Iterator[Finding]:
    """The paper is one for a service of this kind: nobody declares the posting of what was mailed."""
    if sight.kind is None or not sight.kind.methods:
        return
    for at, record in sight.sworn:
        of_person = sight.kind.covers == "person" and sight.reckoning and record is not sight.reckoning.subject
        if record.method not in sight.kind.methods and not of_person:
            paper = sight.kind.title.lower()
            message = f"{record.id} is a service by {spoken(record.method)}, of which a {paper} does not tell."
            yield error("service_method", message, f"{at}/method")


def envelope(sight: Sight) -> Iterator[Finding]:
    """A proof of service by mail says the name and address as on the envelope (Code Civ. Proc. § 1013a; DOMAIN §1)."""
    told = [(at, one) for at, one in sight.sworn if one.method in BY_MAIL and not one.address]
    if not told:
        return
    # The register may know them: what showed in the window of the letter that was mailed.
    printed = any((fact or "").startswith("record/address/") for fact, _ in sight.page.texts)
    for at, _ in told:
        mark = f"{at.strip('/').replace('/', '.')}.address"
        if not printed or any(one.startswith(mark) for one in sight.page.unresolved):
            message = "Service by mail needs the name and address as on the envelope."
            yield error("service_address", message, f"{at}/address")


def envelope_differs(sight: Sight) -> Iterator[Finding]:
    """The envelope that a proof of service swears to bears the address that the case has (DOMAIN §7.12)."""
    for at, record in sight.sworn:
        party = _party(sight, record)
        if party is None or party.address is None or not record.address or record.method in _POSTED:
            continue
        if not set(_folded(party.address.lines)) <= set(_folded(record.address)):
            called = party.name.latin or party.name.text
            message = f"The envelope was addressed otherwise than the case says for {called}."
            yield warning("service_address_differs", message, f"{at}/address")


def place(sight: Sight) -> Iterator[Finding]:
    """Who swears to a service says where it was done (Code Civ. Proc. § 1013a; DOMAIN §1)."""
    for at, record in sight.sworn:
        if record.place == NOT_TOLD:
            yield error("service_place", f"Nothing says where the service {record.id} was done.", f"{at}/place")


def lacking(sight: Sight) -> Iterator[Finding]:
    """The record has what the town's rules ask of such a service (``service.yaml``), or the service does not hold.

    Of records that a tracker keeps itself this is asked where a paper tells of more than one. Of tries that came to
    nothing it is not: they are no service.
    """
    rules = sight.pack.service
    if rules is None or sight.kind is None or sight.kind.covers == "person":
        return
    for at, record in sight.sworn:
        if record.result in FAILED or (record.attempt is None and sight.kind.covers == "record"):
            continue
        party = _party(sight, record)
        agreed = party.electronic_consent_on if party is not None else None
        for lack in leg_standing(rules, record, consent=agreed, failed_before=True).lacks:
            if lack.field == "address":  # the register may know it: ``envelope`` asks for it
                continue
            message = f"{record.id}, {spoken(record.method)}: {lack.message} Without it the service does not hold."
            yield warning("service_lacking", message, f"{at}/{lack.field}")


def consent(sight: Sight) -> Iterator[Finding]:
    """Who was served electronically had agreed to it by then, as the case says (Code Civ. Proc. § 1010.6)."""
    for _, record in sight.sworn:
        party = _party(sight, record)
        if record.method != "electronic" or party is None:
            continue
        place, called = f"{sight.place(party)}/electronic_consent_on", party.name.latin or party.name.text
        if party.electronic_consent_on is None:
            message = f"The case does not say that {called} agreed to electronic service, nor when."
            yield error("service_consent", message, place)
        elif party.electronic_consent_on > record.served_on:
            message = (
                f"{called} agreed to electronic service on {party.electronic_consent_on}, after it: {record.served_on}."
            )
            yield error("service_consent", message, place)


def posted_in_pictures(sight: Sight) -> Iterator[Finding]:
    """The photographs of a posting were taken within the hour (office practice); asked where the paper shows them."""
    if "photographs" not in sight.required:
        return
    for at, record in sight.sworn:
        if record.method not in _POSTED:
            continue
        for number, photo in enumerate(record.photos):
            place = f"{at}/photos/{number}/taken_at"
            if photo.taken_at is None:
                yield warning("posting_hour", f"Nothing says at what hour “{photo.file}” was taken.", place)
            elif record.at is not None:
                posted = datetime.combine(record.served_on, record.at)
                taken = datetime.combine(photo.taken_on, photo.taken_at)
                if abs(taken - posted) > _HOUR:
                    message = f"“{photo.file}” was taken at {taken:%Y-%m-%d %H:%M}, not within an hour of the posting"
                    yield warning("posting_hour", f"{message} at {posted:%Y-%m-%d %H:%M}.", place)


def _party(sight: Sight, record: ServiceRecord) -> Party | None:
    parties = sight.casefile.parties if sight.casefile is not None else ()
    return next((one for one in parties if one.id == record.party), None)


def _folded(lines: Iterable[str]) -> list[str]:
    return [even(line).casefold() for line in lines]
