"""Every translation that ships calls things what docs/glossary.md calls them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

import pytest

from docservice.web.site.words import texts
from script.translate import catalogs
from tests.places import ROOT

PAGE = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
LANGUAGES = ("es", "zh-Hant", "zh-Hans", "vi", "tl", "ko", "fa", "ar", "ru", "hi", "pa", "hy", "ja", "km")
_MARKS = re.compile("[\u064b-\u0652\u0670\u200b-\u200d\u2066-\u2069]")


def rows(heading: str) -> list[list[str]]:
    """The table that begins with a cell of this name."""
    lines = PAGE[PAGE.index(f"| {heading} |") :].split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in (lines[0], *lines[2:])]


def plain(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFC", text)).casefold()


def words_of(cell: str) -> list[str]:
    first, *more = cell.split(" ~")
    return [plain(word.strip()) for word in (re.sub(r" ?[(（].*[)）]", "", first), *more)]


@cache
def terms() -> list[tuple[re.Pattern[str], dict[str, list[str]]]]:
    """The English of each term, longest first, and its words by language."""
    head, *listed = rows("English")
    assert tuple(head[1:]) == LANGUAGES
    found = [
        (
            re.compile(rf"\b{re.escape(row[0])}(?:s|es|d|ed|ing|ment)?\b", re.I),
            dict(zip(LANGUAGES, map(words_of, row[1:]), strict=True)),
        )
        for row in sorted(listed, key=lambda row: -len(row[0]))
    ]
    assert len(found) >= 40
    return found


@cache
def spoken(language: str) -> dict[str, str]:
    """English → translation, of every catalog."""
    return {
        f"{english} {plural or ''}": " ".join(forms)
        for catalog in catalogs(language)
        for english, plural, forms, _ in catalog.entries()
        if forms
    } | {f"{english} ": text for english, text in texts(language).items()}  # and those of the public site


def unlike(language: str) -> Iterator[str]:
    for english, text in spoken(language).items():
        said, rest = (
            plain(re.sub(r"%\(\w+\)s|\{\w+\}|<[^<>]*>", " ", text)),
            re.sub(r"%\(\w+\)s|\{\w+\}|\bFine, ", " ", english),
        )
        for term, words in terms():
            if term.search(rest):
                rest = term.sub(" ", rest)
                if not any(word in said for word in words[language]):
                    yield f"“{english.strip()[:90]}”: {term.pattern[2:25]} is not {words[language][0]}: {text[:90]}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_things_are_called_what_the_glossary_calls_them(language: str) -> None:
    assert list(unlike(language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_slip_of_before_comes_back(language: str) -> None:
    for tag, english, never, _ in rows("language")[1:]:
        if tag == language:
            wrong = [
                text
                for said, text in spoken(language).items()
                if re.search(rf"\b{re.escape(english)}", said, re.I) and plain(never) in plain(text)
            ]
            assert wrong == [], f"{english}: {never}"


def test_every_cell_has_a_term() -> None:
    assert all(words and all(words) for _, by_language in terms() for words in by_language.values())
