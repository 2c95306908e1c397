"""What any text must be that a caller sends and we keep."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # everything but tabs and line breaks


def is_plain(text: str, longest: int) -> bool:
    """Whether a text that a caller sent can be kept: it says something, is no longer, has no control characters."""
    return bool(text.strip()) and len(text) <= longest and not _CONTROL.search(text)
