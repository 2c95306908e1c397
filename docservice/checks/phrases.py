"""Is each phrase that a violation is told in one of the library, for it, and filled? Are its translations sound?
(DOMAIN §4, §7.13)"""

from __future__ import annotations

from collections.abc import Iterator

from docservice.casefile.phrasing import PARTS
from docservice.checks.examined import Sight, even
from docservice.checks.finding import error
from docservice.checks.violations import spoken_of
from docservice.finding import Finding
from docservice.rendering.composing import phrasing
from docservice.town import phrases
from docservice.wording.catalog.pack_strings import unsound
from docservice.wording.catalog.soundness import Expected


def held(sight: Sight) -> Iterator[Finding]:
    """A phrase is known, fits its section, has every blank filled with its kind, and says what the casefile says."""
    library = sight.pack.violation_phrases
    for place, violation in spoken_of(sight):
        for part, use in violation.phrase.used() if violation.phrase else ():
            wrong = False
            for code, where, message in phrases.faults(library, use, part, violation.section, sight.pack.codes):
                wrong = True
                yield error(code, message, f"{place}/phrase/{part}/{where}")
            own = getattr(violation, part)
            if not wrong and own and even(own) != even(phrasing.in_english(library[use.id], use)):
                message = f"The {part.replace('_', ' ')} says otherwise than the phrase “{use.id}” does."
                yield error("phrase_differs", message, f"{place}/{part}")


def translated(sight: Sight) -> Iterator[Finding]:
    """What somebody translated has the figures and addresses of the English, which it translates."""
    for place, violation in spoken_of(sight):
        for index, one in enumerate(violation.translations):
            if one.language != sight.language:
                continue
            for part in PARTS:
                text = getattr(one, part)
                if not text:
                    continue
                english = phrasing.expected(violation, part, sight.pack, "en", {})
                where = f"{place}/translations/{index}/{part}"
                if not english:
                    yield error("translation_of_nothing", f"There is no {part.replace('_', ' ')} in English.", where)
                for found in unsound(english, text, Expected(one.language)) if english else ():
                    yield error("translation_unsound", f"The translation {found.message}.", where)
