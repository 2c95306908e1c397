"""Packet profiles: what a forum demands of a packet's form, as data.

Only ``default`` exists so far; it holds the rules that every forum known to us shares (DOMAIN §8): computer
numbering from 1 on the first page, linked contents, bookmarks equal to the contents, exhibit letters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Profile:
    """The form of a packet. Lengths are in points (1/72 inch)."""

    key: str
    title: str
    exhibit_labels: Literal["letters", "numbers"] = "letters"
    page_number: str = "Packet page {page}"  # printed on every page; {page} is the viewer's page
    paper: tuple[float, float] = (612.0, 792.0)  # US Letter, for generated pages and pictures
    band: float = 30.0  # kept clear at the foot of every page for the stamps
    raster_dpi: int = 200  # pages that cannot stay vector; forums allow at most 300


PROFILES: dict[str, Profile] = {"default": Profile("default", "Hearing packet")}


def exhibit_label(profile: Profile, position: int) -> str:
    """The automatic label of the exhibit at ``position`` (from 0): A … Z, AA, AB …, or 1, 2, 3 …"""
    if profile.exhibit_labels == "numbers":
        return str(position + 1)
    label = ""
    number = position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        label = chr(ord("A") + rest) + label
    return label
