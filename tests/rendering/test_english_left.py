"""How much of a translated notice is English, besides names, addresses and citations: under a tenth of its words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import pytest

from docservice import casefile, shipped
from docservice.rendering.composing.facts import assemble
from docservice.rendering.composing.semantic_text import compose
from docservice.town import TownPack, load_pack
from docservice.town.reckoning import reckon
from docservice.wording.catalog import pack_strings
from tests.places import ROOT
from tests.shipped_wording import bundle_of

KEY = "notice-of-violation"
NOTICES = {"CE-2026-0147": date(2026, 6, 16), "CE-2026-0203": date(2026, 9, 1), "CE-2026-0231": date(2026, 6, 30)}
LANGUAGES = ("es", "zh-Hant", "vi", "ar")
# Names of people and of who helps, addresses, citations, numbers, the town's name: facts that stay as they are written.
_NAMES = re.compile(
    r"/parties/\d+/(name|attention|address|agent)|/property/|town/(identity|help/\d+/(name|email|website|phone|where)|"
    r"officers/\w+/name|sections/.*/code|payment|hearing|courier)|/section$|record/|/officers/\d+/name|sent|town/code_names/"
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_DENSE = re.compile("[\u3400-\u9fff\uf900-\ufaff]")


@cache
def pack() -> TownPack:
    return load_pack(ROOT / "town" / "madrona-hills")


def notice(case: str, language: str) -> Any:
    """The article of the owner's notice."""
    facts = casefile.load((shipped.folder("examples") / case / "casefile.json").read_bytes())
    on, owner = NOTICES[case], next(party.id for party in facts.parties if "owner" in party.roles)
    told = reckon(pack(), facts, KEY, on=on, recipient=owner, language=language)
    seen = assemble(facts, pack(), bundle_of(KEY).meta, told, recipient=owner, on=on, number="N-1", language=language)
    return compose(bundle_of(KEY), seen, language).root


def texts(element: Any, language: str, named: bool = False) -> Iterator[tuple[str, str]]:
    """Each text with its language, but names and the sheet of other languages."""
    if (
        element.get("data-block") in ("taglines", "recipient")
        or element.get("data-statement") == "courtesy-translation"
    ):
        return
    language = element.get("lang", language)
    named = named or bool(_NAMES.search(element.get("data-fact") or ""))
    if element.text and not named:
        yield language, element.text
    for child in element:
        yield from texts(child, language, named)
        if child.tail and not named:
            yield language, child.tail


def counted(case: str, language: str) -> tuple[int, int, list[str]]:
    """How many words are English, how many there are, and the English ones."""
    english: list[str] = []
    count = 0
    for tag, text in texts(notice(case, language), language):
        words = _WORD.findall(_DENSE.sub(" x ", text)) if tag != "en" else _WORD.findall(text)
        count += len(words)
        english += words if tag == "en" else []
    return len(english), count, english


def lacking(language: str) -> set[str]:
    """The words of the rules' strings that nobody has translated yet."""
    said = pack_strings.spoken(pack(), language).texts
    return {word for one in pack_strings.strings(pack()) if one.text not in said for word in _WORD.findall(one.text)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translated_notice_is_in_its_language(language: str) -> None:
    """Less than a tenth is English, once the catalog of the rules is whole; until then, besides what it lacks."""
    to_come = lacking(language)
    for case in NOTICES:
        _, count, words = counted(case, language)
        left = [word for word in words if word not in to_come]
        assert len(left) < count / 10, f"{case}: {len(left)} of {count}: {json.dumps(left)[:1500]}"


def test_nothing_but_names_stays_english_where_every_string_has_a_translation(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {one.text: f"ж {one.text}" for one in pack_strings.strings(pack())}
    monkeypatch.setattr(pack_strings, "spoken", lambda *_, **__: pack_strings.PackSpeech(whole))
    for case in NOTICES:
        english, count, words = counted(case, "ar")
        assert english < count / 50, f"{case}: {json.dumps(words)[:1500]}"
