"""Phrases of the town's library: what a casefile that names one says, in every language, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest

from docservice import casefile, checks, shipped
from docservice.casefile.facts import Casefile
from docservice.refusal import Refusal
from docservice.rendering.composing.facts import assemble
from docservice.rendering.composing.phrasing import in_english
from docservice.rendering.composing.semantic_text import Composition, compose
from docservice.town import TownPack, load_pack
from docservice.town.phrases import measured
from docservice.town.reckoning import reckon
from docservice.wording.bundle import Bundle
from tests.shipped_wording import bundle_of

ON = date(2026, 6, 16)
WALL = "A retaining wall of concrete block, {length} long and up to {height} high from the bottom of its footing, has "
WALL += "been built without a building permit. No drain is visible behind it."
PLACE = "This work was done without a building permit: {work}."
MURO = "Se construyó sin permiso un muro de contención de {length} de largo y {height} de alto. No hay drenaje visible."


@cache
def pack() -> TownPack:
    found = load_pack(shipped.folder("town") / "madrona-hills")
    said = f'msgid "{WALL}"\nmsgstr "{MURO}"\n\nmsgid "Rear yard"\nmsgstr "Patio trasero"\n'
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    return replace(found, catalogs={"es": (head + said).encode()}, sha256="with-a-wall")


@cache
def bundle() -> Bundle:
    return bundle_of("notice-of-violation")


def wall(**more: Any) -> dict[str, Any]:
    told = {"id": "wall-without-permit", "values": {"length": "46 feet", "height": "6 feet 4 inches"}}
    given = {"id": "v1", "section": "CBC 105.1", "observed_on": "2026-04-17", "location": "Rear yard"}
    return {**given, "phrase": {"facts": told, "correction": {"id": "permit-wall"}}, **more}


def case(*violations: dict[str, Any]) -> Casefile:
    told = json.loads((shipped.folder("examples") / "CE-2026-0147" / "casefile.json").read_text(encoding="utf-8"))
    told["violations"] = deepcopy(list(violations))
    for left in ("stop_work_orders", "inspections", "memoranda", "service"):
        told.pop(left, None)
    return casefile.load(told)


def letter(facts: Casefile, language: str) -> tuple[Composition, list[str]]:
    """The notice of violation, and what the checks say of its violations."""
    told = reckon(pack(), facts, "notice-of-violation", on=ON, recipient="owner-llc")
    seen = assemble(
        facts, pack(), bundle().meta, told, recipient="owner-llc", on=ON, number="NOV-2026-0001", language=language
    )
    text = compose(bundle(), seen, language)
    found = checks.run(
        casefile=facts, pack=pack(), bundle=bundle(), reckoning=told, composition=text, rendered=None, draft=True
    )
    return text, [f"{one.code} {one.place}" for one in found if "/violations" in one.place]


def printed(text: Composition, part: str) -> str:
    return " ".join("".join(text.root.find(f".//*[@data-part='{part}']").itertext()).split())


def test_a_phrase_says_it_in_english_and_where_it_is_translated_there() -> None:
    english, found = letter(case(wall()), "en")
    assert found == []
    assert "46 feet long and up to 6 feet 4 inches high" in printed(english, "facts")
    spanish, found = letter(case(wall()), "es")
    assert found == []
    assert "46 pies de largo y 6 pies 4 pulgadas de alto" in printed(spanish, "facts")
    assert "Patio trasero" in printed(spanish, "observed")
    # The correction has no translation: it is English, and says so.
    assert 'lang="en">Apply for a permit with plans' in spanish.html
    assert 'lang="en">Se construy' not in spanish.html


def test_a_blank_without_spaces_around_it_is_printed_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    said = f'msgid "{WALL}"\nmsgstr "墙长{{length}}，高{{height}}。"\n\nmsgid "{PLACE}"\nmsgstr "{{work}}没有许可。"\n'
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    told = replace(pack(), catalogs={"vi": (head + said).encode()}, sha256="tight")
    monkeypatch.setitem(globals(), "pack", lambda: told)
    use = {
        "facts": {"id": "work-without-permit", "values": {"work": "a wild thing"}},
        "correction": {"id": "permit-wall"},
    }
    made, found = letter(case(wall(phrase=use)), "vi")
    assert found == []
    assert '<bdi lang="en">a wild thing</bdi>没有许可。' in made.html


def test_a_letter_says_that_what_staff_wrote_is_in_english_only_where_it_is() -> None:
    said = "Lo que nuestro personal escribió"
    assert said in letter(case(wall()), "es")[0].html  # the correction is in English
    told = wall(translations=[{"language": "es", "by": "Ana Ruiz", "correction": "Pida un permiso."}])
    assert said not in letter(case(told), "es")[0].html


def test_what_somebody_translated_is_printed_in_that_language_only() -> None:
    own = wall(facts="The wall leans 2 inches.", correction="Take it down.")
    del own["phrase"]
    own["translations"] = [{"language": "es", "by": "Ana Ruiz, certified translator", "on": "2026-06-01",
                            "facts": "El muro se inclina 2 pulgadas.", "correction": "Quítelo."}]  # fmt: skip
    spanish, found = letter(case(own), "es")
    assert (printed(spanish, "facts"), found) == ("El muro se inclina 2 pulgadas.", [])
    assert "The wall leans" not in spanish.html
    assert 'lang="en">The wall leans 2 inches.' in letter(case(own), "vi")[0].html
    own["translations"][0]["facts"] = "El muro se inclina 3 pulgadas."
    assert letter(case(own), "es")[1] == ["checks.translation_unsound /violations/0/translations/0/facts"]


def _spoil(change: Callable[[dict[str, Any]], object]) -> list[str]:
    told = wall()
    change(told)
    return letter(case(told), "en")[1]


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        (lambda v: v["phrase"]["facts"]["values"].pop("height"), "phrase_blank", "facts/values/height"),
        (lambda v: v["phrase"]["facts"].update(id="no-such"), "phrase_unknown", "facts/id"),
        (lambda v: v["phrase"]["facts"].update(id="permit-wall", values={}), "phrase_unfit", "facts/id"),
        (lambda v: v.update(section="MHMC 17.52.030"), "phrase_unfit", "facts/id"),
        (lambda v: v["phrase"]["facts"]["values"].update(height="rather high"), "phrase_value", "facts/values/height"),
        (lambda v: v["phrase"]["facts"]["values"].update(height=6), "phrase_value", "facts/values/height"),
        (lambda v: v["phrase"]["facts"]["values"].update(width="2 feet"), "phrase_value", "facts/values/width"),
    ],
)
def test_a_phrase_that_is_not_rightly_used_is_refused_by_its_place(change: Any, code: str, place: str) -> None:
    assert f"checks.{code} /violations/0/phrase/{place}" in _spoil(change)


def test_words_beside_a_phrase_are_the_phrase() -> None:
    assert _spoil(lambda v: v.update(correction="Do nothing.")) == ["checks.phrase_differs /violations/0/correction"]


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        (lambda v: v["phrase"].pop("correction"), "missing", "correction"),
        (lambda v: v["phrase"]["facts"].update(values=[1]), "type", "phrase/facts/values"),
        (lambda v: v["phrase"]["facts"]["values"].update(height=True), "type", "phrase/facts/values/height"),
        (lambda v: v["phrase"]["facts"]["values"].update(height="a\nb"), "line_break", "phrase/facts/values/height"),
        (lambda v: v["phrase"]["facts"]["values"].update({"A b": "x"}), "id", "phrase/facts/values/A b"),
        (lambda v: v.update(translations=[{"language": "es"}]), "missing", "translations/0/by"),
        (
            lambda v: v.update(translations=[{"language": "es", "by": "A"}, {"language": "es", "by": "B"}]),
            "duplicate_id",
            "translations/1/language",
        ),
    ],
)
def test_a_casefile_is_read_strictly(change: Any, code: str, place: str) -> None:
    told = wall()
    change(told)
    with pytest.raises(Refusal) as refused:
        case(told)
    assert [(one.code, one.place) for one in refused.value.problems] == [(f"casefile.{code}", f"/violations/0/{place}")]


def test_what_is_read_is_written_again() -> None:
    facts = case(wall())
    assert casefile.load(casefile.dump(facts)) == facts
    assert hash(facts.violations[0].phrase)


def test_the_examples_say_what_their_phrases_say() -> None:
    phrased = 0
    for folder in sorted(shipped.folder("examples").glob("CE-*")):
        for one in casefile.load((folder / "casefile.json").read_bytes()).violations:
            for part, use in one.phrase.used() if one.phrase else ():
                assert in_english(pack().violation_phrases[use.id], use) == getattr(one, part), (folder.name, one.id)
                phrased += 1
    assert phrased > 60


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("46 feet", (("46", "foot"),)),
        ("6 feet 4 inches", (("6", "foot"), ("4", "inch"))),
        ("1½ inches", (("1½", "inch"),)),
        ("1,840 square feet", (("1,840", "square-foot"),)),
        ("70 degrees Fahrenheit", (("70", "fahrenheit"),)),
        ("feet", None),
        ("6 feet high", None),
        ("6", None),
        ("", None),
    ],
)
def test_a_measure(text: str, found: Any) -> None:
    assert measured(text) == found
