"""A file that came back, fitted to the language that it is meant for: the right language, its plural forms in order."""

from __future__ import annotations

from dataclasses import replace

from docservice.finding import Finding
from docservice.refusal import Refusal
from docservice.wording.catalog.exchange.values import Received, Taken, same_language
from docservice.wording.plurals import plural_rule, recast


def matched(received: Received, language: str, name: str) -> tuple[Taken, ...]:
    """The entries of a file, their plural forms in the order of ``language`` (BCP 47), whatever rule the file names.

    Raises ``Refusal``: ``translation.language`` for a file in another language, ``translation.plural`` naming each
    entry whose forms are for other numbers than the language's and cannot be told apart.
    """
    if received.language is not None and not same_language(received.language, language):
        message = f"{name} is a translation into {received.language}, not into {language}."
        raise Refusal("translation.language", message, [Finding.error("translation.language", message, name)])
    if received.plural is None:
        return received.entries
    entries = tuple(_in_order(entry, received.plural, language) for entry in received.entries)
    pairs = zip(received.entries, entries, strict=True)
    lost = [old for old, new in pairs if old.forms and all(old.forms) and not new.forms]
    if lost:
        wanted = plural_rule(language).header
        message = f"{name} counts plural forms otherwise than {language} does. Its Plural-Forms have to be: {wanted}"
        said = "the plural forms are for other numbers and cannot be matched"
        problems = [Finding.error("translation.plural", f"“{one.sources[0][:60]}”: {said}", one.place) for one in lost]
        raise Refusal("translation.plural", message, problems)
    return entries


def _in_order(entry: Taken, theirs: str, language: str) -> Taken:
    if not entry.counts or not entry.forms:
        return entry
    return replace(entry, forms=recast(entry.forms, theirs, language) or ())
