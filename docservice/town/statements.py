"""Which statements the facts trigger: the named conditions of the pack, as functions of the facts."""

from __future__ import annotations

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
) -> tuple[str, ...]:
    """Keys of the statements that this document owes this recipient, in the document type's order."""
    roles = set(party.roles) if party else set()
    holds: dict[Condition, bool] = {
        "always": True,
        "fined": fined,
        "costs_due": costs_due,
        "residential_rental": casefile.property.residential_rental,
        "accessory_dwelling": casefile.property.accessory_dwelling is not None,
        "tenant_recipient": bool(roles & {"tenant", "occupant"}),
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


def _old_enough(statement: Statement, casefile: Casefile) -> bool:
    if statement.trigger != "accessory_dwelling" or statement.built_before is None:
        return True
    dwelling = casefile.property.accessory_dwelling
    assert dwelling is not None  # that is what triggers it
    return dwelling.built_year is None or dwelling.built_year < statement.built_before
