"""Numbers with what they count, as a text says them: "18 months", "thirty (30) days", "a year", "$1,500", "12 個月".

English numbers are read in figures and in words, those of other languages in figures of any script, with the units as
CLDR writes them. A number that counts none of these units is none: a section, a telephone number, an age ("18 years of
age").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError

from docservice.wording.messages import folder_of

Unit = Literal["hour", "day", "business day", "week", "month", "year", "dollar"]

_ONES = re.findall(
    r"\w+", "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen",
)  # fmt: skip
_TENS = re.findall(r"\w+", "twenty thirty forty fifty sixty seventy eighty ninety")
_WORDS = {word: value for value, word in enumerate(_ONES)} | {
    word: 10 * value for value, word in enumerate(_TENS, 2)
}  # fmt: skip
_WORD = "|".join(sorted((*_WORDS, "hundred", "thousand"), key=len, reverse=True))
IN_WORDS = rf"(?:{_WORD})(?:[\s\u00a0-]+(?:and[\s\u00a0]+)?(?:{_WORD}))*"
_FIGURES = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_UNITS: dict[str, Unit] = {
    "hour": "hour", "hr": "hour", "day": "day", "week": "week", "wk": "week", "month": "month", "mo": "month",
    "year": "year", "yr": "year", "dollar": "dollar",
}  # fmt: skip
_GAP = r"(?:[\s\u00a0\u202f-]+|(?=\())"
_BETWEEN = (
    r"(?:(?:calendar|business|working|court|full|whole|consecutive|more|additional|extra|long|straight|U\.?S\.?)"
    r"[\s\u00a0-]+)*"
)
_ENGLISH = re.compile(
    rf"(?<![\w.,$])(?:(?P<money>\$[\s\u00a0]?(?P<amount>{_FIGURES}))"
    rf"|(?:(?P<figures>{_FIGURES})|(?P<words>{IN_WORDS})|(?P<one>an?\b))(?:{_GAP}\((?P<again>{_FIGURES}|{IN_WORDS})\))?"
    rf"{_GAP}{_BETWEEN}(?P<unit>hour|hr|day|week|wk|month|mo|year|yr|dollar)s?)\b(?![\s\u00a0-]+(?:of[\s\u00a0]+age|old)\b)",
    re.I,
)
_BUSINESS = re.compile(r"\b(?:business|working|court)[\s\u00a0-]+(?:\w+[\s\u00a0-]+)*days?\b", re.I)
_CLDR: tuple[Unit, ...] = ("hour", "day", "week", "month", "year")


@dataclass(frozen=True, slots=True)
class Quantity:
    """``value`` of a ``unit``, at ``start`` to ``end`` of the text; ``text`` is how it is said there."""

    value: Decimal
    unit: Unit
    text: str
    start: int
    end: int

    @property
    def exact(self) -> tuple[Decimal, str]:
        """What makes two quantities the same: a year is twelve months, a week seven days."""
        if self.unit == "year":
            return self.value * 12, "month"
        if self.unit == "week":
            return self.value * 7, "day"
        return self.value, self.unit


def quantities(text: str, language: str = "en") -> tuple[Quantity, ...]:
    """The quantities of a text, in order. ``language`` is BCP 47."""
    plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() and not c.isascii() else c for c in text)
    found = list(_english(plain)) if language == "en" else list(_other(plain, language))
    return tuple(sorted(found, key=lambda one: one.start))


def spoken(words: str) -> int | None:
    """An English number in words: "eighteen", "one hundred and twenty"; None when it is none."""
    total, part = 0, 0
    for word in re.split(r"[\s\u00a0-]+", words.lower()):
        if word == "hundred":
            part = (part or 1) * 100
        elif word == "thousand":
            total, part = total + (part or 1) * 1000, 0
        elif word in _WORDS:
            part += _WORDS[word]
        elif word != "and":
            return None
    return total + part


def _english(text: str) -> Iterator[Quantity]:
    for match in _ENGLISH.finditer(text):
        said = match.group()
        if match["money"]:
            yield Quantity(_value(match["amount"]), "dollar", said, match.start(), match.end())
            continue
        count = _value(match["figures"]) if match["figures"] else Decimal(1)
        if match["words"]:
            read = spoken(match["words"])
            if read is None:
                continue
            count = Decimal(read)
        again = match["again"]
        unit = "business day" if _BUSINESS.search(said) else _UNITS[match["unit"].lower()]
        yield Quantity(count, unit, said, match.start(), match.end())
        if again:  # "thirty (15) days": each of the two may be wrong
            other = _value(again) if again[0].isdigit() else Decimal(spoken(again) or 0)
            if other != count:
                yield Quantity(other, unit, said, match.start(), match.end())


def _value(figures: str) -> Decimal:
    return Decimal(figures.replace(",", ""))


def _other(text: str, language: str) -> Iterator[Quantity]:
    for unit, pattern in _patterns(language):
        for match in pattern.finditer(text):
            figures = re.search(r"\d+", match.group())
            if figures is not None:
                yield Quantity(Decimal(figures.group()), unit, match.group(), match.start(), match.end())
    for match in re.finditer(rf"(?<![\w.,$])\$[\s\u00a0]?(?P<amount>{_FIGURES})(?![\w])", text):
        yield Quantity(_value(match["amount"]), "dollar", match.group(), match.start(), match.end())


@lru_cache(maxsize=64)
def _patterns(language: str) -> tuple[tuple[Unit, re.Pattern[str]], ...]:
    """For each unit, how a language writes a number of it: "12 meses", "12 個月", "‏12 شهرًا"."""
    try:
        locale = Locale.parse(folder_of(language))
    except (UnknownLocaleError, ValueError):
        return ()
    found = []
    for unit in _CLDR:
        forms = set()
        for length in ("long", "short"):
            named = locale._data["unit_patterns"].get(f"duration-{unit}", {}).get(length, {})
            forms |= {form for form in named.values() if isinstance(form, str) and "{0}" in form}
        shapes = [_shape(form) for form in forms if form.replace("{0}", "").strip()]
        if shapes:
            found.append((unit, re.compile("|".join(f"(?:{shape})" for shape in shapes))))
    return tuple(found)


def _shape(form: str) -> str:
    before, _, after = (re.escape(part.strip()) for part in form.partition("{0}"))
    gap = r"[\s\u00a0\u202f]*"
    return (
        (rf"{before}{gap}" if before else "") + r"(?<![\d.,])\d+" + (rf"{gap}{after}(?![A-Za-zÀ-ỹ])" if after else "")
    )
