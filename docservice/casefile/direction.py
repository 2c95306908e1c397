"""Which way a language, or a character, is written: the one place that decides it, for every room.

The script decides: the one that the tag names (``az-Arab``, ``ks-Deva``), else the likely one of the language and
region, by CLDR. A tag that CLDR does not know is read from left to right, and stops nothing.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from babel.core import get_global

Direction = Literal["ltr", "rtl"]
# The characters of scripts that run from right to left, for a class of a regular expression: the blocks that Unicode
# gives them (DerivedBidiClass.txt, R and AL), without the byte order mark.
RTL_CHARACTERS = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"

# Unicode CLDR 48.2, scriptMetadata.json, rtl: YES; and Aran, ISO 15924's name for Arabic in the Nastaliq style.
_RIGHT_TO_LEFT = frozenset((
    "Adlm", "Arab", "Aran", "Armi", "Avst", "Chrs", "Cprt", "Elym", "Gara", "Hatr", "Hebr", "Hung", "Khar", "Lydi",
    "Mand", "Mani", "Mend", "Merc", "Mero", "Narb", "Nbat", "Nkoo", "Orkh", "Ougr", "Palm", "Phli", "Phlp", "Phnx",
    "Prti", "Rohg", "Samr", "Sarb", "Sidt", "Sogd", "Sogo", "Syrc", "Thaa", "Yezi",
))  # fmt: skip
# What CLDR has under another tag only: the codes that resettlement agencies use for Dari, Pashto, Arabic, Kurdish.
_SAME_AS = {"prs": "fa", "pes": "fa", "arb": "ar", "pbt": "ps", "pbu": "ps", "iw": "he", "ji": "yi", "sdh": "ckb"}


@lru_cache(maxsize=256)
def direction(language: str) -> Direction:
    """``rtl`` for Arabic, Persian, Hebrew, Pashto …, else ``ltr``, of a BCP 47 tag (or ``ar_EG``)."""
    return "rtl" if script(language) in _RIGHT_TO_LEFT else "ltr"


@lru_cache(maxsize=256)
def script(language: str) -> str:
    """The script of a BCP 47 tag, by its four letters: the one named, else the likely one; empty when unknown."""
    first, *more = language.replace("_", "-").split("-")
    for part in more:
        if len(part) == 1:  # an extension or private use begins
            break
        if len(part) == 4 and part.isalpha():
            return part.title()
    region = next((part.upper() for part in more if len(part) == 2 or (len(part) == 3 and part.isdigit())), "")
    named = _SAME_AS.get(first.lower(), first.lower())
    likely = get_global("likely_subtags")
    full = likely.get(f"{named}_{region}") or likely.get(named) or ""
    return next((part for part in full.split("_")[1:] if len(part) == 4), "")
