"""Catalogs follow the wording, and nothing else moves them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from docservice import shipped
from docservice.wording.catalog.updating import update_catalogs
from docservice.wording.messages import read_catalog
from docservice.wording.plurals import plural_rule


def test_new_sentences_come_in_and_translations_stay(shop: Path) -> None:
    changed = update_catalogs(shop, ["es", "zh-Hant"])
    assert len(changed) == 4
    assert update_catalogs(shop) == ()  # twice changes nothing
    path = shop / "locales" / "es" / "LC_MESSAGES" / "demo.po"
    text = path.read_text()
    assert "Una carta" in text
    assert "Date" not in text
    assert read_catalog(path, "es").review == "approved"
    assert text.index('"A letter"') < text.index('"Hello %(name)s, good day."') < text.index('"One tree."')
    assert (shop / "locales" / "zh_Hant" / "LC_MESSAGES" / "clauses.po").is_file()


def test_a_changed_sentence_is_an_untranslated_one(shop: Path) -> None:
    update_catalogs(shop)
    wording = shop / "letters" / "demo" / "letter.html"
    wording.write_text(wording.read_text().replace("A letter", "A long letter"))
    assert [path.name for path in update_catalogs(shop)] == ["demo.po"]
    catalog = read_catalog(shop / "locales" / "es" / "LC_MESSAGES" / "demo.po", "es").catalog
    message = catalog.get("A long letter")
    assert message is not None
    assert (message.string, message.fuzzy) == ("", False)
    assert "A letter" in catalog.obsolete  # kept for the translator
    assert update_catalogs(shop) == ()


def test_the_shipped_catalogs_are_as_the_tool_writes_them(tmp_path: Path) -> None:
    """``docservice translations update`` on a clean checkout rewrites nothing."""
    laws = Path(shutil.copytree(shipped.folder("law"), tmp_path / "law"))
    for layer in sorted(path.parent for path in laws.glob("*/law.yaml")):
        assert update_catalogs(layer) == ()


def test_a_catalog_that_counts_by_babels_arabic_comes_into_cldrs_order(shop: Path) -> None:
    path = shop / "locales" / "ar" / "LC_MESSAGES" / "demo.po"
    path.parent.mkdir(parents=True)
    forms = ("none", "one", "two", "few", "%(n)s hundred", "%(n)s many")
    path.write_text(
        'msgid ""\nmsgstr ""\n"Language: ar\\n"\n"Plural-Forms: nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? "\n'
        '"2 : n%100>=3 && n%100<=10 ? 3 : n%100>=0 && n%100<=2 ? 4 : 5);\\n"\n\n'
        'msgid "One tree."\nmsgid_plural "%(n)s trees."\n'
        + "".join(f'msgstr[{index}] "{form}"\n' for index, form in enumerate(forms))
    )
    update_catalogs(shop)
    message = read_catalog(path, "ar").catalog.get("One tree.")
    assert message is not None
    assert message.string == ("none", "one", "two", "few", "%(n)s many", "%(n)s hundred")
    assert "n%100>=11 ? 4 : 5" in path.read_text().replace('"\n"', "")
    assert update_catalogs(shop) == ()


@pytest.mark.parametrize("tag", ["hmn", "ht", "mww", "az-Arab", "pt-BR", "lv", "qaa"])
def test_a_new_language_comes_with_its_rule_and_stays_as_it_is(shop: Path, tag: str) -> None:
    update_catalogs(shop, [tag])
    path = shop / "locales" / tag.replace("-", "_") / "LC_MESSAGES" / "demo.po"
    assert f'"Plural-Forms: {plural_rule(tag).header[:24]}' in path.read_text()
    assert read_catalog(path, tag).catalog.plural_expr == plural_rule(tag).expression
    assert update_catalogs(shop, [tag]) == ()
