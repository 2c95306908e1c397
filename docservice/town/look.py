"""How a town's papers look: its seal, its colors, the lines in the head of a letter.

What stands here is what a letterhead takes from the town; where things stand on the page is the letterhead's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from itertools import count

from docservice.media_types import media_type_of

_COLOR = re.compile(r"#[0-9a-f]{6}\Z")
GROUNDS = ("#ffffff", "#f5f2ea")  # what text of these colors is printed on: paper, and a tinted box
LEAST_CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3
DARK, LEAST_ON_DARK = "#191b19", 7.0  # success criterion 1.4.6
MOST_HEAD_LINES = 6  # what the head of a letter has room for beside the seal


@dataclass(frozen=True, slots=True)
class Colors:
    """``strong``: titles, headings, rules, links. ``accent``: labels and marks. ``quiet``: small print."""

    strong: str = "#1f4a3f"
    accent: str = "#8a3b1e"
    quiet: str = "#565a55"


@dataclass(frozen=True, slots=True)
class TownLook:
    """As a pack states it. ``head``: the lines opposite the seal; none: address, telephone, mail and web address."""

    seal: str | None = None  # a picture of the pack
    seal_alt: str | None = None
    colors: Colors = field(default_factory=Colors)
    head: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seal:
    """The town's seal: the picture's file name, its bytes, and what it says to those who do not see it."""

    name: str
    data: bytes = field(repr=False)
    alt: str

    @property
    def media_type(self) -> str:
        return media_type_of(self.name)


@dataclass(frozen=True, slots=True)
class Appearance:
    """What a letterhead takes from a pack: ``seal`` None where the town has none."""

    seal: Seal | None
    colors: Colors
    head: tuple[str, ...]


def contrast(color: str, ground: str) -> float:
    """The contrast ratio of two colors (``#rrggbb``), 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(color), _luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def on_dark(color: str) -> str:
    """The color, lightened by twentieths until it can be read on the dark ground of a screen."""
    parts = [int(color[n : n + 2], 16) for n in (1, 3, 5)]
    mixed = ("#" + "".join(f"{round(part + (255 - part) * step / 20):02x}" for part in parts) for step in count())
    # It ends: white can be read.
    return next(one for one in mixed if contrast(one, DARK) >= LEAST_ON_DARK)  # alive: no color has just this ratio


def wrong(look: TownLook) -> Iterator[tuple[tuple[str, ...], str]]:
    """What is wrong with a look: the keys that lead to it, and a sentence."""
    for name in (one.name for one in fields(Colors)):
        color = getattr(look.colors, name)
        if not _COLOR.match(color):
            yield ("colors", name), f'A color is written "#1f4a3f", in quotation marks and small letters; not {color}.'
            continue
        for ground in GROUNDS:
            ratio = contrast(color, ground)
            if ratio < LEAST_CONTRAST:  # alive: no color has just this ratio
                yield (
                    ("colors", name),
                    f"{color} cannot be read on {ground}: its contrast is {ratio:.1f}, and {LEAST_CONTRAST} is the "
                    "least. Choose a darker one.",
                )
                break
    if len(look.head) > MOST_HEAD_LINES:
        yield ("head",), f"The head of a letter has room for {MOST_HEAD_LINES} lines; these are {len(look.head)}."


def _luminance(color: str) -> float:
    red, green, blue = (_linear(int(color[n : n + 2], 16) / 255) for n in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    low = channel <= 0.04045  # alive: of 255 none is that very number
    return channel / 12.92 if low else ((channel + 0.055) / 1.055) ** 2.4
