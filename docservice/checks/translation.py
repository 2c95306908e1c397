"""Is the translation complete and of this very English text? (DOMAIN §4, §7.13)

A bundle freezes wording and translations together, and offers a language only when every sentence is translated: a
changed English sentence is an untranslated one. So a language that the bundle does not offer is a stale one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from docservice.checks.examined import Sight
from docservice.checks.finding import error, warning
from docservice.finding import Finding
from docservice.rendering.beyond_cldr import in_cldr, words
from docservice.wording.bundle import Bundle
from docservice.wording.catalog import pack_strings

UNAPPROVED = "checks.translation_unapproved"  # the code of ``approved``'s finding


def current(sight: Sight) -> Iterator[Finding]:
    """The text is in a language in which this version of the wording is fully translated (DOMAIN §7.13)."""
    if sight.language not in sight.bundle.languages:
        message = f"The wording has no complete translation into “{sight.language}”."
        yield error("translation_stale", message)


def approved(sight: Sight) -> Iterator[Finding]:
    """A translation that a person has not approved says so, or does not go out, as the town has it (DOMAIN §4)."""
    if sight.language not in sight.bundle.languages:
        return
    meta = sight.bundle.meta
    wording = sight.bundle.messages(sight.language).review
    rules = pack_strings.spoken(sight.pack, sight.language, meta.document_type, meta.face).review
    if wording == rules == "approved":
        return
    # Where the town issues no drafts, what is a draft of the rules is not said at all.
    if wording != "approved" and sight.pack.incomplete(sight.language, meta.document_type, meta.face) == "refuse":
        message = f"The translation into “{sight.language}” is not approved, and the town issues no draft translation."
        yield error("translation_unapproved", message)
    elif not says_draft(sight.bundle):
        message = f"The translation into “{sight.language}” is a draft, and the wording has nowhere to say so."
        yield error("translation_unmarked", message)


def says_draft(bundle: Bundle) -> bool:
    """Whether the wording looks at ``translation.review``, by which a text says that its translation is a draft."""
    return any(b"translation.review" in data for path, data in bundle.files.items() if path.endswith(".html"))


def worded(sight: Sight) -> Iterator[Finding]:
    """The language has words of its own for dates, and the letterhead has its words in it (DOMAIN §4)."""
    language = sight.language
    if not in_cldr(language) and words(language) is None:
        message = (
            f"Nobody has the names of months and days in “{language}”: dates would stand in figures. Add them to "
            "docservice/rendering/beyond_cldr.py, with their source."
        )
        yield error("language_words", message)
    held = sight.bundle.files.get("letterhead/words.json")
    if held is not None and language not in json.loads(held):
        message = f"The letterhead has no words in “{language}” (“DRAFT”, “Page 1 of 3”): they stand in English."
        yield warning("letterhead_words", message, "letterhead/words.json")


def marked(sight: Sight) -> Iterator[Finding]:
    """The text says in which language it is, which way it reads, and which document it is (DOMAIN §5)."""
    root = sight.page.root
    if root.get("lang") != sight.language:
        yield error("language_mark", f"The text is marked as “{root.get('lang')}”, but is in “{sight.language}”.")
    known = sight.pack.language(sight.language)
    if known is not None and known.direction == "rtl" and root.get("dir") != "rtl":
        yield error("language_mark", "The text reads from right to left, but is not marked so.")
