"""What goes with a letter: the forms that its head names (``enclosures``), each by its version in force.

In the language of the letter, where it is offered in it; the English letter beside a translation has it in English.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from docservice.finding import Finding
from docservice.office.means import languages, versions
from docservice.office.means.means import Means
from docservice.office.means.versions import VersionRecord
from docservice.refusal import Refusal
from docservice.town.pack import TownPack
from docservice.wording.bundle import Bundle


def forms_of(session: Session, letter: Bundle, on: date) -> tuple[tuple[VersionRecord, ...], tuple[Finding, ...]]:
    """The versions in force on a day of what goes with a letter; and a warning for each that there is not.

    The letter goes without it then, and does not say that it is enclosed.
    """
    found, lacking = list[VersionRecord](), list[Finding]()
    for key in dict.fromkeys(letter.meta.enclosures):
        try:
            found.append(versions.in_force(session, key, on))
        except Refusal as refusal:
            message = f"It goes without “{key}”, which is to be enclosed: {refusal.message}"
            lacking.append(Finding.warning("enclosure.missing", message, "template.yaml"))
    return tuple(found), tuple(lacking)


def enclosed(
    means: Means, session: Session, forms: Sequence[VersionRecord], pack: TownPack, language: str
) -> Mapping[str, Bundle]:
    """What each form is made from in a language, by its key; those that are not offered in it are left out."""
    made: dict[str, Bundle] = {}
    for form in forms:
        one = languages.spoken(means, session, form, language)
        if one is not None and (language == "en" or languages.is_offered(pack, form, language, one)):
            made[form.template] = one.bundle
    return made
