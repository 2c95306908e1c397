"""Plural forms are CLDR's, in every language that CLDR has a rule for."""

from __future__ import annotations

import gettext
import json
from pathlib import Path

import pytest
from babel import localedata
from babel.messages.catalog import Catalog
from babel.plural import PluralRule as CldrRule

from docservice import shipped
from docservice.town import load_pack
from docservice.wording.plurals import plural_rule, recast, recast_all

_CLDR = json.loads((Path(__file__).parent / "data/cldr_plurals.json").read_text(encoding="utf-8"))["rules"]
_ORDER = ("zero", "one", "two", "few", "many", "other")
_FAR = (*range(1001), 1_002, 1_011, 2_000, 20_000, 40_000, 99_999, 100_000, 100_011, 123_456, 999_999)
_BABEL_ARABIC = "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=0 && n%100<=2 ? 4 : 5)"


def _of_cldr(tag: str) -> dict[str, str]:
    parts = tag.split("-")
    for length in range(len(parts), 0, -1):
        for rule in _CLDR:
            if "-".join(parts[:length]) in rule["locales"].split():
                return dict(rule["categories"])
    return {}


def _every_tag() -> list[str]:
    known = {tag for rule in _CLDR for tag in rule["locales"].split()} - {"und"}
    towns = {one.tag for one in load_pack(shipped.folder("town") / "madrona-hills").languages}
    return sorted(known | towns | {"zh-Hans-US", "es-US", "ar-EG", "az-Arab", "hmn", "mww", "nv", "haw", "chr", "ilo"})


@pytest.mark.parametrize("tag", _every_tag())
def test_every_language_counts_as_cldr_has_it(tag: str) -> None:
    cldr = CldrRule(_of_cldr(tag))
    told = [cldr(n) for n in _FAR]
    categories = [one for one in _ORDER if one in told]
    rule = plural_rule(tag)
    pick = gettext.c2py(rule.expression)
    assert [pick(n) for n in _FAR] == [categories.index(one) for one in told]
    assert rule.count == len(categories)


def test_a_language_that_cldr_does_not_count_in_has_one_form() -> None:
    assert [plural_rule(tag).count for tag in ("nv", "hmn", "mww", "qaa")] == [1, 1, 1, 1]


@pytest.mark.parametrize(("number", "form"), [(0, 0), (1, 1), (2, 2), (3, 3), (10, 3), (11, 4), (99, 4), (100, 5),
                                              (102, 5), (103, 3), (111, 4), (201, 5)])  # fmt: skip
def test_arabic_picks_many_for_11_to_99_and_other_for_100(number: int, form: int) -> None:
    assert gettext.c2py(plural_rule("ar").expression)(number) == form


def test_forms_written_by_babels_arabic_rule_change_places() -> None:
    written = ("zero", "one", "two", "few", "hundred", "many")
    assert recast(written, _BABEL_ARABIC, "ar") == ("zero", "one", "two", "few", "many", "hundred")


@pytest.mark.parametrize("tag", sorted(tag for tag in localedata.locale_identifiers() if "_" not in tag))
def test_what_babels_rule_printed_for_a_number_is_printed_for_it_still_or_left_out(tag: str) -> None:
    old = Catalog(locale=tag)
    words = tuple(f"form {index}" for index in range(old.num_plurals))
    kept = recast_all({"a": words}, old.plural_expr, tag).get("a")
    if kept is not None:
        before, now = gettext.c2py(old.plural_expr), gettext.c2py(plural_rule(tag).expression)
        assert [kept[now(n)] for n in range(1001)] == [words[before(n)] for n in range(1001)]


@pytest.mark.parametrize(
    ("tag", "theirs", "forms", "wanted"),
    [
        ("es", "n == 1 ? 0 : n != 0 && n % 1000000 == 0 ? 1 : 2", ("uno", "millones", "más"), ("uno", "más")),
        ("fr", "(n > 1)", ("un", "deux"), ("un", "deux")),
        ("ru", "n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2", ("1", "2", "5"),
         ("1", "2", "5")),
        ("cs", "(n==1) ? 0 : (n>=2 && n<=4) ? 1 : 2", ("1", "2", "5"), ("1", "2", "5")),
        ("cs", "n == 1 ? 0 : n >= 2 && n <= 4 ? 1 : n != n ? 2 : 3", ("1", "2", "½", "5"), ("1", "2", "5")),
        ("vi", "0", ("một",), ("một",)),
        ("vi", "n != 1", ("một", "một"), ("một",)),  # told apart, in the same words
        ("vi", "n != 1", ("một", "hai"), None),
        ("ar", "n != 1", ("one", "many"), None),  # six forms are wanted
        ("es", "n != 1", ("uno",), None),
        ("es", "n % 0", ("uno", "dos"), None),
        ("es", "__import__('os')", ("uno", "dos"), None),
        ("es", "n - 5", ("uno", "dos"), None),
    ],
)  # fmt: skip
def test_forms_of_another_rule(tag: str, theirs: str, forms: tuple[str, ...], wanted: tuple[str, ...] | None) -> None:
    assert recast(forms, theirs, tag) == wanted
