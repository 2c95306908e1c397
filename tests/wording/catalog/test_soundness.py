"""What a machine can see of a translation: a table of strings and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from docservice import shipped
from docservice.wording.catalog.soundness import Expected, examine
from docservice.wording.messages import read_catalog, tag_of

ISOLATED = "\u2066%(phone)s\u2069"

# English, plural, language, forms → codes, without "translation."
TABLE = [
    # sound
    ("Pay %(sum)s by %(date)s.", None, "es", ["Pague %(sum)s antes de %(date)s."], ""),
    ("Pay %(sum)s by %(date)s.", None, "ar", ["ادفع %(sum)s قبل %(date)s."], ""),
    ("Call %(phone)s.", None, "ar", [f"اتصل على {ISOLATED}."], ""),
    ("A charge of 5%% is added.", None, "es", ["Se añade un cargo de 5%%."], ""),
    ("Read <b>all</b> of it.", None, "es", ["Léalo <b>todo</b>."], ""),
    ("One <br/> two", None, "es", ["Uno <br/> dos"], ""),
    ("Fees &amp; fines", None, "es", ["Tasas &amp; multas"], ""),
    ("Code section 53069.4", None, "zh-Hant", ["《法典》第 53069.4 條（Code section 53069.4）"], ""),
    ("One tree.", "%(n)s trees.", "es", ["Un árbol.", "%(n)s árboles."], ""),
    ("One tree.", "%(n)s trees.", "vi", ["%(n)s cây."], ""),
    ("One tree.", "%(n)s trees.", "ar", ["لا شجرة", "شجرة", "شجرتان", "%(n)s أشجار", "%(n)s شجرة", "%(n)s شجرة"], ""),
    ("", None, "es", [""], ""),
    # blanks
    ("Pay by %(date)s.", None, "es", ["Pague antes de %(fecha)s."], "blank blank"),
    ("Pay by %(date)s.", None, "es", ["Pague."], "blank"),
    ("Pay by %(date)s.", None, "es", ["Pague antes de %(date)."], "blank blank"),
    ("Pay by %(date)s.", None, "es", ["Pague antes de %(date)s %(date)d."], "blank"),
    ("Pay by %(date)s.", None, "es", ["Pague antes de %(date)s, 5%."], "blank figure"),
    ("One tree.", "%(n)s trees.", "es", ["Un árbol.", "Muchos árboles."], "blank"),
    ("%(n)s in %(city)s", "%(n)s in %(city)s", "es", ["Uno en %(city)s", "%(n)s en %(city)s"], ""),
    ("%(n)s in %(city)s", "%(n)s in %(city)s", "es", ["Uno", "%(n)s en %(city)s"], "blank"),
    # plural forms
    ("One tree.", "%(n)s trees.", "es", ["%(n)s árboles."], "plural"),
    ("One tree.", "%(n)s trees.", "es", ["", "%(n)s árboles."], "plural"),
    ("One tree.", "%(n)s trees.", "ar", ["شجرة", "%(n)s أشجار"], "plural"),
    ("One tree.", None, "es", ["Un árbol.", "Árboles."], "plural"),
    # tags and markup
    ("Read <b>all</b>.", None, "es", ["Léalo todo."], "tag"),
    ("Read <b>all</b>.", None, "es", ["Léalo <i>todo</i>."], "tag"),
    ("Read <b><i>all</i></b>.", None, "es", ["Léalo <b><i>todo</b></i>."], "tag"),
    ("Read all.", None, "es", ["Lea <script>todo</script>."], "tag"),
    ("Fees and fines", None, "es", ["Tasas & multas"], "tag"),
    ("Less than all", None, "es", ["Menos < todo"], "tag"),
    ('See <a href="https://a.example/">it</a>.', None, "es", ['Vea <a href="https://b.example/">eso</a>.'], "tag"),
    # figures, addresses, names
    ("You have 30 days.", None, "es", ["Tiene 20 días."], "figure"),
    ("You have 30 days.", None, "es", ["Tiene treinta días."], "figure"),
    ("You have thirty days.", None, "es", ["Tiene 20 días."], "figure"),
    ("You have thirty days, until June 1.", None, "ko", ["6월 1일까지 30일이 있습니다."], ""),
    ("Four feet, from May 1.", None, "zh-Hant", ["4 呎，自 6 月 1 日起。"], "figure"),
    ("Four feet, from May 1.", None, "zh-Hant", ["4 呎，自 5 月 1 日起。"], ""),
    ("You have 30 days.", None, "ar", ["لديك ٣٠ يوما."], "digits"),
    ("It is $1,500.00.", None, "es", ["Son $1.500,00."], "figure"),
    ("On 2026-06-29.", None, "es", ["El 29-06-2026."], "figure"),
    ("Call (555) 555-0100.", None, "es", ["Llame al (555) 555-0101."], "figure phone"),
    ("Write to code@town.example.", None, "es", ["Escriba a codigo@town.example."], "address"),
    ("See www.town.example today.", None, "es", ["Vea hoy www.pueblo.example."], "address"),
    ("Ask Rosa Delgado today.", None, "es", ["Pregunte hoy a Rosa Delgada."], "name"),
    # what cannot be seen
    ("Pay now.", None, "ar", ["ادفع \u202eالآن."], "character"),
    ("Pay now.", None, "ar", ["ادفع \u2066الآن."], "character"),
    ("Pay now.", None, "es", ["Pague\u0000 ya."], "character"),
    # for a person to look at
    ("Pay it now please", None, "es", ["Pay it now please"], "copy"),
    ("We will gladly come and look at it again with you.", None, "es", ["Sí."], "length"),
    ("We will gladly come and look at it again with you.", None, "es", ["Con gusto " * 20], "length"),
]  # fmt: skip


@pytest.mark.parametrize(("english", "plural", "language", "forms", "codes"), TABLE)
def test_what_is_wrong(english: str, plural: str | None, language: str, forms: list[str], codes: str) -> None:
    found = examine(english, plural, forms, Expected(language, names=("Rosa Delgado",)))
    assert sorted(one.code.removeprefix("translation.") for one in found) == codes.split(), found
    severities = {one.severity for one in found}
    assert severities <= ({"warning"} if codes in ("copy", "length") else {"error"})


def test_a_language_may_write_figures_of_its_own() -> None:
    assert examine("You have 30 days.", None, ["لديك ٣٠ يوما."], Expected("ar", "native")) == ()
    (one,) = examine("You have 30 days.", None, ["لديك ٢٠ يوما."], Expected("ar", "native"))
    assert one.code == "translation.figure"


@pytest.mark.parametrize(
    "path",
    sorted(shipped.folder("law").glob("*/locales/*/LC_MESSAGES/*.po")),
    ids=lambda p: f"{p.parts[-5]}/{p.parts[-3]}/{p.stem}",
)
def test_the_shipped_translations_are_sound(path: Path) -> None:
    language = tag_of(path.parts[-3])
    for message in read_catalog(path, language).catalog:
        if message.id and message.string:
            text, plural = (message.id, None) if isinstance(message.id, str) else message.id
            forms = (message.string,) if isinstance(message.string, str) else tuple(message.string)
            assert examine(text, plural, forms, Expected(language)) == ()
