"""Which statements a recipient is owed: by the facts, by who they are, and by how old a dwelling is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from docservice.casefile.facts import AccessoryDwelling, Name, Party, Property
from docservice.town import TownPack
from docservice.town.statements import triggered

NOTHING = {"fined": False, "costs_due": False, "dangerous": False, "translated": False}


def owed(pack: TownPack, facts: Any, party: Party | None, **said: bool) -> tuple[str, ...]:
    kind = replace(pack.document_types["notice-of-violation"], statements=tuple(
        key for key, one in pack.statements.items() if one.trigger != "always" or key == "judicial-review"
    ))  # fmt: skip
    return triggered(pack, kind, facts, party, **{**NOTHING, **said})


def party(*roles: Any) -> Party:
    return Party("p", roles, Name("Ada Vale"))


def site(**facts: Any) -> Property:
    return Property("031", "8 Timber Lane", **facts)


OLD = AccessoryDwelling("B", 2016)


@pytest.mark.parametrize(
    ("who", "facts", "said", "statements"),
    [
        (party("owner"), {}, {}, ("judicial-review",)),
        (None, {}, {}, ("judicial-review",)),
        (party("tenant"), {}, {}, ("tenant-rights", "judicial-review")),
        (party("occupant"), {}, {}, ("tenant-rights", "judicial-review")),
        # FAULTS L13: it says that the owner was asked to repair, and that they need not.
        (party("tenant"), {}, {"asked": False}, ("judicial-review",)),
        (party("owner", "occupant"), {}, {}, ("judicial-review",)),
        (party("contractor", "occupant"), {}, {}, ("judicial-review",)),
        (party("agent", "tenant"), {}, {}, ("judicial-review",)),
        (party("lienholder"), {}, {"costs_due": True}, ("judicial-review", "costs-lien", "lienholder")),
        (party("tenant", "lienholder"), {}, {}, ("tenant-rights", "judicial-review", "lienholder")),
        (party("occupant"), {"residential_rental": True}, {}, ("retaliation", "tenant-rights", "judicial-review")),
        (party("agent"), {"residential_rental": True}, {}, ("retaliation", "tax-deduction", "judicial-review")),
        (party("owner"), {"accessory_dwelling": OLD}, {}, ("accessory-dwelling-delay", "judicial-review")),
        (party("owner"), {}, {"fined": True}, ("judicial-review", "hardship-waiver")),
        (party("owner"), {}, {"costs_due": True}, ("judicial-review", "costs-lien")),
        (party("tenant"), {}, {"costs_due": True}, ("tenant-rights", "judicial-review")),
        (None, {}, {"costs_due": True}, ("judicial-review",)),
        (party("owner"), {}, {"dangerous": True}, ("judicial-review", "immediate-danger")),
        (party("owner"), {}, {"translated": True}, ("judicial-review", "courtesy-translation")),
    ],
)
def test_what_is_owed(
    pack: TownPack, make: Any, who: Party | None, facts: Any, said: Any, statements: tuple[str, ...]
) -> None:
    """In the order of the document type."""
    assert owed(pack, make(property=site(**facts)), who, **said) == statements


@pytest.mark.parametrize(
    ("before", "built", "is_owed"),
    [(2020, 2019, True), (2020, 2020, False), (2020, None, True), (None, 2025, True)],
)
def test_how_old_a_dwelling_must_be(
    pack: TownPack, make: Any, before: int | None, built: int | None, is_owed: bool
) -> None:
    delay = replace(pack.statements["accessory-dwelling-delay"], built_before=before)
    town = replace(pack, statements={**pack.statements, "accessory-dwelling-delay": delay})
    facts = make(property=site(accessory_dwelling=AccessoryDwelling("B", built)))
    assert ("accessory-dwelling-delay" in owed(town, facts, party("owner"))) is is_owed


def test_of_other_statements_no_age_is_asked(pack: TownPack, make: Any) -> None:
    review = replace(pack.statements["judicial-review"], built_before=1900)
    town = replace(pack, statements={**pack.statements, "judicial-review": review})
    for dwelling in (None, OLD):
        assert "judicial-review" in owed(town, make(property=site(accessory_dwelling=dwelling)), party("owner"))


def test_nobody_was_asked_where_no_owner_is_named(pack: TownPack, make: Any) -> None:
    assert "tenant-rights" not in owed(pack, make(parties=(party("tenant"),)), party("tenant"))


@pytest.mark.parametrize(
    ("roles", "is_owed"), [(("tenant",), True), (("occupant", "owner"), True), (("owner",), False)]
)
def test_a_pack_of_before_says_it_to_every_tenant(
    pack: TownPack, make: Any, roles: tuple[Any, ...], is_owed: bool
) -> None:
    rights = replace(pack.statements["tenant-rights"], trigger="tenant_recipient")
    before = replace(pack, statements={**pack.statements, "tenant-rights": rights})
    assert ("tenant-rights" in owed(before, make(), party(*roles), asked=False)) is is_owed
