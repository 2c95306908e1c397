"""Numbers in words, of the languages that the letters come in: "eighteen", "treinta y uno", "二十一", "ba mươi".

Words are compared without case, and without marks where a language still tells its words apart (``folded``). A language
that is not here has figures only. Numbers up to the thousands; no fractions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal


@dataclass(frozen=True, slots=True)
class _Speech:
    """The words that add their value, those that multiply what stands before them, and those that join."""

    added: Mapping[str, int]
    times: Mapping[str, int]
    links: frozenset[str]
    spaced: bool = True


# Six is "sáu" in Vietnamese, and "sau" is after.
_MARKED = frozenset({"vi"})


def folded(text: str, language: str = "en") -> tuple[str, tuple[int, ...]]:
    """``text`` without case and marks, digits as 0 to 9; and for each character where it stood in ``text``."""
    form: Literal["NFC", "NFD"] = "NFC" if language.partition("-")[0] in _MARKED else "NFD"
    characters, places = [], []
    for place, character in enumerate(text):
        for one in unicodedata.normalize(form, character.lower()):
            if form == "NFC" or unicodedata.category(one) != "Mn":
                characters.append(str(unicodedata.decimal(one)) if one.isdecimal() else one)
                places.append(place)
    return "".join(characters), (*places, len(text))


def fold(text: str, language: str = "en") -> str:
    """``text`` as it is compared."""
    return folded(text, language)[0]


def _numbered(words: str, first: int = 1, step: int = 1, *, marked: bool = False) -> dict[str, int]:
    return {
        (form if marked else fold(form)): first + at * step
        for at, forms in enumerate(words.split())
        for form in forms.split("/")
    }


_SPEECH: Mapping[str, _Speech] = {
    "en": _Speech(
        _numbered(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen", 0,
        )
        | _numbered("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10),
        {"hundred": 100, "thousand": 1000}, frozenset({"and"}),
    ),
    "es": _Speech(
        _numbered(
            "un/uno/una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis "
            "diecisiete dieciocho diecinueve veinte veintiún/veintiuno/veintiuna veintidós veintitrés veinticuatro "
            "veinticinco veintiséis veintisiete veintiocho veintinueve treinta"
        )
        | _numbered("cuarenta cincuenta sesenta setenta ochenta noventa cien/ciento", 40, 10)
        | _numbered("doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos",
                    200, 100),
        {"mil": 1000}, frozenset({"y"}),
    ),
    "vi": _Speech(
        _numbered("một/mốt hai ba bốn/tư năm/lăm sáu bảy/bẩy tám chín mười", marked=True),
        {"mươi": 10, "trăm": 100, "nghìn": 1000, "ngàn": 1000}, frozenset({"lẻ", "linh"}),
    ),
    "zh": _Speech(
        {**_numbered("一 二/兩/两 三 四 五 六 七 八 九"), "零": 0, "〇": 0},
        {"十": 10, "百": 100, "千": 1000}, frozenset(), spaced=False,
    ),
    "ar": _Speech(
        _numbered(
            "واحد/واحدة اثنان/اثنين/اثنا/اثني ثلاثة/ثلاث أربعة/أربع خمسة/خمس ستة/ست سبعة/سبع ثمانية/ثماني/ثمان "
            "تسعة/تسع عشرة/عشر"
        )
        | {fold("أحد"): 1, fold("إحدى"): 1}
        | _numbered(
            "عشرون/عشرين ثلاثون/ثلاثين أربعون/أربعين خمسون/خمسين ستون/ستين سبعون/سبعين ثمانون/ثمانين تسعون/تسعين "
            "مئة/مائة", 20, 10,
        )
        | {fold("مئتان"): 200, fold("مئتي"): 200, fold("مائتي"): 200},
        {fold("ألف"): 1000}, frozenset({"و"}),
    ),
}  # fmt: skip
_MOST = 7  # words of a number; a text of nothing but number words takes no longer for it
_AND = "و"  # Arabic writes it in front of the next word


def _speech(language: str) -> _Speech | None:
    return _SPEECH.get(language.partition("-")[0].lower())


@lru_cache(maxsize=64)
def in_words(language: str = "en") -> str:
    """A pattern of a number in words, for folded text; matches nothing in a language without words here."""
    speech = _speech(language)
    if speech is None:
        return r"(?!)"
    word = "|".join(sorted(map(re.escape, (*speech.added, *speech.times)), key=len, reverse=True))
    if not speech.spaced:
        return rf"(?:{word}){{1,{_MOST}}}"
    links = "|".join(sorted(speech.links))
    link = rf"(?:(?:{links})[\s\u00a0]+)?" if _AND not in speech.links else f"{_AND}?"
    return rf"(?:{word})(?:[\s\u00a0-]+{link}(?:{word})){{0,{_MOST - 1}}}"


def spoken(words: str, language: str = "en") -> int | None:
    """The value of a number in words: "one hundred and twenty" → 120; None when it is none."""
    speech = _speech(language)
    if speech is None:
        return None
    said = fold(words, language)
    tokens = re.split(r"[\s\u00a0-]+", said) if speech.spaced else list(said)
    total, part, last, seen = 0, 0, 0, False
    for token in tokens:
        word = token.removeprefix(_AND) if _AND in speech.links and token not in speech.added else token
        if word in speech.times:
            much, seen = speech.times[word], True
            if much == 1000:
                total, part, last = total + (part + last or 1) * much, 0, 0
            else:
                part, last = part + (last or 1) * much, 0
        elif word in speech.added:
            last, seen = last + speech.added[word], True
        elif word not in speech.links:
            return None
    return total + part + last if seen else None
