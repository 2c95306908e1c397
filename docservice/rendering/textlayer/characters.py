"""Which characters need the mend, and what each is to the readers of a PDF."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from docservice.casefile.direction import RTL_CHARACTERS

# Combining marks, letters that join, move or run from right to left, and characters that are not drawn: where none
# of them is in a letter, one glyph is one character or a Latin ligature, and what Typst writes is right as it is.
_TROUBLE = (
    "\u0300-\u036f\u0483-\u0489\u0590-\u08ff\u0900-\u109f\u135d-\u135f\u1700-\u181f\u1820-\u18af\u1900-\u1cff"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\u2cef-\u2cf1\u2d30-\u2d7f"
    "\u302a-\u302f\u3099-\u309a\u1100-\u11ff\ua000-\ua4cf\ua66f-\ua6ff\ua800-\uabff\ud7b0-\ud7ff\ufb1d-\ufdff"
    "\ufe00-\ufe0f\ufe20-\ufe2f\ufe70-\ufefc\U00010100-\U0001bfff\U0001d165-\U0001d1ad\U0001d800-\U0001efff"
    "\U000e0100-\U000e01ef"
)
TROUBLE = re.compile(f"[{_TROUBLE}]")
_BEYOND_LATIN = re.compile("[^\u0000-\u02ff\u2010-\u2027\u2030-\u205f]")

# A mark of all scripts, or one that Tamil's face has for Grantha, on a letter that is not Latin, Greek or Cyrillic.
_MARKED_ELSEWHERE = re.compile(
    "[^\u0000-\u052f\u1c80-\u1c8f\u1d00-\u1fff\u2000-\u2bff\u2c60-\u2c7f\ua640-\ua69f\ua720-\ua7ff\uab30-\uab6f]"
    "[\u0300-\u036f\u0951-\u0954\u1ab0-\u1aff\u1cd0-\u1cff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f]"
    "|[\U00011300-\U0001137f]|[\u0700-\u086f][\u064b-\u0655\u0670]"
)

RIGHT_TO_LEFT = re.compile(f"[{RTL_CHARACTERS}]")
# Scripts that readers of a PDF do not know to run from right to left, so that they do not turn them around.
UNKNOWN_RIGHT_TO_LEFT = re.compile("[\U00010800-\U00010fff\U0001e800-\U0001efff]")

# Places to break a line, and what keeps directions apart: nobody searches, copies or hears them. Not the joiners:
# Persian and the scripts of India spell with them.
_UNSAID = re.compile("[\u200b\u200e\u200f\u061c\u202a-\u202e\u2060\u2066-\u2069]")


def needs_mending(text: str) -> bool:
    """Whether a page with this text on it needs the mend.

    Latin text is known in some 10 µs for a thousand characters, so that its letters pay nothing.
    """
    return _BEYOND_LATIN.search(text) is not None and TROUBLE.search("".join(set(text))) is not None


def has_marks_elsewhere(text: str) -> bool:
    """Whether some letter has a mark that a face may have without the letter (``faces.typ`` then asks for both)."""
    return needs_mending(text) and _MARKED_ELSEWHERE.search(text) is not None


@lru_cache(maxsize=4096)
def said(text: str) -> str:
    """The text of a glyph without what only the typesetter needs."""
    return text if text.isascii() else _UNSAID.sub("", text)


@lru_cache(maxsize=4096)
def is_mark(character: str) -> bool:
    """Whether it takes no room of its own: readers give a glyph that begins with one no width."""
    return unicodedata.category(character) in ("Mn", "Me")


@lru_cache(maxsize=4096)
def is_wide(character: str) -> bool:
    """Whether it takes room on the line: no mark, no control."""
    return unicodedata.category(character)[0] not in "CM"


@lru_cache(maxsize=4096)
def split_at_marks(text: str) -> tuple[str, ...]:
    """The text in pieces, each of marks one by one and of whatever stands between them."""
    pieces: list[str] = []
    for character in text:
        if pieces and not is_mark(character) and not is_mark(pieces[-1][-1]):
            pieces[-1] += character
        else:
            pieces.append(character)
    return tuple(pieces)


def shares(text: str, count: int) -> list[str]:
    """The text dealt out to ``count`` glyphs in the order of reading; the first one takes what is over."""
    spare = max(0, len(text) - count)
    return [text[: 1 + spare], *(text[i + spare : i + spare + 1] for i in range(1, count))]
