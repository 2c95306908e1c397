"""Which sentences are to be translated before which day: of versions that take force, in languages that stop then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from docservice.office.means import languages, translated, versions
from docservice.office.means.means import Means
from docservice.office.translating.translation_sheets import wanting
from docservice.wording.catalog.standing import standing


@dataclass(frozen=True, slots=True)
class Due:
    """``sentences`` of a version need a translation into ``language``, or its approval where the town asks for one.

    ``on`` is the day from which the version is in force; then documents are not offered in the language. ``stopped``:
    that day has come.
    """

    template: str
    title: str
    version: int
    language: str
    sentences: int
    on: date
    stopped: bool

    @property
    def version_key(self) -> tuple[bool, date, str, int]:
        """What puts the languages of one version together, the earliest day first."""
        return (self.stopped, self.on, self.template, self.version)


def due(means: Means, today: date) -> tuple[Due, ...]:
    """What is due, the earliest day first: of every version that is scheduled, and of those in force."""
    found = []
    with means.store.database.reading() as session:
        marks = translated.marks(session)
        for key in versions.keys(session):
            listed = versions.versions(session, key)
            for one in listed:
                state = standing(one, listed, today)
                if state not in ("scheduled", "in_force") or one.effective_on is None:
                    continue
                pack = means.rules_of(max(today, one.effective_on))
                offered = languages.offered(means, session, listed, one, pack, marks)
                for tag in languages.wanted(means, means.bundle(one.sha256)):
                    if tag not in offered:
                        count = wanting(means, session, one, tag)
                        found.append(
                            Due(key, one.title, one.number, tag, count, one.effective_on, state == "in_force")
                        )  # fmt: skip
    return tuple(sorted(found, key=lambda one: one.version_key))
