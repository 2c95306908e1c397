"""What drawn pieces of text say when they are read aloud."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Scripts drawn in another order or shape than they are spelled: right-to-left ones (Hebrew … Arabic Extended-A),
# Indic and South-East Asian ones (Devanagari … Myanmar, Khmer), presentation forms.
_COMPLEX = re.compile("[\u0590-\u08ff\u0900-\u0dff\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\ufb1d-\ufdff\ufe70-\ufefc]")
_DIRECTION_MARKS = dict.fromkeys([0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def needs_actual_text(text: str) -> bool:
    """Whether the glyphs of ``text`` cannot be turned back into it reliably."""
    return _COMPLEX.search(text) is not None


def spoken(pieces: Iterable[str], source: str) -> str:
    """The pieces (lines and parts of lines) joined as they were in ``source``, without direction marks.

    A line break stands for a space only where the source has one: Chinese, Khmer or a long address have none.
    """
    said, at = "", 0
    for piece in pieces:
        words = " ".join(piece.split())
        found = source.find(words, at)
        gap = " " if found < 0 or " " in source[at:found] else ""
        at = max(at, found + len(words)) if found >= 0 else at
        said += (gap if said else "") + words
    return said.translate(_DIRECTION_MARKS)
