"""What a redaction looks for: words as a person would recognize them, however they are set.

Text and terms are compared by their letters and digits alone: without case, accents, ligatures, spaces, line ends,
hyphens and other marks (Unicode NFKD, casefold). A telephone number is found however it is punctuated, with or without
its country code. What this does not do: guess at nicknames, misspellings or numbers written out in words.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import quote, unquote

from docservice.casefile.facts import Casefile, Name

LABEL = "[redacted]"  # what stands where a word was, for whoever cannot see the black bar
_BY_CHANCE = 8  # letters; a shorter word within a longer one is another word ("Ann" in "planning")
_GLUED = 5  # letters of two words or more, which stand in "JaneRoeLetter" by no chance
_BY_CHANCE_ELSEWHERE = 4  # in scripts that write particles onto words
_PHONE = re.compile(r"[\d\s().+\-–‐‑/]+")
_AREA_CODE = 3
_UNDECOMPOSED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
_TATWEEL = "\u0640"  # stretches Arabic words, says nothing


@dataclass(frozen=True, slots=True)
class Match:
    """Characters ``start`` up to ``end`` (not included) say the term number ``which``."""

    start: int
    end: int
    which: int


@dataclass(frozen=True, slots=True)
class _Needle:
    text: str
    which: int
    kind: Literal["words", "number", "local_number", "marks"] = "words"
    several: bool = False  # words, which nothing else has glued together by chance


class WantedTerms:
    """Terms made ready to be looked for."""

    def __init__(self, terms: Sequence[str]) -> None:
        self.terms = tuple(terms)
        self._needles = [needle for which, term in enumerate(terms) for needle in _needles(term, which)]

    def can_find(self, which: int) -> bool:
        """Whether term number ``which`` has anything that can be looked for."""
        return any(needle.which == which for needle in self._needles)

    def find(self, chars: Sequence[str]) -> list[Match]:
        """Every place where a term stands in ``chars`` (one character each, in reading order)."""
        if not self._needles:
            return []
        folded = _Folded(chars, letters=True)
        marks = _Folded(chars, letters=False) if any(n.kind == "marks" for n in self._needles) else folded
        found: list[Match] = []
        for needle in self._needles:
            found += (marks if needle.kind == "marks" else folded).find(needle)
        return sorted(set(found), key=lambda match: (match.start, -match.end))

    def scrubbed(self, text: str) -> str:
        """The text with every term replaced by a label, also where it is written as in an address or in XML."""
        plain = self._scrubbed(text)
        decoded = html.unescape(unquote(plain, errors="replace"))
        return self._scrubbed(decoded) if decoded != plain and self.find(decoded) else plain

    def _scrubbed(self, text: str) -> str:
        parts: list[str] = []
        done = 0
        for match in self.find(text):
            if match.start >= done:
                parts += [text[done : match.start], LABEL]
            done = max(done, match.end)
        return "".join(parts) + text[done:] if done else text


def confidential_terms(casefile: Casefile) -> tuple[str, ...]:
    """What a copy for the public must not say of the complainant: names, street address, e-mail, telephone."""
    complainant = casefile.confidential.complainant
    if complainant is None:
        return ()
    found = list(_spellings(complainant.name))
    if complainant.address is not None and len(complainant.address.lines) > 1:
        found += complainant.address.lines[:-1]  # city, state and ZIP are everybody's
    found += [text for text in (complainant.email, complainant.phone) if text]
    return tuple(dict.fromkeys(found))


def _spellings(name: Name) -> Iterator[str]:
    for text in (name.text, name.latin or ""):
        if text:
            yield text
        first, _, last = text.rpartition(" ")
        if first and text.isascii():
            yield f"{last}, {first}"  # as lists have it


@lru_cache(maxsize=65536)
def _letters(char: str) -> str:
    """The letters and digits that a character stands for: "ﬁ" → "fi", "É" → "e", "٣" → "3", "-" → ""."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold()).translate(_UNDECOMPOSED)
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in plain if c.isalnum() and c != _TATWEEL)


@lru_cache(maxsize=4096)
def _marks(char: str) -> str:
    return (
        "" if char.isspace() or unicodedata.category(char) == "Cf" else unicodedata.normalize("NFKC", char).casefold()
    )


def _needles(term: str, which: int) -> Iterator[_Needle]:
    words = "".join(map(_letters, term))
    if not words:
        marks = "".join(map(_marks, term))
        if marks:
            yield _Needle(marks, which, "marks")
        return
    if len(words) >= 7 and _PHONE.fullmatch(term.strip()):
        yield _Needle(words[-10:], which, "number")
        if len(words) == 10 or (len(words) == 11 and words[0] == "1"):
            yield _Needle(words[-7:], which, "local_number")
        return
    several = len(term.split()) > 1 and len(words) >= _GLUED
    yield _Needle(words, which, several=several)
    escaped = "".join(map(_letters, quote(term)))  # as addresses have it
    if escaped != words:
        yield _Needle(escaped, which)
    if any(unicodedata.bidirectional(c) in ("R", "AL") for c in words):
        yield _Needle(words[::-1], which)  # some files have right-to-left text in the order of its ink


class _Folded:
    """Characters as they are compared, and which character each came from."""

    def __init__(self, chars: Sequence[str], *, letters: bool) -> None:
        fold = _letters if letters else _marks
        parts: list[str] = []
        self.places: list[int] = []
        for place, char in enumerate(chars):
            plain = fold(char)
            if plain:
                parts.append(plain)
                self.places += [place] * len(plain)
        self.text = "".join(parts)
        self.chars = chars

    def find(self, needle: _Needle) -> Iterator[Match]:
        at = self.text.find(needle.text)
        while at >= 0:
            end = at + len(needle.text)
            match = self._number(needle, at, end) if needle.kind.endswith("number") else self._words(needle, at, end)
            if match is not None:
                yield match
            at = self.text.find(needle.text, at + 1)

    def _words(self, needle: _Needle, at: int, end: int) -> Match | None:
        first, last = self.places[at], self.places[end - 1]
        if needle.kind == "words":
            before, after = self._beside(at, -1), self._beside(end - 1, 1)
            glued = needle.several and last - first == end - 1 - at
            for beside, edge in ((before, needle.text[0]), (after, needle.text[-1])):
                if beside and not (glued and beside.isalpha()) and not _may_touch(beside, edge, needle.text):
                    return None
            if before and not _spaceless(needle.text[0]):
                first = self._end_of_word(first, -1)
            if after and not _spaceless(needle.text[-1]):
                last = self._end_of_word(last, 1)
        while last + 1 < len(self.chars) and unicodedata.category(self.chars[last + 1]) == "Mn":
            last += 1  # its accents
        return Match(first, last + 1, needle.which)

    def _number(self, needle: _Needle, at: int, end: int) -> Match | None:
        if self._beside(end - 1, 1).isdigit():
            return None
        start = at
        while start and self.text[start - 1].isdigit() and self._beside(start, -1).isdigit():
            start -= 1
        if needle.kind == "number":  # a country code may be written onto it
            return Match(self.places[start], self.places[end - 1] + 1, needle.which) if at - start <= 4 else None
        if start < at or self._has_other_area_code(at):
            return None
        return Match(self.places[at], self.places[end - 1] + 1, needle.which)

    def _has_other_area_code(self, at: int) -> bool:
        start = at
        while start and self.text[start - 1].isdigit() and (start == at or self._beside(start, -1).isdigit()):
            start -= 1
        between = "".join(self.chars[self.places[at - 1] + 1 : self.places[at]]) if start < at else ""
        return at - start == _AREA_CODE and len(between) <= 3 and _PHONE.fullmatch(between + " ") is not None

    def _beside(self, position: int, way: int) -> str:
        """The letter or digit that touches the one at ``position``, on its left (-1) or right (1); else nothing."""
        other = position + way
        if 0 <= other < len(self.places) and self.places[other] == self.places[position]:
            return self.text[other]  # a ligature, of which a part matches
        place = self.places[position] + way
        while 0 <= place < len(self.chars) and unicodedata.category(self.chars[place]) in ("Mn", "Cf"):
            place += way
        if not 0 <= place < len(self.chars):
            return ""
        return _letters(self.chars[place])[-1 if way < 0 else 0 :][:1]

    def _end_of_word(self, place: int, way: int) -> int:
        while 0 <= place + way < len(self.chars):
            char = self.chars[place + way]
            if not _letters(char) and unicodedata.category(char) not in ("Mn", "Cf"):
                break
            place += way
        return place


def _may_touch(beside: str, edge: str, needle: str) -> bool:
    """Whether a needle may be part of a longer word. A missing space hides nothing when the needle is long."""
    if beside.isdigit() or edge.isdigit():
        return beside.isdigit() != edge.isdigit()
    if _spaceless(edge) or len(needle) >= _BY_CHANCE:
        return True
    return not needle.isascii() and len(needle) >= _BY_CHANCE_ELSEWHERE


def _spaceless(char: str) -> bool:
    """Scripts that put no spaces between words: Thai, Lao, Burmese, Khmer, kana, ideographs."""
    code = ord(char)
    return 0x0E00 <= code < 0x1100 or 0x1780 <= code < 0x1800 or 0x2E80 <= code < 0xA000 or 0x20000 <= code < 0x40000
