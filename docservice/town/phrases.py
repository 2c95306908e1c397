"""The phrase library: the usual facts and corrections, written once, translated once, filled by casefiles.

A phrase is a sentence with named blanks, ``{height}``; each blank has a kind, so that its value can be said in any
language: a measure, a number, a day. Here is what a library is and what is wrong with a use of it; how a filled
phrase reads in a language is ``rendering.composing.phrasing``.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Literal

from docservice.casefile.phrasing import PhrasePart, PhraseUse
from docservice.town import citing

# text: words that stay as they are written. place: a place of the town's list (``places``), else as it is written.
# names: a list of short names, such as the numbers of units.
BlankKind = Literal["text", "measure", "number", "date", "time", "place", "names"]

BLANK = re.compile(r"\{(\w+)\}")
UNITS: Mapping[str, str] = {  # as people write them → as CLDR calls them
    "foot": "foot", "feet": "foot", "inch": "inch", "inches": "inch", "yard": "yard", "yards": "yard",
    "mile": "mile", "miles": "mile", "square foot": "square-foot", "square feet": "square-foot",
    "square inch": "square-inch", "square inches": "square-inch", "cubic yard": "cubic-yard",
    "cubic yards": "cubic-yard", "gallon": "gallon", "gallons": "gallon", "pound": "pound", "pounds": "pound",
    "degree Fahrenheit": "fahrenheit", "degrees Fahrenheit": "fahrenheit", "volt": "volt", "volts": "volt",
    "minute": "minute", "minutes": "minute", "hour": "hour", "hours": "hour", "day": "day", "days": "day",
    "week": "week", "weeks": "week", "month": "month", "months": "month",
}  # fmt: skip
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)?(?:[½¼¾⅓⅔⅛⅜⅝⅞]|\.\d+)?"
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_MEASURED = re.compile(rf"(?P<number>{_NUMBER}) (?P<unit>{_UNIT})(?: |$)")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One sentence, or a short paragraph, for one part of a violation; of no ``sections``: of any."""

    part: PhrasePart
    text: str
    sections: tuple[str, ...] = ()
    blanks: Mapping[str, BlankKind] = field(default_factory=dict)


def measured(text: str) -> tuple[tuple[str, str], ...] | None:
    """``6 feet 4 inches`` as numbers with CLDR's units; None for what is no measure."""
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        match = _MEASURED.match(text, at)
        if match is None or not match["number"]:
            return None
        found.append((match["number"], UNITS[match["unit"]]))
        at = match.end()
    return tuple(found) or None


def faults(
    phrases: Mapping[str, Phrase], use: PhraseUse, part: PhrasePart, section: str, codes: frozenset[str]
) -> Iterator[tuple[str, str, str]]:
    """What is wrong with a use of a phrase: (code, place below the use, sentence)."""
    phrase = phrases.get(use.id)
    if phrase is None:
        yield "phrase_unknown", "id", f"The town's library has no phrase “{use.id}”."
        return
    if phrase.part != part:
        yield "phrase_unfit", "id", f"The phrase “{use.id}” is for the {_said(phrase.part)}, not the {_said(part)}."
    if phrase.sections and citing.code_of(section, codes) not in phrase.sections:
        yield "phrase_unfit", "id", f"The phrase “{use.id}” is for {', '.join(phrase.sections)}, not {section}."
    for name, kind in phrase.blanks.items():
        if name not in use.values:
            yield "phrase_blank", f"values/{name}", f"The blank {{{name}}} of the phrase “{use.id}” is not filled."
        elif (message := _wrong(kind, use.values[name])) is not None:
            yield "phrase_value", f"values/{name}", f"The blank {{{name}}} of “{use.id}” {message}."
    for name in use.values:
        if name not in phrase.blanks:
            yield "phrase_value", f"values/{name}", f"The phrase “{use.id}” has no blank {{{name}}}."


def _said(part: PhrasePart) -> str:
    return part.replace("_", " ")


def _wrong(kind: BlankKind, value: Any) -> str | None:
    if kind == "number":
        return None if isinstance(value, int) else "wants a whole number without quotation marks"
    if kind == "names":
        return None if isinstance(value, tuple) else 'wants a list of names: ["214", "216"]'
    if not isinstance(value, str):
        return "wants a text in quotation marks"
    if kind == "measure" and measured(value) is None:
        return "wants a measure, such as 46 feet, 6 feet 4 inches or 30 square feet"
    try:
        if kind == "date":
            date.fromisoformat(value)
        elif kind == "time":
            time.fromisoformat(value)
    except ValueError:
        return "wants a date, written 2026-05-29" if kind == "date" else "wants a time of day, written 22:50"
    return None


def incoherences(phrases: Mapping[str, Phrase], codes: frozenset[str]) -> Iterator[tuple[tuple[Hashable, ...], str]]:
    """Contradictions in a library: the path of keys, a sentence."""
    for key, phrase in phrases.items():
        for index, section in enumerate(phrase.sections):
            if section not in codes:
                yield ("violation_phrases", key, "sections", index), citing.unknown(section, codes)
        named, declared = set(BLANK.findall(phrase.text)), set(phrase.blanks)
        for name in sorted(named - declared):
            yield ("violation_phrases", key, "text"), f"The blank {{{name}}} has no kind (blanks)."
        for name in sorted(declared - named):
            yield ("violation_phrases", key, "blanks"), f"The text has no blank {{{name}}}."
