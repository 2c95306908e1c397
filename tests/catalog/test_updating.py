"""Catalogs follow the wording, and nothing else moves them."""

from __future__ import annotations

from pathlib import Path

from docservice.catalog.messages import read_catalog
from docservice.catalog.updating import update_catalogs


def test_new_sentences_come_in_and_translations_stay(shop: Path) -> None:
    changed = update_catalogs(shop, shop / "locales", ["es", "zh-Hant"])
    assert len(changed) == 4
    assert update_catalogs(shop, shop / "locales") == ()  # twice changes nothing
    path = shop / "locales" / "es" / "LC_MESSAGES" / "demo.po"
    text = path.read_text()
    assert "Una carta" in text
    assert "Date" not in text
    assert read_catalog(path, "es").review == "approved"
    assert text.index('"A letter"') < text.index('"Hello %(name)s, good day."') < text.index('"One tree."')
    assert (shop / "locales" / "zh_Hant" / "LC_MESSAGES" / "clauses.po").is_file()


def test_a_changed_sentence_is_an_untranslated_one(shop: Path) -> None:
    update_catalogs(shop, shop / "locales")
    wording = shop / "letters" / "demo" / "letter.html"
    wording.write_text(wording.read_text().replace("A letter", "A long letter"))
    assert [path.name for path in update_catalogs(shop, shop / "locales")] == ["demo.po"]
    catalog = read_catalog(shop / "locales" / "es" / "LC_MESSAGES" / "demo.po", "es").catalog
    message = catalog.get("A long letter")
    assert message is not None
    assert (message.string, message.fuzzy) == ("", False)
    assert "A letter" in catalog.obsolete  # kept for the translator
    assert update_catalogs(shop, shop / "locales") == ()
