"""Finding the section of a code that somebody cites, however the abbreviation is typed, down to a subsection.

``mhmc 9.40.020 (b)(2)``, ``M.H.M.C. § 9.40.020(b)(2)`` and the same with a no-break space are ``MHMC 9.40.020(b)(2)``:
the town's section MHMC 9.40.020, its subsection as cited. What is printed is the town pack's own spelling and the
subsection. Only what is sure is resolved: another number, or none, is another section.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

_WORDS = r"(?:sections?|secs?\b\.?|subsections?|subsecs?\.?|subdivisions?|subds?\.?|§+)"
_JOINS = rf"(?:{_WORDS}|and|or|&|to|through|-|–)\s?"
# An abbreviation, a number (105.1, R105.1, 9.40.020, 1798.82-a), then subsections: (b)(2), or (a) and (c), (a)-(d).
_CITED = re.compile(
    rf"(?P<code>[a-z][a-z.&\s]*?)[\s,]*(?:{_WORDS}\s*)?(?P<number>(?:(?<![a-z])[a-z])?\d[\d.\-]*[a-z]?)"
    # Possessive throughout: what was read as a subsection is not read another way, so the time is linear.
    rf"(?P<below>(?:(?:\s?,)?+\s?+(?:{_JOINS})?+\([a-z0-9]{{1,6}}\))*+)",
    re.I | re.A,
)
_BELOW = re.compile(rf"(?P<between>(?:\s?,)?+\s?+(?:{_JOINS})?+)\((?P<name>[a-z0-9]{{1,6}})\)", re.I | re.A)
_BRACKET = re.compile(r"\s*([()])\s*")
_LONGEST = 200  # characters; a citation of twenty subsections has fewer
_GROUP = re.compile(r"\(\w+\)")


@dataclass(frozen=True, slots=True)
class Cited:
    """A section that was found: ``code`` as the pack spells it, ``below`` the subsection as cited, or nothing."""

    code: str
    below: str = ""

    @property
    def printed(self) -> str:
        """As it is printed: the pack's spelling and the subsection."""
        return self.code + self.below


@lru_cache(maxsize=4096)
def find(text: str, codes: frozenset[str]) -> Cited | None:
    """What of ``codes`` is cited as ``text``; None when it is none of them."""
    if text in codes:
        return Cited(text)
    wanted = _parts(text)
    if wanted is None:
        return None
    code, number, below = wanted
    known = {spelled: found for spelled in codes if (found := _parts(spelled)) is not None and found[0] == code}
    # A pack may have entries for subsections: of what is cited the longest is meant, (A) is (a) where there is no (A).
    # Where several subsections are named together, the section itself is meant.
    lengths = [0]
    while (group := _GROUP.match(below, lengths[-1])) is not None:
        lengths.append(group.end())
    for length in reversed(lengths):
        if below[length:].startswith((" ", ",", "-", "–")):
            continue
        for same in (str, str.lower):
            for spelled, (_, own, under) in known.items():
                if own == number and same(under) == same(below[:length]):
                    return Cited(spelled, below[length:])
    return None


def canonical(text: str, codes: frozenset[str]) -> str:
    """``text`` as it is printed: in the pack's spelling, where it cites one of ``codes``."""
    found = find(text, codes)
    return text if found is None else found.printed


def code_of(text: str, codes: frozenset[str]) -> str:
    """The code of the section that ``text`` cites, without what is below it; ``text`` itself where it cites none."""
    found = find(text, codes)
    return text if found is None else found.code


def near(text: str, codes: frozenset[str], most: int = 3) -> tuple[str, ...]:
    """The codes that somebody may have meant by ``text``, the nearest first."""
    wanted = _parts(text)
    by_key = {_key(code): code for code in sorted(codes)}
    key = _key(text)
    number = wanted[1] if wanted is not None else key.rpartition(" ")[2]
    same_number = [code for other, code in by_key.items() if other.partition(" ")[2] == number]
    close = [by_key[one] for one in get_close_matches(key, by_key, n=most, cutoff=0.85)]
    return tuple(dict.fromkeys([*same_number, *close]))[:most]


def unknown(text: str, codes: frozenset[str]) -> str:
    """The sentence that says that the town has no such section, and which it has."""
    found, shown = near(text, codes), " ".join(text.split())[:100]
    if found:
        return f"The town has no section {shown}. It has {_listed(found)}."
    kinds = sorted({code.partition(" ")[0] for code in codes})
    return f"The town has no section {shown}." + (f" Its sections are those of {_listed(kinds)}." if kinds else "")


def _listed(found: Sequence[str]) -> str:
    *before, last = found
    return f"{', '.join(before)} and {last}" if before else last


@lru_cache(maxsize=4096)
def _parts(text: str) -> tuple[str, str, str] | None:
    """Abbreviation in capitals without points, number, subsections without spaces."""
    plain = "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
    even = _BRACKET.sub(_tight, " ".join(plain.split()).strip(" .,;:"))
    if len(even) > _LONGEST:
        return None
    found = _CITED.fullmatch(even)
    if found is None:
        return None
    letters = re.sub(r"[^a-z&]", "", found["code"].lower()).upper()
    below = "".join(f"{_between(one['between'])}({one['name']})" for one in _BELOW.finditer(found["below"]))
    return letters, found["number"].upper().rstrip(".-"), below  # alive: in capitals, so an "x" more strips nothing


def _tight(bracket: re.Match[str]) -> str:
    """A bracket without the space inside it, and one outside at most."""
    return "(" if bracket[1] == "(" else ")"


def _between(text: str) -> str:
    """What joins two subsections: nothing, unless it says more than that one is below the other."""
    word = re.sub(rf"(?i){_WORDS}", "", text).replace(",", " ").strip().lower()
    if word in ("-", "–"):
        return word
    return f" {word} " if word else ", " if "," in text and not re.search(rf"(?i){_WORDS}", text) else ""


def _key(text: str) -> str:
    parts = _parts(text)
    return f"{parts[0]} {parts[1]}{parts[2]}" if parts is not None else " ".join(text.upper().split())
