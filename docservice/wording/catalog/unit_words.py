"""How languages name what periods and money are counted in: CLDR's words, and what people write besides.

All patterns are for text as ``number_words.fold`` gives it: without case and marks. Of the languages that the town's
letters come in there are also working days, dollars, words without CLDR's classifier ("15 日" for "15 天").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

from babel import Locale, UnknownLocaleError

from docservice.wording.catalog.number_words import fold
from docservice.wording.messages import folder_of

RuleUnit = Literal["hour", "day", "business day", "week", "month", "year", "dollar"]

UNITS: tuple[RuleUnit, ...] = ("business day", "hour", "day", "week", "month", "year", "dollar")
"""The most particular first: ten business days are no ten days."""
MONEY = r"us\$|usd|\$"

_SAID: Mapping[str, Mapping[RuleUnit, str]] = {
    "en": {
        "business day": r"(?:business|working|court)[\s\u00a0-]+(?:\w+[\s\u00a0-]+)?days?", "hour": "hours?|hrs?",
        "day": "days?", "week": "weeks?|wks?", "month": "months?|mos?", "year": "years?|yrs?",
        "dollar": r"(?:u\.?s\.?[\s\u00a0]+)?dollars?",
    },
    "es": {
        "business day": "dias? (?:habil(?:es)?|laborables?)", "hour": "horas?", "day": "dias?", "week": "semanas?",
        "month": "mes(?:es)?", "year": "anos?", "dollar": "dolar(?:es)?",
    },
    "vi": {
        "business day": "ngày làm việc", "hour": "giờ|tiếng", "day": "ngày", "week": "tuần", "month": "tháng",
        "year": "năm", "dollar": "đô[ -]?la|mỹ kim",
    },
    "zh": {
        "business day": "[個个]?(?:工作|營業|营业|辦公|办公)[天日]",
        "hour": "[個个]?(?:小時|小时|鐘頭|钟头)",
        "day": "天|日", "week": "週|[個个]?(?:星期|禮拜|礼拜)", "month": "[個个]月", "year": "年",
        "dollar": "美元|美金|元|塊|块",
    },
    "ar": {
        "business day": "(?:يوما?|ايام) عمل", "hour": "ساعة|ساعات", "day": "يوما?|ايام", "week": "اسبوعا?|اسابيع",
        "month": "شهرا?|اشهر|شهور", "year": "سنة|سنوات|عاما?|اعوام", "dollar": "دولارا?|دولارات",
    },
}  # fmt: skip
_PAIRS: Mapping[str, Mapping[RuleUnit, str]] = {
    "ar": {
        "hour": "ساعتان|ساعتين", "day": "يومان|يومين", "week": "اسبوعان|اسبوعين", "month": "شهران|شهرين",
        "year": "سنتان|سنتين|عامان|عامين",
    },
}  # fmt: skip
# What makes another thing of it: an age, a date ("ngày 15 tháng 6 năm 2026").
_NOT: Mapping[str, str] = {
    "en": r"[\s\u00a0-]+(?:of[\s\u00a0]+age|old)\b", "es": " de edad", "vi": r" tuổi|\s*\d", "ar": " من العمر",
}  # fmt: skip


def unit_words(language: str) -> Mapping[RuleUnit, str]:
    """For each unit a pattern of the words that follow a number; an age or a date is none."""
    short = language_of(language)
    found: dict[RuleUnit, str] = {}
    for unit in UNITS:
        forms = [_SAID.get(short, {}).get(unit, ""), *(after for before, after in _cldr(language, unit))]
        words = "|".join(dict.fromkeys(form for form in forms if form))
        if words:
            found[unit] = f"(?:{words})" + (f"(?!{_NOT[short]})" if short in _NOT else "")
    return found


def unit_words_before(language: str) -> Mapping[RuleUnit, str]:
    """For each unit a pattern of the words that a number follows ("siku 15"), in a language that has it so."""
    found = {unit: "|".join(before for before, _ in _cldr(language, unit) if before) for unit in UNITS}
    return {unit: f"(?:{words})" for unit, words in found.items() if words}


def pairs(language: str) -> Mapping[RuleUnit, str]:
    """Words for two of a unit, where a language has one."""
    return _PAIRS.get(language_of(language), {})


def language_of(tag: str) -> str:
    """The language of a tag, without script and region."""
    return tag.partition("-")[0].lower()


@lru_cache(maxsize=256)
def _cldr(language: str, unit: RuleUnit) -> tuple[tuple[str, str], ...]:
    """What stands before and after the number, long and short.

    A short form of one letter is left out: "10 a 15 días" counts no años. One character of Chinese is a word.
    """
    try:
        named: Any = Locale.parse(folder_of(language))._data["unit_patterns"].get(f"duration-{unit}", {})
    except (UnknownLocaleError, ValueError, KeyError):
        return ()
    found = []
    for length in ("long", "short"):
        for form in named.get(length, {}).values():
            before, _, after = (fold(part, language).strip() for part in str(form).partition("{0}"))
            word = before or after
            if "{0}" in str(form) and word and not (len(word.strip(".")) == 1 and word.strip(".") < "\u3000"):
                found.append((re.escape(before), re.escape(after)))
    return tuple(dict.fromkeys(found))
