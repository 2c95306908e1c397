"""Every shipped letter: its samples come out complete, and no check objects to them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from docservice import casefile, checks
from docservice.rendering.composing.facts import assemble
from docservice.rendering.composing.semantic_text import Composition, compose
from docservice.town import TownPack, load_pack
from docservice.town.reckoning import Reckoning, reckon
from docservice.wording.bundle import Bundle, used_sentences
from docservice.wording.catalog.agreement import agreement
from docservice.wording.catalog.grade import grade
from tests.places import ROOT
from tests.shipped_wording import LETTERS, bundle_of, folder_of, sample_of

KINDS = ("usual", "awkward")
HARD = "{{ 7*7 }} {% raw %} %(name)s 100%"
# Where a field that a folder names lies in a casefile.
_PARTS = {
    "violations": "violations", "inspection": "inspections", "citation": "citations", "stop_work": "stop_work_orders",
    "hearing": "hearings", "memo": "memoranda", "permit": "permits",
}  # fmt: skip
SAMPLES = [
    pytest.param(path, id=f"{path.parts[-3]}-{path.stem}")
    for key in LETTERS
    for path in sorted((folder_of(key) / "samples").glob("*.json"))
]


@cache
def pack() -> TownPack:
    return load_pack(ROOT / "town/madrona-hills")


@cache
def bundle(key: str) -> Bundle:
    return bundle_of(key)


def composed(
    path: Path, language: str = "en", number: str | None = "X-2026-0001"
) -> tuple[Composition, Reckoning, casefile.Casefile]:
    data = sample_of(path)
    order = data.pop("_order")
    case = casefile.load(data)
    made = bundle(path.parts[-3])
    on, recipient, about = date.fromisoformat(order["on"]), order.get("recipient"), order.get("about")
    reckoning = reckon(
        pack(), case, made.meta.document_type, on=on, recipient=recipient or "", about=about, language=language
    )
    facts = assemble(
        case, pack(), made.meta, reckoning, recipient=recipient, on=on, number=number, language=language, about=about
    )
    return compose(made, facts, language), reckoning, case


def test_every_letter_has_a_usual_and_an_awkward_sample() -> None:
    assert LETTERS
    assert all((folder_of(key) / f"samples/{kind}.json").is_file() for key in LETTERS for kind in KINDS)


@pytest.mark.parametrize("path", SAMPLES)
def test_sample_is_complete_and_no_check_objects(path: Path) -> None:
    composition, reckoning, case = composed(path)
    assert composition.unresolved == ()
    made = bundle(path.parts[-3])
    found = checks.run(casefile=case, pack=pack(), bundle=made, reckoning=reckoning, composition=composition)
    assert [str(finding) for finding in found if finding.severity == "error"] == []


@pytest.mark.parametrize("key", LETTERS)
def test_template_agrees_with_the_town(key: str) -> None:
    meta = bundle(key).meta
    kind = pack().document_types[meta.document_type]
    assert agreement(bundle(key), pack()) == ()
    # What the checks of every town let pass, the shipped letters keep to the letter.
    assert meta.required_blocks == kind.required_blocks
    assert meta.signers == kind.signers
    assert meta.statements == kind.statements
    assert meta.taglines == kind.taglines
    assert meta.envelope == kind.envelope
    assert meta.dates is not None


def texts(composition: Composition) -> Iterator[str]:
    for element in composition.root.iter():
        yield from (text for text in (element.text, element.tail) if text)


@pytest.mark.parametrize("path", [p for p in SAMPLES if "awkward" in str(p.values[0])])
def test_hard_text_stays_text(path: Path) -> None:
    composition, _, _ = composed(path)
    assert "49" not in "".join(t for t in texts(composition) if "7*7" in t)
    assert composition.root.find(".//b") is None
    if any(HARD in json.dumps(sample_of(path).get(part), ensure_ascii=False) for part in printed(path.parts[-3])):
        assert HARD in "".join(texts(composition))


def printed(key: str) -> set[str]:
    """The parts of a casefile that a letter prints, by what its folder says of its fields and blocks."""
    meta = bundle(key).meta
    parts = {_PARTS.get(field.partition(".")[0], "") for field in meta.fields}
    return parts | ({"violations"} if {"violations", "allegations"} & set(meta.required_blocks) else set())


def test_hard_text_is_asked_of_most_letters() -> None:
    """Or the folders say too little, and the test above asks nothing."""
    asked = [
        key
        for key in LETTERS
        for data in [sample_of(folder_of(key) / "samples/awkward.json")]
        if any(HARD in json.dumps(data.get(part), ensure_ascii=False) for part in printed(key))
    ]
    assert len(asked) > len(LETTERS) / 2, asked


def test_wording_is_plain() -> None:
    """US grade 6 to 8 (Flesch-Kincaid), over each letter's own sentences; quoted law and names of things are exempt."""
    for key in LETTERS:
        sentences = [s for s in own_sentences(key) if len(s.split()) > 4]
        assert sentences
        assert grade(" ".join(sentences)) <= 8.0, key


def own_sentences(key: str) -> list[str]:
    return [sentence.text for sentence in unquoted_sentences(key)]


def unquoted_sentences(key: str) -> list[Any]:
    """A letter's sentences, but for a form of words that a statute prescribes, which stands in a ``blockquote``."""
    files = {name: re.sub(rb"(?s)<blockquote>.*?</blockquote>", b"", data) for name, data in bundle(key).files.items()}
    return list(used_sentences(files))


def test_english_msgids_are_clean() -> None:
    for key in LETTERS:
        for sentence in unquoted_sentences(key):
            assert sentence.text == re.sub(r"[ \t\n]+", " ", sentence.text).strip(), sentence.place
            assert not re.search(r"<(?!/?(strong|em)>)", sentence.text), sentence.place
            assert len(sentence.text) < 420, sentence.place


@pytest.mark.parametrize("key", ["notice-of-violation", "administrative-citation"])
@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "18 months"), ("es", "18 meses"), ("zh-Hant", "18 個月"), ("vi", "18 tháng"), ("ar", "18 شهر")],
)
def test_what_the_rules_look_back_is_printed_from_the_rules(
    key: str, language: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another town, or this one by another ordinance, looks back 18 months: so say its letters, in every language."""
    other = replace(pack(), look_back=replace(pack().look_back, count=18))
    monkeypatch.setattr("tests.rendering.test_templates.pack", lambda: other)
    path = folder_of(key) / "samples/usual.json"
    assert said in " ".join("".join(composed(path, language)[0].root.itertext()).split())
