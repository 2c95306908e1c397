"""Text → tokens: what may change by itself in a language.

A word is one token, with its apostrophe or hyphen; so is a number, an amount, a date as the language writes it, a time,
a telephone number, an address of the web. Punctuation stands alone. Where words have no spaces between them (Chinese,
Japanese, Thai, Lao, Khmer, Burmese) a character is a token, with the vowels and subscripts that belong to it: a
dictionary would make nicer words, and would make other ones when it is updated. White space is no token.

What it does not see: that "thirty days" and "30 days" are one amount.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from docservice.wording.messages import folder_of
from docservice.wording.redlines.values import Token, TokenKind

# Han, kana, and the scripts of mainland south-east Asia.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
_CLUSTER = (
    "[\u1780-\u17b3](?:\u17d2[\u1780-\u17b3]|[\u17b4-\u17d1\u17d3\u17dd])*"  # Khmer: a subscript belongs to its base
    "|[\u1000-\u102a\u103f\u1050-\u1055](?:\u1039[\u1000-\u1021]|[\u102b-\u103e\u1056-\u1059])*"
    "|[\u0e40-\u0e44\u0ec0-\u0ec4]?[\u0e00-\u0eff](?:[\u0e30-\u0e3a\u0e45\u0e47-\u0e4e\u0eb0-\u0ebc\u0ec8-\u0ecd])*"
)
_CHINESE_NUMBER = "[〇零一二三四五六七八九十百千萬万億亿兩两]{2,}"
_SPACE = r"[\s\u00a0\u202f]"
_NUMBER = (
    r"\d{4}-\d{2}-\d{2}(?!\d)|\d{1,2}/\d{1,2}/\d{2,4}(?!\d)"
    rf"|\d{{1,2}}:\d{{2}}(?:{_SPACE}?[ap]\.?m\b\.?)?"
    rf"|\(\d{{3}}\){_SPACE}?\d{{3}}-\d{{4}}"
    r"|[$€£¥]?\d+(?:[.,]\d+)*(?:%|(?:st|nd|rd|th)\b)?"
)
_ADDRESS = r"https?://[^\s<>]*[^\s<>.,;:!?)\]。，]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_FOLDED = str.maketrans({"\u2010": "-", "\u2011": "-", "\u00a0": " ", "\u202f": " "})
_KINDS: dict[str, TokenKind] = {"date": "number", "chinese": "number", "number": "number"}
_SPACES = re.compile(rf"{_SPACE}+")


def tokens(text: str, language: str, *, style: tuple[str, ...] = (), space: bool = False) -> Iterator[Token]:
    """The tokens of ``text``; ``space`` when white space precedes it."""
    at = 0
    for match in _pattern(language).finditer(text):
        space = space or match.start() > at
        at = match.end()
        key = folded(match.group())
        if not key:
            continue  # only marks that nobody sees
        group = match.lastgroup or "mark"
        kind = _KINDS.get(group, "mark" if group == "mark" else "word")
        yield Token(kind, _SPACES.sub(" ", match.group()), key, space, style=style)
        space = False


def folded(text: str) -> str:
    """What is compared: hyphens that only forbid a break are hyphens, what cannot be seen is not there."""
    plain = unicodedata.normalize("NFC", text.translate(_FOLDED))
    visible = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    return " ".join(visible.split())


@lru_cache(maxsize=32)
def _pattern(language: str) -> re.Pattern[str]:
    marks = _combining()
    letter = rf"(?:(?![{UNSPACED}])[^\W_]|[{marks}])"
    word = rf"(?:(?![{UNSPACED}\d])[^\W_]){letter}*(?:['’\u2010\u2011-](?!\d){letter}+)*"
    groups = (
        ("date", _dates(language)), ("address", _ADDRESS), ("number", _NUMBER), ("chinese", _CHINESE_NUMBER),
        ("cluster", rf"(?:{_CLUSTER})|[{UNSPACED}][{marks}]*"), ("word", word), ("mark", r"[^\s\u00a0\u202f]"),
    )  # fmt: skip
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in groups), re.I)


@lru_cache(maxsize=1)
def _combining() -> str:
    """A character class of all combining marks of the basic plane; ``\\w`` does not have them."""
    found = [code for code in range(0x300, 0xFE30) if unicodedata.category(chr(code)).startswith("M")]
    ranges: list[list[int]] = []
    for code in found:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


def _dates(language: str) -> str:
    """Dates as CLDR writes them: June 29, 2026; 29 de junio de 2026; 2026年6月29日; ngày 29 tháng 6 năm 2026."""
    months, days = _names("en")
    if language != "en":
        own_months, own_days = _names(language)
        months, days = months | own_months, days | own_days
    month, day = (
        "(?:" + "|".join(re.escape(n).replace(r"\ ", _SPACE) for n in sorted(names, key=lambda n: (-len(n), n))) + ")"
        for names in (months, days)
    )
    gap = rf"{_SPACE}+"
    weekday = rf"(?<!\w)(?:{day}[,،]?{gap})?(?:{gap})?"
    year = rf"(?:[,،]?{gap}(?:del?{gap}|năm{gap})?\d{{4}}(?!\d))"
    return (
        rf"\d{{4}}年\d{{1,2}}月\d{{1,2}}日"
        rf"|{weekday}{month}{gap}\d{{1,2}}(?!\d){year}?"
        rf"|{weekday}(?:ngày{gap})?(?<!\d)\d{{1,2}}{gap}(?:de{gap})?{month}(?!\w){year}?"
    )


def _names(language: str) -> tuple[set[str], set[str]]:
    try:
        locale = Locale.parse(folder_of(language))
    except (UnknownLocaleError, ValueError):
        return set(), set()
    months = set(locale.months["format"]["wide"].values())
    return {name for name in months if not name[0].isdigit()}, set(locale.days["format"]["wide"].values())
