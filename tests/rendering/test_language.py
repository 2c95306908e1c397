"""Dates, times, money and lists in each language of the town."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal

import pytest
from babel import Locale
from babel.localedata import locale_identifiers
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from docservice.rendering import language as lang
from docservice.rendering.composing.punctuation import tidy
from docservice.rendering.letters.typst_language import split_language
from docservice.town.phrases import UNITS
from docservice.town.translations import Language

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
    assert lang.long_date(date(2026, 6, 29), language) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "Monday, June 29, 2026"), ("es", "lunes, 29 de junio de 2026"), ("zh-Hant", "2026年6月29日 星期一")],
)
def test_weekday_date(language: str, expected: str) -> None:
    assert lang.weekday_date(date(2026, 6, 29), language) == expected


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
        (2, "es", "2.ª"),
        (1, "zh-Hant", "第1次"),
        (1, "vi", "thứ nhất"),
        (3, "vi", "thứ ba"),
        (11, "vi", "thứ 11"),
        (2, "ar", "الثانية"),
        (3, "ru", "3-й"),
        (2, "ko", "2회째"),
        (1, "hi", "पहली"),
        (9, "hi", "9वीं"),
        (1, "km", "លើកទី 1"),
        (7, "eo", "7"),
    ],
)
def test_ordinal(value: int, language: str, expected: str) -> None:
    assert lang.ordinal(value, language) == expected


def test_ordinals_of_documents_of_before() -> None:
    assert [lang.ordinal(2, tag, of_before=True) for tag in ("en", "es", "vi", "ar")] == ["2nd", "2.º", "thứ hai", "2"]


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


_WAYS = {
    "rtl": "ar fa he ur ps ug sd yi dv ckb syr nqo az-Arab az-IR pa-Arab pa-PK ks uz-AF ff-Adlm rhg prs pes arb iw "
    "ku-Arab sdh lrc bal aii ms-Arab kk-CN ha-Arab und-Arab AR",
    "ltr": "en es zh-Hant zh-Hans vi tl ko ru hi pa hy ja km ht hmn mww hnj chr nv haw yo ks-Deva sd-Deva sd-IN "
    "he-Latn ar-Latn az ku uz ff mn-Mong en-x-arab xx-yy klingon tlh qaa",
}


@pytest.mark.parametrize(("tag", "way"), [(tag, way) for way, tags in _WAYS.items() for tag in tags.split()])
def test_every_place_reads_a_language_the_same_way(tag: str, way: str) -> None:
    """The wording, a name on the page, a tagline, the translator's page, lint."""
    assert lang.direction(tag) == way
    assert split_language(tag)["dir"] == way
    said = Language(tag, "Name", "Name", False, "{phone}", direction="ltr" if way == "rtl" else "rtl")
    assert said.direction == way  # whatever a pack says
    assert tidy("8–17", tag) == ("\u20668–17\u2069" if way == "rtl" else "8–17")


@pytest.mark.parametrize(
    ("tag", "long", "full", "short"),
    [
        ("ht", "29 jen 2026", "lendi 29 jen 2026", "29 jen 2026"),
        ("ht-HT", "29 jen 2026", "lendi 29 jen 2026", "29 jen 2026"),
        ("fr", "29 juin 2026", "lundi 29 juin 2026", "29 juin 2026"),
        ("haw", "29 Iune 2026", "Poʻakahi, 29 Iune 2026", "29 Iun. 2026"),
        ("chr", "ᏕᎭᎷᏱ 29, 2026", "ᎤᎾᏙᏓᏉᏅᎯ, ᏕᎭᎷᏱ 29, 2026", "ᏕᎭ 29, 2026"),
        # CLDR has the month in full only
        ("ur", "29 جون، 2026", "پیر، 29 جون، 2026", "29 جون، 2026"),
        ("ps", "2026 جون 29", "دونۍ د 2026 د جون 29", "2026 جون 29"),
        # CLDR has no months, or does not know the language
        *(
            (tag, *["2026-06-29"] * 3)
            for tag in ("hmn", "mww", "nv", "sm", "ilo", "dv", "quc", "rhg", "zh-Latn", "qaa")
        ),
    ],
)
def test_dates_are_never_another_languages(tag: str, long: str, full: str, short: str) -> None:
    assert (lang.long_date(DAY, tag), lang.weekday_date(DAY, tag), lang.short_date(DAY, tag)) == (long, full, short)


def test_no_date_shows_the_gaps_of_cldr() -> None:
    for tag in (identifier.replace("_", "-") for identifier in locale_identifiers() if len(identifier) <= 3):
        for text in (lang.long_date(DAY, tag), lang.weekday_date(DAY, tag), lang.short_date(DAY, tag)):
            assert not re.search(r"M(0[1-9]|1[0-2])|\bMon\b", text) or tag in ("en", "mi", "nmg"), (tag, text)
            assert "29" in text
            assert tag == "fr" or "juin" not in text, (tag, text)


@pytest.mark.parametrize("tag", ["ht", "hmn", "mww", "qaa", "klingon", "nv"])
def test_a_language_that_cldr_has_no_words_for_stops_nothing(tag: str) -> None:
    assert lang.long_time(time(15, 30), tag) == "3:30\u00a0p.m."
    assert lang.listing(["a", "b", "c"], tag) == ("a, b ak c" if tag == "ht" else "a, b, and c")
    assert lang.duration(14, "day", tag) == ("14 jou" if tag == "ht" else "14 days")
    assert "créole" not in lang.language_name(tag)
    assert lang.language_name(tag)


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
        ("zh-Hans", time(12), "中午12:00"),
        ("ko", time(15, 30), "오후\u00a03:30"),
        ("ja", time(0, 5), "午前12:05"),
        ("ru", time(22, 50), "10:50\u00a0вечера"),
        ("fa", time(9), "9:00\u00a0صبح"),
        ("hi", time(23, 59), "रात\u00a011:59"),
        ("pa", time(15, 59), "ਦੁਪਹਿਰ\u00a03:59"),
        ("hy", time(10), "10:00\u00a0առավոտյան"),
        ("km", time(16), "4:00\u00a0រសៀល"),
        ("tl", time(9), "9:00\u00a0AM"),
    ],
)
def test_times_have_twelve_hours_as_on_a_poster_in_the_united_states(language: str, at: time, expected: str) -> None:
    assert lang.long_time(at, language) == expected


MEASURED = {
    "es": "6 pies", "zh-Hant": "6 英尺", "zh-Hans": "6英尺", "vi": "6 bộ (feet)", "tl": "6 na talampakan",
    "ko": "6피트",
    "fa": "6 فوت", "ar": "6 أقدام", "ru": "6 футов", "hi": "6 फ़ीट", "pa": "6 ਫੁੱਟ", "hy": "6 ֆուտ", "ja": "6 フィート",
    "km": "6 ហ្វីត",
}  # fmt: skip


@pytest.mark.parametrize("language", MEASURED)
def test_a_measure_keeps_its_figures_and_has_the_units_of_the_language(language: str) -> None:
    assert lang.measure("6", "foot", language) == MEASURED[language]
    for unit in sorted(set(UNITS.values())):
        said = lang.measure("1½", unit, language)
        assert "1½" in said
        english = unit.replace("-", " ")
        assert not said.endswith(english) or language in ("tl", "vi", "es"), said  # volt, inch, yard are borrowed
    assert lang.measure("1,840", "square-foot", "es") == "1,840 pies cuadrados"
    assert lang.measure("60", "minute", language) == lang.duration(60, "minute", language)


def test_languages_of_the_town_have_words_and_figures() -> None:
    for language in MEASURED:
        shown = [
            lang.long_date(date(2026, 6, 29), language),
            lang.weekday_date(date(2026, 6, 29), language),
            lang.long_time(time(15, 30), language),
        ]
        shown += [lang.duration(n, unit, language) for n in (1, 2, 5, 11, 30) for unit in ("day", "month", "minute")]
        for text in shown:
            assert all(not c.isdigit() or c.isascii() for c in text), text
            assert not {"day", "month", "AM", "PM"} & set(text.split()) or language == "tl", text
