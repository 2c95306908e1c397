"""Which edition of a town's rules is in force on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from docservice.refusal import Refusal
from docservice.town.pack import TownPack


def in_force(packs: Iterable[TownPack], on: date) -> TownPack:
    """The edition with the latest effective date on or before the day.

    Raises ``Refusal`` (``town.no_pack``, kind ``missing``) when none has taken effect, and (``town.ambiguous``, kind
    ``conflict``) when two editions take effect on the same day, or the editions are not of one town.
    """
    editions = tuple(packs)
    refuse_rivals(editions)
    effective = sorted((pack for pack in editions if pack.effective_on <= on), key=lambda pack: pack.effective_on)
    if not effective:
        raise Refusal(
            "town.no_pack", f"No edition of the town's rules was in force on {on.isoformat()}.", kind="missing"
        )
    return effective[-1]


def refuse_rivals(editions: Iterable[TownPack]) -> None:
    """Raise ``Refusal("town.ambiguous", kind="conflict")`` for two towns, and for two editions of one day."""
    seen: dict[str, TownPack] = {}
    for pack in editions:
        seen.setdefault(pack.sha256, pack)
    packs = list(seen.values())
    for one in packs[1:]:
        if one.key != packs[0].key:
            message = f"There are rules of two towns: {_named(packs[0])} and {_named(one)}. Give each town a folder."
            raise Refusal("town.ambiguous", message, kind="conflict")
    for n, one in enumerate(packs):
        for other in packs[:n]:
            if other.effective_on == one.effective_on:
                message = f"{_named(other)} and {_named(one)} both take effect on {one.effective_on.isoformat()}."
                raise Refusal("town.ambiguous", message, kind="conflict")


def _named(pack: TownPack) -> str:
    where = f" (folder {pack.folder})" if pack.folder else ""
    return f"{pack.key}, edition {pack.version}{where}"
