"""What lint looks for on a reader's behalf: plain words, links that paper shows too, names that stay whole in
right-to-left text, and translations that say with the same blanks, tags and figures what the English says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from docservice.finding import Finding
from docservice.wording.bundle import Bundle, used_sentences
from docservice.wording.catalog.grade import HIGHEST, grade, hardest, sentences_counted
from docservice.wording.catalog.soundness import Expected, examine
from docservice.wording.messages import Sentence

# Whom a wording is for, when it is not for people who deal with such texts every day.
_PUBLIC = frozenset(("public", "parties"))
_LINK = re.compile(r"<a\s[^>]*?href\s*=\s*(\"[^\"]*\"|'[^']*')[^>]*>(.*?)</a\s*>", re.S | re.I)
_FIELD = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}", re.S)
_TAGS = re.compile(r"<[^>]*>|\{%.*?%\}|\{#.*?#\}", re.S)
_PLAIN = re.compile(r"\{\{[^}]*\|\s*plain\b[^}]*\}\}")
_LAST_TAG = re.compile(r"<\s*(/?)\s*([a-z0-9]+)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>", re.I)
_SCHEME = re.compile(r"^(?:https?://|mailto:|tel:)(?:www\.)?", re.I)


def readable(bundle: Bundle) -> Iterator[Finding]:
    """Everything of this module, for one version."""
    yield from plain_words(bundle)
    for path, data in bundle.files.items():
        if path.endswith(".html"):
            source = data.decode()
            yield from printed_links(path, source)
            yield from isolated(path, source)
    yield from sound(bundle)


def plain_words(bundle: Bundle) -> Iterator[Finding]:
    """What the public gets reads at US grade 6 to 8 (docs/domain.md, Language)."""
    if bundle.meta.audience not in _PUBLIC:
        return
    counted = sentences_counted(used_sentences(bundle.files))
    if not counted:
        return
    reached, worst = grade(" ".join(one.text for one in counted)), hardest(counted)
    if reached > HIGHEST and worst is not None:
        message = (
            f"it reads at grade {reached:.1f}; the public’s is {HIGHEST:g} at most. Begin here: “{worst.text[:80]}”"
        )
        yield Finding("template.grade", "warning", message, worst.place)


def printed_links(path: str, source: str) -> Iterator[Finding]:
    """On paper nobody can follow a link whose address is not printed."""
    for found in _LINK.finditer(source):
        href, shown = found[1].strip("\"'").strip(), found[2]
        words = _TAGS.sub("", shown)
        if href.startswith("#") or _is_printed(href, words):
            continue
        place = f"{path}:{source.count(chr(10), 0, found.start()) + 1}"
        yield Finding("template.link", "warning", f"the address “{href[:80]}” is not printed", place)


def _is_printed(href: str, shown: str) -> bool:
    fields = [_bare(name) for name in _FIELD.findall(href)]
    printed = [_bare(name) for name in _FIELD.findall(shown)]
    if href.startswith("tel:"):  # a number is dialed in one spelling and read in another
        digits = re.sub(r"\D", "", shown)
        return bool(printed) or len(digits) >= 3
    if fields:
        return all(name in printed for name in fields)
    return _SCHEME.sub("", href).rstrip("/").lower() in shown.lower()


def _bare(field: str) -> str:
    return field.partition("|")[0].strip()


def isolated(path: str, source: str) -> Iterator[Finding]:
    """A name printed bare (``|plain``) has lost its isolation: in right-to-left text its parts change places.

    That holds of every wording: a town may offer such a language later, without a new version of the English.
    """
    for found in _PLAIN.finditer(source):
        before = source[: found.start()]
        if before.rfind("<") > before.rfind(">"):
            continue  # in an attribute, which is what it is for
        opened: list[tuple[str, str]] = []
        for tag in _LAST_TAG.finditer(before):
            if tag[1]:
                while opened and opened.pop()[0] != tag[2].lower():
                    pass
            elif tag[2].lower() not in ("br", "img") and not tag[3].endswith("/"):
                opened.append((tag[2].lower(), tag[3]))
        if not any(name in ("a", "bdi") or (name == "span" and "dir" in more) for name, more in opened):
            place = f"{path}:{before.count(chr(10)) + 1}"
            message = f"“{found[0]}” is not isolated; without the filter “plain” it is, or put it in <bdi>"
            yield Finding("template.isolation", "error", message, place)


def sound(bundle: Bundle) -> Iterator[Finding]:
    """Translations frozen with a version have the English's blanks, tags and figures (``soundness``)."""
    used = {sentence.text: sentence for sentence in used_sentences(bundle.files)}
    for language in bundle.languages[1:]:
        yield from sound_texts(language, used.values(), bundle.messages(language).texts)


def sound_texts(
    language: str, used: Iterable[Sentence], texts: Mapping[str, str | tuple[str, ...]]
) -> Iterator[Finding]:
    """What is wrong with translations into one language, by the English."""
    for sentence in used:
        found = texts.get(sentence.text)
        if found is None:
            continue
        forms = (found,) if isinstance(found, str) else found
        for one in examine(sentence.text, sentence.plural, forms, Expected(language, "any")):
            message = f"the translation into {language} {one.message}: “{sentence.text[:60]}”"
            yield replace(one, message=message, place=sentence.place)
