"""What letters print of the town's rules, as strings to translate, and their translations beside the rules.

A pack has one catalog a language, ``rules.<tag>.po``, pinned with it like its other files. Unlike a letter's sentence a
string without a translation stops nothing: it is printed in English, marked as English. English controls.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from docservice.finding import Finding
from docservice.refusal import Refusal
from docservice.town.pack import TownPack
from docservice.wording.catalog.soundness import Expected, examine
from docservice.wording.messages import PoFile, ReviewState, Sentence, catalog_of

_BLANK = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class PackSpeech:
    """What a language has for the strings of a pack, by the English; ``review`` is that of the whole file."""

    texts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    review: ReviewState = "approved"


SILENT = PackSpeech()


def strings(pack: TownPack) -> tuple[Sentence, ...]:
    """Every string of the pack that a letter to a party may print and that is no name, each once, with its file."""
    found: dict[str, Sentence] = {}
    for text, file in _listed(pack):
        if text:
            found.setdefault(text, Sentence(text, None, file))
    return tuple(found.values())


def _listed(pack: TownPack) -> Iterator[tuple[str | None, str]]:
    for name in ("county", "department", "office", "hours"):
        yield getattr(pack.identity, name), "town.yaml"
    for officer in pack.officers:
        yield officer.title, "town.yaml"
    yield pack.payment.hours, "town.yaml"
    for section in pack.sections:
        yield section.title, "sections.yaml"
        yield section.text, "sections.yaml"
    for name in pack.code_names.values():
        yield name, "sections.yaml"
    for resource in pack.help:
        for text in (resource.helps_with, resource.cost, resource.hours):
            yield text, "help.yaml"
    for rule in pack.deadlines.values():
        yield rule.title, "rules.yaml"
    for fine_class in pack.fine_classes.values():
        yield fine_class.title, "rules.yaml"
    for statement in pack.statements.values():
        yield statement.title, "statements.yaml"
    for kind in pack.document_types.values():
        yield kind.title, "documents.yaml"
    for said in pack.phrases.values():
        yield said.get("en"), "languages.yaml"
    for phrase in pack.violation_phrases.values():
        yield phrase.text, "phrases.yaml"
    for place in pack.places:
        yield place, "phrases.yaml"


def spoken(pack: TownPack, language: str, document_type: str = "", face: str = "letter") -> PackSpeech:
    """What the pack says in a language in documents of a type; nothing in English, and where the town issues no drafts
    and this is one. Raises what reading a catalog raises."""
    data = pack.catalogs.get(language)
    if data is None:
        return SILENT
    found = _read(data, language, _expected(pack, language))
    if found.review != "approved" and pack.incomplete(language, document_type, face) == "refuse":
        return SILENT
    return found


def complaints(pack: TownPack) -> tuple[Finding, ...]:
    """What is wrong with the translations of a pack, each by file and English."""
    found: list[Finding] = []
    for language, data in pack.catalogs.items():
        name = _file(language)
        if pack.language(language) is None:
            found.append(Finding.error("translation.language", f"The town has no language “{language}”.", name))
            continue
        try:
            listed = catalog_of(data, name, language)
        except Refusal as refusal:
            found += refusal.problems
            continue
        for english, text in _texts(listed):
            for one in unsound(english, text, _expected(pack, language)):
                found.append(Finding.error(one.code, f"“{english[:60]}” {one.message}.", name))
    return tuple(found)


def unsound(english: str, text: str, expected: Expected) -> tuple[Finding, ...]:
    """The errors of a translation: those of a letter's sentence, and a ``{blank}`` left out or added."""
    found = [one for one in examine(english, None, (text,), expected) if one.severity == "error"]
    wanted, held = set(_BLANK.findall(english)), set(_BLANK.findall(text))
    if wanted != held:
        differing = ", ".join(f"{{{name}}}" for name in sorted(wanted ^ held))
        found.append(Finding.error("translation.blank", f"differs from the English in {differing}"))
    return tuple(found)


def _file(language: str) -> str:
    return f"rules.{language}.po"


def _expected(pack: TownPack, language: str) -> Expected:
    known = pack.language(language)
    return Expected(language, known.digits if known is not None else "latin", (pack.identity.short_name,))


@lru_cache(maxsize=64)  # a process reads the catalog of a language once
def _read(data: bytes, language: str, expected: Expected) -> PackSpeech:
    file = catalog_of(data, _file(language), language)
    # What is not sound is not printed: the English is.
    texts = {english: text for english, text in _texts(file) if not unsound(english, text, expected)}
    return PackSpeech(MappingProxyType(texts), file.review) if texts else SILENT


def _texts(file: PoFile) -> Iterator[tuple[str, str]]:
    for message in file.catalog:
        english, text = message.id, message.string
        if isinstance(english, str) and english and isinstance(text, str) and text and not message.fuzzy:
            yield english, text
