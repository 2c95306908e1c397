"""How text is folded, so that it is found however it was typed: no capitals, no accents, one kind of dash and space."""

from __future__ import annotations

import unicodedata

# Letters that no decomposition takes apart, as people type them who do not have them on their keys.
_PLAIN = str.maketrans({
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ŋ": "n", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th",
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("'’‘ʼʻ‛`´\"“”„«»", ""),
})  # fmt: skip


def fold(text: str) -> str:
    """``text`` folded: letters small and bare, apostrophes and quotation marks left out, white space as one space.

    Vowel signs of Indic and Thai scripts stay: they are no accents.
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN)) if not _is_accent(c))
    return " ".join(unicodedata.normalize("NFC", bare).split())


def _is_accent(character: str) -> bool:
    return unicodedata.combining(character) > 0 or unicodedata.category(character) == "Cf"
