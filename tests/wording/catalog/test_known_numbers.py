"""Numbers in a wording that the town's rules know otherwise; and those that are none of theirs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docservice import shipped
from docservice.town import load_pack
from docservice.wording.bundle import Bundle
from docservice.wording.catalog.known_numbers import known_numbers
from docservice.wording.catalog.quantities import quantities
from tests.shipped_wording import FOLDERS, bundle_of
from tests.wording.redlines.edits import bundle

PACK = load_pack(shipped.folder("town") / "madrona-hills")
META = "key: demo\ntitle: Demo\nface: letter\ndocument_type: {}\n"


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
    ("We look back 18 months.", "18 months", "12 months"),
    ("We look back eighteen (18) months.", "eighteen (18) months", "12 months"),
    ("The town looked back 18 months at earlier citations.", "18 months", "12 months"),
    ("A violation of the same rule in the preceding 18 months raises the fine.", "18 months", "12 months"),
    ("The fine is higher for a second violation during the previous 18 months.", "18 months", "12 months"),
    ("You may contest this notice for 15 days.", "15 days", "10 days"),
    ("Your right to appeal is open for fifteen days.", "fifteen days", "10 days"),
    ("You have 10–15 days to contest this notice.", "10–15 days", "10 days"),
    ("Contest this notice within 10 to 15 days.", "10 to 15 days", "10 days"),
    ("Contest this notice by the 15th day after you get it.", "15th day", "10 days"),
    ("Your request for a hearing is due on or before the fifteenth day.", "fifteenth day", "10 days"),
    ("The fine for the first violation is USD 250.", "USD 250", "$100, $200, $500"),
    ("The fine for the first violation is US$250.", "US$250", "$100, $200, $500"),
    ("The fine is 250 dollars.", "250 dollars", "$100, $200, $500"),
    ("The fine is two hundred fifty dollars.", "two hundred fifty dollars", "$100, $200, $500"),
    ("You pay $250 for the first violation.", "$250", "$100, $200, $500"),
    ("You have 10 days to contest and 20 days to pay.", "20 days", "30 days (pay a fine"),
    ("You have 15 days to contest and 30 days to pay.", "15 days", "10 days (contest"),
    ("We answer within 5 days, and you have 15 days to contest this notice.", "15 days", "10 days"),
    ("We will decide within 60 days after the hearing.", "60 days", "30 days"),
    ("We must get your request for a hearing within 15 days.", "15 days", "10 days"),
    ("Bring us the plans within 9 days.", "9 days", "no rule of the town’s has this number"),
    ("The survey must be here in three weeks.", "three weeks", "no rule of the town’s has this number"),
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
        "The office answers within 5 days.",
        "The office answers your appeal within 5 days.",
        "We will reply to your request for a hearing in 5 days.",
        "We reinspect in 21 days to see that it is corrected.",
        "An inspector will come back within 21 days after you tell us that it is corrected.",
        "A re-inspection takes place in 21 days.",
        "You have 10 days to contest and 30 days to pay.",
        "You have 30 days to pay the fine, and 10 days to contest this notice.",
        "Contest this notice within 10 days and correct the violation within 14 days.",
        "Ask for a hearing by the 10th day.",
        "On this 15th day of June we served the notice of violation.",
        "A copy costs $15; you pay the fee at the counter.",
        "Bring us the plans within 30 days.",
        "Call us a day before the hearing.",
        "You may not work here for 15 days.",
        "The look-back is one year.",
        "The penalty is $200 a day.",
        "The fine is $100 to $500.",
        "In 2026 we answered 400 appeals.",
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


# How a number may be said, with the language it is said in. {} takes it.
FORMS = {
    "en": {15: ["15", "fifteen", "fifteen (15)", "15 (fifteen)", "15 more", "１５"],
           10: ["10", "ten", "ten (10)", "10 (ten)"]},
    "es": {15: ["15", "quince", "quince (15)", "15 (quince)"], 10: ["10", "diez", "diez (10)"]},
    "zh_Hant": {15: ["15", "十五", "十五（15）", "１５"], 10: ["10", "十", "１０"]},
    "vi": {15: ["15", "mười lăm", "mười lăm (15)"], 10: ["10", "mười", "mười (10)"]},
    "ar": {15: ["15", "١٥", "خمسة عشر", "خمسة عشر (١٥)"], 10: ["10", "١٠", "عشرة"]},
}  # fmt: skip
PHRASES = {
    "en": ["You have {} days to contest this notice.", "Contest this notice within {} days.",
           "You may appeal for {} calendar days.", "Your appeal must be here no later than {} days after service.",
           "The deadline to ask for a hearing is {} days.", "Within the next {} days you may ask for a hearing."],
    "es": ["Puede impugnar este aviso en {} días.", "Puede impugnar este aviso dentro de los {} dias siguientes.",
           "Tiene {} DÍAS para impugnar."],
    "zh_Hant": ["您可在 {} 天內提出異議。", "您可在{}日內提出異議。", "自送達起 {} 日內。"],
    "vi": ["Quý vị có thể khiếu nại trong {} ngày.", "Trong vòng {} ngày, quý vị có thể khiếu nại."],
    "ar": ["يمكنك الاعتراض خلال {} يومًا.", "لديك {} يوما للاعتراض.", "يمكنك الاعتراض خلال {} أيام."],
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "phrase", "form", "value"),
    [
        (language, phrase, form, value)
        for language, phrases in PHRASES.items()
        for phrase in phrases
        for value, forms in FORMS[language].items()
        for form in forms
    ],
)
def test_every_phrase_with_every_form_of_a_number(language: str, phrase: str, form: str, value: int) -> None:
    """Ten days are the rule's; fifteen are a finding, however they are said, and in whatever language."""
    text = phrase.format(form)
    english = text if language == "en" else "You may contest this notice within ten days."
    told = {} if language == "en" else {language: text}
    found = said(english, **told)
    assert len(found) == (0 if value == 10 else 1), found


WITHIN = "You may contest this notice within 10 days, and you must pay the fine within 30 days."
FINE = "The fine for the first violation is $100."


@pytest.mark.parametrize(
    ("english", "language", "told", "says"),
    [
        (WITHIN, "es", "Puede impugnar en 30 días y debe pagar en 10 días.", "10 days, 30 days, in this order"),
        (WITHIN, "zh_Hant", "您可在 30 日內提出異議，並須在 10 日內繳付罰款。", "10 days, 30 days, in this order"),
        (WITHIN, "vi", "Khiếu nại trong 30 ngày, nộp phạt trong 10 ngày.", "10 days, 30 days, in this order"),
        (WITHIN, "ar", "الاعتراض خلال ٣٠ يومًا والدفع خلال ١٠ أيام.", "10 days, 30 days, in this order"),
        (WITHIN, "es", "Puede impugnar en 10 días y debe pagar la multa en 30 días.", None),
        (WITHIN, "ar", "الاعتراض خلال عشرة أيام والدفع خلال ثلاثين يومًا.", None),
        (WITHIN, "es", "Puede impugnar en diez días y debe pagar la multa en treinta días.", None),
        (WITHIN, "es", "Puede impugnar en 10 días y debe pagar la multa en 20 días.", "30 days"),
        (WITHIN, "es", "Puede impugnar en 10 a 15 días y pagar en 30 días.", "“10 a 15 días”"),
        (FINE, "es", "La multa por la primera violación es de 150 dólares.", "$100"),
        (FINE, "es", "La multa por la primera violación es de 100 dólares.", None),
        (FINE, "es", "La multa por la primera violación es de US$150.", "$100"),
        (FINE, "zh_Hant", "首次違規罰款為 150 美元。", "$100"),
        (FINE, "zh_Hant", "首次違規罰款為一百美元。", None),
        (FINE, "vi", "Tiền phạt cho vi phạm đầu tiên là 150 đô la.", "$100"),
        (FINE, "ar", "غرامة المخالفة الأولى ١٥٠ دولارًا.", "$100"),
        ("Come to our office.", "es", "Venga a nuestra oficina en 5 días.", "the English has no such number"),
        ("Come to our office.", "vi", "Ngày 15 tháng 6 năm 2026, xin đến văn phòng.", None),
        ("Come to our office.", "zh_Hant", "2026年6月15日，請到本處。", None),
        ("Come to our office.", "zh_Hant", "房屋四周", None),
        ("Come some day.", "vi", "Xin đến một ngày nào đó, sau ngày nghỉ.", None),
        ("Our office has been open for 50 years.", "es", "Nuestra oficina lleva 50 años abierta.", None),
        ("Our office has been open for 50 years.", "es", "Nuestra oficina lleva 15 años abierta.", "50 years"),
        ("The permit is good for two years.", "es", "El permiso vale 24 meses.", None),
        ("The permit is good for two months.", "ar", "التصريح صالح لمدة شهرين.", None),
        ("The permit is good for two months.", "ar", "التصريح صالح لمدة ثلاثة أشهر.", "two months"),
    ],
)  # fmt: skip
def test_a_translation_counts_what_the_english_counts(english: str, language: str, told: str, says: str | None) -> None:
    found = said(english, "notice-of-violation", **{language: told})
    if says is None:
        assert found == []
    else:
        (message,) = found
        assert says in message
        assert f"in the translation into {language.replace('_', '-')}" in message


def test_the_numbers_of_the_pack_are_fields_and_no_finding() -> None:
    field = "<p>{% trans period=periods.contest|duration %}Contest this notice within {{ period }}.{% endtrans %}</p>"
    assert known_numbers(bundle(field, meta=META.format("notice-of-violation")), PACK) == ()
    shown = (
        "<p>{% trans %}Pay by{% endtrans %} <data value='250.00' data-amount='fine-total'>{{ fine.total }}</data></p>"
    )
    assert known_numbers(bundle(shown, meta=META.format("administrative-citation")), PACK) == ()


def test_shipped_wording_says_nothing_that_the_rules_say_otherwise() -> None:
    for folder in FOLDERS:
        made = bundle_of(folder.name)
        assert len(made.languages) + len(made.meta.not_in) == 15
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
        ("10–15 days, 10 to 15 days, between 10 and 15 days", "en", ["10 day", "15 day"] * 3),
        ("sections 9 and 15 days, the 15th day, the tenth day", "en", ["15 day", "15 day", "10 day"]),
        ("the 15th day of June, an 18-year-old, 1/15 days", "en", ["15 day"]),
        (
            "10 a 15 días, treinta y un días, entre 10 y 15 dias",
            "es",
            ["10 day", "15 day", "31 day", "10 day", "15 day"],
        ),
        ("1.500 dólares, 18 años de edad, 10 días hábiles", "es", ["1500 dollar", "10 business day"]),
        ("二百三十五天、6 月 15 日、2026 年、兩週、10 個工作天", "zh-Hant", ["235 day", "2 week", "10 business day"]),
        ("một trăm hai mươi ngày, ngày 15 tháng 6 năm 2026, sau ngày", "vi", ["120 day"]),
        ("خمسة وعشرون يومًا، شهرين، بين 10 و15 يوما", "ar", ["25 day", "2 month", "10 day", "15 day"]),
        ("15 Tage, 12 Monate, 3 d", "de", ["15 day", "12 month"]),
        ("siku 15", "sw", ["15 day"]),
        ("15 dagar", "no-such", []),
    ],
)
def test_quantities(text: str, language: str, expected: list[str]) -> None:
    assert [f"{one.value} {one.unit}" for one in quantities(text, language)] == expected


@given(st.integers(1, 9999), st.sampled_from(["en", "es", "vi", "zh", "ar"]))
def test_figures_are_read_back_where_they_stand(value: int, language: str) -> None:
    unit = {"en": " days", "es": " días", "vi": " ngày", "zh": "天", "ar": " يومًا"}[language]
    text = f"— {value}{unit} —"
    (found,) = quantities(text, language)
    assert (found.value, found.unit) == (value, "day")
    assert text[found.start : found.end] == f"{value}{unit}"
