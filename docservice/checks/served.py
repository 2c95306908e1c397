"""Can everyone be served who must be? (DOMAIN §7.7)

When one letter is issued nobody knows yet that the others will be. What can be known is whether each party can be
reached; a person looks at who cannot. Whether everyone *was* served is for ``packets.service.chain``.
"""

from __future__ import annotations

from collections.abc import Iterator

from docservice.casefile.facts import Party
from docservice.checks.examined import Sight
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


def _called(party: Party) -> str:
    return party.name.latin or party.name.text
