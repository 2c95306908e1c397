"""What a letter says of its mailing: nothing, until the town says so and the order says that it goes by mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from docservice.rendering.composing.facts import assemble
from docservice.rendering.composing.semantic_text import compose
from docservice.town import TownPack
from docservice.town.reckoning import reckon
from tests.rendering.composing.test_facts import case_of, pack
from tests.shipped_wording import bundle_of

ON, OUT = date(2026, 6, 16), date(2026, 6, 18)


def noted(rules: TownPack, mailing: str | None, language: str = "en", out: date | None = OUT) -> list[Any]:
    case, bundle = case_of("CE-2026-0147"), bundle_of("notice-of-violation")
    given: dict[str, Any] = {"on": ON, "recipient": "owner-llc", "language": language}
    reckoning = reckon(rules, case, "notice-of-violation", served_on=out, **given)
    facts = assemble(case, rules, bundle.meta, reckoning, number="N-1", mailing=mailing, **given)
    return list(compose(bundle, facts, language).root.iter("section"))


def lines(sections: list[Any]) -> list[str]:
    return [" ".join("".join(one.itertext()).split()) for one in sections if one.get("data-block") == "mailing"]


LINE = replace(pack(), courier=replace(pack().courier, mailing_notation="line"))
SAID = "Mailed at Madrona Hills, California, on June 18, 2026."


@pytest.mark.parametrize(
    ("rules", "mailing", "out", "said"),
    [
        (pack(), "first_class_mail", OUT, []),
        (LINE, None, OUT, []),
        (LINE, "first_class_mail", OUT, [SAID]),
        (LINE, "certified_mail+first_class_mail", OUT, [SAID]),
        (LINE, "certified_mail", None, [SAID.replace("18", "16")]),
    ],
)
def test_it_is_said_where_the_town_wants_it(
    rules: TownPack, mailing: str | None, out: date | None, said: list[str]
) -> None:
    assert lines(noted(rules, mailing, out=out)) == said


@pytest.mark.parametrize("language", ["es", "vi", "zh-Hant", "ar"])
def test_a_translation_says_it_too(language: str) -> None:
    (section,) = [
        one for one in noted(LINE, "first_class_mail", language) if one.get("data-block") == "mailing"
    ]  # fmt: skip
    assert [day.get("datetime") for day in section.iter("time")] == ["2026-06-18"]
