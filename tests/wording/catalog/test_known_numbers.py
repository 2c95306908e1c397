"""Numbers in a wording that the town's rules know otherwise; and those that are none of theirs."""

from __future__ import annotations

import pytest

from docservice import shipped
from docservice.town import load_pack
from docservice.wording.bundle import Bundle
from docservice.wording.catalog.known_numbers import known_numbers
from docservice.wording.catalog.quantities import quantities
from tests.shipped_wording import FOLDERS, bundle_of
from tests.wording.redlines.edits import bundle

PACK = load_pack(shipped.folder("town") / "madrona-hills")
META = "key: demo\ntitle: Demo\nface: letter\nlanguages: [es, zh-Hant, vi, ar]\ndocument_type: {}\n"


def written(sentence: str, document_type: str = "notice-of-violation", **told: str) -> Bundle:
    messages = {language.replace("_", "-"): {sentence: text} for language, text in told.items()}
    return bundle(f"<p>{{% trans %}}{sentence}{{% endtrans %}}</p>", meta=META.format(document_type), messages=messages)


def said(sentence: str, document_type: str = "notice-of-violation", **told: str) -> list[str]:
    return [one.message for one in known_numbers(written(sentence, document_type, **told), PACK)]


WRONG = [
    ("The fine rises if the same rule is broken again within 18 months.", "18 months", "12 months"),
    ("The fine rises if the same rule is broken again within eighteen months.", "eighteen months", "12 months"),
    ("This is the second citation within two years for a violation here.", "two years", "12 months"),
    ("A repeated violation in the last 24 months raises the fine.", "24 months", "12 months"),
    ("You may contest this notice within 15 days.", "15 days", "10 days"),
    ("You have fifteen (15) days to ask for a hearing.", "fifteen (15) days", "10 days"),
    ("Your request for a hearing must reach us within 30 days.", "30 days", "10 days"),
    ("Ask for a hearing within 10 business days.", "10 business days", "10 days"),
    ("The look-back is 18 months.", "18 months", "12 months"),
    ("Each new violation in an 18-month period costs more.", "18-month", "12 months"),
    ("Please correct the violation within 21 days.", "21 days", "14 days"),
    ("You have three weeks to fix it.", "three weeks", "14 days"),
    ("If you do not pay the fine within 45 days, we may collect it.", "45 days", "30 days"),
    ("You may ask the court to review the fine within 30 days.", "30 days", "20 days"),
    ("Ask for an interpreter at least five days before the hearing.", "five days", "3 days"),
    ("We give you notice at least 15 days before the hearing.", "15 days", "10 days"),
    ("The hearing officer will decide within 60 days after the hearing.", "60 days", "30 days"),
    ("The fine for the first violation is $250.", "$250", "$100, $200, $500"),
    ("The penalty is $300 a day.", "$300", "$200, $400, $1,000 a day"),
    ("Send a deposit of $75 with your request.", "$75", "$100"),
    ("If we mailed this letter, you have 5 more days.", "5 more days", "no days are added"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "wrong", "right"), WRONG, ids=[row[0] for row in WRONG])
def test_a_number_that_the_rules_know_otherwise(sentence: str, wrong: str, right: str) -> None:
    (message,) = said(sentence)
    assert f"“{wrong}”" in message
    assert right in message


def test_what_the_document_type_prints_decides() -> None:
    """Ten days to contest a notice, thirty to contest a citation."""
    sentence = "You may ask for a hearing within {} days."
    assert said(sentence.format(10)) == []
    assert len(said(sentence.format(30))) == 1
    assert said(sentence.format(30), "administrative-citation") == []
    assert len(said(sentence.format(10), "administrative-citation")) == 1
    # … but what is named comes first.
    assert said("You may contest a citation within 30 days.") == []
    assert len(said("You may contest a citation within 10 days.")) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "The fine rises if the same rule is broken again within a year.",
        "The fine rises if the same rule is broken again within twelve months.",
        "Please correct the violation within two weeks.",
        "When I served this document I was over 18 years of age and not a party.",
        "Call (555) 555-0100 to pay the fine, 8 to 5 on five days a week.",
        "You may contest it under section 1.20.080 of the code, chapter 15.",
        "We would rather answer ten questions than write one more letter.",
        "You may ask for two different things: a waiver of the deposit, or a lower fine.",
        "It asks for a delay of up to five years, if correcting the violation is not urgent.",
        "If the housing is not repaired within six months (Revenue and Taxation Code section 17274), we report it.",
        "The fine is $500, and $1,000 at most.",
        "The permit is good for 24 months.",
        "Our office has been open for 50 years.",
        "A fence may be 6 feet tall, and a hedge 4 feet.",
        "We answer within two days.",
        "There are three steps to correct it.",
    ],
)
def test_a_number_that_is_none_of_the_rules_passes(sentence: str) -> None:
    assert said(sentence) == []


def test_translations_and_text_that_nobody_can_translate() -> None:
    sentence = "The fine rises if the same rule is broken again within a year."
    assert said(sentence, es="La multa sube si la misma regla se viola otra vez en 12 meses.") == []
    (message,) = said(sentence, es="La multa sube si la misma regla se viola otra vez en 18 meses.")
    assert message.startswith("“18 meses” in the translation into es: the town’s rules say 12 months")
    for language, text in {
        "zh_Hant": "在 18 個月內再次違反",
        "vi": "trong vòng 18 tháng",
        "ar": "خلال ١٨ شهرًا",
    }.items():
        assert len(said(sentence, **{language: text})) == 1, language
    meta = META.format("notice-of-violation")
    loose = bundle("<p>You may contest this notice within <strong>15 days</strong>.</p>", meta=meta)
    (found,) = known_numbers(loose, PACK)
    assert found.place == "letter.html:2"


def test_shipped_wording_says_nothing_that_the_rules_say_otherwise() -> None:
    for folder in FOLDERS:
        made = bundle_of(folder.name)
        assert len(made.languages) == 5
        assert known_numbers(made, PACK) == (), folder.name


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("within eighteen months or thirty (30) days", "en", ["18 month", "30 day"]),
        ("thirty (15) days", "en", ["30 day", "15 day"]),
        ("one hundred and twenty days, a week, an hour", "en", ["120 day", "1 week", "1 hour"]),
        ("$1,500.00 and two hundred dollars", "en", ["1500.00 dollar", "200 dollar"]),
        ("a 30-day period, 10 business days", "en", ["30 day", "10 business day"]),
        ("section 53069.4, (555) 555-0100, 18 years of age, 6 feet", "en", []),
        ("dentro de 12 meses, 1 día", "es", ["12 month", "1 day"]),
        ("在 12 個月內", "zh-Hant", ["12 month"]),
        ("خلال ١٢ شهرًا", "ar", ["12 month"]),
    ],
)
def test_quantities(text: str, language: str, expected: list[str]) -> None:
    assert [f"{one.value} {one.unit}" for one in quantities(text, language)] == expected
