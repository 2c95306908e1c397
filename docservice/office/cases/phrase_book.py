"""The town's phrases and sections as somebody looks for them: by words, by the section, with their blanks filled."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from docservice.casefile.phrasing import BlankValues, PhrasePart, PhraseUse
from docservice.rendering.composing.phrasing import in_english
from docservice.storage.folding import fold
from docservice.town import citing
from docservice.town.pack import Section, TownPack
from docservice.town.phrases import BLANK, Phrase

MOST_SECTIONS = 8
_ENDING = re.compile(r"(?:ings?|ed|es|s|e)$")  # without which “wires” finds “wiring”
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class FoundSection:
    """A section in force: days to correct (None: cited at once) and its fines in dollars."""

    section: Section
    cure_days: int | None
    fines: tuple[str, ...]


def sections(pack: TownPack, words: str, on: date, most: int = MOST_SECTIONS) -> tuple[FoundSection, ...]:
    """Sections in force on a day that fit what is looked for, the best first: a citation, or words of its title or
    text; without words all, in the order of the rules."""
    in_force = [one for one in pack.sections if one.in_force(on)]
    wanted = fold(words).split()
    if not wanted:
        return tuple(_found(pack, one) for one in in_force)
    cited = citing.find(words, frozenset(one.code for one in in_force))
    scored = []
    for place, one in enumerate(in_force):
        score = 1000 if cited is not None and one.code == cited.code else _score(wanted, one)
        if score:
            scored.append((-score, place, one))
    return tuple(_found(pack, one) for _, _, one in sorted(scored, key=lambda each: each[:2])[:most])


def _score(wanted: Sequence[str], one: Section) -> int:
    code, title, text = fold(one.code), fold(one.title), fold(one.text)
    total = 0
    for word in wanted:
        stem = _stem(word)
        best = max(
            20 if word in code else 0, 10 if word in title else 0, 5 if word in text else 0,
            6 if stem and any(_stem(each) == stem for each in _WORD.findall(title)) else 0,
            2 if stem and any(_stem(each) == stem for each in _WORD.findall(text)) else 0,
        )  # fmt: skip
        if not best:
            return 0
        total += best
    return total


def _stem(word: str) -> str:
    stem = _ENDING.sub("", word)
    return stem if len(stem) > 2 and stem.isalpha() else ""


def _found(pack: TownPack, section: Section) -> FoundSection:
    cure = next((rule for rule in pack.deadlines.values() if rule.means == "cure" and rule.unit == "days"), None)
    days = section.cure_days if section.cure_days is not None else cure.count if cure is not None else None
    amounts = pack.fine_classes[section.fine_class].amounts if section.fine_class in pack.fine_classes else ()
    return FoundSection(section, None if section.cited_at_once else days, tuple(f"{one:,.0f}" for one in amounts))


def phrases(pack: TownPack, part: PhrasePart, section: str) -> Mapping[str, Phrase]:
    """The phrases for a part of a violation of a section; those of any section last."""
    code = citing.code_of(section, pack.codes) if section else ""
    fitting = {
        key: one for key, one in pack.violation_phrases.items()
        if one.part == part and (not one.sections or (code and code in one.sections))
    }  # fmt: skip
    return dict(sorted(fitting.items(), key=lambda each: not each[1].sections))


def composed(phrase: Phrase, values: Mapping[str, Any]) -> str:
    """The English of a phrase with what is filled in; “…” stands for what is not."""
    if set(phrase.blanks) <= set(values):
        given = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
        return in_english(phrase, PhraseUse("", BlankValues(given)))
    said = {name: ", ".join(value) if isinstance(value, list) else str(value) for name, value in values.items()}
    return BLANK.sub(lambda found: said.get(found[1], "…"), phrase.text)
