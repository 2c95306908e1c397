"""The violations of a letter by the section they break, so that one rule's text is printed once."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from docservice.casefile.facts import Casefile, Photo, Violation
from docservice.rendering.composing.values import Fact, Record
from docservice.town.citing import code_of
from docservice.town.pack import TownPack

_BELOW = re.compile(r"(?P<above>[^(]+\(\w+\))\(.+\Z")
_ABBREVIATION = re.compile(r"[A-Z][A-Z.&]*(?= )")


def said_once(pack: TownPack, violations: Sequence[Violation]) -> dict[str, dict[str, Any]]:
    """What the letter says of each violation's rule, by the violation's id: ``number``, its place in the letter;
    ``same_rule_as``, the number of the first that breaks the same section (None for the first itself); ``code_name``,
    the name of the code where it is cited first."""
    codes = pack.codes
    first: dict[str, int] = {}
    named: set[str] = set()
    said = {}
    for number, violation in enumerate(violations, 1):
        code = code_of(violation.section, codes)
        abbreviation = abbreviation_of(code)
        before = first.setdefault(code, number)
        name = None if abbreviation in named else pack.code_names.get(abbreviation)
        named.add(abbreviation)
        said[violation.id] = {
            "number": number,
            "same_rule_as": before if before != number else None,
            "code_name": (name, f"town/code_names/{abbreviation}") if name else None,
        }
    return said


def abbreviation_of(code: str) -> str:
    """MHMC of MHMC 9.40.020; nothing where it has none."""
    found = _ABBREVIATION.match(code)
    return found.group() if found else ""


def groups(
    pack: TownPack, violations: Sequence[Violation], records: Sequence[Record], foreign: str | None
) -> tuple[Record, ...]:
    """By section, in the order of the letter: a subsection below one that the town knows too is of that one's group."""
    codes = pack.codes
    listed: dict[str, list[tuple[Violation, Record]]] = {}
    for violation, record in zip(violations, records, strict=True):
        code = code_of(violation.section, codes)
        above = _BELOW.match(code)
        group = above["above"] if above and above["above"] in codes else code
        listed.setdefault(group, []).append((violation, record))
    made = []
    for place, (code, each) in enumerate(listed.items()):
        section = pack.section(code, each[0][0].observed_on)
        text = Fact(section.text, f"town/sections/{code}/text", foreign) if section else None
        title = Fact(section.title, f"town/sections/{code}/title", foreign) if section else None
        made.append(
            Record(
                f"violation_groups.{place}",
                {
                    "section": Fact(code, f"town/sections/{code}/code"),
                    "section_title": title,
                    "section_text": text,
                    "violations": tuple(record for _, record in each),
                },
            )
        )
    return tuple(made)


def codes_used(pack: TownPack, violations: Sequence[Violation], foreign: str | None) -> tuple[Record, ...]:
    """The codes that the letter cites, each with its ``abbreviation`` and ``name``, in the order in which they come."""
    used = dict.fromkeys(abbreviation_of(code_of(one.section, pack.codes)) for one in violations)
    return tuple(
        Record(
            f"codes_used.{place}",
            {
                "abbreviation": Fact(short, f"town/code_names/{short}/abbreviation"),
                "name": Fact(pack.code_names[short], f"town/code_names/{short}", foreign),
            },
        )
        for place, short in enumerate(one for one in used if one in pack.code_names)
    )


def photographs(violations: Sequence[Violation], photos: Mapping[str, Record]) -> tuple[Record, ...]:
    """The photographs that show the violations, each once, with the ``numbers`` of those that it shows."""
    shown: dict[str, list[int]] = {}
    for number, violation in enumerate(violations, 1):
        for name in violation.photographs:
            if name in photos:
                shown.setdefault(name, []).append(number)
    return tuple(
        Record(
            f"photographs.{place}",
            {**{each: photos[name].get(each) for each in photos[name].names()}, "numbers": tuple(numbers)},
        )
        for place, (name, numbers) in enumerate(shown.items())
    )


def by_file(
    casefile: Casefile, record: Callable[[Photo, str, str], Record], attached: Collection[str] | None
) -> dict[str, Record]:
    """Every photograph of the inspections by its file name; ``record`` makes one of a photograph, its pointer and
    its path."""
    return {
        photo.file: record(photo, f"/inspections/{i}/photos/{n}", f"inspections.{i}.photos.{n}")
        for i, inspection in enumerate(casefile.inspections)
        for n, photo in enumerate(inspection.photos)
        if attached is None or photo.file in attached
    }
