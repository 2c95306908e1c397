"""The shipped pack, and casefiles built in a line."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from docservice import shipped
from docservice.casefile.facts import Address, Case, Casefile, Name, Party, Property
from docservice.town import TownPack, load_pack
from docservice.town.calendar import Calendar


@pytest.fixture(scope="session")
def pack() -> TownPack:
    return load_pack(shipped.folder("town") / "madrona-hills")


@pytest.fixture(scope="session")
def calendar(pack: TownPack) -> Calendar:
    return Calendar(pack.calendar)


@pytest.fixture(scope="session")
def make() -> Any:
    """A casefile with one owner, and whatever else is given."""

    def build(**parts: Any) -> Casefile:
        home = Address("street", ("8 TIMBER LN", "MADRONA HILLS CA 95999"), region="CA")
        given: dict[str, Any] = {
            "case": Case("CE-2026-0001", "A case", date(2026, 1, 5), "coordinator"),
            "property": Property("031-220-118", "8 Timber Lane"),
            "parties": (Party("owner", ("owner",), Name("Ada Vale"), home),),
        }
        return Casefile(**{**given, **parts})

    return build
