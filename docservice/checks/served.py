"""Can everyone be served who must be, and was the envelope addressed to them? (DOMAIN §7.7, §7.12)

When one letter is issued nobody knows yet that the others will be. What can be known is whether each party can be
reached; a person looks at who cannot. Whether everyone *was* served is for ``packets.service.chain``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docservice.casefile.facts import Party, ServiceRecord
from docservice.checks.examined import Sight, even
from docservice.checks.finding import warning
from docservice.finding import Finding
from docservice.town.service_set import service_set


def reachable(sight: Sight) -> Iterator[Finding]:
    """Each party whom this document type must reach has an address, or is to be posted on the site (DOMAIN §7.7)."""
    if sight.casefile is None or sight.kind is None:
        return
    wanted = service_set(sight.kind, sight.casefile.parties)
    for due in wanted.due:
        if due.party.address is None:
            why = " and ".join([*due.roles, *(["agent for service"] if due.agent_of else [])]).replace("_", " ")
            message = f"{_called(due.party)} must be served ({why}), but has no address and is not to be posted."
            yield warning("service_set", message, f"{sight.place(due.party)}/address")
    if "owner" in wanted.vacant:
        yield warning("service_set", "The case names no owner, who must be served with this.", "/parties")


def agents(sight: Sight) -> Iterator[Finding]:
    """An agent for service whom a party named can be served: they are a party, with an address (DOMAIN §7.7)."""
    if sight.casefile is None or sight.kind is None:
        return
    for agent in service_set(sight.kind, sight.casefile.parties).unknown_agents:
        message = f"{agent.name}, whom {_called(agent.principal)} named as agent for service, is no party of the case."
        yield warning("service_set", message, f"{sight.place(agent.principal)}/agent")


def envelope_differs(sight: Sight) -> Iterator[Finding]:
    """The envelope that a proof of service swears to bears the address that the case has (DOMAIN §7.12)."""
    if sight.casefile is None or sight.reckoning is None or not isinstance(sight.reckoning.subject, ServiceRecord):
        return
    record = sight.reckoning.subject
    party = next((one for one in sight.casefile.parties if one.id == record.party), None)
    if party is None or party.address is None or not record.address or record.method == "posting":
        return
    if not set(_folded(party.address.lines)) <= set(_folded(record.address)):
        message = f"The envelope was addressed otherwise than the case says for {_called(party)}."
        yield warning("service_address_differs", message, f"{sight.reckoning.subject_place}/address")


def _folded(lines: Iterable[str]) -> list[str]:
    return [even(line).casefold() for line in lines]


def _called(party: Party) -> str:
    return party.name.latin or party.name.text
