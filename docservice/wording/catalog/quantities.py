"""Numbers with what they count, as a text says them: "18 months", "thirty (30) days", "10–15 days", "the 15th day",
"a year", "$1,500", "USD 250", "12 個月", "150 dólares".

Numbers are read in figures of any script, and in words where ``number_words`` has them. A number that counts none of
these units is none: a section, a telephone number, an age ("18 years of age"), a date.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from docservice.wording.catalog.number_words import folded, in_words, spoken
from docservice.wording.catalog.unit_words import MONEY, RuleUnit, language_of, pairs, unit_words, unit_words_before

IN_WORDS = in_words("en")

_SPACE = r"[\s\u00a0\u202f]"
_FIGURES = r"\d{1,3}(?:[,.]\d{3})+(?:\.\d{1,2})?(?![\d.]*\d)|\d+(?:\.\d+)?"
_POINTS = frozenset(("es", "vi"))  # 1.500 are fifteen hundred, as 1,500 are elsewhere
# Between the ends of a range; one that also joins other things does so only after "between".
_TO: Mapping[str, str] = {"en": "to|or|through", "es": "a|o|u", "vi": "đến|hoặc", "zh": "至|到|或", "ar": "الى|او"}
_AND: Mapping[str, str] = {"en": "and", "es": "y", "vi": "và", "zh": "和", "ar": "و"}
_BETWEEN = re.compile(r"(?:\bbetween|\bentre|\bgiữa|\bkhoảng|\btừ|在|بين)[\s\u00a0]*$")
_BESIDES = r"(?:(?:calendar|full|whole|consecutive|more|additional|extra|long|straight)[\s\u00a0-]+)*"
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "twenty-first": 21, "thirtieth": 30,
    "forty-fifth": 45, "sixtieth": 60, "ninetieth": 90,
}  # fmt: skip
_ORDINAL = re.compile(
    rf"\b(?:(?P<figures>\d+)(?:st|nd|rd|th)|(?P<word>{'|'.join(sorted(_ORDINALS, key=len, reverse=True))}))"
    rf"{_SPACE}+(?:(?P<business>business|working|court){_SPACE}+|calendar{_SPACE}+)?day\b"
    rf"(?!{_SPACE}+of\b)"  # "the 15th day of June" is a date
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """``value`` of a ``unit``, at ``start`` to ``end`` of the text; ``text`` is how it is said there.

    The ends of a range ("10–15 days") are two quantities in one place.
    """

    value: Decimal
    unit: RuleUnit
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

    @property
    def is_ordinal(self) -> bool:
        """Whether it is one of a row: "the 15th day"."""
        return bool(_ORDINAL.fullmatch(self.text.lower()))

    @property
    def is_one(self) -> bool:
        """Whether it is one in words, which may be no number: "a day", "一天"."""
        return self.value == 1 and not any(map(str.isdecimal, self.text))


def quantities(text: str, language: str = "en") -> tuple[Quantity, ...]:
    """The quantities of a text, in order. ``language`` is BCP 47."""
    if language_of(language) != "en":
        text = unicodedata.normalize("NFC", text)
    plain, places = folded(text, language)
    found = [
        Quantity(value, unit, text[places[start] : places[end]].strip(), places[start], places[end])
        for value, unit, start, end in _read(plain, language_of(language), language)
    ]
    return tuple(sorted(found, key=lambda one: one.start))


def _read(plain: str, short: str, language: str) -> Iterator[tuple[Decimal, RuleUnit, int, int]]:
    taken: list[tuple[int, int]] = []
    for unit, pattern in _patterns(language):
        for match in pattern.finditer(plain):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            said = [match["first"], match["again"], match["last"], match["last_again"]]
            start = match.start()
            if match["joint"] and not _BETWEEN.search(plain[:start]) and match["joint"].strip(" \u00a0") == _AND[short]:
                said, start = said[2:], match.start("last")
            values = [value for one in said if one and (value := _value(one, short)) is not None]
            if not values or (unit == "year" and max(values) > 1000):  # a year of the calendar
                continue
            taken.append((start, match.end()))
            yield from ((value, unit, start, match.end()) for value in dict.fromkeys(values))
    for unit, words in pairs(language).items():
        for match in re.finditer(rf"(?<!\w)[بلو]?(?:{words})(?!\w)", plain):
            yield Decimal(2), unit, match.start(), match.end()
    for match in _ORDINAL.finditer(plain) if short == "en" else ():
        value = Decimal(match["figures"] or _ORDINALS[match["word"]])
        yield value, "business day" if match["business"] else "day", match.start(), match.end()


def _value(said: str, short: str) -> Decimal | None:
    if said in ("a", "an"):
        return Decimal(1)
    if not said[0].isdigit():
        read = spoken(said, short)
        return Decimal(read) if read is not None else None
    if short in _POINTS and re.fullmatch(r"\d{1,3}(?:\.\d{3})+", said):
        said = said.replace(".", "")
    return Decimal(said.replace(",", ""))


@lru_cache(maxsize=64)
def _patterns(language: str) -> tuple[tuple[RuleUnit, re.Pattern[str]], ...]:
    """How a language writes a number of each unit; the most particular first."""
    short = language_of(language)
    spaced = short != "zh"
    number = f"{_FIGURES}|{in_words(language)}"
    gap = rf"(?:{_SPACE}|-)*" if spaced else f"{_SPACE}*"
    apart = f"{_SPACE}+" if spaced else f"{_SPACE}*"
    joint = rf"{_SPACE}*[-–—~～]{_SPACE}*"
    if short in _TO:
        joint += f"|{apart}(?:{_TO[short]}){apart}"
    also = f"|{apart}(?:{_AND[short]}){'' if short == 'ar' else apart}" if short in _AND else ""  # "10 و15"
    start = r"(?<![\w.,$])" if spaced and short != "ar" else r"(?<![\d.,$月])(?<!月 )"
    again = rf"(?:{gap}[(（]{_SPACE}*(?P<%s>{number}){_SPACE}*[)）])?"
    amount = (
        rf"(?P<first>{number}){again % 'again'}"
        rf"(?:(?P<joint>{joint}%s)(?:{MONEY})?(?P<last>{number}){again % 'last_again'})?"
    )
    end = r"(?!\w)" if spaced else ""
    words = dict(unit_words(language))
    words["dollar"] = "|".join(filter(None, (words.get("dollar"), MONEY)))
    besides = _BESIDES if short == "en" else ""
    found = [(unit, rf"{start}{amount % also}{gap}{besides}(?:{said}){end}") for unit, said in words.items()]
    nothing = r"(?P<again>(?!))?(?P<joint>(?!))?(?P<last>(?!))?(?P<last_again>(?!))?"
    found += [
        (unit, rf"(?<!\w)(?:{said}){gap}(?P<first>{_FIGURES}){nothing}{end}")
        for unit, said in unit_words_before(language).items()
    ]
    if short == "en":
        one = rf"(?<![\w.,$])(?P<first>an?){nothing}{_SPACE}+{besides}(?:%s){end}"
        found += [(unit, one % said) for unit, said in words.items() if unit != "dollar"]
    found.insert(0, ("dollar", rf"(?<![\w.,])(?:{MONEY}){_SPACE}*{amount % ''}{end}"))
    return tuple((unit, re.compile(said)) for unit, said in found)
