"""Is the translation complete and of this very English text? (DOMAIN §4, §7.13)

A bundle freezes wording and translations together, and offers a language only when every sentence is translated: a
changed English sentence is an untranslated one. So a language that the bundle does not offer is a stale one.
"""

from __future__ import annotations

from collections.abc import Iterator

from docservice.checks.finding import Finding, error
from docservice.checks.sight import Sight


def current(sight: Sight) -> Iterator[Finding]:
    """The text is in a language in which this version of the wording is fully translated (DOMAIN §7.13)."""
    if sight.language not in sight.bundle.languages:
        message = f"The wording has no complete translation into “{sight.language}”."
        yield error("translation_stale", message)


def marked(sight: Sight) -> Iterator[Finding]:
    """The text says in which language it is, which way it reads, and which document it is (DOMAIN §5)."""
    root = sight.page.root
    if root.get("lang") != sight.language:
        yield error("language_mark", f"The text is marked as “{root.get('lang')}”, but is in “{sight.language}”.")
    known = sight.pack.language(sight.language)
    if known is not None and known.direction == "rtl" and root.get("dir") != "rtl":
        yield error("language_mark", "The text reads from right to left, but is not marked so.")
