"""Who must be served: the roles of the document type, and the agents whom those named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from docservice import shipped, town
from docservice.casefile.facts import Name, Party
from docservice.town.service_set import agent_of, service_set

OWNER = Party("owner", ("owner",), Name("Château Nº 9, LLC"), agent="Acme Agents, Inc.")
ESTATE = Party("estate", ("owner",), Name("Estate of Chen Kwok-Wah"), agent="heir")
HEIR = Party("heir", ("interested",), Name("陳詠詩", latin="Wing-Sze Chen"))
TENANT = Party("t1", ("tenant",), Name("عبد الرحمن الخطيب"), unit="216", agent="heir")
ACME = Party("acme", ("interested",), Name("ACME AGENTS, INC."))
LOCAL = Party("local", ("local_contact", "agent"), Name("X Æ Park"))


@pytest.mark.parametrize(
    ("kind", "parties", "due", "unknown"),
    [
        ("administrative-citation", (OWNER,), ["owner"], ["Acme Agents, Inc."]),
        ("administrative-citation", (replace(OWNER, agent=None),), ["owner"], []),
        ("administrative-citation", (replace(ESTATE, agent="wing-sze chen"), HEIR), ["estate", "heir"], []),
        ("administrative-citation", (OWNER, ACME), ["owner", "acme"], []),  # named as it writes itself
        ("administrative-citation", (OWNER, LOCAL), ["owner", "local"], []),  # the office has decided who the agent is
        ("administrative-citation", (ESTATE, HEIR, TENANT), ["estate", "heir"], []),
        ("tenant-notice", (ESTATE, HEIR, TENANT), ["t1"], []),  # its type serves no agents
        ("cost-invoice", (OWNER, LOCAL), ["owner"], []),
        ("memorandum", (OWNER, ESTATE, HEIR, TENANT), [], []),
    ],
)
def test_the_set(kind: str, parties: tuple[Party, ...], due: list[str], unknown: list[str]) -> None:
    pack = town.load_pack(shipped.folder("town") / "madrona-hills")
    found = service_set(pack.document_types[kind], parties)
    assert [one.party.id for one in found.due] == due
    assert [one.name for one in found.unknown_agents] == unknown


def test_why_they_are_due_and_what_nobody_is() -> None:
    pack = town.load_pack(shipped.folder("town") / "madrona-hills")
    found = service_set(pack.document_types["administrative-citation"], (ESTATE, HEIR))
    assert [(one.roles, one.agent_of) for one in found.due] == [(("owner",), ()), ((), ("estate",))]
    assert found.vacant == ("agent",)


def test_nobody_is_their_own_agent() -> None:
    himself = replace(OWNER, agent="owner")
    assert agent_of(himself, (himself,)) is None
    assert agent_of(TENANT, (TENANT, HEIR)) is HEIR


def test_the_agent_of_somebody_who_is_not_to_be_served_is_not_either(pack: town.TownPack) -> None:
    kind = replace(pack.document_types["notice-of-violation"], served=("owner", "agent"))
    owner = Party("o", ("owner",), Name("Ada Vale"))
    friend = Party("f", ("interested",), Name("Val Friend"), agent="x")
    agent = Party("x", ("representative",), Name("Rae Agent"))
    assert [due.party.id for due in service_set(kind, (owner, friend, agent)).due] == ["o"]
    named = replace(owner, agent="x")
    assert [(due.party.id, due.agent_of) for due in service_set(kind, (named, friend, agent)).due] == [
        ("o", ()),
        ("x", ("o",)),
    ]
    assert agent_of(owner, (owner, agent)) is None
    own = replace(agent, agent="x")
    assert agent_of(own, (owner, own)) is None  # nobody is their own agent
