"""A filled phrase of the town's library, and a violation's own translations, as a language reads them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from typing import Any

from markupsafe import Markup, escape

from docservice.casefile.facts import Violation
from docservice.casefile.phrasing import PARTS, PhrasePart, PhraseUse
from docservice.rendering import language as lang
from docservice.rendering.composing.values import Fact, pack_words
from docservice.town.pack import TownPack
from docservice.town.phrases import BLANK, BlankKind, Phrase, measured

_WORDS = re.compile(r"[^\W\d_]{2}")
Words = Mapping[str, str]
# A piece of a text, and whether it stays as it was written, in English.
_Piece = tuple[str, bool]


class PhraseFact(Fact):
    """A phrase of the library: in the document's language where the town has it there, else in English."""

    __slots__ = ("phrase", "reader", "values")
    phrase: Phrase
    reader: str
    values: Mapping[str, Any]

    @staticmethod
    def of(phrase: Phrase, use: PhraseUse, pointer: str, reader: str) -> PhraseFact:
        """``reader``: the language of the document."""
        fact = PhraseFact(_joined(_filled(phrase, use.values, "en", {})), pointer, None if reader == "en" else "en")
        fact.phrase, fact.values, fact.reader = phrase, use.values, reader
        return fact

    def __html__(self) -> str:
        words = pack_words.get()
        if self.phrase.text not in words:
            return super().__html__()
        pieces = (_shown(*piece) for piece in _filled(self.phrase, self.values, self.reader, words))
        return f'<bdi data-fact="{escape(self.pointer)}">{Markup("").join(pieces)}</bdi>'


def told(violation: Violation, part: PhrasePart, index: int, pack: TownPack, language: str) -> Fact | None:
    """What a document in ``language`` says of a part of a violation: somebody's translation of it, or the phrase; None
    where the casefile's own words say it."""
    place = f"/violations/{index}"
    for at, one in enumerate(violation.translations):
        if one.language == language and (text := getattr(one, part)):
            return Fact(text, f"{place}/translations/{at}/{part}")
    found = _phrase(violation, part, pack)
    return PhraseFact.of(*found, f"{place}/{part}", language) if found else None


def expected(violation: Violation, part: PhrasePart, pack: TownPack, language: str, words: Words) -> str:
    """The whole text of that part as a document must print it."""
    for one in violation.translations:
        if one.language == language and (text := getattr(one, part)):
            return str(text)
    found = _phrase(violation, part, pack)
    if found is None:  # what staff wrote, or picked from the library as it stands there, is said as the library's
        own = str(getattr(violation, part) or "")
        return words.get(own, own)
    phrase, use = found
    return _joined(_filled(phrase, use.values, language if phrase.text in words else "en", words))


def all_said(violations: Iterable[Violation], pack: TownPack, language: str, words: Words) -> bool:
    """Whether nothing that staff wrote of these violations stays English in a document in ``language``."""
    for violation in violations:
        for part in PARTS:
            found = _phrase(violation, part, pack)
            own = found[0].text if found else getattr(violation, part)
            translated = any(one.language == language and getattr(one, part) for one in violation.translations)
            if own and own not in words and not translated:
                return False
    return True


def _phrase(violation: Violation, part: PhrasePart, pack: TownPack) -> tuple[Phrase, PhraseUse] | None:
    """The phrase of a part with every blank filled; a check says what is wrong with another."""
    use: PhraseUse | None = getattr(violation.phrase, part) if violation.phrase else None
    phrase = pack.violation_phrases.get(use.id) if use else None
    return (phrase, use) if phrase and use and not set(phrase.blanks) - set(use.values) else None


def in_english(phrase: Phrase, use: PhraseUse) -> str:
    """The English of a filled phrase."""
    return _joined(_filled(phrase, use.values, "en", {}))


def _filled(phrase: Phrase, values: Mapping[str, Any], language: str, words: Words) -> Iterator[_Piece]:
    text, at = words.get(phrase.text, phrase.text), 0
    for blank in BLANK.finditer(text):
        yield text[at : blank.start()], False
        yield _value(phrase.blanks[blank[1]], values[blank[1]], language, words)
        at = blank.end()
    yield text[at:], False


def _value(kind: BlankKind, value: Any, language: str, words: Words) -> _Piece:
    try:
        if kind == "number":
            return lang.number(value), False
        if kind == "date":
            return lang.long_date(date.fromisoformat(value), language), False
        if kind == "time":
            return lang.long_time(time.fromisoformat(value), language), False
        if kind == "names":
            return str(lang.listing(value, language).unescape()), False
        if kind == "measure" and language != "en":
            parts = [lang.measure(number, unit, language) for number, unit in measured(value) or ()]
            return (" ".join(parts), False) if parts else (value, True)
        if kind == "place" and value in words:
            return words[value], False
    except (TypeError, ValueError):  # a check says which value is of the wrong kind
        return str(value), True
    return str(value), kind in ("text", "place") and bool(_WORDS.search(str(value)))


def _joined(pieces: Iterator[_Piece]) -> str:
    return "".join(text for text, _ in pieces)


def _shown(text: str, foreign: bool) -> Markup:
    return Markup('<bdi lang="en">%s</bdi>') % text if foreign else escape(text)
