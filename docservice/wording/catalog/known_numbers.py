"""Numbers in a wording that the town's rules know otherwise: "within 18 months" where they look back 12.

A sentence is read for what it counts (``wording.catalog.quantities``) and what it is about (``numbers_meant``):
contesting, correcting, paying, the court, a repeated violation. Where the rules have a number for that and the sentence
another, that is a finding; so is a period that others must keep and that is about none of these, when the rules have no
such number at all. A translation is held to its English as well: the same numbers, in the same order.

No finding: what is not a period or money (an age, a telephone number, a section, ten questions); how long something
lasts or how often it comes; what the office gives itself; a paragraph that cites another law than the rules rest on
(that law's numbers). Numbers that come from the pack are fields, and no text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docservice.finding import Finding
from docservice.town.pack import TownPack
from docservice.wording.bundle import Bundle, used_sentences
from docservice.wording.catalog.numbers_meant import Rules
from docservice.wording.catalog.quantities import Quantity
from docservice.wording.messages import Sentence

CODE = "wording.number"


def known_numbers(bundle: Bundle, pack: TownPack) -> tuple[Finding, ...]:
    """Every number of the wording, and of its translations, that the rules know otherwise; warnings, by place."""
    rules = Rules(pack, bundle.meta.document_type)
    found: list[Finding] = []
    sentences = used_sentences(bundle.files)
    for sentence in (*sentences, *_bare(bundle)):
        for text in filter(None, (sentence.text, sentence.plural)):
            found += [_finding(q, said, sentence.place) for q, said in rules.contradicted(text)]
    for language in bundle.languages[1:]:
        texts = bundle.messages(language).texts
        for sentence in sentences:
            told = texts.get(sentence.text)
            english = tuple(filter(None, (sentence.text, sentence.plural)))
            for form in (told,) if isinstance(told, str) else told or ():
                found += [
                    _finding(q, said, sentence.place, language)
                    for q, said in rules.contradicted_in(english, form, language)
                ]
    return tuple(dict.fromkeys(found))


def _finding(quantity: Quantity, said: str, place: str, language: str = "en") -> Finding:
    where = "" if language == "en" else f" in the translation into {language}"
    message = f"“{quantity.text}”{where}: {said}"
    return Finding(CODE, "warning", message, place)


def _bare(bundle: Bundle) -> Iterator[Sentence]:
    """Text outside {% trans %}, which lint warns of: it would go out as well."""
    for path, data in bundle.files.items():
        if not path.endswith(".html"):
            continue
        source = re.sub(
            r"\{%-?\s*trans\b.*?%\}.*?\{%-?\s*endtrans\s*-?%\}|\{#.*?#\}|\{%.*?%\}", _blank, data.decode(), flags=re.S
        )
        for piece in re.finditer(r"[^<>]+", re.sub(r"<(?:/?(?:strong|em|span|bdi|br)\b[^>]*)>", _blank, source)):
            if piece.group().strip() and not _in_tag(source, piece.start()):
                start = piece.start() + len(piece.group()) - len(piece.group().lstrip())
                yield Sentence(" ".join(piece.group().split()), None, path, source.count("\n", 0, start) + 1)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group())


def _in_tag(source: str, at: int) -> bool:
    return source.rfind("<", 0, at) > source.rfind(">", 0, at)
