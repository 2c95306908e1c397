"""Which statements the facts trigger: the named conditions of the pack, as functions of the facts."""

from __future__ import annotations

from collections.abc import Set

from docservice.casefile.facts import Casefile, Party
from docservice.town.pack import Condition, DocumentType, Statement, TownPack


def triggered(
    pack: TownPack,
    kind: DocumentType,
    casefile: Casefile,
    party: Party | None,
    *,
    fined: bool,
    costs_due: bool,
    dangerous: bool,
    translated: bool,
    asked: bool = True,
) -> tuple[str, ...]:
    """Keys of the statements that this document owes this recipient, in the document type's order.

    ``asked``: whether something is asked of the owner in it.
    """
    roles = set(party.roles) if party else set()
    holds: dict[Condition, bool] = {
        "always": True,
        "fined": fined,
        "costs_due": costs_due,
        "residential_rental": casefile.property.residential_rental,
        "accessory_dwelling": casefile.property.accessory_dwelling is not None,
        "tenant_recipient": bool(roles & {"tenant", "occupant"}),
        "tenant_told": asked and _only_lives_there(roles) and _has_owner(casefile),
        "lienholder_recipient": "lienholder" in roles,
        "immediate_danger": dangerous,
        "translated": translated,
    }
    return tuple(
        key
        for key in kind.statements
        if (statement := pack.statements[key])
        and holds[statement.trigger]
        and _old_enough(statement, casefile)
        and (not statement.audience or roles & set(statement.audience))
    )


def _only_lives_there(roles: Set[str]) -> bool:
    """Whether nobody can ask them to do the repairs: an owner who lives there is an owner."""
    return bool(roles & {"tenant", "occupant"}) and not roles & {"owner", "agent", "contractor"}


def _has_owner(casefile: Casefile) -> bool:
    return any("owner" in party.roles for party in casefile.parties)


def _old_enough(statement: Statement, casefile: Casefile) -> bool:
    if statement.trigger != "accessory_dwelling" or statement.built_before is None:
        return True
    dwelling = casefile.property.accessory_dwelling
    assert dwelling is not None  # that is what triggers it
    return dwelling.built_year is None or dwelling.built_year < statement.built_before
