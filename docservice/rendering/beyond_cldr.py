"""Languages that CLDR has no words for, or has only another language's: what dates, lists and spans are written with.

CLDR gives Haitian Creole the French months, and many languages none at all ("2026 M06 29"). Words of our own stand here
with their source; where there are none either, a date is written in figures, year first (2026-06-29), and lists and
spans of time as in the English beside it. To add a language, add its words here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global

# Locales whose CLDR data come from another language's (parentLocales), but that have words of their own.
_OWN_WORDS = frozenset({"nb", "nn"})


@dataclass(frozen=True, slots=True)
class LanguageWords:
    """What a language is written with. ``units``: unit → one, many. ``weekdays`` begin on Monday."""

    name: str
    months: tuple[str, ...]
    short_months: tuple[str, ...]
    weekdays: tuple[str, ...]
    conjunction: str
    units: Mapping[str, tuple[str, str]]

    def long_date(self, day: date) -> str:
        return f"{day.day} {self.months[day.month - 1]} {day.year}"

    def weekday_date(self, day: date) -> str:
        return f"{self.weekdays[day.weekday()]} {self.long_date(day)}"

    def short_date(self, day: date) -> str:
        return f"{day.day} {self.short_months[day.month - 1]} {day.year}"

    def listing(self, items: Sequence[str]) -> str:
        *before, last = items
        return f"{', '.join(before)} {self.conjunction} {last}" if before else last

    def duration(self, count: int, unit: str) -> str:
        return f"{count} {self.units[unit][count != 1]}"


OURS: Mapping[str, LanguageWords] = {
    # Months and days: dayjs 1.11 (MIT), locale ht, which agrees with OpenMRS's in Haiti. Nouns have no plural form.
    "ht": LanguageWords(
        "Kreyòl ayisyen",
        ("janvye", "fevriye", "mas", "avril", "me", "jen", "jiyè", "out", "septanm", "oktòb", "novanm", "desanm"),
        ("jan.", "fev.", "mas", "avr.", "me", "jen", "jiyè", "out", "sept.", "okt.", "nov.", "des."),
        ("lendi", "madi", "mèkredi", "jedi", "vandredi", "samdi", "dimanch"),
        "ak",
        {
            "minute": ("minit", "minit"), "hour": ("èdtan", "èdtan"), "day": ("jou", "jou"),
            "week": ("semèn", "semèn"), "month": ("mwa", "mwa"), "year": ("ane", "ane"),
        },
    ),
}  # fmt: skip


def words(language: str) -> LanguageWords | None:
    """Our own words for a language (BCP 47), where it has some."""
    return OURS.get(language.partition("-")[0].lower())


@lru_cache(maxsize=256)
def in_cldr(language: str) -> bool:
    """Whether CLDR has month names for a language that are its own."""
    try:
        locale = Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return False
    name = "_".join(part for part in (locale.language, locale.script) if part)
    parent = get_global("parent_exceptions").get(name) or get_global("parent_exceptions").get(locale.language, "")
    borrowed = parent.partition("_")[0] not in ("", "root", locale.language) and locale.language not in _OWN_WORDS
    return not borrowed and not any(month.startswith("M0") for month in locale.months["format"]["wide"].values())
