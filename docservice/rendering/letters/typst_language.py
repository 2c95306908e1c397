"""A language as Typst takes it: its code, the region where that decides the look, and its direction."""

from __future__ import annotations

from collections.abc import Callable

from docservice.casefile.direction import direction

Directions = Callable[[str], str]

_REGIONS = {"zh-Hant": "TW", "zh-Hans": "CN"}


def directions_before(tag: str) -> str:
    """The ways that languages had in letters made before "text 1", for those letters."""
    return "rtl" if tag.split("-")[0].lower() in ("ar", "fa", "he", "ur", "ps", "yi", "dv", "ckb") else "ltr"


def split_language(tag: str, directions: Directions = direction) -> dict[str, str]:
    """BCP 47 → what Typst's ``text`` takes: ``lang``, ``region`` where it decides the look, ``dir``."""
    parts = tag.split("-")
    region = _REGIONS.get("-".join(parts[:2])) or next((p for p in parts[1:] if len(p) == 2), None)
    result = {"lang": parts[0].lower(), "dir": directions(tag)}
    return result if region is None else {**result, "region": region.upper()}
