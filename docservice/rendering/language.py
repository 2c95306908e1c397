"""Dates, times, money, numbers and lists as a reader of one language expects them.

Babel (CLDR) does the work; ``beyond_cldr`` has the languages that it has no words for. Three decisions are ours:

- Figures never change between languages: digits are Latin and money and numbers are written as in the
  United States (``$1,500.00``) in every language, so that a translation, its original, the payment stub and a
  check written by the reader show one and the same amount.
- A language without a region is read as it is written in the United States: times of day have twelve hours, since a
  reader in town would look for "3:30 p.m." on a poster, not for "15:30".
- Narrow no-break spaces, which CLDR puts before "PM" and between digits, become ordinary no-break spaces:
  every font has those.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit
from markupsafe import Markup, escape

from docservice.casefile.direction import Direction, direction
from docservice.rendering.beyond_cldr import in_cldr, words
from docservice.wording.messages import folder_of, tag_of

__all__ = [
    "Direction", "direction", "duration", "folder_of", "language_name", "listing", "locale_of", "long_date",
    "long_time", "measure", "money", "number", "ordinal", "percent", "short_date", "tag_of", "weekday_date",
]  # fmt: skip

_FIGURES = "en_US"
_NARROW_SPACE = "\u202f"
_NO_WEEKDAYS = "Mon"  # as CLDR's root has it; English itself writes "Monday"
_AT_HOME = {"es": "es_US"}  # CLDR's other languages have no locale for the United States
_TWELVE_HOURS = {"vi": "h:mm B"}  # 24 hours in CLDR; Vietnamese says the part of the day: "3:30 chiều"
_MONTH_AND_YEAR = re.compile(r"(tháng \d+), (\d+)")
_NOON = {"vi": "h:mm b"}  # "12:00 trưa"
# 24 hours in CLDR, or English letters: how a clock with twelve is said, and before which hour which part of the day.
_PARTS_OF_DAY: dict[str, tuple[str, tuple[tuple[int, str], ...]]] = {
    "zh-Hans": ("{part}{time}", ((12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))),
    "ko": ("{part} {time}", ((12, "오전"), (24, "오후"))),
    "ja": ("{part}{time}", ((12, "午前"), (24, "午後"))),
    "ru": ("{time} {part}", ((4, "ночи"), (12, "утра"), (17, "дня"), (24, "вечера"))),
    "hy": ("{time} {part}", ((12, "առավոտյան"), (18, "ցերեկը"), (24, "երեկոյան"))),
    "fa": ("{time} {part}", ((12, "صبح"), (13, "ظهر"), (19, "بعدازظهر"), (24, "شب"))),
    "hi": ("{part} {time}", ((12, "सुबह"), (16, "दोपहर"), (20, "शाम"), (24, "रात"))),
    "pa": ("{part} {time}", ((12, "ਸਵੇਰੇ"), (16, "ਦੁਪਹਿਰ"), (20, "ਸ਼ਾਮ"), (24, "ਰਾਤ"))),
    "km": ("{time} {part}", ((12, "ព្រឹក"), (13, "ថ្ងៃត្រង់"), (17, "រសៀល"), (20, "ល្ងាច"), (24, "យប់"))),
}
_NAMES = {"tl": "Tagalog"}  # CLDR calls it Filipino


@lru_cache(maxsize=64)
def locale_of(language: str) -> Locale:
    """Babel's locale for a BCP 47 tag; English where CLDR has no words for the language (``beyond_cldr``)."""
    return Locale.parse(_AT_HOME.get(language) or folder_of(language) if in_cldr(language) else _FIGURES)


def language_name(language: str, inside: str | None = None) -> str:
    """The name of ``language``, in the language ``inside`` or in itself: ``es`` → "español"."""
    ours = words(language)
    if ours is not None and inside in (None, language):
        return ours.name
    if language in _NAMES and inside in (None, language):
        return _NAMES[language]
    try:
        named = Locale.parse(folder_of(language))
    except (UnknownLocaleError, ValueError):
        return str(Locale("en").languages.get(language.partition("-")[0], language))
    return named.get_display_name(folder_of(inside or language) if in_cldr(inside or language) else "en") or language


@lru_cache(maxsize=4096)
def long_date(value: date, language: str) -> str:
    """``2026-06-29`` → "June 29, 2026"."""
    if not in_cldr(language):
        ours = words(language)
        return ours.long_date(value) if ours is not None else value.isoformat()
    return _dated(format_date(value, "long", locale=locale_of(language)), value, language)


@lru_cache(maxsize=4096)
def weekday_date(value: date, language: str) -> str:
    """``2026-06-29`` → "Monday, June 29, 2026"."""
    if not in_cldr(language):
        ours = words(language)
        return ours.weekday_date(value) if ours is not None else value.isoformat()
    if locale_of(language).days["format"]["wide"][0] == _NO_WEEKDAYS:
        return long_date(value, language)
    return _dated(format_date(value, "full", locale=locale_of(language)), value, language)


def day_of_year(value: date, language: str) -> str:
    """A day that comes every year: ``2026-06-01`` → "June 1", "1 de junio", "6月1日"."""
    if not in_cldr(language):
        return f"{value:%m-%d}"
    return _dated(format_skeleton("MMMMd", value, locale=locale_of(language)), value, language)


@lru_cache(maxsize=4096)
def short_date(value: date, language: str) -> str:
    """A date for a narrow table column, its month still a word: "Jun 29, 2026"."""
    if not in_cldr(language):
        ours = words(language)
        return ours.short_date(value) if ours is not None else value.isoformat()
    return _dated(format_skeleton("yMMMd", value, locale=locale_of(language)), value, language, spelled=False)


def long_time(value: time, language: str) -> str:
    """``15:30`` → "3:30 p.m.", in Vietnamese "3:30 chiều", elsewhere CLDR's short form."""
    if language == "en" or not in_cldr(language):
        hour = value.hour % 12 or 12
        return f"{hour}:{value.minute:02d}\u00a0{'a.m.' if value.hour < 12 else 'p.m.'}"
    if language in _PARTS_OF_DAY:
        form, parts = _PARTS_OF_DAY[language]
        part = next(word for before, word in parts if value.hour < before)
        return form.format(part=part, time=f"{value.hour % 12 or 12}:{value.minute:02d}").replace(" ", "\u00a0")
    spoken = _NOON if value == time(12) else _TWELVE_HOURS
    text = format_time(value, spoken.get(language, "short"), locale=locale_of(language))
    return _plain_space(text).replace(" ", "\u00a0")


@lru_cache(maxsize=1024)
def money(value: Decimal) -> str:
    """``Decimal("1500")`` → "$1,500.00", the same in every language."""
    return str(format_currency(value, "USD", locale=_FIGURES))


def number(value: int | Decimal) -> str:
    """``3600`` → "3,600", the same in every language."""
    return str(format_decimal(value, locale=_FIGURES))


def percent(value: Decimal | float) -> str:
    """``Decimal("0.1")`` → "10%"."""
    return str(format_percent(value, locale=_FIGURES))


def duration(count: int, unit: str, language: str) -> str:
    """``(14, "day")`` → "14 days", "14 días", "14 يومًا". ``unit``: minute, hour, day, week, month or year."""
    ours = words(language)
    if ours is not None:
        return ours.duration(count, unit)
    name, locale = f"duration-{unit}", locale_of(language)
    text = format_unit(count, name, length="long", locale=locale)
    if name in text:
        # CLDR leaves the long form out where it is the short one; Babel does not look there.
        text = format_unit(count, name, length="short", locale=locale)
    if language == "tl":  # CLDR's plural, which a number does not take
        text = text.replace(" mga ", " " if count == 1 else " na ")
    return _plain_space(text)


# What CLDR leaves in English.
_UNITS = {
    ("vi", "foot"): {"other": "{0} bộ (feet)"},
    ("vi", "square-foot"): {"other": "{0} bộ vuông (square feet)"},
    ("ar", "foot"): {"few": "{0} أقدام", "many": "{0} قدمًا", "other": "{0} قدم"},
    ("fa", "foot"): {"other": "{0} فوت"},
    ("fa", "inch"): {"other": "{0} اینچ"},
    ("pa", "foot"): {"other": "{0} ਫੁੱਟ"},
    ("pa", "inch"): {"other": "{0} ਇੰਚ"},
    ("pa", "gallon"): {"other": "{0} ਗੈਲਨ"},
    ("zh-Hant", "gallon"): {"other": "{0} 加侖"},
    ("ar", "gallon"): {"other": "{0} غالون"},
    ("fa", "square-inch"): {"other": "{0} اینچ مربع"},
    ("hy", "pound"): {"other": "{0} ֆունտ"},
    ("pa", "pound"): {"other": "{0} ਪੌਂਡ"},
    ("zh-Hant", "pound"): {"other": "{0} 磅"},
    ("zh-Hant", "square-inch"): {"other": "{0} 平方英寸"},
}
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 0.33, "⅔": 0.67, "⅛": 0.125, "⅜": 0.375, "⅝": 0.625, "⅞": 0.875}
_TIMES = ("minute", "hour", "day", "week", "month", "year")
_KINDS = {
    "square": "area", "cubic": "volume", "gallon": "volume", "fahrenheit": "temperature", "pound": "mass",
    "volt": "electric",
}  # fmt: skip


def measure(number: str, unit: str, language: str) -> str:
    """``("1½", "inch")`` → "1½ inches", "1½ pulgadas": the figures as they are written, the unit by CLDR's name."""
    if unit in _TIMES:
        return duration(int(number), unit, language) if number.isdecimal() else _fractional(number, unit, language)
    if not in_cldr(language):
        return f"{number} {unit.replace('-', ' ')}"
    locale, name = locale_of(language), _unit_name(unit)
    fraction = _FRACTIONS.get(number[-1:], 0)
    value = float((number[:-1] if fraction else number).replace(",", "") or 0) + fraction
    patterns = locale._data["unit_patterns"].get(name, {})
    forms = _UNITS.get((language, unit)) or patterns.get("long") or patterns.get("short") or {}
    pattern = forms.get(locale.plural_form(int(value) if value == int(value) else value)) or forms.get("other")
    return _plain_space(pattern.replace("{0}", number)) if pattern else f"{number} {unit.replace('-', ' ')}"


def _fractional(number: str, unit: str, language: str) -> str:
    """A fraction of time takes the form that five takes, where the language has none of its own."""
    return duration(5, unit, language).replace("5", number)


def _unit_name(unit: str) -> str:
    kind = _KINDS.get(unit.partition("-")[0], "duration" if unit in _TIMES else "length")
    return f"{kind}-{unit}"


_ORDINAL_FORMS = {
    "es": "{}.ª",
    "zh-Hant": "第{}次",
    "zh-Hans": "第{}次",
    "ja": "第{}回",
    "vi": "thứ {}",
    "tl": "ika-{}",
    "ko": "{}회째",
    "ru": "{}-й",
    "hy": "{}-րդ",
    "km": "លើកទី {}",
    "hi": "{}वीं",
    "pa": "{}ਵੀਂ",
    "fa": "{}م",
}
_ORDINAL_WORDS = {
    "vi": ("nhất", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười"),
    "ar": ("الأولى", "الثانية", "الثالثة", "الرابعة", "الخامسة"),
    "hy": ("1-ին",),
    "hi": ("पहली", "दूसरी", "तीसरी", "चौथी"),
    "pa": ("ਪਹਿਲੀ", "ਦੂਜੀ", "ਤੀਜੀ", "ਚੌਥੀ"),
    "fa": ("اول", "دوم", "سوم", "چهارم"),
}


_ORDINALS_BEFORE = {"es": "{}.º", "ar": "{}"}


def ordinal(value: int, language: str, *, of_before: bool = False) -> str:
    """Which time: ``2`` → "2nd", "2.ª", "第2次", "thứ hai", "الثانية"; else the bare figure.

    ``of_before``: as documents have it whose rules are of before there were translations beside them.
    """
    if of_before and language in _ORDINALS_BEFORE:
        return _ORDINALS_BEFORE[language].format(value)
    if language == "en":
        teen = value % 100 in (11, 12, 13)
        return f"{value}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(value % 10, 'th')}"
    said = _ORDINAL_WORDS.get(language, ())
    whole = 0 < value <= len(said)
    form = "{}" if whole and language != "vi" else _ORDINAL_FORMS.get(language, "{}")
    word = said[value - 1] if whole else value
    return form.format(word)


def listing(items: Sequence[object], language: str) -> Markup:
    """``a, b and c`` in the language's own manner. Each item is escaped, or keeps its own markup."""
    escaped, ours = [str(escape(item)) for item in items], words(language)
    if ours is not None and escaped:
        return Markup(ours.listing(escaped))
    return Markup(_plain_space(format_list(escaped, locale=locale_of(language))))


def _dated(text: str, day: date, language: str, *, spelled: bool = True) -> str:
    # Where CLDR has the month only in full, a pattern that wants it short gets "M06".
    text = text.replace(f"M{day.month:02}", locale_of(language).months["format"]["wide"][day.month])
    # CLDR has "29 tháng 6, 2026"; in a sentence Vietnamese says the word for year.
    return _plain_space(_MONTH_AND_YEAR.sub(r"\1 năm \2", text) if language == "vi" and spelled else text)


def _plain_space(text: str) -> str:
    return text.replace(_NARROW_SPACE, "\u00a0")
