"""Dates, times, money and lists in each language of the town."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest
from babel import Locale
from babel.localedata import locale_identifiers
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from docservice.refusal import Refusal
from docservice.rendering import language as lang

LANGUAGES = ("en", "es", "zh-Hant", "vi", "ar")
DAY = date(2026, 6, 29)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "June 29, 2026"),
        ("es", "29 de junio de 2026"),
        ("zh-Hant", "2026年6月29日"),
        ("vi", "29 tháng 6 năm 2026"),
        ("ar", "29 يونيو 2026"),
    ],
)
def test_long_date(language: str, expected: str) -> None:
    assert lang.long_date(DAY, language) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "Monday, June 29, 2026"), ("es", "lunes, 29 de junio de 2026"), ("zh-Hant", "2026年6月29日 星期一")],
)
def test_weekday_date(language: str, expected: str) -> None:
    assert lang.weekday_date(DAY, language) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (time(0, 5), "12:05\u00a0a.m."),
        (time(9, 30), "9:30\u00a0a.m."),
        (time(12), "12:00\u00a0p.m."),
        (time(22, 50), "10:50\u00a0p.m."),
    ],
)
def test_time_in_english(at: time, expected: str) -> None:
    assert lang.long_time(at, "en") == expected


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 1, 1)), st.sampled_from(LANGUAGES))
def test_digits_are_latin_in_every_language(day: date, language: str) -> None:
    for text in (lang.long_date(day, language), lang.short_date(day, language), lang.weekday_date(day, language)):
        assert str(day.year) in text
        assert all(c in "0123456789" for c in text if c.isdigit())
        assert "\u202f" not in text


@pytest.mark.parametrize(
    ("amount", "expected"), [("1500", "$1,500.00"), ("0", "$0.00"), ("1234567.8", "$1,234,567.80")]
)
def test_money(amount: str, expected: str) -> None:
    assert lang.money(Decimal(amount)) == expected


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "<b>, &amp;, and c"), ("es", "<b>, &amp; y c"), ("zh-Hant", "<b>、&amp;和c")]
)
def test_listing_escapes_each_item(language: str, expected: str) -> None:
    assert lang.listing([Markup("<b>"), "&", "c"], language) == expected


@pytest.mark.parametrize(
    ("count", "unit", "language", "expected"),
    [
        (1, "day", "en", "1 day"),
        (14, "day", "es", "14 días"),
        (24, "month", "en", "24 months"),
        (1, "month", "es", "1 mes"),
        (20, "day", "vi", "20 ngày"),
        (24, "month", "zh-Hant", "24 個月"),
        (20, "day", "ar", "20 يومًا"),
    ],
)
def test_duration(count: int, unit: str, language: str, expected: str) -> None:
    assert lang.duration(count, unit, language) == expected


@pytest.mark.parametrize(
    ("value", "language", "expected"),
    [
        (1, "en", "1st"),
        (2, "en", "2nd"),
        (3, "en", "3rd"),
        (11, "en", "11th"),
        (112, "en", "112th"),
        (23, "en", "23rd"),
        (2, "es", "2.º"),
        (1, "zh-Hant", "第1次"),
        (1, "vi", "thứ nhất"),
        (3, "vi", "thứ ba"),
        (11, "vi", "thứ 11"),
        (2, "ar", "2"),
    ],
)
def test_ordinal(value: int, language: str, expected: str) -> None:
    assert lang.ordinal(value, language) == expected


@pytest.mark.parametrize(("language", "expected"), [("ar", "rtl"), ("fa", "rtl"), ("en", "ltr"), ("zh-Hant", "ltr")])
def test_direction(language: str, expected: str) -> None:
    assert lang.direction(language) == expected


def test_direction_is_that_of_cldr_for_every_language_it_has() -> None:
    for identifier in locale_identifiers():
        expected = "rtl" if Locale.parse(identifier).text_direction == "rtl" else "ltr"
        assert lang.direction(identifier.replace("_", "-")) == expected, identifier


def test_language_names() -> None:
    assert lang.language_name("es") == "español"
    assert lang.language_name("zh-Hant", "en") == "Chinese (Traditional)"


@pytest.mark.parametrize("tag", LANGUAGES)
def test_folder_names_and_tags_are_each_others_inverse(tag: str) -> None:
    assert lang.tag_of(lang.folder_of(tag)) == tag


@pytest.mark.parametrize("tag", ["", "klingon", "x-1", "../etc"])
def test_unknown_language_is_refused(tag: str) -> None:
    with pytest.raises(Refusal) as refused:
        lang.direction(tag)
    assert refused.value.code == "language.unknown"


@pytest.mark.parametrize(
    ("language", "at", "expected"),
    [
        ("es", time(15, 30), "3:30\u00a0p.m."),
        ("es", time(9), "9:00\u00a0a.m."),
        ("zh-Hant", time(15, 30), "下午3:30"),
        ("vi", time(9), "9:00\u00a0sáng"),
        ("vi", time(12), "12:00\u00a0trưa"),
        ("vi", time(15, 30), "3:30\u00a0chiều"),
        ("vi", time(22, 50), "10:50\u00a0đêm"),
        ("ar", time(15, 30), "3:30\u00a0م"),
    ],
)
def test_times_have_twelve_hours_as_on_a_poster_in_the_united_states(language: str, at: time, expected: str) -> None:
    assert lang.long_time(at, language) == expected
