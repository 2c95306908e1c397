"""Who must be served with a document: the roles of its type, over the parties of the case (DOMAIN §7.7).

An agent for service is one whom the document type lists among its roles, or whom a party to be served has named
(Code Civ. Proc. § 416.10). A named agent who is no party cannot be written to; that counts as a gap only while the case
has no agent at all, since with one listed the office has decided whom it serves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docservice.casefile.facts import Party
from docservice.town.pack import DocumentType


@dataclass(frozen=True, slots=True)
class DueService:
    """One party who must be served, and why: the roles that ask for it, or whose agent they are (party ids)."""

    party: Party
    roles: tuple[str, ...]
    agent_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnknownAgent:
    """An agent for service whom a party named, and who is no party of the case."""

    name: str
    principal: Party


@dataclass(frozen=True, slots=True)
class ServiceSet:
    """Everyone a document type must reach. ``vacant`` are the roles that nobody in the case has."""

    due: tuple[DueService, ...]
    unknown_agents: tuple[UnknownAgent, ...]
    vacant: tuple[str, ...]


def service_set(kind: DocumentType, parties: Sequence[Party]) -> ServiceSet:
    """Who must be served with a document of this type, in the order of the parties."""
    asked = {party.id: tuple(role for role in kind.served if role in party.roles) for party in parties}
    principals: dict[str, list[str]] = {}
    unknown: list[UnknownAgent] = []
    if "agent" in kind.served:
        for party in parties:
            if not party.agent or not asked[party.id]:
                continue
            agent = agent_of(party, parties)
            if agent is not None:
                principals.setdefault(agent.id, []).append(party.id)
            elif not any("agent" in other.roles for other in parties):
                unknown.append(UnknownAgent(party.agent, party))
    due = tuple(
        DueService(party, asked[party.id], tuple(principals.get(party.id, ())))
        for party in parties
        if asked[party.id] or party.id in principals
    )
    held = {role for party in parties for role in party.roles}
    return ServiceSet(due, tuple(unknown), tuple(role for role in kind.served if role not in held))


def agent_of(party: Party, parties: Sequence[Party]) -> Party | None:
    """The party whom ``party`` named as its agent for service, by id or by name."""
    if not party.agent:
        return None
    wanted = party.agent.casefold()
    by_id = next((other for other in parties if other.id == party.agent), None)
    named = (other for other in parties if wanted in (other.name.text.casefold(), (other.name.latin or "").casefold()))
    found = by_id or next(named, None)
    return found if found is not party else None
