"""What any text must be that a caller sends and we keep; and what can be shown of any other."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # everything but tabs and line breaks


def is_plain(text: str, longest: int) -> bool:
    """Whether a text that a caller sent can be kept: it says something, is no longer, has no control characters."""
    return bool(text.strip()) and len(text) <= longest and not _CONTROL.search(text)


def printable(text: str) -> str:
    """What can be printed of a text that somebody else's file holds."""
    return "".join(character for character in text if character.isprintable())
