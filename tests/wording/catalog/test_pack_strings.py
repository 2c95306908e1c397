"""The strings of a town's rules, and what a language has for them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from docservice import shipped
from docservice.pipeline import pinning
from docservice.refusal import Refusal
from docservice.town import TownPack, load_pack
from docservice.town.translations import TranslationPolicy
from docservice.wording.catalog import pack_strings
from docservice.wording.catalog.pack_strings import SILENT, spoken, strings
from docservice.wording.catalog.updating import refresh_rules

FOLDER = shipped.folder("town") / "madrona-hills"
HEAD = b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"X-Review-State: %b\\n"\n'


def entry(english: str, text: str) -> bytes:
    return f'\nmsgid "{english}"\nmsgstr "{text}"\n'.encode()


def catalog(*entries: tuple[str, str], review: bytes = b"draft") -> bytes:
    return HEAD % review + b"".join(entry(*one) for one in entries)


@pytest.fixture(scope="module")
def pack() -> TownPack:
    return load_pack(FOLDER)


def test_what_is_a_string_and_what_is_a_name(pack: TownPack) -> None:
    texts = {one.text for one in strings(pack)}
    assert {
        "Height of fences and hedges",
        "Town Clerk",
        "Infraction",
        "Notice of violation",
        "a hearing officer",
    } <= texts
    assert not texts & {"Town of Madrona Hills", "Rosalind Achterberg", "Legal Aid of San Ysabel County"}


def test_what_is_translated_is_said_and_the_rest_is_not(pack: TownPack) -> None:
    said = replace(pack, catalogs={"es": catalog(("Town Clerk", "Secretaría Municipal"), ("Infraction", ""))})
    assert dict(spoken(said, "es").texts) == {"Town Clerk": "Secretaría Municipal"}
    assert spoken(said, "es").review == "draft"
    assert spoken(said, "vi") is spoken(said, "en") is SILENT


def test_a_draft_is_not_said_where_the_town_issues_none(pack: TownPack) -> None:
    strict = replace(pack, translations=TranslationPolicy(document_types={"memorandum": "refuse"}))
    draft = replace(strict, catalogs={"es": catalog(("Town Clerk", "Secretaría Municipal"))})
    approved = replace(strict, catalogs={"es": catalog(("Town Clerk", "Secretaría Municipal"), review=b"approved")})
    assert spoken(draft, "es", "memorandum") is SILENT
    assert spoken(draft, "es", "courtesy-letter").texts
    assert spoken(approved, "es", "memorandum").texts


@pytest.mark.parametrize(
    ("text", "code"),
    [("tres pies", "translation.figure"), ("4 {n} pies", "translation.blank"), ("4 <b>pies</b>", "translation.tag")],
)
def test_what_is_not_sound_is_told_and_not_printed(pack: TownPack, text: str, code: str) -> None:
    wrong = replace(pack, catalogs={"es": catalog(("4 feet", text))})
    assert [one.code for one in pack_strings.complaints(wrong)] == [code]
    assert "rules.es.po" in pack_strings.complaints(wrong)[0].place
    assert not spoken(wrong, "es").texts


def test_a_language_that_the_town_has_not(pack: TownPack) -> None:
    found = pack_strings.complaints(replace(pack, catalogs={"xx": catalog()}))
    assert [one.code for one in found] == ["translation.language"]


def test_they_are_pinned_with_the_pack(tmp_path: Path) -> None:
    files = {name: data for name, data in pinning.files_in(FOLDER).items() if not name.endswith(".po")}
    bare = pinning.container.pack(files)
    told = pinning.container.pack({**files, "rules.es.po": catalog(("Town Clerk", "Secretaría Municipal"))})
    assert pinning.judged(bare).catalogs == {}
    assert spoken(pinning.judged(told), "es").texts == {"Town Clerk": "Secretaría Municipal"}
    assert pinning.judged(bare).sha256 != pinning.judged(told).sha256
    with pytest.raises(Refusal) as refused:
        pinning.judged(pinning.container.pack({**files, "rules.es.po": catalog(("4 feet", "tres pies"))}))
    assert [one.code for one in refused.value.problems] == ["translation.figure"]


def test_a_catalog_is_begun_and_brought_to_the_rules(pack: TownPack, tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.po"))
    (made,) = refresh_rules(folder, ["km"])
    assert made.untranslated == len(strings(pack))
    made.path.write_text(made.path.read_text().replace('"Town Clerk"\nmsgstr ""', '"Town Clerk"\nmsgstr "ស្មៀនក្រុង"'))
    (again,) = refresh_rules(folder, ["km"])
    assert (again.written, again.untranslated) == (False, len(strings(pack)) - 1)
    with pytest.raises(Refusal, match="not a language of the town"):
        refresh_rules(folder, ["../km"])


def test_the_town_that_ships_has_letters_in_fourteen_languages(shipped_town: Path) -> None:
    lettered = {one.tag for one in load_pack(shipped_town / "madrona-hills").languages if one.letters} - {"en"}
    others = {"zh-Hans", "tl", "ko", "fa", "ru", "hi", "pa", "hy", "ja", "km"}
    assert lettered == {"es", "zh-Hant", "vi", "ar"} | others


def test_those_that_ship_are_sound(shipped_town: Path) -> None:
    pack = load_pack(shipped_town / "madrona-hills")
    assert len(pack.catalogs) == 14
    assert [f"{one.place}: {one.message}" for one in pack_strings.complaints(pack)] == []
