"""The languages of the town, and what becomes of a translation that nobody has approved yet (docs/translations.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from docservice.casefile.direction import Direction, direction
from docservice.town.source import Source

Incomplete = Literal["draft-mark", "refuse"]

_SILENT = Source("Where the town says nothing", "P")


@dataclass(frozen=True, slots=True)
class TranslationPolicy:
    """``draft-mark``: it goes out and says that it is a draft. ``refuse``: it does not go out.

    ``incomplete`` is for every document; ``handouts`` and ``document_types`` may be stricter, and so may a language:
    one ``refuse`` is enough. ``second_person``: who translated a string does not approve it.
    """

    incomplete: Incomplete = "draft-mark"
    handouts: Incomplete = "draft-mark"
    document_types: Mapping[str, Incomplete] = field(default_factory=dict)
    second_person: bool = False
    source: Source = _SILENT


@dataclass(frozen=True, slots=True)
class Language:
    """A language the town offers: ``letters`` when letters are translated into it, else taglines only.

    ``incomplete``: what becomes of a translation that is not approved, where this language is stricter than others.
    ``digits``: how translations write figures.
    """

    tag: str  # BCP 47
    name: str  # in English
    own_name: str
    letters: bool
    tagline: str  # in that language; {phone} is replaced by the town's number
    incomplete: Incomplete = "draft-mark"
    digits: Literal["latin", "native"] = "latin"
    direction: Direction = "ltr"  # packs of old say it; the tag decides

    def __post_init__(self) -> None:
        object.__setattr__(self, "direction", direction(self.tag))

    def tagline_with(self, phone: str) -> str:
        """The tagline with a telephone number in it.

        In a right-to-left line the number stands between U+2066 and U+2069, or it would be read backward.
        """
        return self.tagline.replace("{phone}", f"\u2066{phone}\u2069" if self.direction == "rtl" else phone)
